/** The tree of groups, a branch at a time and with its counts; and the groups around one, as a graph. */

import type { InputOf } from '../api/endpoints.ts'
import type { Tables } from '../core/index.ts'
import { foldedKey } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import { answered } from './asking.ts'
import type { Call } from './door.ts'
import { defaultLimit } from './list.ts'
import { mayView, namesOf } from './names.ts'
import { shownGroup } from './shown-groups.ts'

type Group = Tables['group']

/** The groups that the caller may see, and who is below whom among them. */
interface Forest {
  readonly groups: ReadonlyMap<string, Group>
  readonly children: ReadonlyMap<string, readonly Group[]>
  /** All of them by their ways from the root. */
  readonly inOrder: () => readonly Placed[]
}

/** A group, its place in the order of the tree, and what it is called by, folded. */
interface Placed {
  readonly group: Group
  readonly place: string
  readonly names: readonly string[]
}

/** A group whose parent the caller may not see stands among the roots, under the empty id. Cost grows with all groups. */
function forestOf(access: Access): Forest {
  const records = access.records('group')
  const known = forests.get(records)
  if (known !== undefined) return known
  const groups = new Map(records.map((group) => [group.id, group]))
  const children = new Map<string, Group[]>()
  for (const group of groups.values()) {
    const parent = parentIn(groups, group)
    const branch = children.get(parent)
    if (branch === undefined) children.set(parent, [group])
    else branch.push(group)
  }
  let placed: readonly Placed[] | undefined
  const forest: Forest = { groups, children, inOrder: () => (placed ??= placedBelow(children)) }
  forests.set(records, forest)
  return forest
}

/** By the groups that it is made of, which stay the same list for whoever sees all of them until something is written. */
const forests = new WeakMap<readonly Group[], Forest>()

function parentIn(groups: ReadonlyMap<string, Group>, { parent }: Group): string {
  return parent !== undefined && groups.has(parent) ? parent : ''
}

/** Ids of those above, from the root. */
function above({ groups }: Forest, group: Group): readonly string[] {
  const ids: string[] = []
  let parent = parentIn(groups, group)
  while (parent !== '') {
    ids.unshift(parent)
    const next = groups.get(parent)
    parent = next === undefined ? '' : parentIn(groups, next)
  }
  return ids
}

function countBelow({ children }: Forest, group: string): number {
  let count = 0
  const queue = [group]
  for (const id of queue) {
    for (const child of children.get(id) ?? []) {
      count += 1
      queue.push(child.id)
    }
  }
  return count
}

/** How names are sorted in a branch: as people read them, then by id. */
function placeOf(group: Group): string {
  return `${foldedKey(group.name)}\u0000${group.id}`
}

/** One branch, or what a path finds. */
export function groupTree(call: Call, { limit = defaultLimit, ...query }: InputOf<'groupTree'>) {
  const { access, everything } = call
  const forest = forestOf(access)
  const parts = (query.path ?? '')
    .split(/[/›>]/)
    .map((part) => foldedKey(part.trim()))
    .filter((part) => part !== '')
  const wanted = parts.length === 0 ? (forest.children.get(query.parent ?? '') ?? []) : undefined
  const placed =
    wanted === undefined
      ? forest.inOrder().filter((each) => liesOn(forest, each, parts))
      : wanted.map((group) => ({ group, place: placeOf(group) })).sort((one, other) => (one.place < other.place ? -1 : 1))
  const listing = { items: placed, revision: access.revision, at: access.now() }
  const page = answered(
    call,
    { ...query, limit },
    listing,
    ({ place }) => place,
    ({ group }) => above(forest, group).map((id) => `group:${id}`),
  )
  return {
    ...page,
    items: page.items.map(({ group }) => ({
      group: shownGroup(access, group),
      children: forest.children.get(group.id)?.length ?? 0,
      below: countBelow(forest, group.id),
      ...membersIn(call, group.id),
      managers: everything.managersOf(group.id).length,
      above: above(forest, group),
    })),
  }
}

/** The last part is in the group's own name or codename, those before it in names above, in their order. */
function liesOn(forest: Forest, { group, names }: Placed, parts: readonly string[]): boolean {
  const last = parts.at(-1) ?? ''
  const isCalled = (each: Group, part: string) => namesOfGroup(each).some((name) => name.includes(part))
  if (!names.some((name) => name.includes(last))) return false
  let left = parts.length - 2
  const ids = above(forest, group)
  for (let place = ids.length - 1; place >= 0 && left >= 0; place -= 1) {
    const upper = forest.groups.get(ids[place] ?? '')
    const part = parts[left]
    if (upper !== undefined && part !== undefined && isCalled(upper, part)) left -= 1
  }
  return left < 0
}

function namesOfGroup({ name, codename, id }: Group): readonly string[] {
  return [foldedKey(name), codename, foldedKey(id)]
}

/** All that hang on the roots, each behind the group it is in. */
function placedBelow(children: ReadonlyMap<string, readonly Group[]>): readonly Placed[] {
  const placed: Placed[] = []
  const queue: { readonly id: string; readonly way: string }[] = [{ id: '', way: '' }]
  for (const { id, way } of queue) {
    for (const group of children.get(id) ?? []) {
      const place = `${way}${placeOf(group)}`
      placed.push({ group, place, names: namesOfGroup(group) })
      queue.push({ id: group.id, way: `${place}\u0001` })
    }
  }
  return placed.sort((one, other) => (one.place < other.place ? -1 : 1))
}

/** How many are in the group directly; nothing for whoever may not see them. */
function membersIn(call: Call, group: string): { readonly members?: number } {
  if (!mayView(call.access, 'group.members.view', `group:${group}`)) return {}
  return { members: call.everything.membersOf({ group, mode: 'direct' }).items.length }
}

/** So many groups of a graph, unless told. */
const graphLimit = 200

/** The groups around one, the nearest first, over both kinds of edges. */
export function groupGraph(call: Call, { key, limit = graphLimit }: InputOf<'groupGraph'>) {
  const { access, everything } = call
  const { groups, children } = forestOf(access)
  const outer = new Map<string, string[]>()
  const inner = new Map<string, string[]>()
  const edge = (from: Map<string, string[]>, one: string, other: string) => from.set(one, [...(from.get(one) ?? []), other])
  const inside: { readonly member: string; readonly group: string }[] = []
  for (const hold of everything.records('hold')) {
    const member = hold.member.startsWith('group:') ? hold.member.slice('group:'.length) : ''
    if (!groups.has(member) || !groups.has(hold.group)) continue
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
    const group = groups.get(id)
    const parent = group === undefined ? '' : parentIn(groups, group)
    const around = [
      ...(outer.get(id) ?? []),
      ...(inner.get(id) ?? []),
      ...(parent === '' ? [] : [parent]),
      ...(children.get(id) ?? []).map((child) => child.id),
    ]
    for (const next of around) {
      if (distances.has(next)) continue
      distances.set(next, (distances.get(id) ?? 0) + 1)
      queue.push(next)
    }
  }
  const shown = new Set(queue.slice(0, limit))
  const sits = [...shown].flatMap((id) => {
    const group = groups.get(id)
    const parent = group === undefined ? '' : parentIn(groups, group)
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
