import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Access, Plugin, PluginContext } from '../../src/index.ts'
import { createAccess, definePlugin, openSignIn } from '../../src/index.ts'
import { Can, CuriaProvider } from '../../src/react/index.ts'
import { fetchGuard } from '../../src/server/guard/index.ts'
import type { SignInSettings } from '../../src/service/sign-in.ts'
import { createMemoryStore } from '../../src/store/memory.ts'
import type { JournalEntry } from '../../src/store/store.ts'
import { Workplace } from '../cli/curia.ts'
import { install } from '../doors/installation.ts'

async function opened(...plugins: readonly Plugin[]): Promise<Access> {
  const access = await createAccess({ store: 'memory:', plugins })
  onTestFinished(() => access.close().catch(() => undefined))
  return access
}

/** A plugin and, once it is active, its context. */
function plugin(name: string, activate: (context: PluginContext) => void | Promise<void> = () => undefined) {
  const held: PluginContext[] = []
  const defined = definePlugin({
    name,
    async activate(context) {
      held[0] = context
      await activate(context)
    },
  })
  const context = (): PluginContext => {
    const [found] = held
    if (found === undefined) throw new Error('not active')
    return found
  }
  return { defined, context }
}

const idOf = (access: Access, userName: string): string => `user:${access.users.get(userName)[0]?.id}`

/** A plugin with something of every kind: ada in the group staff with the role editor, in the domain Acme, with a key. */
async function registerAll({ users, groups, roles, permissions, domains, apiKeys }: PluginContext): Promise<void> {
  await permissions.register({ name: 'article_edit', description: 'to change texts' })
  await roles.register({ codename: 'editor', description: 'who edits', permissions: ['article_edit'] })
  await domains.register({ name: 'Acme', contact: 'ceo@acme.example' })
  await users.register({ userName: 'ada', emails: ['user@test.com'], displayName: 'Ada Lovelace', domain: 'Acme' })
  await groups.register({ name: 'Staff', description: 'who works here', users: ['ada'], roles: ['editor'] })
  await apiKeys.register({ name: 'ticker', user: 'ada' })
}

describe('groundwork-users: the shape of the system', () => {
  it('GW-001 GW-003 a plugin registers users, groups, roles, permissions, domains and API keys, each stamped with its name', async () => {
    const access = await opened(plugin('p1', registerAll).defined)
    for (const kind of ['users', 'groups', 'roles', 'permissions', 'domains', 'apiKeys'] as const) {
      const found = access[kind].get({ origin: 'plugin:p1' })
      expect(found.length).toBeGreaterThan(0)
      expect(found.every(({ origin }) => origin === 'plugin:p1')).toBe(true)
    }
  })

  it('GW-002 GW-006 plugins share one store; each sees its own records, the application those of all', async () => {
    const one = plugin('p1', async ({ groups }) => void (await groups.register({ name: 'One' })))
    const two = plugin('p2', async ({ groups }) => void (await groups.register({ name: 'Two' })))
    const access = await opened(one.defined, two.defined)
    expect(
      one
        .context()
        .groups.get()
        .map(({ name }) => name),
    ).toEqual(['One'])
    expect(
      two
        .context()
        .groups.get()
        .map(({ name }) => name),
    ).toEqual(['Two'])
    expect(access.groups.get()).toHaveLength(2)
  })

  it('GW-004 registering at application level needs an owner', async () => {
    const access = await opened()
    // Whoever calls without types.
    const register = access.groups.register as (registration: object) => Promise<unknown>
    await expect(register({ name: 'Staff' })).rejects.toMatchObject({ code: 'invalid_parameter', details: { field: 'owner' } })
    await access.groups.register({ owner: 'local', name: 'Staff' })
    expect(access.groups.get('Staff')).toHaveLength(1)
  })

  it('GW-005 the address of the store is required, and an empty one is refused', async () => {
    await expect(createAccess({ store: '' })).rejects.toMatchObject({ code: 'unsupported_format' })
  })

  it('GW-008 GW-009 a deletion stands in the journal, and what belongs together is one change set', async () => {
    const one = plugin('p1', registerAll)
    const access = await opened(one.defined)
    await one.context().groups.delete('Staff')
    const entries: JournalEntry[] = []
    for await (const entry of access.journal({ newestFirst: true })) entries.push(entry)
    expect(entries[0]).toMatchObject({ actor: 'system:plugins', origin: 'plugin:p1', changes: [{ kind: 'group.delete' }] })
    expect(entries[1]?.rows.length).toBeGreaterThan(6)
  })
})

