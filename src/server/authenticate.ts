/** Finds out who calls: exactly one credential, or none. */

import type { ActorReference } from '../core/index.ts'
import { refuse } from '../core/index.ts'
import type { Session, SignIn, Visitor } from '../service/sign-in.ts'
import type { Head } from './head.ts'
import { sessionCookies } from './session-cookie.ts'

/** Who calls, and what the credential is narrowed to. */
export interface Caller {
  readonly actor: ActorReference
  /** Permissions that the credential is narrowed to; empty: all that the actor may. */
  readonly scopes: readonly string[]
  /** How it came in; default with an API key. */
  readonly by?: 'key' | 'session' | 'basic'
  /** The id of the API key. */
  readonly key?: string
  /** The session, for a caller in a browser. */
  readonly session?: Session
}

/**
 * Resolves an API key; undefined when it is unknown, switched off or expired, when its owner is not active, or may not call from the
 * address. Asked at every request.
 */
export type Authenticate = (key: string, address?: string) => Caller | undefined

/** The same for a key that comes again and again on one connection. What is given back is asked at every request. */
export type BearerOf = (key: string) => (address?: string) => Caller | undefined

/** Against what callers are known. */
export interface Known {
  /** The tenant: a session of another one is a cookie of another name. */
  readonly tenant: string
  readonly authenticate: Authenticate
  readonly bearerOf?: BearerOf
  /** Absent: nobody signs in here. */
  readonly signIn: SignIn | undefined
}

/**
 * The caller of a request, by `Authorization: Bearer <API key>`, by the cookie of a session, or where it is switched on by HTTP Basic.
 * Throws `unauthenticated` (none, another scheme, an unknown key, a session that is over: all alike) and `ambiguous_credentials` (more than one).
 */
export async function callerOf(head: Head, known: Known, visitor: Visitor): Promise<Caller> {
  const { authorization, cookie } = credentialOf(head, known.tenant)
  const caller =
    keyBearer(keyOf(authorization), known, visitor) ??
    (await byPassword(authorization, known, visitor)) ??
    (await bySession(cookie, known, visitor))
  return required(caller)
}

/** The same of a request whose only credential may be an API key, without waiting. */
export function keyCallerOf(head: Head, known: Known, visitor: Visitor): Caller {
  return required(keyBearer(keyIn(head, known.tenant), known, visitor))
}

/** The one API key of a request; undefined: its credential is none. Throws `ambiguous_credentials`. */
export function keyIn(head: Head, tenant: string): string | undefined {
  return keyOf(credentialOf(head, tenant).authorization)
}

/** Who calls by one key, for whoever is asked again and again with it. What is given back throws `unauthenticated`. */
export function callerBy(key: string, { authenticate, bearerOf, signIn }: Known, visitor: Visitor): () => Caller {
  const find = bearerOf?.(key) ?? ((address) => authenticate(key, address))
  return () => required(noted(find(visitor.address), signIn, visitor))
}

interface Credential {
  readonly authorization: string | null
  readonly cookie: string | undefined
}

const credentialHeaders = ['authorization', 'x-api-key', 'proxy-authorization'] as const

/** The one credential of a request. */
function credentialOf(head: Head, tenant: string): Credential {
  const authorization = head.headers.get('authorization')
  const cookies = sessionCookies(head, tenant)
  let given = cookies.length
  for (const name of credentialHeaders) if (head.headers.get(name) !== null) given += 1
  // Two headers of one name reach us joined by a comma, which stands in no key and in no base64.
  if (given > 1 || authorization?.includes(',') === true)
    throw refuse('ambiguous_credentials', { reason: 'more than one credential was sent; send one' })
  return { authorization, cookie: cookies[0] }
}

function required(caller: Caller | undefined): Caller {
  if (caller !== undefined) return caller
  throw refuse('unauthenticated', { reason: 'sign in, or send an API key that is valid: Authorization: Bearer <API key>' })
}

function keyOf(authorization: string | null): string | undefined {
  return /^Bearer +([\x21-\x2b\x2d-\x7e]{1,1024})$/i.exec(authorization ?? '')?.[1]
}

function keyBearer(key: string | undefined, { authenticate, signIn }: Known, visitor: Visitor): Caller | undefined {
  return key === undefined ? undefined : noted(authenticate(key, visitor.address), signIn, visitor)
}

/** The caller, whose key is noted as used. */
function noted(caller: Caller | undefined, signIn: SignIn | undefined, visitor: Visitor): Caller | undefined {
  if (caller?.key !== undefined) signIn?.keyUsed(caller.key, visitor)
  return caller
}

async function byPassword(authorization: string | null, { signIn }: Known, visitor: Visitor): Promise<Caller | undefined> {
  const encoded = /^Basic +([A-Za-z0-9+/]{1,8192}={0,2})$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon <= 0 || colon === text.length - 1) return undefined
  const actor = await signIn?.basic(text.slice(0, colon), text.slice(colon + 1), visitor)
  return actor === undefined ? undefined : { actor, scopes: [], by: 'basic' }
}

async function bySession(cookie: string | undefined, { signIn }: Known, visitor: Visitor): Promise<Caller | undefined> {
  const session = cookie === undefined ? undefined : await signIn?.session(cookie, visitor)
  return session === undefined ? undefined : { actor: session.user, scopes: [], by: 'session', session }
}
