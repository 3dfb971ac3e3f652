/** Rows as a store writes them where it gives many in one text. */

import type { RowTextTable, Snapshot, Tables } from '../../src/core/index.ts'
import { quotedFields, rowTextFields, rowTextMarks } from '../../src/core/index.ts'

/** Puts rows as a start does: all of a table, in one text. `tighten` is to follow. */
export function putAsTexts(snapshot: Snapshot, table: RowTextTable, rows: Iterable<Tables[RowTextTable]>): void {
  snapshot.putTexts({ table, text: [...rows].map((row) => textOf(table, row)).join('') })
}

export function textOf(table: RowTextTable, row: Tables[RowTextTable]): string {
  // Every field of a row is looked for by its name.
  const fields: { readonly [field: string]: unknown } = { ...row }
  const cells = rowTextFields[table].map((field) => {
    const value = fields[field]
    if (value === undefined) return rowTextMarks.absent
    if (typeof value === 'boolean') return value ? '1' : '0'
    return typeof value === 'string' && !quotedFields.has(field) ? value : JSON.stringify(value)
  })
  return `${cells.join(rowTextMarks.fieldEnd)}${rowTextMarks.rowEnd}`
}
