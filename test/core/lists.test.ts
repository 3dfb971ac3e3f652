import { describe, expect, it } from 'vitest'
import { listIndexOf } from '../../src/core/quick/lists/list-index.ts'
import type { Tenant } from './tenant.ts'
import { earlier, later, now, tenant } from './tenant.ts'

/** Ids of every kind in one list: UUIDs, short ones, and ones that are longer than the engine packs. */
const ids = [
  'b',
  'aa',
  'B',
  '0190a5d0-0000-7000-8000-0000000000ff',
  '0190a5d0-0000-7000-8000-000000000010',
  'f190a5d0-ffff-4000-bfff-000000000000',
  'a-name-that-is-longer-than-sixteen',
  'a-name-that-is-longer-than-sixteen-too',
  'a-name-that-is-l',
  'F190A5D0-FFFF-4000-BFFF-000000000000',
  'zoe@example',
]

function company(): Tenant {
  const access = tenant()
  access.write(
    { kind: 'resource-type.create', name: 'doc', actions: ['view', 'edit'], parentTypes: ['doc'] },
    { kind: 'role.create', codename: 'reader', permissions: ['doc.view'] },
    { kind: 'group.create', id: 'all', name: 'All' },
    { kind: 'group.create', id: 'team', name: 'Team' },
    { kind: 'member.add', group: 'all', member: 'group:team' },
    ...ids.flatMap((id, place) => [
      { kind: 'user.create', id, userName: `user${place}` },
      { kind: 'member.add', group: place % 2 === 0 ? 'team' : 'all', member: `user:${id}` },
      { kind: 'resource.create', resource: `doc:${id}` },
      { kind: 'grant.create', subject: 'group:all', role: 'reader', resource: `doc:${id}` },
    ]),
  )
  return access
}

const membersIn = (access: Tenant, group = 'all') => access.membersOf({ group, mode: 'effective' }).items.map(({ member }) => member)
const sortedUsers = (of: readonly string[]) => of.map((id) => `user:${id}`).sort()

