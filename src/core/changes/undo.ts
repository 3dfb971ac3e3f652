/** Taking a past change set back: its rows reversed, field by field, unless something later stands in the way. */

import type { ChangeOf } from '../change.ts'
import type { Draft } from '../draft.ts'
import { isRetired, sameRow } from '../draft.ts'
import { refuse } from '../errors.ts'
import { canonicalJson } from '../shape.ts'
import type { RowChange } from '../tables.ts'

export function undo(draft: Draft, { revision }: ChangeOf<'undo'>): void {
  const rows = draft.writer.entryRows?.(revision)
  if (rows === undefined) throw refuse('not_found', { reference: `revision:${revision}` })
  for (const row of [...rows].reverse()) undoRow(draft, row, revision)
  draft.names(`revision:${revision}`)
}

function undoRow(draft: Draft, { table, key, before, after }: RowChange, revision: number): void {
  // Ids retire with their records and come back with them, below.
  if (table === 'retired') return
  // Its world went or came with the record, and does neither with an undo.
  if (table === 'tenant' && (before === undefined || after === undefined)) {
    const reason =
      after === undefined ? `deleted the tenant ${key}, which does not come back` : `made the tenant ${key}; delete it to take it away`
    throw refuse('conflict', { reference: `revision:${revision}`, reason })
  }
  const now = draft.snapshot.get(table, key)
  const inTheWay = (what: string) =>
    refuse('conflict', { reference: `revision:${revision}`, reason: `${table}:${key} ${what} since; undo that first` })
  if (after === undefined) {
    if (now !== undefined) throw inTheWay('was made again')
    if (before !== undefined) draft.restore(table, key, before)
    if (isRetired(table)) draft.remove('retired', `${table}:${key}`)
    return
  }
  if (now === undefined) throw inTheWay('was removed')
  if (before === undefined) {
    if (!sameRow(now, after)) throw inTheWay('was changed')
    if (isRetired(table)) draft.retire(table, key)
    else draft.remove(table, key)
    return
  }
  draft.restore(table, key, {
    ...mergedBack(now, before, after, () => inTheWay('was changed in the same field')),
    updatedAt: draft.writer.now,
  })
}

/** The present row with every field that the change set changed put back, other fields as they are now. */
function mergedBack<Row extends object>(now: Row, before: Row, after: Row, inTheWay: () => unknown): Row {
  const result: { [name: string]: unknown } = Object.fromEntries(Object.entries(now))
  const was = new Map<string, unknown>(Object.entries(before))
  const became = new Map<string, unknown>(Object.entries(after))
  for (const name of new Set([...was.keys(), ...became.keys()])) {
    if (name === 'updatedAt' || canonicalJson(was.get(name) ?? null) === canonicalJson(became.get(name) ?? null)) continue
    if (canonicalJson(result[name] ?? null) !== canonicalJson(became.get(name) ?? null)) throw inTheWay()
    if (was.has(name)) result[name] = was.get(name)
    else delete result[name]
  }
  // Fields of two rows of one kind give a row of that kind.
  return result as Row
}
