import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Access, Change, Policy } from '../../src/index.ts'
import { createAccess } from '../../src/index.ts'
import type { MirroredTarget } from '../../src/service/mirror.ts'
import { djangoTarget } from '../../src/targets/django.ts'
import { install } from '../doors/installation.ts'
import type { DjangoProject, DjangoProjects } from '../targets/django-project.ts'
import { hasDjango, sqliteProjects } from '../targets/django-project.ts'

/** Gods above Consuls and Generals, Plebeians below Consuls; Greeks apart. */
const rome: readonly Change[] = [
  { kind: 'resource-type.create', name: 'legion', actions: ['view', 'change', 'delete', 'add'] },
  { kind: 'resource-type.create', name: 'pipeline', actions: ['view', 'sell'] },
  { kind: 'role.create', codename: 'commander', label: 'Commander' },
  { kind: 'role.create', codename: 'augur', label: 'Augur' },
  { kind: 'group-type.create', codename: 'college', label: 'College' },
  { kind: 'group.create', id: 'gods', name: 'Gods' },
  { kind: 'group.create', id: 'consuls', name: 'Consuls', parent: 'gods' },
  { kind: 'group.create', id: 'generals', name: 'Generals', parent: 'gods', type: 'college' },
  { kind: 'group.create', id: 'plebeians', name: 'Plebeians', parent: 'consuls' },
  { kind: 'group.create', id: 'greeks', name: 'Greeks' },
  ...['mars', 'sulla', 'metellus', 'marius', 'quintus', 'archelaus'].map((id): Change => ({ kind: 'user.create', id, userName: id })),
  { kind: 'member.add', group: 'gods', member: 'user:mars' },
  { kind: 'member.add', group: 'consuls', member: 'user:sulla' },
  { kind: 'member.add', group: 'consuls', member: 'user:metellus' },
  { kind: 'member.add', group: 'generals', member: 'user:marius' },
  { kind: 'member.add', group: 'plebeians', member: 'user:quintus' },
  { kind: 'member.add', group: 'greeks', member: 'user:archelaus' },
]
const fourth = 'legion:4'

let access: Access
let now: string
beforeEach(async () => {
  now = '2026-03-15T12:00:00.000Z'
  access = await createAccess({ store: 'memory:', clock: () => now })
  await access.write(rome)
  return () => access.close()
})

/** What each of the six may do with the fourth legion, in a line; who may nothing is left out. */
function told(resource = fourth): readonly string[] {
  return ['sulla', 'metellus', 'mars', 'marius', 'quintus', 'archelaus'].flatMap((id) => {
    const actions = access.listActions({ subject: `user:${id}`, resource }).items
    return actions.length === 0 ? [] : [`${id}: ${actions.join(' ')}`]
  })
}
const user = (id: string) => access.record('user', id)
const group = (id: string) => access.record('group', id)
/** Rejects with the code, and nothing is changed. */
async function refused(work: () => Promise<unknown>, code: string): Promise<void> {
  const before = [access.revision, JSON.stringify(access.exportWorld())]
  await expect(work()).rejects.toMatchObject({ code })
  expect([access.revision, JSON.stringify(access.exportWorld())]).toEqual(before)
}

