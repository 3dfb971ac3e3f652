/** A SQLite database of another program, which goes on using it. */

import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { sqliteCode, sqliteCodeOf } from '../store/sqlite-code.ts'
import type { SqliteDatabase, SqliteStatement } from '../store/sqlite-library.ts'
import { sqliteLibrary } from '../store/sqlite-library.ts'
import type { Column, Database, Query, Row } from './database.ts'
import { ConstraintFailure, identifier } from './database.ts'
import { TargetFailure } from './target.ts'

/** How long somebody else may hold the database, and how often we look whether it is free, in milliseconds. */
const patience = 10_000
const lookInterval = 20
/** Extended result codes, https://sqlite.org/rescode.html. */
const uniqueCodes: readonly unknown[] = [1555, 2067]
const referenceCode = 787

/** Opens the file when it is needed; it is never made. */
export function sqliteDatabase(path: string): Database {
  return new OtherSqlite(resolve(path))
}

class OtherSqlite implements Database {
  readonly place: string
  readonly #path: string
  #open: { readonly database: SqliteDatabase; readonly file: string } | undefined
  #line: Promise<unknown> = Promise.resolve()

  constructor(path: string) {
    this.#path = path
    this.place = path
  }

  moment(at: string): string {
    return at.replace('T', ' ').replace('Z', '')
  }

  truth(value: boolean): number {
    return value ? 1 : 0
  }

  async columns(query: Query, table: string): Promise<readonly Column[]> {
    const rows = await query(`pragma table_info(${identifier(table)})`)
    return rows.map(({ name, type, notnull, dflt_value: preset, pk }) => {
      const length = /\((\d+)\)/.exec(String(type))?.[1]
      return {
        name: String(name),
        isNeeded: notnull === 1 && preset === null && pk === 0,
        ...(length === undefined ? {} : { length: Number(length) }),
      }
    })
  }

  transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const run = this.#line.then(() => this.#attempt(work))
    this.#line = run.catch(() => undefined)
    return run
  }

  async close(): Promise<void> {
    await this.#line
    this.#letGo()
  }

  async #attempt<T>(work: (query: Query) => Promise<T>): Promise<T> {
    try {
      const database = await this.#database()
      const query: Query = async (text, values = []) => {
        try {
          return rowsOf(database.prepare(text), isReader.test(text), values)
        } catch (error) {
          throw this.#explain(error)
        }
      }
      await whenFree(() => database.exec('begin immediate'))
      try {
        const result = await work(query)
        await whenFree(() => database.exec('commit'))
        return result
      } catch (error) {
        if (database.isOpen && database.isTransaction) database.exec('rollback')
        throw error
      }
    } catch (error) {
      throw this.#explain(error)
    }
  }

  async #database(): Promise<SqliteDatabase> {
    const file = fileOf(this.#path)
    // Somebody may have put another file in its place, as a backup.
    if (this.#open !== undefined && this.#open.file !== file) this.#letGo()
    if (file === undefined) throw new TargetFailure(`there is no database ${this.#path}`)
    if (this.#open === undefined) {
      const { DatabaseSync } = await sqliteLibrary()
      const database = new DatabaseSync(this.#path)
      this.#open = { database, file }
      // We wait ourselves: the library would hold up everything else in this process.
      for (const setting of ['busy_timeout = 0', 'foreign_keys = on', 'trusted_schema = off']) database.exec(`pragma ${setting}`)
    }
    return this.#open.database
  }

  #letGo(): void {
    if (this.#open?.database.isOpen === true) this.#open.database.close()
    this.#open = undefined
  }

  #explain(error: unknown): unknown {
    const code = sqliteCodeOf(error)
    if (code === undefined) {
      const isTheirs = error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR'
      // What was explained already, or is a defect.
      return isTheirs ? new TargetFailure(`the database ${this.#path} cannot be read`, { cause: error }) : error
    }
    if (code === sqliteCode.constraint) {
      const found = error instanceof Error && 'errcode' in error ? error.errcode : undefined
      return new ConstraintFailure(uniqueCodes.includes(found) ? 'unique' : found === referenceCode ? 'reference' : 'other', error)
    }
    if (this.#open?.database.isTransaction === true) this.#open.database.exec('rollback')
    this.#letGo()
    const reason = reasons.get(code) ?? 'cannot be read or written'
    return new TargetFailure(`the database ${this.#path} ${reason}`, { cause: error })
  }
}

const isReader = /^\s*(select|pragma)\b/i

/**
 * Statements that write and give rows give one row here, and have done all their work by then. The packaged library forgets the code of
 * an error that `all` meets, and what is not unique must be known.
 */
function rowsOf(statement: SqliteStatement, reads: boolean, values: readonly unknown[]): readonly Row[] {
  if (statement.columns().length === 0) {
    statement.run(...values)
    return []
  }
  // A row is looked at column by column, as unknown.
  if (reads) return statement.all(...values) as Row[]
  const row = statement.get(...values) as Row | undefined
  return row === undefined ? [] : [row]
}

const reasons: ReadonlyMap<number, string> = new Map([
  [sqliteCode.busy, 'is held by somebody else'],
  [sqliteCode.locked, 'is held by somebody else'],
  [sqliteCode.readOnly, 'cannot be written'],
  [sqliteCode.cannotOpen, 'cannot be opened'],
  [sqliteCode.full, 'has no room left on its disk'],
  [sqliteCode.corrupt, 'is damaged'],
  [sqliteCode.notDatabase, 'is no database'],
  [1, 'is not made as we know it'],
])

function fileOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? undefined : `${found.dev}:${found.ino}`
}

/** Does it as soon as nobody else holds the database. */
async function whenFree(act: () => void): Promise<void> {
  const end = performance.now() + patience
  for (;;) {
    try {
      act()
      return
    } catch (error) {
      if (sqliteCodeOf(error) !== sqliteCode.busy || performance.now() >= end) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, lookInterval))
  }
}
