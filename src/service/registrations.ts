/** What can be registered, kind by kind, and the changes that make the state say what a registration says. */

import type { Change, ChangeKind, ChangeOf, InstantInput, MemberReference, Origin, Predicate, Snapshot } from '../core/index.ts'
import { domainType, ownCheck, readChange, readInstant, refuse, slug } from '../core/index.ts'
import type { Kind } from './find-records.ts'
import { groupCalled, keyIn, permissionCalled, principalCalled, recordCalled, roleCalled } from './find-records.ts'
import type { Link, LinkList, Wanted } from './links.ts'
import { changesForLinks } from './links.ts'
import type { NewKey } from './new-key.ts'

/** The fields of a change but those that the registrar says. */
type Fields<Of extends ChangeKind, Left extends string = never> = Omit<ChangeOf<Of>, 'kind' | 'origin' | 'id' | Left>

/** What a user or group has on the tenant: codenames of roles, names of permissions. */
interface Held {
  readonly roles?: readonly string[]
  readonly permissions?: readonly string[]
}
/** Who has a role or permission on the tenant. */
interface Holders {
  /** By user name, or by reference: `user:ada`, `service:backup`. */
  readonly users?: readonly string[]
  /** By codename, name, id or reference. */
  readonly groups?: readonly string[]
}

/** A check function of a plugin's permission. A bare function declares no arguments. */
export type CheckWish = typeof ownCheck | Predicate | CheckDeclaration
export interface CheckDeclaration {
  /** How it is called in reasons. Default: the name of the function. */
  readonly name?: string
  /** What a question must bring in its context; a question without one is `argument_missing`. */
  readonly arguments?: readonly string[]
  readonly check: Predicate
}

/** What is said of a record of each kind when it is registered. */
export interface Registrations {
  readonly users: Fields<'user.create', 'userName'> &
    Held & { readonly userName: string; readonly groups?: readonly string[]; readonly domain?: string }
  readonly groups: Fields<'group.create'> & Held & Pick<Holders, 'users'>
  readonly roles: Fields<'role.create'> & Holders
  readonly permissions: Fields<'permission.create', 'check'> & Holders & { readonly check?: CheckWish }
  readonly domains: Fields<'group.create', 'type' | 'parent' | 'nested'> & Held & Pick<Holders, 'users'>
  readonly apiKeys: {
    readonly name: string
    /** On whose behalf it acts: a user name, or a reference. It never changes. */
    readonly user: string
    readonly scopes?: readonly string[]
    /** Null: never. Absent: in 90 days. */
    readonly expiresAt?: InstantInput | null
    readonly active?: boolean
  }
}

/** What is changed of a record. `null` takes an optional value away; a list that is said replaces what its owner had said before. */
export interface Edits {
  readonly users: Fields<'user.update'> & Held & { readonly groups?: readonly string[]; readonly domain?: string | null }
  readonly groups: Fields<'group.update'> & Held & Pick<Holders, 'users'> & { readonly parent?: string | null }
  readonly roles: Fields<'role.update', 'codename'> & Holders
  readonly permissions: Fields<'permission.update', 'name' | 'check'> & Holders & { readonly check?: CheckWish | null }
  readonly domains: Fields<'group.update', 'type'> & Held & Pick<Holders, 'users'>
  readonly apiKeys: Fields<'api-key.update'>
}

/** On what, and for whom, changes are worked out. */
export interface Scene {
  readonly snapshot: Snapshot
  readonly origin: Origin
  /** The id of what is made; the same for the same text, so that a plan can be made again. */
  readonly newId: (text: string) => string
  /** The key that is made under the text; the same for the same text. */
  readonly newKey: (text: string) => NewKey
  /** The plugin that registers: it may bring check functions, and finds its records of an earlier start. */
  readonly plugin?: string
  /** When a key without an end of its own ends. */
  readonly keysEnd: InstantInput
}

/** What a registration or an edit comes to. */
export interface Planned {
  /** Those of the record itself. */
  readonly changes: readonly Change[]
  /** The lists that were said. */
  readonly wanted: readonly Wanted[]
  readonly key: string
  /** Of a permission that has one. */
  readonly predicate?: Predicate
  /** An edit says which check function the permission has from now on; none when `predicate` is absent. */
  readonly changesCheck?: boolean
  /** Of an API key that is made. */
  readonly secret?: string
}

