/** API keys: how programs name themselves. */

import type { RecordBase } from './record.ts'
import type { PrincipalReference } from './reference.ts'
import type { Instant } from './validity.ts'

/** The secret is `<prefix>.<256 bits>`, shown once; only its hash is kept. */
export interface ApiKey extends RecordBase {
  readonly id: string
  readonly name?: string
  /** The first part of the key, by which it is found; unique. */
  readonly prefix: string
  /** SHA-256 of the whole key, hex. */
  readonly hash: string
  /** On whose behalf it acts; never changes. */
  readonly owner: PrincipalReference
  /** Permissions it is narrowed to; empty: all of its owner's. */
  readonly scopes: readonly string[]
  readonly active: boolean
  readonly expiresAt?: Instant
}
