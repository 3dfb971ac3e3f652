/** Ids as dense numbers: an open table over 128 bits that hold a UUID or a short id whole. No id is ever taken for another. */

import type { Columns } from './columns.ts'
import { FreeNumbers } from './free-numbers.ts'
import { fittedHalves, fittedWords, grownHalves, grownWords } from './growing.ts'
import { Texts } from './texts.ts'

/**
 * The four words of the id that was packed last. A UUID of the usual variant fills them (the top bits of the third word are then `10`), an
 * id of up to 16 ASCII characters too (`0`); of a longer one they hold a hash, and the text stands in a list (`11`).
 */
let word0 = 0
let word1 = 0
let word2 = 0
let word3 = 0
/** Where an id that was not found would stand. */
let freeSlot = 0

/** What no hex digit is: it shows above the sixteen bits of four digits. */
const noDigit = 2 ** 16
/** Value of a lower-case hex digit by the low byte of its character code. */
const hexValues = Int32Array.from({ length: 256 }, (_, code) => {
  const found = '0123456789abcdef'.indexOf(String.fromCharCode(code))
  return found === -1 ? noDigit : found
})
const hexTexts = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const longMark = 0xc000_0000

/** Packs the part of the text from `start` up to `end`. False: it is neither short nor a UUID, and its hash was packed. */
function pack(text: string, start: number, end: number): boolean {
  const length = end - start
  if (length <= 16 && packShort(text, start, end)) return true
  if (length === 36 && packUuid(text, start)) return true
  packHash(text, start, end)
  return false
}

function packShort(text: string, start: number, end: number): boolean {
  word0 = word1 = word2 = word3 = 0
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === 0 || code > 127) return false
    const place = at - start
    const shifted = code << (24 - ((place & 3) << 3))
    if (place < 4) word0 |= shifted
    else if (place < 8) word1 |= shifted
    else if (place < 12) word2 |= shifted
    else word3 |= shifted
  }
  word0 >>>= 0
  word1 >>>= 0
  word2 >>>= 0
  word3 >>>= 0
  return true
}

function packUuid(text: string, start: number): boolean {
  if (
    text.charCodeAt(start + 8) !== 45 ||
    text.charCodeAt(start + 13) !== 45 ||
    text.charCodeAt(start + 18) !== 45 ||
    text.charCodeAt(start + 23) !== 45
  )
    return false
  const one = fourDigits(text, start)
  const two = fourDigits(text, start + 4)
  const three = fourDigits(text, start + 9)
  const four = fourDigits(text, start + 14)
  const five = fourDigits(text, start + 19)
  const six = fourDigits(text, start + 24)
  const seven = fourDigits(text, start + 28)
  const eight = fourDigits(text, start + 32)
  if ((one | two | three | four | five | six | seven | eight) >= noDigit || five >>> 14 !== 2) return false
  word0 = ((one << 16) | two) >>> 0
  word1 = ((three << 16) | four) >>> 0
  word2 = ((five << 16) | six) >>> 0
  word3 = ((seven << 16) | eight) >>> 0
  return true
}

/** Four hex digits as a number; `noDigit` or more: there is something else. */
function fourDigits(text: string, at: number): number {
  const one = text.charCodeAt(at)
  const two = text.charCodeAt(at + 1)
  const three = text.charCodeAt(at + 2)
  const four = text.charCodeAt(at + 3)
  if ((one | two | three | four) > 127) return noDigit
  return (
    ((hexValues[one] ?? noDigit) << 12) |
    ((hexValues[two] ?? noDigit) << 8) |
    ((hexValues[three] ?? noDigit) << 4) |
    (hexValues[four] ?? noDigit)
  )
}

function packHash(text: string, start: number, end: number): void {
  let one = 0x811c_9dc5
  let two = 0x1234_5678
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    one = Math.imul(one ^ code, 0x0100_0193)
    two = Math.imul(two ^ code, 0x85eb_ca6b) ^ (two >>> 15)
  }
  word0 = one >>> 0
  word1 = two >>> 0
  word2 = longMark
  word3 = end - start
}

function hashOf(one: number, two: number, three: number, four: number, space: number): number {
  let hash = Math.imul(one ^ Math.imul(space + 1, 0x9e37_79b1), 0x85eb_ca6b)
  hash = Math.imul((hash ^ (hash >>> 15)) + two, 0xc2b2_ae35)
  hash = Math.imul((hash ^ (hash >>> 13)) + three, 0x27d4_eb2f)
  hash = Math.imul((hash ^ (hash >>> 16)) + four, 0x1656_67b1)
  return (hash ^ (hash >>> 15)) >>> 0
}