/** All changes of a plan, in order. An edit makes its lists exactly what they say; a registration adds to them. */
export function changesOf(
  { snapshot, origin, newId }: Scene,
  { changes, wanted }: Planned,
  how: { readonly exactly: boolean },
): readonly Change[] {
  return [...changes, ...wanted.flatMap((each) => changesForLinks(snapshot, origin, each, newId, how))].map((change) =>
    readChange(change, ''),
  )
}

// ---- registering

/** Works a registration out. Throws the refusal that says what cannot be. */
export function planRegistration<K extends Kind>(scene: Scene, kind: K, registration: Registrations[K]): Planned {
  // The table gives each kind its own function; the compiler cannot follow the pair through the index.
  const plan = registrars[kind] as (scene: Scene, registration: Registrations[K]) => Planned
  return plan(scene, registration)
}

const registrars: { readonly [K in Kind]: (scene: Scene, registration: Registrations[K]) => Planned } = {
  users(scene, { groups, domain, roles, permissions, ...fields }) {
    const [present] = scene.snapshot.usersByName(requireText(fields.userName, 'userName'))
    const id = present?.id ?? scene.newId(`user ${fields.userName}`)
    if (present !== undefined) requireOwn(scene, `user:${id}`, present)
    return {
      key: id,
      changes: [present === undefined ? { kind: 'user.create', id, ...fields } : { kind: 'user.update', id, ...fields }],
      wanted: [...memberships(scene.snapshot, id, groups, domain), ...held(scene.snapshot, `user:${id}`, { roles, permissions })],
    }
  },
  groups: (scene, registration) => planGroup(scene, registration),
  domains: (scene, registration) => planGroup(scene, { ...registration, type: domainType }),
  roles(scene, { users, groups, ...fields }) {
    const { codename } = fields
    const present = scene.snapshot.role(requireText(codename, 'codename'))
    if (present !== undefined) requireOwn(scene, `role:${codename}`, present)
    return {
      key: codename,
      changes: [{ kind: present === undefined ? 'role.create' : 'role.update', ...fields }],
      wanted: holders(scene.snapshot, { ofRole: codename }, { users, groups }),
    }
  },
  permissions(scene, { users, groups, check, ...fields }) {
    const { name } = fields
    const present = scene.snapshot.permission(requireText(name, 'name'))
    if (present !== undefined) requireOwn(scene, `permission:${name}`, present)
    const { record, predicate } = readCheckWish(scene, check)
    return {
      key: name,
      changes: [
        present === undefined
          ? { kind: 'permission.create', ...fields, ...(record === undefined ? {} : { check: record }) }
          : { kind: 'permission.update', ...fields, check: record ?? null },
      ],
      wanted: holders(scene.snapshot, { ofPermission: name }, { users, groups }),
      ...(predicate === undefined ? {} : { predicate }),
    }
  },
  apiKeys(scene, { name, user, scopes, expiresAt, active }) {
    requireText(name, 'name')
    const owner = principalCalled(scene.snapshot, requireText(user, 'user'), 'user')
    const present = [...scene.snapshot.all('api-key')].find(
      (key) => key.name === name && (key.origin === scene.origin || key.owner === owner),
    )
    if (present !== undefined) {
      requireOwn(scene, `api-key:${present.id}`, present)
      if (present.owner !== owner) throw refuse('immutable_field', { field: 'user' })
      // A new end is not made at every start: what was said once stands until something else is said.
      const ends = expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : readInstant(expiresAt, 'expiresAt') }
      const fields = { ...(scopes === undefined ? {} : { scopes }), ...(active === undefined ? {} : { active }), ...ends }
      return { key: present.id, changes: [{ kind: 'api-key.update', id: present.id, ...fields }], wanted: [] }
    }
    const id = scene.newId(`api-key ${name}`)
    const { text, prefix, hash } = scene.newKey(name)
    const ends = expiresAt === null ? {} : { expiresAt: expiresAt ?? scene.keysEnd }
    const made: Change = { kind: 'api-key.create', id, name, prefix, hash, owner, ...(scopes === undefined ? {} : { scopes }), ...ends }
    const changes: readonly Change[] = active === undefined || active ? [made] : [made, { kind: 'api-key.update', id, active }]
    return { key: id, changes, wanted: [], secret: text }
  },
}

