/** How statements reach an open SQLite database: one connection, one transaction at a time, in the order they were asked for. */

import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { CuriaError, refuse } from '../core/index.ts'
import { CommitFailure } from './commit-failure.ts'
import { closeSqlite } from './open-sqlite.ts'
import type { Schema } from './sql/schema.ts'
import type { OpenDatabase, Work } from './sql/work.ts'
import { sqliteCode, sqliteCodeOf } from './sqlite-code.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite-library.ts'

/** Statements that are kept prepared. Those of a store are about a hundred. */
const statementsKept = 300

/** A database that is open, for kysely and for work in one go. `destroy` of the kysely waits for what is under way and closes it. */
export function overSqlite(database: SqliteDatabase): OpenDatabase {
  const driver = new SqliteDriver(database)
  const queries = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => driver,
      createIntrospector: (kysely: Kysely<unknown>) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  return { queries, carryOut: (work) => driver.carryOut(work) }
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

  /** In one go, once it is our turn: a database in this process answers at once, and waiting for it would only cost turns of the loop. */
  async carryOut<T>(work: Work<T>): Promise<T> {
    await this.acquireConnection()
    try {
      this.#begin()
      try {
        let step = work.next()
        while (step.done !== true) step = work.next(this.#connection.run(step.value))
        this.#commit()
        return step.value
      } catch (error) {
        this.#rollBack()
        throw error
      }
    } finally {
      this.#release()
    }
  }

  async beginTransaction(): Promise<void> {
    this.#begin()
  }

  #begin(): void {
    if (!this.#database.isOpen) {
      throw new CuriaError(refuse('store_unavailable', { reason: 'the database is being opened again after a failure of the disk' }))
    }
    // `immediate`: a reader that turns writer would have to be refused half-way.
    this.#database.exec('begin immediate')
  }

  async commitTransaction(): Promise<void> {
    this.#commit()
  }

  #commit(): void {
    try {
      this.#database.exec('commit')
    } catch (error) {
      // Those who wait in line must not go on with a connection of which nobody knows what it has written.
      if (sqliteCodeOf(error) === sqliteCode.io) closeSqlite(this.#database)
      throw new CommitFailure(error)
    }
  }

  async rollbackTransaction(): Promise<void> {
    this.#rollBack()
  }

  #rollBack(): void {
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

/** A statement, and whether it gives rows. */
interface Prepared {
  readonly statement: SqliteStatement
  readonly isRead: boolean
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: SqliteDatabase
  readonly #statements = new Map<string, Prepared>()

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  run<R>({ sql, parameters }: CompiledQuery): QueryResult<R> {
    const { statement, isRead } = this.#prepared(sql)
    if (isRead) {
      // What comes out of a database is what the query says; those who ask read it with care.
      return { rows: statement.all(...parameters) as R[] }
    }
    const { changes } = statement.run(...parameters)
    return { rows: [], numAffectedRows: BigInt(changes) }
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.run(query)
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield this.run<R>(query)
  }

  #prepared(sql: string): Prepared {
    const kept = this.#statements.get(sql)
    if (kept !== undefined) return kept
    const statement = this.#database.prepare(sql)
    // Only the statement itself knows whether it gives rows: `with ... insert` begins like a reader, `insert ... returning` does not.
    const prepared = { statement, isRead: statement.columns().length > 0 }
    if (this.#statements.size >= statementsKept) this.#statements.clear()
    this.#statements.set(sql, prepared)
    return prepared
  }
}

function waiting(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
