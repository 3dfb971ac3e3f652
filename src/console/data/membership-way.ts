/** How somebody is inside a group: the groups on the way, from the innermost to the one that is a member of the group itself. */

import { useQuery } from '@tanstack/react-query'
import { idOf } from './reference.ts'
import { call } from './server.ts'

/** No way is followed further. */
const longest = 50

/** References of the groups between a member and a group; empty for a direct member. */
export function useWayInto(group: string, member: string, when: boolean): readonly string[] | undefined {
  const { data } = useQuery({
    queryKey: ['way-into', group, member],
    queryFn: ({ signal }) => wayInto(group, member, signal),
    enabled: when,
  })
  return data
}

async function wayInto(group: string, member: string, signal: AbortSignal): Promise<readonly string[]> {
  const way: string[] = []
  let outer = group
  while (way.length < longest) {
    const page = await call('groupMembers', { key: outer, mode: 'effective', q: idOf(member), limit: 500 }, { signal })
    const found = page.items.find((item) => item.member === member)
    const via = found?.via.find((each) => each !== outer)
    if (found === undefined || found.via.includes(outer) || via === undefined) return way
    way.unshift(`group:${via}`)
    outer = via
  }
  return way
}