/**
 * Numbers for ids, from 1 on; 0 stands for none. A number that was given back is given again. Ids may stand in spaces, each with its own:
 * the same text in two spaces is two ids.
 */
export class IdTable {
  #words = new Uint32Array(64)
  #spaces: Uint16Array<ArrayBuffer> | undefined
  #slots = new Uint32Array(32)
  #mask = 31
  #end = 1
  readonly #freed = new FreeNumbers()
  #count = 0
  /** Some were appended, so that none can be found. */
  #isUnlisted = false
  /** Texts that do not fit into four words, by the number in their third word. */
  readonly #long = new Texts()
  readonly #longFreed = new FreeNumbers()

  constructor(isSpaced: boolean) {
    this.#spaces = isSpaced ? new Uint16Array(16) : undefined
  }

  /** How many ids there are. */
  get count(): number {
    return this.#count
  }

  /** Above every number given so far. */
  get end(): number {
    return this.#end
  }

  get bytes(): number {
    const { byteLength } = this.#words
    return byteLength + this.#slots.byteLength + (this.#spaces?.byteLength ?? 0) + this.#freed.bytes + this.#long.bytes
  }

  /** The number of an id, which stands in the text from `start` on; 0: there is none. */
  find(text: string, start = 0, space = 0): number {
    return this.#find(pack(text, start, text.length), text, start, text.length, space)
  }

