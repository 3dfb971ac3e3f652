import { beforeEach, describe, expect, it } from 'vitest'
import type { ActorReference, ChangeKind } from '../../src/core/index.ts'
import { changeKinds } from '../../src/core/index.ts'
import type { As, Tenant } from './tenant.ts'
import { earlier, later, tenant } from './tenant.ts'

const managerRights = ['group.view', 'group.edit', 'group.members.view', 'group.members.manage']

/**
 * Root administers. Mia manages the group team by standing, Gil by a grant; Fay shares the folder plans, of which she holds view; Wanda
 * keeps the whole hierarchy and catalogue but holds nothing that matters; Bot is a program with Fay's rights; Nob has nothing.
 */
function organisation(): Tenant {
  const access = tenant()
  access.write(
    { kind: 'resource-type.create', name: 'folder', actions: ['view', 'edit', 'archive'], parentTypes: ['folder'] },
    { kind: 'resource-type.create', name: 'doc', actions: ['view', 'edit'], parentTypes: ['folder'], ownerActions: ['view'] },
    { kind: 'resource-type.create', name: 'paper' },
    { kind: 'permission.create', name: 'payroll' },
    { kind: 'permission.create', name: 'watched', permissionKind: 'restriction' },
    { kind: 'role.create', codename: 'viewer', permissions: ['folder.view'] },
    { kind: 'role.create', codename: 'editor', permissions: ['folder.edit'], includes: ['viewer'] },
    { kind: 'role.create', codename: 'clerk', permissions: ['payroll'] },
    { kind: 'group-type.create', codename: 'secret' },
    { kind: 'source.create', name: 'hr' },
    ...['root', 'mia', 'gil', 'fay', 'wanda', 'nob', 'bob'].map((id) => ({ kind: 'user.create', id, userName: id })),
    { kind: 'user.create', id: 'cyd', userName: 'cyd', origin: 'source:hr' },
    { kind: 'service.create', id: 'bot', name: 'Bot' },
    { kind: 'group.create', id: 'board', name: 'Board' },
    { kind: 'group.create', id: 'team', name: 'Team', parent: 'board' },
    { kind: 'group.create', id: 'crew', name: 'Crew', parent: 'board' },
    { kind: 'group.create', id: 'tools', name: 'Tools' },
    { kind: 'group.create', id: 'club', name: 'Club', active: false },
    { kind: 'resource.create', resource: 'folder:plans' },
    { kind: 'resource.create', resource: 'folder:safe', inherits: false, parent: 'folder:plans' },
    { kind: 'resource.create', resource: 'folder:bin' },
    { kind: 'resource.create', resource: 'doc:pay', attributes: { open: false } },
    { kind: 'grant.create', id: 'root', subject: 'user:root', role: 'administrator' },
    { kind: 'member.add', group: 'team', member: 'user:mia', roles: ['manager'], until: later },
    { kind: 'grant.create', id: 'gil', subject: 'user:gil', role: 'manager', resource: 'group:team', until: later },
    { kind: 'member.add', group: 'team', member: 'user:bob' },
    { kind: 'member.add', group: 'team', member: 'user:cyd', origin: 'source:hr' },
    { kind: 'grant.create', id: 'team-view', subject: 'group:team', permission: 'folder.view', resource: 'folder:bin' },
    { kind: 'grant.create', id: 'pay', subject: 'group:board', permission: 'payroll' },
    ...['user:fay', 'service:bot'].flatMap((subject) => [
      ...['folder.view', 'grant.create', 'grant.edit', 'grant.delete', 'resource.edit', 'resource.create', 'assignment.create'].map(
        (permission) => ({ kind: 'grant.create', subject, permission, resource: 'folder:plans' }),
      ),
    ]),
    { kind: 'role.create', codename: 'warden', permissions: [...managerRights, 'group.create', 'group.move', 'group.delete'] },
    {
      kind: 'role.create',
      codename: 'keeper',
      permissions: ['role', 'permission', 'resource-type', 'group-type', 'group-entity', 'source', 'user', 'resource']
        .flatMap((type) => ['create', 'edit', 'delete'].map((act) => `${type}.${act}`))
        .concat('tenant.edit'),
    },
    { kind: 'grant.create', subject: 'user:wanda', role: 'keeper' },
  )
  return access
}

let access: Tenant
beforeEach(() => {
  access = organisation()
})

const told = (as: As, ...changes: readonly object[]): string => access.refusal(as, ...changes)?.code ?? 'accepted'
const by = (actor: ActorReference): As => ({ actor })

