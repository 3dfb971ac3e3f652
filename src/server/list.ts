/** Pages of records: narrowed by fields and by what is typed, sorted, and cut. */

import { canonicalJson, foldedKey } from '../core/index.ts'
import type { Page } from './cursor.ts'
import { pageOf } from './cursor.ts'
import type { Call } from './door.ts'

/** What a list may be asked; every other field must equal the record's field of that name, or be held by it. */
export interface ListQuery {
  readonly limit?: number
  readonly cursor?: string
  readonly q?: string
  /** A field, or with a minus before it the same from the end. */
  readonly sort?: string
}

/** Records on one page, unless told. */
export const defaultLimit = 50

/**
 * The page of the records that was asked for. Cost grows with all of them.
 * @param records sorted by key
 * @param shown a record as it is answered; asked for those on the page, and for all when a field that is worked out is looked at
 * @param collection the name of the list: a cursor fits no other
 */
export function listed<R extends object, T extends object>(
  call: Call,
  collection: string,
  records: readonly R[],
  query: ListQuery,
  keyOf: (record: R) => string,
  shown: (record: R) => T,
): Page<T> {
  const { limit = defaultLimit, cursor, q, sort, ...filters } = query
  const wanted = Object.entries(filters).filter(([, value]) => value !== undefined)
  const sought = q === undefined || q === '' ? undefined : foldedKey(q)
  const lookAt = (record: R, field: string): unknown => fieldOf(record, field) ?? fieldOf(shown(record), field)
  const matching =
    wanted.length === 0 && sought === undefined
      ? records
      : records.filter(
          (record) =>
            wanted.every(([name, value]) => fits(lookAt(record, name), value)) &&
            (sought === undefined || holds({ ...shown(record), key: keyOf(record) }, sought)),
        )
  const owner = { actor: call.access.actor, collection, query: JSON.parse(canonicalJson({ q: q ?? '', sort: sort ?? '', ...filters })) }
  const asked = { limit, cursor }
  if (sort === undefined) {
    const page = pageOf(matching, keyOf, asked, owner, call.cursors)
    return { ...page, items: page.items.map(shown) }
  }
  const descending = sort.startsWith('-')
  const field = descending ? sort.slice(1) : sort
  // Equal values are told apart by the key, which makes every place in the list one that a page can end at.
  const placed = matching.map((record) => [`${sortText(lookAt(record, field))}\u0000${keyOf(record)}`, record] as const)
  placed.sort(([one], [other]) => (one < other ? -1 : 1))
  if (descending) placed.reverse()
  const page = pageOf(placed, ([place]) => place, asked, owner, call.cursors, descending)
  return { ...page, items: page.items.map(([, record]) => shown(record)) }
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
const searched = [
  'key',
  'userName',
  'displayName',
  'firstName',
  'lastName',
  'emails',
  'name',
  'codename',
  'fullName',
  'label',
  'type',
  'subject',
  'resource',
]

function holds(record: object, sought: string): boolean {
  const [first, last] = [fieldOf(record, 'firstName'), fieldOf(record, 'lastName')]
  // People are sought by their whole name too, which is no field of its own.
  if (typeof first === 'string' && typeof last === 'string' && foldedKey(`${first} ${last}`).includes(sought)) return true
  return searched.some((name) => {
    const value = fieldOf(record, name)
    return Array.isArray(value)
      ? value.some((each) => typeof each === 'string' && foldedKey(each).includes(sought))
      : typeof value === 'string' && foldedKey(value).includes(sought)
  })
}
