/** Walks through many records in pieces, between which everybody else has a turn. */

import type { Snapshot, TableName } from '../core/index.ts'
import type { Keys } from './found-users.ts'
import { FoundUsers } from './found-users.ts'
import type { RecordOrders } from './record-orders.ts'

/** A walk through many records lets everybody else have a turn after so long, and looks at the clock after so many. */
const pieceMilliseconds = 4
const uncountedRecords = 32

/**
 * INVARIANT: what a walk tells agrees with the state of the moment in which it tells it. `publish` keeps it, called with every row right after it
 * was put in force: what was written since a walk began is looked at again at its end.
 */
export class RecordWalks {
  readonly #snapshot: Snapshot
  readonly #orders: RecordOrders
  /** Those under way: what was written to their table since they began. */
  readonly #walks = new Set<{ readonly table: TableName; readonly written: Set<string> }>()

  constructor(snapshot: Snapshot, orders: RecordOrders) {
    this.#snapshot = snapshot
    this.#orders = orders
  }

  publish(written: TableName, key: string): void {
    for (const walk of this.#walks) if (walk.table === written) walk.written.add(key)
  }

  /** Looks at records by their keys, in the order of the table or as they are given. Tells in one step with the last of them which belong. */
  async byKey<Result>(
    table: TableName,
    keys: readonly string[] | undefined,
    belongs: (key: string) => boolean,
    tell: (keys: Keys) => Result,
  ): Promise<Result> {
    const walk = { table, written: new Set<string>() }
    const found = new Set<string>()
    this.#walks.add(walk)
    try {
      let next = 0
      let after: string | undefined
      for (let isOver = false; !isOver; ) {
        const end = performance.now() + pieceMilliseconds
        isOver = true
        let count = 0
        for (const key of keys === undefined ? this.#orders.by(table, '').walk(after, false) : from(keys, next)) {
          if (belongs(key)) found.add(key)
          after = key
          next += 1
          count += 1
          if (count % uncountedRecords !== 0 || performance.now() < end) continue
          isOver = false
          break
        }
        if (!isOver) await anotherTurn()
      }
      for (const key of walk.written) {
        if (belongs(key)) found.add(key)
        else found.delete(key)
      }
      return tell(found)
    } finally {
      this.#walks.delete(walk)
    }
  }

  /** Looks at all users, one number after the other, which is the quickest way through them. Tells as the walk by keys does. */
  async throughUsers<Result>(belongs: (number: number) => boolean, tell: (keys: Keys) => Result): Promise<Result> {
    const { users } = this.#snapshot
    const found = new FoundUsers(users)
    // Also a write that is tried and taken back may give somebody another number.
    const touched = new Set<number>()
    users.walks.add(touched)
    try {
      for (let number = users.next(1); number !== 0; ) {
        const end = performance.now() + pieceMilliseconds
        for (let count = 1; number !== 0; count += 1) {
          if (belongs(number)) found.put(number)
          number = users.next(number + 1)
          if (count % uncountedRecords === 0 && performance.now() >= end) break
        }
        if (number === 0) break
        await anotherTurn()
        number = users.next(number)
      }
      for (const number of touched) {
        found.take(number)
        if (users.next(number) === number && belongs(number)) found.put(number)
      }
      return tell(found)
    } finally {
      users.walks.delete(touched)
    }
  }
}

/** Lets everybody who waits go first. */
function anotherTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function* from(keys: readonly string[], start: number): IterableIterator<string> {
  for (let at = start; at < keys.length; at += 1) yield keys[at] ?? ''
}
