/** Finds out who calls: exactly one credential, or none. */

import type { ActorReference } from '../core/index.ts'
import { refuse } from '../core/index.ts'

/** Who calls, and what the credential is narrowed to. */
export interface Caller {
  readonly actor: ActorReference
  /** Permissions that the credential is narrowed to; empty: all that the actor may. */
  readonly scopes: readonly string[]
}

/** Resolves an API key; undefined when it is unknown, switched off or expired, or its owner is not active. Asked at every request. */
export type Authenticate = (key: string) => Caller | undefined

/** Our session cookie will be called this; one beside an API key makes the caller ambiguous. Other cookies are none of ours. */
const sessionCookie = /(^|;\s*)__Host-curia=/

/**
 * The caller of a request, by `Authorization: Bearer <API key>`.
 * Throws `unauthenticated` (none, another scheme, an unknown key: all alike) and `ambiguous_credentials` (more than one).
 */
export function callerOf(request: Request, authenticate: Authenticate): Caller {
  const authorization = request.headers.get('authorization')
  const given = [authorization, request.headers.get('x-api-key'), request.headers.get('proxy-authorization')].filter((one) => one !== null)
  const hasCookie = sessionCookie.test(request.headers.get('cookie') ?? '')
  // Two headers of one name reach us joined by a comma, which stands in no key.
  if (given.length + (hasCookie ? 1 : 0) > 1 || authorization?.includes(',') === true)
    throw refuse('ambiguous_credentials', { reason: 'more than one credential was sent; send one' })
  const key = /^Bearer +([\x21-\x2b\x2d-\x7e]{1,1024})$/i.exec(authorization ?? '')?.[1]
  const caller = key === undefined ? undefined : authenticate(key)
  if (caller === undefined) throw refuse('unauthenticated', { reason: 'send an API key that is valid: Authorization: Bearer <API key>' })
  return caller
}
