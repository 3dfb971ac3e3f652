/** How kysely speaks to PostgreSQL through a pool of `pg`: every error of the driver marked as one, and no connection used after one. */

import type { CompiledQuery, DatabaseConnection, Dialect, Driver, Kysely, QueryResult, TransactionSettings } from 'kysely'
import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { CuriaError } from '../core/index.ts'
import { CommitFailure } from './commit-failure.ts'

/** The driver or the database failed. `cause` is the driver's error. */
export class PostgresFailure extends Error {
  constructor(cause: unknown) {
    super('the database refused or did not answer', { cause })
    this.name = 'PostgresFailure'
  }
}

/** The dialect over a pool. `destroy` of the kysely waits until every connection is given back, and closes them. */
export function postgresDialect(pool: Pool): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PostgresDriver(pool),
    createIntrospector: (kysely: Kysely<unknown>) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

class PostgresDriver implements Driver {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
    // A connection that is lost while nobody uses it is only missing from the pool; unheard, the event would end the process. One that is
    // lost between two queries is noticed by the next.
    pool.on('error', () => undefined)
    pool.on('connect', (client) => client.on('error', () => undefined))
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PostgresConnection> {
    try {
      return new PostgresConnection(await this.#pool.connect())
    } catch (error) {
      // What the inspection of a new connection says is ours already.
      throw error instanceof CuriaError ? error : new PostgresFailure(error)
    }
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release()
  }

  /** Without settings: for writing. The level is always named, because the database may have another default. */
  async beginTransaction(
    connection: PostgresConnection,
    { isolationLevel = 'read committed', accessMode = 'read write' }: TransactionSettings,
  ) {
    await connection.run(`start transaction isolation level ${isolationLevel} ${accessMode}`)
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    let command: string
    try {
      command = (await connection.run('commit')).command
    } catch (error) {
      throw new CommitFailure(error instanceof PostgresFailure ? error.cause : error)
    }
    // PostgreSQL answers so when a statement before it had failed, and calls it a success.
    if (command !== 'COMMIT') throw new Error('a transaction was to be committed in which a statement had failed')
  }

  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    try {
      await connection.run('rollback')
    } catch {
      // The error that led here says more. The connection is closed on its release, and with it goes the transaction.
    }
  }

  async destroy(): Promise<void> {
    await this.#pool.end()
  }
}

class PostgresConnection implements DatabaseConnection {
  readonly #client: PoolClient
  /** The first failure. Failures are rare and a new connection costs milliseconds, so nobody guesses what state this one is in. */
  #failure: Error | undefined

  constructor(client: PoolClient) {
    this.#client = client
  }

  async run(text: string, values?: readonly unknown[]) {
    try {
      return await this.#client.query(text, values === undefined ? undefined : [...values])
    } catch (error) {
      const failure = new PostgresFailure(error)
      this.#failure ??= failure
      throw failure
    }
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount, command } = await this.run(sql, parameters)
    // What comes out of a database is what the query says; those who ask read it with care.
    const found = rows as R[]
    return command === 'SELECT' || rowCount === null ? { rows: found } : { rows: found, numAffectedRows: BigInt(rowCount) }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query)
  }

  release(): void {
    this.#client.release(this.#failure)
  }
}
