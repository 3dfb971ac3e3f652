import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Installed } from './installation.ts'
import { install, lowKey } from './installation.ts'
import { legion } from './legion.ts'

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

let installed: Installed
beforeAll(async () => {
  installed = await install(legion, [
    { kind: 'group.create', id: 'north', name: 'North' },
    { kind: 'group.create', id: 'south', name: 'South' },
    { kind: 'grant.create', subject: 'user:manager', role: 'manager', resource: 'group:north' },
    { kind: 'member.add', group: 'north', member: 'user:sulla', until: inDays(10) },
    { kind: 'member.add', group: 'north', member: 'user:mars', until: inDays(40) },
    { kind: 'member.add', group: 'south', member: 'user:mars', until: inDays(2) },
    { kind: 'member.add', group: 'south', member: 'user:low', from: inDays(1), until: inDays(3) },
    ...Array.from({ length: 250 }, (_, index) => ({
      kind: 'user.create' as const,
      userName: `x${String(index).padStart(3, '0')}`,
    })),
  ])
})
afterAll(() => installed.access.close())

describe('memberships that end soon', () => {
  it('are those in force that end within the days that are asked for, the first to end first', async () => {
    const { admin } = installed
    const soon = await admin.endingMemberships({})
    expect([soon.total, soon.items.map(({ group, member }) => [group, member])]).toEqual([
      2,
      [
        ['south', 'user:mars'],
        ['north', 'user:sulla'],
      ],
    ])
    expect(soon.names).toMatchObject({ 'group:north': 'North', 'user:sulla': 'Sulla' })
    expect((await admin.endingMemberships({ days: 60 })).total).toBe(3)
    const first = await admin.endingMemberships({ limit: 1 })
    const second = await admin.endingMemberships({ limit: 1, cursor: first.next ?? '' })
    expect([first.total, ...first.items, ...second.items]).toEqual([2, ...soon.items])
  })

  it('are told of the groups whose members one may see, and of no other', async () => {
    expect((await installed.manager.endingMemberships({})).items.map(({ group, member }) => [group, member])).toEqual([
      ['north', 'user:sulla'],
    ])
    expect(await installed.as(lowKey).endingMemberships({})).toMatchObject({ items: [], total: 0 })
  })
})

describe('groups without a manager', () => {
  it('are a list like any other: counted, sorted, narrowed, in pages', async () => {
    const { admin, manager } = installed
    const all = await admin.groups({})
    const without = await admin.groups({ managed: false, sort: 'name' })
    const managed = await admin.groups({ managed: true, sort: 'name' })
    expect(managed.items.map(({ id }) => id)).toEqual(['north'])
    expect([without.total, without.items.length]).toEqual([all.total - 1, all.total - 1])
    expect((await admin.groups({ managed: false, sort: 'fullName' })).total).toBe(all.total - 1)
    expect((await admin.groups({ managed: false, parent: '', filter: 'name sw "S"' })).items.map(({ id }) => id)).toEqual(['south'])
    expect((await admin.groups({ managed: false, q: 'nor' })).total).toBe(0)
    expect(await manager.groups({ managed: false })).toMatchObject({ items: [], total: 0 })
    const first = await admin.groups({ managed: false, limit: 1 })
    await expect(admin.groups({ managed: true, cursor: first.next ?? '' })).rejects.toMatchObject({ code: 'invalid_cursor' })
  })

  it('have one from the moment on when somebody manages them', async () => {
    const { access, admin } = installed
    const before = (await admin.groups({ managed: false })).total
    await access.write([{ kind: 'member.add', group: 'south', member: 'user:sulla', roles: ['manager'] }])
    expect((await admin.groups({ managed: false })).total).toBe(before - 1)
    expect((await admin.groupManagers({ key: 'south' })).items).toEqual(['user:sulla'])
    await access.write([{ kind: 'user.update', id: 'sulla', status: 'inactive' }])
    expect((await admin.groups({ managed: false })).total).toBe(before)
    await access.write([{ kind: 'user.update', id: 'sulla', status: 'active' }])
    expect((await admin.groups({ managed: false })).total).toBe(before - 1)
  })
})

describe('a long list in ranges', () => {
  it('tells the ends of each range, and where its page begins', async () => {
    const { admin } = installed
    const { items, total } = await admin.userRanges({ sort: 'userName', size: 100 })
    expect(total).toBe((await admin.users({})).total)
    expect(items.map(({ from, count }) => [from, count])).toEqual([
      [0, 100],
      [100, 100],
      [200, total - 200],
    ])
    for (const { first, last, count, cursor } of items) {
      const page = await admin.users({ sort: 'userName', limit: count, ...(cursor === undefined ? {} : { cursor }) })
      expect([page.items[0]?.userName, page.items.at(-1)?.userName]).toEqual([first, last])
    }
    expect((await admin.groupRanges({ sort: 'name', size: 2, limit: 1 })).items).toHaveLength(1)
  })

  it('is one of what somebody may see, with cursors for nobody else', async () => {
    const { manager, admin } = installed
    expect((await manager.groupRanges({ sort: 'name' })).items).toMatchObject([{ first: 'North', last: 'North', from: 0, count: 1 }])
    const { items } = await admin.userRanges({ sort: 'userName' })
    await expect(manager.users({ sort: 'userName', cursor: items[1]?.cursor ?? '' })).rejects.toMatchObject({ code: 'invalid_cursor' })
    await expect(admin.users({ sort: 'displayName', cursor: items[1]?.cursor ?? '' })).rejects.toMatchObject({ code: 'invalid_cursor' })
  })
})
