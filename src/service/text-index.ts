/**
 * Finds the records whose text holds what somebody types, from the first letter on.
 *
 * Each record has a number, and each letter, pair and triple of letters a plane: a row of bits, one for every record that has it. What all
 * parts of the sought text have in common is a short list of candidates, whose texts are then read. In a large table the pairs and triples
 * that the first records have most often have planes of their own, which tell it for sure; all others share planes by their hash, so the
 * memory is fixed: 86 bytes a record beside its text. Putting a record in costs the length of its text.
 */

/** Letters that have planes of their own; all others share one. */
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789._@-+ '
const otherLetter = letters.length
const letterPlanes = letters.length + 1
/** Pairs and triples with planes of their own, and planes that the others share: powers of two. */
const ownPlanes = 256
const sharedPlanes = 64
const pairsAt = letterPlanes
const triplesAt = pairsAt + ownPlanes + sharedPlanes
const planeCount = triplesAt + ownPlanes + sharedPlanes
/** To this base letters are written in the numbers of pairs and triples. */
const base = letterPlanes
/** So many records are a large table; of fewer all texts are soon read. */
const largeTable = 10_000

const planeOfLetter = new Uint8Array(128).fill(otherLetter)
for (let index = 0; index < letters.length; index += 1) planeOfLetter[letters.charCodeAt(index)] = index

/** Records are told apart by their key. Texts must be folded by whoever puts them in and asks. */
export class TextIndex {
  readonly #numbers = new Map<string, number>()
  readonly #keys: (string | undefined)[] = []
  readonly #texts: string[] = []
  readonly #free: number[] = []
  /** By the number of a pair or a triple: its own plane; 0: it shares one. */
  readonly #planeOfPair: Uint16Array
  readonly #planeOfTriple: Uint16Array
  #planes: readonly Uint32Array[]