describe('groundwork-users: the records', () => {
  it('GW-010 GW-011 GW-012 GW-013 GW-014 GW-015 GW-016 a group has an id, a name of its own, a description, an owner, users, roles and permissions', async () => {
    const one = plugin('p1', registerAll)
    const access = await opened(one.defined)
    await one.context().groups.update('Staff', { permissions: ['article_edit'] })
    expect(access.groups.get('Staff')[0]).toMatchObject({
      id: expect.any(String),
      name: 'Staff',
      description: 'who works here',
      origin: 'plugin:p1',
    })
    expect(access.groups.get({ user: 'ada', role: 'editor', permission: 'article_edit' }).map(({ name }) => name)).toEqual(['Staff'])
    await expect(access.groups.register({ owner: 'local', name: 'staff' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('GW-017 GW-018 GW-019 GW-020 GW-022 a user has an id, an e-mail and a user name of their own, a full name, a description and a page', async () => {
    const access = await opened()
    await access.users.register({
      owner: 'local',
      userName: 'ada',
      emails: ['ada@example.org'],
      displayName: 'Ada Lovelace',
      description: 'wrote the first program',
      page: 'https://example.org/ada',
    })
    expect(access.users.get('ada')[0]).toMatchObject({ displayName: 'Ada Lovelace', page: 'https://example.org/ada' })
    for (const taken of [{ userName: 'Ada' }, { userName: 'eda', emails: ['ADA@example.org'] }])
      await expect(access.users.register({ owner: 'local', ...taken })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('GW-023 a user is active unless it says otherwise, and one who is not is allowed nothing', async () => {
    const access = await opened(plugin('p1', registerAll).defined)
    const subject = idOf(access, 'ada')
    expect(access.users.get('ada')[0]?.status).toBe('active')
    await access.users.update('ada', { status: 'inactive' }, { owner: 'plugin:p1' })
    expect(access.check({ subject, action: 'article_edit' })).toMatchObject({ allowed: false, reason: 'subject_inactive' })
  })

  it('GW-026 GW-027 GW-028 a user is registered with groups, roles and permissions, is in one domain, and has API keys', async () => {
    const access = await opened(
      plugin('p1', async (context) => {
        await registerAll(context)
        await context.domains.register({ name: 'Other' })
        await context.users.register({
          userName: 'bob',
          groups: ['Staff'],
          roles: ['editor'],
          permissions: ['article_edit'],
          domain: 'Other',
        })
        await context.apiKeys.register({ name: 'second', user: 'bob' })
      }).defined,
    )
    expect(
      access.users.get({ group: 'Staff', role: 'editor', permission: 'article_edit', domain: 'Other', apiKey: 'second' }),
    ).toHaveLength(1)
    await access.users.update('bob', { domain: 'Acme' }, { owner: 'plugin:p1' })
    expect(access.domains.get({ user: 'bob' }).map(({ name }) => name)).toEqual(['Acme'])
  })

  it('GW-029 GW-030 a role has a name of its own, a description, an owner, permissions, users and groups', async () => {
    const access = await opened(
      plugin('p1', async (context) => {
        await registerAll(context)
        await context.roles.register({
          codename: 'chief',
          label: 'Chief',
          description: 'leads',
          permissions: ['article_edit'],
          users: ['ada'],
          groups: ['Staff'],
        })
      }).defined,
    )
    expect(access.roles.get({ user: 'ada', group: 'Staff', permission: 'article_edit', origin: 'plugin:p1' })[0]).toMatchObject({
      codename: 'chief',
      label: 'Chief',
    })
  })

  it('GW-031 GW-032 a permission has a name of its own, a description and an owner, and tells its check function with its parameters', async () => {
    const access = await opened(
      plugin('p1', async ({ permissions }) => {
        await permissions.register({ name: 'plain' })
        await permissions.register({
          name: 'sell',
          description: 'to sell',
          check: { name: 'is_small', arguments: ['amount'], check: () => true },
        })
      }).defined,
    )
    expect(access.permissions.get('sell')[0]).toMatchObject({
      description: 'to sell',
      origin: 'plugin:p1',
      check: { plugin: 'p1', name: 'is_small', arguments: ['amount'] },
    })
    expect(access.permissions.get('plain')[0]).not.toHaveProperty('check')
  })

  it('GW-033 GW-035 GW-036 an API key is shown once and kept as a hash, needs a user, and has an owner', async () => {
    const access = await opened(plugin('p1', registerAll).defined)
    const { secret = '' } = await access.apiKeys.register({ owner: 'plugin:p1', name: 'deploy', user: 'ada' })
    expect(access.keyBearer(secret)?.actor).toBe(idOf(access, 'ada'))
    expect(JSON.stringify(access.record('api-key', access.apiKeys.get('deploy')[0]?.id ?? ''))).not.toContain(secret)
    expect(access.apiKeys.get('deploy')[0]?.origin).toBe('plugin:p1')
    await expect(access.apiKeys.register({ owner: 'local', name: 'x', user: 'nobody' })).rejects.toMatchObject({
      code: 'unknown_reference',
    })
  })

  it('GW-037 GW-038 a domain has a name of its own, a contact, a time of creation, an owner and users, who are not active while it is not', async () => {
    const access = await opened(plugin('p1', registerAll).defined)
    expect(access.domains.get('Acme')[0]).toMatchObject({
      contact: 'ceo@acme.example',
      active: true,
      origin: 'plugin:p1',
      createdAt: expect.any(String),
    })
    expect(access.users.get({ domain: 'Acme' })).toHaveLength(1)
    await access.domains.update('Acme', { active: false }, { owner: 'plugin:p1' })
    expect(access.check({ subject: idOf(access, 'ada'), action: 'article_edit' }).reason).toBe('subject_inactive')
  })

  it('GW-039 a link is there once', async () => {
    const access = await opened(
      plugin('p1', async (context) => {
        await registerAll(context)
        await context.groups.register({ name: 'Twins', users: ['ada', 'ADA', 'ada'], roles: ['editor', 'editor'] })
      }).defined,
    )
    const id = access.groups.get('Twins')[0]?.id ?? ''
    expect(access.membersOf({ group: id }).total).toBe(1)
    expect(access.records('grant').filter(({ subject }) => subject === `group:${id}`)).toHaveLength(1)
  })
})

describe('groundwork-users: the calls', () => {
  it('GW-040 GW-041 GW-042 users are registered and found by name, by e-mail and by several fields; always a list', async () => {
    const access = await opened(plugin('p1', registerAll).defined)
    expect(access.users.get({ emails: 'user@test.com' }).map(({ userName }) => userName)).toEqual(['ada'])
    expect(access.users.get({ emails: 'user@test.com', status: 'inactive' })).toEqual([])
    expect(access.users.get('nobody')).toEqual([])
    await expect(access.users.register({ owner: 'local', userName: 'ada' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('GW-043 GW-045 a user is deleted with all API keys, whoever owns these; one who is not there is a clear error', async () => {
    const one = plugin('p1', registerAll)
    const access = await opened(one.defined)
    await access.apiKeys.register({ owner: 'plugin:p2', name: 'other', user: 'ada' })
    await one.context().users.delete('ada')
    expect(access.apiKeys.get()).toEqual([])
    await expect(one.context().users.delete('ada')).rejects.toMatchObject({ code: 'unknown_reference' })
  })

  it('GW-044 a plugin cannot delete the user of another', async () => {
    const two = plugin('p2')
    const access = await opened(plugin('p1', registerAll).defined, two.defined)
    await expect(two.context().users.delete('ada')).rejects.toMatchObject({ code: 'forbidden' })
    expect(access.users.get('ada')).toHaveLength(1)
  })

  it('GW-046 GW-108 a group is registered with nothing but a name, which is free or taken whoever owns it', async () => {
    const access = await opened(plugin('p1', async ({ groups }) => void (await groups.register({ name: 'Empty' }))).defined)
    const id = access.groups.get('Empty')[0]?.id ?? ''
    expect(access.membersOf({ group: id }).items).toEqual([])
    await expect(access.groups.register({ owner: 'plugin:p2', name: 'Empty' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('GW-047 GW-048 both levels find groups by name, by fields and by relations', async () => {
    const one = plugin('p1', registerAll)
    const access = await opened(one.defined)
    for (const { groups } of [one.context(), access]) {
      expect(groups.get('Staff')).toHaveLength(1)
      expect(groups.get({ description: 'who works here', user: 'ada' })).toHaveLength(1)
      expect(groups.get({ origin: 'plugin:p2' })).toEqual([])
    }
  })

  it('GW-049 a group is deleted and its members stay; one of another owner, or none, is a clear error', async () => {
    const one = plugin('p1', registerAll)
    const two = plugin('p2')
    const access = await opened(one.defined, two.defined)
    await expect(two.context().groups.delete('Staff')).rejects.toMatchObject({ code: 'forbidden' })
    await one.context().groups.delete('Staff')
    expect(access.users.get('ada')).toHaveLength(1)
    await expect(one.context().groups.delete('Staff')).rejects.toMatchObject({ code: 'unknown_reference' })
  })

  it('GW-050 name, description, users, roles and permissions of a group are replaced or extended', async () => {
    const one = plugin('p1', registerAll)
    const access = await opened(one.defined)
    await one.context().users.register({ userName: 'bob' })
    const present = access.users.get({ group: 'Staff' }).map(({ userName }) => userName)
    await one.context().groups.update('Staff', { name: 'Everybody', users: [...present, 'bob'], roles: [], permissions: ['article_edit'] })
    expect(
      access.users
        .get({ group: 'Everybody' })
        .map(({ userName }) => userName)
        .sort(),
    ).toEqual(['ada', 'bob'])
    expect(access.groups.get({ role: 'editor' })).toEqual([])
    expect(access.groups.get({ permission: 'article_edit' })).toHaveLength(1)
  })

  it('GW-051 GW-052 roles are registered, found with filters and deleted', async () => {
    const one = plugin('p1', registerAll)
    const access = await opened(one.defined)
    await one.context().roles.register({ codename: 'bare' })
    expect(
      one
        .context()
        .roles.get({ permission: 'article_edit' })
        .map(({ codename }) => codename),
    ).toEqual(['editor'])
    await one.context().roles.delete('bare')
    expect(access.roles.get('bare')).toEqual([])
    await expect(one.context().roles.delete('bare')).rejects.toMatchObject({ code: 'unknown_reference' })
  })

  it('GW-053 GW-054 domains are registered, found and deleted; their users stay, without a domain', async () => {
    const one = plugin('p1', registerAll)
    const access = await opened(one.defined)
    expect(one.context().domains.get({ contact: 'ceo@acme.example' })).toHaveLength(1)
    await one.context().domains.delete('Acme')
    expect(access.domains.get({ user: 'ada' })).toEqual([])
    expect(access.users.get('ada')).toHaveLength(1)
  })

  it('GW-055 GW-056 API keys are made by the server, found and deleted', async () => {
    const one = plugin('p1', registerAll)
    const access = await opened(one.defined)
    const { secret, id } = await one.context().apiKeys.register({ name: 'second', user: 'ada', active: false })
    expect(secret?.length).toBeGreaterThan(42)
    expect(access.apiKeys.get({ user: 'ada', active: false }).map((key) => key.id)).toEqual([id])
    await one.context().apiKeys.delete('second')
    await expect(one.context().apiKeys.delete('second')).rejects.toMatchObject({ code: 'unknown_reference' })
  })

  it('GW-057 GW-058 a permission is registered with its check function, once in a run', async () => {
    const one = plugin('p1', async ({ permissions }) => {
      expect(await permissions.register({ name: 'sell', check: () => true })).toMatchObject({ name: 'sell', origin: 'plugin:p1' })
      await expect(permissions.register({ name: 'sell' })).rejects.toThrow('permission:sell: is registered by the plugin p1 already')
    })
    await opened(one.defined)
  })

  it('GW-059 a permission of an earlier run is refreshed and keeps its holders; one of another owner is refused', async () => {
    const version = (description: string) =>
      plugin('p1', async ({ permissions }) => void (await permissions.register({ name: 'sell', description }))).defined
    const access = await opened(version('old'))
    await access.write([
      { kind: 'user.create', id: 'eve' },
      { kind: 'grant.create', subject: 'user:eve', permission: 'sell' },
    ])
    await access.plugins.deactivate('p1')
    await access.plugins.activate(version('new'))
    expect(access.permissions.get('sell')[0]?.description).toBe('new')
    expect(access.check({ subject: 'user:eve', action: 'sell' }).allowed).toBe(true)
    const other = plugin('p2', async ({ permissions }) => void (await permissions.register({ name: 'sell' }))).defined
    await expect(access.plugins.activate(other)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('GW-060 GW-061 the permissions that are registered now are told from those that plugins left', async () => {
    const one = plugin('p1', registerAll)
    const access = await opened(one.defined, plugin('p2').defined)
    expect(
      one
        .context()
        .permissions.get()
        .map(({ name }) => name),
    ).toEqual(['article_edit'])
    expect(one.context().permissions.get('unknown')).toEqual([])
    await access.plugins.deactivate('p1')
    expect(access.permissions.get('article_edit')).toHaveLength(1)
    expect(access.plugins.orphans('p1').map(({ record }) => record)).toContain('permission:article_edit')
  })

  it('GW-062 GW-063 a check names first the user and then the permission that is not there', async () => {
    const one = plugin('p1', registerAll)
    const access = await opened(one.defined)
    const { questions } = one.context()
    expect(questions.check({ subject: idOf(access, 'ada'), action: 'article_edit' }).allowed).toBe(true)
    expect(() => questions.check({ subject: 'user:nobody', action: 'nothing' })).toThrow(
      expect.objectContaining({ code: 'subject_unknown' }),
    )
    expect(() => questions.check({ subject: idOf(access, 'ada'), action: 'nothing' })).toThrow(
      expect.objectContaining({ code: 'permission_unknown' }),
    )
  })
})

describe('groundwork-users: the decision', () => {
  it('GW-064 GW-065 GW-066 GW-067 GW-068 a permission comes by the user, a role of the user, a group, or a role of a group; a denial wins over all', async () => {
    const access = await opened(
      plugin('p1', async ({ users, groups, roles, permissions }) => {
        await permissions.register({ name: 'article_edit' })
        await roles.register({ codename: 'editor', permissions: ['article_edit'] })
        await users.register({ userName: 'direct', permissions: ['article_edit'] })
        await users.register({ userName: 'by_role', roles: ['editor'] })
        for (const userName of ['in_group', 'in_role', 'nobody']) await users.register({ userName })
        await groups.register({ name: 'A', users: ['in_group'], permissions: ['article_edit'] })
        await groups.register({ name: 'B', users: ['in_role'], roles: ['editor'] })
      }).defined,
    )
    const may = (name: string) => access.check({ subject: idOf(access, name), action: 'article_edit' }).allowed
    expect(['direct', 'by_role', 'in_group', 'in_role', 'nobody'].map(may)).toEqual([true, true, true, true, false])
    await access.write([{ kind: 'grant.create', subject: 'everyone', permission: 'article_edit', effect: 'deny' }])
    expect(['direct', 'by_role', 'in_group', 'in_role'].map(may)).toEqual([false, false, false, false])
  })

  it('GW-069 a permission whose plugin is not active is not available, even where it is granted', async () => {
    const access = await opened(plugin('p1', registerAll).defined)
    await access.plugins.deactivate('p1')
    expect(() => access.check({ subject: idOf(access, 'ada'), action: 'article_edit' })).toThrow(
      expect.objectContaining({ code: 'permission_unavailable', details: { permission: 'article_edit', plugin: 'p1' } }),
    )
  })

  it('GW-070 GW-071 GW-072 a check function is asked of those who have the permission, with the arguments it needs; a missing one is a clear error', async () => {
    const calls: unknown[] = []
    const access = await opened(
      plugin('p1', async ({ permissions, users }) => {
        await permissions.register({
          name: 'sell',
          check: {
            arguments: ['amount'],
            check: (input) => {
              calls.push([input.permission, input.arguments])
              return input.arguments.amount === 1
            },
          },
        })
        await users.register({ userName: 'ada', permissions: ['sell'] })
        await users.register({ userName: 'bob' })
      }).defined,
    )
    expect(access.check({ subject: idOf(access, 'bob'), action: 'sell' }).allowed).toBe(false)
    expect(calls).toEqual([])
    expect(access.check({ subject: idOf(access, 'ada'), action: 'sell', context: { amount: 1 } }).allowed).toBe(true)
    expect(access.check({ subject: idOf(access, 'ada'), action: 'sell', context: { amount: 2 } }).allowed).toBe(false)
    expect(calls).toEqual([
      ['sell', { amount: 1 }],
      ['sell', { amount: 2 }],
    ])
    expect(() => access.check({ subject: idOf(access, 'ada'), action: 'sell' })).toThrow('the check of sell needs the argument "amount"')
  })

  it('GW-073 the built-in rule own is true without a named user and for oneself', async () => {
    const access = await opened(
      plugin('p1', async ({ permissions, users }) => {
        await permissions.register({ name: 'user_edit_own', check: 'own' })
        await users.register({ userName: 'ada', permissions: ['user_edit_own'] })
      }).defined,
    )
    const may = (context: { readonly user?: string }) =>
      access.check({ subject: idOf(access, 'ada'), action: 'user_edit_own', context }).allowed
    expect([may({}), may({ user: 'ada' }), may({ user: idOf(access, 'ada') }), may({ user: 'bob' })]).toEqual([true, true, true, false])
  })

  it('GW-074 GW-075 there is a role for those who have not signed in, granted to the built-in user anonymous, and its rights are judged at every check', async () => {
    const access = await opened(plugin('p1', async ({ permissions }) => void (await permissions.register({ name: 'read' }))).defined)
    expect(access.roles.get().map(({ codename }) => codename)).toEqual(['anonymous'])
    expect(access.check({ subject: 'user:anonymous', action: 'read' }).allowed).toBe(false)
    await access.roles.update('anonymous', { permissions: ['read'] })
    expect(access.check({ subject: 'user:anonymous', action: 'read' }).allowed).toBe(true)
  })

  it('GW-076 a page shows and hides by permission', () => {
    const known = [{ action: 'article_edit', allowed: true }]
    const page = (action: string) => renderToString(createElement(CuriaProvider, { known }, createElement(Can, { action }, 'Edit')))
    expect([page('article_edit'), page('delete')]).toEqual(['Edit', ''])
  })

  it('GW-077 a check writes nothing, and leaving the group takes away what came by it at the next check', async () => {
    const one = plugin('p1', registerAll)
    const access = await opened(one.defined)
    const subject = idOf(access, 'ada')
    const before = access.exportWorld()
    expect(access.check({ subject, action: 'article_edit' }).allowed).toBe(true)
    expect(access.exportWorld()).toEqual(before)
    await one.context().groups.update('Staff', { users: [] })
    expect(access.check({ subject, action: 'article_edit' }).allowed).toBe(false)
  })
})

describe('groundwork-users: signing in', () => {
  const phrase = 'a long phrase that nobody guesses'

  /** ada with a password, and a way to sign in. */
  async function withSignIn(settings: Partial<SignInSettings> = {}) {
    const access = await opened()
    await access.users.register({
      owner: 'local',
      userName: 'ada',
      emails: ['ada@example.org'],
      password: phrase,
      confirmedAt: '2026-01-01T00:00:00.000Z',
    })
    const letters: string[] = []
    const mailer = { send: async ({ text }: { readonly text: string }) => void letters.push(text) }
    const signIn = await openSignIn(access, { settings, mailer, address: () => 'https://curia.example' })
    onTestFinished(() => signIn.close())
    return { access, signIn, letters }
  }

  it('GW-021 GW-080 a password is kept as an argon2id hash with a salt of its own, and a user without one cannot sign in', async () => {
    const store = createMemoryStore()
    const access = await createAccess({ store })
    onTestFinished(() => access.close())
    for (const userName of ['ada', 'eve']) await access.users.register({ owner: 'local', userName, password: phrase })
    await access.users.register({ owner: 'local', userName: 'bare' })
    const hashes = (await store.notes('main', 'password')).map(({ value }) => String(value.hash))
    expect(hashes).toEqual([expect.stringMatching(/^\$argon2id\$/), expect.stringMatching(/^\$argon2id\$/)])
    expect(new Set(hashes).size).toBe(2)
    const signIn = await openSignIn(access)
    for (const password of ['', phrase])
      await expect(signIn.signIn('bare', password, {})).rejects.toMatchObject({ code: 'invalid_credentials' })
    await signIn.close()
  })

  it('GW-024 GW-025 GW-081 the time and address of the present and the last sign-in are noted, and how many there were', async () => {
    const { access, signIn } = await withSignIn()
    const id = access.users.get('ada')[0]?.id ?? ''
    expect(access.users.get('ada')[0]?.confirmedAt).toBe('2026-01-01T00:00:00.000Z')
    for (const address of ['192.0.2.1', '192.0.2.2']) await signIn.signIn('ada', phrase, { address })
    expect(await signIn.signInsOf(id)).toMatchObject({
      count: 2,
      current: { at: expect.any(String), address: '192.0.2.2' },
      last: { at: expect.any(String), address: '192.0.2.1' },
    })
  })

  it('GW-034 an API key is active unless it says otherwise, tells when it was made, and its last use is noted', async () => {
    const { access, signIn } = await withSignIn()
    const { secret = '', id, ...made } = await access.apiKeys.register({ owner: 'local', name: 'ticker', user: 'ada' })
    expect(made).toMatchObject({ active: true, createdAt: expect.any(String) })
    const { requirePermission } = fetchGuard({ access, signIn })
    await requirePermission('user.view')(() => new Response())(new Request('http://localhost/', { headers: { 'x-api-key': secret } }))
    expect(signIn.lastUseOf(id)?.at).toBeDefined()
  })

  it('GW-078 somebody signs in with e-mail or user name and password, gets a session, and signs out', async () => {
    const { signIn } = await withSignIn()
    const { session, secret } = await signIn.signIn('ada@example.org', phrase, {})
    expect((await signIn.session(secret, {}))?.user).toBe(session.user)
    await signIn.endSessions([session.id])
    expect(await signIn.session(secret, {})).toBe(undefined)
  })

  it('GW-079 signing up, confirming the address and a forgotten password are there, and signing up is off unless it is switched on', async () => {
    const closed = await withSignIn()
    await expect(closed.signIn.signUp({ userName: 'eve' }, 'eve@example.org', phrase, {})).rejects.toMatchObject({ code: 'not_found' })
    const { access, signIn, letters } = await withSignIn({ signUp: true })
    await signIn.signUp({ userName: 'eve' }, 'eve@example.org', phrase, {})
    expect(access.users.get('eve')[0]?.status).toBe('pending')
    await expect.poll(() => letters[0]).toContain('https://curia.example')
  })

  it('GW-082 a route takes Basic, a token, a session and an API key', async () => {
    const { access, signIn } = await withSignIn({ basic: true })
    await access.permissions.register({ owner: 'local', name: 'report', users: ['ada'] })
    const { secret: key = '' } = await access.apiKeys.register({ owner: 'local', name: 'k', user: 'ada' })
    const { secret } = await signIn.signIn('ada', phrase, {})
    const { requirePermission } = fetchGuard({ access, signIn })
    const route = requirePermission('report')(() => new Response())
    for (const headers of [
      { authorization: `Basic ${btoa(`ada:${phrase}`)}` },
      { authorization: `Bearer ${key}` },
      { cookie: `__Host-curia=${secret}` },
      { 'x-api-key': key },
    ]) {
      expect((await route(new Request('http://localhost/', { headers }))).status).toBe(200)
    }
  })
})

describe('groundwork-users: ways in', () => {
  it('GW-083 a function of a program is secured by the permission it needs and the methods it takes, API keys alone among them, with methods of its own', async () => {
    const access = await opened(plugin('p1', registerAll).defined)
    const { secret = '' } = await access.apiKeys.register({ owner: 'local', name: 'api', user: 'ada' })
    const { requirePermission } = fetchGuard({
      access,
      authenticate: (credential) =>
        credential.method === 'api-key'
          ? access.keyBearer(credential.key)
          : credential.method === 'bearer' && credential.token === 'ours'
            ? { actor: 'user:anonymous' }
            : undefined,
    })
    const secured = requirePermission('article_edit', { methods: ['api-key'] })(() => new Response('done'))
    const send = (headers: HeadersInit) => secured(new Request('http://localhost/', { headers }))
    expect((await send({ 'x-api-key': secret })).status).toBe(200)
    expect((await send({ authorization: 'Bearer ours' })).status).toBe(401)
    expect((await send({ authorization: `Basic ${btoa('ada:secret')}` })).status).toBe(401)
  })

  it('GW-084 there is a command line', () => {
    const place = new Workplace()
    onTestFinished(() => place.remove())
    place.say('init')
    place.say('users', 'create', '--user-name', 'ada')
    expect(place.say('users')).toContain('ada')
  })

  it('GW-103 GW-104 the permissions of the pages: about all, about oneself, about domains and groups', async () => {
    const all = ['user_view_all', 'user_edit_all', 'user_delete_all', 'user_create']
    const own = ['user_view_own', 'user_edit_own', 'user_delete_own']
    const access = await opened(
      plugin('manager', async ({ permissions, users, domains }) => {
        for (const name of all) await permissions.register({ name })
        for (const name of own) await permissions.register({ name, check: 'own' })
        await users.register({ userName: 'ada', permissions: own })
        await domains.register({ name: 'Acme' })
      }).defined,
    )
    const subject = idOf(access, 'ada')
    const may = (action: string) => access.check({ subject, action, context: { user: 'bob' } }).allowed
    expect([...all, ...own].map(may)).toEqual(Array(7).fill(false))
    expect(own.map((action) => access.check({ subject, action, context: { user: 'ada' } }).allowed)).toEqual([true, true, true])
    const domain = `group:${access.domains.get('Acme')[0]?.id}`
    await access.write([{ kind: 'grant.create', subject, actions: ['edit'], resource: domain }])
    expect(access.check({ subject, action: 'edit', resource: domain }).allowed).toBe(true)
  })

  it('GW-105 the server asks every call for a right, and deletes by DELETE', async () => {
    const { send, access } = await install([{ kind: 'user.create', id: 'ada' }])
    onTestFinished(() => access.close())
    expect((await send('DELETE', '/api/v1/users/ada')).status).toBe(401)
    expect((await send('GET', '/api/v1/users/ada')).status).toBe(401)
    expect((await send('GET', '/api/v1/user/delete/ada')).status).toBe(401)
    expect(access.users.get('ada')).toHaveLength(1)
  })

  it('GW-106 a plugin makes the first administrator, who holds every permission there is and will be', async () => {
    const access = await opened(
      plugin('first', async ({ users }) => void (await users.register({ userName: 'admin', roles: ['administrator'] }))).defined,
      plugin('p1', registerAll).defined,
    )
    expect(access.check({ subject: idOf(access, 'admin'), action: 'article_edit' }).allowed).toBe(true)
    expect(access.check({ subject: idOf(access, 'admin'), action: 'user.delete' }).allowed).toBe(true)
  })
})
