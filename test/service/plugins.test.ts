import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Access, Plugin, PluginContext } from '../../src/index.ts'
import { createAccess, definePlugin } from '../../src/index.ts'
import type { JournalEntry } from '../../src/store/store.ts'

/** The address of a database that outlives an access. */
function database(): string {
  const folder = mkdtempSync(join(tmpdir(), 'curia-plugins-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return `sqlite:${join(folder, 'curia.db')}`
}

/** An access, closed with the test. */
async function opened(plugins: readonly Plugin[] = [], store = 'memory:'): Promise<Access> {
  const access = await createAccess({ store, plugins })
  onTestFinished(() => access.close().catch(() => undefined))
  return access
}

/** A plugin whose context is kept for the test. */
function keeping(name: string, activate: (context: PluginContext) => void | Promise<void> = () => undefined) {
  const held: { context?: PluginContext } = {}
  const plugin = definePlugin({
    name,
    async activate(context) {
      held.context = context
      await activate(context)
    },
  })
  const context = (): PluginContext => {
    if (held.context === undefined) throw new Error('not activated')
    return held.context
  }
  return { plugin, context }
}

const newsroom = (context: PluginContext) => registerNewsroom(context)
async function registerNewsroom({ users, groups, roles, permissions, domains, apiKeys }: PluginContext): Promise<void> {
  await permissions.register({ name: 'article_publish', label: 'Publish' })
  await roles.register({ codename: 'editor', permissions: ['article_publish'] })
  await domains.register({ name: 'Acme', contact: 'ceo@acme.example' })
  await users.register({ userName: 'ada', emails: ['ada@acme.example'], domain: 'acme' })
  await users.register({ userName: 'bob' })
  await groups.register({ name: 'News Desk', users: ['ada', 'bob'], roles: ['editor'] })
  await apiKeys.register({ name: 'ticker', user: 'ada' })
}

describe('a plugin that is activated', () => {
  it('owns what it registers: users, groups, roles, permissions, domains and API keys, with their links', async () => {
    const access = await opened([keeping('news', newsroom).plugin])
    expect(access.plugins.list()).toEqual([
      {
        name: 'news',
        active: true,
        records: { permission: 1, role: 1, user: 2, group: 2, hold: 3, grant: 1, 'api-key': 1 },
      },
    ])
    const [ada] = access.users.get('ada')
    expect(access.check({ subject: `user:${ada?.id}`, action: 'article_publish' }).allowed).toBe(true)
    expect(access.groups.get({ origin: 'plugin:news', role: 'editor' }).map(({ codename }) => codename)).toEqual(['news-desk'])
    expect(access.apiKeys.get('ticker')[0]).not.toHaveProperty('hash')
  })

  it('changes nothing when it registers the same once more, also at a second start on the same database', async () => {
    const lasting = database()
    const first = await opened([keeping('news', newsroom).plugin], lasting)
    const { revision } = first
    await first.close()
    const second = await opened([keeping('news', newsroom).plugin], lasting)
    expect(second.revision).toBe(revision)
    await second.plugins.deactivate('news')
    await second.plugins.activate(keeping('news', newsroom).plugin)
    expect(second.revision).toBe(revision)
  })

  it('writes everything that it registers in one change set, whose origin and reason tell of it', async () => {
    const access = await opened([keeping('news', newsroom).plugin])
    const entries: JournalEntry[] = []
    for await (const entry of access.journal()) entries.push(entry)
    // The role of those who have not signed in is made before the first plugin.
    expect(entries.map(({ actor, origin, reason }) => [actor, origin, reason])).toEqual([
      ['system:plugins', 'local', 'what somebody who has not signed in may do'],
      ['system:plugins', 'plugin:news', 'registered by the plugin news'],
    ])
  })

  it('leaves nothing when it throws while it is activated', async () => {
    const access = await opened()
    const broken = definePlugin({
      name: 'broken',
      async activate(context) {
        await registerNewsroom(context)
        throw new Error('the printer is on fire')
      },
    })
    const before = access.exportWorld()
    await expect(access.plugins.activate(broken)).rejects.toMatchObject({
      code: 'conflict',
      message: 'plugin:broken: was not activated: the printer is on fire',
    })
    expect(access.users.get()).toEqual([])
    expect(access.plugins.list()).toEqual([])
    expect(access.exportWorld()).toMatchObject({ ...before, roles: [{ codename: 'anonymous' }] })
  })

  it('takes nothing from those who are there: what they hold keeps its owner', async () => {
    const access = await opened()
    await access.write([{ kind: 'group.create', id: 'desk', name: 'News Desk' }])
    const { revision } = access
    await expect(access.plugins.activate(keeping('news', newsroom).plugin)).rejects.toMatchObject({
      code: 'conflict',
      message: 'group:desk: is there already, and is kept by local',
    })
    // The role of those who have not signed in alone.
    expect(access.revision).toBe(revision + 1)
    expect(access.users.get()).toEqual([])
  })

  it.each([
    ['a role', 'role:boss', ({ groups }: PluginContext) => groups.register({ name: 'A', roles: ['boss'] })],
    ['a permission', 'permission:fly', ({ groups }: PluginContext) => groups.register({ name: 'A', permissions: ['fly'] })],
    ['a user', 'user:nob', ({ groups }: PluginContext) => groups.register({ name: 'A', users: ['nob'] })],
    ['a group', 'group:nobs', ({ users }: PluginContext) => users.register({ userName: 'a', groups: ['nobs'] })],
    ['a domain', 'group:acme', ({ users }: PluginContext) => users.register({ userName: 'a', domain: 'acme' })],
    ['an owner of a key', 'user:nob', ({ apiKeys }: PluginContext) => apiKeys.register({ name: 'k', user: 'nob' })],
  ])('is refused %s that is not there, and nothing is changed', async (_, reference, register) => {
    const access = await opened()
    const plugin = keeping('news', async (context) => {
      await register(context)
    }).plugin
    await expect(access.plugins.activate(plugin)).rejects.toMatchObject({ code: 'unknown_reference', details: { reference } })
    expect(access.groups.get()).toEqual([])
    expect(access.users.get()).toEqual([])
  })

  it('may catch a refusal and go on: what was refused leaves nothing, the rest is registered', async () => {
    const access = await opened([
      keeping('news', async ({ groups }) => {
        await groups.register({ name: 'Fine' })
        await expect(groups.register({ name: 'Faulty', roles: ['nobody'] })).rejects.toMatchObject({ code: 'unknown_reference' })
      }).plugin,
    ])
    expect(access.groups.get().map(({ name }) => name)).toEqual(['Fine'])
  })

  it('may not register the same twice: a duplicate is a clear error', async () => {
    const held = keeping('news', async ({ groups, roles, permissions, users }) => {
      await groups.register({ name: 'Staff' })
      await expect(groups.register({ name: 'staff' })).rejects.toMatchObject({ code: 'conflict' })
      await roles.register({ codename: 'editor' })
      await expect(roles.register({ codename: 'editor' })).rejects.toMatchObject({ code: 'conflict' })
      await permissions.register({ name: 'x' })
      await expect(permissions.register({ name: 'x' })).rejects.toMatchObject({
        message: 'permission:x: is registered by the plugin news already; update it instead',
      })
      await users.register({ userName: 'ada', emails: ['ada@example.org'] })
      await expect(users.register({ userName: 'ADA' })).rejects.toMatchObject({ code: 'conflict' })
      await expect(users.register({ userName: 'eda', emails: ['ada@example.org'] })).rejects.toMatchObject({ code: 'conflict' })
    })
    const access = await opened([held.plugin])
    await expect(held.context().groups.register({ name: 'Staff' })).rejects.toMatchObject({ code: 'conflict' })
    expect(access.groups.get()).toHaveLength(1)
  })

  it('brings what was registered up to date when its next version says something else', async () => {
    const version = (users: readonly string[], roles: readonly string[], description: string) =>
      keeping('news', async (context) => {
        await context.roles.register({ codename: 'reader' })
        await context.roles.register({ codename: 'writer' })
        await context.users.register({ userName: 'ada' })
        await context.users.register({ userName: 'bob', groups: [] })
        await context.groups.register({ name: 'Desk', description, users, roles })
      }).plugin
    const access = await opened([version(['ada', 'bob'], ['reader'], 'old')])
    await access.plugins.deactivate('news')
    await access.plugins.activate(version(['ada'], ['writer'], 'new'))
    const [desk] = access.groups.get('Desk')
    expect(desk?.description).toBe('new')
    expect(access.users.get({ group: 'Desk' }).map(({ userName }) => userName)).toEqual(['ada'])
    expect(access.roles.get({ group: 'Desk' }).map(({ codename }) => codename)).toEqual(['writer'])
  })

  it('keeps a membership that stands in one of two lists', async () => {
    const plugin = () =>
      keeping('news', async ({ users, groups }) => {
        await groups.register({ name: 'Desk', users: [] })
        await users.register({ userName: 'ada', groups: ['Desk'] })
      }).plugin
    const access = await opened([plugin()])
    const { revision } = access
    await access.plugins.deactivate('news')
    await access.plugins.activate(plugin())
    expect(access.revision).toBe(revision)
    expect(access.users.get({ group: 'Desk' })).toHaveLength(1)
  })

  it('works on the state that is there when it is done, whatever was written meanwhile', async () => {
    const access = await opened()
    await access.plugins.activate(
      keeping('news', async ({ groups, apiKeys, users }) => {
        const made = await groups.register({ name: 'Desk' })
        await access.write([{ kind: 'user.create', id: 'eve', userName: 'eve' }])
        await users.register({ userName: 'ada' })
        const { secret } = await apiKeys.register({ name: 'k', user: 'ada' })
        expect(secret).toMatch(/^key_/)
        expect(made.codename).toBe('desk')
      }).plugin,
    )
    expect(access.users.get().map(({ userName }) => userName)).toEqual(expect.arrayContaining(['ada', 'eve']))
    expect(access.groups.get('Desk')).toHaveLength(1)
  })
})

describe('the handles of an active plugin', () => {
  it('find its own records only, those of everybody through `application`', async () => {
    const news = keeping('news', newsroom)
    const sports = keeping('sports', async ({ groups }) => {
      await groups.register({ name: 'Pitch' })
    })
    await opened([news.plugin, sports.plugin])
    expect(sports.context().groups.get()).toHaveLength(1)
    expect(sports.context().groups.get('News Desk')).toEqual([])
    expect(sports.context().application.groups.get('News Desk')).toHaveLength(1)
  })

  it('change and delete its own records, and are refused those of others', async () => {
    const news = keeping('news', newsroom)
    const sports = keeping('sports')
    const access = await opened([news.plugin, sports.plugin])
    await news.context().groups.update('News Desk', { description: 'new', users: ['bob'], roles: [] })
    expect(access.users.get({ group: 'News Desk' }).map(({ userName }) => userName)).toEqual(['bob'])
    expect(access.roles.get({ group: 'News Desk' })).toEqual([])
    const { revision } = access
    await expect(sports.context().groups.update('News Desk', { name: 'Mine' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(sports.context().groups.delete('News Desk')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(sports.context().users.delete('ada')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(news.context().groups.delete('Nothing')).rejects.toMatchObject({ code: 'unknown_reference' })
    expect(access.revision).toBe(revision)
    await news.context().groups.delete('News Desk')
    expect(access.groups.get('News Desk')).toEqual([])
  })

  it('are over when it is deactivated', async () => {
    const news = keeping('news', newsroom)
    const access = await opened([news.plugin])
    await access.plugins.deactivate('news')
    await expect(news.context().groups.register({ name: 'Late' })).rejects.toMatchObject({ message: 'plugin:news: is not active' })
    expect(access.plugins.list()[0]?.active).toBe(false)
  })

  it('make a record and all its links, or none of them', async () => {
    const news = keeping('news', newsroom)
    const access = await opened([news.plugin])
    const { revision } = access
    await expect(news.context().groups.register({ name: 'Late', users: ['ada'], roles: ['editor', 'ghost'] })).rejects.toMatchObject({
      code: 'unknown_reference',
      details: { field: 'roles[1]' },
    })
    expect(access.revision).toBe(revision)
    await news.context().groups.register({ name: 'Late', users: ['ada'], roles: ['editor'] })
    expect(access.revision).toBe(revision + 1)
  })

  it('offer a permission that is registered later from then on, and none that is deleted', async () => {
    const news = keeping('news', newsroom)
    const access = await opened([news.plugin])
    const [ada] = access.users.get('ada')
    const ask = () => access.check({ subject: `user:${ada?.id}`, action: 'late', context: { page: 2 } }).allowed
    await news.context().permissions.register({
      name: 'late',
      users: ['ada'],
      check: { name: 'is_inside', arguments: ['page'], check: ({ arguments: { page } }) => page === 2 },
    })
    expect(ask()).toBe(true)
    await news.context().permissions.update('late', { check: () => false })
    expect(ask()).toBe(false)
    await news.context().permissions.update('late', { check: null })
    expect(ask()).toBe(true)
    await news.context().permissions.delete('late')
    expect(ask).toThrow(expect.objectContaining({ code: 'permission_unknown' }))
  })
})

describe('membership in a group', () => {
  it('takes away what came by it at the very next check, and checking leaves no trace', async () => {
    const news = keeping('news', newsroom)
    const access = await opened([news.plugin])
    const subject = `user:${access.users.get('bob')[0]?.id}`
    const { revision } = access
    expect(access.check({ subject, action: 'article_publish' }).allowed).toBe(true)
    expect(access.revision).toBe(revision)
    await news.context().groups.update('News Desk', { users: ['ada'] })
    expect(access.check({ subject, action: 'article_publish' }).allowed).toBe(false)
  })
})

describe('a plugin that is not active', () => {
  it('leaves its permissions unavailable, and everything else in force', async () => {
    const access = await opened([keeping('news', newsroom).plugin])
    const subject = `user:${access.users.get('ada')[0]?.id}`
    await access.plugins.deactivate('news')
    expect(() => access.check({ subject, action: 'article_publish' })).toThrow(expect.objectContaining({ code: 'permission_unavailable' }))
    expect(access.rolesOf({ subject }).items).toEqual(['editor'])
    await access.plugins.activate(keeping('news', newsroom).plugin)
    expect(access.check({ subject, action: 'article_publish' }).allowed).toBe(true)
  })

  it('is told when its `deactivate` throws, and is not active all the same', async () => {
    const access = await opened([
      definePlugin({
        name: 'clingy',
        activate: () => undefined,
        deactivate: () => {
          throw new Error('I stay')
        },
      }),
    ])
    await expect(access.plugins.deactivate('clingy')).rejects.toMatchObject({ code: 'conflict' })
    expect(access.plugins.list()).toEqual([])
    await expect(access.plugins.deactivate('clingy')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is ended when the access is closed, the last one first', async () => {
    const ended: string[] = []
    const plugin = (name: string) => definePlugin({ name, activate: () => undefined, deactivate: () => void ended.push(name) })
    const access = await createAccess({ store: 'memory:', plugins: [plugin('one'), plugin('two')] })
    await access.close()
    expect(ended).toEqual(['two', 'one'])
  })

  it('ends those before it when a program cannot start for it', async () => {
    const ended: string[] = []
    const fine = definePlugin({ name: 'fine', activate: () => undefined, deactivate: () => void ended.push('fine') })
    const broken = definePlugin({ name: 'broken', activate: () => Promise.reject(new Error('no')) })
    await expect(createAccess({ store: 'memory:', plugins: [fine, broken] })).rejects.toMatchObject({ code: 'conflict' })
    expect(ended).toEqual(['fine'])
  })

  it('is refused when it is no plugin, is active already, or is activated by somebody', async () => {
    expect(() => definePlugin({ name: 'no spaces', activate: () => undefined })).toThrow(
      expect.objectContaining({ code: 'invalid_string' }),
    )
    const access = await opened([keeping('news').plugin])
    await expect(access.plugins.activate(keeping('news').plugin)).rejects.toMatchObject({ message: 'plugin:news: is active already' })
    await access.write([{ kind: 'user.create', id: 'ada' }])
    await expect(access.as('user:ada').plugins.activate(keeping('more').plugin)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(access.as('user:ada').plugins.deactivate('news')).rejects.toMatchObject({ code: 'forbidden' })
    expect(() => access.as('user:ada').plugins.list()).toThrow(expect.objectContaining({ code: 'forbidden' }))
  })
})

describe('the role of those who have not signed in', () => {
  it('is made and granted at the first start with plugins, and says what they may do', async () => {
    const access = await opened([
      keeping('news', async ({ permissions }) => {
        await permissions.register({ name: 'article_read', users: ['anonymous'] }).catch(() => undefined)
      }).plugin,
    ])
    expect(access.rolesOf({ subject: 'user:anonymous' }).items).toEqual(['anonymous'])
    await access.write([
      { kind: 'permission.create', name: 'read' },
      { kind: 'role.update', codename: 'anonymous', permissions: ['read'] },
    ])
    expect(access.check({ subject: 'user:anonymous', action: 'read' }).allowed).toBe(true)
  })

  it.each([
    ['its grant', { kind: 'grant.delete', id: 'anonymous' }],
    ['the role itself', { kind: 'role.delete', codename: 'anonymous' }],
  ] as const)('stays away when an administrator took %s away', async (_, change) => {
    const lasting = database()
    const first = await opened([keeping('news').plugin], lasting)
    await first.write([change])
    const { revision } = first
    await first.close()
    const second = await opened([keeping('news').plugin], lasting)
    expect(second.revision).toBe(revision)
    expect(second.rolesOf({ subject: 'user:anonymous' }).items).toEqual([])
  })
})
