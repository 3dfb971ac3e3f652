import { describe, expect, it } from 'vitest'
import type { Access, Change, Questions } from '../../src/index.ts'
import { CuriaError, createAccess } from '../../src/index.ts'

const world: readonly Change[] = [
  { kind: 'source.create', name: 'hr' },
  { kind: 'resource-type.create', name: 'folder', actions: ['view', 'edit'], parentTypes: ['folder'] },
  { kind: 'resource-type.create', name: 'document', actions: ['view', 'edit', 'share'], parentTypes: ['folder'], ownerActions: ['view'] },
  { kind: 'permission.create', name: 'chat.export' },
  { kind: 'permission.create', name: 'document.share', condition: 'resource.type == "document"' },
  { kind: 'role.create', codename: 'viewer', permissions: ['folder.view', 'document.view'] },
  { kind: 'role.create', codename: 'editor', permissions: ['folder.edit', 'document.edit'], includes: ['viewer'] },
  { kind: 'group-type.create', codename: 'team' },
  { kind: 'group.create', id: 'all', name: 'All' },
  { kind: 'group.create', id: 'staff', name: 'Staff', parent: 'all', type: 'team' },
  { kind: 'group.create', id: 'crew', name: 'Crew', parent: 'staff', nested: true, properties: { open: true } },
  { kind: 'group.create', id: 'guests', name: 'Guests', parent: 'all' },
  { kind: 'group.create', id: 'client', name: 'Client', type: 'domain' },
  ...['ada', 'bob', 'cyd', 'dan', 'eve'].map((id): Change => ({ kind: 'user.create', id, userName: id })),
  { kind: 'service.create', id: 'robot', name: 'Robot' },
  { kind: 'member.add', group: 'staff', member: 'user:ada', roles: ['manager'] },
  { kind: 'member.add', group: 'crew', member: 'user:bob' },
  { kind: 'member.add', group: 'guests', member: 'user:cyd', origin: 'source:hr' },
  { kind: 'member.add', group: 'client', member: 'user:dan' },
  { kind: 'resource.create', resource: 'folder:top', owner: 'user:eve' },
  { kind: 'resource.create', resource: 'folder:inner', parent: 'folder:top' },
  { kind: 'resource.create', resource: 'document:1', parent: 'folder:inner', owner: 'group:guests', attributes: { open: true } },
  { kind: 'grant.create', id: 'robot', subject: 'service:robot', role: 'administrator' },
  { kind: 'grant.create', id: 'staff', subject: 'group:staff', role: 'editor', resource: 'folder:top' },
  { kind: 'grant.create', id: 'siblings', subject: 'group:staff^siblings', permission: 'document.view', resource: 'document:1' },
  { kind: 'grant.create', id: 'roots', subject: 'group:client^siblings', permission: 'document.share', resource: 'document:1' },
  { kind: 'grant.create', id: 'team', subject: 'group:all^descendants[team]', permission: 'document.share', resource: 'folder:inner' },
  { kind: 'grant.create', id: 'dan', subject: 'user:dan', permission: 'chat.export' },
  { kind: 'grant.create', id: 'no', subject: 'user:bob', permission: 'document.edit', resource: 'document:1', effect: 'deny' },
  {
    kind: 'grant.create',
    id: 'open',
    subject: 'group:guests',
    permission: 'group.view',
    resource: 'group:crew',
    condition: 'resource.attributes.open',
  },
  { kind: 'member.add', group: 'all', member: 'user:eve' },
  {
    kind: 'assignment.create',
    id: 'given',
    resource: 'document:1',
    group: 'crew',
    member: 'user:bob',
    policy: { ancestors: ['document.share'] },
  },
]

