/** The groups that somebody may see as a tree: who is below whom, and all of them by their ways from the root. Kept up while groups are written. */

import type { Tables } from '../core/index.ts'
import { foldedKey } from '../core/index.ts'

type Group = Tables['group']

/** A group in the order of the tree. */
export interface Placed {
  readonly group: Group
  /** What it is sorted by: its way from the root, as people read names. */
  readonly place: string
  /** What it is called by, folded; no sought text has what stands between. */
  readonly names: string
}

/** All groups by their ways from the root. */
interface Order {
  readonly placed: readonly Placed[]
  /** By the place in `placed`: where the group it is in stands; -1: it hangs on the root. */
  readonly above: Int32Array
  /** By the place in `placed`: how many hang on it, at any depth. */
  readonly below: Int32Array
}

/** When more groups have changed, the tree is put up anew. */
const fewChanges = 1000

/** A group whose parent is not among the groups stands among the roots, under the empty id. */
export class GroupForest {
  readonly #rows: readonly Group[]
  readonly #groups: Map<string, Group>
  readonly #children: Map<string, Group[]>
  #byId: Map<string, Placed> | undefined
  #order: Order | undefined
  /** What was found last by a single name: who types on looks for it among these. */
  #last: { readonly name: string; readonly found: readonly number[] } | undefined
  /** How far the names before the last are found on the way to each. */
  #lastWay: { readonly path: string; readonly reached: Uint16Array } | undefined

  /**
   * @param rows sorted by id
   * @param before a state of the same groups: what it knows is taken from it, and it is used up
   * Cost: linear in the groups; from a state with few changes, a look at each.
   */
  constructor(rows: readonly Group[], before?: GroupForest) {
    this.#rows = rows
    const changes = before === undefined ? undefined : changesBetween(before.#rows, rows)
    if (before === undefined || changes === undefined) {
      this.#groups = new Map(rows.map((group) => [group.id, group]))
      this.#children = new Map()
      for (const group of rows) this.#hang(group)
      return
    }
    this.#groups = before.#groups
    this.#children = before.#children
    this.#byId = before.#byId
    this.#order = before.#order
    this.#follow(changes)
  }

  /** The groups right below one, sorted by id; below the empty id, the roots. */
  children(id: string): readonly Group[] {
    return this.#children.get(id) ?? []
  }

  has(id: string): boolean {
    return this.#groups.has(id)
  }

  /** The same as people read them, with their places. */
  branch(id: string): readonly Pick<Placed, 'group' | 'place'>[] {
    return this.children(id)
      .map((group) => ({ group, place: placeInBranch(group) }))
      .sort(byPlace)
  }

  /** Ids of those above, from the root. */
  above({ id }: Group): readonly string[] {
    const ids: string[] = []
    for (let parent = this.parentOf(id); parent !== undefined; parent = this.parentOf(parent.id)) ids.unshift(parent.id)
    return ids
  }

  /** The group that one is in, where it is among them. */
  parentOf(id: string): Group | undefined {
    const parent = this.#groups.get(id)?.parent
    return parent === undefined ? undefined : this.#groups.get(parent)
  }

  /** How many are below one, at any depth. */
  countBelow(id: string): number {
    const order = this.#order
    const known = order === undefined ? undefined : this.#byId?.get(id)
    if (order !== undefined && known !== undefined) return order.below[rankOf(order.placed, known.place)] ?? 0
    let count = 0
    const queue = [id]
    for (const each of queue) {
      for (const child of this.children(each)) {
        count += 1
        queue.push(child.id)
      }
    }
    return count
  }

  /**
   * The groups that a path of folded names finds, in the order of the tree: the last name is one of theirs, and those before are found in
   * their order on the way to it.
   */
  find(path: readonly string[]): readonly Placed[] {
    const { placed, above } = this.#inOrder()
    const name = path.at(-1) ?? ''
    const last = this.#last
    const found =
      last?.name === name
        ? last.found
        : last !== undefined && name.includes(last.name)
          ? last.found.filter((rank) => placed[rank]?.names.includes(name))
          : ranksOf(placed, name)
    this.#last = { name, found }
    const reached = path.length === 1 ? undefined : this.#wayTo(path.slice(0, -1))
    const ranks = reached === undefined ? found : found.filter((rank) => reached[above[rank] ?? -1] === path.length - 1)
    // Every rank is one of the order.
    return ranks.map((rank) => placed[rank] as Placed)
  }

  /** By the place of each group: how many of these names, in their order, are found on the way to it from the root, and in itself. */
  #wayTo(names: readonly string[]): Uint16Array {
    const path = names.join('/')
    if (this.#lastWay?.path === path) return this.#lastWay.reached
    const { placed, above } = this.#inOrder()
    const reached = new Uint16Array(placed.length)
    // Whoever is above comes first.
    for (const [rank, each] of placed.entries()) {
      const before = reached[above[rank] ?? -1] ?? 0
      const name = names[before]
      reached[rank] = name !== undefined && each.names.includes(name) ? before + 1 : before
    }
    this.#lastWay = { path, reached }
    return reached
  }

  #inOrder(): Order {
    if (this.#order !== undefined) return this.#order
    this.#byId = new Map()
    for (const { id } of this.#rows) this.#placeOf(id, this.#byId)
    this.#order = this.#orderOf([...this.#byId.values()].sort(byPlace))
    return this.#order
  }

  /** Places the group, and those above it that have no place yet. */
  #placeOf(id: string, byId: Map<string, Placed>): Placed | undefined {
    const known = byId.get(id)
    const group = this.#groups.get(id)
    if (known !== undefined || group === undefined) return known
    const parent = this.parentOf(id)
    const way = parent === undefined ? undefined : this.#placeOf(parent.id, byId)
    const place = placeInBranch(group)
    const placed = { group, place: way === undefined ? place : `${way.place}\u0001${place}`, names: namesOfGroup(group) }
    byId.set(id, placed)
    return placed
  }

  #orderOf(placed: readonly Placed[]): Order {
    const above = new Int32Array(placed.length)
    const below = new Int32Array(placed.length)
    // Each stands right behind the group that it is in, or behind what is in that.
    const way: number[] = []
    for (const [rank, { group }] of placed.entries()) {
      while (way.length > 0 && placed[way.at(-1) ?? -1]?.group.id !== group.parent) way.pop()
      above[rank] = way.at(-1) ?? -1
      way.push(rank)
    }
    for (let rank = placed.length - 1; rank >= 0; rank -= 1) {
      const parent = above[rank] ?? -1
      if (parent >= 0) below[parent] = (below[parent] ?? 0) + (below[rank] ?? 0) + 1
    }
    return { placed, above, below }
  }

