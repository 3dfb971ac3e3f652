/** Programs that people read in our pages and examples: compiled and run in a folder where `curia` is installed, as theirs would be. */

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './page.ts'

/** What a program is expected to print: the comment behind each `console.log`, ` | ` between the lines of one that runs several times. */
export function expectedOutput(program: string): readonly string[] {
  return [...program.matchAll(/console\.log\(.*\) \/\/ (.+)$/gm)].flatMap(([, told = '']) => told.split(' | '))
}

/** Writes the programs, by name, into a new folder and compiles all of them. Throws what the compiler says. */
export function compilePrograms(programs: { readonly [name: string]: string }): string {
  const folder = mkdtempSync(join(tmpdir(), 'curia-examples-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'curia'))
  symlinkSync(join(root, 'node_modules', '@types'), join(folder, 'node_modules', '@types'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  const compilerOptions = {
    strict: true,
    target: 'es2023',
    module: 'nodenext',
    lib: ['es2023'],
    types: ['node'],
    outDir: 'out',
    rootDir: '.',
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, `${name}.ts`), text)
  const run = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`the examples do not compile:\n${run.stdout}`)
  return folder
}

/** Runs a compiled program and gives what it printed, line by line. */
export function runProgram(folder: string, name: string, environment: { readonly [variable: string]: string } = {}): readonly string[] {
  const run = spawnSync(process.execPath, [join(folder, 'out', `${name}.js`)], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  })
  if (run.status !== 0) throw new Error(`${name} ended with ${run.status}:\n${run.stderr}`)
  return run.stdout.trimEnd().split('\n')
}
