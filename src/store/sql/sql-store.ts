/** The SQL store: what a store promises, over any database that kysely speaks to. */

import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Instant, Revision, TableName } from '../../core/index.ts'
import { CuriaError, refuse } from '../../core/index.ts'
import { outlived } from '../idempotency.ts'
import type { KeyedDigest } from '../keyed-digest.ts'
import { keyedDigest } from '../keyed-digest.ts'
import { netChanges } from '../net-changes.ts'
import { isNoteOwner } from '../notes.ts'
import { wasRemoved } from '../removed-tenant.ts'
import type { Link, PersonalValue } from '../seal.ts'
import { firstHash, openEntry, personalIn, sealEntry, verifyChain } from '../seal.ts'
import type {
  CommitRequest,
  Committed,
  Idempotency,
  JournalDraft,
  JournalEntry,
  JournalRange,
  Note,
  NoteChange,
  NoteOwner,
  Row,
  RowTexts,
  Store,
  StoreIdentity,
  Verification,
} from '../store.ts'
import { insertRows, removeRows, Statements, selectPairs } from './batches.ts'
import { migrate } from './migrations.ts'
import { applyNotes, readNotes, removeNotes } from './note-table.ts'
import { readRows } from './read-rows.ts'
import { removedRevision, removeTenant } from './remove-tenant.ts'
import type { RowTable } from './row-table.ts'
import { rowTables } from './row-table.ts'
import type { Database, Flavour, Schema, SqlTransaction } from './schema.ts'
import type { OpenDatabase, Work } from './work.ts'
import { carryOutIn, countOf, rowsOf } from './work.ts'

/** Rows that are read with one statement. */
const pieceRows = 5000
/** Characters of entries that are held at once while the journal is read; one longer entry is read alone. */
const pieceCharacters = 4_000_000
/** Entries of which the lengths are looked at together. */
const pieceEntries = 200

/**
 * Opens a store: brings the schema of its database up to date and makes its identity.
 * @param open connects to the database; called again after a commit of which the outcome is not known
 */
export async function openSqlStore(open: () => Promise<OpenDatabase>, flavour: Flavour): Promise<Store> {
  try {
    const opened = await open()
    try {
      await migrate(opened.queries, flavour)
      return new SqlStore(open, opened, flavour, await identify(opened.queries, flavour))
    } catch (error) {
      await opened.queries.destroy()
      throw error
    }
  } catch (error) {
    throw flavour.explain(error).error
  }
}

async function identify(database: Database, flavour: Flavour): Promise<StoreIdentity> {
  return database.transaction().execute(async (transaction) => {
    // Two processes that meet at an empty database must not make an identity each.
    await flavour.lockSchema(transaction)
    const found = await transaction.selectFrom('identity').selectAll().executeTakeFirst()
    if (found !== undefined) return { ...found, epoch: Number(found.epoch) }
    const made = { id: randomUUID(), epoch: 1, secret: randomBytes(32).toString('hex') }
    await transaction.insertInto('identity').values(made).execute()
    return made
  })
}

class SqlStore implements Store {
  readonly isShared: boolean
  readonly #open: () => Promise<OpenDatabase>
  /** Undefined after a commit of unknown outcome on the one connection there was, until somebody needs it again. */
  #database: Promise<OpenDatabase> | undefined
  readonly #flavour: Flavour
  readonly #identity: StoreIdentity
  readonly #keyed: KeyedDigest
  readonly #statements = new Statements()
  readonly #underWay = new Set<Promise<unknown>>()
  #closed = false

  constructor(open: () => Promise<OpenDatabase>, opened: OpenDatabase, flavour: Flavour, identity: StoreIdentity) {
    this.#open = open
    this.#database = Promise.resolve(opened)
    this.#flavour = flavour
    this.isShared = flavour.isShared
    this.#identity = identity
    this.#keyed = keyedDigest(identity.secret)
  }

