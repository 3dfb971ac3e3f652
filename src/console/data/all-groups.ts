/** All groups that fit, page after page: for what must not stop at what is shown. */

import type { AnswerOf, InputOf } from '../../api/client.ts'
import { call } from './server.ts'

type Group = AnswerOf<'groups'>['items'][number]

/** Every group, in the order of the list. */
export async function allGroups(input: InputOf<'groups'>): Promise<readonly Group[]> {
  const found: Group[] = []
  let cursor: string | undefined
  do {
    const page: AnswerOf<'groups'> = await call('groups', { ...input, limit: 500, ...(cursor === undefined ? {} : { cursor }) })
    found.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return found
}
