/** Every error code of Curia, the details it carries and the sentence it is told in: declared once, mapped by every door. */

/** A place in a file or a request body that somebody can go to. `line` and `column` count from 1. */
export interface Place {
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

/** What was wrong with one field, and where: `field` is a path such as `changes[2].name`. */
interface FieldFault {
  readonly field: string
  readonly reason: string
}

/** A fault of a file that is read, with its place. */
interface FileFault extends Place {
  readonly reason: string
}

interface Named {
  readonly reference: string
}

interface Why {
  readonly reason: string
}

/**
 * The details of each code. A door may add `requestId`; nothing else is ever added outside this table.
 * The HTTP status of each stands in `server/problems.ts`, the exit status of the command line in `cli/exit.ts`.
 */
export interface ErrorDetails {
  // the form of what was sent
  readonly invalid_json: Why
  readonly unknown_field: { readonly field: string; readonly known?: readonly string[] }
  readonly invalid_string: FieldFault
  readonly invalid_key: FieldFault
  readonly invalid_time: FieldFault
  readonly invalid_parameter: FieldFault
  readonly invalid_path: Why
  readonly invalid_cursor: Why
  readonly invalid_revision: FieldFault
  readonly invalid_encoding: Why
  readonly invalid_host: { readonly host: string }
  readonly invalid_username: FieldFault
  readonly mixed_script: FieldFault
  readonly duplicate_key: FieldFault
  readonly immutable_field: { readonly field: string }
  readonly too_deep: { readonly limit: number }
  readonly ambiguous_credentials: Why
  readonly address_denied: { readonly address: string }
  readonly secret_required: { readonly field: string }
  readonly password_too_long: { readonly limit: number }
  readonly unsafe_pattern: FieldFault
  readonly invalid_source: FieldFault
  readonly invalid_csv: FileFault
  readonly duplicate_column: FileFault & { readonly field: string }
  readonly invalid_row: FileFault & { readonly faults?: readonly FileFault[] }
  readonly unsupported_format: { readonly format: string; readonly known: readonly string[] }
  readonly unsupported_version: { readonly found: string; readonly known: string }
  readonly unsupported_hash: FieldFault
  readonly unknown_reference: Named & { readonly field?: string }
  readonly bad_request: Why
  // who calls
  readonly unauthenticated: Why
  readonly invalid_credentials: Record<string, never>
  readonly forbidden: { readonly right: string; readonly resource: string; readonly reason?: string }
  readonly grant_exceeds_own: { readonly permission: string; readonly resource: string }
  readonly scope_denied: { readonly scope: string }
  readonly csrf: Why
  // what is there
  readonly not_found: Named
  readonly method_not_allowed: { readonly allowed: readonly string[] }
  readonly timeout: { readonly seconds: number }
  readonly conflict: Named & Why
  /** The group or role or resource would contain itself. `path` starts and ends with it. */
  readonly cycle: { readonly path: readonly string[] }
  readonly last_admin: Record<string, never>
  /** Somebody else changed the tenant first. Read again, then retry. */
  readonly revision_conflict: { readonly expected: number; readonly found: number }
  readonly revision_unknown_store: Why
  readonly sync_guard: { readonly removals: number; readonly held: number; readonly limit: number }
  readonly has_children: Named & { readonly children: readonly string[] }
  readonly exclusive_type: { readonly member: string; readonly type: string; readonly groups: readonly string[] }
  readonly precondition_failed: Named
  readonly payload_too_large: { readonly limit: number; readonly unit: 'bytes' | 'characters' }
  readonly too_many_items: { readonly limit: number; readonly found: number; readonly field: string }
  readonly unsupported_media_type: { readonly found: string; readonly known: readonly string[] }
  readonly unsupported_encoding: { readonly found: string }
  // what was asked
  readonly subject_unknown: { readonly subject: string }
  readonly permission_unknown: { readonly permission: string; readonly resource: string }
  readonly permission_unavailable: { readonly permission: string; readonly plugin: string }
  readonly argument_missing: { readonly argument: string; readonly permission: string }
  readonly condition_invalid: { readonly condition: string; readonly reason: string }
  readonly not_a_member: { readonly member: string; readonly group: string }
  readonly depth_limit: { readonly limit: number; readonly reference: string }
  readonly idempotency_mismatch: { readonly key: string }
  readonly rate_limited: { readonly retryAfterSeconds: number }
  // what Curia stands on
  readonly source_unavailable: { readonly source: string; readonly reason: string }
  readonly sync_incomplete: { readonly source: string; readonly reason: string }
  readonly target_unavailable: { readonly target: string; readonly reason: string }
  readonly stale: { readonly seconds: number }
  readonly revision_not_reached: { readonly revision: number; readonly found: number }
  readonly outcome_unknown: { readonly idempotencyKey?: string }
  readonly store_unavailable: Why
  readonly storage_full: Record<string, never>
  readonly journal_broken: { readonly revision: number; readonly reason: string }
}

export type ErrorCode = keyof ErrorDetails

const fieldSentence = ({ field, reason }: FieldFault): string => `${field}: ${reason}`
const reasonSentence = ({ reason }: Why): string => reason

function placed({ file, line, column, reason }: FileFault): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  return place === '' ? reason : `${place}: ${reason}`
}

