/** Whether somebody can still administer the tenant: at least one user, by a chain without end and without condition. */

import type { Entry } from './closure.ts'
import { entriesOf, isUserActive, membersInside } from './closure.ts'
import type { Grant } from './grant.ts'
import type { Asker } from './question.ts'
import { askerAt, questionFor } from './question.ts'
import type { PrincipalReference } from './reference.ts'
import { idOf, tenantResource } from './reference.ts'
import { directCover } from './rules/direct-grant.ts'
import { groupCover, standingHolds } from './rules/group-grant.ts'
import { relationCover } from './rules/relation-grant.ts'
import { principals } from './search.ts'
import type { Snapshot } from './snapshot.ts'
import type { Instant } from './validity.ts'

const noPermission = { name: '', action: '' }
const covers = [directCover, groupCover, relationCover]

/** A user who lasts as administrator at the moment; undefined: there is none. Cost: the people that grants of the role on the tenant reach. */
export function lastingAdministrator(snapshot: Snapshot, at: Instant): PrincipalReference | undefined {
  const grants = snapshot.grantsOn(tenantResource)
  if (grants === undefined) return undefined
  const giving = [...[...grants.bySubject.values()].flatMap((each) => [...each]), ...grants.byRelation].filter((grant) =>
    isLasting(snapshot, grant, at),
  )
  for (const grant of giving) {
    for (const user of candidates(snapshot, grant, at)) if (lasts(snapshot, user, at)) return user
  }
  return undefined
}

/** Whether this one user lasts as administrator; cheaper than looking for any. */
export function isLastingAdministrator(snapshot: Snapshot, user: PrincipalReference, at: Instant): boolean {
  return lasts(snapshot, user, at)
}

function isLasting(snapshot: Snapshot, grant: Grant, at: Instant): boolean {
  return (
    grant.effect === 'allow' &&
    grant.role !== undefined &&
    snapshot.roleContent(grant.role).everyAllow &&
    grant.until === undefined &&
    grant.condition === undefined &&
    (grant.from === undefined || grant.from <= at)
  )
}

function* candidates(snapshot: Snapshot, grant: Grant, at: Instant): IterableIterator<PrincipalReference> {
  const subject = snapshot.subjectOf(grant)
  if (subject.kind === 'principal') {
    if (subject.reference.startsWith('user:')) yield subject.reference
  } else if (subject.kind === 'group' || subject.kind === 'standing') {
    for (const member of membersInside(snapshot, subject.group, at).keys())
      if (member.startsWith('user:')) yield member as PrincipalReference
  } else {
    for (const principal of principals(snapshot)) if (principal.startsWith('user:')) yield principal
  }
}

function lasts(snapshot: Snapshot, user: PrincipalReference, at: Instant): boolean {
  const found = snapshot.get('user', idOf(user))
  if (found === undefined || !isUserActive(snapshot, found, at)) return false
  const full = askerAt(snapshot, user, at)
  if (full === undefined) return false
  const lasting: Asker = { ...full, entries: lastingEntries(snapshot, user, at), standings: new Map() }
  const question = questionFor(snapshot, lasting, noPermission, tenantResource, at)
  const given = covers.some((cover) =>
    [...cover(question, tenantResource)].some(([grant]) => isLasting(snapshot, grant, at) && standingLasts(snapshot, grant, lasting, at)),
  )
  if (!given) return false
  const asked = questionFor(snapshot, full, noPermission, tenantResource, at)
  // A denial that has ended takes nothing away any more; one that has not begun will.
  return !covers.some((cover) =>
    [...cover(asked, tenantResource)].some(([grant]) => grant.effect === 'deny' && (grant.until === undefined || at < grant.until)),
  )
}

function standingLasts(snapshot: Snapshot, grant: Grant, asker: Asker, at: Instant): boolean {
  const subject = snapshot.subjectOf(grant)
  if (subject.kind !== 'standing') return true
  return standingHolds({ snapshot, asker, at }, subject.group).some((hold) => hold.until === undefined && hold.roles.includes(subject.role))
}

/** The groups that the user is in by memberships without end, in groups that do not expire. */
function lastingEntries(snapshot: Snapshot, user: PrincipalReference, at: Instant): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>()
  const inForce = entriesOf(snapshot, user, at)
  const queue: { readonly reference: string; readonly distance: number }[] = [{ reference: user, distance: 0 }]
  for (const { reference, distance } of queue) {
    for (const hold of snapshot.holdsOfMember(reference as PrincipalReference)) {
      const lasting =
        inForce.has(hold.group) &&
        hold.until === undefined &&
        (hold.from === undefined || hold.from <= at) &&
        snapshot.isOriginEnabled(hold.origin) &&
        snapshot.get('group', hold.group)?.expiresAt === undefined
      if (!lasting || entries.has(hold.group)) continue
      entries.set(hold.group, { hold, distance: distance + 1 })
      queue.push({ reference: `group:${hold.group}`, distance: distance + 1 })
    }
  }
  return entries
}
