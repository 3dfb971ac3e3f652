/** Finds records by a text of theirs that is not kept here: by its hash, so that whoever asks compares the texts. */

import type { Columns } from './columns.ts'

/** Pairs of a hash and a number in one open table. A number may stand under several hashes, a hash for several numbers. */
export class TextIndex {
  #hashes = new Uint32Array(32)
  /** 0: a free place that ends a search. */
  #numbers = new Uint32Array(32)
  #count = 0

  get bytes(): number {
    return this.#hashes.byteLength * 2
  }

  add(text: string, number: number): void {
    if ((this.#count + 1) * 8 > this.#numbers.length * 5) this.#rehash()
    this.#enter(hashOf(text), number)
    this.#count += 1
  }

  remove(text: string, number: number): void {
    const hash = hashOf(text)
    const mask = this.#numbers.length - 1
    let slot = hash & mask
    while (this.#numbers[slot] !== number || this.#hashes[slot] !== hash) {
      if (this.#numbers[slot] === 0) return
      slot = (slot + 1) & mask
    }
    for (let next = (slot + 1) & mask; this.#numbers[next] !== 0; next = (next + 1) & mask) {
      const home = (this.#hashes[next] ?? 0) & mask
      if (((next - home) & mask) < ((next - slot) & mask)) continue
      this.#hashes[slot] = this.#hashes[next] ?? 0
      this.#numbers[slot] = this.#numbers[next] ?? 0
      slot = next
    }
    this.#numbers[slot] = 0
    // Nothing of a text that is gone is kept.
    this.#hashes[slot] = 0
    this.#count -= 1
  }

  /** The numbers that may stand for the text, and others of the same hash. */
  candidates(text: string): readonly number[] {
    const hash = hashOf(text)
    const mask = this.#numbers.length - 1
    const found: number[] = []
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.#numbers[slot] ?? 0
      if (number === 0) return found
      if (this.#hashes[slot] === hash) found.push(number)
    }
  }

  exchange(columns: Columns): void {
    this.#count = columns.number('count', this.#count)
    this.#hashes = columns.slots('hashes', this.#hashes)
    this.#numbers = columns.slots('numbers', this.#numbers)
  }

  #enter(hash: number, number: number): void {
    const mask = this.#numbers.length - 1
    let slot = hash & mask
    while (this.#numbers[slot] !== 0) slot = (slot + 1) & mask
    this.#hashes[slot] = hash
    this.#numbers[slot] = number
  }

  #rehash(): void {
    const hashes = this.#hashes
    const numbers = this.#numbers
    this.#hashes = new Uint32Array(hashes.length * 2)
    this.#numbers = new Uint32Array(numbers.length * 2)
    for (const [slot, number] of numbers.entries()) if (number !== 0) this.#enter(hashes[slot] ?? 0, number)
  }
}

function hashOf(text: string): number {
  let hash = 0x811c_9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
