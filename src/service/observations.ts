/** What was seen and is no fact: when people signed in and from where, how often they failed, when a key was last used. */

import type { Instant, JsonObject } from '../core/index.ts'
import { CuriaError, optional, readInstant, record, text, whole } from '../core/index.ts'
import type { NoteChange, NoteOwner } from '../store/store.ts'
import { later, minute } from './instants.ts'
import type { Visitor } from './sessions.ts'
import type { Tenant } from './tenants.ts'

const instant = { schema: {}, read: readInstant }
const sightingShape = record({ at: instant, address: optional(text(undefined, {})) })
const signInsShape = record({
  current: optional(sightingShape),
  last: optional(sightingShape),
  count: whole(0, Number.MAX_SAFE_INTEGER),
  failed: whole(0, Number.MAX_SAFE_INTEGER),
  lastFailed: optional(sightingShape),
})

/** Once, and from where. */
export interface Sighting {
  readonly at: Instant
  readonly address?: string
}

/** The sign-ins of a user. `failed` counts the wrong passwords since the last good one. */
export interface SignIns {
  readonly current?: Sighting
  /** The one before. */
  readonly last?: Sighting
  readonly count: number
  readonly failed: number
  readonly lastFailed?: Sighting
}

/** Uses of a key within this time of the last one that was noted are not noted. */
const precision = minute
/** How long what was seen waits to be written, with everything else that was. */
const patience = 5000

/** Notes what it sees. A check writes nothing: uses of keys and failures wait in memory, and are written together. */
export class Observations {
  readonly #tenant: Tenant
  /** Uses of keys, by id of the key: what is known, and what is not written yet. */
  readonly #uses = new Map<string, Sighting>()
  /** Between which moments a use of the key is not noted: moments are compared as texts, and a check should cost no more than that. */
  readonly #noted = new Map<string, { readonly from: Instant; readonly until: Instant }>()
  readonly #unwrittenUses = new Set<string>()
  readonly #failures = new Map<string, { count: number; last: Sighting }>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(tenant: Tenant) {
    this.#tenant = tenant
  }

  /** Reads when keys were last used. */
  async load(): Promise<void> {
    for (const { key, value } of await this.#tenant.ground.store.notes(this.#tenant.name, 'key-use')) {
      const known = this.#uses.get(key)
      const read = sightingShape.read(value, 'key-use')
      if (known === undefined || known.at < read.at) this.#remember(key, read)
    }
  }

  /** When a key was last used, to the minute, as far as this process knows. */
  useOf(key: string): Sighting | undefined {
    return this.#uses.get(key)
  }

  used(key: string, { address }: Visitor): void {
    const now = this.#tenant.ground.now()
    const noted = this.#noted.get(key)
    if (noted !== undefined && noted.from < now && now < noted.until) return
    this.#remember(key, seen(now, address))
    this.#unwrittenUses.add(key)
    this.#writeSoon()
  }

  #remember(key: string, sighting: Sighting): void {
    this.#uses.set(key, sighting)
    this.#noted.set(key, { from: later(sighting.at, -precision), until: later(sighting.at, precision) })
  }

  failed(user: string, { address }: Visitor): void {
    const last = seen(this.#tenant.ground.now(), address)
    this.#failures.set(user, { count: (this.#failures.get(user)?.count ?? 0) + 1, last })
    this.#writeSoon()
  }

  /** What was seen of a user, with what is not written yet. */
  async signInsOf(user: string): Promise<SignIns> {
    const note = await this.#tenant.ground.store.note(this.#tenant.name, 'sign-ins', user)
    const known = note === undefined ? { count: 0, failed: 0 } : signInsShape.read(note.value, 'sign-ins')
    const unwritten = this.#failures.get(user)
    return unwritten === undefined ? known : { ...known, failed: known.failed + unwritten.count, lastFailed: unwritten.last }
  }

  /** A good sign-in, to be written with the session that it opens. */
  async signedIn(user: string, { address }: Visitor): Promise<NoteChange> {
    const { current, count, failed: _failed, last: _last, ...rest } = await this.signInsOf(user)
    this.#failures.delete(user)
    const signIns: SignIns = {
      ...rest,
      ...(current === undefined ? {} : { last: current }),
      current: seen(this.#tenant.ground.now(), address),
      count: count + 1,
      failed: 0,
    }
    return this.#noteOf('sign-ins', user, `user:${user}`, signIns)
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    // What failed before has been told to whoever waited for it.
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write())
    await this.#writing
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => {
      // What could not be written is seen again: nobody is refused because of it.
      this.flush().catch(() => undefined)
    }, patience)
    this.#timer.unref()
  }

  async #write(): Promise<void> {
    const { snapshot, ground, name } = this.#tenant
    const uses = [...this.#unwrittenUses].filter((key) => snapshot.has('api-key', key))
    this.#unwrittenUses.clear()
    const changes: NoteChange[] = uses.flatMap((key) => {
      const use = this.#uses.get(key)
      return use === undefined ? [] : [this.#noteOf('key-use', key, `api-key:${key}`, use)]
    })
    for (const user of [...this.#failures.keys()]) {
      const signIns = await this.signInsOf(user)
      this.#failures.delete(user)
      if (snapshot.has('user', user)) changes.push(this.#noteOf('sign-ins', user, `user:${user}`, signIns))
    }
    if (changes.length > 0) await ground.store.changeNotes(name, changes)
  }

  #noteOf(purpose: 'sign-ins' | 'key-use', key: string, owner: NoteOwner, value: SignIns | Sighting): NoteChange {
    // Plain data of texts and numbers.
    return { purpose, key, note: { owner, value: { ...value } as unknown as JsonObject } }
  }

  /** Writes what waits, for the last time. A store that is gone keeps nobody from closing. */
  async close(): Promise<void> {
    try {
      await this.flush()
    } catch (error) {
      if (!(error instanceof CuriaError)) throw error
    }
  }
}

function seen(at: Instant, address: string | undefined): Sighting {
  return { at, ...(address === undefined ? {} : { address }) }
}
