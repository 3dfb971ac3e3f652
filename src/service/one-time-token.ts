/** Tokens that open one door once: to claim an installation, to set a password, to confirm an address, to come by an invitation. */

import { createHash, randomBytes } from 'node:crypto'
import type { Instant, JsonObject } from '../core/index.ts'
import { CuriaError, refuse } from '../core/index.ts'
import type { Note, NoteChange, NoteOwner, Store } from '../store/store.ts'
import { day, hour, later } from './instants.ts'

/** What a token is for, and how long it is good. */
const lifetimes = { claim: hour, reset: hour, confirmation: 3 * day, invitation: 7 * day } as const
export type TokenPurpose = keyof typeof lifetimes

/** A token at the one moment when its text is known: 256 random bits, of which only the hash is kept. */
export interface NewToken {
  readonly text: string
  readonly until: Instant
  /** What has to be written for it to be good. */
  readonly note: NoteChange
}

export function makeToken(purpose: TokenPurpose, now: Instant, value: JsonObject, owner?: NoteOwner): NewToken {
  const text = randomBytes(32).toString('base64url')
  const until = later(now, lifetimes[purpose])
  const note = { until, value, ...(owner === undefined ? {} : { owner }) }
  return { text, until, note: { purpose, key: secretHash(text), expected: 0, note } }
}

/** The note of a token that is good. Throws `unauthenticated` for one that is not: unknown, used, of another purpose, or over. */
export async function requireToken(store: Store, tenant: string, purpose: TokenPurpose, text: string, now: Instant): Promise<Note> {
  const note = await store.note(tenant, purpose, secretHash(text))
  if (note === undefined || note.until === undefined || note.until <= now) throw badToken()
  return note
}

/** Uses the token up: the change fails when somebody else has used it since. */
export function useUp({ purpose, key, version }: Note): NoteChange {
  return { purpose, key, expected: version }
}

/** The refusal of a token that opens nothing. */
export function badToken(): CuriaError<'unauthenticated'> {
  return new CuriaError(
    refuse('unauthenticated', { reason: 'this link is not good any more: it was used, or its time is over; ask for a new one' }),
  )
}

/** Under which a secret of 256 random bits is kept: there is nothing to guess, so a fast hash is right. */
export function secretHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
