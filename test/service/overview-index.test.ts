import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAccess } from '../../src/assemble.ts'
import type { Change, Instant } from '../../src/core/index.ts'
import { CuriaError } from '../../src/core/index.ts'
import type { Access } from '../../src/service/access.ts'
import { SortedPlaces } from '../../src/service/sorted-places.ts'

const start = Date.parse('2026-01-01T00:00:00.000Z')
const day = 86_400_000
const instant = (days: number) => new Date(start + days * day).toISOString() as Instant

const few = fc.integer({ min: 0, max: 3 })
const days = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined })
const windows = fc.record({ from: days, until: days }).map(({ from, until }) => ({
  ...(from === undefined ? {} : { from: instant(from) }),
  ...(until === undefined ? {} : { until: instant(until + 1) }),
}))
const roles = fc.constantFrom([], ['manager'], ['head'], ['other'])
const member = fc.constantFrom('user:u0', 'user:u1', 'service:s', 'group:g1', 'group:g2')

const adding = fc
  .record({ group: few, member, roles, window: windows, origin: fc.constantFrom('local', 'source:hr') })
  .map(({ group, window, ...more }) => ({ kind: 'member.add', group: `g${group}`, ...more, ...window }) as Change)
const removing = fc.record({ kind: fc.constant('member.remove' as const), group: few.map((n) => `g${n}`), member })
const silencing = fc.record({ kind: fc.constant('source.update' as const), name: fc.constant('hr'), enabled: fc.boolean() })
const passing = fc.constantFrom(0, 0, 1, 3, -2)

/** Changes that make and unmake managers and ends of memberships, or only let time go by. */
const steps: fc.Arbitrary<{ readonly change?: Change; readonly days: number }> = fc.record({
  days: passing,
  change: fc.oneof(
    adding,
    removing,
    silencing,
    fc
      .record({
        group: few,
        subject: fc.constantFrom('user:u0', 'group:g1#manager'),
        role: fc.constantFrom('manager', 'head'),
        window: windows,
      })
      .map(({ group, window, ...more }) => ({ kind: 'grant.create', resource: `group:g${group}`, ...more, ...window }) as Change),
    fc.record({ kind: fc.constant('group.update' as const), id: few.map((n) => `g${n}`), active: fc.boolean() }),
    fc.record({
      kind: fc.constant('group.update' as const),
      id: few.map((n) => `g${n}`),
      expiresAt: fc.integer({ min: 1, max: 20 }).map(instant),
    }),
    fc.record({
      kind: fc.constant('user.update' as const),
      id: fc.constantFrom('u0', 'u1'),
      status: fc.constantFrom('active', 'inactive'),
    }),
    fc.record({ kind: fc.constant('role.update' as const), codename: fc.constant('head'), includes: fc.constantFrom([], ['manager']) }),
    fc.constant({ kind: 'member.add', group: 'home', member: 'user:u0' } as const),
    fc.record({ kind: fc.constant('group.update' as const), id: fc.constant('home'), active: fc.boolean() }),
    fc.record({ kind: fc.constant('group.delete' as const), id: few.map((n) => `g${n}`), children: fc.constant('lift' as const) }),
  ),
})

/** Who manages a group, from all of its members and all grants. */
function managersLookedFor(access: Access, group: string): readonly string[] {
  const now = access.now()
  const managing = new Set(['manager'])
  for (const role of access.records('role')) if (role.includes.includes('manager')) managing.add(role.codename)
  const isOpen = (window: { readonly from?: string; readonly until?: string }) =>
    (window.from === undefined || window.from <= now) && (window.until === undefined || now < window.until)
  const silent = new Set(access.records('source').flatMap(({ name, enabled }) => (enabled ? [] : [`source:${name}`])))
  const standing = access
    .membersOf({ group, mode: 'direct' })
    .items.filter(({ holds }) =>
      holds.some((hold) => isOpen(hold) && !silent.has(hold.origin) && hold.roles.some((role) => managing.has(role))),
    )
  const granted = access
    .records('grant')
    .filter((grant) => grant.resource === `group:${group}` && managing.has(grant.role ?? '') && isOpen(grant))
  return [...new Set([...standing.map((item) => item.member), ...granted.map(({ subject }) => subject)])].sort()
}

/** Whether the member is in the group at a moment, as the engine says. */
function isIn(access: Access, group: string, of: string, at: string): boolean {
  return access.membersOf({ group, mode: 'direct', at }).items.some((item) => item.member === of)
}