  #find(isWhole: boolean, text: string, start: number, end: number, space: number): number {
    const words = this.#words
    const slots = this.#slots
    const spaces = this.#spaces
    const mask = this.#mask
    for (let slot = hashOf(word0, word1, word2 & (isWhole ? -1 : longMark), word3, space) & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot] ?? 0
      if (number === 0) {
        freeSlot = slot
        return 0
      }
      const at = number << 2
      if (words[at] !== word0 || words[at + 1] !== word1 || words[at + 3] !== word3) continue
      if (spaces !== undefined && spaces[number] !== space) continue
      const third = words[at + 2] ?? 0
      if (isWhole ? third === word2 : third >>> 30 === 3 && this.#long.is(third & 0x3fff_ffff, text, start, end)) return number
    }
  }

  /** The number of an id, which stands in the text from `start` up to `end`, a new one if need be. */
  make(text: string, start = 0, space = 0, end = text.length): number {
    const isWhole = pack(text, start, end)
    const found = this.#find(isWhole, text, start, end, space)
    if (found !== 0) return found
    const isFull = (this.#count + 1) * 8 > this.#slots.length * 5
    if (isFull) this.#rehash()
    const number = this.#freed.pop() ?? this.#end++
    if (this.#spaces !== undefined) {
      this.#spaces = grownHalves(this.#spaces, number + 1)
      this.#spaces[number] = space
    }
    this.#write(number, isWhole, text, start, end)
    if (isFull) this.#enter(number)
    else this.#slots[freeSlot] = number
    return number
  }

  /** The number of an id that is known not to be there. It is found once `tighten` was called: so many ids are entered at once. */
  append(text: string, start: number, end: number): number {
    const isWhole = pack(text, start, end)
    const number = this.#end++
    this.#write(number, isWhole, text, start, end)
    this.#isUnlisted = true
    return number
  }

  /** Keeps what was packed last. */
  #write(number: number, isWhole: boolean, text: string, start: number, end: number): void {
    this.#words = grownWords(this.#words, (number + 1) << 2)
    const at = number << 2
    this.#words[at] = word0
    this.#words[at + 1] = word1
    this.#words[at + 2] = isWhole ? word2 : (longMark | this.#keepLong(text.slice(start, end))) >>> 0
    this.#words[at + 3] = word3
    this.#count += 1
  }

  #keepLong(text: string): number {
    const place = this.#longFreed.pop() ?? this.#long.end
    this.#long.set(place, text)
    return place
  }

  /** Gives a number back. */
  release(number: number): void {
    const slots = this.#slots
    const mask = this.#mask
    let slot = this.#hashAt(number) & mask
    while (slots[slot] !== number) slot = (slot + 1) & mask
    // Those behind it move up, so that no gap stands between an id and the place where it is looked for.
    for (let next = (slot + 1) & mask; ; next = (next + 1) & mask) {
      const other = slots[next] ?? 0
      if (other === 0) break
      const home = this.#hashAt(other) & mask
      if (((next - home) & mask) < ((next - slot) & mask)) continue
      slots[slot] = other
      slot = next
    }
    slots[slot] = 0
    const third = this.#words[(number << 2) + 2] ?? 0
    if (third >>> 30 === 3) {
      this.#long.delete(third & 0x3fff_ffff)
      this.#longFreed.push(third & 0x3fff_ffff)
    }
    // Nothing of an id that is gone is kept.
    this.#words.fill(0, number << 2, (number + 1) << 2)
    this.#freed.push(number)
    this.#count -= 1
  }

  spaceOf(number: number): number {
    return this.#spaces?.[number] ?? 0
  }

  textOf(number: number): string {
    const at = number << 2
    const words = this.#words
    const third = words[at + 2] ?? 0
    if (third >>> 30 === 3) return this.#long.get(third & 0x3fff_ffff) ?? ''
    if (third >>> 30 === 2) {
      const second = words[at + 1] ?? 0
      const fourth = words[at + 3] ?? 0
      return `${hexText(words[at] ?? 0)}-${fourHex(second >>> 16)}-${fourHex(second)}-${fourHex(third >>> 16)}-${fourHex(third)}${hexText(fourth)}`
    }
    let text = ''
    for (let place = 0; place < 16; place++) {
      const code = ((words[at + (place >> 2)] ?? 0) >>> (24 - ((place & 3) << 3))) & 255
      if (code === 0) break
      text += String.fromCharCode(code)
    }
    return text
  }

  /** Enters what was appended, and gives back the room that it has taken ahead. */
  tighten(): void {
    if (this.#isUnlisted) this.#listAll()
    this.#words = fittedWords(this.#words, this.#end << 2)
    if (this.#spaces !== undefined) this.#spaces = fittedHalves(this.#spaces, this.#end)
  }

  exchange(columns: Columns): void {
    this.#end = columns.number('end', this.#end)
    this.#count = columns.number('count', this.#count)
    this.#words = columns.words('words', this.#words, this.#end << 2)
    if (this.#spaces !== undefined) this.#spaces = columns.halves('spaces', this.#spaces, this.#end)
    this.#slots = columns.slots('slots', this.#slots)
    this.#mask = this.#slots.length - 1
    this.#freed.exchange(columns.within('freed'))
    this.#long.exchange(columns.within('long'))
    this.#longFreed.exchange(columns.within('longFreed'))
  }

  /** Whether the four words of an id stand in the order of its text beside others of the same kind: a short id, a UUID. Longer ids are of no such kind: 3. */
  orderingOf(number: number): number {
    const top = (this.#words[(number << 2) + 2] ?? 0) >>> 30
    return top === 1 ? 0 : top
  }

  /** One of the four words that the id is packed in. */
  wordOf(number: number, place: number): number {
    return this.#words[(number << 2) + place] ?? 0
  }

  /** Orders two ids as their texts, by code units: below, at or above 0. */
  compare(one: number, other: number): number {
    const kind = this.orderingOf(one)
    if (kind === 3 || kind !== this.orderingOf(other)) {
      const [mine, theirs] = [this.textOf(one), this.textOf(other)]
      return mine < theirs ? -1 : mine > theirs ? 1 : 0
    }
    const words = this.#words
    for (let place = 0; place < 4; place++) {
      const mine = words[(one << 2) + place] ?? 0
      const theirs = words[(other << 2) + place] ?? 0
      if (mine !== theirs) return mine < theirs ? -1 : 1
    }
    return 0
  }

  #hashAt(number: number): number {
    const at = number << 2
    const words = this.#words
    const third = words[at + 2] ?? 0
    const hashed = third >>> 30 === 3 ? longMark : third
    return hashOf(words[at] ?? 0, words[at + 1] ?? 0, hashed | 0, words[at + 3] ?? 0, this.#spaces?.[number] ?? 0)
  }

  #enter(number: number): void {
    let slot = this.#hashAt(number) & this.#mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask
    this.#slots[slot] = number
  }

  #rehash(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    this.#mask = this.#slots.length - 1
    // In the order of the numbers their words lie side by side. Numbers that were given back have no words.
    if (this.#freed.count === 0) for (let number = 1; number < this.#end; number++) this.#enter(number)
    else for (const number of old) if (number !== 0) this.#enter(number)
  }

  #listAll(): void {
    let places = 32
    while (this.#count * 8 > places * 5) places *= 2
    this.#slots = new Uint32Array(places)
    this.#mask = places - 1
    for (let number = 1; number < this.#end; number++) this.#enter(number)
    this.#isUnlisted = false
  }
}

function hexText(word: number): string {
  return fourHex(word >>> 16) + fourHex(word)
}

/** The lower sixteen bits. */
function fourHex(word: number): string {
  return `${hexTexts[(word >>> 8) & 255]}${hexTexts[word & 255]}`
}
