/** How kysely speaks to an open SQLite database: one connection, one transaction at a time, in the order they were asked for. */

import type { CompiledQuery, DatabaseConnection, Dialect, Driver, Kysely, QueryResult } from 'kysely'
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { CuriaError, refuse } from '../core/index.ts'
import { CommitFailure } from './commit-failure.ts'
import { closeSqlite } from './open-sqlite.ts'
import { sqliteCode, sqliteCodeOf } from './sqlite-code.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite-library.ts'

/** Statements that are kept prepared. Those of a store are about a hundred. */
const statementsKept = 300

/** The dialect over a database that is open. `destroy` of the kysely waits for what is under way and closes it. */
export function sqliteDialect(database: SqliteDatabase): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(database),
    createIntrospector: (kysely: Kysely<unknown>) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class SqliteDriver implements Driver {
  readonly #database: SqliteDatabase
  readonly #connection: SqliteConnection
  /** Resolves when the last one in the line has let go of the connection. */
  #line: Promise<void> = Promise.resolve()
  #release: () => void = () => undefined

  constructor(database: SqliteDatabase) {
    this.#database = database
    this.#connection = new SqliteConnection(database)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#line
    const { promise, resolve } = waiting()
    this.#line = promise
    await before
    this.#release = resolve
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    this.#release()
  }

  async beginTransaction(): Promise<void> {
    if (!this.#database.isOpen) {
      throw new CuriaError(refuse('store_unavailable', { reason: 'the database is being opened again after a failure of the disk' }))
    }
    // `immediate`: a reader that turns writer would have to be refused half-way.
    this.#database.exec('begin immediate')
  }

  async commitTransaction(): Promise<void> {
    try {
      this.#database.exec('commit')
    } catch (error) {
      // Those who wait in line must not go on with a connection of which nobody knows what it has written.
      if (sqliteCodeOf(error) === sqliteCode.io) closeSqlite(this.#database)
      throw new CommitFailure(error)
    }
  }

  async rollbackTransaction(): Promise<void> {
    // On a full disk SQLite has rolled back already, and the refusal of a second rollback would hide why.
    if (!this.#database.isOpen || !this.#database.isTransaction) return
    try {
      this.#database.exec('rollback')
    } catch {
      // The error that led here says more, and a transaction that stays open is refused at the next `begin`.
    }
  }

  async destroy(): Promise<void> {
    await this.acquireConnection()
    try {
      closeSqlite(this.#database)
    } finally {
      await this.releaseConnection()
    }
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: SqliteDatabase
  readonly #statements = new Map<string, SqliteStatement>()

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.#prepared(sql)
    // Only the statement itself knows whether it gives rows: `with ... insert` begins like a reader, `insert ... returning` does not.
    if (statement.columns().length > 0) {
      // What comes out of a database is what the query says; those who ask read it with care.
      return { rows: statement.all(...parameters) as R[] }
    }
    const { changes } = statement.run(...parameters)
    return { rows: [], numAffectedRows: BigInt(changes) }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query)
  }

  #prepared(sql: string): SqliteStatement {
    const kept = this.#statements.get(sql)
    if (kept !== undefined) return kept
    const statement = this.#database.prepare(sql)
    if (this.#statements.size >= statementsKept) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }
}

function waiting(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