function planGroup(scene: Scene, { users, roles, permissions, ...fields }: Registrations['groups']): Planned {
  const { snapshot } = scene
  const { name, parent, nested } = fields
  const codename = fields.codename ?? slug(requireText(name, 'name'), '-')
  const above = parent === undefined ? undefined : groupCalled(snapshot, parent, 'parent', false)
  const [present] = snapshot.groupsByCodename(above, codename)
  const id = present?.id ?? scene.newId(`group ${above ?? ''}|${codename}`)
  const placed = above === undefined ? {} : { parent: above }
  if (present !== undefined) {
    requireOwn(scene, `group:${id}`, present)
    if (fields.type === domainType && present.type !== domainType)
      throw refuse('conflict', { reference: `group:${id}`, reason: 'is there already, and is no domain' })
  }
  const { codename: _codename, parent: _parent, nested: _nested, ...kept } = fields
  const nesting: readonly Change[] =
    nested === true && above !== undefined ? [{ kind: 'member.add', group: above, member: `group:${id}`, ifExists: 'keep' }] : []
  return {
    key: id,
    changes:
      present === undefined ? [{ kind: 'group.create', id, ...fields, ...placed }] : [{ kind: 'group.update', id, ...kept }, ...nesting],
    wanted: [...people(snapshot, id, users), ...held(snapshot, `group:${id}`, { roles, permissions })],
  }
}

/** Refuses a record that is there already, unless it is the plugin's own of an earlier start. */
function requireOwn({ origin, plugin }: Scene, reference: string, { origin: keeper }: { readonly origin: Origin }): void {
  if (keeper !== origin) throw refuse('conflict', { reference, reason: `is there already, and is kept by ${keeper}` })
  if (plugin === undefined) throw refuse('conflict', { reference, reason: 'is there already; update it instead' })
}

function requireText(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw refuse('invalid_parameter', { field, reason: 'must be a text' })
  return value
}

// ---- editing, deleting

/** Works an edit out on the one record that is called so. */
export function planEdit<K extends Kind>(scene: Scene, kind: K, name: string, edit: Edits[K]): Planned {
  const row = recordCalled(scene.snapshot, kind, name)
  // As above.
  const plan = editors[kind] as (scene: Scene, key: string, edit: Edits[K]) => Planned
  return plan(scene, keyIn(row), edit)
}

const editors: { readonly [K in Kind]: (scene: Scene, key: string, edit: Edits[K]) => Planned } = {
  users: (scene, id, { groups, domain, roles, permissions, ...fields }) => ({
    key: id,
    changes: [{ kind: 'user.update', id, ...fields }],
    wanted: [...memberships(scene.snapshot, id, groups, domain), ...held(scene.snapshot, `user:${id}`, { roles, permissions })],
  }),
  groups: (scene, id, edit) => editGroup(scene, id, edit),
  domains: (scene, id, edit) => editGroup(scene, id, edit),
  roles: (scene, codename, { users, groups, ...fields }) => ({
    key: codename,
    changes: [{ kind: 'role.update', codename, ...fields }],
    wanted: holders(scene.snapshot, { ofRole: codename }, { users, groups }),
  }),
  permissions(scene, name, { users, groups, check, ...fields }) {
    const { record, predicate } = readCheckWish(scene, check)
    return {
      key: name,
      changes: [{ kind: 'permission.update', name, ...fields, ...(check === undefined ? {} : { check: record ?? null }) }],
      changesCheck: check !== undefined,
      wanted: holders(scene.snapshot, { ofPermission: name }, { users, groups }),
      ...(predicate === undefined ? {} : { predicate }),
    }
  },
  apiKeys: (_, id, fields) => ({ key: id, changes: [{ kind: 'api-key.update', id, ...fields }], wanted: [] }),
}

function editGroup({ snapshot }: Scene, id: string, { users, roles, permissions, parent, ...fields }: Edits['groups']): Planned {
  const above = typeof parent === 'string' ? groupCalled(snapshot, parent, 'parent', false) : parent
  const moved: readonly Change[] = above === undefined ? [] : [{ kind: 'group.move', id, parent: above }]
  return {
    key: id,
    changes: [{ kind: 'group.update', id, ...fields }, ...moved],
    wanted: [...people(snapshot, id, users), ...held(snapshot, `group:${id}`, { roles, permissions })],
  }
}

