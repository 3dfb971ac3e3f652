/**
 * Sends requests that are generated from the API document, fitting and broken ones by callers of every kind, to a server in a process of its own, and tells what was
 * wrong: statuses and codes that the document does not name, 5xx, refusals that wrote something, defects, memory that grows.
 * `npm run generated -- --requests 50000 [--seed 7]`. Exit status 1 when anything was.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from './build.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const { values } = parseArgs({
  options: { requests: { type: 'string', default: '50000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } },
})
const folder = mkdtempSync(join(tmpdir(), 'curia-generated-'))
try {
  process.exitCode = (await build()) ? run(join(folder, 'report.json')) : 1
} finally {
  rmSync(folder, { recursive: true })
}

/**
 * @param {string} report
 * @returns {number} the exit status
 */
function run(report) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', '--no-color', 'test/server/many-requests.test.ts'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, CURIA_REQUESTS: values.requests, CURIA_REQUESTS_SEED: values.seed, CURIA_REQUESTS_REPORT: report },
  })
  if (!existsSync(report)) {
    console.error(stdout)
    console.error(stderr)
    console.log('the run has not come to its end')
    return 1
  }
  const { requests, seed, statuses, faults, faultCount, revision, memory } = JSON.parse(readFileSync(report, 'utf8'))
  for (const fault of faults) console.log(fault)
  const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1024 / 1024).toFixed(0)} MB`
  const told = memory.map((/** @type {{ rss: number }} */ { rss }) => megabytes(rss)).join(', ')
  const counted = Object.entries(statuses)
    .map(([each, count]) => `${each}: ${count}`)
    .join(', ')
  console.log(`${requests} requests, seed ${seed}, up to revision ${revision}; ${counted}`)
  console.log(`resident after a collection, every twentieth of the run: ${told}`)
  console.log(`${faultCount} faults; ${status === 0 ? 'the server is up and its memory flat' : 'the run is not clean'}`)
  return status ?? 1
}
