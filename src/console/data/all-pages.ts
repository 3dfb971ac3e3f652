/** All of a list, page after page: for what must not stop at what is shown. */

import { call } from './server.ts'

/** What is asked of one page. */
interface PageWanted {
  readonly limit: number
  readonly cursor?: string
}

/** Every record that fits, in the order of the list. */
export async function allPages<T>(
  ask: (wanted: PageWanted) => Promise<{ readonly items: readonly T[]; readonly next?: string }>,
): Promise<readonly T[]> {
  const found: T[] = []
  let cursor: string | undefined
  do {
    const page: { readonly items: readonly T[]; readonly next?: string } = await ask({
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    })
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
