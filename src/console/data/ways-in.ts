/** How somebody comes into the groups that they are in through others: the shortest way, group by group. */

import { call } from './server.ts'

/** For each group that is reached through others: the groups on the way, the nearest to the member first. */
export type WaysIn = ReadonlyMap<string, readonly string[]>

/** Walks from the direct groups outward, nearest first. Cost: one question for each group that the member is in. */
export async function waysIn(direct: readonly string[], effective: readonly string[], signal: AbortSignal): Promise<WaysIn> {
  const inside = new Set(effective)
  const ways = new Map<string, readonly string[]>(direct.map((group) => [group, []]))
  let edge = [...direct]
  while (edge.length > 0) {
    const lists = await Promise.all(edge.map((group) => call('searchGroups', { member: group, mode: 'direct' }, { signal })))
    const next: string[] = []
    for (const [index, { items }] of lists.entries()) {
      const through = edge[index] ?? ''
      for (const { group } of items) {
        if (ways.has(group) || !inside.has(group)) continue
        ways.set(group, [...(ways.get(through) ?? []), through])
        next.push(group)
      }
    }
    edge = next
  }
  for (const group of direct) ways.delete(group)
  return ways
}
