/** The cookie of a session. `__Host-` binds it to this host: no other can set it, and it goes over no unsafe connection. */

import type { Head } from './head.ts'

const name = '__Host-curia'
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Strict'
const pattern = new RegExp(`(?:^|;\\s*)${name}=([^;]*)`, 'g')

const none: readonly string[] = []

/** The values of the cookie in a request; more than one is a trick. */
export function sessionCookies({ headers }: Head): readonly string[] {
  const cookies = headers.get('cookie')
  return cookies === null ? none : [...cookies.matchAll(pattern)].map(([, value = '']) => value)
}

/** The header that gives a browser the session. It ends with the browser. */
export function cookieOf(secret: string): { readonly 'set-cookie': string } {
  return { 'set-cookie': `${name}=${secret}; ${attributes}` }
}

/** The header that takes it away. */
export const noCookie = { 'set-cookie': `${name}=; Max-Age=0; ${attributes}` } as const
