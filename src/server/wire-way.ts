/**
 * The wire way of questions: a request that came whole in one piece is answered from its bytes, before Node takes it apart. It takes what
 * the short way takes, of what is written plainly; everything else it has not touched, and Node's HTTP server goes on with the connection.
 */

import { isAscii } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Access } from '../service/access.ts'
import type { Visitor } from '../service/sign-in.ts'
import { plainAnswerOf } from './answer.ts'
import type { Layout } from './answer-layout.ts'
import { createLayouts } from './answer-layout.ts'
import { isProxied, visitorOf } from './arrival.ts'
import type { Caller } from './authenticate.ts'
import { callerBy, keyIn } from './authenticate.ts'
import { requireBody, textOf } from './body.ts'
import { bodyRules, inputIn } from './input.ts'
import type { Approach, Judging } from './judging.ts'
import { admit, carryOut, requireRight, wantedToken } from './judging.ts'
import type { PlainAnswer } from './plain-answer.ts'
import type { Failure, Reported } from './reports.ts'
import { failureOf, numberOf, report } from './reports.ts'
import { SocketHead } from './socket-head.ts'
import type { ShortWayOptions, Target, UsualQuestion } from './usual-questions.ts'
import { UsualQuestions } from './usual-questions.ts'

/** Answers a request that it can judge wholly. False: it has not touched it. */
export type WireWay = (bytes: Buffer, wire: Wire) => boolean

/** A connection, for whoever answers on it. Nothing more is read of it until the request in hand is answered. */
export interface Wire {
  /** The address at the other end. */
  readonly peer: string | undefined
  /** The heads that were read on it: whoever stays connected says the same in each. */
  readonly heads: UsualHead[]
  /** Sends an answer whole, and closes the connection behind it unless it is kept. */
  send(text: string, encoding: 'latin1' | 'utf8', isKept: boolean): void
}

/** A head that is usual, and all that can be known from it alone. */
export interface UsualHead {
  readonly text: string
  readonly target: Target
  readonly head: SocketHead
  /** Bytes of the body. */
  readonly length: number
  /** The connection is to stay open behind the answer. */
  readonly isKept: boolean
  /** Who calls, at the moment when it is asked. */
  readonly caller: () => Caller
  readonly approach: Omit<Approach, 'caller'>
}

/** A head is left to Node above this, in bytes; it refuses one that is little larger. */
const headBytes = 16 * 1024
/** At most so many heads of one connection are remembered, none longer than this; then all are forgotten. */
const rememberedHeads = 16
const rememberedLength = 2048
const endOfHead = '\r\n\r\n'

/** Makes the wire way. */
export function createWireWay(options: ShortWayOptions): WireWay {
  const questions = new UsualQuestions(options)
  const write = createWriter(options)
  return (bytes, wire) => {
    const whole = bytes.toString('latin1')
    const end = whole.indexOf(endOfHead)
    if (end === -1 || end + endOfHead.length > headBytes) return false
    const text = whole.slice(0, end)
    // Comparing with a few is quicker than looking up a text that nobody has seen before.
    const usual = wire.heads.find((each) => each.text === text) ?? readHead(text, wire, questions, options)
    if (usual === undefined) return false
    const start = end + endOfHead.length
    // What is not whole yet, and what has another request behind it, is taken apart by Node.
    if (bytes.length !== start + usual.length) return false
    // What is no ASCII reads in another way than byte by byte, or not at all: that is found out where all bodies are read.
    new Exchange(options, usual, wire, write).begin(isAscii(bytes) ? whole.slice(start) : bytes.subarray(start))
    return true
  }
}

