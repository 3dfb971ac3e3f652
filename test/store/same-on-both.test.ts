/** The same histories on SQLite and on PostgreSQL: the same answers, refusals, journals and exports. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileCondition } from '../../src/conditions.ts'
import type { ActorReference, Change, Instant } from '../../src/core/index.ts'
import { CuriaError, canonicalJson } from '../../src/core/index.ts'
import type { Access } from '../../src/service/access.ts'
import { openAccess } from '../../src/service/open-access.ts'
import { Tenants } from '../../src/service/tenants.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import type { Command, WrittenChange } from '../histories/universe.ts'
import { firstChanges, firstMoment, histories, instants } from '../histories/universe.ts'
import { hasPostgres, PostgresServer } from './postgres-server.ts'

const seed = 20_261_122
const worlds = 6

/** Texts that databases have been seen to compare, fold or sort in ways of their own. */
const oddChanges: readonly WrittenChange[] = [
  ...['Straße', 'strasse', 'İstanbul', 'ıstanbul', 'é', 'e\u0301', '\u{1f9ff}', 'ﬀ', 'Z', 'a', 'ä', '好', "O'Neil \\ % _ $1"].map(
    (text, index) => ({
      kind: 'group.create',
      id: `odd${index}`,
      name: text,
      codename: `odd${index}`,
      description: `${text}\n\t"${text}"`,
      properties: { [text]: text, number: 1.5e21, none: null },
    }),
  ),
  ...['A b', 'a b', 'ä/好', 'x'.repeat(512), '好'.repeat(512)].map((id) => ({ kind: 'resource.create', resource: `folder:${id}` })),
]

describe.skipIf(!hasPostgres)('SQLite and PostgreSQL', () => {
  let server: PostgresServer
  const folder = mkdtempSync(join(tmpdir(), 'curia-both-'))
  beforeAll(async () => {
    server = new PostgresServer()
    await server.start()
  })
  afterAll(async () => {
    await server?.remove()
    rmSync(folder, { recursive: true })
  })

  let accepted = 0
  const drawn = fc.sample(histories(50, 50), { numRuns: worlds, seed })
  it.each(drawn.map(({ commands }, index) => [index, commands] as const))(
    'come to the same by the same changes: world %i',
    async (index, commands) => {
      const url = server.url({ schema: await server.newSchema() })
      const path = join(folder, `${index}.db`)
      const onSqlite = await played(() => openSqliteStore({ path }), commands)
      const onPostgres = await played(() => openPostgresStore({ url }), commands)
      expect(onPostgres.outcomes).toEqual(onSqlite.outcomes)
      expect(onPostgres.told).toBe(onSqlite.told)
      expect(onSqlite.outcomes.slice(0, 2)).toEqual([1, 2])
      accepted += onSqlite.outcomes.filter((outcome) => typeof outcome === 'number').length
    },
  )

  it('were given worlds in which much was accepted', () => {
    expect(accepted).toBeGreaterThan(10 * worlds)
  })
})

/** Plays the commands, then tells what came of each, and all there is: as it stands, as it is read again, and the journal. */
async function played(open: () => Promise<Store>, commands: readonly Command[]) {
  let now: Instant = firstMoment
  const outcomes: (number | string)[] = []
  const first = await openOn(await open(), () => now)
  const perform = async (changes: readonly WrittenChange[], actor: string, origin: string) => {
    try {
      const read = changes.map((change) => resolved(first.access, change))
      // Commands name actors and origins as they are written; what is wrong is refused.
      const { revision } = await first.access.as(actor as ActorReference).write(read, { origin: origin as 'local' })
      outcomes.push(revision)
    } catch (error) {
      if (!(error instanceof CuriaError)) throw error
      outcomes.push(`${error.code}: ${error.message}`)
    }
  }
  await perform(firstChanges, 'system:test', 'local')
  await perform(oddChanges, 'system:test', 'local')
  for (const command of commands) {
    if ('clock' in command) now = instants[command.clock] ?? now
    else await perform(command.changes, command.actor, command.origin ?? 'local')
  }
  const standing = canonicalJson(first.access.exportWorld())
  await first.close()

  const again = await openOn(await open(), () => now)
  const reread = canonicalJson(again.access.exportWorld())
  expect(reread).toBe(standing)
  const journal: unknown[] = []
  // The hashes hold digests under the secret of each store.
  for await (const { hash: _hash, previousHash: _previous, ...entry } of again.access.journal()) journal.push(entry)
  expect((await again.access.verify()).intact).toBe(true)
  await again.close()
  return { outcomes, told: `${reread}\n${canonicalJson(journal)}` }
}

async function openOn(store: Store, now: () => Instant) {
  let made = 0
  const newId = () => {
    made += 1
    return `n${String(made).padStart(5, '0')}`
  }
  const tenants = new Tenants({ store, identity: await store.identity(), compileCondition, now, newId })
  const access = openAccess(await tenants.get('main'), 'system:test', () => tenants.close())
  return { access, close: () => access.close() }
}

/** `#3` as id is the record that stands third, as in the histories. */
function resolved(access: Access, change: WrittenChange): Change {
  const table = change.kind.split('.')[0]
  const result: { [field: string]: unknown } = { ...change }
  if (typeof change.id === 'string' && change.id.startsWith('#') && (table === 'grant' || table === 'assignment')) {
    const ids = access.records(table).map(({ id }) => id)
    result.id = ids[Number(change.id.slice(1)) % ids.length] ?? 'none'
  }
  if (typeof change.revision === 'number' && change.revision <= 0) result.revision = Math.max(1, access.revision + change.revision)
  // What is not a change is refused, and that is compared too.
  return result as unknown as Change
}
