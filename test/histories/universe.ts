/** The small universe that histories play in: the first facts, and arbitrary commands over few ids, so that they collide. */

import fc from 'fast-check'
import type { ErrorCode, Instant } from '../../src/core/index.ts'
import { readInstant } from '../../src/core/index.ts'
import { conditions, faultyCondition } from './conditions.ts'

/** Plain JSON, so that a failing history can be stored and played again. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
/** A change as JSON. `#3` as id means the grant (assignment, API key) that stands third, `#3` as member the third hold, whatever the group; a negative `revision` counts back from the last. */
export type WrittenChange = { readonly kind: string } & { readonly [field: string]: Json }
/** A change set by an actor, or the clock moved on to one of the instants. */
export type Command =
  | { readonly actor: string; readonly origin?: string; readonly changes: readonly WrittenChange[]; readonly preview?: boolean }
  | { readonly clock: number }
/** What is played: `seed` chooses the questions that are asked on the way. */
export interface History {
  readonly seed: number
  readonly commands: readonly Command[]
}

/** The moments at which windows open and close. */
export const instants: readonly Instant[] = [1, 2, 3, 4, 5, 6].map((day) => readInstant(`2026-01-0${day}`, 'instant'))
/** Where the clock stands at first. */
export const firstMoment = readInstant('2026-01-02T12:00:00Z', 'instant')

export const users = ['u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7']
export const services = ['s1', 's2']
export const groups = ['g1', 'g2', 'g3', 'g4', 'g5', 'g6']
export const members = [...users.map((id) => `user:${id}`), ...services.map((id) => `service:${id}`), ...groups.map((id) => `group:${id}`)]
export const resources = ['folder:1', 'folder:2', 'folder:3', 'doc:1', 'doc:2', 'doc:3']
const roles = ['viewer', 'editor', 'warden']
const names = ['folder.view', 'folder.change', 'folder.share', 'doc.view', 'doc.change', 'chat.export', 'chat.limit']

