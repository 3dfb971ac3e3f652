/** What a change set comes to: every row that is changed, once, as it was before all of it and as it is after all of it. */

import type { RowChange, TableName } from '../core/index.ts'

/** What becomes of one row. Neither `before` nor `after`: it was made and removed on the way. */
export interface NetChange {
  readonly key: string
  readonly before?: RowChange['before']
  readonly after?: RowChange['after']
}

/** Row changes in their order, folded to one per row and told apart by table. Throws a plain `Error` when they do not follow on each other. */
export function netChanges(rows: readonly RowChange[]): ReadonlyMap<TableName, readonly NetChange[]> {
  const tables = new Map<TableName, Map<string, NetChange>>()
  for (const { table, key, before, after } of rows) {
    const changes = tables.get(table) ?? new Map<string, NetChange>()
    tables.set(table, changes)
    const earlier = changes.get(key)
    if (earlier !== undefined && (earlier.after === undefined) !== (before === undefined)) {
      throw new Error(`the rows of a change set contradict each other about ${table} ${key}`)
    }
    const first = earlier === undefined ? before : earlier.before
    changes.set(key, { key, ...(first === undefined ? {} : { before: first }), ...(after === undefined ? {} : { after }) })
  }
  return new Map([...tables].map(([table, changes]) => [table, [...changes.values()]]))
}
