/** A client that comes in as a browser does: it keeps the cookie it is given, and says that its calls come from our own pages. */

import type { Client } from '../../src/api/client.ts'
import { createClient } from '../../src/api/client.ts'
import type { Handler } from '../../src/server/index.ts'

/** Where the handler is called. */
export const base = 'http://localhost:4680'

/** A browser, as far as cookies are concerned. */
export interface Jar {
  readonly client: Client
  cookie: string
}

/** A client that keeps the cookie it is given and sends it with the origin of our own pages. */
export function browserOf(handler: Handler, peer = '192.0.2.1'): Jar {
  const jar: { client?: Client; cookie: string } = { cookie: '' }
  const fetch = async (request: Request): Promise<Response> => {
    if (jar.cookie !== '') request.headers.set('cookie', jar.cookie)
    request.headers.set('sec-fetch-site', 'same-origin')
    const response = await handler(request, { peer })
    const set = response.headers.get('set-cookie')
    if (set !== null) jar.cookie = /^[^=]+=;/.test(set) ? '' : (set.split(';')[0] ?? '')
    return response
  }
  const client = createClient({ url: base, fetch })
  return Object.assign(jar, { client })
}
