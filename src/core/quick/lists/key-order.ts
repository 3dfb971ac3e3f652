/** Puts references in the order of their texts without making the texts: each type has its ids in order, and a list is a set of places in it. */

import type { ResourceReference } from '../../reference.ts'
import { grownWords } from '../../rows/growing.ts'
import type { References } from '../../rows/references.ts'
import { memberTypes } from '../../rows/references.ts'
import type { KeptTexts } from './kept-texts.ts'

/** The ids of one type in order. */
interface TypeOrder {
  readonly marks: Marks
  /** The references by their place; the first place is nobody's. */
  numbers: Uint32Array<ArrayBuffer>
  count: number
  /** False: some of its ids have no place, or another's. */
  isCurrent: boolean
  /** What was put into a list while it was not current. */
  loose: number[]
  /** How many were sorted without the places since it was last current. */
  sorted: number
  /** Texts by their place, of those told lately, as long as `KeptTexts` holds them: lists read them in the order in which they lie. */
  texts: (ResourceReference | undefined)[]
  textsEpoch: number
}

/** Places of one type that were put into a list and not yet taken out. */
class Marks {
  /** A bit for each place. */
  #bits = new Uint32Array(0)
  /** A bit for each word of `bits` that has one. */
  #words = new Uint32Array(0)
  /** The same of `#words`: few are on a list of all those there are. */
  #tops = new Uint32Array(0)

  get bytes(): number {
    return this.#bits.byteLength + this.#words.byteLength + this.#tops.byteLength
  }

  /** For places up to `count`. */
  makeRoom(count: number): void {
    const bits = (count >>> 5) + 1
    this.#bits = grownWords(this.#bits, bits)
    this.#words = grownWords(this.#words, (bits >>> 5) + 1)
    this.#tops = grownWords(this.#tops, (bits >>> 10) + 1)
  }

  add(place: number): void {
    this.addWord(place >>> 5, 1 << (place & 31))
  }

  /** Some of the places in an array. */
  addAll(places: Uint32Array, start: number, end: number): void {
    const bits = this.#bits
    for (let at = start; at < end; at++) {
      const place = places[at] ?? 0
      const word = place >>> 5
      const before = bits[word] ?? 0
      bits[word] = before | (1 << (place & 31))
      if (before === 0) this.#note(word)
    }
  }

  /** Several places of one word. @param more their bits, at least one */
  addWord(word: number, more: number): void {
    const before = this.#bits[word] ?? 0
    this.#bits[word] = before | more
    if (before === 0) this.#note(word)
  }

  /** A word has its first place. */
  #note(word: number): void {
    const words = this.#words
    const upper = word >>> 5
    const before = words[upper] ?? 0
    words[upper] = before | (1 << (word & 31))
    if (before === 0) this.#tops[upper >>> 5] = (this.#tops[upper >>> 5] ?? 0) | (1 << (upper & 31))
  }

  /** Takes all places out, in order, into an array that is long enough, and gives how many there were. */
  take(into: Uint32Array, start: number): number {
    const bits = this.#bits
    const words = this.#words
    const tops = this.#tops
    let count = start
    for (let top = 0; top < tops.length; top++) {
      // Signed all the way: else the engine counts bits in floating point.
      let uppers = (tops[top] ?? 0) | 0
      if (uppers === 0) continue
      tops[top] = 0
      while (uppers !== 0) {
        const upper = (top << 5) + lowestBit(uppers)
        uppers &= uppers - 1
        let some = (words[upper] ?? 0) | 0
        words[upper] = 0
        while (some !== 0) {
          const word = (upper << 5) + lowestBit(some)
          some &= some - 1
          let each = (bits[word] ?? 0) | 0
          bits[word] = 0
          const first = word << 5
          while (each !== 0) {
            into[count++] = first + lowestBit(each)
            each &= each - 1
          }
        }
      }
    }
    return count - start
  }
}

/** References of one type that are put on list after list: how they stand there is kept. */
export class Entries {
  readonly type: number
  readonly numbers: Uint32Array
  /** Their places, as long as the order was made so often; or a bit for each place, where that is less to go through. */
  places: Uint32Array | undefined
  bits: Uint32Array | undefined
  made = -1

