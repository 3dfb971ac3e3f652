/** How all rows of a tenant are read from a SQLite file: as they lie there, where most of the table is the tenant's, else by their keys. */

import { sql } from 'kysely'
import type { SqlTransaction, WantedRows } from './sql/schema.ts'

/** Rows that are looked at to find out whose a table is. */
const samples = 64

interface Piece {
  readonly last: string | number | null
  /** Null: none of these rows is wanted. */
  readonly text: string | null
}

/** Going by the key means a leap through the file for every row. Cost as the table lies: the rows of all tenants. */
export async function* sqlitePieces(transaction: SqlTransaction, wanted: WantedRows): AsyncGenerator<string> {
  const isOwn = await isMostlyOf(transaction, wanted)
  // Every key has at least one character, and row numbers begin at 1.
  let last: string | number = isOwn ? 0 : ''
  while (true) {
    const piece: Piece | undefined = await (isOwn ? asItLies(transaction, wanted, last) : byKey(transaction, wanted, last))
    if (piece === undefined || piece.last === null) return
    if (piece.text !== null) yield piece.text
    last = piece.last
  }
}

async function asItLies(transaction: SqlTransaction, { table, tenant, one, rows }: WantedRows, last: string | number) {
  const { rows: found } = await sql<Piece>`
    select max(place) as last, group_concat(line, '') as text from (
      select rowid as place, case when tenant = ${tenant} then ${one} end as line
      from ${sql.table(table)} not indexed where rowid > ${last} order by rowid limit ${rows}
    )
  `.execute(transaction)
  return found[0]
}

async function byKey(transaction: SqlTransaction, { table, key, tenant, one, rows }: WantedRows, last: string | number) {
  const { rows: found } = await sql<Piece>`
    select max(place) as last, group_concat(line, '') as text from (
      select ${sql.ref(key)} as place, ${one} as line
      from ${sql.table(table)} where tenant = ${tenant} and ${sql.ref(key)} > ${last} order by ${sql.ref(key)} limit ${rows}
    )
  `.execute(transaction)
  return found[0]
}

async function isMostlyOf(transaction: SqlTransaction, { table, tenant, rows: piece }: WantedRows): Promise<boolean> {
  const name = sql.table(table)
  const { rows } = await sql<{ readonly last: number | null }>`select max(rowid) as last from ${name}`.execute(transaction)
  const last = rows[0]?.last ?? 0
  if (last <= piece) return true
  let own = 0
  for (let sample = 0; sample < samples; sample += 1) {
    const from = Math.floor((last * sample) / samples)
    const found = await sql<{ readonly tenant: string }>`
      select tenant from ${name} not indexed where rowid > ${from} order by rowid limit 1
    `.execute(transaction)
    if (found.rows[0]?.tenant === tenant) own += 1
  }
  return own * 2 >= samples
}
