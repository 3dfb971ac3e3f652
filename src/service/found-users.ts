/** Many users as one bit each, by their numbers: what a walk through all of them has found takes little room and no time to keep. */

import type { Snapshot } from '../core/index.ts'

/** Keys of records, whatever they are kept in. */
export interface Keys extends Iterable<string> {
  readonly size: number
  has(key: string): boolean
}

/** Good for as long as no number is given to somebody else. */
export class FoundUsers implements Keys {
  readonly #users: Snapshot['users']
  #bits = new Uint32Array(1024)
  #size = 0

  constructor(users: Snapshot['users']) {
    this.#users = users
  }

  get size(): number {
    return this.#size
  }

  put(number: number): void {
    const word = number >>> 5
    if (word >= this.#bits.length) {
      const grown = new Uint32Array(Math.max(word + 1, this.#bits.length * 2))
      grown.set(this.#bits)
      this.#bits = grown
    }
    if (this.#isPut(number)) return
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (number & 31))
    this.#size += 1
  }

  take(number: number): void {
    if (!this.#isPut(number)) return
    this.#bits[number >>> 5] = (this.#bits[number >>> 5] ?? 0) & ~(1 << (number & 31))
    this.#size -= 1
  }

  has(key: string): boolean {
    const number = this.#users.find(key)
    return number !== 0 && this.#isPut(number)
  }

  *[Symbol.iterator](): Iterator<string> {
    for (let number = this.#users.next(1); number !== 0; number = this.#users.next(number + 1)) {
      if (this.#isPut(number)) yield this.#users.idOf(number)
    }
  }

  #isPut(number: number): boolean {
    return ((this.#bits[number >>> 5] ?? 0) & (1 << (number & 31))) !== 0
  }
}
