/** Texts by number, packed into words: four characters in each where all are of the first 256, else two. */

import type { Columns } from './columns.ts'
import { grownWords } from './growing.ts'
import { Lists } from './lists.ts'

/** The characters that are put together at once. */
const unpacked = new Uint16Array(4096)
/** The text that was read last as codes. */
let read = new Uint16Array(4096)

/** INVARIANT: what was removed is overwritten, so that nothing of it stays in memory or in a file made of it. */
export class Texts {
  /** The first word of a list: the count of characters, twice, and one more when they are wide. */
  readonly #lists = new Lists()
  /** List of each number; 0: it has no text. */
  #places = new Uint32Array(16)
  #end = 1

  get bytes(): number {
    return this.#lists.bytes + this.#places.byteLength
  }

  /** Above every number that has a text. */
  get end(): number {
    return this.#end
  }

  has(number: number): boolean {
    return number < this.#end && this.#places[number] !== 0
  }

  /** The text; of a number that has none, undefined. */
  get(number: number): string | undefined {
    const list = number < this.#end ? (this.#places[number] ?? 0) : 0
    if (list === 0) return undefined
    const { words } = this.#lists
    const head = words[list + 1] ?? 0
    const length = head >>> 1
    const isWide = (head & 1) === 1
    let text = ''
    for (let from = 0; from < length; from += unpacked.length) {
      const count = Math.min(unpacked.length, length - from)
      for (let at = 0; at < count; at++) unpacked[at] = codeAt(words, list + 2, from + at, isWide)
      text += String.fromCharCode.apply(null, unpacked.subarray(0, count) as unknown as number[])
    }
    return text
  }

  /** The characters of the text as codes, from the beginning of an array that the next call uses again; of a number without one, none. */
  codes(number: number): { readonly codes: Uint16Array; readonly length: number } {
    const list = number < this.#end ? (this.#places[number] ?? 0) : 0
    if (list === 0) return { codes: read, length: 0 }
    const { words } = this.#lists
    const head = words[list + 1] ?? 0
    const length = head >>> 1
    if (read.length < length + 4) read = new Uint16Array(2 * length + 4)
    const codes = read
    const isWide = (head & 1) === 1
    for (let at = 0, word = list + 2; at < length; word++) {
      const packed = words[word] ?? 0
      if (isWide) {
        codes[at++] = packed & 0xffff
        codes[at++] = packed >>> 16
      } else {
        codes[at++] = packed & 0xff
        codes[at++] = (packed >>> 8) & 0xff
        codes[at++] = (packed >>> 16) & 0xff
        codes[at++] = packed >>> 24
      }
    }
    return { codes, length }
  }

  /** Whether the number has just the text that stands in `text` from `start` up to `end`. */
  is(number: number, text: string, start: number, end: number): boolean {
    const list = number < this.#end ? (this.#places[number] ?? 0) : 0
    if (list === 0) return false
    const { words } = this.#lists
    const head = words[list + 1] ?? 0
    const length = head >>> 1
    const isWide = (head & 1) === 1
    if (length !== end - start) return false
    for (let at = 0; at < length; at++) if (codeAt(words, list + 2, at, isWide) !== text.charCodeAt(start + at)) return false
    return true
  }

  /** Gives a number its text, in place of the one before. */
  set(number: number, text: string): void {
    this.delete(number)
    let isWide = false
    for (let at = 0; at < text.length && !isWide; at++) isWide = text.charCodeAt(at) > 255
    const shift = isWide ? 1 : 2
    const count = (text.length + (1 << shift) - 1) >> shift
    const list = this.#lists.extend(0, count + 1)
    const { words } = this.#lists
    words[list + 1] = text.length * 2 + (isWide ? 1 : 0)
    // A block that was used before holds what was there.
    words.fill(0, list + 2, list + 2 + count)
    const mask = (1 << shift) - 1
    const bits = isWide ? 4 : 3
    for (let at = 0; at < text.length; at++) {
      const place = list + 2 + (at >> shift)
      words[place] = (words[place] ?? 0) | (text.charCodeAt(at) << ((at & mask) << bits))
    }
    this.#places = grownWords(this.#places, number + 1)
    this.#places[number] = list
    this.#end = Math.max(this.#end, number + 1)
  }

  delete(number: number): void {
    const list = number < this.#end ? (this.#places[number] ?? 0) : 0
    if (list === 0) return
    const count = this.#lists.length(list)
    this.#lists.words.fill(0, list + 1, list + 1 + count)
    this.#lists.shorten(list, count)
    this.#places[number] = 0
  }

  /** Gives back the room that its texts do not fill, see `Lists.tighten`. */
  tighten(): void {
    this.#lists.tighten([this.#places])
  }

  exchange(columns: Columns): void {
    this.#end = columns.number('end', this.#end)
    this.#places = columns.words('places', this.#places, this.#end)
    this.#lists.exchange(columns.within('lists'))
  }
}

function codeAt(words: Uint32Array, start: number, at: number, isWide: boolean): number {
  return isWide
    ? ((words[start + (at >> 1)] ?? 0) >>> ((at & 1) << 4)) & 0xffff
    : ((words[start + (at >> 2)] ?? 0) >>> ((at & 3) << 3)) & 0xff
}