  async identity(): Promise<StoreIdentity> {
    this.#requireOpen()
    return this.#identity
  }

  async tenants(): Promise<readonly string[]> {
    const found = await this.#read((transaction) => transaction.selectFrom('tenant').select('tenant').where('revision', '>', 0).execute())
    return found.map(({ tenant }) => tenant).sort()
  }

  async load(tenant: string, take: (row: Row) => void, takeTexts?: (texts: RowTexts) => void): Promise<Revision> {
    return this.#read(async (transaction) => {
      const { revision } = await counterOf(transaction, tenant)
      const taker = { row: take, ...(takeTexts === undefined ? {} : { texts: takeTexts }) }
      for (const table of rowTables.values()) await readRows(transaction, this.#flavour, table, tenant, taker)
      return revision
    })
  }

  async head(tenant: string): Promise<Revision> {
    return this.#read(async (transaction) => (await counterOf(transaction, tenant)).revision)
  }

  async commit(request: CommitRequest): Promise<Committed> {
    const { idempotency, removedTenants = [] } = request
    // On the default level: whoever has waited for the counter row must see what the one before has left there.
    return this.#run(async ({ queries, carryOut }) => {
      const committed = await carryOut(this.#write(queries, request))
      if (removedTenants.length > 0) await this.#flavour.afterErasing(queries).catch(() => undefined)
      return committed
    }, idempotency?.key)
  }

  async commitTogether(requests: readonly CommitRequest[]): Promise<readonly Committed[]> {
    return this.#run(({ queries, carryOut }) => carryOut(this.#writeAll(queries, requests)))
  }

  async idempotent(tenant: string, key: string): Promise<(Idempotency & Committed) | undefined> {
    const found = await this.#read((transaction) =>
      transaction
        .selectFrom('idempotency')
        .select(['key', 'fingerprint', 'answer', 'revision', 'hash'])
        .where('tenant', '=', tenant)
        .where('key', '=', key)
        .executeTakeFirst(),
    )
    return found === undefined ? undefined : { ...found, revision: Number(found.revision) }
  }

  async *journal(tenant: string, range: JournalRange = {}): AsyncGenerator<JournalEntry> {
    for await (const piece of this.#pieces(tenant, range)) {
      const { queries } = await this.#connected()
      const values = await this.#read((transaction) =>
        carryOutIn(transaction, readPersonal(this.#statements, queries, tenant, piece.flatMap(personalIn))),
      )
      for (const link of piece) yield openEntry(link, (digest) => values.get(digest))
    }
  }

  async verify(tenant: string): Promise<Verification> {
    const head = await this.#read(async (transaction) => {
      const last = await transaction
        .selectFrom('journal')
        .select('revision')
        .where('tenant', '=', tenant)
        .orderBy('revision', 'desc')
        .limit(1)
        .executeTakeFirst()
      return { ...(await counterOf(transaction, tenant)), lastEntry: Number(last?.revision ?? 0) }
    })
    return verifyChain({ tenant, keyed: this.#keyed }, head, this.#links(tenant), this.#personal(tenant))
  }

  async erasePersonal(tenant: string, user: string): Promise<number> {
    return this.#run(async ({ queries }) => {
      const { numDeletedRows } = await queries
        .transaction()
        .execute((transaction) =>
          transaction.deleteFrom('personal').where('tenant', '=', tenant).where('user', '=', user).executeTakeFirst(),
        )
      await this.#flavour.afterErasing(queries)
      return Number(numDeletedRows)
    })
  }

  async note(tenant: string, purpose: string, key: string): Promise<Note | undefined> {
    const [found] = await this.#read((transaction) => readNotes(transaction, tenant, { purpose, key }))
    return found
  }

  async notes(tenant: string, purpose: string, owner?: NoteOwner): Promise<readonly Note[]> {
    return this.#read((transaction) => readNotes(transaction, tenant, owner === undefined ? { purpose } : { purpose, owner }))
  }

  async changeNotes(tenant: string, changes: readonly NoteChange[]): Promise<void> {
    await this.#run(({ queries, carryOut }) => carryOut(this.#writeNotes(queries, tenant, changes)))
  }

  async sweepNotes(tenant: string, before: Instant): Promise<number> {
    return this.#run(async ({ queries }) => {
      const { numDeletedRows } = await queries
        .transaction()
        .execute((transaction) =>
          transaction.deleteFrom('note').where('tenant', '=', tenant).where('until', '<', before).executeTakeFirst(),
        )
      return Number(numDeletedRows)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#underWay)
    await (await this.#database)?.queries.destroy()
  }

  *#writeAll(queries: Database, requests: readonly CommitRequest[]): Work<readonly Committed[]> {
    const committed: Committed[] = []
    for (const request of requests) committed.push(yield* this.#write(queries, request))
    return committed
  }

  *#write(queries: Database, request: CommitRequest): Work<Committed> {
    const { tenant, expectedRevision, entry, idempotency, notes = [], endedNotes = [], removedTenants = [] } = request
    const counter = yield* this.#takeCounter(queries, tenant)
    if (counter.isRemoved) throw wasRemoved(tenant)
    if (counter.revision !== expectedRevision) {
      throw new CuriaError(refuse('revision_conflict', { expected: expectedRevision, found: counter.revision }))
    }
    const revision = expectedRevision + 1
    const { link, personal } = sealEntry({ tenant, keyed: this.#keyed }, revision, counter.hash, entry)
    yield* this.#writeRows(queries, tenant, entry)
    yield* this.#writePersonal(queries, tenant, personal)
    for (const { purpose, owner } of endedNotes) yield* removeNotes(queries, tenant, purpose, owner)
    yield* applyNotes(queries, tenant, notes)
    for (const removed of removedTenants) yield* removeTenant(queries, removed)
    const { hash } = link
    yield* insertRows(this.#statements, queries, tenant, 'journal', journalColumns, [link], journalCells)
    yield this.#statements.get(
      queries,
      'outlived answers',
      [tenant, outlived(entry.time)],
      () => sql`delete from ${sql.table('idempotency')} where tenant = ${null} and time < ${null}`,
    )
    if (idempotency !== undefined) yield* remember(queries, tenant, { ...idempotency, revision, hash }, entry.time)
    yield this.#statements.get(
      queries,
      'counter on',
      [revision, hash, tenant],
      () => sql`update ${sql.table('tenant')} set revision = ${null}, hash = ${null} where tenant = ${null}`,
    )
    return { revision, hash }
  }

  /** Reads the counter row and holds it until the transaction ends; made when it is not there. */
  *#takeCounter(queries: Database, tenant: string): Work<Counter> {
    const lock = this.#flavour.isShared ? sql` for update` : sql``
    const read = this.#statements.get(
      queries,
      'counter',
      [tenant],
      () => sql`select revision, hash from ${sql.table('tenant')} where tenant = ${null}${lock}`,
    )
    const [found] = yield* rowsOf<CounterRow>(read)
    if (found !== undefined) return counterIn(found)
    const counter = { tenant, revision: 0, hash: firstHash }
    yield queries
      .insertInto('tenant')
      .values(counter)
      .onConflict((conflict) => conflict.doNothing())
      .compile()
    // Another process may have been first.
    const [made] = yield* rowsOf<CounterRow>(read)
    return counterIn(made)
  }

  *#writeNotes(queries: Database, tenant: string, changes: readonly NoteChange[]): Work<void> {
    if (changes.some(({ note }) => note !== undefined)) {
      const [found] = yield* rowsOf<CounterRow>(
        queries.selectFrom('tenant').select(['revision', 'hash']).where('tenant', '=', tenant).compile(),
      )
      if (counterIn(found).isRemoved) throw wasRemoved(tenant)
    }
    yield* applyNotes(queries, tenant, changes)
  }

  /**
   * A row that changes is removed and made anew, after all removals: so two users may swap their names in one change set, which an update
   * in place could not do, because databases judge uniqueness row by row.
   */
  *#writeRows(queries: Database, tenant: string, entry: JournalDraft): Work<void> {
    for (const [name, changes] of netChanges(entry.rows)) {
      const table = tableOf(name)
      const gone = changes.filter(({ before }) => before !== undefined).map(({ key }) => key)
      const removed = yield* removeRows(this.#statements, queries, table.name, table.key, tenant, gone)
      if (removed !== gone.length) {
        throw new Error(`${gone.length - removed} rows of ${name} are not there, so the change set does not fit`)
      }
      if (isNoteOwner(name)) {
        const ended = changes.filter(({ after }) => after === undefined).map(({ key }) => `${name}:${key}`)
        yield* removeRows(this.#statements, queries, 'note', 'owner', tenant, ended)
      }
      const made = changes.flatMap(({ after }) => (after === undefined ? [] : [after]))
      yield* insertRows(this.#statements, queries, tenant, table.name, table.columns, made, table.cells)
    }
  }

  *#writePersonal(queries: Database, tenant: string, personal: readonly PersonalValue[]): Work<void> {
    yield* insertRows(this.#statements, queries, tenant, 'personal', personalColumns, personal, personalCells, { whereNotThere: true })
  }

  /** Entries of a range in pieces that fit into memory. */
  async *#pieces(tenant: string, { after = 0, upTo, newestFirst = false, limit }: JournalRange): AsyncGenerator<readonly Link[]> {
    let low = after
    let high = upTo ?? Number.MAX_SAFE_INTEGER
    let left = limit ?? Number.POSITIVE_INFINITY
    while (left > 0) {
      const piece = await this.#read((transaction) => readPiece(transaction, tenant, low, high, newestFirst, Math.min(left, pieceEntries)))
      const last = piece.at(-1)
      if (last === undefined) return
      yield piece
      left -= piece.length
      if (newestFirst) high = last.revision - 1
      else low = last.revision
    }
  }

  async *#links(tenant: string): AsyncGenerator<Link> {
    for await (const piece of this.#pieces(tenant, {})) yield* piece
  }

  async *#personal(tenant: string): AsyncGenerator<PersonalValue> {
    let last: PersonalValue | undefined
    while (true) {
      const piece: readonly PersonalValue[] = await this.#read((transaction) => {
        const all = transaction.selectFrom('personal').select(['user', 'digest', 'value']).where('tenant', '=', tenant)
        const rest =
          last === undefined ? all : all.where(sql<boolean>`(${sql.ref('user')}, ${sql.ref('digest')}) > (${last.user}, ${last.digest})`)
        return rest.orderBy('user').orderBy('digest').limit(pieceRows).execute()
      })
      yield* piece
      last = piece.at(-1)
      if (piece.length < pieceRows) return
    }
  }

  /** Reads in one transaction, so that all of it is of one moment. */
  #read<T>(work: (transaction: SqlTransaction) => Promise<T>): Promise<T> {
    return this.#run(({ queries }) => queries.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work))
  }

  #run<T>(work: (opened: OpenDatabase) => Promise<T>, idempotencyKey?: string): Promise<T> {
    const run = this.#attempt(work, idempotencyKey)
    this.#underWay.add(run)
    const over = () => this.#underWay.delete(run)
    run.then(over, over)
    return run
  }

  /** Says errors of the driver in our words. */
  async #attempt<T>(work: (opened: OpenDatabase) => Promise<T>, idempotencyKey?: string): Promise<T> {
    this.#requireOpen()
    try {
      return await work(await this.#connected())
    } catch (error) {
      const explained = this.#flavour.explain(error)
      if (!explained.outcomeUnknown) throw explained.error
      if (!this.#flavour.isShared) await this.#letGo()
      const refusal = refuse('outcome_unknown', idempotencyKey === undefined ? {} : { idempotencyKey })
      throw new CuriaError(refusal, { cause: explained.error })
    }
  }

  async #letGo(): Promise<void> {
    const broken = this.#database
    this.#database = undefined
    // The connection may be past closing; what happened is said by the error of whoever had it.
    await broken?.then(({ queries }) => queries.destroy()).catch(() => undefined)
  }

  async #connected(): Promise<OpenDatabase> {
    this.#database ??= this.#open()
    try {
      return await this.#database
    } catch (error) {
      this.#database = undefined
      throw error
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw new CuriaError(refuse('store_unavailable', { reason: 'the store is closed' }))
  }
}

