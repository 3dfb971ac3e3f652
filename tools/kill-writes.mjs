/**
 * Kills a writer in the middle of its work, again and again, and looks whether anything that was acknowledged is lost, anything is there
 * by half, or the journal or the file is broken.
 * `node tools/kill-writes.mjs [--rounds 50] [--seed N] [--store postgres://...] [--mutant ack-before-commit]`; without a store it makes
 * SQLite files of its own. Every fifth round starts with no database (in PostgreSQL: with an empty schema, which is removed again), so
 * that the killing also meets its making. Ends with a line of figures; exit status 1 when
 * something was lost or broken. With the mutant it must be 1.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DatabaseSync } from '@photostructure/sqlite'
import pg from 'pg'
import { canonicalJson } from '../dist/core/index.js'
import { openPostgresStore } from '../dist/store/postgres.js'
import { openSqliteStore } from '../dist/store/sqlite.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    store: { type: 'string' },
    mutant: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const random = randomFrom(Number(values.seed))
const tenant = 'main'
const writer = fileURLToPath(new URL('store-writer.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'curia-kill-'))
const figures = { acknowledged: 0, lost: 0, broken: 0, unacknowledged: 0 }
/** What was acknowledged in the present database: hash by revision. @type {Map<number, string>} */
let acknowledged = new Map()

/**
 * Where the present database is. `ready` resolves whether there can be anything in it, when the killed writer is gone for good;
 * `damage` says what is wrong with the file.
 *
 * @typedef {{
 *   address: string
 *   open(): Promise<import('../dist/store/store.js').Store>
 *   ready(): Promise<boolean>
 *   damage(): string | undefined
 *   remove(): Promise<void>
 * }} Home
 */
/** @type {Home | undefined} */
let home

console.log(`seed ${values.seed}`)
try {
  for (let round = 0; round < rounds; round += 1) {
    const fresh = round % 5 === 0
    if (fresh) {
      await home?.remove()
      home = values.store === undefined ? sqliteHome(round) : await postgresHome(values.store, round)
      acknowledged = new Map()
    }
    if (home === undefined) throw new Error('the first round is a fresh one')
    const before = acknowledged.size
    await writeUntilKilled(home, fresh)
    figures.acknowledged += acknowledged.size - before
    await inspect(home, round)
  }
} finally {
  await home?.remove()
  rmSync(folder, { recursive: true })
}
const { acknowledged: total, lost, broken, unacknowledged } = figures
console.log(
  `${rounds} kills, ${total} commits acknowledged, ${lost} lost, ${broken} faults; ${unacknowledged} commits stood without acknowledgement; ` +
    `0 of ${rounds} would mean fewer than ${((3 / rounds) * 100).toFixed(1)} % of kills lose something`,
)
process.exitCode = lost + broken === 0 && total > 0 ? 0 : 1

/**
 * @param {number} round
 * @returns {Home}
 */
function sqliteHome(round) {
  const path = join(folder, `${round}.db`)
  return {
    address: path,
    open: () => openSqliteStore({ path }),
    // Killed before it had made the file: then nothing was acknowledged either.
    ready: async () => existsSync(path) || acknowledged.size > 0,
    damage() {
      const database = new DatabaseSync(path)
      const answers = database.prepare('pragma integrity_check').all()
      database.close()
      return answers.length === 1 && answers[0].integrity_check === 'ok' ? undefined : JSON.stringify(answers.slice(0, 3))
    },
    remove: async () => rmSync(path, { force: true }),
  }
}

/**
 * @param {string} address
 * @param {number} round
 * @returns {Promise<Home>}
 */
async function postgresHome(address, round) {
  const name = `curia_kill_${process.pid}_${round}`
  const url = new URL(address)
  url.searchParams.set('options', `-csearch_path=${name}`)
  url.searchParams.set('application_name', name)
  await runSql(address, `create schema ${name}`)
  return {
    address: url.href,
    open: () => openPostgresStore({ url: url.href }),
    async ready() {
      // What the writer had sent when it was killed is still carried out.
      while ((await runSql(address, `select 1 from pg_stat_activity where application_name = '${name}'`)).length > 0);
      return true
    },
    damage: () => undefined,
    remove: async () => {
      await runSql(address, `drop schema ${name} cascade`)
    },
  }
}

