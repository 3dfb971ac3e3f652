/** What compact tables have in common: the bookkeeping of rows, kept once for all that share it; the rows made last; and views of rows. */

import type { RecordBase } from '../record.ts'
import type { Instant } from '../validity.ts'
import type { Columns } from './columns.ts'
import { Shared } from './shared.ts'

/** Rows that can be counted and walked. Walking is safe while rows are put and removed: those gone by then are left out. */
export interface Rows<Row> extends Iterable<Row> {
  readonly size: number
}

const none: Rows<never> = { size: 0, [Symbol.iterator]: () => [][Symbol.iterator]() }

export function rowsOf<Row>(rows: readonly Row[]): Rows<Row> {
  return rows.length === 0 ? none : { size: rows.length, [Symbol.iterator]: () => rows[Symbol.iterator]() }
}

/** Who made a row, when, and whose it is: most rows share this with many others. */
export class Bookkeeping {
  readonly #bases = new Shared<RecordBase>()
  #last: RecordBase | undefined
  #lastNumber = 0

  get count(): number {
    return this.#bases.count
  }

  take({ origin, createdAt, createdBy, updatedAt }: RecordBase): number {
    const last = this.#last
    if (
      last !== undefined &&
      last.createdAt === createdAt &&
      last.updatedAt === updatedAt &&
      last.createdBy === createdBy &&
      last.origin === origin
    )
      return this.#bases.takeAgain(this.#lastNumber)
    const base: RecordBase = { origin, createdAt, createdBy, updatedAt }
    const number = this.#bases.take(`${origin}\n${createdAt}\n${createdBy}\n${updatedAt}`, base)
    this.#last = base
    this.#lastNumber = number
    return number
  }

  release(number: number): void {
    this.#bases.release(number)
    if (this.#bases.valueIfThere(this.#lastNumber) === undefined) this.#last = undefined
  }

  of(number: number): RecordBase {
    return this.#bases.value(number)
  }

  exchange(columns: Columns): void {
    this.#bases.exchange(columns.within('bases'))
  }
}

/** So many rows made last are kept by each table. */
const keptRows = 20_000

/** Rows that were made from their columns, so that the same one is not made again and again. */
export class MadeRows<Row> {
  readonly #rows = new Map<number, Row>()
  readonly #make: (number: number) => Row

  constructor(make: (number: number) => Row) {
    this.#make = make
  }

  get(number: number): Row {
    const known = this.#rows.get(number)
    if (known !== undefined) return known
    if (this.#rows.size >= keptRows) this.#rows.clear()
    const row = this.#make(number)
    this.#rows.set(number, row)
    return row
  }

  /** All have other numbers. */
  clear(): void {
    this.#rows.clear()
  }

  /** The row was changed or removed. */
  forget(number: number): void {
    this.#rows.delete(number)
  }
}

/** Milliseconds of an instant; of none, the given end of time. */
export function millisecondsOf(instant: Instant | undefined, none: number): number {
  return instant === undefined ? none : Date.parse(instant)
}

/** Many windows end together; so many ends are kept as texts. */
const keptInstants = 1024
const instants = new Map<number, Instant>()

export function instantAt(milliseconds: number): Instant {
  const known = instants.get(milliseconds)
  if (known !== undefined) return known
  // Only what was an instant is kept as milliseconds, and both have the same precision.
  const instant = new Date(milliseconds).toISOString() as Instant
  if (instants.size >= keptInstants) instants.clear()
  instants.set(milliseconds, instant)
  return instant
}
