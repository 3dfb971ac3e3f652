/** Columns as a file would give them back: the same values in other memory, what JSON keeps of the lists, and nothing else. */

import type { Column, ColumnsByName } from '../../src/core/index.ts'
import { roomFor } from '../../src/core/index.ts'

export function copiedColumns(columns: ColumnsByName): Map<string, Column> {
  return new Map([...columns].map(([name, column]) => [name, copied(column)]))
}

function copied(column: Column): Column {
  if (column.kind === 'number') return column
  // What is read back from JSON is as good as what the file of a snapshot gives.
  if (column.kind === 'list') return { kind: 'list', items: JSON.parse(JSON.stringify([...column.items])) as unknown[] }
  const array = roomFor(column.kind, column.array.length)
  array.set(column.array)
  return { kind: column.kind, array }
}
