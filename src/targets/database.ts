/** A database of another program, as targets use it: transactions, and the few errors that mean something. */

/** Runs one statement; `?` stands for each value. Gives the rows. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>
export interface Row {
  readonly [column: string]: unknown
}

/** Of a table as it was made. */
export interface Column {
  readonly name: string
  /** Of a text that has a longest length, in characters. */
  readonly length?: number
  /** A row cannot be made without saying what stands in it. */
  readonly isNeeded: boolean
}

/** A database that belongs to somebody else: it may be away, locked, or replaced at any time. */
export interface Database {
  /** As it may be shown. */
  readonly place: string
  /** How the database writes a moment. */
  moment(at: string): string
  /** How the database takes a truth. */
  truth(value: boolean): unknown
  /** Columns of a table; none when there is no such table. */
  columns(query: Query, table: string): Promise<readonly Column[]>
  /**
   * Runs the work in one transaction, which others see whole or not at all. Rejects with a `ConstraintFailure` that the work or its commit
   * has met, with a `TargetFailure` when the database cannot be used.
   */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** A row was refused for what stands in other rows. */
export class ConstraintFailure extends Error {
  readonly constraint: 'unique' | 'reference' | 'other'

  constructor(constraint: ConstraintFailure['constraint'], cause: unknown) {
    super(`a constraint of the database was not kept: ${constraint}`, { cause })
    this.name = 'ConstraintFailure'
    this.constraint = constraint
  }
}

/** A name as it stands in SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Values in pieces that fit into one statement. */
export function pieces<T>(values: readonly T[], size = 400): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size))
}
