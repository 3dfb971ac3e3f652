import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccess } from '../../src/assemble.ts'
import { readInstant } from '../../src/core/index.ts'
import { scimTarget } from '../../src/targets/scim.ts'
import { TargetFailure } from '../../src/targets/target.ts'
import { targetContract } from '../../src/testing/index.ts'
import type { ScimServerOptions } from './scim-server.ts'
import { listenScim, ScimServer } from './scim-server.ts'

const url = 'https://directory.example/scim/v2/'
const at = readInstant('2026-03-15T12:00:00.000Z', 'at')
const profile = { firstName: 'Ada', lastName: 'Lovelace', displayName: 'Ada', email: 'ada@example.org', active: true }
const create = { kind: 'create-user', name: 'ada', mark: '0'.repeat(32), profile, at } as const
const nothing = { ids: [], names: [], marks: [] }

function open(options: ScimServerOptions = {}) {
  const server = new ScimServer(options)
  return { server, target: scimTarget({ url, token: 'a token', fetch: server.fetch }) }
}

async function made(target: ReturnType<typeof scimTarget>, ...acts: Parameters<typeof target.apply>[0]): Promise<readonly string[]> {
  return (await target.apply(acts)).map((outcome) => (outcome.kind === 'done' ? (outcome.id ?? '') : ''))
}

