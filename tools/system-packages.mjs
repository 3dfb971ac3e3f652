/** The programs outside npm that some tests run for real, and how they come onto a machine. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * `package` holds the program; `instead` is another program, and a package of its name, that does as well; `module`: it is a module of Python.
 * @typedef {{ readonly name: string, readonly package: string, readonly neededBy: string, readonly instead?: string, readonly module?: string }} Program
 */

/** @type {readonly Program[]} */
export const programs = [
  // The same browser without what draws windows for people: a page costs half the time.
  {
    name: 'chromium-headless-shell',
    package: 'chromium-headless-shell',
    neededBy: 'the tests in a browser',
    instead: 'chromium',
  },
  { name: 'strace', package: 'strace', neededBy: 'the tests that count what reaches the disk' },
  { name: 'django-admin', package: 'python3-django', neededBy: 'the tests over a real Django project' },
  // No program but a module of Debian's Python, which runs Debian's Django.
  { name: 'psycopg2', module: 'psycopg2', package: 'python3-psycopg2', neededBy: 'the tests over a Django project in PostgreSQL' },
  { name: 'initdb', package: 'postgresql', neededBy: 'the tests over a real PostgreSQL' },
]

/**
 * Where a program is. Tests ask this to run or to skip.
 *
 * @param {string} name
 * @returns {string | undefined} its path
 */
export function findProgram(name) {
  // Servers live in sbin, which an unprivileged user's PATH leaves out.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', ...postgresFolders()]
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isRunnable)
}

/** Where the browser is. */
export function findBrowser() {
  return findProgram('chromium-headless-shell') ?? findProgram('chromium')
}

/** @param {Program} program */
function isMissing({ name, instead, module }) {
  if (module !== undefined) return spawnSync('/usr/bin/python3', ['-c', `import ${module}`], { stdio: 'ignore' }).status !== 0
  return findProgram(name) === undefined && (instead === undefined || findProgram(instead) === undefined)
}

/** Debian keeps the programs of each version of PostgreSQL apart from the PATH. The newest first. */
function postgresFolders() {
  const folder = '/usr/lib/postgresql'
  try {
    const versions = readdirSync(folder).sort((one, other) => Number(other) - Number(one))
    return versions.map((version) => join(folder, version, 'bin'))
  } catch {
    return []
  }
}

/**
 * Installs what is missing where we may, and says what could not be had.
 *
 * @returns {readonly { program: Program, reason: string }[]} the programs that are still missing
 */
export function provideSystemPackages() {
  const wanted = programs.filter(isMissing)
  if (wanted.length === 0) return []
  const obstacle = whyNotInstallable() ?? install(wanted)
  return wanted.filter(isMissing).map((program) => ({ program, reason: obstacle ?? 'the package was installed but it is not found' }))
}

function whyNotInstallable() {
  if (findProgram('apt-get') === undefined) return 'this system has no apt-get'
  if (process.getuid?.() !== 0) return 'only root may install packages'
  return undefined
}

/**
 * @param {readonly Program[]} wanted
 * @returns {string | undefined} what went wrong
 */
function install(wanted) {
  const packages = wanted.map((program) => program.package)
  console.error(`installing ${packages.join(', ')} with apt-get ...`)
  const words = ['install', '-qq', '--yes', '--no-install-recommends']
  const failure = aptGet(['update', '-qq']) ?? aptGet([...words, ...packages])
  if (failure === undefined || wanted.every(({ instead }) => instead === undefined)) return failure
  // Not every system has all packages.
  return aptGet([...words, ...wanted.map((program) => program.instead ?? program.package)])
}

/**
 * @param {readonly string[]} words
 * @returns {string | undefined} what went wrong
 */
function aptGet(words) {
  const run = spawnSync('apt-get', words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (run.status === 0) return undefined
  return `\`apt-get ${words.join(' ')}\` failed: ${(run.error?.message ?? run.stderr).trim()}`
}

/** @param {string} path */
function isRunnable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
