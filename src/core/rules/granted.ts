/** What the rules over grants share: from a grant that covers the asker to what it says. */

import type { Fact, RuleName } from '../finding.ts'
import type { Effect, Grant } from '../grant.ts'
import { grantContains } from '../permission.ts'
import type { Question } from '../question.ts'
import { judgeConditions } from '../question.ts'
import { isCurrent } from '../validity.ts'
import type { Applying } from './rule.ts'
import { endFacts, grantFact } from './rule.ts'

/**
 * What a grant that covers the asker says to the question: nothing, or that it applies. An allowing grant needs its conditions true; a
 * denial applies unless one of them is false.
 */
export function granted(question: Question, grant: Grant, rule: RuleName, covering: () => readonly Fact[]): Applying | undefined {
  if (question.supposing === true ? !couldApply(question, grant) : !isCurrent(grant, question.at)) return undefined
  if (!grantContains(question.snapshot, grant, question.permission.name)) return undefined
  const condition = judgeConditions(question, grant.condition)
  if (grant.effect === 'allow' ? condition.outcome !== 'true' : condition.outcome === 'false') return undefined
  return {
    rule,
    effect: grant.effect,
    chain: () => [...covering(), grantFact(grant), ...endFacts(question, { role: grant.role, on: grant.resource })],
    ...(condition.outcome === 'failed' ? { condition } : {}),
  }
}

/** Whether a grant will or may apply; whether a denial does so whatever becomes of its condition. */
function couldApply({ snapshot, permission, at }: Question, grant: Grant): boolean {
  if (grant.effect === 'allow') return grant.until === undefined || at < grant.until
  const own = snapshot.permission(permission.name)
  return isCurrent(grant, at) && grant.condition === undefined && own?.condition === undefined && own?.check === undefined
}

/** The ways over grants of one effect, by a function that finds the grants on one resource that cover the asker. */
export function* overGrants(
  question: Question,
  effect: Effect,
  rule: RuleName,
  covering: (question: Question, resource: string) => Iterable<readonly [grant: Grant, facts: () => readonly Fact[]]>,
): IterableIterator<Applying> {
  for (const { resource, reaches } of question.steps) {
    // Blocking never cuts a denial.
    if (effect === 'allow' && !reaches) continue
    // Where nothing can matter, nobody has to look for what does.
    if (question.covering !== undefined && question.covering(resource) === undefined) continue
    for (const [grant, facts] of covering(question, resource)) {
      if (grant.effect !== effect) continue
      const applying = granted(question, grant, rule, facts)
      if (applying !== undefined) yield applying
    }
  }
}