describe('records', () => {
  it('B1 a member has first and last name, user name, address and a switch, and is sorted by name', async () => {
    const { admin, access: served } = await install([
      {
        kind: 'user.create',
        id: 'b',
        firstName: 'Gaius',
        lastName: 'Marius',
        emails: ['marius@rome.example'],
        attributes: { mirror: false },
      },
      { kind: 'user.create', id: 'a', firstName: 'Lucius', lastName: 'Sulla' },
    ])
    const { items } = await admin.users({ sort: 'lastName', q: 'us' })
    expect(items.map(({ firstName, lastName }) => `${firstName} ${lastName}`)).toEqual(['Gaius Marius', 'Lucius Sulla'])
    expect(items[0]).toMatchObject({ emails: ['marius@rome.example'], attributes: { mirror: false }, userName: 'gaius_marius' })
    await served.close()
  })

  it('B2 a user name that is not given is made of the full name once', async () => {
    await access.write([
      { kind: 'user.create', id: 'g', firstName: 'Giulio', lastName: 'Cesare' },
      { kind: 'user.create', id: 'j', firstName: 'Jean-Luc', lastName: "O'Neil Ümlaut" },
      { kind: 'user.create', id: 'twin', firstName: 'Giulio', lastName: 'Cesare' },
    ])
    expect(['g', 'j', 'twin'].map((id) => user(id)?.userName)).toEqual(['giulio_cesare', 'jean_luc_oneil_umlaut', 'giulio_cesare_2'])
    await access.write([{ kind: 'user.update', id: 'g', lastName: 'Augusto' }])
    expect(user('g')?.userName).toBe('giulio_cesare')
  })

  it('B3 a group has name, codename, texts, parent, properties, type and entities', async () => {
    await access.write([
      { kind: 'group-entity.create', codename: 'state' },
      {
        kind: 'group.create',
        id: 'senate',
        name: 'Senate',
        description: 'd',
        comment: 'c',
        parent: 'gods',
        type: 'college',
        entities: ['state'],
        properties: { seats: 300 },
      },
    ])
    expect(group('senate')).toMatchObject({
      codename: 'senate',
      description: 'd',
      comment: 'c',
      parent: 'gods',
      type: 'college',
      entities: ['state'],
      properties: { seats: 300 },
    })
    // One codename twice under one parent is refused; under two it is not.
    await refused(() => access.write([{ kind: 'group.create', name: 'Senate', parent: 'gods' }]), 'conflict')
    await access.write([{ kind: 'group.create', name: 'Senate', parent: 'greeks' }])
  })

  it('B4 the full name is right after every renaming and move', async () => {
    expect(access.fullNameOf('plebeians')).toBe('Gods - Consuls - Plebeians')
    await access.write([{ kind: 'group.update', id: 'gods', name: 'Olympians' }])
    expect(access.fullNameOf('plebeians')).toBe('Olympians - Consuls - Plebeians')
    await access.write([{ kind: 'group.move', id: 'consuls', parent: 'greeks' }])
    expect(access.fullNameOf('plebeians')).toBe('Greeks - Consuls - Plebeians')
  })

  it('B5 a group cannot be put below itself, and a tree may be deep', async () => {
    for (const parent of ['gods', 'plebeians']) await refused(() => access.write([{ kind: 'group.move', id: 'gods', parent }]), 'cycle')
    const deep = Array.from({ length: 1500 }, (_, level): Change => {
      return { kind: 'group.create', id: `level-${level}`, name: `L${level}`, parent: level === 0 ? 'greeks' : `level-${level - 1}` }
    })
    await access.write(deep)
    expect(access.fullNameOf('level-1499').split(' - ')).toHaveLength(1501)
  })

  it('B6 a group type has a label and a codename of its own, knows its groups, and leaves them when it is deleted', async () => {
    await refused(() => access.write([{ kind: 'group-type.create', codename: 'college' }]), 'conflict')
    expect(access.groups.get({ type: 'college' }).map(({ id }) => id)).toEqual(['generals'])
    await access.write([{ kind: 'group-type.delete', codename: 'college' }])
    expect(group('generals')).not.toHaveProperty('type')
  })

  it('B7 a group has many entities, which leave it when they are deleted', async () => {
    await access.write([
      { kind: 'group-entity.create', codename: 'army', label: 'Army' },
      { kind: 'group-entity.create', codename: 'state', label: 'State' },
      { kind: 'group.update', id: 'consuls', entities: ['state', 'army'] },
      { kind: 'group-entity.delete', codename: 'army' },
    ])
    expect(group('consuls')?.entities).toEqual(['state'])
  })

  it('B8 membership roles have a label and a codename, and many are held in one membership', async () => {
    await access.groups.addMember('generals', 'sulla', { roles: ['commander', 'augur'] })
    expect(access.groupsOf({ member: 'user:sulla' }).items).toContainEqual({
      group: 'group:generals',
      direct: true,
      standing: ['augur', 'commander'],
    })
    await refused(() => access.write([{ kind: 'role.create', codename: 'augur' }]), 'conflict')
  })

  it('B9 a membership holds roles and an end, and is there once', async () => {
    const hold = await access.groups.addMember('generals', 'sulla', { until: '2026-12-31' })
    expect(hold).toMatchObject({ group: 'generals', member: 'user:sulla', until: '2026-12-31T00:00:00.000Z', roles: [] })
    await refused(() => access.groups.addMember('generals', 'sulla'), 'conflict')
  })

  it('B10 a codename is made of the name, and one that is given is kept', async () => {
    await access.write([
      { kind: 'group.create', id: 'one', name: 'Légion d’Honneur' },
      { kind: 'group.create', id: 'two', name: 'Two', codename: 'of-its-own' },
    ])
    expect([group('one')?.codename, group('two')?.codename]).toEqual(['legion-dhonneur', 'of-its-own'])
    await access.write([{ kind: 'group.update', id: 'one', name: 'Renamed' }])
    expect(group('one')?.codename).toBe('legion-dhonneur')
  })
})

