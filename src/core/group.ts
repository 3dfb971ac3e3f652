/** Groups, their types and their entities. */

import type { RecordBase } from './record.ts'
import type { JsonObject } from './shape.ts'
import type { Instant } from './validity.ts'

/** Who may put themselves in: nobody, those whom a manager lets in, or anybody. */
export type JoinPolicy = 'closed' | 'request' | 'open'
/** With whom members may share through this group: nobody (false), members of it, or anybody (true). */
export type GroupShare = boolean | 'members'

export interface Group extends RecordBase {
  readonly id: string
  readonly name: string
  /** Unique under one parent; made from the name at creation and kept when the name changes. */
  readonly codename: string
  readonly description?: string
  readonly comment?: string
  /** Codename of its group type. */
  readonly type?: string
  /** Codenames of its entities, sorted. */
  readonly entities: readonly string[]
  /** Id of the group it sits under in the hierarchy. */
  readonly parent?: string
  readonly properties: JsonObject
  readonly data: { readonly config: { readonly share: GroupShare } }
  readonly meta: JsonObject
  /** Whom to ask, for a domain: a name, an address. */
  readonly contact?: string
  readonly active: boolean
  readonly joinPolicy: JoinPolicy
  /** From this moment on the group is inactive. */
  readonly expiresAt?: Instant
}

/** A kind of group. Built in: `domain`, exclusive. */
export interface GroupType extends RecordBase {
  readonly codename: string
  readonly label: string
  /** A user or service account is in at most one group of such a type at a time. */
  readonly exclusive: boolean
  /** The roles that may be held as standing in groups of this type; empty: any role. */
  readonly standings: readonly string[]
  /** Settings of the workspace that each group of this type gets. */
  readonly workspace?: JsonObject
}

/** A tag on groups. */
export interface GroupEntity extends RecordBase {
  readonly codename: string
  readonly label: string
}

/** The built-in exclusive group type that keeps the people of one client organisation together. */
export const domainType = 'domain'

/** Whether the group is active at the moment: switched on and not expired. */
export function isActive(group: Group, at: Instant): boolean {
  return group.active && (group.expiresAt === undefined || at < group.expiresAt)
}