const changes: readonly (readonly Change[])[] = [
  [{ kind: 'group.update', id: 'staff', active: false }],
  [{ kind: 'group.update', id: 'crew', active: false }],
  [{ kind: 'group.update', id: 'staff', expiresAt: '2020-01-01T00:00:00.000Z' }],
  [{ kind: 'group.update', id: 'client', active: false }],
  [{ kind: 'group.update', id: 'crew', type: 'team' }],
  [{ kind: 'group.update', id: 'crew', properties: { open: false } }],
  [{ kind: 'group.move', id: 'crew', parent: 'all' }],
  [{ kind: 'group.move', id: 'staff', parent: null }],
  [{ kind: 'group.delete', id: 'staff', children: 'lift' }],
  [{ kind: 'group.delete', id: 'staff', children: 'delete' }],
  [
    { kind: 'group.create', id: 'new', name: 'New', parent: 'all' },
    { kind: 'member.add', group: 'new', member: 'user:dan' },
  ],
  [{ kind: 'role.update', codename: 'viewer', permissions: ['document.share'] }],
  [{ kind: 'role.update', codename: 'editor', includes: [] }],
  [{ kind: 'role.delete', codename: 'viewer' }],
  [{ kind: 'role.update', codename: 'viewer', includes: ['manager'] }],
  [{ kind: 'permission.update', name: 'document.share', condition: 'false' }],
  [{ kind: 'permission.update', name: 'chat.export', permissionKind: 'restriction' }],
  [{ kind: 'permission.delete', name: 'chat.export' }],
  [{ kind: 'resource-type.update', name: 'document', ownerActions: ['edit', 'share'] }],
  [{ kind: 'resource-type.update', name: 'folder', ownerActions: [] }],
  [{ kind: 'resource-type.update', name: 'document', actions: ['view'] }],
  [{ kind: 'resource-type.update', name: 'folder', actions: ['view', 'edit', 'share'] }],
  [{ kind: 'resource-type.create', name: 'page', actions: ['view'] }],
  [{ kind: 'source.update', name: 'hr', enabled: false }],
  [{ kind: 'settings.update', managersInherit: true }],
  [{ kind: 'settings.update', rootSiblings: true }],
  [{ kind: 'settings.update', policy: { group: [] } }],
  [{ kind: 'user.update', id: 'bob', status: 'inactive' }],
  [{ kind: 'user.delete', id: 'ada' }],
  [{ kind: 'service.update', id: 'robot', status: 'inactive' }],
  [{ kind: 'member.remove', group: 'staff', member: 'group:crew' }],
  [{ kind: 'member.update', group: 'staff', member: 'user:ada', roles: [] }],
  [{ kind: 'resource.update', resource: 'folder:inner', inherits: false }],
  [{ kind: 'resource.update', resource: 'folder:top', owner: null }],
  [{ kind: 'grant.delete', id: 'no' }],
  [{ kind: 'grant.delete', id: 'staff' }],
  [{ kind: 'grant.delete', id: 'robot' }],
  [{ kind: 'assignment.delete', id: 'given' }],
]

interface Universe {
  readonly subjects: ReadonlySet<string>
  readonly resources: ReadonlySet<string>
}

function universeOf(access: Access): Universe {
  const named = [...access.records('grant'), ...access.records('assignment')].map(({ resource }) => resource)
  const groups = access.records('group').map(({ id }) => `group:${id}`)
  return {
    subjects: new Set([
      ...access.records('user').map(({ id }) => `user:${id}`),
      ...access.records('service').map(({ id }) => `service:${id}`),
      'user:anonymous',
    ]),
    resources: new Set(['tenant', ...groups, ...access.records('resource').map(({ type, id }) => `${type}:${id}`), ...named]),
  }
}

/** Everything that anybody may, asked one by one. */
function everything(questions: Questions, { subjects, resources }: Universe): ReadonlySet<string> {
  const allowed = new Set<string>()
  for (const subject of subjects) {
    for (const resource of resources) {
      try {
        for (const permission of questions.listPermissions({ subject, resource }).items) allowed.add(`${subject} ${permission} ${resource}`)
      } catch (error) {
        // Somebody who is not there, or a type that is not, may nothing.
        if (!(error instanceof CuriaError)) throw error
      }
    }
  }
  return allowed
}

describe('the effect of a change', () => {
  it.each(changes.map((each) => [each.map(({ kind }) => kind).join(', '), each] as const))(
    'is the difference between what everybody may before and after: %s',
    async (_, change) => {
      const access = await createAccess({ store: 'memory:' })
      await access.write(world)
      const [then, { effect }] = [universeOf(access), await access.preview(change)]
      await access.write(change)
      const now = universeOf(access)
      const universe = {
        subjects: new Set([...then.subjects, ...now.subjects]),
        resources: new Set([...then.resources, ...now.resources]),
      }
      const before = everything(await access.asOf(1), universe)
      const after = everything(access, universe)

      const told = (items: typeof effect.gains) =>
        items
          .flatMap(({ subject, resource, permissions }) => permissions.map((permission) => `${subject} ${permission} ${resource}`))
          .sort()
      expect(told(effect.gains)).toEqual([...after].filter((each) => !before.has(each)).sort())
      expect(told(effect.losses)).toEqual([...before].filter((each) => !after.has(each)).sort())
      expect(effect).toMatchObject({ gained: told(effect.gains).length, lost: told(effect.losses).length, complete: true })
    },
  )
})
