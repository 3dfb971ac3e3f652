/** Who is inside a group, worked out once for as long as it holds: sorted by key, with the way in. */

import type { MemberItem } from '../../questions.ts'
import type { MemberReference } from '../../reference.ts'
import { memberTypes } from '../../rows/references.ts'
import type { Snapshot } from '../../snapshot.ts'
import type { KeyOrder } from './key-order.ts'
import { Entries, sortedMembers } from './key-order.ts'
import { NumberSet } from './number-set.ts'
import type { Walks } from './walks.ts'
import { WalkedStretch } from './walks.ts'

/** Everybody who is inside a group: the columns go together. */
export interface InsideRow {
  /** Number of the group. */
  readonly group: number
  /** Groups, then service accounts, then users, each sorted by their ids. */
  readonly numbers: Uint32Array
  /** By which group each is in, as a place in `vias`. */
  readonly via: Uint32Array
  /** Ids, each alone: of the group itself for its direct members, else of the group right inside it on a shortest way. */
  readonly vias: readonly (readonly string[])[]
  /** The hold by which it is directly in the group, in force or not: 0, or `several`. */
  readonly holds: Uint32Array
  /** So many of them are groups, and so many groups or service accounts. */
  readonly groups: number
  readonly groupsAndServices: number
  /** The users among them, as they are put on lists of others. */
  readonly users: Entries
}

/** Several holds lead directly into the group. */
export const several = 0xffff_ffff

interface KeptRow extends InsideRow {
  readonly stretch: WalkedStretch
  /** Whether the whole row was told once. */
  wasTold: boolean
  /** The row as it is told, once it was told twice; nobody can change it. */
  told: readonly MemberItem[] | undefined
  /** The same of the texts of its principals, on lists of who may do something. */
  wasNamed: boolean
  texts: readonly MemberReference[] | undefined
}

/** So many members are kept in all rows together, 16 bytes each; beyond them all rows are made again. */
const keptMembers = 2 ** 22
/** A member that is kept as it is told takes the room of so many others; one of which only the text is kept, of one. */
const weightOfTold = 6
/** Rows of more members are told in pages, and made for each. */
const toldAtMost = 2 ** 19

/** Emptied by each walk. */
const found = new NumberSet()

/**
 * INVARIANT: `keepUp` is called before each list; a row that `of` gives is then what a walk would find. A membership or a person that changes
 * drops the rows of the groups around, whatever changes many drops all, and the ends of windows limit each.
 */
export class InsideRows {
  readonly #snapshot: Snapshot
  readonly #walks: Walks
  readonly #order: KeyOrder
  readonly #rows = new Map<number, KeptRow>()
  #kept = 0
  #nesting = -1
  #overflows = 0
  /** How often a group was walked. */
  made = 0

  constructor(snapshot: Snapshot, walks: Walks, order: KeyOrder) {
    this.#snapshot = snapshot
    this.#walks = walks
    this.#order = order
  }

  keepUp(): void {
    const { versions } = this.#snapshot
    if (versions.nesting !== this.#nesting || versions.overflows !== this.#overflows) this.#forget()
    else if (this.#rows.size > 0) for (const number of versions.touched) this.#dropAround(number)
    this.#nesting = versions.nesting
    this.#overflows = versions.overflows
    versions.touched.length = 0
  }

  #forget(): void {
    this.#rows.clear()
    this.#kept = 0
  }

  /** The row of a group, and those of all that it, or somebody, is or will be in. */
  #dropAround(number: number): void {
    const { references, holds } = this.#snapshot
    const around = new Set([number])
    // What is added while it is walked is walked too.
    for (const each of around) {
      this.#kept -= weightOf(this.#rows.get(each))
      this.#rows.delete(each)
      const list = references.memberships[each] ?? 0
      const length = holds.ofMembers.length(list)
      for (let index = 0; index < length; index++) around.add(holds.group[holds.ofMembers.item(list, index)] ?? 0)
    }
  }

