import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apply } from '../../src/core/apply.ts'
import type { Plan, Reported, World } from '../../src/core/index.ts'
import { planWorld, Refusal, readInstant, Snapshot, worldOf } from '../../src/core/index.ts'
import { readWorldFile, writeWorld } from '../../src/formats/index.ts'
import { worlds } from './worlds.ts'

const now = readInstant('2026-03-01T12:00:00Z', 'now')

function emptyTenant(): Snapshot {
  return new Snapshot('main', () => () => ({ outcome: 'true' }))
}

/** Carries a plan out as the installation itself. */
function carryOut(snapshot: Snapshot, plan: Plan): void {
  let ids = 0
  const newId = () => {
    ids += 1
    return `made-${ids}`
  }
  const outcome = apply(snapshot, plan.changes, { actor: 'system:test', origin: 'local', now, newId })
  if (outcome instanceof Refusal) throw new Error(`${outcome.code}: ${outcome.message}`)
}

function tenantOf(world: World): Snapshot {
  const snapshot = emptyTenant()
  const plan = planWorld(snapshot, { world })
  expect(plan.lines.filter((line) => line.action === 'refuse')).toEqual([])
  carryOut(snapshot, plan)
  return snapshot
}

function planOf(snapshot: Snapshot, world: Omit<World, 'curia'>, more?: Omit<Reported, 'world'>): Plan {
  return planWorld(snapshot, { world: { curia: 1, ...world }, ...more })
}

function told(plan: Plan): readonly string[] {
  return plan.lines.map(({ action, record, fields, code }) => [action, record, fields?.join('+'), code].filter(Boolean).join(' '))
}

describe('an export', () => {
  it('imported into an empty tenant gives the same world, and exported again the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const exported = worldOf(tenantOf(world))
        for (const format of ['yaml', 'json'] as const) {
          const bytes = writeWorld(exported, format)
          const { world: read } = await readWorldFile({ text: bytes })
          expect(read).toEqual(exported)
          expect(writeWorld(worldOf(tenantOf(read)), format)).toBe(bytes)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('imported where it comes from changes nothing', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const snapshot = tenantOf(world)
        const plan = planWorld(snapshot, { world: worldOf(snapshot) })
        expect(plan.changes).toEqual([])
        expect(plan.counts).toMatchObject({ make: 0, change: 0, refuse: 0 })
      }),
      { numRuns: 100 },
    )
  })

  it('leaves out built-in records and whatever is as it would be anyway', () => {
    expect(worldOf(emptyTenant())).toEqual({ curia: 1 })
    const snapshot = tenantOf({
      curia: 1,
      users: [{ id: 'ada', userName: 'ada', status: 'active', attributes: {} }],
      groups: [{ id: 'staff', name: 'Staff', active: true, joinPolicy: 'closed' }],
      grants: [{ id: 'g', subject: 'group:staff', role: 'manager', resource: 'tenant', effect: 'allow' }],
    })
    expect(worldOf(snapshot)).toEqual({
      curia: 1,
      users: [{ id: 'ada', userName: 'ada' }],
      groups: [{ id: 'staff', name: 'Staff', codename: 'staff' }],
      grants: [{ id: 'g', subject: 'group:staff', role: 'manager' }],
    })
  })
})