  constructor(type: number, numbers: Uint32Array) {
    this.type = type
    this.numbers = numbers
  }
}

/** Member types in the order of their texts. */
const typesInOrder = [...memberTypes].sort()

/** Members by number, each once, in the order of their texts, until the next list. @param types only those of these */
export function sortedMembers(
  order: KeyOrder,
  references: References,
  numbers: Uint32Array,
  count: number,
  types: readonly (typeof memberTypes)[number][],
): Uint32Array {
  order.enter(numbers, 0, count)
  return takeMembers(order, references, count, types)
}

/** Written over by each list. No list is begun while another is being made. */
let taken = new Uint32Array(1024)

/** Takes the members that were entered, at most so many, in the order of their texts. What it gives lasts until the next list. */
export function takeMembers(
  order: KeyOrder,
  references: References,
  count: number,
  types: readonly (typeof memberTypes)[number][],
): Uint32Array {
  taken = grownWords(taken, count)
  let end = 0
  for (const type of typesInOrder) {
    const more = order.takeSorted(references.typeNumber(type), taken, end)
    // Those that are not wanted are taken off the list, and written over.
    if (types.includes(type)) end += more
  }
  return taken.subarray(0, end)
}

/** The references whose texts are missing, and where they stand in the list; written over by each list. */
let untold = new Uint32Array(64)
let untoldAt = new Uint32Array(64)

/** An order is made when sorting without it has taken about as long as making it would. */
const sortedFor = 4

/**
 * INVARIANT: a place that is used is that of the id which the number stands for. `keepUp` is called before each list: it gives a place to
 * ids that come behind all others of their type, as new ones mostly do; for whatever else happened to references the order is made anew.
 */
export class KeyOrder {
  readonly #references: References
  /** The place of each reference in its type, by number; 0: none. */
  #places = new Uint32Array(64)
  readonly #types: TypeOrder[] = []
  /** What the places fit: so many numbers given, so many ids, so often given back. */
  #end = 1
  #count = 0
  #generation = 0
  /** How often the ids of a type were put in order. */
  made = 0

  constructor(references: References) {
    this.#references = references
  }

  get bytes(): number {
    return this.#types.reduce((sum, type) => sum + type.numbers.byteLength + type.marks.bytes, this.#places.byteLength)
  }