/** One change of each kind, on records that the organisation has. */
const samples: { readonly [Kind in ChangeKind]: object } = {
  'settings.update': { managersInherit: true },
  'tenant.create': { id: 'acme' },
  'tenant.update': { id: 'shop', name: 'The shop' },
  'tenant.open': { id: 'shop', way: 'key' },
  'tenant.delete': { id: 'shop', confirm: 'shop' },
  'source.create': { name: 'ldap' },
  'source.update': { name: 'hr', label: 'HR' },
  'source.delete': { name: 'hr' },
  'resource-type.create': { name: 'box' },
  'resource-type.update': { name: 'folder', description: 'A folder' },
  'resource-type.delete': { name: 'paper' },
  'permission.create': { name: 'lunch' },
  'permission.update': { name: 'payroll', label: 'Payroll' },
  'permission.delete': { name: 'watched' },
  'role.create': { codename: 'idle' },
  'role.update': { codename: 'viewer', label: 'Viewer' },
  'role.delete': { codename: 'clerk' },
  'group-type.create': { codename: 'office' },
  'group-type.update': { codename: 'secret', label: 'Secret' },
  'group-type.delete': { codename: 'secret' },
  'group-entity.create': { codename: 'mark' },
  'group-entity.update': { codename: 'tag', label: 'Tag' },
  'group-entity.delete': { codename: 'tag' },
  'user.create': { id: 'new', userName: 'new' },
  'user.update': { id: 'nob', status: 'inactive' },
  'user.delete': { id: 'nob' },
  'service.create': { id: 'new', name: 'New' },
  'service.update': { id: 'bot', name: 'Robot' },
  'service.delete': { id: 'bot' },
  'group.create': { id: 'new', name: 'New', parent: 'team' },
  'group.update': { id: 'team', name: 'The team' },
  'group.move': { id: 'team', parent: null },
  'group.delete': { id: 'team' },
  'member.add': { group: 'team', member: 'user:nob' },
  'member.update': { group: 'team', member: 'user:bob', until: later },
  'member.remove': { group: 'team', member: 'user:bob' },
  'resource.create': { resource: 'folder:new', parent: 'folder:bin' },
  'resource.update': { resource: 'folder:plans', attributes: { year: 2026 } },
  'resource.delete': { resource: 'doc:pay' },
  'grant.create': { subject: 'user:nob', permission: 'folder.view', resource: 'folder:plans' },
  'grant.update': { id: 'team-view', reason: 'work' },
  'grant.delete': { id: 'team-view' },
  'assignment.create': {
    resource: 'folder:plans',
    group: 'team',
    policy: { owner: [], group: ['view'], ancestors: [], descendants: [], siblings: [] },
  },
  'assignment.delete': { id: 'desk' },
  'permission-tree.write': { subject: 'user:nob', tree: { payroll: true } },
  'api-key.create': { prefix: 'p', hash: 'a'.repeat(64), owner: 'user:nob' },
  'api-key.update': { id: 'key', active: false },
  'api-key.delete': { id: 'key' },
  'record.take-over': { record: 'user:cyd' },
  undo: { revision: 3 },
}

describe('each kind of change', () => {
  beforeEach(() => {
    access.write(
      { kind: 'tenant.create', id: 'shop' },
      { kind: 'group-entity.create', codename: 'tag' },
      { kind: 'assignment.create', id: 'desk', resource: 'folder:bin', group: 'tools' },
      { kind: 'api-key.create', id: 'key', prefix: 'k', hash: 'b'.repeat(64), owner: 'user:root' },
    )
    access.write({ kind: 'user.update', id: 'bob', page: 'https://example.org' })
  })

  it.each(changeKinds)('%s is refused as forbidden to who has nothing, and accepted from who administers', (kind) => {
    const change = { kind, ...samples[kind] }
    expect(told(by('user:root'), change)).toBe('accepted')
    expect(told(by('user:nob'), change)).toBe('forbidden')
    expect(told(by('user:nobody'), change)).toBe('forbidden')
    expect(told(by('user:anonymous'), change)).toBe('forbidden')
    expect(access.refusal(by('user:nob'), change)?.message).toMatch(/^this needs [a-z-]+\.[a-z.-]+ on [a-z:-]+$/)
  })

  // Whoever is not named for a kind gets `forbidden`, or `grant_exceeds_own` where it is said.
  const allowed: { readonly [actor: string]: readonly ChangeKind[] } = {
    'user:mia': ['group.update', 'member.add', 'member.update', 'member.remove'],
    'user:gil': ['group.update', 'member.add', 'member.update', 'member.remove'],
    'user:fay': ['resource.update', 'grant.create', 'assignment.create'],
    'service:bot': ['resource.update', 'grant.create', 'assignment.create'],
    'user:wanda': [
      ...changeKinds.filter((kind) => /^(source|resource-type|permission|role|group-type|group-entity|user|resource)\./.test(kind)),
      'settings.update',
      'tenant.update',
      'undo',
    ],
  }
  it.each(Object.keys(allowed))('is accepted from %s only where the rights reach', (actor) => {
    const accepted = changeKinds.filter((kind) => told(by(actor as ActorReference), { kind, ...samples[kind] }) === 'accepted')
    expect(accepted).toEqual(changeKinds.filter((kind) => allowed[actor]?.includes(kind)))
  })

  it('leaves the state as it was, accepted or not, until it is put in force', () => {
    const before = JSON.stringify(access.rows())
    for (const kind of changeKinds)
      for (const actor of ['user:root', 'user:wanda', 'user:nob'] as const) access.attempt(by(actor), { kind, ...samples[kind] })
    expect(access.rows()).toEqual(JSON.parse(before))
  })
})

