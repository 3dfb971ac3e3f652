/** Pages of records: narrowed by fields, by a filter and by what is typed, sorted, and cut. */

import { canonicalJson, foldedKey } from '../core/index.ts'
import { searchedFields } from '../service/access.ts'
import type { Page } from './cursor.ts'
import { pageOf } from './cursor.ts'
import type { Call } from './door.ts'
import { readFilter } from './filter.ts'

/** What a list may be asked; every other field must equal the record's field of that name, or be held by it. */
export interface ListQuery {
  readonly limit?: number
  readonly cursor?: string
  readonly q?: string
  /** A field, or with a minus before it the same from the end. */
  readonly sort?: string
  /** In the grammar of SCIM. */
  readonly filter?: string
}

/** Records on one page, unless told. */
export const defaultLimit = 50

/** A query taken apart. */
export interface ListWanted {
  readonly limit: number
  readonly q?: string
  readonly sort?: string
  readonly descending: boolean
  /** Whether the record is meant, by its fields and the filter; absent: every record is. */
  readonly where?: (record: object) => boolean
  /** Every record that is meant holds one of these folded texts in a field of `searchedFields`. */
  readonly holds?: readonly string[]
  /** The fields that `where` looks at. */
  readonly reads: readonly string[]
  /** Whether a field is looked at that stands in no row. */
  readonly looksAround: boolean
}

/**
 * Reads what a list is asked.
 * @param fields the names of the fields that a filter may look at
 * @param shown a record as it is answered; asked for when a field that is worked out is looked at
 */
export function readListQuery<R extends object>(query: ListQuery, fields: readonly string[], shown: (record: R) => object): ListWanted {
  const { limit = defaultLimit, cursor: _cursor, q, sort, filter, ...given } = query
  const wanted = Object.entries(given).filter(([, value]) => value !== undefined)
  const meant = filter === undefined ? undefined : readFilter(filter, fields)
  // A filter over what is worked out needs the record as it is answered.
  const isWorkedOut = /fullName|childCount/i.test(filter ?? '')
  const where =
    wanted.length === 0 && meant === undefined
      ? undefined
      : (record: object) =>
          // The records are those of the list.
          wanted.every(([name, value]) => fits(lookAt(record as R, name, shown), value)) &&
          (meant?.matches(isWorkedOut ? shown(record as R) : record) ?? true)
  const descending = sort?.startsWith('-') ?? false
  const holds = meant?.holds.find((texts) => texts.every(({ field }) => isSearched(field)))
  return {
    limit,
    descending,
    reads: [...new Set([...wanted.map(([name]) => name), ...(meant?.reads ?? [])])],
    looksAround: isWorkedOut || wanted.some(([name]) => workedOut.has(name)),
    ...(holds === undefined ? {} : { holds: holds.map(({ text }) => text) }),
    ...(q === undefined || q === '' ? {} : { q }),
    ...(sort === undefined ? {} : { sort: descending ? sort.slice(1) : sort }),
    ...(where === undefined ? {} : { where }),
  }
}

/** Whom a cursor of this list and query is for. */
export function ownerOf(call: Call, collection: string, query: ListQuery): object {
  const { limit: _limit, cursor: _cursor, q, sort, ...rest } = query
  return { actor: call.access.actor, collection, query: JSON.parse(canonicalJson({ q: q ?? '', sort: sort ?? '', ...rest })) }
}

/**
 * The page of records that are at hand. Cost grows with all of them.
 * @param records sorted by key
 * @param collection the name of the list: a cursor fits no other
 */
export function listed<R extends object, T extends object>(
  call: Call,
  collection: string,
  records: readonly R[],
  query: ListQuery,
  fields: readonly string[],
  keyOf: (record: R) => string,
  shown: (record: R) => T,
): Page<T> {
  const { limit, q, sort, descending, where } = readListQuery(query, fields, shown)
  const sought = q === undefined ? undefined : foldedKey(q)
  const matching = records.filter(
    (record) => (where?.(record) ?? true) && (sought === undefined || holds({ ...shown(record), key: keyOf(record) }, sought)),
  )
  const owner = ownerOf(call, collection, query)
  const asked = { limit, cursor: query.cursor }
  if (sort === undefined) {
    const page = pageOf(matching, keyOf, asked, owner, call.cursors)
    return { ...page, items: page.items.map(shown) }
  }
  // Equal values are told apart by the key, which makes every place in the list one that a page can end at.
  const placed = matching.map((record) => [`${sortText(lookAt(record, sort, shown))}\u0000${keyOf(record)}`, record] as const)
  placed.sort(([one], [other]) => (one < other ? -1 : 1))
  if (descending) placed.reverse()
  const page = pageOf(placed, ([place]) => place, asked, owner, call.cursors, descending)
  return { ...page, items: page.items.map(([, record]) => shown(record)) }
}

function isSearched(field: string): boolean {
  return searchedFields.some((each) => each === field)
}

/** Fields of groups that stand in no row. */
const workedOut: ReadonlySet<string> = new Set(['fullName', 'childCount'])

function lookAt<R extends object>(record: R, field: string, shown: (record: R) => object): unknown {
  return fieldOf(workedOut.has(field) ? shown(record) : record, field)
}

function fieldOf(record: object, name: string): unknown {
  // Any record may be looked at by the name of a field.
  return (record as { readonly [name: string]: unknown })[name]
}

/** An empty text asks for records without the field. */
function fits(value: unknown, wanted: unknown): boolean {
  if (wanted === '') return value === undefined || (Array.isArray(value) && value.length === 0)
  return Array.isArray(value) ? value.includes(wanted) : value === wanted
}

function sortText(value: unknown): string {
  return value === undefined ? '' : foldedKey(String(value))
}

/** The fields in which `q` looks: all by which people call a record. */
const searched = ['key', 'name', 'codename', 'label']

function holds(record: object, sought: string): boolean {
  return searched.some((name) => {
    const value = fieldOf(record, name)
    return typeof value === 'string' && foldedKey(value).includes(sought)
  })
}
