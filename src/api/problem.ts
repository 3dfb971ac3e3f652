/** How an error goes over the wire: problem details (RFC 9457) with our code, the details declared for it and the number of the request. */

import type { ErrorCode, JsonObject, JsonSchema } from '../core/index.ts'
import { errorCodes } from '../core/index.ts'

export const problemMediaType = 'application/problem+json'

/** The body of every answer that is not a success. `code` and `details` are missing when the fault is ours. */
export interface Problem {
  /** Always `about:blank`: the code tells more than an address would. */
  readonly type: string
  /** The words of the HTTP status. */
  readonly title: string
  readonly status: number
  readonly code?: ErrorCode
  /** One sentence for people. */
  readonly detail: string
  /** Stands in the server's log as well. */
  readonly requestId: string
  /** What `core/errors.ts` declares for the code. */
  readonly details?: JsonObject
}

export const problemSchema: JsonSchema = {
  title: 'Problem',
  type: 'object',
  description: 'Problem details (RFC 9457).',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: errorCodes },
    detail: { type: 'string', description: 'one sentence for people' },
    requestId: { type: 'string' },
    details: { type: 'object', description: 'what is declared for the code' },
  },
  required: ['type', 'title', 'status', 'detail', 'requestId'],
}

/** Reads the body of an answer that was no success; undefined when somebody else than Curia wrote it. */
export function readProblem(body: unknown): Problem | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { type, title, status, code, detail, requestId, details } = body as { readonly [key: string]: unknown }
  if (typeof status !== 'number' || typeof detail !== 'string' || typeof requestId !== 'string') return undefined
  const known = errorCodes.find((one) => one === code)
  return {
    type: typeof type === 'string' ? type : 'about:blank',
    title: typeof title === 'string' ? title : '',
    status,
    detail,
    requestId,
    ...(known === undefined ? {} : { code: known }),
    // Parsed from JSON: an object is a JSON object.
    ...(typeof details === 'object' && details !== null ? { details: details as JsonObject } : {}),
  }
}
