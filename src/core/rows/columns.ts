/** What the tables of a snapshot consist of, given away and taken back. A table names each part once, in one method for both ways. */

import type { NumberKind, Numbers } from './growing.ts'

/** One part of a table, as it lies in memory. `items` are values that JSON keeps; they are read once, while the snapshot stands still. */
export type Column =
  | { readonly kind: NumberKind; readonly array: Numbers }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'list'; readonly items: Iterable<unknown> }

/** The parts of a snapshot by their names: `holds/group`. */
export type ColumnsByName = ReadonlyMap<string, Column>

/**
 * Given a part, `GivenColumns` keeps a view of it and gives it back; `TakenColumns` gives the part of that name which was kept before. So
 * a table reads `this.group = columns.words('group', this.group, this.#end)`, whichever way it goes.
 */
export interface Columns {
  /** The parts of something inside. */
  within(name: string): Columns
  number(name: string, value: number): number
  /** The first `length` numbers of an array that grows. */
  bytes(name: string, array: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer>
  halves(name: string, array: Uint16Array<ArrayBuffer>, length: number): Uint16Array<ArrayBuffer>
  words(name: string, array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer>
  doubles(name: string, array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer>
  /** An array that is replaced by another when it is full, whole. */
  slots(name: string, array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer>
  set(name: string, numbers: Set<number>): Set<number>
  /** Values that JSON keeps as they are. Gives those that were kept before; none when they are given away. */
  list<T>(name: string, items: Iterable<T>): Iterable<T>
}

/** Collects the parts. Copies nothing, and so holds only until the snapshot changes. */
export class GivenColumns implements Columns {
  readonly columns: Map<string, Column>
  readonly #prefix: string

  constructor(columns = new Map<string, Column>(), prefix = '') {
    this.columns = columns
    this.#prefix = prefix
  }

  within(name: string): Columns {
    return new GivenColumns(this.columns, `${this.#prefix}${name}/`)
  }

  number(name: string, value: number): number {
    this.#keep(name, { kind: 'number', value })
    return value
  }

  bytes(name: string, array: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
    this.#keep(name, { kind: 'bytes', array: array.subarray(0, length) })
    return array
  }

  halves(name: string, array: Uint16Array<ArrayBuffer>, length: number): Uint16Array<ArrayBuffer> {
    this.#keep(name, { kind: 'halves', array: array.subarray(0, length) })
    return array
  }

  words(name: string, array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
    this.#keep(name, { kind: 'words', array: array.subarray(0, length) })
    return array
  }

  doubles(name: string, array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
    this.#keep(name, { kind: 'doubles', array: array.subarray(0, length) })
    return array
  }

  slots(name: string, array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
    this.#keep(name, { kind: 'slots', array })
    return array
  }

  set(name: string, numbers: Set<number>): Set<number> {
    this.#keep(name, { kind: 'list', items: numbers })
    return numbers
  }

  list<T>(name: string, items: Iterable<T>): Iterable<T> {
    this.#keep(name, { kind: 'list', items })
    return []
  }

  #keep(name: string, column: Column): void {
    const whole = `${this.#prefix}${name}`
    if (this.columns.has(whole)) throw new Error(`the part ${whole} is given twice`)
    this.columns.set(whole, column)
  }
}

/** The parts are not those that the tables of this program give. */
export class ColumnsUnfit extends Error {}

/** Gives the parts back, each once. Throws `ColumnsUnfit` for one that is missing, of another kind or of another length. */
export class TakenColumns implements Columns {
  readonly #columns: Map<string, Column>
  readonly #prefix: string

  constructor(columns: Map<string, Column>, prefix = '') {
    this.#columns = columns
    this.#prefix = prefix
  }

  /** The names of those that nobody has taken. */
  get left(): readonly string[] {
    return [...this.#columns.keys()]
  }

  within(name: string): Columns {
    return new TakenColumns(this.#columns, `${this.#prefix}${name}/`)
  }

  number(name: string): number {
    const column = this.#take(name)
    if (column.kind !== 'number' || !Number.isSafeInteger(column.value) || column.value < 0) throw this.#unfit(name, 'is no number')
    return column.value
  }

  bytes(name: string, _: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
    const { array } = this.#numbers(name, 'bytes', length)
    if (!(array instanceof Uint8Array)) throw this.#unfit(name, 'is of another kind')
    return array
  }

  halves(name: string, _: Uint16Array<ArrayBuffer>, length: number): Uint16Array<ArrayBuffer> {
    const { array } = this.#numbers(name, 'halves', length)
    if (!(array instanceof Uint16Array)) throw this.#unfit(name, 'is of another kind')
    return array
  }

  words(name: string, _: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
    const { array } = this.#numbers(name, 'words', length)
    if (!(array instanceof Uint32Array)) throw this.#unfit(name, 'is of another kind')
    return array
  }

  doubles(name: string, _: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
    const { array } = this.#numbers(name, 'doubles', length)
    if (!(array instanceof Float64Array)) throw this.#unfit(name, 'is of another kind')
    return array
  }

  slots(name: string): Uint32Array<ArrayBuffer> {
    const { array } = this.#numbers(name, 'slots', undefined)
    // A place in it is found by the low bits of a hash.
    if (!(array instanceof Uint32Array) || array.length === 0 || (array.length & (array.length - 1)) !== 0)
      throw this.#unfit(name, 'has no power of two places')
    return array
  }

  set(name: string): Set<number> {
    return new Set(this.list<number>(name))
  }

  list<T>(name: string): Iterable<T> {
    const column = this.#take(name)
    if (column.kind !== 'list') throw this.#unfit(name, 'is no list')
    // Given by the same method of the same table; whoever kept them has seen that they are what was given.
    return column.items as Iterable<T>
  }

  #numbers(name: string, kind: NumberKind, length: number | undefined) {
    const column = this.#take(name)
    if (column.kind !== kind) throw this.#unfit(name, `is not of the kind ${kind}`)
    if (length !== undefined && column.array.length !== length) throw this.#unfit(name, `has ${column.array.length} numbers, not ${length}`)
    return column
  }

  #take(name: string): Column {
    const whole = `${this.#prefix}${name}`
    const column = this.#columns.get(whole)
    if (column === undefined) throw this.#unfit(name, 'is missing')
    this.#columns.delete(whole)
    return column
  }

  #unfit(name: string, reason: string): ColumnsUnfit {
    return new ColumnsUnfit(`the part ${this.#prefix}${name} ${reason}`)
  }
}
