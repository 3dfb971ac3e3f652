/** Changes of the tenants that `main` knows of. What stands in them is not touched here; the commit takes a world away with its record. */

import type { ChangeOf } from '../change.ts'
import type { Draft } from '../draft.ts'
import { refuse } from '../errors.ts'
import { mainTenant } from '../tenant.ts'

export function createTenant(draft: Draft, { id, name, description }: ChangeOf<'tenant.create'>): void {
  requireMain(draft, 'tenant.create')
  if (id === mainTenant) throw refuse('conflict', { reference: `tenant:${id}`, reason: 'is the tenant that knows of the others' })
  draft.newId('tenant', id)
  draft.put('tenant', id, {
    // Whatever wrote it: no plugin and no source owns a tenant.
    ...draft.made('local'),
    id,
    name: name ?? id,
    ...(description === undefined ? {} : { description }),
    active: true,
  })
  draft.names(`tenant:${id}`)
}

export function updateTenant(draft: Draft, { kind: _, id, ...fields }: ChangeOf<'tenant.update'>): void {
  requireMain(draft, 'tenant.edit')
  draft.put('tenant', id, draft.patched(draft.own('tenant', id, 'id'), fields))
  draft.names(`tenant:${id}`)
}

export function openTenant(draft: Draft, { id, way }: ChangeOf<'tenant.open'>): void {
  requireMain(draft, 'tenant.create')
  const before = draft.own('tenant', id, 'id')
  draft.put('tenant', id, draft.patched(before, { entry: { way, at: draft.writer.now } }))
  draft.names(`tenant:${id}`)
}

/** Its world goes in the same commit, and its id is never given again. */
export function deleteTenant(draft: Draft, { id, confirm }: ChangeOf<'tenant.delete'>): void {
  requireMain(draft, 'tenant.delete')
  draft.own('tenant', id, 'id')
  if (confirm !== id)
    throw refuse('invalid_parameter', {
      field: draft.field('confirm'),
      reason: `everything in the tenant goes and does not come back; say its id, ${id}, to confirm`,
    })
  draft.retire('tenant', id)
  draft.names(`tenant:${id}`)
}

/** Other tenants are worlds of their own, and know of nobody beside them. */
function requireMain({ snapshot }: Draft, right: string): void {
  if (snapshot.tenant === mainTenant) return
  throw refuse('forbidden', { right, resource: 'tenant', reason: `tenants are made, changed and deleted in ${mainTenant}` })
}