  /** Brings the places to where the references are. Cost: the references that are new. */
  keepUp(): void {
    const { end, count, generation } = this.#references
    if (generation === this.#generation && count === this.#count) return
    // A number that was given back and given again stands for another id.
    const isOnlyMore = generation === this.#generation && count - this.#count === end - this.#end
    if (isOnlyMore) for (let number = this.#end; number < end; number++) this.#append(number)
    else for (const type of this.#types) type.isCurrent = false
    this.#end = end
    this.#count = count
    this.#generation = generation
  }

  #append(number: number): void {
    const type = this.#types[this.#references.typeOf(number)]
    if (type === undefined || !type.isCurrent) return
    const last = type.numbers[type.count] ?? 0
    if (type.count > 0 && this.#references.compareIds(last, number) >= 0) {
      type.isCurrent = false
      return
    }
    this.#places = grownWords(this.#places, number + 1)
    type.count += 1
    type.numbers = grownWords(type.numbers, type.count + 1)
    type.numbers[type.count] = number
    this.#places[number] = type.count
    if (type.texts.length > 0) type.texts.push(undefined)
    type.marks.makeRoom(type.count)
  }

  #typeOf(type: number): TypeOrder {
    let order = this.#types[type]
    if (order === undefined) {
      order = {
        marks: new Marks(),
        numbers: new Uint32Array(1),
        count: 0,
        isCurrent: false,
        loose: [],
        sorted: 0,
        texts: [],
        textsEpoch: -1,
      }
      // Types are numbered as they come, so those below it may not have been asked for yet.
      for (let each = this.#types.length; each < type; each++) this.#typeOf(each)
      this.#types[type] = order
    }
    return order
  }

  /** Puts references on the lists that `takeSorted` gives, each on that of its type; one that is on it already does not come twice. */
  enter(numbers: Uint32Array, start: number, end: number): void {
    const references = this.#references
    const places = this.#places
    let type = -1
    let order = this.#typeOf(0)
    for (let at = start; at < end; at++) {
      const number = numbers[at] ?? 0
      const own = references.typeOf(number)
      if (own !== type) {
        type = own
        order = this.#typeOf(own)
      }
      if (!order.isCurrent) {
        order.loose.push(number)
        continue
      }
      order.marks.add(places[number] ?? 0)
    }
  }

  /** The same for references that are all of one type. */
  enterOf(type: number, numbers: Uint32Array, start: number, end: number): void {
    const order = this.#typeOf(type)
    if (!order.isCurrent) {
      for (let at = start; at < end; at++) order.loose.push(numbers[at] ?? 0)
      return
    }
    const places = this.#places
    const { marks } = order
    for (let at = start; at < end; at++) marks.add(places[numbers[at] ?? 0] ?? 0)
  }

  /** Whether every id of a type has its place: then places may be entered in the stead of references, for as long as `made` stays. */
  isCurrent(type: number): boolean {
    return this.#types[type]?.isCurrent === true
  }

  /** The place of a reference among those of its type, which is current. */
  placeOf(number: number): number {
    return this.#places[number] ?? 0
  }

  /** As `enterOf`, of places of a type that is current. */
  enterPlaces(type: number, places: Uint32Array, start: number, end: number): void {
    this.#typeOf(type).marks.addAll(places, start, end)
  }

  /** The same for references that may come again. Cost: the references, or a word for each 32 of the type, whichever is less. */
  enterAgain(entries: Entries): void {
    const { type, numbers, bits: own } = entries
    const order = this.#typeOf(type)
    if (order.isCurrent && entries.made === this.made && entries.places !== undefined) {
      this.enterPlaces(type, entries.places, 0, entries.places.length)
      return
    }
    if (order.isCurrent && own !== undefined && entries.made === this.made) {
      const { marks } = order
      for (let word = 0; word < own.length; word++) {
        const more = own[word] ?? 0
        if (more !== 0) marks.addWord(word, more)
      }
      return
    }
    this.enterOf(type, numbers, 0, numbers.length)
    if (!order.isCurrent) return
    const isDense = numbers.length * 16 >= order.count
    entries.bits = isDense ? this.#bitsOf(order, numbers) : undefined
    entries.places = isDense ? undefined : numbers.map((number) => this.#places[number] ?? 0)
    entries.made = this.made
  }

  #bitsOf(order: TypeOrder, numbers: Uint32Array): Uint32Array {
    const bits = new Uint32Array((order.count >>> 5) + 1)
    for (const number of numbers) {
      const place = this.#places[number] ?? 0
      bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31))
    }
    return bits
  }

  /** The text at a place of a type that is current. */
  textAt(type: number, place: number, texts: KeptTexts): ResourceReference {
    return texts.of(this.#typeOf(type).numbers[place] ?? 0)
  }

  /** Writes the texts of such places, from one index up to another, into an array from `at` on. */
  writeTexts(type: number, places: Uint32Array, start: number, end: number, texts: KeptTexts, into: ResourceReference[], at = 0): void {
    const order = this.#typeOf(type)
    if (order.textsEpoch !== texts.epoch || order.texts.length === 0) {
      order.textsEpoch = texts.epoch
      order.texts = new Array<ResourceReference | undefined>(order.count + 1).fill(undefined)
    }
    const own = order.texts
    let isWhole = true
    for (let index = start; index < end; index++) {
      const text = own[places[index] ?? 0]
      if (text === undefined) isWhole = false
      else into[at + index - start] = text
    }
    if (!isWhole) writeUntold(order, places, start, end, texts, into, at)
  }

  /** As `takeSorted`, of a type that is current: the places in the stead of the references. */
  takePlaces(type: number, into: Uint32Array, start = 0): number {
    return this.#typeOf(type).marks.take(into, start)
  }

  /** Writes what was entered of a type into an array that is long enough, in order, and gives how many there are. */
  takeSorted(type: number, into: Uint32Array, start = 0): number {
    const order = this.#typeOf(type)
    if (order.loose.length > 0) {
      const { loose } = order
      order.loose = []
      order.sorted += loose.length
      if (order.sorted * sortedFor < order.count) return this.#sortInto(loose, into, start)
      this.#make(order, type)
      this.enter(Uint32Array.from(loose), 0, loose.length)
    }
    const count = this.takePlaces(type, into, start)
    const { numbers } = order
    for (let at = start; at < start + count; at++) into[at] = numbers[into[at] ?? 0] ?? 0
    return count
  }

  #sortInto(loose: readonly number[], into: Uint32Array, start: number): number {
    const references = this.#references
    const sorted = Uint32Array.from(loose).sort((one, other) => references.compareIds(one, other))
    let count = start
    for (const number of sorted) if (count === start || into[count - 1] !== number) into[count++] = number
    return count - start
  }

