/** The reverse questions: who can, what can she, which actions; who is in which group; who holds which role. Complete, and equal to the check item by item. */

import { refuse } from './errors.ts'
import type { ListPage, PageWish } from './list-page.ts'
import { pageOfTexts } from './list-page.ts'
import { asked } from './permission.ts'
import type { Circumstances } from './questions.ts'
import { allowing } from './quick/allowing.ts'
import { resourcesPage } from './quick/lists/resources.ts'
import type { MemberReference, PrincipalReference, ResourceReference } from './reference.ts'
import { anonymous, tenantResource, typeOf } from './reference.ts'
import { isRecord } from './resource-tree.ts'
import { memberTypes } from './rows/references.ts'
import type { Snapshot } from './snapshot.ts'
import type { Instant } from './validity.ts'

/** Every user and service account, and nobody signed in. Cost: their number. */
export function* principals(snapshot: Snapshot): IterableIterator<PrincipalReference> {
  for (const user of snapshot.all('user')) yield `user:${user.id}`
  for (const service of snapshot.all('service')) yield `service:${service.id}`
  yield anonymous
}

/** The resources of a type on which somebody may, sorted: registered ones, records of ours (one decision for each that there is), or the tenant. */
export function resourcesAllowed(
  snapshot: Snapshot,
  {
    subject,
    action,
    type,
    ...rest
  }: Circumstances & PageWish & { readonly subject: MemberReference; readonly action: string; readonly type: string },
  at: Instant,
): ListPage<ResourceReference> {
  // The permission is the same on every resource of the type; an id that cannot be is enough to resolve it.
  const permission = asked(snapshot, action, type === tenantResource ? tenantResource : `${type}:`)
  if (type !== tenantResource && !memberTypes.some((each) => each === type))
    return resourcesPage(snapshot, { subject, permission, type, ...rest }, at)
  const isAllowedTo = allowing(snapshot, at, rest, true)
  const allowed = [...recordsOf(snapshot, type)].filter((resource) => isAllowedTo(subject, permission, resource)).sort()
  return pageOfTexts(rest, allowed)
}

function* recordsOf(snapshot: Snapshot, type: string): IterableIterator<ResourceReference> {
  if (type === 'user' || type === 'service' || type === 'group') for (const each of snapshot.all(type)) yield `${type}:${each.id}`
  else yield tenantResource
}

/** Refuses a resource of a type that is not declared, for lists that name no action. */
export function requireResource(snapshot: Snapshot, resource: ResourceReference): void {
  const type = typeOf(resource)
  if (!isRecord(resource) && snapshot.resourceType(type) === undefined)
    throw refuse('unknown_reference', { reference: type, field: 'resource' })
}
