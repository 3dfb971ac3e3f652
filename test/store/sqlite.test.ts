import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Instant, RowChange, User } from '../../src/core/index.ts'
import { CuriaError } from '../../src/core/index.ts'
import { closeSqlite, openSqlite } from '../../src/store/open-sqlite.ts'
import { openSqliteStore, openStoreOver } from '../../src/store/sqlite.ts'
import { overSqlite } from '../../src/store/sqlite-dialect.ts'
import type { Store } from '../../src/store/store.ts'
import type { StoreHome } from '../../src/testing/index.ts'
import { storeContract } from '../../src/testing/index.ts'
import { countRows } from './count-rows.ts'

// An Instant is a text of this form.
const time = '2026-01-01T00:00:00.000Z' as Instant

describe('a store in SQLite', () => {
  for (const { name, run } of storeContract({ isDurable: true, isSql: true, newHome })) it(name, run)
})

describe('the file of a SQLite store', () => {
  it('is made with its folder, for its owner alone', async () => {
    const path = join(newFolder(), 'data', 'deep', 'curia.db')
    const store = await openSqliteStore({ path })
    await commit(store, 0, 'one')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
    const files = readdirSync(join(path, '..'))
    expect(files.map((file) => statSync(join(path, '..', file)).mode & 0o777)).toEqual(files.map(() => 0o600))
    await store.close()
  })

  it('stands alone when the store is closed, and can be opened again at once', async () => {
    const folder = newFolder()
    const path = join(folder, 'curia.db')
    for (let revision = 0; revision < 3; revision += 1) {
      const store = await openSqliteStore({ path })
      await commit(store, revision, `s${revision}`)
      await store.close()
      expect(readdirSync(folder)).toEqual(['curia.db'])
    }
  })

  it('is for one process: the second is told to ask its server', async () => {
    const path = join(newFolder(), 'curia.db')
    const store = await openSqliteStore({ path })
    const second = await refusal(openSqliteStore({ path }))
    expect([second.code, second.message]).toEqual(['store_unavailable', expect.stringContaining('in use by another process')])
    expect(second.message).toContain('--url')
    await commit(store, 0, 'still works')
    await store.close()

    const library = import.meta.resolve('@photostructure/sqlite')
    const script = `const { DatabaseSync } = await import(${JSON.stringify(library)})
      const database = new DatabaseSync(${JSON.stringify(path)})
      database.exec('begin exclusive')
      console.log('locked')
      setInterval(() => database, 1000)`
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(other.stdout, 'data')
    expect((await refusal(openSqliteStore({ path }))).code).toBe('store_unavailable')
    other.kill('SIGKILL')
    await once(other, 'close')
    const again = await openSqliteStore({ path })
    expect(await again.head('main')).toBe(1)
    await again.close()
  })

  it('is refused when it is not a database, and is left as it was', async () => {
    const path = join(newFolder(), 'notes.txt')
    writeFileSync(path, 'these are notes, and not a database at all\n'.repeat(100))
    const error = await refusal(openSqliteStore({ path }))
    expect([error.code, error.message]).toEqual(['store_unavailable', expect.stringContaining('is not a database')])
    expect(readFileSync(path, 'utf8')).toBe('these are notes, and not a database at all\n'.repeat(100))
  })

  it('is refused when its place cannot be reached', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'file'), '')
    mkdirSync(join(folder, 'folder.db'))
    for (const path of [join(folder, 'file', 'curia.db'), join(folder, 'folder.db')]) {
      const error = await refusal(openSqliteStore({ path }))
      expect([error.code, error.message]).toEqual(['store_unavailable', expect.stringContaining(path)])
    }
  })

  it('keeps texts of the driver out of messages', async () => {
    const path = join(newFolder(), 'notes.txt')
    writeFileSync(path, 'x'.repeat(5000))
    const error = await refusal(openSqliteStore({ path }))
    expect(error.message).not.toContain('file is not a database')
    expect(String(error.cause)).toContain('file is not a database')
  })

  it('keeps the mode that its owner has given it', async () => {
    const path = join(newFolder(), 'curia.db')
    await (await openSqliteStore({ path })).close()
    chmodSync(path, 0o640)
    await (await openSqliteStore({ path })).close()
    expect(statSync(path).mode & 0o777).toBe(0o640)
  })
})

describe('a SQLite connection', () => {
  it.each([
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['locking_mode', 'exclusive'],
    ['foreign_keys', 1],
    ['temp_store', 2],
    ['trusted_schema', 0],
    ['cell_size_check', 1],
    ['secure_delete', 1],
    ['wal_autocheckpoint', 4096],
  ])('has %s set to %s', async (name, value) => {
    const database = await openSqlite(join(newFolder(), 'curia.db'))
    expect(database.prepare(`pragma ${name}`).get()).toEqual({ [name]: value })
    closeSqlite(database)
  })

  it('takes a statement for what it does, not for how it begins', async () => {
    const database = await openSqlite(join(newFolder(), 'curia.db'))
    const kysely = overSqlite(database).queries.withTables<{ t: { x: number } }>()
    await sql`create table t (x integer)`.execute(kysely)
    const inserted = await sql`with source(y) as (values (1), (2)) insert into t select y from source`.execute(kysely)
    expect([inserted.rows, inserted.numAffectedRows]).toEqual([[], 2n])
    expect(await kysely.insertInto('t').values({ x: 3 }).returning('x').execute()).toEqual([{ x: 3 }])
    expect((await sql`with source(y) as (values (9)) select y from source`.execute(kysely)).rows).toEqual([{ y: 9 }])
    expect((await kysely.deleteFrom('t').where('x', '<', 3).executeTakeFirst()).numDeletedRows).toBe(2n)
    await kysely.destroy()
  })

  it('does the transactions of many askers one after the other', async () => {
    const kysely = overSqlite(await openSqlite(join(newFolder(), 'curia.db'))).queries.withTables<{ t: { x: number } }>()
    await sql`create table t (x integer)`.execute(kysely)
    const steps: string[] = []
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        kysely.transaction().execute(async (transaction) => {
          steps.push(name)
          await transaction.insertInto('t').values({ x: 1 }).execute()
          await new Promise((resolve) => setImmediate(resolve))
          steps.push(name)
        }),
      ),
    )
    expect(steps).toEqual(['a', 'a', 'b', 'b', 'c', 'c'])
    await kysely.destroy()
  })
})