const sentences: { readonly [Code in ErrorCode]: (details: ErrorDetails[Code]) => string } = {
  invalid_json: reasonSentence,
  unknown_field: ({ field, known }) => `unknown field ${quoted(field)}${known ? `; known here are ${known.join(', ')}` : ''}`,
  invalid_string: fieldSentence,
  invalid_key: fieldSentence,
  invalid_time: fieldSentence,
  invalid_parameter: fieldSentence,
  invalid_path: reasonSentence,
  invalid_cursor: reasonSentence,
  invalid_revision: fieldSentence,
  invalid_encoding: reasonSentence,
  invalid_host: ({ host }) => `this server does not answer for the host ${quoted(host)}`,
  invalid_username: fieldSentence,
  mixed_script: fieldSentence,
  duplicate_key: fieldSentence,
  immutable_field: ({ field }) => `${field} cannot be changed after creation`,
  too_deep: ({ limit }) => `nested deeper than ${limit} levels`,
  ambiguous_credentials: reasonSentence,
  address_denied: ({ address }) => `connections to ${address} are not allowed`,
  secret_required: ({ field }) => `${field} must be given again`,
  password_too_long: ({ limit }) => `a password may have at most ${limit} bytes`,
  unsafe_pattern: fieldSentence,
  invalid_source: fieldSentence,
  invalid_csv: placed,
  duplicate_column: (details) => placed(details),
  invalid_row: placed,
  unsupported_format: ({ format, known }) => `unknown format ${quoted(format)}; known are ${known.join(', ')}`,
  unsupported_version: ({ found, known }) => `written by version ${found} of the format, this program reads up to ${known}`,
  unsupported_hash: fieldSentence,
  unknown_reference: ({ reference, field }) => `${field === undefined ? '' : `${field}: `}there is no ${quoted(reference)}`,
  bad_request: reasonSentence,
  unauthenticated: reasonSentence,
  invalid_credentials: () => 'user name or password is wrong',
  forbidden: ({ right, resource, reason }) => reason ?? `this needs ${right} on ${resource}`,
  grant_exceeds_own: ({ permission, resource }) => `nobody can give what they could not give themselves: ${permission} on ${resource}`,
  scope_denied: ({ scope }) => `this key is not allowed to ${scope}`,
  csrf: reasonSentence,
  not_found: ({ reference }) => `there is no ${quoted(reference)}`,
  method_not_allowed: ({ allowed }) => `allowed here: ${allowed.join(', ')}`,
  timeout: ({ seconds }) => `not finished within ${seconds} s`,
  conflict: ({ reference, reason }) => `${reference}: ${reason}`,
  cycle: ({ path }) => `this would contain itself: ${path.join(' > ')}`,
  last_admin: () => 'at least one active user must keep the role administrator on the tenant, without end and without condition',
  revision_conflict: ({ expected, found }) => `expected revision ${expected}, found ${found}`,
  revision_unknown_store: reasonSentence,
  sync_guard: ({ removals, held, limit }) => `the sync would remove ${removals} of ${held}, more than the limit of ${limit}`,
  has_children: ({ reference, children }) =>
    `${reference} still has ${children.join(', ')} below it; say children: lift or children: delete`,
  exclusive_type: ({ member, type, groups }) => `${member} may be in one group of type ${type} at a time, not in ${groups.join(' and ')}`,
  precondition_failed: ({ reference }) => `${reference} was changed by somebody else; read it again`,
  payload_too_large: ({ limit, unit }) => `larger than ${limit} ${unit}`,
  too_many_items: ({ limit, found, field }) => `${field} holds ${found} items, at most ${limit} are taken`,
  unsupported_media_type: ({ found, known }) => `${quoted(found)} is not read here; send ${known.join(' or ')}`,
  unsupported_encoding: ({ found }) => `bodies encoded as ${quoted(found)} are not read; send the body as it is`,
  subject_unknown: ({ subject }) => `there is no subject ${quoted(subject)}`,
  permission_unknown: ({ permission, resource }) => `no permission ${quoted(permission)} is declared for ${resource}`,
  permission_unavailable: ({ permission, plugin }) => `${permission} is not available: the plugin ${quoted(plugin)} is not active`,
  argument_missing: ({ argument, permission }) => `the check of ${permission} needs the argument ${quoted(argument)}`,
  condition_invalid: ({ condition, reason }) => `the condition ${quoted(condition)} cannot be used: ${reason}`,
  not_a_member: ({ member, group }) => `${member} is not a direct member of ${group} at this moment`,
  depth_limit: ({ limit, reference }) => `${reference} would stand deeper than ${limit} levels`,
  idempotency_mismatch: ({ key }) => `the idempotency key ${quoted(key)} was used for another request`,
  rate_limited: ({ retryAfterSeconds }) => `too many requests; try again in ${retryAfterSeconds} s`,
  source_unavailable: ({ source, reason }) => `the source ${quoted(source)} does not answer: ${reason}`,
  sync_incomplete: ({ source, reason }) => `the source ${quoted(source)} was read in part only: ${reason}`,
  target_unavailable: ({ target, reason }) => `the target ${quoted(target)} cannot be used: ${reason}`,
  stale: ({ seconds }) => `this node has not heard from the store for ${seconds} s`,
  revision_not_reached: ({ revision, found }) => `revision ${revision} is not reached, this node is at ${found}`,
  outcome_unknown: () => 'the connection to the store broke while the write was made; repeat it with the same idempotency key',
  store_unavailable: reasonSentence,
  storage_full: () => 'the disk of the store is full; nothing was written',
  journal_broken: ({ revision, reason }) => `the journal is broken at revision ${revision}: ${reason}`,
}

