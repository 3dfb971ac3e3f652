/** Who is inside whom through nested groups, at a moment. */

import { domainType, isActive } from './group.ts'
import type { Hold } from './membership.ts'
import type { User } from './principal.ts'
import type { MemberReference } from './reference.ts'
import { anonymous, idOf, isGroup } from './reference.ts'
import type { Snapshot } from './snapshot.ts'
import type { Instant } from './validity.ts'
import { isCurrent } from './validity.ts'

/** Whether a hold is in force: its window is current and its source is not disabled. The group and the member are judged elsewhere. */
export function isHoldInForce(snapshot: Snapshot, hold: Hold, at: Instant): boolean {
  return isCurrent(hold, at) && snapshot.isOriginEnabled(hold.origin)
}

export function isGroupActive(snapshot: Snapshot, group: string, at: Instant): boolean {
  const found = snapshot.get('group', group)
  return found !== undefined && isActive(found, at)
}

/** Whether the user counts as active: by status, by source, and by the domain it is directly in. */
export function isUserActive(snapshot: Snapshot, user: User, at: Instant): boolean {
  if (user.status !== 'active' || !snapshot.isOriginEnabled(user.origin)) return false
  for (const hold of snapshot.holdsOfMember(`user:${user.id}`)) {
    // The hold of a disabled source keeps its person in an inactive domain too: silence must not open a door.
    if (isCurrent(hold, at) && snapshot.get('group', hold.group)?.type === domainType && !isGroupActive(snapshot, hold.group, at))
      return false
  }
  return true
}

/** Whether a member counts as active; undefined when there is no such member. */
export function isMemberActive(snapshot: Snapshot, member: MemberReference, at: Instant): boolean | undefined {
  if (member === anonymous) return true
  const id = idOf(member)
  if (isGroup(member)) return snapshot.has('group', id) ? isGroupActive(snapshot, id, at) : undefined
  if (member.startsWith('service:')) {
    const service = snapshot.get('service', id)
    return service === undefined ? undefined : service.status === 'active'
  }
  const user = snapshot.get('user', id)
  return user === undefined ? undefined : isUserActive(snapshot, user, at)
}

/** How a member comes into a group: by which hold, from how far. The member's own groups have distance 1. */
export interface Entry {
  readonly hold: Hold
  readonly distance: number
  /** How the group came in whose hold it is, where that is known without looking it up. */
  readonly before?: Entry | undefined
}

/**
 * Every group that the member is in at the moment, with the hold through which a shortest chain enters it. A member that is not
 * active is in nothing. Breadth first, so cost grows with the memberships of the member and of the groups it is in.
 */
export function entriesOf(snapshot: Snapshot, member: MemberReference, at: Instant): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>()
  if (isMemberActive(snapshot, member, at) !== true) return entries
  const queue: { readonly reference: MemberReference; readonly distance: number }[] = [{ reference: member, distance: 0 }]
  for (const { reference, distance } of queue) {
    for (const hold of snapshot.holdsOfMember(reference)) {
      if (entries.has(hold.group) || !isHoldInForce(snapshot, hold, at) || !isGroupActive(snapshot, hold.group, at)) continue
      entries.set(hold.group, { hold, distance: distance + 1 })
      queue.push({ reference: `group:${hold.group}`, distance: distance + 1 })
    }
  }
  return entries
}

/** A stretch of time: `since` is in it, `until` is not. An absent end is open. */
export interface Stretch {
  readonly since?: Instant
  readonly until?: Instant
}

/**
 * The stretch around the moment in which the entries of a member, and whether it is active, stay as they are while nothing is written:
 * no window of a membership on the way opens or closes in it, and no group expires. Cost: the memberships that `entriesOf` looked at.
 */
export function unchangedAround(snapshot: Snapshot, member: MemberReference, entries: ReadonlyMap<string, Entry>, at: Instant): Stretch {
  let since: Instant | undefined
  let until: Instant | undefined
  const note = (moment: Instant | undefined): void => {
    if (moment === undefined) return
    if (moment <= at) since = since === undefined || since < moment ? moment : since
    else until = until === undefined || moment < until ? moment : until
  }
  if (isGroup(member)) note(snapshot.get('group', idOf(member))?.expiresAt)
  for (const reference of [member, ...[...entries.keys()].map((group) => `group:${group}` as const)]) {
    for (const hold of snapshot.holdsOfMember(reference)) {
      note(hold.from)
      note(hold.until)
      note(snapshot.get('group', hold.group)?.expiresAt)
    }
  }
  return { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }
}

/** The holds of a shortest chain from the member into the group, in that order; empty when the group is the member itself. */
export function chainInto(entries: ReadonlyMap<string, Entry>, group: string): readonly Hold[] {
  const chain: Hold[] = []
  let entry = entries.get(group)
  while (entry !== undefined) {
    chain.unshift(entry.hold)
    entry = entry.distance > 1 && isGroup(entry.hold.member) ? (entry.before ?? entries.get(idOf(entry.hold.member))) : undefined
  }
  return chain
}

/** Every member (users, service accounts, groups) that is in the group at the moment, at most once. Cost: their memberships. */
export function membersInside(snapshot: Snapshot, group: string, at: Instant): ReadonlyMap<MemberReference, Hold> {
  const inside = new Map<MemberReference, Hold>()
  if (!isGroupActive(snapshot, group, at)) return inside
  const queue = [group]
  for (const each of queue) {
    for (const hold of snapshot.holdsOfGroup(each)) {
      if (inside.has(hold.member) || !isHoldInForce(snapshot, hold, at) || isMemberActive(snapshot, hold.member, at) !== true) continue
      inside.set(hold.member, hold)
      if (isGroup(hold.member)) queue.push(idOf(hold.member))
    }
  }
  return inside
}
