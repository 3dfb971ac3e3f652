/** What few rows have: a window, and two things more. A row without any of it has none of this. */

import type { Window } from '../validity.ts'
import type { Columns } from './columns.ts'
import { FreeNumbers } from './free-numbers.ts'
import { grownDoubles, grownWords } from './growing.ts'
import { instantAt, millisecondsOf } from './row.ts'

export class Extras {
  /** The window in milliseconds, open ends as infinities. */
  from = new Float64Array(16)
  until = new Float64Array(16)
  /** What the two numbers stand for is said by the table whose extras these are; 0 is nothing. */
  first = new Uint32Array(16)
  second = new Uint32Array(16)
  #end = 1
  readonly #freed = new FreeNumbers()

  get count(): number {
    return this.#end - 1 - this.#freed.count
  }

  get bytes(): number {
    return this.from.byteLength * 2 + this.first.byteLength * 2
  }

  /** A number for these extras; 0 when there are none. */
  make(window: Window, first: number, second: number): number {
    if (window.from === undefined && window.until === undefined && first === 0 && second === 0) return 0
    const number = this.#freed.pop() ?? this.#end++
    if (number >= this.from.length) this.#grow(number + 1)
    this.from[number] = millisecondsOf(window.from, Number.NEGATIVE_INFINITY)
    this.until[number] = millisecondsOf(window.until, Number.POSITIVE_INFINITY)
    this.first[number] = first
    this.second[number] = second
    return number
  }

  release(number: number): void {
    if (number !== 0) this.#freed.push(number)
  }

  windowOf(number: number): Window {
    if (number === 0) return {}
    const from = this.from[number] ?? 0
    const until = this.until[number] ?? 0
    return {
      ...(from === Number.NEGATIVE_INFINITY ? {} : { from: instantAt(from) }),
      ...(until === Number.POSITIVE_INFINITY ? {} : { until: instantAt(until) }),
    }
  }

  exchange(columns: Columns): void {
    this.#end = columns.number('end', this.#end)
    this.from = columns.doubles('from', this.from, this.#end)
    this.until = columns.doubles('until', this.until, this.#end)
    this.first = columns.words('first', this.first, this.#end)
    this.second = columns.words('second', this.second, this.#end)
    this.#freed.exchange(columns.within('freed'))
  }

  #grow(length: number): void {
    this.from = grownDoubles(this.from, length)
    const { length: grown } = this.from
    this.until = grownDoubles(this.until, grown)
    this.first = grownWords(this.first, grown)
    this.second = grownWords(this.second, grown)
  }
}
