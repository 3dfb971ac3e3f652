/** PostgreSQL, a server of its own on a socket of this machine, asked over one connection with prepared statements. */

import pg from 'pg'
import { hasPostgres, PostgresServer } from '../../tools/postgres-server.mjs'
import type { Contender, OpenContender } from '../contender.ts'
import { preparedCalls, Unsuitable } from '../contender.ts'
import { permissionName, userId } from '../names.ts'
import type { World } from '../world.ts'
import type { TableName, Way } from './sql.ts'
import { indexes, rowsOfTable, statementsToMake, tables, tenantCheck } from './sql.ts'

export const openPostgresRecursive: OpenContender = (world) => open(world, 'recursive')
export const openPostgresClosure: OpenContender = (world) => open(world, 'closure')

/** Rows that are inserted with one statement. */
const batch = 20_000

async function open(world: World, way: Way): Promise<Contender> {
  if (!hasPostgres) throw new Unsuitable('PostgreSQL is not installed on this machine')
  const server = new PostgresServer()
  await server.start({ shared_buffers: '512MB', fsync: 'off', synchronous_commit: 'off', max_wal_size: '4GB', jit: 'off' })
  const client = new pg.Client({ connectionString: server.url() })
  client.on('error', () => undefined)
  await client.connect()
  for (const statement of statementsToMake('uuid', '')) await client.query(statement)
  // The table names are those of the declaration.
  for (const table of Object.keys(tables) as TableName[]) await fill(client, world, table)
  for (const statement of indexes) await client.query(statement)
  await client.query('vacuum analyze')
  const statement = numbered(tenantCheck(way))
  return {
    prepare(kind, questions) {
      if (kind !== 'tenant-check') return undefined
      const moment = new Date().toISOString()
      const asked = questions.map(({ user, what }) => [userId(user), moment, permissionName(what)])
      return preparedCalls(asked.length, 'wall', async (index) => {
        const { rows } = await client.query({ name: 'check', text: statement, values: asked[index] ?? [] })
        return rows.length > 0
      })
    },
    async close() {
      await client.end()
      await server.remove()
    },
  }
}

async function fill(client: pg.Client, world: World, table: TableName): Promise<void> {
  const columns = tables[table]
  const types = columns.map((column) => (['ends', 'role', 'permission', 'action'].includes(column) ? 'text[]' : 'uuid[]'))
  const text = `insert into ${table} select * from unnest(${types.map((type, index) => `$${index + 1}::${type}`).join(', ')})`
  let held = columns.map((): (string | null)[] => [])
  const flush = async () => {
    await client.query(text, held)
    held = columns.map(() => [])
  }
  for (const row of rowsOfTable(world, table)) {
    for (const [index, cell] of row.entries()) held[index]?.push(cell)
    if (held[0]?.length === batch) await flush()
  }
  if (held[0]?.length !== 0) await flush()
}

/** With the parameters as PostgreSQL writes them. */
function numbered(statement: string): string {
  let parameters = 0
  return statement.replaceAll('?', () => {
    parameters += 1
    return `$${parameters}`
  })
}
