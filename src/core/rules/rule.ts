/** What a rule is: it looks at a question and says every way in which it gives (or refuses) the right. */

import { chainInto } from '../closure.ts'
import type { ConditionOutcome, Fact, RuleName } from '../finding.ts'
import type { Effect, Grant } from '../grant.ts'
import type { Hold } from '../membership.ts'
import { pathInRole } from '../permission.ts'
import { calledCheck } from '../predicate.ts'
import type { Question } from '../question.ts'
import type { ResourceReference } from '../reference.ts'
import { pathUp } from '../resource-tree.ts'
import type { Window } from '../validity.ts'

/** One way that applies. The chain is made only when somebody asks why. */
export interface Applying {
  readonly rule: RuleName
  readonly effect: Effect
  readonly chain: () => readonly Fact[]
  /** A denial applies although its condition failed. */
  readonly condition?: ConditionOutcome
}

export type Rule = (question: Question) => Iterable<Applying>

/** The facts by which the asker is in the group, from the asker on; none when the asker is the group. */
export function membershipFacts(question: Question, group: string): readonly Fact[] {
  return chainInto(question.asker.entries, group).map(membershipFact)
}

function membershipFact(hold: Hold): Fact {
  return { fact: 'membership', group: hold.group, member: hold.member, origin: hold.origin, ...windowOf(hold) }
}

export function windowOf({ from, until }: Window): Window {
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) }
}

export function grantFact(grant: Grant): Fact {
  const { id, subject, effect, resource, role, permission, actions, condition, origin, reason } = grant
  return {
    fact: 'grant',
    id,
    subject,
    effect,
    resource,
    ...(role === undefined ? {} : { role }),
    ...(permission === undefined ? {} : { permission }),
    ...(actions === undefined ? {} : { actions }),
    ...(condition === undefined ? {} : { condition }),
    ...(reason === undefined ? {} : { reason }),
    origin,
    ...windowOf(grant),
  }
}

/** The end of a chain: the role that contains the permission, where the right is given from, and the permission. */
export function endFacts(
  question: Question,
  given: { readonly role?: string | undefined; readonly on: ResourceReference },
): readonly Fact[] {
  const { snapshot, permission, steps } = question
  const path = pathUp(steps, given.on)
  const { condition, check } = snapshot.permission(permission.name) ?? {}
  return [
    ...(given.role === undefined
      ? []
      : [{ fact: 'role', role: given.role, path: pathInRole(snapshot, given.role, permission.name) } as const]),
    ...(path.length === 0 ? [] : [{ fact: 'inside', path } as const]),
    {
      fact: 'permission',
      permission: permission.name,
      ...(condition === undefined ? {} : { condition }),
      ...(check === undefined ? {} : { check: calledCheck(check) }),
    },
  ]
}