describe('who manages the members of a group', () => {
  it('puts people in, itself too, and they get what the group holds', () => {
    access.writeAs(by('user:gil'), { kind: 'member.add', group: 'team', member: 'user:gil' })
    expect(access.may('user:gil', 'view', 'folder:bin')).toBe(true)
  })

  it.each([
    ['a standing', { kind: 'member.add', group: 'team', member: 'user:nob', roles: ['manager'] }, 'forbidden'],
    ['a standing to itself', { kind: 'member.add', group: 'team', member: 'user:gil', roles: ['clerk'] }, 'forbidden'],
    ['a longer standing to itself', { kind: 'member.update', group: 'team', member: 'user:mia', until: null }, 'forbidden'],
    [
      'a longer standing to itself by adding it again',
      { kind: 'member.add', group: 'team', member: 'user:mia', roles: ['manager'], ifExists: 'replace' },
      'forbidden',
    ],
    ['a nesting', { kind: 'member.add', group: 'team', member: 'group:tools' }, 'forbidden'],
    ['its group in a stronger one', { kind: 'member.add', group: 'board', member: 'group:team' }, 'forbidden'],
    ['the hold of a source', { kind: 'member.add', group: 'team', member: 'user:nob', origin: 'source:hr' }, 'forbidden'],
    [
      'less of the hold of a source',
      { kind: 'member.update', group: 'team', member: 'user:cyd', origin: 'source:hr', until: later },
      'forbidden',
    ],
    ['the end of the hold of a source', { kind: 'member.remove', group: 'team', member: 'user:cyd', origin: 'source:hr' }, 'forbidden'],
    ['a grant to the group', { kind: 'grant.create', subject: 'group:team', permission: 'payroll' }, 'forbidden'],
    ['more than a bystander to itself', { kind: 'grant.update', id: 'gil', until: null }, 'forbidden'],
  ])('cannot give %s', (_, change, code) => {
    for (const actor of ['user:mia', 'user:gil'] as const) expect(told(by(actor), change)).toBe(code)
  })

  it('gives a standing only with the right to grant and with everything that the standing gives', () => {
    const standing = { kind: 'member.add', group: 'team', member: 'user:nob', roles: ['manager'] }
    access.write({ kind: 'grant.create', subject: 'user:gil', permission: 'grant.create', resource: 'group:team' })
    expect(told(by('user:gil'), standing)).toBe('accepted')
    expect(told(by('user:gil'), { ...standing, roles: ['administrator'] })).toBe('grant_exceeds_own')
    access.write({ kind: 'grant.create', id: 'to-managers', subject: 'group:team#manager', permission: 'payroll' })
    expect(access.refusal(by('user:gil'), standing)?.details).toEqual({ permission: 'payroll', resource: 'tenant' })
    access.write({ kind: 'grant.delete', id: 'to-managers' })
    access.write(
      { kind: 'member.add', group: 'team', member: 'user:fay' },
      {
        kind: 'assignment.create',
        resource: 'folder:plans',
        group: 'team',
        member: 'user:fay',
        policy: { owner: { manager: ['folder.edit'] } },
      },
    )
    expect(access.refusal(by('user:gil'), standing)?.details).toEqual({ permission: 'folder.edit', resource: 'folder:plans' })
  })

  it('changes the reason of a membership with a standing that it could not give', () => {
    access.write({ kind: 'member.add', group: 'team', member: 'user:nob', roles: ['clerk'] })
    expect(told(by('user:mia'), { kind: 'member.update', group: 'team', member: 'user:nob', reason: 'work' })).toBe('accepted')
    expect(told(by('user:mia'), { kind: 'member.update', group: 'team', member: 'user:nob', roles: [] })).toBe('accepted')
  })

  it.each([
    ['giving it a type that others are granted by', { kind: 'group.update', id: 'team', type: 'secret' }],
    ['giving it a type that an assignment names', { kind: 'group.update', id: 'crew', type: 'secret' }],
    ['switching its group on again', { kind: 'group.update', id: 'club', active: true }],
  ])('gets nothing new by %s, a member of it or not', (_, change) => {
    access.write(
      { kind: 'grant.create', subject: 'group:board^descendants[secret]', permission: 'payroll' },
      { kind: 'assignment.create', resource: 'folder:plans', group: 'board', policy: { descendants: { secret: ['folder.edit'] } } },
      { kind: 'grant.create', subject: 'group:club', permission: 'payroll' },
      ...['crew', 'club'].map((group) => ({ kind: 'grant.create', subject: 'user:gil', role: 'manager', resource: `group:${group}` })),
    )
    expect(told(by('user:gil'), change)).toBe('grant_exceeds_own')
    access.write(...['team', 'crew', 'club'].map((group) => ({ kind: 'member.add', group, member: 'user:gil' })))
    expect(told(by('user:gil'), change)).toBe('grant_exceeds_own')
  })

  it('does not escape a denial to the group by taking its type or switching it off', () => {
    access.write(
      { kind: 'group.update', id: 'team', type: 'secret' },
      { kind: 'grant.create', subject: 'user:mia', permission: 'payroll' },
      { kind: 'grant.create', subject: 'group:board^descendants[secret]', permission: 'payroll', effect: 'deny' },
    )
    expect(access.may('user:mia', 'payroll')).toBe(false)
    expect(told(by('user:mia'), { kind: 'group.update', id: 'team', type: null })).toBe('grant_exceeds_own')
    expect(told(by('user:mia'), { kind: 'group.update', id: 'team', active: false })).toBe('grant_exceeds_own')
  })
})

