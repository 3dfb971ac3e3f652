/** A typed client of a Curia server, over any `fetch`: one method for each endpoint. Runs in browsers and in Node. */

import type { ErrorCode, ErrorDetails } from '../core/index.ts'
import { CuriaError, Refusal } from '../core/index.ts'
import type { Endpoint } from './endpoint.ts'
import { mayAsk } from './endpoint.ts'
import type { AnswerOf, EndpointName, InputOf, PreviewOf } from './endpoints.ts'
import { endpointNames, endpoints } from './endpoints.ts'
import { writeNames } from './parameters.ts'
import { readProblem } from './problem.ts'

export type { AnswerOf, EndpointName, ImportFormat, InputOf, PreviewOf } from './endpoints.ts'
export { importFormats } from './endpoints.ts'
export { type ExportFormat, exportFormats } from './exports.ts'
export { readNames, writeNames } from './parameters.ts'

export interface ClientOptions {
  /** Where the server is: `http://127.0.0.1:4680`, with or without a path in front of the API. */
  readonly url: string
  /** The API key to call with. Absent, in a browser: the session that was signed in to. */
  readonly key?: string
  /** The tenant that is meant. Default: the one that `url` names (`https://curia.example/t/acme`), else `main`. */
  readonly tenant?: string
  /** Default: the `fetch` of the platform. */
  readonly fetch?: (request: Request) => Promise<Response>
}

export interface CallOptions {
  /** The answer must be no older than the revision of this token. */
  readonly atLeast?: string
  /** Makes a write repeatable: the same key with the same input gives the first answer again. 1 to 255 characters. */
  readonly idempotencyKey?: string
  /** Only when the record still has this `ETag`; else the call rejects with `precondition_failed`. */
  readonly ifMatch?: string
  /** Gets the head of the answer: `etag`, `location`, `curia-revision`. */
  readonly onHeaders?: (headers: Headers) => void
  /** Gives up; the promise rejects with the reason of the signal. */
  readonly signal?: AbortSignal
}

type RequiredOf<T> = { [Name in keyof T]-?: Record<never, never> extends Pick<T, Name> ? never : Name }[keyof T]
/** What a method answers: to `preview: true` the preview where there is one. */
type Answered<Name extends EndpointName, Input> = [PreviewOf<Name>] extends [never]
  ? AnswerOf<Name>
  : 'preview' extends keyof Input
    ? Input extends { readonly preview: true }
      ? PreviewOf<Name>
      : Input extends { readonly preview?: false }
        ? AnswerOf<Name>
        : AnswerOf<Name> | PreviewOf<Name>
    : AnswerOf<Name>

type Method<Name extends EndpointName> = [RequiredOf<InputOf<Name>>] extends [never]
  ? <const Input extends InputOf<Name> = InputOf<Name> & { readonly preview?: false }>(
      input?: Input,
      options?: CallOptions,
    ) => Promise<Answered<Name, Input>>
  : <const Input extends InputOf<Name>>(input: Input, options?: CallOptions) => Promise<Answered<Name, Input>>

/**
 * A method for each endpoint, by its name in `endpoints.ts`. What goes into the path, the query and the body is given side by side:
 * `client.check({ subject, action, resource })`, `client.journal({ limit: 20 })`, `client.undo({ revision: 7, preview: true })`.
 * Each rejects with the `CuriaError` that the server gave, with `Unreachable` when there is no server, and with `ServerFailure` when
 * what answers is broken or no Curia server.
 */
export type Client = { readonly [Name in EndpointName]: Method<Name> }

/** No answer: nothing listens there, the name does not resolve, or the connection broke. */
export class Unreachable extends Error {
  readonly url: string

  constructor(url: string, cause: unknown) {
    super(`cannot reach the server at ${url}`, { cause })
    this.name = 'Unreachable'
    this.url = url
  }
}

/** An answer that is no success and carries no code of ours: the server has a defect, or something else answers at this address. */
export class ServerFailure extends Error {
  readonly status: number
  /** Stands in the server's log as well. */
  readonly requestId: string | undefined

  constructor(url: string, status: number, requestId?: string) {
    super(`the server at ${url} failed with status ${status}${requestId === undefined ? '' : ` (request ${requestId})`}`)
    this.name = 'ServerFailure'
    this.status = status
    this.requestId = requestId
  }
}

/** Makes a client. Does not connect. Throws `invalid_parameter` when `url` is not an http or https address. */
export function createClient(options: ClientOptions): Client {
  const base = readBase(options.url)
  const send = options.fetch ?? ((request: Request) => fetch(request))
  const { key, tenant } = options
  const caller = {
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(tenant === undefined ? {} : { 'curia-tenant': tenant }),
  }
  const methods = endpointNames.map((name) => [
    name,
    (input: object = {}, call: CallOptions = {}) => ask(send, base, caller, endpoints[name], input, call),
  ])
  // Each name of the table got the one method that reads its declaration.
  return Object.fromEntries(methods) as Client
}

