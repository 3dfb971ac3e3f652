/**
 * The records of a tenant as lists: sorted by any field, found by what is typed, narrowed to what somebody may see, a page at a time and with
 * exact counts. Kept beside the snapshot by what is published, so that a page costs no more in a large tenant than in a small one.
 */

import type { RowChange, Seen, Snapshot, TableName, Tables } from '../core/index.ts'
import { fieldNames, foldedKey, keyOf } from '../core/index.ts'
import { EndingMemberships } from './ending-memberships.ts'
import type { Keys } from './found-users.ts'
import { FoundUsers } from './found-users.ts'
import { ManagedGroups } from './managed-groups.ts'
import { RecordOrders } from './record-orders.ts'
import { needlesOf, textOf } from './record-text.ts'
import { RecordWalks } from './record-walks.ts'
import { byCodeUnit } from './sorted-places.ts'
import { SpecialCounts } from './special-counts.ts'
import type { FoundRecords } from './text-index.ts'

/** What is wanted of a table. */
export interface RecordsWanted<Row> {
  /** A text that names, codenames, addresses or ids hold, without regard to case. */
  readonly q?: string
  /** The field to sort by; absent: the key. */
  readonly sort?: string
  readonly descending?: boolean
  /** The place where the page before ended. */
  readonly after?: string
  readonly limit: number
  /** Only records of these keys. */
  readonly among?: Iterable<string>
  /** Only records of which this is true. With it the cost grows with all records that the rest leaves. */
  readonly where?: (row: Row) => boolean
  /** With `where`: folded texts. Every record of which it is true holds one of them in a field of `searchedFields`, so no other needs to be looked at. */
  readonly holds?: readonly string[]
  /** The only fields that `where` looks at; absent: any. */
  readonly reads?: readonly string[]
  /** `where` looks at more than the row: a write to anything can change what it says. */
  readonly looksAround?: boolean
}

/** A page of them. */
export interface RecordsFound<Row> {
  readonly items: readonly Row[]
  /** Of all pages. */
  readonly total: number
  /** Where the page ended, when more follow. */
  readonly last?: string
}

/** What a table is divided by. */
export interface RangesWanted {
  /** The field to sort by; absent: the key. */
  readonly sort?: string
  /** How many records stand before the first range. */
  readonly from: number
  /** Records in a range. */
  readonly size: number
  /** Ranges at the most. */
  readonly limit: number
}

/** A stretch of a sorted list: its two ends, and the place before it, behind which a page begins. */
export interface RecordRange<Row> {
  readonly first: Row
  readonly last: Row
  /** How many records stand before it. */
  readonly from: number
  readonly count: number
  readonly after?: string
}

/** Up to so many matches are sorted by themselves; more are met by walking the whole order. */
const fewMatches = 2000
/** A part of the table that is larger than this share of it is met soon when one walks along its order. */
const walkedShare = 256
/** What is overtaken by a write so often is done at once. */
const triesInPieces = 3

/**
 * INVARIANT: what stands here agrees with the snapshot. `publish` keeps it, called with the rows of every change set right after they were
 * put in force; a snapshot that is read anew gets an index of its own.
 */
