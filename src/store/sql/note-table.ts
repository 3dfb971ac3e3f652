/** The table of notes: what is kept beside the facts, changed only as its writer expects to find it. */

import type { Instant, JsonObject } from '../../core/index.ts'
import { jsonObject, readInstant } from '../../core/index.ts'
import { notAsExpected } from '../notes.ts'
import type { Note, NoteChange, NoteOwner } from '../store.ts'
import type { Database, SqlTransaction } from './schema.ts'
import type { Work } from './work.ts'
import { countOf } from './work.ts'

/** Which notes of a tenant are wanted. */
interface Wanted {
  readonly purpose: string
  readonly key?: string
  readonly owner?: NoteOwner
}

/** The notes that are wanted, by key. */
export async function readNotes(transaction: SqlTransaction, tenant: string, wanted: Wanted): Promise<readonly Note[]> {
  const found = await notesWanted(transaction, tenant, wanted).selectAll().orderBy('key').execute()
  return found.map((row) => ({
    purpose: row.purpose,
    key: row.key,
    // Only owners of this form are written.
    ...(row.owner === null ? {} : { owner: row.owner as NoteOwner }),
    ...(row.until === null ? {} : { until: readInstant(row.until, 'until') }),
    value: jsonObject.read(JSON.parse(row.value), 'value'),
    version: Number(row.version),
  }))
}

function notesWanted(queries: Database | SqlTransaction, tenant: string, { purpose, key, owner }: Wanted) {
  const all = queries.selectFrom('note').where('tenant', '=', tenant).where('purpose', '=', purpose)
  const named = key === undefined ? all : all.where('key', '=', key)
  return owner === undefined ? named : named.where('owner', '=', owner)
}

/** Removes all notes of a purpose that an owner has. */
export function* removeNotes(queries: Database, tenant: string, purpose: string, owner: NoteOwner): Work<void> {
  yield queries.deleteFrom('note').where('tenant', '=', tenant).where('purpose', '=', purpose).where('owner', '=', owner).compile()
}

/** Changes notes. Throws `precondition_failed` when one is not as expected: the transaction must then be rolled back. */
export function* applyNotes(queries: Database, tenant: string, changes: readonly NoteChange[]): Work<void> {
  // In one order everywhere: two transactions that meet wait for each other once, and never both.
  const ordered = [...changes].sort((one, other) => (`${one.purpose}\n${one.key}` < `${other.purpose}\n${other.key}` ? -1 : 1))
  for (const change of ordered) {
    if (!(yield* applyNote(queries, tenant, change))) throw notAsExpected(change.purpose)
  }
}

/** Whether the note was as expected. */
function* applyNote(queries: Database, tenant: string, { purpose, key, expected, note }: NoteChange): Work<boolean> {
  if (note === undefined) {
    if (expected === 0) return (yield notesWanted(queries, tenant, { purpose, key }).select('key').compile()).rows.length === 0
    const named = queries.deleteFrom('note').where('tenant', '=', tenant).where('purpose', '=', purpose).where('key', '=', key)
    const removed = yield* countOf((expected === undefined ? named : named.where('version', '=', expected)).compile())
    return expected === undefined || removed > 0
  }
  const cells = cellsOf(note)
  if (expected !== undefined && expected > 0) {
    const update = queries
      .updateTable('note')
      .set({ ...cells, version: expected + 1 })
      .where('tenant', '=', tenant)
      .where('purpose', '=', purpose)
      .where('key', '=', key)
      .where('version', '=', expected)
    return (yield* countOf(update.compile())) > 0
  }
  const made = queries.insertInto('note').values({ tenant, purpose, key, ...cells, version: 1 })
  const insert = made.onConflict((conflict) =>
    expected === 0
      ? conflict.doNothing()
      : conflict
          .columns(['tenant', 'purpose', 'key'])
          .doUpdateSet((expression) => ({ ...cells, version: expression('note.version', '+', 1) })),
  )
  return (yield* countOf(insert.compile())) > 0
}

function cellsOf({ owner, until, value }: { readonly owner?: NoteOwner; readonly until?: Instant; readonly value: JsonObject }) {
  return { owner: owner ?? null, until: until ?? null, value: JSON.stringify(value) }
}
