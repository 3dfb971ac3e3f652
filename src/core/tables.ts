/** The tables of all kinds of record: the rows that a store keeps and the journal tells of. */

import type { ApiKey } from './api-key.ts'
import type { Assignment } from './assignment.ts'
import type { Permission, ResourceType, Role } from './catalogue.ts'
import type { Grant } from './grant.ts'
import type { Group, GroupEntity, GroupType } from './group.ts'
import type { Hold } from './membership.ts'
import type { ServiceAccount, User } from './principal.ts'
import type { Origin } from './record.ts'
import type { Resource } from './resource.ts'
import type { Settings } from './settings.ts'
import type { Source } from './source.ts'
import type { OtherTenant } from './tenant.ts'
import type { Instant } from './validity.ts'

/** A record of ours that is gone. Its id is never given again (an undo may bring the same record back). */
export interface Retired {
  /** `user:ada`, `group:consuls`, `grant:...`. */
  readonly reference: string
  readonly retiredAt: Instant
}

/** Every kind of record by the name of its table. The names are those of references, of SQL tables and of change kinds. */
export interface Tables {
  readonly settings: Settings
  readonly tenant: OtherTenant
  readonly source: Source
  readonly 'resource-type': ResourceType
  readonly permission: Permission
  readonly role: Role
  readonly 'group-type': GroupType
  readonly 'group-entity': GroupEntity
  readonly user: User
  readonly service: ServiceAccount
  readonly group: Group
  readonly hold: Hold
  readonly resource: Resource
  readonly grant: Grant
  readonly assignment: Assignment
  readonly 'api-key': ApiKey
  readonly retired: Retired
}
export type TableName = keyof Tables

/** All tables, in an order in which each stands behind those it refers to. */
export const tableNames: readonly TableName[] = [
  'settings',
  'tenant',
  'source',
  'resource-type',
  'permission',
  'role',
  'group-type',
  'group-entity',
  'user',
  'service',
  'group',
  'hold',
  'resource',
  'grant',
  'assignment',
  'api-key',
  'retired',
]

/** How the key of a row is made from it. Keys are unique within a table of a tenant; `|` stands in no id and no origin. */
const keys: { readonly [Name in TableName]: (row: Tables[Name]) => string } = {
  settings: () => 'settings',
  tenant: (tenant) => tenant.id,
  source: (source) => source.name,
  'resource-type': (type) => type.name,
  permission: (permission) => permission.name,
  role: (role) => role.codename,
  'group-type': (type) => type.codename,
  'group-entity': (entity) => entity.codename,
  user: (user) => user.id,
  service: (service) => service.id,
  group: (group) => group.id,
  hold: (hold) => holdKey(hold.group, hold.member, hold.origin),
  resource: (resource) => `${resource.type}:${resource.id}`,
  grant: (grant) => grant.id,
  assignment: (assignment) => assignment.id,
  'api-key': (key) => key.id,
  retired: (retired) => retired.reference,
}

export function keyOf<Name extends TableName>(table: Name, row: Tables[Name]): string {
  return keys[table](row)
}

/** The key of a hold: group id, member reference and origin. */
export function holdKey(group: string, member: string, origin: Origin): string {
  return `${group}|${member}|${origin}`
}

/**
 * One row as it was and as it became. `before` absent: it was made. `after` absent: it was removed. The rows of a change set,
 * reversed, are its undo.
 */
export type RowChange = {
  readonly [Name in TableName]: {
    readonly table: Name
    readonly key: string
    readonly before?: Tables[Name]
    readonly after?: Tables[Name]
  }
}[TableName]
