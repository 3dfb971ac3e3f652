/** What the stores share about notes: what a commit takes along, in which order notes stand, and how an unexpected one is refused. */

import type { TableName } from '../core/index.ts'
import { CuriaError, refuse } from '../core/index.ts'
import type { Note } from './store.ts'

/** Whether records of the table can own notes, which go when the record goes. */
export function isNoteOwner(table: TableName): table is 'user' | 'service' | 'api-key' {
  return table === 'user' || table === 'service' || table === 'api-key'
}

/** Notes by key, compared to the letter. */
export function inOrder(notes: readonly Note[]): readonly Note[] {
  return [...notes].sort((one, other) => (one.key < other.key ? -1 : 1))
}

/** The refusal of changes of which one note is not as expected. Keys of notes are nobody's business, so only the purpose is told. */
export function notAsExpected(purpose: string): CuriaError<'precondition_failed'> {
  return new CuriaError(refuse('precondition_failed', { reference: `note:${purpose}` }))
}
