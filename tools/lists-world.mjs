/** A large tenant in SQLite, made once: people with one group each, groups ten below each other, and somebody who manages one of them. */
import { createHash } from 'node:crypto'

/** The key of somebody who manages one group. */
export const managerKey = 'bench_manager.a-key-of-a-manager-for-the-bench-only'

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
/**
 * Makes the tenant in a database that is not there yet.
 *
 * @param {string} path
 * @param {number} people
 * @param {number} groups
 */
export async function makeWorld(path, people, groups) {
  const started = performance.now()
  // Only what was built can be opened.
  const { openSqliteStore } = await import('../dist/store/sqlite.js')
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
  /** @param {string} what @param {number} count @param {(index: number) => object} rowOf */
  const commitAll = async (what, count, rowOf) => {
    for (let from = 0; from < count; from += step) {
      await commit(Array.from({ length: Math.min(step, count - from) }, (_, index) => rowOf(from + index)))
      progress(what, from + step, count)
    }
  }
  await commitAll('people', people, (index) => ({ table: 'user', key: userId(index), after: person(index, base) }))
  await commitAll('groups', groups, (index) => ({ table: 'group', key: groupId(index), after: unit(index, base) }))
  await commitAll('memberships', people, (index) => {
    const group = groupId((index * 7) % groups)
    const member = `user:${userId(index)}`
    return { table: 'hold', key: `${group}|${member}|local`, after: { group, member, roles: [], ...base } }
  })
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
  console.log(`made ${people} people and ${groups} groups in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

/** @param {number} index */
function userId(index) {
  return `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`
}

/** @param {number} index */
export function groupId(index) {
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

/** @param {string} what @param {number} done @param {number} all */
function progress(what, done, all) {
  if (process.stderr.isTTY) process.stderr.write(`\r${Math.min(done, all)} of ${all} ${what}   ${done >= all ? '\n' : ''}`)
}
