/**
 * Measures the lists of a large tenant over HTTP: makes people and groups in SQLite, starts the server, and asks as an administrator of everything and as one
 * of a single group: the first page, the next ones, sorted pages, a branch of the tree, and what is asked while names are typed, key by key.
 * `npm run bench:lists [-- --people 1000000] [--groups 100000] [--database FILE]`: a database that is there already is used as it stands.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openSqliteStore } from '../dist/store/sqlite.js'
import { build } from './build.mjs'

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '1000000' },
    groups: { type: 'string', default: '100000' },
    database: { type: 'string' },
  },
})
const people = Number(values.people)
const groups = Number(values.groups)
const adminKey = 'a-key-of-the-administrator-for-the-bench-only'
const managerKey = 'bench_manager.a-key-of-a-manager-for-the-bench-only'

const first = [
  'Ada',
  'Björn',
  'Chiara',
  'Dmitri',
  'Elif',
  'Fatima',
  'George',
  'Hana',
  'Igor',
  'Jürgen',
  'Kaja',
  'Liam',
  'Mei',
  'Nora',
  'Olga',
  'Pia',
  'Quentin',
  'Rosa',
  'Sven',
  'Tove',
]
const last = [
  'Lovelace',
  'Andersson',
  'Bianchi',
  'Petrov',
  'Yilmaz',
  'Haddad',
  'Okafor',
  'Tanaka',
  'Novak',
  'Müller',
  'Kallas',
  'Murphy',
  'Chen',
  'Berg',
  'Ruiz',
  'Keller',
  'Dubois',
  'Silva',
  'Larsen',
  'Nilsen',
]
const units = ['Sales', 'Research', 'Support', 'Finance', 'Logistics', 'Design', 'Legal', 'Operations', 'Training', 'Quality']
/** What people type. */
const typed = ['ada', 'lovelace', 'jürgen', 'petrov 77', 'mei.chen', 'user123456', 'olga', 'keller', 'zzz', 'n']
const typedPaths = ['sales', 'research', 'unit 4711', 'legal / unit', 'quality']

const folder = mkdtempSync(join(tmpdir(), 'curia-lists-'))
const database = values.database ?? join(folder, 'curia.db')
try {
  if (!(await build({ checksTests: false }))) throw new Error('the build has failed')
  if (!existsSync(database)) await make(database)
  await measure(database)
} finally {
  rmSync(folder, { recursive: true })
}

// ---- the tenant

/** @param {string} path */
async function make(path) {
  const started = performance.now()
  const store = await openSqliteStore({ path })
  const time = /** @type {import('../dist/core/index.js').Instant} */ ('2026-01-01T00:00:00.000Z')
  const base = { origin: 'local', createdAt: time, createdBy: 'system:bench', updatedAt: time }
  let revision = await store.head('main')
  /** @param {readonly object[]} rows */
  const commit = async (rows) => {
    const entry = { time, actor: 'system:bench', origin: 'local', changes: [], rows, names: {} }
    // The rows are those of the tables that they name.
    const request = /** @type {import('../dist/store/store.js').CommitRequest} */ (
      /** @type {unknown} */ ({ tenant: 'main', expectedRevision: revision, entry })
    )
    revision = (await store.commit(request)).revision
  }
  const step = 10_000
  for (let from = 0; from < people; from += step) {
    await commit(
      Array.from({ length: Math.min(step, people - from) }, (_, index) => ({
        table: 'user',
        key: userId(from + index),
        after: person(from + index, base),
      })),
    )
    progress('people', from + step, people)
  }
  for (let from = 0; from < groups; from += step) {
    await commit(
      Array.from({ length: Math.min(step, groups - from) }, (_, index) => ({
        table: 'group',
        key: groupId(from + index),
        after: unit(from + index, base),
      })),
    )
    progress('groups', from + step, groups)
  }
  const hash = createHash('sha256').update(managerKey).digest('hex')
  const key = { id: 'manager', prefix: 'bench_manager', hash, owner: `user:${userId(7)}`, scopes: [], active: true, ...base }
  await commit([
    {
      table: 'grant',
      key: 'manager',
      after: { id: 'manager', subject: `user:${userId(7)}`, role: 'manager', resource: `group:${groupId(3)}`, effect: 'allow', ...base },
    },
    // Everybody else manages a group too, so that there is something to overlook.
    ...Array.from({ length: Math.min(20_000, groups - 10) }, (_, index) => ({
      table: 'grant',
      key: `manager-${index}`,
      after: {
        id: `manager-${index}`,
        subject: `user:${userId(index + 8)}`,
        role: 'manager',
        resource: `group:${groupId(index + 4)}`,
        effect: 'allow',
        ...base,
      },
    })),
    { table: 'api-key', key: 'manager', after: key },
  ])
  await store.close()
  console.log(`made ${people} people and ${groups} groups in ${seconds(started)} s`)
}