  /**
   * @param records key and text of those that are there first. Cost: the length of their texts, twice.
   * @param large from so many of them on, frequent parts have planes of their own
   */
  constructor(records: Iterable<readonly [key: string, text: string]> = [], large = largeTable) {
    for (const [key, text] of records) {
      this.#numbers.set(key, this.#keys.length)
      this.#keys.push(key)
      this.#texts.push(text)
    }
    const { pairs, triples } = this.#texts.length < large ? noParts : countedParts(this.#texts)
    this.#planeOfPair = planesOfMost(pairs, pairsAt)
    this.#planeOfTriple = planesOfMost(triples, triplesAt)
    const words = Math.max(2, (this.#keys.length + 31) >>> 5)
    this.#planes = Array.from({ length: planeCount }, () => new Uint32Array(words))
    for (const [number, text] of this.#texts.entries()) this.#mark(number, text)
  }

  /** Puts the text of a record in place of the one before. */
  put(key: string, text: string): void {
    const known = this.#numbers.get(key)
    if (known !== undefined && this.#texts[known] === text) return
    const number = known ?? this.#free.pop() ?? this.#keys.length
    if (known !== undefined) this.#clear(number)
    this.#numbers.set(key, number)
    this.#keys[number] = key
    this.#texts[number] = text
    this.#mark(number, text)
  }

  remove(key: string): void {
    const number = this.#numbers.get(key)
    if (number === undefined) return
    this.#clear(number)
    this.#numbers.delete(key)
    this.#keys[number] = undefined
    this.#texts[number] = ''
    this.#free.push(number)
  }

  /** The records whose text holds the sought one. Cost: a word for each 32 records and part of the sought text, and a look at each candidate. */
  find(sought: string): FoundRecords {
    const found = this.#candidates(sought)
    let count = 0
    const isSure = this.#isSure(sought)
    for (let word = 0; word < found.length; word += 1) {
      let bits = found[word] ?? 0
      if (bits === 0) continue
      if (!isSure) {
        for (let left = bits; left !== 0; left &= left - 1) {
          const bit = 31 - Math.clz32(left & -left)
          if (!(this.#texts[word * 32 + bit] ?? '').includes(sought)) bits &= ~(1 << bit)
        }
        found[word] = bits
      }
      count += onesIn(bits)
    }
    return { count, has: (key) => this.#isMarked(found, key), keys: () => this.#keysOf(found) }
  }

  /** Whether the text is one of those with a plane of their own. */
  #isSure(sought: string): boolean {
    const [first = otherLetter, second = 0, third = 0] = Array.from(sought.slice(0, 3), (_, at) => numberOfLetter(sought.charCodeAt(at)))
    if (sought.length === 1) return first !== otherLetter
    if (sought.length === 2) return (this.#planeOfPair[first * base + second] ?? 0) !== 0
    return sought.length === 3 && (this.#planeOfTriple[(first * base + second) * base + third] ?? 0) !== 0
  }

  #isMarked(found: Uint32Array, key: string): boolean {
    const number = this.#numbers.get(key)
    return number !== undefined && ((found[number >>> 5] ?? 0) & (1 << (number & 31))) !== 0
  }

  *#keysOf(found: Uint32Array): IterableIterator<string> {
    for (let word = 0; word < found.length; word += 1) {
      for (let left = found[word] ?? 0; left !== 0; left &= left - 1) {
        const key = this.#keys[word * 32 + 31 - Math.clz32(left & -left)]
        if (key !== undefined) yield key
      }
    }
  }

  #candidates(sought: string): Uint32Array {
    const [first, ...more] = new Set(planes.subarray(0, this.#readPlanes(sought)))
    const words = (this.#keys.length + 31) >>> 5
    const found = new Uint32Array(words)
    found.set((this.#planes[first ?? 0] ?? found).subarray(0, words))
    for (const each of more) {
      const plane = this.#planes[each] ?? found
      for (let word = 0; word < words; word += 1) found[word] = (found[word] ?? 0) & (plane[word] ?? 0)
    }
    return found
  }

  #mark(number: number, text: string): void {
    const word = number >>> 5
    const bit = 1 << (number & 31)
    if (word >= (this.#planes[0]?.length ?? 0)) this.#grow(word)
    const count = this.#readPlanes(text)
    for (let at = 0; at < count; at += 1) {
      const row = this.#planes[planes[at] ?? 0]
      if (row !== undefined) row[word] = (row[word] ?? 0) | bit
    }
  }

  #clear(number: number): void {
    const word = number >>> 5
    const others = ~(1 << (number & 31))
    for (const row of this.#planes) row[word] = (row[word] ?? 0) & others
  }

  #grow(word: number): void {
    const length = Math.max(word + 1, Math.ceil((this.#planes[0]?.length ?? 1) * 1.5))
    this.#planes = this.#planes.map((before) => {
      const row = new Uint32Array(length)
      row.set(before)
      return row
    })
  }
  /** Reads the planes of every letter, pair and triple of the text into `planes`, and says how many there are. */
  #readPlanes(text: string): number {
    if (text.length * 3 > planes.length) planes = new Uint16Array(text.length * 3)
    let count = 0
    let before = 0
    let second = 0
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      planes[count++] = numberOfLetter(code)
      if (at > 0) {
        const hash = Math.imul(before, 0x9e3779b1) + Math.imul(code, 0x85ebca6b)
        const pair = numberOfLetter(before) * base + numberOfLetter(code)
        planes[count++] = this.#planeOfPair[pair] || pairsAt + ownPlanes + ((hash ^ (hash >>> 15)) & (sharedPlanes - 1))
        if (at > 1) {
          const triple = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) + Math.imul(second, 0x27d4eb2f)
          planes[count++] =
            this.#planeOfTriple[numberOfLetter(second) * base ** 2 + pair] ||
            triplesAt + ownPlanes + ((triple ^ (triple >>> 16)) & (sharedPlanes - 1))
        }
      }
      second = before
      before = code
    }
    return count
  }
}

/** What was found, as it stood at that moment; it must be read before anything is put in again. */
export interface FoundRecords {
  readonly count: number
  has(key: string): boolean
  keys(): IterableIterator<string>
}

/** The planes of the text that was read last; made anew for each, and of one size, because every record is read into it. */
let planes = new Uint16Array(1024)

function numberOfLetter(code: number): number {
  return code < 128 ? (planeOfLetter[code] ?? otherLetter) : otherLetter
}

const noParts = { pairs: new Uint32Array(0), triples: new Uint32Array(0) }

/** How often there are pairs and triples of letters with planes of their own. */
function countedParts(texts: readonly string[]): { readonly pairs: Uint32Array; readonly triples: Uint32Array } {
  const pairs = new Uint32Array(base ** 2)
  const triples = new Uint32Array(base ** 3)
  for (const text of texts) {
    let second = otherLetter
    let before = otherLetter
    for (let at = 0; at < text.length; at += 1) {
      const letter = numberOfLetter(text.charCodeAt(at))
      if (letter !== otherLetter && before !== otherLetter) {
        const pair = before * base + letter
        pairs[pair] = (pairs[pair] ?? 0) + 1
        const triple = second * base ** 2 + pair
        if (second !== otherLetter) triples[triple] = (triples[triple] ?? 0) + 1
      }
      second = before
      before = letter
    }
  }
  return { pairs, triples }
}

/** Gives planes from the first on to those that were counted most often. */
function planesOfMost(counts: Uint32Array, first: number): Uint16Array {
  const given = new Uint16Array(counts.length)
  const counted = [...counts.keys()].filter((part) => counts[part] !== 0)
  counted.sort((one, other) => (counts[other] ?? 0) - (counts[one] ?? 0))
  for (const [place, part] of counted.slice(0, ownPlanes).entries()) given[part] = first + place
  return given
}

function onesIn(bits: number): number {
  let left = bits - ((bits >>> 1) & 0x55555555)
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333)
  return Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
