/** Statements over many rows, compiled once and run with the values of each batch. */

import type { CompiledQuery, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Cell } from './row-table.ts'
import type { Database, SqlTransaction } from './schema.ts'
import type { Work } from './work.ts'
import { countOf, rowsOf } from './work.ts'

/** Rows a statement may take: few sizes, so that few statements are prepared and kept. 64 rows of the widest table are 1,500 values. */
const sizes = [64, 8, 2, 1]

/** Statements that were compiled for one database. A store keeps them as long as it lives; there are a few for each table. */
export class Statements {
  readonly #compiled = new Map<string, CompiledQuery>()

  /** The statement of a name, with these values. What it is made of the first time has a null in the place of each. */
  get(queries: Database | SqlTransaction, name: string, parameters: readonly Cell[], make: () => RawBuilder<unknown>): CompiledQuery {
    const kept = this.#compiled.get(name)
    if (kept !== undefined) return { ...kept, parameters }
    const compiled = make().compile(queries)
    this.#compiled.set(name, compiled)
    return { ...compiled, parameters }
  }
}

/**
 * Inserts rows of a tenant. A row that a constraint refuses refuses the transaction, or, with `whereNotThere`, is left as it stands.
 * @param cellsOf the values of the columns; asked for a batch at a time, so that a large change set does not hold all of them at once
 */
export function* insertRows<Item>(
  statements: Statements,
  queries: Database,
  tenant: string,
  table: string,
  columns: readonly string[],
  items: readonly Item[],
  cellsOf: (item: Item) => readonly Cell[],
  { whereNotThere = false } = {},
): Work<void> {
  for (const batch of batchesOf(items)) {
    const parameters: Cell[] = []
    for (const item of batch) {
      parameters.push(tenant)
      for (const cell of cellsOf(item)) parameters.push(cell)
    }
    yield statements.get(queries, `insert ${table} ${batch.length}`, parameters, () => {
      const names = ['tenant', ...columns]
      const one = sql`(${sql.join(names.map(() => null))})`
      const all = sql.join(batch.map(() => one))
      const named = sql.join(names.map((column) => sql.ref(column)))
      return sql`insert into ${sql.table(table)} (${named}) values ${all}${whereNotThere ? sql` on conflict do nothing` : sql``}`
    })
  }
}

/** Removes rows of a tenant by key. Gives how many were there. */
export function* removeRows(
  statements: Statements,
  queries: Database,
  table: string,
  key: string,
  tenant: string,
  keys: readonly string[],
): Work<number> {
  let removed = 0
  for (const batch of batchesOf(keys)) {
    const statement = statements.get(queries, `delete ${table} ${batch.length}`, [tenant, ...batch], () => {
      const all = sql.join(batch.map(() => null))
      return sql`delete from ${sql.table(table)} where ${sql.ref('tenant')} = ${null} and ${sql.ref(key)} in (${all})`
    })
    removed += yield* countOf(statement)
  }
  return removed
}

/** Reads columns of the rows of a tenant by pairs of values, each row at most once for each time its pair is given. */
export function* selectPairs(
  statements: Statements,
  queries: Database,
  table: string,
  columns: readonly string[],
  key: readonly [string, string],
  tenant: string,
  pairs: readonly (readonly [string, string])[],
): Work<readonly { readonly [column: string]: unknown }[]> {
  const found: { readonly [column: string]: unknown }[] = []
  for (const batch of batchesOf(pairs)) {
    const statement = statements.get(queries, `select ${table} ${batch.length}`, [tenant, ...batch.flat()], () => {
      const names = (list: readonly string[]) => sql.join(list.map((column) => sql.ref(column)))
      const all = sql.join(batch.map(() => sql`(${null}, ${null})`))
      return sql`select ${names(columns)} from ${sql.table(table)} where ${sql.ref('tenant')} = ${null} and (${names(key)}) in (values ${all})`
    })
    for (const row of yield* rowsOf<{ readonly [column: string]: unknown }>(statement)) found.push(row)
  }
  return found
}

function* batchesOf<T>(items: readonly T[]): Iterable<readonly T[]> {
  let from = 0
  for (const size of sizes) {
    for (; items.length - from >= size; from += size) yield items.length === size ? items : items.slice(from, from + size)
  }
}
