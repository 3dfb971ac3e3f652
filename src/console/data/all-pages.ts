/** All of a list, page after page: for what must not stop at what is shown. */

import type { AnswerOf, InputOf } from '../../api/client.ts'
import { call } from './server.ts'

type User = AnswerOf<'users'>['items'][number]

/** Every user that fits, in the order of the list. */
export async function allUsers(input: InputOf<'users'>): Promise<readonly User[]> {
  const found: User[] = []
  let cursor: string | undefined
  do {
    const page: AnswerOf<'users'> = await call('users', { ...input, limit: 500, ...(cursor === undefined ? {} : { cursor }) })
    found.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return found
}

/** The ids of all groups that a member is in directly. */
export async function directGroups(member: string): Promise<readonly string[]> {
  const { items } = await call('searchGroups', { member, mode: 'direct' })
  return items.map(({ group }) => group.slice('group:'.length))
}
