/**
 * Builds src into dist: has the compiler check everything and declare the types, copies the files that are not TypeScript, removes what has lost its
 * source, and has programs and console built.
 * `isStale` tells without starting the compiler whether a build is needed.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildConsole, isConsoleStale } from './build-console.mjs'
import { areProgramsStale, buildPrograms, filesOfPrograms } from './build-programs.mjs'

export const root = fileURLToPath(new URL('..', import.meta.url))

const source = join(root, 'src')
const output = join(root, 'dist')
// The compiler leaves unchanged outputs alone, so their age says nothing. A build that succeeded writes this stamp.
const stamp = join(output, '.built')

/** True when nothing was built yet, or when a source is newer than the last build that succeeded. */
export function isStale() {
  if (!existsSync(stamp) || isConsoleStale(root) || areProgramsStale(root)) return true
  const built = statSync(stamp).mtimeMs
  const settings = readdirSync(root).filter((name) => /^(tsconfig.*|package-lock)\.json$/.test(name))
  // Folders are looked at as well: removing a file changes nothing but its folder.
  const watched = [source, ...entriesUnder(source).map(({ path }) => join(source, path)), ...settings.map((name) => join(root, name))]
  return watched.some((path) => existsSync(path) && statSync(path).mtimeMs > built)
}

/**
 * Builds everything. The compiler reports to standard error, so that standard output stays with the caller.
 *
 * @param {{ checksTests?: boolean }} [options] whether tests and tools are checked too; they leave no output. Default true
 * @returns {Promise<boolean>} false when the compiler found faults; they have been printed
 */
export async function build({ checksTests = true } = {}) {
  const compiler = findCompiler()
  if (compiler === undefined) {
    console.error('the compiler is not installed: run `npm ci` first')
    return false
  }
  rmSync(stamp, { force: true })
  const started = new Date()
  const compiled = spawnSync(process.execPath, [compiler, '-b', checksTests ? '.' : 'tsconfig.node.json'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (compiled.status !== 0) return false

  mkdirSync(output, { recursive: true })
  if (areProgramsStale(root) && !(await buildPrograms(root))) return false
  // The console is one program of its own, made by another builder.
  const sources = filesUnder(source).filter((path) => !isOfConsole(path))
  removeAllBut(new Set([...sources.flatMap(outputsOf), ...filesOfPrograms(root)]))
  for (const path of sources.filter((each) => !isCompiled(each))) copy(path)
  if (isConsoleStale(root) && !(await buildConsole(root))) return false
  makeRunnable(join(output, 'cli', 'main.js'))

  writeFileSync(stamp, '')
  // A source saved while the compiler ran must count as newer than this build.
  utimesSync(stamp, started, started)
  return true
}

function findCompiler() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
  } catch {
    return undefined
  }
}

/** @param {string} path */
function isOfConsole(path) {
  return /^console[/\\]/.test(path)
}

/** @param {string} path */
function isCompiled(path) {
  return /\.tsx?$/.test(path)
}

/** @param {string} path */
function outputsOf(path) {
  if (!isCompiled(path)) return [path]
  return [path.replace(/\.tsx?$/, '.d.ts')]
}

/** @param {Set<string>} wanted paths inside dist */
function removeAllBut(wanted) {
  for (const path of filesUnder(output)) {
    if (!wanted.has(path) && !path.startsWith('.tsbuildinfo') && !isOfConsole(path)) rmSync(join(output, path))
  }
}

/** @param {string} path a path inside src */
function copy(path) {
  mkdirSync(dirname(join(output, path)), { recursive: true })
  copyFileSync(join(source, path), join(output, path))
}

/** @param {string} path */
function makeRunnable(path) {
  if (existsSync(path)) chmodSync(path, 0o755)
}

/** @param {string} folder */
function filesUnder(folder) {
  return entriesUnder(folder)
    .filter(({ isFile }) => isFile)
    .map(({ path }) => path)
}

/**
 * @param {string} folder
 * @returns {{ path: string, isFile: boolean }[]} paths inside the folder, empty when there is no such folder
 */
function entriesUnder(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => ({ path, isFile: statSync(join(folder, path)).isFile() }))
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !(await build())) process.exitCode = 1
