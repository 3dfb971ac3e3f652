/** What plugins have left that are not active: listed, and the changes that take it over or delete it. */

import type { Change, Origin, Snapshot, TableName, Tables } from '../core/index.ts'
import { keyOf, refuse, tableNames } from '../core/index.ts'
import type { Orphan, PluginState } from './plugins.ts'

type OwnedTable = Exclude<TableName, 'settings' | 'tenant' | 'retired'>
type OwnedRow = Tables[OwnedTable]

/** What goes first when records are deleted: nothing that goes later is needed by it, and nothing of it goes with another. */
const deletionOrder: readonly OwnedTable[] = [
  'api-key',
  'assignment',
  'grant',
  'hold',
  'resource',
  'group',
  'user',
  'service',
  'role',
  'permission',
  'group-entity',
  'group-type',
  'resource-type',
  'source',
]

function rowsOf(snapshot: Snapshot, origin: Origin): readonly (readonly [OwnedTable, OwnedRow])[] {
  return tableNames.flatMap((table) => {
    if (table === 'settings' || table === 'tenant' || table === 'retired') return []
    const rows: Iterable<OwnedRow> = snapshot.all(table)
    return [...rows].filter((row) => row.origin === origin).map((row) => [table, row] as const)
  })
}

function referenceOf(table: OwnedTable, row: OwnedRow): string {
  if ('member' in row && table === 'hold') return `membership:${row.group}|${row.member}`
  // The row was read from this table.
  const key = keyOf<OwnedTable>(table, row)
  return table === 'resource' ? key : `${table}:${key}`
}

/** The plugins that are active or have records, by name. */
export function pluginStates(snapshot: Snapshot, active: ReadonlyMap<string, string | undefined>): readonly PluginState[] {
  const counts = new Map<string, { [Name in TableName]?: number }>([...active.keys()].map((name) => [name, {}]))
  for (const table of tableNames) {
    if (table === 'settings' || table === 'tenant' || table === 'retired') continue
    const rows: Iterable<OwnedRow> = snapshot.all(table)
    for (const { origin } of rows) {
      if (!origin.startsWith('plugin:')) continue
      const name = origin.slice('plugin:'.length)
      const records = counts.get(name) ?? {}
      records[table] = (records[table] ?? 0) + 1
      counts.set(name, records)
    }
  }
  return [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, records]) => {
      const description = active.get(name)
      return { name, ...(description === undefined ? {} : { description }), active: active.has(name), records }
    })
}

/** The records of a plugin, by table and key. */
export function orphansOf(snapshot: Snapshot, plugin: string): readonly Orphan[] {
  return rowsOf(snapshot, `plugin:${plugin}`).map(([table, row]) => {
    const record = referenceOf(table, row)
    const name = 'userName' in row ? row.userName : 'label' in row ? row.label : 'name' in row ? row.name : undefined
    return { plugin, record, ...(name === undefined || record.endsWith(`:${name}`) ? {} : { name }) }
  })
}

/** The records that were named, or all. Throws `not_found` for one that the plugin has not left. */
function chosen(snapshot: Snapshot, plugin: string, records: readonly string[] | undefined): readonly (readonly [OwnedTable, OwnedRow])[] {
  const rows = rowsOf(snapshot, `plugin:${plugin}`)
  if (records === undefined) return rows
  const byReference = new Map(rows.map(([table, row]) => [referenceOf(table, row), [table, row] as const]))
  return records.map((record) => {
    const found = byReference.get(record)
    if (found === undefined) throw refuse('not_found', { reference: record })
    return found
  })
}

/** A membership is held by an origin: our own hold takes the place of the plugin's. */
export function changesToTakeOver(snapshot: Snapshot, plugin: string, records: readonly string[] | undefined): readonly Change[] {
  return chosen(snapshot, plugin, records).flatMap(([table, row]): readonly Change[] => {
    if (table !== 'hold' || !('member' in row && 'roles' in row)) return [{ kind: 'record.take-over', record: referenceOf(table, row) }]
    const { group, member, from, until, roles, reason } = row
    return [
      {
        kind: 'member.add',
        group,
        member,
        ifExists: 'keep',
        roles,
        ...(from === undefined ? {} : { from }),
        ...(until === undefined ? {} : { until }),
        ...(reason === undefined ? {} : { reason }),
      },
      { kind: 'member.remove', group, member, origin: `plugin:${plugin}` },
    ]
  })
}

/** Written under the plugin's own origin. What lies below a group or resource that goes is lifted to its parent. */
export function changesToRemove(snapshot: Snapshot, plugin: string, records: readonly string[] | undefined): readonly Change[] {
  const rows = chosen(snapshot, plugin, records)
  return deletionOrder.flatMap((table) => rows.filter(([each]) => each === table).map(([, row]) => deletion(table, row)))
}

function deletion(table: OwnedTable, row: OwnedRow): Change {
  if (table === 'hold' && 'member' in row && row.member !== undefined)
    return { kind: 'member.remove', group: row.group, member: row.member }
  const key = keyOf<OwnedTable>(table, row)
  switch (table) {
    case 'resource':
      return { kind: 'resource.delete', resource: key, children: 'lift' }
    case 'group':
      return { kind: 'group.delete', id: key, children: 'lift' }
    case 'role':
    case 'group-type':
    case 'group-entity':
      return { kind: `${table}.delete`, codename: key }
    case 'permission':
    case 'resource-type':
    case 'source':
      return { kind: `${table}.delete`, name: key }
    case 'api-key':
    case 'assignment':
    case 'grant':
    case 'user':
    case 'service':
      return { kind: `${table}.delete`, id: key }
    case 'hold':
      throw new Error('a membership without a member')
  }
}
