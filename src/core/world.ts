/**
 * The written form of a tenant: one format for export, import, tests and docs. Records are written as the changes that would make them,
 * so a world holds no bookkeeping (times of creation, revisions) and no secrets (API keys). Canonical: one world has one text.
 */

import type { Change } from './change.ts'
import { changeFields } from './change.ts'
import type { ErrorCode, Place } from './errors.ts'
import type { Infer } from './shape.ts'
import { list, optional, record, whole } from './shape.ts'

/** The version of the format that this program writes, and the newest that it reads. */
export const worldVersion = 1

const nestedIsWrittenAsMembership = changeFields['group.create']
const { nested: _nested, ...groupFields } = nestedIsWrittenAsMembership
const { ifExists: _ifExists, ...membershipFields } = changeFields['member.add']

const everything = 100_000_000

/**
 * The fields of a world, in the order they are written. Every list holds records of one kind, with the fields of the change that makes
 * them; `id` is always written in an export and may be left out by hand where the change allows it.
 */
export const worldShape = record({
  /** The version of the format. */
  curia: whole(1, 1_000_000),
  settings: optional(record(changeFields['settings.update'])),
  sources: optional(list(record(changeFields['source.create']), everything)),
  resourceTypes: optional(list(record(changeFields['resource-type.create']), everything)),
  permissions: optional(list(record(changeFields['permission.create']), everything)),
  roles: optional(list(record(changeFields['role.create']), everything)),
  groupTypes: optional(list(record(changeFields['group-type.create']), everything)),
  groupEntities: optional(list(record(changeFields['group-entity.create']), everything)),
  users: optional(list(record(changeFields['user.create']), everything)),
  services: optional(list(record(changeFields['service.create']), everything)),
  groups: optional(list(record(groupFields), everything)),
  /** One entry a hold. */
  memberships: optional(list(record(membershipFields), everything)),
  resources: optional(list(record(changeFields['resource.create']), everything)),
  grants: optional(list(record(changeFields['grant.create']), everything)),
  assignments: optional(list(record(changeFields['assignment.create']), everything)),
})
export type World = Infer<typeof worldShape>

/** A world as an importer has read it: where each record stood, and what was noticed on the way. */
export interface Reported {
  readonly world: World
  /** The place of a record by its reference (`user:ada`, `group:x`, `membership:<group>|<member>`, `grant:<id>`, `role:<codename>`). */
  readonly places?: ReadonlyMap<string, Place>
  /** Twins that were merged, rows that were read with a correction, rows left out: with their place. */
  readonly remarks?: readonly Remark[]
}

export interface Remark {
  /** `kept`: odd, and taken as it stands. */
  readonly kind: 'merged' | 'corrected' | 'kept' | 'left_out'
  readonly place: Place
  readonly reason: string
}

/** What an import would do with one record. */
export interface PlanLine {
  readonly action: 'make' | 'change' | 'leave' | 'refuse'
  /** As in `Reported.places`. */
  readonly record: string
  readonly place?: Place
  /** For `change`: the fields that differ. */
  readonly fields?: readonly string[]
  /** For `refuse`: the code, its details as `errors.ts` declares them, and the sentence. */
  readonly code?: ErrorCode
  readonly details?: object
  readonly reason?: string
}

export interface Plan {
  readonly lines: readonly PlanLine[]
  readonly remarks: readonly Remark[]
  readonly counts: { readonly make: number; readonly change: number; readonly leave: number; readonly refuse: number }
  /** What carries it out, in an order in which each stands behind those it needs. */
  readonly changes: readonly Change[]
}
