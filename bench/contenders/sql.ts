/** What both databases are filled with and asked: nested groups by a recursive query, or by a table of all that is inside what. */

import { documentId, groupId, permissionName, roleName, userId } from '../names.ts'
import type { World } from '../world.ts'
import { actions, ends, rowOf, subjects } from '../world.ts'
import { eachGrant, eachNesting } from './facts.ts'

/** How nesting is resolved. */
export type Way = 'recursive' | 'closure'

/** Each table with its columns; the keys that both ways need. */
export const tables = {
  membership: ['usr', 'grp', 'ends'],
  nesting: ['inside', 'outside'],
  closure: ['inside', 'outside'],
  role_of: ['grp', 'role'],
  role_permission: ['role', 'permission'],
  grant_to_group: ['document', 'action', 'grp'],
  grant_to_user: ['document', 'action', 'usr'],
} as const
export type TableName = keyof typeof tables
type Cell = string | null

/** @param id how the database calls the type of an id */
export function statementsToMake(id: string, suffix: string): readonly string[] {
  return [
    `create table membership (usr ${id} not null, grp ${id} not null, ends text, primary key (usr, grp))${suffix}`,
    `create table nesting (inside ${id} not null, outside ${id} not null, primary key (inside, outside))${suffix}`,
    `create table closure (inside ${id} not null, outside ${id} not null, primary key (inside, outside))${suffix}`,
    `create table role_of (grp ${id} not null, role text not null, primary key (grp, role))${suffix}`,
    `create table role_permission (role text not null, permission text not null, primary key (role, permission))${suffix}`,
    `create table grant_to_group (document ${id} not null, action text not null, grp ${id} not null, primary key (document, action, grp))${suffix}`,
    `create table grant_to_user (document ${id} not null, action text not null, usr ${id} not null, primary key (document, action, usr))${suffix}`,
  ]
}

/** Made when the rows are in. */
export const indexes: readonly string[] = [
  'create index membership_by_group on membership (grp, usr, ends)',
  'create index nesting_by_outside on nesting (outside, inside)',
  'create index closure_by_outside on closure (outside, inside)',
  'create index permission_roles on role_permission (permission, role)',
  'create index group_grants on grant_to_group (grp, action, document)',
  'create index user_grants on grant_to_user (usr, action, document)',
]

/** The rows of a table. */
export function* rowsOfTable(world: World, table: TableName): Generator<readonly Cell[]> {
  if (table === 'membership') yield* memberships(world)
  else if (table === 'closure') yield* closure(world)
  else yield* listed(world, table)
}

function* memberships(world: World): Generator<readonly Cell[]> {
  for (let user = 0; user < world.users; user += 1) {
    for (let place = world.memberships.starts[user] ?? 0; place < (world.memberships.starts[user + 1] ?? 0); place += 1) {
      const end = world.ends[place]
      const ending = end === ends.never ? null : end === ends.past ? '2020-06-30' : '2090-06-30'
      yield [userId(user), groupId(world.memberships.items[place] ?? 0), ending]
    }
  }
}

/** Every group with itself and with every group around it. */
function* closure(world: World): Generator<readonly Cell[]> {
  for (let group = 0; group < world.groups; group += 1) {
    const around = new Set([group])
    for (const each of around) for (const outer of rowOf(world.nestings, each)) around.add(outer)
    for (const each of around) yield [groupId(group), groupId(each)]
  }
}

function listed(world: World, table: TableName): readonly (readonly Cell[])[] {
  const rows: (readonly Cell[])[] = []
  switch (table) {
    case 'nesting':
      eachNesting(world, (inner, outer) => rows.push([groupId(inner), groupId(outer)]))
      break
    case 'role_of':
      world.roleOfGroup.forEach((role, group) => {
        if (role !== -1) rows.push([groupId(group), roleName(role)])
      })
      break
    case 'role_permission':
      for (let role = 0; role < world.roles.starts.length - 1; role += 1) {
        for (const permission of rowOf(world.roles, role)) rows.push([roleName(role), permissionName(permission)])
      }
      break
    default:
      eachGrant(world, (grant, document) => {
        const isUser = world.grantKinds[grant] === subjects.user
        const subject = world.grantSubjects[grant] ?? 0
        const action = actions[world.grantActions[grant] ?? 0] ?? ''
        if (isUser === (table === 'grant_to_user')) rows.push([documentId(document), action, isUser ? userId(subject) : groupId(subject)])
      })
  }
  return rows
}

/** `?` stands for a parameter, in the order that is told. */
const current = '(ends is null or ends > ?)'

const inside: { readonly [W in Way]: string } = {
  recursive: `recursive around(grp) as (
    select grp from membership where usr = ? and ${current}
    union select outside from around join nesting on inside = grp
  )`,
  closure: `around(grp) as (select outside from membership join closure on inside = grp where usr = ? and ${current})`,
}

/** Parameters: user, moment, permission. One row when she may, none else. */
export function tenantCheck(way: Way): string {
  return `with ${inside[way]}
    select 1 as found from around join role_of on role_of.grp = around.grp
    join role_permission on role_permission.role = role_of.role where permission = ? limit 1`
}

/** Parameters: group, group, moment. */
export function membersList(): string {
  return `select 'group:' || inside as reference from closure where outside = ? and inside <> outside
    union select 'user:' || usr from closure join membership on grp = inside where outside = ? and ${current}`
}

/** Parameters: document, action, moment, document, action. */
export function subjectsList(): string {
  return `select 'user:' || usr as reference from grant_to_group join closure on outside = grant_to_group.grp
    join membership on membership.grp = inside where document = ? and action = ? and ${current}
    union select 'user:' || usr from grant_to_user where document = ? and action = ?`
}

/** Parameters: user, moment, action, user, action. */
export function documentsList(): string {
  return `with ${inside.closure}
    select 'document:' || document as reference from around join grant_to_group on grant_to_group.grp = around.grp where action = ?
    union select 'document:' || document from grant_to_user where usr = ? and action = ?`
}
