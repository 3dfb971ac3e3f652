import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Access, Change } from '../../src/index.ts'
import { createAccess } from '../../src/index.ts'
import { scimTarget } from '../../src/targets/scim.ts'
import { hasPostgres, PostgresServer } from '../store/postgres-server.ts'
import { ScimServer } from '../targets/scim-server.ts'

const rome: readonly Change[] = [
  { kind: 'user.create', id: 'sulla', userName: 'sulla', displayName: 'Sulla', emails: ['sulla@rome.example'] },
  { kind: 'user.create', id: 'mars', userName: 'mars' },
  { kind: 'group.create', id: 'gods', name: 'Gods' },
  { kind: 'group.create', id: 'consuls', name: 'Consuls', parent: 'gods' },
  { kind: 'member.add', group: 'gods', member: 'user:mars' },
  { kind: 'member.add', group: 'consuls', member: 'user:sulla' },
]

const opened: Access[] = []
afterEach(async () => {
  for (const access of opened.splice(0)) await access.close()
})

async function open(server: ScimServer, store = 'memory:'): Promise<Access> {
  const target = scimTarget({ url: 'https://directory.example/scim/v2', token: 'a token', fetch: server.fetch })
  const access = await createAccess({ store, targets: [{ name: 'directory', target, rules: { groups: { path: 'none' } } }] })
  opened.push(access)
  return access
}

/** Users with their switch, and groups with the user names of their members. */
function seen(server: ScimServer): readonly string[] {
  const names = new Map(server.all('Users').map(({ id, userName }) => [id, userName]))
  return [
    ...server.all('Users').map(({ userName, active }) => `${userName}${active === true ? '' : ' off'}`),
    ...server.all('Groups').map(({ displayName, members }) => {
      const inside = ((members ?? []) as readonly { readonly value: string }[]).map(({ value }) => names.get(value))
      return `[${displayName}] ${inside.sort().join(' ')}`.trim()
    }),
  ].sort()
}

describe('a mirror in a SCIM server', () => {
  it('makes what is there, follows, catches up, and puts right what was changed', async () => {
    const server = new ScimServer()
    const access = await open(server)
    await access.write(rome)
    expect(await access.targets.run('directory')).toMatchObject({ done: { create: 4, join: 2 }, conflicts: [] })
    expect(seen(server)).toEqual(['[Consuls] sulla', '[Gods] mars', 'mars', 'sulla'])

    server.broken = { status: 503, headers: { 'retry-after': '1' } }
    await access.write([
      { kind: 'user.update', id: 'sulla', userName: 'felix', status: 'inactive' },
      { kind: 'group.update', id: 'gods', name: 'Olympians' },
      { kind: 'user.create', id: 'marius', userName: 'marius' },
      { kind: 'member.add', group: 'consuls', member: 'user:marius' },
    ])
    await expect.poll(() => access.targets.get('directory').state).toBe('failing')
    server.broken = undefined
    await expect.poll(() => access.targets.get('directory')).toMatchObject({ state: 'following', revision: access.revision })
    expect(seen(server)).toEqual(['[Consuls] marius', '[Olympians] mars', 'felix off', 'marius', 'mars'])

    const [group] = server.all('Groups').filter(({ displayName }) => displayName === 'Consuls')
    server.change('Groups', String(group?.id), { displayName: 'Tribunes', members: [] })
    const stranger = server.put('Users', { userName: 'stranger', active: true })
    server.change('Groups', String(group?.id), { members: [{ value: stranger }] })
    expect(await access.targets.repair('directory')).toMatchObject({ done: { update: 1, join: 1 } })
    expect(seen(server)).toEqual(['[Consuls] marius stranger', '[Olympians] mars', 'felix off', 'marius', 'mars', 'stranger'])
  })

  it('asks for no more than what was reached', async () => {
    const server = new ScimServer()
    const access = await open(server)
    await access.write(rome)
    await access.targets.run('directory')
    server.calls.length = 0
    await access.write([{ kind: 'resource-type.create', name: 'legion', actions: ['view'] }])
    await access.targets.run('directory')
    expect(server.calls).toEqual([])
    await access.write([{ kind: 'user.update', id: 'mars', displayName: 'Mars Ultor' }])
    await access.targets.run('directory')
    expect(server.calls.filter((call) => /^(GET (Users|Groups)$|POST|DELETE)/.test(call)).length).toBeLessThanOrEqual(2)
    expect(server.calls.filter((call) => call.startsWith('PATCH'))).toHaveLength(1)
  })

  it('refuses rules that leave a name no room, and says so', async () => {
    const server = new ScimServer()
    const target = scimTarget({ url: 'https://directory.example/scim/v2', token: 'a token', fetch: server.fetch })
    const rules = { users: { prefix: 'p'.repeat(90), limit: 95 } }
    const access = await createAccess({ store: 'memory:', targets: [{ name: 'directory', target, rules }] })
    opened.push(access)
    await access.write(rome)
    await expect(access.targets.run('directory')).rejects.toMatchObject({ code: 'invalid_parameter', details: { field: 'users' } })
    expect(server.all('Users')).toEqual([])
  })
})

describe.skipIf(!hasPostgres)('a mirror of several processes on one database', () => {
  let postgres: PostgresServer
  beforeAll(async () => {
    postgres = new PostgresServer()
    await postgres.start()
  })
  afterAll(() => postgres?.remove())

  it('is run by one of them at a time, and goes on with the others when that one ends', async () => {
    const server = new ScimServer()
    const store = postgres.url({ schema: await postgres.newSchema() })
    const [one, other] = [await open(server, store), await open(server, store)]
    await one.write(rome)
    await expect.poll(() => other.revision).toBe(1)
    const reports = await Promise.all([one.targets.run('directory'), one.targets.run('directory')])
    expect(reports.map(({ done }) => done.create ?? 0).sort()).toEqual([0, 4])
    for (const [index, access] of [one, other, one, other].entries())
      await access.write([{ kind: 'user.create', id: `late-${index}`, userName: `late-${index}` }])
    await expect.poll(() => seen(server)).toHaveLength(8)
    expect(new Set(seen(server)).size).toBe(8)
    opened.splice(opened.indexOf(one), 1)
    await one.close()
    await other.write([{ kind: 'user.delete', id: 'late-0' }])
    await expect.poll(() => seen(server)).not.toContain('late-0')
    expect(seen(server)).toHaveLength(7)
    expect(other.targets.get('directory').state).toBe('following')
  })
})