/** The world before the first command. */
export const firstChanges: readonly WrittenChange[] = [
  { kind: 'resource-type.create', name: 'folder', actions: ['view', 'change', 'share'], parentTypes: ['folder', 'group'] },
  { kind: 'resource-type.create', name: 'doc', actions: ['view', 'change'], parentTypes: ['folder', 'doc'], ownerActions: ['view'] },
  { kind: 'permission.create', name: 'chat.export' },
  { kind: 'permission.create', name: 'chat.limit', permissionKind: 'restriction' },
  { kind: 'role.create', codename: 'viewer', permissions: ['folder.view', 'doc.view', 'chat.export'] },
  { kind: 'role.create', codename: 'editor', permissions: ['folder.change', 'doc.change'], includes: ['viewer'] },
  {
    kind: 'role.create',
    codename: 'warden',
    permissions: ['group.members.manage', 'group.edit', 'group.view', 'grant.create', 'grant.delete', 'assignment.create', 'resource.edit'],
  },
  // Every right to change things, and next to nothing to give.
  {
    kind: 'role.create',
    codename: 'clerk',
    permissions: [
      ...['group.create', 'group.edit', 'group.move', 'group.delete', 'group.view', 'grant.create', 'grant.edit', 'grant.delete'],
      ...['assignment.create', 'assignment.delete', 'resource.create', 'resource.edit', 'resource.delete', 'user.edit', 'user.create'],
      ...[
        'role.edit',
        'role.create',
        'role.delete',
        'permission.edit',
        'resource-type.edit',
        'group-type.edit',
        'source.edit',
        'tenant.edit',
      ],
    ],
  },
  { kind: 'source.create', name: 'ldap' },
  { kind: 'group-type.create', codename: 'team' },
  { kind: 'group-type.create', codename: 'club', exclusive: true },
  { kind: 'group-entity.create', codename: 'tag' },
  ...[1, 2, 3, 4, 5].map((n) => ({ kind: 'user.create', id: `u${n}`, userName: `user${n}`, attributes: { level: n - 1 } })),
  { kind: 'user.create', id: 'u6', userName: 'user6', origin: 'source:ldap' },
  { kind: 'service.create', id: 's1', name: 'One' },
  { kind: 'service.create', id: 's2', name: 'Two' },
  { kind: 'group.create', id: 'g1', name: 'G1' },
  { kind: 'group.create', id: 'g2', name: 'G2', parent: 'g1', type: 'team' },
  { kind: 'group.create', id: 'g3', name: 'G3', parent: 'g1' },
  { kind: 'group.create', id: 'g4', name: 'G4', parent: 'g2', nested: true },
  { kind: 'group.create', id: 'g5', name: 'G5', type: 'domain' },
  { kind: 'resource.create', resource: 'folder:1' },
  { kind: 'resource.create', resource: 'folder:2', parent: 'folder:1', inherits: false },
  { kind: 'resource.create', resource: 'folder:3', parent: 'folder:2' },
  { kind: 'resource.create', resource: 'doc:1', parent: 'folder:1', owner: 'user:u2' },
  { kind: 'resource.create', resource: 'doc:2', parent: 'folder:3', attributes: { open: true } },
  { kind: 'member.add', group: 'g2', member: 'user:u2', roles: ['manager'] },
  { kind: 'member.add', group: 'g4', member: 'user:u3' },
  { kind: 'member.add', group: 'g3', member: 'user:u4', until: '2026-01-04' },
  { kind: 'member.add', group: 'g5', member: 'user:u5' },
  { kind: 'member.add', group: 'g2', member: 'user:u5', origin: 'source:ldap', roles: ['viewer'] },
  { kind: 'member.add', group: 'g1', member: 'user:u6', origin: 'source:ldap' },
  { kind: 'grant.create', subject: 'user:u1', role: 'administrator' },
  { kind: 'grant.create', subject: 'group:g1', role: 'viewer', resource: 'folder:1' },
  { kind: 'grant.create', subject: 'group:g2', role: 'warden', resource: 'folder:1' },
  { kind: 'grant.create', subject: 'user:u3', role: 'clerk' },
  { kind: 'grant.create', subject: 'user:u3', role: 'viewer', resource: 'folder:1' },
  { kind: 'grant.create', subject: 'group:g4', actions: ['share'], resource: 'folder:3' },
  { kind: 'assignment.create', resource: 'doc:1', group: 'g2', member: 'user:u2' },
]

// Mostly what is there, now and then what is not: one command in five is meant to be refused.
const rarely = <T>(usual: fc.Arbitrary<T>, unusual: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 24, arbitrary: usual }, { weight: 1, arbitrary: unusual })
const of = <T>(...items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items)
const among = (items: readonly string[], max = 2) => fc.uniqueArray(of(...items), { maxLength: max })

