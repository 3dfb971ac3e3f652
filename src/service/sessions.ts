/** Sessions: kept in the database under the hash of their id, so that every process knows them and nobody who reads the database has one. */

import { randomBytes } from 'node:crypto'
import type { Instant, JsonObject, PrincipalReference } from '../core/index.ts'
import { CuriaError, isInNetwork, isMemberActive, optional, readInstant, record, refuse, text } from '../core/index.ts'
import type { Note, NoteChange } from '../store/store.ts'
import { between, later, minute } from './instants.ts'
import { secretHash } from './one-time-token.ts'
import type { Tenant } from './tenants.ts'
import { sessionPurpose as purpose } from './write.ts'

/** How long sessions last, in milliseconds. */
export interface SessionLimits {
  /** Without a call. */
  readonly idle: number
  /** In any case. */
  readonly absolute: number
  /** Since the password was last given, for what takes a recent sign-in. */
  readonly recent: number
}

/** Where somebody comes in from. */
export interface Visitor {
  /** In its canonical spelling; absent: not known. */
  readonly address?: string
  /** What the browser calls itself. */
  readonly agent?: string
  /** The cookie of a session that came along, whatever it is worth. */
  readonly cookie?: string
}

/** A session as its owner and administrators may see it. `id` opens nothing: it is the hash of what the cookie holds. */
export interface Session {
  readonly id: string
  readonly user: `user:${string}`
  /** When the password was given. */
  readonly since: Instant
  /** To the minute. */
  readonly lastSeen: Instant
  /** Ends then unless it is used. */
  readonly until: Instant
  /** Ends then in any case. */
  readonly endsAt: Instant
  /** What takes a recent sign-in is done without the password until then. */
  readonly recentUntil: Instant
  readonly address?: string
  readonly agent?: string
}

/** A session at the one moment when the text of its cookie is known. */
export interface OpenedSession {
  readonly session: Session
  /** 256 random bits. */
  readonly secret: string
}

/** What is written down of a session. */
const valueShape = record({
  since: { schema: {}, read: readInstant },
  lastSeen: { schema: {}, read: readInstant },
  endsAt: { schema: {}, read: readInstant },
  address: optional(text(undefined, {})),
  agent: optional(text(undefined, {})),
})

/** A call within this time of the last one that was written down is not written down. */
const precision = minute
const agentLength = 200

export class Sessions {
  readonly #tenant: Tenant
  readonly #limits: SessionLimits

  constructor(tenant: Tenant, limits: SessionLimits) {
    this.#tenant = tenant
    this.#limits = limits
  }