/** The change that deletes the one record that is called so. */
export function planDeletion({ snapshot }: Scene, kind: Kind, name: string): Planned {
  const key = keyIn(recordCalled(snapshot, kind, name))
  const changes: { readonly [K in Kind]: Change } = {
    users: { kind: 'user.delete', id: key },
    groups: { kind: 'group.delete', id: key },
    roles: { kind: 'role.delete', codename: key },
    permissions: { kind: 'permission.delete', name: key },
    domains: { kind: 'group.delete', id: key },
    apiKeys: { kind: 'api-key.delete', id: key },
  }
  return { key, changes: [changes[kind]], wanted: [] }
}

// ---- check functions

function readCheckWish(
  { plugin }: Scene,
  wish: CheckWish | null | undefined,
): { readonly record?: NonNullable<ChangeOf<'permission.create'>['check']>; readonly predicate?: Predicate } {
  if (wish === undefined || wish === null) return {}
  if (wish === ownCheck) return { record: { name: ownCheck } }
  if (plugin === undefined) {
    throw refuse('invalid_parameter', {
      field: 'check',
      reason: 'a check function is brought by a plugin, which registers its own permission',
    })
  }
  const declared: CheckDeclaration = typeof wish === 'function' ? { check: wish } : wish
  const predicate: unknown = declared.check
  if (typeof predicate !== 'function') throw refuse('invalid_parameter', { field: 'check', reason: `must be a function, or ${ownCheck}` })
  const name = declared.name ?? (/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(predicate.name) ? predicate.name : 'check')
  return { record: { plugin, name, arguments: declared.arguments ?? [] }, predicate: declared.check }
}

// ---- lists

function memberships(
  snapshot: Snapshot,
  user: string,
  groups: readonly string[] | undefined,
  domain: string | null | undefined,
): readonly Wanted[] {
  const member = `user:${user}` as const
  const hold = (group: string): Link => ({ link: 'hold', group, member })
  const listed: readonly Wanted[] =
    domain === undefined
      ? []
      : [
          {
            list: { list: 'domain', ofUser: member },
            links: domain === null ? [] : [hold(groupCalled(snapshot, domain, 'domain', true))],
          },
        ]
  return [
    ...listed,
    ...listOf(groups, 'groups', { list: 'groups', ofUser: member }, (name, field) => hold(groupCalled(snapshot, name, field, false))),
  ]
}

function people(snapshot: Snapshot, group: string, users: readonly string[] | undefined): readonly Wanted[] {
  return listOf(users, 'users', { list: 'users', ofGroup: group }, (name, field) => ({
    link: 'hold',
    group,
    member: principalCalled(snapshot, name, field),
  }))
}

function held(
  snapshot: Snapshot,
  subject: MemberReference,
  given: { readonly roles: Held['roles']; readonly permissions: Held['permissions'] },
): readonly Wanted[] {
  return [
    ...listOf(given.roles, 'roles', { list: 'roles', ofSubject: subject }, (name, field) => ({
      link: 'grant',
      subject,
      role: roleCalled(snapshot, name, field),
    })),
    ...listOf(given.permissions, 'permissions', { list: 'permissions', ofSubject: subject }, (name, field) => ({
      link: 'grant',
      subject,
      permission: permissionCalled(snapshot, name, field),
    })),
  ]
}

function holders(
  snapshot: Snapshot,
  what: { readonly ofRole: string } | { readonly ofPermission: string },
  given: { readonly users: Holders['users']; readonly groups: Holders['groups'] },
): readonly Wanted[] {
  const link = (subject: MemberReference): Link =>
    'ofRole' in what ? { link: 'grant', subject, role: what.ofRole } : { link: 'grant', subject, permission: what.ofPermission }
  return [
    ...listOf(given.users, 'users', { list: 'users', ...what }, (name, field) => link(principalCalled(snapshot, name, field))),
    ...listOf(given.groups, 'groups', { list: 'groups', ...what }, (name, field) =>
      link(`group:${groupCalled(snapshot, name, field, false)}`),
    ),
  ]
}

/** A list that was said; none when it was not. */
function listOf(
  names: readonly string[] | undefined,
  field: string,
  list: LinkList,
  link: (name: string, field: string) => Link,
): readonly Wanted[] {
  if (names === undefined) return []
  if (!Array.isArray(names)) throw refuse('invalid_parameter', { field, reason: 'must be a list' })
  return [{ list, links: names.map((name, index) => link(requireText(name, `${field}[${index}]`), `${field}[${index}]`)) }]
}
