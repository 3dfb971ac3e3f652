/**
 * The records of a tenant as lists: sorted by any field, found by what is typed, narrowed to what somebody may see, a page at a time and with
 * exact counts. Kept beside the snapshot by what is published, so that a page costs no more in a large tenant than in a small one.
 */

import type { RowChange, Seen, Snapshot, SpecialRecords, TableName, Tables } from '../core/index.ts'
import { fieldNames, foldedKey, fullNameOf, keyOf, relativesOf } from '../core/index.ts'
import { EndingMemberships } from './ending-memberships.ts'
import type { Keys } from './found-users.ts'
import { FoundUsers } from './found-users.ts'
import { ManagedGroups } from './managed-groups.ts'
import { byCodeUnit, SortedPlaces } from './sorted-places.ts'
import type { FoundRecords } from './text-index.ts'
import { TextIndex } from './text-index.ts'

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

/** So many orders by other fields than the key are kept of one table; the one that was asked for longest ago goes first. */
const orderLimit = 6
/** Up to so many matches are sorted by themselves; more are met by walking the whole order. */
const fewMatches = 2000
/** A part of the table that is larger than this share of it is met soon when one walks along its order. */
const walkedShare = 256
/** A walk through many records lets everybody else have a turn after so long, and looks at the clock after so many. */
const pieceMilliseconds = 4
const uncountedRecords = 32
/** What is overtaken by a write so often is done at once. */
const triesInPieces = 3

/** One table's share. What nobody has asked for yet is not there. */
interface TableIndex {
  readonly orders: Map<string, SortedPlaces>
  text?: TextIndex
}

/**
 * INVARIANT: what stands here agrees with the snapshot. `publish` keeps it, called with the rows of every change set right after they were
 * put in force; a snapshot that is read anew gets an index of its own.
 */
