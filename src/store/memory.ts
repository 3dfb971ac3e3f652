/** A real store that forgets: everything a store promises, but for durability. */

import { randomBytes, randomUUID } from 'node:crypto'
import type { Instant, Revision, RowChange, TableName } from '../core/index.ts'
import { CuriaError, refuse, tableNames } from '../core/index.ts'
import { outlived } from './idempotency.ts'
import { keyedDigest } from './keyed-digest.ts'
import { netChanges } from './net-changes.ts'
import { inOrder, isNoteOwner, notAsExpected } from './notes.ts'
import { wasRemoved } from './removed-tenant.ts'
import type { Link, PersonalValue } from './seal.ts'
import { firstHash, openEntry, sealEntry, verifyChain } from './seal.ts'
import type {
  CommitRequest,
  Committed,
  Idempotency,
  JournalEntry,
  JournalRange,
  Note,
  NoteChange,
  NoteOwner,
  Row,
  Store,
  StoreIdentity,
  Verification,
} from './store.ts'

/** The contract, for a program that brings a store of its own. */
export type * from './store.ts'

/** Makes an empty store that lives as long as it is held. */
export function createMemoryStore(): Store {
  return new MemoryStore()
}

type AnyRow = NonNullable<RowChange['after']>

interface Tenant {
  revision: Revision
  hash: string
  readonly tables: Map<TableName, Map<string, AnyRow>>
  readonly links: Link[]
  /** By digest. */
  readonly personal: Map<string, PersonalValue>
  readonly answers: Map<string, Idempotency & Committed & { readonly time: Instant }>
}

/** By purpose, then by key. */
type Notes = Map<string, Map<string, Note>>

class MemoryStore implements Store {
  readonly isShared = false
  readonly #identity: StoreIdentity = { id: randomUUID(), epoch: 1, secret: randomBytes(32).toString('hex') }
  readonly #keyed = keyedDigest(this.#identity.secret)
  readonly #tenants = new Map<string, Tenant>()
  /** By tenant: a tenant without a revision may have notes. */
  readonly #notes = new Map<string, Notes>()
  /** By name. */
  readonly #removed = new Set<string>()
  #closed = false

  async identity(): Promise<StoreIdentity> {
    this.#requireOpen()
    return this.#identity
  }

