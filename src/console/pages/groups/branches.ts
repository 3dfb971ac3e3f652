/** The tree of groups as rows: branches that are open are asked for, fifty groups at first, and laid out flat for drawing. */

import { keepPreviousData, useQueries } from '@tanstack/react-query'
import type { AnswerOf } from '../../../api/client.ts'
import { call } from '../../data/server.ts'

/** A group in the tree, with its counts. */
export type Branch = AnswerOf<'groupTree'>['items'][number]

/** One line of the tree. */
export type Row =
  | { readonly kind: 'group'; readonly id: string; readonly branch: Branch; readonly level: number; readonly open: boolean }
  /** A group that is only on the way to one that was found. */
  | { readonly kind: 'way'; readonly id: string; readonly name: string; readonly level: number; readonly above: readonly string[] }
  | { readonly kind: 'more'; readonly id: string; readonly parent: string; readonly rest: number; readonly level: number }
  | { readonly kind: 'waiting'; readonly id: string; readonly level: number }

/** Groups of one branch that are shown before "more", and how many more then. */
const atFirst = 50
export const moreAtOnce = 500

/** Which branches are open, and how many groups of each are wanted; the roots stand under the empty id and are always open. */
export type OpenBranches = ReadonlyMap<string, number>
export const closedTree: OpenBranches = new Map([['', atFirst]])

/** Opens or closes a branch. */
export function toggled(open: OpenBranches, id: string): OpenBranches {
  const next = new Map(open)
  if (!next.delete(id)) next.set(id, atFirst)
  return next
}

/** Wants more of a branch. */
export function widened(open: OpenBranches, id: string): OpenBranches {
  return new Map(open).set(id, (open.get(id) ?? 0) + moreAtOnce)
}

interface Loaded {
  readonly items: readonly Branch[]
  readonly total: number
}

async function load(parent: string, wanted: number, signal: AbortSignal): Promise<Loaded> {
  const items: Branch[] = []
  let cursor: string | undefined
  for (;;) {
    const limit = Math.min(wanted - items.length, 500)
    const asked = { ...(parent === '' ? {} : { parent }), limit, ...(cursor === undefined ? {} : { cursor }) }
    const page: AnswerOf<'groupTree'> = await call('groupTree', asked, { signal })
    items.push(...page.items)
    cursor = page.next
    if (cursor === undefined || items.length >= wanted) return { items, total: page.total }
  }
}

/** The rows of the tree as it is open now. */
export function useTree(
  open: OpenBranches,
  when: boolean,
): { readonly rows: readonly Row[]; readonly fault: Error | null; readonly loading: boolean } {
  const parents = [...open]
  return useQueries({
    queries: parents.map(([parent, wanted]) => ({
      queryKey: ['groupTree', 'branch', parent, wanted],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => load(parent, wanted, signal),
      enabled: when,
      placeholderData: keepPreviousData,
    })),
    combine: (answers) => {
      const loaded = new Map(parents.map(([parent], place) => [parent, answers[place]?.data] as const))
      return {
        rows: rowsBelow('', 1, loaded),
        fault: answers[0]?.error ?? null,
        loading: answers[0]?.data === undefined,
      }
    },
  })
}

function rowsBelow(parent: string, level: number, loaded: ReadonlyMap<string, Loaded | undefined>): readonly Row[] {
  const branch = loaded.get(parent)
  if (branch === undefined) return [{ kind: 'waiting', id: `waiting ${parent}`, level }]
  const rest = branch.total - branch.items.length
  return [
    ...branch.items.flatMap((each): readonly Row[] => {
      const isOpen = each.children > 0 && loaded.has(each.group.id)
      const row: Row = { kind: 'group', id: each.group.id, branch: each, level, open: isOpen }
      return isOpen ? [row, ...rowsBelow(each.group.id, level + 1, loaded)] : [row]
    }),
    ...(rest > 0 ? [{ kind: 'more', id: `more ${parent}`, parent, rest, level } as const] : []),
  ]
}

/** The rows of what a path found: each group below the groups that lead to it. */
export function rowsOfFound(found: readonly Branch[], nameOf: (reference: string) => string): readonly Row[] {
  const drawn = new Set<string>()
  return found.flatMap((branch): readonly Row[] => {
    const way = branch.above.flatMap((id, place): readonly Row[] => {
      if (drawn.has(id)) return []
      drawn.add(id)
      return [{ kind: 'way', id, name: nameOf(`group:${id}`), level: place + 1, above: branch.above.slice(0, place) }]
    })
    // A group that was drawn as the way to another one stays where it is.
    if (drawn.has(branch.group.id)) return way
    drawn.add(branch.group.id)
    return [...way, { kind: 'group', id: branch.group.id, branch, level: branch.above.length + 1, open: false }]
  })
}

/** Ids of the groups above a row. */
export function aboveOf(row: Row): readonly string[] {
  return row.kind === 'group' ? row.branch.above : row.kind === 'way' ? row.above : []
}

/** The name of the group of a row. */
export function nameOfRow(row: Row | undefined): string {
  return row?.kind === 'group' ? row.branch.group.name : row?.kind === 'way' ? row.name : ''
}
