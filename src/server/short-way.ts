/**
 * The short way of questions: from the socket to the answer, without the objects of the web. It takes only requests that are usual in
 * everything, leaves all others to the handler, and judges them by the same functions, so that nobody can tell which way was gone.
 */

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Endpoint } from '../api/endpoint.ts'
import { endpoints } from '../api/endpoints.ts'
import type { Access } from '../service/access.ts'
import { plainAnswerOf } from './answer.ts'
import type { TrustedProxies } from './arrival.ts'
import { isProxied, visitorOf } from './arrival.ts'
import type { Known } from './authenticate.ts'
import { keyCallerOf } from './authenticate.ts'
import { isAuthzen } from './authzen.ts'
import { brokenOff, requireBody, textOf, tooLarge } from './body.ts'
import { bodyRules, inputIn } from './input.ts'
import type { Approach, Judging } from './judging.ts'
import { admit, carryOut, requireRight, wantedToken } from './judging.ts'
import type { PlainAnswer } from './plain-answer.ts'
import { securityHeaders, transportHeaders } from './plain-answer.ts'
import type { Failure, Listeners, Reported } from './reports.ts'
import { failureOf, numberOf, report } from './reports.ts'
import { SocketHead } from './socket-head.ts'
import { refuseHost } from './target.ts'

/** Answers a request that it can judge wholly. False: it has not touched it. */
export type ShortWay = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean

export interface ShortWayOptions extends Listeners {
  readonly judging: Judging
  readonly known: Known
  /** Names under which the server may be called. */
  readonly hosts: ReadonlySet<string>
  readonly trustedProxies: TrustedProxies
}

/** The questions that are asked most. None of them has anything in its path or its query. */
const names = ['check', 'checkMany', 'authzenEvaluation', 'authzenEvaluations'] as const

/** Where a question is asked. */
interface Target {
  readonly name: (typeof names)[number]
  readonly endpoint: Endpoint
  readonly path: string
  readonly isAuthzen: boolean
}

/** At most so many spellings of our own host are remembered. */
const rememberedHosts = 16

/** Makes the short way. */
export function createShortWay(options: ShortWayOptions): ShortWay {
  const targets: Target[] = []
  for (const name of names) {
    const endpoint: Endpoint = endpoints[name]
    // A tenant whose name is written in another way in a path is asked there by the handler.
    for (const path of [endpoint.path, `/t/${options.judging.base.tenant}${endpoint.path}`])
      targets.push({ name, endpoint, path, isAuthzen: isAuthzen(endpoint.path) })
  }
  const ours: string[] = []
  // What comes from the wire is a text that nobody has seen before: comparing it with a few is quicker than looking it up.
  const isOurs = (host: string | null): host is string => {
    if (host === null) return false
    if (ours.includes(host)) return true
    if (ours.length >= rememberedHosts || !isPlainHost(host, options.hosts)) return false
    ours.push(host)
    return true
  }
  const writers = { open: createWriter(false, options), tls: createWriter(true, options) }
  return (incoming, outgoing) => {
    if (incoming.method !== 'POST') return false
    const path = incoming.url
    const target = targets.find((each) => each.path === path)
    if (target === undefined) return false
    const head = SocketHead.of(incoming)
    // Whoever has another credential, or none, is not asked for so often.
    if (head === undefined || !bearer.test(head.get('authorization') ?? '')) return false
    // Other tenants, and a request that names two, are the handler's.
    const named = head.get('curia-tenant')
    if (named !== null && named !== options.judging.base.tenant) return false
    const host = head.get('host')
    if (!isOurs(host)) return false
    const isTls = 'encrypted' in incoming.socket
    const url = `${isTls ? 'https' : 'http'}://${host}${target.path}`
    new Exchange(options, target, head, url, incoming, outgoing, isTls ? writers.tls : writers.open).begin()
    return true
  }
}

const bearer = /^bearer /i

/** Whether a host is one of ours, and written as it is everywhere else. */
function isPlainHost(host: string, hosts: ReadonlySet<string>): boolean {
  try {
    const url = new URL(`http://${host}/`)
    refuseHost(url, hosts)
    return url.host === host
  } catch {
    return false
  }
}

/** One request and its answer. */
class Exchange {
  readonly #options: ShortWayOptions
  readonly #target: Target
  readonly #head: SocketHead
  readonly #url: string
  readonly #incoming: IncomingMessage
  readonly #outgoing: ServerResponse
  readonly #write: Writer
  readonly #reported: Reported
  /** There when it is known who calls. */
  #approach: Approach | undefined
  #isAnswered = false

  constructor(
    options: ShortWayOptions,
    target: Target,
    head: SocketHead,
    url: string,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    write: Writer,
  ) {
    this.#options = options
    this.#target = target
    this.#head = head
    this.#url = url
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.#write = write
    this.#reported = { requestId: randomUUID(), method: head.method, path: target.path, started: performance.now() }
  }

  /** Judges the head, then reads the body. */
  begin(): void {
    const { judging } = this.#options
    try {
      const approach = this.#approached()
      const access = admit(approach, judging)
      const wanted = wantedToken(approach)
      if (wanted === undefined) return this.#read(approach, access)
      access.atLeast(wanted).then(
        () => this.#read(approach, access),
        (error: unknown) => this.#fail(error),
      )
    } catch (error) {
      this.#fail(error)
    }
  }

