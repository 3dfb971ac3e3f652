/** The members of a group and the groups of a member: found by number, and told as far as somebody wants to see them. */

import { descendantsOf } from '../../hierarchy.ts'
import type { ListPage, PageWish } from '../../list-page.ts'
import { pageOf } from '../../list-page.ts'
import { askerAt } from '../../question.ts'
import type { GroupItem, HoldItem, MemberItem, MemberMode } from '../../questions.ts'
import type { GroupReference, MemberReference } from '../../reference.ts'
import { isGroup } from '../../reference.ts'
import { memberTypes } from '../../rows/references.ts'
import { standingHolds } from '../../rules/group-grant.ts'
import { windowOf } from '../../rules/rule.ts'
import type { Snapshot } from '../../snapshot.ts'
import type { Instant } from '../../validity.ts'
import { millisecondsAt } from '../../validity.ts'
import type { InsideRow } from './inside-rows.ts'
import { several } from './inside-rows.ts'
import { sortedMembers } from './key-order.ts'
import type { ListIndex } from './list-index.ts'
import { listIndexOf, memberText, memberTexts } from './list-index.ts'
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
  const moment = millisecondsAt(at)
  if (mode === 'effective' && !all) {
    const members = new MembersInside(lists, number, moment)
    return pageOf(wish, members.count, members.keyAt, members.itemsIn)
  }
  const members = mode === 'effective' ? new EverInside(lists, number, moment) : new DirectMembers(lists, number, mode, all, moment)
  const sorted = sortedMembers(lists.order, snapshot.references, found.numbers, found.count, memberTypes)
  return pageOf(
    wish,
    sorted.length,
    (place) => memberText(lists, sorted[place] ?? 0),
    (start, end) => Array.from(sorted.subarray(start, end), (each) => members.item(each)),
  )
}

const noHolds: readonly HoldItem[] = []
const noVia: readonly string[] = []

/** Tells the holds of members in one group. */
class DirectHolds {
  readonly #lists: ListIndex
  readonly #group: number
  #lastExtra = 0
  #last = noHolds

  constructor(lists: ListIndex, group: number) {
    this.#lists = lists
    this.#group = group
  }

