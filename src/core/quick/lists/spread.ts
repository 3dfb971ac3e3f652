/** Those whom grants reach, gathered for a list: some surely, of others it must be asked. */

import { relativesOf } from '../../hierarchy.ts'
import type { MemberReference, Relation } from '../../reference.ts'
import { anonymous } from '../../reference.ts'
import { subjectCodes } from '../../rows/grant-table.ts'
import { grownWords } from '../../rows/growing.ts'
import { memberTypes } from '../../rows/references.ts'
import type { InsideRow } from './inside-rows.ts'
import { takeMembers } from './key-order.ts'
import type { ListIndex } from './list-index.ts'
import { memberText, memberTexts } from './list-index.ts'
import { NumberSet } from './number-set.ts'

/** Emptied by each list that uses them. No list is begun while another is being made. */
const surely = new NumberSet()
const perhaps = new NumberSet()

/** With more groups than this everybody inside them is found by one walk, in which each group is looked at once; with fewer by what is kept of each. */
const fewGroups = 64

/** How far what reaches somebody was judged: it gives what is asked for, or it may do so. */
export type Reach = 'surely' | 'perhaps'

/** Those who are reached, by their places in the order of their texts. */
export interface ReachedMembers {
  readonly count: number
  textAt(place: number): MemberReference
  /** The texts from one place up to another, in an array of its own. */
  textsIn(start: number, end: number): MemberReference[]
  /** Nobody signed in is reached as well, and has no place. */
  readonly isAnonymousToo: boolean
}

/** One list in the making. */
export class Spread {
  readonly #lists: ListIndex
  readonly #at: number
  readonly #groupsToo: boolean
  /** Something withdraws from those whom something else reaches: everybody must be asked. */
  isDoubtful = false
  #isAnonymousReached = false
  #everybody: Reach | undefined
  /** The groups that are reached, surely and perhaps. */
  readonly #groups: { readonly [R in Reach]: number[] } = { surely: [], perhaps: [] }
  /** Who is inside the groups that are surely reached, where those are few. */
  #rows: readonly InsideRow[] = []

  /** @param groupsToo groups are reached as well, and not only those in them */
  constructor(lists: ListIndex, at: number, groupsToo: boolean) {
    this.#lists = lists
    this.#at = at
    this.#groupsToo = groupsToo
    const { end } = lists.snapshot.references
    surely.clear(end)
    perhaps.clear(end)
  }

