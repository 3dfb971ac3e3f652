/** The one way to change anything: read, judged and worked out on the snapshot, committed in one transaction, then published. */

import { createHash } from 'node:crypto'
import type {
  ActorReference,
  Change,
  ChangeEffect,
  Instant,
  Origin,
  Prepared,
  Revision,
  RowChange,
  Snapshot,
  Steps,
} from '../core/index.ts'
import {
  CuriaError,
  canonicalJson,
  changeFields,
  changeLimit,
  effectOfRows,
  holds,
  Overtaken,
  orThrow,
  prepare,
  readChange,
  readInstant,
  readText,
  refuse,
  refusing,
  tenantResource,
} from '../core/index.ts'
import type { CommitRequest, Idempotency, JournalDraft, NoteChange } from '../store/store.ts'
import type { Preview, PreviewOptions, WriteOptions, Written } from './access.ts'
import type { Tenant } from './tenants.ts'
import { writeToken } from './token.ts'

/** Under which notes of sessions are kept. */
export const sessionPurpose = 'session'

/** When other processes were first again and again for so long, in milliseconds, the write is given up. */
const patience = 10_000
/** Of one preview, unless told. */
const effectLimit = 10_000

/** What somebody wants done, read. */
export interface Intent {
  readonly actor: ActorReference
  readonly origin: Origin
  readonly reason?: string
  readonly expectedRevision?: Revision
  /** Of the caller. */
  readonly idempotencyKey?: string
  /** What the key stands for, as canonical JSON. */
  readonly fingerprintOf: unknown
  /** Refuses by throwing. */
  readonly precondition?: () => void
  /** The changes are those of an import. */
  readonly imports?: boolean
  /** What is kept beside the facts and changes with them, or not at all. */
  readonly notes?: readonly NoteChange[]
}

/** Reads the changes of a caller: at most 10,000. Throws a `CuriaError` that names the field. */
export function readChanges(changes: unknown): readonly Change[] {
  return refusing(() => {
    if (!Array.isArray(changes)) throw refuse('invalid_parameter', { field: 'changes', reason: 'must be a list of changes' })
    if (changes.length > changeLimit) throw refuse('too_many_items', { field: 'changes', found: changes.length, limit: changeLimit })
    return changes.map((change: unknown, index) => readChange(change, `changes[${index}]`))
  })
}

