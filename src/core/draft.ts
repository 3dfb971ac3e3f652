/** A change set in the making: rows put into the snapshot one by one, remembered so that all of it can be taken back. */

import { builtInGroupTypes, builtInResourceTypes, builtInRoles } from './built-in.ts'
import { quoted, refuse } from './errors.ts'
import type { ActorReference, Origin, RecordBase } from './record.ts'
import { canonicalJson } from './shape.ts'
import type { Snapshot } from './snapshot.ts'
import type { RowChange, TableName, Tables } from './tables.ts'
import type { Instant } from './validity.ts'

/** On whose behalf, when, and with what a change set is made. */
export interface Writer {
  readonly actor: ActorReference
  /** Who owns what is made, and whose records may be changed. */
  readonly origin: Origin
  readonly now: Instant
  /** A fresh id, never given before. */
  readonly newId: () => string
  /** The rows of a past change set, for `undo`; undefined: there is no such revision. */
  readonly entryRows?: (revision: number) => readonly RowChange[] | undefined
  /** The changes write down a state that stood elsewhere: an assignment stands as it is, though its owner has left the group since. */
  readonly imports?: boolean
}

interface Touched {
  readonly table: TableName
  readonly key: string
  readonly before: Tables[TableName] | undefined
  after: Tables[TableName] | undefined
  /** The change that touched it last, for the place in an error. */
  change: number
}

/** Tables whose ids are opaque and never given twice. */
const retiring = ['tenant', 'user', 'service', 'group', 'grant', 'assignment', 'api-key'] as const
type RetiringTable = (typeof retiring)[number]

/** Whether records of the table leave their id behind when they go. */
export function isRetired(table: TableName): table is RetiringTable {
  return (retiring as readonly TableName[]).includes(table)
}

/** The built-in catalogue, by table. */
const builtIn: ReadonlyMap<TableName, ReadonlyMap<string, unknown>> = new Map<TableName, ReadonlyMap<string, unknown>>([
  ['role', builtInRoles],
  ['group-type', builtInGroupTypes],
  ['resource-type', builtInResourceTypes],
])

/** Rows that are equal but for the time of their last change. */
export function sameRow(one: object | undefined, other: object | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return canonicalJson({ ...one, updatedAt: undefined }) === canonicalJson({ ...other, updatedAt: undefined })
}

export class Draft {
  readonly snapshot: Snapshot
  readonly writer: Writer
  /** The place of the change in hand, `changes[3]`. */
  change = 0
  /** In the order in which they were touched first. */
  readonly #touched: Touched[] = []
  readonly #byKey = new Map<TableName, Map<string, Touched>>()
  readonly #records: string[][] = []
  readonly #restored = new Set<string>()

  constructor(snapshot: Snapshot, writer: Writer) {
    this.snapshot = snapshot
    this.writer = writer
  }

  /** Begins the next change; what `names` is told goes to it. */
  begin(change: number): void {
    this.change = change
    this.#records[change] = []
  }

  /** The change in hand makes or names this record. */
  names(reference: string): void {
    this.#records[this.change]?.push(reference)
  }

  get records(): readonly (readonly string[])[] {
    return this.#records
  }

  /** The path of a field of the change in hand. */
  field(name: string): string {
    return `changes[${this.change}].${name}`
  }

  /** Puts a row. One that is there already and says the same stays as it is. */
  put<Name extends TableName>(table: Name, key: string, row: Tables[Name]): void {
    const before = this.snapshot.get(table, key)
    if (before !== undefined && sameRow(before, row)) return
    this.#touch(table, key, before, row)
    this.snapshot.put(table, row)
  }

  /** Puts a row back that was there before; it is not judged as if it were made now. */
  restore(table: TableName, key: string, row: Tables[TableName]): void {
    this.#restored.add(`${table}\n${key}`)
    // The row was read from this table.
    this.put(table, key, row as never)
  }

  restores(table: TableName, key: string): boolean {
    return this.#restored.size > 0 && this.#restored.has(`${table}\n${key}`)
  }

  remove(table: TableName, key: string): void {
    const before = this.snapshot.get(table, key)
    if (before === undefined) return
    this.#touch(table, key, before, undefined)
    this.snapshot.remove(table, key)
  }

