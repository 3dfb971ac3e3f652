/** The SQL table of every kind of record, declared as data: a column for each field, and the columns that rows are compared by. */

import type { RowChange, TableName, Tables } from '../../core/index.ts'
import { foldedKey, keyOf, tableNames } from '../../core/index.ts'
import type { Row } from '../store.ts'

/** How a field is kept: a text as it is, a claim as 1 or 0, everything else as JSON. */
type Kind<T> = T extends string ? 'text' : T extends boolean ? 'flag' : 'json'

/** The columns that a kind of record declares. The type of each field decides what is right here, so a wrong word does not compile. */
interface Declaration<R> {
  readonly fields: {
    readonly [F in keyof R]-?: Record<never, never> extends Pick<R, F>
      ? `optional ${Kind<Exclude<R[F], undefined>>}`
      : Kind<Extract<R[F], string> extends never ? R[F] : string>
  }
  /** The field that alone is the key of the row. Absent: the key gets the column `key`. */
  readonly key?: keyof R & string
  /** The name in SQL, where that of the table is taken. */
  readonly name?: string
  /** Columns made from the row, by which the database itself keeps rows apart. */
  readonly made?: { readonly [column: string]: (row: R) => string | undefined }
}

const base = { origin: 'text', createdAt: 'text', createdBy: 'text', updatedAt: 'text' } as const

const declarations: { readonly [Name in TableName]: Declaration<Tables[Name]> } = {
  settings: {
    fields: { managersInherit: 'flag', rootSiblings: 'flag', policy: 'json', updatedAt: 'optional text' },
  },
  tenant: {
    name: 'other_tenant',
    key: 'id',
    fields: { id: 'text', name: 'text', description: 'optional text', active: 'flag', entry: 'optional json', ...base },
  },
  source: { key: 'name', fields: { name: 'text', label: 'optional text', enabled: 'flag', ...base } },
  'resource-type': {
    key: 'name',
    fields: { name: 'text', description: 'optional text', actions: 'json', parentTypes: 'json', ownerActions: 'optional json', ...base },
  },
  permission: {
    key: 'name',
    fields: {
      name: 'text',
      resourceType: 'optional text',
      description: 'optional text',
      label: 'optional text',
      parent: 'optional text',
      permissionKind: 'text',
      condition: 'optional text',
      check: 'optional json',
      ...base,
    },
  },
  role: {
    key: 'codename',
    fields: { codename: 'text', label: 'text', description: 'optional text', permissions: 'json', includes: 'json', ...base },
  },
  'group-type': {
    key: 'codename',
    fields: { codename: 'text', label: 'text', exclusive: 'flag', standings: 'json', workspace: 'optional json', ...base },
  },
  'group-entity': { key: 'codename', fields: { codename: 'text', label: 'text', ...base } },
  user: {
    key: 'id',
    fields: {
      id: 'text',
      userName: 'text',
      displayName: 'optional text',
      firstName: 'optional text',
      lastName: 'optional text',
      emails: 'json',
      page: 'optional text',
      description: 'optional text',
      portrait: 'optional text',
      attributes: 'json',
      status: 'text',
      confirmedAt: 'optional text',
      networks: 'json',
      externalIds: 'json',
      ...base,
    },
    made: {
      user_name_key: (user) => foldedKey(user.userName),
      email_key: (user) => (user.emails[0] === undefined ? undefined : foldedKey(user.emails[0])),
    },
  },
  service: { key: 'id', fields: { id: 'text', name: 'text', description: 'optional text', status: 'text', ...base } },
  group: {
    key: 'id',
    fields: {
      id: 'text',
      name: 'text',
      codename: 'text',
      description: 'optional text',
      comment: 'optional text',
      type: 'optional text',
      entities: 'json',
      parent: 'optional text',
      properties: 'json',
      data: 'json',
      meta: 'json',
      contact: 'optional text',
      active: 'flag',
      joinPolicy: 'text',
      expiresAt: 'optional text',
      ...base,
    },
    // An absent parent would make every root unique: databases hold that no NULL equals another.
    made: { parent_key: (group) => group.parent ?? '' },
  },
  hold: {
    fields: {
      group: 'text',
      member: 'text',
      from: 'optional text',
      until: 'optional text',
      roles: 'json',
      reason: 'optional text',
      ...base,
    },
  },
  resource: {
    fields: {
      type: 'text',
      id: 'text',
      parent: 'optional text',
      inherits: 'flag',
      owner: 'optional text',
      attributes: 'json',
      ...base,
    },
  },
  grant: {
    key: 'id',
    fields: {
      id: 'text',
      subject: 'text',
      role: 'optional text',
      permission: 'optional text',
      actions: 'optional json',
      resource: 'text',
      effect: 'text',
      from: 'optional text',
      until: 'optional text',
      condition: 'optional text',
      reason: 'optional text',
      ...base,
    },
  },
  assignment: {
    key: 'id',
    fields: { id: 'text', resource: 'text', group: 'text', member: 'optional text', policy: 'json', keepOwner: 'flag', ...base },
  },
  'api-key': {
    key: 'id',
    fields: {
      id: 'text',
      name: 'optional text',
      prefix: 'text',
      hash: 'text',
      owner: 'text',
      scopes: 'json',
      active: 'flag',
      expiresAt: 'optional text',
      ...base,
    },
  },
  retired: { key: 'reference', fields: { reference: 'text', retiredAt: 'text' } },
}