describe('operations', () => {
  it('B11 a member is added with roles by codename, label and reference in one list, whole or not at all', async () => {
    await access.write([{ kind: 'role.create', codename: 'tribune', label: 'Tribune' }])
    const hold = await access.groups.addMember('Generals', 'sulla', { roles: ['augur', 'Commander', 'role:tribune'] })
    expect(hold.roles).toEqual(['augur', 'commander', 'tribune'])
    await refused(() => access.groups.addMember('greeks', 'sulla', { roles: ['augur', 'nobody'] }), 'unknown_reference')
    await refused(() => access.groups.addMember('greeks', 'sulla', { roles: [7 as unknown as string] }), 'invalid_parameter')
    await access.write([{ kind: 'role.create', codename: 'second', label: 'Augur' }])
    await refused(() => access.groups.addMember('greeks', 'sulla', { roles: ['Augur'] }), 'invalid_parameter')
    await refused(() => access.groups.addMember('nothing', 'sulla'), 'unknown_reference')
    await refused(() => access.groups.addMember('greeks', 'nobody'), 'unknown_reference')
    await refused(() => access.groups.addMember('greeks', 'sulla', { until: 'the ides of March' }), 'invalid_time')
  })

  it('B12 a member is removed, and who is no member is refused', async () => {
    await access.groups.removeMember('consuls', 'sulla')
    expect(access.membersOf({ group: 'consuls' }).items.map(({ member }) => member)).toEqual(['user:metellus'])
    await refused(() => access.groups.removeMember('consuls', 'sulla'), 'not_a_member')
  })

  it('B13 members and entities are told with the groups below and without them', async () => {
    await access.write([
      { kind: 'group-entity.create', codename: 'state' },
      { kind: 'group-entity.create', codename: 'army' },
      { kind: 'group.update', id: 'gods', entities: ['state'] },
      { kind: 'group.update', id: 'plebeians', entities: ['army', 'state'] },
      { kind: 'member.add', group: 'plebeians', member: 'user:mars' },
    ])
    const members = (mode: 'direct' | 'descendants') => access.membersOf({ group: 'gods', mode }).items.map(({ member }) => member)
    expect(members('direct')).toEqual(['user:mars'])
    expect(members('descendants')).toEqual(['user:marius', 'user:mars', 'user:metellus', 'user:quintus', 'user:sulla'])
    const entities = (subgroups: boolean) => access.groups.entities('gods', { subgroups }).map(({ codename }) => codename)
    expect([entities(false), entities(true)]).toEqual([['state'], ['army', 'state']])
  })

  it('B14 the groups of a member are those it is in directly', () => {
    expect(access.groupsOf({ member: 'user:quintus', mode: 'direct' }).items.map((each) => each.group)).toEqual(['group:plebeians'])
  })

  it('B15 a permission is asked for, and several at once, and what fails is an error that is caught as any other', async () => {
    await access.assignments.assign({ resource: fourth, group: 'consuls' })
    const ask = (action: string) => ({ subject: 'user:metellus', action, resource: fourth })
    expect(access.check(ask('view')).allowed).toBe(true)
    expect(access.checkMany([ask('view'), ask('delete')]).items.map((each) => 'allowed' in each && each.allowed)).toEqual([true, false])
    const error = await Promise.resolve()
      .then(() => access.check({ subject: 'user:nobody', action: 'view', resource: fourth }))
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ code: 'subject_unknown' })
  })

  it('B16 a permission is named with its type or without, and one on an object says nothing about all of them', async () => {
    await access.assignments.assign({ resource: fourth, group: 'consuls' })
    for (const action of ['view', 'legion.view', 'view_legion'])
      expect(access.check({ subject: 'user:metellus', action, resource: fourth }).allowed).toBe(true)
    expect(access.check({ subject: 'user:metellus', action: 'view_legion' }).allowed).toBe(false)
    expect(() => access.check({ subject: 'user:metellus', action: 'navy.view', resource: fourth })).toThrow(
      expect.objectContaining({ code: 'permission_unknown' }),
    )
    expect(() => access.check({ subject: 'user:metellus', action: 'pipeline.sell', resource: fourth })).toThrow(
      expect.objectContaining({ code: 'invalid_parameter' }),
    )
  })

  it('B17 an object is assigned to a member of a group, and to nobody else', async () => {
    await access.assignments.assign({ resource: fourth, group: 'consuls', member: 'sulla' })
    expect(told()).toEqual(['sulla: change delete view', 'metellus: change view', 'mars: view', 'marius: view'])
    await refused(() => access.assignments.assign({ resource: 'legion:5', group: 'consuls', member: 'marius' }), 'not_a_member')
  })

  it('B18 an object is assigned to a membership, named by what people call it', async () => {
    const assignment = await access.assignments.assign({ resource: fourth, group: 'Consuls', member: 'user:sulla' })
    expect(assignment).toMatchObject({ resource: fourth, group: 'consuls', member: 'user:sulla', keepOwner: false })
    expect(access.assignments.get({ member: 'sulla' })).toEqual([assignment])
  })

  it('B19 an object is assigned to a group without an owner', async () => {
    await access.assignments.assign({ resource: fourth, group: 'consuls' })
    expect(told()).toEqual(['sulla: change view', 'metellus: change view', 'mars: view', 'marius: view'])
  })

  it('B20 assignments are listed, explained and taken back one by one', async () => {
    const first = await access.assignments.assign({ resource: fourth, group: 'consuls', member: 'sulla' })
    const second = await access.assignments.assign({ resource: fourth, group: 'generals' })
    expect(access.assignments.get({ resource: fourth }).map(({ id }) => id)).toEqual([first.id, second.id].sort())
    expect(access.explain({ subject: 'user:marius', action: 'change', resource: fourth }).sentences.join(' ')).toContain('Generals')
    await access.assignments.unassign(second.id)
    expect(told()).toEqual(['sulla: change delete view', 'metellus: change view', 'mars: view', 'marius: view'])
    await access.assignments.unassign(first.id)
    expect(told()).toEqual([])
    await refused(() => access.assignments.unassign(first.id), 'unknown_reference')
  })

  it('B21 a group is deleted with what lies below it when that is said, and its people stay', async () => {
    await access.assignments.assign({ resource: fourth, group: 'consuls' })
    await refused(() => access.write([{ kind: 'group.delete', id: 'consuls' }]), 'has_children')
    await access.write([{ kind: 'group.delete', id: 'consuls', children: 'delete' }])
    expect([group('consuls'), group('plebeians'), access.assignments.get()]).toEqual([undefined, undefined, []])
    expect(user('quintus')).toBeDefined()
  })

  it('B22 a member is deleted with its memberships and what was given to it', async () => {
    await access.assignments.assign({ resource: fourth, group: 'consuls', member: 'sulla' })
    await access.write([{ kind: 'user.delete', id: 'sulla' }])
    expect(access.membersOf({ group: 'consuls' }).items.map(({ member }) => member)).toEqual(['user:metellus'])
  })

  it('B23 an object is deleted with everything that was given on it, and another of its id inherits nothing', async () => {
    await access.write([{ kind: 'resource.create', resource: fourth }])
    await access.assignments.assign({ resource: fourth, group: 'consuls', member: 'sulla' })
    await access.write([{ kind: 'resource.delete', resource: fourth }])
    await access.write([{ kind: 'resource.create', resource: fourth }])
    expect([access.assignments.get(), told()]).toEqual([[], []])
  })
})

