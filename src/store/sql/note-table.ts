/** The table of notes: what is kept beside the facts, changed only as its writer expects to find it. */

import type { Instant, JsonObject } from '../../core/index.ts'
import { jsonObject, readInstant } from '../../core/index.ts'
import { notAsExpected } from '../notes.ts'
import type { Note, NoteChange, NoteOwner } from '../store.ts'
import type { SqlTransaction } from './schema.ts'

/** Which notes of a tenant are wanted. */
interface Wanted {
  readonly purpose: string
  readonly key?: string
  readonly owner?: NoteOwner
}

/** The notes that are wanted, by key. */
export async function readNotes(transaction: SqlTransaction, tenant: string, { purpose, key, owner }: Wanted): Promise<readonly Note[]> {
  const all = transaction.selectFrom('note').selectAll().where('tenant', '=', tenant).where('purpose', '=', purpose)
  const named = key === undefined ? all : all.where('key', '=', key)
  const owned = owner === undefined ? named : named.where('owner', '=', owner)
  const found = await owned.orderBy('key').execute()
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

/** Removes all notes of a purpose that an owner has. */
export async function removeNotes(transaction: SqlTransaction, tenant: string, purpose: string, owner: NoteOwner): Promise<void> {
  await transaction.deleteFrom('note').where('tenant', '=', tenant).where('purpose', '=', purpose).where('owner', '=', owner).execute()
}

/** Changes notes. Throws `precondition_failed` when one is not as expected: the transaction must then be rolled back. */
export async function applyNotes(transaction: SqlTransaction, tenant: string, changes: readonly NoteChange[]): Promise<void> {
  // In one order everywhere: two transactions that meet wait for each other once, and never both.
  const ordered = [...changes].sort((one, other) => (`${one.purpose}\n${one.key}` < `${other.purpose}\n${other.key}` ? -1 : 1))
  for (const change of ordered) {
    if (!(await applyNote(transaction, tenant, change))) throw notAsExpected(change.purpose)
  }
}

/** Whether the note was as expected. */
async function applyNote(transaction: SqlTransaction, tenant: string, { purpose, key, expected, note }: NoteChange): Promise<boolean> {
  if (note === undefined) {
    if (expected === 0) return (await readNotes(transaction, tenant, { purpose, key })).length === 0
    const named = transaction.deleteFrom('note').where('tenant', '=', tenant).where('purpose', '=', purpose).where('key', '=', key)
    const { numDeletedRows } = await (expected === undefined ? named : named.where('version', '=', expected)).executeTakeFirst()
    return expected === undefined || numDeletedRows > 0n
  }
  const cells = cellsOf(note)
  if (expected !== undefined && expected > 0) {
    const { numUpdatedRows } = await transaction
      .updateTable('note')
      .set({ ...cells, version: expected + 1 })
      .where('tenant', '=', tenant)
      .where('purpose', '=', purpose)
      .where('key', '=', key)
      .where('version', '=', expected)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }
  const made = transaction.insertInto('note').values({ tenant, purpose, key, ...cells, version: 1 })
  const { numInsertedOrUpdatedRows } = await made
    .onConflict((conflict) =>
      expected === 0
        ? conflict.doNothing()
        : conflict
            .columns(['tenant', 'purpose', 'key'])
            .doUpdateSet((expression) => ({ ...cells, version: expression('note.version', '+', 1) })),
    )
    .executeTakeFirst()
  return Number(numInsertedOrUpdatedRows) > 0
}

function cellsOf({ owner, until, value }: { readonly owner?: NoteOwner; readonly until?: Instant; readonly value: JsonObject }) {
  return { owner: owner ?? null, until: until ?? null, value: JSON.stringify(value) }
}
