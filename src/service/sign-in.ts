/** How people come in: by password, by invitation, by claim of a new installation; and what belongs to it, from sign-up to a lost password. */

import type { ActorReference, Change, Instant, PrincipalReference, User } from '../core/index.ts'
import {
  administers,
  administratorRole,
  CuriaError,
  foldedKey,
  idOf,
  isMemberActive,
  lastingAdministrator,
  refuse,
  shownName,
} from '../core/index.ts'
import type { Note, NoteChange } from '../store/store.ts'
import type { SharedGuesses } from './guesses.ts'
import { Guesses } from './guesses.ts'
import { hour, minute } from './instants.ts'
import type { LetterboxOptions } from './letterbox.ts'
import { Letterbox } from './letterbox.ts'
import { confirmationLetter, invitationLetter, knownLetter, resetLetter } from './letters.ts'
import type { Sighting, SignIns } from './observations.ts'
import { Observations } from './observations.ts'
import { badToken, makeToken, requireToken, secretHash, useUp } from './one-time-token.ts'
import { Passwords, passwordNote, readNewPassword } from './passwords.ts'
import type { OpenedSession, Session, Visitor } from './sessions.ts'
import { isWelcomeFrom, Sessions } from './sessions.ts'
import type { Tenant } from './tenants.ts'
import { readChanges, readIntent, sessionPurpose, write } from './write.ts'

export type { Sighting, SignIns } from './observations.ts'
export type { OpenedSession, Session, Visitor } from './sessions.ts'

/** Which doors are open, and how long a session lasts. */
export interface SignInSettings {
  /** People sign in by password and get a session. */
  readonly password: boolean
  /** Callers may send user name and password with every request (HTTP Basic). */
  readonly basic: boolean
  /** Anybody may ask for an account; it waits until an administrator lets it in. */
  readonly signUp: boolean
  /** Who has lost the password may set a new one by mail. */
  readonly reset: boolean
  /** People may be invited by mail. */
  readonly invitations: boolean
  /** A new installation is claimed by the token that its first start prints. */
  readonly claim: boolean
  /** Minutes without a call after which a session ends. */
  readonly idleMinutes: number
  /** Hours after which a session ends in any case. */
  readonly absoluteHours: number
}

export const defaultSignIn: SignInSettings = {
  password: true,
  basic: false,
  signUp: false,
  reset: true,
  invitations: true,
  claim: true,
  idleMinutes: 30,
  absoluteHours: 12,
}

/** How long after the password was given it need not be given again, for grants, keys, sources, exports and other people's passwords. */
const recentMilliseconds = 5 * minute

export interface SignInOptions extends LetterboxOptions {
  readonly settings?: Partial<SignInSettings>
  /** The other processes in which the people of a tenant sign in. Default: there are none. */
  readonly shared?: (tenant: string) => SharedGuesses
}

/** Which doors stand open at this moment. */
export interface OpenDoors {
  readonly password: boolean
  readonly signUp: boolean
  readonly reset: boolean
  readonly invitations: boolean
  /** There is no administrator yet, and whoever has the token becomes one. */
  readonly claim: boolean
}

/** What people say of themselves. */
export interface Profile {
  readonly userName?: string
  readonly displayName?: string
  readonly firstName?: string
  readonly lastName?: string
}

/** An invitation that nobody has come by yet. */
export interface Invitation {
  /** The hash of the token; opens nothing. */
  readonly id: string
  readonly user: PrincipalReference
  readonly email: string
  readonly invitedBy: ActorReference
  readonly until: Instant
}

/** Signing in for one tenant. All methods throw `CuriaError`. */
export class SignIn {
  readonly settings: SignInSettings
  readonly #tenant: Tenant
  readonly #passwords: Passwords
  readonly #sessions: Sessions
  readonly #observations: Observations
  readonly #guesses: Guesses
  readonly #letterbox: Letterbox
  #swept: Instant

  /** @param passwords what hashes are made by; one for all tenants of a process, so that many tenants are no way to more of them at once */
  constructor(tenant: Tenant, options: SignInOptions, passwords: Passwords = new Passwords()) {
    this.#passwords = passwords
    this.settings = { ...defaultSignIn, ...options.settings }
    this.#tenant = tenant
    const { idleMinutes, absoluteHours } = this.settings
    this.#sessions = new Sessions(tenant, { idle: idleMinutes * minute, absolute: absoluteHours * hour, recent: recentMilliseconds })
    this.#observations = new Observations(tenant)
    this.#guesses = new Guesses(this.#observations, options.clock, options.shared?.(tenant.name))
    this.#letterbox = new Letterbox(options)
    this.#swept = tenant.ground.now()
  }

