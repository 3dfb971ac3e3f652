/** API keys as they are made: a random text that is shown once, and the hash that is kept of it. */

import { createHash, randomBytes } from 'node:crypto'

/** A key at the one moment when its secret is known. */
export interface NewKey {
  /** `<prefix>.<secret>`, to be shown once. The secret holds 256 random bits. */
  readonly text: string
  readonly prefix: string
  /** SHA-256 of the whole text, hex. */
  readonly hash: string
}

/** Makes a key that nobody can guess. */
export function makeKey(prefix: string = `key_${randomBytes(6).toString('hex')}`): NewKey {
  const text = `${prefix}.${randomBytes(32).toString('base64url')}`
  return { text, prefix, hash: hashOf(text) }
}

/** A fast hash is right for 256 random bits: there is nothing to guess. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
