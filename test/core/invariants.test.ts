import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../src/core/index.ts'
import type { Tenant } from './tenant.ts'
import { later, tenant } from './tenant.ts'

function world(): Tenant {
  const access = tenant()
  access.write(
    { kind: 'source.create', name: 'hr' },
    { kind: 'resource-type.create', name: 'folder', actions: ['view'], parentTypes: ['folder'] },
    { kind: 'permission.create', name: 'chat.upload' },
    { kind: 'role.create', codename: 'one', permissions: ['folder.view'] },
    { kind: 'role.create', codename: 'two', includes: ['one'] },
    { kind: 'group-type.create', codename: 'team', standings: ['one'] },
    { kind: 'group-type.create', codename: 'office', exclusive: true },
    { kind: 'user.create', id: 'ada', userName: 'ada', emails: ['ada@example.org'] },
    { kind: 'user.create', id: 'bob', userName: 'bob', status: 'inactive' },
    { kind: 'user.create', id: 'hal', userName: 'hal', origin: 'source:hr' },
    { kind: 'service.create', id: 'bot', name: 'Bot' },
    { kind: 'group.create', id: 'a', name: 'A' },
    { kind: 'group.create', id: 'b', name: 'B', parent: 'a', nested: true },
    { kind: 'group.create', id: 'c', name: 'C', parent: 'b', nested: true },
    { kind: 'group.create', id: 'team', name: 'Team', type: 'team' },
    ...['rome', 'oslo'].map((id) => ({ kind: 'group.create', id, name: id, type: 'office' })),
    { kind: 'member.add', group: 'rome', member: 'user:ada' },
    { kind: 'member.add', group: 'a', member: 'user:ada', origin: 'source:hr', roles: ['two'] },
    { kind: 'resource.create', resource: 'folder:1' },
    { kind: 'resource.create', resource: 'folder:2', parent: 'folder:1' },
    { kind: 'grant.create', id: 'admin', subject: 'user:ada', role: 'administrator' },
    { kind: 'user.create', id: 'gone', userName: 'gone' },
    { kind: 'api-key.create', id: 'key', prefix: 'key', hash: 'a'.repeat(64), owner: 'user:ada' },
  )
  access.write({ kind: 'user.delete', id: 'gone' })
  return access
}
const access = world()

