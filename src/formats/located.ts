/** A text taken apart into values that know where they stood: what the readers of JSON and YAML give to the formats. */

import type { Place } from '../core/index.ts'
import { quoted, Refusal, refuse } from '../core/index.ts'

/** A value and its place. `line` and `column` count from 1. */
export type Located = LocatedObject | LocatedList | LocatedScalar

export interface LocatedObject {
  readonly kind: 'object'
  readonly line: number
  readonly column: number
  /** In the order of the text, without twins. */
  readonly entries: readonly LocatedEntry[]
}

export interface LocatedEntry {
  readonly key: string
  /** Where the key stands. */
  readonly line: number
  readonly column: number
  readonly value: Located
}

export interface LocatedList {
  readonly kind: 'list'
  readonly line: number
  readonly column: number
  readonly items: readonly Located[]
}

export interface LocatedScalar {
  readonly kind: 'scalar'
  readonly line: number
  readonly column: number
  readonly value: string | number | boolean | null
  /** As it is written, without quotes: `0x10` for 16, `007` for 7. */
  readonly source: string
}

/** Nested deeper than this is refused (`too_deep`): attributes may have 32 levels, and stand in a few of ours. */
export const textDepthLimit = 64

export function placeOf(at: { readonly line: number; readonly column: number }, file: string | undefined): Place {
  return { ...(file === undefined ? {} : { file }), line: at.line, column: at.column }
}

/** The value without its places. */
export function plain(located: Located): unknown {
  switch (located.kind) {
    case 'scalar':
      return located.value
    case 'list':
      return located.items.map(plain)
    case 'object': {
      // Written key by key and not assigned: a key may be called __proto__, which the shapes refuse by name.
      return Object.fromEntries(located.entries.map(({ key, value }) => [key, plain(value)]))
    }
  }
}

/** What stands nearest to a path such as `users[3].emails[0]`; the whole for a path that leads nowhere. */
export function nearest(root: Located, path: string): Located {
  let found = root
  for (const [, key, index] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    const next =
      index !== undefined
        ? found.kind === 'list'
          ? found.items[Number(index)]
          : undefined
        : found.kind === 'object'
          ? found.entries.find((entry) => entry.key === key)?.value
          : undefined
    if (next === undefined) return found
    found = next
  }
  return found
}

/** The same refusal, its field followed by the place where that stands: `users[3].userName (people.yaml:14:5)`. */
export function withPlace(refusal: Refusal, root: Located, file: string | undefined): Refusal {
  const { details } = refusal
  if (!('field' in details) || typeof details.field !== 'string') return refusal
  const at = nearest(root, details.field)
  const place = [file, at.line, at.column].filter((part) => part !== undefined).join(':')
  return new Refusal(refusal.code, { ...details, field: `${details.field} (${place})` })
}

/** Refuses a key that an object has already. */
export function refuseTwin(key: string, at: { readonly line: number; readonly column: number }, file: string | undefined): never {
  const place = [file, at.line, at.column].filter((part) => part !== undefined).join(':')
  throw refuse('duplicate_key', { field: key, reason: `${quoted(key)} is given twice (${place})` })
}
