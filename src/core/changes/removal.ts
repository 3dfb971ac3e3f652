/** What goes with a record that is deleted. */

import type { Draft } from '../draft.ts'
import type { MemberReference, ResourceReference } from '../reference.ts'
import { typeOf } from '../reference.ts'
import { referenceOf } from '../resource.ts'
import { holdKey } from '../tables.ts'

/** A principal or group takes its memberships, its grants and assignments with it; it owns nothing any more; and it goes as a resource. */
export function removeNamed(draft: Draft, reference: MemberReference): void {
  const { snapshot } = draft
  for (const { group, member, origin } of [...snapshot.holdsOfMember(reference)]) draft.remove('hold', holdKey(group, member, origin))
  for (const grant of [...snapshot.grantsNaming(reference)]) draft.retire('grant', grant.id)
  for (const assignment of [...snapshot.assignmentsNaming(reference)]) draft.retire('assignment', assignment.id)
  for (const resource of [...snapshot.ownedBy(reference)]) {
    const { owner: _, ...rest } = resource
    draft.put('resource', referenceOf(resource), { ...rest, updatedAt: draft.writer.now })
  }
  removeOnResource(draft, reference)
}

/** A resource takes the grants and assignments on it. */
export function removeOnResource(draft: Draft, resource: ResourceReference): void {
  const { snapshot } = draft
  const grants = snapshot.grantsOn(resource)
  if (grants !== undefined) {
    for (const grant of [...[...grants.bySubject.values()].flatMap((each) => [...each]), ...grants.byRelation])
      draft.retire('grant', grant.id)
  }
  for (const assignment of [...snapshot.assignmentsOn(resource)]) draft.retire('assignment', assignment.id)
}

/** Takes names of permissions out of roles, grants, policies and keys: of permissions that are no longer declared. */
export function removePermissions(draft: Draft, gone: (permission: string) => boolean): void {
  const { snapshot, writer } = draft
  const keep = (names: readonly string[]): readonly string[] => names.filter((name) => !gone(name))
  for (const role of [...snapshot.all('role')]) {
    if (role.permissions.some(gone))
      draft.put('role', role.codename, { ...role, permissions: keep(role.permissions), updatedAt: writer.now })
  }
  for (const grant of [...snapshot.all('grant')]) {
    if (grant.permission !== undefined && gone(grant.permission)) draft.retire('grant', grant.id)
    const type = typeOf(grant.resource)
    const actions = grant.actions?.filter((action) => !gone(`${type}.${action}`))
    if (actions?.length === 0) draft.retire('grant', grant.id)
    else if (actions !== undefined) draft.put('grant', grant.id, { ...grant, actions, updatedAt: writer.now })
  }
  for (const key of [...snapshot.all('api-key')]) {
    // A key narrowed to nothing would be a key to everything: it is switched off instead.
    const scopes = keep(key.scopes)
    if (scopes.length === key.scopes.length) continue
    draft.put('api-key', key.id, { ...key, scopes, active: key.active && scopes.length > 0, updatedAt: writer.now })
  }
  for (const assignment of [...snapshot.all('assignment')]) {
    const policy = withoutNames(assignment.policy, gone)
    draft.put('assignment', assignment.id, { ...assignment, policy, updatedAt: writer.now })
  }
  const settings = snapshot.get('settings', 'settings')
  if (settings !== undefined) draft.put('settings', 'settings', { ...settings, policy: withoutNames(settings.policy, gone) })
  for (const permission of [...snapshot.all('permission')]) {
    if (permission.parent === undefined || !gone(permission.parent)) continue
    const { parent: _, ...rest } = permission
    draft.put('permission', permission.name, { ...rest, updatedAt: writer.now })
  }
}

/** A copy of a policy without some names. */
function withoutNames<P extends object>(policy: P, gone: (name: string) => boolean): P {
  const filtered = (entry: unknown): unknown =>
    Array.isArray(entry)
      ? entry.filter((name: string) => !gone(name))
      : Object.fromEntries(Object.entries(entry as object).map(([codename, names]) => [codename, filtered(names)]))
  // Every entry keeps its kind, list or table.
  return Object.fromEntries(Object.entries(policy).map(([key, entry]) => [key, filtered(entry)])) as P
}
