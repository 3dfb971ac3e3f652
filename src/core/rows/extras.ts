/** What rows say beside who and what: their bookkeeping, a window, and two things more. Rows that say the same share it. */

import type { Window } from '../validity.ts'
import type { Columns } from './columns.ts'
import { FreeNumbers } from './free-numbers.ts'
import { grownDoubles, grownWords } from './growing.ts'
import type { NarrowColumn } from './narrow-column.ts'
import { instantAt, millisecondsOf } from './row.ts'

export class Extras {
  /** Number of the bookkeeping. */
  base = new Uint32Array(16)
  /** The window in milliseconds, open ends as infinities. */
  from = new Float64Array(16)
  until = new Float64Array(16)
  /** What the two numbers stand for is said by the table whose extras these are; 0 is nothing. */
  first = new Uint32Array(16)
  second = new Uint32Array(16)
  /** How many rows have each. */
  #counts = new Uint32Array(16)
  /** Numbers by the hash of what they say; 0 is a free place. */
  #slots = new Uint32Array(32)
  #end = 1
  readonly #freed = new FreeNumbers()

  get count(): number {
    return this.#end - 1 - this.#freed.count
  }

  get bytes(): number {
    return this.from.byteLength * 2 + this.base.byteLength * 4 + this.#slots.byteLength
  }

