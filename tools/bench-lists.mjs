/**
 * Measures the lists of a large tenant over HTTP: makes people and groups in SQLite, starts the server, and asks as an administrator of everything and as one
 * of a single group: the first page, the next ones, sorted pages, a branch of the tree, and what is asked while names are typed, key by key.
 * While a filter reads all people, somebody else asks small questions: the longest of them is how long the server was not to be had.
 * `npm run bench:lists [-- --people 1000000] [--groups 100000] [--database FILE]`: a database that is there already is used as it stands.
 * `--browser` measures the console instead: its first list, and each key until the answer is painted.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from './build.mjs'
import { measureInBrowser } from './lists-in-browser.mjs'
import { groupId, makeWorld, managerKey } from './lists-world.mjs'

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '1000000' },
    groups: { type: 'string', default: '100000' },
    database: { type: 'string' },
    browser: { type: 'boolean', default: false },
  },
})
const people = Number(values.people)
const groups = Number(values.groups)
const adminKey = 'a-key-of-the-administrator-for-the-bench-only'

/** What people type. */
const typed = ['ada', 'lovelace', 'jürgen', 'petrov 77', 'mei.chen', 'user123456', 'olga', 'keller', 'zzz', 'n']
const filters = [
  'lastName sw "keller" and status ne "inactive"',
  'emails co "müller" or firstName eq "Ada"',
  'createdAt gt "2026-02-01T00:00:00Z"',
  'attributes.level ge 3',
]
const typedPaths = ['sales', 'research', 'unit 4711', 'legal / unit', 'quality']

const folder = mkdtempSync(join(tmpdir(), 'curia-lists-'))
const database = values.database ?? join(folder, 'curia.db')
try {
  if (!(await build({ checksTests: false }))) throw new Error('the build has failed')
  if (!existsSync(database)) await makeWorld(database, people, groups)
  await measure(database)
} finally {
  rmSync(folder, { recursive: true })
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
    if (values.browser) {
      await measureInBrowser(url, adminKey)
      return
    }
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
  for (const filter of filters) {
    const before = processorMilliseconds(pid)
    const beside = { isOver: false, longest: 0 }
    const others = askMeanwhile(ask, beside)
    const filtered = await ask(`/users?filter=${encodeURIComponent(filter)}`)
    beside.isOver = true
    await others
    say(`filter over all people, ${filter}`, [filtered.milliseconds], {
      total: filtered.body.total,
      processor: processorMilliseconds(pid) - before,
    })
    console.log(`  the longest that another question took meanwhile: ${beside.longest.toFixed(1)} ms`)
  }
}

/**
 * Small questions, one after the other, until it is over.
 *
 * @param {(path: string) => Promise<{ milliseconds: number }>} ask
 * @param {{ isOver: boolean, longest: number }} beside
 */
async function askMeanwhile(ask, beside) {
  while (!beside.isOver) {
    const { milliseconds } = await ask('/groups?limit=1')
    beside.longest = Math.max(beside.longest, milliseconds)
  }
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
