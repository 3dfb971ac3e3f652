/** The tree of resources, and how far a right on one of them reaches. */

import { recordTypes } from './built-in.ts'
import type { ResourceReference } from './reference.ts'
import { idOf, tenantResource, typeOf } from './reference.ts'
import type { JsonObject } from './shape.ts'
import type { Snapshot } from './snapshot.ts'

/** One step of the way from a resource up to the tenant. */
export interface Step {
  readonly resource: ResourceReference
  /** Whether a grant on it reaches the resource at the start; denials always do. */
  readonly reaches: boolean
}

/** The resource right above; undefined above the tenant. */
export function parentOf(snapshot: Snapshot, resource: ResourceReference): ResourceReference | undefined {
  if (resource === tenantResource) return undefined
  if (typeOf(resource) === 'group') {
    const parent = snapshot.settings.managersInherit ? snapshot.get('group', idOf(resource))?.parent : undefined
    return parent === undefined ? tenantResource : `group:${parent}`
  }
  return snapshot.get('resource', resource)?.parent ?? tenantResource
}

/** The way up, the resource itself first and the tenant last. Cost: its depth. */
export function wayUp(snapshot: Snapshot, resource: ResourceReference): readonly Step[] {
  const steps: Step[] = []
  let open = true
  let each: ResourceReference | undefined = resource
  while (each !== undefined) {
    steps.push({ resource: each, reaches: open || each === tenantResource })
    if (snapshot.get('resource', each)?.inherits === false) open = false
    each = parentOf(snapshot, each)
  }
  return steps
}

/** The resource that stops a grant on `upper` from reaching `lower`; undefined: nothing does. */
export function blockedAt(snapshot: Snapshot, lower: ResourceReference, upper: ResourceReference): ResourceReference | undefined {
  for (const { resource } of wayUp(snapshot, lower)) {
    if (resource === upper || upper === tenantResource) return undefined
    if (snapshot.get('resource', resource)?.inherits === false) return resource
  }
  return undefined
}

/** The resources from the asked one up to and with the one that a right is given on; empty when they are the same. */
export function pathUp(steps: readonly Step[], upper: ResourceReference): readonly ResourceReference[] {
  const end = steps.findIndex((step) => step.resource === upper)
  return end < 1 ? [] : steps.slice(0, end + 1).map((step) => step.resource)
}

/** What conditions see of a resource. */
export function attributesOf(snapshot: Snapshot, resource: ResourceReference): JsonObject {
  const type = typeOf(resource)
  if (type === 'user') return snapshot.get('user', idOf(resource))?.attributes ?? {}
  if (type === 'group') return snapshot.get('group', idOf(resource))?.properties ?? {}
  return snapshot.get('resource', resource)?.attributes ?? {}
}

/** Whether a resource may be granted on: the tenant, a record of ours that is there, or anything of a declared other type. */
export function isKnown(snapshot: Snapshot, resource: ResourceReference): boolean {
  const type = typeOf(resource)
  if (type === 'user' || type === 'service' || type === 'group') return snapshot.has(type, idOf(resource))
  return snapshot.resourceType(type) !== undefined
}

export function isRecord(resource: ResourceReference): boolean {
  return recordTypes.has(typeOf(resource))
}
