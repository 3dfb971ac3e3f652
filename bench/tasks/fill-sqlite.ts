/** A SQLite file that holds a made world: written straight into the tables, in minutes also where there are twenty million rows. */

import { rename, rm, stat } from 'node:fs/promises'
import { DatabaseSync } from '@photostructure/sqlite'
import { foldedKey, keyOf, readInstant } from 'curia/core'
import type { Row } from 'curia/store/memory'
import { openSqliteStore } from 'curia/store/sqlite'
import { rowsOfWorld } from '../world-rows.ts'
import { worldNamed } from './world-snapshot.ts'

export interface Filled {
  readonly rows: number
  readonly milliseconds: number
  readonly bytes: number
}

/**
 * The store itself makes the schema and the one entry of the journal, which tells of no rows; so a start finds all that it looks at. The
 * rows come in one transaction without a journal of the database: a file that was cut short is not used.
 */
export async function fillSqlite(worldName: string, seed: number, path: string): Promise<Filled> {
  const begun = performance.now()
  const aside = `${path}.new`
  await rm(aside, { force: true })
  const store = await openSqliteStore({ path: aside })
  const time = readInstant('2026-01-01T00:00:00.000Z', 'time')
  const entry = { time, actor: 'system:bench', origin: 'local', changes: [], rows: [], names: {} } as const
  await store.commit({ tenant: 'main', expectedRevision: 0, entry })
  await store.close()
  const database = new DatabaseSync(aside)
  for (const setting of ['journal_mode = off', 'synchronous = off', 'locking_mode = exclusive', 'cache_size = -4194304']) {
    database.exec(`pragma ${setting}`)
  }
  database.exec('begin')
  const tables = new Map<string, Inserting>()
  let count = 0
  for (const row of rowsOfWorld(worldNamed(worldName, seed))) {
    let inserting = tables.get(row.table)
    if (inserting === undefined) {
      inserting = insertingInto(database, row.table)
      tables.set(row.table, inserting)
    }
    // Every field of a row is looked for by the name of its column.
    const fields = row.row as unknown as { readonly [field: string]: unknown }
    inserting.statement.run(...inserting.columns.map((column) => cellOf(column, row, fields)))
    count += 1
  }
  database.exec('commit')
  database.close()
  await rename(aside, path)
  return { rows: count, milliseconds: performance.now() - begun, bytes: (await stat(path)).size }
}

type Cell = string | number | null
type Database = InstanceType<typeof DatabaseSync>

interface Inserting {
  readonly columns: readonly string[]
  readonly statement: ReturnType<Database['prepare']>
}

/** One row at a time: that is no slower than many, as long as they come in the order of their keys. */
function insertingInto(database: Database, table: string): Inserting {
  const name = table.replace('-', '_')
  const columns = database
    .prepare(`pragma table_info("${name}")`)
    .all()
    .map((column: unknown) => String((column as { readonly name: unknown }).name))
  return { columns, statement: database.prepare(`insert into "${name}" values (${columns.map(() => '?').join(',')})`) }
}

function cellOf(column: string, row: Row, fields: { readonly [field: string]: unknown }): Cell {
  switch (column) {
    case 'tenant':
      return 'main'
    case 'key':
      // Each row comes with the name of its own table; the compiler cannot follow the pair.
      return keyOf(row.table, row.row as never)
    case 'parent_key':
      return String(fields.parent ?? '')
    case 'user_name_key':
      return foldedKey(String(fields.userName))
    case 'email_key':
      return Array.isArray(fields.emails) ? foldedKey(String(fields.emails[0])) : null
    default: {
      const value = fields[fieldOf(column)]
      if (value === undefined) return null
      if (typeof value === 'boolean') return value ? 1 : 0
      return typeof value === 'string' ? value : JSON.stringify(value)
    }
  }
}

const fieldNames = new Map<string, string>()

/** `created_at` is `createdAt`. */
function fieldOf(column: string): string {
  let field = fieldNames.get(column)
  if (field === undefined) {
    field = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    fieldNames.set(column, field)
  }
  return field
}
