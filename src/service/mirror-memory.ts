/** What a mirror remembers between runs and restarts, kept as notes beside the facts: its accounts, its place in the journal, and who runs it. */

import type { Instant, JsonObject, Revision } from '../core/index.ts'
import { CuriaError, canonicalJson, flag, list, oneOf, optional, readInstant, record, text, whole } from '../core/index.ts'
import type { NoteChange, Store } from '../store/store.ts'
import type { Account } from '../targets/accounts.ts'
import { Accounts } from '../targets/accounts.ts'
import type { Conflict } from '../targets/plan.ts'
import type { MirroredReference } from '../targets/target.ts'

/** How far the target is known to be as we say. */
export interface MirrorPlace {
  readonly revision: Revision
  /** The moment that windows were judged for. */
  readonly at: Instant
  /** Records that could have no account, at most 100. */
  readonly conflicts: readonly Conflict[]
}

const reference = text<MirroredReference>(undefined, { maxLength: 136 })
const anyText = text(undefined, {})
const conflictShape = record({ record: reference, name: anyText, reason: anyText })
const instant = { schema: {}, read: readInstant }
const placeShape = record({ revision: whole(0, Number.MAX_SAFE_INTEGER), at: instant, conflicts: list(conflictShape) })
const accountShape = record({
  name: anyText,
  formerName: optional(anyText),
  random: optional(anyText),
  number: optional(whole(2, Number.MAX_SAFE_INTEGER)),
  standing: oneOf('made', 'found'),
  mark: optional(anyText),
  id: optional(anyText),
  isSwitchedOff: optional(flag),
  joined: optional(list(anyText, Number.MAX_SAFE_INTEGER)),
})
const leaseShape = record({ holder: anyText, until: instant })

/** Conflicts that are kept over a restart. */
const conflictsKept = 100
/** A place is never further behind than this, in revisions. */
const revisionsBehind = 100
/** Accounts that are written with one commit. */
const batch = 500

/**
 * The memory of one mirror. Every change names the version that it expects to find: of two processes that run the same mirror, one is
 * refused (`precondition_failed`) before it has done anything that the other does not know of.
 */
export class MirrorMemory {
  readonly #store: Store
  readonly #tenant: string
  readonly #target: string
  readonly #accounts = new Accounts()
  readonly #versions = new Map<MirroredReference, number>()
  #place: { readonly place: MirrorPlace; readonly version: number } | undefined
  /** Of the place as it is written. */
  #writtenRevision = 0
  #isPlaceKnown = false
  #areAccountsKnown = false

  constructor(store: Store, tenant: string, target: string) {
    this.#store = store
    this.#tenant = tenant
    this.#target = target
  }

  /** Changed by `keep` alone. */
  get accounts(): Accounts {
    return this.#accounts
  }

  /** Undefined: the first run is still to come. */
  get place(): MirrorPlace | undefined {
    return this.#place?.place
  }