/** What is refused: the change (or changes), the code, and all or some of the details. */
const refusals: readonly (readonly [what: string, changes: readonly object[], code: ErrorCode, details: object])[] = [
  [
    'a user name that is taken',
    [{ kind: 'user.create', id: 'x', userName: 'ADA' }],
    'conflict',
    { reference: 'user:x', reason: 'the user name "ADA" is taken' },
  ],
  [
    'an address that is taken',
    [{ kind: 'user.create', id: 'x', emails: ['Ada@Example.org'] }],
    'conflict',
    { reference: 'user:x', reason: 'the e-mail address "Ada@Example.org" is taken' },
  ],
  [
    'two of one name at once',
    [
      { kind: 'user.create', userName: 'x' },
      { kind: 'user.create', userName: 'X' },
    ],
    'conflict',
    {},
  ],
  ['the user anonymous', [{ kind: 'user.create', id: 'anonymous' }], 'conflict', { reference: 'user:anonymous' }],
  ['an id that is there', [{ kind: 'user.create', id: 'ada' }], 'conflict', { reference: 'user:ada', reason: 'is there already' }],
  [
    'an id that was there',
    [{ kind: 'user.create', id: 'gone' }],
    'conflict',
    { reference: 'user:gone', reason: 'was deleted, and an id is never given twice' },
  ],
  [
    'a codename that is taken below a group',
    [{ kind: 'group.create', id: 'x', name: 'B', parent: 'a' }],
    'conflict',
    { reference: 'group:x', reason: 'the codename "b" is taken in group:a' },
  ],
  [
    'a codename that is taken among the roots',
    [
      { kind: 'group.move', id: 'b', parent: null },
      { kind: 'group.create', id: 'x', name: 'B' },
    ],
    'conflict',
    {},
  ],
  [
    'a group without a letter in its name and id',
    [{ kind: 'group.create', id: 'x', name: '!', codename: '-' }],
    'invalid_string',
    { field: 'changes[0].codename' },
  ],
  ['a group nested in nothing', [{ kind: 'group.create', name: 'X', nested: true }], 'invalid_parameter', { field: 'changes[0].nested' }],
  ['a move without a word', [{ kind: 'group.move', id: 'b' }], 'invalid_parameter', { field: 'changes[0].parent' }],
  [
    'a parent that is not there',
    [{ kind: 'group.move', id: 'b', parent: 'x' }],
    'unknown_reference',
    { reference: 'group:x', field: 'changes[0].parent' },
  ],
  [
    'a type that is not there',
    [{ kind: 'group.update', id: 'b', type: 'x' }],
    'unknown_reference',
    { reference: 'group-type:x', field: 'changes[0].type' },
  ],
  [
    'an entity that is not there',
    [{ kind: 'group.update', id: 'b', entities: ['x'] }],
    'unknown_reference',
    { reference: 'group-entity:x' },
  ],
  ['a group below itself', [{ kind: 'group.move', id: 'a', parent: 'c' }], 'cycle', { path: ['group:a', 'group:b', 'group:c', 'group:a'] }],
  ['a group as its own parent', [{ kind: 'group.move', id: 'a', parent: 'a' }], 'cycle', { path: ['group:a', 'group:a'] }],
  [
    'a group inside itself',
    [{ kind: 'member.add', group: 'c', member: 'group:a' }],
    'cycle',
    { path: ['group:a', 'group:b', 'group:c', 'group:a'] },
  ],
  ['a group as its own member', [{ kind: 'member.add', group: 'a', member: 'group:a' }], 'cycle', { path: ['group:a', 'group:a'] }],
  [
    'a role that includes itself',
    [{ kind: 'role.update', codename: 'one', includes: ['two'] }],
    'cycle',
    { path: ['role:one', 'role:two', 'role:one'] },
  ],
  [
    'a resource inside itself',
    [{ kind: 'resource.update', resource: 'folder:1', parent: 'folder:2' }],
    'cycle',
    { path: ['folder:1', 'folder:2', 'folder:1'] },
  ],
  [
    'a group with children that nobody speaks of',
    [{ kind: 'group.delete', id: 'a' }],
    'has_children',
    { reference: 'group:a', children: ['group:b'] },
  ],
  [
    'a resource with children that nobody speaks of',
    [{ kind: 'resource.delete', resource: 'folder:1' }],
    'has_children',
    { reference: 'folder:1', children: ['folder:2'] },
  ],
  [
    'a membership that is there',
    [{ kind: 'member.add', group: 'rome', member: 'user:ada' }],
    'conflict',
    { reference: 'user:ada in group:rome', reason: 'is held by local already' },
  ],
  [
    'a membership that is not there',
    [{ kind: 'member.remove', group: 'oslo', member: 'user:ada' }],
    'not_a_member',
    { member: 'user:ada', group: 'group:oslo' },
  ],
  [
    'a membership that a source holds',
    [{ kind: 'member.remove', group: 'a', member: 'user:ada' }],
    'forbidden',
    { right: 'tenant.take-over', resource: 'group:a' },
  ],
  [
    'nobody as a member',
    [{ kind: 'member.add', group: 'a', member: 'user:anonymous' }],
    'invalid_parameter',
    { field: 'changes[0].member' },
  ],
  [
    'a member that is not there',
    [{ kind: 'member.add', group: 'a', member: 'user:x' }],
    'unknown_reference',
    { reference: 'user:x', field: 'changes[0].member' },
  ],
  [
    'a group that is not there',
    [{ kind: 'member.add', group: 'x', member: 'user:ada' }],
    'unknown_reference',
    { reference: 'group:x', field: 'changes[0].group' },
  ],
  [
    'a standing that is no role',
    [{ kind: 'member.add', group: 'a', member: 'user:ada', roles: ['x'] }],
    'unknown_reference',
    { reference: 'role:x', field: 'changes[0].roles' },
  ],
  [
    'a standing that the type does not know',
    [{ kind: 'member.add', group: 'team', member: 'user:ada', roles: ['two'] }],
    'invalid_parameter',
    { field: 'changes[0].roles' },
  ],
  [
    'a type that does not know the standings there are',
    [{ kind: 'group.update', id: 'a', type: 'team' }],
    'invalid_parameter',
    { field: 'changes[0].roles' },
  ],
  [
    'a window that ends before it starts',
    [{ kind: 'member.add', group: 'a', member: 'user:bob', from: later, until: later }],
    'invalid_time',
    { field: 'changes[0].until' },
  ],
  [
    'two groups of an exclusive type',
    [{ kind: 'member.add', group: 'oslo', member: 'user:ada' }],
    'exclusive_type',
    { member: 'user:ada', type: 'office', groups: ['group:rome', 'group:oslo'] },
  ],
  [
    'a group inside one of an exclusive type',
    [{ kind: 'member.add', group: 'oslo', member: 'group:a' }],
    'exclusive_type',
    { member: 'group:a', type: 'office', groups: ['group:oslo'] },
  ],
  [
    'a type made exclusive over who is in two',
    [
      { kind: 'group-type.update', codename: 'team', exclusive: true, standings: [] },
      { kind: 'group.update', id: 'b', type: 'team' },
      { kind: 'member.add', group: 'b', member: 'user:bob' },
      { kind: 'member.add', group: 'team', member: 'user:bob' },
    ],
    'exclusive_type',
    { member: 'user:bob' },
  ],
  [
    'a permission that is not declared',
    [{ kind: 'role.update', codename: 'one', permissions: ['x'] }],
    'permission_unknown',
    { permission: 'x', resource: 'tenant' },
  ],
  [
    'a role that is not there',
    [{ kind: 'role.update', codename: 'one', includes: ['x'] }],
    'unknown_reference',
    { reference: 'role:x', field: 'changes[0].includes' },
  ],
  ['a built-in role', [{ kind: 'role.create', codename: 'manager' }], 'conflict', { reference: 'role:manager' }],
  [
    'a change of a built-in role',
    [{ kind: 'role.update', codename: 'administrator', permissions: [] }],
    'conflict',
    { reference: 'role:administrator', reason: 'is built in and cannot be changed' },
  ],
  ['the end of a built-in type', [{ kind: 'group-type.delete', codename: 'domain' }], 'conflict', { reference: 'group-type:domain' }],
  [
    'a built-in resource type',
    [{ kind: 'resource-type.update', name: 'tenant', actions: [] }],
    'conflict',
    { reference: 'resource-type:tenant' },
  ],
  ['a name that is a branch already', [{ kind: 'permission.create', name: 'chat' }], 'conflict', { reference: 'permission:chat' }],
  [
    'a name that is below a leaf',
    [{ kind: 'permission.create', name: 'chat.upload.now' }],
    'conflict',
    { reference: 'permission:chat.upload.now' },
  ],
  [
    'words about an action that is none',
    [{ kind: 'permission.create', name: 'folder.burn' }],
    'conflict',
    { reference: 'permission:folder.burn' },
  ],
  ['a type that is a branch already', [{ kind: 'resource-type.create', name: 'chat' }], 'conflict', { reference: 'resource-type:chat' }],
  [
    'an owner action that is no action',
    [{ kind: 'resource-type.update', name: 'folder', ownerActions: ['burn'] }],
    'invalid_parameter',
    { field: 'changes[0].ownerActions' },
  ],
  [
    'a parent type that is not there',
    [{ kind: 'resource-type.update', name: 'folder', parentTypes: ['x'] }],
    'unknown_reference',
    { reference: 'resource-type:x' },
  ],
  [
    'a parent type less while something lies there',
    [{ kind: 'resource-type.update', name: 'folder', parentTypes: [] }],
    'invalid_parameter',
    { field: 'changes[0].parent' },
  ],
  [
    'the end of a type with resources',
    [{ kind: 'resource-type.delete', name: 'folder' }],
    'conflict',
    { reference: 'resource-type:folder' },
  ],
  [
    'a resource of no type',
    [{ kind: 'resource.create', resource: 'x:1' }],
    'unknown_reference',
    { reference: 'resource-type:x', field: 'changes[0].resource' },
  ],
  ['a resource that is registered', [{ kind: 'resource.create', resource: 'folder:1' }], 'conflict', { reference: 'folder:1' }],
  ['a record as a resource', [{ kind: 'resource.create', resource: 'user:ada' }], 'invalid_parameter', { field: 'changes[0].resource' }],
  [
    'a resource where none of its type may lie',
    [{ kind: 'resource.create', resource: 'folder:3', parent: 'group:a' }],
    'invalid_parameter',
    { field: 'changes[0].parent' },
  ],
  [
    'a resource in one that is not registered',
    [{ kind: 'resource.create', resource: 'folder:3', parent: 'folder:9' }],
    'unknown_reference',
    { reference: 'folder:9', field: 'changes[0].parent' },
  ],
  [
    'nobody as an owner',
    [{ kind: 'resource.update', resource: 'folder:1', owner: 'user:anonymous' }],
    'unknown_reference',
    { reference: 'user:anonymous', field: 'changes[0].owner' },
  ],
  [
    'a grant of two things',
    [{ kind: 'grant.create', subject: 'user:ada', role: 'one', permission: 'folder.view' }],
    'invalid_parameter',
    { field: 'changes[0].role' },
  ],
  ['a grant of nothing', [{ kind: 'grant.create', subject: 'user:ada' }], 'invalid_parameter', { field: 'changes[0].role' }],
  [
    'a grant of no actions',
    [{ kind: 'grant.create', subject: 'user:ada', actions: [] }],
    'invalid_parameter',
    { field: 'changes[0].actions' },
  ],
  [
    'a grant of an action that the type has not',
    [{ kind: 'grant.create', subject: 'user:ada', actions: ['burn'], resource: 'folder:1' }],
    'permission_unknown',
    { permission: 'burn', resource: 'folder:1' },
  ],
  [
    'a grant to who is not there',
    [{ kind: 'grant.create', subject: 'service:x', role: 'one' }],
    'unknown_reference',
    { reference: 'service:x', field: 'changes[0].subject' },
  ],
  [
    'a grant to a standing that is no role',
    [{ kind: 'grant.create', subject: 'group:a#x', role: 'one' }],
    'unknown_reference',
    { reference: 'role:x' },
  ],
  [
    'a grant to groups of no type',
    [{ kind: 'grant.create', subject: 'group:a^descendants[x]', role: 'one' }],
    'unknown_reference',
    { reference: 'group-type:x' },
  ],
  [
    'a grant on what is no resource',
    [{ kind: 'grant.create', subject: 'user:ada', role: 'one', resource: 'group:x' }],
    'unknown_reference',
    { reference: 'group:x', field: 'changes[0].resource' },
  ],
  [
    'a condition that is none',
    [{ kind: 'grant.create', subject: 'user:ada', role: 'one', condition: '1 +' }],
    'condition_invalid',
    { condition: '1 +' },
  ],
  [
    'a condition of a permission that is none',
    [{ kind: 'permission.update', name: 'chat.upload', condition: 'x' }],
    'condition_invalid',
    { condition: 'x' },
  ],
  [
    'an owner who is not in the group',
    [{ kind: 'assignment.create', resource: 'folder:1', group: 'b', member: 'user:ada' }],
    'not_a_member',
    { member: 'user:ada', group: 'group:b' },
  ],
  [
    'an owner who is not active',
    [
      { kind: 'member.add', group: 'b', member: 'user:bob' },
      { kind: 'assignment.create', resource: 'folder:1', group: 'b', member: 'user:bob' },
    ],
    'not_a_member',
    { member: 'user:bob' },
  ],
  [
    'a policy with a permission that is none',
    [{ kind: 'assignment.create', resource: 'folder:1', group: 'b', policy: { group: ['x'] } }],
    'permission_unknown',
    { permission: 'x' },
  ],
  [
    'a policy of the tenant with a permission that is none',
    [{ kind: 'settings.update', policy: { siblings: { team: ['x'] } } }],
    'permission_unknown',
    { permission: 'x' },
  ],
  [
    'a tree with a permission that is none',
    [{ kind: 'permission-tree.write', subject: 'group:a', tree: { chat: { fly: true } } }],
    'permission_unknown',
    { permission: 'chat.fly' },
  ],
  [
    'a tree with a permission of a type',
    [{ kind: 'permission-tree.write', subject: 'group:a', tree: { folder: { view: true } } }],
    'permission_unknown',
    { permission: 'folder.view' },
  ],
  [
    'a key of nobody',
    [{ kind: 'api-key.create', prefix: 'x', hash: 'a'.repeat(64), owner: 'user:x' }],
    'unknown_reference',
    { reference: 'user:x', field: 'changes[0].owner' },
  ],
  [
    'a prefix that is taken',
    [{ kind: 'api-key.create', id: 'x', prefix: 'key', hash: 'a'.repeat(64), owner: 'user:ada' }],
    'conflict',
    { reference: 'api-key:x' },
  ],
  [
    'a record of a source',
    [{ kind: 'user.update', id: 'hal', page: 'https://example.org' }],
    'forbidden',
    { right: 'tenant.take-over', resource: 'user:hal' },
  ],
  [
    'a take-over of what is not there',
    [{ kind: 'record.take-over', record: 'user:x' }],
    'unknown_reference',
    { reference: 'user:x', field: 'changes[0].record' },
  ],
  ['the end of the last administrator', [{ kind: 'grant.delete', id: 'admin' }], 'last_admin', {}],
  ['the end of the person who is', [{ kind: 'user.delete', id: 'ada' }], 'last_admin', {}],
  ['a rest for that person', [{ kind: 'user.update', id: 'ada', status: 'inactive' }], 'last_admin', {}],
  ['an end to the grant some day', [{ kind: 'grant.update', id: 'admin', until: later }], 'last_admin', {}],
  ['a condition for the grant', [{ kind: 'grant.update', id: 'admin', condition: 'true' }], 'last_admin', {}],
  [
    'a denial that will cover that person',
    [{ kind: 'grant.create', subject: 'group:rome', role: 'one', effect: 'deny', from: later }],
    'last_admin',
    {},
  ],
  [
    'groups at the top beside each other, one of which is denied what that person holds',
    [
      { kind: 'grant.create', subject: 'group:oslo^siblings', permission: 'folder.view', effect: 'deny' },
      { kind: 'settings.update', rootSiblings: true },
    ],
    'last_admin',
    {},
  ],
  [
    'a source without its switch, which had kept that person out of a group that is denied something',
    [
      { kind: 'source.update', name: 'hr', enabled: false },
      { kind: 'grant.create', subject: 'group:a', permission: 'folder.view', effect: 'deny' },
      { kind: 'source.delete', name: 'hr' },
    ],
    'last_admin',
    {},
  ],
  [
    'a domain at rest for that person',
    [
      { kind: 'group.create', id: 'acme', name: 'Acme', type: 'domain', active: false },
      { kind: 'member.add', group: 'acme', member: 'user:ada' },
    ],
    'last_admin',
    {},
  ],
]

