/** A check as it is written, answered the quick way. */

import { Refusal } from '../errors.ts'
import type { Check, Reason } from '../questions.ts'
import { readResource, tenantResource } from '../reference.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Instant } from '../validity.ts'
import { millisecondsAt } from '../validity.ts'
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
  const read = number === 0 ? readOrNothing(resource, snapshot.tenant) : resource
  if (read === undefined) return undefined
  const asked = index.asked(action, read, number)
  return asked === undefined ? undefined : index.decideNumbers(member, asked, read === tenantResource ? 0 : number, millisecondsAt(at))
}

function readOrNothing(resource: string, tenant: string): string | undefined {
  try {
    return readResource(resource, tenant, 'resource')
  } catch (refusal) {
    if (refusal instanceof Refusal) return undefined
    throw refusal
  }
}