const journalColumns = ['revision', 'previous_hash', 'hash', 'length', 'entry']
const journalCells = ({ revision, previousHash, hash, entry }: Link) => [revision, previousHash, hash, entry.length, entry]
const personalColumns = ['user', 'digest', 'value']
const personalCells = ({ user, digest, value }: PersonalValue) => [user, digest, value]

interface Counter {
  readonly revision: Revision
  readonly hash: string
  readonly isRemoved: boolean
}

type CounterRow = Pick<Schema['tenant'], 'revision' | 'hash'>

async function counterOf(transaction: SqlTransaction, tenant: string): Promise<Counter> {
  return counterIn(await transaction.selectFrom('tenant').select(['revision', 'hash']).where('tenant', '=', tenant).executeTakeFirst())
}

function counterIn(found: CounterRow | undefined): Counter {
  const revision = Number(found?.revision ?? 0)
  return { revision: Math.max(revision, 0), hash: found?.hash ?? firstHash, isRemoved: revision === removedRevision }
}

function* remember(queries: Database, tenant: string, answer: Idempotency & Committed, time: string): Work<void> {
  const { key, fingerprint, answer: text, revision, hash } = answer
  const insert = queries
    .insertInto('idempotency')
    .values({ tenant, key, fingerprint, answer: text, revision, hash, time })
    .onConflict((conflict) => conflict.doNothing())
  if ((yield* countOf(insert.compile())) === 0) {
    throw new CuriaError(refuse('conflict', { reference: key, reason: 'the idempotency key was used before' }))
  }
}

