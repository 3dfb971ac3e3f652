/** A snapshot and changes make the next snapshot, or a refusal. The keeper of the invariants: every write passes here. */

import { isLastingAdministrator, lastingAdministrator } from './administrators.ts'
import type { Change, ChangeKind, ChangeOf } from './change.ts'
import {
  createPermission,
  createResourceType,
  createRole,
  deletePermission,
  deleteResourceType,
  deleteRole,
  updatePermission,
  updateResourceType,
  updateRole,
} from './changes/catalogue.ts'
import { createAssignment, createGrant, deleteAssignment, deleteGrant, updateGrant, writePermissionTree } from './changes/grants.ts'
import {
  createGroup,
  createGroupEntity,
  createGroupType,
  deleteGroup,
  deleteGroupEntity,
  deleteGroupType,
  moveGroup,
  updateGroup,
  updateGroupEntity,
  updateGroupType,
} from './changes/groups.ts'
import {
  createApiKey,
  createSource,
  deleteApiKey,
  deleteSource,
  takeOver,
  updateApiKey,
  updateSettings,
  updateSource,
} from './changes/installation.ts'
import { addMember, removeMember, updateMember } from './changes/memberships.ts'
import { createService, createUser, deletePrincipal, updateService, updateUser } from './changes/people.ts'
import { createResource, deleteResource, updateResource } from './changes/resources.ts'
import { createTenant, deleteTenant, openTenant, updateTenant } from './changes/tenants.ts'
import { undo } from './changes/undo.ts'
import type { Writer } from './draft.ts'
import { Draft } from './draft.ts'
import { Refusal, refuse } from './errors.ts'
import { requireInvariants } from './invariants.ts'
import type { PrincipalReference } from './reference.ts'
import type { Snapshot } from './snapshot.ts'
import type { RowChange, TableName } from './tables.ts'

/** What carries out each kind of change. A new kind of change is one line here and one function in `changes/`. */
const appliers: { readonly [Kind in ChangeKind]: (draft: Draft, change: ChangeOf<Kind>) => void } = {
  'settings.update': updateSettings,
  'tenant.create': createTenant,
  'tenant.update': updateTenant,
  'tenant.open': openTenant,
  'tenant.delete': deleteTenant,
  'source.create': createSource,
  'source.update': updateSource,
  'source.delete': deleteSource,
  'resource-type.create': createResourceType,
  'resource-type.update': updateResourceType,
  'resource-type.delete': deleteResourceType,
  'permission.create': createPermission,
  'permission.update': updatePermission,
  'permission.delete': deletePermission,
  'role.create': createRole,
  'role.update': updateRole,
  'role.delete': deleteRole,
  'group-type.create': createGroupType,
  'group-type.update': updateGroupType,
  'group-type.delete': deleteGroupType,
  'group-entity.create': createGroupEntity,
  'group-entity.update': updateGroupEntity,
  'group-entity.delete': deleteGroupEntity,
  'user.create': createUser,
  'user.update': updateUser,
  'user.delete': (draft, { id }) => deletePrincipal(draft, 'user', id),
  'service.create': createService,
  'service.update': updateService,
  'service.delete': (draft, { id }) => deletePrincipal(draft, 'service', id),
  'group.create': createGroup,
  'group.update': updateGroup,
  'group.move': moveGroup,
  'group.delete': deleteGroup,
  'member.add': addMember,
  'member.update': updateMember,
  'member.remove': removeMember,
  'resource.create': createResource,
  'resource.update': updateResource,
  'resource.delete': deleteResource,
  'grant.create': createGrant,
  'grant.update': updateGrant,
  'grant.delete': deleteGrant,
  'assignment.create': createAssignment,
  'assignment.delete': deleteAssignment,
  'permission-tree.write': writePermissionTree,
  'api-key.create': createApiKey,
  'api-key.update': updateApiKey,
  'api-key.delete': deleteApiKey,
  'record.take-over': takeOver,
  undo,
}

/** What an accepted change set has done. */
export interface Applied {
  /** Each row as it was and as it became; reversed, they are the inverse. */
  readonly rows: readonly RowChange[]
  /** References of the records that each change made or named, in the order of the changes. */
  readonly records: readonly (readonly string[])[]
}

/**
 * Applies the changes in their order to the snapshot, in place, and judges every invariant on the state after all of them. On a refusal
 * the snapshot is as it was. Authority is not judged here. Cost: the rows touched, and what lies above and below moved or nested groups.
 */
export function apply(snapshot: Snapshot, changes: readonly Change[], writer: Writer): Applied | Refusal {
  const draft = new Draft(snapshot, writer)
  try {
    for (const [index, change] of changes.entries()) {
      draft.begin(index)
      applyOne(draft, change)
    }
    const rows = draft.rows()
    requireInvariants(draft, rows)
    requireAdministrator(draft, rows)
    return { rows, records: draft.records }
  } catch (refusal) {
    draft.rollBack()
    if (refusal instanceof Refusal) return refusal
    throw refusal
  }
}

function applyOne<Kind extends ChangeKind>(draft: Draft, change: ChangeOf<Kind>): void {
  // The table gives each kind its own function; the compiler cannot follow the pair through the index.
  const applier = appliers[change.kind] as (draft: Draft, change: ChangeOf<Kind>) => void
  applier(draft, change)
}

/** Takes the rows out again: the inverse of having applied them. */
export function revert(snapshot: Snapshot, rows: readonly RowChange[]): void {
  for (const row of [...rows].reverse()) replace(snapshot, row, row.before)
}

/** Puts rows in force that were accepted before, without judging them again. */
export function redo(snapshot: Snapshot, rows: readonly RowChange[]): void {
  for (const row of rows) replace(snapshot, row, row.after)
}

function replace(snapshot: Snapshot, { table, key }: RowChange, row: RowChange['before']): void {
  if (row === undefined) snapshot.remove(table, key)
  // before and after of a row change are rows of its table.
  else snapshot.put(table, row as never)
}

/** Tables whose rows decide who administers the tenant. */
const administrative: ReadonlySet<TableName> = new Set(['user', 'group', 'hold', 'role', 'grant', 'source', 'settings', 'group-type'])

/** Whether the row could take the last administrator away. A new record gives and takes nothing yet, and a new grant that allows only gives. */
function mayTakeAdministration(row: RowChange): boolean {
  if (!administrative.has(row.table)) return false
  if (row.before !== undefined) return true
  if (row.table === 'grant') return row.after?.effect === 'deny'
  return row.table !== 'user' && row.table !== 'group' && row.table !== 'role'
}

/** The administrator found last, so that a write looks at one person first. */
const lastFound = new WeakMap<Snapshot, PrincipalReference>()

/** Refuses to leave the tenant without an administrator that it had. A tenant that never had one, such as a fresh one, is let be. */
function requireAdministrator(draft: Draft, rows: readonly RowChange[]): void {
  const { snapshot, writer } = draft
  if (!rows.some(mayTakeAdministration)) return
  const known = lastFound.get(snapshot)
  if (known !== undefined && isLastingAdministrator(snapshot, known, writer.now)) return
  const found = lastingAdministrator(snapshot, writer.now)
  if (found !== undefined) {
    lastFound.set(snapshot, found)
    return
  }
  revert(snapshot, rows)
  const before = lastingAdministrator(snapshot, writer.now)
  redo(snapshot, rows)
  if (before !== undefined) throw refuse('last_admin', {})
}
