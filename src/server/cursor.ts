/** Pages by key: an item that is there throughout appears exactly once, whatever is written between the pages. */

import { createHmac, timingSafeEqual } from 'node:crypto'
import { canonicalJson, refuse } from '../core/index.ts'

/** Seals and opens the place where a page ended. A cursor fits only the caller and the question that it was made for. */
export interface Cursors {
  seal(key: string, owner: object): string
  /** Throws `invalid_cursor` when it was not made here, or for another caller or question. */
  open(cursor: string, owner: object): string
}

/** @param secret the same for all processes that answer for one address */
export function createCursors(secret: string | Uint8Array): Cursors {
  const mark = (key: string, owner: object) => createHmac('sha256', secret).update(canonicalJson({ key, owner })).digest().subarray(0, 16)
  return {
    seal: (key, owner) => `${Buffer.from(key).toString('base64url')}.${mark(key, owner).toString('base64url')}`,
    open(cursor, owner) {
      const [key = '', found = ''] = cursor.split('.')
      const text = Buffer.from(key, 'base64url').toString()
      const given = Buffer.from(found, 'base64url')
      const wanted = mark(text, owner)
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
        throw refuse('invalid_cursor', { reason: 'this cursor was not made for this caller and this question; begin again without one' })
      return text
    },
  }
}

/** Cursors that fit one tenant only: the same question of a namesake in another one is another question. */
export function cursorsOf(cursors: Cursors, tenant: string): Cursors {
  return {
    seal: (key, owner) => cursors.seal(key, { tenant, owner }),
    open: (cursor, owner) => cursors.open(cursor, { tenant, owner }),
  }
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Give it as `cursor` for what follows; absent on the last page. */
  readonly next?: string
  readonly total: number
}

/**
 * The part of a list that was asked for. The items must be sorted by `keyOf` in code-unit order.
 *
 * @param asked.limit absent: everything
 * @param owner who asks what: the cursor is bound to it
 * @param descending the items are sorted the other way round
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  asked: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
  owner: object,
  cursors: Cursors,
  descending = false,
): Page<T> {
  const after = asked.cursor === undefined ? undefined : cursors.open(asked.cursor, owner)
  const start = after === undefined ? 0 : items.findIndex((item) => (descending ? keyOf(item) < after : keyOf(item) > after))
  const rest = start === -1 ? [] : items.slice(start)
  const taken = rest.slice(0, asked.limit ?? rest.length)
  const last = taken.at(-1)
  return {
    items: taken,
    total: items.length,
    ...(last === undefined || taken.length === rest.length ? {} : { next: cursors.seal(keyOf(last), owner) }),
  }
}