function writtenInQuery(value: unknown): string {
  if (Array.isArray(value)) return writeNames(value.map(String))
  return value instanceof Date ? value.toISOString() : String(value)
}

function readBase(url: string): string {
  const fault = new Refusal('invalid_parameter', { field: 'url', reason: 'write the address of the server as http://127.0.0.1:4680' })
  if (!URL.canParse(url)) throw new CuriaError(fault)
  const parsed = new URL(url)
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') throw new CuriaError(fault)
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`
}

async function ask(
  send: (request: Request) => Promise<Response>,
  base: string,
  caller: { readonly authorization?: string },
  endpoint: Endpoint,
  input: object,
  call: CallOptions,
): Promise<unknown> {
  const url = new URL(`${base}${endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(fieldOf(input, name)))}`)
  const body: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || Object.hasOwn(endpoint.parameters ?? {}, name)) continue
    if (Object.hasOwn(endpoint.query ?? {}, name)) url.searchParams.set(name, writtenInQuery(value))
    else body[name] = value
  }
  const request = new Request(url, {
    method: endpoint.method,
    // In a browser a session goes along by its cookie; beside a key it would be a second credential.
    credentials: caller.authorization === undefined ? 'same-origin' : 'omit',
    headers: {
      accept: endpoint.textAnswer === undefined ? 'application/json' : endpoint.textAnswer.join(', '),
      ...caller,
      ...(call.atLeast === undefined ? {} : { 'curia-at-least': call.atLeast }),
      ...(call.ifMatch === undefined ? {} : { 'if-match': call.ifMatch }),
      ...(call.idempotencyKey === undefined ? {} : { 'idempotency-key': call.idempotencyKey }),
      ...(endpoint.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(endpoint.body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  })
  try {
    const response = await send(request)
    call.onHeaders?.(response.headers)
    if (endpoint.streams === true && response.ok && response.body !== null) return eventsOf(base, response.body, call.signal)
    const text = await response.text()
    if (!response.ok) throw endpoint.tag === 'authzen' ? messageError(base, response.status, text) : errorOf(base, response.status, text)
    if (endpoint.textAnswer !== undefined) return text
    if (response.status === 204) return undefined
    const answer = parse(text)
    if (answer === undefined) throw new ServerFailure(base, response.status)
    return answer
  } catch (error) {
    if (error instanceof CuriaError || error instanceof ServerFailure) throw error
    if (call.signal?.aborted === true) throw call.signal.reason
    throw new Unreachable(base, error)
  }
}

/** The data of server-sent events, until the server ends them; leaving the loop ends the call. Throws `Unreachable` when the connection breaks. */
async function* eventsOf(base: string, body: ReadableStream<Uint8Array>, signal: AbortSignal | undefined): AsyncIterableIterator<unknown> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let pending = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const events = (pending + decoder.decode(value, { stream: true })).split('\n\n')
      pending = events.pop() ?? ''
      for (const event of events) {
        const data = event.split('\n').find((line) => line.startsWith('data: '))
        if (data !== undefined) yield JSON.parse(data.slice('data: '.length))
      }
    }
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : new Unreachable(base, error)
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function fieldOf(input: object, name: string): string {
  const value = (input as { readonly [name: string]: unknown })[name]
  if (value === undefined || value === '') throw new CuriaError(new Refusal('invalid_parameter', { field: name, reason: 'is missing' }))
  return String(value)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function errorOf(base: string, status: number, text: string): Error {
  const problem = readProblem(parse(text))
  if (problem?.code === undefined) return new ServerFailure(base, status, problem?.requestId)
  return new CuriaError(refusalOf(problem.code, problem.details ?? {}))
}

/** AuthZEN has a message in place of a problem, which begins with the code; the details of the code are not in it. */
function messageError(base: string, status: number, text: string): Error {
  const reason = text.slice(text.indexOf(': ') + 2)
  if (status === 400) return new CuriaError(new Refusal('bad_request', { reason: text }))
  if (status === 401) return new CuriaError(new Refusal('unauthenticated', { reason }))
  if (status === 403) return new CuriaError(new Refusal('forbidden', { right: mayAsk.permission, resource: 'tenant', reason }))
  return new ServerFailure(base, status)
}

function refusalOf<Code extends ErrorCode>(code: Code, details: object): Refusal<Code> {
  // The server writes the details that are declared for the code.
  return new Refusal(code, details as ErrorDetails[Code])
}
