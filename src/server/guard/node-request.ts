/** Requests as Node and the frameworks on it know them. */

import type { IncomingHttpHeaders } from 'node:http'
import type { GuardedRequest } from './credential.ts'

/** What Express and Fastify share of a request. */
export interface NodeRequest {
  readonly method: string
  readonly originalUrl: string
  readonly headers: IncomingHttpHeaders
  /** The address that the framework believes the request to come from. */
  readonly ip?: string | undefined
}

/** The request as a guard looks at it. */
export function guarded({ method, originalUrl, headers, ip }: NodeRequest): GuardedRequest {
  return {
    method,
    url: originalUrl,
    address: ip,
    header: (name) => {
      const value = headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
  }
}