/** @param {number} index */
function userId(index) {
  return `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`
}

/** @param {number} index */
function groupId(index) {
  return `01900000-0001-7000-8000-${String(index).padStart(12, '0')}`
}

/** @param {number} index @param {object} base */
function person(index, base) {
  const firstName = first[index % first.length] ?? ''
  const lastName = `${last[Math.floor(index / first.length) % last.length]} ${Math.floor(index / 400)}`
  const plain = `${firstName}.${lastName}`
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9.]/g, '')
  return {
    id: userId(index),
    userName: `user${index}`,
    firstName,
    lastName,
    emails: [`${plain}@example.org`],
    attributes: {},
    status: 'active',
    networks: [],
    externalIds: {},
    ...base,
  }
}

/** Ten below each, six levels. @param {number} index @param {object} base */
function unit(index, base) {
  const name = `${units[index % units.length]} unit ${index}`
  const parent = index < 10 ? {} : { parent: groupId(Math.floor(index / 10) - 1) }
  const rest = { entities: [], properties: {}, data: { config: { share: 'members' } }, meta: {}, active: true, joinPolicy: 'closed' }
  return { id: groupId(index), name, codename: name.toLowerCase().replaceAll(' ', '-'), ...parent, ...rest, ...base }
}

// ---- the server

