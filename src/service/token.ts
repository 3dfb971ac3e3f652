/** Revision tokens: a revision as callers carry it, bound to one store, its epoch and one tenant, and not to be made up. */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Revision } from '../core/index.ts'
import { CuriaError, refuse } from '../core/index.ts'
import type { StoreIdentity } from '../store/store.ts'

/** A token is base64url of: version (1 byte), digest of store and epoch (8), revision (8), MAC of all of it and the tenant (16). */
const version = 1
const signedLength = 17
const length = signedLength + 16

export function writeToken(identity: StoreIdentity, tenant: string, revision: Revision): string {
  const signed = Buffer.alloc(signedLength)
  signed.writeUInt8(version, 0)
  storeDigest(identity).copy(signed, 1)
  signed.writeBigUInt64BE(BigInt(revision), 9)
  return Buffer.concat([signed, authenticationCode(identity, tenant, signed)]).toString('base64url')
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

function storeDigest({ id, epoch }: StoreIdentity): Buffer {
  return createHash('sha256').update(`${id}\n${epoch}`).digest().subarray(0, 8)
}

function authenticationCode({ secret }: StoreIdentity, tenant: string, signed: Buffer): Buffer {
  return createHmac('sha256', Buffer.from(secret, 'hex'))
    .update('revision token\n')
    .update(`${tenant}\n`)
    .update(signed)
    .digest()
    .subarray(0, 16)
}
