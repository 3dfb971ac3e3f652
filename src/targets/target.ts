/** The contract of a target: an outside system that mirrors our users and groups as accounts of its own. */

import type { Instant } from '../core/index.ts'

/** A record of ours that has an account in a target: `user:ada`, `group:consuls`. */
export type MirroredReference = `user:${string}` | `group:${string}`

/** What a target may know of a person beside the name that the account is called by. An absent value is the empty text. */
export interface Profile {
  readonly firstName: string
  readonly lastName: string
  readonly displayName: string
  readonly email: string
  /** Whether the person may sign in there. */
  readonly active: boolean
}
export type ProfileField = keyof Profile

/** What accounts may look like in a target. */
export interface TargetDescription {
  /** The fields of a profile that it keeps; the others are neither compared nor written. */
  readonly fields: ReadonlySet<ProfileField>
  /** At most so many characters. A name of a person that is longer is cut, an address that is longer is left out. */
  readonly limits: {
    readonly userName: number
    readonly groupName: number
    readonly firstName: number
    readonly lastName: number
    readonly displayName: number
    readonly email: number
  }
  /** Two names whose keys are equal cannot stand side by side. */
  nameKey(name: string): string
}

/** What a target says when it is asked whether all is well. */
export interface Probe {
  readonly users: number
  readonly groups: number
}

export interface HeldUser {
  /** The target's own, never changed there. */
  readonly id: string
  readonly name: string
  readonly profile: Profile
  /** What we gave it when we made it, where the target still shows it. */
  readonly mark?: string
  /** It has rights of its own beyond those of its groups, such as those of a superuser. */
  readonly isPrivileged: boolean
}

export interface HeldGroup {
  readonly id: string
  readonly name: string
  readonly mark?: string
  /** Ids of the users in it. */
  readonly members: readonly string[]
}

/** What stands in a target. */
export interface Holdings {
  readonly users: readonly HeldUser[]
  readonly groups: readonly HeldGroup[]
}

/** What is looked for in a target: whatever has one of these ids, names or marks. */
export interface Sought {
  readonly users: SoughtAccounts
  readonly groups: SoughtAccounts
}
export interface SoughtAccounts {
  readonly ids: readonly string[]
  readonly names: readonly string[]
  readonly marks: readonly string[]
}

/** One act on a target. Each can be done again without harm when nobody knows whether it was done. */
export type Act =
  | {
      readonly kind: 'create-user'
      readonly name: string
      /** Proves afterwards that we made it; 32 hex characters. */
      readonly mark: string
      readonly profile: Profile
      readonly at: Instant
    }
  /** A group may stand under another name until it is renamed to its own: what we made must be known by its mark. */
  | { readonly kind: 'create-group'; readonly name: string; readonly mark: string }
  | { readonly kind: 'update-user'; readonly id: string; readonly name?: string; readonly profile: Partial<Profile> }
  | { readonly kind: 'rename-group'; readonly id: string; readonly name: string }
  | { readonly kind: 'join'; readonly group: string; readonly user: string }
  | { readonly kind: 'leave'; readonly group: string; readonly user: string }
  | { readonly kind: 'delete-user'; readonly id: string }
  | { readonly kind: 'delete-group'; readonly id: string }

/** What became of an act. */
export type Outcome =
  /** It is as the act says; `id` is that of a new account. `isProvisional`: it still has to be given its name. */
  | { readonly kind: 'done'; readonly id?: string; readonly isProvisional?: true }
  /** The account is no longer there. */
  | { readonly kind: 'gone' }
  /** It could not be deleted because something else there holds on to it; a user was switched off instead. */
  | { readonly kind: 'held'; readonly reason: string }
  /** The target refuses it as it stands: a name that is taken, a value that it does not take. Nothing was changed. */
  | { readonly kind: 'refused'; readonly reason: string }

/** The target did not answer, or answered what cannot be understood. `message` holds no text of a driver and no secret. */
export class TargetFailure extends Error {
  /** When it may be asked again, where it has said so. */
  readonly retryAfterSeconds: number | undefined

  constructor(reason: string, options: { readonly cause?: unknown; readonly retryAfterSeconds?: number | undefined } = {}) {
    super(reason, { cause: options.cause })
    this.name = 'TargetFailure'
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/**
 * An outside system with users and groups. It decides nothing: what is to be done is worked out by `plan.ts` from what it holds.
 *
 * What every target keeps (`testing/target-contract.ts` holds it to each):
 * - An act is done whole or not at all, and what is done is there when `apply` resolves.
 * - An account that was made is found again by its mark, also when the answer to its making was lost.
 * - No act touches an account, or a membership, that it does not name.
 * - All methods but `close` reject with a `TargetFailure` while the system cannot be used, and find it again when it is back.
 */
export interface Target {
  /** `django`, `scim`. */
  readonly kind: string
  /** Where it is, as it may be shown: without user names, passwords and keys. */
  readonly place: string
  /** What accounts may look like there. */
  describe(): Promise<TargetDescription>
  /** Whether it can be used. Changes nothing. */
  probe(): Promise<Probe>
  /** Everything it holds, or what is looked for. Rejects rather than give a part. */
  read(sought?: Sought): Promise<Holdings>
  /** Does the acts in their order and tells of each; when it rejects, any number of them from the first on may have been done. */
  apply(acts: readonly Act[]): Promise<readonly Outcome[]>
  close(): Promise<void>
}
