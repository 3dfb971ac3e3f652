/** Users and service accounts: those that can act. */

import type { RecordBase } from './record.ts'
import type { JsonObject } from './shape.ts'
import type { Instant } from './validity.ts'

/** `pending`: signed up and not yet let in. Only an `active` user is in anything or allowed anything. */
export type UserStatus = 'active' | 'inactive' | 'pending'

export interface User extends RecordBase {
  readonly id: string
  /** Unique in the tenant by its folded key (`foldedKey`). */
  readonly userName: string
  readonly displayName?: string
  readonly firstName?: string
  readonly lastName?: string
  /** The first is the primary one, unique in the tenant by its folded key. */
  readonly emails: readonly string[]
  readonly page?: string
  readonly description?: string
  readonly portrait?: string
  /** What conditions see as `subject.attributes`. */
  readonly attributes: JsonObject
  readonly status: UserStatus
  readonly confirmedAt?: Instant
  /** Networks (CIDR) from which this user may sign in; empty: from everywhere. */
  readonly networks: readonly string[]
  /** The id of this user in outside systems, by the name of the system. */
  readonly externalIds: { readonly [system: string]: string }
}

/** A program. It holds API keys and never signs in. */
export interface ServiceAccount extends RecordBase {
  readonly id: string
  readonly name: string
  readonly description?: string
  readonly status: 'active' | 'inactive'
}

/** The name a user is shown by: display name, else first and last name, else user name. */
export function shownName(user: User): string {
  const full = [user.firstName, user.lastName].filter((part) => part !== undefined).join(' ')
  return user.displayName ?? (full === '' ? user.userName : full)
}
