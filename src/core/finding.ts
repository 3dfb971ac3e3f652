/** What a rule says: a finding, with the chain of facts behind it; and what a near miss lacks. */

import type { Effect } from './grant.ts'
import type { PolicyKey } from './policy.ts'
import type { Origin } from './record.ts'
import type { MemberReference, Relation, ResourceReference } from './reference.ts'
import type { Instant, Window } from './validity.ts'

/** The ways in which access arises, each a file in `rules/`; `denial` is the opposite of them all. */
export type RuleName = 'direct-grant' | 'group-grant' | 'relation-grant' | 'assignment' | 'standing' | 'owner' | 'self' | 'denial'

/** One fact of a chain, from the asker to the permission. */
export type Fact =
  /** `member` is in `group`, held by `origin`. */
  | ({ readonly fact: 'membership'; readonly group: string; readonly member: MemberReference; readonly origin: Origin } & Window)
  /** `member` holds `role` inside `group`, by the hold of `origin`. */
  | ({
      readonly fact: 'standing'
      readonly group: string
      readonly member: MemberReference
      readonly role: string
      readonly origin: Origin
    } & Window)
  /** `related` stands in the relation to `group`, so many levels away (siblings: 1). */
  | { readonly fact: 'relation'; readonly group: string; readonly relation: Relation; readonly related: string; readonly levels: number }
  | ({
      readonly fact: 'grant'
      readonly id: string
      readonly subject: string
      readonly effect: Effect
      readonly resource: ResourceReference
      readonly role?: string
      readonly permission?: string
      readonly actions?: readonly string[]
      readonly condition?: string
      readonly origin: Origin
      readonly reason?: string
    } & Window)
  /** The assignment gives through this key of its policy. */
  | {
      readonly fact: 'assignment'
      readonly id: string
      readonly resource: ResourceReference
      readonly group: string
      readonly relation: PolicyKey
      readonly origin: Origin
    }
  | { readonly fact: 'owner'; readonly resource: ResourceReference; readonly owner: MemberReference }
  /** An active user and the own record. */
  | { readonly fact: 'self'; readonly user: string }
  /** The role contains the permission, through the roles it includes, in order; a role that holds it itself has a path of one. */
  | { readonly fact: 'role'; readonly role: string; readonly path: readonly string[] }
  /** The asked resource lies in the one that the right is given on: from the asked one upward. */
  | { readonly fact: 'inside'; readonly path: readonly ResourceReference[] }
  /** `check`: its check function was asked and said yes, `<plugin>.<name>` or a built-in one. */
  | { readonly fact: 'permission'; readonly permission: string; readonly condition?: string; readonly check?: string }

/** How a condition turned out. `failed` names the input that was missing or of the wrong type, where it is known. */
export type ConditionOutcome =
  | { readonly outcome: 'true' | 'false' }
  | { readonly outcome: 'failed'; readonly input?: string; readonly reason: string }

/** What a near miss lacks. */
export type Lack =
  | {
      readonly lack: 'membership'
      readonly group: string
      readonly member: MemberReference
      readonly state: 'absent' | 'ended' | 'not_begun' | 'source_disabled'
      /** When it ended or begins. */
      readonly when?: Instant
    }
  | { readonly lack: 'active_group'; readonly group: string }
  | { readonly lack: 'standing'; readonly group: string; readonly role: string }
  | { readonly lack: 'window'; readonly state: 'ended' | 'not_begun'; readonly when: Instant }
  | { readonly lack: 'condition'; readonly condition: string; readonly result: ConditionOutcome }
  /** The check function of the permission, `<plugin>.<name>` or a built-in one. */
  | { readonly lack: 'check'; readonly check: string; readonly result: ConditionOutcome }
  /** The resource that stops grants from above. */
  | { readonly lack: 'inherits'; readonly resource: ResourceReference }

/** One rule's contribution to a decision: it applies, and these are the facts, in order from the asker to the permission. */
export interface Finding {
  readonly rule: RuleName
  readonly effect: Effect
  readonly chain: readonly Fact[]
  /** A denial applies although its condition could not be evaluated. */
  readonly condition?: ConditionOutcome
}

/** A grant, assignment or owner field that would have given a yes, but for what it lacks. */
export interface NearMiss {
  readonly rule: RuleName
  readonly chain: readonly Fact[]
  readonly lacks: readonly Lack[]
}
