import { describe, expect, it, onTestFinished } from 'vitest'
import type { Access } from '../../src/index.ts'
import { createAccess, definePlugin } from '../../src/index.ts'

const rates = definePlugin({
  name: 'rates',
  description: 'prices in other currencies',
  async activate({ users, groups, roles, permissions, apiKeys }) {
    await permissions.register({
      name: 'convert',
      check: { name: 'small', arguments: ['amount'], check: (input) => input.arguments.amount === 1 },
    })
    await roles.register({ codename: 'changer', permissions: ['convert'] })
    await users.register({ userName: 'bot' })
    await groups.register({ name: 'Desk', users: ['bot'], roles: ['changer'] })
    await groups.register({ name: 'Window', parent: 'Desk', nested: true })
    await apiKeys.register({ name: 'feed', user: 'bot' })
  },
})

async function abandoned(): Promise<Access> {
  const access = await createAccess({ store: 'memory:', plugins: [rates] })
  onTestFinished(() => access.close())
  await access.write([
    { kind: 'user.create', id: 'root' },
    { kind: 'grant.create', subject: 'user:root', role: 'administrator' },
  ])
  await access.plugins.deactivate('rates')
  return access
}

describe('what a plugin left that is not active', () => {
  it('is listed, record by record', async () => {
    const access = await abandoned()
    expect(access.plugins.list()).toEqual([
      { name: 'rates', active: false, records: { permission: 1, role: 1, user: 1, group: 2, hold: 2, grant: 1, 'api-key': 1 } },
    ])
    const left = access.plugins.orphans()
    expect(left).toHaveLength(9)
    expect(left.map(({ record }) => record.slice(0, record.indexOf(':')))).toEqual([
      'permission',
      'role',
      'user',
      'group',
      'group',
      'membership',
      'membership',
      'grant',
      'api-key',
    ])
    expect(left.find(({ record }) => record.startsWith('user:'))?.name).toBe('bot')
    expect(access.plugins.orphans('nobody')).toEqual([])
  })

  it('is not listed while the plugin is active, nor taken over or removed', async () => {
    const access = await createAccess({ store: 'memory:', plugins: [rates] })
    onTestFinished(() => access.close())
    expect(access.plugins.list()).toMatchObject([{ name: 'rates', description: 'prices in other currencies', active: true }])
    expect(access.plugins.orphans()).toEqual([])
    expect(() => access.plugins.takingOver('rates')).toThrow(expect.objectContaining({ code: 'conflict' }))
    expect(() => access.plugins.removing('rates')).toThrow(expect.objectContaining({ code: 'conflict' }))
  })

  it('is taken over by an administrator, in one change set; who could do what stays as it was', async () => {
    const access = (await abandoned()).as('user:root')
    const { changes, options } = access.plugins.takingOver('rates')
    const preview = await access.preview(changes, options)
    expect([preview.effect.gained, preview.effect.lost]).toEqual([0, 0])
    await access.write(changes, options)
    expect(access.plugins.orphans()).toEqual([])
    expect(access.users.get({ group: 'Desk' })[0]).toMatchObject({ userName: 'bot', origin: 'local' })
    await access.groups.update('Desk', { description: 'ours now' })
    // Its permission is still checked by a function that nobody brings.
    const subject = `user:${access.users.get('bot')[0]?.id}`
    expect(() => access.check({ subject, action: 'convert', context: { amount: 1 } })).toThrow(
      expect.objectContaining({ code: 'permission_unavailable' }),
    )
    await access.write([{ kind: 'permission.update', name: 'convert', check: null }])
    expect(access.check({ subject, action: 'convert' }).allowed).toBe(true)
  })

  it('is taken over in part, by reference', async () => {
    const access = await abandoned()
    const { changes, options } = access.plugins.takingOver('rates', ['role:changer', 'permission:convert'])
    await access.write(changes, options)
    expect(access.plugins.orphans().map(({ record }) => record)).not.toContain('role:changer')
    expect(access.plugins.orphans()).toHaveLength(7)
    expect(() => access.plugins.takingOver('rates', ['role:changer'])).toThrow(expect.objectContaining({ code: 'not_found' }))
  })

  it('is removed by an administrator, in one change set that can be undone', async () => {
    const access = (await abandoned()).as('user:root')
    const before = access.exportWorld()
    const { changes, options } = access.plugins.removing('rates')
    const { revision } = await access.write(changes, options)
    expect(access.plugins.list()).toEqual([])
    expect(access.users.get('bot')).toEqual([])
    await access.undo(revision)
    expect(access.exportWorld()).toEqual(before)
  })

  it('lets what others have hung below it stand', async () => {
    const access = await abandoned()
    await access.groups.register({ owner: 'local', name: 'Ours', parent: 'Window' })
    const { changes, options } = access.plugins.removing('rates')
    await access.write(changes, options)
    expect(access.groups.get().map(({ name, parent }) => [name, parent])).toEqual([['Ours', undefined]])
  })

  it('is nothing for those who may not', async () => {
    const access = await abandoned()
    await access.write([
      { kind: 'user.create', id: 'eve' },
      { kind: 'role.create', codename: 'viewer', permissions: ['tenant.view'] },
      { kind: 'grant.create', subject: 'user:eve', role: 'viewer' },
      { kind: 'user.create', id: 'nob' },
    ])
    expect(() => access.as('user:nob').plugins.orphans()).toThrow(expect.objectContaining({ code: 'forbidden' }))
    const eve = access.as('user:eve')
    expect(eve.plugins.orphans()).toHaveLength(9)
    for (const { changes, options } of [eve.plugins.takingOver('rates'), eve.plugins.removing('rates')])
      await expect(eve.write(changes, options)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('is taken up again by the plugin when it comes back', async () => {
    const access = await abandoned()
    const { revision } = access
    await access.plugins.activate(rates)
    expect(access.revision).toBe(revision)
    expect(access.plugins.orphans()).toEqual([])
  })
})
