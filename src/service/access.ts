/** What an embedding program holds, and what the server stands on: one tenant, asked and changed on somebody's behalf. */

import type {
  ActorReference,
  Change,
  ChangeEffect,
  ChangeOf,
  Circumstances,
  Hold,
  IndexFigures,
  Instant,
  InstantInput,
  MemberReference,
  Origin,
  PermissionTree,
  Plan,
  PrincipalReference,
  Questions,
  Relation,
  Reported,
  Revision,
  TableName,
  Tables,
  World,
} from '../core/index.ts'
import type { ChangeSummary, JournalEntry, JournalRange, Verification } from '../store/store.ts'
import type { Probe } from '../targets/target.ts'
import type { MirrorForecast, MirrorReport, MirrorState } from './mirror.ts'

import type { SnapshotFileState, Start } from './snapshot-keeper.ts'

export type { MirrorForecast, MirrorReport, MirrorState }

import type { ApplicationHandles } from './handles.ts'
import type { KeyBearer } from './new-key.ts'
import type { Plugins } from './plugins.ts'

export type { Filter, Kind, Relations } from './find-records.ts'
export type { Assignments, AssignmentWish, GroupPeople, MembershipWish } from './group-handle.ts'
export type { ApplicationHandles, Finder, ForOwner, Handle, Handles, OfOwner, Registered, Shown } from './handles.ts'
export type { KeyBearer } from './new-key.ts'
export type { Orphan, OrphanChanges, Plugin, PluginContext, PluginState, Plugins } from './plugins.ts'
export { searchedFields } from './record-text.ts'
export type { CheckDeclaration, CheckWish, Edits, Registrations } from './registrations.ts'

import type { RangesWanted, RecordRange, RecordsFound, RecordsWanted } from './record-index.ts'

export interface WriteOptions {
  /** Why; stands in the journal. At most 10,000 characters. */
  readonly reason?: string
  /** Refused with `revision_conflict` when the tenant has another revision. */
  readonly expectedRevision?: Revision
  /** The same key with the same changes gives the first answer again; with others it is `idempotency_mismatch`. 1 to 255 characters. */
  readonly idempotencyKey?: string
  /** Who owns the records that are made. Default `local`; another one needs `tenant.take-over`. */
  readonly origin?: Origin
  /** Called on the very state that the changes will be applied to, perhaps more than once; what it throws refuses the write. */
  readonly precondition?: () => void
}

export interface PreviewOptions extends Pick<WriteOptions, 'expectedRevision' | 'origin' | 'precondition'>, Pick<Circumstances, 'at'> {
  /** At most so many (subject, permission, resource) are listed; counts stay exact. Default 10,000. */
  readonly effectLimit?: number
}

/** An accepted write. */
export interface Written {
  readonly revision: Revision
  /** An opaque token: an answer can be asked to be no older than this. */
  readonly token: string
  /** References of the records that each change made or named, in the order of the changes: `user:...`, `grant:...`. */
  readonly records: readonly (readonly string[])[]
  /** No new revision: the tenant already was as the changes say. */
  readonly unchanged: boolean
}

/** What a write would do. Nothing is written. */
export interface Preview {
  /** The revision it was worked out at. */
  readonly revision: Revision
  readonly changes: readonly ChangeSummary[]
  readonly records: readonly (readonly string[])[]
  readonly effect: ChangeEffect
}

export interface ImportOptions extends WriteOptions {
  /** Called between pieces of work. */
  readonly onProgress?: (done: number, total: number) => void
}

/** What is wished for an API key; `null` for `expiresAt`: never. */
export type KeyWish = Omit<ChangeOf<'api-key.create'>, 'kind' | 'prefix' | 'hash' | 'owner' | 'expiresAt'> & {
  readonly owner?: PrincipalReference
  readonly expiresAt?: InstantInput | null
}

/** Figures about a tenant, for `doctor`. */
export interface Figures {
  readonly tenant: string
  readonly revision: Revision
  readonly rows: { readonly [Name in TableName]: number }
  /** The index in memory. */
  readonly index: IndexFigures
  /** How the state came into memory. */
  readonly start: Start
  /** The file that keeps it for the next start, if there is one. */
  readonly file?: SnapshotFileState
}

/**
 * The targets that mirror this tenant. Looking needs `target.view`, everything else `target.run`, both on the tenant. A name that is no
 * target is `not_found`, a target that does not answer `target_unavailable`.
 */
export interface Targets {
  /** How each stands, by name. */
  list(): readonly MirrorState[]
  get(name: string): MirrorState
  /** Whether the target can be used. Changes nothing. */
  probe(name: string): Promise<Probe>
  /** What a run over everything would do. Changes nothing. */
  plan(name: string): Promise<MirrorForecast>
  /** Brings the target up to date. The first run is over everything; from then on it follows by itself. */
  run(name: string): Promise<MirrorReport>
  /** Looks at everything, and puts right what somebody else has changed. */
  repair(name: string): Promise<MirrorReport>
}

/**
 * A handle on one tenant that acts for one actor. Questions are synchronous on the state in memory; everything that writes or reads the
 * store is asynchronous. What the actor may not do is refused with `forbidden` or `grant_exceeds_own`, and nothing is changed.
 * All methods throw `CuriaError`.
 */
