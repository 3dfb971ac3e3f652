/** A check that is asked again and again: read once, and then answered without reading its texts. */

import type { Check, PreparedCheck, Reason } from '../questions.ts'
import { tenantResource } from '../reference.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Instant } from '../validity.ts'
import { millisecondsAt } from '../validity.ts'
import type { AskedPermission } from './asked-permissions.ts'
import type { QuickIndex } from './quick-index.ts'
import { quickIndexOf } from './quick-index.ts'

/** Where prepared checks are answered. */
export interface PreparedGround {
  /** Gives the snapshot at the time of asking. */
  readonly current: () => Snapshot
  /** The clock. */
  readonly now: () => Instant
  /** Answers where the quick way does not; throws what is wrong with the check. */
  readonly exactly: (check: Check) => Reason
}

export function preparedCheck(ground: PreparedGround, check: Check): PreparedCheck {
  // Questions with a moment or a context of their own are no shorter for having been read.
  return check.at === undefined ? new ReadCheck(ground, check) : { check: () => ground.exactly(check) === 'granted' }
}

class ReadCheck implements PreparedCheck {
  readonly #ground: PreparedGround
  readonly #check: Check
  #snapshot: Snapshot | undefined
  #index: QuickIndex | undefined
  /** Undefined: the rules judge it. */
  #asked: AskedPermission | undefined
  #member = 0
  #resource = 0
  /** What was put and removed when it was last seen that the numbers still mean the same. */
  #rows = -1
  /** What the numbers were found at: with another, they may be somebody else's. */
  #references = -1
  #permissions = -1

  constructor(ground: PreparedGround, check: Check) {
    this.#ground = ground
    this.#check = check
  }

  check(): boolean {
    const { current, now, exactly } = this.#ground
    const held = current()
    if (held !== this.#snapshot || held.versions.rows !== this.#rows) this.#keepUp(held)
    const asked = this.#asked
    const reason = asked === undefined ? undefined : this.#index?.decideNumbers(this.#member, asked, this.#resource, millisecondsAt(now()))
    return (reason ?? exactly(this.#check)) === 'granted'
  }

  /** Something was written: reads the texts again if a number may have come to mean something else, or may be found by now. */
  #keepUp(held: Snapshot): void {
    const index = quickIndexOf(held)
    index.keepUp()
    const means = held.references.generation
    const isKnown =
      held === this.#snapshot &&
      this.#asked !== undefined &&
      means === this.#references &&
      index.permissions.generation === this.#permissions
    this.#rows = held.versions.rows
    if (isKnown) return
    this.#snapshot = held
    this.#index = index
    this.#references = means
    this.#permissions = index.permissions.generation
    this.#member = index.askerNumber(this.#check.subject)
    const on = this.#check.resource ?? tenantResource
    this.#resource = on === tenantResource ? 0 : held.references.find(on)
    // A resource that no row names has no number yet, and may have one at the next question.
    const isNamed = on === tenantResource || this.#resource !== 0
    this.#asked = this.#member === 0 || !isNamed ? undefined : index.asked(this.#check.action, on, this.#resource)
  }
}
