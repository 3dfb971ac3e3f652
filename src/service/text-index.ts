/**
 * Finds the records whose text holds what somebody types, from the first letter on.
 *
 * Each record has a number, and each letter, pair and triple of letters a plane: a row of bits, one for every record that has it. What all
 * parts of the sought text have in common is a short list of candidates, whose texts are then read. Pairs and triples share planes by their
 * hash, so the memory is fixed: 80 bytes a record beside its text. Putting a record in costs the length of its text.
 */

/** Letters that have planes of their own; all others share one. */
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789._@-+ '
const letterPlanes = letters.length + 1
/** Both are powers of two. */
const pairPlanes = 256
const triplePlanes = 256
const planeCount = letterPlanes + pairPlanes + triplePlanes

const planeOfLetter = new Uint8Array(128).fill(letters.length)
for (let index = 0; index < letters.length; index += 1) planeOfLetter[letters.charCodeAt(index)] = index

/** Records are told apart by their key. Texts must be folded by whoever puts them in and asks. */
export class TextIndex {
  readonly #numbers = new Map<string, number>()
  readonly #keys: (string | undefined)[] = []
  readonly #texts: string[] = []
  readonly #free: number[] = []
  #planes: readonly Uint32Array[] = Array.from({ length: planeCount }, () => new Uint32Array(2))

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
    // A letter with a plane of its own is told by it for sure.
    const isSure = sought.length === 1 && (planeOfLetter[sought.charCodeAt(0)] ?? letters.length) < letters.length
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
    const [first, ...more] = new Set(planesOf(sought))
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
    for (const plane of planesOf(text)) {
      const row = this.#planes[plane]
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
}

/** What was found, as it stood at that moment; it must be read before anything is put in again. */
export interface FoundRecords {
  readonly count: number
  has(key: string): boolean
  keys(): IterableIterator<string>
}

/** The planes of every letter, pair and triple of the text. */
function planesOf(text: string): readonly number[] {
  const planes: number[] = []
  let before = 0
  let second = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    planes.push(code < 128 ? (planeOfLetter[code] ?? letters.length) : letters.length)
    if (at > 0) {
      const pair = Math.imul(before, 0x9e3779b1) + Math.imul(code, 0x85ebca6b)
      planes.push(letterPlanes + ((pair ^ (pair >>> 15)) & (pairPlanes - 1)))
      if (at > 1) {
        const triple = Math.imul(pair ^ (pair >>> 13), 0xc2b2ae35) + Math.imul(second, 0x27d4eb2f)
        planes.push(letterPlanes + pairPlanes + ((triple ^ (triple >>> 16)) & (triplePlanes - 1)))
      }
    }
    second = before
    before = code
  }
  return planes
}

function onesIn(bits: number): number {
  let left = bits - ((bits >>> 1) & 0x55555555)
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333)
  return Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