describe('nesting', () => {
  const nest = { kind: 'member.add', group: 'tools', member: 'group:team' }
  beforeEach(() => {
    access.write(
      ...['team', 'tools'].map((group) => ({ kind: 'grant.create', subject: 'user:gil', role: 'manager', resource: `group:${group}` })),
    )
  })

  it('needs the members of both groups, the right to grant, and everything that the outer group holds', () => {
    expect(access.refusal(by('user:gil'), nest)?.details).toMatchObject({ right: 'grant.create', resource: 'group:tools' })
    access.write({ kind: 'grant.create', subject: 'user:gil', permission: 'grant.create', resource: 'group:tools' })
    expect(told(by('user:gil'), nest)).toBe('accepted')
    expect(told(by('user:gil'), { ...nest, member: 'group:crew' })).toBe('forbidden')
    access.write({ kind: 'grant.create', subject: 'group:tools', permission: 'folder.archive', resource: 'folder:bin' })
    expect(access.refusal(by('user:gil'), nest)?.details).toEqual({ permission: 'folder.archive', resource: 'folder:bin' })
  })

  it.each([
    ['a group further out', [{ kind: 'member.add', group: 'board', member: 'group:tools' }]],
    ['a standing of the outer group', [{ kind: 'member.add', group: 'crew', member: 'group:tools', roles: ['clerk'] }]],
    [
      'a relation',
      [
        { kind: 'group.move', id: 'tools', parent: 'board' },
        { kind: 'grant.create', subject: 'group:crew^siblings', permission: 'payroll' },
      ],
    ],
    ['an assignment', [{ kind: 'assignment.create', resource: 'folder:plans', group: 'tools' }]],
    ['ownership', [{ kind: 'resource.update', resource: 'folder:bin', owner: 'group:tools' }]],
    ['a grant that begins later', [{ kind: 'grant.create', subject: 'group:tools', permission: 'payroll', from: later }]],
    [
      'a grant under a condition',
      [{ kind: 'grant.create', subject: 'group:tools', permission: 'payroll', condition: 'context.duty == true' }],
    ],
  ])('is refused for what comes by %s', (_, changes) => {
    access.write({ kind: 'grant.create', subject: 'user:gil', permission: 'grant.create', resource: 'group:tools' })
    expect(told(by('user:gil'), nest)).toBe('accepted')
    access.write(...changes)
    expect(told(by('user:gil'), nest)).toBe('grant_exceeds_own')
  })

  it('of a group into a parent that it is made under needs nothing at the end that is new', () => {
    access.write(
      { kind: 'settings.update', managersInherit: true },
      { kind: 'grant.create', subject: 'user:gil', role: 'warden', resource: 'group:tools' },
      { kind: 'grant.create', subject: 'user:gil', permission: 'grant.create', resource: 'group:tools' },
    )
    access.writeAs(by('user:gil'), { kind: 'group.create', id: 'hammers', name: 'Hammers', parent: 'tools', nested: true })
    expect(access.may('user:gil', 'edit', 'group:hammers')).toBe(true)
  })
})

