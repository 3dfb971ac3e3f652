/** The library on PostgreSQL: one server and one set of tables for all scenarios, emptied before each; read anew once the world is written. */

import { createAccess } from '../../../src/assemble.ts'
import { openPostgresStore } from '../../../src/store/postgres.ts'
import type { Store } from '../../../src/store/store.ts'
import { hasPostgres, PostgresServer } from '../../store/postgres-server.ts'
import type { Path } from '../path.ts'
import { stageReadAnew } from './library.ts'

const schema = 'scenarios'

/** One server, and one store with its connections, for all scenarios. */
async function start() {
  const server = new PostgresServer()
  await server.start()
  await server.run([`create schema ${schema}`])
  const store = await openPostgresStore({ url: server.url({ schema }) })
  const tables = await server.run([
    `select tablename from pg_tables where schemaname = '${schema}' and tablename not in ('schema_version', 'identity')`,
  ])
  // As a replica, for which the journal may be emptied.
  const clearing = ['set session_replication_role = replica', ...tables.map(({ tablename }) => `delete from "${String(tablename)}"`)]
  return { server, store, clear: () => server.run([clearing.join(';')], schema) }
}

let started: ReturnType<typeof start> | undefined

/** The store, of which whoever closes it lets go without closing it for the others. */
function lent(store: Store): Store {
  return {
    isShared: store.isShared,
    identity: () => store.identity(),
    tenants: () => store.tenants(),
    load: (tenant, take) => store.load(tenant, take),
    head: (tenant) => store.head(tenant),
    commit: (request) => store.commit(request),
    idempotent: (tenant, key) => store.idempotent(tenant, key),
    journal: (tenant, range) => store.journal(tenant, range),
    verify: (tenant) => store.verify(tenant),
    erasePersonal: (tenant, user) => store.erasePersonal(tenant, user),
    note: (tenant, purpose, key) => store.note(tenant, purpose, key),
    notes: (tenant, purpose, owner) => store.notes(tenant, purpose, owner),
    changeNotes: (tenant, changes) => store.changeNotes(tenant, changes),
    sweepNotes: (tenant, before) => store.sweepNotes(tenant, before),
    close: async () => undefined,
  }
}

export const libraryOnPostgres: Path = {
  name: 'the library on PostgreSQL, read anew after the first write',
  ...(hasPostgres ? {} : { skipped: 'PostgreSQL is not installed' }),
  open: async (now) => {
    started ??= start()
    const { store, clear } = await started
    await clear()
    return stageReadAnew(() => createAccess({ store: lent(store), clock: () => now }))
  },
  close: async () => {
    if (started === undefined) return
    const { server, store } = await started
    started = undefined
    await store.close()
    await server.remove()
  },
}
