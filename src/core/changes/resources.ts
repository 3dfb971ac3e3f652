/** Changes of registered resources. */

import { builtInResourceTypes } from '../built-in.ts'
import type { ChangeOf } from '../change.ts'
import type { Draft } from '../draft.ts'
import { given } from '../draft.ts'
import { refuse } from '../errors.ts'
import type { ResourceReference } from '../reference.ts'
import { idOf, readResource, tenantResource, typeOf } from '../reference.ts'
import type { Resource } from '../resource.ts'
import { referenceOf } from '../resource.ts'
import { removeOnResource } from './removal.ts'

export function createResource(draft: Draft, { kind: _, origin, resource, parent, ...fields }: ChangeOf<'resource.create'>): void {
  const reference = readRegistrable(draft, resource)
  if (draft.snapshot.has('resource', reference)) throw refuse('conflict', { reference, reason: 'is registered already' })
  draft.put('resource', reference, {
    ...draft.made(origin),
    type: typeOf(reference),
    id: idOf(reference),
    inherits: true,
    attributes: {},
    ...given(fields),
    ...parentField(draft, parent),
  })
  draft.names(reference)
}

export function updateResource(draft: Draft, { kind: _, resource, parent, ...fields }: ChangeOf<'resource.update'>): void {
  const reference = readRegistrable(draft, resource)
  const before = draft.own('resource', reference, 'resource')
  const read = parent === undefined || parent === null ? parent : (parentField(draft, parent).parent ?? null)
  draft.put('resource', reference, draft.patched(before, { ...fields, parent: read }))
  draft.names(reference)
}

export function deleteResource(draft: Draft, { resource, children }: ChangeOf<'resource.delete'>): void {
  const { snapshot } = draft
  const reference = readRegistrable(draft, resource)
  const before = draft.own('resource', reference, 'resource')
  const below = [...snapshot.childResources(reference)]
  if (below.length > 0 && children === undefined) throw refuse('has_children', { reference, children: below.map(referenceOf).sort() })
  if (children === 'delete') {
    // By reference, for a change before this one may have made a cycle, which is refused only when the change set is done.
    const all = new Map(below.map((each) => [referenceOf(each), each]))
    for (const each of all.keys())
      for (const child of snapshot.childResources(each)) if (referenceOf(child) !== reference) all.set(referenceOf(child), child)
    for (const each of [...all.values()].reverse()) removeResource(draft, each)
  } else {
    for (const each of below) draft.put('resource', referenceOf(each), draft.patched(each, { parent: before.parent ?? null }))
  }
  removeResource(draft, before)
}

function removeResource(draft: Draft, resource: Resource): void {
  const reference = referenceOf(resource)
  draft.requireOrigin(reference, resource.origin)
  removeOnResource(draft, reference)
  draft.remove('resource', reference)
  draft.names(reference)
}

/** Reads a resource that can be registered: not the tenant and no record of ours. */
function readRegistrable(draft: Draft, resource: string): ResourceReference {
  const reference = readResource(resource, draft.snapshot.tenant, draft.field('resource'))
  if (builtInResourceTypes.has(typeOf(reference))) {
    throw refuse('invalid_parameter', {
      field: draft.field('resource'),
      reason: `${reference} is a record of its own and is not registered as a resource`,
    })
  }
  return reference
}

/** A resource right in the tenant has no parent. */
function parentField(draft: Draft, parent: string | undefined): { readonly parent?: ResourceReference } {
  const reference = readResource(parent, draft.snapshot.tenant, draft.field('parent'))
  return reference === tenantResource ? {} : { parent: reference }
}