describe('policies', () => {
  const assign = (policy?: Partial<Policy>, member?: string) =>
    access.assignments.assign({
      resource: fourth,
      group: 'consuls',
      ...(policy === undefined ? {} : { policy }),
      ...(member === undefined ? {} : { member }),
    })
  const nothing: Policy = { owner: [], group: [], ancestors: [], descendants: [], siblings: [] }

  it.each([
    ['owner', ['sulla: view']],
    ['group', ['sulla: view', 'metellus: view']],
    ['ancestors', ['mars: view']],
    ['descendants', ['quintus: view']],
    ['siblings', ['marius: view']],
  ])('B24 %s is one of five relations', async (relation, seen) => {
    await assign({ ...nothing, [relation]: ['view'] }, 'sulla')
    expect(told()).toEqual(seen)
  })

  it('B25 the default gives the owner view, change and delete, the group view and change, those above and beside it view', async () => {
    await assign(undefined, 'sulla')
    expect(told()).toEqual(['sulla: change delete view', 'metellus: change view', 'mars: view', 'marius: view'])
  })

  it('B26 view, change, delete and add are those of the type, and any other name must be declared', async () => {
    const policy = { ...nothing, group: ['view', 'sell_pipeline', 'pipeline.sell'] }
    await access.assignments.assign({ resource: 'pipeline:1', group: 'consuls', policy })
    expect(told('pipeline:1')).toEqual(['sulla: sell view', 'metellus: sell view'])
    await refused(() => assign({ group: ['march'] }), 'permission_unknown')
    await refused(() => assign({ groupp: ['view'] } as Partial<Policy>), 'unknown_field')
  })

  it('B27 a policy given with the call replaces whole keys, and the others stay as they are set', async () => {
    await access.write([{ kind: 'settings.update', policy: { group: ['view', 'change', 'delete'] } }])
    await assign({ siblings: [], owner: ['add'] }, 'sulla')
    expect(told()).toEqual(['sulla: add change delete view', 'metellus: change delete view', 'mars: view'])
  })

  it('B28 the owner’s part may be a table by role, with a default', async () => {
    const policy = { ...nothing, owner: { commander: ['change', 'delete'], augur: ['view'], default: ['add'] } }
    await assign(policy, 'sulla')
    expect(told()).toEqual(['sulla: add'])
    await access.write([{ kind: 'member.update', group: 'consuls', member: 'user:sulla', roles: ['commander', 'augur'] }])
    expect(told()).toEqual(['sulla: add change delete view'])
  })

  it('B29 the parts of related groups may be tables by group type, with a default', async () => {
    await access.write([
      { kind: 'group.create', id: 'scribes', name: 'Scribes', parent: 'gods' },
      { kind: 'member.add', group: 'scribes', member: 'user:archelaus' },
    ])
    const { id } = await assign({ ...nothing, siblings: { college: ['change'] } })
    expect(told()).toEqual(['marius: change'])
    await access.assignments.unassign(id)
    await assign({ ...nothing, siblings: { college: ['change'], default: ['view'] } })
    expect(told()).toEqual(['marius: change view', 'archelaus: view'])
    await refused(() => assign({ group: { default: ['view'] } } as unknown as Partial<Policy>), 'invalid_parameter')
  })

  it('B30 groups without a parent are siblings only when the tenant says so', async () => {
    await access.assignments.assign({ resource: fourth, group: 'gods' })
    expect(told()).toEqual(['mars: change view'])
    await access.write([{ kind: 'settings.update', rootSiblings: true }])
    expect(told()).toEqual(['mars: change view', 'archelaus: view'])
  })

  it('B31 being in a parent gives nothing of its child, but what the policy says', async () => {
    await assign({ ...nothing, group: ['view'] })
    expect(told()).toEqual(['sulla: view', 'metellus: view'])
  })

  it('B32 a new sibling, a move, a new role and leaving show at once', async () => {
    await assign({ owner: { commander: ['delete'] } }, 'sulla')
    await access.write([
      { kind: 'group.create', id: 'scribes', name: 'Scribes', parent: 'gods' },
      { kind: 'member.add', group: 'scribes', member: 'user:archelaus' },
    ])
    expect(told()).toContain('archelaus: view')
    await access.write([{ kind: 'member.update', group: 'consuls', member: 'user:sulla', roles: ['commander'] }])
    expect(told()).toContain('sulla: change delete view')
    await access.write([{ kind: 'group.move', id: 'consuls', parent: 'greeks' }])
    // The Greeks stand above them now.
    expect(told()).toEqual(['sulla: change delete view', 'metellus: change view', 'archelaus: view'])
    await access.groups.removeMember('consuls', 'sulla')
    expect(told()).toEqual(['metellus: change view', 'archelaus: view'])
  })

  it('B33 a membership that has ended gives nothing and stands in no list, unless it is asked for', async () => {
    await access.write([{ kind: 'member.update', group: 'consuls', member: 'user:sulla', until: '2026-04-01' }])
    await assign(undefined, 'sulla')
    now = '2026-04-01T00:00:00.000Z'
    expect(told()).toEqual(['metellus: change view', 'mars: view', 'marius: view'])
    expect(access.membersOf({ group: 'consuls' }).items.map(({ member }) => member)).toEqual(['user:metellus'])
    expect(access.membersOf({ group: 'consuls', all: true }).items.map(({ inForce }) => inForce)).toEqual([true, false])
  })

  it('B34 an assignment needs no account in another system', async () => {
    await access.write([{ kind: 'user.update', id: 'sulla', attributes: { mirror: false } }])
    await assign(undefined, 'sulla')
    expect(told()).toContain('sulla: change delete view')
  })

  it('B35 related groups without an account do not stop an assignment half-way', async () => {
    await access.write([{ kind: 'group.update', id: 'generals', properties: { mirror: false } }])
    await assign()
    expect(told()).toContain('marius: view')
  })

  it('B36 who is inactive is allowed nothing, and an administrator everything', async () => {
    await assign(undefined, 'sulla')
    await access.write([
      { kind: 'user.update', id: 'sulla', status: 'inactive' },
      { kind: 'grant.create', subject: 'user:archelaus', role: 'administrator' },
    ])
    expect(told()).toEqual(['metellus: change view', 'mars: view', 'marius: view', 'archelaus: add change delete view'])
  })

  it('B38 the policy of the caller is never changed, and gives the same a second time', async () => {
    const policy = { owner: { default: ['view'], commander: ['delete'] }, siblings: { default: ['view'], college: ['change'] } }
    const before = structuredClone(policy)
    for (const resource of ['legion:1', 'legion:2'])
      await access.assignments.assign({ resource, group: 'consuls', member: 'sulla', policy })
    expect(policy).toEqual(before)
    expect(told('legion:1')).toEqual(told('legion:2'))
  })
})

