import { describe, expect, it } from 'vitest'
import { changeKinds } from '../../src/core/index.ts'
import { samples, world } from './every-kind.ts'
import type { Tenant } from './tenant.ts'
import { now } from './tenant.ts'

/** All rows but for the time of their last change, which an undo is too. */
function rowsBesideTime(access: Tenant): { readonly [key: string]: object } {
  return Object.fromEntries(Object.entries(access.rows()).map(([key, row]) => [key, { ...row, updatedAt: now }]))
}

describe('an undo', () => {
  /** A tenant neither comes nor goes by an undo: its world went, or came, with it. */
  const final: ReadonlySet<string> = new Set(['undo', 'tenant.create', 'tenant.delete'])
  const cases = changeKinds.flatMap((kind) =>
    kind === 'undo' || final.has(kind) ? [] : samples[kind].map((fields) => [kind, fields] as const),
  )

  it.each(cases)('of %s %j gives the rows back, and an undo of that takes them away again', (kind, fields) => {
    const access = world()
    const before = rowsBesideTime(access)
    access.write({ kind, ...fields })
    const after = rowsBesideTime(access)
    // An id that was given once is taken for ever.
    const made = Object.keys(after).filter((key) => !(key in before) && /^(user|service|group|grant|assignment|api-key) /.test(key))
    const left = Object.fromEntries(made.map((key) => [`retired ${key.replace(' ', ':')}`, expect.anything()]))
    expect(after).not.toEqual(before)
    access.write({ kind: 'undo', revision: 2 })
    expect(rowsBesideTime(access)).toEqual({ ...before, ...left })
    access.write({ kind: 'undo', revision: 3 })
    expect(rowsBesideTime(access)).toEqual(after)
  })

  it('tells the time of the undo as that of the last change', () => {
    const access = world()
    const at = '2026-03-20T00:00:00.000Z'
    access.write({ kind: 'group.update', id: 'low', name: 'Deep' })
    access.writeAs({ at: at as typeof now }, { kind: 'undo', revision: 2 })
    expect(access.snapshot.get('group', 'low')).toMatchObject({ name: 'Low', updatedAt: at })
  })

  it('puts back the fields that were changed and leaves later changes of others', () => {
    const access = world()
    access.write({ kind: 'group.update', id: 'low', name: 'Deep' })
    access.write({ kind: 'group.update', id: 'low', comment: 'later' })
    access.write({ kind: 'undo', revision: 2 })
    expect(access.snapshot.get('group', 'low')).toMatchObject({ name: 'Low', comment: 'later' })
  })

  it('of a revision that never was is not_found', () => {
    expect(world().refusal({}, { kind: 'undo', revision: 9 })?.code).toBe('not_found')
  })

  // What was done, what was done since, and what of it stands in the way.
  it.each([
    ['a field changed again', { kind: 'group.update', id: 'low', name: 'A' }, { kind: 'group.update', id: 'low', name: 'B' }],
    ['a record removed', { kind: 'group.update', id: 'low', name: 'A' }, { kind: 'group.delete', id: 'low' }],
    ['a made record changed', { kind: 'group.create', id: 'new', name: 'New' }, { kind: 'group.update', id: 'new', name: 'Newer' }],
    [
      'a membership made again',
      { kind: 'member.remove', group: 'low', member: 'user:bob' },
      { kind: 'member.add', group: 'low', member: 'user:bob' },
    ],
    [
      'a member in a made group',
      { kind: 'group.create', id: 'new', name: 'New' },
      { kind: 'member.add', group: 'new', member: 'user:bob' },
    ],
    ['a child of a made group', { kind: 'group.create', id: 'new', name: 'New' }, { kind: 'group.move', id: 'low', parent: 'new' }],
    ['a grant to a made user', { kind: 'user.create', id: 'eve' }, { kind: 'grant.create', subject: 'user:eve', role: 'viewer' }],
    [
      'a grant on a made user',
      { kind: 'user.create', id: 'eve' },
      { kind: 'grant.create', subject: 'user:bob', actions: ['view'], resource: 'user:eve' },
    ],
    [
      'a thing that a made user owns',
      { kind: 'user.create', id: 'eve' },
      { kind: 'resource.update', resource: 'doc:1', owner: 'user:eve' },
    ],
    [
      'a key of a made account',
      { kind: 'service.create', id: 's', name: 'S' },
      { kind: 'api-key.create', prefix: 's', hash: 'c'.repeat(64), owner: 'service:s' },
    ],
    [
      'a hold with a made role',
      { kind: 'role.create', codename: 'new' },
      { kind: 'member.add', group: 'low', member: 'user:cyd', roles: ['new'] },
    ],
    ['a grant of a made role', { kind: 'role.create', codename: 'new' }, { kind: 'grant.create', subject: 'user:bob', role: 'new' }],
    [
      'a grant to a made standing',
      { kind: 'role.create', codename: 'new' },
      { kind: 'grant.create', subject: 'group:low#new', role: 'viewer' },
    ],
    [
      'a role that includes a made one',
      { kind: 'role.create', codename: 'new' },
      { kind: 'role.update', codename: 'editor', includes: ['new'] },
    ],
    [
      'a type with a made standing',
      { kind: 'role.create', codename: 'new' },
      { kind: 'group-type.create', codename: 'office', standings: ['new'] },
    ],
    ['a group of a made type', { kind: 'group-type.create', codename: 'new' }, { kind: 'group.update', id: 'low', type: 'new' }],
    [
      'a grant to groups of a made type',
      { kind: 'group-type.create', codename: 'new' },
      { kind: 'grant.create', subject: 'group:top^descendants[new]', role: 'viewer' },
    ],
    [
      'a group with a made entity',
      { kind: 'group-entity.create', codename: 'new' },
      { kind: 'group.update', id: 'low', entities: ['new'] },
    ],
    ['a resource of a made type', { kind: 'resource-type.create', name: 'box' }, { kind: 'resource.create', resource: 'box:1' }],
    [
      'a grant on a resource of a made type',
      { kind: 'resource-type.create', name: 'box' },
      { kind: 'grant.create', subject: 'user:bob', role: 'viewer', resource: 'box:1' },
    ],
    ['an assignment on one', { kind: 'resource-type.create', name: 'box' }, { kind: 'assignment.create', resource: 'box:1', group: 'low' }],
    [
      'a type that may lie in a made one',
      { kind: 'resource-type.create', name: 'box' },
      { kind: 'resource-type.update', name: 'doc', parentTypes: ['folder', 'box'] },
    ],
    [
      'words about an action of a made type',
      { kind: 'resource-type.create', name: 'box', actions: ['open'] },
      { kind: 'permission.create', name: 'box.open' },
    ],
    [
      'a role with an action of a made type',
      { kind: 'resource-type.create', name: 'box', actions: ['open'] },
      { kind: 'role.update', codename: 'editor', permissions: ['box.open'] },
    ],
    [
      'words about a made action',
      { kind: 'resource-type.update', name: 'doc', actions: ['view', 'edit', 'print'] },
      { kind: 'permission.create', name: 'doc.print' },
    ],
    [
      'a role with a made action',
      { kind: 'resource-type.update', name: 'doc', actions: ['view', 'edit', 'print'] },
      { kind: 'role.update', codename: 'editor', permissions: ['doc.print'] },
    ],
    [
      'a grant of a made action',
      { kind: 'resource-type.update', name: 'doc', actions: ['view', 'edit', 'print'] },
      { kind: 'grant.create', subject: 'user:bob', actions: ['print'], resource: 'doc:1' },
    ],
    [
      'a role with a made permission',
      { kind: 'permission.create', name: 'lunch' },
      { kind: 'role.update', codename: 'editor', permissions: ['lunch'] },
    ],
    [
      'a grant of a made permission',
      { kind: 'permission.create', name: 'lunch' },
      { kind: 'grant.create', subject: 'user:bob', permission: 'lunch' },
    ],
    [
      'an assignment with a made permission',
      { kind: 'permission.create', name: 'lunch' },
      { kind: 'assignment.create', resource: 'doc:1', group: 'low', policy: { group: ['lunch'] } },
    ],
    [
      'a policy with a made permission',
      { kind: 'permission.create', name: 'lunch' },
      { kind: 'settings.update', policy: { siblings: { team: ['lunch'] } } },
    ],
    [
      'a permission under a made one',
      { kind: 'permission.create', name: 'lunch' },
      { kind: 'permission.update', name: 'chat.export', parent: 'lunch' },
    ],
    [
      'a key narrowed to a made permission',
      { kind: 'permission.create', name: 'lunch' },
      { kind: 'api-key.update', id: 'k1', scopes: ['lunch'] },
    ],
    [
      'a resource in a made one',
      { kind: 'resource.create', resource: 'folder:9' },
      { kind: 'resource.update', resource: 'doc:1', parent: 'folder:9' },
    ],
    ['what a deleted grant was on gone', { kind: 'grant.delete', id: 'g1' }, { kind: 'group.delete', id: 'mid', children: 'lift' }],
    ['the parent of a deleted group gone', { kind: 'group.delete', id: 'low' }, { kind: 'group.delete', id: 'mid' }],
    ['the name of a deleted user taken', { kind: 'user.delete', id: 'bob' }, { kind: 'user.create', id: 'bob2', userName: 'BOB' }],
  ])('is refused as a conflict with %s since', (_, first, since) => {
    const access = world()
    access.write(first)
    access.write(since)
    const before = access.rows()
    expect(access.refusal({}, { kind: 'undo', revision: 2 })?.code).toBe('conflict')
    expect(access.rows()).toEqual(before)
  })
})
