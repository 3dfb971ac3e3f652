/** The contract of a store: a durable home for the rows of a tenant, its journal and its revision. */

import type { ActorReference, Instant, JsonObject, Origin, Revision, RowChange, RowTexts, TableName, Tables } from '../core/index.ts'

/** Which database this is. A restored backup keeps `id` and gets a new `epoch`; tokens of another store or epoch are refused. */
export interface StoreIdentity {
  /** Random, made with the database. */
  readonly id: string
  /** Counts from 1. */
  readonly epoch: number
  /** 32 random bytes, hex: the key of revision tokens and cursors. Never shown. */
  readonly secret: string
}

export type { RowTexts }

/** A row of any table. */
export type Row = { readonly [Name in TableName]: { readonly table: Name; readonly row: Tables[Name] } }[TableName]

/** What was intended, in short: the kind of change and the records it names, `group:consuls`, `user:ada`. */
export interface ChangeSummary {
  readonly kind: string
  readonly records: readonly string[]
}

/** One change set as it goes into the journal. */
export interface JournalDraft {
  readonly time: Instant
  readonly actor: ActorReference
  readonly origin: Origin
  readonly reason?: string
  readonly changes: readonly ChangeSummary[]
  /** Each row as it was and as it became. */
  readonly rows: readonly RowChange[]
  /** Names as they were, by reference: of the actor and of every record in `changes` and `rows`. */
  readonly names: { readonly [reference: string]: string }
}

/**
 * One entry of the journal. `hash` is SHA-256 over the previous entry's hash and the canonical JSON of this entry, in which personal
 * values (of users) stand as keyed digests, so that they can be erased and the chain stays whole (`seal.ts`).
 */
export interface JournalEntry extends JournalDraft {
  readonly revision: Revision
  /**
   * Users (`user:ada`) of whom personal values of this entry were erased; absent: nothing is missing. In their rows, erased fields that
   * may be absent are absent and the others are empty (`''`, `[]`, `{}`); their erased names are left out of `names`.
   */
  readonly erased?: readonly string[]
  /** Hex; of revision 1 it is 64 zeros. */
  readonly previousHash: string
  readonly hash: string
}

/** Makes a write repeatable: the same key with the same fingerprint gives the first answer again. */
export interface Idempotency {
  /** 1 to 512 characters, of the caller; kept apart per actor by the caller of the store. */
  readonly key: string
  /** What was asked, as a digest. */
  readonly fingerprint: string
  /** What was answered, as JSON text. */
  readonly answer: string
}

/**
 * What is kept beside the facts: password hashes, sessions, tokens, observations. A note has no revision and is in no journal and no
 * export. Whether its time is over is for its reader to judge.
 */
export interface Note {
  /** What it is for: `session`. Notes of one purpose are apart from all others. */
  readonly purpose: string
  /** Unique within its purpose; 1 to 512 characters. */
  readonly key: string
  /** The record that it goes with, `user:ada`: a commit that removes the record removes the note. Absent: it belongs to nobody. */
  readonly owner?: NoteOwner
  /** When it may be swept away; absent: never. */
  readonly until?: Instant
  readonly value: JsonObject
  /** Counts the changes of this note, from 1. */
  readonly version: number
}
export type NoteOwner = `${'user' | 'service' | 'api-key'}:${string}`

/** What becomes of one note. */
export interface NoteChange {
  readonly purpose: string
  readonly key: string
  /** Only if the note has this version, or with 0 only if there is none. Absent: whatever there is. */
  readonly expected?: number
  /** The note as it is from now on; absent: it is removed. */
  readonly note?: Pick<Note, 'owner' | 'until' | 'value'>
}

export interface CommitRequest {
  readonly tenant: string
  /** The commit is refused with `revision_conflict` when the counter row says otherwise. */
  readonly expectedRevision: Revision
  readonly entry: JournalDraft
  readonly idempotency?: Idempotency
  /** Notes that change with it, or not at all. */
  readonly notes?: readonly NoteChange[]
  /** All notes of a purpose that an owner has are removed with it. */
  readonly endedNotes?: readonly { readonly purpose: string; readonly owner: NoteOwner }[]
  /** Other tenants that go with it, or not at all: their rows, journals, personal values, answers and notes. They never come back. */
  readonly removedTenants?: readonly string[]
}

export interface Committed {
  readonly revision: Revision
  readonly hash: string
}

export interface JournalRange {
  /** Entries above this revision; default 0. */
  readonly after?: Revision
  /** Entries up to and with this revision; default all. */
  readonly upTo?: Revision
  /** Newest first. Default false. */
  readonly newestFirst?: boolean
  /** At most so many; default all. */
  readonly limit?: number
}

