/** Rows as plain maps, and what the oracle reads of them. */

import { builtInGroupTypes, builtInResourceTypes, builtInRoles } from '../../src/core/built-in.ts'
import type { Snapshot, TableName, Tables } from '../../src/core/index.ts'
import { keyOf, tableNames } from '../../src/core/index.ts'
import type { Facts } from '../oracle.ts'

/** The rows of one table by key. */
export type Table<Name extends TableName> = Map<string, Tables[Name]>
/** The rows of a tenant in plain maps, beside the engine. */
export type Shadow = { readonly [Name in TableName]: Table<Name> }

/** No rows at all. */
export function emptyShadow(): Shadow {
  // A map for each table, each still empty.
  return Object.fromEntries(tableNames.map((table) => [table, new Map()])) as unknown as Shadow
}

/** The rows that a snapshot holds. */
export function shadowOf(snapshot: Snapshot): Shadow {
  // A map for each table, of the rows of this table.
  return Object.fromEntries(
    tableNames.map((table) => [table, new Map([...snapshot.all(table)].map((row) => [keyOf(table, row), row]))]),
  ) as unknown as Shadow
}

/** The rows with the built-in catalogue, as the oracle takes them. */
export function factsOf(shadow: Shadow): Facts {
  // Every table is there under its name.
  return Object.fromEntries(tableNames.map((table) => [table, rowsOf(shadow, table)])) as unknown as Facts
}

/** The facts, with the tables of these rows as they are now: what is the same array says the same to the oracle. */
export function factsWith(facts: Facts, shadow: Shadow, changed: readonly { readonly table: TableName }[]): Facts {
  const tables = new Set(changed.map(({ table }) => table))
  return { ...facts, ...Object.fromEntries([...tables].map((table) => [table, rowsOf(shadow, table)])) }
}

/** The rows that are always there. */
const builtIn: { readonly [Name in TableName]?: ReadonlyMap<string, Tables[Name]> } = {
  'resource-type': builtInResourceTypes,
  role: builtInRoles,
  'group-type': builtInGroupTypes,
}

function rowsOf<Name extends TableName>(shadow: Shadow, table: Name): readonly Tables[Name][] {
  const rows: Table<Name> = shadow[table]
  return [...(builtIn[table]?.values() ?? []), ...rows.values()]
}
