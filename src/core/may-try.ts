/** The rights that a change needs before anything about it is looked up, so that a refusal tells nobody what is there. */

import { holds } from './authority.ts'
import type { Change } from './change.ts'
import { refuse } from './errors.ts'
import type { ActorReference } from './record.ts'
import type { ResourceReference } from './reference.ts'
import { readResource, tenantResource } from './reference.ts'
import type { Snapshot } from './snapshot.ts'
import type { Instant } from './validity.ts'

/** One permission on one resource. */
type Right = readonly [permission: string, resource: ResourceReference]

/**
 * Refuses, with `forbidden`, a change whose first right the actor, who does not administer the tenant, does not hold. What else it needs is judged when it is applied
 * (`authority.ts`); this comes before, because "taken", "is there already" and "there is no" tell that something exists.
 */
export function requireMayTry(snapshot: Snapshot, changes: readonly Change[], actor: ActorReference, now: Instant): void {
  for (const change of changes) {
    const rights = rightsToTry(snapshot, change, actor)
    if (rights.some(([permission, resource]) => holds(snapshot, actor, permission, resource, now))) continue
    const [first] = rights
    if (first !== undefined) throw refuse('forbidden', { right: first[0], resource: first[1] })
  }
}

/** Any one of these is enough to try. None are needed for an undo, which whoever reads the journal may try. */
function rightsToTry(snapshot: Snapshot, change: Change, actor: ActorReference): readonly Right[] {
  const on = (resource: string | undefined): ResourceReference => readResource(resource, snapshot.tenant, 'resource')
  switch (change.kind) {
    case 'undo':
      return []
    case 'settings.update':
      return [['tenant.edit', tenantResource]]
    case 'user.update':
      return [
        ['user.edit', `user:${change.id}`],
        ...(actor === `user:${change.id}` ? [['user.edit-profile', `user:${change.id}`] as const] : []),
      ]
    case 'user.delete':
      return [['user.delete', `user:${change.id}`]]
    case 'service.update':
      return [['service.edit', `service:${change.id}`]]
    case 'service.delete':
      return [['service.delete', `service:${change.id}`]]
    case 'group.create':
      return [['group.create', change.parent === undefined ? tenantResource : `group:${change.parent}`]]
    case 'group.update':
      return [['group.edit', `group:${change.id}`]]
    case 'group.move':
      return [['group.move', `group:${change.id}`]]
    case 'group.delete':
      return [['group.delete', `group:${change.id}`]]
    case 'member.add':
    case 'member.update':
    case 'member.remove':
      return [['group.members.manage', `group:${change.group}`]]
    case 'resource.create':
      return [['resource.create', on(change.parent)]]
    case 'resource.update':
      return [['resource.edit', on(change.resource)]]
    case 'resource.delete':
      return [['resource.delete', on(change.resource)]]
    case 'grant.create':
      return [['grant.create', on(change.resource)]]
    case 'grant.update':
      return [['grant.edit', snapshot.get('grant', change.id)?.resource ?? tenantResource]]
    case 'grant.delete':
      return [['grant.delete', snapshot.get('grant', change.id)?.resource ?? tenantResource]]
    case 'assignment.create':
      return [['assignment.create', on(change.resource)]]
    case 'assignment.delete':
      return [['assignment.delete', snapshot.get('assignment', change.id)?.resource ?? tenantResource]]
    case 'permission-tree.write':
      return [['grant.create', tenantResource]]
    case 'api-key.create':
      return [['api-key.create', change.owner]]
    case 'api-key.update':
      return [['api-key.edit', snapshot.get('api-key', change.id)?.owner ?? tenantResource]]
    case 'api-key.delete':
      return [['api-key.delete', snapshot.get('api-key', change.id)?.owner ?? tenantResource]]
    case 'tenant.open':
      return [['tenant.create', tenantResource]]
    case 'record.take-over':
      return [['tenant.take-over', tenantResource]]
    default: {
      // The rest are records of the tenant: `role.create` needs the permission `role.create`, an update the permission to edit.
      const [table = '', act = ''] = change.kind.split('.')
      return [[`${table}.${act === 'update' ? 'edit' : act}`, tenantResource]]
    }
  }
}