  /** A principal, or a group with everybody inside it, at the moment. Who is not active is not reached. */
  member(number: number, reach: Reach): void {
    const { walks, snapshot, texts } = this.#lists
    const set = reach === 'surely' ? surely : perhaps
    if (set.placeOf(number) !== -1) return
    if (walks.isActive(number, this.#at)) {
      set.add(number)
      if (snapshot.references.isGroup(number)) this.#groups[reach].push(number)
    } else if (number !== 0 && texts.of(number) === anonymous) this.#isAnonymousReached = true
  }

  group(id: string, reach: Reach): void {
    this.member(this.#lists.snapshot.references.findOf('group', id), reach)
  }

  relatives(group: string, relation: Relation, reach: Reach): void {
    for (const { id } of relativesOf(this.#lists.snapshot, group, relation)) this.group(id, reach)
  }

  /** The subject of a grant, as it stands in a triple. */
  subject(code: number, reach: Reach): void {
    if (code < subjectCodes.everyone) this.member(code, reach)
    else if (code < subjectCodes.standing) {
      if (this.#everybody !== 'surely') this.#everybody = reach
      if (code === subjectCodes.everyone) this.#isAnonymousReached = true
    } else {
      const subject = this.#lists.snapshot.grants.subjects.value(code & 0x3fff_ffff)
      if (subject.kind === 'relation') {
        const isPlain = subject.types === undefined && subject.levels === undefined
        this.relatives(subject.group, subject.relation, isPlain ? reach : 'perhaps')
      } else if (subject.kind === 'standing') this.group(subject.group, 'perhaps')
    }
  }

  /** Everybody there is, without an account too. */
  everybody(reach: Reach): void {
    this.subject(subjectCodes.everyone, reach)
  }

  /** Those reached, sorted. @param ask answers for somebody of whom it is not sure */
  reached(ask: (member: MemberReference) => boolean): ReachedMembers {
    if (this.#everybody !== undefined) this.#addEverybody(this.#everybody === 'surely' ? surely : perhaps)
    const isAnonymousToo = this.#isAnonymousReached && ask(anonymous)
    this.#rows = this.#insideOf('surely')
    for (const { numbers } of this.#insideOf('perhaps')) addAll(perhaps, numbers)
    if (this.isDoubtful) {
      for (const { numbers } of this.#rows) addAll(perhaps, numbers)
      this.#rows = []
      addAll(perhaps, surely.numbers.subarray(0, surely.count))
      surely.clear(this.#lists.snapshot.references.end)
    }
    for (let at = 0; at < perhaps.count; at++) {
      const number = perhaps.numbers[at] ?? 0
      if (surely.placeOf(number) === -1 && this.#isWanted(number) && ask(memberText(this.#lists, number))) surely.add(number)
    }
    const lists = this.#lists
    const [row, ...more] = this.#rows
    if (row !== undefined && more.length === 0 && surely.count <= fewMembers && !this.#groupsToo)
      return new RowWithFew(lists, row, surely.numbers.subarray(0, surely.count), isAnonymousToo)
    return this.#merged(isAnonymousToo)
  }

  /** Who is inside the groups that are reached: in rows, or where there would be many, in the set right away. */
  #insideOf(reach: Reach): readonly InsideRow[] {
    const { walks, inside } = this.#lists
    const groups = this.#groups[reach]
    if (groups.length <= fewGroups) return groups.map((group) => inside.of(group, this.#at))
    walks.insideAny(reach === 'surely' ? surely : perhaps, groups, this.#at)
    return []
  }

  #merged(isAnonymousToo: boolean): ReachedMembers {
    const lists = this.#lists
    const { order, texts, snapshot } = lists
    const { references } = snapshot
    let most = surely.count
    order.enter(surely.numbers, 0, surely.count)
    for (const { numbers, groups, groupsAndServices, users } of this.#rows) {
      const start = this.#groupsToo ? 0 : groups
      order.enter(numbers, start, groupsAndServices)
      order.enterAgain(users)
      most += numbers.length - start
    }
    const type = references.typeNumber('user')
    if (!order.isCurrent(type)) {
      const numbers = takeMembers(order, references, most, this.#groupsToo ? memberTypes : principalTypes)
      return {
        count: numbers.length,
        textAt: (place) => memberText(lists, numbers[place] ?? 0),
        textsIn: (start, end) => memberTexts(lists, numbers, start, end),
        isAnonymousToo,
      }
    }
    // Users come last, and are the most.
    placed = grownWords(placed, most)
    const users = placed.subarray(0, order.takePlaces(type, placed))
    const others = takeMembers(order, references, most - users.length, this.#groupsToo ? otherTypes : serviceTypes)
    const { length } = others
    return {
      count: length + users.length,
      textAt: (place) =>
        // Only users have a place in the order of users.
        place < length ? memberText(lists, others[place] ?? 0) : (order.textAt(type, users[place - length] ?? 0, texts) as MemberReference),
      textsIn: (start, end) => {
        const found = new Array<MemberReference>(end - start)
        const first = Math.max(start, length)
        for (let place = start; place < Math.min(end, length); place++) found[place - start] = memberText(lists, others[place] ?? 0)
        if (first < end) order.writeTexts(type, users, first - length, end - length, texts, found, first - start)
        return found
      },
      isAnonymousToo,
    }
  }

  #isWanted(number: number): boolean {
    return this.#groupsToo || !this.#lists.snapshot.references.isGroup(number)
  }

  #addEverybody(set: NumberSet): void {
    const { walks, snapshot } = this.#lists
    const { references } = snapshot
    for (let number = 1; number < references.end; number++)
      if (!references.isResource(number) && this.#isWanted(number) && walks.isActive(number, this.#at)) set.add(number)
  }
}

/** So many beside a group are put between those inside it; more are merged with them. */
const fewMembers = 8

/** The principals inside one group, and a few beside them. */
class RowWithFew implements ReachedMembers {
  readonly #lists: ListIndex
  readonly #row: InsideRow
  /** Those who are not inside the group, by their places, rising. */
  readonly #few: readonly { readonly place: number; readonly number: number }[]
  readonly isAnonymousToo: boolean

  constructor(lists: ListIndex, row: InsideRow, others: Uint32Array, isAnonymousToo: boolean) {
    this.#lists = lists
    this.#row = row
    this.isAnonymousToo = isAnonymousToo
    const { references } = lists.snapshot
    const few: { place: number; readonly number: number }[] = []
    for (const number of others) {
      if (references.isGroup(number)) continue
      const place = placeInRow(lists, row, number)
      if (row.numbers[place] !== number) few.push({ place: place - row.groups, number })
    }
    if (few.length > 1) few.sort((one, other) => one.place - other.place || compareMembers(lists, one.number, other.number))
    for (const [before, each] of few.entries()) each.place += before
    this.#few = few
  }

  get count(): number {
    return this.#row.numbers.length - this.#row.groups + this.#few.length
  }

  textAt(place: number): MemberReference {
    const before = this.#fewBefore(place)
    const own = this.#few[before]
    return memberText(this.#lists, own?.place === place ? own.number : (this.#row.numbers[this.#row.groups + place - before] ?? 0))
  }

  textsIn(start: number, end: number): MemberReference[] {
    const { numbers, groups } = this.#row
    const first = start - this.#fewBefore(start)
    const last = end - this.#fewBefore(end)
    const isWhole = start === 0 && end === this.count
    const known = this.#lists.inside.textsOf(this.#row, isWhole, () => memberTexts(this.#lists, numbers, groups, numbers.length))
    const texts = known === undefined ? memberTexts(this.#lists, numbers, groups + first, groups + last) : known.slice(first, last)
    for (const { place, number } of this.#few)
      if (place >= start && place < end) texts.splice(place - start, 0, memberText(this.#lists, number))
    return texts
  }

  #fewBefore(place: number): number {
    let before = 0
    while ((this.#few[before]?.place ?? place) < place) before += 1
    return before
  }
}

/** Where somebody stands in a row, or would. */
function placeInRow({ order, snapshot }: ListIndex, { numbers, groupsAndServices, groups }: InsideRow, number: number): number {
  const { references } = snapshot
  const isUser = references.isUser(number)
  // Ids of different kinds are compared by their texts, which takes longer than the whole row.
  const isOrdered = order.isCurrent(references.typeOf(number))
  const own = order.placeOf(number)
  let low = isUser ? groupsAndServices : groups
  let high = isUser ? numbers.length : groupsAndServices
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = numbers[middle] ?? 0
    if (isOrdered ? order.placeOf(other) < own : references.compareIds(other, number) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Service accounts before users, and each by their ids. */
function compareMembers({ snapshot: { references } }: ListIndex, one: number, other: number): number {
  const [isUser, isOtherUser] = [references.isUser(one), references.isUser(other)]
  return isUser === isOtherUser ? references.compareIds(one, other) : isUser ? 1 : -1
}

function addAll(set: NumberSet, numbers: Uint32Array): void {
  for (const number of numbers) set.add(number)
}

const principalTypes = memberTypes.filter((type) => type !== 'group')
const otherTypes = memberTypes.filter((type) => type !== 'user')
const serviceTypes = memberTypes.filter((type) => type === 'service')

/** Written over by each list. */
let placed = new Uint32Array(1024)
