/** The tree of resources, and how far a right on one of them reaches. */

import { recordTypes } from './built-in.ts'
import type { ResourceReference } from './reference.ts'
import { idOf, tenantResource, typeOf } from './reference.ts'
import { referenceFlags } from './rows/references.ts'
import type { JsonObject } from './shape.ts'
import type { Snapshot } from './snapshot.ts'

/** One step of the way from a resource up to the tenant. */
export interface Step {
  readonly resource: ResourceReference
  /** Its number; 0: no row is it or names it. */
  readonly number: number
  /** Whether a grant on it reaches the resource at the start; denials always do. */
  readonly reaches: boolean
}

/** The way up, the resource itself first and the tenant last. Cost: its depth. @param start its number, from whoever knows it */
export function wayUp(snapshot: Snapshot, resource: ResourceReference, start = snapshot.references.find(resource)): readonly Step[] {
  const { references, settings } = snapshot
  const steps: Step[] = []
  let open = true
  let number = resource === tenantResource ? 0 : start
  if (resource !== tenantResource) steps.push({ resource, number, reaches: true })
  while (number !== 0) {
    if (references.is(number, referenceFlags.isBlocking)) open = false
    const isBelow = references.isResource(number) || (references.isGroup(number) && settings.managersInherit)
    number = isBelow ? (references.parent[number] ?? 0) : 0
    if (number !== 0 && number !== references.tenant) steps.push({ resource: references.textOf(number), number, reaches: open })
  }
  steps.push({ resource: tenantResource, number: references.tenant, reaches: true })
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
