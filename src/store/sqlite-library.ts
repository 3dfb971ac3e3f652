/** Which SQLite library is used: Node's own, or the packaged one with the same API. */

import { CuriaError, refuse } from '../core/index.ts'

/** What we use of the API that `node:sqlite` and `@photostructure/sqlite` share. */
export interface SqliteDatabase {
  readonly isOpen: boolean
  readonly isTransaction: boolean
  exec(sql: string): void
  prepare(sql: string): SqliteStatement
  close(): void
  /** Newer libraries only: refuses SQL that could damage the file. */
  enableDefensive?(active: boolean): void
}

export interface SqliteStatement {
  all(...parameters: readonly unknown[]): unknown[]
  get(...parameters: readonly unknown[]): unknown
  run(...parameters: readonly unknown[]): { readonly changes: number | bigint }
  columns(): readonly unknown[]
}

interface SqliteLibrary {
  readonly DatabaseSync: new (path: string) => SqliteDatabase
  readonly StatementSync: { readonly prototype: object }
}

/** Node's own library where the runtime has it with all that we need, else the packaged one, which has the same API. */
export async function sqliteLibrary(): Promise<SqliteLibrary> {
  const own: unknown = process.getBuiltinModule?.('node:sqlite')
  if (isComplete(own)) return own
  const packaged: unknown = await import('@photostructure/sqlite')
  if (isComplete(packaged)) return packaged
  throw new CuriaError(refuse('store_unavailable', { reason: 'the SQLite library is not the one that this program was built with' }))
}

/** Early versions of Node's own library cannot say whether a statement gives rows. */
function isComplete(found: unknown): found is SqliteLibrary {
  if (typeof found !== 'object' || found === null || !('DatabaseSync' in found) || !('StatementSync' in found)) return false
  const { DatabaseSync, StatementSync } = found
  if (typeof DatabaseSync !== 'function' || typeof StatementSync !== 'function') return false
  return typeof StatementSync.prototype?.columns === 'function' && 'isTransaction' in DatabaseSync.prototype
}
