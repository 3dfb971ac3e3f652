/** A denial that covers the asker, in any way in which a grant could. It wins over everything, and blocking does not cut it. */

import type { Question } from '../question.ts'
import { directCover } from './direct-grant.ts'
import { overGrants } from './granted.ts'
import { groupCover } from './group-grant.ts'
import { relationCover } from './relation-grant.ts'
import type { Applying } from './rule.ts'

export function* denial(question: Question): IterableIterator<Applying> {
  if (question.snapshot.grants.denials === 0) return
  yield* overGrants(question, 'deny', 'denial', directCover)
  yield* overGrants(question, 'deny', 'denial', groupCover)
  yield* overGrants(question, 'deny', 'denial', relationCover)
}
