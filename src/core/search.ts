/** The reverse questions: who can, what can she, which actions; who is in which group; who holds which role. Complete, and equal to the check item by item. */

import { isGroupActive, isHoldInForce, isMemberActive, membersInside } from './closure.ts'
import { isAllowed } from './decide.ts'
import { refuse } from './errors.ts'
import type { Grant } from './grant.ts'
import { descendantsOf } from './hierarchy.ts'
import type { Hold } from './membership.ts'
import type { PermissionName } from './permission.ts'
import { asked, declaredPermissions, missingPlugin } from './permission.ts'
import type { Asker, Question } from './question.ts'
import { askerAt, demanding, judgeConditions, questionFor } from './question.ts'
import type { Circumstances, GroupItem, HoldItem, MemberItem, MemberMode } from './questions.ts'
import type { MemberReference, PrincipalReference, ResourceReference } from './reference.ts'
import { anonymous, idOf, tenantResource, typeOf } from './reference.ts'
import { referenceOf } from './resource.ts'
import { isRecord } from './resource-tree.ts'
import { directCover } from './rules/direct-grant.ts'
import { groupCover, standingHolds } from './rules/group-grant.ts'
import { relationCover } from './rules/relation-grant.ts'
import { windowOf } from './rules/rule.ts'
import type { Snapshot } from './snapshot.ts'
import type { Instant } from './validity.ts'
import { isCurrent } from './validity.ts'

/** Every user and service account, and nobody signed in. Cost: their number. */
export function* principals(snapshot: Snapshot): IterableIterator<PrincipalReference> {
  for (const user of snapshot.all('user')) yield `user:${user.id}`
  for (const service of snapshot.all('service')) yield `service:${service.id}`
  yield anonymous
}

/** Every active principal that may. Cost: one decision per principal. */
export function subjectsAllowed(
  snapshot: Snapshot,
  permission: PermissionName,
  resource: ResourceReference,
  at: Instant,
  circumstances: Circumstances,
): readonly PrincipalReference[] {
  const allowed: PrincipalReference[] = []
  for (const reference of principals(snapshot)) {
    const asker = askerAt(snapshot, reference, at)
    if (asker !== undefined && isAllowed(demanding(questionFor(snapshot, asker, permission, resource, at, circumstances))))
      allowed.push(reference)
  }
  return allowed.sort()
}

/** The registered resources of a type on which the asker may. Cost: one decision per resource of the type. */
export function resourcesAllowed(
  snapshot: Snapshot,
  asker: Asker,
  action: string,
  type: string,
  at: Instant,
  circumstances: Circumstances,
): readonly ResourceReference[] {
  // The permission is the same on every resource of the type; an id that cannot be is enough to resolve it.
  const permission = asked(snapshot, action, type === tenantResource ? tenantResource : `${type}:`)
  return [...resourcesOf(snapshot, type)]
    .filter((resource) => isAllowed(demanding(questionFor(snapshot, asker, permission, resource, at, circumstances))))
    .sort()
}

/** The resources of a type that are there: records of ours, registered ones, or the tenant. */
export function* resourcesOf(snapshot: Snapshot, type: string): IterableIterator<ResourceReference> {
  if (type === tenantResource) yield tenantResource
  else if (type === 'user' || type === 'service' || type === 'group') for (const each of snapshot.all(type)) yield `${type}:${each.id}`
  else for (const resource of snapshot.resourcesOfType(type)) yield referenceOf(resource)
}

/** The permissions of a resource's type (of the tenant: all that are declared) that the asker holds there. */
export function permissionsHeld(
  snapshot: Snapshot,
  asker: Asker,
  resource: ResourceReference,
  at: Instant,
  circumstances: Circumstances,
): readonly PermissionName[] {
  const type = typeOf(resource)
  if (snapshot.resourceType(type) === undefined) throw refuse('unknown_reference', { reference: type, field: 'resource' })
  const held: PermissionName[] = []
  for (const permission of declaredPermissions(snapshot)) {
    if ((resource !== tenantResource && permission.type !== type) || missingPlugin(snapshot, permission.name) !== undefined) continue
    if (isAllowed(questionFor(snapshot, asker, permission, resource, at, circumstances))) held.push(permission)
  }
  return held.sort((one, other) => (one.name < other.name ? -1 : 1))
}

export function groupsWithMember(snapshot: Snapshot, asker: Asker, mode: 'direct' | 'effective', at: Instant): readonly GroupItem[] {
  return [...asker.entries]
    .filter(([, entry]) => mode === 'effective' || entry.distance === 1)
    .map(
      ([group, entry]): GroupItem => ({
        group: `group:${group}`,
        direct: entry.distance === 1,
        standing: [...new Set(standingHolds({ snapshot, asker, at }, group).flatMap((hold) => hold.roles))].sort(),
      }),
    )
    .sort((one, other) => (one.group < other.group ? -1 : 1))
}