export interface Access extends Questions, ApplicationHandles {
  readonly tenant: string
  readonly actor: ActorReference
  /** The revision that questions are answered at. */
  readonly revision: Revision
  /** The same tenant on behalf of somebody else. Who may call this acts for everybody: keep the handle. */
  as(actor: ActorReference): Access
  /** The token of the present revision. */
  token(): string
  /** Resolves when this process has reached the revision of the token. `revision_unknown_store`, `revision_not_reached` after 2 s. */
  atLeast(token: string): Promise<void>
  /** All questions over the facts as they stood at a past revision; their `now` is its commit time unless `at` is given. Needs `journal.view`. Cost grows with the tenant and the entries since. */
  asOf(revision: Revision): Promise<Questions>
  /** Throws `forbidden` unless the actor holds the permission on the resource (default: the tenant). */
  require(permission: string, resource?: string): void
  /** One record; undefined: it is not there, or the actor may not see it. */
  record<Name extends TableName>(table: Name, key: string): Tables[Name] | undefined
  /** All records of a table that the actor may see, sorted by key. */
  records<Name extends TableName>(table: Name): readonly Tables[Name][]
  /**
   * A page of the records of a table that the actor may see, sorted, with an exact total. Cost does not grow with the table, but where
   * `where` is given or conditions decide what may be seen. The first page of an order, and the first `q`, put an index up for it.
   */
  page<Name extends TableName>(table: Name, wanted: RecordsWanted<Tables[Name]>): RecordsFound<Tables[Name]>
  /** As `page`; a walk through many records lets everybody else have a turn every few milliseconds. `answer` is called with the page at the revision that it is of. */
  pageInPieces<Name extends TableName, Answer>(
    table: Name,
    wanted: RecordsWanted<Tables[Name]>,
    answer: (found: RecordsFound<Tables[Name]>) => Answer,
  ): Promise<Answer>
  /** The records of a table that the actor may see, in ranges of one size: for an index of a long list. Cost: the ranges. */
  ranges<Name extends TableName>(
    table: Name,
    wanted: RangesWanted,
  ): { readonly items: readonly RecordRange<Tables[Name]>[]; readonly total: number }
  /** References of those who manage a group, by a standing in it or a grant on it, sorted; whoever may see them. */
  managersOf(group: string): readonly string[]
  /** The ids of the groups that nobody manages at this moment, whoever may see them. Cost: what was changed since somebody asked. */
  groupsWithoutManager(): ReadonlySet<string>
  /** The memberships in force that end before a moment, the first to end first; of the groups whose members the actor may see. */
  endingMemberships(until: Instant): readonly Hold[]
  /** Whether any grant or permission has a condition, or any grant a beginning: without them `suppose` finds no more than `explain`. */
  mayDepend(): boolean
  /** How many groups right below each of these the actor may see. */
  childCounts(groups: readonly string[]): readonly number[]
  /** The keys of the groups right below one (without: of the roots), whoever may see them. */
  childKeys(parent: string | undefined): Iterable<string>
  /** Puts up what the first pages and searches of people and groups, and an overview of them, would wait for. Cost: some seconds for a million. */
  prepareLists(): void
  /** The groups above one (the nearest first), below it or beside it that the actor may see. Empty for a group that is not there. */
  relatives(group: string, relation: Relation): readonly Tables['group'][]
  /** What every origin says of a member's own memberships, in force or not, sorted by group and origin; of the groups that the actor may see. */
  membershipsOf(member: MemberReference): readonly (Hold & { readonly inForce: boolean })[]
  /** The application permissions granted on the tenant to just this subject, as nested switches. Needs `grant.view` on the tenant. */
  permissionTree(subject: string): PermissionTree
  /** Names of the hierarchy from the root, joined by ` - `. */
  fullNameOf(group: string): string
  /** All or nothing. */
  write(changes: readonly Change[], options?: WriteOptions): Promise<Written>
  preview(changes: readonly Change[], options?: PreviewOptions): Promise<Preview>
  /** Makes an API key. `secret` is the whole key: nobody can tell it again. Absent `owner`: the actor; absent `expiresAt`: in 90 days. */
  createKey(wish: KeyWish, options?: Omit<WriteOptions, 'idempotencyKey'>): Promise<{ readonly written: Written; readonly secret: string }>
  /** Whom an API key speaks for at this moment; undefined when it is unknown, switched off or expired, its owner is not active, or may not call from the address. */
  keyBearer(key: string, address?: string): KeyBearer | undefined
  previewKey(wish: KeyWish, options?: PreviewOptions): Promise<Preview>
  /** Takes one change set back; sugar for `write([{ kind: 'undo', revision }])`. */
  undo(revision: Revision, options?: WriteOptions): Promise<Written>
  /** Needs `journal.view`. */
  journal(range?: JournalRange): AsyncIterable<JournalEntry>
  /** Calls the listener after each write, our own or of another process; several may be told of by one call. Gives what ends it. */
  onWrite(listener: () => void): () => void
  /** Needs `journal.view`. */
  verify(): Promise<Verification>
  /** The whole tenant in its written form. Needs `tenant.export`. */
  exportWorld(): World
  /** What an import would make, change, leave alone and refuse, record by record. Needs `tenant.import`. */
  planImport(reported: Reported): Plan
  /** Carries the plan out in one change set; refused as a whole (`invalid_row`) when a line is refused. Needs `tenant.import` and the rights of every change. */
  importWorld(reported: Reported, options?: ImportOptions): Promise<{ readonly plan: Plan; readonly written: Written }>
  readonly targets: Targets
  /** Needs `tenant.view`. */
  figures(): Figures
  /** The plugins of this process, and what plugins have left. */
  readonly plugins: Plugins
  /** The clock that questions are judged by. */
  now(): Instant
  /** Ends the plugins, waits for the writes under way and lets go of the store, for every handle. From then on everything is `store_unavailable`. */
  close(): Promise<void>
}
