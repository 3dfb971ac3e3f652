/** A page of a sorted list: what comes behind a key, so many of it, and how many there are in all. Only what is on the page is made. */

import { refuse } from './errors.ts'

/** Which part of a list is wanted. */
export interface PageWish {
  /** The key of the last item of the page before, which may have gone meanwhile. Absent: from the beginning. */
  readonly after?: string
  /** At most so many items, 1 or more. Absent: all. */
  readonly limit?: number
}

/** Part of a list, and the whole number of its items. */
export interface ListPage<T> {
  readonly items: readonly T[]
  readonly total: number
  /** The key to give as `after` for what follows; absent where nothing does. */
  readonly next?: string
}

/** Throws `invalid_parameter` for a limit that is no whole number above 0. */
export function requirePageWish({ limit }: PageWish): void {
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0))
    throw refuse('invalid_parameter', { field: 'limit', reason: 'must be a whole number above 0' })
}

/**
 * The part of a list that is wanted.
 * @param total how many items there are
 * @param keyAt the key of an item by its place; keys rise in the order of code units
 * @param itemsIn makes the items from one place up to, but not with, another
 */
export function pageOf<T>(
  { after, limit }: PageWish,
  total: number,
  keyAt: (place: number) => string,
  itemsIn: (start: number, end: number) => readonly T[],
): ListPage<T> {
  const start = after === undefined ? 0 : placeBehind(after, total, keyAt)
  const end = limit === undefined ? total : Math.min(total, start + limit)
  const items = itemsIn(start, end)
  return end === total ? { items, total } : { items, total, next: keyAt(end - 1) }
}

/** A page of items that are made already, in the order of their keys. */
export function pageOfItems<T>(wish: PageWish, items: readonly T[], keyOf: (item: T) => string): ListPage<T> {
  return pageOf(
    wish,
    items.length,
    // Only places within the list are asked for.
    (place) => keyOf(items[place] as T),
    (start, end) => items.slice(start, end),
  )
}

/** A page of texts that are their own keys. */
export function pageOfTexts<T extends string>(wish: PageWish, texts: readonly T[]): ListPage<T> {
  return pageOfItems(wish, texts, (text) => text)
}

/** The place of the first item whose key is above one. */
export function placeBehind(key: string, total: number, keyAt: (place: number) => string): number {
  let low = 0
  let high = total
  while (low < high) {
    const middle = (low + high) >>> 1
    if (keyAt(middle) <= key) low = middle + 1
    else high = middle
  }
  return low
}