/** The outcome of walking the whole chain. */
export type Verification =
  | { readonly intact: true; readonly revision: Revision; readonly hash: string }
  | { readonly intact: false /** The first bad entry. */; readonly revision: Revision; readonly reason: string }

/**
 * A durable home. All methods are asynchronous, also where the database is not, so that every store is used alike.
 *
 * What every store keeps (`testing/store-contract.ts` holds it to each):
 * - `commit` is one transaction: rows, journal entry, revision counter, idempotency. When it resolves, all of it is durable; when it
 *   rejects with anything but `outcome_unknown`, nothing of it is there.
 * - The revision comes from a counter row of the tenant that the same transaction reads and writes, never from a sequence: revisions
 *   have no gap and stand in the order of the commits.
 * - Rows are given back exactly as they were committed.
 * - A commit or a change of notes of which one note is not as expected is refused whole (`precondition_failed`). A commit that removes a
 *   user, a service account or an API key removes its notes.
 * - A tenant that was removed is empty and stays so: `load` and `head` find nothing, a commit and a change of notes that would make
 *   something in it are `conflict`, in whichever process.
 * - What the engine promises about rows is not judged again, but a commit whose rows do not fit what is there (it makes a row that
 *   stands already, or removes or changes one that does not) is a defect: a plain `Error`, and nothing is written. A store may refuse
 *   in the same way names that must be unique and are not. What holds between rows needs to hold only when all rows of a commit are in.
 *
 * Errors: `revision_conflict`, `store_unavailable`, `storage_full`, `outcome_unknown` (the store opens its database anew at the
 * next call: load again, and look the idempotency key up); `payload_too_large` for an entry above `entryLimit` of `seal.ts`; `conflict` when the idempotency key
 * stands already; `journal_broken` when an entry cannot be read. `idempotency_mismatch` is the caller's to judge.
 */
export interface Store {
  /** Other processes may write to it while we have it open: whoever keeps a picture of it has to follow. */
  readonly isShared: boolean
  /** Says which database this is. Makes the identity on first use. */
  identity(): Promise<StoreIdentity>
  /** The tenants that have at least one revision, sorted. */
  tenants(): Promise<readonly string[]>
  /**
   * Reads the tenant as it stands; one that was never written has revision 0 and no rows. Never holds all rows at once.
   * @param take given every row, in the order of `tableNames`; within a table in no promised order. When `load` rejects, what was given
   *   counts for nothing
   * @param takeTexts given rows of large tables instead, many in one text, where the store can; all of a table or none
   * @returns the revision that all of them are of
   */
  load(tenant: string, take: (row: Row) => void, takeTexts?: (texts: RowTexts) => void): Promise<Revision>
  /** The revision counter alone. */
  head(tenant: string): Promise<Revision>
  commit(request: CommitRequest): Promise<Committed>
  /**
   * Commits that follow on each other, of one tenant, in one transaction: one sync makes all of them durable, each with its own revision and entry.
   * When it rejects with anything but `outcome_unknown`, none of them is there. Absent: each is committed by itself.
   */
  commitTogether?(requests: readonly CommitRequest[]): Promise<readonly Committed[]>
  /** What was answered to this key, kept for at least 24 hours by the times of the entries; undefined: never seen, or long ago. */
  idempotent(tenant: string, key: string): Promise<(Idempotency & Committed) | undefined>
  /** Entries in order. Reads in pieces: a long journal is never held in memory at once. */
  journal(tenant: string, range?: JournalRange): AsyncIterable<JournalEntry>
  /**
   * Walks the chain from the first entry and computes every hash anew, and every digest of a personal value that is still there. The
   * counter row must name the last entry.
   */
  verify(tenant: string): Promise<Verification>
  /**
   * Erases the personal values of a user from the journal: they are missing from then on (`JournalEntry.erased`), and the chain still
   * verifies. The user's own record is not touched, and a later change of it is journalled with its values: erase after the deletion.
   * @param user the id
   * @returns how many values were erased
   */
  erasePersonal(tenant: string, user: string): Promise<number>
  /** One note as it stands. */
  note(tenant: string, purpose: string, key: string): Promise<Note | undefined>
  /** All notes of a purpose, or those of one owner, by key. */
  notes(tenant: string, purpose: string, owner?: NoteOwner): Promise<readonly Note[]>
  /** Changes notes, all or nothing; durable when it resolves. A note is named at most once. */
  changeNotes(tenant: string, changes: readonly NoteChange[]): Promise<void>
  /** Removes every note whose `until` is before the moment. Resolves with how many there were. */
  sweepNotes(tenant: string, before: Instant): Promise<number>
  /** Waits for what is under way, then lets go of the database. Using a closed store is `store_unavailable`. */
  close(): Promise<void>
}
