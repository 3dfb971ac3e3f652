/** One mirror: keeps the accounts of a target as our records say, by following the journal. */

import { randomBytes, randomUUID } from 'node:crypto'
import type { Instant, Revision } from '../core/index.ts'
import { CuriaError, readInstant, refuse, refusing } from '../core/index.ts'
import type { Account } from '../targets/accounts.ts'
import type { Conflict, MirrorPlan, MirrorRules, PlanStep, Wanted, WantedGroup, WantedUser } from '../targets/plan.ts'
import { planMirror, requireRules, soughtFor } from '../targets/plan.ts'
import type { Act, Holdings, MirroredReference, Outcome, Target, TargetDescription } from '../targets/target.ts'
import { TargetFailure } from '../targets/target.ts'
import { MirrorMemory } from './mirror-memory.ts'
import { Reached, wantedGroup, wantedUser } from './mirror-wanted.ts'
import type { Tenant } from './tenants.ts'

/** A target of a tenant, by its name. */
export interface MirroredTarget {
  /** Letters, digits, `-` and `_`. What was made in the target is remembered under it. */
  readonly name: string
  readonly target: Target
  readonly rules?: MirrorRules
}

/** What was done, and what could not be. */
export interface MirrorReport {
  readonly revision: Revision
  readonly at: Instant
  /** How often each kind of step was done; kinds that did not occur are absent. */
  readonly done: { readonly [Kind in PlanStep['kind']]?: number }
  readonly conflicts: readonly Conflict[]
}

/** What a run over everything would do. Names with characters that are made once will get others. */
export interface MirrorForecast extends MirrorPlan {
  readonly revision: Revision
  readonly at: Instant
}

/** How a mirror stands. */
export interface MirrorState {
  readonly name: string
  readonly kind: string
  /** Where the target is. */
  readonly place: string
  /** `waiting`: for its first run, which somebody has to order. `following`: what is written is mirrored. `failing`: it is tried again by itself. */
  readonly state: 'waiting' | 'following' | 'failing'
  /** The target is known to be as this revision says; absent before the first run. */
  readonly revision?: Revision
  readonly at?: Instant
  readonly users: number
  readonly groups: number
  readonly conflicts: readonly Conflict[]
  /** Why it fails, and since when. */
  readonly failure?: { readonly reason: string; readonly since: Instant }
}

/** With more entries to follow, everything is looked at instead. */
const entriesFollowed = 1000
/** Records that are looked at before others have their turn. */
const slice = 200
/** Acts that are done between two writes of the memory. */
const batch = 100
/** How long after a failure it is tried again, in milliseconds: twice as long each time, up to the last. */
const firstRetry = 1000
const lastRetry = 60_000
/** The longest sleep of a timer, in milliseconds; a moment that is farther away is looked at again. */
const longestSleep = 60 * 60 * 1000
/** For how long a run is ours alone, in milliseconds; it is lengthened while the run goes on. */
const leaseMilliseconds = 60_000
/** How long somebody who orders a run waits for another process to end its own, and how often it looks, in milliseconds. */
const leasePatience = 30_000
const leaseInterval = 200
/** Where another process has run the mirror last, it is left to that one for so long, in milliseconds. */
const deference = 3000

/**
 * Runs one after the other; what is written while one is under way makes another follow.
 * INVARIANT: before an account is made, that is remembered with its mark; so whatever breaks off, it is recognised and never made twice.
 * INVARIANT: an account is changed or deleted only while the memory says that it was made by us.
 */
export class Mirror {
  readonly name: string
  readonly #tenant: Tenant
  readonly #target: Target
  readonly #rules: MirrorRules
  readonly #memory: MirrorMemory
  readonly #holder = randomUUID()
  #line: Promise<unknown> = Promise.resolve()
  #isAwake = false
  #isClosed = false
  #stopListening: (() => void) | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #failures = 0
  #failure: { readonly reason: string; readonly since: Instant } | undefined
  /** Another process has run it since. */
  #ranElsewhere = false
  /** Up to this moment nothing begins or ends by itself; undefined: not known. */
  #quietUntil: Instant | 'ever' | undefined

