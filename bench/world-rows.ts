/** A world as the rows of our tables, one after the other, as a loader gives them: never all of them at once. */

import type { Instant } from 'curia/core'
import { readInstant } from 'curia/core'
import type { Row } from 'curia/store/memory'
import { documentId, grantId, groupId, permissionName, roleName, userId } from './names.ts'
import type { Rows, World } from './world.ts'
import { actions, ends, relationActions, rowOf, subjects } from './world.ts'

/** Beside those of the world there is one user who administers it, so that writes find somebody; lists of ours name this user too. */
export const administrator = 'administrator'

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

/** In the order of their keys, as databases keep them: group by group, nested groups before users. */
function* holdRows(world: World): Generator<Row> {
  const inner = inverted(world.nestings, world.groups)
  const users = inverted(world.memberships, world.groups)
  for (let group = 0; group < world.groups; group += 1) {
    const id = groupId(group)
    for (let at = inner.starts[group] ?? 0; at < (inner.starts[group + 1] ?? 0); at += 1) {
      yield holdRow(id, `group:${groupId(inner.owners[at] ?? 0)}`, undefined)
    }
    for (let at = users.starts[group] ?? 0; at < (users.starts[group + 1] ?? 0); at += 1) {
      const end = world.ends[users.places[at] ?? 0]
      const until = end === ends.never ? undefined : end === ends.past ? past : future
      yield holdRow(id, `user:${userId(users.owners[at] ?? 0)}`, until)
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

function holdRow(group: string, member: `user:${string}` | `group:${string}`, until: Instant | undefined): Row {
  return { table: 'hold', row: { ...base, group, member, roles: [], ...(until === undefined ? {} : { until }) } }
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
