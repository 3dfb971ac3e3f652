/** The tree of groups, a branch at a time and with its counts; and the groups around one, as a graph. */

import type { InputOf } from '../api/endpoints.ts'
import type { Tables } from '../core/index.ts'
import { foldedKey } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import { answered } from './asking.ts'
import type { Call } from './door.ts'
import { defaultLimit } from './list.ts'
import { mayView, namesOf } from './names.ts'
import { shownGroups } from './shown-groups.ts'

type Group = Tables['group']

/** The groups that the caller may see, and who is below whom among them. */
interface Forest {
  readonly groups: ReadonlyMap<string, Group>
  readonly children: ReadonlyMap<string, readonly Group[]>
  /** All of them by their ways from the root. */
  readonly inOrder: () => readonly Placed[]
  /** What was found last by a single name: who types on looks for it among these. */
  last: { readonly name: string; readonly found: readonly Placed[] } | undefined
  /** The same of the names before the last. */
  lastWay: { readonly path: string; readonly reached: Uint16Array } | undefined
}

/** A group, its place in the order of the tree, and what it is called by, as `namesOfGroup` gives it. */
interface Placed {
  readonly group: Group
  readonly place: string
  readonly names: string
  /** Where the group that it is in stands in that order; -1: it hangs on the root. */
  above: number
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
  const forest: Forest = { groups, children, inOrder: () => (placed ??= placedBelow(children)), last: undefined, lastWay: undefined }
  forests.set(records, forest)
  return forest
}

/** By the groups that it is made of, which stay the same list for whoever sees all of them until something is written. */
const forests = new WeakMap<readonly Group[], Forest>()

/** Makes what the first search in the tree would wait for. Cost: linear in the groups, for 100,000 of them some tenths of a second. */
export function prepareTree(access: Access): void {
  const forest = forestOf(access)
  found(forest, [foldedKey(access.tenant)])
}

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
      ? found(forest, parts)
      : wanted.map((group) => ({ group, place: placeOf(group) })).sort((one, other) => (one.place < other.place ? -1 : 1))
  const listing = { items: placed, revision: access.revision, at: access.now() }
  const page = answered(
    call,
    { ...query, limit },
    listing,
    ({ place }) => place,
    ({ group }) => above(forest, group).map((id) => `group:${id}`),
  )
  const shown = shownGroups(
    access,
    page.items.map(({ group }) => group),
  )
  return {
    ...page,
    items: shown.map((group) => ({
      group,
      children: forest.children.get(group.id)?.length ?? 0,
      below: countBelow(forest, group.id),
      ...membersIn(call, group.id),
      managers: everything.managersOf(group.id).length,
      above: above(forest, group),
    })),
  }
}

/** The groups that a path finds, in the order of the tree. */
function found(forest: Forest, parts: readonly string[]): readonly Placed[] {
  const name = parts.at(-1) ?? ''
  const { last } = forest
  const among = last !== undefined && name.includes(last.name) ? last.found : forest.inOrder()
  const named = last?.name === name ? last.found : among.filter(({ names }) => names.includes(name))
  forest.last = { name, found: named }
  if (parts.length === 1) return named
  const reached = wayTo(forest, parts.slice(0, -1))
  return named.filter(({ above }) => reached[above] === parts.length - 1)
}

/** By the place of each group: how many of these names, in their order, are found on the way to it from the root, and in itself. */
function wayTo(forest: Forest, parts: readonly string[]): Uint16Array {
  const path = parts.join('/')
  if (forest.lastWay?.path === path) return forest.lastWay.reached
  const placed = forest.inOrder()
  const reached = new Uint16Array(placed.length)
  // Whoever is above comes first.
  for (const [place, { above, names }] of placed.entries()) {
    const before = reached[above] ?? 0
    const part = parts[before]
    reached[place] = part !== undefined && names.includes(part) ? before + 1 : before
  }
  forest.lastWay = { path, reached }
  return reached
}

/** What a group is called by, folded; no sought text has what stands between. */
function namesOfGroup({ name, codename, id }: Group): string {
  return `${foldedKey(name)}\u0000${codename}\u0000${foldedKey(id)}`
}

/** All that hang on the roots, each behind the group it is in. */
function placedBelow(children: ReadonlyMap<string, readonly Group[]>): readonly Placed[] {
  const placed: Placed[] = []
  const queue: { readonly id: string; readonly way: string }[] = [{ id: '', way: '' }]
  for (const { id, way } of queue) {
    for (const group of children.get(id) ?? []) {
      const place = `${way}${placeOf(group)}`
      placed.push({ group, place, names: namesOfGroup(group), above: -1 })
      queue.push({ id: group.id, way: `${place}\u0001` })
    }
  }
  placed.sort((one, other) => (one.place < other.place ? -1 : 1))
  const places = new Map(placed.map(({ group }, place) => [group.id, place]))
  for (const each of placed) each.above = places.get(each.group.parent ?? '') ?? -1
  return placed
}

/** How many are in the group directly; nothing for whoever may not see them. */
function membersIn(call: Call, group: string): { readonly members?: number } {
  if (!mayView(call.access, 'group.members.view', `group:${group}`)) return {}
  return { members: call.everything.membersOf({ group, mode: 'direct', limit: 1 }).total }
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
