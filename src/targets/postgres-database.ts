/** A PostgreSQL database of another program. */

import type { Pool, PoolClient } from 'pg'
import type { Column, Database, Query } from './database.ts'
import { ConstraintFailure } from './database.ts'
import { TargetFailure } from './target.ts'

const limits = {
  max: 2,
  connectionTimeoutMillis: 10_000,
  idleTimeoutMillis: 30_000,
  statement_timeout: 60_000,
  query_timeout: 70_000,
  // A process of ours that was frozen must not hold up the other program for long.
  idle_in_transaction_session_timeout: 30_000,
} as const

/** Connects when it is needed. `url` as in the address of a store. */
export function postgresDatabase(url: string): Database {
  return new OtherPostgres(url)
}

class OtherPostgres implements Database {
  readonly place: string
  readonly #url: string
  #pool: Promise<Pool> | undefined

  constructor(url: string) {
    this.#url = url
    this.place = placeOf(url)
  }

  moment(at: string): string {
    return at
  }

  truth(value: boolean): boolean {
    return value
  }

  async columns(query: Query, table: string): Promise<readonly Column[]> {
    const rows = await query(
      `select column_name as name, character_maximum_length as length, is_nullable as nullable, column_default as preset, is_identity as identity
       from information_schema.columns where table_schema = any (current_schemas(false)) and table_name = ? order by ordinal_position`,
      [table],
    )
    return rows.map(({ name, length, nullable, preset, identity }) => ({
      name: String(name),
      isNeeded: nullable === 'NO' && preset === null && identity !== 'YES',
      ...(typeof length === 'number' ? { length } : {}),
    }))
  }

  async transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const client = await this.#connect()
    let isBroken = false
    const query: Query = async (text, values = []) => {
      let place = 0
      const numbered = text.replace(/\?/g, () => `$${++place}`)
      try {
        return (await client.query<{ readonly [column: string]: unknown }>(numbered, [...values])).rows
      } catch (error) {
        throw this.#explain(error)
      }
    }
    try {
      await query('begin')
      const result = await work(query)
      await query('commit')
      return result
    } catch (error) {
      if (error instanceof TargetFailure) isBroken = true
      else await query('rollback').catch(() => undefined)
      throw error
    } finally {
      // A connection that has failed is not used again.
      client.release(isBroken)
    }
  }

  async close(): Promise<void> {
    await (await this.#pool)?.end()
  }

  async #connect(): Promise<PoolClient> {
    this.#pool ??= openPool(this.#url)
    const pool = await this.#pool
    try {
      return await pool.connect()
    } catch (error) {
      throw this.#explain(error)
    }
  }

  #explain(error: unknown): unknown {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
    if (code === '23505') return new ConstraintFailure('unique', error)
    if (code === '23503') return new ConstraintFailure('reference', error)
    if (code?.startsWith('23') === true || code?.startsWith('22') === true) return new ConstraintFailure('other', error)
    const [, reason = 'cannot be reached'] = reasons.find(([pattern]) => pattern.test(code ?? '')) ?? []
    return new TargetFailure(`${this.place} ${reason}`, { cause: error })
  }
}

const reasons: readonly (readonly [code: RegExp, reason: string])[] = [
  [/^(28|0P)/, 'does not let us in: the user or the password is not right'],
  [/^3D000$/, 'does not exist'],
  [/^42501$/, 'does not give us the rights we need on its tables'],
  [/^42/, 'is not made as we know it'],
  [/^53/, 'has no connection or no room left'],
  [/^25006$/, 'is read-only'],
  [/^(57014|55P03|40)/, 'did not answer in time'],
]

async function openPool(url: string): Promise<Pool> {
  const { Pool } = await import('pg').catch((cause: unknown) => {
    throw new TargetFailure('a database in PostgreSQL needs the package pg; install it beside curia with `npm install pg@8`', { cause })
  })
  const pool = new Pool({ ...limits, connectionString: url, application_name: 'curia', keepAlive: true })
  // A connection that is lost while nobody uses it is simply no longer there.
  pool.on('error', () => undefined)
  return pool
}

/** What messages call the database: without user, password and parameters. */
function placeOf(url: string): string {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    // The error holds the address, and the address may hold a password.
    throw new TargetFailure('the address of the database cannot be read; write postgres://user:password@host:5432/database')
  }
  const host = parsed.searchParams.get('host') ?? parsed.host
  return `the database ${decodeURIComponent(parsed.pathname.slice(1)) || '(of the name of its user)'} at ${host || 'localhost'}`
}
