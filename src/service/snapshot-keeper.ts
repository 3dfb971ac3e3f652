/** Keeps the file of one tenant's snapshot: reads it at the start, brings it up to date from the journal, and writes it anew when it has grown old. */

import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ConditionCompiler, Revision, RowChange, Snapshot } from '../core/index.ts'
import { ColumnsUnfit, columnsOf, redo, snapshotFrom, tableNames } from '../core/index.ts'
import type { Store, StoreIdentity } from '../store/store.ts'
import type { FileOwner } from './snapshot-file.ts'
import { readSnapshotFile, SnapshotMoved, SnapshotUnusable, writeSnapshotFile } from './snapshot-file.ts'

/** Where the files of snapshots stand, and for whom. */
export interface SnapshotFiles {
  /** The file of a tenant. */
  readonly pathOf: (tenant: string) => string
  /** The version of this program. */
  readonly program: string
  /** A tenant of fewer rows has none. */
  readonly leastRows: number
  /** Told when a file could not be used or written. Nothing depends on it. */
  readonly notice: (text: string) => void
}

/** How a tenant came into memory. */
export interface Start {
  /** From the file of its snapshot, or from the rows of the store. */
  readonly from: 'file' | 'store'
  readonly milliseconds: number
  /** Why a file that is there was not used. */
  readonly reason?: string
}

/** The file as it was read or written last. */
export interface SnapshotFileState {
  readonly revision: Revision
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly writtenAt: number
}

/** What the keeper needs of its tenant. */
export interface KeptTenant {
  readonly name: string
  /** The state, as long as there is one. */
  readonly held: () => Snapshot | undefined
  /** Runs the work while nothing is written. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
}

/** A tenant of fewer rows is read from the store as quickly. */
export const leastSnapshotRows = 10_000

/** How often it is looked whether the file is to be written anew, in milliseconds. */
const lookInterval = 60_000
/** It is, once the journal behind it has so many rows, or this share of all rows where that is more. */
const growthRows = 50_000
const growthShare = 0.05
/** Or once it is so old, in milliseconds, and this many rows have changed. */
const longestAge = 3_600_000
const rowsWorthIt = 1_000
/** After a file was written, or could not be, none is written for so long, in milliseconds. */
const rest = 600_000
/** Tries to write while writes go on, each given up when one comes; and then with the writes waiting, each for at most so many milliseconds. */
const freeTries = 2
const heldTries = 2
const holdLimit = 5_000
/** Who follows other processes must not be held for longer: its state would be stale. */
const sharedHoldLimit = 1_000
/** With more rows behind it a file is no quicker than the store. */
const longestTail = 2_000_000

/** Files that this process is writing, so that nobody takes them for leftovers. */
const underWay = new Set<string>()

export class SnapshotKeeper {
  readonly #files: SnapshotFiles
  readonly #store: Store
  readonly #compileCondition: ConditionCompiler
  readonly #tenant: KeptTenant
  readonly #owner: FileOwner
  readonly #path: string
  #file: SnapshotFileState | undefined
  /** Rows of the journal behind the file. */
  #rowsSince = 0
  /** Counts the removals of people. */
  #removals = 0
  /** When it was tried last to write a file; undefined: not yet. */
  #tried: number | undefined
  #writing: Promise<void> | undefined
  #discarding: Promise<void> = Promise.resolve()
  #nextLook: ReturnType<typeof setInterval> | undefined

  constructor(
    files: SnapshotFiles,
    ground: { readonly store: Store; readonly identity: StoreIdentity; readonly compileCondition: ConditionCompiler },
    tenant: KeptTenant,
  ) {
    this.#files = files
    this.#store = ground.store
    this.#compileCondition = ground.compileCondition
    this.#tenant = tenant
    this.#owner = { tenant: tenant.name, identity: ground.identity, program: files.program }
    this.#path = files.pathOf(tenant.name)
  }

  get file(): SnapshotFileState | undefined {
    return this.#file
  }

