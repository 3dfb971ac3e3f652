/** Somebody who asks once: which groups they are in is read from their record, and how they came into them is walked when a reason names one. */

import type { Entry } from '../closure.ts'
import type { Asker } from '../question.ts'
import { askerAt } from '../question.ts'
import type { MemberReference } from '../reference.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Instant } from '../validity.ts'
import { millisecondsAt } from '../validity.ts'
import { recordWords, stands } from './askers.ts'
import { listIndexOf } from './lists/list-index.ts'
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
  const groups = lists.items(words[record + recordWords.groups] ?? 0)
  const active = index.askers.isActive(record)
  return { reference, active, authenticated: true, entries: new RecordEntries(snapshot, member, groups, moment), standings: new Map() }
}

/** The groups of a record, by id, with the holds of the shortest chains. */
class RecordEntries implements ReadonlyMap<string, Entry> {
  readonly #snapshot: Snapshot
  readonly #member: number
  /** Rising. */
  readonly #groups: Uint32Array
  readonly #at: number
  /** By the number of the group, nearest first. */
  #walked: ReadonlyMap<number, Entry> | undefined
  #named: ReadonlyMap<string, Entry> | undefined

  constructor(snapshot: Snapshot, member: number, groups: Uint32Array, at: number) {
    this.#snapshot = snapshot
    this.#member = member
    this.#groups = groups
    this.#at = at
  }

  get size(): number {
    return this.#groups.length
  }

  has(group: string): boolean {
    const number = this.#snapshot.references.findOf('group', group)
    return number !== 0 && stands(this.#groups, 0, this.#groups.length, number)
  }

  get(group: string): Entry | undefined {
    const number = this.#snapshot.references.findOf('group', group)
    if (number === 0 || !stands(this.#groups, 0, this.#groups.length, number)) return undefined
    this.#walked ??= this.#walk()
    return this.#walked.get(number)
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
      this.#walked ??= this.#walk()
      const { references } = this.#snapshot
      this.#named = new Map([...this.#walked].map(([group, entry]) => [references.idOf(group), entry]))
    }
    return this.#named
  }

  #walk(): ReadonlyMap<number, Entry> {
    const found = new Map<number, Entry>()
    if (this.#groups.length === 0) return found
    const { references, holds } = this.#snapshot
    const { walks } = listIndexOf(this.#snapshot)
    const queue: { readonly number: number; readonly distance: number }[] = [{ number: this.#member, distance: 0 }]
    for (const { number, distance } of queue) {
      const list = references.memberships[number] ?? 0
      const length = holds.ofMembers.length(list)
      for (let index = 0; index < length; index++) {
        const hold = holds.ofMembers.item(list, index)
        const group = holds.group[hold] ?? 0
        if (found.has(group) || !walks.isInForce(hold, this.#at) || !walks.isGroupActive(group, this.#at)) continue
        found.set(group, new HoldEntry(this.#snapshot, hold, distance + 1))
        if (references.memberships[group] !== 0) queue.push({ number: group, distance: distance + 1 })
      }
    }
    return found
  }
}

/** Makes the row of the hold when it is looked at. */
class HoldEntry implements Entry {
  readonly #snapshot: Snapshot
  readonly #hold: number
  readonly distance: number

  constructor(snapshot: Snapshot, hold: number, distance: number) {
    this.#snapshot = snapshot
    this.#hold = hold
    this.distance = distance
  }

  get hold() {
    return this.#snapshot.holds.row(this.#hold)
  }
}
