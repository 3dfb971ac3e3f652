/** A guard for routes of Hono. */

import type { Context, MiddlewareHandler } from 'hono'
import type { GuardOptions, Passed, RouteOptions } from './guard.ts'
import { createGuard } from './guard.ts'

export interface HonoGuard {
  /** Middleware that goes on for those who hold the permission. */
  requirePermission(permission: string, options?: RouteOptions<Context>): MiddlewareHandler
  /** Who has passed; undefined: the route has no `requirePermission`. */
  callerOf(context: Context): Passed | undefined
}

/** A guard for Hono. */
export function honoGuard(options: GuardOptions): HonoGuard {
  const guard = createGuard(options)
  const callers = new WeakMap<Request, Passed>()
  return {
    requirePermission: (permission, route = {}) => {
      return async (context, next) => {
        const { method, url } = context.req
        const outcome = await guard.admit({ method, url, header: (name) => context.req.header(name) }, context, permission, route)
        if (outcome instanceof Response) return outcome
        callers.set(context.req.raw, outcome)
        return next()
      }
    },
    callerOf: (context) => callers.get(context.req.raw),
  }
}
