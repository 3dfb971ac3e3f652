/** The tenants of one store: each with its state in memory, the one queue of its writes, and its publication. */

import type { ActivePlugins, ConditionCompiler, Instant, Revision, RowChange } from '../core/index.ts'
import { CuriaError, forgetChains, measureChains, noPlugins, redo, refuse, Snapshot } from '../core/index.ts'
import type { Store, StoreIdentity } from '../store/store.ts'
import { RecordIndex } from './record-index.ts'
import type { SnapshotFileState, SnapshotFiles, Start } from './snapshot-keeper.ts'
import { SnapshotKeeper } from './snapshot-keeper.ts'

/** What a tenant stands on. */
export interface Ground {
  readonly store: Store
  readonly identity: StoreIdentity
  readonly compileCondition: ConditionCompiler
  /** The clock that questions and writes are judged by. */
  readonly now: () => Instant
  /** Ids for new records. */
  readonly newId: () => string
  /**
   * Tells the other processes of this machine that a revision of a tenant was written; a write is answered when it resolves. Absent: there are none.
   * It never rejects: what is written is written.
   */
  readonly spread?: (tenant: string, revision: Revision) => Promise<void>
  /** Where the states of tenants are kept for a quick start. Absent: they are read from the store each time. */
  readonly snapshots?: SnapshotFiles
}

/** Loads each tenant when it is first asked for, and keeps it. */
export class Tenants {
  readonly #ground: Ground
  readonly #tenants = new Map<string, Promise<Tenant>>()

  constructor(ground: Ground) {
    this.#ground = ground
  }

