/** What an endpoint is: everything that server, client and document need to know of it. */

import type { ErrorCode, Shape } from '../core/index.ts'

/** What a caller must be or hold. An endpoint without one does not compile, and the server does not start with one. */
export type Right =
  /** Anybody, without a credential. */
  | { readonly kind: 'public' }
  /** Anybody with a credential; what is done is judged where it is done (a write by the authority of its changes). */
  | { readonly kind: 'signed-in' }
  /**
   * The permission on the tenant. Not needed by who asks about themselves: in the field `unlessSelf` of the input, which holds a reference,
   * or the id of a user where `selfId` says so, or a list of checks, each with its `subject`.
   */
  | { readonly kind: 'permission'; readonly permission: string; readonly unlessSelf?: string; readonly selfId?: true }
  /** The permission on the record of the path; without it the record is answered as if it were not there. */
  | { readonly kind: 'record'; readonly permission: string }
  /** The permission on each record of a list; what the caller may not see is left out, and not counted. */
  | { readonly kind: 'seen'; readonly permission: string }
  /** Judged by what is changed; this is the permission that it takes first. A key that is narrowed cannot write. */
  | { readonly kind: 'write'; readonly permission: string }

/** Shapes by the name of their field. */
export type Fields = { readonly [name: string]: Shape<unknown> }
/** No fields. */
export type None = Record<never, never>

/** One endpoint: everything that server, client and document need to know of it. */
export interface Endpoint<
  Path extends Fields = Fields,
  Query extends Fields = Fields,
  Body = unknown,
  Answer = unknown,
  Foretold = unknown,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `{name}` for each of `parameters`. */
  readonly path: string
  /** The heading it stands under in the document. */
  readonly tag: 'ask' | 'change' | 'journal' | 'records' | 'transfer' | 'targets' | 'sign-in' | 'tenants' | 'authzen' | 'server'
  /** One line, lower case. */
  readonly summary: string
  readonly right: Right
  readonly parameters?: Path
  readonly query?: Query
  /** Read as JSON. */
  readonly body?: Shape<Body>
  /** The body may be absent: then it counts as `{}`. */
  readonly bodyOptional?: true
  /** Media types under which the body may also come as plain text; it then is one file of an import. */
  readonly textBody?: readonly string[]
  /** Largest body in bytes. Default 1 MiB. */
  readonly bodyLimit?: number
  /** What is answered. */
  readonly answer: Shape<Answer>
  /** What is answered instead to `preview: true`. */
  readonly previewAnswer?: Shape<Foretold>
  /** The answer is a text of one of these media types instead of JSON of the shape. */
  readonly textAnswer?: readonly string[]
  /** The status of a success: 201 with `Location` for what is made, 204 without a body for what is gone. Default 200; a preview is 200. */
  readonly status?: 201 | 204
  /** Answers the `ETag` of the record. One that writes also takes it back in `If-Match`. */
  readonly tagged?: true
  /** The answer goes on for as long as the caller listens, as server-sent events. */
  readonly streams?: true
  /** A caller with a session must have given the password in the last minutes, as for writes of grants and keys (`recent.ts`). */
  readonly recentSignIn?: true
  /** Takes the header `Idempotency-Key`. */
  readonly repeatable?: true
  /** The codes it can give beside those that every endpoint of its kind can give. */
  readonly errors: readonly ErrorCode[]
}

/** Gives the declaration back with its exact types. */
export function endpoint<Path extends Fields = None, Query extends Fields = None, Body = unknown, Answer = unknown, Foretold = never>(
  declared: Endpoint<Path, Query, Body, Answer, Foretold>,
): Endpoint<Path, Query, Body, Answer, Foretold> {
  return declared
}

/** Paths of the API begin with this. */
export const basePath = '/api/v1'
/** Largest body of an ordinary request, and of an import, in bytes. */
export const bodyLimit = 1024 * 1024
export const importLimit = 64 * 1024 * 1024

/** Codes that any endpoint can give. */
export const commonErrors: readonly ErrorCode[] = [
  'invalid_string',
  'duplicate_key',
  'invalid_path',
  'invalid_host',
  'invalid_parameter',
  'unknown_field',
  'method_not_allowed',
  'bad_request',
]
/** Codes that any endpoint with a credential can give. */
export const signedInErrors: readonly ErrorCode[] = [
  'unauthenticated',
  'ambiguous_credentials',
  'scope_denied',
  'forbidden',
  'not_found',
  'invalid_revision',
  'revision_unknown_store',
  'revision_not_reached',
  'stale',
  'store_unavailable',
  'rate_limited',
]
/** Codes that any endpoint with a body can give. */
export const bodyErrors: readonly ErrorCode[] = [
  'invalid_json',
  'invalid_encoding',
  'invalid_string',
  'invalid_key',
  'invalid_time',
  'duplicate_key',
  'too_deep',
  'too_many_items',
  'payload_too_large',
  'unsupported_media_type',
  'unsupported_encoding',
]

/** Codes that any endpoint that asks a question can give. */
export const questionErrors: readonly ErrorCode[] = [
  'subject_unknown',
  'permission_unknown',
  'permission_unavailable',
  'argument_missing',
  'unknown_reference',
]
/** Codes that any endpoint that writes can give. */
export const writeErrors: readonly ErrorCode[] = [
  'conflict',
  'cycle',
  'last_admin',
  'revision_conflict',
  'has_children',
  'exclusive_type',
  'immutable_field',
  'invalid_string',
  'invalid_key',
  'invalid_time',
  'invalid_username',
  'mixed_script',
  'unknown_reference',
  'permission_unknown',
  'condition_invalid',
  'not_a_member',
  'depth_limit',
  'grant_exceeds_own',
  'precondition_failed',
  'idempotency_mismatch',
  'outcome_unknown',
  'storage_full',
]

/** Questions about anybody. */
export const mayAsk = { kind: 'permission', permission: 'tenant.check' } as const

/** No body: what is answered to a deletion. */
export const nothing: Shape<undefined> = { schema: {}, read: () => undefined }
