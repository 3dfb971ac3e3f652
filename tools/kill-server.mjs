/**
 * Kills a real server with SIGKILL, again and again, at random moments: while four writers write, while it imports, while it starts. After each
 * kill it is started anew, and everything that it had acknowledged must be there, at the revision it said; the journal must be whole; an
 * import must be there as a whole or not at all. Ends with one line of figures, and with 1 when anything was lost.
 *
 * `npm run faults:server -- --rounds 50 [--seed 7] [--keep] [--store postgres://...]`: `--keep` leaves the folder with the
 * database behind; a store other than the SQLite file in that folder must be empty at first.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { build, isStale, root } from './build.mjs'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    keep: { type: 'boolean', default: false },
    store: { type: 'string', default: 'sqlite:curia.db' },
  },
})
const rounds = whole('rounds', values.rounds)
const seed = whole('seed', values.seed)
const random = numbersFrom(seed)

const writers = 4
const importedPeople = 1500
/** A server that has not answered by then never will. */
const startLimitMilliseconds = 60_000

const folder = mkdtempSync(join(tmpdir(), 'curia-kill-'))
const key = randomBytes(32).toString('base64url')

/** What is known of one user that was sent. `revision` is there when the write was acknowledged. */
/** @typedef {{ id: string, revision?: number }} Sent */
/** @typedef {{ file: string, ids: string[], acknowledged: boolean }} Import */
/** @typedef {{ child: import('node:child_process').ChildProcess, url: string, ended: Promise<number | null> }} Server */

const figures = {
  acknowledged: 0,
  unanswered: 0,
  kept: 0,
  lost: 0,
  killsInStart: 0,
  killsInImport: 0,
  importsWhole: 0,
  importsAbsent: 0,
  faults: 0,
  slowestStartMilliseconds: 0,
}
/** @type {Sent[]} */
const sent = []
/** @type {Import[]} */
const imports = []
/** @type {string[]} */
const acknowledgedIds = []
let revisionSeen = 0
let lastEntry = 0

if (isStale() && !(await build({ checksTests: false }))) process.exit(1)
try {
  for (let round = 1; round <= rounds; round++) {
    if (random() < 0.2) await killInStart()
    const server = await start()
    await check(server)
    await writeUntilKilled(server, round)
    if (round % 10 === 0) console.error(`${round} of ${rounds} kills, ${figures.acknowledged} acknowledged, ${figures.lost} lost`)
  }
  const server = await start()
  await check(server)
  server.child.kill('SIGTERM')
  const status = await server.ended
  if (status !== 0) fault(`the server ended with ${status} at SIGTERM`)
} finally {
  if (values.keep) console.error(`the database is left in ${folder}`)
  else rmSync(folder, { recursive: true, force: true })
}
const { acknowledged, unanswered, kept, lost, killsInStart, killsInImport, importsWhole, importsAbsent, faults } = figures
console.log(
  `kill-server: ${rounds + killsInStart} kills (${killsInStart} in the start, ${killsInImport} in an import), ${acknowledged} writes acknowledged, ` +
    `${lost} lost, ${unanswered} unanswered of which ${kept} were kept, imports ${importsWhole} whole and ${importsAbsent} absent, ` +
    `journal whole up to revision ${revisionSeen}, ready after at most ${figures.slowestStartMilliseconds} ms, ${faults} faults, seed ${seed}`,
)
process.exitCode = lost === 0 && faults === 0 && acknowledged > 0 ? 0 : 1

