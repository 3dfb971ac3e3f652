/** Sets of principals as numbers: few as a sorted list, many as bits. */

import { grownWords } from '../rows/growing.ts'

/** In a set of words, which one and which bit of it stand for a place. */
const wordOf = (place: number): number => place >>> 5
const bitOf = (place: number): number => 1 << (place & 31)

/** Where sets of people stand, one behind the other: an array for each takes longer to make and to clear away than to fill. */
export class PeopleRoom {
  /** Ask for it anew after each set. */
  words = new Uint32Array(1024)
  #end = 0

  /** Where there is room for so many more words, all 0. */
  take(count: number): number {
    const start = this.#end
    this.#end += count
    this.words = grownWords(this.words, this.#end)
    return start
  }
}

/** So many are sorted sooner one by one. */
const fewPlaces = 16

/** Some of the principals, each by its place. Never changed. */
export class People {
  readonly size: number
  readonly #room: PeopleRoom
  readonly #start: number
  /** Words of bits; 0: the places stand there themselves, sorted. */
  readonly #bits: number

  /**
   * @param places each once, in any order
   * @param words how many words hold a bit for every place
   */
  constructor(places: readonly number[], words: number, room: PeopleRoom) {
    this.size = places.length
    this.#room = room
    const isFew = places.length <= words
    this.#bits = isFew ? 0 : words
    const start = room.take(isFew ? places.length : words)
    this.#start = start
    const own = room.words
    if (!isFew) for (const place of places) own[start + wordOf(place)] = (own[start + wordOf(place)] ?? 0) | bitOf(place)
    else if (places.length > fewPlaces) {
      own.set(places, start)
      own.subarray(start, start + places.length).sort()
    } else {
      for (let at = 0; at < places.length; at++) {
        const place = places[at] ?? 0
        let to = start + at
        for (; to > start && (own[to - 1] ?? 0) > place; to--) own[to] = own[to - 1] ?? 0
        own[to] = place
      }
    }
  }

  has(place: number): boolean {
    const { words } = this.#room
    if (this.#bits > 0) return ((words[this.#start + wordOf(place)] ?? 0) & bitOf(place)) !== 0
    let low = this.#start
    let high = low + this.size
    while (low < high) {
      const middle = (low + high) >>> 1
      const found = words[middle] ?? 0
      if (found === place) return true
      if (found < place) low = middle + 1
      else high = middle
    }
    return false
  }

  /** Sets the bits of these people. */
  enter(bits: Uint32Array): void {
    const { words } = this.#room
    const start = this.#start
    if (this.#bits > 0) for (let at = 0; at < this.#bits; at++) bits[at] = (bits[at] ?? 0) | (words[start + at] ?? 0)
    else for (let at = start; at < start + this.size; at++) setBit(bits, words[at] ?? 0)
  }

  /** Clears the bits of these people. */
  leave(bits: Uint32Array): void {
    const { words } = this.#room
    const start = this.#start
    if (this.#bits > 0) for (let at = 0; at < this.#bits; at++) bits[at] = (bits[at] ?? 0) & ~(words[start + at] ?? 0)
    else for (let at = start; at < start + this.size; at++) clearBit(bits, words[at] ?? 0)
  }

  *[Symbol.iterator](): IterableIterator<number> {
    if (this.#bits > 0) yield* placesIn(this.#own())
    else for (let at = this.#start; at < this.#start + this.size; at++) yield this.#room.words[at] ?? 0
  }

  #own(): Uint32Array {
    return this.#room.words.slice(this.#start, this.#start + this.#bits)
  }

  /** Those who are in one of the two and not in the other. */
  difference(other: People): readonly number[] {
    if (this.#bits > 0 && other.#bits > 0) {
      const bits = this.#own()
      for (let at = 0; at < bits.length; at++) bits[at] = (bits[at] ?? 0) ^ (other.#room.words[other.#start + at] ?? 0)
      return [...placesIn(bits)]
    }
    const found: number[] = []
    for (const place of this) if (!other.has(place)) found.push(place)
    for (const place of other) if (!this.has(place)) found.push(place)
    return found
  }
}

export function setBit(bits: Uint32Array, place: number): void {
  bits[wordOf(place)] = (bits[wordOf(place)] ?? 0) | bitOf(place)
}

export function clearBit(bits: Uint32Array, place: number): void {
  bits[wordOf(place)] = (bits[wordOf(place)] ?? 0) & ~bitOf(place)
}

/** The places whose bits are set, in their order. */
export function* placesIn(bits: Uint32Array): IterableIterator<number> {
  for (let at = 0; at < bits.length; at++) {
    for (let left = bits[at] ?? 0; left !== 0; left &= left - 1) yield at * 32 + (31 - Math.clz32(left & -left))
  }
}

/** How many bits are set. */
export function countOf(bits: Uint32Array): number {
  let count = 0
  for (let at = 0; at < bits.length; at++) {
    let word = bits[at] ?? 0
    word -= (word >>> 1) & 0x5555_5555
    word = (word & 0x3333_3333) + ((word >>> 2) & 0x3333_3333)
    count += Math.imul((word + (word >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
  }
  return count
}

/** Gives each principal a place, by the number of its reference, for as long as an effect is worked out. */
export class Places {
  #places = new Uint32Array(1024)
  readonly numbers: number[] = []
  /** How many words hold a bit for everybody there can be. */
  readonly words: number

  /** @param most how many principals there can be at most */
  constructor(most: number) {
    this.words = (most + 31) >>> 5
  }

  of(number: number): number {
    const known = this.#places[number] ?? 0
    if (known !== 0) return known - 1
    if (number >= this.#places.length) {
      const grown = new Uint32Array(Math.max(number + 1, this.#places.length * 2))
      grown.set(this.#places)
      this.#places = grown
    }
    const place = this.numbers.push(number) - 1
    this.#places[number] = place + 1
    return place
  }
}