/** Reads the options of a write and puts together what is asked. `about` is what an idempotency key stands for beside the options. */
export function readIntent(actor: ActorReference, options: WriteOptions, about: unknown): Intent {
  return refusing(() => {
    const { reason, expectedRevision, idempotencyKey } = options
    const origin = readOrigin(options.origin)
    if (reason !== undefined) requireText(reason, 'reason', 0, 10_000)
    if (idempotencyKey !== undefined) requireText(idempotencyKey, 'idempotencyKey', 1, 255)
    if (expectedRevision !== undefined && !(Number.isSafeInteger(expectedRevision) && expectedRevision >= 0)) {
      throw refuse('invalid_revision', { field: 'expectedRevision', reason: 'must be a whole number from 0' })
    }
    return {
      actor,
      origin,
      ...(reason === undefined ? {} : { reason: readText(reason, 'reason') }),
      ...(expectedRevision === undefined ? {} : { expectedRevision }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(options.precondition === undefined ? {} : { precondition: options.precondition }),
      fingerprintOf: { about, origin, reason, expectedRevision },
    }
  })
}

function readOrigin(origin: Origin | undefined): Origin {
  return changeFields['group.create'].origin.read(origin ?? 'local', 'origin')
}

function requireText(value: unknown, field: string, min: number, max: number): void {
  if (typeof value !== 'string' || value.length < min || value.length > max) {
    throw refuse('invalid_parameter', { field, reason: `must be a text of ${min} to ${max} characters` })
  }
}

/**
 * Carries changes out, all or nothing. Waits for the writes before it.
 * @param changesOf gives the changes, looking at the state that they will be applied to; may be asked again when another process was first
 * @throws CuriaError the refusal of the change that cannot be; `revision_conflict`, `idempotency_mismatch`, `storage_full`,
 *   `store_unavailable`; `outcome_unknown`: it may or may not have happened, and the same idempotency key tells
 */
export async function write(tenant: Tenant, intent: Intent, changesOf: (snapshot: Snapshot) => readonly Change[]): Promise<Written> {
  return spread(tenant, await tenant.inTurn(() => writeInTurn(tenant, intent, changesOf)))
}

/** Tells the other processes. Behind the turn of the write: two processes that wait for each other must be able to look. */
export async function spread(tenant: Tenant, written: Written): Promise<Written> {
  if (!written.unchanged) await tenant.ground.spread?.(tenant.name, written.revision)
  return written
}

/** Only for work that has its turn. */
export async function writeInTurn(tenant: Tenant, intent: Intent, changesOf: (snapshot: Snapshot) => readonly Change[]): Promise<Written> {
  const begun = performance.now()
  while (true) {
    const snapshot = await tenant.current()
    const answered = await answeredBefore(tenant, intent)
    if (answered !== undefined) return answered
    requireState(snapshot, intent)
    const changes = changesOf(snapshot)
    const entries = await rowsToUndo(tenant, changes)
    const now = tenant.ground.now()
    const prepared = prepareChanges(tenant, snapshot, changes, entries, intent, now)
    await requireKnownTenants(tenant, changes)
    if (prepared.rows.length === 0) {
      if (intent.notes !== undefined) await tenant.ground.store.changeNotes(tenant.name, intent.notes)
      return writtenAt(tenant, snapshot.revision, prepared)
    }
    const revision = await commit(tenant, snapshot, prepared, intent, now, performance.now() - begun < patience)
    if (revision !== undefined) return writtenAt(tenant, revision, prepared)
  }
}

/** What is answered to whoever wrote. */
export function writtenAt(tenant: Tenant, revision: Revision, { rows, records }: Prepared): Written {
  return { revision, token: writeToken(tenant.ground.identity, tenant.name, revision), records, unchanged: rows.length === 0 }
}

/** Refuses what expects another state. */
export function requireState(snapshot: Snapshot, { expectedRevision, precondition }: Intent): void {
  requireRevision(snapshot, expectedRevision)
  refusing(() => precondition?.())
}

/** A piece of a preview holds the process for so long, in milliseconds, and for what putting its rows in and taking them out takes. */
const pieceMilliseconds = 1
/** When writes were quicker so often, a preview takes its turn among them. */
const overtakings = 4

/**
 * Works the effect out and writes nothing. Needs the authority of the write itself. A large one is worked out in pieces, between which
 * questions are answered from the state as it is. When something is written meanwhile it begins anew; when that happens again and again it
 * takes its turn in the queue, and writes wait for it.
 */
export async function preview(
  tenant: Tenant,
  actor: ActorReference,
  changes: readonly Change[],
  options: PreviewOptions,
): Promise<Preview> {
  const intent = readIntent(actor, options, undefined)
  const limit = refusing(() => readEffectLimit(options.effectLimit))
  const entries = await rowsToUndo(tenant, changes)
  for (let overtaken = 0; overtaken < overtakings; overtaken += 1) {
    const found = await previewAtRevision(tenant, intent, changes, entries, options, limit)
    if (found !== undefined) return found
  }
  return tenant.inTurn(async () => {
    for (;;) {
      // Other previews come and go, but nothing is written now.
      const found = await previewAtRevision(tenant, intent, changes, entries, options, limit)
      if (found !== undefined) return found
    }
  })
}

/** Undefined: something was written meanwhile. */
async function previewAtRevision(
  tenant: Tenant,
  intent: Intent,
  changes: readonly Change[],
  entries: ReadonlyMap<Revision, readonly RowChange[]>,
  options: PreviewOptions,
  limit: number,
): Promise<Preview | undefined> {
  // From here to the effect nothing waits, so all of it is about one state.
  const now = tenant.ground.now()
  const at = options.at === undefined ? now : refusing(() => readInstant(options.at, 'at'))
  const { snapshot } = tenant
  const { actor } = intent
  requireState(snapshot, intent)
  const { rows, records, summaries } = prepareChanges(tenant, snapshot, changes, entries, intent, now)
  const { revision } = snapshot
  // A way tells facts about others.
  const ways = actor.startsWith('system:') || holds(snapshot, actor, 'tenant.check', tenantResource, now)
  const pauses = { now: () => performance.now(), pieceMilliseconds }
  const effect = await inPauses(tenant, snapshot, effectOfRows(snapshot, rows, { limit, at, ways }, pauses))
  if (effect === undefined) return undefined
  // Of who may not make tenants nobody says here what the store holds.
  await requireKnownTenants(tenant, changes)
  return { revision, changes: summaries, records, effect: seenBy(snapshot, actor, effect, now) }
}

/** Lets others go on between two pieces. Undefined: the state is another by now. */
async function inPauses<Result>(tenant: Tenant, snapshot: Snapshot, steps: Steps<Result>): Promise<Result | undefined> {
  const results: Result[] = []
  const work = (function* (): Steps<void> {
    results.push(yield* steps)
  })()
  try {
    // A loop that is left lets the work let go of what it keeps.
    for (const _ of work) {
      await new Promise((resolve) => setImmediate(resolve))
      if (tenant.snapshot !== snapshot) return undefined
    }
  } catch (error) {
    if (error instanceof Overtaken) return undefined
    throw error
  }
  return results[0]
}

function readEffectLimit(limit: unknown): number {
  if (limit === undefined) return effectLimit
  if (typeof limit === 'number' && Number.isSafeInteger(limit) && limit >= 0) return limit
  throw refuse('invalid_parameter', { field: 'effectLimit', reason: 'must be a whole number from 0' })
}

function requireRevision({ revision }: Snapshot, expected: Revision | undefined): void {
  if (expected !== undefined && expected !== revision) {
    throw new CuriaError(refuse('revision_conflict', { expected, found: revision }))
  }
}

/** Applied, judged and taken back. */
export function prepareChanges(
  tenant: Tenant,
  snapshot: Snapshot,
  changes: readonly Change[],
  entries: ReadonlyMap<Revision, readonly RowChange[]>,
  { actor, origin, imports = false }: Intent,
  now: Instant,
): Prepared {
  if (origin !== 'local') requireRight(snapshot, actor, 'tenant.take-over', 'tenant', now)
  const writer = { actor, origin, now, newId: tenant.ground.newId, entryRows: (revision: Revision) => entries.get(revision), imports }
  return refusing(() => orThrow(prepare(snapshot, changes, writer)))
}

/** @throws CuriaError `forbidden` */
export function requireRight(snapshot: Snapshot, actor: ActorReference, right: string, resource: string, now: Instant): void {
  if (!refusing(() => holds(snapshot, actor, right, resource, now))) throw new CuriaError(refuse('forbidden', { right, resource }))
}

/** What stands in the store under the id of a new tenant was made without the server: nobody takes it for a new one unawares. */
async function requireKnownTenants({ ground: { store } }: Tenant, changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    if (change.kind !== 'tenant.create') continue
    const isThere = (await store.head(change.id)) > 0
    if (isThere === (change.existing ?? false)) continue
    const reason = isThere ? 'stands in the store already; make it known with `existing: true`' : 'does not stand in the store'
    throw new CuriaError(refuse('conflict', { reference: `tenant:${change.id}`, reason }))
  }
}

