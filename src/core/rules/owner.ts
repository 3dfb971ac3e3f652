/** The owner of a resource may do its type's owner actions on it, and on what lies below and has an action of that name. */

import type { Question } from '../question.ts'
import { covers, judgeConditions } from '../question.ts'
import { idOf, isGroup, typeOf } from '../reference.ts'
import type { Applying } from './rule.ts'
import { endFacts, membershipFacts } from './rule.ts'

export function* owner(question: Question): IterableIterator<Applying> {
  const { snapshot, asker, permission } = question
  // Only an action of the asked resource's own type can be an owner's; permissions of other types are asked by our own doors.
  if (permission.type !== typeOf(question.resource)) return
  for (const { resource, number, reaches } of question.steps) {
    if (!reaches) continue
    const named = snapshot.resources.ownerOf(number)
    if (named === undefined || !(named === asker.reference || (isGroup(named) && covers(asker, idOf(named))))) continue
    const type = snapshot.resourceType(typeOf(resource))
    if (!(type?.ownerActions ?? type?.actions)?.includes(permission.action)) continue
    if (judgeConditions(question, undefined).outcome !== 'true') return
    yield {
      rule: 'owner',
      effect: 'allow',
      chain: () => [
        ...(isGroup(named) ? membershipFacts(question, idOf(named)) : []),
        { fact: 'owner', resource, owner: named },
        ...endFacts(question, { on: resource }),
      ],
    }
  }
}