describe('who may grant on a folder', () => {
  const grant = { kind: 'grant.create', subject: 'user:fay', resource: 'folder:plans' }

  it.each([
    ['a permission not held', { ...grant, permission: 'folder.edit' }],
    ['an action not held', { ...grant, actions: ['archive'] }],
    ['a role that holds more', { ...grant, role: 'editor' }],
    ['every permission', { ...grant, role: 'administrator' }],
    ['a permission not held, to somebody else', { ...grant, subject: 'user:bob', permission: 'folder.edit' }],
    ['a permission not held, under a condition', { ...grant, permission: 'folder.edit', condition: 'false' }],
    ['a permission not held, later', { ...grant, permission: 'folder.edit', from: later }],
    ['a permission not held, to those with a standing', { ...grant, subject: 'group:team#manager', permission: 'folder.edit' }],
    ['a permission not held, to those below a group', { ...grant, subject: 'group:board^descendants', permission: 'folder.edit' }],
    ['a permission of another type', { ...grant, permission: 'doc.edit' }],
    ['an application permission', { ...grant, permission: 'payroll' }],
    ['what a folder cut off would give', { ...grant, resource: 'folder:safe', permission: 'folder.view' }, 'forbidden'],
    ['what is held elsewhere', { ...grant, resource: 'folder:bin', permission: 'folder.view' }, 'forbidden'],
    ['more by an assignment', { kind: 'assignment.create', resource: 'folder:plans', group: 'team', policy: { group: ['folder.edit'] } }],
    [
      'more by a table of an assignment',
      { kind: 'assignment.create', resource: 'folder:plans', group: 'team', policy: { owner: { hasOwnProperty: ['folder.edit'] } } },
    ],
    ['the folder to itself', { kind: 'resource.update', resource: 'folder:plans', owner: 'user:fay' }],
    ['the folder to somebody else', { kind: 'resource.update', resource: 'folder:plans', owner: 'user:bob' }],
    ['a new folder of its own', { kind: 'resource.create', resource: 'folder:new', parent: 'folder:plans', owner: 'user:fay' }],
  ])('cannot give %s', (_, change, code = 'grant_exceeds_own') => {
    for (const actor of ['user:fay', 'service:bot'] as const) expect(told(by(actor), change)).toBe(code)
  })

  it('gives what it holds, to itself for ever too', () => {
    expect(told(by('user:fay'), { ...grant, permission: 'folder.view' }, { ...grant, subject: 'everyone', role: 'viewer' })).toBe(
      'accepted',
    )
  })

  it('gives a restriction without holding it, for it narrows', () => {
    expect(told(by('user:fay'), { ...grant, permission: 'watched' })).toBe('accepted')
  })

  it('lets a grant last longer or ask less only with the right to grant and with what it gives', () => {
    access.write(
      { ...grant, id: 'short', permission: 'folder.view', until: later },
      { ...grant, id: 'bound', permission: 'folder.edit', condition: 'context.duty == true' },
      { kind: 'grant.create', subject: 'user:nob', permission: 'grant.edit', resource: 'folder:plans' },
    )
    expect(told(by('user:fay'), { kind: 'grant.update', id: 'short', until: null })).toBe('accepted')
    expect(told(by('user:nob'), { kind: 'grant.update', id: 'short', until: null })).toBe('forbidden')
    expect(told(by('user:nob'), { kind: 'grant.update', id: 'short', until: earlier })).toBe('accepted')
    expect(told(by('user:fay'), { kind: 'grant.update', id: 'bound', condition: null })).toBe('grant_exceeds_own')
    expect(told(by('user:fay'), { kind: 'grant.update', id: 'bound', condition: 'true' })).toBe('grant_exceeds_own')
    expect(told(by('user:fay'), { kind: 'grant.update', id: 'bound', until: later })).toBe('accepted')
  })

  it('cannot lift, shorten or bind a denial of what it could not give', () => {
    access.write(
      { ...grant, id: 'no', permission: 'folder.edit', effect: 'deny' },
      { ...grant, id: 'no-role', subject: 'user:bob', role: 'editor', effect: 'deny' },
      { ...grant, id: 'no-view', subject: 'user:bob', permission: 'folder.view', effect: 'deny' },
    )
    for (const id of ['no', 'no-role']) {
      expect(told(by('user:fay'), { kind: 'grant.delete', id })).toBe('grant_exceeds_own')
      expect(told(by('user:fay'), { kind: 'grant.update', id, until: later })).toBe('grant_exceeds_own')
      expect(told(by('user:fay'), { kind: 'grant.update', id, from: later })).toBe('grant_exceeds_own')
      expect(told(by('user:fay'), { kind: 'grant.update', id, condition: 'false' })).toBe('grant_exceeds_own')
      expect(told(by('user:fay'), { kind: 'grant.update', id, reason: 'told' })).toBe('accepted')
    }
    expect(told(by('user:fay'), { kind: 'grant.delete', id: 'no-view' })).toBe('accepted')
  })

  it('moves nothing under a folder of its own to have more of it, nor opens what is cut off', () => {
    access.write(
      { kind: 'grant.create', subject: 'user:fay', permission: 'doc.view', resource: 'folder:plans' },
      ...['doc:pay', 'folder:safe'].map((resource) => ({
        kind: 'grant.create',
        subject: 'user:fay',
        permission: 'resource.edit',
        resource,
      })),
    )
    expect(told(by('user:fay'), { kind: 'resource.update', resource: 'doc:pay', parent: 'folder:plans' })).toBe('grant_exceeds_own')
    expect(told(by('user:fay'), { kind: 'resource.update', resource: 'folder:safe', inherits: true })).toBe('grant_exceeds_own')
    expect(told(by('user:fay'), { kind: 'resource.create', resource: 'doc:other', parent: 'folder:plans' })).toBe('grant_exceeds_own')
  })

  it('nor in two steps, through a group whose members it manages', () => {
    access.write(
      { kind: 'grant.create', subject: 'group:team', permission: 'doc.view', resource: 'folder:plans' },
      { kind: 'grant.create', subject: 'user:fay', role: 'manager', resource: 'group:team' },
      { kind: 'grant.create', subject: 'user:fay', permission: 'resource.edit', resource: 'doc:pay' },
    )
    expect(access.refusal(by('user:fay'), { kind: 'resource.update', resource: 'doc:pay', parent: 'folder:plans' })?.details).toEqual({
      permission: 'doc.view',
      resource: 'doc:pay',
    })
  })

  it.each([
    ['under a condition', { condition: 'context.duty == true' }],
    ['later', { from: later }],
  ])('nor to have more of it %s', (_, fields) => {
    access.write(
      { kind: 'grant.create', subject: 'user:fay', permission: 'doc.view', resource: 'folder:plans', ...fields },
      { kind: 'grant.create', subject: 'user:fay', permission: 'resource.edit', resource: 'doc:pay' },
    )
    const move = { kind: 'resource.update', resource: 'doc:pay', parent: 'folder:plans' }
    expect(access.refusal(by('user:fay'), move)?.details).toEqual({ permission: 'doc.view', resource: 'doc:pay' })
    access.write({ kind: 'grant.create', subject: 'user:fay', permission: 'doc.view', resource: 'doc:pay' })
    expect(told(by('user:fay'), move)).toBe('accepted')
  })

  it('changes no attribute that a condition asks for itself', () => {
    access.write(
      { kind: 'grant.create', subject: 'user:fay', permission: 'doc.view', resource: 'doc:pay', condition: 'resource.attributes.open' },
      { kind: 'grant.create', subject: 'user:fay', permission: 'resource.edit', resource: 'doc:pay' },
    )
    expect(told(by('user:fay'), { kind: 'resource.update', resource: 'doc:pay', attributes: { open: true } })).toBe('grant_exceeds_own')
  })

  it('makes an owner only of who could be given everything that may lie inside', () => {
    access.write({ kind: 'grant.create', subject: 'user:fay', actions: ['view', 'edit', 'archive'], resource: 'folder:plans' })
    const own = { kind: 'resource.update', resource: 'folder:plans', owner: 'user:bob' }
    expect(access.refusal(by('user:fay'), own)?.details).toEqual({ permission: 'doc.edit', resource: 'folder:plans' })
    access.write(
      ...['doc.view', 'doc.edit'].map((permission) => ({
        kind: 'grant.create',
        subject: 'user:fay',
        permission,
        resource: 'folder:plans',
      })),
    )
    expect(told(by('user:fay'), own)).toBe('accepted')
  })
})