/** The members of a group. With `all`, also those not in force, marked. */
export function membersListed(snapshot: Snapshot, group: string, mode: MemberMode, all: boolean, at: Instant): readonly MemberItem[] {
  const groups = mode === 'descendants' ? [group, ...descendantsOf(snapshot, group).map((each) => each.id)] : [group]
  const found = new Map<MemberReference, { inForce: boolean; readonly via: Set<string> }>()
  const add = (member: MemberReference, via: string, inForce: boolean): void => {
    const item = found.get(member) ?? { inForce: false, via: new Set() }
    found.set(member, { inForce: item.inForce || inForce, via: item.via.add(via) })
  }
  if (mode === 'effective') {
    const via = new Map<MemberReference, string>()
    for (const [member, hold] of membersInside(snapshot, group, at)) {
      // The nearest come first, so how the group between them came in is known.
      const through = hold.group === group ? group : via.get(`group:${hold.group}`)
      via.set(member, through === undefined || (through === group && hold.group !== group) ? hold.group : through)
      add(member, via.get(member) ?? group, true)
    }
    if (all) addNotInForce(snapshot, group, found, add)
  } else {
    for (const each of groups) {
      for (const hold of snapshot.holdsOfGroup(each)) {
        const inForce =
          isGroupActive(snapshot, each, at) && isHoldInForce(snapshot, hold, at) && isMemberActive(snapshot, hold.member, at) === true
        if (inForce || all) add(hold.member, each, inForce)
      }
    }
  }
  return [...found]
    .map(
      ([member, { inForce, via }]): MemberItem => ({
        member,
        inForce,
        via: [...via].sort(),
        holds: [...snapshot.holdsOf(group, member)].map(holdItem).sort(byOrigin),
      }),
    )
    .sort((one, other) => (one.member < other.member ? -1 : 1))
}

/** Those who would be inside if every window were open and everybody active. */
function addNotInForce(
  snapshot: Snapshot,
  group: string,
  found: ReadonlyMap<MemberReference, unknown>,
  add: (member: MemberReference, via: string, inForce: boolean) => void,
): void {
  const seen = new Set<string>()
  const queue: { readonly id: string; readonly via: string | undefined }[] = [{ id: group, via: undefined }]
  for (const { id, via } of queue) {
    if (seen.has(id)) continue
    seen.add(id)
    for (const hold of snapshot.holdsOfGroup(id)) {
      if (!found.has(hold.member)) add(hold.member, via ?? group, false)
      if (hold.member.startsWith('group:')) queue.push({ id: idOf(hold.member), via: via ?? idOf(hold.member) })
    }
  }
}

function holdItem(hold: Hold): HoldItem {
  return { origin: hold.origin, roles: hold.roles, ...windowOf(hold) }
}

function byOrigin(one: HoldItem, other: HoldItem): number {
  return one.origin < other.origin ? -1 : 1
}

/** The permission that stands in a question that asks for roles: no condition names an action then. */
const noPermission: PermissionName = { name: '', action: '' }

/**
 * The roles of allowing grants that apply on the resource, and of standing where the way up passes groups, with those they include; a
 * role that an applying denial names is left out.
 */
export function rolesHeld(
  snapshot: Snapshot,
  asker: Asker,
  resource: ResourceReference,
  at: Instant,
  circumstances: Circumstances,
): readonly string[] {
  if (!asker.active) return []
  const question: Question = questionFor(snapshot, asker, noPermission, resource, at, circumstances)
  const held = new Set<string>()
  const denied = new Set<string>()
  const hold = (role: string): void => {
    for (const each of snapshot.roleContent(role).roles.keys()) held.add(each)
  }
  for (const step of question.steps) {
    for (const grant of coveringGrants(question, step.resource)) {
      if (grant.role === undefined || !isCurrent(grant, at)) continue
      const { outcome } = judgeConditions(question, grant.condition)
      if (grant.effect === 'deny' && outcome !== 'false') denied.add(grant.role)
      if (grant.effect === 'allow' && step.reaches && outcome === 'true') hold(grant.role)
    }
    if (step.reaches && typeOf(step.resource) === 'group') {
      for (const each of standingHolds(question, idOf(step.resource))) for (const role of each.roles) hold(role)
    }
  }
  return [...held].filter((role) => !denied.has(role)).sort()
}

function* coveringGrants(question: Question, resource: ResourceReference): IterableIterator<Grant> {
  for (const cover of [directCover, groupCover, relationCover]) for (const [grant] of cover(question, resource)) yield grant
}

/** Everybody, groups included, who holds the role on the resource. Cost: one `rolesHeld` per principal and group. */
export function roleHolders(
  snapshot: Snapshot,
  role: string,
  resource: ResourceReference,
  at: Instant,
  circumstances: Circumstances,
): readonly MemberReference[] {
  const askers: MemberReference[] = [...principals(snapshot)]
  for (const group of snapshot.all('group')) askers.push(`group:${group.id}`)
  return askers
    .filter((reference) => {
      const asker = askerAt(snapshot, reference, at)
      return asker !== undefined && rolesHeld(snapshot, asker, resource, at, circumstances).includes(role)
    })
    .sort()
}

/** Refuses a resource of a type that is not declared, for lists that name no action. */
export function requireResource(snapshot: Snapshot, resource: ResourceReference): void {
  const type = typeOf(resource)
  if (!isRecord(resource) && snapshot.resourceType(type) === undefined)
    throw refuse('unknown_reference', { reference: type, field: 'resource' })
}
