/** What is told of requests: of each that was answered, to the log and to figures; and of what failed, to the log alone. */

import type { EndpointName } from '../api/endpoints.ts'
import type { ErrorCode } from '../core/index.ts'
import { messageOf } from './authzen.ts'
import type { Head } from './head.ts'
import type { PlainAnswer } from './plain-answer.ts'
import { problemOf, refusalOf } from './problems.ts'

/** Where the handler writes what happened; pino fits. */
export interface Log {
  info(fields: object, message: string): void
  error(fields: object, message: string): void
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

/** Who is told. */
export interface Listeners {
  readonly log?: Log
  readonly observe?: (answered: Answered) => void
}

/** A request on its way to an answer. */
export interface Reported {
  /** Its number. */
  readonly requestId: string
  readonly method: string
  readonly path: string
  /** When it came, as `performance.now()` says it. */
  readonly started: number
}

/** What was thrown, as an answer and as figures have it. */
export interface Failure {
  readonly answer: PlainAnswer
  readonly code: ErrorCode | undefined
  readonly isDefect: boolean
}

/** The answer to something that was thrown; a defect is told to the log. */
export function failureOf(thrown: unknown, requestId: string, isAuthzen: boolean, { log }: Listeners): Failure {
  const code = refusalOf(thrown)?.code
  const isDefect = code === undefined
  if (isDefect) log?.error({ requestId, error: thrown }, 'a request failed by a defect')
  return { answer: isAuthzen ? messageOf(thrown) : problemOf(thrown, requestId), code, isDefect }
}

/** Tells of a request that is answered now. */
export function report(
  { requestId, method, path, started }: Reported,
  {
    status,
    endpoint,
    tenant,
    code,
    isDefect,
  }: Omit<Answered, 'method' | 'milliseconds' | 'endpoint' | 'tenant' | 'code'> & {
    readonly tenant: string | undefined
    readonly endpoint: EndpointName | undefined
    readonly code: ErrorCode | undefined
  },
  { log, observe }: Listeners,
): void {
  const milliseconds = performance.now() - started
  observe?.({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(code === undefined ? {} : { code }),
    method,
    status,
    isDefect,
    milliseconds,
  })
  log?.info({ requestId, method, path, status, milliseconds: Math.round(milliseconds) }, 'answered')
}

/** The number that an answer names. AuthZEN: whoever numbers the own requests finds that number. */
export function numberOf({ headers }: Head, isAuthzen: boolean, requestId: string): string {
  return (isAuthzen ? headers.get('x-request-id') : null) ?? requestId
}
