/** The shared store: a PostgreSQL database, for any number of processes. */

import { Kysely, sql } from 'kysely'
import type { Pool, PoolClient, PoolConfig } from 'pg'
import { CuriaError, refuse } from '../core/index.ts'
import { CommitFailure } from './commit-failure.ts'
import { PostgresFailure, postgresDialect } from './postgres-dialect.ts'
import { removedRevision } from './sql/remove-tenant.ts'
import type { Explained, Flavour } from './sql/schema.ts'
import { openSqlStore } from './sql/sql-store.ts'
import { overWire } from './sql/work.ts'
import type { Store } from './store.ts'

export interface PostgresOptions {
  /**
   * `postgres://user:password@host:5432/database`, with the parameters that `pg` knows: `sslmode`, `host` for the folder of a socket,
   * `options=-csearch_path%3Dname` for a schema that several programs keep apart by. What is left out comes from the environment
   * (`PGPASSWORD`, ...), as with every program of PostgreSQL.
   */
  readonly url: string
}

/**
 * Opens the store in a PostgreSQL database (13 or newer), and makes or migrates its tables where needed. A commit is on the disk when it
 * resolves. Needs the package `pg`. Connections: at most 10, made when they are needed.
 * @throws CuriaError `store_unavailable`: not reachable, not let in, a standby, written by a newer Curia, set up so that it may lose
 *   acknowledged commits (`fsync`, `full_page_writes` or `synchronous_commit` off), or `pg` is missing; `storage_full`
 */
export async function openPostgresStore({ url }: PostgresOptions): Promise<Store> {
  const place = placeOf(url)
  const connect = await driver()
  return openSqlStore(async () => overWire(new Kysely({ dialect: postgresDialect(connect(url, place)) })), postgresFlavour(place))
}

const limits = {
  /** Connections. Each transaction holds one; the writes of a tenant stand in line anyway. */
  max: 10,
  /** For a connection, new or given back. */
  connectionTimeoutMillis: 10_000,
  idleTimeoutMillis: 30_000,
  /** Said by the server: also the longest wait for another process that writes to the same tenant. */
  statement_timeout: 60_000,
  /** Said by us, for a server that is frozen or cut off. */
  query_timeout: 70_000,
  /** A process that was frozen in the middle of a write must not hold up the others for ever. Sealing a large entry takes some seconds. */
  idle_in_transaction_session_timeout: 120_000,
} as const satisfies PoolConfig

/** The type of 64-bit integers, which `pg` gives as texts. Those of ours are all exact as numbers. */
const bigintType = 20

/** Loaded when it is needed: a program on another store does without the package. */
async function driver(): Promise<(url: string, place: string) => Pool> {
  const { Pool, types } = await import('pg').catch((cause: unknown) => {
    throw new CuriaError(unavailable('a store in PostgreSQL needs the package pg; install it beside curia with `npm install pg@8`'), {
      cause,
    })
  })
  return (url, place) =>
    new Pool({
      ...limits,
      connectionString: url,
      application_name: 'curia',
      keepAlive: true,
      types: {
        // The signature of pg: what a parser gives depends on the type.
        getTypeParser: (type: number, format?: 'text' | 'binary') =>
          type === bigintType && format !== 'binary' ? Number : types.getTypeParser(type, format as 'text'),
      },
      onConnect: (client) => requireSafety(client, place),
    })
}

/**
 * On every new connection: a setting can change while we run, and some differ from user to user.
 * @throws CuriaError `store_unavailable` that names the setting
 */
async function requireSafety(client: Pick<PoolClient, 'query'>, place: string): Promise<void> {
  const { rows } = await client.query(`
    select current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
      current_setting('synchronous_commit') as synchronous_commit, current_setting('server_encoding') as server_encoding,
      case when pg_is_in_recovery() then 'on' else 'off' end as standby`)
  const found: { readonly [setting: string]: unknown } = rows[0] ?? {}
  const fault = (reason: string) => new CuriaError(unavailable(`${place} cannot be used safely: ${reason}`))
  if (found.standby !== 'off') throw fault('it is a standby, which cannot be written to; name the primary')
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    if (found[setting] === 'off') throw fault(`${setting} is off, so that acknowledged commits can be lost; turn it on`)
  }
  if (found.server_encoding !== 'UTF8') throw fault(`server_encoding is ${String(found.server_encoding)} where UTF8 is needed`)
}

/** What messages call the database: without user, password and parameters. */
function placeOf(url: string): string {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    // The error holds the address, and the address may hold a password.
    throw new CuriaError(unavailable('the address of the database cannot be read; write postgres://user:password@host:5432/database'))
  }
  const host = parsed.searchParams.get('host') ?? parsed.host
  return `the database ${decodeURIComponent(parsed.pathname.slice(1)) || '(of the name of its user)'} at ${host || 'localhost'}`
}

