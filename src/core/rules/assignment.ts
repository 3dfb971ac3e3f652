/** An assignment: owner, group, ancestors, descendants and siblings get what its policy says, one record for all of them. */

import type { Assignment } from '../assignment.ts'
import { isHoldInForce } from '../closure.ts'
import type { Fact } from '../finding.ts'
import { entryContains } from '../permission.ts'
import type { PolicyKey } from '../policy.ts'
import type { Question } from '../question.ts'
import { covers, judgeConditions } from '../question.ts'
import { relations } from '../reference.ts'
import { standingFacts, standingHolds } from './group-grant.ts'
import { relatedGroups, relationFact } from './relation-grant.ts'
import type { Applying } from './rule.ts'
import { endFacts, membershipFacts, windowOf } from './rule.ts'

export function* assignment(question: Question): IterableIterator<Applying> {
  for (const { resource, reaches } of question.steps) {
    if (!reaches) continue
    for (const each of question.snapshot.assignmentsOn(resource)) yield* throughAssignment(question, each)
  }
}

/** Every key of one assignment's policy that gives the asked permission to the asker. */
export function* throughAssignment(question: Question, each: Assignment): IterableIterator<Applying> {
  for (const { relation, facts } of reachingKeys(question, each)) {
    // Only now: most assignments on the way reach nobody who asks.
    if (judgeConditions(question, undefined).outcome !== 'true') return
    const given: Fact = { fact: 'assignment', id: each.id, resource: each.resource, group: each.group, relation, origin: each.origin }
    yield { rule: 'assignment', effect: 'allow', chain: () => [...facts(), given, ...endFacts(question, { on: each.resource })] }
  }
}

function* reachingKeys(
  question: Question,
  { policy, resource, group, member, keepOwner }: Assignment,
): IterableIterator<{ readonly relation: PolicyKey; readonly facts: () => readonly Fact[] }> {
  const { snapshot, asker, at } = question
  const contains = (key: PolicyKey, codenames: Iterable<string>): boolean =>
    entryContains(snapshot, policy[key], codenames, resource, question.permission.name)

  if (member !== undefined && member === asker.reference) {
    const own = [...snapshot.holdsOf(group, member)].find((hold) => asker.entries.has(group) && isHoldInForce(snapshot, hold, at))
    // Whoever has left is owner by `keepOwner` alone: a standing that comes through another group is then no word about the owner.
    const standing = new Set(own === undefined ? [] : standingHolds(question, group).flatMap((hold) => hold.roles))
    if ((own !== undefined || keepOwner) && contains('owner', standing)) {
      yield { relation: 'owner', facts: () => ownerFacts(question, group, own === undefined) }
    }
  }
  if (covers(asker, group) && contains('group', [])) yield { relation: 'group', facts: () => membershipFacts(question, group) }
  for (const relation of relations) {
    const related = relatedGroups(snapshot, asker, group, relation).find((each) => {
      const type = snapshot.get('group', each.group)?.type
      return contains(relation, type === undefined ? [] : [type])
    })
    if (related !== undefined) {
      yield { relation, facts: () => [...membershipFacts(question, related.group), relationFact(group, relation, related)] }
    }
  }

  /** The owner's direct membership, unless the rights are kept without it, and the standing that a table may have asked for. */
  function ownerFacts(of: Question, inGroup: string, keptWithout: boolean): readonly Fact[] {
    const facts: Fact[] = []
    if (!keptWithout) {
      const hold = [...snapshot.holdsOf(inGroup, of.asker.reference)].find((one) => isHoldInForce(snapshot, one, at))
      if (hold !== undefined)
        facts.push({ fact: 'membership', group: inGroup, member: hold.member, origin: hold.origin, ...windowOf(hold) })
    }
    const byRole = standingHolds(of, inGroup).flatMap((hold) => hold.roles.map((role) => ({ hold, role })))
    const deciding = contains('owner', []) ? undefined : byRole.find(({ role }) => contains('owner', [role]))
    if (deciding !== undefined) {
      facts.push(...standingFacts(of, deciding.hold, deciding.role))
    }
    return facts
  }
}
