import { beforeEach, describe, expect, it } from 'vitest'
import type { Access } from '../../src/index.ts'
import { createAccess } from '../../src/index.ts'

let access: Access
beforeEach(async () => {
  access = await createAccess({ store: 'memory:' })
  await access.write([
    { kind: 'resource-type.create', name: 'folder', actions: ['view', 'edit'] },
    { kind: 'group.create', id: 'staff', name: 'Staff' },
    { kind: 'user.create', id: 'root', userName: 'root' },
    { kind: 'user.create', id: 'ada', userName: 'ada' },
    { kind: 'user.create', id: 'bob', userName: 'bob' },
    { kind: 'member.add', group: 'staff', member: 'user:ada' },
    { kind: 'grant.create', subject: 'user:root', role: 'administrator' },
    { kind: 'grant.create', subject: 'user:ada', role: 'manager', resource: 'group:staff' },
    { kind: 'grant.create', id: 'plans', subject: 'group:staff', permission: 'folder.view', resource: 'folder:plans' },
  ])
})

describe('a handle that acts for somebody', () => {
  it('writes what that one may write', async () => {
    const ada = access.as('user:ada')
    expect(ada.actor).toBe('user:ada')
    await ada.write([{ kind: 'member.add', group: 'staff', member: 'user:bob' }])
    expect(access.check({ subject: 'user:bob', action: 'view', resource: 'folder:plans' }).allowed).toBe(true)
  })

  it.each([
    ['user:bob', { kind: 'member.add', group: 'staff', member: 'user:bob' }, 'forbidden'],
    ['user:ada', { kind: 'user.create', id: 'cyd', userName: 'cyd' }, 'forbidden'],
    ['user:ada', { kind: 'grant.create', subject: 'user:bob', permission: 'folder.edit', resource: 'folder:plans' }, 'forbidden'],
    ['user:anonymous', { kind: 'user.create', id: 'cyd', userName: 'cyd' }, 'forbidden'],
    ['user:nobody', { kind: 'user.create', id: 'cyd', userName: 'cyd' }, 'forbidden'],
  ] as const)('refuses to %s what that one may not write: %o', async (actor, change, code) => {
    await expect(access.as(actor).write([change])).rejects.toMatchObject({ code })
    expect(access.revision).toBe(1)
  })

  it('sees no journal, no export and no past without the right to', async () => {
    const ada = access.as('user:ada')
    const forbidden = (right: string) => expect.objectContaining({ code: 'forbidden', details: { right, resource: 'tenant' } })
    expect(() => ada.journal()).toThrow(forbidden('journal.view'))
    expect(() => ada.exportWorld()).toThrow(forbidden('tenant.export'))
    expect(() => ada.figures()).toThrow(forbidden('tenant.view'))
    expect(() => ada.planImport({ world: { curia: 1 } })).toThrow(forbidden('tenant.import'))
    await expect(ada.asOf(1)).rejects.toEqual(forbidden('journal.view'))
    await expect(ada.verify()).rejects.toEqual(forbidden('journal.view'))
    await expect(ada.importWorld({ world: { curia: 1 } })).rejects.toEqual(forbidden('tenant.import'))
    expect(access.as('user:root').exportWorld()).toEqual(access.exportWorld())
  })

  it('finds the records that it may see, sorted, and no others', () => {
    const ada = access.as('user:ada')
    expect(access.records('user').map(({ id }) => id)).toEqual(['ada', 'bob', 'root'])
    expect(access.as('user:root').records('user')).toEqual(access.records('user'))
    expect(ada.records('user').map(({ id }) => id)).toEqual(['ada'])
    expect(ada.record('user', 'bob')).toBeUndefined()
    expect(ada.records('group').map(({ id }) => id)).toEqual(['staff'])
    expect(ada.records('hold').map(({ member }) => member)).toEqual(['user:ada'])
    expect(ada.records('grant')).toEqual([])
    expect(ada.fullNameOf('staff')).toBe('Staff')
    expect(() => access.as('user:bob').fullNameOf('staff')).toThrow(expect.objectContaining({ code: 'unknown_reference' }))
  })

  it('may not write under another origin without the right to take records over', async () => {
    const change = { kind: 'member.add', group: 'staff', member: 'user:bob' } as const
    await expect(access.as('user:ada').write([change], { origin: 'source:hr' })).rejects.toMatchObject({
      code: 'forbidden',
      details: { right: 'tenant.take-over' },
    })
    await access.as('user:root').write([change], { origin: 'source:hr' })
    expect(access.record('hold', 'staff|user:bob|source:hr')).toBeDefined()
  })

  it('requires a permission by name', () => {
    const ada = access.as('user:ada')
    expect(() => ada.require('group.members.manage', 'group:staff')).not.toThrow()
    expect(() => ada.require('group.members.manage')).toThrow(
      expect.objectContaining({ code: 'forbidden', details: { right: 'group.members.manage', resource: 'tenant' } }),
    )
  })

  it.each(['ada', 'group:staff', 'system:', 'user:a b', ''])('is not given for %j', (actor) => {
    // What comes from a program that is not type-checked.
    expect(() => access.as(actor as 'user:ada')).toThrow(expect.objectContaining({ code: 'invalid_string' }))
  })
})

describe('the world of a tenant', () => {
  it('is imported with its plan, all or nothing, with progress', async () => {
    const other = await createAccess({ store: 'memory:' })
    const world = access.exportWorld()
    const plan = other.planImport({ world })
    expect(plan.counts).toMatchObject({ change: 0, leave: 0, refuse: 0 })
    const progress: (readonly [number, number])[] = []
    const imported = await other.importWorld({ world }, { onProgress: (done, total) => progress.push([done, total]) })
    expect(imported.plan).toEqual(plan)
    expect(progress).toEqual([
      [0, plan.changes.length],
      [plan.changes.length, plan.changes.length],
    ])
    expect(other.exportWorld()).toEqual(world)
    expect(await other.importWorld({ world })).toMatchObject({ written: { unchanged: true }, plan: { counts: { make: 0 } } })
    expect(other.revision).toBe(1)
  })

  it('is refused as a whole when one line is, naming its place', async () => {
    const world = { curia: 1, users: [{ id: 'cyd', userName: 'cyd' }], memberships: [{ group: 'absent', member: 'user:cyd' as const }] }
    const places = new Map([['membership:absent|user:cyd', { file: 'people.yaml', line: 7 }]])
    await expect(access.importWorld({ world, places })).rejects.toMatchObject({
      code: 'unknown_reference',
      details: { reference: 'group:absent', field: 'group (people.yaml:7)' },
    })
    expect(access.revision).toBe(1)
    expect(access.record('user', 'cyd')).toBeUndefined()
  })

  it('is counted by its figures', () => {
    expect(access.figures()).toMatchObject({
      tenant: 'main',
      revision: 1,
      rows: { user: 3, group: 1, hold: 1, grant: 3, 'resource-type': 1 },
    })
  })
})