async function readPiece(
  transaction: SqlTransaction,
  tenant: string,
  low: Revision,
  high: Revision,
  newestFirst: boolean,
  limit: number,
): Promise<readonly Link[]> {
  const direction = newestFirst ? 'desc' : 'asc'
  const range = transaction.selectFrom('journal').where('tenant', '=', tenant).where('revision', '>', low).where('revision', '<=', high)
  const lengths = await range.select(['revision', 'length']).orderBy('revision', direction).limit(limit).execute()
  let count = 0
  let characters = 0
  for (const { length } of lengths) {
    characters += Number(length)
    if (count > 0 && characters > pieceCharacters) break
    count += 1
  }
  const links = await range.select(['revision', 'previous_hash', 'hash', 'entry']).orderBy('revision', direction).limit(count).execute()
  return links.map(({ revision, previous_hash, hash, entry }) => ({ revision: Number(revision), previousHash: previous_hash, hash, entry }))
}

function* readPersonal(
  statements: Statements,
  queries: Database,
  tenant: string,
  wanted: readonly Pick<PersonalValue, 'user' | 'digest'>[],
): Work<ReadonlyMap<string, string>> {
  const pairs = wanted.map(({ user, digest }) => [user, digest] as const)
  const found = yield* selectPairs(statements, queries, 'personal', ['digest', 'value'], ['user', 'digest'], tenant, pairs)
  return new Map(found.map(({ digest, value }) => [String(digest), String(value)]))
}

function tableOf(name: TableName): RowTable {
  const table = rowTables.get(name)
  if (table === undefined) throw new Error(`there is no table ${name}`)
  return table
}
