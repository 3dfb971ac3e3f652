/** The HTTP doors as one function from a request to a response; runs in any framework that speaks the web's own types. */

import { randomBytes, randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import type { Endpoint, Right } from '../api/endpoint.ts'
import { bodyLimit } from '../api/endpoint.ts'
import type { EndpointName, InputOf } from '../api/endpoints.ts'
import { endpointNames, endpoints } from '../api/endpoints.ts'
import { openApiDocument } from '../api/openapi.ts'
import { takesRecentSignIn } from '../api/recent.ts'
import type { ActorReference, ErrorCode, JsonObject } from '../core/index.ts'
import { canonicalJson, record, refuse } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import type { Visitor } from '../service/sign-in.ts'
import type { Arrival, TrustedProxies } from './arrival.ts'
import { addressOf, isProxied, ownOrigins, refuseForeignPage, refuseForms } from './arrival.ts'
import type { AnsweredTenant, AskedTenant, Neighbours } from './asked-tenant.ts'
import { askedTenant, pathFor, pathOf } from './asked-tenant.ts'
import type { Caller } from './authenticate.ts'
import { callerOf } from './authenticate.ts'
import { isAuthzen, messageResponse } from './authzen.ts'
import { mediaTypeOf, parseJson, readText } from './body.ts'
import type { Budgets, RequestLimits } from './budget.ts'
import { createBudgets } from './budget.ts'
import { readConsole } from './console-files.ts'
import type { Cursors } from './cursor.ts'
import { createCursors, cursorsOf } from './cursor.ts'
import type { Call, Doors } from './door.ts'
import { Reply, StreamAnswer, TextAnswer } from './door.ts'
import { pageResponse, readPages } from './pages.ts'
import { problemResponse, refusalOf } from './problems.ts'
import { doors } from './rest.ts'
import { sessionCookies } from './session-cookie.ts'
import { refuseHost, refusePath } from './target.ts'

/** Where the handler writes what happened; pino fits. */
export interface Log {
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface HandlerOptions extends Omit<AnsweredTenant, 'name'> {
  /** A handle on the tenant that is meant where none is named; its `as` may be called for anybody. */
  readonly access: Access
  /** The tenants beside it. Absent: any other is answered as not there, and so are the doors that make and delete tenants. */
  readonly neighbours?: Neighbours
  /** Everybody who calls acts as this one, without a credential: for a program that calls the handler itself. Never behind a socket. */
  readonly actor?: ActorReference
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
  readonly log?: Log
  /** Called with every request that was answered, for figures. */
  readonly observe?: (answered: Answered) => void
}

/** A request that was answered, without anything that somebody could be known by. */
export interface Answered {
  /** The tenant that answered; absent: there is none of the name that was asked for. */
  readonly tenant?: string
  /** Absent: there is no such path, or it was refused before one was found. */
  readonly endpoint?: EndpointName
  readonly method: string
  readonly status: number
  /** Of a refusal. */
  readonly code?: ErrorCode
  readonly isDefect: boolean
  readonly milliseconds: number
}

/** Answers a request. Whoever has the socket says what it knows of it. */
export type Handler = (request: Request, arrival?: Arrival) => Promise<Response>

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
  const shared: Shared = {
    // Few ever ask for it, and it takes longer to make than all the rest. It is built from plain data.
    document: once(() => openApiDocument(options.version) as JsonObject),
    publicUrl: options.publicUrl?.replace(/\/+$/, ''),
    stillIs: async (caller, request, visitor, tenant) => {
      try {
        return credentialIn(await identify(request, visitor, tenant, await answeringFor(tenant))) === credentialIn(caller)
      } catch {
        return false
      }
    },
    cursorsOf: (tenant) => cursorsOf(cursors, tenant),
    ...(neighbours === undefined ? {} : { neighbours }),
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
    app.on(endpoint.method, path, ({ req, get, env }) => {
      reached.set(req.raw, name)
      return serve(name, endpoint, req.raw, req.param(), get('caller'), env, shared)
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

  return async (request, arrival = {}) => {
    const requestId = randomUUID()
    const started = performance.now()
    const authzen = isAuthzen(pathOf(new URL(request.url).pathname).path)
    let response: Response
    let tenant: string | undefined
    let code: ErrorCode | undefined
    let isDefect = false
    try {
      const url = new URL(request.url)
      refuseHost(url, hosts)
      refusePath(arrival.target ?? url.pathname)
      const asked = askedTenant(request, url.pathname)
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
      code = refusalOf(thrown)?.code
      isDefect = code === undefined
      if (isDefect) options.log?.error({ requestId, error: thrown }, 'a request failed by a defect')
      response = authzen ? messageResponse(thrown) : problemResponse(thrown, requestId)
    }
    // AuthZEN: whoever numbers the own requests finds the number in the answer.
    secure(response.headers, (authzen ? request.headers.get('x-request-id') : null) ?? requestId)
    const { pathname, protocol } = new URL(request.url)
    // Whoever has come by TLS once comes by TLS.
    if (protocol === 'https:' || options.publicUrl?.startsWith('https:') === true)
      response.headers.set('strict-transport-security', 'max-age=31536000')
    const exact = performance.now() - started
    const milliseconds = Math.round(exact)
    const endpoint = reached.get(request)
    options.observe?.({
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(tenant === undefined ? {} : { tenant }),
      ...(code === undefined ? {} : { code }),
      method: request.method,
      status: response.status,
      isDefect,
      milliseconds: exact,
    })
    options.log?.info({ requestId, method: request.method, path: pathname, status: response.status, milliseconds }, 'answered')
    return response
  }
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

function visitorOf(request: Request, arrival: Arrival, proxies: TrustedProxies, tenant: string): Visitor {
  const address = addressOf(request, arrival, proxies)
  const agent = request.headers.get('user-agent')
  const [cookie] = sessionCookies(request, tenant)
  return {
    ...(address === undefined ? {} : { address }),
    ...(agent === null ? {} : { agent }),
    ...(cookie === undefined ? {} : { cookie }),
  }
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

/** What all calls share. */
interface Shared extends Pick<Call, 'document' | 'neighbours'> {
  readonly publicUrl: string | undefined
  /** Whether the credential of the request still stands for the caller, and is no narrower than it was. */
  readonly stillIs: (caller: Caller, request: Request, visitor: Visitor, tenant: string) => Promise<boolean>
  readonly cursorsOf: (tenant: string) => Cursors
  readonly budgets: Budgets
  /** The caller is the program that holds the handler. */
  readonly isProgram: boolean
}

/** What must stay the same of a caller; a session may be seen again. */
function credentialIn({ actor, scopes, key, session }: Caller): string {
  return canonicalJson([actor, scopes, key ?? '', session?.id ?? ''])
}

/** One call of one endpoint: freshness, right, input, door, answer. */
async function serve(
  name: EndpointName,
  endpoint: Endpoint,
  request: Request,
  parameters: { readonly [name: string]: string },
  caller: Caller | undefined,
  { visitor, isProxied, asked: { prefix }, tenant, answering }: Arrived,
  { publicUrl, stillIs, budgets, isProgram, cursorsOf, ...shared }: Shared,
): Promise<Response> {
  if (answering === undefined) throw noTenant(tenant)
  const { access: base, signIn, name: tenantName } = answering
  // INVARIANT: without a caller nothing is called but what is open to everybody, however the path was read on the way here.
  if (caller === undefined && endpoint.right.kind !== 'public') throw refuse('unauthenticated', { reason: 'sign in, or send an API key' })
  // Namesakes in two tenants are two callers; whoever is nobody in particular is the same everywhere.
  budgets.take(endpoint.tag, caller === undefined ? (visitor.address ?? 'unknown') : `${caller.actor} ${tenant}`)
  refuseStrangers(endpoint, request, caller, ownOrigins(request, publicUrl, isProxied))
  // A public endpoint is called by nobody in particular, and gets nothing but what it answers to everybody.
  const access = caller === undefined ? base : base.as(caller.actor)
  if (caller !== undefined) {
    requireScope(endpoint.right, caller)
    const token = request.headers.get('curia-at-least')
    if (token !== null) await access.atLeast(token)
  }
  const { right } = endpoint
  // Before the body is read where the right does not depend on it: an import of 64 MiB by somebody without the right is not worth reading.
  if (right.kind === 'permission' && right.unlessSelf === undefined) access.require(right.permission)
  const input = await readInput(endpoint, request, parameters)
  if (right.kind === 'permission' && right.unlessSelf !== undefined && !asksAboutSelf(right, input, access.actor))
    access.require(right.permission)
  if (caller?.session !== undefined && takesRecentSignIn(endpoint, input)) signIn?.requireRecent(caller.session)
  const home = publicUrl ?? new URL(request.url).origin
  const call: Call = {
    ...shared,
    by: isProgram ? 'program' : (caller?.by ?? 'key'),
    session: caller?.session,
    visitor,
    home,
    address: `${home}${prefix === '' ? pathFor(tenant) : prefix}`,
    cursors: cursorsOf(tenant),
    signIn,
    tenantName,
    access,
    scopes: caller?.scopes ?? [],
    everything: base.as('system:server'),
    ifMatch: request.headers.get('if-match') ?? undefined,
    idempotencyKey: endpoint.repeatable === true ? readIdempotencyKey(request) : undefined,
    lastEvent: request.headers.get('last-event-id') ?? undefined,
    isStillCaller: async () => caller === undefined || (await stillIs(caller, request, visitor, tenant)),
    accepted: request.headers.get('accept') ?? '',
  }
  const outcome = run(name, call, input)
  const token = (): string | undefined => (caller === undefined ? undefined : access.token())
  // Questions are answered at once: their token is taken before anything else can be written.
  if (outcome instanceof Promise) return answer(await outcome, endpoint.status, token(), prefix)
  return answer(outcome, endpoint.status, token(), prefix)
}

/** Refuses what a page of somebody else makes a browser send: with its session, or to give it one. */
function refuseStrangers(endpoint: Endpoint, request: Request, caller: Caller | undefined, own: ReadonlySet<string>): void {
  if (endpoint.method === 'GET') return
  if (caller?.session !== undefined) {
    refuseForeignPage(request, own, false)
    refuseForms(request)
    // A browser may know a password of HTTP Basic, and sends it along like a cookie.
  } else if (caller?.by === 'basic' || (endpoint.tag === 'sign-in' && endpoint.right.kind === 'public'))
    refuseForeignPage(request, own, true)
}

function asksAboutSelf(
  { unlessSelf = '', selfId }: Extract<Right, { readonly kind: 'permission' }>,
  input: { readonly [name: string]: unknown },
  actor: ActorReference,
): boolean {
  const given = input[unlessSelf]
  if (Array.isArray(given))
    return given.every((each: unknown) => typeof each === 'object' && each !== null && 'subject' in each && each.subject === actor)
  return typeof given === 'string' && (selfId === true ? `user:${given}` : given) === actor
}

function run<Name extends EndpointName>(name: Name, call: Call, input: object): ReturnType<Doors[Name]> {
  const door: (call: Call, input: InputOf<Name>) => unknown = doors[name]
  // The input was read by the shapes of this very endpoint, and its door answers what it declares.
  return door(call, input as InputOf<Name>) as ReturnType<Doors[Name]>
}

/** @param prefix what stood in front of the path stands in front of the place of what was made, too */
function answer(outcome: unknown, status: 201 | 204 | undefined, token: string | undefined, prefix: string): Response {
  const headers = new Headers(token === undefined ? {} : { 'curia-revision': tokenOf(outcome) ?? token })
  if (outcome instanceof TextAnswer) {
    headers.set('content-type', `${outcome.mediaType}; charset=utf-8`)
    return new Response(typeof outcome.text === 'string' ? outcome.text : piecewise(outcome.text), { headers })
  }
  if (outcome instanceof StreamAnswer) {
    headers.set('content-type', 'text/event-stream; charset=utf-8')
    return new Response(streamOf(outcome), { headers })
  }
  const reply = outcome instanceof Reply ? outcome : new Reply(outcome)
  for (const [name, value] of Object.entries(reply.headers)) headers.set(name, name === 'location' ? `${prefix}${value}` : value)
  const told = reply.isPreview ? 200 : (status ?? 200)
  if (told === 204) return new Response(null, { status: told, headers })
  headers.set('content-type', 'application/json')
  return new Response(JSON.stringify(reply.body), { status: told, headers })
}

/** Events as the bytes of a body. Nothing is asked of them before the body is read, and they end when nobody reads it any more. */
function streamOf({ events }: StreamAnswer): ReadableStream<Uint8Array> {
  const left = new AbortController()
  const iterator = events(left.signal)
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next()
        if (done === true) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      cancel: () => left.abort(),
    },
    { highWaterMark: 0 },
  )
}

/** Pieces as the bytes of a body; small ones go together, and the next are made when the caller has taken those before. */
function piecewise(pieces: Iterable<string>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.iterator]()
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const text: string[] = []
      for (let length = 0; length < pieceCharacters; ) {
        const { done, value } = iterator.next()
        if (done === true) {
          if (text.length > 0) controller.enqueue(encoder.encode(text.join('')))
          controller.close()
          return
        }
        text.push(value)
        length += value.length
      }
      controller.enqueue(encoder.encode(text.join('')))
    },
  })
}
const pieceCharacters = 64 * 1024