describe.skipIf(!hasDjango)('accounts in a Django project', () => {
  let projects: DjangoProjects
  let project: DjangoProject
  beforeAll(async () => {
    projects = await sqliteProjects()
  })
  afterAll(() => projects.remove())
  beforeEach(async () => {
    project = await projects.make()
    return () => project.remove()
  })

  async function mirrored(
    rules: MirroredTarget['rules'],
    work: (mirrored: Access) => Promise<void>,
    ...changes: readonly Change[]
  ): Promise<void> {
    const targets = [{ name: 'django', target: djangoTarget({ database: project.database }), rules: rules ?? {} }]
    const each = await createAccess({ store: 'memory:', targets })
    try {
      await each.write([...rome, ...changes])
      await each.targets.run('django')
      await work(each)
    } finally {
      await each.close()
    }
  }
  const seen = async () =>
    (await project.python(`for u in User.objects.order_by('id'): print(u.username, [g.name for g in u.groups.order_by('name')])`)).split(
      '\n',
    )
  const names = async () =>
    (await project.python(`print(*Group.objects.order_by('id').values_list('name', flat=True), sep='|')`)).split('|')

  it('B39 members, groups and memberships have their accounts, and each record has a switch', async () => {
    const off: Change = { kind: 'user.update', id: 'mars', attributes: { mirror: false } }
    await mirrored(
      {},
      async (each) => {
        expect(await seen()).toEqual(expect.arrayContaining(["sulla ['Gods-Consuls']", "quintus ['Consuls-Plebeians']"]))
        expect((await seen()).some((line) => line.startsWith('mars'))).toBe(false)
        await each.write([
          { kind: 'member.remove', group: 'consuls', member: 'user:sulla' },
          { kind: 'user.delete', id: 'quintus' },
        ])
        await each.targets.run('django')
        expect(await seen()).toEqual(expect.arrayContaining(['sulla []']))
        expect((await seen()).some((line) => line.startsWith('quintus'))).toBe(false)
      },
      off,
    )
  })

  it('B40 an account that was there before is left alone or used, and never changed or deleted', async () => {
    await project.python(`User.objects.create_superuser('sulla', 'x@y.example', 'x'); User.objects.create_user('mars', 'm@y.example')`)
    await mirrored({ existing: 'use' }, async (each) => {
      expect(each.targets.get('django').conflicts.map(({ record }) => record)).toEqual(['user:sulla'])
      expect(await seen()).toEqual(expect.arrayContaining(['sulla []', "mars ['Gods']"]))
      await each.write([
        { kind: 'user.delete', id: 'sulla' },
        { kind: 'user.delete', id: 'mars' },
      ])
      await each.targets.run('django')
      expect(
        await project.python(
          `print(*User.objects.filter(username__in=['sulla', 'mars']).order_by('username').values_list('username', 'email', 'is_superuser'))`,
        ),
      ).toBe("('mars', 'm@y.example', False) ('sulla', 'x@y.example', True)")
    })
  })

  const dgm = { users: { prefix: 'DGM_', suffix: '_$$random' }, groups: { prefix: 'DGM_', suffix: '_$$random', limit: 80 } }

  it('B41 names have a prefix and a suffix, of which $$random is eight hexadecimal characters', async () => {
    await mirrored(dgm, async () => {
      for (const line of await seen()) expect(line).toMatch(/^DGM_[a-z]+_[0-9a-f]{8} /)
      for (const name of await names()) expect(name).toMatch(/^DGM_[A-Za-z-]+_[0-9a-f]{8}$/)
    })
  })

  it('B42 the name of a group has that of its parent before it, which is cut from the left, and is never too long', async () => {
    const long = `${'x'.repeat(40)} the end`
    const changes: readonly Change[] = [
      { kind: 'group.create', id: 'upper', name: long },
      { kind: 'group.create', id: 'lower', name: 'y'.repeat(50), parent: 'upper' },
      { kind: 'group.create', id: 'huge', name: 'z'.repeat(200) },
    ]
    await mirrored(
      dgm,
      async () => {
        const found = await names()
        expect(found.find((name) => name.includes('yyy'))).toMatch(/^DGM_x* the end-y{50}_[0-9a-f]{8}$/)
        for (const name of found) expect(name.length).toBeLessThanOrEqual(80)
        expect(found.find((name) => name.includes('zzz'))).toMatch(/^DGM_z{67}_[0-9a-f]{8}$/)
      },
      ...changes,
    )
  })

  it('B43 names follow a renaming, those of the groups below too, and a random suffix stays', async () => {
    await mirrored(dgm, async (each) => {
      const before = { users: await seen(), groups: await names() }
      await each.write([
        { kind: 'group.update', id: 'consuls', name: 'Praetors' },
        { kind: 'user.update', id: 'sulla', userName: 'felix' },
        { kind: 'user.update', id: 'mars', description: 'changed' },
      ])
      await each.targets.run('django')
      expect(await names()).toEqual(before.groups.map((name) => name.replace('Consuls', 'Praetors')))
      expect(await seen()).toEqual(before.users.map((line) => line.replace('DGM_sulla_', 'DGM_felix_').replaceAll('Consuls', 'Praetors')))
    })
  })

  it('B44 names, address and the switch are copied, and nobody can sign in by an account that was made', async () => {
    const named: Change = { kind: 'user.update', id: 'sulla', firstName: 'Lucius', lastName: 'Sulla', emails: ['s@rome.example'] }
    await mirrored(
      {},
      async (each) => {
        const told = `u = User.objects.get(username='sulla'); print(u.get_full_name(), u.email, u.is_active, u.has_usable_password())`
        expect(await project.python(told)).toBe('Lucius Sulla s@rome.example True False')
        await each.write([{ kind: 'user.update', id: 'sulla', emails: [], status: 'inactive' }])
        await each.targets.run('django')
        expect(await project.python(told)).toBe('Lucius Sulla  False False')
      },
      named,
    )
  })

  it('B45 mirroring that is switched on late brings the memberships too', async () => {
    const off: Change = { kind: 'group.update', id: 'consuls', properties: { mirror: false } }
    await mirrored(
      {},
      async (each) => {
        expect(await seen()).toContain('sulla []')
        await each.write([{ kind: 'group.update', id: 'consuls', properties: {} }])
        await each.targets.run('django')
        expect(await seen()).toContain("sulla ['Gods-Consuls']")
      },
      off,
    )
  })

  it('B46 several targets have switches, prefixes and suffixes of their own', async () => {
    const other = await projects.make()
    const targets = [
      { name: 'one', target: djangoTarget({ database: project.database }), rules: { users: { prefix: 'one_' } } },
      { name: 'two', target: djangoTarget({ database: other.database }), rules: { users: { prefix: 'two_' } } },
    ]
    const each = await createAccess({ store: 'memory:', targets })
    await each.write([...rome, { kind: 'user.update', id: 'mars', attributes: { mirror: ['two'] } }])
    for (const name of ['one', 'two']) await each.targets.run(name)
    const all = `print(*User.objects.order_by('username').values_list('username', flat=True))`
    expect(await project.python(all)).toBe('one_archelaus one_marius one_metellus one_quintus one_sulla')
    expect(await other.python(all)).toBe('two_archelaus two_marius two_mars two_metellus two_quintus two_sulla')
    await each.close()
    await other.remove()
  })
})