describe('a write is refused that would leave', () => {
  it.each(refusals)('%s', (_, changes, code, details) => {
    const before = JSON.stringify(access.rows())
    const refusal = access.refusal({}, ...changes)
    expect([refusal?.code, refusal?.details]).toEqual([code, expect.objectContaining(details)])
    // No code without its sentence, and nothing changed.
    expect(refusal?.message).toMatch(/^\S.*[^.]$/)
    expect(JSON.stringify(access.rows())).toBe(before)
  })
})

describe('a write that stumbles in its midst', () => {
  it('leaves nothing of what came before, whatever comes last', () => {
    const before = access.rows()
    const all = refusals.flatMap(([, changes]) => changes.slice(0, -1))
    expect(access.refusal({}, ...all, { kind: 'group.delete', id: 'nowhere' })).toBeDefined()
    for (const [, changes] of refusals) access.refusal({}, { kind: 'group.update', id: 'c', comment: 'first' }, ...changes)
    expect(access.rows()).toEqual(before)
  })

  it('may close a ring on its way, and is judged by what is left', () => {
    const fresh = world()
    fresh.write({ kind: 'group.move', id: 'a', parent: 'c' }, { kind: 'group.delete', id: 'a', children: 'delete' })
    expect(['a', 'b', 'c'].filter((id) => fresh.snapshot.has('group', id))).toEqual([])
    fresh.write(
      { kind: 'resource.update', resource: 'folder:1', parent: 'folder:2' },
      { kind: 'resource.delete', resource: 'folder:1', children: 'delete' },
    )
    expect(fresh.snapshot.size('resource')).toBe(0)
    const ring = [
      { kind: 'group.move', id: 'a', parent: 'c' },
      { kind: 'group.delete', id: 'a', children: 'lift' },
    ]
    expect(world().refusal({}, ...ring)?.code).toBe('cycle')
  })
})