  /** A number for these extras, from 1 on; one more row has it. What is new keeps the numbers it is given: see `isNew`. */
  take(base: number, { from, until }: Window, first: number, second: number): number {
    const begins = millisecondsOf(from, Number.NEGATIVE_INFINITY)
    const ends = millisecondsOf(until, Number.POSITIVE_INFINITY)
    const mask = this.#slots.length - 1
    let slot = hashOf(base, begins, ends, first, second) & mask
    for (let number = this.#slots[slot] ?? 0; number !== 0; number = this.#slots[slot] ?? 0) {
      if (
        this.base[number] === base &&
        this.from[number] === begins &&
        this.until[number] === ends &&
        this.first[number] === first &&
        this.second[number] === second
      )
        return this.takeAgain(number)
      slot = (slot + 1) & mask
    }
    const number = this.#freed.pop() ?? this.#end++
    if (number >= this.from.length) this.#grow(number + 1)
    this.base[number] = base
    this.from[number] = begins
    this.until[number] = ends
    this.first[number] = first
    this.second[number] = second
    this.#counts[number] = 1
    this.#slots[slot] = number
    if (this.count * 8 > this.#slots.length * 5) this.#rehash()
    return number
  }

  /** One more row has those of this number. */
  takeAgain(number: number): number {
    this.#counts[number] = (this.#counts[number] ?? 0) + 1
    return number
  }

  /** Whether just one row has them: then they hold on to what they name, otherwise that was held already. */
  isNew(number: number): boolean {
    return this.#counts[number] === 1
  }

  /** One row less has them. True: nobody has them any more; what they name can still be read, and is to be let go. */
  release(number: number): boolean {
    const left = (this.#counts[number] ?? 0) - 1
    this.#counts[number] = left
    if (left > 0) return false
    this.#leave(number)
    this.#freed.push(number)
    return true
  }

  /** Whether they say no more than the bookkeeping. */
  isPlain(number: number): boolean {
    return !this.hasWindow(number) && this.first[number] === 0 && this.second[number] === 0
  }

  hasWindow(number: number): boolean {
    return this.from[number] !== Number.NEGATIVE_INFINITY || this.until[number] !== Number.POSITIVE_INFINITY
  }

  /** Whether the window is open at a moment in milliseconds. */
  isCurrent(number: number, at: number): boolean {
    return (this.from[number] ?? 0) <= at && at < (this.until[number] ?? 0)
  }

  windowOf(number: number): Window {
    const from = this.from[number] ?? 0
    const until = this.until[number] ?? 0
    return {
      ...(from === Number.NEGATIVE_INFINITY ? {} : { from: instantAt(from) }),
      ...(until === Number.POSITIVE_INFINITY ? {} : { until: instantAt(until) }),
    }
  }

  /**
   * Numbers them anew, those of most rows first, so that a column of their numbers is narrow.
   * @param column the numbers by row, up to `end`; 0 is none
   */
  tighten(column: NarrowColumn, end: number): void {
    const order = Array.from({ length: this.#end - 1 }, (_, place) => place + 1).filter((number) => (this.#counts[number] ?? 0) > 0)
    order.sort((one, other) => (this.#counts[other] ?? 0) - (this.#counts[one] ?? 0))
    const moved = new Uint32Array(this.#end)
    for (const [place, number] of order.entries()) moved[number] = place + 1
    const sorted = new Extras()
    for (const number of order) sorted.#copy(this, number)
    for (let row = 0; row < end; row++) {
      const number = column.get(row)
      if (number !== 0) column.set(row, moved[number] ?? 0)
    }
    column.tighten(end)
    this.base = sorted.base
    this.from = sorted.from
    this.until = sorted.until
    this.first = sorted.first
    this.second = sorted.second
    this.#counts = sorted.#counts
    this.#slots = sorted.#slots
    this.#end = sorted.#end
    this.#freed.count = 0
  }

  #copy(other: Extras, number: number): void {
    const made = this.#end++
    if (made >= this.from.length) this.#grow(made + 1)
    this.base[made] = other.base[number] ?? 0
    this.from[made] = other.from[number] ?? 0
    this.until[made] = other.until[number] ?? 0
    this.first[made] = other.first[number] ?? 0
    this.second[made] = other.second[number] ?? 0
    this.#counts[made] = other.#counts[number] ?? 0
    this.#enter(made)
    if (this.count * 8 > this.#slots.length * 5) this.#rehash()
  }

  exchange(columns: Columns): void {
    this.#end = columns.number('end', this.#end)
    this.base = columns.words('base', this.base, this.#end)
    this.from = columns.doubles('from', this.from, this.#end)
    this.until = columns.doubles('until', this.until, this.#end)
    this.first = columns.words('first', this.first, this.#end)
    this.second = columns.words('second', this.second, this.#end)
    this.#counts = columns.words('counts', this.#counts, this.#end)
    this.#slots = columns.slots('slots', this.#slots)
    this.#freed.exchange(columns.within('freed'))
  }

  #hashAt(number: number): number {
    const { base, from, until, first, second } = this
    return hashOf(base[number] ?? 0, from[number] ?? 0, until[number] ?? 0, first[number] ?? 0, second[number] ?? 0)
  }

  #enter(number: number): void {
    const mask = this.#slots.length - 1
    let slot = this.#hashAt(number) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = number
  }

  #leave(number: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = this.#hashAt(number) & mask
    while (slots[slot] !== number) slot = (slot + 1) & mask
    // Those behind it move up, so that no gap stands between one and the place where it is looked for.
    for (let next = (slot + 1) & mask; slots[next] !== 0; next = (next + 1) & mask) {
      const home = this.#hashAt(slots[next] ?? 0) & mask
      if (((next - home) & mask) < ((next - slot) & mask)) continue
      slots[slot] = slots[next] ?? 0
      slot = next
    }
    slots[slot] = 0
  }

  #rehash(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    for (const number of old) if (number !== 0) this.#enter(number)
  }

  #grow(length: number): void {
    this.from = grownDoubles(this.from, length)
    const { length: grown } = this.from
    this.until = grownDoubles(this.until, grown)
    this.base = grownWords(this.base, grown)
    this.first = grownWords(this.first, grown)
    this.second = grownWords(this.second, grown)
    this.#counts = grownWords(this.#counts, grown)
  }
}

function hashOf(base: number, from: number, until: number, first: number, second: number): number {
  // Of an infinity the rest is no number, and counts as 0.
  let hash = Math.imul(base ^ ((from % 2 ** 31) | 0), 0x85eb_ca6b)
  hash = Math.imul((hash ^ (hash >>> 15)) + ((until % 2 ** 31) | 0), 0xc2b2_ae35)
  hash = Math.imul((hash ^ (hash >>> 13)) + first, 0x27d4_eb2f)
  hash = Math.imul((hash ^ (hash >>> 16)) + second, 0x1656_67b1)
  return (hash ^ (hash >>> 15)) >>> 0
}