/** A write answers its own token: somebody else may have written since. */
function tokenOf(outcome: unknown): string | undefined {
  if (typeof outcome !== 'object' || outcome === null || !('token' in outcome)) return undefined
  return typeof outcome.token === 'string' ? outcome.token : undefined
}

/** A key that is narrowed must name the permission of the endpoint. One that is judged by what it touches cannot be called with such a key. */
function requireScope(right: Right, { scopes }: Caller): void {
  if (scopes.length === 0 || right.kind === 'public') return
  const permission = 'permission' in right && right.kind !== 'write' ? right.permission : undefined
  if (permission === undefined || !scopes.includes(permission)) throw refuse('scope_denied', { scope: permission ?? 'change anything' })
}

function readIdempotencyKey(request: Request): string | undefined {
  const key = request.headers.get('idempotency-key')
  if (key === null) return undefined
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw refuse('invalid_parameter', { field: 'Idempotency-Key', reason: 'has 1 to 255 printable ASCII characters without spaces' })
  return key
}

/** Path, query and body side by side, each read by its shape. */
async function readInput(
  endpoint: Endpoint,
  request: Request,
  parameters: { readonly [name: string]: string },
): Promise<{ readonly [name: string]: unknown }> {
  const path = record(endpoint.parameters ?? {}).read(parameters, '')
  const query = record(endpoint.query ?? {}).read(readQuery(new URL(request.url).searchParams), '')
  return { ...path, ...query, ...(await readBody(endpoint, request)) }
}