describe.each([
  ['that does everything', {}],
  ['without PATCH', { patches: false }],
  ['without filters', { filters: false, pageLimit: 7 }],
] as const)('a SCIM server %s', (_, options) => {
  const newHome = async () => {
    const { server, target } = open(options)
    return {
      target,
      async makeForeign(user: string, group: string) {
        const id = server.put('Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: user })
        const members = [{ value: id }]
        return {
          user: id,
          group: server.put('Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: group, members }),
        }
      },
      async away(isAway: boolean) {
        server.broken = isAway ? { status: 503 } : undefined
      },
      async remove() {
        await target.close()
      },
    }
  }
  for (const { name, run } of targetContract({ newHome })) it(name, run)
})

describe('a SCIM server', () => {
  it('is sent what the standard says, and no attribute without a value', async () => {
    const { server, target } = open()
    const bare = { firstName: '', lastName: '', displayName: '', email: '', active: false }
    await target.apply([create, { ...create, name: 'bare', profile: bare }])
    expect(server.all('Users')).toEqual([
      {
        id: expect.any(String),
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        externalId: `curia:${'0'.repeat(32)}`,
        userName: 'ada',
        active: true,
        name: { givenName: 'Ada', familyName: 'Lovelace' },
        displayName: 'Ada',
        emails: [{ value: 'ada@example.org', type: 'work', primary: true }],
      },
      { id: expect.any(String), schemas: expect.any(Array), externalId: expect.any(String), userName: 'bare', active: false },
    ])
  })

  it('keeps what we do not know of a user and of a group', async () => {
    const { server, target } = open({ patches: false })
    const group = server.put('Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'G', custom: 1 })
    const [user = ''] = await made(target, create)
    server.change('Users', user, { title: 'Countess', phoneNumbers: [{ value: '1' }] })
    await target.apply([
      { kind: 'update-user', id: user, profile: { firstName: 'Augusta', email: '' } },
      { kind: 'join', group, user },
    ])
    expect(server.all('Users')).toMatchObject([{ title: 'Countess', phoneNumbers: [{ value: '1' }], name: { givenName: 'Augusta' } }])
    expect(server.all('Groups')).toMatchObject([{ custom: 1, members: [{ value: user }] }])
  })

  it('without PATCH is read again when somebody else was first, and nobody’s change is lost', async () => {
    const { server, target } = open({ patches: false })
    const [user = ''] = await made(target, create)
    let others = 2
    server.beforeWrite = () => {
      others -= 1
      if (others >= 0) server.change('Users', user, { title: `title ${others}` })
    }
    expect(await target.apply([{ kind: 'update-user', id: user, profile: { active: false } }])).toEqual([{ kind: 'done' }])
    expect(server.all('Users')).toMatchObject([{ active: false, title: 'title 0' }])
    server.beforeWrite = () => server.change('Users', user, { title: 'again' })
    await expect(target.apply([{ kind: 'update-user', id: user, profile: { active: true } }])).rejects.toThrow('all the time')
  })

  it('has its users switched off where it does not delete them', async () => {
    const { server, target } = open({ keepsUsers: true })
    const [user = ''] = await made(target, create)
    expect(await target.apply([{ kind: 'delete-user', id: user }])).toEqual([
      { kind: 'held', reason: 'the server does not delete its users' },
    ])
    expect(server.all('Users')).toMatchObject([{ active: false }])
  })

  it('keeps nobody in a group whom it only switches off', async () => {
    const { server, target } = open({ keepsUsers: true })
    const access = await createAccess({ store: 'memory:', targets: [{ name: 'directory', target }] })
    await access.write([
      { kind: 'user.create', id: 'ada', userName: 'ada' },
      { kind: 'group.create', id: 'staff', name: 'Staff' },
      { kind: 'member.add', group: 'staff', member: 'user:ada' },
    ])
    await access.targets.run('directory')
    await access.write([{ kind: 'user.delete', id: 'ada' }])
    for (const act of ['run', 'repair'] as const) {
      const { conflicts } = await access.targets[act]('directory')
      expect([server.all('Users'), server.all('Groups')]).toMatchObject([[{ active: false }], [{ members: [] }]])
      expect(conflicts).toMatchObject([{ record: 'user:ada', reason: expect.stringContaining('switched off') }])
    }
    await access.close()
  })

  it('is asked once for many who join one group', async () => {
    const { server, target } = open()
    const users = await made(target, ...Array.from({ length: 30 }, (_, index) => ({ ...create, name: `user-${index}` })))
    const [group = ''] = await made(target, { kind: 'create-group', name: 'Staff', mark: '1'.repeat(32) })
    server.calls.length = 0
    await target.apply(users.map((user) => ({ kind: 'join', group, user })))
    expect(server.calls).toEqual(['GET ServiceProviderConfig', `PATCH Groups/${group}`])
  })

  it('whose user has roles of its own is known to be privileged, and groups in groups are no people', async () => {
    const { server, target } = open()
    const admin = server.put('Users', { userName: 'admin', roles: [{ value: 'admin' }] })
    server.put('Groups', {
      displayName: 'G',
      members: [
        { value: admin, type: 'User' },
        { value: 'inner', type: 'Group' },
      ],
    })
    const { users, groups } = await target.read()
    expect(users).toMatchObject([{ name: 'admin', isPrivileged: true }])
    expect(groups).toMatchObject([{ members: [admin] }])
  })

  it('is asked for a name that holds quotes as for any other', async () => {
    const { server, target } = open()
    const name = 'a" or userName pr or userName eq "b\\'
    server.put('Groups', { displayName: name })
    server.put('Groups', { displayName: 'other' })
    expect((await target.read({ users: nothing, groups: { ...nothing, names: [name] } })).groups).toMatchObject([{ name }])
  })

  it.each([
    [401, {}, 'does not let us in', undefined],
    [429, { 'retry-after': '7' }, 'asked too often', 7],
    [503, { 'retry-after': '11' }, 'answers 503', 11],
    [302, { location: 'https://elsewhere.example/' }, 'points to another address', undefined],
    [200, {}, 'where it should say what it can', undefined],
  ])('that answers %s fails with a reason', async (status, headers, reason, retryAfterSeconds) => {
    const { server, target } = open()
    server.broken = { status, headers }
    const failure = await target.read().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(TargetFailure)
    expect(failure).toMatchObject({ message: expect.stringContaining(reason), retryAfterSeconds })
  })

  it.each([
    [{ totalResults: 3, Resources: [] }, 'gives 0 of 3'],
    [{ Resources: [] }, 'without saying how long it is'],
    [{ totalResults: 1, Resources: [{ userName: 'x' }] }, 'without an id'],
  ])('that gives %j instead of a list is not read as if it were whole', async (answer, reason) => {
    const fetch = async ({ url: asked }: Request) => Response.json(asked.endsWith('Config') ? { filter: { supported: true } } : answer)
    await expect(scimTarget({ url, fetch }).read()).rejects.toThrow(reason)
  })

  it.each(['ftp://x', 'https://user:secret@x/', 'nothing'])('is not called at %s', (address) => {
    expect(() => scimTarget({ url: address })).toThrow(/^(?!.*secret).*without user and password/)
  })
})

describe('over the network', () => {
  const server = new ScimServer()
  let listening: Awaited<ReturnType<typeof listenScim>>
  beforeAll(async () => {
    listening = await listenScim(server)
  })
  afterAll(() => listening.close())

  it('accounts are made and read', async () => {
    const target = scimTarget({ url: listening.url, token: 'a token', allowLoopback: true })
    const [id] = await made(target, create)
    expect((await target.read({ users: { ...nothing, names: ['ada'] }, groups: nothing })).users).toMatchObject([{ id, name: 'ada' }])
    expect(await target.probe()).toEqual({ users: 1, groups: 0 })
  })

  it.each([
    'http://127.0.0.1:1/',
    'http://localhost:1/',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]:1/',
    'https://169.254.169.254/scim',
    'https://[fe80::1]/scim',
    'https://0.0.0.0/',
    'https://100.100.100.200/',
    'https://[fd00:ec2::254]/',
    'http://192.0.2.1/',
  ])('the address %s is not allowed', async (address) => {
    await expect(scimTarget({ url: address, token: 'a token' }).probe()).rejects.toThrow('not allowed')
  })

  it('addresses beside the machine stay closed also where its own are open', async () => {
    for (const address of ['http://169.254.169.254/', 'https://[::ffff:169.254.169.254]/', 'http://192.0.2.1/'])
      await expect(scimTarget({ url: address, allowLoopback: true }).probe()).rejects.toThrow('not allowed')
  })
})
