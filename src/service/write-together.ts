/**
 * Writes that wait at the same time share a commit: each is judged on the state behind the one before it, has its own revision and entry, and
 * is refused alone; one sync makes all of them durable, and none is answered before it.
 */

import type { Change, ChangeKind, Instant, Prepared, Revision, RowChange, Snapshot } from '../core/index.ts'
import { CuriaError, redo, revert } from '../core/index.ts'
import type { Written } from './access.ts'
import type { Tenant } from './tenants.ts'
import type { Intent } from './write.ts'
import {
  answeredBefore,
  commitRequest,
  lookAnew,
  outcomeUnknown,
  prepareChanges,
  publish,
  requireState,
  spread,
  write,
  writeInTurn,
  writtenAt,
} from './write.ts'

/** At most so many writes share a commit. */
const writesTogether = 64
/** Larger change sets are committed by themselves. */
const changesTogether = 100
/** Judging those that share a commit holds the process for so long, in milliseconds, or for so many of them. */
const judgingMilliseconds = 2
const judgedAtLeast = 4
/** Changes that ask the store for more than a commit. */
const alone: ReadonlySet<ChangeKind> = new Set(['undo', 'tenant.create', 'tenant.delete'])

/** Carries out changes that are known before their turn. As `write`. */
export async function writeTogether(tenant: Tenant, intent: Intent, changes: readonly Change[]): Promise<Written> {
  const isAlone =
    tenant.ground.store.commitTogether === undefined ||
    intent.notes !== undefined ||
    changes.length > changesTogether ||
    changes.some(({ kind }) => alone.has(kind))
  if (isAlone) return write(tenant, intent, () => changes)
  let company = companies.get(tenant)
  if (company === undefined) {
    company = new Company(tenant)
    companies.set(tenant, company)
  }
  return spread(tenant, await company.join(intent, changes))
}
const companies = new WeakMap<Tenant, Company>()

/** A write that waits. */
interface Waiting {
  readonly intent: Intent
  readonly changes: readonly Change[]
  readonly resolve: (written: Written) => void
  readonly reject: (error: unknown) => void
}

/** What became of one that was judged. */
type Judged = { readonly waiting: Waiting } & ({ readonly accepted: Prepared; readonly revision: Revision } | { readonly refusal: unknown })

/** Those who wait for the next turn of a tenant. */
class Company {
  readonly #tenant: Tenant
  #waiting: Waiting[] = []
  /** Those of the turn in hand that are put off to the next. */
  #later: Waiting[] = []
  #isCalled = false

  constructor(tenant: Tenant) {
    this.#tenant = tenant
  }

