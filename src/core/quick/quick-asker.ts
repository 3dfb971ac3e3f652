/** Somebody who asks once: which groups they are in is read from their record, and how they came into them is walked when a reason names one. */

import type { Entry } from '../closure.ts'
import type { Asker } from '../question.ts'
import { askerAt } from '../question.ts'
import type { MemberReference } from '../reference.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Instant } from '../validity.ts'
import { millisecondsAt } from '../validity.ts'
import { recordWords } from './askers.ts'
import { listIndexOf } from './lists/list-index.ts'
import type { Walks } from './lists/walks.ts'
import { quickIndexOf } from './quick-index.ts'

/** The asker at a moment, for one question: good for as long as nothing is written. Undefined: there is no such member. */
export function quickAskerAt(snapshot: Snapshot, reference: MemberReference, at: Instant): Asker | undefined {
  const index = quickIndexOf(snapshot)
  index.keepUp()
  const member = index.askerNumber(reference)
  const moment = millisecondsAt(at)
  const record = member === 0 ? 0 : index.askers.recordOf(member, moment)
  // Groups and nobody have no record.
  if (record === 0) return askerAt(snapshot, reference, at)
  const { words, lists } = index.askers
  const groups = lists.numbers(words[record + recordWords.groups] ?? 0)
  const active = index.askers.isActive(record)
  return {
    reference,
    number: member,
    active,
    authenticated: true,
    entries: new RecordEntries(snapshot, member, groups, moment),
    standings: new Map(),
  }
}

/** The groups of a record, by id, with the holds of the shortest chains. How the asker came into them is walked as far as somebody asks. */
class RecordEntries implements ReadonlyMap<string, Entry> {
  readonly #snapshot: Snapshot
  /** Rising. */
  readonly #groups: readonly number[]
  readonly #at: number
  readonly #walks: Walks
  /** By the place in `#groups`: the hold that leads into each, 0: it was not reached yet; and from how far. */
  #holds: number[] = []
  #distances: number[] = []
  /** Who was reached, the nearest first, and how many of them were walked on from. */
  readonly #reached: number[]
  #walked = 0
  #named: ReadonlyMap<string, Entry> | undefined

  constructor(snapshot: Snapshot, member: number, groups: readonly number[], at: number) {
    this.#snapshot = snapshot
    this.#groups = groups
    this.#at = at
    this.#walks = listIndexOf(snapshot).walks
    this.#reached = [member]
  }

  get size(): number {
    return this.#groups.length
  }

  has(group: string): boolean {
    return this.#placeOf(this.#snapshot.references.findOf('group', group)) !== -1
  }

  get(group: string): Entry | undefined {
    return this.entryOf(this.#snapshot.references.findOf('group', group))
  }

  /** The entry of a group by its number. */
  entryOf(group: number): Entry | undefined {
    const place = this.#placeOf(group)
    if (place === -1) return undefined
    if (this.#walked === 0) {
      this.#holds = this.#groups.map(() => 0)
      this.#distances = this.#holds.slice()
    }
    while (this.#holds[place] === 0 && this.#walked < this.#reached.length) this.#walkOn()
    const hold = this.#holds[place] ?? 0
    return hold === 0 ? undefined : new HoldEntry(this.#snapshot, this, hold, this.#distances[place] ?? 0)
  }

  keys(): MapIterator<string> {
    return this.#entries().keys()
  }

  values(): MapIterator<Entry> {
    return this.#entries().values()
  }

  entries(): MapIterator<[string, Entry]> {
    return this.#entries().entries()
  }

  [Symbol.iterator](): MapIterator<[string, Entry]> {
    return this.entries()
  }

  forEach(visit: (entry: Entry, group: string, map: ReadonlyMap<string, Entry>) => void): void {
    for (const [group, entry] of this.entries()) visit(entry, group, this)
  }

  /** Nearest first. */
  #entries(): ReadonlyMap<string, Entry> {
    if (this.#named === undefined) {
      const { references } = this.#snapshot
      const named = new Map<string, Entry>()
      // All of them, by way of the one that comes last.
      for (const group of this.#groups) this.entryOf(group)
      for (let next = 1; next < this.#reached.length; next++) {
        const group = this.#reached[next] ?? 0
        const entry = this.entryOf(group)
        if (entry !== undefined) named.set(references.idOf(group), entry)
      }
      this.#named = named
    }
    return this.#named
  }

  #placeOf(group: number): number {
    let low = 0
    let high = this.#groups.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const found = this.#groups[middle] ?? 0
      if (found === group) return middle
      if (found < group) low = middle + 1
      else high = middle
    }
    return -1
  }

  /** Enters what the next of those reached is in. */
  #walkOn(): void {
    const { references, holds } = this.#snapshot
    const member = this.#reached[this.#walked] ?? 0
    const distance = this.#walked === 0 ? 1 : (this.#distances[this.#placeOf(member)] ?? 0) + 1
    this.#walked += 1
    const list = references.memberships[member] ?? 0
    const length = holds.ofMembers.length(list)
    for (let index = 0; index < length; index++) {
      const hold = holds.ofMembers.item(list, index)
      const group = holds.group[hold] ?? 0
      const place = this.#placeOf(group)
      // A group that is not in the record is not active, or no hold in force leads there.
      if (place === -1 || this.#holds[place] !== 0 || !this.#walks.isInForce(hold, this.#at)) continue
      this.#holds[place] = hold
      this.#distances[place] = distance
      this.#reached.push(group)
    }
  }
}

/** Makes the row of the hold when it is looked at. */
class HoldEntry implements Entry {
  readonly #snapshot: Snapshot
  readonly #entries: RecordEntries
  readonly #hold: number
  readonly distance: number

  constructor(snapshot: Snapshot, entries: RecordEntries, hold: number, distance: number) {
    this.#snapshot = snapshot
    this.#entries = entries
    this.#hold = hold
    this.distance = distance
  }

  get hold() {
    return this.#snapshot.holds.row(this.#hold)
  }

  get before(): Entry | undefined {
    return this.#entries.entryOf(this.#snapshot.holds.member[this.#hold] ?? 0)
  }
}
