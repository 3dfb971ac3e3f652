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

/** What was counted of somebody: a try, one that was a good one, or that nothing is remembered any more. */
export interface Told {
  readonly did: 'take' | 'giveBack' | 'clear'
  readonly who: string
}

/** Tries by whoever makes them. Kept in this process; several on one machine may tell each other what they count. */
export class Backoff {
  readonly #rules: BackoffRules
  readonly #clock: () => number
  readonly #tries = new Map<string, Tries>()

  readonly #tell: (told: Told) => void

  /**
   * @param clock milliseconds that never go back
   * @param tell hears of everything that is counted here
   */
  constructor(rules: BackoffRules, clock: () => number = () => performance.now(), tell: (told: Told) => void = () => undefined) {
    this.#rules = rules
    this.#clock = clock
    this.#tell = tell
  }

  /** Counts a try before it is made, so that many at once are counted too. Throws `rate_limited`. */
  take(who: string): void {
    const now = this.#clock()
    const { free } = this.#triesOf(who, now)
    if (now < free) throw new CuriaError(refuse('rate_limited', { retryAfterSeconds: Math.ceil((free - now) / 1000) }))
    this.#count(who, now)
    this.#tell({ did: 'take', who })
  }

  /** Counts what was counted elsewhere, where it was let through. */
  hear({ did, who }: Told): void {
    if (did === 'take') this.#count(who, this.#clock())
    else if (did === 'giveBack') this.#takeBack(who)
    else this.#tries.delete(who)
  }

  /** Whether a try would be taken. */
  mayTry(who: string): boolean {
    const found = this.#tries.get(who)
    return found === undefined || this.#clock() >= found.free
  }

  /** The last try was a good one, and counts for nothing. */
  giveBack(who: string): void {
    this.#takeBack(who)
    this.#tell({ did: 'giveBack', who })
  }

  /** Forgets all tries. */
  clear(who: string): void {
    this.#tries.delete(who)
    this.#tell({ did: 'clear', who })
  }

  #triesOf(who: string, now: number): Tries {
    const found = this.#tries.get(who)
    return found === undefined || now - found.last > this.#rules.forgotten ? { count: 0, last: now, free: now } : found
  }

  #count(who: string, now: number): void {
    const tries = this.#triesOf(who, now)
    tries.count += 1
    tries.last = now
    const over = tries.count - this.#rules.free
    if (over >= 0) tries.free = now + Math.min(firstWait * 2 ** over, this.#rules.longest)
    this.#tries.delete(who)
    this.#tries.set(who, tries)
    for (const oldest of this.#tries.keys()) if (this.#tries.size > remembered) this.#tries.delete(oldest)
  }

  #takeBack(who: string): void {
    const tries = this.#tries.get(who)
    if (tries === undefined) return
    tries.count = Math.max(0, tries.count - 1)
    tries.free = this.#clock()
  }
}
