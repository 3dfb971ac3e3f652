/** A guard for routes of Express, and of what takes middleware of its kind. */

import type { GuardOptions, Passed, RouteOptions } from './guard.ts'
import { createGuard } from './guard.ts'
import type { NodeRequest } from './node-request.ts'
import { guarded } from './node-request.ts'

/** What is used of a response. */
export interface ExpressResponse {
  statusCode: number
  setHeader(name: string, value: string | readonly string[]): unknown
  end(text: string): unknown
}

/** Middleware as Express takes it. */
export type ExpressMiddleware<R> = (request: R, response: ExpressResponse, next: (error?: unknown) => void) => Promise<void>

export interface ExpressGuard {
  /** Middleware that goes on for those who hold the permission. */
  requirePermission<R extends NodeRequest = NodeRequest>(permission: string, options?: RouteOptions<R>): ExpressMiddleware<NoInfer<R>>
  /** Who has passed; undefined: the route has no `requirePermission`. */
  callerOf(request: NodeRequest): Passed | undefined
}

/** A guard for Express. */
export function expressGuard(options: GuardOptions): ExpressGuard {
  const guard = createGuard(options)
  const callers = new WeakMap<NodeRequest, Passed>()
  return {
    requirePermission:
      (permission, route = {}) =>
      async (request, response, next) => {
        try {
          const outcome = await guard.admit(guarded(request), request, permission, route)
          if (outcome instanceof Response) {
            response.statusCode = outcome.status
            for (const [name, value] of outcome.headers) response.setHeader(name, value)
            response.end(await outcome.text())
            return
          }
          callers.set(request, outcome)
        } catch (error) {
          next(error)
          return
        }
        next()
      },
    callerOf: (request) => callers.get(request),
  }
}