export class RecordIndex {
  readonly #snapshot: Snapshot
  /** Who manages which group. */
  readonly managed: ManagedGroups
  readonly ending: EndingMemberships
  readonly #orders: RecordOrders
  readonly #walks: RecordWalks
  /** What `seenRecords` needs to know of the grants and assignments on records of ours. */
  readonly special: SpecialCounts

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    this.managed = new ManagedGroups(snapshot)
    this.ending = new EndingMemberships(snapshot)
    this.special = new SpecialCounts(snapshot)
    this.#orders = new RecordOrders(snapshot)
    this.#walks = new RecordWalks(snapshot, this.#orders)
  }

  /** Makes what the first page and the first letter typed would wait for. Cost: linear in the table, for a million records some seconds. */
  prepare(table: TableName, sorts: readonly string[]): void {
    this.#orders.by(table, '')
    for (const sort of sorts) this.#orders.by(table, sort)
    this.#orders.textOf(table)
  }

  /** Follows a change set that is in force. Cost: its rows. */
  publish(rows: readonly RowChange[]): void {
    this.managed.publish(rows)
    this.ending.publish(rows)
    for (const change of rows) {
      this.#walks.publish(change.table, change.key)
      this.special.publish(change)
      this.#orders.publish(change)
    }
  }

  /** A page of a table, of what may be seen. Items are rows of the table. */
  page<Name extends TableName>(table: Name, wanted: RecordsWanted<Tables[Name]>, seen: Seen): RecordsFound<Tables[Name]> {
    const sought = wanted.q === undefined || wanted.q === '' ? [] : needlesOf(foldedKey(wanted.q), table)
    const among = this.#amongOf(table, wanted, seen)
    // A large part of the table is met soon when one walks along its order; a small one is sorted by itself.
    const isLarge = among !== undefined && among.size > fewMatches && among.size * walkedShare > this.#snapshot.size(table)
    if (isLarge && sought.length === 0 && seen.kind !== 'only')
      return this.#pageOfMany(table, wanted, seen, (key) => among.has(key), among.size)
    const few = seen.kind === 'only' ? inBoth(seen.keys, among) : among
    if (few !== undefined) return this.#pageOfFew(table, wanted, few, this.#test(table, wanted, seen, sought))
    const found = sought.map((each) => this.#orders.textOf(table).find(each))
    const [only] = found
    if (wanted.where === undefined && (wanted.sort ?? '') === '' && only !== undefined) {
      // Those that are found stand so far apart that walking from one to the next takes longer than looking at all of them.
      const areFarApart = only.count < 2 * Math.sqrt(wanted.limit * this.#snapshot.size(table))
      if (found.length > 1 || areFarApart) return this.#pageOfKeys(table, wanted, seen, found.length > 1 ? keysOf(found) : only.keys())
    }
    if (found.length > 0 && (found.length > 1 || (only?.count ?? 0) <= fewMatches)) {
      const keys = keysOf(found)
      if (keys.size <= fewMatches || found.length > 1) return this.#pageOfFew(table, wanted, keys, this.#test(table, wanted, seen, []))
    }
    const isFound = only === undefined ? undefined : (key: string) => only.has(key)
    return this.#pageOfMany(table, wanted, seen, isFound, only?.count)
  }

  /**
   * As `page`, where a walk through many records is done in pieces, between which everybody else has a turn. All of the answer is about one
   * state: that of the moment in which `answer` is called with it.
   * @param seenNow what may be seen, as it is now
   */
  async pageInPieces<Name extends TableName, Answer>(
    table: Name,
    wanted: RecordsWanted<Tables[Name]>,
    seenNow: () => Seen,
    answer: (found: RecordsFound<Tables[Name]>) => Answer,
  ): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const seen = seenNow()
      const keys = tries > triesInPieces ? undefined : this.#keysToLookAt(table, wanted, seen)
      if (keys === undefined) return answer(this.page(table, wanted, seen))
      const { revision } = this.#snapshot
      const sought = wanted.q === undefined || wanted.q === '' ? [] : needlesOf(foldedKey(wanted.q), table)
      const { q: _q, where: _where, holds: _holds, ...rest } = wanted
      // Of what depends on more than the row, as the way down to a group does, no row tells that it has changed.
      const looksAround = wanted.looksAround === true || (table === 'group' && sought.length > 0)
      const isRowAlone = seen.kind === 'but' && wanted.among === undefined && !looksAround
      const { ofKey, ofUser } = this.#lookAt(table, wanted, seen.kind === 'each' ? seen : seesAll, sought)
      const tell = (among: Keys) =>
        isRowAlone || this.#snapshot.revision === revision
          ? { answer: answer(this.page(table, { ...rest, among }, seen.kind === 'each' ? seesAll : seenNow())) }
          : undefined
      const found =
        ofUser !== undefined && keys.keys === undefined
          ? await this.#walks.throughUsers(ofUser, tell)
          : await this.#walks.byKey(table, keys.keys, ofKey, tell)
      if (found !== undefined) return found.answer
    }
  }

  /** What has to be looked at one by one; undefined: so little that it can be done at once. Without `keys` it is the whole table. */
  #keysToLookAt<Name extends TableName>(
    table: Name,
    wanted: RecordsWanted<Tables[Name]>,
    seen: Seen,
  ): { readonly keys?: readonly string[] } | undefined {
    if (wanted.where === undefined && seen.kind !== 'each') return undefined
    const sought = wanted.q === undefined || wanted.q === '' ? [] : needlesOf(foldedKey(wanted.q), table)
    // Whom the texts of the filter leave is known without putting a set of them up, which a pause cannot divide.
    if (wanted.among === undefined && seen.kind !== 'only') {
      const held = wanted.where === undefined ? undefined : this.#holders(table, wanted.holds ?? [])
      const keys = held ?? this.#holders(table, sought)
      if (keys !== undefined) return keys.length <= fewMatches ? undefined : { keys }
      return this.#snapshot.size(table) <= fewMatches ? undefined : {}
    }
    const among = this.#amongOf(table, wanted, seen)
    const few = seen.kind === 'only' ? inBoth(seen.keys, among) : among
    return few === undefined || few.size <= fewMatches ? undefined : { keys: [...few] }
  }

  /** Whether the record of a key belongs, looking at no more of it than is asked. */
  #lookAt<Name extends TableName>(
    table: Name,
    wanted: RecordsWanted<Tables[Name]>,
    seen: Seen,
    sought: readonly string[],
  ): { readonly ofKey: (key: string) => boolean; readonly ofUser?: (number: number) => boolean } {
    const belongs = this.#test(table, wanted, seen, sought)
    const ofKey = (key: string) => {
      const row = this.#snapshot.get(table, key)
      return row !== undefined && belongs(row, key)
    }
    const { reads = [] } = wanted
    if (table !== 'user' || sought.length > 0 || (wanted.where !== undefined && wanted.reads === undefined)) return { ofKey }
    const { users } = this.#snapshot
    const fields = fieldNames(reads)
    // The table is that of the users, and these are all the fields that are looked at.
    const where = wanted.where as ((user: object) => boolean) | undefined
    const ofUser = (number: number) =>
      where?.(users.glance(number, fields)) !== false && (seen.kind !== 'each' || seen.sees(users.idOf(number)))
    return { ofUser, ofKey: (key) => this.#snapshot.has('user', key) && ofUser(users.find(key)) }
  }

  /** The only records that can be wanted, where that is known without looking at them. */
  #amongOf<Name extends TableName>(table: Name, { among, where, holds = [] }: RecordsWanted<Tables[Name]>, seen: Seen): Keys | undefined {
    const given = among === undefined || isKeys(among) ? among : new Set(among)
    const least = Math.min(given?.size ?? Number.POSITIVE_INFINITY, seen.kind === 'only' ? seen.keys.size : Number.POSITIVE_INFINITY)
    // A few are looked at sooner than the index is asked.
    const holding = where === undefined || least <= fewMatches ? undefined : this.#holders(table, holds)
    return holding === undefined ? given : inBoth(new Set(holding), given)
  }

  /** The keys of records that hold one of the texts, some perhaps twice; undefined: that is no small part of them, or nothing is sought. */
  #holders(table: TableName, sought: readonly string[]): readonly string[] | undefined {
    if (sought.length === 0) return undefined
    const found = sought.map((each) => this.#orders.textOf(table).find(each))
    const count = found.reduce((sum, each) => sum + each.count, 0)
    return count * 4 > this.#snapshot.size(table) ? undefined : found.flatMap((each) => [...each.keys()])
  }

  /**
   * The list in ranges of one size, of what may be seen: the index at the edge of a large book. Cost: the ranges, and the records that may
   * not be seen where others may; where few may be seen, or conditions decide it, those.
   */
  ranges<Name extends TableName>(
    table: Name,
    { sort = '', from, size, limit }: RangesWanted,
    seen: Seen,
  ): { readonly items: readonly RecordRange<Tables[Name]>[]; readonly total: number } {
    const { total, placeAt } = this.#ranked(table, sort, seen)
    const rowAt = (rank: number) => {
      const place = placeAt(rank)
      return place === undefined ? undefined : this.#snapshot.get(table, this.#orders.keyAt(place, sort))
    }
    const items: RecordRange<Tables[Name]>[] = []
    for (let start = from; start < total && items.length < limit; start += size) {
      const count = Math.min(size, total - start)
      const first = rowAt(start)
      const last = rowAt(start + count - 1)
      const after = start === 0 ? undefined : placeAt(start - 1)
      // Every place in an order is that of a record.
      if (first !== undefined && last !== undefined)
        items.push({ first, last, from: start, count, ...(after === undefined ? {} : { after }) })
    }
    return { items, total }
  }

  /** The order as it is for somebody: how many there are, and which stands where. */
  #ranked(table: TableName, sort: string, seen: Seen): { readonly total: number; readonly placeAt: (rank: number) => string | undefined } {
    if (seen.kind === 'but') {
      const order = this.#orders.by(table, sort)
      const hidden = this.#placesOf(table, sort, seen.keys)
        .map((place) => order.rankOf(place))
        .sort((one, other) => one - other)
      return { total: order.size - hidden.length, placeAt: (rank) => order.at(rankAmong(hidden, rank)) }
    }
    const places =
      seen.kind === 'only'
        ? this.#placesOf(table, sort, seen.keys).sort(byCodeUnit)
        : [...this.#orders.by(table, sort).walk(undefined, false)].filter((place) => isSeen(seen, this.#orders.keyAt(place, sort)))
    return { total: places.length, placeAt: (rank) => places[rank] }
  }

  /** The places of those among the keys that are there. */
  #placesOf(table: TableName, sort: string, keys: ReadonlySet<string>): string[] {
    const places: string[] = []
    for (const key of keys) {
      const row = this.#snapshot.get(table, key)
      if (row !== undefined) places.push(this.#orders.placeOf(row, key, sort))
    }
    return places
  }

  /** Whether a row is wanted and may be seen; for records that are known by their keys. */
  #test<Name extends TableName>(
    table: Name,
    { where }: RecordsWanted<Tables[Name]>,
    seen: Seen,
    sought: readonly string[],
  ): (row: Tables[Name], key: string) => boolean {
    return (row, key) => {
      if (!isSeen(seen, key) || where?.(row) === false) return false
      if (sought.length === 0) return true
      const text = textOf(this.#snapshot, table, row, key)
      return sought.some((each) => text.includes(each))
    }
  }

  #pageOfFew<Name extends TableName>(
    table: Name,
    { sort = '', descending = false, after, limit }: RecordsWanted<Tables[Name]>,
    keys: Keys,
    belongs: (row: Tables[Name], key: string) => boolean,
  ): RecordsFound<Tables[Name]> {
    const placed: (readonly [place: string, row: Tables[Name]])[] = []
    for (const key of keys) {
      const row = this.#snapshot.get(table, key)
      if (row !== undefined && belongs(row, key)) placed.push([this.#orders.placeOf(row, key, sort), row])
    }
    placed.sort(([one], [other]) => (descending ? byCodeUnit(other, one) : byCodeUnit(one, other)))
    const rest = after === undefined ? placed : placed.filter(([place]) => (descending ? place < after : place > after))
    const taken = rest.slice(0, limit)
    const last = taken.at(-1)?.[0]
    return {
      items: taken.map(([, row]) => row),
      total: placed.length,
      ...(last === undefined || taken.length === rest.length ? {} : { last }),
    }
  }

  /** In the order of the keys, which are known to be wanted. Only what is on the page is read. Cost: the keys. */
  #pageOfKeys<Name extends TableName>(
    table: Name,
    { descending = false, after, limit }: RecordsWanted<Tables[Name]>,
    seen: Seen,
    keys: Iterable<string>,
  ): RecordsFound<Tables[Name]> {
    const inOrder = (one: string, other: string) => (descending ? byCodeUnit(other, one) : byCodeUnit(one, other))
    let total = 0
    let isCut = false
    const first: string[] = []
    /** Nothing behind it is on the page. */
    let bound: string | undefined
    for (const key of keys) {
      if (!isSeen(seen, key)) continue
      total += 1
      if (after !== undefined && inOrder(key, after) <= 0) continue
      if (bound === undefined || inOrder(key, bound) < 0) first.push(key)
      else isCut = true
      if (first.length <= 2 * limit) continue
      first.sort(inOrder).length = limit
      bound = first.at(-1)
      isCut = true
    }
    first.sort(inOrder)
    const taken = first.slice(0, limit)
    const last = taken.at(-1)
    const items = taken.flatMap((key) => this.#snapshot.get(table, key) ?? [])
    return { items, total, ...(last === undefined || (!isCut && taken.length === first.length) ? {} : { last }) }
  }

  #pageOfMany<Name extends TableName>(
    table: Name,
    wanted: RecordsWanted<Tables[Name]>,
    seen: Seen,
    isFound: ((key: string) => boolean) | undefined,
    foundCount: number | undefined,
  ): RecordsFound<Tables[Name]> {
    const { sort = '', descending = false, after, limit, where } = wanted
    const isWanted = (key: string) => (isFound?.(key) ?? true) && isSeen(seen, key)
    let total: number
    if (where === undefined && seen.kind === 'but') {
      total = foundCount ?? this.#snapshot.size(table)
      for (const key of seen.keys) if (this.#snapshot.has(table, key) && (isFound?.(key) ?? true)) total -= 1
    } else {
      total = 0
      const few = new Set<string>()
      for (const row of this.#snapshot.all(table)) {
        const key = keyOf(table, row)
        if (!isWanted(key) || where?.(row) === false) continue
        total += 1
        if (total <= fewMatches) few.add(key)
      }
      // Walking the whole order to meet a handful would cost more than sorting them.
      if (total <= fewMatches) return this.#pageOfFew(table, wanted, few, () => true)
    }
    const items: Tables[Name][] = []
    let last: string | undefined
    for (const place of this.#orders.by(table, sort).walk(after, descending)) {
      const key = this.#orders.keyAt(place, sort)
      // A row is made when it is read, which takes longer than everything that its key tells.
      if (!isWanted(key)) continue
      const row = this.#snapshot.get(table, key)
      if (row === undefined || where?.(row) === false) continue
      if (items.length === limit && last !== undefined) return { items, total, last }
      items.push(row)
      last = place
    }
    return { items, total }
  }
}

function isKeys(among: Iterable<string>): among is Keys {
  return among instanceof Set || among instanceof FoundUsers
}

function keysOf(found: readonly FoundRecords[]): ReadonlySet<string> {
  return new Set(found.flatMap((each) => [...each.keys()]))
}

/** Nothing is hidden. */
const seesAll: Seen = { kind: 'but', keys: new Set() }

/** What is in both sets; without the second, all of the first. Cost: the smaller one. */
function inBoth(keys: Keys, among: Keys | undefined): Keys {
  if (among === undefined) return keys
  const [few, many] = keys.size <= among.size ? [keys, among] : [among, keys]
  return new Set([...few].filter((key) => many.has(key)))
}

function isSeen(seen: Seen, key: string): boolean {
  return seen.kind === 'each' ? seen.sees(key) : seen.keys.has(key) === (seen.kind === 'only')
}

/** The rank in the whole order of what has so many before it when the hidden ones are left out. Hidden ranks are sorted. */
function rankAmong(hidden: readonly number[], rank: number): number {
  let low = 0
  let high = hidden.length
  while (low < high) {
    const middle = (low + high) >>> 1
    // So many stand before the hidden one that are not hidden.
    if ((hidden[middle] ?? 0) - middle <= rank) low = middle + 1
    else high = middle
  }
  return rank + low
}