  constructor(tenant: Tenant, { name, target, rules = {} }: MirroredTarget) {
    this.name = name
    this.#tenant = tenant
    this.#target = target
    this.#rules = rules
    this.#memory = new MirrorMemory(tenant.ground.store, tenant.name, name)
  }

  /** Begins to follow, where the first run has been made. */
  async open(): Promise<void> {
    await this.#memory.findPlace()
    await this.#memory.findAccounts()
    this.#stopListening = this.#tenant.onWrite(() => this.#wake())
    if (this.#memory.place !== undefined) this.#wake()
  }

  /** Waits for the acts under way; a run that has more to do is broken off. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#stopListening?.()
    clearTimeout(this.#timer)
    await this.#line
    await this.#target.close()
  }

  state(): MirrorState {
    const { place, accounts } = this.#memory
    return {
      name: this.name,
      kind: this.#target.kind,
      place: this.#target.place,
      state: this.#failure !== undefined ? 'failing' : place === undefined ? 'waiting' : 'following',
      ...(place === undefined ? {} : { revision: place.revision, at: place.at }),
      users: accounts.users,
      groups: accounts.groups,
      conflicts: place?.conflicts ?? [],
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    }
  }

  /** @throws CuriaError `target_unavailable` */
  probe() {
    return this.#said(() => this.#target.probe())
  }

  /** What a run over everything would do now. Changes nothing. @throws CuriaError `target_unavailable` */
  plan(): Promise<MirrorForecast> {
    return this.#inTurn(() =>
      this.#said(async () => {
        await this.#memory.findPlace()
        const { revision, at, ground } = await this.#everything()
        // What has ended by now is told of, and not done: the next run has to look for it.
        this.#quietUntil = undefined
        return { revision, at, ...planMirror(ground) }
      }),
    )
  }

  /**
   * Brings the target up to date: with what was written since the last run, or over everything with `repair` and at the first run.
   * @throws CuriaError `target_unavailable`; `conflict` while another process runs it
   */
  run({ repair = false }: { readonly repair?: boolean } = {}): Promise<MirrorReport> {
    return this.#inTurn(async () => {
      await this.#takeLease(leasePatience)
      return this.#attempt(repair)
    })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#line.then(() => {
      if (this.#isClosed) throw closed()
      return work()
    })
    this.#line = run.catch(() => undefined)
    return run
  }

  /** Something was written, or it is time. Any number of calls while a run waits for its turn make one. */
  #wake(): void {
    const { isShared } = this.#tenant.ground.store
    // Where several processes share the store, another one may have been told to make the first run.
    if (this.#isAwake || this.#isClosed || (this.#memory.place === undefined && !isShared)) return
    if (this.#ranElsewhere) {
      this.#ranElsewhere = false
      this.#sleep(deference)
      return
    }
    this.#isAwake = true
    this.#inTurn(async () => {
      this.#isAwake = false
      if (this.#memory.place === undefined) await this.#memory.findPlace()
      if (this.#memory.place === undefined) return
      if (await this.#hasLease()) await this.#attempt(false)
      else this.#sleep(deference)
    }).catch(() => undefined)
  }

  /** One run, after which the next one is set: at the next moment at which something begins or ends, or after a while when it failed. */
  async #attempt(repair: boolean): Promise<MirrorReport> {
    clearTimeout(this.#timer)
    try {
      const report = await this.#said(() => this.#runOnce(repair))
      if (this.#tenant.ground.store.isShared) await this.#memory.release(this.#holder, this.#tenant.ground.now())
      this.#failures = 0
      this.#failure = undefined
      this.#setTimer()
      return report
    } catch (error) {
      this.#memory.forget()
      this.#quietUntil = undefined
      const reason = error instanceof CuriaError ? reasonOf(error) : 'a defect of Curia; standard error tells more'
      // Nobody may be waiting for this run, and a defect must not go by unheard.
      if (!(error instanceof CuriaError)) process.emitWarning(`the mirror ${this.name} failed by a defect: ${String(error)}`)
      this.#failure = { reason, since: this.#failure?.since ?? this.#tenant.ground.now() }
      const asked = error instanceof CuriaError && error.cause instanceof TargetFailure ? error.cause.retryAfterSeconds : undefined
      const wait = asked === undefined ? Math.min(lastRetry, firstRetry * 2 ** this.#failures) : asked * 1000
      this.#failures += 1
      this.#sleep(Math.min(wait, longestSleep))
      throw error
    }
  }

  #setTimer(): void {
    if (this.#quietUntil === 'ever' || this.#quietUntil === undefined) return
    const wait = Date.parse(this.#quietUntil) - Date.parse(this.#tenant.ground.now())
    this.#sleep(Math.min(Math.max(wait, 0), longestSleep))
  }

  #sleep(milliseconds: number): void {
    if (this.#isClosed) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#wake(), milliseconds)
    // Nobody has to wait for it.
    this.#timer.unref()
  }

  /** Failures of the target in the words of the doors. */
  async #said<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof TargetFailure)) throw error
      throw new CuriaError(refuse('target_unavailable', { target: this.name, reason: error.message }), { cause: error })
    }
  }

  async #runOnce(repair: boolean): Promise<MirrorReport> {
    this.#ranElsewhere = await this.#memory.findPlace()
    // From the first order on it goes on by itself, also when this run is broken off.
    const isFirst = this.#memory.place === undefined || this.#memory.place.revision === 0
    if (this.#memory.place === undefined)
      await this.#memory.reach({ revision: 0, at: this.#tenant.ground.now(), conflicts: [] }, { hasChanged: true })
    const { revision, at, ground } = (repair ? undefined : await this.#sinceLast()) ?? (await this.#everything())
    const plan = planMirror(ground)
    const carried = await this.#carryOut(plan, at)
    const conflicts = [...plan.conflicts, ...carried.conflicts].sort((one, other) => (one.record < other.record ? -1 : 1))
    await this.#memory.reach({ revision, at, conflicts }, { hasChanged: plan.steps.length > 0 || isFirst })
    return { revision, at, done: carried.done, conflicts }
  }

  /** Of several processes on one database one runs the mirror. A store of our own alone needs no lease. */
  async #hasLease(): Promise<boolean> {
    const { store, now } = this.#tenant.ground
    if (!store.isShared) return true
    return this.#memory.lease(this.#holder, now(), readInstant(Date.parse(now()) + leaseMilliseconds, 'until'))
  }

  /** Waits while another process runs it. @throws CuriaError `conflict` when that takes longer */
  async #takeLease(patience: number): Promise<void> {
    const end = performance.now() + patience
    while (!(await this.#hasLease())) {
      if (performance.now() >= end) {
        throw new CuriaError(refuse('conflict', { reference: `target:${this.name}`, reason: 'another process is running this mirror' }))
      }
      await new Promise((resolve) => setTimeout(resolve, leaseInterval))
    }
  }

  /** What can have changed since the last run; undefined: everything. */
  async #sinceLast() {
    const { place } = this.#memory
    if (place === undefined || place.revision === 0) return undefined
    const { snapshot, ground, name } = this.#tenant
    const at = ground.now()
    const { revision } = snapshot
    if (revision < place.revision || revision - place.revision > entriesFollowed) return undefined
    const reached = new Reached(snapshot, at)
    for await (const { rows, erased } of ground.store.journal(name, { after: place.revision, upTo: revision })) {
      if (erased !== undefined || !rows.every((row) => reached.addRow(row))) return undefined
    }
    if (this.#quietUntil === undefined || (this.#quietUntil !== 'ever' && this.#quietUntil <= at)) {
      reached.addSince(place.at)
      this.#quietUntil = reached.nextMoment ?? 'ever'
    } else if (reached.nextMoment !== undefined && (this.#quietUntil === 'ever' || reached.nextMoment < this.#quietUntil)) {
      this.#quietUntil = reached.nextMoment
    }
    // What stood in the way may have gone.
    for (const { record } of place.conflicts) {
      if (record.startsWith('user:')) reached.addUser(record.slice('user:'.length))
      else reached.addGroup(record.slice('group:'.length))
    }
    const { records } = reached
    return { revision, at, ground: await this.#ground(records, at, records) }
  }

  async #everything() {
    const { snapshot, ground } = this.#tenant
    const at = ground.now()
    const { revision } = snapshot
    await this.#memory.findAccounts()
    const records = new Set<MirroredReference>(this.#memory.accounts.records())
    for (const { id } of snapshot.all('user')) records.add(`user:${id}`)
    for (const { id } of snapshot.all('group')) records.add(`group:${id}`)
    const reached = new Reached(snapshot, at)
    reached.addSince(at)
    this.#quietUntil = reached.nextMoment ?? 'ever'
    return { revision, at, ground: await this.#ground(records, at, undefined) }
  }

  /** @param sought the records to look for in the target; undefined: read everything that it holds */
  async #ground(records: ReadonlySet<MirroredReference>, at: Instant, sought: ReadonlySet<MirroredReference> | undefined) {
    const wanted = await this.#wanted(records, at)
    const rules = this.#rules
    const { accounts } = this.#memory
    if (sought !== undefined && sought.size === 0) {
      const holdings: Holdings = { users: [], groups: [] }
      return { wanted, scope: records, accounts, rules, description: undemanding, holdings, random }
    }
    await this.#memory.findAccounts()
    const description = await this.#target.describe()
    refusing(() => requireRules(rules, description))
    const ground = { wanted, scope: records, accounts, rules, description }
    const holdings = await this.#target.read(sought === undefined ? undefined : soughtFor(ground))
    return { ...ground, holdings, random }
  }

  /**
   * Looked at piece by piece, so that questions are answered in between. What is written meanwhile stands behind the revision that this
   * run reaches, and is looked at by the next.
   */
  async #wanted(records: ReadonlySet<MirroredReference>, at: Instant): Promise<Wanted> {
    const users = new Map<MirroredReference, WantedUser>()
    const groups = new Map<MirroredReference, WantedGroup>()
    let looked = 0
    for (const record of records) {
      looked += 1
      if (looked % slice === 0) await new Promise((resolve) => setImmediate(resolve))
      const { snapshot } = this.#tenant
      const id = record.slice(record.indexOf(':') + 1)
      if (record.startsWith('user:')) {
        const user = wantedUser(snapshot, id, this.name, at)
        if (user !== undefined) users.set(record, user)
      } else {
        const group = wantedGroup(snapshot, id, this.name, at)
        if (group !== undefined) groups.set(record, group)
      }
    }
    return { users, groups }
  }

  async #carryOut({ steps }: MirrorPlan, at: Instant) {
    const carried = new Carried()
    for (const run of runsOf(steps)) {
      const [first] = run
      if (first === undefined) continue
      if (this.#isClosed) throw closed()
      await this.#takeLease(0)
      switch (first.kind) {
        case 'leave':
          await this.#leave(ofKind(run, 'leave'), carried)
          break
        case 'delete':
          await this.#delete(ofKind(run, 'delete'), carried)
          break
        case 'forget':
          await this.#memory.keep(
            [],
            ofKind(run, 'forget').map(({ account }) => account.record),
          )
          carried.count('forget', run.length)
          break
        case 'vacate':
          await this.#target.apply(ofKind(run, 'vacate').map(({ account, id, name }) => renaming(account, id, name)))
          carried.count('vacate', run.length)
          break
        case 'recognise':
          await this.#memory.keep(ofKind(run, 'recognise').map(({ account }) => account))
          carried.count('recognise', run.length)
          break
        case 'update':
          await this.#update(ofKind(run, 'update'), carried)
          break
        case 'create':
          await this.#create(ofKind(run, 'create'), carried, at)
          break
        case 'join':
          await this.#join(ofKind(run, 'join'), carried)
      }
    }
    return carried
  }

  async #leave(steps: readonly StepOf<'leave'>[], carried: Carried): Promise<void> {
    const outcomes = await this.#target.apply(steps.map(({ ids }) => ({ kind: 'leave', ...ids })))
    carried.count('leave', steps.length)
    carried.refusals(outcomes, (index) => steps[index]?.group, this.#memory)
    await this.#noteJoined(steps.map((step) => ({ ...step, joins: false })))
  }

  async #delete(steps: readonly StepOf<'delete'>[], carried: Carried): Promise<void> {
    const acts = steps.map(({ account, id }): Act => ({ kind: account.record.startsWith('user:') ? 'delete-user' : 'delete-group', id }))
    const outcomes = await this.#target.apply(acts)
    const switchedOff: Account[] = []
    const gone: MirroredReference[] = []
    for (const [index, outcome] of outcomes.entries()) {
      const step = steps[index]
      if (step === undefined) continue
      if (outcome.kind === 'done' || outcome.kind === 'gone') gone.push(step.account.record)
      else if (outcome.kind === 'held') switchedOff.push({ ...step.account, id: step.id, isSwitchedOff: true })
    }
    await this.#memory.keep(switchedOff, gone)
    carried.count('delete', gone.length + switchedOff.length)
    carried.refusals(outcomes, (index) => steps[index]?.account.record, this.#memory)
  }

  async #update(steps: readonly StepOf<'update'>[], carried: Carried): Promise<void> {
    // Written down first: if it breaks off, either name is known for ours.
    await this.#memory.keep(steps.map(({ account }) => account))
    const acts = steps.map(
      ({ account, id, name, profile }): Act =>
        account.record.startsWith('user:')
          ? { kind: 'update-user', id, profile, ...(name === undefined ? {} : { name }) }
          : { kind: 'rename-group', id, name: name ?? account.name },
    )
    const outcomes = await this.#target.apply(acts)
    carried.count('update', outcomes.filter(({ kind }) => kind === 'done').length)
    carried.refusals(outcomes, (index) => steps[index]?.account.record, this.#memory)
  }

  async #create(steps: readonly StepOf<'create'>[], carried: Carried, at: Instant): Promise<void> {
    await this.#memory.keep(steps.map(({ account }) => account))
    const acts = steps.map(
      ({ account: { name, mark }, profile }): Act =>
        profile === undefined ? { kind: 'create-group', name, mark } : { kind: 'create-user', name, mark, profile, at },
    )
    const outcomes = await this.#target.apply(acts)
    const made: Account[] = []
    const provisional: (Account & { readonly id: string })[] = []
    const refused: MirroredReference[] = []
    for (const [index, outcome] of outcomes.entries()) {
      const account = steps[index]?.account
      if (account === undefined) continue
      if (outcome.kind === 'done' && outcome.id !== undefined) {
        const known = { ...account, id: outcome.id }
        made.push(known)
        if (outcome.isProvisional === true) provisional.push(known)
      } else refused.push(account.record)
    }
    carried.refusals(outcomes, (index) => steps[index]?.account.record, this.#memory)
    await this.#memory.keep(made, refused)
    carried.count('create', made.length)
    if (provisional.length > 0) await this.#giveNames(provisional, carried)
  }

  /** A group whose name was taken in the meantime is not left standing under another. */
  async #giveNames(accounts: readonly (Account & { readonly id: string })[], carried: Carried): Promise<void> {
    const outcomes = await this.#target.apply(accounts.map(({ id, name }) => ({ kind: 'rename-group', id, name })))
    const nameless = accounts.filter((_, index) => outcomes[index]?.kind !== 'done')
    if (nameless.length === 0) return
    carried.refusals(outcomes, (index) => accounts[index]?.record, this.#memory)
    await this.#target.apply(nameless.map(({ id }) => ({ kind: 'delete-group', id })))
    await this.#memory.keep(
      [],
      nameless.map(({ record }) => record),
    )
    carried.count('create', -nameless.length)
  }

  async #join(steps: readonly StepOf<'join'>[], carried: Carried): Promise<void> {
    const joining = steps.flatMap((step) => {
      const [group, user] = [this.#memory.accounts.get(step.group)?.id, this.#memory.accounts.get(step.user)?.id]
      // Who could not have an account is in no group there.
      return group === undefined || user === undefined ? [] : [{ ...step, ids: { group, user }, joins: true }]
    })
    // Written down first: what breaks off is taken away rather than left.
    await this.#noteJoined(joining)
    const outcomes = await this.#target.apply(joining.map(({ ids }) => ({ kind: 'join', ...ids })))
    carried.count('join', outcomes.filter(({ kind }) => kind === 'done').length)
    carried.refusals(outcomes, (index) => joining[index]?.group, this.#memory)
  }

  /** Which memberships of two accounts that were both there before are ours. */
  async #noteJoined(
    memberships: readonly (Pick<StepOf<'leave'>, 'group' | 'user' | 'ids'> & { readonly joins: boolean })[],
  ): Promise<void> {
    const changed = new Map<MirroredReference, Set<string>>()
    for (const { group, user, ids, joins } of memberships) {
      const account = this.#memory.accounts.get(group)
      if (account?.standing !== 'found' || this.#memory.accounts.get(user)?.standing !== 'found') continue
      const joined = changed.get(group) ?? new Set(account.joined)
      changed.set(group, joined)
      if (joins) joined.add(ids.user)
      else joined.delete(ids.user)
    }
    const accounts = [...changed].flatMap(([group, joined]) => {
      const account = this.#memory.accounts.get(group)
      return account === undefined ? [] : [{ ...account, joined: [...joined] }]
    })
    await this.#memory.keep(accounts)
  }
}

