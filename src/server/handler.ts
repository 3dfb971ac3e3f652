/** The HTTP doors as one function from a request to a response; runs in any framework that speaks the web's own types. */

import { randomBytes, randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import type { Endpoint, Right } from '../api/endpoint.ts'
import { basePath } from '../api/endpoint.ts'
import type { EndpointName } from '../api/endpoints.ts'
import { endpointNames, endpoints } from '../api/endpoints.ts'
import { openApiDocument } from '../api/openapi.ts'
import type { ActorReference, JsonObject } from '../core/index.ts'
import { refuse } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import type { SignIn, Visitor } from '../service/sign-in.ts'
import { answerOf } from './answer.ts'
import type { Arrival, TrustedProxies } from './arrival.ts'
import { isProxied, visitorOf } from './arrival.ts'
import type { Authenticate, Caller } from './authenticate.ts'
import { callerOf } from './authenticate.ts'
import { isAuthzen } from './authzen.ts'
import type { RequestLimits } from './budget.ts'
import { createBudgets } from './budget.ts'
import { readConsole } from './console-files.ts'
import { createCursors } from './cursor.ts'
import { readInput } from './input.ts'
import type { Approach, Judging } from './judging.ts'
import { admit, carryOut, rememberedHandles, requireRight, requireTenant, wantedToken } from './judging.ts'
import { pageResponse, readPages } from './pages.ts'
import { responseOf, securityHeaders, transportHeaders } from './plain-answer.ts'
import type { Failure, Listeners } from './reports.ts'
import { failureOf, numberOf, report } from './reports.ts'
import type { ShortWay } from './short-way.ts'
import { createShortWay } from './short-way.ts'
import { refuseHost, refusePath } from './target.ts'

export interface HandlerOptions extends Listeners {
  /** A handle whose `as` may be called for anybody. */
  readonly access: Access
  /** Who holds an API key. Without it `actor` must be given. */
  readonly authenticate?: Authenticate
  /** Everybody who calls acts as this one, without a credential: for a program that calls the handler itself. Never behind a socket. */
  readonly actor?: ActorReference
  /** How people sign in. Absent: the doors for it are not there. */
  readonly signIn?: SignIn
  /** Networks of the proxies in front: what they say of the addresses behind them is believed. Default none. */
  readonly trustedProxies?: TrustedProxies
  /** How many requests a caller may send. Default: as many as come. */
  readonly limits?: RequestLimits
  /** Names, beside the loopback names, under which the server may be called; without port. */
  readonly hosts?: readonly string[]
  /** Where the server is called from outside: `https://curia.example`. Default: wherever it was called, which a proxy in front hides. */
  readonly publicUrl?: string
  /** Seals the cursors of lists. Give all nodes the same; default: random, so that cursors end with the process. */
  readonly secret?: string | Uint8Array
  /** Of the package, for the API document. */
  readonly version: string
}

/** Answers a request. Whoever has the socket says what it knows of it. */
export interface Handler {
  (request: Request, arrival?: Arrival): Promise<Response>
  /** Answers some requests straight from the socket, as the handler would, for whoever has it. */
  readonly shortWay?: ShortWay
}

/** What was found out of where a request comes from. */
interface Arrived {
  readonly visitor: Visitor
  /** A proxy of ours has brought it. */
  readonly isProxied: boolean
}

interface Environment {
  readonly Bindings: Arrived
  readonly Variables: { caller: Caller | undefined }
}

/** Makes the handler. Reads the pages from disk. Throws a plain `Error` when an endpoint has no right, or nobody could ever call. */
export function createHandler(options: HandlerOptions): Handler {
  requireRights(endpoints)
  if ((options.authenticate === undefined) === (options.actor === undefined))
    throw new Error('createHandler needs either authenticate or a fixed actor')
  const { signIn, trustedProxies = [] } = options
  const identify = async (request: Request, visitor: Visitor): Promise<Caller> => {
    if (options.actor !== undefined) return { actor: options.actor, scopes: [] }
    // One of the two was given, see above.
    return callerOf(request, { authenticate: options.authenticate as Authenticate, signIn }, visitor)
  }
  const hosts = new Set(options.hosts)
  const pages = readPages()
  const views = readConsole()
  const judging: Judging = {
    base: options.access,
    handleOf: rememberedHandles(options.access),
    cursors: createCursors(options.secret ?? randomBytes(32)),
    // Few ever ask for it, and it takes longer to make than all the rest. It is built from plain data.
    document: once(() => openApiDocument(options.version) as JsonObject),
    publicUrl: options.publicUrl?.replace(/\/+$/, ''),
    signIn,
    budgets: createBudgets(options.limits),
    isProgram: options.actor !== undefined,
  }
  // One path may hold an open door and a closed one: they are told apart by the method.
  const open = endpointNames.map((name): Endpoint => endpoints[name]).filter(({ right }) => right.kind === 'public')
  const publicCalls = new Set(open.flatMap(({ method, path }) => [`${method} ${path}`, ...(method === 'GET' ? [`HEAD ${path}`] : [])]))
  const closed = endpointNames
    .map((name): Endpoint => endpoints[name])
    .flatMap(({ right, path }) => (right.kind === 'public' ? [] : [patternOf(path)]))
  const isPublic = (method: string, path: string): boolean => {
    const plain = path.replace(tenantPrefix, '')
    if (pages.has(path) || publicCalls.has(`${method} ${plain}`)) return true
    // Another method on a path where everything is open is told which methods there are.
    return open.some((one) => one.path === plain) && !closed.some((pattern) => pattern.test(plain))
  }

  const reached = new WeakMap<Request, EndpointName>()
  const app = new Hono<Environment>()
  // Whatever is not on the short public list needs a credential before it is told whether there is such a path.
  app.use(async (context, next) => {
    const { pathname } = new URL(context.req.url)
    const { raw, method } = context.req
    if (!isPublic(method, pathname) && !views.has(pathname)) context.set('caller', await identify(raw, context.env.visitor))
    await next()
  })
  for (const [path, page] of pages) app.get(path, () => pageResponse(page))
  for (const name of endpointNames) {
    const endpoint: Endpoint = endpoints[name]
    const path = endpoint.path.replace(/\{(\w+)\}/g, ':$1')
    const call = async (raw: Request, caller: Caller | undefined, arrived: Arrived, parameters: { readonly [name: string]: string }) => {
      reached.set(raw, name)
      const again = () => identify(raw, arrived.visitor)
      return answered({ ...arrived, name, endpoint, head: raw, url: raw.url, caller, identify: again }, raw, parameters, judging)
    }
    app.on(endpoint.method, path, ({ req, get, env }) => call(req.raw, get('caller'), env, req.param()))
    if (!path.startsWith(basePath) && !isAuthzen(path)) continue
    app.on(endpoint.method, `/t/:tenant${path}`, ({ req, get, env }) => {
      const { tenant, ...parameters } = req.param()
      reached.set(req.raw, name)
      requireTenant(tenant, options.access)
      return call(req.raw, get('caller'), env, parameters)
    })
  }
  app.on(['GET', 'HEAD'], '*', ({ req }, next) => (views.has(req.path) ? Promise.resolve(views.answer(req.path)) : next()))
  app.notFound(({ req }) => {
    const allowed = views.has(req.path) ? ['GET', 'HEAD'] : methodsOf(req.path, pages)
    if (allowed.length > 0) throw refuse('method_not_allowed', { allowed })
    throw refuse('not_found', { reference: req.path })
  })
  app.onError((error) => {
    throw error
  })

  const handler: Handler = async (request, arrival = {}) => {
    const { method } = request
    const { pathname, protocol } = new URL(request.url)
    const reported = { requestId: randomUUID(), method, path: pathname, started: performance.now() }
    const isStandard = isAuthzen(pathname)
    let response: Response
    let failure: Failure | undefined
    try {
      refuseHost(new URL(request.url), hosts)
      refusePath(arrival.target ?? pathname)
      response = await app.fetch(request, {
        visitor: visitorOf(request, arrival, trustedProxies),
        isProxied: isProxied(arrival, trustedProxies),
      })
    } catch (thrown) {
      failure = failureOf(thrown, reported.requestId, isStandard, options)
      response = responseOf(failure.answer)
    }
    const { headers } = response
    const usual = { ...securityHeaders, ...transportHeaders(protocol === 'https:', options.publicUrl) }
    for (const [name, value] of Object.entries(usual)) if (!headers.has(name)) headers.set(name, value)
    headers.set('x-request-id', numberOf(request, isStandard, reported.requestId))
    const { code, isDefect = false } = failure ?? {}
    report(reported, { status: response.status, endpoint: reached.get(request), code, isDefect }, options)
    return response
  }
  const { authenticate } = options
  // A program that calls for everybody has no socket.
  if (authenticate === undefined) return handler
  return Object.assign(handler, {
    shortWay: createShortWay({ ...options, judging, known: { authenticate, signIn }, hosts, trustedProxies }),
  })
}

/** Throws when an endpoint of the table has no right that we know: the server must not start with an open door. */
export function requireRights(table: { readonly [name: string]: { readonly right?: Right } }): void {
  const kinds: readonly (string | undefined)[] = [
    'public',
    'signed-in',
    'permission',
    'record',
    'seen',
    'write',
  ] satisfies readonly Right['kind'][]
  for (const [name, { right }] of Object.entries(table)) {
    if (!kinds.includes(right?.kind)) throw new Error(`the endpoint ${name} does not say which right it needs`)
    if (right !== undefined && 'permission' in right && right.permission === '') throw new Error(`the endpoint ${name} needs a permission`)
  }
}

/** Makes something when it is first asked for, and keeps it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** `/t/{tenant}` in front of a path. */
const tenantPrefix = /^\/t\/[^/]+(?=\/)/

/** The methods that the path takes; none when there is no such path. */
function methodsOf(path: string, pages: ReadonlyMap<string, unknown>): readonly string[] {
  const inTenant = path.replace(tenantPrefix, '')
  const found = endpointNames
    .map((name): Endpoint => endpoints[name])
    .filter(({ path: pattern }) => patternOf(pattern).test(inTenant))
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return pages.has(path) ? ['GET', 'HEAD'] : [...new Set(found)]
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`)
}

/** One call of one endpoint, from its head to its answer. */
async function answered(
  approach: Approach,
  request: Request,
  parameters: { readonly [name: string]: string },
  judging: Judging,
): Promise<Response> {
  const { endpoint, caller } = approach
  const access = admit(approach, judging)
  const wanted = wantedToken(approach)
  if (wanted !== undefined) await access.atLeast(wanted)
  requireRight(endpoint, access)
  const outcome = carryOut(approach, judging, access, await readInput(endpoint, request, parameters))
  const token = (): string | undefined => (caller === undefined ? undefined : access.token())
  // Questions are answered at once: their token is taken before anything else can be written.
  if (outcome instanceof Promise) return answerOf(await outcome, endpoint.status, token())
  return answerOf(outcome, endpoint.status, token())
}
