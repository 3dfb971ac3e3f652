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
  const rows = <Name extends TableName>(table: Name): readonly Tables[Name][] => [...(shadow[table] as Table<Name>).values()]
  const plain = Object.fromEntries(tableNames.map((table) => [table, rows(table)]))
  return {
    // Every table is there under its name.
    ...(plain as unknown as Facts),
    'resource-type': [...builtInResourceTypes.values(), ...rows('resource-type')],
    role: [...builtInRoles.values(), ...rows('role')],
    'group-type': [...builtInGroupTypes.values(), ...rows('group-type')],
  }
}
