/** Changes of grants, assignments and permission trees. */

import type { Assignment } from '../assignment.ts'
import type { ChangeOf } from '../change.ts'
import type { Draft } from '../draft.ts'
import { given } from '../draft.ts'
import { refuse } from '../errors.ts'
import type { Grant } from '../grant.ts'
import { readTree } from '../permission-tree.ts'
import type { Policy } from '../policy.ts'
import { mergePolicy, policyActions } from '../policy.ts'
import { readResource, tenantResource } from '../reference.ts'
import { readInstant, requireOrder } from '../validity.ts'
import { canonical } from './catalogue.ts'
import { sorted } from './groups.ts'

export function createGrant(draft: Draft, change: ChangeOf<'grant.create'>): void {
  const { kind: _, origin, id: givenId, subject, role, permission, actions, resource, effect, from, until, condition, reason } = change
  const whats = [role, permission, actions].filter((what) => what !== undefined).length
  if (whats !== 1)
    throw refuse('invalid_parameter', { field: draft.field('role'), reason: 'give exactly one of role, permission and actions' })
  if (actions?.length === 0) throw refuse('invalid_parameter', { field: draft.field('actions'), reason: 'is empty' })
  const id = draft.newId('grant', givenId)
  const grant: Grant = {
    ...draft.made(origin),
    id,
    subject,
    resource: readResource(resource, draft.snapshot.tenant, draft.field('resource')),
    effect: effect ?? 'allow',
    ...given({ role, condition, reason }),
    ...(permission === undefined ? {} : { permission: canonical(draft, permission, 'permission') }),
    ...(actions === undefined ? {} : { actions: sorted(actions) }),
    ...(from === undefined ? {} : { from: readInstant(from, draft.field('from')) }),
    ...(until === undefined ? {} : { until: readInstant(until, draft.field('until')) }),
  } as Grant
  requireOrder(grant, draft.field(''))
  draft.put('grant', id, grant)
  draft.names(`grant:${id}`)
}

export function updateGrant(draft: Draft, { id, from, until, condition, reason }: ChangeOf<'grant.update'>): void {
  const before = draft.own('grant', id, 'id')
  const read = (value: typeof from, name: string) => (value === undefined || value === null ? value : readInstant(value, draft.field(name)))
  const grant = draft.patched(before, { from: read(from, 'from'), until: read(until, 'until'), condition, reason })
  requireOrder(grant, draft.field(''))
  draft.put('grant', id, grant)
  draft.names(`grant:${id}`)
}

export function deleteGrant(draft: Draft, { id }: ChangeOf<'grant.delete'>): void {
  draft.own('grant', id, 'id')
  draft.retire('grant', id)
  draft.names(`grant:${id}`)
}

export function createAssignment(draft: Draft, change: ChangeOf<'assignment.create'>): void {
  const { origin, id: givenId, resource, group, member, policy, keepOwner } = change
  const id = draft.newId('assignment', givenId)
  const merged = canonicalPolicy(draft, mergePolicy(draft.snapshot.settings.policy, policy ?? {}))
  const assignment: Assignment = {
    ...draft.made(origin),
    id,
    resource: readResource(resource, draft.snapshot.tenant, draft.field('resource')),
    group,
    policy: merged,
    keepOwner: keepOwner ?? false,
    ...(member === undefined ? {} : { member }),
  }
  draft.put('assignment', id, assignment)
  draft.names(`assignment:${id}`)
}

export function deleteAssignment(draft: Draft, { id }: ChangeOf<'assignment.delete'>): void {
  draft.own('assignment', id, 'id')
  draft.retire('assignment', id)
  draft.names(`assignment:${id}`)
}

/** The policy with every name but the four short ones in its canonical form. */
export function canonicalPolicy(draft: Draft, policy: Policy): Policy {
  const names = (given: readonly string[]): readonly string[] =>
    sorted(given.map((name) => (policyActions.has(name) ? name : canonical(draft, name, 'policy'))))
  const entry = (given: unknown): unknown =>
    Array.isArray(given)
      ? names(given)
      : Object.fromEntries(Object.entries(given as object).map(([codename, list]) => [codename, names(list)]))
  // Every entry keeps its kind, list or table.
  return Object.fromEntries(Object.entries(policy).map(([key, given]) => [key, entry(given)])) as unknown as Policy
}

/**
 * Makes the direct grants of application permissions on the tenant what the tree says: true grants, false or absent takes away. Only
 * grants of the writer's origin without window and condition are touched; false is no denial.
 */
export function writePermissionTree(draft: Draft, { subject, tree }: ChangeOf<'permission-tree.write'>): void {
  const { snapshot, writer } = draft
  const wanted = readTree(snapshot, tree, draft.field('tree'))
  const direct = [...snapshot.all('grant')].filter(
    (grant) =>
      grant.subject === subject &&
      grant.resource === tenantResource &&
      grant.effect === 'allow' &&
      grant.origin === writer.origin &&
      grant.permission !== undefined &&
      snapshot.permission(grant.permission)?.resourceType === undefined &&
      snapshot.permission(grant.permission) !== undefined &&
      grant.from === undefined &&
      grant.until === undefined &&
      grant.condition === undefined,
  )
  const held = new Set<string>()
  for (const grant of direct) {
    if (grant.permission !== undefined && wanted.has(grant.permission) && !held.has(grant.permission)) held.add(grant.permission)
    else draft.retire('grant', grant.id)
  }
  for (const permission of wanted) {
    if (held.has(permission)) continue
    const id = draft.newId('grant', undefined)
    draft.put('grant', id, { ...draft.made(undefined), id, subject, permission, resource: tenantResource, effect: 'allow' })
  }
  draft.names(subject)
}
