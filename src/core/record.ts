/** What every record has. */

import type { Instant } from './validity.ts'

/** Who owns a record: ourselves, a plugin, a source that we sync from, or a SCIM client that pushes to us. */
export type Origin = 'local' | `plugin:${string}` | `source:${string}` | `scim:${string}`

/** On whose behalf a change is made: a principal, or `system:<what>` for acts of the installation itself (first start, command line). */
export type ActorReference = `user:${string}` | `service:${string}` | `system:${string}`

/** The number of a tenant's state: 0 is empty, each change set adds 1. */
export type Revision = number

/** What every record carries beside its own fields. */
export interface RecordBase {
  readonly origin: Origin
  readonly createdAt: Instant
  readonly createdBy: ActorReference
  readonly updatedAt: Instant
}
