import { describe, expect, it, onTestFinished } from 'vitest'
import type { Access } from '../../src/index.ts'
import { createAccess } from '../../src/index.ts'

/** A small house: ada in staff with the role editor, which gives edit; bob alone; a domain; a key. */
async function house(): Promise<Access> {
  const access = await createAccess({ store: 'memory:' })
  onTestFinished(() => access.close())
  const { users, groups, roles, permissions, domains, apiKeys } = access
  await permissions.register({ owner: 'local', name: 'edit', description: 'to change texts' })
  await permissions.register({ owner: 'plugin:tools', name: 'print' })
  await roles.register({ owner: 'local', codename: 'editor', permissions: ['edit'] })
  await domains.register({ owner: 'local', name: 'Acme', contact: 'ceo@acme.example' })
  await users.register({ owner: 'local', userName: 'ada', emails: ['ada@acme.example', 'a@acme.example'], domain: 'Acme' })
  await users.register({ owner: 'local', userName: 'bob', permissions: ['edit'], status: 'inactive' })
  await groups.register({ owner: 'local', name: 'Staff', users: ['ada'], roles: ['editor'] })
  await groups.register({ owner: 'plugin:tools', name: 'Printers', users: ['ada', 'bob'], permissions: ['edit'] })
  await apiKeys.register({ owner: 'local', name: 'ticker', user: 'ada' })
  return access
}

