/** The tag of a record: it changes when the record does, so that nobody overwrites what they have not seen. */

import { createHash } from 'node:crypto'
import { canonicalJson, refuse } from '../core/index.ts'

/** The strong `ETag` of a record as it is stored. What is worked out from other records (a group's full name) has no part in it. */
export function etagOf(record: object): string {
  return `"${createHash('sha256').update(canonicalJson(record)).digest('base64url').slice(0, 22)}"`
}

/**
 * Refuses (`precondition_failed`) when the caller named tags (`If-Match`: one, several, or `*` for any) and the record has none of them.
 * @param record as it stands; undefined: it is gone
 */
export function requireMatch(ifMatch: string | undefined, reference: string, record: object | undefined): void {
  if (ifMatch === undefined) return
  const tags = ifMatch.split(',').map((tag) => tag.trim())
  const matches = record !== undefined && (tags.includes('*') || tags.includes(etagOf(record)))
  if (!matches) throw refuse('precondition_failed', { reference })
}
