/** Sets of principals as numbers: few as a sorted list, many as bits. */

/** In a set of words, which one and which bit of it stand for a place. */
const wordOf = (place: number): number => place >>> 5
const bitOf = (place: number): number => 1 << (place & 31)

/** Some of the principals, each by its place. Never changed. */
export class People {
  readonly size: number
  readonly #sorted: Uint32Array | undefined
  readonly #bits: Uint32Array | undefined

  /**
   * @param places each once, in any order
   * @param words how many words hold a bit for every place
   */
  constructor(places: Uint32Array, words: number) {
    this.size = places.length
    if (places.length <= words) {
      this.#sorted = places.slice().sort()
      return
    }
    const bits = new Uint32Array(words)
    for (const place of places) bits[wordOf(place)] = (bits[wordOf(place)] ?? 0) | bitOf(place)
    this.#bits = bits
  }

  has(place: number): boolean {
    if (this.#bits !== undefined) return hasBit(this.#bits, place)
    const sorted = this.#sorted ?? nobody
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const found = sorted[middle] ?? 0
      if (found === place) return true
      if (found < place) low = middle + 1
      else high = middle
    }
    return false
  }

  /** Sets the bits of these people. */
  enter(bits: Uint32Array): void {
    const own = this.#bits
    if (own !== undefined) for (let at = 0; at < own.length; at++) bits[at] = (bits[at] ?? 0) | (own[at] ?? 0)
    else for (const place of this.#sorted ?? nobody) bits[wordOf(place)] = (bits[wordOf(place)] ?? 0) | bitOf(place)
  }

  /** Clears the bits of these people. */
  leave(bits: Uint32Array): void {
    const own = this.#bits
    if (own !== undefined) for (let at = 0; at < own.length; at++) bits[at] = (bits[at] ?? 0) & ~(own[at] ?? 0)
    else for (const place of this.#sorted ?? nobody) bits[wordOf(place)] = (bits[wordOf(place)] ?? 0) & ~bitOf(place)
  }

  *[Symbol.iterator](): IterableIterator<number> {
    if (this.#bits !== undefined) yield* placesIn(this.#bits)
    else yield* this.#sorted ?? nobody
  }

  /** Those who are in one of the two and not in the other. */
  difference(other: People): readonly number[] {
    const found: number[] = []
    if (this.#bits !== undefined && other.#bits !== undefined)
      return [...placesIn(this.#bits.map((word, at) => word ^ (other.#bits?.[at] ?? 0)))]
    for (const place of this) if (!other.has(place)) found.push(place)
    for (const place of other) if (!this.has(place)) found.push(place)
    return found
  }
}

const nobody = new Uint32Array(0)

function hasBit(bits: Uint32Array, place: number): boolean {
  return ((bits[wordOf(place)] ?? 0) & bitOf(place)) !== 0
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
