/** Whole worlds of every kind of record, drawn at random; each can be imported into an empty tenant. */

import fc from 'fast-check'
import type { JsonObject, World } from '../../src/core/index.ts'

type Item<Section extends keyof World> = NonNullable<World[Section]> extends readonly (infer Record)[] ? Record : never

const texts = fc.oneof(
  fc.constantFrom(
    'yes',
    'null',
    '1.0',
    '0x1F',
    '- a',
    'a: b',
    'a #b',
    '#',
    "it's",
    '"q"',
    'x:',
    '2026-01-01',
    '~',
    '',
    'tab\tin',
    'line\nend',
    '日本',
    '\u2028',
    'é 🏛',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufeff]/u.test(text)),
)
const names = texts
  .map((text) =>
    text
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
      .trim()
      .normalize('NFC'),
  )
  .map((text) => (text === '' ? 'x' : text))
const json = fc
  .dictionary(
    texts.filter((key) => key.isWellFormed()),
    fc.jsonValue({ maxDepth: 2 }),
    { maxKeys: 3 },
  )
  // What a world cannot hold: keys that reach a prototype, half characters. And -0, which JSON writes as 0.
  .map((value) => JSON.stringify(value))
  .filter((text) => !/__proto__|constructor|prototype|\\ud/.test(text))
  // A dictionary is written as an object.
  .map((text) => JSON.parse(text) as JsonObject)
const instants = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000).toISOString())
const windows = fc.oneof(
  fc.constant({}),
  instants.map((until) => ({ until })),
  fc.tuple(instants, instants).map(([one, other]) => (one < other ? { from: one, until: other } : { from: one })),
)
const origins = fc.constantFrom('local' as const, 'source:hr' as const, 'plugin:chat' as const)
const few = <T>(values: readonly T[]) => fc.subarray([...values], { maxLength: Math.min(3, values.length) })
/** A record without those of its optional fields that are undefined. */
const drawn = <T extends object>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name] | undefined> }): fc.Arbitrary<T> =>
  // What is undefined is left out, so only optional fields are missing.
  fc
    .record<{ [Name in keyof T]: T[Name] | undefined }>(fields)
    .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const actions = ['view', 'change', 'delete', 'add', 'parts.read']
const typeNames = ['folder', 'document']
const permissionNames = ['chat.export', 'chat.call', 'report']
const roleNames = ['viewer', 'editor', 'owner', 'äöü']
const granted = [...typeNames.flatMap((type) => actions.map((action) => `${type}.${action}`)), ...permissionNames]