describe('a name that must be unique', () => {
  it.each([
    ['a user name in another case', { userName: 'ADA', emails: [] }],
    ['a primary e-mail address in another case', { userName: 'eve', emails: ['ADA@example.org'] }],
  ])('is refused by the database too, as a defect that writes nothing: %s', async (_, fields) => {
    const store = await openSqliteStore({ path: join(newFolder(), 'curia.db') })
    await store.commit(request(0, [userRow('ada', 'Ada', { userName: 'ada', emails: ['ada@example.org', 'shared@example.org'] })]))
    const attempt = store.commit(request(1, [userRow('bob', 'Bob'), userRow('eve', 'Eve', fields)]))
    await expect(attempt).rejects.toThrow('contradict what is there')
    await expect(attempt).rejects.not.toBeInstanceOf(CuriaError)
    expect([await store.head('main'), await countRows(store)]).toEqual([1, 1])
    await store.commit(request(1, [userRow('bob', 'Bob', { emails: ['bob@example.org', 'shared@example.org'] })]))
    await store.close()
  })
})

describe('the journal table', () => {
  it('refuses every change and removal of an entry', async () => {
    const path = join(newFolder(), 'curia.db')
    const store = await openSqliteStore({ path })
    await commit(store, 0, 'one')
    await store.close()
    const database = new DatabaseSync(path)
    expect(() => database.exec(`update journal set entry = '{}'`)).toThrow('append-only')
    expect(() => database.exec('delete from journal')).toThrow('append-only')
    database.close()
  })

  it('keeps no personal value, and the file keeps none that was erased', async () => {
    const path = join(newFolder(), 'curia.db')
    const store = await openSqliteStore({ path })
    const user = userRow('ada', 'Lovelace-the-countess')
    await store.commit(request(0, [user], { 'user:ada': 'Lovelace-the-countess' }))
    await store.commit(request(1, [{ table: 'user', key: 'ada', ...(user.after === undefined ? {} : { before: user.after }) }]))
    expect(filesOf(path)).toContain('Lovelace-the-countess')
    expect(await store.erasePersonal('main', 'ada')).toBe(2)
    expect(filesOf(path)).not.toContain('Lovelace-the-countess')
    await store.close()
    expect(filesOf(path)).not.toContain('Lovelace-the-countess')
  })
})

describe('a full disk', () => {
  it('refuses the commit whole, and the store goes on when there is room again', async () => {
    const path = join(newFolder(), 'curia.db')
    const database = await openSqlite(path)
    const store = await openStoreOver(async () => database, path)
    await commit(store, 0, 'before')
    const { page_count: pages } = database.prepare('pragma page_count').get() as { page_count: number }
    database.exec(`pragma max_page_count = ${pages + 1}`)
    const many = Array.from({ length: 2000 }, (_, index) => userRow(`u${index}`, 'x'.repeat(500)))
    const error = await refusal(store.commit(request(1, many)))
    expect(error.code).toBe('storage_full')
    expect([await store.head('main'), await countRows(store)]).toEqual([1, 1])
    database.exec('pragma max_page_count = 1000000')
    await store.commit(request(1, many))
    expect(await store.verify('main')).toMatchObject({ intact: true, revision: 2 })
    await store.close()
  })
})

async function newHome(): Promise<StoreHome> {
  const folder = mkdtempSync(join(tmpdir(), 'curia-store-'))
  const path = join(folder, 'curia.db')
  return {
    open: () => openSqliteStore({ path }),
    async alter(statements) {
      const database = new DatabaseSync(path)
      const triggers = database.prepare(`select name, sql from sqlite_master where type = 'trigger'`).all()
      for (const { name } of triggers) database.exec(`drop trigger ${name}`)
      for (const statement of statements) database.exec(statement)
      for (const { sql } of triggers) database.exec(sql)
      database.close()
    },
    async remove() {
      rmSync(folder, { recursive: true })
    },
  }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'curia-sqlite-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

async function refusal(attempt: Promise<unknown>): Promise<CuriaError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof CuriaError) return error
  throw new Error('expected a refusal', { cause: error })
}

function userRow(id: string, displayName: string, fields: Partial<User> = {}): RowChange & { table: 'user' } {
  const base = { origin: 'local', createdAt: time, createdBy: 'system:test', updatedAt: time } as const
  const user = {
    ...base,
    id,
    userName: id,
    displayName,
    emails: [],
    attributes: {},
    status: 'active',
    networks: [],
    externalIds: {},
  } as const
  return { table: 'user', key: id, after: { ...user, ...fields } }
}

function request(expectedRevision: number, rows: readonly RowChange[], names: { readonly [reference: string]: string } = {}) {
  const entry = { time, actor: 'system:test', origin: 'local', changes: [], rows, names } as const
  return { tenant: 'main', expectedRevision, entry }
}

function commit(store: Store, expectedRevision: number, id: string) {
  return store.commit(request(expectedRevision, [userRow(id, id)]))
}

/** Everything that stands on the disk for a database, log included. */
function filesOf(path: string): string {
  const folder = join(path, '..')
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'latin1'))
    .join()
}
