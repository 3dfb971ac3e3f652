/** A world as the rows of our tables, one after the other, as a loader gives them: never all of them at once. */

import type { Instant, RowTexts, RowTextTable } from 'curia/core'
import { quotedFields, readInstant, rowTextFields, rowTextMarks } from 'curia/core'
import type { Row } from 'curia/store/memory'
import { documentId, grantId, groupId, permissionName, roleName, userId } from './names.ts'
import type { Rows, World } from './world.ts'
import { actions, ends, relationActions, rowOf, subjects } from './world.ts'

/** Beside those of the world there is one user who administers it, so that writes find somebody; lists of ours name this user too. */
export const administrator = 'administrator'

/** Many rows of one table in one text are given so many at a time. */
const textRows = 2_000

/** Tables that can be left out, to find out what they weigh. */
export type Part = 'hold' | 'grant'

const made = readInstant('2026-01-01T00:00:00.000Z', 'made')
const base = { origin: 'local', createdAt: made, createdBy: 'system:library', updatedAt: made } as const
const past = readInstant('2020-06-30T00:00:00.000Z', 'past')
const future = readInstant('2090-06-30T00:00:00.000Z', 'future')

/** Every row of the world, in the order of the tables. */
export function* rowsOfWorld(world: World, without: ReadonlySet<Part> = new Set()): Generator<Row> {
  yield* catalogueRows(world)
  yield* userRows(world)
  yield* groupRows(world)
  if (!without.has('hold')) yield* holdRows(world)
  for (let document = 0; document < world.documents; document += 1) {
    yield { table: 'resource', row: { ...base, type: 'document', id: documentId(document), inherits: true, attributes: {} } }
  }
  yield* tenantGrantRows(world)
  if (!without.has('grant')) yield* documentGrantRows(world)
  yield* assignmentRows(world)
}

/**
 * The same rows in the same order, those of large tables as texts: a world of twenty million rows is given in a minute and not in five.
 * @param take given all other rows
 */
export function giveWorld(world: World, without: ReadonlySet<Part>, take: (row: Row) => void, takeTexts: (texts: RowTexts) => void): void {
  const give = (table: RowTextTable, lines: Iterable<string>): void => {
    let parts: string[] = []
    for (const line of lines) {
      if (parts.push(line) < textRows) continue
      takeTexts({ table, text: parts.join('') })
      parts = []
    }
    if (parts.length > 0) takeTexts({ table, text: parts.join('') })
  }
  for (const rows of [catalogueRows(world), userRows(world), groupRows(world)]) for (const row of rows) take(row)
  if (!without.has('hold')) give('hold', holdLines(world))
  give('resource', documentLines(world))
  give('grant', linesOf(tenantGrantRows(world)))
  if (!without.has('grant')) give('grant', documentGrantLines(world))
  for (const row of assignmentRows(world)) take(row)
}

function* linesOf(rows: Iterable<Row>): Generator<string> {
  for (const { table, row } of rows) if (table === 'grant') yield textOf(table, row)
}

/** A row as a text, from its first field or another one on. */
function textOf(table: RowTextTable, row: object, from = 0): string {
  // Every field of a row is looked for by its name.
  const fields = row as { readonly [field: string]: unknown }
  const cells = rowTextFields[table].slice(from).map((field) => {
    const value = fields[field]
    if (value === undefined) return rowTextMarks.absent
    if (typeof value === 'boolean') return value ? '1' : '0'
    return typeof value === 'string' && !quotedFields.has(field) ? value : JSON.stringify(value)
  })
  return `${cells.join(rowTextMarks.fieldEnd)}${rowTextMarks.rowEnd}`
}

function* documentLines(world: World): Generator<string> {
  // They differ by their ids alone.
  const rest = textOf('resource', { ...base, inherits: true, attributes: {} }, 2)
  for (let document = 0; document < world.documents; document += 1) yield `document${end}${documentId(document)}${end}${rest}`
}

function* documentGrantLines(world: World): Generator<string> {
  const rests = actions.map((action) =>
    (['allow', 'deny'] as const).map((effect) => textOf('grant', { ...base, permission: `document.${action}`, effect }, 3)),
  )
  for (let document = 0; document < world.documents; document += 1) {
    const resource = documentId(document)
    for (let grant = world.grantStarts[document] ?? 0; grant < (world.grantStarts[document + 1] ?? 0); grant += 1) {
      const subject = world.grantSubjects[grant] ?? 0
      const named = world.grantKinds[grant] === subjects.user ? `user:${userId(subject)}` : `group:${groupId(subject)}`
      const rest = rests[world.grantActions[grant] ?? 0]?.[world.grantDenies[grant] ?? 0] ?? ''
      yield `${grantId(grant)}${end}${named}${end}document:${resource}${end}${rest}`
    }
  }
}

const end = rowTextMarks.fieldEnd

function* catalogueRows(world: World): Generator<Row> {
  const typed = [...actions, ...relationActions].sort()
  yield { table: 'resource-type', row: { ...base, name: 'document', actions: typed, parentTypes: [] } }
  for (let each = 0; each < world.permissions; each += 1) {
    yield { table: 'permission', row: { ...base, name: permissionName(each), permissionKind: 'allow' } }
  }
  for (let role = 0; role < world.roles.starts.length - 1; role += 1) {
    const permissions = [...rowOf(world.roles, role)].map(permissionName).sort()
    yield { table: 'role', row: { ...base, codename: roleName(role), label: `Role ${role}`, permissions, includes: [] } }
  }
}

function* userRows(world: World): Generator<Row> {
  for (let user = 0; user < world.users; user += 1) yield userRow(userId(user), `user${user}`)
  yield userRow(administrator, administrator)
}