describe('names that every object of the language has', () => {
  const words = ['hasOwnProperty', 'toString', 'valueOf', 'isPrototypeOf']

  it('are names like others, for ids, codenames, permissions and keys of tables', () => {
    const fresh = tenant()
    for (const word of words) {
      fresh.write(
        { kind: 'resource-type.create', name: word, actions: [word] },
        { kind: 'permission.create', name: `app.${word}` },
        { kind: 'role.create', codename: word, permissions: [`app.${word}`] },
        { kind: 'user.create', id: word, userName: word.toLowerCase(), attributes: { [word]: true } },
        { kind: 'group.create', id: word, name: word, codename: word },
        { kind: 'member.add', group: word, member: `user:${word}`, roles: [word] },
        { kind: 'resource.create', resource: `${word}:${word}`, attributes: { [word]: 1 } },
        {
          kind: 'assignment.create',
          resource: `${word}:${word}`,
          group: word,
          member: `user:${word}`,
          policy: { owner: { [word]: [`${word}.${word}`] } },
        },
        { kind: 'permission-tree.write', subject: `group:${word}`, tree: { app: { [word]: true } } },
      )
      expect(fresh.may(`user:${word}`, word, `${word}:${word}`)).toBe(true)
      expect(fresh.may(`user:${word}`, `app.${word}`)).toBe(true)
    }
  })

  it('mean nothing where nobody gave them', () => {
    for (const word of [...words, 'constructor', '__proto__']) {
      expect(access.refusal({}, { kind: 'member.add', group: word, member: 'user:ada' })).toBeDefined()
      expect(() => access.may(`user:${word}`, 'view', 'folder:1')).toThrow(expect.objectContaining({ code: 'subject_unknown' }))
      expect(() => access.may('user:ada', word, 'folder:1')).toThrow(expect.objectContaining({ code: 'permission_unknown' }))
      expect(() => access.may('user:ada', `folder.${word}`, 'folder:1')).toThrow(expect.objectContaining({ code: 'permission_unknown' }))
      expect(access.refusal({}, { kind: 'grant.create', subject: 'user:ada', role: word })).toBeDefined()
    }
    // A table by role does not answer with what every table has.
    const fresh = world()
    fresh.write({
      kind: 'assignment.create',
      resource: 'folder:9',
      group: 'rome',
      member: 'user:ada',
      policy: { owner: { default: [] }, group: [] },
    })
    expect(fresh.explain({ subject: 'user:ada', action: 'view', resource: 'folder:9' }).findings.map(({ rule }) => rule)).toEqual([
      'direct-grant',
    ])
  })
})