/** The journal is read before the change set is worked out, which is done in one go. */
async function rowsToUndo(tenant: Tenant, changes: readonly Change[]): Promise<ReadonlyMap<Revision, readonly RowChange[]>> {
  const entries = new Map<Revision, readonly RowChange[]>()
  for (const change of changes) {
    if (change.kind !== 'undo') continue
    const range = { after: change.revision - 1, upTo: change.revision }
    for await (const { revision, rows, erased } of tenant.ground.store.journal(tenant.name, range)) {
      if (erased !== undefined) {
        const reason = `holds values of ${erased.join(', ')} that were erased, and cannot be taken back`
        throw new CuriaError(refuse('conflict', { reference: `revision:${revision}`, reason }))
      }
      entries.set(revision, rows)
    }
  }
  return entries
}

/** Makes it durable, then visible. Undefined: another process was first; the state has caught up with it. */
async function commit(
  tenant: Tenant,
  snapshot: Snapshot,
  prepared: Prepared,
  intent: Intent,
  now: Instant,
  mayRepeat: boolean,
): Promise<Revision | undefined> {
  try {
    const { revision } = await tenant.ground.store.commit(commitRequest(tenant, snapshot.revision, prepared, intent, now))
    await publish(tenant, prepared.rows, revision)
    return revision
  } catch (error) {
    const code = error instanceof CuriaError ? error.code : undefined
    if (code === 'revision_conflict' && mayRepeat) {
      await tenant.follow()
      return undefined
    }
    if (code === 'outcome_unknown') {
      await lookAnew(tenant)
      throw outcomeUnknown(intent, error)
    }
    throw error
  }
}

