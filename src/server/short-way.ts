/**
 * The short way of questions: from the socket to the answer, without the objects of the web. It takes only requests that are usual in
 * everything, leaves all others to the handler, and judges them by the same functions, so that nobody can tell which way was gone.
 */

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Access } from '../service/access.ts'
import { plainAnswerOf } from './answer.ts'
import { createLayouts, linesOf } from './answer-layout.ts'
import { isProxied, visitorOf } from './arrival.ts'
import { keyCallerOf } from './authenticate.ts'
import { brokenOff, requireBody, textOf, tooLarge } from './body.ts'
import { bodyRules, inputIn } from './input.ts'
import type { Approach } from './judging.ts'
import { admit, carryOut, requireRight, wantedToken } from './judging.ts'
import type { PlainAnswer } from './plain-answer.ts'
import type { Failure, Reported } from './reports.ts'
import { failureOf, numberOf, report } from './reports.ts'
import { SocketHead } from './socket-head.ts'
import type { ShortWayOptions, Target } from './usual-questions.ts'
import { UsualQuestions } from './usual-questions.ts'

/** Answers a request that it can judge wholly. False: it has not touched it. */
export type ShortWay = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean

/** Makes the short way. */
export function createShortWay(options: ShortWayOptions): ShortWay {
  const questions = new UsualQuestions(options)
  const writers = { open: createWriter(false, options), tls: createWriter(true, options) }
  return (incoming, outgoing) => {
    if (incoming.method !== 'POST') return false
    const target = questions.target(incoming.url)
    if (target === undefined) return false
    const head = SocketHead.of(incoming)
    const isTls = 'encrypted' in incoming.socket
    const usual = head === undefined ? undefined : questions.of(target, head, isTls)
    if (head === undefined || usual === undefined) return false
    new Exchange(options, target, head, usual.url, incoming, outgoing, isTls ? writers.tls : writers.open).begin()
    return true
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

function createWriter(isTls: boolean, { judging }: ShortWayOptions): Writer {
  const layoutFor = createLayouts(isTls, judging)
  return (outgoing, { status, headers, text }, number) => {
    const head = linesOf(layoutFor(headers), headers, number)
    const length = Buffer.byteLength(text)
    head.push('content-length', String(length))
    outgoing.writeHead(status, head)
    // A text of ASCII alone is the same in both encodings, and is written faster in this one.
    outgoing.end(text, length === text.length ? 'latin1' : 'utf8')
  }
}