/** All codes, in the order of their declaration. */
export const errorCodes = Object.keys(sentences) as readonly ErrorCode[]

/** Puts what somebody typed between quotes: control characters escaped, cut at 120 characters. */
export function quoted(text: string): string {
  const short = text.length > 120 ? `${text.slice(0, 117)}...` : text
  return JSON.stringify(short)
}

/** A "no, because" as a value: what `core` gives back where the caller must decide what to do with it. */
export class Refusal<Code extends ErrorCode = ErrorCode> {
  readonly code: Code
  readonly details: ErrorDetails[Code]

  constructor(code: Code, details: ErrorDetails[Code]) {
    this.code = code
    this.details = details
  }

  /** The refusal in one sentence: lower case, no full stop, with what was typed in quotes. */
  get message(): string {
    // The table gives each code the sentence of its own details; the compiler cannot follow the pair through the index.
    const sentence = sentences[this.code] as (details: ErrorDetails[Code]) => string
    return sentence(this.details)
  }
}

/** Makes a refusal. The details are those that `ErrorDetails` declares for the code. */
export function refuse<Code extends ErrorCode>(code: Code, details: ErrorDetails[Code]): Refusal<Code> {
  return new Refusal(code, details)
}

/**
 * What the public doors throw. `code` is stable, `details` are those declared for it, `message` is for people.
 * Anything else that is thrown is a defect of Curia.
 */
export class CuriaError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code
  readonly details: ErrorDetails[Code]

  constructor(refusal: Refusal<Code>, options?: { readonly cause?: unknown }) {
    super(refusal.message, options)
    this.name = 'CuriaError'
    this.code = refusal.code
    this.details = refusal.details
  }
}

/** What an act refuses; undefined when it refuses nothing. Anything else that it throws goes on. */
export function refusalOf(act: () => void): Refusal | undefined {
  try {
    act()
    return undefined
  } catch (fault) {
    if (fault instanceof Refusal) return fault
    throw fault
  }
}

/** Gives the value, or throws the refusal as the `CuriaError` of the public doors. */
export function orThrow<T>(outcome: T | Refusal): T {
  if (outcome instanceof Refusal) throw new CuriaError(outcome)
  return outcome
}