describe('who keeps the catalogue', () => {
  const wanda = by('user:wanda')
  beforeEach(() => {
    access.write(
      { kind: 'grant.create', id: 'wanda-viewer', subject: 'user:wanda', role: 'viewer' },
      { kind: 'grant.create', subject: 'group:tools', role: 'viewer', resource: 'folder:plans' },
    )
  })

  it.each([
    ['a permission in a role', { kind: 'role.update', codename: 'viewer', permissions: ['folder.view', 'payroll'] }],
    ['a role in a role', { kind: 'role.update', codename: 'viewer', includes: ['clerk'] }],
    ['every permission in a role', { kind: 'role.update', codename: 'viewer', includes: ['administrator'] }],
    ['another role in place of one', { kind: 'role.update', codename: 'editor', includes: ['clerk'] }],
    ['a role with what is not held', { kind: 'role.create', codename: 'boss', permissions: ['payroll'] }],
    ['more to owners', { kind: 'resource-type.update', name: 'doc', ownerActions: null }],
    ['another kind to a permission that others hold', { kind: 'permission.update', name: 'payroll', permissionKind: 'restriction' }],
    ['another kind to a permission that was given away freely', { kind: 'permission.update', name: 'watched', permissionKind: 'allow' }],
    ['another kind to an action', { kind: 'permission.create', name: 'folder.edit', permissionKind: 'restriction' }],
  ])('cannot give %s', (_, change) => {
    expect(told(wanda, change)).toBe('grant_exceeds_own')
  })

  it('puts into a role what it holds, whatever else is in it', () => {
    expect(told(wanda, { kind: 'role.update', codename: 'clerk', permissions: ['payroll', 'folder.view'] })).toBe('accepted')
    expect(told(wanda, { kind: 'role.update', codename: 'editor', permissions: [] })).toBe('accepted')
  })

  it.each([
    ['taking it off', { kind: 'permission.update', name: 'folder.archive', condition: null }],
    ['writing another', { kind: 'permission.update', name: 'folder.archive', condition: 'true' }],
    ['deleting the words about the action', { kind: 'permission.delete', name: 'folder.archive' }],
  ])('does not loosen the condition of a permission by %s', (_, change) => {
    access.write(
      { kind: 'permission.create', name: 'folder.archive', condition: 'context.duty == true' },
      { kind: 'grant.create', subject: 'group:tools', permission: 'folder.archive' },
    )
    expect(told(wanda, change)).toBe('grant_exceeds_own')
    expect(told(wanda, { kind: 'permission.update', name: 'folder.archive', label: 'Archive' })).toBe('accepted')
  })

  it('does not lift a denial by emptying or deleting the role that it names', () => {
    access.write({ kind: 'grant.create', subject: 'user:bob', role: 'editor', effect: 'deny' })
    expect(told(wanda, { kind: 'role.update', codename: 'editor', permissions: [] })).toBe('grant_exceeds_own')
    expect(told(wanda, { kind: 'role.delete', codename: 'editor' })).toBe('grant_exceeds_own')
    // Wanda holds what viewer contains, and so may give it back.
    expect(told(wanda, { kind: 'role.update', codename: 'viewer', permissions: [] })).toBe('accepted')
  })

  it('deletes no grant with a role or type that the grant does not name', () => {
    access.write(
      { kind: 'role.create', codename: 'undefined' },
      { kind: 'group-type.create', codename: 'other' },
      { kind: 'grant.create', id: 'no', subject: 'user:wanda', permission: 'payroll', effect: 'deny' },
      { kind: 'grant.create', id: 'no-below', subject: 'group:board^descendants[secret]', permission: 'payroll', effect: 'deny' },
    )
    expect(told(wanda, { kind: 'role.delete', codename: 'undefined' }, { kind: 'grant.delete', id: 'no' })).toBe('forbidden')
    expect(told(wanda, { kind: 'group-type.delete', codename: 'other' }, { kind: 'grant.delete', id: 'no-below' })).toBe('forbidden')
  })

  it('gets nothing by a setting', () => {
    access.write(
      { kind: 'group.create', id: 'north', name: 'North' },
      { kind: 'member.add', group: 'north', member: 'user:wanda' },
      { kind: 'grant.create', subject: 'group:tools^siblings', permission: 'payroll' },
      { kind: 'member.add', group: 'board', member: 'user:wanda', roles: ['manager'] },
      { kind: 'grant.create', subject: 'user:wanda', permission: 'payroll', effect: 'deny' },
    )
    expect(told(wanda, { kind: 'settings.update', managersInherit: true })).toBe('grant_exceeds_own')
    access.write(
      { kind: 'member.remove', group: 'board', member: 'user:wanda' },
      { kind: 'grant.create', subject: 'group:tools^siblings', permission: 'folder.edit' },
    )
    expect(told(wanda, { kind: 'settings.update', rootSiblings: true })).toBe('grant_exceeds_own')
  })

  it('gets nothing by a setting for the time when a membership of its own begins, directly or through a group', () => {
    access.write(
      { kind: 'grant.create', subject: 'group:tools', permission: 'group.edit', resource: 'group:board' },
      { kind: 'member.add', group: 'board', member: 'user:wanda', roles: ['manager'], from: later },
    )
    expect(told(wanda, { kind: 'settings.update', managersInherit: true })).toBe('grant_exceeds_own')
    access.write(
      { kind: 'member.remove', group: 'board', member: 'user:wanda' },
      { kind: 'member.add', group: 'club', member: 'user:wanda' },
      { kind: 'group.update', id: 'club', active: true },
      { kind: 'member.add', group: 'tools', member: 'group:club', from: later },
    )
    expect(told(wanda, { kind: 'settings.update', managersInherit: true })).toBe('grant_exceeds_own')
    access.write({ kind: 'member.remove', group: 'club', member: 'user:wanda' })
    expect(told(wanda, { kind: 'settings.update', managersInherit: true })).toBe('accepted')
  })

  it('switches no source on that gives it something', () => {
    access.write(
      { kind: 'source.update', name: 'hr', enabled: false },
      { kind: 'member.add', group: 'board', member: 'user:wanda', origin: 'source:hr' },
    )
    expect(told(wanda, { kind: 'source.update', name: 'hr', enabled: true })).toBe('grant_exceeds_own')
    expect(told(wanda, { kind: 'source.update', name: 'hr', label: 'People' })).toBe('accepted')
  })

  it('takes no record over, by name or by making it', () => {
    expect(told(wanda, { kind: 'record.take-over', record: 'user:cyd' })).toBe('forbidden')
    expect(told(wanda, { kind: 'user.create', id: 'new', userName: 'new', origin: 'source:hr' })).toBe('forbidden')
    expect(told(wanda, { kind: 'user.update', id: 'cyd', status: 'inactive' })).toBe('forbidden')
  })
})