  /**
   * By origin. Those of whoever has just one hold are often the same, and then told by the same list.
   * @param hold the one that leads directly into the group; 0: none does
   */
  of(member: number, hold: number): readonly HoldItem[] {
    if (hold === 0) return noHolds
    const { holds } = this.#lists.snapshot
    if (hold === several) return this.all(member)
    const extra = holds.extra.get(hold)
    if (extra === this.#lastExtra) return this.#last
    this.#lastExtra = extra
    this.#last = [{ origin: holds.originOf(hold), roles: holds.rolesOf(hold), ...holds.extras.windowOf(extra) }]
    return this.#last
  }

  all(member: number): readonly HoldItem[] {
    return [...this.#lists.snapshot.holds.ofPair(this.#group, member)]
      .map((row): HoldItem => ({ origin: row.origin, roles: row.roles, ...windowOf(row) }))
      .sort((one, other) => (one.origin < other.origin ? -1 : 1))
  }
}

/** Everybody who is inside a group, through nested ones too. */
class MembersInside {
  readonly #lists: ListIndex
  readonly #group: number
  readonly #row: InsideRow
  readonly #holds: DirectHolds

  constructor(lists: ListIndex, group: number, at: number) {
    this.#lists = lists
    this.#group = group
    this.#row = lists.inside.of(group, at)
    this.#holds = new DirectHolds(lists, group)
  }

  get count(): number {
    return this.#row.numbers.length
  }

  readonly keyAt = (place: number): MemberReference => memberText(this.#lists, this.#row.numbers[place] ?? 0)

  readonly itemsIn = (start: number, end: number): readonly MemberItem[] => {
    if (start > 0 || end < this.count) return this.#tell(start, end)
    return this.#lists.inside.told(this.#group, this.#row, () => this.#tell(start, end))
  }

  #tell(start: number, end: number): readonly MemberItem[] {
    const { numbers, via, vias, holds } = this.#row
    const texts = memberTexts(this.#lists, numbers, start, end)
    const items = new Array<MemberItem>(texts.length)
    for (let place = start; place < end; place++) {
      const hold = holds[place] ?? 0
      items[place - start] = {
        // There is one for each place.
        member: texts[place - start] as MemberReference,
        inForce: true,
        via: vias[via[place] ?? 0] ?? noVia,
        holds: hold === 0 ? noHolds : this.#holds.of(numbers[place] ?? 0, hold),
      }
    }
    return items
  }
}

/** Everybody who is inside a group, and those who would be if every window were open and everybody active. */
class EverInside {
  readonly #lists: ListIndex
  readonly #holds: DirectHolds
  /** By the place in `found`: the group itself for a direct member, else the group right inside it. */
  readonly #via: (readonly string[])[] = []
  /** So many are in force. */
  readonly #inForce: number

  constructor(lists: ListIndex, group: number, at: number) {
    this.#lists = lists
    this.#holds = new DirectHolds(lists, group)
    const row = lists.inside.of(group, at)
    found.clear(lists.snapshot.references.end)
    for (const number of row.numbers) found.add(number)
    for (const via of row.via) this.#via.push(row.vias[via] ?? noVia)
    this.#inForce = found.count
    this.#addNotInForce(group)
  }

  #addNotInForce(group: number): void {
    const { references, holds } = this.#lists.snapshot
    walked.clear(references.end)
    walked.add(group)
    const via = [0]
    for (let next = 0; next < walked.count; next++) {
      const each = walked.numbers[next] ?? 0
      const through = via[next] ?? 0
      const list = references.members[each] ?? 0
      const end = list + holds.ofGroups.length(list)
      for (let place = list + 1; place <= end; place++) {
        const member = holds.member[holds.ofGroups.words[place] ?? 0] ?? 0
        if (found.add(member)) this.#via.push([references.idOf(through === 0 ? group : through)])
        if (references.isGroup(member) && walked.add(member)) via.push(through === 0 ? member : through)
      }
    }
  }

  item(number: number): MemberItem {
    const place = found.placeOf(number)
    return {
      member: memberText(this.#lists, number),
      inForce: place < this.#inForce,
      via: this.#via[place] ?? noVia,
      holds: this.#holds.all(number),
    }
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

  constructor(lists: ListIndex, group: number, mode: MemberMode, all: boolean, at: number) {
    this.#lists = lists
    this.#all = all
    this.#at = at
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
      holds: this.#holds.all(number),
    }
  }

  /** All the groups that it is directly in, sorted. */
  #viaOf(member: number): readonly string[] {
    const { walks, snapshot } = this.#lists
    const { references, holds } = snapshot
    const via = new Set<string>()
    const list = references.memberships[member] ?? 0
    const length = holds.ofMembers.length(list)
    for (let index = 0; index < length; index++) {
      const hold = holds.ofMembers.item(list, index)
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
  const moment = millisecondsAt(at)
  direct.clear(references.end)
  found.clear(references.end)
  lists.walks.around(direct, number, moment, 1)
  if (mode === 'effective') lists.walks.around(found, number, moment)
  const { numbers, count } = mode === 'direct' ? direct : found
  const sorted = sortedMembers(lists.order, references, numbers, count, memberTypes)
  // A group has no standing.
  const asker = holds.withRoles === 0 || isGroup(member) ? undefined : askerAt(snapshot, member, at)
  const standing = (group: string): readonly string[] =>
    asker === undefined ? [] : [...new Set(standingHolds({ snapshot, asker, at }, group).flatMap((hold) => hold.roles))].sort()
  return pageOf(
    wish,
    sorted.length,
    (place) => lists.texts.of(sorted[place] ?? 0),
    (start, end) =>
      Array.from(sorted.subarray(start, end), (found): GroupItem => {
        const id = references.idOf(found)
        const group: GroupReference = `group:${id}`
        return { group, direct: direct.placeOf(found) !== -1, standing: standing(id) }
      }),
  )
}