  /** Reads what was seen before. */
  async begin(): Promise<void> {
    await this.#observations.load()
    await this.#tenant.ground.store.sweepNotes(this.#tenant.name, this.#swept)
  }

  /** Writes what waits to be written. */
  async close(): Promise<void> {
    await this.#observations.close()
  }

  /** Which doors stand open. */
  async openDoors(): Promise<OpenDoors> {
    const { password, signUp, reset, invitations, claim } = this.settings
    const hasMail = this.#letterbox.isThere
    return {
      password,
      signUp: password && signUp,
      reset: password && reset && hasMail,
      invitations: password && invitations && hasMail,
      claim: password && claim && this.#administrator() === undefined && (await this.#claims()).length > 0,
    }
  }

  /**
   * Opens a session for the right user name (or primary e-mail address) and password.
   * @throws CuriaError `invalid_credentials`, whatever is wrong: nobody of this name, a wrong password, not active, from a network that
   *   is not the user's; `rate_limited`
   */
  async signIn(login: string, password: string, visitor: Visitor): Promise<OpenedSession> {
    this.#requireOpen('password', 'sign-in')
    const user = await this.#verified(login, password, visitor)
    return this.#opened(user, visitor)
  }

  /** The user of an HTTP Basic credential. Throws as `signIn`. */
  async basic(login: string, password: string, visitor: Visitor): Promise<PrincipalReference | undefined> {
    if (!this.settings.basic) return undefined
    const known = this.#called(login)
    // A caller that sends the password with every request sends many at once: what was right a moment ago is no try.
    const hash = known === undefined ? undefined : await this.#hashOf(known)
    if (known !== undefined && hash !== undefined && this.#passwords.isRemembered(hash, password) && this.#isWelcome(known, visitor))
      return `user:${known.id}`
    const user = await this.#verified(login, password, visitor)
    if (hash !== undefined) this.#passwords.remember(hash, password)
    return `user:${user.id}`
  }

  /** Opens a new session in place of one, for the right password: from now on the sign-in is a recent one. */
  async signInAgain(session: Session, password: string, visitor: Visitor): Promise<OpenedSession> {
    const user = this.#required(idOf(session.user))
    await this.#verifyOwn(user, password, visitor)
    return this.#opened(user, visitor)
  }

  /** The session that a cookie names, if it is in force here and now. */
  session(secret: string, visitor: Visitor): Promise<Session | undefined> {
    return this.#sessions.resolve(secret, visitor.address)
  }

  /** Those in force, of one user or of everybody. */
  sessions(user?: `user:${string}`): Promise<readonly Session[]> {
    return this.#sessions.list(user)
  }

  sessionById(id: string): Promise<Session | undefined> {
    return this.#sessions.byId(id)
  }

  endSessions(ids: readonly string[]): Promise<void> {
    return this.#sessions.end(ids)
  }

  /** Throws `forbidden` when the password was given too long ago. */
  requireRecent(session: Session): void {
    this.#sessions.requireRecent(session)
  }

  /** An API key was used. Noted in memory, and written later with others. */
  keyUsed(key: string, visitor: Visitor): void {
    this.#observations.used(key, visitor)
  }

  lastUseOf(key: string): Sighting | undefined {
    return this.#observations.useOf(key)
  }

  signInsOf(user: string): Promise<SignIns> {
    return this.#observations.signInsOf(user)
  }

  /** Makes the token of a claim, and ends those before it. Throws `forbidden` when there is an administrator. */
  async makeClaim(): Promise<string> {
    this.#requireNoAdministrator()
    const claims = await this.#claims()
    const token = makeToken('claim', this.#now(), {})
    await this.#change([...claims.map(useUp), token.note])
    return token.text
  }

  /**
   * Makes the first administrator, and signs it in. Of several at once one wins.
   * @throws CuriaError `unauthenticated` for a token that is not good; `forbidden` when there is an administrator already; what the
   *   making of a user refuses
   */
  async claim(text: string, profile: Profile & { readonly email?: string }, password: string, visitor: Visitor): Promise<OpenedSession> {
    this.#requireOpen('claim', 'claim')
    const token = await this.#token('claim', text, visitor)
    const { email, ...names } = profile
    const emails = email === undefined ? [] : [email]
    const hash = await this.#newHash(password, [...Object.values(names), ...emails])
    const id = this.#tenant.ground.newId()
    const changes: readonly Change[] = [
      { kind: 'user.create', id, ...names, emails },
      { kind: 'grant.create', subject: `user:${id}`, role: administratorRole },
    ]
    await this.#write('system:claim', 'the installation is claimed', changes, [useUp(token), passwordNote(id, hash, this.#now())], () =>
      this.#requireNoAdministrator(),
    )
    return this.#opened(this.#required(id), visitor)
  }

  /**
   * Makes an account that waits for an administrator. Whether the address is known is told to nobody but the address itself.
   * @throws CuriaError `conflict` for a user name that is taken
   */
  async signUp(profile: Profile & { readonly userName: string }, email: string, password: string, visitor: Visitor): Promise<void> {
    this.#requireOpen('signUp', 'sign-up')
    this.#letterbox.takeFrom(visitor)
    refuseForeignName(profile.userName, email)
    const hash = await this.#newHash(password, [...Object.values(profile), email])
    const { snapshot } = this.#tenant
    const [known] = snapshot.usersByEmail(email)
    const id = this.#tenant.ground.newId()
    // Names are for everybody to see. Told in the same words whether the address is known or not.
    if (snapshot.usersByName(profile.userName).size > 0) throw nameTaken(profile.userName)
    if (known !== undefined) {
      if (known.status === 'pending' && known.confirmedAt === undefined) await this.#sendConfirmation(known.id, email)
      else this.#tellKnown(known.emails[0] ?? email)
      return
    }
    const changes: readonly Change[] = [{ kind: 'user.create', id, ...profile, emails: [email], status: 'pending' }]
    await this.#write('system:sign-up', 'somebody has signed up', changes, [passwordNote(id, hash, this.#now())])
    await this.#sendConfirmation(id, email)
  }

  /** Notes that the address of an account is its owner's. Throws `unauthenticated` for a token that is not good. */
  async confirm(text: string, visitor: Visitor): Promise<void> {
    const token = await this.#token('confirmation', text, visitor)
    const user = this.#ownerOf(token)
    if (token.value.email !== user.emails[0]) throw badToken()
    const changes: readonly Change[] = [{ kind: 'user.update', id: user.id, confirmedAt: this.#now() }]
    await this.#write('system:confirmation', 'the address is confirmed', changes, [useUp(token)])
  }

  /** Writes to whoever has lost the password. Answers the same whether there is such a user or not, and as quickly. */
  async askForReset(login: string, visitor: Visitor): Promise<void> {
    this.#requireOpen('reset', 'password/reset')
    this.#letterbox.require()
    this.#letterbox.takeFrom(visitor)
    const user = this.#called(login)
    const email = user?.emails[0]
    if (user === undefined || email === undefined || !this.#isActive(user) || !keepsPassword(user)) return
    this.#letterbox.sendLater(email, async () => {
      const token = makeToken('reset', this.#now(), { email }, `user:${user.id}`)
      await this.#change([token.note])
      return resetLetter(email, this.#letterbox.link('reset-password', token.text))
    })
  }

  /** Sets the password of whoever has the token, ends all sessions and all other tokens. Throws `unauthenticated` for one that is not good. */
  async resetPassword(text: string, password: string, visitor: Visitor): Promise<void> {
    this.#requireOpen('reset', 'password/reset')
    const token = await this.#token('reset', text, visitor)
    const user = this.#ownerOf(token)
    if (!this.#isActive(user) || token.value.email !== user.emails[0]) throw badToken()
    await this.#setPassword(user, password, [useUp(token)])
    this.#guesses.forget(user.id)
  }

  /** Sets the own password, and ends all other sessions. Throws `invalid_credentials` when the present one is wrong. */
  async changePassword(user: string, current: string, password: string, visitor: Visitor, session?: Session): Promise<void> {
    const found = this.#required(user)
    await this.#verifyOwn(found, current, visitor)
    await this.#setPassword(found, password, [], session?.id)
  }

  /**
   * Sets the password of somebody else, and ends all their sessions. Whoever may do that may act as them, so it takes an administrator.
   * @throws CuriaError `grant_exceeds_own`
   */
  async setPassword(actor: ActorReference, user: string, password: string): Promise<void> {
    const { snapshot } = this.#tenant
    if (!administers(snapshot, actor, this.#now()))
      throw new CuriaError(refuse('grant_exceeds_own', { permission: administratorRole, resource: `user:${user}` }))
    if (actor === `user:${user}`) {
      const reason = 'your own password is changed with the present one: PUT /password'
      throw new CuriaError(refuse('forbidden', { right: 'user.edit', resource: actor, reason }))
    }
    await this.#setPassword(this.#required(user), password)
    this.#guesses.forget(user)
  }

  /**
   * Invites an address. The account is made at once and is `pending`, a member of the groups by the authority of whoever invites; it is
   * in nothing until the invited person comes. An invitation of somebody who has not come yet is sent again.
   * @throws CuriaError what the making of the user and its memberships refuses; `conflict` for an address that has an account
   */
  async invite(actor: ActorReference, email: string, groups: readonly string[], displayName?: string): Promise<Invitation> {
    this.#requireOpen('invitations', 'invitations')
    const mailer = this.#letterbox.require()
    const now = this.#now()
    const open = (await this.invitations()).filter((invitation) => foldedKey(invitation.email) === foldedKey(email))
    const [known] = this.#tenant.snapshot.usersByEmail(email)
    const again = known !== undefined && known.status === 'pending' && open.some(({ user }) => user === `user:${known.id}`)
    const id = again ? known.id : this.#tenant.ground.newId()
    const token = makeToken('invitation', now, { email, invitedBy: actor }, `user:${id}`)
    const making: readonly Change[] = again
      ? []
      : [{ kind: 'user.create', id, displayName: displayName ?? email, emails: [email], status: 'pending' }]
    const joining = groups.map((group): Change => ({ kind: 'member.add', group, member: `user:${id}`, ifExists: 'keep' }))
    const ended = open.map((invitation): NoteChange => ({ purpose: 'invitation', key: invitation.id }))
    await this.#write(actor, `invites ${email}`, [...making, ...joining], [...ended, token.note], () => {
      // Whoever may not make users may not have letters written to the pending ones either.
      if (again && !administers(this.#tenant.snapshot, actor, now) && !open.some(({ invitedBy }) => invitedBy === actor))
        throw refuse('conflict', { reference: email, reason: 'is invited by somebody else' })
    })
    const { snapshot } = this.#tenant
    const inviter = actor.startsWith('user:') ? shownName(this.#required(idOf(actor))) : 'The administrator'
    const names = groups.map((group) => snapshot.get('group', group)?.name ?? group)
    await mailer.send(invitationLetter(email, this.#letterbox.link('invitation', token.text), inviter, names))
    return { id: secretHash(token.text), user: `user:${id}`, email, invitedBy: actor, until: token.until }
  }

  /** Those that nobody has come by yet. */
  async invitations(): Promise<readonly Invitation[]> {
    const now = this.#now()
    const notes = await this.#tenant.ground.store.notes(this.#tenant.name, 'invitation')
    return notes.flatMap(({ key, owner, until, value }) =>
      owner === undefined || until === undefined || until <= now
        ? []
        : // Written by `invite`, above.
          [{ id: key, user: owner as PrincipalReference, email: String(value.email), invitedBy: value.invitedBy as ActorReference, until }],
    )
  }

  async withdraw(id: string): Promise<void> {
    await this.#change([{ purpose: 'invitation', key: id }])
  }

  /** Lets the invited person in, with the name and password of its choice, and signs it in. */
  async accept(text: string, profile: Profile, password: string, visitor: Visitor): Promise<OpenedSession> {
    this.#requireOpen('invitations', 'invitations')
    const token = await this.#token('invitation', text, visitor)
    const user = this.#ownerOf(token)
    if (user.status !== 'pending') throw badToken()
    if (profile.userName !== undefined) refuseForeignName(profile.userName, user.emails[0] ?? '')
    const hash = await this.#newHash(password, [...Object.values(profile), ...user.emails])
    const now = this.#now()
    const changes: readonly Change[] = [{ kind: 'user.update', id: user.id, ...profile, status: 'active', confirmedAt: now }]
    await this.#write('system:invitation', 'the invited person has come', changes, [useUp(token), passwordNote(user.id, hash, now)])
    return this.#opened(this.#required(user.id), visitor)
  }

  /** The user of a right name and password. */
  #verified(login: string, password: string, visitor: Visitor): Promise<User> {
    const user = this.#called(login)
    return this.#guesses.password(user, foldedKey(login), visitor, async () => {
      // Asked in any case, so that it costs the same whether somebody is there.
      const note = await this.#tenant.ground.store.note(this.#tenant.name, 'password', user?.id ?? '')
      const verdict = await this.#passwords.verify(user === undefined ? undefined : this.#hashIn(user, note), password)
      if (!verdict.isRight || user === undefined || !this.#isWelcome(user, visitor)) return undefined
      if (verdict.isOutdated && note !== undefined) await this.#rehash(user, note, password)
      return user
    })
  }

  async #hashOf(user: User): Promise<string | undefined> {
    return this.#hashIn(user, await this.#tenant.ground.store.note(this.#tenant.name, 'password', user.id))
  }

  /** The hash by which the user may sign in. */
  #hashIn(user: User, note: Note | undefined): string | undefined {
    const hash = this.#isActive(user) && keepsPassword(user) ? note?.value.hash : undefined
    return typeof hash === 'string' ? hash : undefined
  }

  /** Whether the user may come in from there at this moment: whoever was switched off while we computed is out. */
  #isWelcome(user: User, { address }: Visitor): boolean {
    return this.#isActive(user) && isWelcomeFrom(this.#tenant, `user:${user.id}`, address)
  }

  /** The password of somebody who is in already. */
  async #verifyOwn(user: User, password: string, visitor: Visitor): Promise<void> {
    await this.#verified(user.userName, password, visitor)
  }

  async #opened(user: User, visitor: Visitor): Promise<OpenedSession> {
    if (!this.#isWelcome(user, visitor)) throw new CuriaError(refuse('invalid_credentials', {}))
    const { note, ...opened } = this.#sessions.open(`user:${user.id}`, visitor)
    // Whatever session the browser came with ends: it may be of somebody else, or planted there.
    const { cookie } = visitor
    const ended: readonly NoteChange[] = cookie === undefined ? [] : [{ purpose: sessionPurpose, key: secretHash(cookie) }]
    await this.#change([...ended, note, await this.#observations.signedIn(user.id, visitor)])
    await this.#sweep()
    return opened
  }

  /** Once an hour, what is over goes. */
  async #sweep(): Promise<void> {
    const now = this.#now()
    if (Date.parse(now) - Date.parse(this.#swept) < hour) return
    this.#swept = now
    await this.#tenant.ground.store.sweepNotes(this.#tenant.name, now)
  }

  async #rehash({ id }: User, note: Note, password: string): Promise<void> {
    const hash = await this.#passwords.hash(password)
    try {
      await this.#tenant.ground.store.changeNotes(this.#tenant.name, [{ ...passwordNote(id, hash, this.#now()), expected: note.version }])
    } catch (error) {
      // Somebody who has set another password meanwhile, or made this hash anew, has won.
      if (!isUsedUp(error)) throw error
    }
  }

  async #setPassword(user: User, password: string, more: readonly NoteChange[] = [], keptSession?: string): Promise<void> {
    if (!keepsPassword(user)) {
      const reason = `signs in at ${user.origin}, which keeps the password`
      throw new CuriaError(refuse('conflict', { reference: `user:${user.id}`, reason }))
    }
    const names = [user.userName, user.displayName ?? '', user.firstName ?? '', user.lastName ?? '', ...user.emails]
    const hash = await this.#newHash(password, names)
    const tokens = await this.#tenant.ground.store.notes(this.#tenant.name, 'reset', `user:${user.id}`)
    const used = new Set(more.map(({ key }) => key))
    const ended = tokens.filter(({ key }) => !used.has(key)).map(({ purpose, key }): NoteChange => ({ purpose, key }))
    const sessions = await this.#sessions.endingAll(`user:${user.id}`, keptSession)
    await this.#change([...more, ...ended, ...sessions, passwordNote(user.id, hash, this.#now())])
  }

  #newHash(password: string, names: readonly string[]): Promise<string> {
    return this.#passwords.hash(readNewPassword(password, 'password', names))
  }

  /** A token that is good. Those that are not count for the address. */
  async #token(purpose: 'claim' | 'reset' | 'confirmation' | 'invitation', text: string, visitor: Visitor): Promise<Note> {
    return this.#guesses.token(visitor, () => requireToken(this.#tenant.ground.store, this.#tenant.name, purpose, text, this.#now()))
  }

  #ownerOf({ owner }: Note): User {
    const user = owner === undefined ? undefined : this.#tenant.snapshot.get('user', idOf(owner as PrincipalReference))
    if (user === undefined) throw badToken()
    return user
  }

