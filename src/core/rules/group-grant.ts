/** A grant to a group that the asker is in (or is), or to those with a standing in it. */

import { isHoldInForce } from '../closure.ts'
import type { Fact } from '../finding.ts'
import type { Grant } from '../grant.ts'
import type { Hold } from '../membership.ts'
import type { Asker, Question } from '../question.ts'
import { covers, grantsOn, groupsCovered } from '../question.ts'
import { idOf, isGroup } from '../reference.ts'
import type { Snapshot } from '../snapshot.ts'
import { overGrants } from './granted.ts'
import type { Applying } from './rule.ts'
import { membershipFacts, windowOf } from './rule.ts'

/** The holds in force by which the asker has roles inside the group: of its own membership, and of groups it is in. Empty for a group as asker. */
export function standingHolds(question: Pick<Question, 'snapshot' | 'asker' | 'at'>, group: string): readonly Hold[] {
  const { snapshot, asker, at } = question
  if (isGroup(asker.reference) || !asker.entries.has(group)) return []
  const known = asker.standings.get(group)
  if (known !== undefined) return known
  const holds = [...holdsBy(snapshot, asker, group)].filter((hold) => isHoldInForce(snapshot, hold, at))
  asker.standings.set(group, holds)
  return holds
}

/** The holds in the group of the asker and of the groups it is in, the nearest first, looked up from the smaller side. */
function* holdsBy(snapshot: Snapshot, asker: Asker, group: string): IterableIterator<Hold> {
  const inside = snapshot.holdsOfGroup(group)
  if (asker.entries.size < inside.size) {
    for (const member of [asker.reference, ...[...asker.entries.keys()].map((id) => `group:${id}` as const)])
      yield* snapshot.holdsOf(group, member)
    return
  }
  const distance = ({ member }: Hold) =>
    member === asker.reference ? 0 : isGroup(member) ? asker.entries.get(idOf(member))?.distance : undefined
  const found = [...inside].map((hold) => ({ hold, distance: distance(hold) }))
  found.sort((one, other) => (one.distance ?? 0) - (other.distance ?? 0))
  for (const each of found) if (each.distance !== undefined) yield each.hold
}

/** The facts of a standing: how the asker comes into the member that holds it, and the standing itself. */
export function standingFacts(question: Question, hold: Hold, role: string): readonly Fact[] {
  const { group, member, origin } = hold
  return [
    ...(isGroup(member) ? membershipFacts(question, idOf(member)) : []),
    { fact: 'standing', group, member, role, origin, ...windowOf(hold) },
  ]
}

/** The grants on a resource that cover the asker through a group. */
export function* groupCover(question: Question, resource: string): IterableIterator<readonly [Grant, () => readonly Fact[]]> {
  const { snapshot, asker } = question
  const grants = grantsOn(question, resource)
  if (grants === undefined || (asker.entries.size === 0 && !isGroup(asker.reference))) return
  for (const group of grantedGroups(grants.bySubject, asker)) {
    for (const grant of grants.bySubject.get(`group:${group}`) ?? []) {
      const subject = snapshot.subjectOf(grant)
      if (subject.kind !== 'standing') {
        yield [grant, () => membershipFacts(question, group)]
        continue
      }
      const hold = standingHolds(question, group).find((each) => each.roles.includes(subject.role))
      if (hold !== undefined) yield [grant, () => standingFacts(question, hold, subject.role)]
    }
  }
}

/** The groups that both sides name, looked up from the smaller side. */
function* grantedGroups(bySubject: ReadonlyMap<string, unknown>, asker: Question['asker']): IterableIterator<string> {
  if (bySubject.size <= asker.entries.size) {
    for (const key of bySubject.keys()) if (key.startsWith('group:') && covers(asker, idOf(key))) yield idOf(key)
    return
  }
  for (const group of groupsCovered(asker)) if (bySubject.has(`group:${group}`)) yield group
}

export function groupGrant(question: Question): Iterable<Applying> {
  return overGrants(question, 'allow', 'group-grant', groupCover)
}
