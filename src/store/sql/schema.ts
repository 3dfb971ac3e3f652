/** The tables beside those of the records, and the few words in which databases differ. */

import type { Kysely, RawBuilder, Transaction } from 'kysely'

/** The tables that a store needs beside the records. All but the first two hold a `tenant` column. */
export interface Schema {
  schema_version: { version: number; name: string; applied_at: string }
  identity: { id: string; epoch: number; secret: string }
  /** The counter row of each tenant: its revision and the hash of its last entry. The revision of one that was removed is -1. */
  tenant: { tenant: string; revision: number; hash: string }
  /** Append-only. `length` is that of `entry` in characters, so that readers can take pieces of a bearable size. */
  journal: { tenant: string; revision: number; previous_hash: string; hash: string; length: number; entry: string }
  /** Personal values that the journal refers to by digest, apart so that they can be erased. */
  personal: { tenant: string; user: string; digest: string; value: string }
  /** Answers to writes that carried an idempotency key. `time` is that of the entry. */
  idempotency: { tenant: string; key: string; fingerprint: string; answer: string; revision: number; hash: string; time: string }
  /** What is kept beside the facts. `value` is JSON; `owner` the reference of a record. */
  note: {
    tenant: string
    purpose: string
    key: string
    owner: string | null
    until: string | null
    value: string
    version: number
  }
}

export type Database = Kysely<Schema>
export type SqlTransaction = Transaction<Schema>

/** The lines in which databases differ. */
export interface Flavour {
  /** The type of a text that is compared byte by byte. */
  readonly text: RawBuilder<unknown>
  /** The type of a whole number up to 2^53. */
  readonly number: RawBuilder<unknown>
  /**
   * Other processes write too, and transactions run beside each other on a pool that replaces a connection that failed: a writer has to
   * hold others off by locking the counter row. False: one connection for us alone, on which transactions stand in line; when it fails,
   * the database is opened anew.
   */
  readonly isShared: boolean
  /** What stands behind the columns of a table whose rows are only ever found by their primary key. */
  readonly keyedTable: RawBuilder<unknown>
  /** The value of a column as JSON; nothing where it holds nothing. */
  quoted(column: RawBuilder<unknown>): RawBuilder<unknown>
  /** The values of columns as one list in JSON, and a comma. */
  jsonArray(columns: readonly string[]): RawBuilder<unknown>
  /** All rows that are wanted, joined in pieces of about as many rows as was said. */
  pieces(transaction: SqlTransaction, wanted: WantedRows): AsyncIterable<string>
  /** The tables there are where ours stand, whoever made them. */
  tables(transaction: SqlTransaction): Promise<readonly string[]>
  /** Holds off every other process that makes or migrates our tables, until the transaction ends. */
  lockSchema(transaction: SqlTransaction): Promise<void>
  /** Statements that make a table refuse every change and removal of its rows. */
  appendOnly(table: string): readonly RawBuilder<unknown>[]
  /** Statements that let the rows of tenants that were removed, and no others, go from an append-only table. */
  appendOnlyWhileThere(table: string): readonly RawBuilder<unknown>[]
  /** Called after personal values were erased: also the copies that the database keeps on the side must go. */
  afterErasing(database: Database): Promise<void>
  /** What an error of the driver means. Texts of the driver stand in its `cause` only. Others than the driver's are given back as they are. */
  explain(error: unknown): Explained
}

/** Every row of a table that a tenant has, each as one text. */
export interface WantedRows {
  readonly table: string
  /** With `tenant` the primary key. */
  readonly key: string
  readonly tenant: string
  /** The text of one row. */
  readonly one: RawBuilder<unknown>
  readonly rows: number
}

export interface Explained {
  readonly error: unknown
  /** Whether the transaction took place cannot be told: the connection is not to be used again. */
  readonly outcomeUnknown: boolean
}
