/** How many requests one caller may send: a generous budget for checks, and another one for everything else. */

import type { Endpoint } from '../api/endpoint.ts'
import { refuse } from '../core/index.ts'

export interface RequestLimits {
  /** Questions that one caller may ask in a minute. */
  readonly checksPerMinute: number
  /** Other requests that one caller may send in a minute. */
  readonly requestsPerMinute: number
}

export interface Budgets {
  /** Takes one request out of the budget of a caller. Throws `rate_limited`. */
  take(tag: Endpoint['tag'], caller: string): void
}

/** At most so many callers are remembered; those that were heard longest ago are forgotten first. */
const remembered = 100_000

/** Budgets that fill up again as time goes by. Without limits nobody is refused. */
export function createBudgets(limits: RequestLimits | undefined, clock: () => number = () => performance.now()): Budgets {
  if (limits === undefined) return { take: () => undefined }
  const checks = createBudget(limits.checksPerMinute, clock)
  const requests = createBudget(limits.requestsPerMinute, clock)
  return { take: (tag, caller) => (tag === 'ask' || tag === 'authzen' ? checks : requests)(caller) }
}

/** A bucket for each caller, which holds what a minute gives. */
function createBudget(perMinute: number, clock: () => number): (caller: string) => void {
  const buckets = new Map<string, { left: number; at: number }>()
  const perMillisecond = perMinute / 60_000
  return (caller) => {
    const now = clock()
    const found = buckets.get(caller)
    const left = found === undefined ? perMinute : Math.min(perMinute, found.left + (now - found.at) * perMillisecond)
    if (left < 1) throw refuse('rate_limited', { retryAfterSeconds: Math.max(1, Math.ceil((1 - left) / perMillisecond / 1000)) })
    if (found !== undefined) {
      // In place: a check costs no more than this.
      found.left = left - 1
      found.at = now
      return
    }
    buckets.set(caller, { left: left - 1, at: now })
    for (const oldest of buckets.keys()) if (buckets.size > remembered) buckets.delete(oldest)
  }
}
