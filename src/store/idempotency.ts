/** How long answers to idempotency keys are kept. */

import { readInstant } from '../core/index.ts'

const keptMilliseconds = 24 * 3_600_000

/** The day before one; before the first day there is none. Nearly every entry is of the same day as the one before it. */
let last = { day: '', before: '' }

/** Answers to writes before this moment, 24 hours earlier, may go, seen from the time of a newer entry. An instant, as text. */
export function outlived(time: string): string {
  const day = time.slice(0, 10)
  if (day !== last.day) {
    const before = Math.max(Date.parse(day) - keptMilliseconds, Date.parse('0001-01-01'))
    last = { day, before: readInstant(before, 'time').slice(0, 10) }
  }
  return `${last.before}${time.slice(10)}`
}
