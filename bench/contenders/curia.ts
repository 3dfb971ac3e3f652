/** Ours: the library in the process of the program, asked through its own door. */

import type { Access, Check } from 'curia'
import { createAccess } from 'curia'
import type { Contender, Prepared } from '../contender.ts'
import { preparedChecks, preparedLists } from '../contender.ts'
import { documentId, groupId, permissionName, userId } from '../names.ts'
import type { Question, QuestionKind } from '../questions.ts'
import type { World } from '../world.ts'
import { actions, relationActions } from '../world.ts'
import { administrator } from '../world-rows.ts'
import { worldStore } from '../world-store.ts'

export async function openCuria(world: World): Promise<Contender> {
  const access = await createAccess({ store: worldStore(world) })
  return { prepare: (kind, questions) => prepareOn(access, kind, questions), close: () => access.close() }
}

function prepareOn(access: Access, kind: QuestionKind, questions: readonly Question[]): Prepared {
  switch (kind) {
    case 'members': {
      const asked = questions.map(({ group }) => ({ group: groupId(group), mode: 'effective' }) as const)
      return preparedLists(asked.length, listed(asked, access.membersOf), (items) => items.map(({ member }) => member))
    }
    case 'subjects': {
      const asked = questions.map(({ document, what }) => ({
        action: actions[what] ?? '',
        resource: `document:${documentId(document)}` as const,
      }))
      // The administrator stands beside the world.
      return preparedLists(asked.length, listed(asked, access.listSubjects), (items) =>
        items.filter((each) => each !== `user:${administrator}`),
      )
    }
    case 'documents': {
      const asked = questions.map(({ user, what }) => ({ subject: `user:${userId(user)}`, action: actions[what] ?? '', type: 'document' }))
      return preparedLists(asked.length, listed(asked, access.listResources), (items) => items)
    }
    case 'explain': {
      const asked = questions.map((question) => checkOf('document-check', question))
      return preparedChecks(asked.length, (index) => access.explain(asked[index] as Check).allowed)
    }
    default: {
      const asked = questions.map((question) => checkOf(kind, question))
      return preparedChecks(asked.length, (index) => access.check(asked[index] as Check).allowed)
    }
  }
}

function listed<Asked, Item>(asked: readonly Asked[], ask: (question: Asked) => { readonly items: readonly Item[] }) {
  return (index: number) => {
    // The bench asks by numbers below the length.
    const { items } = ask(asked[index] as Asked)
    return { length: items.length, items }
  }
}

/** A check in numbers as a program asks it. */
export function checkOf(kind: QuestionKind, { user, what, document }: Question): Check {
  const subject = `user:${userId(user)}`
  if (kind === 'tenant-check') return { subject, action: permissionName(what) }
  const action = kind === 'document-check' || kind === 'plain-check' ? actions[what] : relationActions[what]
  return { subject, action: action ?? '', resource: `document:${documentId(document)}` }
}
