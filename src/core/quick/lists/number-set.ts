/** A set of numbers that is emptied at once and walked in the order in which they came. */

import { grownWords } from '../../rows/growing.ts'

export class NumberSet {
  /** The numbers, the first `count` of them. Ask for it anew after `add`. */
  numbers = new Uint32Array(64)
  count = 0
  /** Where each number stands, if it is in; anything, if it is not. */
  #places = new Uint32Array(64)

  /** Empties the set and makes room for numbers below `end`. */
  clear(end: number): void {
    this.count = 0
    if (end > this.#places.length) this.#places = grownWords(this.#places, end)
  }

  /** Its place in `numbers`; -1: it is not in. */
  placeOf(number: number): number {
    const place = this.#places[number] ?? 0
    return place < this.count && this.numbers[place] === number ? place : -1
  }

  /** False: it was in already. */
  add(number: number): boolean {
    const place = this.#places[number] ?? 0
    const { count } = this
    if (place < count && this.numbers[place] === number) return false
    if (count >= this.numbers.length) this.numbers = grownWords(this.numbers, count + 1)
    this.numbers[count] = number
    this.#places[number] = count
    this.count = count + 1
    return true
  }
}
