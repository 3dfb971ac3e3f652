/** What an effect comes to: exact counts by resource type and permission, and as many of the items as were wanted, or a sample of them. */

import type { ResourceReference } from '../reference.ts'
import type { Flips } from './differences.ts'
import type { Steps } from './pieces.ts'

/** Resources, of which all stand for the same: how many, and the first of them. */
export interface Alike {
  readonly count: number
  readonly first: readonly number[]
}

/** Everybody in `places` on each of the resources, in the order in which they are told. */
interface Block {
  readonly resources: readonly number[]
  readonly places: readonly number[]
}

/** One direction of one row of the counts. */
class Row {
  /** Exact, whatever is kept. */
  count = 0
  /** How many can be told. */
  kept = 0
  readonly #blocks: Block[] = []

  note(resources: Alike, people: number, places: readonly number[], limit: number): void {
    this.count += resources.count * people
    if (this.kept >= limit || places.length === 0 || resources.first.length === 0) return
    this.#blocks.push({ resources: resources.first, places })
    this.kept += resources.first.length * places.length
  }

  /** The first of it, by resource number and place. */
  *told(limit: number): IterableIterator<readonly [resource: number, place: number]> {
    let left = limit
    for (const { resources, places } of this.#blocks) {
      for (const resource of resources) {
        for (const place of places) {
          if (left === 0) return
          left -= 1
          yield [resource, place]
        }
      }
    }
  }
}

/** A permission and a type of resources, with what is gained and lost of it. */
interface Counted {
  readonly resourceType: string
  readonly permission: string
  readonly gained: Row
  readonly lost: Row
}

/** One permission of somebody on something, by numbers. */
export interface Told {
  readonly permission: string
  readonly resource: number
  readonly place: number
}

export class Tally {
  readonly #limit: number
  readonly #rows = new Map<string, Counted>()

  /** @param limit at most so many are told */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Notes who gains and loses the permission on each of the resources. */
  note(resourceType: string, permission: string, resources: Alike, { gained, lost, gains, losses }: Flips): void {
    if (resources.count === 0 || (gained === 0 && lost === 0)) return
    const key = `${permission}\n${resourceType}`
    const row = this.#rows.get(key) ?? { resourceType, permission, gained: new Row(), lost: new Row() }
    this.#rows.set(key, row)
    row.gained.note(resources, gained, gains, this.#limit)
    row.lost.note(resources, lost, losses, this.#limit)
  }

  /** By resource type and permission, sorted. */
  get counts() {
    return [...this.#rows]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, { resourceType, permission, gained, lost }]) => ({ resourceType, permission, gained: gained.count, lost: lost.count }))
  }

  get gained(): number {
    return [...this.#rows.values()].reduce((sum, { gained }) => sum + gained.count, 0)
  }

  get lost(): number {
    return [...this.#rows.values()].reduce((sum, { lost }) => sum + lost.count, 0)
  }

  /** Everything, or when that is more than the limit a part, spread over the counts so that each of them has its example. */
  *told(): Steps<{ readonly gains: readonly Told[]; readonly losses: readonly Told[] }> {
    const parts = [...this.#rows.values()].flatMap((row) => [
      { row, part: row.gained, isGain: true },
      { row, part: row.lost, isGain: false },
    ])
    // Those with the least first: what they leave is for the others.
    parts.sort((one, other) => one.part.kept - other.part.kept)
    const gains: Told[] = []
    const losses: Told[] = []
    let left = this.#limit
    let looked = 0
    for (const [index, { row, part, isGain }] of parts.entries()) {
      const share = Math.ceil(left / (parts.length - index))
      for (const [resource, place] of part.told(Math.min(share, left))) {
        const told = isGain ? gains : losses
        told.push({ permission: row.permission, resource, place })
        left -= 1
        if (++looked % 128 === 0) yield
      }
    }
    return { gains, losses }
  }
}

/** Sorts by text, in steps. */
export function* sortedBy<Item>(items: readonly Item[], textOf: (item: Item) => ResourceReference): Steps<readonly Item[]> {
  const size = 128
  let runs: (readonly Item[])[] = []
  for (let at = 0; at < items.length; at += size) {
    runs.push(items.slice(at, at + size).sort((one, other) => (textOf(one) < textOf(other) ? -1 : 1)))
    yield
  }
  while (runs.length > 1) {
    const merged: (readonly Item[])[] = []
    for (let at = 0; at < runs.length; at += 2) merged.push(yield* mergedBy(runs[at] ?? [], runs[at + 1] ?? [], textOf))
    runs = merged
  }
  return runs[0] ?? []
}

function* mergedBy<Item>(one: readonly Item[], other: readonly Item[], textOf: (item: Item) => string): Steps<readonly Item[]> {
  const merged: Item[] = []
  let [left, right] = [0, 0]
  while (merged.length < one.length + other.length) {
    const [mine, theirs] = [one[left], other[right]]
    if (mine !== undefined && (theirs === undefined || textOf(mine) <= textOf(theirs))) {
      merged.push(mine)
      left += 1
    } else if (theirs !== undefined) {
      merged.push(theirs)
      right += 1
    }
    if (merged.length % 128 === 0) yield
  }
  return merged
}