/**
 * @param {string} address
 * @param {string} statement
 */
async function runSql(address, statement) {
  const client = new pg.Client({ connectionString: address })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

/**
 * @param {Home} home
 * @param {boolean} fresh
 */
async function writeUntilKilled({ address }, fresh) {
  const words = [writer, address, ...(values.mutant === undefined ? [] : ['--mutant', values.mutant])]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  let started = () => {}
  /** @type {Promise<void>} */
  const firstAck = new Promise((resolve) => {
    started = resolve
  })
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
    if (text.includes('\n')) started()
  })
  const over = once(child, 'close')
  // Some kills meet the opening and the first tables, most meet writes and checkpoints.
  if (!fresh || random() < 0.5) await Promise.race([firstAck, over])
  await Promise.race([new Promise((resolve) => setTimeout(resolve, random() * 400)), over])
  child.kill('SIGKILL')
  const [status, signal] = await over
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself with status ${status}`)
  // The last line may have been cut off; then it was not said.
  for (const line of text.split('\n').slice(0, -1)) {
    const [, revision, hash] = line.split(' ')
    acknowledged.set(Number(revision), hash ?? '')
  }
}

/**
 * @param {Home} home
 * @param {number} round
 */
async function inspect(home, round) {
  /** @param {string} what */
  const fault = (what) => {
    figures.broken += 1
    console.log(`round ${round}: ${what}`)
  }
  if (!(await home.ready())) return
  const store = await home.open()
  const verdict = await store.verify(tenant)
  if (!verdict.intact) fault(`the journal is broken at ${verdict.revision}: ${verdict.reason}`)

  /** @type {Map<string, string>} */
  const replayed = new Map()
  /** @type {Map<number, string>} */
  const found = new Map()
  for await (const { revision, hash, rows } of store.journal(tenant)) {
    found.set(revision, hash)
    for (const { table, key, after } of rows) {
      if (after === undefined) replayed.delete(`${table} ${key}`)
      else replayed.set(`${table} ${key}`, table === 'user' ? after.id : canonicalJson(after))
    }
  }
  for (const [revision, hash] of acknowledged) {
    if (found.get(revision) === hash || (hash === '?' && found.has(revision))) continue
    figures.lost += 1
    console.log(`round ${round}: revision ${revision} was acknowledged and is ${found.has(revision) ? 'another one' : 'lost'}`)
  }
  const beyond = [...found.keys()].filter((revision) => !acknowledged.has(revision))
  if (beyond.length > 1) fault(`${beyond.length} commits stand that were never acknowledged`)
  figures.unacknowledged += beyond.length
  for (const revision of beyond) acknowledged.set(revision, found.get(revision) ?? '')

  let rows = 0
  const revision = await store.load(tenant, ({ table, row }) => {
    rows += 1
    const key = table === 'user' ? row.id : table === 'hold' ? `${row.group}|${row.member}|${row.origin}` : ''
    // Users are compared by id: their values in the journal may have been erased.
    if (replayed.get(`${table} ${key}`) !== (table === 'user' ? row.id : canonicalJson(row)))
      fault(`${table} ${key} is not as the journal says`)
  })
  if (revision !== found.size) fault(`the counter is at ${revision}, the journal has ${found.size} entries`)
  if (rows !== replayed.size) fault(`${rows} rows stand where the journal says ${replayed.size}`)
  await store.close()

  const damage = home.damage()
  if (damage !== undefined) fault(`the file is damaged: ${damage}`)
}

/**
 * Numbers from 0 to 1 that are the same for the same seed (mulberry32).
 *
 * @param {number} seed
 */
function randomFrom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
