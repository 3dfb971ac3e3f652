/** What is granted to somebody elsewhere than on the tenant, sorted by what it is: read once, and again when it changes. */

import { contentBits } from '../../rows/grant-table.ts'
import { grownWords } from '../../rows/growing.ts'
import { Lists } from '../../rows/lists.ts'
import { referenceFlags } from '../../rows/references.ts'
import type { Snapshot } from '../../snapshot.ts'
import { bareContent } from '../asked-permissions.ts'
import type { KeyOrder } from './key-order.ts'

/**
 * The words of a row. It begins with how many contents there are, how many grants that say more (under a condition or within a window), and
 * when its places were looked up. Then comes a head for each content, and behind the heads the numbers of the grants that say more, and the
 * resources of each content: their numbers, rising, and as many words for their places in the order of keys.
 */
export const rowWords = {
  contents: 0,
  special: 1,
  placed: 2,
  heads: 3,
} as const

/** The words of a head. */
export const headWords = {
  /** As it stands in a triple, without its bits. */
  content: 0,
  /** Number of the type of the resources. */
  type: 1,
  resources: 2,
  /** So many of them have a place, or `notPlaced`; those that are not registered have none. */
  places: 3,
  size: 4,
} as const

/** Its places are not of use: the order of the keys is not made, or something lies in one of the resources. */
export const notPlaced = 0xffff_ffff

/** So many words are kept in all; beyond them everything is read again. */
const keptWords = 2 ** 23

/**
 * INVARIANT: `keepUp` is called before each list, and after the order was brought up to date; what is kept for somebody is then what the grants
 * to just that principal or group allow, and a place that is of use is that of a resource that is registered.
 */
export class GrantedElsewhere {
  readonly #snapshot: Snapshot
  readonly #order: KeyOrder
  /** The row of each principal or group, by number; 0: it was not read. */
  #rows = new Uint32Array(64)
  readonly #lists = new Lists()
  #kept = 0
  #overflows = 0
  /** Counts what makes places old: orders that were made, and resources that came or went. */
  #placed = 1
  #made = 0
  #shifts = 0
  /** How often the grants of somebody were read. */
  read = 0

  constructor(snapshot: Snapshot, order: KeyOrder) {
    this.#snapshot = snapshot
    this.#order = order
  }

  /** The words of all rows. Ask for it anew after `of`. */
  get words(): Uint32Array {
    return this.#lists.words
  }

  keepUp(): void {
    const { versions, references, resources } = this.#snapshot
    if (versions.overflows !== this.#overflows || this.#kept > keptWords) this.#forget()
    this.#overflows = versions.overflows
    this.#rows = grownWords(this.#rows, references.end)
    if (this.#made !== this.#order.made || this.#shifts !== resources.shifts) this.#placed += 1
    this.#made = this.#order.made
    this.#shifts = resources.shifts
    if (versions.granted.length === 0) return
    for (const subject of versions.granted) this.#drop(subject)
    versions.granted.length = 0
  }

  #forget(): void {
    this.#rows.fill(0)
    this.#lists.clear(64)
    this.#kept = 0
  }

  #drop(subject: number): void {
    const row = this.#rows[subject] ?? 0
    if (row === 0) return
    this.#kept -= this.#lists.length(row)
    this.#lists.replace(row, [], 0)
    this.#rows[subject] = 0
  }

  /**
   * Where the words of the row begin; 0: nothing is granted to just this one.
   * @param subject number of a principal or group
   */
  of(subject: number): number {
    let row = this.#rows[subject] ?? 0
    if (row === 0) {
      const list = this.#snapshot.references.named[subject] ?? 0
      if (list === 0) return 0
      row = this.#read(subject, list)
      this.#rows[subject] = row
    }
    const start = row + 1
    if (this.#lists.words[start + rowWords.placed] !== this.#placed) this.#place(start)
    return start
  }

  #read(subject: number, list: number): number {
    const { references, grants } = this.#snapshot
    const { words } = grants.onResources
    const byContent = new Map<number, number[]>()
    const special: number[] = []
    this.read += 1
    for (const grant of grants.ofSubjects.items(list)) {
      const triple = grants.tripleOf(grant)
      const content = words[triple + 2] ?? 0
      const resource = grants.resource[grant] ?? 0
      // Those to a standing in a group or to its relatives name it too.
      if (words[triple + 1] !== subject || resource === references.tenant || (content & contentBits.denies) !== 0) continue
      if ((content & (contentBits.isConditional | contentBits.hasWindow)) !== 0) {
        special.push(grant)
        continue
      }
      // Types are few: a number for both.
      const key = bareContent(content) * 65_536 + references.typeOf(resource)
      const same = byContent.get(key)
      if (same === undefined) byContent.set(key, [resource])
      else same.push(resource)
    }
    const heads = [byContent.size, special.length, 0]
    const behind = [...special]
    for (const [key, found] of byContent) {
      heads.push(Math.floor(key / 65_536), key % 65_536, found.length, notPlaced)
      for (const resource of Uint32Array.from(found).sort()) behind.push(resource)
      // Room for the places.
      for (const _ of found) behind.push(0)
    }
    const row = [...heads, ...behind]
    this.#kept += row.length
    return this.#lists.replace(0, row, row.length)
  }

  /** Looks up where the resources stand in the order of their keys. Cost: the resources of the row. */
  #place(start: number): void {
    const { words } = this.#lists
    const { flags, children } = this.#snapshot.references
    const contents = words[start + rowWords.contents] ?? 0
    let at = start + rowWords.heads + contents * headWords.size + (words[start + rowWords.special] ?? 0)
    words[start + rowWords.placed] = this.#placed
    for (let each = 0; each < contents; each++) {
      const head = start + rowWords.heads + each * headWords.size
      const count = words[head + headWords.resources] ?? 0
      let places = this.#order.isCurrent(words[head + headWords.type] ?? 0) ? 0 : notPlaced
      for (let next = at; next < at + count && places !== notPlaced; next++) {
        const resource = words[next] ?? 0
        if (children[resource] !== 0) places = notPlaced
        else if (((flags[resource] ?? 0) & referenceFlags.isThere) !== 0) words[at + count + places++] = this.#order.placeOf(resource)
      }
      words[head + headWords.places] = places
      at += 2 * count
    }
  }
}