/** What the store is asked to commit on top of a revision. */
export function commitRequest(
  tenant: Tenant,
  expectedRevision: Revision,
  { rows, records, summaries, names }: Prepared,
  intent: Intent,
  now: Instant,
): CommitRequest {
  const entry: JournalDraft = {
    time: now,
    actor: intent.actor,
    origin: intent.origin,
    ...(intent.reason === undefined ? {} : { reason: intent.reason }),
    changes: summaries,
    rows,
    names,
  }
  const idempotency = idempotencyOf(intent, JSON.stringify({ records }))
  return {
    tenant: tenant.name,
    expectedRevision,
    entry,
    ...(idempotency && { idempotency }),
    ...(intent.notes && { notes: intent.notes }),
    endedNotes: usersSwitchedOff(rows).map((owner) => ({ purpose: sessionPurpose, owner })),
    removedTenants: rows.flatMap((row) => (row.table === 'tenant' && row.after === undefined ? [row.key] : [])),
  }
}

/** Reads the state again, of which nobody knows what it is. When the store does not answer yet, whoever asks next reads it. */
export async function lookAnew(tenant: Tenant): Promise<void> {
  tenant.forget()
  await tenant.current().catch(() => undefined)
}

/** It may or may not have happened, and the same idempotency key tells. */
export function outcomeUnknown({ idempotencyKey }: Intent, cause: unknown): CuriaError<'outcome_unknown'> {
  return new CuriaError(refuse('outcome_unknown', idempotencyKey === undefined ? {} : { idempotencyKey }), { cause })
}

/** Their sessions end with the write, in every process: they must not come to life again when the user is switched on again. */
function usersSwitchedOff(rows: readonly RowChange[]): readonly `user:${string}`[] {
  return rows.flatMap((row) =>
    row.table === 'user' && row.before?.status === 'active' && row.after !== undefined && row.after.status !== 'active'
      ? [`user:${row.key}` as const]
      : [],
  )
}

/** Puts what is durable in force. False: the state could not take it, and was read anew. */
export async function publish(tenant: Tenant, rows: readonly RowChange[], revision: Revision): Promise<boolean> {
  try {
    tenant.publish(rows, revision)
    return true
  } catch {
    // The write is durable whatever becomes of our picture of it, so the picture is made anew and the write is answered as done.
    await lookAnew(tenant)
    return false
  }
}

/** The same key of another actor is another key. */
function keyFor({ actor, idempotencyKey }: Intent): string | undefined {
  return idempotencyKey === undefined ? undefined : digest(`${actor}\n${idempotencyKey}`)
}

function idempotencyOf(intent: Intent, answer: string): Idempotency | undefined {
  const key = keyFor(intent)
  return key === undefined ? undefined : { key, fingerprint: digest(canonicalJson(intent.fingerprintOf)), answer }
}

/** What was answered to the same idempotency key. Throws `idempotency_mismatch`. */
export async function answeredBefore(tenant: Tenant, intent: Intent): Promise<Written | undefined> {
  const key = keyFor(intent)
  if (key === undefined || intent.idempotencyKey === undefined) return undefined
  const found = await tenant.ground.store.idempotent(tenant.name, key)
  if (found === undefined) return undefined
  if (found.fingerprint !== digest(canonicalJson(intent.fingerprintOf))) {
    throw new CuriaError(refuse('idempotency_mismatch', { key: intent.idempotencyKey }))
  }
  // The text was written by `commit` above.
  const { records } = JSON.parse(found.answer) as Pick<Written, 'records'>
  return { revision: found.revision, token: writeToken(tenant.ground.identity, tenant.name, found.revision), records, unchanged: false }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** People the actor may not see are counted, not named. */
function seenBy(snapshot: Snapshot, actor: ActorReference, effect: ChangeEffect, now: Instant): ChangeEffect {
  const seen = new Map<string, boolean>()
  const mayName = (subject: string): boolean => {
    let may = seen.get(subject)
    if (may === undefined) {
      may = maySee(snapshot, actor, subject, now)
      seen.set(subject, may)
    }
    return may
  }
  const gains = effect.gains.filter(({ subject }) => mayName(subject))
  const losses = effect.losses.filter(({ subject }) => mayName(subject))
  const complete = effect.complete && gains.length === effect.gains.length && losses.length === effect.losses.length
  return { ...effect, gains, losses, complete }
}

function maySee(snapshot: Snapshot, actor: ActorReference, subject: string, now: Instant): boolean {
  // Nobody is hidden behind `user:anonymous`; a subject that this very change makes stands in no snapshot yet, and the actor makes it.
  if (subject === 'user:anonymous' || actor.startsWith('system:')) return true
  const [type = ''] = subject.split(':', 1)
  return holds(snapshot, actor, `${type}.view`, subject, now)
}