  /** The id under which it stands in `children`. */
  #parentId(id: string): string {
    return this.parentOf(id)?.id ?? ''
  }

  #hang(group: Group): void {
    const parent = this.#parentId(group.id)
    const branch = this.#children.get(parent)
    if (branch === undefined) this.#children.set(parent, [group])
    else branch.push(group)
  }

  #follow(changes: readonly GroupChange[]): void {
    // Those below hang elsewhere now, or are sorted elsewhere; and so do those that hung on the root because their parent was not there.
    const moved = new Set<string>()
    for (const { id, before, after } of changes) {
      if (before !== undefined && after !== undefined && before.name === after.name && before.parent === after.parent) continue
      for (const root of before === undefined ? this.children('') : []) if (root.parent === id) this.#addBranch(root.id, moved)
      this.#addBranch(id, moved)
    }
    const touched = new Set([...moved, ...changes.map(({ id }) => id)])
    const from = new Set([...touched].map((id) => this.#parentId(id)))
    for (const { id, after } of changes) {
      if (after === undefined) this.#groups.delete(id)
      else this.#groups.set(id, after)
    }
    for (const parent of from) {
      const stay = this.children(parent).filter(({ id }) => !touched.has(id))
      if (stay.length === 0) this.#children.delete(parent)
      else this.#children.set(parent, stay)
    }
    const groups = [...touched].flatMap((id) => this.#groups.get(id) ?? [])
    for (const group of groups) this.#hang(group)
    for (const parent of new Set(groups.map(({ id }) => this.#parentId(id)))) this.#children.get(parent)?.sort(byId)
    if (this.#order !== undefined && this.#byId !== undefined) this.#order = this.#orderAfter(this.#order, this.#byId, touched)
  }

  #orderAfter({ placed }: Order, byId: Map<string, Placed>, touched: ReadonlySet<string>): Order {
    const isGone = new Uint8Array(placed.length)
    for (const id of touched) {
      const known = byId.get(id)
      if (known !== undefined) isGone[rankOf(placed, known.place)] = 1
      byId.delete(id)
    }
    const stays = placed.filter((_, rank) => isGone[rank] === 0)
    const added = [...touched].flatMap((id) => this.#placeOf(id, byId) ?? []).sort(byPlace)
    const all: Placed[] = []
    let next = 0
    for (const each of added) {
      for (const to = rankOf(stays, each.place); next < to; next += 1) all.push(stays[next] as Placed)
      all.push(each)
    }
    return this.#orderOf(all.concat(stays.slice(next)))
  }

  /** The group and all below it. */
  #addBranch(id: string, ids: Set<string>): void {
    const queue = [id]
    for (const each of queue) {
      ids.add(each)
      for (const child of this.children(each)) queue.push(child.id)
    }
  }
}

/** How names are sorted in a branch: as people read them, then by id. */
function placeInBranch(group: Group): string {
  return `${foldedKey(group.name)}\u0000${group.id}`
}

function namesOfGroup({ name, codename, id }: Group): string {
  return `${foldedKey(name)}\u0000${codename}\u0000${foldedKey(id)}`
}

/** What became of a group between two states. */
interface GroupChange {
  readonly id: string
  readonly before?: Group
  readonly after?: Group
}

/** Of rows that are sorted by id, and the same rows where nothing was written; undefined: many. Cost: a look at each. */
function changesBetween(before: readonly Group[], after: readonly Group[]): readonly GroupChange[] | undefined {
  const changes: GroupChange[] = []
  for (let one = 0, other = 0; one < before.length || other < after.length; ) {
    const old = before[one]
    const row = after[other]
    if (old !== row) {
      const order = old === undefined ? 1 : row === undefined ? -1 : byId(old, row)
      changes.push({
        id: (order <= 0 ? old : row)?.id ?? '',
        ...(order <= 0 && old !== undefined ? { before: old } : {}),
        ...(order >= 0 && row !== undefined ? { after: row } : {}),
      })
      if (changes.length > fewChanges) return undefined
      if (order <= 0) one += 1
      if (order >= 0) other += 1
    } else {
      one += 1
      other += 1
    }
  }
  return changes
}

function ranksOf(placed: readonly Placed[], name: string): readonly number[] {
  const ranks: number[] = []
  for (const [rank, { names }] of placed.entries()) if (names.includes(name)) ranks.push(rank)
  return ranks
}

/** Where the place stands in the order. */
function rankOf(placed: readonly Placed[], place: string): number {
  let low = 0
  let high = placed.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((placed[middle]?.place ?? '') < place) low = middle + 1
    else high = middle
  }
  return low
}

function byPlace(one: { readonly place: string }, other: { readonly place: string }): number {
  return one.place < other.place ? -1 : one.place > other.place ? 1 : 0
}

function byId(one: Group, other: Group): number {
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0
}
