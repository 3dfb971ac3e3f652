import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Installed } from './installation.ts'
import { install } from './installation.ts'
import { legion } from './legion.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install(
    legion,
    [
      { kind: 'group.create', id: 'north', name: 'North' },
      { kind: 'group.create', id: 'sales', name: 'Sales', parent: 'north' },
      { kind: 'group.create', id: 'hidden', name: 'Hidden', parent: 'north' },
      { kind: 'grant.create', subject: 'user:manager', role: 'manager', resource: 'group:north' },
      { kind: 'grant.create', subject: 'user:manager', role: 'manager', resource: 'group:sales' },
    ],
    Array.from({ length: 120 }, (_, index) => ({
      kind: 'group.create' as const,
      id: `unit-${String(index).padStart(3, '0')}`,
      name: `Unit ${index}`,
      parent: 'sales',
    })),
  )
})
afterAll(() => installed.access.close())

describe('a branch of the tree', () => {
  it('is opened a page at a time, and tells how many stand below each group', async () => {
    const { admin } = installed
    const roots = await admin.groups({ parent: '', sort: 'name' })
    expect(roots.items.map(({ name, childCount }) => [name, childCount])).toContainEqual(['North', 2])
    expect((await admin.groups({ parent: 'north', sort: 'name' })).items.map(({ id, childCount }) => [id, childCount])).toEqual([
      ['hidden', 0],
      ['sales', 120],
    ])
    const first = await admin.groups({ parent: 'sales' })
    expect([first.items.length, first.total]).toEqual([50, 120])
    const second = await admin.groups({ parent: 'sales', cursor: first.next ?? '' })
    expect(second.items[0]?.id).toBe('unit-050')
  })

  it('holds for somebody what they may see, in the list and in its counts', async () => {
    const { manager } = installed
    expect((await manager.groups({ parent: 'north' })).items.map(({ id, childCount }) => [id, childCount])).toEqual([['sales', 0]])
    expect((await manager.groups({})).items.map(({ id, childCount }) => [id, childCount])).toEqual([
      ['north', 1],
      ['sales', 0],
    ])
    expect((await manager.group({ key: 'north' })).childCount).toBe(1)
    expect((await installed.admin.group({ key: 'north' })).childCount).toBe(2)
    expect(await manager.groups({ parent: 'unit-001' })).toMatchObject({ items: [], total: 0 })
  })

  it('is found by the way down to it', async () => {
    const { total, items } = await installed.admin.groups({ q: 'north / sales / unit 11', limit: 2 })
    expect([total, items.map(({ fullName }) => fullName)]).toEqual([11, ['North - Sales - Unit 11', 'North - Sales - Unit 110']])
  })
})

describe('a filter of a list', () => {
  it('narrows it, and holds over its pages and together with everything else', async () => {
    const { admin } = installed
    const filter = 'name sw "unit" and not (name ew "9" or name ew "8") and active eq true'
    const first = await admin.groups({ filter, parent: 'sales', sort: '-name', limit: 60 })
    expect([first.total, first.items.length, first.items[0]?.name]).toEqual([96, 60, 'Unit 97'])
    const second = await admin.groups({ filter, parent: 'sales', sort: '-name', limit: 60, cursor: first.next ?? '' })
    expect([second.items.length, second.next]).toEqual([36, undefined])
    await expect(admin.groups({ filter: 'name pr', parent: 'sales', sort: '-name', cursor: first.next ?? '' })).rejects.toMatchObject({
      code: 'invalid_cursor',
    })
  })

  it('looks at what is worked out, too', async () => {
    expect((await installed.admin.groups({ filter: 'childCount gt 1 and fullName co "north"' })).items.map(({ id }) => id)).toEqual([
      'north',
      'sales',
    ])
  })

  it('looks at built-in records as at others', async () => {
    expect((await installed.admin.roles({ filter: 'permissions eq "group.view" or codename eq "administrator"' })).total).toBe(2)
  })

  it.each(['password eq "x"', 'name', 'name eq "x" or 1 eq 1', '('.repeat(4000), 'x'.repeat(4097)])('is refused: %.30s', async (filter) => {
    const response = await installed.send('GET', `/api/v1/users?filter=${encodeURIComponent(filter)}`, {
      key: 'the-key-of-the-administrator-in-tests',
    })
    expect(response.status).toBe(400)
  })
})