/** @param {string} path */
async function measure(path) {
  const started = performance.now()
  const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
  const server = spawn(process.execPath, ['--max-old-space-size=8192', main, 'serve', '--port', '0', '--store', `sqlite:${path}`], {
    env: { ...process.env, CURIA_BOOTSTRAP_KEY: adminKey },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const url = await new Promise((resolve, reject) => {
      let said = ''
      server.once('exit', () => reject(new Error(`the server has ended: ${said}`)))
      server.stdout.on('data', (piece) => {
        said += piece
        const found = /listening on (\S+)/.exec(said)?.[1]
        if (found !== undefined) resolve(found)
      })
    })
    console.log(
      `server ready, lists prepared, in ${seconds(started)} s (${(processorMilliseconds(server.pid) / 1000).toFixed(1)} s of processor) with ${residentMegabytes(server.pid)} MB resident`,
    )
    for (const [who, key] of [
      ['administrator of everything', adminKey],
      ['manager of one group', managerKey],
    ]) {
      console.log(`\n${who}`)
      await measureAs(`${url}/api/v1`, key ?? '', server.pid)
    }
    console.log(`\n${residentMegabytes(server.pid)} MB resident at the end`)
  } finally {
    server.kill()
    await new Promise((resolve) => server.once('close', resolve))
  }
}

/** @param {string} url @param {string} key @param {number | undefined} pid of the server */
async function measureAs(url, key, pid) {
  const ask = async (/** @type {string} */ path) => {
    const started = performance.now()
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    // Every list of the API has this shape.
    const body = /** @type {{ total: number, next?: string, items: readonly { id: string }[] }} */ (await response.json())
    return { milliseconds: performance.now() - started, body }
  }
  await ask('/me')
  for (const list of [
    'users',
    'users?sort=userName',
    'users?sort=-userName',
    'groups',
    'groups?sort=name',
    'groups?parent=&sort=name',
    `groups?parent=${groupId(0)}`,
  ]) {
    const with_ = list.includes('?') ? '&' : '?'
    const page = await ask(`/${list}`)
    say(`first page of /${list}`, [page.milliseconds], { total: page.body.total })
    /** @type {number[]} */
    const times = []
    let { next } = page.body
    const before = processorMilliseconds(pid)
    for (let count = 0; next !== undefined && count < 20; count += 1) {
      const more = await ask(`/${list}${with_}cursor=${encodeURIComponent(next)}`)
      times.push(more.milliseconds)
      next = more.body.next
    }
    if (times.length > 0) say('  next pages', times, { processor: processorMilliseconds(pid) - before })
  }
  for (const path of [
    'groups?managed=false&sort=name',
    'ending-memberships',
    'user-ranges?sort=userName&size=10000',
    'user-ranges?sort=userName&size=100&from=500000',
    'group-ranges?sort=name&size=10000',
  ]) {
    const first = await ask(`/${path}`)
    /** @type {number[]} */
    const times = []
    const before = processorMilliseconds(pid)
    for (let count = 0; count < 20; count += 1) times.push((await ask(`/${path}`)).milliseconds)
    say(`/${path}, first`, [first.milliseconds], { total: first.body.total })
    say('  again', times, { processor: processorMilliseconds(pid) - before })
  }
  for (const [list, words] of /** @type {const} */ ([
    ['users', typed],
    ['groups', typedPaths],
  ])) {
    /** @type {number[]} */
    const times = []
    let slowest = { word: '', milliseconds: 0 }
    const before = processorMilliseconds(pid)
    for (const word of words) {
      for (let length = 1; length <= word.length; length += 1) {
        const { milliseconds } = await ask(`/${list}?q=${encodeURIComponent(word.slice(0, length))}`)
        times.push(milliseconds)
        if (milliseconds > slowest.milliseconds) slowest = { word: word.slice(0, length), milliseconds }
      }
    }
    say(`typing in /${list}, a key`, times, { processor: processorMilliseconds(pid) - before })
    console.log(`  slowest: ${JSON.stringify(slowest.word)}`)
  }
  const before = processorMilliseconds(pid)
  const filtered = await ask(`/users?filter=${encodeURIComponent('lastName sw "keller" and active ne false')}`.replace('active', 'status'))
  say('filter over all people', [filtered.milliseconds], { total: filtered.body.total, processor: processorMilliseconds(pid) - before })
}

// ---- figures

/**
 * `processor`: what the server's process has computed for all of them, which other work on the machine does not lengthen.
 *
 * @param {string} what
 * @param {readonly number[]} times
 * @param {{ total?: number, processor?: number }} [more]
 */
function say(what, times, { total, processor } = {}) {
  const sorted = [...times].sort((one, other) => one - other)
  const at = (/** @type {number} */ share) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
  const figures = times.length === 1 ? `${at(0)} ms` : `median ${at(0.5)} ms, largest ${at(1)} ms of ${times.length}`
  const computed = processor === undefined ? '' : `, ${(processor / times.length).toFixed(1)} ms of processor each`
  console.log(`${what.padEnd(58)} ${figures}${computed}${total === undefined ? '' : `  (${total} in all)`}`)
}

/** User and system time of a process, in steps of a hundredth of a second. @param {number | undefined} pid */
function processorMilliseconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** @param {number} started */
function seconds(started) {
  return ((performance.now() - started) / 1000).toFixed(1)
}

/** @param {number | undefined} pid */
function residentMegabytes(pid) {
  const found = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(found) / 1024)
}

/** @param {string} what @param {number} done @param {number} all */
function progress(what, done, all) {
  if (process.stderr.isTTY) process.stderr.write(`\r${Math.min(done, all)} of ${all} ${what}   ${done >= all ? '\n' : ''}`)
}