  /** Puts all ids of a type in order. Cost: the references, and a few steps for each of the type. */
  #make(order: TypeOrder, type: number): void {
    const references = this.#references
    const { end } = references
    const found: number[] = []
    let isAlike = true
    let kind = -1
    for (let number = 1; number < end; number++) {
      if (references.typeOf(number) !== type) continue
      found.push(number)
      const own = references.orderingOf(number)
      if (kind === -1) kind = own
      else if (kind !== own) isAlike = false
    }
    const numbers = Uint32Array.from(found)
    const isWorthIt = isAlike && kind !== 3 && numbers.length > fewIds
    const sorted = isWorthIt ? sortedByWords(references, numbers) : numbers.sort((one, other) => references.compareIds(one, other))
    this.#places = grownWords(this.#places, end)
    order.numbers = new Uint32Array(sorted.length + 1)
    order.numbers.set(sorted, 1)
    order.count = sorted.length
    for (let at = 0; at < sorted.length; at++) this.#places[sorted[at] ?? 0] = at + 1
    order.isCurrent = true
    order.sorted = 0
    order.texts = []
    order.marks.makeRoom(order.count)
    this.made += 1
  }
}

/** Makes those that `writeTexts` did not find, all at once. */
function writeUntold(
  { texts: own, numbers }: TypeOrder,
  places: Uint32Array,
  start: number,
  end: number,
  texts: KeptTexts,
  into: ResourceReference[],
  at: number,
): void {
  let count = 0
  untold = grownWords(untold, end - start)
  untoldAt = grownWords(untoldAt, end - start)
  for (let index = start; index < end; index++) {
    const place = places[index] ?? 0
    if (own[place] !== undefined) continue
    untold[count] = numbers[place] ?? 0
    untoldAt[count++] = index
  }
  for (const [which, text] of texts.in(untold, 0, count).entries()) {
    const index = untoldAt[which] ?? 0
    own[places[index] ?? 0] = text
    into[at + index - start] = text
  }
}

/** The place of the lowest bit that is set, of 32. */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & (0 - bits))
}

/** So many ids are sorted sooner by comparing them. */
const fewIds = 4096

/** Sorts by the words of the ids, sixteen bits at a time from the lowest; bits that all have in common are passed over. */
function sortedByWords(references: References, numbers: Uint32Array<ArrayBuffer>): Uint32Array {
  let from = numbers
  let to = new Uint32Array(numbers.length)
  for (let half = 7; half >= 0; half--) {
    const place = half >> 1
    const shift = (half & 1) === 0 ? 16 : 0
    const starts = new Uint32Array(65_537)
    for (const number of from) {
      const digit = (references.wordOf(number, place) >>> shift) & 0xffff
      starts[digit + 1] = (starts[digit + 1] ?? 0) + 1
    }
    if (isOneDigit(starts, from.length)) continue
    for (let digit = 1; digit < starts.length; digit++) starts[digit] = (starts[digit] ?? 0) + (starts[digit - 1] ?? 0)
    for (const number of from) {
      const digit = (references.wordOf(number, place) >>> shift) & 0xffff
      const at = starts[digit] ?? 0
      to[at] = number
      starts[digit] = at + 1
    }
    ;[from, to] = [to, from]
  }
  return from
}

function isOneDigit(counts: Uint32Array, all: number): boolean {
  for (const count of counts) if (count !== 0) return count === all
  return true
}
