/** Moments some time from another one. */

import type { Instant } from '../core/index.ts'
import { readInstant } from '../core/index.ts'

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** The moment so many milliseconds later. */
export function later(moment: Instant, milliseconds: number): Instant {
  return readInstant(Date.parse(moment) + milliseconds, 'moment')
}

/** Milliseconds from one moment to a later one. */
export function between(from: Instant, to: Instant): number {
  return Date.parse(to) - Date.parse(from)
}
