/** A snapshot as columns and back: what a file of it holds. */

import type { ConditionCompiler } from './condition.ts'
import type { Column, ColumnsByName } from './rows/columns.ts'
import { ColumnsUnfit, GivenColumns, TakenColumns } from './rows/columns.ts'
import { Snapshot } from './snapshot.ts'

/**
 * Counts what the columns mean: whoever changes the meaning of one, and not its name, raises it, so that no older file is taken for one
 * of ours.
 */
export const columnsVersion = 2

/**
 * The snapshot as it stands, nothing copied: what is given holds only while `snapshot.versions.rows` does. Cost: the number of columns.
 */
export function columnsOf(snapshot: Snapshot): ColumnsByName {
  const given = new GivenColumns()
  snapshot.exchange(given)
  return given.columns
}

/**
 * The snapshot that these columns were of, without its revision. They belong to it from now on.
 * @throws ColumnsUnfit when they are not what `columnsOf` gives
 */
export function snapshotFrom(tenant: string, compileCondition: ConditionCompiler, columns: ReadonlyMap<string, Column>): Snapshot {
  const snapshot = new Snapshot(tenant, compileCondition)
  const taken = new TakenColumns(new Map(columns))
  snapshot.exchange(taken)
  if (taken.left.length > 0) throw new ColumnsUnfit(`nobody takes the parts ${taken.left.join(', ')}`)
  return snapshot
}
