/** How often somebody may try something: some tries are free, then each costs a wait that doubles, up to a limit. Nobody is locked out for good. */

import { CuriaError, refuse } from '../core/index.ts'

export interface BackoffRules {
  /** Tries without a wait. */
  readonly free: number
  /** The longest wait, in milliseconds. The first one is a second. */
  readonly longest: number
  /** After so many milliseconds without a try, all tries are forgotten. Longer than `longest`. */
  readonly forgotten: number
}

interface Tries {
  count: number
  last: number
  /** From when on the next one may be made. */
  free: number
}

const firstWait = 1000
/** At most so many are remembered; those that have tried longest ago are forgotten first. */
const remembered = 100_000

/** Tries by whoever makes them. Kept in this process: several servers count each for itself. */
export class Backoff {
  readonly #rules: BackoffRules
  readonly #clock: () => number
  readonly #tries = new Map<string, Tries>()

  /** @param clock milliseconds that never go back */
  constructor(rules: BackoffRules, clock: () => number = () => performance.now()) {
    this.#rules = rules
    this.#clock = clock
  }

  /** Counts a try before it is made, so that many at once are counted too. Throws `rate_limited`. */
  take(who: string): void {
    const now = this.#clock()
    const found = this.#tries.get(who)
    const tries = found === undefined || now - found.last > this.#rules.forgotten ? { count: 0, last: now, free: now } : found
    if (now < tries.free) throw new CuriaError(refuse('rate_limited', { retryAfterSeconds: Math.ceil((tries.free - now) / 1000) }))
    tries.count += 1
    tries.last = now
    const over = tries.count - this.#rules.free
    if (over >= 0) tries.free = now + Math.min(firstWait * 2 ** over, this.#rules.longest)
    this.#tries.delete(who)
    this.#tries.set(who, tries)
    for (const oldest of this.#tries.keys()) if (this.#tries.size > remembered) this.#tries.delete(oldest)
  }

  /** Whether a try would be taken. */
  mayTry(who: string): boolean {
    const found = this.#tries.get(who)
    return found === undefined || this.#clock() >= found.free
  }

  /** The last try was a good one, and counts for nothing. */
  giveBack(who: string): void {
    const tries = this.#tries.get(who)
    if (tries === undefined) return
    tries.count = Math.max(0, tries.count - 1)
    tries.free = this.#clock()
  }

  /** Forgets all tries. */
  clear(who: string): void {
    this.#tries.delete(who)
  }
}