describe('a handle at application level', () => {
  it.each(['users', 'groups', 'roles', 'permissions', 'domains', 'apiKeys'] as const)(
    'needs an owner to register %s, and nothing is changed without',
    async (kind) => {
      const access = await house()
      const { revision } = access
      const said = { userName: 'eve', name: 'eve', codename: 'eve', user: 'ada' }
      // Whoever calls without types.
      const register = access[kind].register as (registration: object) => Promise<unknown>
      await expect(register(said)).rejects.toMatchObject({
        code: 'invalid_parameter',
        message: 'owner: must be named: local, or plugin:<name>',
      })
      expect(access.revision).toBe(revision)
    },
  )

  it('makes what was not there, and refuses what is there already', async () => {
    const access = await house()
    const { revision } = access
    const refused = [
      access.users.register({ owner: 'local', userName: 'ADA' }),
      access.users.register({ owner: 'local', userName: 'eda', emails: ['Ada@acme.example'] }),
      access.groups.register({ owner: 'plugin:other', name: 'staff' }),
      access.roles.register({ owner: 'local', codename: 'editor' }),
      access.permissions.register({ owner: 'local', name: 'print' }),
      access.domains.register({ owner: 'local', name: 'ACME' }),
      access.apiKeys.register({ owner: 'local', name: 'ticker', user: 'ada' }),
    ]
    for (const each of refused) await expect(each).rejects.toMatchObject({ code: 'conflict' })
    expect(access.revision).toBe(revision)
  })

  it('always gives a list: by name, by field, by relation, by several at once', async () => {
    const { users, groups, roles, permissions, domains, apiKeys } = await house()
    const names = (rows: readonly object[]) =>
      rows.map((row) => ['userName', 'codename', 'name'].flatMap((field) => Object.entries(row).filter(([key]) => key === field))[0]?.[1])
    expect(names(users.get('ada'))).toEqual(['ada'])
    expect(users.get('nobody')).toEqual([])
    expect(names(users.get({ emails: 'a@acme.example' }))).toEqual(['ada'])
    expect(names(users.get({ status: 'inactive' }))).toEqual(['bob'])
    expect(names(users.get({ group: 'Printers', status: 'active' }))).toEqual(['ada'])
    expect(names(users.get({ domain: 'acme' }))).toEqual(['ada'])
    expect(names(users.get({ permission: 'edit' }))).toEqual(['bob'])
    expect(names(users.get({ apiKey: 'ticker' }))).toEqual(['ada'])
    expect(names(groups.get({ user: 'ada' })).sort()).toEqual(['acme', 'printers', 'staff'])
    expect(names(groups.get({ role: 'editor' }))).toEqual(['staff'])
    expect(names(groups.get({ origin: 'plugin:tools' }))).toEqual(['printers'])
    expect(groups.get({ user: 'nobody' })).toEqual([])
    expect(names(roles.get({ group: 'staff' }))).toEqual(['editor'])
    expect(names(roles.get({ permission: 'edit' }))).toEqual(['editor'])
    expect(names(permissions.get({ role: 'editor' }))).toEqual(['edit'])
    expect(names(permissions.get({ user: 'bob' }))).toEqual(['edit'])
    expect(names(permissions.get({ group: 'Printers' }))).toEqual(['edit'])
    expect(names(permissions.get({ description: 'to change texts' }))).toEqual(['edit'])
    expect(names(domains.get({ user: 'ada' }))).toEqual(['acme'])
    expect(names(domains.get())).toEqual(['acme'])
    expect(names(apiKeys.get({ user: 'ada', active: true }))).toEqual(['ticker'])
  })

  it('names the fields that there are when one is not known', async () => {
    const { groups } = await house()
    // Whoever calls without types.
    const get = groups.get as (filter: object) => unknown
    expect(() => get({ plugin_name: 'x' })).toThrow(expect.objectContaining({ code: 'unknown_field' }))
  })

  it('changes what is named and leaves the rest; a list says all of it', async () => {
    const { users, groups, permissions } = await house()
    await groups.update('Staff', { description: 'who works here', users: ['bob'] })
    expect(groups.get('Staff')[0]).toMatchObject({ name: 'Staff', description: 'who works here' })
    expect(users.get({ group: 'Staff' }).map(({ userName }) => userName)).toEqual(['bob'])
    expect(permissions.get({ role: 'editor' })).toHaveLength(1)
    await users.update('ada', { domain: null, status: 'inactive' })
    expect(users.get('ada')[0]?.status).toBe('inactive')
    expect(users.get({ domain: 'acme' })).toEqual([])
  })

  it('changes the records of another owner only for that owner', async () => {
    const { groups } = await house()
    await expect(groups.update('Printers', { description: 'mine' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(groups.delete('Printers')).rejects.toMatchObject({ code: 'forbidden' })
    await groups.update('Printers', { description: 'theirs' }, { owner: 'plugin:tools' })
    await groups.delete('Printers', { owner: 'plugin:tools' })
    expect(groups.get('Printers')).toEqual([])
  })

  it('deletes a user with the keys of every owner, a domain without its users, a group without its members', async () => {
    const access = await house()
    await access.apiKeys.register({ owner: 'plugin:tools', name: 'other', user: 'ada' })
    await access.domains.delete('Acme')
    await access.groups.delete('Staff')
    expect(access.users.get('ada')).toHaveLength(1)
    await access.users.delete('ada')
    expect(access.apiKeys.get()).toEqual([])
    await expect(access.users.delete('ada')).rejects.toMatchObject({ code: 'unknown_reference', message: 'name: there is no "user:ada"' })
  })

  it('says of two that are called alike that it does not know which', async () => {
    const access = await house()
    const [staff] = access.groups.get('Staff')
    await access.groups.register({ owner: 'local', name: 'Staff', parent: 'Printers' })
    await expect(access.groups.delete('Staff')).rejects.toMatchObject({ code: 'invalid_parameter' })
    await access.groups.delete(`group:${staff?.id}`)
    expect(access.groups.get('Staff')).toHaveLength(1)
  })

  it('makes an API key whose secret is shown once, and which ends in 90 days unless it says otherwise', async () => {
    const access = await house()
    const made = await access.apiKeys.register({
      owner: 'local',
      name: 'deploy',
      user: 'ada',
      scopes: ['edit'],
      expiresAt: null,
      active: false,
    })
    expect(made.secret).toMatch(/^key_[0-9a-f]+\./)
    expect(made).toMatchObject({ scopes: ['edit'], active: false })
    expect(made).not.toHaveProperty('expiresAt')
    expect(made).not.toHaveProperty('hash')
    expect(access.apiKeys.get('deploy')[0]).not.toHaveProperty('secret')
    const days = (Date.parse(access.apiKeys.get('ticker')[0]?.expiresAt ?? '') - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(90)
  })

  it('is judged by the rights of its actor, and shows what the actor may see', async () => {
    const access = await house()
    const ada = access.as(`user:${access.users.get('ada')[0]?.id ?? ''}`)
    expect(ada.users.get().map(({ userName }) => userName)).toEqual(['ada'])
    expect(ada.users.get({ group: 'Staff' })).toEqual([])
    expect(ada.groups.get()).toEqual([])
    await expect(ada.groups.register({ owner: 'local', name: 'Mine' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(ada.groups.register({ owner: 'plugin:tools', name: 'Mine' })).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('takes no check function: that is brought by a plugin', async () => {
    const access = await house()
    await expect(access.permissions.register({ owner: 'local', name: 'x', check: () => true })).rejects.toMatchObject({
      code: 'invalid_parameter',
    })
    await access.permissions.register({ owner: 'local', name: 'edit_own', check: 'own', users: ['ada'] })
    const subject = `user:${access.users.get('ada')[0]?.id}`
    expect(access.check({ subject, action: 'edit_own', context: { user: 'bob' } }).allowed).toBe(false)
    expect(access.check({ subject, action: 'edit_own', context: { user: 'ada' } }).allowed).toBe(true)
  })
})
