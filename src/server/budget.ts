/** How many requests one caller may send: a generous budget for checks, and another one for everything else. */

import type { Endpoint } from '../api/endpoint.ts'
import { refuse } from '../core/index.ts'

export interface RequestLimits {
  /** Questions that one caller may ask in a minute. */
  readonly checksPerMinute: number
  /** Other requests that one caller may send in a minute. */
  readonly requestsPerMinute: number
}

/** What one caller has sent: so many questions, or so many other requests. */
export interface Spent {
  readonly what: 'checks' | 'requests'
  readonly caller: string
  readonly count: number
}

/** How processes that answer the same callers tell each other what these have sent. */
export interface SharedBudgets {
  tell(spent: readonly Spent[]): void
  /** Calls the listener with what the others tell. */
  hear(listener: (spent: readonly Spent[]) => void): void
}

export interface Budgets {
  /** Takes one request out of the budget of a caller. Throws `rate_limited`. */
  take(tag: Endpoint['tag'], caller: string): void
}

/** At most so many callers are remembered; those that were heard longest ago are forgotten first. */
const remembered = 100_000
/** How long what was spent waits to be told, with everything else that was. In milliseconds. */
const patience = 100

/** Budgets that fill up again as time goes by. Without limits nobody is refused. */
export function createBudgets(
  limits: RequestLimits | undefined,
  { clock = () => performance.now(), shared }: { readonly clock?: () => number; readonly shared?: SharedBudgets } = {},
): Budgets {
  if (limits === undefined) return { take: () => undefined }
  const budgets = { checks: new Budget(limits.checksPerMinute, clock), requests: new Budget(limits.requestsPerMinute, clock) }
  const whatOf = (tag: Endpoint['tag']) => (tag === 'ask' || tag === 'authzen' ? 'checks' : 'requests')
  if (shared === undefined) return { take: (tag, caller) => budgets[whatOf(tag)].take(caller) }

  const untold = { checks: new Map<string, number>(), requests: new Map<string, number>() }
  let timer: ReturnType<typeof setTimeout> | undefined
  const tell = () => {
    timer = undefined
    const spent = (['checks', 'requests'] as const).flatMap((what) => [...untold[what]].map(([caller, count]) => ({ what, caller, count })))
    untold.checks.clear()
    untold.requests.clear()
    shared.tell(spent)
  }
  shared.hear((spent) => {
    for (const { what, caller, count } of spent) budgets[what].spend(caller, count)
  })
  return {
    take(tag, caller) {
      const what = whatOf(tag)
      budgets[what].take(caller)
      untold[what].set(caller, (untold[what].get(caller) ?? 0) + 1)
      // Nobody has to wait for it.
      if (timer === undefined) timer = setTimeout(tell, patience).unref()
    },
  }
}

/** A bucket for each caller, which holds what a minute gives. */
class Budget {
  readonly #perMinute: number
  readonly #perMillisecond: number
  readonly #clock: () => number
  readonly #buckets = new Map<string, { left: number; at: number }>()

  constructor(perMinute: number, clock: () => number) {
    this.#perMinute = perMinute
    this.#perMillisecond = perMinute / 60_000
    this.#clock = clock
  }

  /** Throws `rate_limited`. */
  take(caller: string): void {
    const bucket = this.#bucketOf(caller)
    if (bucket.left < 1)
      throw refuse('rate_limited', { retryAfterSeconds: Math.max(1, Math.ceil((1 - bucket.left) / this.#perMillisecond / 1000)) })
    bucket.left -= 1
  }

  /** Takes what was spent elsewhere; a bucket may then hold less than nothing. */
  spend(caller: string, count: number): void {
    this.#bucketOf(caller).left -= count
  }

  /** The bucket as it is filled now. In place: a check costs no more than this. */
  #bucketOf(caller: string): { left: number; at: number } {
    const now = this.#clock()
    const found = this.#buckets.get(caller)
    if (found !== undefined) {
      found.left = Math.min(this.#perMinute, found.left + (now - found.at) * this.#perMillisecond)
      found.at = now
      return found
    }
    const bucket = { left: this.#perMinute, at: now }
    this.#buckets.set(caller, bucket)
    for (const oldest of this.#buckets.keys()) if (this.#buckets.size > remembered) this.#buckets.delete(oldest)
    return bucket
  }
}