/** A line of a head that everybody reads alike: no space where none belongs, printable ASCII alone. */
const plainLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): *((?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?) *$/
/** With one of these a body is framed in another way, or more is asked than an answer. */
const framing: ReadonlySet<string> = new Set([
  'transfer-encoding',
  'expect',
  'upgrade',
  'trailer',
  'te',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
])

/** Reads the lines of a head. Undefined: it is not usual in everything. */
function readHead(text: string, wire: Wire, questions: UsualQuestions, options: ShortWayOptions): UsualHead | undefined {
  const [line = '', ...lines] = text.split('\r\n')
  const target = questions.target(/^POST ([\x21-\x7e]+) HTTP\/1\.1$/.exec(line)?.[1])
  if (target === undefined) return undefined
  const rawHeaders: string[] = []
  let length: number | undefined
  let connection: string | undefined
  for (const each of lines) {
    const [, name, value] = plainLine.exec(each) ?? []
    if (name === undefined || value === undefined) return undefined
    rawHeaders.push(name, value)
    const lower = name.toLowerCase()
    if (framing.has(lower)) return undefined
    if (lower === 'content-length') {
      if (length !== undefined || !/^(?:0|[1-9]\d{0,6})$/.test(value)) return undefined
      length = Number(value)
    }
    if (lower === 'connection') {
      if (connection !== undefined || !/^(?:close|keep-alive)$/i.test(value)) return undefined
      connection = value.toLowerCase()
    }
  }
  const head = SocketHead.of({ method: 'POST', rawHeaders })
  const usual = head === undefined ? undefined : questions.of(target, head, false)
  if (head === undefined || usual === undefined || length === undefined) return undefined
  try {
    // What is refused for its head alone is refused by the short way.
    requireBody(head, bodyRules(target.endpoint))
    const key = keyIn(head, options.known.tenant)
    if (key === undefined) return undefined
    const visitor = visitorOf(head, { peer: wire.peer }, options.trustedProxies, options.known.tenant)
    const caller = callerBy(key, options.known, visitor)
    const approach = approachOf(usual, head, visitor, caller, wire, options)
    return { text, target, head, length, isKept: connection !== 'close', caller, approach }
  } catch {
    return undefined
  }
}

function approachOf(
  { target, url }: UsualQuestion,
  head: SocketHead,
  visitor: Visitor,
  caller: () => Caller,
  { peer }: Wire,
  { trustedProxies }: ShortWayOptions,
): Omit<Approach, 'caller'> {
  return {
    name: target.name,
    endpoint: target.endpoint,
    head,
    url,
    // No answer of these says where something is.
    prefix: '',
    visitor,
    isProxied: isProxied({ peer }, trustedProxies),
    identify: async () => caller(),
  }
}

/** One request and its answer. */
class Exchange {
  readonly #options: ShortWayOptions
  readonly #usual: UsualHead
  readonly #wire: Wire
  readonly #write: Writer
  readonly #reported: Reported
  #isKnown = false
  #isAnswered = false

  constructor(options: ShortWayOptions, usual: UsualHead, wire: Wire, write: Writer) {
    this.#options = options
    this.#usual = usual
    this.#wire = wire
    this.#write = write
    this.#reported = { requestId: randomUUID(), method: 'POST', path: usual.target.path, started: performance.now() }
  }

  begin(body: string | Buffer): void {
    const { judging } = this.#options
    const { name, endpoint, head, url, prefix, visitor, isProxied, identify } = this.#usual.approach
    try {
      // Who calls is found out at every request: a key may have been switched off since the one before.
      const caller = this.#usual.caller()
      this.#isKnown = true
      this.#remember()
      const approach: Approach = { name, endpoint, head, url, prefix, visitor, isProxied, caller, identify }
      const access = admit(approach, judging)
      const wanted = wantedToken(approach)
      if (wanted === undefined) return this.#answer(approach, access, body)
      access.atLeast(wanted).then(
        () => this.#answer(approach, access, body),
        (error: unknown) => this.#refuse(error),
      )
    } catch (error) {
      this.#refuse(error)
    }
  }

  /** Nothing is remembered of who is nobody. */
  #remember(): void {
    const { heads } = this.#wire
    const { text } = this.#usual
    if (heads.includes(this.#usual) || text.length > rememberedLength) return
    if (heads.length >= rememberedHeads) heads.length = 0
    heads.push(this.#usual)
  }

  #answer(approach: Approach, access: Access, body: string | Buffer): void {
    const { endpoint } = approach
    try {
      requireRight(endpoint, access)
      const text = typeof body === 'string' ? body : textOf([body])
      const outcome = carryOut(approach, this.#options.judging, access, inputIn(endpoint, approach.head, text))
      // Questions are answered at once: their token is taken before anything else can be written.
      if (!(outcome instanceof Promise)) return this.#send(plainAnswerOf(outcome, endpoint.status, access.token()))
      outcome.then(
        (past: unknown) => this.#send(plainAnswerOf(past, endpoint.status, access.token())),
        (error: unknown) => this.#refuse(error),
      )
    } catch (error) {
      this.#refuse(error)
    }
  }

  #refuse(thrown: unknown): void {
    // What goes wrong behind an answer cannot be answered any more.
    if (this.#isAnswered) throw thrown
    const failure = failureOf(thrown, this.#reported.requestId, this.#usual.target.isAuthzen, this.#options)
    this.#send(failure.answer, failure)
  }

  #send(answer: PlainAnswer, { code, isDefect }: Partial<Failure> = {}): void {
    const { head, target, isKept } = this.#usual
    this.#write(this.#wire, answer, numberOf(head, target.isAuthzen, this.#reported.requestId), isKept)
    this.#isAnswered = true
    const { tenant } = this.#options.known
    const endpoint = this.#isKnown ? target.name : undefined
    report(this.#reported, { status: answer.status, endpoint, tenant, code, isDefect: isDefect ?? false }, this.#options)
  }
}

type Writer = (wire: Wire, answer: PlainAnswer, number: string, isKept: boolean) => void

/** What an answer says at the end of its head, as Node says it. */
const kept = `Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n`
const last = `Connection: close\r\n\r\n`

function createWriter({ judging }: ShortWayOptions): Writer {
  const headFor = createHeads(judging)
  return (wire, { status, headers, text }, number, isKept) => {
    const length = Buffer.byteLength(text)
    const head = headFor(headers, number)
    const answer = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}content-length: ${length}\r\nDate: ${now()}\r\n${isKept ? kept : last}${text}`
    // A text of ASCII alone is the same in both encodings, and is written faster in this one.
    wire.send(answer, length === text.length ? 'latin1' : 'utf8', isKept)
  }
}

/** What stands between the values that differ from answer to answer, and those as they were last. */
interface Pieces {
  readonly texts: readonly string[]
  /** In the order of their places; the number of the request has no name. */
  readonly names: readonly (string | undefined)[]
  readonly last: string[]
}

function createHeads(judging: Judging): (headers: PlainAnswer['headers'], number: string) => string {
  const layoutFor = createLayouts(false, judging)
  const known = new Map<Layout, Pieces>()
  return (headers, number) => {
    const layout = layoutFor(headers)
    let pieces = known.get(layout)
    if (pieces === undefined) {
      pieces = piecesOf(layout)
      known.set(layout, pieces)
    }
    const { texts, names, last } = pieces
    let head = texts[0] ?? ''
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at]
      const value = name === undefined ? number : (headers[name] ?? '')
      if (value !== last[at]) {
        // Node refuses such a head; nothing of ours may get around it.
        if (!printable.test(value)) throw new Error(`the header ${name} of an answer holds what no header may`)
        last[at] = value
      }
      head += value + texts[at + 1]
    }
    return head
  }
}
const printable = /^[\x20-\x7e]*$/

function piecesOf({ lines, places, numberPlace }: Layout): Pieces {
  const names = new Map<number, string | undefined>([...places.map(([name, place]) => [place, name] as const), [numberPlace, undefined]])
  const texts: string[] = ['']
  const named: (string | undefined)[] = []
  for (let at = 0; at < lines.length; at += 2) {
    const isOpen = names.has(at + 1)
    texts.push(`${texts.pop()}${lines[at]}: ${isOpen ? '' : `${lines[at + 1]}\r\n`}`)
    if (!isOpen) continue
    named.push(names.get(at + 1))
    texts.push('\r\n')
  }
  return { texts, names: named, last: [] }
}

let second = 0
let written = ''

/** The moment as `Date` has it, made once a second. */
function now(): string {
  const current = Math.floor(Date.now() / 1000)
  if (current !== second) {
    second = current
    written = new Date(current * 1000).toUTCString()
  }
  return written
}
