/** A role held inside a group counts as that role held on the group as a resource. */

import { roleContains } from '../permission.ts'
import type { Question } from '../question.ts'
import { judgeConditions } from '../question.ts'
import { idOf, typeOf } from '../reference.ts'
import { standingFacts, standingHolds } from './group-grant.ts'
import type { Applying } from './rule.ts'
import { endFacts } from './rule.ts'

export function* standing(question: Question): IterableIterator<Applying> {
  for (const { resource, reaches } of question.steps) {
    if (!reaches || typeOf(resource) !== 'group') continue
    for (const hold of standingHolds(question, idOf(resource))) {
      for (const role of hold.roles) {
        if (!roleContains(question.snapshot, role, question.permission.name)) continue
        if (judgeConditions(question, undefined).outcome !== 'true') return
        yield {
          rule: 'standing',
          effect: 'allow',
          chain: () => [...standingFacts(question, hold, role), ...endFacts(question, { role, on: resource })],
        }
      }
    }
  }
}
