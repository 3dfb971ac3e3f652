/** Things to be protected, and the tree in which they lie. */

import type { RecordBase } from './record.ts'
import type { MemberReference, ResourceReference } from './reference.ts'
import type { JsonObject } from './shape.ts'

/**
 * A registered resource. One that was never registered is a child of the tenant, inherits, has no owner and no attributes. Users,
 * groups and other records of ours are resources too (`group:consuls`); they are not registered here.
 */
export interface Resource extends RecordBase {
  readonly type: string
  readonly id: string
  /** The resource it lies in; absent: the tenant. */
  readonly parent?: ResourceReference
  /** False stops grants from above; the resource's own grants, grants on the tenant and denials still count. */
  readonly inherits: boolean
  /** A principal or group that may do the type's `ownerActions` on it and below. */
  readonly owner?: MemberReference
  /** What conditions see as `resource.attributes`. */
  readonly attributes: JsonObject
}

export function referenceOf(resource: Pick<Resource, 'type' | 'id'>): ResourceReference {
  return `${resource.type}:${resource.id}`
}
