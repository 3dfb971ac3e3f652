/** Statements over many rows, compiled once and run with the values of each batch. */

import type { CompiledQuery, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Cell } from './row-table.ts'
import type { SqlTransaction } from './schema.ts'

/** Rows a statement may take: few sizes, so that few statements are prepared and kept. 64 rows of the widest table are 1,500 values. */
const sizes = [64, 8, 1]

/** Statements that were compiled for one database. A store keeps them as long as it lives; there are a few for each table. */
export type Statements = Map<string, CompiledQuery>

/**
 * Inserts rows of equal width. A row that a constraint refuses refuses the transaction, or, with `whereNotThere`, is left as it stands.
 */
export async function insertRows(
  statements: Statements,
  transaction: SqlTransaction,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  { whereNotThere = false } = {},
): Promise<void> {
  await inBatches(rows, async (batch) => {
    const statement = compiled(statements, transaction, `insert ${table} ${batch.length}`, () => {
      const one = sql`(${sql.join(columns.map(() => null))})`
      const all = sql.join(batch.map(() => one))
      const names = sql.join(columns.map((column) => sql.ref(column)))
      return sql`insert into ${sql.table(table)} (${names}) values ${all}${whereNotThere ? sql` on conflict do nothing` : sql``}`
    })
    await transaction.executeQuery({ ...statement, parameters: batch.flat() })
  })
}

/** Removes rows of a tenant by key. Resolves with how many were there. */
export async function removeRows(
  statements: Statements,
  transaction: SqlTransaction,
  table: string,
  key: string,
  tenant: string,
  keys: readonly string[],
): Promise<number> {
  let removed = 0
  await inBatches(keys, async (batch) => {
    const statement = compiled(statements, transaction, `delete ${table} ${batch.length}`, () => {
      const all = sql.join(batch.map(() => null))
      return sql`delete from ${sql.table(table)} where ${sql.ref('tenant')} = ${null} and ${sql.ref(key)} in (${all})`
    })
    const result = await transaction.executeQuery({ ...statement, parameters: [tenant, ...batch] })
    removed += Number(result.numAffectedRows ?? 0)
  })
  return removed
}

/** Reads columns of the rows of a tenant by pairs of values, each row at most once for each time its pair is given. */
export async function selectPairs(
  statements: Statements,
  transaction: SqlTransaction,
  table: string,
  columns: readonly string[],
  key: readonly [string, string],
  tenant: string,
  pairs: readonly (readonly [string, string])[],
): Promise<readonly { readonly [column: string]: unknown }[]> {
  const found: { readonly [column: string]: unknown }[] = []
  await inBatches(pairs, async (batch) => {
    const statement = compiled(statements, transaction, `select ${table} ${batch.length}`, () => {
      const names = (list: readonly string[]) => sql.join(list.map((column) => sql.ref(column)))
      const all = sql.join(batch.map(() => sql`(${null}, ${null})`))
      return sql`select ${names(columns)} from ${sql.table(table)} where ${sql.ref('tenant')} = ${null} and (${names(key)}) in (values ${all})`
    })
    const { rows } = await transaction.executeQuery<{ readonly [column: string]: unknown }>({
      ...statement,
      parameters: [tenant, ...batch.flat()],
    })
    for (const row of rows) found.push(row)
  })
  return found
}

async function inBatches<T>(items: readonly T[], work: (batch: readonly T[]) => Promise<void>): Promise<void> {
  let from = 0
  for (const size of sizes) {
    for (; items.length - from >= size; from += size) await work(items.slice(from, from + size))
  }
}

function compiled(statements: Statements, transaction: SqlTransaction, name: string, make: () => RawBuilder<unknown>): CompiledQuery {
  const kept = statements.get(name)
  if (kept !== undefined) return kept
  const statement = make().compile(transaction)
  statements.set(name, statement)
  return statement
}