export const worlds: fc.Arbitrary<World> = fc.integer({ min: 1, max: 5 }).chain((size) => {
  const ids = (prefix: string) => Array.from({ length: size }, (_, index) => `${prefix}${index}`)
  const [userIds, groupIds, serviceIds] = [ids('u'), ids('g'), ids('s')]
  const principals = [...userIds.map((id) => `user:${id}` as const), ...serviceIds.map((id) => `service:${id}` as const)]
  const resourceNames = ids('folder:a b/').concat(ids('document:"x" '))
  const members = [...principals, ...groupIds.map((id) => `group:${id}` as const)]
  const subjects = fc.oneof(
    fc.constantFrom(...members, 'everyone', 'authenticated'),
    fc
      .tuple(fc.constantFrom(...groupIds), fc.constantFrom('#viewer', '^siblings', '^ancestors{2}', '^descendants[team,unit]'))
      .map(([id, end]) => `group:${id}${end}`),
  )
  const policies = fc.record(
    {
      owner: fc.oneof(
        few([...actions.slice(0, 4), 'report']),
        fc.record({ default: few(['view']), viewer: few(['change']) }, { requiredKeys: [] }),
      ),
      group: few(['view', 'delete']),
      ancestors: fc.oneof(
        few(['view', 'folder.change']),
        fc.record({ default: few(['view']), team: few(['change']) }, { requiredKeys: [] }),
      ),
      descendants: few(['view']),
      siblings: few(['add']),
    },
    { requiredKeys: [] },
  )

  const users = fc.tuple(
    ...userIds.map((id) =>
      drawn<Item<'users'>>({
        id: fc.constant(id),
        userName: fc.constantFrom(id, `${id}é`),
        displayName: maybe(names),
        description: maybe(texts),
        emails: maybe(fc.constantFrom([], [`${id}@example.org`], [`${id}@example.org`, 'shared@example.org'])),
        attributes: maybe(json),
        status: maybe(fc.constantFrom('active', 'inactive', 'pending')),
        confirmedAt: maybe(instants),
        networks: maybe(fc.constantFrom(['10.0.0.0/8'], ['2001:db8::/32', '192.0.2.1'])),
        externalIds: maybe(fc.constantFrom({}, { github: '007' }, { ldap: 'cn=a', scim: 'yes' })),
        origin: maybe(origins),
      }),
    ),
  )
  const groups = fc.tuple(
    ...groupIds.map((id, index) =>
      drawn<Item<'groups'>>({
        id: fc.constant(id),
        name: names,
        codename: fc.constant(`c${id}`),
        parent: maybe(index === 0 ? fc.constant('') : fc.constantFrom(...groupIds.slice(0, index))).map((parent) => parent || undefined),
        description: maybe(texts),
        type: maybe(fc.constantFrom('team', 'unit')),
        entities: maybe(few(['board', 'client'])),
        properties: maybe(json),
        meta: maybe(json),
        data: maybe(fc.constantFrom(true, false, 'members' as const).map((share) => ({ config: { share } }))),
        active: maybe(fc.boolean()),
        joinPolicy: maybe(fc.constantFrom('closed', 'request', 'open')),
        expiresAt: maybe(instants),
        origin: maybe(origins),
      }),
    ),
  )
  const memberships = fc.uniqueArray(
    fc.tuple(fc.nat(size - 1), fc.constantFrom(...principals), origins, windows, maybe(few(roleNames)), maybe(texts)),
    { maxLength: 6, selector: ([group, member, origin]) => `${group}|${member}|${origin}` },
  )
  const nestings = fc.uniqueArray(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 3, selector: String })
  const resources = fc.tuple(
    ...resourceNames.map((resource, index) =>
      drawn<Item<'resources'>>({
        resource: fc.constant(resource),
        parent: maybe(index === 0 ? fc.constant('tenant') : fc.constantFrom(...resourceNames.slice(0, Math.min(index, size)))),
        inherits: maybe(fc.boolean()),
        owner: maybe(fc.constantFrom(...members)),
        attributes: maybe(json),
      }),
    ),
  )
  const grants = fc.array(
    fc
      .tuple(
        subjects,
        fc.oneof(
          fc.constantFrom(...roleNames, 'manager').map((role) => ({ role })),
          fc.constantFrom(...granted).map((permission) => ({ permission })),
          few(actions).map((list) => ({ actions: list.length === 0 ? ['view'] : list })),
        ),
        fc.constantFrom(...resourceNames, 'document:other'),
        drawn<Pick<Item<'grants'>, 'effect' | 'condition' | 'reason'>>({
          effect: maybe(fc.constantFrom('allow', 'deny')),
          condition: maybe(fc.constant('context.ip == "::1" && now > timestamp("2026-01-01T00:00:00Z")')),
          reason: maybe(texts),
        }),
        windows,
      )
      .map(([subject, what, resource, more, window]) => ({ subject, ...what, resource, ...more, ...window })),
    { maxLength: 5 },
  )
  const assignments = fc.array(
    fc.tuple(fc.constantFrom(...resourceNames), fc.constantFrom(...groupIds), maybe(policies), maybe(fc.boolean())),
    { maxLength: 3 },
  )

  return fc
    .tuple(users, groups, memberships, nestings, resources, grants, assignments, maybe(policies), fc.boolean(), fc.tuple(texts, names))
    .map(([users, groups, memberships, nestings, resources, grants, assignments, policy, managersInherit, [prose, label]]) => ({
      curia: 1,
      settings: { managersInherit, ...(policy === undefined ? {} : { policy }) },
      sources: [{ name: 'hr', label, enabled: managersInherit }],
      resourceTypes: typeNames.map((name) => ({ name, actions, parentTypes: ['folder'], description: prose, ownerActions: ['view'] })),
      permissions: permissionNames.map((name, index) => ({
        name,
        label,
        ...(index === 2 ? { permissionKind: 'restriction' as const } : {}),
      })),
      roles: roleNames.map((codename, index) => ({
        codename,
        permissions: granted.slice(index, index * 3),
        includes: roleNames.slice(0, index),
        label,
      })),
      groupTypes: [
        { codename: 'team', label, workspace: { folder: prose } },
        { codename: 'unit', exclusive: false },
      ],
      groupEntities: [{ codename: 'board' }, { codename: 'client', label }],
      users,
      services: serviceIds.map((id) => ({ id, name: label, status: 'inactive' as const })),
      groups,
      memberships: [
        ...memberships.map(([group, member, origin, window, roles, reason]) => ({
          group: `g${group}`,
          member,
          origin,
          ...window,
          ...(roles === undefined ? {} : { roles }),
          ...(reason === undefined ? {} : { reason }),
        })),
        // Inner groups have the higher numbers, so that no circle arises.
        ...nestings.filter(([one, other]) => one < other).map(([one, other]) => ({ group: `g${one}`, member: `group:g${other}` as const })),
      ],
      resources,
      grants: grants.map((grant, index) => ({ id: `grant-${index}`, ...grant })),
      assignments: assignments.map(([resource, group, given, keepOwner], index) => ({
        id: `assignment-${index}`,
        resource,
        group,
        ...(given === undefined ? {} : { policy: given }),
        ...(keepOwner === undefined ? {} : { keepOwner }),
      })),
    }))
})
