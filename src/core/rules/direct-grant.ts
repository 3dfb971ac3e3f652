/** A grant to the asker itself, to everybody signed in, or to everyone. */

import type { Fact } from '../finding.ts'
import type { Grant } from '../grant.ts'
import type { Question } from '../question.ts'
import { grantsOn } from '../question.ts'
import { isGroup } from '../reference.ts'
import { overGrants } from './granted.ts'
import type { Applying } from './rule.ts'

const noFacts = (): readonly Fact[] => []

/** The grants on a resource that cover the asker without any group. */
export function* directCover(question: Question, resource: string): IterableIterator<readonly [Grant, () => readonly Fact[]]> {
  const grants = grantsOn(question, resource)
  if (grants === undefined) return
  const { asker } = question
  const keys = ['everyone', ...(asker.authenticated ? ['authenticated'] : []), ...(isGroup(asker.reference) ? [] : [asker.reference])]
  for (const key of keys) for (const grant of grants.bySubject.get(key) ?? []) yield [grant, noFacts]
}

export function directGrant(question: Question): Iterable<Applying> {
  return overGrants(question, 'allow', 'direct-grant', directCover)
}
