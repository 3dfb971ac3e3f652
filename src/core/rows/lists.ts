/** Many short lists of numbers in one array: blocks of a few sizes, each list in the smallest that holds it. */

import type { Columns } from './columns.ts'
import { grownWords, roomForWords } from './growing.ts'

/** The low bits of the first word of a block are the length of its list, the high ones its size class. */
const lengthBits = 26
const lengthMask = 2 ** lengthBits - 1
/** In the place of a size class: the items count up from the second word, and the block has no more than these two. */
const runClass = 63
/** Of a block of two words, as a run has. */
const runBlockClass = 0

/** Words of a block by its class, the first word included: 2, 3, 4, 6, 8, 12 ... */
const sizes = Uint32Array.from({ length: 52 }, (_, each) => (each % 2 === 0 ? 2 : 3) * 2 ** (each >> 1))

/**
 * A list is known by the place of its block, which changes as it grows; 0 is the empty list. The order of a list changes when something is
 * removed: the last item takes its place. Items that count up may be kept as a run, by the first of them alone, once `run` was called.
 */
export class Lists {
  /** For loops that must be quick: the items of a list that is no run stand behind its place. Ask for it anew after each change. */
  words = new Uint32Array(64)
  #end = 1
  /** The first free block of each class; the second word of a free block is the next. */
  #free = new Uint32Array(sizes.length)

  get bytes(): number {
    return this.words.byteLength
  }

  length(list: number): number {
    return list === 0 ? 0 : (this.words[list] ?? 0) & lengthMask
  }

  /** An item by its place in the list, from 0 on. */
  item(list: number, index: number): number {
    const next = this.words[list + 1] ?? 0
    return (this.words[list] ?? 0) >>> lengthBits === runClass ? next + index : (this.words[list + 1 + index] ?? 0)
  }

  /** A list of so many items, at least one, that count up from the first. */
  run(first: number, count: number): number {
    const place = this.#take(runBlockClass)
    this.words[place] = runClass * 2 ** lengthBits + count
    this.words[place + 1] = first
    return place
  }