  #touch(table: TableName, key: string, before: Tables[TableName] | undefined, after: Tables[TableName] | undefined): void {
    const rows = this.#byKey.get(table) ?? new Map<string, Touched>()
    if (rows.size === 0) this.#byKey.set(table, rows)
    const known = rows.get(key)
    if (known !== undefined) {
      known.after = after
      known.change = this.change
      return
    }
    const touched: Touched = { table, key, before, after, change: this.change }
    rows.set(key, touched)
    this.#touched.push(touched)
  }

  /** Which change touched a row last. */
  changeOf(table: TableName, key: string): number {
    return this.#byKey.get(table)?.get(key)?.change ?? 0
  }

  /** What the change set has done so far, net: a row that came back to what it was is not in it. */
  rows(): readonly RowChange[] {
    const rows: RowChange[] = []
    for (const { table, key, before, after } of this.#touched) {
      if (before === undefined && after === undefined) continue
      if (before !== undefined && sameRow(before, after)) {
        // There and back again: the time of the change in between must not stay behind either.
        if (before !== after) this.snapshot.put(table, before)
        continue
      }
      // before and after were read from the table they are written with.
      rows.push({ table, key, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) } as RowChange)
    }
    return rows
  }

  /** Takes everything back. */
  rollBack(): void {
    for (const { table, key, before } of this.#touched.reverse()) {
      if (before === undefined) this.snapshot.remove(table, key)
      else this.snapshot.put(table, before)
    }
    this.#touched.length = 0
    this.#byKey.clear()
  }

  // What the kinds of change share

  /** Bookkeeping of a new record. */
  made(origin: Origin | undefined): RecordBase {
    const { actor, now } = this.writer
    return { origin: origin ?? this.writer.origin, createdAt: now, createdBy: actor, updatedAt: now }
  }

  /**
   * The row of a record that is to be changed or deleted. Refuses one that is not there (`unknown_reference`) and one of another
   * origin (`forbidden`).
   */
  own<Name extends Exclude<TableName, 'settings' | 'retired'>>(table: Name, key: string, field: string): Tables[Name] {
    if (builtIn.get(table)?.has(key))
      throw refuse('conflict', { reference: `${table}:${key}`, reason: 'is built in and cannot be changed' })
    const row = this.present(table, key, field)
    this.requireOrigin(`${table}:${key}`, row.origin)
    return row
  }

  /** The row, or the refusal `unknown_reference`. */
  present<Name extends TableName>(table: Name, key: string, field: string): Tables[Name] {
    const row = this.snapshot.get(table, key)
    if (row === undefined)
      throw refuse('unknown_reference', { reference: table === 'resource' ? key : `${table}:${key}`, field: this.field(field) })
    return row
  }

  requireOrigin(reference: string, origin: Origin): void {
    if (origin === this.writer.origin) return
    throw refuse('forbidden', {
      right: 'tenant.take-over',
      resource: reference,
      reason: `${reference} is kept by ${origin}; change it there, or take it over first`,
    })
  }

  /** The id for a new record: the given one, if it was never given before, or a fresh one. Throws `conflict`. */
  newId(table: RetiringTable, given: string | undefined): string {
    const id = given ?? this.writer.newId()
    const reference = `${table}:${id}`
    if (this.snapshot.has(table, id)) throw refuse('conflict', { reference, reason: 'is there already' })
    if (this.snapshot.has('retired', reference))
      throw refuse('conflict', { reference, reason: 'was deleted, and an id is never given twice' })
    return id
  }

  /** Removes a record whose id is never to be given again. */
  retire(table: RetiringTable, id: string): void {
    const reference = `${table}:${id}`
    this.remove(table, id)
    this.put('retired', reference, { reference, retiredAt: this.writer.now })
  }

  /** Refuses a codename that is taken or built in. */
  requireFree(table: TableName, key: string): void {
    const reference = `${table}:${key}`
    if (builtIn.get(table)?.has(key)) throw refuse('conflict', { reference, reason: `the name ${quoted(key)} is built in` })
    if (this.snapshot.has(table, key)) throw refuse('conflict', { reference, reason: 'is there already' })
  }

  /** The row with the given fields laid over it; `null` takes a value away. */
  patched<Row extends RecordBase>(row: Row, fields: { readonly [name: string]: unknown }): Row {
    const next: { [name: string]: unknown } = Object.fromEntries(Object.entries(row))
    next.updatedAt = this.writer.now
    for (const [name, value] of Object.entries(fields)) {
      if (value === null) delete next[name]
      else if (value !== undefined) next[name] = value
    }
    // Only optional fields can be cleared (change.ts), and every value was read by the shape of its field.
    return next as unknown as Row
  }
}

/** The fields that are given, without those left out. */
export function given<T extends object>(fields: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  const found: Partial<T> = {}
  for (const name of Object.keys(fields) as (keyof T)[]) if (fields[name] !== undefined) found[name] = fields[name]
  // What was left out is undefined in T already.
  return found as { [Name in keyof T]: Exclude<T[Name], undefined> }
}