function readQuery(search: URLSearchParams): { readonly [name: string]: string } {
  const given = new Map<string, string>()
  for (const [name, value] of search) {
    if (given.has(name)) throw refuse('duplicate_key', { field: name, reason: 'is given twice' })
    given.set(name, value)
  }
  return Object.fromEntries(given)
}

async function readBody(endpoint: Endpoint, request: Request): Promise<object> {
  if (endpoint.body === undefined) return {}
  if (endpoint.bodyOptional === true && request.body === null) return {}
  const texts = endpoint.textBody ?? []
  const text = await readText(request, { limit: endpoint.bodyLimit ?? bodyLimit, types: ['application/json', ...texts] })
  const type = mediaTypeOf(request)
  const isText = type !== undefined && texts.includes(type)
  const given = isText ? oneFile(text) : parseJson(text)
  // Where texts are taken, JSON that is no list of files is a file itself.
  const isFile = texts.length > 0 && typeof given === 'object' && given !== null && !Object.hasOwn(given, 'files')
  const body = endpoint.body.read(isFile ? oneFile(text) : given, '')
  // Every body is declared as a record.
  return body as object
}

function oneFile(text: string) {
  return { files: [{ path: 'body', text }] }
}

/** What every answer says to browsers, whatever it is. */
function secure(headers: Headers, requestId: string): void {
  headers.set('x-request-id', requestId)
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'no-referrer')
  headers.set('cross-origin-opener-policy', 'same-origin')
  headers.set('cross-origin-resource-policy', 'same-origin')
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
}
