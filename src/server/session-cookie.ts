/** The cookie of a session. `__Host-` binds it to this host: no other can set it, and it goes over no unsafe connection. */

import { mainTenant } from '../core/index.ts'
import type { Head } from './head.ts'

const attributes = 'Path=/; Secure; HttpOnly; SameSite=Strict'

/** Every tenant has a cookie of its own: whoever comes into one stays in the others. An id may hold what no name of a cookie may. */
function nameFor(tenant: string): string {
  return tenant === mainTenant ? '__Host-curia' : `__Host-curia-${encodeURIComponent(tenant)}`
}

const none: readonly string[] = []

/** The values of the cookie of a tenant in a request; more than one is a trick. */
export function sessionCookies({ headers }: Head, tenant: string): readonly string[] {
  const cookies = headers.get('cookie')
  if (cookies === null) return none
  const name = nameFor(tenant)
  return cookies.split(';').flatMap((pair) => {
    const [found = '', ...value] = pair.trim().split('=')
    return found === name && value.length > 0 ? [value.join('=')] : []
  })
}

/** The header that gives a browser the session. It ends with the browser. */
export function cookieOf(tenant: string, secret: string): { readonly 'set-cookie': string } {
  return { 'set-cookie': `${nameFor(tenant)}=${secret}; ${attributes}` }
}

/** The header that takes it away. */
export function noCookie(tenant: string): { readonly 'set-cookie': string } {
  return { 'set-cookie': `${nameFor(tenant)}=; Max-Age=0; ${attributes}` }
}
