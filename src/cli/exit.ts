/** How the command line ends: an exit status for everything that can happen. */

import { ServerFailure, Unreachable } from '../api/client.ts'
import { ConfigurationError } from '../config.ts'
import type { ErrorCode } from '../core/index.ts'
import { CuriaError } from '../core/index.ts'
import { WorkerEnded } from '../workers/worker-ended.ts'

/** Exit statuses. 70 is a defect of ours and stands beside the others; 78 is what the system calls a configuration error. */
export const exit = {
  /** Done, or yes. */
  done: 0,
  /** A check says no, or what was wanted is refused. */
  no: 1,
  wrongUse: 2,
  storeUnusable: 3,
  /** The server or the database cannot be reached. */
  unreachable: 4,
  /** A question could not be answered: never to be taken for a no. */
  unanswered: 5,
  defect: 70,
  configuration: 78,
} as const
export type ExitStatus = (typeof exit)[keyof typeof exit]

/** The command was not written as it must be. */
export class WrongUse extends Error {}

/** There is nobody to ask, and `message` says where one looked. */
export class NothingThere extends Error {}

/** A question that was refused. Its message and code are those of the refusal. */
export class Unanswered extends Error {
  readonly refusal: CuriaError

  constructor(refusal: CuriaError) {
    super(refusal.message, { cause: refusal })
    this.refusal = refusal
  }
}

/** Runs something that asks: a refusal of it ends with a status of its own, so that a script never takes it for a no. */
export async function answering<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw error instanceof CuriaError && statusOfCode(error.code) === exit.no ? new Unanswered(error) : error
  }
}

/** The exit status for something that was thrown. */
export function exitStatusOf(error: unknown): ExitStatus {
  if (error instanceof WrongUse) return exit.wrongUse
  // A worker ends as the server would have ended.
  if (error instanceof WorkerEnded) return Object.values(exit).find((status) => status === error.status) ?? exit.defect
  if (error instanceof ConfigurationError) return exit.configuration
  if (error instanceof Unreachable || error instanceof ServerFailure || error instanceof NothingThere) return exit.unreachable
  if (error instanceof Unanswered) return exit.unanswered
  return error instanceof CuriaError ? statusOfCode(error.code) : exit.defect
}

function statusOfCode(code: ErrorCode): ExitStatus {
  return statusOf[code]
}

const { no: refused, storeUnusable, unreachable } = exit

const statusOf = {
  invalid_json: refused,
  unknown_field: refused,
  invalid_string: refused,
  invalid_key: refused,
  invalid_time: refused,
  invalid_parameter: refused,
  invalid_path: refused,
  invalid_cursor: refused,
  invalid_revision: refused,
  invalid_encoding: refused,
  invalid_host: refused,
  invalid_username: refused,
  mixed_script: refused,
  duplicate_key: refused,
  immutable_field: refused,
  too_deep: refused,
  ambiguous_credentials: refused,
  address_denied: refused,
  secret_required: refused,
  password_too_long: refused,
  unsafe_pattern: refused,
  invalid_source: refused,
  invalid_csv: refused,
  duplicate_column: refused,
  invalid_row: refused,
  unsupported_format: refused,
  unsupported_version: refused,
  unsupported_hash: refused,
  unknown_reference: refused,
  bad_request: refused,
  unauthenticated: refused,
  invalid_credentials: refused,
  forbidden: refused,
  grant_exceeds_own: refused,
  scope_denied: refused,
  csrf: refused,
  not_found: refused,
  method_not_allowed: refused,
  timeout: unreachable,
  conflict: refused,
  cycle: refused,
  last_admin: refused,
  revision_conflict: refused,
  revision_unknown_store: refused,
  sync_guard: refused,
  has_children: refused,
  exclusive_type: refused,
  precondition_failed: refused,
  payload_too_large: refused,
  too_many_items: refused,
  unsupported_media_type: refused,
  unsupported_encoding: refused,
  subject_unknown: refused,
  permission_unknown: refused,
  permission_unavailable: refused,
  argument_missing: refused,
  condition_invalid: refused,
  not_a_member: refused,
  depth_limit: refused,
  idempotency_mismatch: refused,
  rate_limited: refused,
  source_unavailable: unreachable,
  sync_incomplete: refused,
  target_unavailable: unreachable,
  stale: unreachable,
  revision_not_reached: refused,
  outcome_unknown: storeUnusable,
  store_unavailable: storeUnusable,
  storage_full: storeUnusable,
  journal_broken: storeUnusable,
} as const satisfies Record<ErrorCode, ExitStatus>
