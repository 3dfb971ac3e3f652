/**
 * Builds, brings what the bench needs beside npm's own packages, and runs it: `npm run bench -- [--worlds S,M,L,shapes] [--only NAME]
 * [--seed N] [--keep] [--resume] [--databases FOLDER]`. The engines that ours is measured beside are no dependency of ours: they have a folder and a lockfile of their own.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build, root } from './build.mjs'
import { provideSystemPackages } from './system-packages.mjs'

const others = join(root, 'bench', 'others')

/** @returns {Promise<number>} exit status */
async function run() {
  if (!(await build())) return 1
  if (!existsSync(join(others, 'node_modules'))) {
    const installed = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: others, stdio: ['ignore', 2, 2] })
    if (installed.status !== 0) console.error('the other engines could not be installed: their rows are skipped')
  }
  for (const { program, reason } of provideSystemPackages()) console.error(`${program.name} is missing: ${reason}`)
  const main = join(root, 'bench', 'dist', 'bench', 'main.js')
  return spawnSync(process.execPath, [main, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1
}

process.exitCode = await run()
