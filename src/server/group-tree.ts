/** The tree of groups, a branch at a time and with its counts; and the groups around one, as a graph. */

import type { InputOf } from '../api/endpoints.ts'
import type { Tables } from '../core/index.ts'
import { foldedKey } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import { answered } from './asking.ts'
import { createCursors } from './cursor.ts'
import type { Call } from './door.ts'
import { GroupForest } from './group-forest.ts'
import { defaultLimit } from './list.ts'
import { mayView, namesOf } from './names.ts'
import { shownGroups } from './shown-groups.ts'

type Group = Tables['group']

/** By all groups, which stay the same list until one is written. */
const forests = new WeakMap<readonly Group[], GroupForest>()
/** The state of all groups of a tenant that was asked for last, by who sees everything there. */
const lately = new WeakMap<Access, GroupForest>()

/** The groups that the caller may see. Cost: a look at each group; for whoever sees all of them that is done once for each state. */
function forestOf({ access, everything }: TreeCall): GroupForest {
  const records = access.records('group')
  const known = forests.get(records)
  const isEvery = records === everything.records('group')
  const forest = known ?? new GroupForest(records, isEvery ? lately.get(everything) : undefined)
  if (isEvery) {
    forests.set(records, forest)
    lately.set(everything, forest)
  }
  return forest
}

/** Who asks about the tree. */
type TreeCall = Pick<Call, 'access' | 'everything' | 'cursors'>

/**
 * Makes what the first search in the tree would wait for, and asks some, so that the first is as quick as those that follow it. Cost: linear in the
 * groups, for 100,000 of them some tenths of a second.
 * @param access sees everything
 */
export function prepareTree(access: Access): void {
  const call = { access, everything: access, cursors: createCursors('') }
  for (const path of ['a', 'an', 'e', 'en', 'o', 'on', 'i', 'in']) groupTree(call, { path })
}

/** One branch, or what a path finds. */
export function groupTree(call: TreeCall, { limit = defaultLimit, ...query }: InputOf<'groupTree'>) {
  const { access, everything } = call
  const forest = forestOf(call)
  const parts = (query.path ?? '')
    .split(/[/›>]/)
    .map((part) => foldedKey(part.trim()))
    .filter((part) => part !== '')
  const placed = parts.length === 0 ? forest.branch(query.parent ?? '') : forest.find(parts)
  const listing = { items: placed, revision: access.revision, at: access.now() }
  const page = answered(
    call,
    { ...query, limit },
    listing,
    ({ place }) => place,
    ({ group }) => forest.above(group).map((id) => `group:${id}`),
  )
  const shown = shownGroups(
    access,
    page.items.map(({ group }) => group),
  )
  return {
    ...page,
    items: shown.map((group) => ({
      group,
      children: forest.children(group.id).length,
      below: forest.countBelow(group.id),
      ...membersIn(call, group.id),
      managers: everything.managersOf(group.id).length,
      above: forest.above(group),
    })),
  }
}

/** How many are in the group directly; nothing for whoever may not see them. */
function membersIn(call: TreeCall, group: string): { readonly members?: number } {
  if (!mayView(call.access, 'group.members.view', `group:${group}`)) return {}
  return { members: call.everything.membersOf({ group, mode: 'direct', limit: 1 }).total }
}

/** So many groups of a graph, unless told. */
const graphLimit = 200

/** The groups around one, the nearest first, over both kinds of edges. */
export function groupGraph(call: Call, { key, limit = graphLimit }: InputOf<'groupGraph'>) {
  const { access, everything } = call
  const forest = forestOf(call)
  const outer = new Map<string, string[]>()
  const inner = new Map<string, string[]>()
  const edge = (from: Map<string, string[]>, one: string, other: string) => from.set(one, [...(from.get(one) ?? []), other])
  const inside: { readonly member: string; readonly group: string }[] = []
  for (const hold of everything.records('hold')) {
    const member = hold.member.startsWith('group:') ? hold.member.slice('group:'.length) : ''
    if (!forest.has(member) || !forest.has(hold.group)) continue
    // The group is told to whoever sees it; what is inside, only to those who see into it.
    if (!mayView(access, 'group.members.view', `group:${hold.group}`)) continue
    if (outer.get(member)?.includes(hold.group) === true) continue
    inside.push({ member, group: hold.group })
    edge(outer, member, hold.group)
    edge(inner, hold.group, member)
  }
  const distances = new Map([[key, 0]])
  const queue = [key]
  for (const id of queue) {
    const parent = forest.parentOf(id)
    const around = [
      ...(outer.get(id) ?? []),
      ...(inner.get(id) ?? []),
      ...(parent === undefined ? [] : [parent.id]),
      ...forest.children(id).map((child) => child.id),
    ]
    for (const next of around) {
      if (distances.has(next)) continue
      distances.set(next, (distances.get(id) ?? 0) + 1)
      queue.push(next)
    }
  }
  const shown = new Set(queue.slice(0, limit))
  const sits = [...shown].flatMap((id) => {
    const parent = forest.parentOf(id)?.id ?? ''
    return shown.has(parent) ? [{ group: id, parent }] : []
  })
  return {
    nodes: [...shown].map((group) => ({ group, distance: distances.get(group) ?? 0, ...membersIn(call, group) })),
    inside: inside.filter(({ member, group }) => shown.has(member) && shown.has(group)),
    sits,
    total: queue.length,
    revision: access.revision,
    names: namesOf(
      access,
      [...shown].map((id) => `group:${id}`),
    ),
  }
}
