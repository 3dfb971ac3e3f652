/** Two processes on one PostgreSQL database, each with its own pool and its own state in memory. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccess } from '../../src/assemble.ts'
import { CuriaError } from '../../src/core/index.ts'
import type { Access } from '../../src/service/access.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import { CuttingProxy } from '../store/cutting-proxy.ts'
import { hasPostgres, PostgresServer } from '../store/postgres-server.ts'

describe.skipIf(!hasPostgres)('two processes on one database', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = new PostgresServer()
    await server.start()
  })
  afterAll(() => server?.remove())

  async function pair(): Promise<{ one: Access; other: Access; url: string; close: () => Promise<void> }> {
    const url = server.url({ schema: await server.newSchema() })
    const [one, other] = await Promise.all([createAccess({ store: url }), createAccess({ store: url })])
    const close = async () => {
      await one.close()
      await other.close()
    }
    return { one, other, url, close }
  }
  const user = (id: string) => ({ kind: 'user.create', id, userName: id }) as const

  it('answer from at least the revision of a token that the other has given', async () => {
    const { one, other, close } = await pair()
    await one.write([
      { kind: 'resource-type.create', name: 'doc', actions: ['view'] },
      user('ada'),
      { kind: 'resource.create', resource: 'doc:1' },
    ])
    const granted = await one.write([{ kind: 'grant.create', id: 'g', subject: 'user:ada', resource: 'doc:1', actions: ['view'] }])
    await other.atLeast(granted.token)
    const question = { subject: 'user:ada', action: 'view', resource: 'doc:1' } as const
    expect(other.check(question)).toMatchObject({ allowed: true, revision: 2 })
    const taken = await one.write([{ kind: 'grant.delete', id: 'g' }])
    await other.atLeast(taken.token)
    expect(other.check(question)).toMatchObject({ allowed: false, revision: 3 })
    await close()
  })

  it('see what the other writes without being asked to', async () => {
    const { one, other, close } = await pair()
    await one.write([user('ada')])
    await expect.poll(() => other.revision).toBe(1)
    expect(other.record('user', 'ada')?.userName).toBe('ada')
    await close()
  })

  it('write beside each other without losing or doubling anything', async () => {
    const { one, other, url, close } = await pair()
    const ids = Array.from({ length: 12 }, (_, index) => `u${index}`)
    await Promise.all(ids.map((id, index) => (index % 2 === 0 ? one : other).write([user(id)])))
    const head = Math.max(one.revision, other.revision)
    expect(head).toBe(ids.length)
    await one.atLeast(other.token())
    await other.atLeast(one.token())
    const read = await createAccess({ store: url })
    expect(one.exportWorld()).toEqual(read.exportWorld())
    expect(other.exportWorld()).toEqual(read.exportWorld())
    expect(read.records('user').map(({ id }) => id)).toEqual([...ids].sort())
    expect(await read.verify()).toMatchObject({ intact: true, revision: ids.length })
    await read.close()
    await close()
  })

  it('follow past somebody whose personal values were erased from the journal', async () => {
    const { one, other, url, close } = await pair()
    const store = await openPostgresStore({ url })
    await one.write([user('ada'), user('bob')])
    await one.write([{ kind: 'user.delete', id: 'ada' }])
    expect(await store.erasePersonal('main', 'ada')).toBeGreaterThan(0)
    await store.erasePersonal('main', 'bob')
    const { token } = await one.write([user('eve')])
    await other.atLeast(token)
    expect(other.exportWorld()).toEqual(one.exportWorld())
    expect(other.record('user', 'bob')?.userName).toBe('bob')
    await store.close()
    await close()
  })

  it('answer also after they have computed for long without hearing anything', async () => {
    const { one, close } = await pair()
    await one.write([user('ada')])
    const end = performance.now() + 2500
    while (performance.now() < end) one.exportWorld()
    expect(one.record('user', 'ada')?.userName).toBe('ada')
    await close()
  })

  it('say that they are stale when they are cut off from the store, and go on when they are not', async () => {
    const schema = await server.newSchema()
    const proxy = new CuttingProxy(server.socket)
    const access = await createAccess({ store: server.url({ schema, through: await proxy.start() }) })
    await access.write([user('ada')])
    proxy.refuse(true)
    await expect.poll(() => codeOf(() => access.revision)).toBe('stale')
    expect(codeOf(() => access.record('user', 'ada'))).toBe('stale')
    proxy.refuse(false)
    await expect.poll(() => codeOf(() => access.record('user', 'ada'))).toBe('answered')
    await access.close()
    await proxy.stop()
  })
})

function codeOf(ask: () => unknown): string {
  try {
    ask()
    return 'answered'
  } catch (error) {
    if (error instanceof CuriaError) return error.code
    throw error
  }
}