  /** Cost of the first call grows with the tenant. Throws what the store throws. */
  async get(name: string): Promise<Tenant> {
    const known = this.#tenants.get(name)
    if (known !== undefined) return known
    const opening = openTenant(this.#ground, name)
    this.#tenants.set(name, opening)
    try {
      return await opening
    } catch (error) {
      // The next one who asks tries again.
      this.#tenants.delete(name)
      throw error
    }
  }

  /** Waits for the writes of a tenant that are under way, and lets go of it. Whoever asks for it again gets it anew. */
  async drop(name: string): Promise<void> {
    const opening = this.#tenants.get(name)
    this.#tenants.delete(name)
    await opening?.then((tenant) => tenant.close()).catch(() => undefined)
  }

  /** Compares a tenant with the store at once, where it stands open. Throws what the store throws. */
  async look(name: string): Promise<void> {
    // One that cannot be opened answers nothing.
    const tenant = await this.#tenants.get(name)?.catch(() => undefined)
    if (tenant !== undefined && this.#tenants.has(name)) await tenant.look()
  }

  /** Waits for the writes under way, and lets go of the store. */
  async close(): Promise<void> {
    for (const opening of this.#tenants.values()) await opening.then((tenant) => tenant.close()).catch(() => undefined)
    await this.#ground.store.close()
  }
}

/** `computing` is the time of the processors that this process has used, in microseconds. */
function timeNow() {
  return { monotonic: performance.now(), wall: Date.now(), computing: process.cpuUsage() }
}

async function openTenant(ground: Ground, name: string): Promise<Tenant> {
  const tenant = new Tenant(ground, name)
  await tenant.inTurn(() => tenant.begin())
  // Reading a large tenant takes longer than a state may be old.
  await tenant.look()
  tenant.keepUp()
  return tenant
}

/** Told of what was written; without rows nothing is known of what it was. */
type WriteListener = (rows?: readonly RowChange[]) => void

/** How often a reader who waits for a revision looks at the store, in milliseconds. */
const lookInterval = 25
/** How often a store to which other processes write is looked at, in milliseconds. */
const followInterval = 500
/** Questions are not answered from a state that has not been seen to be the last one for longer than this, in milliseconds. */
const staleAfter = 2000
/** A look at the store that has not been answered for so long, in milliseconds, will not save a state that grows stale. */
const lookPatience = 1000
/** With more entries to catch up with, the whole state is read instead. */
const entriesFollowed = 1000

/**
 * One tenant in memory.
 * INVARIANT: the snapshot holds what the store has committed and nothing else. `publish` keeps it for our own writes and for those of
 * other processes, `forget` wherever that is in doubt.
 */
export class Tenant {
  readonly name: string
  readonly ground: Ground
  /** Other processes may write to the store. */
  readonly #isShared: boolean
  /** None once it is closed. */
  #snapshot: Snapshot | undefined
  #plugins: ActivePlugins = noPlugins
  #index: RecordIndex | undefined
  #queue: Promise<unknown> = Promise.resolve()
  #closed = false
  /** When the snapshot was last known to be what the store holds. */
  #confirmed = timeNow()
  #nextLook: ReturnType<typeof setTimeout> | undefined
  /** The last look at the store was not answered, or not in time. */
  #isUnheard = false
  readonly #listeners = new Set<WriteListener>()
  readonly #keeper: SnapshotKeeper | undefined
  #start: Start = { from: 'store', milliseconds: 0 }

  constructor(ground: Ground, name: string) {
    this.ground = ground
    this.#isShared = ground.store.isShared
    this.name = name
    const { snapshots } = ground
    const kept = { name, held: () => this.#snapshot, inTurn: <T>(work: () => Promise<T>) => this.inTurn(work) }
    this.#keeper = snapshots === undefined ? undefined : new SnapshotKeeper(snapshots, ground, kept)
  }

  /** How it came into memory. */
  get start(): Start {
    return this.#start
  }

  /** The file of its snapshot, if there is one. */
  get file(): SnapshotFileState | undefined {
    return this.#keeper?.file
  }

  /** Writes the file of its snapshot, where it has one, whether it is due or not. */
  async keep(): Promise<void> {
    await this.#keeper?.write()
  }

  /** Reads the state for the first time: from the file of its snapshot, or else from the store. Only for work that has its turn. */
  async begin(): Promise<void> {
    const begun = timeNow()
    const { snapshot, reason } = (await this.#keeper?.load()) ?? {}
    this.#adopt(snapshot ?? (await this.#read()), begun)
    const milliseconds = performance.now() - begun.monotonic
    this.#start = { from: snapshot === undefined ? 'store' : 'file', milliseconds, ...(reason === undefined ? {} : { reason }) }
    this.#keeper?.begin()
  }

  /**
   * The state that questions are answered from.
   * @throws CuriaError `store_unavailable` when it is closed, and while it is read again after a write of unknown outcome; `stale` when
   *   other processes may have written and the store has not answered for two seconds
   */
  get snapshot(): Snapshot {
    const held = this.#snapshot ?? this.#held()
    if (this.#isShared) this.#requireFresh()
    return held
  }

  /** From now on decisions ask these plugins. */
  use(plugins: ActivePlugins): void {
    this.#plugins = plugins
    if (this.#snapshot !== undefined) this.#snapshot.plugins = plugins
  }

  /** The records of the state as lists. Made when it is first asked for; throws as `snapshot`. */
  get index(): RecordIndex {
    const { snapshot } = this
    this.#index ??= new RecordIndex(snapshot)
    return this.#index
  }

  /** Runs the work after all work that was put in before it, whatever became of that. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(() => {
      this.#requireOpen()
      return work()
    })
    this.#queue = run.catch(() => undefined)
    return run
  }

  /** The state, read from the store when there is none. Only for work that has its turn. */
  async current(): Promise<Snapshot> {
    return this.#snapshot ?? this.renew()
  }

  /** Reads the state from the store; until it is read, the one before answers. Only for work that has its turn. */
  async renew(): Promise<Snapshot> {
    const begun = timeNow()
    const snapshot = await this.#read()
    this.#adopt(snapshot, begun)
    this.#keeper?.renewed()
    return snapshot
  }

  async #read(): Promise<Snapshot> {
    const { store, compileCondition } = this.ground
    const snapshot = new Snapshot(this.name, compileCondition)
    snapshot.revision = await store.load(
      this.name,
      ({ table, row }) => snapshot.put(table, row),
      (texts) => snapshot.putTexts(texts),
    )
    snapshot.tighten()
    return snapshot
  }

  #adopt(snapshot: Snapshot, begun: ReturnType<typeof timeNow>): void {
    snapshot.plugins = this.#plugins
    measureChains(snapshot)
    this.#snapshot = snapshot
    this.#index = undefined
    this.#confirmed = begun
    this.#tell()
  }

  /** Puts in force what other processes are known to have written, entry by entry. Only for work that has its turn. */
  async follow(): Promise<Snapshot> {
    const snapshot = await this.current()
    let followed = 0
    for await (const { revision, rows, erased } of this.ground.store.journal(this.name, { after: snapshot.revision })) {
      followed += 1
      // Of somebody who was erased the journal does not know enough. A gap would be a defect, and the state itself has none.
      if (erased !== undefined || revision !== snapshot.revision + 1 || followed > entriesFollowed) return this.renew()
      try {
        this.publish(rows, revision)
        forgetChains(snapshot)
      } catch {
        this.forget()
        return this.renew()
      }
    }
    // Whoever asks knows that something was written. If the journal does not, the state is not what we think.
    return followed === 0 ? this.renew() : snapshot
  }

  /** Begins to follow the other processes that write to the store, until it is closed. Does nothing for a store of our own. */
  keepUp(): void {
    if (!this.ground.store.isShared || this.#closed) return
    this.#nextLook = setTimeout(() => {
      // When the store does not answer, the next look may find it again; until then the state grows stale.
      const over = () => this.keepUp()
      this.look().then(over, over)
    }, followInterval)
    // Nobody has to wait for it.
    this.#nextLook.unref()
  }

  /** Looks at the store, and brings the state to where it is. Throws what the store throws. Does nothing for a store of our own. */
  async look(): Promise<void> {
    if (!this.ground.store.isShared) return
    const begun = timeNow()
    const late = setTimeout(() => {
      this.#isUnheard = true
    }, lookPatience)
    try {
      const head = await this.ground.store.head(this.name)
      if ((this.#snapshot?.revision ?? 0) < head) await this.#catchUp(head)
      if ((this.#snapshot?.revision ?? 0) >= head) {
        this.#confirmed = begun
        this.#isUnheard = false
      }
    } catch (error) {
      this.#isUnheard = true
      throw error
    } finally {
      clearTimeout(late)
    }
  }

  /** Calls the listener after each change of the state and at its end, until what is given back is called. */
  onWrite(listener: WriteListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Later, so that nothing that a listener does gets between a commit and its being in force. */
  #tell(rows?: readonly RowChange[]): void {
    for (const listener of this.#listeners) queueMicrotask(() => listener(rows))
  }

  /** Puts a committed change set in force: from the next question on it is seen whole. */
  publish(rows: readonly RowChange[], revision: Revision): void {
    this.#requireOpen()
    const snapshot = this.#snapshot
    if (snapshot === undefined) throw new Error('there is no state to put a change set in force on')
    redo(snapshot, rows)
    snapshot.revision = revision
    this.#index?.publish(rows)
    this.#keeper?.published(rows)
    this.#tell(rows)
  }

  /** Drops the state: what the store holds is not known. It is read again before anything else is answered. */
  forget(): void {
    this.#snapshot = undefined
    this.#index = undefined
  }

  /**
   * Waits until this process is at the revision, or later.
   * @throws CuriaError `revision_not_reached` after `limit` milliseconds
   */
  async reach(revision: Revision, limit: number): Promise<void> {
    const end = performance.now() + limit
    while (this.#held().revision < revision) {
      if ((await this.ground.store.head(this.name)) >= revision) await this.#catchUp(revision)
      else if (performance.now() >= end) {
        throw new CuriaError(refuse('revision_not_reached', { revision, found: this.#held().revision }))
      } else await new Promise((resolve) => setTimeout(resolve, lookInterval))
    }
  }

  /** Our own write publishes in its turn; only what another process wrote must be read. */
  #catchUp(revision: Revision): Promise<unknown> {
    return this.inTurn(async () => {
      const { revision: reached } = await this.current()
      if (reached < revision) await this.follow()
    })
  }

  async close(): Promise<void> {
    // Work may call for another turn: writes that wait together are not always carried out together.
    for (let last: Promise<unknown> | undefined; last !== this.#queue; ) {
      last = this.#queue
      await last
    }
    this.#closed = true
    await this.#keeper?.end()
    this.#snapshot = undefined
    this.#index = undefined
    clearTimeout(this.#nextLook)
    // Whoever waits for the next write waits in vain.
    this.#tell()
  }

  #held(): Snapshot {
    this.#requireOpen()
    if (this.#snapshot !== undefined) return this.#snapshot
    // Whoever asks next may find it read; this one is told to come back.
    this.inTurn(() => this.current()).catch(() => undefined)
    throw new CuriaError(refuse('store_unavailable', { reason: 'the state is being read again from the store; try again in a moment' }))
  }

  #requireFresh(): void {
    const now = timeNow()
    // The one clock stands still while a machine sleeps, the other may be set: the larger time counts.
    const age = Math.max(now.monotonic - this.#confirmed.monotonic, now.wall - this.#confirmed.wall)
    if (age <= staleAfter) return
    // While we compute for long, as for a large import, nobody can look; the store is then heard as soon as we are done. A process that
    // was frozen has computed nothing.
    const { user, system } = process.cpuUsage(this.#confirmed.computing)
    const wasComputing = (user + system) / 1000 > age / 8
    if (this.#isUnheard || !wasComputing) throw new CuriaError(refuse('stale', { seconds: Math.floor(age / 1000) }))
  }

  #requireOpen(): void {
    if (this.#closed) throw new CuriaError(refuse('store_unavailable', { reason: 'this access is closed' }))
  }
}
