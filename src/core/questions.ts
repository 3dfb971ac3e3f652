/** The questions that can be asked of a tenant, in the words of every door. */

import type { Finding, NearMiss } from './finding.ts'
import type { ListPage, PageWish } from './list-page.ts'
import type { Origin, Revision } from './record.ts'
import type { GroupReference, MemberReference, PrincipalReference, ResourceReference } from './reference.ts'
import type { JsonObject } from './shape.ts'
import type { Instant, InstantInput, Window } from './validity.ts'

/** Attributes sent with a question; they are laid over the stored ones, for the conditions of this question only. */
export interface Properties {
  readonly subject?: JsonObject
  readonly resource?: JsonObject
  readonly action?: JsonObject
}

/** What every question may say of the moment. */
export interface Circumstances {
  /** What the caller knows of the moment; conditions see it as `context`. */
  readonly context?: JsonObject
  readonly properties?: Properties
  /** Moves `now` and all windows; ISO 8601, `Date` or milliseconds. Default: now. */
  readonly at?: InstantInput
}

/** May the subject do the action on the resource? */
export interface Check extends Circumstances {
  /** `user:<id>`, `service:<id>`, `group:<id>` or `user:anonymous`. */
  readonly subject: string
  /** A bare action of the resource's type, a permission name, or `<action>_<type>`. */
  readonly action: string
  /** Default: the tenant. */
  readonly resource?: ResourceReference
}

/** Why the answer is what it is, in one word. */
export type Reason = 'granted' | 'denied' | 'no_grant' | 'subject_inactive'

export interface Decision {
  readonly allowed: boolean
  readonly reason: Reason
  /** The revision it was made at. */
  readonly revision: Revision
  /** The moment it was judged for. */
  readonly at: Instant
}

/** A decision with its reasons. */
export interface Explanation extends Decision {
  readonly subject: MemberReference
  /** Canonical name of the asked permission. */
  readonly permission: string
  readonly resource: ResourceReference
  /** Denials first, then every allowing grant that applies, each with one shortest chain. */
  readonly findings: readonly Finding[]
  /** For a no without denial: the nearest first, at most 10. */
  readonly misses: readonly NearMiss[]
  /** The same told to people: the answer first, then a sentence for each finding or miss. */
  readonly sentences: readonly string[]
}

/** A complete list, sorted by key, made at one revision; or the page of it that was asked for by `after` and `limit`. */
export interface Listing<T> extends ListPage<T> {
  readonly revision: Revision
  readonly at: Instant
}

export interface GroupItem {
  readonly group: GroupReference
  /** A membership of the asker's own leads there. */
  readonly direct: boolean
  /** Roles held inside it, sorted. */
  readonly standing: readonly string[]
}

/** A permission in a role. */
export interface RolePermission {
  readonly permission: string
  /** From the role to the one that has it itself, by including; a role that has it itself has a path of one. */
  readonly path: readonly string[]
}

export interface HoldItem extends Window {
  readonly origin: Origin
  readonly roles: readonly string[]
}

export interface MemberItem {
  readonly member: MemberReference
  /** False only where memberships not in force were asked for too. */
  readonly inForce: boolean
  /** Groups through which it is listed: the asked group itself for a direct member, else the group right inside it on a shortest way; in `descendants` mode all groups it is directly in, sorted. */
  readonly via: readonly string[]
  /** Of a direct membership in the asked group. */
  readonly holds: readonly HoldItem[]
}

export type MemberMode = 'direct' | 'effective' | 'descendants'

/** A check that was read once. It may be kept for as long as one likes, and is always answered from the present state. */
export interface PreparedCheck {
  /** What `check` would say in `allowed` now. Throws what it throws. */
  check(): boolean
}

/** One answer of `checkMany`: a decision, or the error of this item alone. */
export type CheckManyItem = Decision | { readonly error: { readonly code: string; readonly detail: string } }

/**
 * All questions, synchronous over one state in memory. Every list is complete and equals what `check` says item by item; with `limit`, a page of it
 * is made, and `next` is what to give as `after` for the one that follows: what is there throughout appears exactly once, whatever is written between.
 * Each throws a `CuriaError`: `subject_unknown`, `permission_unknown` (in this order), `permission_unavailable`, `unknown_reference` for
 * an undeclared type or a group, role that is not there, `invalid_parameter`, `invalid_time`, `invalid_string`.
 */
export interface Questions {
  check(check: Check): Decision
  /** Reads a check that will be asked again and again. What is wrong with it is told when it is asked. */
  prepare(check: Check): PreparedCheck
  /** One revision and one moment for all; an item that cannot be answered carries its own error. At most 10,000. */
  checkMany(
    checks: readonly Check[],
    circumstances?: Pick<Circumstances, 'at'>,
  ): { readonly items: readonly CheckManyItem[]; readonly revision: Revision }
  explain(check: Check): Explanation
  /**
   * The ways that would give a yes if every condition were true and every grant that has not begun had; a denial
   * under a condition is taken as false. Of somebody who is not active: none.
   */
  suppose(check: Check): readonly Finding[]
  /** The bare actions of the resource's type that the subject may do, sorted. */
  listActions(question: { readonly subject: string; readonly resource?: ResourceReference } & Circumstances & PageWish): Listing<string>
  /** The registered resources of the type on which the subject may do the action. */
  listResources(
    question: { readonly subject: string; readonly action: string; readonly type: string } & Circumstances & PageWish,
  ): Listing<ResourceReference>
  /** Every active user and service account that may, and `user:anonymous` when it may. */
  listSubjects(
    question: { readonly action: string; readonly resource?: ResourceReference } & Circumstances & PageWish,
  ): Listing<PrincipalReference>
  /** On the tenant every permission held there; on a resource those of its type. */
  listPermissions(question: { readonly subject: string; readonly resource?: ResourceReference } & Circumstances & PageWish): Listing<string>
  /** The groups that a user, service account or group is in. */
  groupsOf(
    question: { readonly member: string; readonly mode?: 'direct' | 'effective' } & Pick<Circumstances, 'at'> & PageWish,
  ): Listing<GroupItem>
  membersOf(
    question: {
      readonly group: string
      readonly mode?: MemberMode /** Also those not in force, marked. Default false. */
      readonly all?: boolean
    } & Pick<Circumstances, 'at'> &
      PageWish,
  ): Listing<MemberItem>
  /** Codenames of the roles the subject holds on the resource, those they include too. */
  rolesOf(question: { readonly subject: string; readonly resource?: ResourceReference } & Circumstances & PageWish): Listing<string>
  /** Every declared permission that the role contains, each with the roles through which it does. */
  permissionsOf(question: { readonly role: string } & Pick<Circumstances, 'at'> & PageWish): Listing<RolePermission>
  /** Users, service accounts and groups that hold the role on the resource. */
  holdersOf(question: { readonly role: string; readonly resource?: ResourceReference } & Circumstances & PageWish): Listing<MemberReference>
}
