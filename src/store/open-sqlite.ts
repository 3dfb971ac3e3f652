/** How a database file is opened: made when missing, checked, and locked for this process alone. */

import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { CuriaError, refuse } from '../core/index.ts'
import type { SqliteDatabase } from './sqlite-library.ts'
import { sqliteLibrary } from './sqlite-library.ts'

/** How long a second opener waits for the first one to go, as at a restart. */
const patienceMilliseconds = 1000

/** What each setting must read as after it was set: a library or a file system that will not keep it is not for us. */
const settings: readonly (readonly [name: string, value: string, reads: string | number])[] = [
  ['busy_timeout', String(patienceMilliseconds), patienceMilliseconds],
  // Before the journal mode: so the write-ahead log needs no memory shared with other processes.
  ['locking_mode', 'exclusive', 'exclusive'],
  ['journal_mode', 'wal', 'wal'],
  // The library's default for WAL is NORMAL, and that loses acknowledged commits when the power goes.
  ['synchronous', 'full', 2],
  ['foreign_keys', 'on', 1],
  ['temp_store', 'memory', 2],
  ['trusted_schema', 'off', 0],
  ['cell_size_check', 'on', 1],
  // What was erased must not stay readable in free pages.
  ['secure_delete', 'on', 1],
  // Kibibytes.
  ['cache_size', '-65536', -65_536],
  // Pages of the log, 16 MiB, before it is carried over: the same pages change again and again, and are then carried over once.
  ['wal_autocheckpoint', '4096', 4096],
  // The log is cut back to this after a large import.
  ['journal_size_limit', '67108864', 67_108_864],
]

/**
 * Opens a database file for this process alone, with settings under which an acknowledged commit is on the disk. A missing folder is made
 * (mode 0700), a missing file too (mode 0600).
 * @param path absolute
 * @throws CuriaError `store_unavailable` for what cannot be reached or written; errors of the library itself are left to `explain`
 */
export async function openSqlite(path: string): Promise<SqliteDatabase> {
  makeFile(path)
  const { DatabaseSync } = await sqliteLibrary()
  const database = new DatabaseSync(path)
  try {
    for (const [name, value, reads] of settings) {
      database.exec(`pragma ${name} = ${value}`)
      requireSetting(database, name, reads)
    }
    database.enableDefensive?.(true)
    // Takes the lock now, so that the second opener is refused at its start and not at its first write.
    database.exec('begin exclusive; commit')
    return database
  } catch (error) {
    closeSqlite(database)
    throw error
  }
}

/**
 * Closes a database and lets go of its lock, leaving one file without a log beside it. `close` alone is not enough: the packaged library
 * keeps the connection, and the lock with it, until the garbage collector has come for every statement.
 */
export function closeSqlite(database: SqliteDatabase): void {
  if (!database.isOpen) return
  try {
    // A log that was begun under the exclusive lock must go before the lock can.
    database.exec('pragma journal_mode = delete')
    database.exec('pragma locking_mode = normal')
    database.exec('select count(*) from sqlite_master')
  } catch {
    // A full or broken disk, or another process that has the lock. What was committed is in the log, and the next opener reads it.
  }
  database.close()
}

function requireSetting(database: SqliteDatabase, name: string, expected: string | number): void {
  const row: unknown = database.prepare(`pragma ${name}`).get()
  const [found] = typeof row === 'object' && row !== null ? Object.values(row) : []
  if (found === expected) return
  const reason = `the database cannot be used safely: ${name} is ${String(found)} where ${expected} is needed`
  throw new CuriaError(refuse('store_unavailable', { reason }))
}

function makeFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // Never opened when it is there: closing a second descriptor of a file lets go of every lock that this process has on it.
    closeSync(openSync(path, 'wx', 0o600))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'EEXIST') return
    if (code === 'ENOSPC') throw new CuriaError(refuse('storage_full', {}), { cause })
    throw new CuriaError(
      refuse('store_unavailable', { reason: `the database ${path} cannot be made: ${causes.get(code) ?? 'the system refused'}` }),
      {
        cause,
      },
    )
  }
}

const causes: ReadonlyMap<unknown, string> = new Map([
  ['EACCES', 'no permission'],
  ['EPERM', 'no permission'],
  ['EROFS', 'the file system is read-only'],
  ['ENOTDIR', 'a part of the path is not a folder'],
  ['ENAMETOOLONG', 'the name is too long'],
])
