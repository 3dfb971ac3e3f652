/** A guard for handlers that take a `Request` and give a `Response`. */

import type { GuardOptions, Passed, RouteOptions } from './guard.ts'
import { createGuard } from './guard.ts'

/** A handler of the web's own types; it may take more than the request. */
export type FetchHandler<More extends readonly unknown[] = readonly []> = (request: Request, ...more: More) => Response | Promise<Response>

export interface FetchGuard {
  /** Gives a handler that only calls the given one for those who hold the permission. */
  requirePermission(
    permission: string,
    options?: RouteOptions<Request>,
  ): <More extends readonly unknown[]>(handler: FetchHandler<More>) => FetchHandler<More>
  /** Who has passed with this request; undefined: it has not come through `requirePermission`. */
  callerOf(request: Request): Passed | undefined
}

/** A guard for any fetch handler. */
export function fetchGuard(options: GuardOptions): FetchGuard {
  const guard = createGuard(options)
  const callers = new WeakMap<Request, Passed>()
  return {
    requirePermission:
      (permission, route = {}) =>
      (handler) =>
      async (request, ...more) => {
        const { method, url, headers } = request
        const outcome = await guard.admit({ method, url, header: (name) => headers.get(name) ?? undefined }, request, permission, route)
        if (outcome instanceof Response) return outcome
        callers.set(request, outcome)
        return handler(request, ...more)
      },
    callerOf: (request) => callers.get(request),
  }
}
