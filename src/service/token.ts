/** Revision tokens: a revision as callers carry it, bound to one store, its epoch and one tenant, and not to be made up. */

import { createHash, createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { Revision } from '../core/index.ts'
import { CuriaError, refuse } from '../core/index.ts'
import type { StoreIdentity } from '../store/store.ts'

/** A token is base64url of: version (1 byte), digest of store and epoch (8), revision (8), MAC of all of it and the tenant (16). */
const version = 1
const signedLength = 17
const length = signedLength + 16

export function writeToken(identity: StoreIdentity, tenant: string, revision: Revision): string {
  const writers = written.get(identity) ?? new Map<string, (revision: Revision) => string>()
  if (writers.size === 0) written.set(identity, writers)
  let write = writers.get(tenant)
  if (write === undefined) {
    write = writerOf(identity, tenant)
    writers.set(tenant, write)
  }
  return write(revision)
}
const written = new WeakMap<StoreIdentity, Map<string, (revision: Revision) => string>>()

/** As `authenticationCode`, but every write has its token made: all that does not differ between them stands ready, around the revision. */
function writerOf(identity: StoreIdentity, tenant: string): (revision: Revision) => string {
  const secret = Buffer.from(identity.secret, 'hex')
  // HMAC-SHA-256 (RFC 2104): a key longer than a block is hashed, a shorter one filled up.
  const key = Buffer.concat([secret.length > 64 ? createHash('sha256').update(secret).digest() : secret], 64)
  const start = Buffer.concat([Buffer.from([version]), storeDigest(identity)])
  const inner = Buffer.concat([key.map((byte) => byte ^ 0x36), Buffer.from(`revision token\n${tenant}\n`), start, Buffer.alloc(8)])
  const outer = Buffer.concat([key.map((byte) => byte ^ 0x5c), Buffer.alloc(32)])
  const token = Buffer.concat([start], length)
  return (revision) => {
    inner.writeBigUInt64BE(BigInt(revision), inner.length - 8)
    inner.copy(token, 9, inner.length - 8)
    outer.write(hash('sha256', inner, 'binary'), 64, 'binary')
    token.write(hash('sha256', outer, 'binary'), signedLength, length - signedLength, 'binary')
    return token.toString('base64url')
  }
}

/** Writes the tokens of a tenant. Nearly every answer names the same revision as the one before, whose token is remembered. */
export function tokenWriter(identity: StoreIdentity, tenant: string): (revision: Revision) => string {
  let last: { readonly revision: Revision; readonly token: string } | undefined
  return (revision) => {
    if (last?.revision !== revision) last = { revision, token: writeToken(identity, tenant, revision) }
    return last.token
  }
}

/** @throws CuriaError `revision_unknown_store`: of another store, or from before a restore; `invalid_revision`: damaged, or of another tenant */
export function readToken(identity: StoreIdentity, tenant: string, token: string): Revision {
  const invalid = new CuriaError(refuse('invalid_revision', { field: 'token', reason: 'is not a revision token of this tenant' }))
  const bytes = Buffer.from(token, 'base64url')
  // Decoding skips what is not base64url, so only the exact text is taken.
  if (bytes.length !== length || bytes.toString('base64url') !== token || bytes.readUInt8(0) !== version) throw invalid
  const signed = bytes.subarray(0, signedLength)
  if (!signed.subarray(1, 9).equals(storeDigest(identity))) {
    throw new CuriaError(
      refuse('revision_unknown_store', { reason: 'the revision token is of another store, or from before it was restored' }),
    )
  }
  if (!timingSafeEqual(bytes.subarray(signedLength), authenticationCode(identity, tenant, signed))) throw invalid
  return Number(signed.readBigUInt64BE(9))
}

function storeDigest(identity: StoreIdentity): Buffer {
  const known = digests.get(identity)
  if (known !== undefined) return known
  const digest = createHash('sha256').update(`${identity.id}\n${identity.epoch}`).digest().subarray(0, 8)
  digests.set(identity, digest)
  return digest
}
/** An identity never changes. */
const digests = new WeakMap<StoreIdentity, Buffer>()

function authenticationCode({ secret }: StoreIdentity, tenant: string, signed: Buffer): Buffer {
  return createHmac('sha256', Buffer.from(secret, 'hex'))
    .update('revision token\n')
    .update(`${tenant}\n`)
    .update(signed)
    .digest()
    .subarray(0, 16)
}