describe('a list', () => {
  it('is in the order of its keys, whatever kinds of ids are in it, and stays so while ids come and go', () => {
    const access = company()
    const present = new Set(ids)
    const expectOrder = () => {
      expect(membersIn(access)).toEqual(['group:team', ...sortedUsers([...present])])
      expect(access.listSubjects({ action: 'view', resource: 'doc:b' }).items).toEqual(sortedUsers([...present]))
      expect(access.listResources({ subject: 'user:b', action: 'view', type: 'doc' }).items).toEqual(ids.map((id) => `doc:${id}`).sort())
    }
    expectOrder()
    // One that comes behind all others, one that does not, one that takes the number of another.
    for (const id of ['zzz', 'a', 'm']) {
      access.write({ kind: 'user.create', id, userName: id }, { kind: 'member.add', group: 'team', member: `user:${id}` })
      present.add(id)
      expectOrder()
      const [gone] = [...present].filter((each) => each !== 'b')
      access.write({ kind: 'user.delete', id: gone })
      present.delete(gone ?? '')
      expectOrder()
    }
  })

  it('is walked page by page: each page goes on behind the last key, and knows how many there are in all', () => {
    const access = company()
    const whole = membersIn(access)
    const walked: string[] = []
    let after: string | undefined
    do {
      const page = access.membersOf({ group: 'all', mode: 'effective', limit: 5, ...(after === undefined ? {} : { after }) })
      expect(page.total).toBe(whole.length)
      walked.push(...page.items.map(({ member }) => member))
      after = page.next
    } while (after !== undefined)
    expect(walked).toEqual(whole)
  })

  it('goes on behind a key that has gone meanwhile', () => {
    const access = company()
    const { next, items } = access.listSubjects({ action: 'view', resource: 'doc:b', limit: 3 })
    expect(next).toBe(items[2])
    access.write({ kind: 'user.delete', id: next?.slice('user:'.length) })
    const rest = access.listSubjects({ action: 'view', resource: 'doc:b', after: next ?? '' })
    expect([...items, ...rest.items]).toEqual(sortedUsers(ids))
    expect(rest.total).toBe(ids.length - 1)
  })

  it('has those beside a group at their places between those inside it, each once, whole and in pages', () => {
    const access = company()
    access.write(
      { kind: 'service.create', id: 'robot', name: 'Robot' },
      { kind: 'service.create', id: 'android', name: 'Android' },
      { kind: 'member.add', group: 'team', member: 'service:robot' },
      ...['0', 'zzz', 'm'].map((id) => ({ kind: 'user.create', id, userName: id })),
      ...['user:m', 'user:b', 'service:android', 'user:zzz', 'user:0', 'service:robot', 'user:anonymous'].map((subject) => ({
        kind: 'grant.create',
        subject,
        role: 'reader',
        resource: 'doc:b',
      })),
    )
    const expected = ['service:android', 'service:robot', ...sortedUsers([...ids, '0', 'm', 'zzz', 'anonymous'])]
    const page = (wish: { readonly after?: string; readonly limit?: number }) =>
      access.listSubjects({ action: 'view', resource: 'doc:b', ...wish })
    for (const _ of ['made', 'made again', 'from what is kept']) {
      expect(page({}).items).toEqual(expected)
      for (let place = 0; place < expected.length; place++) {
        const { items, total } = page({ limit: 3, ...(place === 0 ? {} : { after: expected[place - 1] ?? '' }) })
        expect(items).toEqual(expected.slice(place, place + 3))
        expect(total).toBe(expected.length)
      }
    }
  })

  it('tells nobody signed in at the place where that key belongs', () => {
    const access = company()
    access.write({ kind: 'grant.create', subject: 'everyone', role: 'reader', resource: 'doc:b' })
    const { items, total } = access.listSubjects({ action: 'view', resource: 'doc:b' })
    expect(items).toEqual(sortedUsers([...ids, 'anonymous']))
    expect(total).toBe(ids.length + 1)
    expect(access.listSubjects({ action: 'view', resource: 'doc:b', after: 'user:anonymous', limit: 1 }).items).toEqual(['user:b'])
  })

  it('refuses a page of no or half an item', () => {
    const access = company()
    for (const limit of [0, -1, 1.5, Number.NaN])
      expect(() => access.membersOf({ group: 'all', limit })).toThrow(expect.objectContaining({ code: 'invalid_parameter' }))
  })
})

describe('who is inside a group', () => {
  it('is worked out again when it changes, and not for a write about somebody else', () => {
    const access = company()
    access.write(
      { kind: 'user.create', id: 'guest', userName: 'guest' },
      { kind: 'group.create', id: 'other', name: 'Other' },
      { kind: 'member.add', group: 'other', member: 'user:guest' },
    )
    const before = membersIn(access)
    const { inside } = listIndexOf(access.snapshot)
    const { made } = inside
    access.write({ kind: 'member.remove', group: 'other', member: 'user:guest' }, { kind: 'user.update', id: 'guest', firstName: 'Guest' })
    access.write({ kind: 'grant.create', subject: 'group:other', role: 'reader', resource: 'doc:b' })
    expect(membersIn(access)).toEqual(before)
    expect(inside.made).toBe(made)

    access.write({ kind: 'member.add', group: 'team', member: 'user:guest' })
    expect(membersIn(access)).toEqual([...before, 'user:guest'].sort())
    access.write({ kind: 'user.update', id: 'guest', status: 'inactive' })
    expect(membersIn(access)).toEqual(before)
    access.write({ kind: 'user.update', id: 'guest', status: 'active' }, { kind: 'group.update', id: 'team', active: false })
    expect(membersIn(access)).toEqual(sortedUsers(ids.filter((_, place) => place % 2 === 1)))
  })

  it('holds for as long as no window opens or closes and no group expires', () => {
    const access = company()
    access.write(
      { kind: 'user.create', id: 'guest', userName: 'guest' },
      { kind: 'group.create', id: 'brief', name: 'Brief', expiresAt: later },
      { kind: 'member.add', group: 'all', member: 'group:brief' },
      { kind: 'member.add', group: 'brief', member: 'user:guest', from: now },
    )
    const isIn = (at: string) =>
      access.membersOf({ group: 'all', mode: 'effective', at }).items.some(({ member }) => member === 'user:guest')
    const justBefore = (moment: string) => new Date(Date.parse(moment) - 1).toISOString()
    expect([earlier, justBefore(now), now, justBefore(later), later].map(isIn)).toEqual([false, false, true, true, false])
    const { inside } = listIndexOf(access.snapshot)
    const { made } = inside
    expect([later, '2027-01-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z'].map(isIn)).toEqual([false, false, false])
    expect(inside.made).toBe(made)
  })

  it('tells the way in and the holds of a direct member, also of one whose own hold has ended', () => {
    const access = company()
    access.write(
      { kind: 'source.create', name: 'hr' },
      { kind: 'member.remove', group: 'team', member: 'user:b' },
      { kind: 'member.add', group: 'team', member: 'user:b' },
      { kind: 'member.add', group: 'all', member: 'user:b', until: earlier },
    )
    access.writeAs({ origin: 'source:hr' }, { kind: 'member.add', group: 'all', member: 'user:zoe@example', from: earlier })
    const items = access.membersOf({ group: 'all', mode: 'effective' }).items
    const of = (member: string) => items.find((item) => item.member === member)
    expect(of('user:b')).toEqual({
      member: 'user:b',
      inForce: true,
      via: ['team'],
      holds: [{ origin: 'local', roles: [], until: earlier }],
    })
    expect(of('user:zoe@example')?.via).toEqual(['all'])
    expect(of('user:aa')).toEqual({ member: 'user:aa', inForce: true, via: ['all'], holds: [{ origin: 'local', roles: [] }] })
  })
})