const user = rarely(of(...users), of('ghost'))
const group = rarely(of(...groups), of('ghost'))
const principal = rarely(of(...members.filter((each) => !each.startsWith('group:'))), of('user:ghost', 'user:anonymous', 'group:g1'))
const member = rarely(of(...members), of('user:ghost', 'user:anonymous'))
const role = rarely(of(...roles, 'manager'), of('nothing'))
const permission = rarely(of(...names, 'view_folder', 'group.members.manage', 'grant.create'), of('folder.nothing', 'nothing'))
const resource = rarely(of(...resources), of('group:g1', 'group:g2', 'user:u1', 'tenant', 'folder:99', 'nothing:1', 'group:ghost'))
const place = rarely(of('tenant', ...resources, 'group:g1', 'group:g2', 'group:g4'), of('nothing:1', 'user:ghost', 'folder:99'))
const instant = of(...instants.map(String))
const condition = rarely(of(...conditions), of(faultyCondition))
const origin = of('source:ldap', 'scim:app', 'local')
const pick = fc.nat({ max: 9 }).map((n) => `#${n}`)
const heldOrAny = fc.oneof({ weight: 4, arbitrary: pick }, { weight: 1, arbitrary: member })
const subject = fc.oneof(
  { weight: 4, arbitrary: member },
  {
    weight: 3,
    arbitrary: fc
      .tuple(group, of('ancestors', 'descendants', 'siblings'), of('', '', '[team]', '[team,club]'))
      .map(([id, relation, types]) => `group:${id}^${relation}${types}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(group, of('ancestors', 'descendants'), of(1, 2))
      .map(([id, relation, levels]) => `group:${id}^${relation}{${levels}}`),
  },
  { weight: 2, arbitrary: fc.tuple(group, role).map(([id, codename]) => `group:${id}#${codename}`) },
  { weight: 1, arbitrary: of('everyone', 'authenticated', 'user:anonymous') },
)
const attributes = of<Json>({}, { level: 1 }, { level: 3 }, { level: 'high' }, { open: true }, { open: false })
const policyNames = fc.uniqueArray(rarely(of('view', 'change', 'delete', 'folder.share', 'doc.view'), of('nothing')), { maxLength: 2 })
const byType = fc.oneof(policyNames, fc.dictionary(of('default', 'team', 'club'), policyNames, { maxKeys: 2 }))
const policy = fc.record(
  {
    owner: fc.oneof(policyNames, fc.dictionary(of('default', 'viewer', 'manager'), policyNames, { maxKeys: 2 })),
    group: policyNames,
    ancestors: byType,
    descendants: byType,
    groups_siblings: byType,
  },
  { requiredKeys: [] },
)
const opening = rarely(of(...instants.slice(0, 3).map(String)), instant)
const closing = rarely(of(...instants.slice(3).map(String)), instant)
const window = { from: opening, until: closing }
const clearableWindow = { from: fc.option(opening), until: fc.option(closing) }

type Fields = { readonly [name: string]: fc.Arbitrary<unknown> }

/** A change of the kind with all the needed fields and some of the others. */
function change(
  weight: number,
  kind: string,
  needed: Fields,
  others: Fields = {},
): { weight: number; arbitrary: fc.Arbitrary<WrittenChange> } {
  return {
    weight,
    // The fields above hold JSON only.
    arbitrary: fc
      .record({ ...needed, ...others }, { requiredKeys: Object.keys(needed) })
      .map((fields) => ({ kind, ...fields }) as unknown as WrittenChange),
  }
}

/** A grant gives exactly one of three things. */
const grantFields = { resource: place, effect: of('allow', 'allow', 'deny'), ...window, condition }

const anyChange: fc.Arbitrary<WrittenChange> = fc.oneof(
  change(3, 'settings.update', {}, { managersInherit: fc.boolean(), rootSiblings: fc.boolean(), policy }),
  change(1, 'source.create', { name: of('ldap', 'hr') }),
  change(4, 'source.update', { name: rarely(of('ldap'), of('hr')), enabled: fc.boolean() }),
  change(1, 'source.delete', { name: of('ldap', 'hr') }),
  change(
    1,
    'resource-type.create',
    { name: of('doc', 'folder', 'note') },
    { actions: among(['view', 'change']), parentTypes: among(['folder', 'doc']) },
  ),
  change(
    1,
    'resource-type.update',
    { name: of('doc', 'folder') },
    {
      actions: fc.subarray(['view', 'change', 'share', 'delete']),
      parentTypes: among(['folder', 'doc', 'group']),
      ownerActions: fc.option(among(['view', 'change'])),
    },
  ),
  change(1, 'resource-type.delete', { name: of('doc', 'folder', 'note', 'group') }),
  change(
    2,
    'permission.create',
    { name: of('chat.export', 'chat.limit', 'chat', 'chat.export.all', 'folder.share', 'folder.view') },
    {
      permissionKind: of('allow', 'restriction'),
      condition,
      parent: of('chat.export', 'folder.view'),
    },
  ),
  change(
    2,
    'permission.update',
    { name: of('chat.export', 'folder.share', 'folder.view') },
    { condition: fc.option(condition), parent: fc.option(of('chat.limit', 'doc.view')), permissionKind: of('allow', 'restriction') },
  ),
  change(1, 'permission.delete', { name: of('chat.export', 'chat.limit', 'folder.share', 'folder.view') }),
  change(
    1,
    'role.create',
    { codename: of('extra', 'viewer', 'administrator') },
    { permissions: fc.array(permission, { maxLength: 2 }), includes: among(roles) },
  ),
  change(
    3,
    'role.update',
    { codename: rarely(of(...roles), of('extra', 'administrator')) },
    {
      permissions: fc.array(permission, { maxLength: 3 }),
      includes: among([...roles, 'manager', 'administrator'], 1),
    },
  ),
  change(1, 'role.delete', { codename: of('viewer', 'editor', 'extra', 'manager') }),
  change(1, 'group-type.create', { codename: of('team', 'club', 'guild') }, { exclusive: fc.boolean(), standings: among(roles) }),
  change(1, 'group-type.update', { codename: of('team', 'club', 'domain') }, { exclusive: fc.boolean(), standings: among(roles) }),
  change(1, 'group-type.delete', { codename: of('team', 'club') }),
  change(1, 'group-entity.create', { codename: of('tag', 'mark') }),
  change(1, 'group-entity.delete', { codename: of('tag', 'mark') }),
  change(
    3,
    'user.create',
    { id: fc.oneof(of('u7'), user) },
    {
      userName: of('user1', 'user2', 'user7', 'Übung'),
      firstName: of('Giulio', 'Ada'),
      lastName: of('Cesare'),
      emails: among(['a@x.org', 'A@X.org', 'b@x.org']),
      attributes,
      status: of('active', 'pending'),
      origin,
    },
  ),
  change(
    4,
    'user.update',
    { id: user },
    {
      status: of('active', 'inactive', 'active'),
      attributes,
      userName: of('user1', 'user9', 'USER2'),
      emails: among(['a@x.org', 'A@X.org', 'b@x.org']),
    },
  ),
  change(1, 'user.delete', { id: user }),
  change(1, 'service.create', { name: of('One', 'Three') }, { id: of('s1', 's2') }),
  change(1, 'service.update', { id: of(...services) }, { status: of('active', 'inactive') }),
  change(1, 'service.delete', { id: of(...services) }),
  change(
    3,
    'group.create',
    { id: fc.oneof(of('g6'), group), name: of('G1', 'G2', 'G6', 'Gé 6') },
    {
      parent: group,
      nested: fc.boolean(),
      type: of('team', 'club', 'domain', 'nothing'),
      active: fc.boolean(),
      expiresAt: instant,
      origin,
    },
  ),
  change(
    5,
    'group.update',
    { id: group },
    {
      name: of('G1', 'G7'),
      type: fc.option(rarely(of('team', 'club', 'domain'), of('nothing'))),
      entities: among(['tag', 'mark']),
      active: of(true, true, false),
      expiresAt: fc.option(instant),
      properties: attributes,
    },
  ),
  change(5, 'group.move', { id: group, parent: fc.option(group, { freq: 4 }) }),
  change(2, 'group.delete', { id: group }, { children: of('lift', 'delete') }),
  change(
    14,
    'member.add',
    { group, member },
    { ...window, roles: fc.uniqueArray(role, { maxLength: 2 }), ifExists: of('keep', 'replace'), origin },
  ),
  change(5, 'member.update', { group, member: heldOrAny }, { ...clearableWindow, roles: fc.uniqueArray(role, { maxLength: 2 }), origin }),
  change(6, 'member.remove', { group, member: heldOrAny }, { origin }),
  change(
    3,
    'resource.create',
    { resource: fc.oneof(of('doc:3'), resource) },
    { parent: resource, inherits: fc.boolean(), owner: member, attributes },
  ),
  change(
    5,
    'resource.update',
    { resource },
    { parent: fc.option(resource, { freq: 4 }), inherits: fc.boolean(), owner: fc.option(member), attributes },
  ),
  change(2, 'resource.delete', { resource }, { children: of('lift', 'delete') }),
  change(
    6,
    'grant.create',
    { subject, role: fc.oneof({ weight: 9, arbitrary: role }, { weight: 1, arbitrary: of('administrator') }) },
    grantFields,
  ),
  change(6, 'grant.create', { subject, permission }, grantFields),
  change(3, 'grant.create', { subject, actions: among(['view', 'change', 'share', 'members.manage'], 2) }, grantFields),
  change(3, 'grant.update', { id: pick }, { ...clearableWindow, condition: fc.option(condition) }),
  change(5, 'grant.delete', { id: pick }),
  change(7, 'assignment.create', { resource, group }, { member: principal, policy, keepOwner: fc.boolean() }),
  change(3, 'assignment.delete', { id: pick }),
  change(2, 'permission-tree.write', {
    subject,
    tree: of<Json>({}, { chat: { export: true } }, { chat: { export: false, limit: true } }, { chat: true }),
  }),
  change(
    1,
    'api-key.create',
    { prefix: of('k1', 'k2'), hash: of('0'.repeat(64)), owner: principal },
    { scopes: fc.array(permission, { maxLength: 1 }), expiresAt: instant },
  ),
  change(1, 'api-key.delete', { id: pick }),
  change(
    2,
    'record.take-over',
    {
      record: fc.oneof(
        member,
        pick.map((id) => `grant:${id}`),
        of('role:viewer'),
      ),
    },
    { origin },
  ),
)

const person = of('user:u1', 'user:u2', 'user:u3', 'user:u3', 'user:u3', 'user:u4')
const mostlyTheInstallation = fc.oneof({ weight: 3, arbitrary: fc.constant('system:test') }, { weight: 1, arbitrary: person })
/** Those whose rights have an end, to look for ways around it. */
const mostlyPeople = fc.oneof({ weight: 1, arbitrary: fc.constant('system:test') }, { weight: 4, arbitrary: person })
const undo: fc.Arbitrary<WrittenChange> = fc.nat({ max: 4 }).map((back) => ({ kind: 'undo', revision: -back }))

const commandBy = (actor: fc.Arbitrary<string>): fc.Arbitrary<Command> =>
  fc.oneof(
    {
      weight: 24,
      arbitrary: fc.record(
        {
          actor,
          changes: fc.oneof(
            { weight: 6, arbitrary: fc.tuple(anyChange) },
            { weight: 1, arbitrary: fc.array(anyChange, { minLength: 2, maxLength: 4 }) },
          ),
          origin: of('source:ldap', 'scim:app', ...Array.from({ length: 8 }, () => 'local')),
          preview: fc.nat({ max: 31 }).map((n) => n === 0),
        },
        { requiredKeys: ['actor', 'changes'] },
      ),
    },
    { weight: 2, arbitrary: fc.record({ actor, changes: fc.tuple(undo) }) },
    { weight: 1, arbitrary: fc.record({ clock: fc.nat({ max: instants.length - 1 }) }) },
  )

/** What a single change of the installation itself may be refused with; anything else is a fault of the engine. */
export const refusals: { readonly [kind: string]: readonly ErrorCode[] } = {
  'settings.update': ['permission_unknown', 'last_admin'],
  'source.create': ['conflict', 'last_admin'],
  'source.update': ['unknown_reference', 'last_admin'],
  'source.delete': ['unknown_reference', 'last_admin'],
  'resource-type.create': ['conflict', 'unknown_reference'],
  'resource-type.update': ['unknown_reference', 'invalid_parameter'],
  'resource-type.delete': ['unknown_reference', 'conflict'],
  'permission.create': ['conflict', 'condition_invalid', 'permission_unknown', 'cycle'],
  'permission.update': ['unknown_reference', 'condition_invalid', 'permission_unknown', 'cycle'],
  'permission.delete': ['unknown_reference'],
  'role.create': ['conflict', 'permission_unknown', 'unknown_reference', 'cycle'],
  'role.update': ['unknown_reference', 'permission_unknown', 'cycle', 'conflict', 'last_admin'],
  'role.delete': ['unknown_reference', 'conflict', 'last_admin'],
  'group-type.create': ['conflict', 'unknown_reference'],
  'group-type.update': ['unknown_reference', 'conflict', 'exclusive_type', 'invalid_parameter'],
  'group-type.delete': ['unknown_reference', 'conflict'],
  'group-entity.create': ['conflict'],
  'group-entity.delete': ['unknown_reference'],
  'user.create': ['conflict', 'last_admin'],
  'user.update': ['unknown_reference', 'conflict', 'last_admin'],
  'user.delete': ['unknown_reference', 'last_admin'],
  'service.create': ['conflict'],
  'service.update': ['unknown_reference'],
  'service.delete': ['unknown_reference'],
  'group.create': ['conflict', 'unknown_reference', 'cycle', 'exclusive_type', 'invalid_parameter', 'last_admin'],
  'group.update': ['unknown_reference', 'exclusive_type', 'invalid_parameter', 'last_admin'],
  'group.move': ['unknown_reference', 'cycle', 'conflict', 'last_admin'],
  'group.delete': ['unknown_reference', 'has_children', 'conflict', 'last_admin'],
  'member.add': ['unknown_reference', 'conflict', 'cycle', 'exclusive_type', 'invalid_parameter', 'invalid_time', 'last_admin'],
  'member.update': ['unknown_reference', 'not_a_member', 'exclusive_type', 'invalid_parameter', 'invalid_time', 'last_admin'],
  'member.remove': ['not_a_member', 'last_admin'],
  'resource.create': ['conflict', 'unknown_reference', 'invalid_parameter', 'cycle'],
  'resource.update': ['unknown_reference', 'invalid_parameter', 'cycle'],
  'resource.delete': ['unknown_reference', 'has_children', 'invalid_parameter'],
  'grant.create': ['unknown_reference', 'invalid_parameter', 'permission_unknown', 'condition_invalid', 'invalid_time', 'last_admin'],
  'grant.update': ['unknown_reference', 'condition_invalid', 'invalid_time', 'last_admin'],
  'grant.delete': ['unknown_reference', 'last_admin'],
  'assignment.create': ['unknown_reference', 'permission_unknown', 'not_a_member', 'invalid_string'],
  'assignment.delete': ['unknown_reference'],
  'permission-tree.write': ['unknown_reference', 'permission_unknown'],
  'api-key.create': ['conflict', 'unknown_reference', 'permission_unknown', 'invalid_string'],
  'api-key.delete': ['unknown_reference'],
  'record.take-over': ['unknown_reference', 'last_admin'],
  undo: ['conflict', 'last_admin', 'cycle', 'exclusive_type', 'invalid_parameter'],
}

/** Any history of so many commands; in one of four it is people that act. */
export function histories(minLength: number, maxLength: number): fc.Arbitrary<History> {
  const by = (actor: fc.Arbitrary<string>) =>
    fc.record({ seed: fc.nat({ max: 2 ** 31 - 1 }), commands: fc.array(commandBy(actor), { minLength, maxLength, size: 'max' }) })
  return fc.oneof({ weight: 3, arbitrary: by(mostlyTheInstallation) }, { weight: 1, arbitrary: by(mostlyPeople) })
}
