/** Answers a question by the rules. A denial wins over everything, and silence denies. */

import type { Finding } from './finding.ts'
import type { Question } from './question.ts'
import type { Reason } from './questions.ts'
import type { Applying, Rule } from './rules/rule.ts'
import { allowances, denials } from './rules.ts'

/**
 * The answer in one word. Cost grows with the asker's groups and with the grants and assignments on the resource and those above it,
 * not with the size of the tenant.
 */
export function decide(question: Question): Reason {
  if (!question.asker.active) return 'subject_inactive'
  if (appliesAny(denials, question)) return 'denied'
  return appliesAny(allowances, question) ? 'granted' : 'no_grant'
}

export function isAllowed(question: Question): boolean {
  return decide(question) === 'granted'
}

function appliesAny(rules: readonly Rule[], question: Question): boolean {
  for (const rule of rules) for (const _ of rule(question)) return true
  return false
}

/** Everything that applies, denials first, each with its chain. The grants that lost to a denial stay in: "why not?" is mostly asked by someone who can see one. */
export function findings(question: Question): readonly Finding[] {
  if (!question.asker.active) return []
  const found: Finding[] = []
  for (const rules of [denials, allowances])
    for (const rule of rules) for (const applying of rule(question)) found.push(toFinding(applying))
  return found
}

function toFinding({ rule, effect, chain, condition }: Applying): Finding {
  return { rule, effect, chain: chain(), ...(condition === undefined ? {} : { condition }) }
}
