/** The orders of records by their fields, and the texts by which they are found, table by table. */

import type { RowChange, Snapshot, TableName } from '../core/index.ts'
import { foldedKey, keyOf, relativesOf } from '../core/index.ts'
import { fieldOf, textOf, textsOf } from './record-text.ts'
import { SortedPlaces } from './sorted-places.ts'
import { TextIndex } from './text-index.ts'

/** So many orders by other fields than the key are kept of one table; the one that was asked for longest ago goes first. */
const orderLimit = 6

/** One table's share. What nobody has asked for yet is not there. */
interface TableIndex {
  readonly orders: Map<string, SortedPlaces>
  text?: TextIndex
}

/** INVARIANT: what stands here agrees with the snapshot. `publish` keeps it, called with every row right after it was put in force. */
export class RecordOrders {
  readonly #snapshot: Snapshot
  readonly #tables = new Map<TableName, TableIndex>()
  /** Groups whose full name, and that of all below them, was changed since their text was put in. */
  readonly #renamed = new Set<string>()

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
  }

  /** Follows a row. */
  publish(change: RowChange): void {
    const index = this.#tables.get(change.table)
    if (index === undefined) return
    const { table, key, before, after } = change
    for (const [sort, order] of index.orders) {
      const from = before === undefined ? undefined : this.placeOf(before, key, sort)
      const to = after === undefined ? undefined : this.placeOf(after, key, sort)
      if (from === to) continue
      if (from !== undefined) order.remove(from)
      if (to !== undefined) order.add(to)
    }
    if (index.text === undefined) return
    if (after === undefined) index.text.remove(key)
    else if (change.table !== 'group') index.text.put(key, textOf(this.#snapshot, table, after, key))
    // The names above it may be changed by the same change set.
    else if (change.before?.name !== change.after?.name || change.before?.parent !== change.after?.parent) this.#renamed.add(key)
    else index.text.put(key, textOf(this.#snapshot, table, after, key))
  }

  #indexOf(table: TableName): TableIndex {
    const known = this.#tables.get(table)
    if (known !== undefined) return known
    const made: TableIndex = { orders: new Map() }
    this.#tables.set(table, made)
    return made
  }

  /** The order of a table by a field; by the key without one. Cost: linear in the table when it is asked for first. */
  by(table: TableName, sort: string): SortedPlaces {
    const { orders } = this.#indexOf(table)
    let order = orders.get(sort)
    if (order === undefined) {
      const places: string[] = []
      for (const row of this.#snapshot.all(table)) places.push(this.placeOf(row, keyOf(table, row), sort))
      order = new SortedPlaces(places)
      const others = [...orders.keys()].filter((each) => each !== '')
      const [oldest] = others
      if (sort !== '' && oldest !== undefined && others.length >= orderLimit) orders.delete(oldest)
    } else orders.delete(sort)
    // The one that was asked for last stands last.
    orders.set(sort, order)
    return order
  }

  /**
   * The place of a record. Equal values are told apart by the key, which makes every place one that a page can end at. No key holds the character
   * between.
   */
  placeOf(row: object, key: string, sort: string): string {
    if (sort === '') return key
    const value = fieldOf(row, sort)
    return `${value === undefined ? '' : foldedKey(String(value))}\u0000${key}`
  }

  /** The key of the record at a place. */
  keyAt(place: string, sort: string): string {
    return sort === '' ? place : place.slice(place.lastIndexOf('\u0000') + 1)
  }

  /** What records of a table are found by. Cost: linear in the table when it is asked for first. */
  textOf(table: TableName): TextIndex {
    const index = this.#indexOf(table)
    if (index.text === undefined) {
      index.text = new TextIndex(textsOf(this.#snapshot, table))
      if (table === 'group') this.#renamed.clear()
    }
    if (table === 'group' && this.#renamed.size > 0) this.#putRenamed(index.text)
    return index.text
  }

  /** Full names are put in when somebody looks for one: moving a large branch must not wait for it. */
  #putRenamed(text: TextIndex): void {
    const done = new Set<string>()
    for (const top of this.#renamed) {
      const group = this.#snapshot.get('group', top)
      if (group === undefined) continue
      for (const each of [group, ...relativesOf(this.#snapshot, top, 'descendants')]) {
        if (done.has(each.id)) continue
        done.add(each.id)
        text.put(each.id, textOf(this.#snapshot, 'group', each, each.id))
      }
    }
    this.#renamed.clear()
  }
}
