/** What an API key is: a random text that is shown once, the hash that is kept of it, and who it speaks for. */

import { hash, randomBytes } from 'node:crypto'
import type { PrincipalReference } from '../core/index.ts'

/** A key at the one moment when its secret is known. */
export interface NewKey {
  /** `<prefix>.<secret>`, to be shown once. The secret holds 256 random bits. */
  readonly text: string
  readonly prefix: string
  /** SHA-256 of the whole text, hex. */
  readonly hash: string
}

/** Who a key speaks for. */
export interface KeyBearer {
  readonly actor: PrincipalReference
  /** Permissions that the key is narrowed to; empty: all of the actor's. */
  readonly scopes: readonly string[]
  /** Id of the key. */
  readonly key: string
}

/** Makes a key that nobody can guess. */
export function makeKey(prefix: string = `key_${randomBytes(6).toString('hex')}`): NewKey {
  const text = `${prefix}.${randomBytes(32).toString('base64url')}`
  return { text, prefix, hash: hashOf(text) }
}

/** A fast hash is right for 256 random bits: there is nothing to guess. */
export function hashOf(text: string): string {
  return hash('sha256', text, 'hex')
}
