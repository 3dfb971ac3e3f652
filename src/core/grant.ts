/** Grants and denials. */

import type { RecordBase } from './record.ts'
import type { ResourceReference } from './reference.ts'
import type { Window } from './validity.ts'

export type Effect = 'allow' | 'deny'

/** A subject has (or is denied) a role, a permission or some actions on a resource. Exactly one of the three is there. */
export interface Grant extends RecordBase, Window {
  readonly id: string
  /** As `writeSubject` writes it. */
  readonly subject: string
  /** Codename of a role. */
  readonly role?: string
  /** Canonical name of a permission. */
  readonly permission?: string
  /** Bare actions of the resource's type, sorted. */
  readonly actions?: readonly string[]
  /** `tenant` for the tenant. */
  readonly resource: ResourceReference
  readonly effect: Effect
  /** CEL over subject, resource, action, context and now. */
  readonly condition?: string
  readonly reason?: string
}
