/** The members of a group and the groups of a member: found by number, and told as far as somebody wants to see them. */

import { descendantsOf } from '../../hierarchy.ts'
import type { ListPage, PageWish } from '../../list-page.ts'
import { pageOf } from '../../list-page.ts'
import { askerAt } from '../../question.ts'
import type { GroupItem, HoldItem, MemberItem, MemberMode } from '../../questions.ts'
import type { GroupReference, MemberReference } from '../../reference.ts'
import { isGroup } from '../../reference.ts'
import { standingHolds } from '../../rules/group-grant.ts'
import { windowOf } from '../../rules/rule.ts'
import type { Snapshot } from '../../snapshot.ts'
import type { Instant } from '../../validity.ts'
import type { ListIndex } from './list-index.ts'
import { listIndexOf, memberText, sortedMembers } from './list-index.ts'
import { NumberSet } from './number-set.ts'

/** Emptied by each list that uses them. No list is begun while another is being made. */
const found = new NumberSet()
const walked = new NumberSet()
const direct = new NumberSet()

/** The members of a group, sorted. With `all`, also those not in force, marked. */
export function membersPage(
  snapshot: Snapshot,
  group: string,
  { mode, all, ...wish }: PageWish & { readonly mode: MemberMode; readonly all: boolean },
  at: Instant,
): ListPage<MemberItem> {
  const lists = listIndexOf(snapshot)
  const number = snapshot.references.findOf('group', group)
  const members =
    mode === 'effective' ? new MembersInside(lists, number, Date.parse(at), all) : new DirectMembers(lists, number, mode, all, at)
  const sorted = sortedMembers(lists, found.numbers, found.count)
  return pageOf(
    wish,
    sorted.length,
    (place) => memberText(lists, sorted[place] ?? 0),
    (place) => members.item(sorted[place] ?? 0),
  )
}

/** Several holds lead directly into the group. */
const several = 0xffff_ffff
const noHolds: readonly HoldItem[] = []

/** Tells the holds of members in one group. */
class DirectHolds {
  readonly #lists: ListIndex
  readonly #group: number
  /** By the place in `found`: the hold by which it is directly in the group, or `several`. */
  readonly #holds: Uint32Array
  #plainBase = 0
  #plain = noHolds

  constructor(lists: ListIndex, group: number) {
    this.#lists = lists
    this.#group = group
    this.#holds = new Uint32Array(found.count)
    const { references, holds } = lists.snapshot
    const list = references.members[group] ?? 0
    const end = list + holds.ofGroups.length(list)
    for (let at = list + 1; at <= end; at++) {
      const hold = holds.ofGroups.words[at] ?? 0
      const place = found.placeOf(holds.member[hold] ?? 0)
      if (place !== -1) this.#holds[place] = this.#holds[place] === 0 ? hold : several
    }
  }

