/**
 * How long the longest chains of groups may be, known from above, so that whoever moves a group need not look at all that lies below it.
 */

import type { Snapshot } from './snapshot.ts'

/** The two graphs over groups. */
export type Graph = 'hierarchy' | 'nesting'

/**
 * INVARIANT: no chain of groups in the snapshot has more levels than stand here. `requireInvariants` raises it with every chain it lets pass;
 * rows that it has not judged are followed by `forgetChains`.
 */
const known = new WeakMap<Snapshot, { [Name in Graph]?: number }>()

/**
 * At most so many levels, now and before the change set in hand; worked out when it is not known. Cost then: all groups and all nestings.
 * @param cuts how many edges the change set has taken out: what was one chain before may be so many and one now
 */
export function longestChain(snapshot: Snapshot, graph: Graph, cuts: number): number {
  const chains = known.get(snapshot) ?? {}
  known.set(snapshot, chains)
  chains[graph] ??= measured(snapshot, graph) * (cuts + 1)
  return chains[graph]
}

/** Measures the chains of a snapshot that was just filled, while nobody waits for it yet. */
export function measureChains(snapshot: Snapshot): void {
  for (const graph of ['hierarchy', 'nesting'] as const) longestChain(snapshot, graph, 0)
}

/** From now on a chain may have so many levels. */
export function noteChain(snapshot: Snapshot, graph: Graph, levels: number): void {
  const chains = known.get(snapshot)
  if (chains?.[graph] !== undefined && chains[graph] < levels) chains[graph] = levels
}

/** Rows came into the snapshot that were judged elsewhere, or a bound has risen too far: the chains are measured when they are next asked for. */
export function forgetChains(snapshot: Snapshot): void {
  known.delete(snapshot)
}

/** The number of levels of the longest chain. Iterative: a chain may be as long as there are groups. */
function measured({ references, holds }: Snapshot, graph: Graph): number {
  const { end, parent, memberships } = references
  const { ofMembers, group: groupOf } = holds
  /** By number: the levels from the group up, itself included; 0: not known yet. */
  const levels = new Uint32Array(end)
  const isOpen = new Uint8Array(end)
  const stack: number[] = []
  let longest = 0
  for (let start = 1; start < end; start++) {
    if (levels[start] !== 0 || !references.isGroup(start)) continue
    stack.push(start)
    while (stack.length > 0) {
      const group = stack[stack.length - 1] ?? 0
      isOpen[group] = 1
      let above = 0
      let unknown = 0
      const list = graph === 'hierarchy' ? 0 : (memberships[group] ?? 0)
      const last = graph === 'hierarchy' ? 1 : ofMembers.length(list)
      for (let index = 0; index < last; index++) {
        const outer = graph === 'hierarchy' ? (parent[group] ?? 0) : (groupOf[ofMembers.item(list, index)] ?? 0)
        const found = levels[outer] ?? 0
        // In the midst of a change set a circle may stand, which is refused by another look.
        if (outer !== 0 && found === 0 && isOpen[outer] === 0) unknown = outer
        else if (found > above) above = found
      }
      if (unknown !== 0) {
        stack.push(unknown)
        continue
      }
      levels[group] = above + 1
      if (above + 1 > longest) longest = above + 1
      stack.pop()
    }
  }
  return longest
}