describe('what is granted to somebody elsewhere than on the tenant', () => {
  it('is read again when it changes, and not for a grant to somebody else', () => {
    const access = company()
    const readable = () => access.listResources({ subject: 'user:b', action: 'view', type: 'doc' }).items
    expect(readable()).toHaveLength(ids.length)
    const { elsewhere } = listIndexOf(access.snapshot)
    const { read } = elsewhere
    access.write({ kind: 'grant.create', subject: 'user:aa', role: 'reader', resource: 'doc:new' })
    expect(readable()).toHaveLength(ids.length)
    expect(elsewhere.read).toBe(read)
    access.write(
      { kind: 'resource.create', resource: 'doc:new' },
      { kind: 'resource.create', resource: 'doc:below', parent: 'doc:new' },
      { kind: 'resource.create', resource: 'doc:shut', parent: 'doc:new', inherits: false },
      { kind: 'grant.create', subject: 'group:team', role: 'reader', resource: 'doc:new' },
    )
    expect(readable()).toEqual([...ids.map((id) => `doc:${id}`), 'doc:below', 'doc:new'].sort())
  })

  it('is listed where the resources are registered, and with what lies in them, however they come and go between two lists', () => {
    const access = company()
    const readable = () => access.listResources({ subject: 'user:b', action: 'view', type: 'doc' }).items
    const all = ids.map((id) => `doc:${id}`)
    const expectListed = (listed: readonly string[]) => {
      for (const _ of ['made', 'from what is kept']) expect(readable()).toEqual([...listed].sort())
    }
    expectListed(all)
    access.write({ kind: 'grant.create', subject: 'group:all', role: 'reader', resource: 'doc:zz' })
    expectListed(all)
    access.write({ kind: 'resource.create', resource: 'doc:zz' })
    expectListed([...all, 'doc:zz'])
    access.write({ kind: 'resource.create', resource: 'doc:zzz', parent: 'doc:zz' })
    expectListed([...all, 'doc:zz', 'doc:zzz'])
    access.write({ kind: 'resource.delete', resource: 'doc:zzz' })
    expectListed([...all, 'doc:zz'])
    access.write({ kind: 'resource.delete', resource: 'doc:zz' })
    expectListed(all)
    access.write(
      { kind: 'resource.create', resource: 'doc:0' },
      { kind: 'grant.create', subject: 'user:b', role: 'reader', resource: 'doc:0' },
    )
    expectListed(['doc:0', ...all])
  })
})
