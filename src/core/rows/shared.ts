/** Values that many rows have in common, each kept once under a number, for as long as a row has it. */

export class Shared<Value> {
  readonly #numbers = new Map<string, number>()
  readonly #keys: (string | undefined)[] = [undefined]
  readonly #values: (Value | undefined)[] = [undefined]
  readonly #counts: number[] = [0]
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
}
