/** Errors as HTTP answers: the status of every code, and the body (RFC 9457). */

import type { Problem } from '../api/problem.ts'
import { problemMediaType } from '../api/problem.ts'
import type { ErrorCode, JsonObject } from '../core/index.ts'
import { CuriaError, Refusal } from '../core/index.ts'
import type { PlainAnswer } from './plain-answer.ts'
import { responseOf } from './plain-answer.ts'

/** The status of each code. A code that is missing here stops the build. */
export const statusOf = {
  invalid_json: 400,
  unknown_field: 400,
  invalid_string: 400,
  invalid_key: 400,
  invalid_time: 400,
  invalid_parameter: 400,
  invalid_path: 400,
  invalid_cursor: 400,
  invalid_revision: 400,
  invalid_encoding: 400,
  invalid_host: 400,
  invalid_username: 400,
  mixed_script: 400,
  duplicate_key: 400,
  immutable_field: 400,
  too_deep: 400,
  ambiguous_credentials: 400,
  address_denied: 400,
  secret_required: 400,
  password_too_long: 400,
  unsafe_pattern: 400,
  invalid_source: 400,
  invalid_csv: 400,
  duplicate_column: 400,
  invalid_row: 400,
  unsupported_format: 400,
  unsupported_version: 400,
  unsupported_hash: 400,
  unknown_reference: 400,
  bad_request: 400,
  unauthenticated: 401,
  invalid_credentials: 401,
  forbidden: 403,
  grant_exceeds_own: 403,
  scope_denied: 403,
  csrf: 403,
  not_found: 404,
  method_not_allowed: 405,
  timeout: 408,
  conflict: 409,
  cycle: 409,
  last_admin: 409,
  revision_conflict: 409,
  revision_unknown_store: 409,
  sync_guard: 409,
  has_children: 409,
  exclusive_type: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  too_many_items: 413,
  unsupported_media_type: 415,
  unsupported_encoding: 415,
  subject_unknown: 422,
  permission_unknown: 422,
  permission_unavailable: 422,
  argument_missing: 422,
  condition_invalid: 422,
  not_a_member: 422,
  depth_limit: 422,
  idempotency_mismatch: 422,
  rate_limited: 429,
  source_unavailable: 502,
  sync_incomplete: 502,
  target_unavailable: 502,
  stale: 503,
  revision_not_reached: 503,
  outcome_unknown: 503,
  store_unavailable: 503,
  journal_broken: 503,
  storage_full: 507,
} satisfies Record<ErrorCode, number>

const titles: { readonly [status: number]: string } = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
}

/** What was thrown, when it is an answer to the caller; undefined when it is a defect of ours. */
export function refusalOf(thrown: unknown): Pick<Refusal, 'code' | 'details' | 'message'> | undefined {
  return thrown instanceof Refusal || thrown instanceof CuriaError ? thrown : undefined
}

/** The answer to something that was thrown. A defect says nothing of itself: the log has it under the request's number. */
export function problemOf(thrown: unknown, requestId: string): PlainAnswer {
  const refusal = refusalOf(thrown)
  const status = refusal === undefined ? 500 : statusOf[refusal.code]
  const problem: Problem = {
    type: 'about:blank',
    title: titles[status] ?? 'Error',
    status,
    ...(refusal === undefined ? {} : { code: refusal.code }),
    detail:
      refusal === undefined ? 'something went wrong on the server; its log tells more under the number of this request' : refusal.message,
    requestId,
    // Details are declared in core/errors.ts as texts, numbers and lists of them: JSON as they stand.
    ...(refusal === undefined ? {} : { details: refusal.details as unknown as JsonObject }),
  }
  return { status, headers: { 'content-type': problemMediaType, ...extraHeaders(refusal) }, text: JSON.stringify(problem) }
}

/** The same as the web has it. */
export function problemResponse(thrown: unknown, requestId: string): Response {
  return responseOf(problemOf(thrown, requestId))
}

/** Headers that belong to an error whatever its body: how to sign in, which methods there are, when to come back. */
export function extraHeaders(refusal: ReturnType<typeof refusalOf>): Record<string, string> {
  if (refusal === undefined) return {}
  if (statusOf[refusal.code] === 401) return { 'www-authenticate': 'Bearer realm="curia"' }
  if ('allowed' in refusal.details) return { allow: refusal.details.allowed.join(', ') }
  if ('retryAfterSeconds' in refusal.details) return { 'retry-after': String(refusal.details.retryAfterSeconds) }
  return {}
}
