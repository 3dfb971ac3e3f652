/** Who is in which group, and by whom that is held. */

import type { RecordBase } from './record.ts'
import type { MemberReference } from './reference.ts'
import type { Window } from './validity.ts'

/**
 * One origin's word that a member is in a group. A membership is all holds of one (group, member), one per origin; it ends with the
 * last of them.
 */
export interface Hold extends RecordBase, Window {
  /** Id of the group. */
  readonly group: string
  readonly member: MemberReference
  /** Codenames of the roles held inside the group (standing), sorted. */
  readonly roles: readonly string[]
  readonly reason?: string
}