describe('a place in the hierarchy', () => {
  beforeEach(() => {
    access.write(
      { kind: 'grant.create', subject: 'user:wanda', role: 'warden' },
      { kind: 'grant.create', subject: 'group:board^descendants', permission: 'folder.archive' },
    )
  })

  it('under a group by which others are granted is given by who could give that', () => {
    const wanda = by('user:wanda')
    expect(told(wanda, { kind: 'group.move', id: 'tools', parent: 'board' })).toBe('grant_exceeds_own')
    expect(told(wanda, { kind: 'group.create', id: 'new', name: 'New', parent: 'board' })).toBe('grant_exceeds_own')
    expect(told(wanda, { kind: 'group.move', id: 'tools', parent: 'club' })).toBe('accepted')
    access.write({ kind: 'grant.create', subject: 'user:wanda', permission: 'folder.archive' })
    expect(told(wanda, { kind: 'group.move', id: 'tools', parent: 'board' })).toBe('accepted')
  })

  it('for groups of a type says nothing about a group without it', () => {
    access.write({ kind: 'grant.create', subject: 'group:club^descendants[secret]', permission: 'payroll' })
    const make = { kind: 'group.create', id: 'new', name: 'New', parent: 'club' }
    expect(told(by('user:wanda'), make)).toBe('accepted')
    expect(told(by('user:wanda'), { ...make, type: 'secret' })).toBe('grant_exceeds_own')
  })

  it('is left by nobody to escape a denial', () => {
    access.write(
      { kind: 'member.add', group: 'team', member: 'user:wanda' },
      { kind: 'grant.create', subject: 'user:wanda', permission: 'folder.view' },
      { kind: 'grant.create', subject: 'group:board^descendants', permission: 'folder.view', effect: 'deny' },
    )
    expect(told(by('user:wanda'), { kind: 'group.move', id: 'team', parent: null })).toBe('grant_exceeds_own')
    expect(told(by('user:wanda'), { kind: 'group.delete', id: 'team' })).toBe('grant_exceeds_own')
  })
})

describe('a group inside another', () => {
  const leave = { kind: 'member.remove', group: 'team', member: 'group:crew' }

  beforeEach(() => {
    access.write(
      { kind: 'member.add', group: 'team', member: 'group:crew' },
      { kind: 'grant.create', subject: 'user:gil', role: 'manager', resource: 'group:crew' },
      { kind: 'grant.create', subject: 'user:gil', permission: 'grant.create', resource: 'group:team' },
      { kind: 'grant.create', subject: 'user:gil', permission: 'folder.view', resource: 'folder:bin' },
      { kind: 'grant.create', id: 'no', subject: 'group:team', permission: 'folder.edit', resource: 'folder:plans', effect: 'deny' },
    )
  })

  it('is not taken out of what denies it something by who could not give that', () => {
    expect(told(by('user:gil'), leave)).toBe('grant_exceeds_own')
    for (const window of [{ until: later }, { from: later }])
      expect(told(by('user:gil'), { kind: 'member.update', group: 'team', member: 'group:crew', ...window })).toBe('grant_exceeds_own')
    access.write({ kind: 'grant.create', subject: 'user:gil', permission: 'folder.edit', resource: 'folder:plans' })
    expect(told(by('user:gil'), leave)).toBe('accepted')
  })

  it('is taken out where the denial ends before, or reaches it by another way, and so is a person', () => {
    expect(told(by('user:gil'), { kind: 'member.remove', group: 'team', member: 'user:bob' })).toBe('accepted')
    access.write(
      { kind: 'member.add', group: 'tools', member: 'group:crew' },
      { kind: 'member.add', group: 'team', member: 'group:tools' },
      { kind: 'grant.create', subject: 'user:gil', role: 'manager', resource: 'group:tools' },
    )
    expect(told(by('user:gil'), leave)).toBe('accepted')
    expect(told(by('user:gil'), leave, { ...leave, member: 'group:tools' })).toBe('grant_exceeds_own')
    access.write({ kind: 'grant.update', id: 'no', until: earlier })
    expect(told(by('user:gil'), leave, { ...leave, member: 'group:tools' })).toBe('accepted')
  })

  it('keeps a standing that denies it something', () => {
    access.write(
      { kind: 'member.update', group: 'team', member: 'group:crew', roles: ['viewer'] },
      { kind: 'grant.delete', id: 'no' },
      { kind: 'grant.create', subject: 'group:team#viewer', permission: 'folder.edit', resource: 'folder:plans', effect: 'deny' },
    )
    expect(told(by('user:gil'), { kind: 'member.update', group: 'team', member: 'group:crew', roles: [] })).toBe('grant_exceeds_own')
    expect(told(by('user:gil'), leave)).toBe('grant_exceeds_own')
  })
})

