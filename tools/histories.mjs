/**
 * Plays any number of random histories on the engine and the oracle, in parts, and ends with one line of counts.
 * `npm run histories -- --runs 20000 [--seed 7] [--part 2000] [--jobs 2] [--state FILE]`: each job plays a part at a time in a process of its
 * own; with a state file a run that was broken off goes on where it stood. A failing history is shrunk and kept in
 * test/histories/regressions, where `npm test` plays it first.
 * `npm run histories -- --enumerate [--jobs 2] [--state FILE]`: instead of random histories, every way to nest four groups with two people in
 * them and every choice of grant, denial or nothing on each group for two permissions; a run is then one way to nest and to be a member.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    part: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    state: { type: 'string' },
    enumerate: { type: 'boolean', default: false },
  },
})
/** How many ways there are to nest four groups, but for their names, and to have two people in them, but for theirs: 31 x 136. */
const nestings = 4216
const enumerates = values.enumerate
const runs = whole('runs', values.runs ?? (enumerates ? String(nestings) : '20000'))
// A process is the quicker, the longer it has played.
const part = whole('part', values.part ?? (enumerates ? '62' : '2000'))
const jobs = whole('jobs', values.jobs)

/**
 * `done` runs are behind us, one after the other, and the parts that begin at `ahead` are finished already.
 * @typedef {{ seed: number, part: number, enumerates: boolean, done: number, ahead: number[], differences: number }} State
 */
const state = readState(values.state) ?? { seed: whole('seed', values.seed), part, enumerates, done: 0, ahead: [], differences: 0 }

const started = Date.now()
let next = state.done
let played = 0
await Promise.all(Array.from({ length: jobs }, () => work()))
console.log(
  enumerates
    ? `nestings: ${state.done} of ${nestings} with every choice of grants, ${state.differences} differences`
    : `histories: ${state.done} run, ${state.differences} differences, seed ${state.seed}`,
)
process.exitCode = state.differences === 0 ? 0 : 1

/** Plays one part after the other, as long as there is one. */
async function work() {
  while (next < runs) {
    const from = next
    const size = Math.min(state.part, runs - from)
    next += size
    if (state.ahead.includes(from)) continue
    const failed = enumerates ? await playNestings(from, size) : await playHistories(from, size)
    played += size
    state.differences += failed
    state.ahead.push(from)
    // What stands one behind the other is behind us.
    while (state.ahead.includes(state.done)) {
      state.ahead.splice(state.ahead.indexOf(state.done), 1)
      state.done = Math.min(runs, state.done + state.part)
    }
    if (values.state !== undefined) writeState(values.state, state)
    const rate = played / ((Date.now() - started) / 1000)
    console.error(`${state.done} of ${runs}, ${state.differences} differences, ${rate.toFixed(1)} a second`)
  }
}

/**
 * Half of a part are short histories and half are long ones.
 *
 * @param {number} from
 * @param {number} size
 * @returns {Promise<number>} how many of the two halves showed a difference
 */
function playHistories(from, size) {
  return play('test/histories/histories.test.ts', {
    CURIA_HISTORIES: String(Math.ceil(size / 2)),
    CURIA_HISTORIES_SEED: String(state.seed + from),
    CURIA_HISTORIES_KEEP: join(root, 'test', 'histories', 'regressions'),
  })
}

/**
 * @param {number} from
 * @param {number} size
 * @returns {Promise<number>} 1 when there was a difference
 */
function playNestings(from, size) {
  return play('test/histories/nestings.test.ts', { CURIA_NESTINGS: `${from}-${from + size}` })
}

/**
 * @param {string} file
 * @param {{ readonly [name: string]: string }} environment
 * @returns {Promise<number>} how many tests failed
 */
async function play(file, environment) {
  const child = spawn(process.execPath, [vitest, 'run', '--no-color', '--reporter=json', '--maxWorkers=1', file], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [said, complained] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complained += text
  })
  const [status, signal] = await once(child, 'close')
  if (status === 0) return 0
  const report = parsed(said)
  const messages = new Set(
    report.testResults.flatMap((each) => [...each.assertionResults.flatMap((test) => test.failureMessages), each.message]),
  )
  console.error([...messages, complained].filter((message) => message !== '').join('\n'))
  // What did not fail did not end either: nothing is known of the part, and it is played anew when the run goes on.
  if (report.numFailedTests === 0) throw new Error(`a part was broken off: ${signal ?? `exit status ${status}`}`)
  return report.numFailedTests
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
 * A state goes on as it began: with its seed and the size of its parts.
 *
 * @param {string | undefined} path
 * @returns {State | undefined}
 */
function readState(path) {
  if (path === undefined || !existsSync(path)) return undefined
  /** @type {Partial<State>} */
  const found = JSON.parse(readFileSync(path, 'utf8'))
  const { seed = 0, done = 0, ahead = [], differences = 0 } = found
  if ((found.enumerates ?? false) === enumerates) return { seed, part: found.part ?? part, enumerates, done, ahead, differences }
  console.error(`${path} is the state of ${enumerates ? 'random histories' : 'an enumeration'}; name another file`)
  return process.exit(2)
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
