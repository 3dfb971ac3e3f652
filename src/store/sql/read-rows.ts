/** All rows of a tenant as a start needs them: many in one answer of the database, because one for each would take longer than all the rest. */

import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { RowTextTable } from '../../core/index.ts'
import { quotedFields, rowTextFields, rowTextMarks } from '../../core/index.ts'
import type { Row, RowTexts } from '../store.ts'
import type { RowTable } from './row-table.ts'
import { columnOf } from './row-table.ts'
import type { Flavour, SqlTransaction } from './schema.ts'

/** Rows that come in one answer. */
const pieceRows = 2000

/** Whoever takes the rows: one by one, and those of large tables as texts. */
export interface Taker {
  readonly row: (row: Row) => void
  /** Absent: all one by one. */
  readonly texts?: (texts: RowTexts) => void
}

/** Gives all rows of a table, in no promised order. */
export async function readRows(
  transaction: SqlTransaction,
  flavour: Flavour,
  table: RowTable,
  tenant: string,
  { row: take, texts: takeTexts }: Taker,
): Promise<void> {
  const large = takeTexts === undefined ? undefined : largeTable(table)
  const one = large === undefined ? flavour.jsonArray(table.columns) : textOf(flavour, large)
  for await (const text of flavour.pieces(transaction, { table: table.name, key: table.key, tenant, one, rows: pieceRows })) {
    if (large !== undefined) takeTexts?.({ table: large, text })
    else for (const cells of cellsIn(text)) take(table.rowOf(cells))
    // A database in this process answers at once: without this nobody else would have a turn until all is read.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function largeTable({ table }: RowTable): RowTextTable | undefined {
  return table === 'hold' || table === 'grant' || table === 'resource' ? table : undefined
}

/** A row as `rowTextFields` says. */
function textOf(flavour: Flavour, table: RowTextTable): RawBuilder<unknown> {
  const cells = rowTextFields[table].map((field) => {
    const column = sql.ref(columnOf(field))
    const written = quotedFields.has(field) ? flavour.quoted(column) : column
    // What is nothing would be left out.
    return requiredFields.has(field) ? written : sql`coalesce(${written}, ${sql.lit(rowTextMarks.absent)})`
  })
  return sql`concat_ws(${sql.lit(rowTextMarks.fieldEnd)}, ${sql.join(cells)}) || ${sql.lit(rowTextMarks.rowEnd)}`
}

/** Those that every row has. */
const requiredFields: ReadonlySet<string> = new Set(
  'group member roles type id inherits attributes subject resource effect origin createdAt createdBy updatedAt'.split(' '),
)

/** The rows of a piece, each a list in JSON behind the last. */
function* cellsIn(text: string): Generator<readonly unknown[]> {
  // Written by the database from columns; what they hold is read with care.
  yield* JSON.parse(`[${text.slice(0, -1)}]`) as readonly (readonly unknown[])[]
}