  /** By origin. Those of whoever has just one plain hold are often the same, and then told by the same list. */
  of(member: number, place: number): readonly HoldItem[] {
    const hold = this.#holds[place] ?? 0
    if (hold === 0) return noHolds
    const { holds } = this.#lists.snapshot
    if (hold === several) {
      const rows = [...holds.ofPair(this.#group, member)]
      return rows
        .map((row): HoldItem => ({ origin: row.origin, roles: row.roles, ...windowOf(row) }))
        .sort((one, other) => (one.origin < other.origin ? -1 : 1))
    }
    const base = holds.base.get(hold)
    if (holds.extra[hold] === 0 && base === this.#plainBase && base !== 0) return this.#plain
    const told = [{ origin: holds.originOf(hold), roles: holds.rolesOf(hold), ...holds.extras.windowOf(holds.extra[hold] ?? 0) }]
    if (holds.extra[hold] === 0) {
      this.#plainBase = base
      this.#plain = told
    }
    return told
  }
}

/** Everybody inside a group, through nested ones too. */
class MembersInside {
  readonly #lists: ListIndex
  readonly #group: number
  /** By the place in `found`: the group itself for a direct member, else the group right inside it. */
  readonly #via: number[] = []
  readonly #holds: DirectHolds
  /** So many are in force. */
  readonly #inForce: number
  readonly #told = new Map<number, readonly string[]>()

  constructor(lists: ListIndex, group: number, at: number, all: boolean) {
    this.#lists = lists
    this.#group = group
    const { holds, references } = lists.snapshot
    found.clear(references.end)
    lists.walks.inside(found, group, at, (hold) => this.#via.push(this.#viaOf(holds.group[hold] ?? 0)))
    this.#inForce = found.count
    if (all) this.#addNotInForce()
    this.#holds = new DirectHolds(lists, group)
  }

  /** By which group somebody is in who is in a group that was found already: the nearest come first. */
  #viaOf(inner: number): number {
    if (inner === this.#group) return inner
    const through = this.#via[found.placeOf(inner)] ?? this.#group
    return through === this.#group ? inner : through
  }

  /** Those who would be inside if every window were open and everybody active. */
  #addNotInForce(): void {
    const { references, holds } = this.#lists.snapshot
    walked.clear(references.end)
    walked.add(this.#group)
    const via = [0]
    for (let next = 0; next < walked.count; next++) {
      const each = walked.numbers[next] ?? 0
      const list = references.members[each] ?? 0
      const end = list + holds.ofGroups.length(list)
      for (let place = list + 1; place <= end; place++) {
        const member = holds.member[holds.ofGroups.words[place] ?? 0] ?? 0
        if (found.add(member)) this.#via.push(via[next] === 0 ? this.#group : (via[next] ?? 0))
        if (references.isGroup(member) && walked.add(member)) via.push(via[next] === 0 ? member : (via[next] ?? 0))
      }
    }
  }

  item(number: number): MemberItem {
    const place = found.placeOf(number)
    const via = this.#via[place] ?? 0
    let told = this.#told.get(via)
    if (told === undefined) {
      told = [this.#lists.snapshot.references.idOf(via)]
      this.#told.set(via, told)
    }
    return { member: memberText(this.#lists, number), inForce: place < this.#inForce, via: told, holds: this.#holds.of(number, place) }
  }
}

/** Whoever is directly in a group or, as wanted, in those below it in the hierarchy. */
class DirectMembers {
  readonly #lists: ListIndex
  readonly #groups: ReadonlyMap<number, string>
  readonly #all: boolean
  readonly #at: number
  readonly #isInForce: boolean[] = []
  readonly #holds: DirectHolds
  readonly #only: readonly string[] | undefined

  constructor(lists: ListIndex, group: number, mode: MemberMode, all: boolean, at: Instant) {
    this.#lists = lists
    this.#all = all
    this.#at = Date.parse(at)
    const { snapshot } = lists
    const { references } = snapshot
    const id = references.idOf(group)
    const below = mode === 'descendants' ? descendantsOf(snapshot, id).map((each) => each.id) : []
    this.#groups = new Map([id, ...below].map((each) => [references.findOf('group', each), each]))
    this.#only = mode === 'direct' ? [id] : undefined
    found.clear(references.end)
    for (const each of this.#groups.keys()) this.#walk(each)
    this.#holds = new DirectHolds(lists, group)
  }

  #walk(group: number): void {
    const { walks, snapshot } = this.#lists
    const { references, holds } = snapshot
    const isActive = walks.isGroupActive(group, this.#at)
    const list = references.members[group] ?? 0
    const end = list + holds.ofGroups.length(list)
    for (let at = list + 1; at <= end; at++) {
      const hold = holds.ofGroups.words[at] ?? 0
      const member = holds.member[hold] ?? 0
      const inForce = isActive && walks.isInForce(hold, this.#at) && walks.isActive(member, this.#at)
      if (!inForce && !this.#all) continue
      if (found.add(member)) this.#isInForce.push(inForce)
      else if (inForce) this.#isInForce[found.placeOf(member)] = true
    }
  }

  item(number: number): MemberItem {
    const place = found.placeOf(number)
    return {
      member: memberText(this.#lists, number),
      inForce: this.#isInForce[place] === true,
      via: this.#only ?? this.#viaOf(number),
      holds: this.#holds.of(number, place),
    }
  }

  /** All the groups that it is directly in, sorted. */
  #viaOf(member: number): readonly string[] {
    const { walks, snapshot } = this.#lists
    const { references, holds } = snapshot
    const via = new Set<string>()
    const list = references.memberships[member] ?? 0
    const end = list + holds.ofMembers.length(list)
    for (let at = list + 1; at <= end; at++) {
      const hold = holds.ofMembers.words[at] ?? 0
      const group = holds.group[hold] ?? 0
      const id = this.#groups.get(group)
      if (id === undefined) continue
      if (this.#all || (walks.isGroupActive(group, this.#at) && walks.isInForce(hold, this.#at))) via.add(id)
    }
    return [...via].sort()
  }
}

/** The groups that somebody is in, sorted. */
export function groupsPage(
  snapshot: Snapshot,
  member: MemberReference,
  { mode, ...wish }: PageWish & { readonly mode: 'direct' | 'effective' },
  at: Instant,
): ListPage<GroupItem> {
  const lists = listIndexOf(snapshot)
  const { references, holds } = snapshot
  const number = references.find(member)
  const moment = Date.parse(at)
  direct.clear(references.end)
  found.clear(references.end)
  lists.walks.around(direct, number, moment, 1)
  if (mode === 'effective') lists.walks.around(found, number, moment)
  const { numbers, count } = mode === 'direct' ? direct : found
  const sorted = sortedMembers(lists, numbers, count)
  // A group has no standing.
  const asker = holds.withRoles === 0 || isGroup(member) ? undefined : askerAt(snapshot, member, at)
  const standing = (group: string): readonly string[] =>
    asker === undefined ? [] : [...new Set(standingHolds({ snapshot, asker, at }, group).flatMap((hold) => hold.roles))].sort()
  return pageOf(
    wish,
    sorted.length,
    (place) => lists.texts.of(sorted[place] ?? 0),
    (place): GroupItem => {
      const found = sorted[place] ?? 0
      const id = references.idOf(found)
      const group: GroupReference = `group:${id}`
      return { group, direct: direct.placeOf(found) !== -1, standing: standing(id) }
    },
  )
}
