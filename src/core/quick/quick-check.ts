/** A check as it is written, answered the quick way. */

import { Refusal } from '../errors.ts'
import type { Check, Reason } from '../questions.ts'
import { readResource, tenantResource } from '../reference.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Instant } from '../validity.ts'
import { millisecondsAt } from '../validity.ts'
import type { QuickIndex } from './quick-index.ts'
import { quickIndexOf } from './quick-index.ts'

/** The answer, or undefined where the exact way has to be gone: to judge what is rare, or to say what is wrong with the question. */
export function quickReason(snapshot: Snapshot, { subject, action, resource }: Check, at: Instant): Reason | undefined {
  const index = quickIndexOf(snapshot)
  index.keepUp()
  const member = index.askerNumber(subject)
  if (member === 0) return undefined
  if (resource === undefined || resource === tenantResource) {
    const asked = index.permissions.onTenant(action)
    return asked === undefined ? undefined : index.decideNumbers(member, asked, 0, millisecondsAt(at))
  }
  const number = index.resourceNumber(resource)
  if (number === 0) return onUnnamed(index, snapshot, member, action, resource, at)
  const asked = index.permissions.onType(action, snapshot.references.typeOf(number), resource)
  return asked === undefined ? undefined : index.decideNumbers(member, asked, number, millisecondsAt(at))
}

/** The same on a resource that no row names. */
function onUnnamed(
  index: QuickIndex,
  snapshot: Snapshot,
  member: number,
  action: string,
  resource: string,
  at: Instant,
): Reason | undefined {
  const read = readOrNothing(resource, snapshot.tenant)
  const asked = read === undefined ? undefined : index.asked(action, read, 0)
  return asked === undefined ? undefined : index.decideNumbers(member, asked, 0, millisecondsAt(at))
}

function readOrNothing(resource: string, tenant: string): string | undefined {
  try {
    return readResource(resource, tenant, 'resource')
  } catch (refusal) {
    if (refusal instanceof Refusal) return undefined
    throw refusal
  }
}
