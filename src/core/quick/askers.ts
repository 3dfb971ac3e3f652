/** Who asks, in numbers: the groups that somebody is in and what is granted to them on the tenant, worked out once for as long as it holds. */

import { contentBits, subjectCodes } from '../rows/grant-table.ts'
import { grownDoubles, grownWords } from '../rows/growing.ts'
import { Lists } from '../rows/lists.ts'
import { referenceFlags } from '../rows/references.ts'
import type { Snapshot } from '../snapshot.ts'

/** Words of a record, by their place. All of them stand in one line of the processor's cache. */
export const recordWords = {
  member: 0,
  /** The epoch it was made in, and two bits: see `stateBits`. */
  state: 1,
  /** List of the groups that it is in, sorted. */
  groups: 2,
  /** List of what is granted on the tenant to it, as contents without bits, each where `placeIn` leads to or behind it; 0 stands between them. */
  contents: 3,
  /** List of grants on the tenant that say more than that: denials, conditions, lists of actions. */
  special: 4,
  /** Four words: a bit for each of its groups. */
  groupMask: 8,
  /** Four words: a bit for each of its contents. */
  contentMask: 12,
} as const
/** The low bits of a state; the epoch stands above them, from 1 on. */
export const stateBits = { isActive: 1, wasUsed: 2, epoch: 2 } as const
const lastEpoch = 2 ** (32 - stateBits.epoch) - 1
export const recordSize = 16

/** Memory that the records may take, in bytes. Beyond it those that nobody asked for lately make room. */
export const defaultAskerBytes = 384 * 2 ** 20

/** Which of 128 bits stands for a number: the place of its word, and the bit in it. */
export function maskWord(number: number): number {
  return (Math.imul(number, 0x9e37_79b1) >>> 25) >> 5
}
export function maskBit(number: number): number {
  return 1 << ((Math.imul(number, 0x9e37_79b1) >>> 25) & 31)
}

/** At which place a number is looked for first, among so many as `placesFor` gives; further on while others stand there. */
function placeIn(size: number, number: number): number {
  return ((Math.imul(number, 0x9e37_79b1) >>> 16) * size) >>> 16
}

/** A search in order guesses wrongly at each step; a third of the places stays free, so that one look is enough in general. */
function placesFor(count: number): number {
  return count === 0 ? 0 : count + (count >> 1) + 1
}

/**
 * INVARIANT: a record that `recordOf` gives is what the rules would find at the moment. A change of one member drops its record, a change
 * of many makes all of them old, and the ends of windows limit each.
 */
export class Askers {
  readonly #snapshot: Snapshot
  /** The records, `recordSize` words each; the first is nobody's. */
  words = new Uint32Array(recordSize * 64)
  readonly lists = new Lists()
  /** The stretch of time that each holds for, in milliseconds: from its start, before its end. */
  #since = new Float64Array(64)
  #until = new Float64Array(64)
  /** A stretch in which every record of this epoch holds, so that a question compares its moment with these alone. */
  #allSince = Number.NEGATIVE_INFINITY
  #allUntil = Number.POSITIVE_INFINITY
  /** Questions outside of it since it was worked out. */
  #outside = 0
  /** Where the record of each member stands in `words`, by number. */
  #startOf = new Uint32Array(64)
  /** Counts the changes that make every record old. */
  #epoch = 1
  #nesting = 0
  #tenantGrants = 0
  /** The state of a record that can be read as it is. */
  #fresh = (1 << stateBits.epoch) | stateBits.isActive | stateBits.wasUsed
  #end = 1
  readonly #freed: number[] = []
  #hand = 1
  #listWords = 0
  readonly #limit: number
  /** Marks groups while they are collected: the mark of a run, by number. */
  #marks = new Uint32Array(64)
  #mark = 0
  #collected = new Uint32Array(64)
  #places = new Uint32Array(64)
  /** How often groups were collected for somebody. */
  made = 0

  constructor(snapshot: Snapshot, limit: number) {
    this.#snapshot = snapshot
    this.#limit = limit
  }

  get count(): number {
    return this.#end - 1 - this.#freed.length
  }

  get bytes(): number {
    return this.#usedBytes() + this.#startOf.byteLength + this.#marks.byteLength
  }

