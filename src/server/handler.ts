/** The HTTP doors as one function from a request to a response; runs in any framework that speaks the web's own types. */

import { randomBytes, randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import type { Endpoint, Right } from '../api/endpoint.ts'
import { basePath, bodyLimit } from '../api/endpoint.ts'
import type { EndpointName, InputOf } from '../api/endpoints.ts'
import { endpointNames, endpoints } from '../api/endpoints.ts'
import { openApiDocument } from '../api/openapi.ts'
import { takesRecentSignIn } from '../api/recent.ts'
import type { ActorReference, ErrorCode, JsonObject } from '../core/index.ts'
import { canonicalJson, record, refuse } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import type { SignIn, Visitor } from '../service/sign-in.ts'
import type { Arrival, TrustedProxies } from './arrival.ts'
import { addressOf, isProxied, ownOrigins, refuseForeignPage, refuseForms } from './arrival.ts'
import type { Authenticate, Caller } from './authenticate.ts'
import { callerOf } from './authenticate.ts'
import { isAuthzen, messageResponse } from './authzen.ts'
import { mediaTypeOf, parseJson, readText } from './body.ts'
import type { Budgets, RequestLimits } from './budget.ts'
import { createBudgets } from './budget.ts'
import { readConsole } from './console-files.ts'
import { createCursors } from './cursor.ts'
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

export interface HandlerOptions {
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
  readonly log?: Log
  /** Called with every request that was answered, for figures. */
  readonly observe?: (answered: Answered) => void
}

/** A request that was answered, without anything that somebody could be known by. */
export interface Answered {
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
  const shared = {
    cursors: createCursors(options.secret ?? randomBytes(32)),
    // Few ever ask for it, and it takes longer to make than all the rest. It is built from plain data.
    document: once(() => openApiDocument(options.version) as JsonObject),
    publicUrl: options.publicUrl?.replace(/\/+$/, ''),
    identify,
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
    app.on(endpoint.method, path, ({ req, get, env }) => {
      reached.set(req.raw, name)
      return serve(name, endpoint, req.raw, req.param(), get('caller'), options.access, env, shared)
    })
    if (!path.startsWith(basePath) && !isAuthzen(path)) continue
    app.on(endpoint.method, `/t/:tenant${path}`, ({ req, get, env }) => {
      reached.set(req.raw, name)
      const { tenant, ...parameters } = req.param()
      requireTenant(tenant, options.access)
      return serve(name, endpoint, req.raw, parameters, get('caller'), options.access, env, shared)
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
    const authzen = isAuthzen(new URL(request.url).pathname)
    let response: Response
    let code: ErrorCode | undefined
    let isDefect = false
    try {
      const url = new URL(request.url)
      refuseHost(url, hosts)
      refusePath(arrival.target ?? url.pathname)
      response = await app.fetch(request, {
        visitor: visitorOf(request, arrival, trustedProxies),
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

/** `/t/{tenant}` in front of a path. */
const tenantPrefix = /^\/t\/[^/]+(?=\/)/

function visitorOf(request: Request, arrival: Arrival, proxies: TrustedProxies): Visitor {
  const address = addressOf(request, arrival, proxies)
  const agent = request.headers.get('user-agent')
  const [cookie] = sessionCookies(request)
  return {
    ...(address === undefined ? {} : { address }),
    ...(agent === null ? {} : { agent }),
    ...(cookie === undefined ? {} : { cookie }),
  }
}

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

function requireTenant(tenant: string | undefined | null, access: Access): void {
  if (tenant !== undefined && tenant !== null && tenant !== access.tenant) throw refuse('not_found', { reference: `tenant:${tenant}` })
}

/** What all calls share. */
interface Shared extends Pick<Call, 'cursors' | 'document' | 'signIn'> {
  readonly publicUrl: string | undefined
  readonly identify: (request: Request, visitor: Visitor) => Promise<Caller>
  readonly budgets: Budgets
  /** The caller is the program that holds the handler. */
  readonly isProgram: boolean
}

/** Whether the credential of the request still stands for the caller, and is no narrower than it was. */
async function isStill(caller: Caller, identify: Shared['identify'], request: Request, visitor: Visitor): Promise<boolean> {
  try {
    return credentialIn(await identify(request, visitor)) === credentialIn(caller)
  } catch {
    return false
  }
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
  base: Access,
  { visitor, isProxied }: Arrived,
  { publicUrl, identify, budgets, isProgram, ...shared }: Shared,
): Promise<Response> {
  requireTenant(request.headers.get('curia-tenant'), base)
  // INVARIANT: without a caller nothing is called but what is open to everybody, however the path was read on the way here.
  if (caller === undefined && endpoint.right.kind !== 'public') throw refuse('unauthenticated', { reason: 'sign in, or send an API key' })
  budgets.take(endpoint.tag, caller?.actor ?? visitor.address ?? 'unknown')
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
  if (caller?.session !== undefined && takesRecentSignIn(endpoint, input)) shared.signIn?.requireRecent(caller.session)
  const call: Call = {
    ...shared,
    by: isProgram ? 'program' : (caller?.by ?? 'key'),
    session: caller?.session,
    visitor,
    address: publicUrl ?? new URL(request.url).origin,
    access,
    scopes: caller?.scopes ?? [],
    everything: base.as('system:server'),
    ifMatch: request.headers.get('if-match') ?? undefined,
    idempotencyKey: endpoint.repeatable === true ? readIdempotencyKey(request) : undefined,
    lastEvent: request.headers.get('last-event-id') ?? undefined,
    isStillCaller: async () => caller === undefined || (await isStill(caller, identify, request, visitor)),
    accepted: request.headers.get('accept') ?? '',
  }
  const outcome = run(name, call, input)
  const token = (): string | undefined => (caller === undefined ? undefined : access.token())
  // Questions are answered at once: their token is taken before anything else can be written.
  if (outcome instanceof Promise) return answer(await outcome, endpoint.status, token())
  return answer(outcome, endpoint.status, token())
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

function answer(outcome: unknown, status: 201 | 204 | undefined, token: string | undefined): Response {
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
  for (const [name, value] of Object.entries(reply.headers)) headers.set(name, value)
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