function postgresFlavour(place: string): Flavour {
  return {
    text: sql`text collate "C"`,
    number: sql`bigint`,
    isShared: true,
    keyedTable: sql``,
    async tables(transaction) {
      const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`.execute(
        transaction,
      )
      return rows.map(({ name }) => name)
    },
    quoted: (column) => sql`to_json(${column})::text`,
    jsonArray: (columns) => sql`json_build_array(${sql.join(columns.map((column) => sql.ref(column)))})::text || ','`,
    async *pieces(transaction, { table, tenant, one, rows }) {
      // All of it is wanted, not the first rows soon; and a cursor need not go by the key.
      await sql`set local cursor_tuple_fraction = 1`.execute(transaction)
      const from = sql`${sql.table(table)} where tenant = ${sql.lit(tenant)}`
      await sql`declare rows_of_a_start no scroll cursor for select ${one} as text from ${from}`.execute(transaction)
      while (true) {
        const piece = await sql<{ readonly text: string }>`fetch ${sql.lit(rows)} from rows_of_a_start`.execute(transaction)
        if (piece.rows.length > 0) yield piece.rows.map(({ text }) => text).join('')
        if (piece.rows.length < rows) break
      }
      await sql`close rows_of_a_start`.execute(transaction)
    },
    async lockSchema(transaction) {
      await sql`select pg_advisory_xact_lock(hashtextextended('curia: one process at a time makes tables', 0))`.execute(transaction)
    },
    appendOnly: (table) => [
      sql`
        create function ${sql.ref(`${table}_is_append_only`)}() returns trigger language plpgsql as $$
        begin raise exception 'the journal is append-only'; end $$
      `,
      sql`
        create trigger ${sql.ref(`${table}_is_append_only`)} before update or delete or truncate on ${sql.table(table)}
        for each statement execute function ${sql.ref(`${table}_is_append_only`)}()
      `,
    ],
    appendOnlyWhileThere: (table) => [
      sql`drop trigger ${sql.ref(`${table}_is_append_only`)} on ${sql.table(table)}`,
      sql`
        create trigger ${sql.ref(`${table}_is_append_only`)} before update or truncate on ${sql.table(table)}
        for each statement execute function ${sql.ref(`${table}_is_append_only`)}()
      `,
      sql`
        create function ${sql.ref(`${table}_stays_with_its_tenant`)}() returns trigger language plpgsql set search_path from current as $$
        begin
          if exists (select 1 from tenant where tenant.tenant = old.tenant and revision = ${sql.lit(removedRevision)}) then return old; end if;
          raise exception 'the journal is append-only';
        end $$
      `,
      sql`
        create trigger ${sql.ref(`${table}_stays_with_its_tenant`)} before delete on ${sql.table(table)}
        for each row execute function ${sql.ref(`${table}_stays_with_its_tenant`)}()
      `,
    ],
    async afterErasing(database) {
      try {
        // Rows that were removed stay in their pages until somebody cleans up.
        await sql`vacuum personal`.execute(database)
      } catch {
        // The values are erased for everybody who asks; the cleaning is done by the database itself, later.
      }
    },
    explain: (error) => explain(error, place),
  }
}

function explain(error: unknown, place: string): Explained {
  if (error instanceof CommitFailure) {
    const code = codeOf(error.cause)
    return { error: meaningOf(error.cause, place), outcomeUnknown: code === undefined || !isRefusedCommit.test(code) }
  }
  return { error: error instanceof PostgresFailure ? meaningOf(error.cause, place) : error, outcomeUnknown: false }
}

/** Classes of SQLSTATE by which the server says at COMMIT that the transaction is rolled back: constraints, state, serialization, resources. */
const isRefusedCommit = /^(23|25|40|53|55)/

/** What is wrong by SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) or by the code of the socket. */
const reasons: readonly (readonly [code: RegExp, reason: (place: string) => string])[] = [
  [/^(28|0P)/, (place) => `${place} does not let us in: the user or the password is not right`],
  [/^3D000$/, (place) => `${place} does not exist; make it with createdb`],
  [/^3F000$/, (place) => `${place} has no such schema; make it with \`create schema\``],
  [/^42501$/, (place) => `${place} does not give us the rights we need: our user must own the schema or may create in it`],
  [/^53300$/, (place) => `${place} has no connection left for us; raise max_connections or use fewer programs`],
  [/^53/, (place) => `${place} has run out of memory or another resource`],
  [/^57P03$/, (place) => `${place} is starting up or shutting down; try again in a moment`],
  [/^(57P0|25P03)/, (place) => `${place} has closed the connection`],
  [/^(57014|55P03)$/, (place) => `${place} did not answer in time`],
  [/^25006$/, (place) => `${place} is read-only; name the primary`],
  [/^40/, (place) => `${place} gave way to another transaction; try again`],
  [/^54/, () => 'a value is larger than the database holds'],
  [/^(58|XX)/, (place) => `${place} could not be read or written, or is damaged`],
  [/^(ENOTFOUND|EAI_AGAIN)$/, (place) => `${place} cannot be reached: there is no such host`],
  [/^(ECONNREFUSED|ENOENT|EACCES)$/, (place) => `${place} cannot be reached: nothing answers there`],
  [/^(E[A-Z]+|08.*)$/, (place) => `the connection to ${place} was lost or could not be made`],
]

function meaningOf(cause: unknown, place: string): unknown {
  const code = codeOf(cause)
  if (code === '53100') return new CuriaError(refuse('storage_full', {}), { cause })
  // Errors without a code are those of pg itself: terminated, timed out, refused a certificate.
  if (code === undefined) return new CuriaError(unavailable(`the connection to ${place} was lost or could not be made`), { cause })
  if (/^23/.test(code)) return new Error('the rows of a change set contradict what is there', { cause })
  const [, reason] = reasons.find(([pattern]) => pattern.test(code)) ?? []
  return reason === undefined
    ? new Error('the database failed in a way that was not foreseen', { cause })
    : new CuriaError(unavailable(reason(place)), { cause })
}

function codeOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined
  // Both addresses of a host were tried: the first one says it.
  const [first] = cause instanceof AggregateError ? cause.errors : [cause]
  return typeof first === 'object' && first !== null && 'code' in first && typeof first.code === 'string' ? first.code : undefined
}

function unavailable(reason: string) {
  return refuse('store_unavailable', { reason })
}
