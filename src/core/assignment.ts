/** Assignments: a bundle of relation grants made by one act and undone by one act. */

import type { Policy } from './policy.ts'
import type { RecordBase } from './record.ts'
import type { PrincipalReference, ResourceReference } from './reference.ts'

export interface Assignment extends RecordBase {
  readonly id: string
  readonly resource: ResourceReference
  /** Id of the group. */
  readonly group: string
  /** The owner. */
  readonly member?: PrincipalReference
  /** The whole policy: the tenant's as it was at the moment, with the keys given in the call laid over. */
  readonly policy: Policy
  /** Owner rights hold also after the member has left the group. */
  readonly keepOwner: boolean
}
