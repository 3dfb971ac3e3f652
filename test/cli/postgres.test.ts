import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../src/api/client.ts'
import { CuriaError } from '../../src/core/index.ts'
import { hasPostgres, PostgresServer, password } from '../store/postgres-server.ts'
import { Workplace } from './curia.ts'

const key = 'k'.repeat(32)

// The programs run as they are built: `npm test` builds first.
function runTool(tool: string, ...words: readonly string[]) {
  const path = fileURLToPath(new URL(`../../tools/${tool}`, import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...words], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe.skipIf(!hasPostgres)('curia on PostgreSQL', () => {
  let postgres: PostgresServer
  beforeAll(async () => {
    postgres = new PostgresServer()
    await postgres.start()
  })
  afterAll(() => postgres?.remove())

  it('is served by several processes at once, each of which sees what the others have acknowledged', async () => {
    const place = new Workplace()
    const env = { CURIA_STORE: postgres.url({ schema: await postgres.newSchema() }), CURIA_BOOTSTRAP_KEY: key }
    const servers = await Promise.all([place.serve([], env), place.serve([], env)])
    const said = servers.map(({ url }) => {
      place.write('world.json', { curia: 1, users: [{ id: 'ada', userName: 'ada', displayName: 'Ada Lovelace' }] })
      return place.run(['import', 'world.json', '--url', url, '--key', key])
    })
    expect(said.map(({ status, stderr }) => ({ status, stderr }))).toEqual([
      { status: 0, stderr: '' },
      { status: 0, stderr: '' },
    ])
    for (const { url } of servers) expect(place.run(['users', '--url', url, '--key', key]).stdout).toBe('ada  ada  Ada Lovelace\n')
    // The command line may come to the database itself, beside the servers.
    expect(place.run(['users'], { env }).stdout).toBe('ada  ada  Ada Lovelace\n')
    expect(place.run(['verify'], { env }).status).toBe(0)
    for (const server of servers) expect(await server.stop('SIGTERM')).toBe(0)

    const again = await place.serve([], env)
    expect(again.lines).toEqual([`listening on ${again.url}`])
    expect(place.run(['users', '--url', again.url, '--key', key]).stdout).toBe('ada  ada  Ada Lovelace\n')
    await again.stop()
    place.remove()
  })

  it('does not allow what another process has taken away while this one was frozen', async () => {
    const place = new Workplace()
    const env = { CURIA_STORE: postgres.url({ schema: await postgres.newSchema() }), CURIA_BOOTSTRAP_KEY: key }
    const [frozen, other] = await Promise.all([place.serve([], env), place.serve([], env)])
    const [asking, writing] = [frozen, other].map(({ url }) => createClient({ url, key }))
    if (asking === undefined || writing === undefined) throw new Error('there are two clients')
    await writing.changes({
      changes: [
        { kind: 'resource-type.create', name: 'doc', actions: ['view'] },
        { kind: 'user.create', id: 'ada', userName: 'ada' },
        { kind: 'resource.create', resource: 'doc:1' },
        { kind: 'grant.create', id: 'g', subject: 'user:ada', resource: 'doc:1', actions: ['view'] },
      ],
    })
    const answer = () =>
      asking.check({ subject: 'user:ada', action: 'view', resource: 'doc:1' }).then(
        ({ allowed }) => allowed,
        (error: unknown) => (error instanceof CuriaError ? error.code : error),
      )
    await expect.poll(answer).toBe(true)
    frozen.stop('SIGSTOP')
    const askedWhileFrozen = answer()
    await writing.changes({ changes: [{ kind: 'grant.delete', id: 'g' }] })
    await new Promise((resolve) => setTimeout(resolve, 3000))
    frozen.stop('SIGCONT')
    expect([false, 'stale']).toContain(await askedWhileFrozen)
    await expect.poll(answer).toBe(false)
    for (const server of [frozen, other]) expect(await server.stop('SIGTERM')).toBe(0)
    place.remove()
  })

  it('is looked at by the doctor, who shows no password', async () => {
    const place = new Workplace()
    const env = { CURIA_STORE: postgres.url({ schema: await postgres.newSchema() }) }
    const { status, stdout, stderr } = place.run(['doctor'], { env })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(
      /^ok {2}store +postgres:\/\/curia:\.\.\.@localhost\/postgres\?\S+: shared, every commit on the disk before it counts$/m,
    )
    const wrong = place.run(['doctor'], { env: { CURIA_STORE: env.CURIA_STORE.replace('/postgres?', '/nothing?') } })
    expect(wrong.status).toBe(3)
    expect(wrong.stderr).toContain('does not exist')
    for (const text of [stdout, wrong.stdout, wrong.stderr]) {
      expect(text).not.toContain(password)
      expect(text).not.toContain(encodeURIComponent(password))
    }
    place.remove()
  })

  it('loses nothing that a server had acknowledged when the server is killed', async () => {
    const store = postgres.url({ schema: await postgres.newSchema() })
    const { status, stdout, stderr } = runTool('kill-server.mjs', '--rounds', '3', '--seed', '11', '--store', store)
    expect(stdout, stderr).toMatch(/ 0 lost, .* 0 faults, seed 11\n$/)
    expect(status).toBe(0)
  })

  it('loses nothing that a writer was told, and leaves nothing by half, when the writer is killed', () => {
    const { status, stdout, stderr } = runTool('kill-writes.mjs', '--rounds', '3', '--seed', '5', '--store', postgres.url())
    expect(stdout, stderr).toMatch(/3 kills, \d+ commits acknowledged, 0 lost, 0 faults/)
    expect(status).toBe(0)
  })
})
