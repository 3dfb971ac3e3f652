/** The door `curia/guard`: permissions required of the routes of an embedding program, in whatever framework. */

export type { Credential, GuardedRequest, Method } from './credential.ts'
export { type ExpressGuard, expressGuard } from './express.ts'
export { type FastifyGuard, fastifyGuard } from './fastify.ts'
export { type FetchGuard, type FetchHandler, fetchGuard } from './fetch.ts'
export {
  type AuthenticateCredential,
  createGuard,
  type Guard,
  type GuardOptions,
  type Identity,
  type Passed,
  type RouteOptions,
} from './guard.ts'
export { type HonoGuard, honoGuard } from './hono.ts'
