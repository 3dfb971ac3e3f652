/** A check that is asked again and again: read once, and then answered without reading its texts. */

import type { Check, PreparedCheck, Reason } from '../questions.ts'
import { tenantResource } from '../reference.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Instant } from '../validity.ts'
import type { AskedPermission } from './asked-permissions.ts'
import { millisecondsAt } from './quick-check.ts'
import type { QuickIndex } from './quick-index.ts'
import { quickIndexOf } from './quick-index.ts'

/**
 * @param current gives the snapshot at the time of asking
 * @param now the clock
 * @param exactly answers where the quick way does not; throws what is wrong with the check
 */
export function preparedCheck(check: Check, current: () => Snapshot, now: () => Instant, exactly: (check: Check) => Reason): PreparedCheck {
  // Questions with a moment or a context of their own are no shorter for having been read.
  if (check.at !== undefined) return { check: () => exactly(check) === 'granted' }
  let snapshot: Snapshot | undefined
  let index: QuickIndex | undefined
  let asked: AskedPermission | undefined
  let member = 0
  let resource = 0
  /** What the numbers were found at: with another, they may be somebody else's. */
  let references = -1
  let permissions = -1

  function read(held: Snapshot): void {
    snapshot = held
    index = quickIndexOf(held)
    index.keepUp()
    references = held.references.generation
    permissions = index.permissions.generation
    member = index.askerNumber(check.subject)
    const on = check.resource ?? tenantResource
    resource = on === tenantResource ? 0 : held.references.find(on)
    // A resource that no row names has no number yet, and may have one at the next question.
    asked = on !== tenantResource && resource === 0 ? undefined : index.asked(check.action, on, resource)
  }

  return {
    check() {
      const held = current()
      index?.keepUp()
      const isKnown =
        held === snapshot &&
        index !== undefined &&
        member !== 0 &&
        asked !== undefined &&
        references === held.references.generation &&
        permissions === index.permissions.generation
      if (!isKnown) read(held)
      const reason =
        index === undefined || asked === undefined || member === 0
          ? undefined
          : index.decideNumbers(member, asked, resource, millisecondsAt(now()))
      return (reason ?? exactly(check)) === 'granted'
    },
  }
}
