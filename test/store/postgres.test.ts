import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Instant, RowChange, User } from '../../src/core/index.ts'
import { CuriaError } from '../../src/core/index.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import { rowTables } from '../../src/store/sql/row-table.ts'
import type { Store } from '../../src/store/store.ts'
import { storeContract } from '../../src/testing/index.ts'
import { countRows } from './count-rows.ts'
import { CuttingProxy } from './cutting-proxy.ts'
import { hasPostgres, PostgresServer, password } from './postgres-server.ts'

// An Instant is a text of this form.
const time = '2026-01-01T00:00:00.000Z' as Instant

describe.skipIf(!hasPostgres)('PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = new PostgresServer()
    await server.start()
  })
  afterAll(() => server?.remove())

  describe('a store in PostgreSQL', () => {
    for (const { name, run } of storeContract({ isDurable: true, isSql: true, newHome: () => server.newHome() })) it(name, run)
  })

  describe('a database that may lose what was acknowledged', () => {
    it.each(['fsync', 'full_page_writes', 'synchronous_commit'])('is refused with the name of the setting: %s', async (setting) => {
      await server.run([`alter system set ${setting} = off`, 'select pg_reload_conf()'])
      try {
        await expect.poll(async () => (await server.run([`show ${setting}`]))[0]).toEqual({ [setting]: 'off' })
        const { code, message } = await refusal(openPostgresStore({ url: server.url({ schema: await server.newSchema() }) }))
        expect([code, message]).toEqual(['store_unavailable', expect.stringContaining(`${setting} is off`)])
      } finally {
        await server.run([`alter system reset ${setting}`, 'select pg_reload_conf()'])
        await expect.poll(async () => (await server.run([`show ${setting}`]))[0]).toEqual({ [setting]: 'on' })
      }
    })

    it('is refused also when only its user is set so', async () => {
      await server.run([
        'create user careless superuser',
        `alter user careless password '${password}'`,
        'alter user careless set synchronous_commit = off',
      ])
      const { message } = await refusal(openPostgresStore({ url: server.url({ user: 'careless' }) }))
      expect(message).toContain('synchronous_commit is off')
    })
  })

  describe('a database that cannot be used', () => {
    it('is told with its place, and never with the password', async () => {
      const place = (host: string, database = 'postgres') => `postgres://curia:${encodeURIComponent(password)}@${host}/${database}`
      const socket = `localhost/postgres?host=${encodeURIComponent(server.folder)}`
      const attempts: readonly (readonly [url: string, says: RegExp])[] = [
        [`postgres://curia:wrong-secret@${socket}`, /does not let us in/],
        [`postgres://nobody:wrong-secret@${socket}`, /does not let us in/],
        [server.url({ schema: 'nowhere' }), /no such schema/],
        [server.url().replace('/postgres?', '/nothing?'), /the database nothing at .* does not exist/],
        [place('127.0.0.1:1'), /the database postgres at 127.0.0.1:1 cannot be reached: nothing answers there/],
        [place('no-such-host.invalid'), /no-such-host.invalid cannot be reached/],
        [place('host:port'), /the address of the database cannot be read/],
      ]
      for (const [url, says] of attempts) {
        const error = await refusal(openPostgresStore({ url }))
        expect([error.code, error.message]).toEqual(['store_unavailable', expect.stringMatching(says)])
        for (const secret of [password, encodeURIComponent(password), 'wrong-secret']) {
          expect(everythingIn(error), url).not.toContain(secret)
        }
      }
    })

    it('is refused when it belongs to another program, and is left as it was', async () => {
      const schema = await server.newSchema()
      await server.run(['create table invoices (number integer)'], schema)
      const { code, message } = await refusal(openPostgresStore({ url: server.url({ schema }) }))
      expect([code, message]).toEqual(['store_unavailable', expect.stringContaining('another program')])
      expect(await server.run([`select tablename from pg_tables where schemaname = '${schema}'`])).toEqual([{ tablename: 'invoices' }])
    })

    it('is refused when it was written by a newer program', async () => {
      const home = await server.newHome()
      await (await home.open()).close()
      await home.alter([`insert into schema_version values (7, 'from the future', '2030')`])
      await expect(home.open()).rejects.toMatchObject({
        message: expect.stringMatching(/schema version 7 .* up to \d+; use a newer Curia/),
      })
      await home.remove()
    })

    it('is refused when we may not make tables there', async () => {
      const schema = await server.newSchema()
      await server.run([`create user guest password '${password}'`, `grant usage on schema ${schema} to guest`])
      const { code, message } = await refusal(openPostgresStore({ url: server.url({ schema, user: 'guest' }) }))
      expect([code, message]).toEqual(['store_unavailable', expect.stringContaining('does not give us the rights we need')])
    })
  })

  describe('the tables', () => {
    it('have for every kind of record the columns that are declared for it, and the tenant, and keys compared by their bytes', async () => {
      const schema = await server.newSchema()
      await (await openPostgresStore({ url: server.url({ schema }) })).close()
      for (const { name, columns } of rowTables.values()) {
        const found = await server.run([
          `select column_name, data_type, collation_name from information_schema.columns where table_schema = '${schema}' and table_name = '${name}'`,
        ])
        expect(found.map((column) => String(column.column_name)).sort()).toEqual([...columns, 'tenant'].sort())
        const texts = found.filter((column) => column.data_type === 'text')
        expect(texts.filter((column) => column.collation_name !== 'C')).toEqual([])
      }
    })

    it('are made once when several processes start at the same time, with one identity for all', async () => {
      const url = server.url({ schema: await server.newSchema() })
      const stores = await Promise.all(Array.from({ length: 4 }, () => openPostgresStore({ url })))
      const identities = await Promise.all(stores.map((store) => store.identity()))
      expect(new Set(identities.map(({ id }) => id)).size).toBe(1)
      for (const store of stores) await store.close()
    })

    it.each(['update journal set entry = entry', 'delete from journal', 'truncate journal'])(
      'of the journal refuse every change and removal: %s',
      async (statement) => {
        const schema = await server.newSchema()
        const store = await openPostgresStore({ url: server.url({ schema }) })
        await commit(store, 0, 'one')
        await expect(server.run([statement], schema)).rejects.toThrow('append-only')
        expect(await store.verify('main')).toMatchObject({ intact: true, revision: 1 })
        await store.close()
      },
    )

    it('refuse names that must be unique, as a defect that writes nothing', async () => {
      const store = await openPostgresStore({ url: server.url({ schema: await server.newSchema() }) })
      await commit(store, 0, 'ada')
      const attempt = store.commit(request(1, [userRow('bob'), userRow('eve', { userName: 'ADA' })]))
      await expect(attempt).rejects.toThrow('contradict what is there')
      await expect(attempt).rejects.not.toBeInstanceOf(CuriaError)
      expect([await store.head('main'), await countRows(store)]).toEqual([1, 1])
      await store.close()
    })
  })

  describe('a connection that is lost', () => {
    async function cutStore() {
      const schema = await server.newSchema()
      const proxy = new CuttingProxy(server.socket)
      const store = await openPostgresStore({ url: server.url({ schema, through: await proxy.start() }) })
      await commit(store, 0, 'one')
      const close = async () => {
        await store.close()
        await proxy.stop()
      }
      return { store, proxy, close }
    }
    const idempotency = { key: 'k', fingerprint: 'f', answer: 'a' }

    it.each([
      ['statement', 1],
      ['answer', 2],
    ] as const)(
      'in the middle of COMMIT leaves the outcome unknown, and the idempotency key tells it (cut at the %s)',
      async (side, found) => {
        const { store, proxy, close } = await cutStore()
        proxy.cutOnce({ at: 'commit\0', side })
        const error = await refusal(store.commit({ ...request(1, [userRow('two')]), idempotency }))
        expect([error.code, error.details]).toEqual(['outcome_unknown', { idempotencyKey: 'k' }])
        expect([await store.head('main'), (await store.idempotent('main', 'k'))?.revision]).toEqual([found, found === 2 ? 2 : undefined])
        await commit(store, found, 'three')
        expect(await store.verify('main')).toMatchObject({ intact: true, revision: found + 1 })
        await close()
      },
    )

    it.each([
      ['start transaction', 'statement'],
      ['for update', 'answer'],
      ['insert into "journal"', 'answer'],
      ['update "tenant"', 'answer'],
    ] as const)('before COMMIT means that nothing was written (cut at %s)', async (at, side) => {
      const { store, proxy, close } = await cutStore()
      proxy.cutOnce({ at, side })
      const error = await refusal(store.commit({ ...request(1, [userRow('two')]), idempotency }))
      expect(error.code).toBe('store_unavailable')
      expect([await store.head('main'), await store.idempotent('main', 'k')]).toEqual([1, undefined])
      await commit(store, 1, 'two')
      await close()
    })

    it('with the whole server is an error of that call, and the store goes on when the server is back', async () => {
      const store = await openPostgresStore({ url: server.url({ schema: await server.newSchema() }) })
      await commit(store, 0, 'one')
      await server.stop('SIGINT')
      expect((await refusal(store.head('main'))).code).toBe('store_unavailable')
      expect((await refusal(commit(store, 1, 'two'))).code).toBe('store_unavailable')
      await server.start()
      expect(await store.head('main')).toBe(1)
      await commit(store, 1, 'two')
      await store.close()
    })
  })

  describe('a full disk', () => {
    it('refuses the commit whole, and the store goes on when there is room again', async (test) => {
      const disk = join(server.folder, 'disk')
      mkdirSync(disk)
      const mount = (...words: readonly string[]) => spawnSync('mount', words, { encoding: 'utf8' })
      const mounted = mount('-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk)
      if (mounted.status !== 0) test.skip(`a small disk cannot be mounted here: ${mounted.error?.message ?? mounted.stderr}`)
      const { uid, gid } = statSync(server.folder)
      chownSync(disk, uid, gid)
      const schema = await server.newSchema()
      await server.run([`create tablespace small location '${disk}'`])
      try {
        const store = await openPostgresStore({ url: `${server.url({ schema })}+-cdefault_tablespace=small` })
        await commit(store, 0, 'before')
        const portraits = Array.from({ length: 40 }, (_, index) =>
          userRow(`u${index}`, { portrait: randomBytes(300_000).toString('base64') }),
        )
        const error = await refusal(store.commit(request(1, portraits)))
        expect(error.code).toBe('storage_full')
        expect([await store.head('main'), await countRows(store)]).toEqual([1, 1])
        expect(mount('-o', 'remount,size=200m', disk).status).toBe(0)
        await store.commit(request(1, portraits))
        expect(await store.verify('main')).toMatchObject({ intact: true, revision: 2 })
        await store.close()
      } finally {
        await server.run([`drop schema ${schema} cascade`])
        await server.run(['drop tablespace small'])
        spawnSync('umount', [disk])
      }
    })
  })

  describe('a server that crashes in the middle of writes', () => {
    it('has lost nothing that was acknowledged', async () => {
      for (let round = 0; round < 3; round += 1) {
        const url = server.url({ schema: await server.newSchema() })
        const stores = await Promise.all(Array.from({ length: 3 }, () => openPostgresStore({ url })))
        const acknowledged: string[] = []
        const writers = stores.map(async (store, writer) => {
          for (let count = 0; ; count += 1) {
            const revision = await store.head('main')
            const written = await commit(store, revision, `w${writer}-${count}`).catch((error: unknown) => codeOf(error))
            if (written === 'revision_conflict') continue
            if (typeof written === 'string') return written
            acknowledged.push(`${written.revision} ${written.hash}`)
          }
        })
        // Somebody listens from the start: a writer may end before the server is told to.
        const ends = Promise.allSettled(writers)
        await expect.poll(() => acknowledged.length, { interval: 10 }).toBeGreaterThan(10 * (round + 1))
        await server.stop('SIGKILL')
        for (const end of await ends) {
          expect(end.status === 'fulfilled' ? end.value : codeOf(end.reason)).toMatch(/^(store_unavailable|outcome_unknown)$/)
        }
        await server.start()
        const [store] = stores
        if (store === undefined) throw new Error('there is no store')
        const kept: string[] = []
        for await (const { revision, hash } of store.journal('main')) kept.push(`${revision} ${hash}`)
        expect(acknowledged.filter((entry) => !kept.includes(entry))).toEqual([])
        expect(await store.verify('main')).toMatchObject({ intact: true, revision: kept.length })
        expect(await countRows(store)).toBe(kept.length)
        for (const each of stores) await each.close()
      }
    })
  })
})

async function refusal(attempt: Promise<unknown>): Promise<CuriaError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof CuriaError) return error
  throw new Error('expected a refusal', { cause: error })
}

function codeOf(error: unknown): string {
  if (error instanceof CuriaError) return error.code
  throw error
}

/** The texts of an error and of all its causes, and every field of theirs. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = Object.getOwnPropertyNames(error).map((name) => JSON.stringify(Reflect.get(error, name)) ?? '')
  return [error.stack, ...own, error.cause === undefined ? '' : everythingIn(error.cause)].join('\n')
}

function userRow(id: string, fields: Partial<User> = {}): RowChange {
  const base = { origin: 'local', createdAt: time, createdBy: 'system:test', updatedAt: time } as const
  const user = { ...base, id, userName: id, emails: [], attributes: {}, status: 'active', networks: [], externalIds: {} } as const
  return { table: 'user', key: id, after: { ...user, ...fields } }
}

function request(expectedRevision: number, rows: readonly RowChange[]) {
  const entry = { time, actor: 'system:test', origin: 'local', changes: [], rows, names: {} } as const
  return { tenant: 'main', expectedRevision, entry }
}

function commit(store: Store, expectedRevision: number, id: string) {
  return store.commit(request(expectedRevision, [userRow(id)]))
}
