/** What is looked at of a record when it is sought by a text. */

import type { Snapshot, TableName } from '../core/index.ts'
import { foldedKey, fullNameOf, keyOf } from '../core/index.ts'

/** What stands in a field, by its name. */
export function fieldOf(record: object, name: string): unknown {
  // Any record may be looked at by the name of a field.
  return (record as { readonly [name: string]: unknown })[name]
}

/** The fields by which people call a record, beside its key: in them `q` looks. */
export const searchedFields = [
  'userName',
  'displayName',
  'firstName',
  'lastName',
  'emails',
  'name',
  'codename',
  'label',
  'type',
  'subject',
  'resource',
] as const

/** Everything that `q` looks in, folded. The parts are divided by a character that no name holds. */
export function textOf(snapshot: Snapshot, table: TableName, row: object, key: string): string {
  let text = key
  const add = (part: unknown) => {
    if (typeof part === 'string' && !text.includes(part)) text = `${text}\u0000${part}`
  }
  for (const name of searchedFields) {
    const value = fieldOf(row, name)
    if (Array.isArray(value)) value.forEach(add)
    else add(value)
  }
  if (table === 'group') add(fullNameOf(snapshot, key))
  // People are sought by their whole name, too, which is no field of its own.
  if (table === 'user') add([fieldOf(row, 'firstName'), fieldOf(row, 'lastName')].filter((part) => part !== undefined).join(' '))
  return foldedKey(text)
}

/** The texts of all records of a table. */
export function* textsOf(snapshot: Snapshot, table: TableName): IterableIterator<readonly [key: string, text: string]> {
  for (const row of snapshot.all(table)) {
    const key = keyOf(table, row)
    yield [key, textOf(snapshot, table, row, key)]
  }
}

/** What is looked for in texts: of groups also a way down the tree, written with slashes. */
export function needlesOf(sought: string, table: TableName): readonly string[] {
  const path = sought.replace(/\s*\/\s*/g, ' - ')
  return table === 'group' && path !== sought ? [sought, path] : [sought]
}