  /** Reads the place. Resolves with whether another process has moved it since we last knew it; then the accounts are not known either. */
  async findPlace(): Promise<boolean> {
    const found = await this.#store.note(this.#tenant, purposes.place, this.#target)
    if (this.#isPlaceKnown && found?.version === this.#place?.version) return false
    const wasKnown = this.#isPlaceKnown
    this.#place = found === undefined ? undefined : { place: placeShape.read(found.value, 'place'), version: found.version }
    this.#writtenRevision = this.#place?.place.revision ?? 0
    this.#isPlaceKnown = true
    this.#areAccountsKnown = false
    return wasKnown
  }

  /** Reads the accounts, unless they are known. Cost grows with their number. */
  async findAccounts(): Promise<void> {
    if (this.#areAccountsKnown) return
    const accounts = await this.#store.notes(this.#tenant, this.#accountPurpose)
    this.#accounts.clear()
    this.#versions.clear()
    for (const { key, value, version } of accounts) {
      const about = reference.read(key, 'record')
      const { isSwitchedOff, ...account } = accountShape.read(value, 'account')
      this.#accounts.put({ record: about, ...account, ...(isSwitchedOff === true ? { isSwitchedOff } : {}) })
      this.#versions.set(about, version)
    }
    this.#areAccountsKnown = true
  }

  /** Whatever we have may not be what is written: it is read again before it is used. */
  forget(): void {
    this.#isPlaceKnown = false
    this.#areAccountsKnown = false
  }

  /** Remembers accounts, and forgets those of the records in `without`. Durable when it resolves. */
  async keep(accounts: readonly Account[], without: readonly MirroredReference[] = []): Promise<void> {
    const changes: { readonly record: MirroredReference; readonly account?: Account }[] = [
      ...accounts.map((account) => ({ record: account.record, account })),
      ...without.filter((record) => this.#accounts.get(record) !== undefined).map((record) => ({ record })),
    ]
    for (let start = 0; start < changes.length; start += batch) {
      const piece = changes.slice(start, start + batch)
      await this.#change(piece.map(({ record, account }) => this.#noteOf(record, account)))
      for (const { record, account } of piece) {
        if (account === undefined) {
          this.#accounts.remove(record)
          this.#versions.delete(record)
        } else {
          this.#accounts.put(account)
          this.#versions.set(record, (this.#versions.get(record) ?? 0) + 1)
        }
      }
    }
  }

  /**
   * Remembers that the target is as the state of a revision and a moment says. A place that has only moved a little, and nothing was done
   * on the way, is written later: the entries between are read again after a restart, which takes less than a commit at every write.
   */
  async reach({ revision, at, conflicts }: MirrorPlace, { hasChanged }: { readonly hasChanged: boolean }): Promise<void> {
    const place = { revision, at, conflicts: conflicts.slice(0, conflictsKept) }
    const before = this.#place?.place
    const isSame = before !== undefined && canonicalJson(before.conflicts) === canonicalJson(place.conflicts)
    if (this.#place !== undefined && !hasChanged && isSame && revision - this.#writtenRevision < revisionsBehind) {
      this.#place = { place: { ...place, at: this.#place.place.at }, version: this.#place.version }
      return
    }
    const version = this.#place?.version ?? 0
    // Plain data, which JSON holds as it stands.
    const value = place as unknown as JsonObject
    await this.#change([{ purpose: purposes.place, key: this.#target, expected: version, note: { value } }])
    this.#place = { place, version: version + 1 }
    this.#writtenRevision = revision
  }

  /** Takes, or keeps, the run of this mirror for a holder until a moment; false: another one has it. */
  async lease(holder: string, now: Instant, until: Instant): Promise<boolean> {
    const found = await this.#store.note(this.#tenant, purposes.lease, this.#target)
    const lease = found === undefined ? undefined : leaseShape.read(found.value, 'lease')
    if (lease !== undefined && lease.holder !== holder && lease.until > now) return false
    try {
      const note = { value: { holder, until } }
      await this.#store.changeNotes(this.#tenant, [{ purpose: purposes.lease, key: this.#target, expected: found?.version ?? 0, note }])
      return true
    } catch (error) {
      if (error instanceof CuriaError && error.code === 'precondition_failed') return false
      throw error
    }
  }

  /** Lets others have the run. */
  async release(holder: string, now: Instant): Promise<void> {
    await this.lease(holder, now, now)
  }

  get #accountPurpose(): string {
    return `mirror:${this.#target}`
  }

  #noteOf(record: MirroredReference, account: Account | undefined): NoteChange {
    const expected = this.#versions.get(record) ?? 0
    const named = { purpose: this.#accountPurpose, key: record, expected }
    if (account === undefined) return named
    const { record: _, joined, ...rest } = account
    return { ...named, note: { value: { ...rest, ...(joined === undefined ? {} : { joined: [...joined] }) } } }
  }

  async #change(changes: readonly NoteChange[]): Promise<void> {
    try {
      await this.#store.changeNotes(this.#tenant, changes)
    } catch (error) {
      this.forget()
      throw error
    }
  }
}

const purposes = { place: 'mirror', lease: 'mirror-lease' } as const