describe('what stands around it', () => {
  it('B49 records carry fields of one’s own', async () => {
    await access.write([
      { kind: 'user.update', id: 'sulla', attributes: { cohort: 4 } },
      { kind: 'group.update', id: 'consuls', properties: { fasces: 12 } },
    ])
    expect([user('sulla')?.attributes, group('consuls')?.properties]).toEqual([{ cohort: 4 }, { fasces: 12 }])
    expect(access.membersOf({ group: 'consuls' }).items).toHaveLength(2)
  })

  it('B54 whoever may not is refused by every door, and a group can have leaders of its own', async () => {
    await access.write([{ kind: 'grant.create', subject: 'user:sulla', role: 'manager', resource: 'group:consuls' }])
    const [sulla, quintus] = [access.as('user:sulla'), access.as('user:quintus')]
    await refused(() => quintus.write([{ kind: 'group.update', id: 'consuls', name: 'Mine' }]), 'forbidden')
    await refused(() => quintus.groups.addMember('consuls', 'quintus'), 'forbidden')
    await sulla.groups.addMember('consuls', 'quintus')
    await refused(() => sulla.groups.addMember('gods', 'quintus'), 'forbidden')
    expect(access.membersOf({ group: 'consuls' }).items.map(({ member }) => member)).toContain('user:quintus')
  })

  it('B58 permissions on objects are given and taken, asked in every direction, denied, and cleaned up with their object', async () => {
    await access.write([
      { kind: 'resource.create', resource: fourth },
      { kind: 'grant.create', id: 'g', subject: 'group:consuls', permission: 'legion.view', resource: fourth },
    ])
    expect(access.listResources({ subject: 'user:sulla', action: 'view', type: 'legion' }).items).toEqual([fourth])
    expect(access.listSubjects({ action: 'view', resource: fourth }).items).toEqual(['user:metellus', 'user:sulla'])
    expect(access.listPermissions({ subject: 'user:sulla', resource: fourth }).items).toEqual(['legion.view'])
    await access.write([{ kind: 'grant.create', subject: 'user:sulla', permission: 'legion.view', resource: fourth, effect: 'deny' }])
    expect(access.listSubjects({ action: 'view', resource: fourth }).items).toEqual(['user:metellus'])
    await access.write([{ kind: 'grant.delete', id: 'g' }])
    expect(access.listSubjects({ action: 'view', resource: fourth }).items).toEqual([])
    await access.write([{ kind: 'resource.delete', resource: fourth }])
    expect(access.records('grant')).toEqual([])
  })

  it('B59 what came with its releases is there: names in short, groups assigned directly, tables by type, an end of a membership, free properties', async () => {
    await access.groups.addMember('generals', 'sulla', { until: '2027-01-01' })
    await access.write([{ kind: 'group.update', id: 'greeks', properties: { language: 'greek' } }])
    const { policy } = await access.assignments.assign({
      resource: fourth,
      group: 'generals',
      policy: { groups_upstream: { default: ['view'] }, groups_downstream: ['add'], groups_siblings: [] },
    })
    expect(policy).toMatchObject({ ancestors: { default: ['view'] }, descendants: ['add'], siblings: [] })
  })
})
