/** Moments and the windows [from, until) in which facts hold. */

import { refuse } from './errors.ts'

/**
 * A moment, written as ISO 8601 in UTC with milliseconds: `2026-03-15T12:00:00.000Z`. Years 0001 to 9999.
 * All instants have the same 24 characters, so comparing the texts compares the moments.
 */
export type Instant = string & { readonly instant: unique symbol }

/** A moment as a program may give it: ISO 8601, milliseconds since 1970, or a `Date`. `readInstant` makes it an `Instant`. */
export type InstantInput = string | number | Date

/** The span in which a fact holds: `from` is in it, `until` is not. An absent end is open. */
export interface Window {
  readonly from?: Instant
  readonly until?: Instant
}

const written = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/

/**
 * Reads a moment: ISO 8601 (a date alone is its midnight in UTC, a time without zone is UTC), a `Date`, or milliseconds since 1970.
 * Digits beyond milliseconds are cut. Throws the refusal `invalid_time`.
 */
export function readInstant(value: unknown, field: string): Instant {
  const fault = (reason: string) => refuse('invalid_time', { field, reason })
  if (typeof value === 'string') {
    if (isInstant(value)) return value
    if (!written.test(value)) throw fault(`${JSON.stringify(value.slice(0, 40))} is not a time; write it as 2026-03-15T12:00:00.000Z`)
    const zoned = value.length === 10 || /(Z|[+-]\d\d:\d\d)$/.test(value) ? value : `${value}Z`
    const day = value.slice(0, 10)
    const midnight = new Date(`${day}T00:00:00.000Z`)
    // Date rolls 30 February over into March; a day that does not exist is refused instead.
    if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) throw fault(`${day} is not a day`)
    return instantOf(new Date(zoned), fault)
  }
  if (typeof value === 'number') return instantOf(new Date(value), fault)
  if (value instanceof Date) return instantOf(value, fault)
  throw fault('is not a time; write it as 2026-03-15T12:00:00.000Z')
}

/** Whether a text is a moment as we write it, as most are. */
function isInstant(text: string): text is Instant {
  if (text.length !== 24 || text < '0001') return false
  const date = new Date(text)
  return !Number.isNaN(date.getTime()) && date.toISOString() === text
}

function instantOf(date: Date, fault: (reason: string) => unknown): Instant {
  const milliseconds = date.getTime()
  if (Number.isNaN(milliseconds)) throw fault('is not a time; write it as 2026-03-15T12:00:00.000Z')
  const text = date.toISOString()
  if (text.length !== 24 || text < '0001') throw fault('lies outside the years 0001 to 9999')
  // Beside `isInstant` the one place where a text becomes an Instant.
  return text as Instant
}

let lastInstant: Instant | undefined
let lastMilliseconds = 0

/** Milliseconds of a moment; that of the last question is remembered. */
export function millisecondsAt(instant: Instant): number {
  if (instant !== lastInstant) {
    lastMilliseconds = Date.parse(instant)
    lastInstant = instant
  }
  return lastMilliseconds
}

/** Whether the window is open at the moment: `from <= at < until`. */
export function isCurrent(window: Window, at: Instant): boolean {
  return (window.from === undefined || window.from <= at) && (window.until === undefined || at < window.until)
}

/** Whether two windows share a moment. */
export function overlaps(one: Window, other: Window): boolean {
  return (
    (one.from === undefined || other.until === undefined || one.from < other.until) &&
    (other.from === undefined || one.until === undefined || other.from < one.until)
  )
}

/** Refuses a window that ends before it starts, or when it starts. Throws `invalid_time`. */
export function requireOrder(window: Window, field: string): void {
  if (window.from !== undefined && window.until !== undefined && window.until <= window.from) {
    throw refuse('invalid_time', { field: `${field}until`, reason: `${window.until} is not after its start ${window.from}` })
  }
}
