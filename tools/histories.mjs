/**
 * Plays any number of random histories on the engine and the oracle, in parts, and ends with one line of counts.
 * `npm run histories -- --runs 20000 [--seed 7] [--part 500] [--state FILE]`: with a state file a run that was broken off goes on where
 * it stood. A failing history is shrunk and kept in test/histories/regressions, where `npm test` plays it first.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    part: { type: 'string', default: '500' },
    state: { type: 'string' },
  },
})
const runs = whole('runs', values.runs)
const part = whole('part', values.part)

/** @typedef {{ seed: number, done: number, differences: number }} State */
const state = readState(values.state) ?? { seed: whole('seed', values.seed), done: 0, differences: 0 }

const started = Date.now()
const before = state.done
while (state.done < runs) {
  const size = Math.min(part, runs - state.done)
  const failed = playPart(size, state.seed + state.done)
  state.done += size
  state.differences += failed
  if (values.state !== undefined) writeState(values.state, state)
  const rate = (state.done - before) / ((Date.now() - started) / 1000)
  console.error(`${state.done} of ${runs}, ${state.differences} differences, ${rate.toFixed(1)} a second`)
}
console.log(`histories: ${state.done} run, ${state.differences} differences, seed ${state.seed}`)
process.exitCode = state.differences === 0 ? 0 : 1

/**
 * Half of a part are short histories and half are long ones, each half in a process of its own.
 *
 * @param {number} size
 * @param {number} seed
 * @returns {number} how many of the two halves showed a difference
 */
function playPart(size, seed) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', '--no-color', '--reporter=json', 'test/histories/short-histories.test.ts', 'test/histories/long-histories.test.ts'],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      env: {
        ...process.env,
        CURIA_HISTORIES: String(Math.ceil(size / 2)),
        CURIA_HISTORIES_SEED: String(seed),
        CURIA_HISTORIES_KEEP: join(root, 'test', 'histories', 'regressions'),
      },
    },
  )
  if (status === 0) return 0
  const report = parsed(stdout)
  const messages = new Set(
    report.testResults.flatMap((file) => [...file.assertionResults.flatMap((test) => test.failureMessages), file.message]),
  )
  console.error([...messages, stderr].filter((message) => message !== '').join('\n'))
  return Math.max(1, report.numFailedTests)
}

/**
 * @param {string} text
 * @returns {{ numFailedTests: number, testResults: { message: string, assertionResults: { failureMessages: string[] }[] }[] }}
 */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return { numFailedTests: 0, testResults: [{ message: text, assertionResults: [] }] }
  }
}

/**
 * @param {string} name
 * @param {string} text
 */
function whole(name, text) {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  console.error(`--${name} must be a whole number above 0`)
  return process.exit(2)
}

/**
 * @param {string | undefined} path
 * @returns {State | undefined}
 */
function readState(path) {
  return path !== undefined && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/**
 * A run that is killed while it writes must find the old state whole.
 *
 * @param {string} path
 * @param {State} state
 */
function writeState(path, state) {
  writeFileSync(`${path}.new`, JSON.stringify(state))
  renameSync(`${path}.new`, path)
}
