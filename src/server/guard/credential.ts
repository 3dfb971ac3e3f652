/** The one credential of a request, by whichever method it came. */

import { refuse } from '../../core/index.ts'

/** How somebody may name themselves to a route; `anonymous`: not at all. */
export type Method = 'anonymous' | 'session' | 'basic' | 'bearer' | 'api-key'
export const methods: readonly Method[] = ['anonymous', 'session', 'basic', 'bearer', 'api-key']

/** What a request says of who sends it. */
export type Credential =
  | { readonly method: 'session' /** The value of the session cookie. */; readonly session: string }
  | { readonly method: 'basic'; readonly userName: string; readonly password: string }
  | { readonly method: 'bearer'; readonly token: string }
  | { readonly method: 'api-key'; readonly key: string }

/** What is looked at of a request; those of every framework have it. */
export interface GuardedRequest {
  readonly method: string
  readonly url: string
  /** Where it comes from, as far as the framework knows. */
  readonly address?: string | undefined
  readonly header: (name: string) => string | undefined
}

/** An API key as we make them: a prefix, a dot, 32 random bytes. A token of another making has other parts. */
const keyPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}\.[A-Za-z0-9_-]{43}$/

/**
 * Reads the credential; undefined: there is none. `Authorization: Bearer` holds an API key when it looks like ours, else a token.
 * Throws `ambiguous_credentials` for more than one, `unauthenticated` for a scheme that we do not know or cannot read.
 */
export function credentialOf(request: GuardedRequest, cookie: string): Credential | undefined {
  const authorization = request.header('authorization')
  const key = request.header('x-api-key')
  const session = cookieIn(request.header('cookie') ?? '', cookie)
  const given = [authorization, key, session].filter((one) => one !== undefined)
  // Two headers of one name reach us joined by a comma, which stands in no credential.
  if (given.length > 1 || given.some((one) => one.includes(',')))
    throw refuse('ambiguous_credentials', { reason: 'more than one credential was sent; send one' })
  if (key !== undefined) return { method: 'api-key', key }
  if (session !== undefined) return { method: 'session', session }
  return authorization === undefined ? undefined : authorizationIn(authorization)
}

function authorizationIn(authorization: string): Credential {
  const [scheme = '', text = '', more] = authorization.trim().split(/ +/)
  const known = more === undefined && text !== '' ? scheme.toLowerCase() : ''
  if (known === 'bearer') return keyPattern.test(text) ? { method: 'api-key', key: text } : { method: 'bearer', token: text }
  const pair = known === 'basic' ? decoded(text) : undefined
  // RFC 7617, section 2: the user name ends at the first colon.
  const colon = pair?.indexOf(':') ?? -1
  if (pair === undefined || colon < 1)
    throw refuse('unauthenticated', { reason: 'the header Authorization holds nothing that is read here' })
  return { method: 'basic', userName: pair.slice(0, colon), password: pair.slice(colon + 1) }
}

/** Base64 of UTF-8; undefined for anything else. */
function decoded(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'))
  } catch {
    return undefined
  }
}

function cookieIn(header: string, name: string): string | undefined {
  const found = header.split(';').flatMap((part) => {
    const [key = '', ...value] = part.trim().split('=')
    return key === name ? [value.join('=')] : []
  })
  // Two of one name: somebody has put one in (RFC 6265, section 8.6).
  if (found.length > 1) throw refuse('ambiguous_credentials', { reason: 'more than one session was sent; send one' })
  return found[0]
}

/**
 * Refuses a session where another site may have made the browser send it: on anything but reading, the request must come from pages of
 * the same origin. Throws `csrf`.
 */
export function requireSameOrigin(request: GuardedRequest): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method.toUpperCase())) return
  const site = request.header('sec-fetch-site')
  const origin = request.header('origin')
  const isSame = site === undefined ? origin !== undefined && hostOf(origin) === request.header('host') : site === 'same-origin'
  if (!isSame) throw refuse('csrf', { reason: 'with a session this is taken from pages of the same origin only' })
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
