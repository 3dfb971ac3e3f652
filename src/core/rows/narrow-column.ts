/** A column of numbers of which nearly all are small: a byte for each row, and a table beside it for the few that need more. */

import type { Columns } from './columns.ts'
import { fittedBytes, fittedWords, grownBytes, grownWords } from './growing.ts'

/** What stands for a number that does not fit. */
const far = 255
/** With more of these than one in so many rows, every row gets a whole word. */
const fewest = 4096
const share = 16

export class NarrowColumn {
  #near = new Uint8Array(16)
  #far = new Map<number, number>()
  /** In place of the other two, once there were too many large numbers. */
  #wide: Uint32Array<ArrayBuffer> | undefined

  get bytes(): number {
    return this.#wide?.byteLength ?? this.#near.byteLength + this.#far.size * 32
  }

  /** The number of a row; 0 for one that was never set. */
  get(row: number): number {
    if (this.#wide !== undefined) return this.#wide[row] ?? 0
    const found = this.#near[row] ?? 0
    return found === far ? (this.#far.get(row) ?? 0) : found
  }

  set(row: number, number: number): void {
    if (this.#wide !== undefined) {
      this.#wide = grownWords(this.#wide, row + 1)
      this.#wide[row] = number
      return
    }
    this.#near = grownBytes(this.#near, row + 1)
    if (this.#near[row] === far) this.#far.delete(row)
    this.#near[row] = number < far ? number : far
    if (number < far) return
    this.#far.set(row, number)
    if (this.#far.size > fewest && this.#far.size * share > this.#near.length) this.#widen()
  }

  /** Goes back to a byte for each row where that has become enough, and gives back what is behind the rows up to `end`. Cost: all rows. */
  tighten(end: number): void {
    this.#narrow()
    this.#near = fittedBytes(this.#near, end)
    if (this.#wide !== undefined) this.#wide = fittedWords(this.#wide, end)
  }

  #narrow(): void {
    const wide = this.#wide
    if (wide === undefined) return
    let count = 0
    for (const number of wide) if (number >= far) count += 1
    if (count > fewest && count * share > wide.length) return
    this.#wide = undefined
    this.#near = grownBytes(new Uint8Array(0), wide.length)
    for (let row = 0; row < wide.length; row++) if (wide[row] !== 0) this.set(row, wide[row] ?? 0)
  }

  exchange(columns: Columns, length: number): void {
    if (columns.number('isWide', this.#wide === undefined ? 0 : 1) === 1) {
      this.#wide = columns.words('wide', grownWords(this.#wide ?? new Uint32Array(0), length), length)
      return
    }
    this.#near = grownBytes(this.#near, length)
    this.#near = columns.bytes('near', this.#near, length)
    const given: Iterable<readonly [number, number]> = this.#far
    for (const [row, number] of columns.list('far', given)) this.#far.set(row, number)
  }

  #widen(): void {
    const wide = grownWords(new Uint32Array(0), this.#near.length)
    wide.set(this.#near)
    for (const [row, number] of this.#far) wide[row] = number
    this.#wide = wide
    this.#near = new Uint8Array(0)
    this.#far.clear()
  }
}