/** @returns {{ child: import('node:child_process').ChildProcess, ended: Promise<number | null> }} */
function launch() {
  // Settings of whoever runs this must not reach the server.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CURIA_')))
  const child = spawn(process.execPath, [join(root, 'dist', 'cli', 'main.js'), 'serve', '--port', '0'], {
    cwd: folder,
    // By the environment: others see the words of a command, and the address may hold a password.
    env: { ...environment, CURIA_BOOTSTRAP_KEY: key, CURIA_STORE: values.store },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.stderr?.on('data', (text) => process.stderr.write(`server: ${text}`))
  return { child, ended }
}

/** @returns {Promise<Server>} */
async function start() {
  const began = performance.now()
  const { child, ended } = launch()
  if (child.stdout === null) throw new Error('the server has no output')
  /** @type {Promise<string>} */
  const listening = new Promise((resolve) => {
    createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stdout) }).on('line', (line) => {
      const url = /^listening on (http:\S+)$/.exec(line)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
  const url = await Promise.race([listening, ended.then(() => undefined), sleep(startLimitMilliseconds, undefined, { ref: false })])
  if (url === undefined) {
    child.kill('SIGKILL')
    throw new Error(`the server did not start; the folder was ${folder}`)
  }
  const ready = await fetch(`${url}/readyz`)
  if (!ready.ok) fault(`not ready after the start: ${ready.status}`)
  figures.slowestStartMilliseconds = Math.max(figures.slowestStartMilliseconds, Math.round(performance.now() - began))
  return { child, url, ended }
}

/** Somewhere between the first instruction of the process and the moment when it listens. */
async function killInStart() {
  const { child, ended } = launch()
  await sleep(random() * (figures.slowestStartMilliseconds || 1000))
  child.kill('SIGKILL')
  await ended
  figures.killsInStart += 1
}

/**
 * @param {Server} server
 * @param {number} round
 */
async function writeUntilKilled({ child, url, ended }, round) {
  const state = { killed: false }
  const busy = Array.from({ length: writers }, (_, writer) => writeUsers(url, state, `r${round}.w${writer}`))
  const importing = random() < 0.3
  if (importing) busy.push(importUsers(url, state, round))
  await sleep(20 + random() * (importing ? 2500 : 1000))
  state.killed = true
  child.kill('SIGKILL')
  await Promise.all([...busy, ended])
}

/**
 * @param {string} url
 * @param {{ killed: boolean }} state
 * @param {string} name of this writer in this round
 */
async function writeUsers(url, state, name) {
  for (let number = 1; !state.killed; number++) {
    /** @type {Sent} */
    const one = { id: `${name}.n${number}` }
    sent.push(one)
    const changes = [{ kind: 'user.create', id: one.id, userName: one.id }]
    const answer = await post(`${url}/api/v1/changes`, 'application/json', JSON.stringify({ changes }), state)
    if (answer === undefined) figures.unanswered += 1
    else {
      one.revision = answer.revision
      figures.acknowledged += 1
    }
  }
}

/**
 * @param {string} url
 * @param {{ killed: boolean }} state
 * @param {number} round
 */
async function importUsers(url, state, round) {
  const ids = Array.from({ length: importedPeople }, (_, index) => `i${round}.n${index}`)
  const one = { file: `i${round}`, ids, acknowledged: false }
  imports.push(one)
  const rows = ['id,user_name', ...ids.map((id) => `${id},${id}`)].join('\n')
  const answer = await post(`${url}/api/v1/import?format=csv-users`, 'text/csv', rows, state)
  if (answer === undefined) figures.killsInImport += 1
  else one.acknowledged = true
}

/**
 * @param {string} address
 * @param {string} type
 * @param {string} body
 * @param {{ killed: boolean }} state
 * @returns {Promise<any>} the answer; undefined when the server was killed before it came
 */
async function post(address, type, body, state) {
  try {
    const response = await fetch(address, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': type }, body })
    const text = await response.text()
    if (response.ok) return JSON.parse(text)
    fault(`${response.status} from ${address}: ${text.slice(0, 300)}`)
    state.killed = true
  } catch (error) {
    if (!state.killed) {
      fault(`no answer from ${address}, and nobody had killed the server: ${error}`)
      state.killed = true
    }
  }
  return undefined
}

/**
 * Compares what the server says with everything that was sent so far.
 *
 * @param {Server} server
 */
async function check({ url }) {
  const verification = await get(`${url}/api/v1/journal/verify`)
  if (verification.intact !== true) fault(`the journal is broken at revision ${verification.revision}: ${verification.reason}`)
  if (verification.revision < revisionSeen) fault(`the revision went back from ${revisionSeen} to ${verification.revision}`)
  revisionSeen = verification.revision

  const { users = [] } = await get(`${url}/api/v1/export?format=json`)
  /** @type {Set<string>} */
  const present = new Set(users.map((/** @type {{ id: string }} */ user) => user.id))
  const journal = await newEntries(url)
  for (const one of sent.splice(0)) {
    if (one.revision === undefined) {
      if (present.has(one.id)) figures.kept += 1
    } else if (!present.has(one.id) || journal.get(one.revision)?.includes(`user:${one.id}`) !== true) {
      figures.lost += 1
      console.error(`lost: ${one.id} of revision ${one.revision}`)
    }
    if (one.revision !== undefined) acknowledgedIds.push(one.id)
  }
  // What was there once must still be there.
  for (const id of acknowledgedIds) {
    if (present.has(id)) continue
    figures.lost += 1
    console.error(`lost later: ${id}`)
  }
  for (const { file, ids, acknowledged } of imports.splice(0)) {
    const count = ids.filter((id) => present.has(id)).length
    if (count === ids.length) figures.importsWhole += 1
    else if (count > 0) fault(`${count} of ${ids.length} users of the import ${file} are there`)
    else if (acknowledged) fault(`the import ${file} was acknowledged and is not there`)
    else figures.importsAbsent += 1
  }
}

/**
 * @param {string} url
 * @returns {Promise<Map<number, string[]>>} the records of each entry since the last look
 */
async function newEntries(url) {
  /** @type {Map<number, string[]>} */
  const entries = new Map()
  const after = lastEntry
  for (let before = ''; ; ) {
    const page = await get(`${url}/api/v1/journal?limit=500&after=${after}${before}`)
    for (const { revision, changes } of page.items) {
      entries.set(
        revision,
        changes.flatMap((/** @type {{ records: string[] }} */ change) => change.records),
      )
      lastEntry = Math.max(lastEntry, revision)
    }
    if (page.next === undefined) return entries
    before = `&before=${page.next}`
  }
}

/**
 * @param {string} address
 * @returns {Promise<any>}
 */
async function get(address) {
  const response = await fetch(address, { headers: { authorization: `Bearer ${key}` } })
  if (!response.ok) throw new Error(`${response.status} from ${address}: ${await response.text()}`)
  return response.json()
}

/** @param {string} text */
function fault(text) {
  figures.faults += 1
  console.error(`fault: ${text}`)
}

/**
 * @param {string} name
 * @param {string} text
 */
function whole(name, text) {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be a whole number`)
  return Number(text)
}

/**
 * The generator mulberry32 (public domain, Tommy Ettinger): the same seed gives the same moments.
 *
 * @param {number} start
 * @returns {() => number} numbers from 0 to below 1
 */
function numbersFrom(start) {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