/** What a column of ours may hold. */
export type Cell = string | number | null

/** A row of any kind of record. */
export type AnyRow = NonNullable<RowChange['after']>

/** The SQL side of one kind of record. */
export interface RowTable {
  readonly table: TableName
  /** The name in SQL. */
  readonly name: string
  /** The column that holds the key of the row. With `tenant` it is the primary key. */
  readonly key: string
  /** Every column but `tenant`, in the order of `cells`. */
  readonly columns: readonly string[]
  /** A row as the values of `columns`. */
  readonly cells: (row: AnyRow) => readonly Cell[]
  /** A row, with its table, from the values of `columns`. Throws a plain `Error` when they are not what `cells` made. */
  readonly rowOf: (cells: readonly unknown[]) => Row
}

interface Field {
  readonly field: string
  readonly column: string
  readonly kind: string
  readonly read: (cell: unknown) => unknown
  readonly optional: boolean
}

function rowTable(table: TableName): RowTable {
  // One declaration stands for all kinds here: the fields are walked by name, and each is read back by the kind it was written by.
  const {
    fields,
    key,
    made = {},
    name = sqlName(table),
  } = declarations[table] as unknown as {
    readonly fields: { readonly [field: string]: string }
    readonly key?: string
    readonly name?: string
    readonly made?: { readonly [column: string]: (row: AnyRow) => string | undefined }
  }
  const own: readonly Field[] = Object.entries(fields).map(([field, declared]) => ({
    field,
    column: sqlName(field),
    kind: declared.replace('optional ', ''),
    read: readerOf(declared.replace('optional ', '')),
    optional: declared.startsWith('optional '),
  }))
  const makers = Object.entries({ ...(key === undefined ? { key: (row: AnyRow) => keyOf(table, row as never) } : {}), ...made })
  return {
    table,
    name,
    key: key === undefined ? 'key' : sqlName(key),
    columns: [...own.map(({ column }) => column), ...makers.map(([column]) => column)],
    cells: (row) => {
      // A record is read field by field here; what each holds was said by its declaration.
      const values = row as unknown as { readonly [field: string]: unknown }
      return [...own.map(({ field, kind }) => cellOf(kind, values[field])), ...makers.map(([, make]) => make(row) ?? null)]
    },
    rowOf: (cells) => {
      const row: { [field: string]: unknown } = {}
      for (const [place, { field, column, kind, read, optional }] of own.entries()) {
        const cell = cells[place]
        if (cell === null && optional) continue
        const value = read(cell)
        if (value === undefined) throw new Error(`the column ${table}.${column} does not hold a ${kind}`)
        row[field] = value
      }
      // Every field of the declaration was read, and the declaration has every field of the record.
      return { table, row } as unknown as Row
    },
  }
}

function cellOf(kind: string, value: unknown): Cell {
  if (value === undefined) return null
  if (kind === 'json') return JSON.stringify(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string') return value
  throw new Error(`a ${kind} cannot hold a ${typeof value}`)
}

/** How a cell is read again, by its kind; undefined: it does not hold such a thing. */
const readers: ReadonlyMap<string, (cell: unknown) => unknown> = new Map([
  ['text', (cell: unknown) => (typeof cell === 'string' ? cell : undefined)],
  ['flag', (cell: unknown) => (cell === 1 ? true : cell === 0 ? false : undefined)],
  ['json', (cell: unknown) => (typeof cell === 'string' ? JSON.parse(cell) : undefined)],
])

function readerOf(kind: string): (cell: unknown) => unknown {
  const reader = readers.get(kind)
  if (reader === undefined) throw new Error(`there is no column of the kind ${kind}`)
  return reader
}

/** The column of a field. */
export function columnOf(field: string): string {
  return sqlName(field)
}

/** `resource-type` and `resourceType` are `resource_type`. */
function sqlName(name: string): string {
  return name.replace(/-/g, '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** The tables of all kinds of record, in the order of `tableNames`. */
export const rowTables: ReadonlyMap<TableName, RowTable> = new Map(tableNames.map((table) => [table, rowTable(table)]))
