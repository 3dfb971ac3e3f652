/** A guard for routes of Fastify. */

import type { GuardOptions, Passed, RouteOptions } from './guard.ts'
import { createGuard } from './guard.ts'
import type { NodeRequest } from './node-request.ts'
import { guarded } from './node-request.ts'

/** What is known of every request. */
export interface FastifyRequest extends NodeRequest {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

/** What is used of a reply. */
export interface FastifyAnswer {
  code(status: number): unknown
  header(name: string, value: string): unknown
  send(payload: string): unknown
}

/** A hook as Fastify takes it under `onRequest`, `preValidation` or `preHandler`. */
export type FastifyHook<R> = (request: R, reply: FastifyAnswer) => Promise<unknown>

export interface FastifyGuard {
  /** A hook that lets those pass who hold the permission. */
  requirePermission<R extends FastifyRequest = FastifyRequest>(permission: string, options?: RouteOptions<R>): FastifyHook<NoInfer<R>>
  /** Who has passed; undefined: the route has no `requirePermission`. */
  callerOf(request: NodeRequest): Passed | undefined
}

/** A guard for Fastify. */
export function fastifyGuard(options: GuardOptions): FastifyGuard {
  const guard = createGuard(options)
  const callers = new WeakMap<NodeRequest, Passed>()
  return {
    requirePermission:
      (permission, route = {}) =>
      async (request, reply) => {
        const outcome = await guard.admit(guarded(request), request, permission, route)
        if (outcome instanceof Response) {
          reply.code(outcome.status)
          for (const [name, value] of outcome.headers) reply.header(name, value)
          reply.send(await outcome.text())
          // A hook that gives the reply has ended the request.
          return reply
        }
        callers.set(request, outcome)
        return undefined
      },
    callerOf: (request) => callers.get(request),
  }
}
