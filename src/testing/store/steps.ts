/** What the cases do with a store, and how they say what they found. */

import type { ErrorCode, Revision, RowChange, TableName, Tables } from '../../core/index.ts'
import { CuriaError, canonicalJson, keyOf, tableNames } from '../../core/index.ts'
import type { JournalDraft, JournalEntry, JournalRange, Row, Store } from '../../store/store.ts'
import { early } from './rows.ts'

/** The tenant that the cases write to. */
export const tenant = 'main'

export function made<Name extends TableName>(table: Name, after: Tables[Name]): RowChange {
  // The pair of name and row is right by the type of the arguments; the union asks for it name by name.
  return { table, key: keyOf(table, after), after } as unknown as RowChange
}

export function removed<Name extends TableName>(table: Name, before: Tables[Name]): RowChange {
  // As above.
  return { table, key: keyOf(table, before), before } as unknown as RowChange
}

export function change<Name extends TableName>(table: Name, before: Tables[Name], after: Tables[Name]): RowChange {
  // As above.
  return { table, key: keyOf(table, after), before, after } as unknown as RowChange
}

export function draft(rows: readonly RowChange[], fields: Partial<JournalDraft> = {}): JournalDraft {
  return { time: early, actor: 'system:contract', origin: 'local', changes: [], names: {}, ...fields, rows }
}

export function commit(
  store: Store,
  expectedRevision: Revision,
  rows: readonly RowChange[],
  fields: Partial<JournalDraft> = {},
  name = tenant,
) {
  return store.commit({ tenant: name, expectedRevision, entry: draft(rows, fields) })
}

/** The tenant as it stands, all rows at once. */
export async function loaded(store: Store, name = tenant): Promise<{ readonly revision: Revision; readonly rows: readonly Row[] }> {
  const rows: Row[] = []
  const revision = await store.load(name, (row) => rows.push(row))
  return { revision, rows }
}

/** What the tenant holds, as the changes that would make it, sorted. */
export async function held(store: Store, name = tenant): Promise<readonly RowChange[]> {
  const { rows } = await loaded(store, name)
  return sorted(rows.map(({ table, row }) => made(table, row)))
}

/** The rows as they stand after the changes. */
export function sorted(changes: readonly RowChange[]): readonly RowChange[] {
  const place = ({ table, key }: RowChange) => `${String(tableNames.indexOf(table)).padStart(2, '0')} ${key}`
  return changes
    .flatMap(({ table, after }) => (after === undefined ? [] : [made(table, after)]))
    .sort((one, other) => (place(one) < place(other) ? -1 : 1))
}

export async function entries(store: Store, range: JournalRange = {}, name = tenant): Promise<readonly JournalEntry[]> {
  const found: JournalEntry[] = []
  for await (const entry of store.journal(name, range)) found.push(entry)
  return found
}

export async function hashes(store: Store): Promise<readonly string[]> {
  return (await entries(store)).map(({ hash }) => hash)
}

export function same(found: unknown, expected: unknown): void {
  const [one, other] = [canonicalJson(found ?? null), canonicalJson(expected ?? null)]
  if (one === other) return
  const from = Math.max(0, [...one].findIndex((character, index) => character !== other[index]) - 60)
  throw new Error(`expected ...${other.slice(from, from + 400)}\nbut found ...${one.slice(from, from + 400)}`)
}

export function claim(holds: boolean, what: string): void {
  if (!holds) throw new Error(`it does not hold that ${what}`)
}

export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof CuriaError ? error.code : undefined
}

/** Waits for the refusal and gives it. `code` undefined: a defect, which is not a `CuriaError`. */
export async function refused(attempt: Promise<unknown>, code: ErrorCode | undefined): Promise<CuriaError> {
  const outcome = await attempt.then(
    () => 'it was accepted',
    (error: unknown) => error,
  )
  if (!(outcome instanceof Error)) throw new Error(`expected ${code ?? 'a defect'}, but ${String(outcome)}`)
  if (codeOf(outcome) !== code) throw new Error(`expected ${code ?? 'a defect'}, found ${outcome.message}`, { cause: outcome })
  // Those who look at the details have asked for a code.
  return outcome as CuriaError
}
