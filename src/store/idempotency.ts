/** How long answers to idempotency keys are kept. */

import type { Instant } from '../core/index.ts'
import { readInstant } from '../core/index.ts'

const hoursKept = 24

/** Answers to writes before this moment may go, seen from the time of a newer entry. */
export function outlived(time: Instant): Instant {
  return readInstant(Math.max(Date.parse(time) - hoursKept * 3_600_000, Date.parse('0001-01-01T00:00:00.000Z')), 'time')
}