function userRow(id: string, userName: string): Row {
  return {
    table: 'user',
    row: { ...base, id, userName, emails: [`${userName}@example.org`], attributes: {}, status: 'active', networks: [], externalIds: {} },
  }
}

function* groupRows(world: World): Generator<Row> {
  for (let group = 0; group < world.groups; group += 1) {
    const parent = world.parents[group] ?? -1
    yield {
      table: 'group',
      row: {
        ...base,
        id: groupId(group),
        name: `Group ${group}`,
        codename: `group_${group}`,
        entities: [],
        ...(parent === -1 ? {} : { parent: groupId(parent) }),
        properties: {},
        data: { config: { share: false } },
        meta: {},
        active: true,
        joinPolicy: 'closed',
      },
    }
  }
}

function* holdRows(world: World): Generator<Row> {
  for (const { group, member, until } of holdsOf(world))
    yield { table: 'hold', row: { ...base, group, member, roles: [], ...(until === undefined ? {} : { until }) } }
}

function* holdLines(world: World): Generator<string> {
  const rests = new Map([undefined, past, future].map((until) => [until, textOf('hold', { ...base, roles: [], until }, 2)]))
  for (const { group, member, until } of holdsOf(world)) yield `${group}${end}${member}${end}${rests.get(until)}`
}

interface MadeHold {
  readonly group: string
  readonly member: `user:${string}` | `group:${string}`
  readonly until?: Instant | undefined
}

/** In the order of their keys, as databases keep them: group by group, nested groups before users. */
function* holdsOf(world: World): Generator<MadeHold> {
  const inner = inverted(world.nestings, world.groups)
  const users = inverted(world.memberships, world.groups)
  for (let group = 0; group < world.groups; group += 1) {
    const id = groupId(group)
    for (let at = inner.starts[group] ?? 0; at < (inner.starts[group + 1] ?? 0); at += 1) {
      yield { group: id, member: `group:${groupId(inner.owners[at] ?? 0)}` }
    }
    for (let at = users.starts[group] ?? 0; at < (users.starts[group + 1] ?? 0); at += 1) {
      const end = world.ends[users.places[at] ?? 0]
      const until = end === ends.never ? undefined : end === ends.past ? past : future
      yield { group: id, member: `user:${userId(users.owners[at] ?? 0)}`, until }
    }
  }
}

/** By item: in which rows it stands, and at which places. */
function inverted(rows: Rows, items: number): { readonly starts: Uint32Array; readonly owners: Uint32Array; readonly places: Uint32Array } {
  const starts = new Uint32Array(items + 1)
  for (const item of rows.items) starts[item + 1] = (starts[item + 1] ?? 0) + 1
  for (let item = 0; item < items; item += 1) starts[item + 1] = (starts[item + 1] ?? 0) + (starts[item] ?? 0)
  const next = starts.slice()
  const [owners, places] = [new Uint32Array(rows.items.length), new Uint32Array(rows.items.length)]
  for (let row = 0; row < rows.starts.length - 1; row += 1) {
    for (let place = rows.starts[row] ?? 0; place < (rows.starts[row + 1] ?? 0); place += 1) {
      const item = rows.items[place] ?? 0
      const at = next[item] ?? 0
      next[item] = at + 1
      owners[at] = row
      places[at] = place
    }
  }
  return { starts, owners, places }
}

function* tenantGrantRows(world: World): Generator<Row> {
  const onTenant = { ...base, resource: 'tenant' } as const
  yield {
    table: 'grant',
    row: { ...onTenant, id: 'administration', subject: `user:${administrator}`, role: 'administrator', effect: 'allow' },
  }
  for (let group = 0; group < world.groups; group += 1) {
    const role = world.roleOfGroup[group] ?? -1
    if (role === -1) continue
    yield {
      table: 'grant',
      row: { ...onTenant, id: `role-of-${group}`, subject: `group:${groupId(group)}`, role: roleName(role), effect: 'allow' },
    }
  }
  for (const [index, { group, permission }] of world.tenantDenials.entries()) {
    const subject = `group:${groupId(group)}`
    yield { table: 'grant', row: { ...onTenant, id: `denial-${index}`, subject, permission: permissionName(permission), effect: 'deny' } }
  }
}

function* documentGrantRows(world: World): Generator<Row> {
  for (let document = 0; document < world.documents; document += 1) {
    const resource = `document:${documentId(document)}` as const
    for (let grant = world.grantStarts[document] ?? 0; grant < (world.grantStarts[document + 1] ?? 0); grant += 1) {
      const subject = world.grantSubjects[grant] ?? 0
      yield {
        table: 'grant',
        row: {
          ...base,
          id: grantId(grant),
          subject: world.grantKinds[grant] === subjects.user ? `user:${userId(subject)}` : `group:${groupId(subject)}`,
          permission: `document.${actions[world.grantActions[grant] ?? 0]}`,
          resource,
          effect: world.grantDenies[grant] === 1 ? 'deny' : 'allow',
        },
      }
    }
  }
}

function* assignmentRows(world: World): Generator<Row> {
  const [owner, group, ancestors, descendants, siblings] = relationActions.map((action) => [`document.${action}`])
  const policy = {
    owner: owner ?? [],
    group: group ?? [],
    ancestors: ancestors ?? [],
    descendants: descendants ?? [],
    siblings: siblings ?? [],
  }
  for (const [index, each] of world.assignments.entries()) {
    yield {
      table: 'assignment',
      row: {
        ...base,
        id: `assignment-${index}`,
        resource: `document:${documentId(each.document)}`,
        group: groupId(each.group),
        member: `user:${userId(each.user)}`,
        policy,
        keepOwner: false,
      },
    }
  }
}