  #usedBytes(): number {
    return this.count * (recordSize * 4 + 16) + this.#listWords * 4
  }

  /** Drops the records of those who changed, and makes all of them old where many did. */
  keepUp(): void {
    const { members, nesting, tenantGrants } = this.#snapshot.versions
    if (members.length > 0) {
      for (const member of members) this.#drop(member)
      members.length = 0
    }
    if (nesting === this.#nesting && tenantGrants === this.#tenantGrants) return
    this.#nesting = nesting
    this.#tenantGrants = tenantGrants
    if (this.#epoch === lastEpoch) {
      for (let start = recordSize; start < this.#end * recordSize; start += recordSize) this.words[start + recordWords.state] = 0
      this.#epoch = 0
    }
    this.#epoch += 1
    this.#fresh = ((this.#epoch << stateBits.epoch) | stateBits.isActive | stateBits.wasUsed) >>> 0
    this.#allSince = Number.NEGATIVE_INFINITY
    this.#allUntil = Number.POSITIVE_INFINITY
  }

  /** Where the record of the member stands in `words`; 0: the member is not there. `at` in milliseconds. */
  recordOf(member: number, at: number): number {
    const start = this.#startOf[member] ?? 0
    if (this.words[start + recordWords.state] === this.#fresh && this.#allSince <= at && at < this.#allUntil) return start
    return this.#recordAt(start, member, at)
  }

  /** The same where one comparison does not tell. */
  #recordAt(start: number, member: number, at: number): number {
    const record = start / recordSize
    const state = this.words[start + recordWords.state] ?? 0
    const holds =
      start !== 0 && state >>> stateBits.epoch === this.#epoch && (this.#since[record] ?? 0) <= at && at < (this.#until[record] ?? 0)
    if (!holds) return this.#make(member, at)
    this.words[start + recordWords.state] = state | stateBits.wasUsed
    if (at < this.#allSince || this.#allUntil <= at) {
      this.#outside += 1
      if (this.#outside > this.#end) this.#findStretch(at)
    }
    return start
  }

  /** Works the common stretch out anew; the records that do not hold now become old. Cost: all records, once in as many questions. */
  #findStretch(at: number): void {
    this.#outside = 0
    this.#allSince = Number.NEGATIVE_INFINITY
    this.#allUntil = Number.POSITIVE_INFINITY
    for (let record = 1; record < this.#end; record++) {
      const state = record * recordSize + recordWords.state
      if ((this.words[state] ?? 0) >>> stateBits.epoch !== this.#epoch) continue
      const since = this.#since[record] ?? 0
      const until = this.#until[record] ?? 0
      if (since <= at && at < until) this.#narrow(since, until)
      else this.words[state] = 0
    }
  }

  #narrow(since: number, until: number): void {
    if (since > this.#allSince) this.#allSince = since
    if (until < this.#allUntil) this.#allUntil = until
  }

  /** Whether just this content is granted on the tenant. */
  holdsContent(record: number, content: number): boolean {
    const { words } = this
    const hash = Math.imul(content, 0x9e37_79b1) >>> 25
    if (((words[record + recordWords.contentMask + (hash >> 5)] ?? 0) & (1 << (hash & 31))) === 0) return false
    const list = words[record + recordWords.contents] ?? 0
    const items = this.lists.words
    const size = this.lists.length(list)
    for (let place = placeIn(size, content); ; place = place + 1 === size ? 0 : place + 1) {
      const found = items[list + 1 + place] ?? 0
      // A permission that nothing gives asks for 0.
      if (found === 0) return false
      if (found === content) return true
    }
  }

  /** What is granted on the tenant, in no order. */
  contentsOf(record: number): readonly number[] {
    return [...this.lists.items(this.words[record + recordWords.contents] ?? 0)].filter((content) => content !== 0)
  }

  /** Whether somebody is in a group. */
  isIn(record: number, group: number): boolean {
    const { words } = this
    const hash = Math.imul(group, 0x9e37_79b1) >>> 25
    if (((words[record + recordWords.groupMask + (hash >> 5)] ?? 0) & (1 << (hash & 31))) === 0) return false
    const list = words[record + recordWords.groups] ?? 0
    return stands(this.lists.words, list + 1, list + 1 + this.lists.length(list), group)
  }

  /** Whether whom a record is of is active. */
  isActive(record: number): boolean {
    return ((this.words[record + recordWords.state] ?? 0) & stateBits.isActive) !== 0
  }

  #drop(member: number): void {
    const start = this.#startOf[member] ?? 0
    if (start === 0) return
    for (const list of [recordWords.groups, recordWords.contents, recordWords.special]) this.#replace(start + list, this.#collected, 0)
    this.words.fill(0, start, start + recordSize)
    this.#startOf[member] = 0
    this.#freed.push(start / recordSize)
  }

  #replace(word: number, items: ArrayLike<number>, count: number): void {
    const list = this.words[word] ?? 0
    this.#listWords += count - this.lists.length(list)
    this.words[word] = this.lists.replace(list, items, count)
  }

  #make(member: number, at: number): number {
    if (!this.#snapshot.references.is(member, referenceFlags.isThere)) return 0
    let start = this.#startOf[member] ?? 0
    if (start === 0) start = this.#room(member) * recordSize
    const record = start / recordSize
    this.words[start + recordWords.member] = member
    this.#since[record] = Number.NEGATIVE_INFINITY
    this.#until[record] = Number.POSITIVE_INFINITY
    const isActive = this.#collectGroups(record, member, at)
    this.#collectContents(record, member, at)
    this.words[start + recordWords.state] =
      ((this.#epoch << stateBits.epoch) | stateBits.wasUsed | (isActive ? stateBits.isActive : 0)) >>> 0
    this.#narrow(this.#since[record] ?? 0, this.#until[record] ?? 0)
    return start
  }

  /** A place for a record: a free one, or in a full memory that of somebody who was not asked about since the hand came by. */
  #room(member: number): number {
    while (this.count > 0 && this.#usedBytes() > this.#limit) {
      this.#hand = this.#hand + 1 < this.#end ? this.#hand + 1 : 1
      const start = this.#hand * recordSize
      const state = this.words[start + recordWords.state] ?? 0
      if ((state & stateBits.wasUsed) !== 0) this.words[start + recordWords.state] = (state & ~stateBits.wasUsed) >>> 0
      else if (this.words[start + recordWords.member] !== 0) this.#drop(this.words[start + recordWords.member] ?? 0)
    }
    const record = this.#freed.pop() ?? this.#end++
    this.words = grownWords(this.words, (record + 1) * recordSize)
    this.#since = grownDoubles(this.#since, record + 1)
    this.#until = grownDoubles(this.#until, this.#since.length)
    this.#startOf = grownWords(this.#startOf, member + 1)
    this.#startOf[member] = record * recordSize
    return record
  }

  /** The record holds no longer than from the last moment before to the first after. */
  #limitTo(record: number, moment: number, at: number): void {
    if (moment <= at) this.#since[record] = Math.max(this.#since[record] ?? 0, moment)
    else this.#until[record] = Math.min(this.#until[record] ?? 0, moment)
  }

  #isGroupActive(record: number, group: number, at: number): boolean {
    const { references, expiries } = this.#snapshot
    const flags = references.flags[group] ?? 0
    if ((flags & referenceFlags.expires) === 0) return (flags & referenceFlags.isActive) !== 0
    const expiry = expiries.get(group) ?? 0
    this.#limitTo(record, expiry, at)
    return (flags & referenceFlags.isActive) !== 0 && at < expiry
  }

  /** Breadth first over the holds in force, as `entriesOf` does over rows. Gives whether the member is active. */
  #collectGroups(record: number, member: number, at: number): boolean {
    const { references, holds, disabledOrigins } = this.#snapshot
    const { extra, group: groupOf } = holds
    const { extras } = holds
    const { from, until } = extras
    this.made += 1
    this.#mark += 1
    const mark = this.#mark
    this.#marks = grownWords(this.#marks, references.end)
    let active = references.is(member, referenceFlags.isActive)
    if (active && disabledOrigins.size > 0 && references.isUser(member))
      active = this.#snapshot.users.isOriginEnabled(member, disabledOrigins)
    let count = 0
    for (let each = member, next = 0; ; each = this.#collected[next++] ?? 0) {
      const list = references.memberships[each] ?? 0
      const length = holds.ofMembers.length(list)
      for (let index = 0; index < length; index++) {
        const hold = holds.ofMembers.item(list, index)
        const group = groupOf[hold] ?? 0
        const window = extra.get(hold)
        let isCurrent = true
        if (extras.hasWindow(window)) {
          const begins = from[window] ?? 0
          const ends = until[window] ?? 0
          this.#limitTo(record, begins, at)
          this.#limitTo(record, ends, at)
          isCurrent = begins <= at && at < ends
        }
        const isOpen = this.#isGroupActive(record, group, at)
        // The hold of a disabled source keeps its person in an inactive domain too: silence must not open a door.
        if (each === member && isCurrent && !isOpen && references.is(group, referenceFlags.isDomain) && references.isUser(member))
          active = false
        if (!isCurrent || !isOpen || this.#marks[group] === mark) continue
        if (disabledOrigins.size > 0 && !holds.isOriginEnabled(hold, disabledOrigins)) continue
        this.#marks[group] = mark
        this.#collected = grownWords(this.#collected, count + 1)
        this.#collected[count++] = group
      }
      if (next >= count) break
    }
    if (!active) count = 0
    const start = record * recordSize
    this.#replace(start + recordWords.groups, this.#collected.subarray(0, count).sort(), count)
    this.#maskAll(start + recordWords.groupMask, count)
    return active
  }

  /** Sets the mask of what was collected. */
  #maskAll(mask: number, count: number): void {
    this.words.fill(0, mask, mask + 4)
    for (let place = 0; place < count; place++) {
      const number = this.#collected[place] ?? 0
      const word = mask + maskWord(number)
      this.words[word] = (this.words[word] ?? 0) | maskBit(number)
    }
  }

  /** What is granted on the tenant to the member, to its groups and to everybody. */
  #collectContents(record: number, member: number, at: number): void {
    const { references, grants } = this.#snapshot
    const start = record * recordSize
    const groups = this.lists.items(this.words[start + recordWords.groups] ?? 0)
    const special: number[] = []
    let count = 0
    const note = (grant: number): void => {
      const content = grants.onResources.words[grants.tripleOf(grant) + 2] ?? 0
      if ((content & (contentBits.denies | contentBits.isConditional)) !== 0 || (content & contentBits.kindMask) === contentBits.actions) {
        special.push(grant)
        return
      }
      if ((content & contentBits.hasWindow) !== 0) {
        const window = grants.extra.get(grant)
        const begins = grants.extras.from[window] ?? 0
        const ends = grants.extras.until[window] ?? 0
        this.#limitTo(record, begins, at)
        this.#limitTo(record, ends, at)
        if (at < begins || ends <= at) return
      }
      this.#collected = grownWords(this.#collected, count + 1)
      this.#collected[count++] = (content & ~contentBits.hasWindow) >>> 0
    }
    const noteAll = (list: number): void => {
      const end = list + grants.ofSubjects.length(list)
      for (let place = list + 1; place <= end; place++) note(grants.ofSubjects.words[place] ?? 0)
    }
    noteAll(references.heldOnTenant[member] ?? 0)
    for (const group of groups) noteAll(references.heldOnTenant[group] ?? 0)
    for (const grant of grants.generalOnTenant) {
      const subject = grants.onResources.words[grants.tripleOf(grant) + 1] ?? 0
      if (subject === subjectCodes.everyone || subject === subjectCodes.authenticated) note(grant)
      // Whether somebody has a standing or stands in a relation is for the rules to judge.
      else special.push(grant)
    }
    const size = placesFor(count)
    this.#places = grownWords(this.#places, size)
    this.#places.fill(0, 0, size)
    for (let each = 0; each < count; each++) enter(this.#places, size, this.#collected[each] ?? 0)
    this.#replace(start + recordWords.contents, this.#places, size)
    this.#maskAll(start + recordWords.contentMask, count)
    this.#replace(start + recordWords.special, special, special.length)
  }
}

/** Puts a number where it will be looked for; one that stands there already stands once. */
function enter(places: Uint32Array, size: number, number: number): void {
  let place = placeIn(size, number)
  while (places[place] !== 0 && places[place] !== number) place = place + 1 === size ? 0 : place + 1
  places[place] = number
}

/** Whether a number stands in a sorted part of words. */
export function stands(words: Uint32Array, start: number, end: number, number: number): boolean {
  let low = start
  let high = end
  while (low < high) {
    const middle = (low + high) >>> 1
    const found = words[middle] ?? 0
    if (found === number) return true
    if (found < number) low = middle + 1
    else high = middle
  }
  return false
}