describe('what the index of records knows for an overview', () => {
  it('names the managers, and the groups without one, as a search through everything does, whatever was written and however late it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 10, maxLength: 30 }), async (list) => {
        let now = 2
        const access = await createAccess({ store: 'memory:', clock: () => instant(now) })
        await access.write([
          { kind: 'source.create', name: 'hr' },
          { kind: 'role.create', codename: 'head', includes: ['manager'] },
          { kind: 'role.create', codename: 'other' },
          { kind: 'user.create', id: 'u0', userName: 'first' },
          { kind: 'user.create', id: 'u1', userName: 'second' },
          { kind: 'service.create', id: 's', name: 's' },
          { kind: 'group.create', id: 'home', name: 'Home', type: 'domain' },
          ...[0, 1, 2, 3].map((n) => ({ kind: 'group.create' as const, id: `g${n}`, name: `Group ${n}` })),
        ])
        for (const { change, days: later } of list) {
          now = Math.max(2, now + later)
          try {
            if (change !== undefined) await access.write([change])
          } catch (fault) {
            if (!(fault instanceof CuriaError)) throw fault
          }
          const groups = access.records('group').map(({ id }) => id)
          const managers = groups.map((group) => [group, managersLookedFor(access, group)] as const)
          expect(groups.map((group) => [group, access.managersOf(group)])).toEqual(managers)
          const without = managers.filter(([, found]) => found.length === 0).map(([group]) => group)
          expect([...access.groupsWithoutManager()].sort()).toEqual([...without].sort())
        }
        await access.close()
      }),
      { numRuns: 20 },
    )
  })

  it('tells each membership that ends once, at the moment when nothing holds it any more', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ days: passing, change: fc.oneof({ arbitrary: adding, weight: 6 }, removing, silencing) }), {
          minLength: 10,
          maxLength: 30,
        }),
        async (list) => {
          let now = 2
          const access = await createAccess({ store: 'memory:', clock: () => instant(now) })
          await access.write([
            { kind: 'source.create', name: 'hr' },
            { kind: 'user.create', id: 'u0', userName: 'first' },
            { kind: 'user.create', id: 'u1', userName: 'second' },
            { kind: 'role.create', codename: 'head' },
            { kind: 'role.create', codename: 'other' },
            { kind: 'service.create', id: 's', name: 's' },
            ...[0, 1, 2, 3].map((n) => ({ kind: 'group.create' as const, id: `g${n}`, name: `Group ${n}` })),
          ])
          for (const { change, days: later } of list) {
            now = Math.max(2, now + later)
            try {
              await access.write([change])
            } catch (fault) {
              if (!(fault instanceof CuriaError)) throw fault
            }
            const told = access.endingMemberships(instant(now + 10)).map(({ group, member: of, until }) => [until, group, of])
            const expected: (readonly [string, string, string])[] = []
            const pairs = new Set(access.records('hold').map((hold) => `${hold.group} ${hold.member}`))
            for (const [group = '', of = ''] of [...pairs].map((pair) => pair.split(' '))) {
              if (!isIn(access, group, of, instant(now))) continue
              const end = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((later) => !isIn(access, group, of, instant(now + later)))
              if (end !== undefined) expected.push([instant(now + end), group, of])
            }
            expect([...told].sort()).toEqual(expected.sort())
            expect(told.map(([until]) => until)).toEqual(told.map(([until]) => until).sort())
          }
          await access.close()
        },
      ),
      { numRuns: 20 },
    )
  })

  it('divides a list into ranges of what somebody may see', async () => {
    const access = await createAccess({ store: 'memory:' })
    await access.write([
      ...Array.from({ length: 420 }, (_, index) => ({
        kind: 'group.create' as const,
        id: `g${index}`,
        name: `Unit ${String((index * 11) % 420).padStart(4, '0')}`,
      })),
      { kind: 'role.create', codename: 'viewer', permissions: ['group.view'] },
      ...['most', 'some', 'each'].map((id) => ({ kind: 'user.create' as const, id, userName: id })),
      { kind: 'grant.create', subject: 'user:most', role: 'viewer' },
      { kind: 'grant.create', subject: 'user:most', role: 'viewer', effect: 'deny', resource: 'group:g0' },
      { kind: 'grant.create', subject: 'user:most', role: 'viewer', effect: 'deny', resource: 'group:g100' },
      { kind: 'grant.create', subject: 'user:some', role: 'viewer', resource: 'group:g3' },
      { kind: 'grant.create', subject: 'user:some', role: 'viewer', resource: 'group:g5' },
      { kind: 'grant.create', subject: 'user:each', role: 'viewer', condition: 'resource.id != "g7"' },
    ])
    for (const actor of ['system:test', 'user:most', 'user:some', 'user:each'] as const) {
      const handle = access.as(actor)
      const names = handle
        .records('group')
        .map(({ name }) => name)
        .sort()
      const { items, total } = handle.ranges('group', { sort: 'name', from: 0, size: 100, limit: 100 })
      expect([actor, total]).toEqual([actor, names.length])
      expect(items.map(({ first, last, from, count }) => [first.name, last.name, from, count])).toEqual(
        Array.from({ length: Math.ceil(names.length / 100) }, (_, index) => [
          names[index * 100],
          names[Math.min(names.length, index * 100 + 100) - 1],
          index * 100,
          Math.min(100, names.length - index * 100),
        ]),
      )
      for (const { first, after } of items)
        expect(handle.page('group', { sort: 'name', limit: 1, ...(after === undefined ? {} : { after }) }).items).toEqual([first])
    }
    expect(access.ranges('group', { sort: 'name', from: 400, size: 5, limit: 1 }).items).toMatchObject([
      { first: { name: 'Unit 0400' }, last: { name: 'Unit 0404' }, from: 400, count: 5 },
    ])
    await access.close()
  })
})

describe('sorted places', () => {
  it('know which stands where, while they come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3000 })), { minLength: 1, maxLength: 200 }), (steps) => {
        const all = new Set(Array.from({ length: 3000 }, (_, index) => String(index)))
        const places = new SortedPlaces([...all])
        for (const [comes, number] of steps) {
          const place = String(number)
          if (comes) all.add(place)
          else all.delete(place)
          if (comes) places.add(place)
          else places.remove(place)
        }
        const sorted = [...all].sort()
        expect(sorted.map((_, rank) => places.at(rank))).toEqual(sorted)
        expect(places.at(sorted.length)).toBe(undefined)
        expect([0, 7, 1500].map((rank) => places.rankOf(sorted[rank] ?? ''))).toEqual([0, 7, 1500])
      }),
      { numRuns: 20 },
    )
  })
})
