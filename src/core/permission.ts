/** What a permission name means: how it is resolved, and which role, grant or policy contains it. */

import { administratorRole } from './built-in.ts'
import type { Permission } from './catalogue.ts'
import { refuse } from './errors.ts'
import type { Grant } from './grant.ts'
import type { PolicyEntry } from './policy.ts'
import { entryNames, policyActions } from './policy.ts'
import type { RolePermission } from './questions.ts'
import type { ResourceReference } from './reference.ts'
import { tenantResource, typeOf } from './reference.ts'
import type { Snapshot } from './snapshot.ts'

/** A permission, taken apart. An application permission has no type. */
export interface PermissionName {
  readonly name: string
  readonly type?: string
  /** The bare action; of an application permission its whole name. */
  readonly action: string
}

/** Finds a declared permission by its canonical name: `<type>.<action>` of a declared type, or an application permission. */
export function declared(snapshot: Snapshot, name: string): PermissionName | undefined {
  const dot = name.indexOf('.')
  if (dot > 0) {
    const type = name.slice(0, dot)
    const action = name.slice(dot + 1)
    if (snapshot.resourceType(type)?.actions.includes(action)) return { name, type, action }
  }
  const permission = snapshot.permission(name)
  return permission !== undefined && permission.resourceType === undefined ? { name, action: name } : undefined
}

/** Every declared permission: typed ones by their types, then those of the application. */
export function* declaredPermissions(snapshot: Snapshot): IterableIterator<PermissionName> {
  for (const type of snapshot.resourceTypes()) {
    for (const action of type.actions) yield { name: `${type.name}.${action}`, type: type.name, action }
  }
  for (const permission of snapshot.all('permission')) {
    if (permission.resourceType === undefined) yield { name: permission.name, action: permission.name }
  }
}

/**
 * Finds a permission by any of its written forms: its canonical name, or `<action>_<type>` where that has one reading. Undefined: no
 * such permission. Throws `invalid_parameter` when two readings are possible.
 */
export function named(snapshot: Snapshot, name: string, field: string): PermissionName | undefined {
  const canonical = declared(snapshot, name)
  if (canonical !== undefined) return canonical
  const readings: PermissionName[] = []
  for (let at = name.indexOf('_'); at > 0; at = name.indexOf('_', at + 1)) {
    const found = declared(snapshot, `${name.slice(at + 1)}.${name.slice(0, at)}`)
    if (found?.type !== undefined) readings.push(found)
  }
  if (readings.length > 1) {
    throw refuse('invalid_parameter', {
      field,
      reason: `${name} can be read as ${readings.map((each) => each.name).join(' or ')}; write one of these`,
    })
  }
  return readings[0]
}

/**
 * Resolves what is asked on a resource. A bare action of its type comes first, then the forms of `named`. Throws, in this order,
 * `permission_unknown` (or `invalid_parameter` for two readings), `permission_unavailable`, `unknown_reference` for a type that is not
 * declared, `invalid_parameter` for a permission that cannot be asked there.
 */
export function asked(snapshot: Snapshot, action: string, resource: ResourceReference): PermissionName {
  const type = typeOf(resource)
  const bare = snapshot.resourceType(type)?.actions.includes(action)
  const permission = bare ? { name: `${type}.${action}`, type, action } : named(snapshot, action, 'action')
  if (permission === undefined) throw refuse('permission_unknown', { permission: action, resource })
  const plugin = missingPlugin(snapshot, permission.name)
  if (plugin !== undefined) throw refuse('permission_unavailable', { permission: permission.name, plugin })
  if (snapshot.resourceType(type) === undefined) throw refuse('unknown_reference', { reference: type, field: 'resource' })
  if (resource === tenantResource) return permission
  if (permission.type === undefined) {
    throw refuse('invalid_parameter', {
      field: 'resource',
      reason: `${permission.name} belongs to the application as a whole; ask it on the tenant`,
    })
  }
  if (permission.type !== type) {
    throw refuse('invalid_parameter', { field: 'action', reason: `${permission.name} cannot be asked on ${resource}, which is a ${type}` })
  }
  return permission
}

/** The plugin without which the permission is not available: it declared it or checks it, and is not active or offers it no longer. */
export function missingPlugin(snapshot: Snapshot, permission: string): string | undefined {
  const record = snapshot.permission(permission)
  return record === undefined ? undefined : missingFor(snapshot, record)
}

/** The same of a permission's record. */
export function missingFor(snapshot: Snapshot, { name, origin, check }: Permission): string | undefined {
  // A permission that was taken over from its plugin is still checked by it.
  const plugin = check?.plugin ?? (origin.startsWith('plugin:') ? origin.slice('plugin:'.length) : undefined)
  return plugin === undefined || snapshot.plugins.offers(plugin, name) ? undefined : plugin
}

export function isRestriction(snapshot: Snapshot, permission: string): boolean {
  return snapshot.permission(permission)?.permissionKind === 'restriction'
}

/** Whether the role contains the permission, itself or through the roles it includes. */
export function roleContains(snapshot: Snapshot, role: string, permission: string): boolean {
  const content = snapshot.roleContent(role)
  return content.permissions.has(permission) || (content.everyAllow && !isRestriction(snapshot, permission))
}

/** The roles through which a role contains the permission, shortest way first to last: `['editor', 'viewer']`. */
export function pathInRole(snapshot: Snapshot, role: string, permission: string): readonly string[] {
  const { roles } = snapshot.roleContent(role)
  for (const codename of roles.keys()) {
    const holds =
      snapshot.role(codename)?.permissions.includes(permission) || (codename === administratorRole && !isRestriction(snapshot, permission))
    if (!holds) continue
    const path: string[] = []
    for (let each: string | undefined = codename; each !== undefined; each = roles.get(each)) path.push(each)
    return path.reverse()
  }
  return [role]
}

/** Every declared permission that the role contains, by name. */
export function permissionsInRole(snapshot: Snapshot, role: string): readonly RolePermission[] {
  const found: RolePermission[] = []
  for (const { name } of declaredPermissions(snapshot))
    if (roleContains(snapshot, role, name)) found.push({ permission: name, path: pathInRole(snapshot, role, name) })
  return found.sort((one, other) => (one.permission < other.permission ? -1 : 1))
}

/** Whether what the grant gives (or denies) contains the permission. */
export function grantContains(snapshot: Snapshot, grant: Grant, permission: string): boolean {
  if (grant.role !== undefined) return roleContains(snapshot, grant.role, permission)
  if (grant.permission !== undefined) return grant.permission === permission
  const type = typeOf(grant.resource)
  return grant.actions?.some((action) => `${type}.${action}` === permission) === true
}

/** The canonical names that a name of an assignment's policy stands for; a short name that the type does not have stands for nothing. */
export function policyPermission(snapshot: Snapshot, name: string, resource: ResourceReference): string | undefined {
  if (!policyActions.has(name)) return name
  const type = typeOf(resource)
  return snapshot.resourceType(type)?.actions.includes(name) ? `${type}.${name}` : undefined
}

/** Whether an entry of an assignment's policy gives the permission to somebody with these codenames. */
export function entryContains(
  snapshot: Snapshot,
  entry: PolicyEntry,
  codenames: Iterable<string>,
  resource: ResourceReference,
  permission: string,
): boolean {
  for (const name of entryNames(entry, codenames)) if (policyPermission(snapshot, name, resource) === permission) return true
  return false
}