export class RecordIndex {
  readonly #snapshot: Snapshot
  /** Who manages which group. */
  readonly managed: ManagedGroups
  readonly ending: EndingMemberships
  readonly #tables = new Map<TableName, TableIndex>()
  /** The walks under way: what was written to their table since they began. */
  readonly #walks = new Set<{ readonly table: TableName; readonly written: Set<string> }>()
  /** Groups whose full name, and that of all below them, was changed since their text was put in. */
  readonly #renamed = new Set<string>()
  /** How many denials, and how many grants that name nobody and assignments, a record of ours has. */
  #special: { readonly denied: Map<string, number>; readonly open: Map<string, number>; denials: number; depending: number } | undefined

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    this.managed = new ManagedGroups(snapshot)
    this.ending = new EndingMemberships(snapshot)
  }

  /** Makes what the first page and the first letter typed would wait for. Cost: linear in the table, for a million records some seconds. */
  prepare(table: TableName, sorts: readonly string[]): void {
    this.#orderBy(table, '')
    for (const sort of sorts) this.#orderBy(table, sort)
    this.#textOf(table)
  }

  /** Counts what `special` would count when it is asked for first. Cost: linear in the grants and assignments. */
  prepareSpecial(): void {
    this.#specialRecords()
  }

  /** Follows a change set that is in force. Cost: its rows. */
  publish(rows: readonly RowChange[]): void {
    this.managed.publish(rows)
    this.ending.publish(rows)
    for (const change of rows) {
      for (const { table, written } of this.#walks) if (table === change.table) written.add(change.key)
      this.#countSpecial(change)
      const index = this.#tables.get(change.table)
      if (index === undefined) continue
      const { table, key, before, after } = change
      for (const [sort, order] of index.orders) {
        const from = before === undefined ? undefined : this.#placeOf(before, key, sort)
        const to = after === undefined ? undefined : this.#placeOf(after, key, sort)
        if (from === to) continue
        if (from !== undefined) order.remove(from)
        if (to !== undefined) order.add(to)
      }
      if (index.text === undefined) continue
      if (after === undefined) index.text.remove(key)
      else if (change.table !== 'group') index.text.put(key, textOf(this.#snapshot, table, after, key))
      // The names above it may be changed by the same change set.
      else if (change.before?.name !== change.after?.name || change.before?.parent !== change.after?.parent) this.#renamed.add(key)
      else index.text.put(key, textOf(this.#snapshot, table, after, key))
    }
  }

  /** What `seenRecords` needs to know of the grants and assignments on records of ours. */
  get special(): SpecialRecords {
    const { denied, open } = this.#specialRecords()
    return { denied: denied.keys(), open: open.keys() }
  }

  /** How many denials there are in all. */
  get denials(): number {
    return this.#specialRecords().denials
  }

  /** How many allowing grants have a condition or a beginning. */
  get depending(): number {
    return this.#specialRecords().depending
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
    const found = sought.map((each) => this.#textOf(table).find(each))
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
          ? await this.#walkThroughUsers(ofUser, tell)
          : await this.#walkByKey(table, keys.keys, ofKey, tell)
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

  /** Looks at records by their keys, in the order of the table or as they are given. Tells in one step with the last of them which belong. */
  async #walkByKey<Result>(
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
        for (const key of keys === undefined ? this.#orderBy(table, '').walk(after, false) : from(keys, next)) {
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
  async #walkThroughUsers<Result>(belongs: (number: number) => boolean, tell: (keys: Keys) => Result): Promise<Result> {
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
    const found = sought.map((each) => this.#textOf(table).find(each))
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
      return place === undefined ? undefined : this.#snapshot.get(table, this.#keyAt(place, sort))
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
      const order = this.#orderBy(table, sort)
      const hidden = this.#placesOf(table, sort, seen.keys)
        .map((place) => order.rankOf(place))
        .sort((one, other) => one - other)
      return { total: order.size - hidden.length, placeAt: (rank) => order.at(rankAmong(hidden, rank)) }
    }
    const places =
      seen.kind === 'only'
        ? this.#placesOf(table, sort, seen.keys).sort(byCodeUnit)
        : [...this.#orderBy(table, sort).walk(undefined, false)].filter((place) => isSeen(seen, this.#keyAt(place, sort)))
    return { total: places.length, placeAt: (rank) => places[rank] }
  }

  /** The places of those among the keys that are there. */
  #placesOf(table: TableName, sort: string, keys: ReadonlySet<string>): string[] {
    const places: string[] = []
    for (const key of keys) {
      const row = this.#snapshot.get(table, key)
      if (row !== undefined) places.push(this.#placeOf(row, key, sort))
    }
    return places
  }

  #keyAt(place: string, sort: string): string {
    return sort === '' ? place : place.slice(place.lastIndexOf('\u0000') + 1)
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
      if (row !== undefined && belongs(row, key)) placed.push([this.#placeOf(row, key, sort), row])
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
    for (const place of this.#orderBy(table, sort).walk(after, descending)) {
      const key = this.#keyAt(place, sort)
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

  // what is kept

  #indexOf(table: TableName): TableIndex {
    const known = this.#tables.get(table)
    if (known !== undefined) return known
    const made: TableIndex = { orders: new Map() }
    this.#tables.set(table, made)
    return made
  }

  #orderBy(table: TableName, sort: string): SortedPlaces {
    const { orders } = this.#indexOf(table)
    let order = orders.get(sort)
    if (order === undefined) {
      const places: string[] = []
      for (const row of this.#snapshot.all(table)) places.push(this.#placeOf(row, keyOf(table, row), sort))
      order = new SortedPlaces(places)
      const others = [...orders.keys()].filter((each) => each !== '')
      const [oldest] = others
      if (sort !== '' && oldest !== undefined && others.length >= orderLimit) orders.delete(oldest)
    } else orders.delete(sort)
    // The one that was asked for last stands last.
    orders.set(sort, order)
    return order
  }

  /** Equal values are told apart by the key, which makes every place one that a page can end at. No key holds the character between. */
  #placeOf(row: object, key: string, sort: string): string {
    if (sort === '') return key
    const value = fieldOf(row, sort)
    return `${value === undefined ? '' : foldedKey(String(value))}\u0000${key}`
  }

  #textOf(table: TableName): TextIndex {
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

  #specialRecords() {
    if (this.#special === undefined) {
      this.#special = { denied: new Map(), open: new Map(), denials: 0, depending: 0 }
      for (const grant of this.#snapshot.all('grant')) this.#countSpecial({ table: 'grant', key: grant.id, after: grant })
      for (const assignment of this.#snapshot.all('assignment'))
        this.#countSpecial({ table: 'assignment', key: assignment.id, after: assignment })
    }
    return this.#special
  }

  #countSpecial(change: RowChange): void {
    const special = this.#special
    if (special === undefined || (change.table !== 'grant' && change.table !== 'assignment')) return
    for (const [row, step] of [
      [change.before, -1],
      [change.after, 1],
    ] as const) {
      if (row === undefined) continue
      const isGrant = 'subject' in row
      if (isGrant && row.effect === 'deny') special.denials += step
      if (isGrant && row.effect === 'allow' && (row.condition ?? row.from) !== undefined) special.depending += step
      if (!/^(user|service|group):/.test(row.resource)) continue
      if (isGrant && row.effect === 'deny') count(special.denied, row.resource, step)
      if (!isGrant || /\^|^(authenticated|everyone)$/.test(row.subject)) count(special.open, row.resource, step)
    }
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

/** Lets everybody who waits go first. */
function anotherTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function* from(keys: readonly string[], start: number): IterableIterator<string> {
  for (let at = start; at < keys.length; at += 1) yield keys[at] ?? ''
}

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

function count(counts: Map<string, number>, key: string, step: number): void {
  const next = (counts.get(key) ?? 0) + step
  if (next === 0) counts.delete(key)
  else counts.set(key, next)
}

function fieldOf(record: object, name: string): unknown {
  // Any record may be looked at by the name of a field.
  return (record as { readonly [name: string]: unknown })[name]
}

/** The fields by which people call a record, beside its key: in them `q` looks. */
export const searchedFields = [
  'userName',
  'displayName',
  'firstName',
  'lastName',
  'emails',
  'name',
  'codename',
  'label',
  'type',
  'subject',
  'resource',
] as const

/** Everything that `q` looks in, folded. The parts are divided by a character that no name holds. */
function textOf(snapshot: Snapshot, table: TableName, row: object, key: string): string {
  let text = key
  const add = (part: unknown) => {
    if (typeof part === 'string' && !text.includes(part)) text = `${text}\u0000${part}`
  }
  for (const name of searchedFields) {
    const value = fieldOf(row, name)
    if (Array.isArray(value)) value.forEach(add)
    else add(value)
  }
  if (table === 'group') add(fullNameOf(snapshot, key))
  // People are sought by their whole name, too, which is no field of its own.
  if (table === 'user') add([fieldOf(row, 'firstName'), fieldOf(row, 'lastName')].filter((part) => part !== undefined).join(' '))
  return foldedKey(text)
}

function* textsOf(snapshot: Snapshot, table: TableName): IterableIterator<readonly [key: string, text: string]> {
  for (const row of snapshot.all(table)) {
    const key = keyOf(table, row)
    yield [key, textOf(snapshot, table, row, key)]
  }
}

/** What is looked for in texts: of groups also a way down the tree, written with slashes. */
function needlesOf(sought: string, table: TableName): readonly string[] {
  const path = sought.replace(/\s*\/\s*/g, ' - ')
  return table === 'group' && path !== sought ? [sought, path] : [sought]
}
