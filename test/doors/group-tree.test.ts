import { beforeAll, describe, expect, it } from 'vitest'
import type { Installed } from './installation.ts'
import { installWith } from './installation.ts'
import { legion } from './legion.ts'

let installed: Installed
beforeAll(async () => {
  installed = await installWith({}, legion, [
    { kind: 'group-type.create', codename: 'college' },
    { kind: 'group.update', id: 'consuls', type: 'college' },
    { kind: 'member.add', group: 'gods', member: 'group:consuls' },
    { kind: 'member.update', group: 'consuls', member: 'user:sulla', roles: ['manager'] },
    { kind: 'member.update', group: 'greeks', member: 'user:archelaus', until: '2020-01-01T00:00:00Z' },
    { kind: 'grant.create', subject: 'user:mars', role: 'manager', resource: 'group:consuls' },
    { kind: 'role.create', codename: 'lead', includes: ['manager'] },
    { kind: 'grant.create', subject: 'user:metellus', role: 'lead', resource: 'group:greeks' },
    { kind: 'grant.create', subject: 'user:manager', role: 'manager', resource: 'group:plebeians' },
  ])
})

describe('the tree of groups', () => {
  it('is answered a branch at a time, with what is below and inside', async () => {
    const { admin } = installed
    const roots = await admin.groupTree()
    expect(roots.items.map(({ group }) => group.id)).toEqual(['gods', 'greeks'])
    expect(roots.items[0]).toMatchObject({ children: 2, below: 3, members: 2, above: [] })
    const branch = await admin.groupTree({ parent: 'gods' })
    expect(branch.items[0]).toMatchObject({ group: { id: 'consuls' }, children: 1, below: 1, members: 2, managers: 2, above: ['gods'] })
  })

  it('is searched by a path whose last part names the group', async () => {
    const found = await installed.admin.groupTree({ path: 'god / PLEB' })
    expect(found.items).toMatchObject([{ group: { id: 'plebeians' }, above: ['gods', 'consuls'] }])
    expect(found.names).toEqual({ 'group:gods': 'Gods', 'group:consuls': 'Consuls' })
    expect((await installed.admin.groupTree({ path: 'greeks / pleb' })).total).toBe(0)
  })

  it('goes on at the cursor without showing a group twice', async () => {
    const first = await installed.admin.groupTree({ limit: 1 })
    const second = await installed.admin.groupTree({ limit: 1, cursor: first.next ?? '' })
    expect([first.total, first.items[0]?.group.id, second.items[0]?.group.id, second.next]).toEqual([2, 'gods', 'greeks', undefined])
  })

  it('shows whoever sees one group that group alone, among the roots', async () => {
    const seen = await installed.manager.groupTree()
    expect(seen.items.map(({ group, above }) => [group.id, above])).toEqual([['plebeians', []]])
  })
})

describe('the managers of a group', () => {
  it('are those with the standing and those with a grant, also of a role that includes it', async () => {
    const managers = await installed.admin.groupManagers({ key: 'consuls' })
    expect(managers.items).toEqual(['user:mars', 'user:sulla'])
    const over = await installed.admin.groupManagers({ key: 'greeks' })
    expect(over.items).toEqual(['user:metellus'])
  })
})

describe('the graph around a group', () => {
  it('holds who is inside whom, and where the groups sit', async () => {
    const graph = await installed.admin.groupGraph({ key: 'consuls' })
    expect(graph.nodes.map(({ group, distance }) => [group, distance])).toEqual([
      ['consuls', 0],
      ['gods', 1],
      ['plebeians', 1],
      ['generals', 2],
    ])
    expect(graph.inside).toEqual([{ member: 'consuls', group: 'gods' }])
    expect(graph.sits).toContainEqual({ group: 'plebeians', parent: 'consuls' })
  })

  it('says how many groups there are when it shows fewer', async () => {
    const graph = await installed.admin.groupGraph({ key: 'consuls', limit: 2 })
    expect([graph.nodes.length, graph.total]).toEqual([2, 4])
  })
})

describe('the members of a group', () => {
  it('are narrowed to a part and to what is typed, direct ones first', async () => {
    const { admin } = installed
    const all = await admin.groupMembers({ key: 'gods', mode: 'effective', sort: 'name' })
    expect(all.items.map(({ member }) => member)).toEqual(['group:consuls', 'user:mars', 'user:metellus', 'user:sulla'])
    const inherited = await admin.groupMembers({ key: 'gods', mode: 'effective', part: 'inherited', q: 'SULL' })
    expect(inherited.items).toMatchObject([{ member: 'user:sulla', via: ['consuls'] }])
    const over = await admin.groupMembers({ key: 'greeks', mode: 'effective', all: true, part: 'not_in_force' })
    expect(over.items.map(({ member }) => member)).toEqual(['user:archelaus'])
  })
})

describe('what being in a group gives', () => {
  it('is told with its ways, and by resource', async () => {
    const { admin } = installed
    const held = await admin.groupPermissions({ key: 'consuls', resource: 'legion:4' })
    expect(held.items.map(({ permission }) => permission)).toEqual(['legion.change', 'legion.view'])
    expect(held.items[0]?.findings[0]?.rule).toBe('assignment')
    const access = await admin.groupAccess({ key: 'consuls', type: 'legion' })
    expect(access.items).toEqual([{ resource: 'legion:4', actions: ['change', 'view'] }])
  })
})
