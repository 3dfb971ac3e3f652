/** An active user may view the own record and edit its profile. */

import type { Question } from '../question.ts'
import { judgeConditions } from '../question.ts'
import { idOf } from '../reference.ts'
import type { Applying } from './rule.ts'
import { endFacts } from './rule.ts'

/** What everybody may on the own record. */
export const ownPermissions: ReadonlySet<string> = new Set(['user.view', 'user.edit-profile'])

export function* self(question: Question): IterableIterator<Applying> {
  const { asker, resource, permission } = question
  if (!asker.authenticated || !asker.reference.startsWith('user:') || resource !== asker.reference || !ownPermissions.has(permission.name))
    return
  if (judgeConditions(question, undefined).outcome !== 'true') return
  yield {
    rule: 'self',
    effect: 'allow',
    chain: () => [{ fact: 'self', user: idOf(asker.reference) }, ...endFacts(question, { on: resource })],
  }
}
