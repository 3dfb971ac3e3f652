/** A tenant with a record of every kind, and changes of every kind that it takes. */

import type { ChangeKind } from '../../src/core/index.ts'
import type { Tenant } from './tenant.ts'
import { later, tenant } from './tenant.ts'

/** Records of every kind, that name each other. */
export function world(): Tenant {
  const access = tenant()
  access.write(
    { kind: 'settings.update', rootSiblings: true },
    { kind: 'source.create', name: 'hr' },
    { kind: 'resource-type.create', name: 'folder', actions: ['view', 'edit'], parentTypes: ['folder'], ownerActions: ['view', 'edit'] },
    { kind: 'resource-type.create', name: 'doc', actions: ['view', 'edit'], parentTypes: ['folder'] },
    { kind: 'resource-type.create', name: 'paper', actions: ['view'], parentTypes: ['folder', 'paper'] },
    { kind: 'permission.create', name: 'chat.upload' },
    { kind: 'permission.create', name: 'chat.export', parent: 'chat.upload' },
    { kind: 'permission.create', name: 'folder.edit', label: 'Edit', condition: 'context.duty == true' },
    { kind: 'role.create', codename: 'viewer', permissions: ['folder.view', 'chat.upload'] },
    { kind: 'role.create', codename: 'editor', permissions: ['folder.edit'], includes: ['viewer'] },
    { kind: 'group-type.create', codename: 'team', standings: ['viewer', 'editor'] },
    { kind: 'group-entity.create', codename: 'tag' },
    ...['ada', 'bob', 'cyd'].map((id) => ({ kind: 'user.create', id, userName: id, emails: [`${id}@example.org`] })),
    { kind: 'user.create', id: 'dan', userName: 'dan', origin: 'source:hr' },
    { kind: 'service.create', id: 'bot', name: 'Bot' },
    { kind: 'group.create', id: 'top', name: 'Top' },
    { kind: 'group.create', id: 'mid', name: 'Mid', parent: 'top', type: 'team', entities: ['tag'], nested: true },
    { kind: 'group.create', id: 'low', name: 'Low', parent: 'mid' },
    { kind: 'member.add', group: 'mid', member: 'user:ada', roles: ['viewer'] },
    { kind: 'member.add', group: 'low', member: 'user:bob', until: later },
    { kind: 'resource.create', resource: 'folder:1', owner: 'user:ada', attributes: { year: 2026 } },
    { kind: 'resource.create', resource: 'folder:2', parent: 'folder:1' },
    { kind: 'resource.create', resource: 'doc:1', parent: 'folder:2', owner: 'group:mid' },
    { kind: 'grant.create', id: 'g1', subject: 'group:mid#viewer', role: 'viewer', resource: 'folder:1', until: later },
    { kind: 'grant.create', id: 'g2', subject: 'group:top^descendants[team]', permission: 'chat.upload', effect: 'deny' },
    { kind: 'grant.create', id: 'g3', subject: 'user:ada', actions: ['view', 'edit'], resource: 'folder:2' },
    { kind: 'grant.create', id: 'g4', subject: 'user:cyd', role: 'administrator' },
    {
      kind: 'assignment.create',
      id: 'a1',
      resource: 'doc:1',
      group: 'mid',
      member: 'user:ada',
      policy: { owner: { viewer: ['chat.upload'] } },
    },
    { kind: 'api-key.create', id: 'k1', prefix: 'k', hash: 'a'.repeat(64), owner: 'service:bot', scopes: ['chat.upload'] },
  )
  return access
}

/** Each is accepted by that tenant and changes it. */
export const samples: { readonly [Kind in Exclude<ChangeKind, 'undo'>]: readonly object[] } = {
  'settings.update': [{ managersInherit: true }, { policy: { group: ['chat.upload'] }, rootSiblings: false }],
  'source.create': [{ name: 'ldap' }],
  'source.update': [{ name: 'hr', enabled: false, label: 'HR' }],
  'source.delete': [{ name: 'hr' }],
  'resource-type.create': [{ name: 'box', actions: ['open'] }],
  'resource-type.update': [
    { name: 'folder', actions: ['view', 'share'] },
    { name: 'doc', ownerActions: ['view'], description: 'A text' },
  ],
  'resource-type.delete': [{ name: 'paper' }],
  'permission.create': [{ name: 'lunch' }],
  'permission.update': [{ name: 'folder.edit', condition: null, label: 'Change', permissionKind: 'restriction' }],
  'permission.delete': [{ name: 'chat.upload' }, { name: 'folder.edit' }],
  'role.create': [{ codename: 'chief', includes: ['editor'] }],
  'role.update': [
    { codename: 'viewer', permissions: [], label: 'Reader' },
    { codename: 'editor', includes: [] },
  ],
  'role.delete': [{ codename: 'viewer' }],
  'group-type.create': [{ codename: 'office' }],
  'group-type.update': [{ codename: 'team', exclusive: true, standings: [], workspace: { plan: 'free' } }],
  'group-type.delete': [{ codename: 'team' }],
  'group-entity.create': [{ codename: 'mark' }],
  'group-entity.update': [{ codename: 'tag', label: 'Tag' }],
  'group-entity.delete': [{ codename: 'tag' }],
  'user.create': [{ id: 'eve', displayName: 'Eve' }],
  'user.update': [{ id: 'ada', displayName: 'Ada', emails: ['ada@example.com'], status: 'inactive' }],
  'user.delete': [{ id: 'ada' }],
  'service.create': [{ id: 'cron', name: 'Cron' }],
  'service.update': [{ id: 'bot', description: 'Robot', status: 'inactive' }],
  'service.delete': [{ id: 'bot' }],
  'group.create': [{ id: 'new', name: 'New', parent: 'low', nested: true }],
  'group.update': [{ id: 'mid', name: 'Middle', type: null, entities: [], active: false, expiresAt: later }],
  'group.move': [{ id: 'low', parent: null }],
  'group.delete': [{ id: 'low' }, { id: 'mid', children: 'lift' }, { id: 'top', children: 'delete' }],
  'member.add': [
    { group: 'top', member: 'user:cyd', from: later },
    { group: 'mid', member: 'user:ada', ifExists: 'replace' },
  ],
  'member.update': [{ group: 'low', member: 'user:bob', until: null, reason: 'work' }],
  'member.remove': [{ group: 'mid', member: 'user:ada' }],
  'resource.create': [{ resource: 'doc:2', parent: 'folder:1', inherits: false }],
  'resource.update': [{ resource: 'folder:2', parent: null, owner: 'group:low', inherits: false, attributes: { year: 1 } }],
  'resource.delete': [{ resource: 'doc:1' }, { resource: 'folder:2', children: 'lift' }, { resource: 'folder:1', children: 'delete' }],
  'grant.create': [{ id: 'g9', subject: 'everyone', permission: 'chat.export' }],
  'grant.update': [{ id: 'g1', until: null, condition: 'true', reason: 'work' }],
  'grant.delete': [{ id: 'g3' }],
  'assignment.create': [{ id: 'a9', resource: 'folder:9', group: 'top' }],
  'assignment.delete': [{ id: 'a1' }],
  'permission-tree.write': [{ subject: 'group:low', tree: { chat: { upload: true, export: false } } }],
  'api-key.create': [{ id: 'k9', prefix: 'p', hash: 'b'.repeat(64), owner: 'user:bob' }],
  'api-key.update': [{ id: 'k1', scopes: [], active: false, name: 'Key' }],
  'api-key.delete': [{ id: 'k1' }],
  'record.take-over': [{ record: 'user:dan' }],
}
