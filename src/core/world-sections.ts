/** The lists of a world, and what is known of each: its table, its changes, its key, its defaults. */

import { builtInGroupTypes, builtInResourceTypes, builtInRoles } from './built-in.ts'
import type { changeFields } from './change.ts'
import { slug } from './name.ts'
import { tenantResource } from './reference.ts'
import { canonicalJson } from './shape.ts'
import type { TableName } from './tables.ts'
import type { World } from './world.ts'

/** The lists of a world. */
export type WorldSection = Exclude<keyof World, 'curia' | 'settings'>
export type WorldTable = Exclude<TableName, 'settings' | 'tenant' | 'api-key' | 'retired'>
/** A record looked at field by field. */
export type Fields = { readonly [field: string]: unknown }

/** How one list of a world is kept: its table, the word that starts its kinds of change, the field that is its key, and what is not written. */
export interface Section {
  readonly name: WorldSection
  readonly table: WorldTable
  readonly create: keyof typeof changeFields
  readonly update?: keyof typeof changeFields
  readonly key: 'name' | 'codename' | 'id' | 'resource' | 'hold'
  /** Values that a record has when its change names none; they are not written. */
  readonly defaults: Fields
}

/** In an order in which each stands behind those it refers to. */
export const sections: readonly Section[] = [
  { name: 'sources', table: 'source', create: 'source.create', update: 'source.update', key: 'name', defaults: { enabled: true } },
  {
    name: 'resourceTypes',
    table: 'resource-type',
    create: 'resource-type.create',
    update: 'resource-type.update',
    key: 'name',
    defaults: { actions: [], parentTypes: [] },
  },
  {
    name: 'permissions',
    table: 'permission',
    create: 'permission.create',
    update: 'permission.update',
    key: 'name',
    defaults: { permissionKind: 'allow' },
  },
  {
    name: 'roles',
    table: 'role',
    create: 'role.create',
    update: 'role.update',
    key: 'codename',
    defaults: { permissions: [], includes: [] },
  },
  {
    name: 'groupTypes',
    table: 'group-type',
    create: 'group-type.create',
    update: 'group-type.update',
    key: 'codename',
    defaults: { exclusive: false, standings: [] },
  },
  {
    name: 'groupEntities',
    table: 'group-entity',
    create: 'group-entity.create',
    update: 'group-entity.update',
    key: 'codename',
    defaults: {},
  },
  {
    name: 'users',
    table: 'user',
    create: 'user.create',
    update: 'user.update',
    key: 'id',
    defaults: { emails: [], attributes: {}, status: 'active', networks: [], externalIds: {} },
  },
  { name: 'services', table: 'service', create: 'service.create', update: 'service.update', key: 'id', defaults: { status: 'active' } },
  {
    name: 'groups',
    table: 'group',
    create: 'group.create',
    update: 'group.update',
    key: 'id',
    defaults: { entities: [], properties: {}, data: { config: { share: 'members' } }, meta: {}, active: true, joinPolicy: 'closed' },
  },
  { name: 'memberships', table: 'hold', create: 'member.add', update: 'member.update', key: 'hold', defaults: { roles: [] } },
  {
    name: 'resources',
    table: 'resource',
    create: 'resource.create',
    update: 'resource.update',
    key: 'resource',
    defaults: { inherits: true, attributes: {} },
  },
  {
    name: 'grants',
    table: 'grant',
    create: 'grant.create',
    update: 'grant.update',
    key: 'id',
    defaults: { resource: tenantResource, effect: 'allow' },
  },
  { name: 'assignments', table: 'assignment', create: 'assignment.create', key: 'id', defaults: { keepOwner: false } },
]

/** Records that every tenant has: they are in no table and not written, and what a world calls by their names is another thing. */
const builtIns: { readonly [Name in TableName]?: ReadonlyMap<string, unknown> } = {
  role: builtInRoles,
  'group-type': builtInGroupTypes,
  'resource-type': builtInResourceTypes,
}

export function isBuiltIn(table: TableName, key: string): boolean {
  return builtIns[table]?.has(key) ?? false
}

export function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, withSortedKeys(each)]))
}

export function equal(one: unknown, other: unknown): boolean {
  return one === other || canonicalJson(one ?? null) === canonicalJson(other ?? null)
}

/**
 * How a record of a world is called in a plan and in `Reported.places`: `user:ada`, `membership:<group>|<member>`, `resource:folder:1`. One without an id is called
 * by its user name, its codename, or the number of its place in the list (`grant:#3`).
 */
export function recordName(section: WorldSection, fields: Fields, index: number): string {
  const text = (...given: readonly unknown[]) => given.find((each) => typeof each === 'string') ?? `#${index + 1}`
  switch (section) {
    case 'memberships':
      return `membership:${text(fields.group)}|${text(fields.member)}`
    case 'users':
      return `user:${text(fields.id, fields.userName)}`
    case 'groups':
      return `group:${text(fields.id, fields.codename, typeof fields.name === 'string' ? slug(fields.name, '-') : undefined)}`
    default: {
      const { table } = sectionOf(section)
      return `${table}:${text(fields.id, fields.codename, table === 'resource' ? fields.resource : undefined, fields.name)}`
    }
  }
}

function sectionOf(name: WorldSection): Section {
  const section = sections.find((each) => each.name === name)
  if (section === undefined) throw new Error(`a world has no list ${name}`)
  return section
}

/** A record of the world on its way through the plan. */
export interface Item {
  readonly section: Section
  /** As `recordName` says. */
  readonly name: string
  /** With references resolved and values in their canonical form. */
  fields: Fields
  /** The key of its row: that of the record it matches, or the one it will have. Absent: the store will choose it. */
  key?: string
}
