/** Numbers that were given back, to be given again. */

import type { Columns } from './columns.ts'
import { grownWords } from './growing.ts'

export class FreeNumbers {
  #numbers = new Uint32Array(16)
  count = 0

  push(number: number): void {
    this.#numbers = grownWords(this.#numbers, this.count + 1)
    this.#numbers[this.count] = number
    this.count += 1
  }

  /** The one given back last. */
  pop(): number | undefined {
    if (this.count === 0) return undefined
    this.count -= 1
    return this.#numbers[this.count]
  }

  get bytes(): number {
    return this.#numbers.byteLength
  }

  exchange(columns: Columns): void {
    this.count = columns.number('count', this.count)
    this.#numbers = columns.words('numbers', this.#numbers, this.count)
  }
}