  /** To the address as its owner wrote it, and not as somebody typed it. */
  #tellKnown(email: string): void {
    this.#letterbox.sendLater(email, () => knownLetter(email, this.#letterbox.link('sign-in')))
  }

  async #sendConfirmation(id: string, email: string): Promise<void> {
    // Without mail the administrator who lets the account in judges the address.
    if (!this.#letterbox.isThere) return
    this.#letterbox.sendLater(email, async () => {
      const token = makeToken('confirmation', this.#now(), { email }, `user:${id}`)
      await this.#change([token.note])
      return confirmationLetter(email, this.#letterbox.link('confirm', token.text))
    })
  }

  /** A door that is switched off is not there. */
  #requireOpen(door: 'password' | 'signUp' | 'reset' | 'invitations' | 'claim', path: string): void {
    if (!this.settings.password || !this.settings[door]) throw new CuriaError(refuse('not_found', { reference: `/api/v1/${path}` }))
  }

  /** The user of a user name; failing that, of a primary e-mail address. */
  #called(login: string): User | undefined {
    const { snapshot } = this.#tenant
    const [byName] = snapshot.usersByName(login)
    const [byEmail] = byName === undefined ? snapshot.usersByEmail(login) : []
    return byName ?? byEmail
  }

  #required(id: string): User {
    const user = this.#tenant.snapshot.get('user', id)
    if (user === undefined) throw new CuriaError(refuse('not_found', { reference: `user:${id}` }))
    return user
  }

  /** As it stands now: the row that somebody holds may be of a moment ago. */
  #isActive({ id }: User): boolean {
    return isMemberActive(this.#tenant.snapshot, `user:${id}`, this.#now()) === true
  }

  #administrator(): PrincipalReference | undefined {
    return lastingAdministrator(this.#tenant.snapshot, this.#now())
  }

  #requireNoAdministrator(): void {
    if (this.#administrator() === undefined) return
    const reason = 'there is an administrator already; ask to be invited'
    throw new CuriaError(refuse('forbidden', { right: 'claim', resource: 'tenant', reason }))
  }

  async #claims(): Promise<readonly Note[]> {
    const now = this.#now()
    const notes = await this.#tenant.ground.store.notes(this.#tenant.name, 'claim')
    return notes.filter(({ until }) => until !== undefined && now < until)
  }

  #now(): Instant {
    return this.#tenant.ground.now()
  }

  async #change(changes: readonly NoteChange[]): Promise<void> {
    try {
      await this.#tenant.ground.store.changeNotes(this.#tenant.name, changes)
    } catch (error) {
      throw isUsedUp(error) ? badToken() : error
    }
  }

  /** Facts and notes together, or neither. */
  async #write(
    actor: ActorReference,
    reason: string,
    changes: readonly Change[],
    notes: readonly NoteChange[],
    precondition: () => void = () => undefined,
  ): Promise<void> {
    const read = readChanges(changes)
    try {
      await write(this.#tenant, { ...readIntent(actor, { reason, precondition }, read), notes }, () => read)
    } catch (error) {
      throw isUsedUp(error) ? badToken() : error
    }
  }
}

/** Somebody else has changed or used up what we read, before we wrote. */
function isUsedUp(error: unknown): boolean {
  return error instanceof CuriaError && error.code === 'precondition_failed'
}

/** Whose password is kept elsewhere has none here. */
function keepsPassword({ origin }: User): boolean {
  return !origin.startsWith('source:')
}

/** A user name that is an address must be the own one: otherwise somebody could be taken for the owner of the address. */
function refuseForeignName(userName: string, email: string): void {
  if (!userName.includes('@') || foldedKey(userName) === foldedKey(email)) return
  throw new CuriaError(refuse('invalid_username', { field: 'userName', reason: 'is an address that is not your own' }))
}

function nameTaken(userName: string): CuriaError<'conflict'> {
  return new CuriaError(refuse('conflict', { reference: userName, reason: 'is taken' }))
}
