/** A world as the rows of our tables, one after the other, as a loader gives them: never all of them at once. */

import type { Instant } from 'curia/core'
import { readInstant } from 'curia/core'
import type { Row } from 'curia/store/memory'
import { documentId, grantId, groupId, permissionName, roleName, userId } from './names.ts'
import type { World } from './world.ts'
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

function* holdRows(world: World): Generator<Row> {
  for (let user = 0; user < world.users; user += 1) {
    const member = `user:${userId(user)}` as const
    for (let place = world.memberships.starts[user] ?? 0; place < (world.memberships.starts[user + 1] ?? 0); place += 1) {
      const end = world.ends[place]
      const until = end === ends.never ? undefined : end === ends.past ? past : future
      yield holdRow(world.memberships.items[place] ?? 0, member, until)
    }
  }
  for (let group = 0; group < world.groups; group += 1) {
    for (const outer of rowOf(world.nestings, group)) yield holdRow(outer, `group:${groupId(group)}`, undefined)
  }
}

function holdRow(group: number, member: `user:${string}` | `group:${string}`, until: Instant | undefined): Row {
  return { table: 'hold', row: { ...base, group: groupId(group), member, roles: [], ...(until === undefined ? {} : { until }) } }
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
