/** Values that many rows have in common, each kept once under a number, for as long as a row has it. */

import type { Columns } from './columns.ts'
import { grownWords } from './growing.ts'

type Entry<Value> = readonly [value?: Value, key?: string]

export class Shared<Value> {
  readonly #numbers = new Map<string, number>()
  readonly #keys: (string | undefined)[] = [undefined]
  readonly #values: (Value | undefined)[] = [undefined]
  #counts = new Uint32Array(16)
  readonly #freed: number[] = []

  /** How many different values there are. */
  get count(): number {
    return this.#numbers.size
  }

  /** The number of a value, from 1 on; one more row has it. Equal keys must mean equal values. */
  take(key: string, value: Value): number {
    const known = this.#numbers.get(key)
    if (known !== undefined) {
      this.#counts[known] = (this.#counts[known] ?? 0) + 1
      return known
    }
    const number = this.#freed.pop() ?? this.#values.length
    this.#numbers.set(key, number)
    this.#keys[number] = key
    this.#values[number] = value
    this.#counts = grownWords(this.#counts, number + 1)
    this.#counts[number] = 1
    return number
  }

  /** One more row has the value of this number. */
  takeAgain(number: number): number {
    this.#counts[number] = (this.#counts[number] ?? 0) + 1
    return number
  }

  /** One row less has it; 0 is nothing. */
  release(number: number): void {
    if (number === 0) return
    const left = (this.#counts[number] ?? 0) - 1
    this.#counts[number] = left
    if (left > 0) return
    this.#numbers.delete(this.#keys[number] ?? '')
    this.#keys[number] = undefined
    this.#values[number] = undefined
    this.#freed.push(number)
  }

  /** 0: no row has it. */
  find(key: string): number {
    return this.#numbers.get(key) ?? 0
  }

  /** The value; a number that no row has is a defect. */
  value(number: number): Value {
    const found = this.#values[number]
    if (found === undefined) throw new Error(`nothing is kept under the number ${number}`)
    return found
  }

  keyOf(number: number): string {
    return this.#keys[number] ?? ''
  }

  valueIfThere(number: number): Value | undefined {
    return this.#values[number]
  }

  exchange(columns: Columns): void {
    const end = columns.number('end', this.#values.length)
    this.#counts = columns.words('counts', this.#counts, end)
    for (const entry of columns.list('entries', this.#entries(end))) this.#enter(entry)
  }

  /** Key and value of each number up to the end; one of them where they are the same, none where no row has it. */
  *#entries(end: number): Generator<Entry<Value>> {
    for (let number = 1; number < end; number++) {
      const key = this.#keys[number]
      const value = this.#values[number]
      if (key === undefined || value === undefined) yield []
      else yield key === value ? [value] : [value, key]
    }
  }

  #enter([value, key]: Entry<Value>): void {
    const number = this.#values.length
    this.#values.push(value)
    // A value without a key is a text, and its own key.
    const name = value === undefined ? undefined : (key ?? String(value))
    this.#keys.push(name)
    if (name === undefined) this.#freed.push(number)
    else this.#numbers.set(name, number)
  }
}