  async tenants(): Promise<readonly string[]> {
    this.#requireOpen()
    return [...this.#tenants.keys()].sort()
  }

  async load(tenant: string, take: (row: Row) => void): Promise<Revision> {
    this.#requireOpen()
    const held = this.#tenants.get(tenant)
    // The map under a name holds rows of that table only; the compiler cannot follow the pair.
    for (const table of tableNames) for (const row of held?.tables.get(table)?.values() ?? []) take({ table, row } as Row)
    return held?.revision ?? 0
  }

  async head(tenant: string): Promise<Revision> {
    this.#requireOpen()
    return this.#tenants.get(tenant)?.revision ?? 0
  }

  async commit(request: CommitRequest): Promise<Committed> {
    const { tenant, expectedRevision, entry, idempotency, notes = [], endedNotes = [], removedTenants = [] } = request
    this.#requireOpen()
    this.#requireNotRemoved(tenant)
    const held = this.#tenants.get(tenant) ?? emptyTenant()
    if (held.revision !== expectedRevision) {
      throw new CuriaError(refuse('revision_conflict', { expected: expectedRevision, found: held.revision }))
    }
    if (idempotency !== undefined && held.answers.has(idempotency.key)) {
      throw new CuriaError(refuse('conflict', { reference: idempotency.key, reason: 'the idempotency key was used before' }))
    }
    const revision = expectedRevision + 1
    const { link, personal } = sealEntry({ tenant, keyed: this.#keyed }, revision, held.hash, entry)
    const changes = netChanges(entry.rows)
    requireFit(held, changes)
    const kept = this.#notesOf(tenant)
    requireExpected(kept, notes)

    // INVARIANT: from here on nothing can fail, so a commit is all or nothing.
    for (const [table, changed] of changes) {
      const rows = held.tables.get(table) ?? new Map<string, AnyRow>()
      held.tables.set(table, rows)
      for (const { key, after } of changed) {
        if (after === undefined) rows.delete(key)
        else rows.set(key, after)
        if (after === undefined && isNoteOwner(table)) removeOwned(kept, `${table}:${key}`)
      }
    }
    for (const { purpose, owner } of endedNotes) removeOwned(kept, owner, purpose)
    applyNotes(kept, notes)
    for (const removed of removedTenants) {
      this.#removed.add(removed)
      this.#tenants.delete(removed)
      this.#notes.delete(removed)
    }
    for (const value of personal) held.personal.set(value.digest, value)
    held.links.push(link)
    held.revision = revision
    held.hash = link.hash
    const before = outlived(entry.time)
    for (const [key, answer] of held.answers) if (answer.time < before) held.answers.delete(key)
    if (idempotency !== undefined) held.answers.set(idempotency.key, { ...idempotency, revision, hash: link.hash, time: entry.time })
    this.#tenants.set(tenant, held)
    return { revision, hash: link.hash }
  }

  async idempotent(tenant: string, key: string): Promise<(Idempotency & Committed) | undefined> {
    this.#requireOpen()
    const answer = this.#tenants.get(tenant)?.answers.get(key)
    if (answer === undefined) return undefined
    const { time: _time, ...rest } = answer
    return rest
  }

  async *journal(tenant: string, range: JournalRange = {}): AsyncGenerator<JournalEntry> {
    this.#requireOpen()
    const { after = 0, upTo = Number.POSITIVE_INFINITY, newestFirst = false, limit = Number.POSITIVE_INFINITY } = range
    const links = (this.#tenants.get(tenant)?.links ?? []).filter(({ revision }) => revision > after && revision <= upTo)
    if (newestFirst) links.reverse()
    for (const link of links.slice(0, limit)) {
      this.#requireOpen()
      yield openEntry(link, (digest) => this.#tenants.get(tenant)?.personal.get(digest)?.value)
    }
  }

  async verify(tenant: string): Promise<Verification> {
    this.#requireOpen()
    const held = this.#tenants.get(tenant) ?? emptyTenant()
    const head = { revision: held.revision, hash: held.hash, lastEntry: held.links.at(-1)?.revision ?? 0 }
    return verifyChain({ tenant, keyed: this.#keyed }, head, [...held.links], [...held.personal.values()])
  }

  async erasePersonal(tenant: string, user: string): Promise<number> {
    this.#requireOpen()
    const personal = this.#tenants.get(tenant)?.personal ?? new Map<string, PersonalValue>()
    const erased = [...personal.values()].filter((value) => value.user === user)
    for (const { digest } of erased) personal.delete(digest)
    return erased.length
  }

  async note(tenant: string, purpose: string, key: string): Promise<Note | undefined> {
    this.#requireOpen()
    return this.#notesOf(tenant).get(purpose)?.get(key)
  }

  async notes(tenant: string, purpose: string, owner?: NoteOwner): Promise<readonly Note[]> {
    this.#requireOpen()
    const all = [...(this.#notesOf(tenant).get(purpose)?.values() ?? [])]
    return inOrder(owner === undefined ? all : all.filter((note) => note.owner === owner))
  }

  async changeNotes(tenant: string, changes: readonly NoteChange[]): Promise<void> {
    this.#requireOpen()
    if (changes.some(({ note }) => note !== undefined)) this.#requireNotRemoved(tenant)
    const kept = this.#notesOf(tenant)
    requireExpected(kept, changes)
    applyNotes(kept, changes)
  }

  async sweepNotes(tenant: string, before: Instant): Promise<number> {
    this.#requireOpen()
    let swept = 0
    for (const notes of this.#notesOf(tenant).values()) {
      for (const { key, until } of notes.values()) {
        if (until === undefined || until >= before) continue
        notes.delete(key)
        swept += 1
      }
    }
    return swept
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#tenants.clear()
    this.#notes.clear()
  }

  #notesOf(tenant: string): Notes {
    const held = this.#notes.get(tenant) ?? new Map<string, Map<string, Note>>()
    this.#notes.set(tenant, held)
    return held
  }

  #requireNotRemoved(tenant: string): void {
    if (this.#removed.has(tenant)) throw wasRemoved(tenant)
  }

  #requireOpen(): void {
    if (this.#closed) throw new CuriaError(refuse('store_unavailable', { reason: 'the store is closed' }))
  }
}

function emptyTenant(): Tenant {
  return { revision: 0, hash: firstHash, tables: new Map(), links: [], personal: new Map(), answers: new Map() }
}

function requireFit(held: Tenant, changes: ReturnType<typeof netChanges>): void {
  for (const [table, changed] of changes) {
    const rows = held.tables.get(table)
    for (const { key, before } of changed) {
      if ((rows?.has(key) ?? false) !== (before !== undefined)) {
        throw new Error(`the ${table} ${key} ${before === undefined ? 'stands already' : 'is not there'}, so the change set does not fit`)
      }
    }
  }
}

function requireExpected(kept: Notes, changes: readonly NoteChange[]): void {
  for (const { purpose, key, expected } of changes) {
    const version = kept.get(purpose)?.get(key)?.version ?? 0
    if (expected !== undefined && version !== expected) throw notAsExpected(purpose)
  }
}

function applyNotes(kept: Notes, changes: readonly NoteChange[]): void {
  for (const { purpose, key, note } of changes) {
    const notes = kept.get(purpose) ?? new Map<string, Note>()
    kept.set(purpose, notes)
    const version = (notes.get(key)?.version ?? 0) + 1
    if (note === undefined) notes.delete(key)
    else notes.set(key, { purpose, key, ...structuredClone(note), version })
  }
}

/** All notes of an owner, or those of one purpose. */
function removeOwned(kept: Notes, owner: string, purpose?: string): void {
  for (const [each, notes] of kept) {
    if (purpose !== undefined && each !== purpose) continue
    for (const note of notes.values()) if (note.owner === owner) notes.delete(note.key)
  }
}
