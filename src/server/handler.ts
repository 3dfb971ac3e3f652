/** The HTTP doors as one function from a request to a response; runs in any framework that speaks the web's own types. */

import { randomBytes, randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import type { Endpoint, Right } from '../api/endpoint.ts'
import type { EndpointName } from '../api/endpoints.ts'
import { endpointNames, endpoints } from '../api/endpoints.ts'
import { openApiDocument } from '../api/openapi.ts'
import type { ActorReference, ErrorCode, JsonObject } from '../core/index.ts'
import { refuse } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import type { Visitor } from '../service/sign-in.ts'
import { answerOf } from './answer.ts'
import type { Arrival, TrustedProxies } from './arrival.ts'
import { isProxied, visitorOf } from './arrival.ts'
import type { AnsweredTenant, AskedTenant, Neighbours } from './asked-tenant.ts'
import { askedTenant, pathOf } from './asked-tenant.ts'
import type { BearerOf, Caller } from './authenticate.ts'
import { callerOf } from './authenticate.ts'
import { isAuthzen } from './authzen.ts'
import type { RequestLimits, SharedBudgets } from './budget.ts'
import { createBudgets } from './budget.ts'
import { readConsole } from './console-files.ts'
import { createCursors, cursorsOf } from './cursor.ts'
import { readInput } from './input.ts'
import type { Approach, Judging } from './judging.ts'
import { admit, carryOut, remembered, requireRight, wantedToken } from './judging.ts'
import { pageResponse, readPages } from './pages.ts'
import { responseOf, securityHeaders, transportHeaders } from './plain-answer.ts'
import { refusalOf } from './problems.ts'
import type { Failure, Listeners } from './reports.ts'
import { failureOf, numberOf, report } from './reports.ts'
import type { ShortWay } from './short-way.ts'
import { createShortWay } from './short-way.ts'
import { refuseHost, refusePath } from './target.ts'
import type { WireWay } from './wire-way.ts'
import { createWireWay } from './wire-way.ts'

export interface HandlerOptions extends Listeners, Omit<AnsweredTenant, 'name'> {
  /** A handle on the tenant that is meant where none is named; its `as` may be called for anybody. */
  readonly access: Access
  /** As `authenticate`, for keys that come again and again. Default: they are taken each time as if they came first. */
  readonly bearerOf?: BearerOf
  /** The tenants beside it. Absent: any other is answered as not there, and so are the doors that make and delete tenants. */
  readonly neighbours?: Neighbours
  /** Everybody who calls acts as this one, without a credential: for a program that calls the handler itself. Never behind a socket. */
  readonly actor?: ActorReference
  /** Networks of the proxies in front: what they say of the addresses behind them is believed. Default none. */
  readonly trustedProxies?: TrustedProxies
  /** How many requests a caller may send. Default: as many as come. */
  readonly limits?: RequestLimits
  /** The other processes that answer the same callers: what these have sent there counts here too. Default: there are none. */
  readonly sharedBudgets?: SharedBudgets
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
  /** Answers some that came whole from their bytes, as the handler would, for whoever has the connection. */
  readonly wireWay?: WireWay
}

/** What was found out of where a request comes from, and which tenant it is for. */
interface Arrived {
  readonly asked: AskedTenant
  /** The id of the tenant that is meant, whether there is one or not. */
  readonly tenant: string
  /** Absent: there is no such tenant. */
  readonly answering: AnsweredTenant | undefined
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
  const { access, authenticate, signIn, neighbours, trustedProxies = [] } = options
  const own: AnsweredTenant = { access, ...(authenticate && { authenticate }), ...(signIn && { signIn }) }
  const answeringFor = async (tenant: string): Promise<AnsweredTenant | undefined> =>
    tenant === access.tenant ? own : neighbours?.enter(tenant)
  const identify = async (request: Request, visitor: Visitor, tenant: string, answering: AnsweredTenant | undefined): Promise<Caller> => {
    if (options.actor !== undefined) {
      if (answering === undefined) throw noTenant(tenant)
      return { actor: options.actor, scopes: [] }
    }
    // In a tenant that is not there nobody is known: whoever may not enter cannot tell it from one that is.
    const known = { tenant, authenticate: answering?.authenticate ?? (() => undefined), signIn: answering?.signIn }
    try {
      return await callerOf(request, known, visitor)
    } catch (error) {
      const refusal = refusalOf(error)
      const isStranger = refusal !== undefined && strangers.has(refusal.code) && request.headers.has('authorization')
      throw isStranger && tenant !== access.tenant ? noTenant(tenant) : error
    }
  }
  const hosts = new Set(options.hosts)
  const pages = readPages()
  const views = readConsole()
  const cursors = createCursors(options.secret ?? randomBytes(32))
  const shared = {
    // Few ever ask for it, and it takes longer to make than all the rest. It is built from plain data.
    document: once(() => openApiDocument(options.version) as JsonObject),
    publicUrl: options.publicUrl?.replace(/\/+$/, ''),
    neighbours,
    budgets: createBudgets(options.limits, options.sharedBudgets === undefined ? {} : { shared: options.sharedBudgets }),
    isProgram: options.actor !== undefined,
  }
  const judgings = new WeakMap<Access, Judging>()
  /** What the calls of a tenant share, for as long as it stands open under its name. */
  const judgingFor = ({ access: base, signIn: doorkeeper, name }: AnsweredTenant): Judging => {
    const known = judgings.get(base)
    if (known !== undefined && known.tenantName === name) return known
    const handleOf = known?.handleOf ?? remembered((actor) => base.as(actor))
    const budgetOf = known?.budgetOf ?? remembered((actor) => `${actor} ${base.tenant}`)
    const made = { ...shared, base, handleOf, budgetOf, cursors: cursorsOf(cursors, base.tenant), signIn: doorkeeper, tenantName: name }
    judgings.set(base, made)
    return made
  }
  // One path may hold an open door and a closed one: they are told apart by the method.
  const open = endpointNames.map((name): Endpoint => endpoints[name]).filter(({ right }) => right.kind === 'public')
  const publicCalls = new Set(open.flatMap(({ method, path }) => [`${method} ${path}`, ...(method === 'GET' ? [`HEAD ${path}`] : [])]))
  const closed = endpointNames
    .map((name): Endpoint => endpoints[name])
    .flatMap(({ right, path }) => (right.kind === 'public' ? [] : [patternOf(path)]))
  const isPublic = (method: string, path: string): boolean => {
    if (pages.has(path) || publicCalls.has(`${method} ${path}`)) return true
    // Another method on a path where everything is open is told which methods there are.
    return open.some((one) => one.path === path) && !closed.some((pattern) => pattern.test(path))
  }

  const reached = new WeakMap<Request, EndpointName>()
  // Whatever stands in front of a path, what is behind it is the same path.
  const app = new Hono<Environment>({ getPath: (request) => pathOf(new URL(request.url).pathname).path })
  // Whatever is not on the short public list needs a credential before it is told whether there is such a path.
  app.use(async (context, next) => {
    const { raw, method } = context.req
    const { asked, visitor, tenant, answering } = context.env
    if (!isPublic(method, asked.path) && !views.has(asked.path)) context.set('caller', await identify(raw, visitor, tenant, answering))
    if (answering === undefined) throw noTenant(tenant)
    await next()
  })
  for (const [path, page] of pages) app.get(path, () => pageResponse(page))
  for (const name of endpointNames) {
    const endpoint: Endpoint = endpoints[name]
    const path = endpoint.path.replace(/\{(\w+)\}/g, ':$1')
    const call = async (raw: Request, caller: Caller | undefined, arrived: Arrived, parameters: { readonly [name: string]: string }) => {
      reached.set(raw, name)
      const { visitor, isProxied: isBrought, asked, tenant, answering } = arrived
      if (answering === undefined) throw noTenant(tenant)
      const again = async () => identify(raw, visitor, tenant, await answeringFor(tenant))
      const from = { visitor, isProxied: isBrought, prefix: asked.prefix }
      return answered({ ...from, name, endpoint, head: raw, url: raw.url, caller, identify: again }, raw, parameters, judgingFor(answering))
    }
    app.on(endpoint.method, path, ({ req, get, env }) => call(req.raw, get('caller'), env, req.param()))
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
    const isStandard = isAuthzen(pathOf(pathname).path)
    let response: Response
    let tenant: string | undefined
    let failure: Failure | undefined
    try {
      refuseHost(new URL(request.url), hosts)
      refusePath(arrival.target ?? pathname)
      const asked = askedTenant(request, pathname)
      const meant = asked.name ?? access.tenant
      const answering = await answeringFor(meant)
      if (answering !== undefined) tenant = meant
      response = await app.fetch(request, {
        asked,
        tenant: meant,
        answering,
        visitor: visitorOf(request, arrival, trustedProxies, meant),
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
    report(reported, { status: response.status, endpoint: reached.get(request), tenant, code, isDefect }, options)
    return response
  }
  // A program that calls for everybody has no socket.
  if (authenticate === undefined) return handler
  const { bearerOf } = options
  const known = { tenant: access.tenant, authenticate, ...(bearerOf && { bearerOf }), signIn }
  const usual = { ...options, judging: judgingFor(own), known, hosts, trustedProxies }
  return Object.assign(handler, { shortWay: createShortWay(usual), wireWay: createWireWay(usual) })
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

/** What a credential is refused with that names nobody. */
const strangers: ReadonlySet<ErrorCode> = new Set(['unauthenticated', 'invalid_credentials'])

/** One answer for a tenant that is not there, is switched off, or knows nothing of who calls. */
function noTenant(tenant: string) {
  return refuse('not_found', { reference: `tenant:${tenant}` })
}

/** The methods that the path takes; none when there is no such path. */
function methodsOf(path: string, pages: ReadonlyMap<string, unknown>): readonly string[] {
  const found = endpointNames
    .map((name): Endpoint => endpoints[name])
    .filter(({ path: pattern }) => patternOf(pattern).test(path))
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
  const { endpoint, caller, prefix } = approach
  const access = admit(approach, judging)
  const wanted = wantedToken(approach)
  if (wanted !== undefined) await access.atLeast(wanted)
  requireRight(endpoint, access)
  const outcome = carryOut(approach, judging, access, await readInput(endpoint, request, parameters))
  const token = (): string | undefined => (caller === undefined ? undefined : access.token())
  // Questions are answered at once: their token is taken before anything else can be written.
  if (outcome instanceof Promise) return answerOf(await outcome, endpoint.status, token(), prefix)
  return answerOf(outcome, endpoint.status, token(), prefix)
}