  /**
   * The state by the file and the journal behind it. Never throws: whoever gets none reads the store.
   * @returns a reason when there is a file that cannot be used
   */
  async load(): Promise<{ readonly snapshot?: Snapshot; readonly reason?: string }> {
    await this.#removeLeftovers()
    try {
      const read = await readSnapshotFile(this.#path, this.#owner)
      if (read === undefined) return {}
      const snapshot = snapshotFrom(this.#tenant.name, this.#compileCondition, read.columns)
      snapshot.revision = read.revision
      await this.#catchUp(snapshot, read.hash)
      const { mtimeMs } = await stat(this.#path)
      this.#file = { revision: read.revision, bytes: read.bytes, writtenAt: mtimeMs }
      return { snapshot }
    } catch (error) {
      this.#rowsSince = 0
      const isKnown = error instanceof SnapshotUnusable || error instanceof ColumnsUnfit
      const reason = isKnown ? error.message : 'it could not be brought up to date'
      this.#files.notice(`the file of the snapshot ${this.#path} is not used: ${reason}; the state is read from the store`)
      return { reason }
    }
  }

  /** Puts in force what was committed after the file was written. */
  async #catchUp(snapshot: Snapshot, hash: string): Promise<void> {
    const { name } = this.#tenant
    let last: string | undefined
    for await (const entry of this.#store.journal(name, { after: snapshot.revision - 1 })) {
      if (last === undefined) {
        if (entry.revision !== snapshot.revision || entry.hash !== hash) throw new SnapshotUnusable('the journal tells of another past')
      } else {
        if (entry.revision !== snapshot.revision + 1 || entry.previousHash !== last) throw new SnapshotUnusable('the journal has a gap')
        // Of somebody who was erased the journal does not know enough.
        if (entry.erased !== undefined) throw new SnapshotUnusable('somebody was erased since')
        redo(snapshot, entry.rows)
        snapshot.revision = entry.revision
        this.#count(entry.rows)
        if (this.#rowsSince > longestTail) throw new SnapshotUnusable('the journal behind it is too long')
      }
      last = entry.hash
    }
    if (last === undefined) throw new SnapshotUnusable('it is newer than the store')
    if ((await this.#store.head(name)) !== snapshot.revision) throw new SnapshotUnusable('the journal ends before the store does')
  }

  /** Begins to look whether the file is to be written anew. */
  begin(): void {
    if (this.#removals > 0) this.#discard()
    this.#nextLook = setInterval(() => {
      if (this.#isDue(Date.now())) this.write().catch(() => undefined)
    }, lookInterval)
    // Nobody has to wait for it.
    this.#nextLook.unref()
  }

  /** A change set was put in force. */
  published(rows: readonly RowChange[]): void {
    if (this.#count(rows)) this.#discard()
  }

  /** The state was read from the store, and what has become of it since the file is not known. */
  renewed(): void {
    this.#removals += 1
    this.#discard()
  }

  /** Whether somebody was removed. */
  #count(rows: readonly RowChange[]): boolean {
    this.#rowsSince += rows.length
    const hasRemoved = rows.some(({ table, after }) => after === undefined && (table === 'user' || table === 'service'))
    if (hasRemoved) this.#removals += 1
    return hasRemoved
  }

  /** Who is gone must not stay in a file. */
  #discard(): void {
    this.#file = undefined
    this.#discarding = this.#discarding.then(() => rm(this.#path, { force: true })).catch((error) => this.#couldNot('removed', error))
  }

  #isDue(now: number): boolean {
    if (this.#writing !== undefined || !this.#isLarge()) return false
    if (this.#tried !== undefined && now - this.#tried < rest) return false
    if (this.#file === undefined) return true
    if (this.#rowsSince >= Math.max(growthRows, this.#rows() * growthShare)) return true
    return this.#rowsSince >= rowsWorthIt && now - this.#file.writtenAt >= longestAge
  }

  #isLarge(): boolean {
    return this.#rows() >= this.#files.leastRows
  }

  #rows(): number {
    const snapshot = this.#tenant.held()
    return snapshot === undefined ? 0 : tableNames.reduce((sum, table) => sum + snapshot.size(table), 0)
  }

  /** Writes the file anew, and resolves when it is there or could not be written. Questions go on; writes wait only when it could not be written between them. */
  write(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async #write(): Promise<void> {
    this.#tried = Date.now()
    for (let attempt = 0; attempt < freeTries; attempt += 1) if (await this.#attempt(Number.POSITIVE_INFINITY)) return
    const limit = this.#store.isShared ? sharedHoldLimit : holdLimit
    const isDone = await this.#tenant.inTurn(async () => {
      for (let attempt = 0; attempt < heldTries; attempt += 1) if (await this.#attempt(limit)) return true
      return false
    })
    if (!isDone) this.#files.notice(`the file of the snapshot ${this.#path} is not written: the state has changed again and again`)
  }

  /** Writes the last file before the tenant is let go of; nothing is written to the tenant any more. */
  async end(): Promise<void> {
    clearInterval(this.#nextLook)
    await this.#writing?.catch(() => undefined)
    if (await this.#isGone()) this.#discard()
    else if (this.#isLarge() && (this.#file === undefined || this.#rowsSince >= rowsWorthIt)) await this.#attempt(Number.POSITIVE_INFINITY)
    await this.#discarding
  }

  /** Whether the store knows nothing of the state any more, as of a tenant that was deleted. */
  async #isGone(): Promise<boolean> {
    const revision = this.#tenant.held()?.revision ?? 0
    const head = await this.#store.head(this.#tenant.name).catch(() => revision)
    return head < revision
  }

  /** False: the state has changed meanwhile, or the limit of milliseconds was reached. */
  async #attempt(limit: number): Promise<boolean> {
    const snapshot = this.#tenant.held()
    if (snapshot === undefined || snapshot.revision === 0) return true
    const { revision } = snapshot
    const hash = await this.#hashOf(revision)
    await this.#discarding
    // From here on nothing waits until the columns are given.
    if (hash === undefined || snapshot.revision !== revision) return false
    const written = { revision, hash, columns: columnsOf(snapshot) }
    const { rows } = snapshot.versions
    const begun = performance.now()
    const removals = this.#removals
    const rowsBefore = this.#rowsSince
    const isStill = () => this.#tenant.held() === snapshot && snapshot.versions.rows === rows && performance.now() - begun < limit
    const temporary = `${this.#path}.${process.pid}-${nextNumber()}.new`
    underWay.add(temporary)
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
      const bytes = await writeSnapshotFile(this.#path, temporary, this.#owner, written, isStill)
      this.#file = { revision, bytes, writtenAt: Date.now() }
      this.#rowsSince -= rowsBefore
      if (removals !== this.#removals) this.#discard()
      return true
    } catch (error) {
      if (error instanceof SnapshotMoved) return false
      this.#couldNot('written', error)
      return true
    } finally {
      underWay.delete(temporary)
    }
  }

  async #hashOf(revision: Revision): Promise<string | undefined> {
    try {
      for await (const { hash } of this.#store.journal(this.#tenant.name, { after: revision - 1, upTo: revision })) return hash
    } catch (error) {
      this.#couldNot('written', error)
    }
    return undefined
  }

  /** Files that somebody was killed over. */
  async #removeLeftovers(): Promise<void> {
    const folder = dirname(this.#path)
    const prefix = `${basename(this.#path)}.`
    const names = await readdir(folder).catch((): readonly string[] => [])
    for (const name of names) {
      const [, process] = /^(\d+)-\d+\.new$/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : '') ?? []
      const path = join(folder, name)
      if (process === undefined || underWay.has(path) || isRunning(Number(process))) continue
      await rm(path, { force: true }).catch((error) => this.#couldNot('removed', error))
    }
  }

  #couldNot(what: 'written' | 'removed', error: unknown): void {
    this.#files.notice(
      `the file of the snapshot ${this.#path} could not be ${what}: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

/** Takes the file of a tenant away that was deleted: who is gone must not stay in a file. */
export async function removeSnapshotFile(files: SnapshotFiles, tenant: string): Promise<void> {
  const path = files.pathOf(tenant)
  try {
    await rm(path, { force: true })
  } catch (error) {
    files.notice(`the file of the snapshot ${path} could not be removed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

let numbers = 0
function nextNumber(): number {
  numbers += 1
  return numbers
}

/** Whether another process of this number lives. */
function isRunning(process_: number): boolean {
  if (process_ === process.pid) return false
  try {
    process.kill(process_, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