  #approached(): Approach {
    const { known, trustedProxies } = this.#options
    const arrival = { peer: this.#incoming.socket.remoteAddress }
    const head = this.#head
    const visitor = visitorOf(head, arrival, trustedProxies, known.tenant)
    const caller = keyCallerOf(head, known, visitor)
    this.#approach = {
      name: this.#target.name,
      endpoint: this.#target.endpoint,
      head,
      url: this.#url,
      // No answer of these says where something is.
      prefix: '',
      visitor,
      isProxied: isProxied(arrival, trustedProxies),
      caller,
      identify: async () => keyCallerOf(head, known, visitor),
    }
    return this.#approach
  }

  #read(approach: Approach, access: Access): void {
    const { endpoint } = this.#target
    const rules = bodyRules(endpoint)
    try {
      requireRight(endpoint, access)
      requireBody(this.#head, rules)
    } catch (error) {
      return this.#fail(error)
    }
    const incoming = this.#incoming
    const pieces: Buffer[] = []
    let length = 0
    const take = (piece: Buffer) => {
      length += piece.length
      if (length <= rules.limit) pieces.push(piece)
      else refuse(tooLarge(rules.limit))
    }
    const refuse = (refusal: unknown) => {
      incoming.off('data', take)
      this.#fail(refusal)
    }
    if (incoming.destroyed) return refuse(brokenOff())
    incoming.on('data', take)
    incoming.on('end', () => this.#answer(approach, access, pieces))
    // Who goes away in the middle of a body has it judged by nobody.
    incoming.on('close', () => this.#fail(brokenOff()))
  }

  #answer(approach: Approach, access: Access, pieces: readonly Buffer[]): void {
    if (this.#isAnswered) return
    const { endpoint } = this.#target
    try {
      const outcome = carryOut(approach, this.#options.judging, access, inputIn(endpoint, this.#head, textOf(pieces)))
      // Questions are answered at once: their token is taken before anything else can be written.
      if (!(outcome instanceof Promise)) return this.#send(plainAnswerOf(outcome, endpoint.status, access.token()))
      this.#isAnswered = true
      outcome.then(
        (past: unknown) => this.#send(plainAnswerOf(past, endpoint.status, access.token())),
        (error: unknown) => this.#refuse(error),
      )
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(thrown: unknown): void {
    if (!this.#isAnswered) this.#refuse(thrown)
  }

  #refuse(thrown: unknown): void {
    const failure = failureOf(thrown, this.#reported.requestId, this.#target.isAuthzen, this.#options)
    this.#send(failure.answer, failure)
  }

  #send(answer: PlainAnswer, { code, isDefect }: Partial<Failure> = {}): void {
    this.#isAnswered = true
    const { requestId } = this.#reported
    this.#write(this.#outgoing, answer, numberOf(this.#head, this.#target.isAuthzen, requestId))
    if (!this.#incoming.readableEnded) this.#outgoing.once('close', () => letPass(this.#incoming))
    const endpoint = this.#approach === undefined ? undefined : this.#target.name
    const { tenant } = this.#options.known
    report(this.#reported, { status: answer.status, endpoint, tenant, code, isDefect: isDefect ?? false }, this.#options)
  }
}

/** How long, in milliseconds, and how many bytes of a body that nobody reads any more are let pass before the connection is cut. */
const passingMilliseconds = 500
const passingBytes = 64 * 1024 * 1024

/** Lets the rest of a refused body pass, so that its sender hears the refusal. */
function letPass(incoming: IncomingMessage): void {
  if (incoming.readableEnded || incoming.destroyed) return
  let length = 0
  const cut = () => {
    incoming.socket.destroySoon()
    ended()
  }
  const patience = setTimeout(cut, passingMilliseconds)
  const take = (piece: Buffer) => {
    length += piece.length
    if (length > passingBytes) cut()
  }
  const ended = () => {
    clearTimeout(patience)
    incoming.off('data', take)
  }
  incoming.on('data', take)
  incoming.once('end', ended)
  incoming.once('close', ended)
  incoming.resume()
}

/** Sends an answer whole. */
type Writer = (outgoing: ServerResponse, answer: PlainAnswer, number: string) => void

/** The lines of a head in their order, and where among them stands what differs from answer to answer. */
interface Layout {
  readonly lines: readonly string[]
  readonly places: readonly (readonly [name: string, place: number])[]
  readonly numberPlace: number
}

function createWriter(isTls: boolean, { judging }: ShortWayOptions): Writer {
  const usual = { ...securityHeaders, ...transportHeaders(isTls, judging.publicUrl) }
  /** By the names of the headers that an answer has of its own; there are as many as there are kinds of answers. */
  const layouts = new Map<string, Layout>()
  const layoutFor = (headers: PlainAnswer['headers']): Layout => {
    let names = ''
    for (const name in headers) names += name
    const known = layouts.get(names)
    if (known !== undefined) return known
    const own = Object.keys(headers)
    // Sorted, as the objects of the web give them out.
    const all = Object.entries({ ...usual, ...headers, 'x-request-id': '' }).sort(([one], [other]) => (one < other ? -1 : 1))
    const placeOf = (name: string) => 2 * all.findIndex(([each]) => each === name) + 1
    const made: Layout = {
      lines: all.flat(),
      places: own.map((name) => [name, placeOf(name)] as const),
      numberPlace: placeOf('x-request-id'),
    }
    layouts.set(names, made)
    return made
  }
  return (outgoing, { status, headers, text }, number) => {
    const { lines, places, numberPlace } = layoutFor(headers)
    const head = lines.slice()
    for (const [name, place] of places) head[place] = headers[name] ?? ''
    head[numberPlace] = number
    const length = Buffer.byteLength(text)
    head.push('content-length', String(length))
    outgoing.writeHead(status, head)
    // A text of ASCII alone is the same in both encodings, and is written faster in this one.
    outgoing.end(text, length === text.length ? 'latin1' : 'utf8')
  }
}