  /** Who is inside the group at a moment in milliseconds. Cost: a look-up; else the memberships of the group and of those inside it. */
  of(group: number, at: number): InsideRow {
    const known = this.#rows.get(group)
    if (known !== undefined && known.stretch.since <= at && at < known.stretch.until) return known
    const row = this.#make(group, at)
    if (this.#walks.isSilencing) return row
    if (this.#kept > keptMembers) this.#forget()
    this.#kept += weightOf(row) - weightOf(known)
    this.#rows.set(group, row)
    return row
  }

  /** The row of a group as it is told. Kept with the row when it is told a second time, where it is not too long. @param tell makes it */
  told(group: number, row: InsideRow, tell: () => readonly MemberItem[]): readonly MemberItem[] {
    const known = this.#rows.get(group)
    if (known !== row || row.numbers.length > toldAtMost) return tell()
    if (known.told !== undefined) return known.told
    const items = tell()
    if (known.wasTold && this.#hasRoom(row.numbers.length * weightOfTold)) {
      for (const item of items) freeze(item)
      known.told = Object.freeze(items)
      this.#kept += row.numbers.length * weightOfTold
    }
    known.wasTold = true
    return items
  }

  /**
   * The texts of the principals in a row; undefined: they are not kept. Kept when all are asked for a second time, as `told`.
   * @param tell makes them
   */
  textsOf(row: InsideRow, isWhole: boolean, tell: () => readonly MemberReference[]): readonly MemberReference[] | undefined {
    const known = this.#rows.get(row.group)
    if (known !== row) return undefined
    if (!isWhole) return known.texts
    if (known.texts === undefined && known.wasNamed && row.numbers.length <= toldAtMost && this.#hasRoom(row.numbers.length)) {
      known.texts = tell()
      this.#kept += row.numbers.length
    }
    known.wasNamed = true
    return known.texts
  }

  #hasRoom(weight: number): boolean {
    return this.#kept + weight <= keptMembers
  }

  #make(group: number, at: number): KeptRow {
    const { references, holds } = this.#snapshot
    const via: number[] = []
    const stretch = new WalkedStretch()
    this.made += 1
    found.clear(references.end)
    const enter = (hold: number): void => {
      const inner = holds.group[hold] ?? 0
      const through = inner === group ? group : (via[found.placeOf(inner)] ?? group)
      // By which group somebody is in who is in a group that was found already: the nearest come first.
      via.push(through === group ? inner : through)
    }
    this.#walks.inside(found, group, at, enter, stretch)
    const direct = this.#directHolds(group)
    const numbers = sortedMembers(this.#order, references, found.numbers, found.count, memberTypes).slice()
    const places = numbers.map((number) => found.placeOf(number))
    const viaGroups = [...new Set(via)]
    const placesOfVia = new Map(viaGroups.map((each, place) => [each, place]))
    let groups = 0
    while (groups < numbers.length && references.isGroup(numbers[groups] ?? 0)) groups += 1
    let groupsAndServices = groups
    while (groupsAndServices < numbers.length && !references.isUser(numbers[groupsAndServices] ?? 0)) groupsAndServices += 1
    return {
      group,
      numbers,
      via: places.map((place) => placesOfVia.get(via[place] ?? 0) ?? 0),
      vias: viaGroups.map((each) => [references.idOf(each)]),
      holds: places.map((place) => direct[place] ?? 0),
      groups,
      groupsAndServices,
      users: new Entries(references.typeNumber('user'), numbers.subarray(groupsAndServices)),
      stretch,
      wasTold: false,
      told: undefined,
      wasNamed: false,
      texts: undefined,
    }
  }

  /** By the place in `found`. */
  #directHolds(group: number): Uint32Array {
    const { references, holds } = this.#snapshot
    const direct = new Uint32Array(found.count)
    const list = references.members[group] ?? 0
    const end = list + holds.ofGroups.length(list)
    for (let at = list + 1; at <= end; at++) {
      const hold = holds.ofGroups.words[at] ?? 0
      const place = found.placeOf(holds.member[hold] ?? 0)
      if (place !== -1) direct[place] = direct[place] === 0 ? hold : several
    }
    return direct
  }
}

function weightOf(row: KeptRow | undefined): number {
  if (row === undefined) return 0
  return row.numbers.length * (1 + (row.told === undefined ? 0 : weightOfTold) + (row.texts === undefined ? 0 : 1))
}

function freeze(item: MemberItem): void {
  for (const hold of item.holds) Object.freeze(hold)
  Object.freeze(item.holds)
  Object.freeze(item.via)
  Object.freeze(item)
}
