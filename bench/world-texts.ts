/** Rows of a world as texts, many in one, as a store of ours gives those of large tables. */

import type { RowTexts, RowTextTable } from 'curia/core'
import { quotedFields, rowTextFields, rowTextMarks } from 'curia/core'
import type { Row } from 'curia/store/memory'

/** Rows in one text. */
const pieceRows = 2_000

/** Gives rows on: those of large tables as texts, whole tables at a time, the others as they are. */
export class Texts {
  readonly #take: (row: Row) => void
  readonly #takeTexts: (texts: RowTexts) => void
  #table: RowTextTable | undefined
  #parts: string[] = []

  constructor(take: (row: Row) => void, takeTexts: (texts: RowTexts) => void) {
    this.#take = take
    this.#takeTexts = takeTexts
  }

  add(row: Row): void {
    if (row.table !== 'hold' && row.table !== 'grant' && row.table !== 'resource') return this.#take(row)
    if (row.table !== this.#table || this.#parts.length === pieceRows) this.end()
    this.#table = row.table
    this.#parts.push(textOf(row.table, row.row))
  }

  end(): void {
    if (this.#table !== undefined && this.#parts.length > 0) this.#takeTexts({ table: this.#table, text: this.#parts.join('') })
    this.#parts = []
  }
}

function textOf(table: RowTextTable, row: object): string {
  // Every field of a row is looked for by its name.
  const fields = row as { readonly [field: string]: unknown }
  let text = ''
  for (const field of rowTextFields[table]) {
    const value = fields[field]
    if (text !== '') text += rowTextMarks.fieldEnd
    if (value === undefined) text += rowTextMarks.absent
    else if (typeof value === 'boolean') text += value ? '1' : '0'
    else text += typeof value === 'string' && !quotedFields.has(field) ? value : JSON.stringify(value)
  }
  return text + rowTextMarks.rowEnd
}