type StepOf<Kind extends PlanStep['kind']> = Extract<PlanStep, { readonly kind: Kind }>

/** What has been done so far. */
class Carried {
  readonly done: { [Kind in PlanStep['kind']]?: number } = {}
  readonly conflicts: Conflict[] = []

  count(kind: PlanStep['kind'], count: number): void {
    const total = (this.done[kind] ?? 0) + count
    if (total > 0) this.done[kind] = total
  }

  /** Notes what the target refused, and what stands there still because something holds on to it. */
  refusals(outcomes: readonly Outcome[], recordAt: (index: number) => MirroredReference | undefined, memory: MirrorMemory): void {
    for (const [index, outcome] of outcomes.entries()) {
      const record = recordAt(index)
      if (record === undefined || (outcome.kind !== 'refused' && outcome.kind !== 'held')) continue
      this.conflicts.push({ record, name: memory.accounts.get(record)?.name ?? '', reason: outcome.reason })
    }
  }
}

/** Steps of one kind, and of one sort of record, in bearable numbers. */
function runsOf(steps: readonly PlanStep[]): readonly (readonly PlanStep[])[] {
  const runs: PlanStep[][] = []
  for (const step of steps) {
    const last = runs.at(-1)
    if (last !== undefined && last[0]?.kind === step.kind && last.length < batch) last.push(step)
    else runs.push([step])
  }
  return runs
}

function ofKind<Kind extends PlanStep['kind']>(run: readonly PlanStep[], kind: Kind): readonly StepOf<Kind>[] {
  // `runsOf` puts steps of one kind together.
  return run.filter((step): step is StepOf<Kind> => step.kind === kind)
}

function renaming({ record }: Account, id: string, name: string): Act {
  return record.startsWith('user:') ? { kind: 'update-user', id, name, profile: {} } : { kind: 'rename-group', id, name }
}

/** What is not done yet is done when somebody opens it again. */
function closed(): CuriaError<'store_unavailable'> {
  return new CuriaError(refuse('store_unavailable', { reason: 'this access is closed' }))
}

/** Of a plan about nothing. */
const undemanding: TargetDescription = {
  fields: new Set(),
  limits: { userName: 0, groupName: 0, firstName: 0, lastName: 0, displayName: 0, email: 0 },
  nameKey: (name) => name,
}

function random(length: 8 | 32): string {
  return randomBytes(length / 2).toString('hex')
}

/** Of a target that cannot be used the name is known. */
function reasonOf({ code, details, message }: CuriaError): string {
  return code === 'target_unavailable' && 'reason' in details && typeof details.reason === 'string' ? details.reason : message
}
