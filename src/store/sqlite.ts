/** The embedded store: one SQLite file, for one process. */

import { resolve } from 'node:path'
import { sql } from 'kysely'
import { CuriaError, refuse } from '../core/index.ts'
import { CommitFailure } from './commit-failure.ts'
import { openSqlite } from './open-sqlite.ts'
import { removedRevision } from './sql/remove-tenant.ts'
import type { Explained, Flavour } from './sql/schema.ts'
import { openSqlStore } from './sql/sql-store.ts'
import { sqliteCode, sqliteCodeOf } from './sqlite-code.ts'
import { overSqlite } from './sqlite-dialect.ts'
import type { SqliteDatabase } from './sqlite-library.ts'
import { sqlitePieces } from './sqlite-pieces.ts'
import type { Store } from './store.ts'

export interface SqliteOptions {
  /** The file; relative to the working folder. It and its folder are made when missing. */
  readonly path: string
}

/**
 * Opens the store in a SQLite file, and makes or migrates it where needed. A commit is on the disk (`synchronous=FULL`, WAL) when it
 * resolves. The file is locked for this process until `close`.
 * @throws CuriaError `store_unavailable`: in use by another process, not reachable, damaged, or written by a newer Curia; `storage_full`
 */
export function openSqliteStore({ path }: SqliteOptions): Promise<Store> {
  return openStoreOver(() => openSqlite(resolve(path)), path)
}

/** Makes a store over a database that `open` opens, now and again after the disk has failed. `path` is what messages call it. */
export function openStoreOver(open: () => Promise<SqliteDatabase>, path: string): Promise<Store> {
  return openSqlStore(async () => overSqlite(await open()), sqliteFlavour(path))
}

function sqliteFlavour(path: string): Flavour {
  return {
    // SQLite compares texts byte by byte unless it is told otherwise.
    text: sql`text`,
    number: sql`integer`,
    isShared: false,
    keyedTable: sql`without rowid`,
    async tables(transaction) {
      return (await transaction.introspection.getTables()).map(({ name }) => name)
    },
    quoted: (column) => sql`case when ${column} is not null then json_quote(${column}) end`,
    jsonArray: (columns) => sql`json_array(${sql.join(columns.map((column) => sql.ref(column)))}) || ','`,
    pieces: sqlitePieces,
    // The file is locked for this process, and its transactions stand in line.
    async lockSchema() {},
    appendOnly: (table) =>
      ['update', 'delete'].map(
        (act) => sql`
          create trigger ${sql.ref(`${table}_refuses_${act}`)} before ${sql.raw(act)} on ${sql.table(table)}
          begin select raise(abort, 'the journal is append-only'); end
        `,
      ),
    appendOnlyWhileThere: (table) => [
      sql`drop trigger ${sql.ref(`${table}_refuses_delete`)}`,
      sql`
        create trigger ${sql.ref(`${table}_refuses_delete`)} before delete on ${sql.table(table)}
        when not exists (select 1 from tenant where tenant = old.tenant and revision = ${sql.lit(removedRevision)})
        begin select raise(abort, 'the journal is append-only'); end
      `,
    ],
    async afterErasing(database) {
      // The log still holds the pages as they were.
      await sql`pragma wal_checkpoint(truncate)`.execute(database)
    },
    explain: (error) => explain(error, path),
  }
}

function explain(error: unknown, path: string): Explained {
  const duringCommit = error instanceof CommitFailure
  const cause = duringCommit ? error.cause : error
  const found = sqliteCodeOf(cause)
  if (found === undefined) return { error, outcomeUnknown: false }
  const unavailable = (reason: string) => new CuriaError(refuse('store_unavailable', { reason }), { cause })
  const known = (error: unknown): Explained => ({ error, outcomeUnknown: false })
  switch (found) {
    case sqliteCode.full:
      return known(new CuriaError(refuse('storage_full', {}), { cause }))
    case sqliteCode.busy:
    case sqliteCode.locked:
      return known(unavailable(`the database ${path} is in use by another process; name its server with --url`))
    case sqliteCode.io:
      return { error: unavailable(`the database ${path} could not be read or written`), outcomeUnknown: duringCommit }
    case sqliteCode.readOnly:
    case sqliteCode.cannotOpen:
      return known(unavailable(`the database ${path} cannot be opened for writing`))
    case sqliteCode.corrupt:
    case sqliteCode.notDatabase:
      return known(unavailable(`the file ${path} is damaged, or is not a database`))
    case sqliteCode.tooBig:
      return known(unavailable('a value is larger than the database holds'))
    case sqliteCode.constraint:
      return known(new Error('the rows of a change set contradict what is there', { cause }))
    default:
      return { error: new Error('the database failed in a way that was not foreseen', { cause }), outcomeUnknown: duringCommit }
  }
}
