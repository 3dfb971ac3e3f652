/**
 * Writes to a store, one commit after the other, and prints `ack <revision> <hash>` when each is durable, and `unknown` when the
 * store cannot tell. Others kill it, break its disk, or count what it does. `node tools/store-writer.mjs PATH|postgres://... [--commits N] [--mutant sync-normal|ack-before-commit]`;
 * without N it never ends. The mutants are faulty on purpose: whoever watches must notice.
 */
import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { CuriaError } from '../dist/core/index.js'
import { openSqlite } from '../dist/store/open-sqlite.js'
import { openPostgresStore } from '../dist/store/postgres.js'
import { openStoreOver } from '../dist/store/sqlite.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { commits: { type: 'string' }, mutant: { type: 'string' } },
})
const [place = ''] = positionals
const commits = values.commits === undefined ? Number.POSITIVE_INFINITY : Number(values.commits)

const openOnSqlite = async () => {
  const database = await openSqlite(place)
  if (values.mutant === 'sync-normal') database.exec('pragma synchronous = normal')
  return database
}
const store = await (place.startsWith('postgres://') ? openPostgresStore({ url: place }) : openStoreOver(openOnSqlite, place))

const tenant = 'main'
const origin = 'local'
const actor = 'system:writer'
let revision = await store.head(tenant)
const last = revision + commits
while (revision < last) {
  const next = revision + 1
  const entry = draftOf(next)
  if (values.mutant === 'ack-before-commit') {
    say(`ack ${next} ?`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const committed = await store.commit({ tenant, expectedRevision: revision, entry }).catch(unlessUnknown)
  if (committed === undefined) {
    revision = await store.head(tenant)
    continue
  }
  if (values.mutant !== 'ack-before-commit') say(`ack ${committed.revision} ${committed.hash}`)
  revision = committed.revision
  if (revision % 50 === 0) await store.erasePersonal(tenant, `u${revision - 1}`)
}
await store.close()

/** @param {unknown} error */
function unlessUnknown(error) {
  if (!(error instanceof CuriaError) || error.code !== 'outcome_unknown') throw error
  say('unknown')
}

/** @param {string} line */
function say(line) {
  // At once and unbuffered: what was not said was not acknowledged.
  writeSync(1, `${line}\n`)
}

/**
 * Most commits make a user and change the one before; every twentieth brings many rows.
 *
 * @param {number} revision
 * @returns {import('../dist/store/store.js').JournalDraft}
 */
function draftOf(revision) {
  const time = instantOf(revision)
  const made = revision % 20 === 0 ? Array.from({ length: 500 }, (_, index) => holdOf(revision, index)) : []
  const user = userOf(revision)
  const before = userOf(revision - 1)
  const renamed = { ...before, displayName: `Renamed ${revision}` }
  return {
    time,
    actor,
    origin,
    changes: [{ kind: 'user.create', records: [`user:${user.id}`] }],
    names: { [`user:${user.id}`]: user.userName },
    rows: [
      { table: 'user', key: user.id, after: user },
      ...(revision > 1 ? [{ table: /** @type {const} */ ('user'), key: before.id, before, after: renamed }] : []),
      ...made.map((hold) => ({ table: /** @type {const} */ ('hold'), key: `${hold.group}|${hold.member}|${hold.origin}`, after: hold })),
    ],
  }
}

/**
 * @param {number} revision
 * @returns {import('../dist/core/index.js').User}
 */
function userOf(revision) {
  const time = instantOf(revision)
  return {
    id: `u${revision}`,
    userName: `user${revision}`,
    emails: [`user${revision}@example.org`],
    attributes: { filler: 'x'.repeat(revision % 3000) },
    status: 'active',
    networks: [],
    externalIds: {},
    origin,
    createdAt: time,
    createdBy: actor,
    updatedAt: time,
  }
}

/**
 * @param {number} revision
 * @param {number} index
 * @returns {import('../dist/core/index.js').Hold}
 */
function holdOf(revision, index) {
  const time = instantOf(revision)
  return { group: `g${revision}`, member: `user:u${index}`, roles: [], origin, createdAt: time, createdBy: actor, updatedAt: time }
}

/** @param {number} revision */
function instantOf(revision) {
  // Every Date of these years is written in the form of an Instant.
  return /** @type {import('../dist/core/index.js').Instant} */ (new Date(Date.UTC(2026, 0, 1) + revision * 1000).toISOString())
}
