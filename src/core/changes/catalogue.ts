/** Changes of the catalogue: resource types, permissions, roles. */

import type { ChangeOf } from '../change.ts'
import type { Draft } from '../draft.ts'
import { given } from '../draft.ts'
import { refuse } from '../errors.ts'
import { named } from '../permission.ts'
import type { PermissionCheck } from '../predicate.ts'
import { holdKey } from '../tables.ts'
import { sorted } from './groups.ts'
import { removePermissions } from './removal.ts'

export function createResourceType(
  draft: Draft,
  { kind: _, origin, name, actions, parentTypes, ownerActions, description }: ChangeOf<'resource-type.create'>,
): void {
  draft.requireFree('resource-type', name)
  draft.put('resource-type', name, {
    ...draft.made(origin),
    name,
    actions: sorted(actions ?? []),
    parentTypes: sorted(parentTypes ?? []),
    ...(ownerActions === undefined ? {} : { ownerActions: sorted(ownerActions) }),
    ...(description === undefined ? {} : { description }),
  })
  draft.names(`resource-type:${name}`)
}

/** An action that is taken away goes from the roles, grants and policies that name it. */
export function updateResourceType(
  draft: Draft,
  { name, actions, parentTypes, ownerActions, description }: ChangeOf<'resource-type.update'>,
): void {
  const before = draft.own('resource-type', name, 'name')
  const left = actions === undefined ? before.actions : sorted(actions)
  const owners = ownerActions === undefined ? before.ownerActions?.filter((action) => left.includes(action)) : ownerActions
  draft.put(
    'resource-type',
    name,
    draft.patched(before, {
      actions: left,
      parentTypes: parentTypes === undefined ? undefined : sorted(parentTypes),
      ownerActions: owners === null || owners === undefined ? owners : sorted(owners),
      description,
    }),
  )
  const gone = new Set(before.actions.filter((action) => !left.includes(action)).map((action) => `${name}.${action}`))
  if (gone.size > 0) removeActions(draft, name, gone)
  draft.names(`resource-type:${name}`)
}

/** Refused while resources, grants or assignments of the type are there: what they protect would lie open or be lost in silence. */
export function deleteResourceType(draft: Draft, { name }: ChangeOf<'resource-type.delete'>): void {
  const before = draft.own('resource-type', name, 'name')
  removeActions(draft, name, new Set(before.actions.map((action) => `${name}.${action}`)))
  for (const type of [...draft.snapshot.all('resource-type')]) {
    if (type.parentTypes.includes(name))
      draft.put('resource-type', type.name, draft.patched(type, { parentTypes: type.parentTypes.filter((each) => each !== name) }))
  }
  draft.remove('resource-type', name)
  draft.names(`resource-type:${name}`)
}

function removeActions(draft: Draft, type: string, gone: ReadonlySet<string>): void {
  removePermissions(draft, (permission) => gone.has(permission))
  for (const permission of [...draft.snapshot.all('permission')])
    if (permission.resourceType === type && gone.has(permission.name)) draft.remove('permission', permission.name)
}

export function createPermission(
  draft: Draft,
  { kind: _, origin, name, parent, permissionKind, check, ...fields }: ChangeOf<'permission.create'>,
): void {
  draft.requireFree('permission', name)
  const type = name.includes('.') ? name.slice(0, name.indexOf('.')) : undefined
  const typed = type !== undefined && draft.snapshot.resourceType(type) !== undefined
  draft.put('permission', name, {
    ...draft.made(origin),
    name,
    permissionKind: permissionKind ?? 'allow',
    ...given(fields),
    ...(check === undefined ? {} : { check: wholeCheck(check) }),
    ...(parent === undefined ? {} : { parent: canonical(draft, parent, 'parent') }),
    ...(typed ? { resourceType: type } : {}),
  })
  draft.names(`permission:${name}`)
}

export function updatePermission(draft: Draft, { kind: _, name, parent, check, ...fields }: ChangeOf<'permission.update'>): void {
  const before = draft.own('permission', name, 'name')
  const key = parent === undefined || parent === null ? parent : canonical(draft, parent, 'parent')
  draft.put('permission', name, draft.patched(before, { ...fields, parent: key, check: check && wholeCheck(check) }))
  draft.names(`permission:${name}`)
}

/** The check as its shape has read it: without a word about arguments it has none. */
function wholeCheck({ arguments: declared = [], ...check }: NonNullable<ChangeOf<'permission.update'>['check']>): PermissionCheck {
  return { ...check, arguments: declared }
}

export function deletePermission(draft: Draft, { name }: ChangeOf<'permission.delete'>): void {
  const before = draft.own('permission', name, 'name')
  draft.remove('permission', name)
  // The permission of a declared action stays declared; only the words about it go.
  if (before.resourceType === undefined) removePermissions(draft, (permission) => permission === name)
  draft.names(`permission:${name}`)
}

export function createRole(
  draft: Draft,
  { kind: _, origin, codename, label, permissions, includes, description }: ChangeOf<'role.create'>,
): void {
  draft.requireFree('role', codename)
  draft.put('role', codename, {
    ...draft.made(origin),
    codename,
    label: label ?? codename,
    ...(description === undefined ? {} : { description }),
    permissions: sorted((permissions ?? []).map((name) => canonical(draft, name, 'permissions'))),
    includes: sorted(includes ?? []),
  })
  draft.names(`role:${codename}`)
}

export function updateRole(draft: Draft, { kind: _, codename, permissions, includes, ...fields }: ChangeOf<'role.update'>): void {
  const role = draft.own('role', codename, 'codename')
  draft.put(
    'role',
    codename,
    draft.patched(role, {
      ...fields,
      permissions: permissions === undefined ? undefined : sorted(permissions.map((name) => canonical(draft, name, 'permissions'))),
      includes: includes === undefined ? undefined : sorted(includes),
    }),
  )
  draft.names(`role:${codename}`)
}

/** A role leaves holds, the roles that include it, and grants. */
export function deleteRole(draft: Draft, { codename }: ChangeOf<'role.delete'>): void {
  const { snapshot } = draft
  draft.own('role', codename, 'codename')
  const without = (roles: readonly string[]): readonly string[] => roles.filter((role) => role !== codename)
  for (const hold of [...snapshot.all('hold')]) {
    if (hold.roles.includes(codename))
      draft.put('hold', holdKey(hold.group, hold.member, hold.origin), draft.patched(hold, { roles: without(hold.roles) }))
  }
  for (const role of [...snapshot.all('role')]) {
    if (role.includes.includes(codename)) draft.put('role', role.codename, draft.patched(role, { includes: without(role.includes) }))
  }
  for (const type of [...snapshot.all('group-type')]) {
    if (!type.standings.includes(codename)) continue
    if (type.standings.length === 1) {
      // An empty list allows every role: the last one must not go in silence.
      throw refuse('conflict', { reference: `role:${codename}`, reason: `is the only standing of group-type:${type.codename}` })
    }
    draft.put('group-type', type.codename, draft.patched(type, { standings: without(type.standings) }))
  }
  for (const grant of [...snapshot.all('grant')]) {
    const subject = snapshot.subjectOf(grant)
    if (grant.role === codename || (subject.kind === 'standing' && subject.role === codename)) draft.retire('grant', grant.id)
  }
  draft.remove('role', codename)
  draft.names(`role:${codename}`)
}

/** The canonical name of a permission by any of its forms. One that is declared later in the same change set is taken as it stands. */
export function canonical(draft: Draft, name: string, field: string): string {
  return named(draft.snapshot, name, draft.field(field))?.name ?? name
}
