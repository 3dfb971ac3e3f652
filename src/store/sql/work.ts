/** Work in a database, told statement by statement: so whoever carries it out waits for each answer where there is a wire, and not at all where there is none. */

import type { CompiledQuery, QueryResult } from 'kysely'
import type { Database, SqlTransaction } from './schema.ts'

/** Gives statements, is given what each came to, and returns what all of it came to. */
export type Work<T> = Generator<CompiledQuery, T, QueryResult<unknown>>

/** A database that is open. */
export interface OpenDatabase {
  /** What statements are made with, and what runs those that need no hurry. */
  readonly queries: Database
  /** Carries work out in a transaction of its own. */
  readonly carryOut: <T>(work: Work<T>) => Promise<T>
}

/** A database over a wire: each statement is waited for. */
export function overWire(queries: Database): OpenDatabase {
  return { queries, carryOut: (work) => queries.transaction().execute((transaction) => carryOutIn(transaction, work)) }
}

/** Carries work out in a transaction that is under way. */
export async function carryOutIn<T>(transaction: SqlTransaction, work: Work<T>): Promise<T> {
  let step = work.next()
  while (step.done !== true) step = work.next(await transaction.executeQuery(step.value))
  return step.value
}

/** The rows that a statement gives. */
export function* rowsOf<R>(query: CompiledQuery<R>): Work<readonly R[]> {
  // What comes out of a database is what the query says.
  return (yield query).rows as readonly R[]
}

/** How many rows a statement has made, changed or removed. */
export function* countOf(query: CompiledQuery): Work<number> {
  return Number((yield query).numAffectedRows ?? 0)
}