  /** The list with each item for itself. */
  #written(list: number): number {
    const head = this.words[list] ?? 0
    if (list === 0 || head >>> lengthBits !== runClass) return list
    const [first, count] = [this.words[list + 1] ?? 0, head & lengthMask]
    const made = this.#take(classFor(count + 1))
    this.words[made] = (this.words[made] ?? 0) + count
    for (let index = 0; index < count; index++) this.words[made + 1 + index] = first + index
    this.#give(list)
    return made
  }

  /** Room for `more` items at the end, of which the caller writes the words. Gives the place of the list, which is no run. */
  extend(known: number, more: number): number {
    const list = this.#written(known)
    if (list === 0) {
      const made = this.#take(classFor(more + 1))
      this.words[made] = (this.words[made] ?? 0) + more
      return made
    }
    const head = this.words[list] ?? 0
    const length = (head & lengthMask) + more
    if (length + 1 <= (sizes[head >>> lengthBits] ?? 0)) {
      this.words[list] = head + more
      return list
    }
    const moved = this.#take(classFor(length + 1))
    this.words.copyWithin(moved + 1, list + 1, list + 1 + length - more)
    this.words[moved] = (this.words[moved] ?? 0) + length
    this.#give(list)
    return moved
  }

  push(list: number, item: number): number {
    const place = this.extend(list, 1)
    this.words[place + this.length(place)] = item
    return place
  }

  /** Takes the last `fewer` words off. Gives the place of the list, 0 when nothing is left. */
  shorten(list: number, fewer: number): number {
    const head = this.words[list] ?? 0
    if ((head & lengthMask) === fewer) {
      this.#give(list)
      return 0
    }
    this.words[list] = head - fewer
    return list
  }

  /** Removes an item wherever it stands; nothing when it does not. Cost: the length of the list. */
  remove(known: number, item: number): number {
    const list = this.#written(known)
    const end = list + this.length(list)
    for (let at = list + 1; at <= end; at++) {
      if (this.words[at] !== item) continue
      this.words[at] = this.words[end] ?? 0
      return this.shorten(list, 1)
    }
    return list
  }

  /** The items, copied. */
  items(list: number): Uint32Array {
    if ((this.words[list] ?? 0) >>> lengthBits === runClass) {
      const first = this.words[list + 1] ?? 0
      return Uint32Array.from({ length: this.length(list) }, (_, index) => first + index)
    }
    return this.words.slice(list + 1, list + 1 + this.length(list))
  }

  /** The same as a plain array, which is sooner made where the items are few. */
  numbers(list: number): readonly number[] {
    const found: number[] = []
    const length = this.length(list)
    for (let index = 0; index < length; index++) found.push(this.item(list, index))
    return found
  }

  /** A list of these items in the place of an old one. */
  replace(list: number, items: ArrayLike<number>, count: number): number {
    if (list !== 0) this.#give(list)
    if (count === 0) return 0
    const made = this.extend(0, count)
    for (let at = 0; at < count; at++) this.words[made + 1 + at] = items[at] ?? 0
    return made
  }

  /**
   * Moves every list to where it takes just its own room: lists that grow side by side leave free blocks behind that nobody wants. The next
   * item moves a list once more. Cost: all lists, copied; for whoever has filled them, before anything is asked. Runs have no part in it.
   * @param owners the columns in which the places of all lists stand
   */
  tighten(owners: readonly Uint32Array<ArrayBuffer>[]): void {
    let end = 1
    for (const owner of owners) for (const list of owner) if (list !== 0) end += this.length(list) + 1
    const words = roomForWords(end)
    let place = 1
    for (const owner of owners) {
      for (let row = 0; row < owner.length; row++) {
        const list = owner[row] ?? 0
        if (list === 0) continue
        const size = this.length(list) + 1
        words.set(this.words.subarray(list, list + size), place)
        words[place] = largestClassIn(size) * 2 ** lengthBits + size - 1
        owner[row] = place
        place += size
      }
    }
    this.words = words
    this.#end = end
    this.#free.fill(0)
  }

  /** Forgets all lists. What their places stood in is to be filled anew. */
  clear(words: number): void {
    this.words = roomForWords(words)
    this.#end = 1
    this.#free.fill(0)
  }

  /**
   * Makes lists of just the lengths that are known, in place of all there were; the caller writes their words. The next item moves a list.
   * @param owners columns of how many items of `each` words a list shall have; then of the places of the lists
   */
  make(owners: readonly Uint32Array<ArrayBuffer>[], each = 1): void {
    let words = 1
    for (const owner of owners) for (const count of owner) if (count !== 0) words += count * each + 1
    this.clear(words)
    for (const owner of owners) {
      for (let row = 0; row < owner.length; row++) {
        const length = (owner[row] ?? 0) * each
        if (length === 0) continue
        this.words[this.#end] = largestClassIn(length + 1) * 2 ** lengthBits + length
        owner[row] = this.#end
        this.#end += length + 1
      }
    }
  }

  exchange(columns: Columns): void {
    this.#end = columns.number('end', this.#end)
    this.words = columns.words('words', this.words, this.#end)
    this.#free = columns.words('free', this.#free, sizes.length)
  }

  #take(sizeClass: number): number {
    const free = this.#free[sizeClass] ?? 0
    if (free !== 0) {
      this.#free[sizeClass] = this.words[free + 1] ?? 0
      this.words[free] = sizeClass * 2 ** lengthBits
      return free
    }
    const place = this.#end
    this.#end += sizes[sizeClass] ?? 0
    this.words = grownWords(this.words, this.#end)
    this.words[place] = sizeClass * 2 ** lengthBits
    return place
  }

  #give(list: number): void {
    const own = (this.words[list] ?? 0) >>> lengthBits
    const sizeClass = own === runClass ? runBlockClass : own
    this.words[list + 1] = this.#free[sizeClass] ?? 0
    this.#free[sizeClass] = list
  }
}

/** The class of the largest block that so many words hold; what is left over is lost while the block is free. */
function largestClassIn(words: number): number {
  const least = classFor(words)
  return (sizes[least] ?? 0) > words ? least - 1 : least
}

/** The class of the smallest block with so many words. */
function classFor(words: number): number {
  const power = 31 - Math.clz32(Math.max(words, 2) - 1)
  const half = 3 * 2 ** (power - 1)
  return words <= 2 ? 0 : words <= half ? 2 * power - 1 : 2 * power
}