describe('an import', () => {
  const catalogue = {
    resourceTypes: [{ name: 'folder', actions: ['view', 'edit'], parentTypes: ['folder'] }],
    roles: [{ codename: 'viewer', permissions: ['folder.view'] }],
  }

  it('makes parents before children, however they are listed', () => {
    const snapshot = emptyTenant()
    const plan = planOf(snapshot, {
      ...catalogue,
      roles: [{ codename: 'editor', includes: ['viewer'] }, ...catalogue.roles],
      groups: [
        { id: 'c', name: 'C', parent: 'b' },
        { id: 'b', name: 'B', parent: 'a' },
        { id: 'a', name: 'A' },
      ],
      resources: [{ resource: 'folder:2', parent: 'folder:1' }, { resource: 'folder:1' }],
    })
    expect(told(plan)).toEqual([
      'make resource-type:folder',
      'make role:viewer',
      'make role:editor',
      'make group:a',
      'make group:b',
      'make group:c',
      'make resource:folder:1',
      'make resource:folder:2',
    ])
    carryOut(snapshot, plan)
  })

  it('names the fields that it changes, and leaves alone what the world does not speak of', () => {
    const snapshot = tenantOf({
      curia: 1,
      ...catalogue,
      users: [{ id: 'ada', userName: 'ada', displayName: 'Ada', emails: ['ada@example.org'] }],
      groups: [
        { id: 'a', name: 'A' },
        { id: 'b', name: 'B' },
      ],
      memberships: [{ group: 'a', member: 'user:ada', until: '2027-01-01' }],
    })
    const plan = planOf(snapshot, {
      users: [{ id: 'ada', displayName: 'Ada L.' }],
      groups: [{ id: 'b', name: 'B', parent: 'a', description: 'below' }],
      memberships: [{ group: 'a', member: 'user:ada', roles: ['viewer'] }],
    })
    expect(told(plan)).toEqual(['change user:ada displayName', 'change group:b parent+description', 'change membership:a|user:ada roles'])
    carryOut(snapshot, plan)
    expect(snapshot.get('user', 'ada')).toMatchObject({ displayName: 'Ada L.', emails: ['ada@example.org'] })
    expect(snapshot.get('group', 'b')).toMatchObject({ parent: 'a' })
    expect(snapshot.get('hold', 'a|user:ada|local')).toMatchObject({ roles: ['viewer'], until: '2027-01-01T00:00:00.000Z' })
  })

  it('can turn a tree upside down', () => {
    const snapshot = tenantOf({
      curia: 1,
      groups: [
        { id: 'a', name: 'A' },
        { id: 'b', name: 'B', parent: 'a' },
        { id: 'c', name: 'C', parent: 'b' },
      ],
    })
    const plan = planOf(snapshot, {
      groups: [
        { id: 'a', name: 'A', parent: 'c' },
        { id: 'c', name: 'C', parent: 'x' },
        { id: 'x', name: 'X' },
      ],
    })
    expect(told(plan)).toEqual(['make group:x', 'change group:c parent', 'change group:a parent'])
    carryOut(snapshot, plan)
    expect(snapshot.get('group', 'a')?.parent).toBe('c')
  })

  it('matches records without an id: users by name or address, groups by their place, grants and assignments by what they say', () => {
    const world: Omit<World, 'curia'> = {
      ...catalogue,
      users: [{ userName: 'Ada' }, { userName: 'bob', emails: ['bob@example.org'] }],
      groups: [{ name: 'Staff' }, { name: 'Office', parent: 'staff' }],
      memberships: [{ group: 'office', member: 'user:ada' }],
      grants: [{ subject: 'group:staff', role: 'viewer', resource: 'folder:1' }],
      assignments: [{ resource: 'folder:2', group: 'office', member: 'user:Ada' }],
    }
    const snapshot = tenantOf({ curia: 1, ...world })
    expect(snapshot.get('hold', 'office|user:Ada|local')).toBeDefined()
    const again = planOf(snapshot, { ...world, users: [{ userName: 'ADA' }, { userName: 'bob2', emails: ['BOB@example.org'] }] })
    expect(again.counts).toEqual({ make: 0, change: 2, leave: 7, refuse: 0 })
    expect(told(again).filter((line) => line.startsWith('change'))).toEqual([
      'change user:ADA userName',
      'change user:bob2 userName+emails',
    ])
  })

  it('finds who is meant by a user name or an address where no such id is there', () => {
    const snapshot = tenantOf({
      curia: 1,
      users: [{ id: 'u-1', userName: 'ada', emails: ['ada@example.org'] }],
      groups: [
        { id: 'g-1', name: 'Staff' },
        { id: 'g-2', name: 'Office' },
      ],
    })
    const plan = planOf(snapshot, {
      memberships: [
        { group: 'staff', member: 'user:ada@example.org' },
        { group: 'office', member: 'user:ADA' },
      ],
    })
    expect(plan.changes).toEqual([
      { kind: 'member.add', group: 'g-1', member: 'user:u-1' },
      { kind: 'member.add', group: 'g-2', member: 'user:u-1' },
    ])
  })

  it('takes the same grant given twice for one', () => {
    const grant = { subject: 'everyone', role: 'viewer', resource: 'folder:1' }
    const plan = planOf(emptyTenant(), { ...catalogue, grants: [grant, { ...grant, reason: 'again' }] })
    expect(plan.counts.make).toBe(3)
    expect(plan.remarks).toEqual([{ kind: 'merged', place: {}, reason: 'grant:#2 is given twice' }])
  })

  it('renames a role that is called like a built-in one, everywhere, and knows it again', () => {
    const world = {
      ...catalogue,
      roles: [
        { codename: 'administrator', permissions: ['folder.view'] },
        { codename: 'chief', includes: ['administrator'] },
      ],
      users: [{ id: 'ada', userName: 'ada' }],
      groups: [{ id: 'staff', name: 'Staff' }],
      memberships: [{ group: 'staff', member: 'user:ada' as const, roles: ['administrator'] }],
      grants: [{ subject: 'group:staff#administrator', role: 'administrator', resource: 'folder:1' }],
    }
    const snapshot = emptyTenant()
    const plan = planOf(snapshot, world)
    expect(plan.remarks).toEqual([
      { kind: 'corrected', place: {}, reason: 'the role administrator is built in; this one is called administrator_2' },
    ])
    carryOut(snapshot, plan)
    expect(worldOf(snapshot)).toMatchObject({
      roles: [{ codename: 'administrator_2' }, { codename: 'chief', includes: ['administrator_2'] }],
      memberships: [{ roles: ['administrator_2'] }],
      grants: [{ subject: 'group:staff#administrator_2', role: 'administrator_2' }],
    })
    expect(planOf(snapshot, world).changes).toEqual([])
  })

  it('reads the older form of permission names', () => {
    const snapshot = tenantOf({ curia: 1, ...catalogue, grants: [{ subject: 'everyone', permission: 'view_folder' }] })
    expect(planOf(snapshot, { grants: [{ subject: 'everyone', permission: 'folder.view' }] }).counts.leave).toBe(1)
    expect(planOf(snapshot, { roles: [{ codename: 'viewer', permissions: ['view_folder'] }] }).counts.leave).toBe(1)
  })

  it.each<[string, Omit<World, 'curia'>, string]>([
    [
      'a member that is nowhere',
      { groups: [{ id: 'a', name: 'A' }], memberships: [{ group: 'a', member: 'user:nobody' }] },
      'unknown_reference',
    ],
    ['a group below nothing', { groups: [{ id: 'a', name: 'A', parent: 'none' }] }, 'unknown_reference'],
    ['a role with an undeclared permission', { roles: [{ codename: 'r', permissions: ['folder.fly'] }] }, 'unknown_reference'],
    [
      'a grant on an undeclared type',
      { ...catalogue, grants: [{ subject: 'everyone', role: 'viewer', resource: 'car:1' }] },
      'unknown_reference',
    ],
    [
      'a grant to a standing that is no role',
      { groups: [{ id: 'a', name: 'A' }], grants: [{ subject: 'group:a#r', role: 'manager' }] },
      'unknown_reference',
    ],
    ['a resource in an unregistered one', { ...catalogue, resources: [{ resource: 'folder:1', parent: 'folder:0' }] }, 'unknown_reference'],
    [
      'a policy with an undeclared name',
      { ...catalogue, groups: [{ id: 'a', name: 'A' }], assignments: [{ resource: 'folder:1', group: 'a', policy: { group: ['fly'] } }] },
      'unknown_reference',
    ],
    [
      'a window that ends before it starts',
      { ...catalogue, grants: [{ subject: 'everyone', role: 'viewer', from: '2026-02-01', until: '2026-01-01' }] },
      'invalid_time',
    ],
    [
      'one id twice',
      {
        users: [
          { id: 'a', userName: 'a' },
          { id: 'a', userName: 'b' },
        ],
      },
      'conflict',
    ],
    [
      'one user name twice',
      {
        users: [
          { id: 'a', userName: 'ada' },
          { id: 'b', userName: 'ADA' },
        ],
      },
      'conflict',
    ],
    [
      'one codename twice under a parent',
      {
        groups: [
          { id: 'a', name: 'X' },
          { id: 'b', name: 'x' },
        ],
      },
      'conflict',
    ],
    ['a resource type that is built in', { resourceTypes: [{ name: 'group', actions: ['fly'] }] }, 'conflict'],
  ])('refuses %s, and only that line', (_, world, code) => {
    const plan = planOf(emptyTenant(), world)
    expect(plan.lines.filter((line) => line.action === 'refuse').map((line) => line.code)).toEqual([code])
  })

  it('refuses groups in a circle with the whole path', () => {
    const plan = planOf(emptyTenant(), {
      groups: [
        { id: 'a', name: 'A', parent: 'b' },
        { id: 'b', name: 'B', parent: 'a' },
      ],
    })
    expect(plan.lines.map(({ code, reason }) => `${code}: ${reason}`)).toEqual([
      'cycle: this would contain itself: a > b > a',
      'cycle: this would contain itself: b > a > b',
    ])
  })

  it('refuses to change what cannot change, what another origin keeps, and an id that was deleted', () => {
    const snapshot = tenantOf({
      curia: 1,
      ...catalogue,
      sources: [{ name: 'hr' }],
      users: [
        { id: 'ada', userName: 'ada', origin: 'source:hr' },
        { id: 'bob', userName: 'bob' },
      ],
      grants: [{ id: 'g', subject: 'everyone', role: 'viewer', resource: 'folder:1' }],
    })
    carryOut(snapshot, {
      lines: [],
      remarks: [],
      counts: { make: 0, change: 0, leave: 0, refuse: 0 },
      changes: [{ kind: 'user.delete', id: 'bob' }],
    })
    const plan = planOf(snapshot, {
      users: [
        { id: 'ada', displayName: 'Ada' },
        { id: 'bob', userName: 'bob' },
      ],
      grants: [{ id: 'g', subject: 'authenticated', role: 'viewer', resource: 'folder:1' }],
    })
    expect(told(plan)).toEqual(['refuse user:ada forbidden', 'refuse user:bob conflict', 'refuse grant:g immutable_field'])
  })

  it('tells the place of each line', () => {
    const places = new Map([['user:ada', { file: 'people.yaml', line: 7 }]])
    const plan = planOf(emptyTenant(), { users: [{ id: 'ada', userName: 'ada' }] }, { places })
    expect(plan.lines).toEqual([{ action: 'make', record: 'user:ada', place: { file: 'people.yaml', line: 7 } }])
  })

  it('of ten thousand groups one in the other is planned', () => {
    const groups = Array.from({ length: 10_000 }, (_, index) => ({
      id: `g${index}`,
      name: `G ${index}`,
      ...(index === 0 ? {} : { parent: `g${index - 1}` }),
    }))
    const plan = planOf(emptyTenant(), { groups: [...groups].reverse() })
    expect(plan.counts.make).toBe(10_000)
    expect(plan.lines[0]?.record).toBe('group:g0')
  })
})

describe('a name that is the id of one user and the user name of another', () => {
  const snapshot = tenantOf({ curia: 1, users: [{ id: 'ada', userName: 'grace' }], groups: [{ id: 'staff', name: 'Staff' }] })
  const memberships = [{ group: 'staff', member: 'user:ada' as const }]

  it('is never taken for either', () => {
    expect(() => planOf(snapshot, { users: [{ userName: 'ada' }], memberships })).toThrow(
      expect.objectContaining({ code: 'conflict', details: expect.objectContaining({ reference: 'user:ada' }) }),
    )
  })

  it('means the id where the world brings nobody of that name', () => {
    expect(told(planOf(snapshot, { memberships }))).toEqual(['make membership:staff|user:ada'])
    expect(told(planOf(snapshot, { users: [{ id: 'lovelace', userName: 'ada' }], memberships }))).toHaveLength(2)
  })
})