  join(intent: Intent, changes: readonly Change[]): Promise<Written> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ intent, changes, resolve, reject })
      this.#call()
    })
  }

  #call(): void {
    if (this.#isCalled || this.#waiting.length === 0) return
    this.#isCalled = true
    this.#tenant
      .inTurn(() => this.#turn())
      .catch((error: unknown) => {
        this.#isCalled = false
        for (const { reject } of this.#waiting.splice(0)) reject(error)
      })
  }

  async #turn(): Promise<void> {
    const taken = this.#waiting.splice(0, writesTogether)
    this.#isCalled = false
    const open = new Set(taken)
    // Whatever stands in the way of all of them stands in the way of each, and is told to each.
    if (taken.length > 1) await this.#together(open).catch(() => undefined)
    for (const { intent, changes, resolve, reject } of open) await writeInTurn(this.#tenant, intent, () => changes).then(resolve, reject)
    this.#waiting.unshift(...this.#later.splice(0))
    this.#call()
  }

  /** Leaves those open that are to go by themselves: when the commit was refused, all that were judged. */
  async #together(open: Set<Waiting>): Promise<void> {
    const tenant = this.#tenant
    const asking = await this.#newOnes(open)
    const snapshot = await tenant.current()
    const now = tenant.ground.now()
    const judged = this.#judge(snapshot, asking, open, now)
    const written = judged.flatMap((each) => ('accepted' in each && each.accepted.rows.length > 0 ? [each] : []))
    const requests = written.map(({ waiting, accepted, revision }) => commitRequest(tenant, revision - 1, accepted, waiting.intent, now))
    try {
      if (requests.length > 0) await tenant.ground.store.commitTogether?.(requests)
    } catch (error) {
      if (!(error instanceof CuriaError) || error.code !== 'outcome_unknown') throw error
      await lookAnew(tenant)
      for (const { waiting } of judged) decide(open, waiting, ({ reject, intent }) => reject(outcomeUnknown(intent, error)))
      return
    }
    let isInForce = true
    for (const each of judged) {
      if ('refusal' in each) {
        decide(open, each.waiting, ({ reject }) => reject(each.refusal))
        continue
      }
      const { waiting, accepted, revision } = each
      open.delete(waiting)
      // A state that had to be read anew has all of them in it.
      if (isInForce && accepted.rows.length > 0) isInForce = await publish(tenant, accepted.rows, revision)
      waiting.resolve(writtenAt(tenant, revision, accepted))
    }
  }

  /** Those that were not answered before. Of two with one key the second waits for what is answered to the first. */
  async #newOnes(open: Set<Waiting>): Promise<readonly Waiting[]> {
    const asking: Waiting[] = []
    const keys = new Set<string>()
    for (const waiting of [...open]) {
      const { actor, idempotencyKey } = waiting.intent
      if (idempotencyKey !== undefined) {
        const key = `${actor}\n${idempotencyKey}`
        if (keys.has(key)) {
          this.#putOff(open, waiting)
          continue
        }
        keys.add(key)
        try {
          const answered = await answeredBefore(this.#tenant, waiting.intent)
          if (answered !== undefined) decide(open, waiting, ({ resolve }) => resolve(answered))
        } catch (error) {
          decide(open, waiting, ({ reject }) => reject(error))
        }
      }
      if (open.has(waiting)) asking.push(waiting)
    }
    return asking
  }

  /**
   * Judges each on the state behind those before it. In one go, and the state is as it was when it ends: no question is answered from what is
   * not durable. A refusal is told when that is durable which it was judged on.
   */
  #judge(snapshot: Snapshot, asking: readonly Waiting[], open: Set<Waiting>, now: Instant): readonly Judged[] {
    const begun = performance.now()
    const { revision: before } = snapshot
    const judged: Judged[] = []
    const applied: Prepared[] = []
    try {
      for (const waiting of asking) {
        if (judged.length >= judgedAtLeast && performance.now() - begun > judgingMilliseconds) {
          this.#putOff(open, waiting)
          continue
        }
        try {
          requireState(snapshot, waiting.intent)
          const accepted = prepareChanges(this.#tenant, snapshot, waiting.changes, none, waiting.intent, now)
          if (accepted.rows.length > 0) {
            redo(snapshot, accepted.rows)
            applied.push(accepted)
            snapshot.revision += 1
          }
          judged.push({ waiting, accepted, revision: snapshot.revision })
        } catch (refusal) {
          judged.push({ waiting, refusal })
        }
      }
    } finally {
      for (const { rows } of applied.reverse()) revert(snapshot, rows)
      snapshot.revision = before
    }
    return judged
  }

  /** Lets one wait for the next turn, before all that came behind it. */
  #putOff(open: Set<Waiting>, waiting: Waiting): void {
    open.delete(waiting)
    this.#later.push(waiting)
  }
}
/** No change that shares a commit takes a past one back. */
const none: ReadonlyMap<Revision, readonly RowChange[]> = new Map()

function decide(open: Set<Waiting>, waiting: Waiting, answer: (waiting: Waiting) => void): void {
  open.delete(waiting)
  answer(waiting)
}
