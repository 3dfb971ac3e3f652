/** Whether somebody may, for whoever asks about many: the quick way where it can be gone, else the rules. */

import { isAllowed } from '../decide.ts'
import type { PermissionName } from '../permission.ts'
import { askerAt, demanding, questionFor } from '../question.ts'
import type { Circumstances } from '../questions.ts'
import type { MemberReference, ResourceReference } from '../reference.ts'
import { tenantResource } from '../reference.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Instant } from '../validity.ts'
import { millisecondsAt } from '../validity.ts'
import { quickIndexOf } from './quick-index.ts'

/**
 * Gives what answers, at one moment, whether somebody may do something that is declared on a resource; somebody who is not there may not.
 * It does not ask that the permission fits the type of the resource. Good for as long as nothing is written.
 * @param isDemanding whoever asks named the permission: what is missing to check it is an error, see `demanding`
 */
export function allowing(
  snapshot: Snapshot,
  at: Instant,
  circumstances: Circumstances,
  isDemanding = false,
): (subject: MemberReference, permission: PermissionName, resource: ResourceReference) => boolean {
  const index = quickIndexOf(snapshot)
  const milliseconds = millisecondsAt(at)
  index.keepUp()
  return (subject, permission, resource) => {
    const member = index.askerNumber(subject)
    const number = resource === tenantResource ? 0 : snapshot.references.find(resource)
    const reason = member === 0 ? undefined : index.decideNumbers(member, index.permissions.of(permission), number, milliseconds)
    if (reason !== undefined) return reason === 'granted'
    const asker = askerAt(snapshot, subject, at)
    if (asker === undefined) return false
    const question = questionFor(snapshot, asker, permission, resource, at, circumstances)
    return isAllowed(isDemanding ? demanding(question) : question)
  }
}