  /** A new session. It is there when `note` is written. */
  open(user: `user:${string}`, { address, agent }: Visitor): OpenedSession & { readonly note: NoteChange } {
    const now = this.#now()
    const secret = randomBytes(32).toString('base64url')
    const endsAt = later(now, this.#limits.absolute)
    const value: JsonObject = {
      since: now,
      lastSeen: now,
      endsAt,
      ...(address === undefined ? {} : { address }),
      ...(agent === undefined ? {} : { agent: agent.slice(0, agentLength).toWellFormed() }),
    }
    const note = { owner: user, until: this.#untilOf(now, endsAt), value }
    const key = secretHash(secret)
    return { secret, session: this.#read({ purpose, key, version: 1, ...note }), note: { purpose, key, expected: 0, note } }
  }

  /**
   * The session that a cookie names, if it is in force and its user may be here from this address. Reads the store: whoever was signed
   * out by another process is out here too.
   */
  async resolve(secret: string, address: string | undefined): Promise<Session | undefined> {
    if (!/^[\w-]{43}$/.test(secret)) return undefined
    const { store } = this.#tenant.ground
    const note = await store.note(this.#tenant.name, purpose, secretHash(secret))
    const now = this.#now()
    if (note?.owner === undefined || note.until === undefined || note.until <= now) return undefined
    const session = this.#read(note)
    if (!this.#mayBeHere(session.user) || !isWelcomeFrom(this.#tenant, session.user, address)) return undefined
    return between(session.lastSeen, now) < precision ? session : this.#seen(note, session, now)
  }

  /** Of one user, or of everybody; those in force, the last one first. */
  async list(user?: `user:${string}`): Promise<readonly Session[]> {
    const notes = await this.#tenant.ground.store.notes(this.#tenant.name, purpose, user)
    const now = this.#now()
    const inForce = notes.filter(({ owner, until }) => owner !== undefined && until !== undefined && now < until)
    return inForce.map((note) => this.#read(note)).sort((one, other) => (one.since < other.since ? 1 : -1))
  }

  /** The session of this id, in force. */
  async byId(id: string): Promise<Session | undefined> {
    const note = await this.#tenant.ground.store.note(this.#tenant.name, purpose, id)
    return note?.until === undefined || note.until <= this.#now() ? undefined : this.#read(note)
  }

  async end(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#change(ids.map(ending))
  }

  /** What ends every session of a user but the one that is named. */
  async endingAll(user: `user:${string}`, kept?: string): Promise<readonly NoteChange[]> {
    const sessions = await this.list(user)
    return sessions.filter(({ id }) => id !== kept).map(({ id }) => ending(id))
  }

  /** Throws `forbidden` when the password was given too long ago; the console then asks for it. */
  requireRecent({ recentUntil }: Session): void {
    if (this.#now() < recentUntil) return
    const minutes = this.#limits.recent / minute
    const reason = `this needs the password again: it was given more than ${minutes} minutes ago`
    throw new CuriaError(refuse('forbidden', { right: recentSignIn, resource: 'tenant', reason }))
  }

  /** Notes another call down, unless somebody else has changed or ended the session since it was read. */
  async #seen(note: Note, session: Session, now: Instant): Promise<Session> {
    const until = this.#untilOf(now, session.endsAt)
    const { owner, value, key, version } = note
    const seen = { ...(owner === undefined ? {} : { owner }), until, value: { ...value, lastSeen: now } }
    const isWritten = await this.#change([{ purpose, key, expected: version, note: seen }])
    return isWritten ? { ...session, lastSeen: now, until } : session
  }

  /** False: a session was not as it was read. */
  async #change(changes: readonly NoteChange[]): Promise<boolean> {
    try {
      await this.#tenant.ground.store.changeNotes(this.#tenant.name, changes)
      return true
    } catch (error) {
      if (error instanceof CuriaError && error.code === 'precondition_failed') return false
      throw error
    }
  }

  #mayBeHere(user: PrincipalReference): boolean {
    return isMemberActive(this.#tenant.snapshot, user, this.#now()) === true
  }

  #untilOf(now: Instant, endsAt: Instant): Instant {
    const idle = later(now, this.#limits.idle)
    return idle < endsAt ? idle : endsAt
  }

  #now(): Instant {
    return this.#tenant.ground.now()
  }

  #read({ key, owner, until, value }: Note): Session {
    const { since, ...rest } = valueShape.read(value, purpose)
    // Sessions are made for users, above.
    return {
      id: key,
      user: owner as `user:${string}`,
      since,
      ...rest,
      until: until ?? since,
      recentUntil: later(since, this.#limits.recent),
    }
  }
}

/** What `forbidden` names when the password is needed again. */
export const recentSignIn = 'recent-sign-in'

function ending(id: string): NoteChange {
  return { purpose, key: id }
}

/** Whether the user's networks let the user in from this address. A user of no named network comes from everywhere; an address that is not known is in none. */
export function isWelcomeFrom({ snapshot }: Pick<Tenant, 'snapshot'>, principal: PrincipalReference, address: string | undefined): boolean {
  if (!principal.startsWith('user:')) return true
  const networks = snapshot.get('user', principal.slice('user:'.length))?.networks ?? []
  return networks.length === 0 || (address !== undefined && networks.some((network) => isInNetwork(address, network)))
}