describe('an actor that is not active', () => {
  it.each([
    ['itself', { kind: 'user.update', id: 'wanda', status: 'inactive' }, { kind: 'user.update', id: 'wanda', status: 'active' }],
    [
      'its source',
      { kind: 'record.take-over', record: 'user:wanda', origin: 'source:hr' },
      { kind: 'source.update', name: 'hr', enabled: true },
    ],
    [
      'its domain',
      { kind: 'group.create', id: 'acme', name: 'Acme', type: 'domain', active: false },
      { kind: 'group.update', id: 'acme', active: true },
    ],
  ])('does not bring back %s', (what, before, attempt) => {
    access.write(before, { kind: 'grant.create', subject: 'user:wanda', role: 'warden' })
    if (what === 'its source') access.write({ kind: 'source.update', name: 'hr', enabled: false })
    if (what === 'its domain') access.write({ kind: 'member.add', group: 'acme', member: 'user:wanda' })
    expect(told(by('user:wanda'), attempt)).toBe('forbidden')
  })
})

describe('API keys', () => {
  const key = { kind: 'api-key.create', prefix: 'p', hash: 'a'.repeat(64) }

  it('are made and widened by their owner alone, or by who administers', () => {
    access.write(
      { kind: 'grant.create', subject: 'everyone', role: 'keyring' },
      { kind: 'role.create', codename: 'keyring', permissions: ['api-key.create', 'api-key.edit', 'api-key.delete'] },
    )
    access.write({ ...key, id: 'of-root', prefix: 'r', owner: 'user:root', scopes: ['payroll'] })
    expect(told(by('user:nob'), { ...key, owner: 'user:nob' })).toBe('accepted')
    for (const owner of ['user:root', 'service:bot']) expect(told(by('user:nob'), { ...key, owner })).toBe('grant_exceeds_own')
    expect(told(by('user:nob'), { kind: 'api-key.update', id: 'of-root', scopes: [] })).toBe('grant_exceeds_own')
    expect(told(by('user:nob'), { ...key, owner: 'user:anonymous' })).toBe('unknown_reference')
    expect(told(by('user:root'), { ...key, owner: 'service:bot' })).toBe('accepted')
  })
})

describe('an undo', () => {
  it('needs the authority for what it brings back', () => {
    access.write({ kind: 'member.add', group: 'team', member: 'user:nob', roles: ['clerk'] })
    access.writeAs(by('user:mia'), { kind: 'member.remove', group: 'team', member: 'user:nob' })
    access.write({ kind: 'grant.delete', id: 'team-view' })
    expect(told(by('user:mia'), { kind: 'undo', revision: 3 })).toBe('forbidden')
    access.write({ kind: 'grant.create', subject: 'user:mia', permission: 'grant.create', resource: 'group:team' })
    expect(told(by('user:mia'), { kind: 'undo', revision: 3 })).toBe('grant_exceeds_own')
    expect(told(by('user:mia'), { kind: 'undo', revision: 4 })).toBe('forbidden')
    expect(told(by('user:root'), { kind: 'undo', revision: 3 })).toBe('accepted')
  })

  it('takes back no denial that somebody else made', () => {
    access.write({ kind: 'grant.create', subject: 'user:fay', permission: 'folder.edit', resource: 'folder:plans', effect: 'deny' })
    expect(told(by('user:fay'), { kind: 'undo', revision: 2 })).toBe('grant_exceeds_own')
  })

  it('reaches into no record of a source without the right to take it over', () => {
    access.writeAs({ origin: 'source:hr' }, { kind: 'user.update', id: 'cyd', status: 'inactive' })
    expect(access.refusal(by('user:wanda'), { kind: 'undo', revision: 2 })?.details).toEqual({
      right: 'tenant.take-over',
      resource: 'tenant',
    })
    access.writeAs({ origin: 'source:hr' }, { kind: 'user.delete', id: 'cyd' })
    expect(told(by('user:wanda'), { kind: 'undo', revision: 3 })).toBe('forbidden')
    expect(told(by('user:root'), { kind: 'undo', revision: 3 })).toBe('accepted')
  })
})

describe('the own record', () => {
  it('is kept by its user in the fields of the profile, and in no other', () => {
    const own = { kind: 'user.update', id: 'nob' }
    expect(told(by('user:nob'), { ...own, displayName: 'Nob', page: 'https://example.org', portrait: null })).toBe('accepted')
    for (const field of [
      { status: 'active', attributes: { clearance: 9 } },
      { userName: 'root2' },
      { emails: ['root@example.org'] },
      { networks: ['10.0.0.0/8'] },
      { externalIds: { hr: '1' } },
      { confirmedAt: earlier },
    ])
      expect(told(by('user:nob'), { ...own, displayName: 'Nob', ...field })).toBe('forbidden')
    expect(told(by('user:bob'), { ...own, displayName: 'Nob' })).toBe('forbidden')
    expect(told(by('user:nob'), { ...own, origin: 'plugin:x' })).toBe('unknown_field')
    expect(told(by('user:nob'), { ...own, id: 'nob', createdBy: 'user:root' })).toBe('unknown_field')
  })
})
