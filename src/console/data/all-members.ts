/** All members of a group, page after page: for what must not stop at what is shown. */

import type { AnswerOf, InputOf } from '../../api/client.ts'
import { call } from './server.ts'

type Members = AnswerOf<'groupMembers'>

/** Every member, in the order of the list, and the names that came with them. */
export async function allMembers(
  input: InputOf<'groupMembers'>,
): Promise<{ readonly items: Members['items']; readonly names: Members['names'] }> {
  const items: Members['items'][number][] = []
  let names: Members['names'] = {}
  let cursor: string | undefined
  do {
    const page: Members = await call('groupMembers', { ...input, limit: 500, ...(cursor === undefined ? {} : { cursor }) })
    items.push(...page.items)
    names = { ...names, ...page.names }
    cursor = page.next
  } while (cursor !== undefined)
  return { items, names }
}
