/** Tables of which a tenant has few rows, or seldom asks: rows as they are, by their key and by what else finds them. */

/** A table as it is read; `put` and `remove` of the snapshot write it. */
export interface Table<Row> {
  readonly size: number
  get(key: string): Row | undefined
  all(): IterableIterator<Row>
}

/** A table of which a tenant has few rows, or seldom asks. */
export class PlainTable<Row> implements Table<Row> {
  readonly #rows = new Map<string, Row>()

  get size(): number {
    return this.#rows.size
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key)
  }

  all(): IterableIterator<Row> {
    return this.#rows.values()
  }

  set(key: string, row: Row): void {
    this.#rows.set(key, row)
  }

  delete(key: string): void {
    this.#rows.delete(key)
  }
}

/** Rows by a key that many may share. An absent key reads as an empty set. */
export class Index<Row extends object> {
  /** The only row of a key stands for itself: most keys have one, and a set weighs more than the rest. */
  readonly #rows = new Map<string, Row | Set<Row>>()

  get(key: string): ReadonlySet<Row> {
    const rows = this.#rows.get(key)
    if (rows === undefined) return none as ReadonlySet<never>
    return rows instanceof Set ? rows : new Set([rows])
  }

  add(key: string, row: Row): void {
    const rows = this.#rows.get(key)
    if (rows === undefined) this.#rows.set(key, row)
    else if (rows instanceof Set) rows.add(row)
    else this.#rows.set(key, new Set([rows, row]))
  }

  remove(key: string, row: Row): void {
    const rows = this.#rows.get(key)
    if (rows === row) this.#rows.delete(key)
    if (!(rows instanceof Set)) return
    rows.delete(row)
    if (rows.size === 0) this.#rows.delete(key)
  }
}
const none: ReadonlySet<never> = new Set()
