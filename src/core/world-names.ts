/** Who and what the names in a world stand for. */

import { refusalOf, refuse } from './errors.ts'
import { foldedKey, readId, slug } from './name.ts'
import type { Policy, PolicyEntry, PolicyTable } from './policy.ts'
import { mergePolicy, policyActions } from './policy.ts'
import type { Origin } from './record.ts'
import type { MemberReference } from './reference.ts'
import { idOf, readResource, readSubject, tenantResource, writeSubject } from './reference.ts'
import { canonicalJson } from './shape.ts'
import type { Snapshot } from './snapshot.ts'
import { readInstant } from './validity.ts'
import type { World } from './world.ts'
import type { Catalogue } from './world-catalogue.ts'
import type { Fields, Item, Section } from './world-sections.ts'
import { isBuiltIn, recordName } from './world-sections.ts'

/** What the names in a world stand for. */
interface Names {
  readonly renamedRoles: ReadonlyMap<string, string>
  readonly group: (name: string) => string
  readonly member: (reference: string) => string
  readonly role: (codename: string) => string
  /** The key of a user or group of the world that is written without an id. */
  readonly keyOfUnnamed: ReadonlyMap<object, string>
}

export function namesOf(snapshot: Snapshot, world: World): Names {
  const renamedRoles = renamed(world)
  const keyOfUnnamed = new Map<object, string>()
  const spoken = spokenNames(world)

  const userIds = new Set(world.users?.map((user) => user.id))
  const wantsUsers = world.users?.some((user) => user.id === undefined) || [...spoken].some((each) => isMissing(each, 'user'))
  const byUserName = new Map<string, string>()
  const byEmail = new Map<string, string>()
  /** The keys of users that the world brings without an id, by their user names. */
  const unnamed = new Map<string, string | undefined>()
  if (wantsUsers) {
    for (const user of snapshot.all('user')) {
      byUserName.set(foldedKey(user.userName), user.id)
      if (user.emails[0] !== undefined) byEmail.set(foldedKey(user.emails[0]), user.id)
    }
    for (const user of world.users ?? []) {
      const [userName, email] = [user.userName, user.emails?.[0]].map((name) => (name === undefined ? undefined : foldedKey(name)))
      const key = user.id ?? byUserName.get(userName ?? '') ?? byEmail.get(email ?? '') ?? handle('user', user.userName)
      if (user.id === undefined && userName !== undefined) unnamed.set(userName, key)
      if (key === undefined) continue
      if (user.id === undefined) keyOfUnnamed.set(user, key)
      if (userName !== undefined) byUserName.set(userName, key)
      if (email !== undefined && !byEmail.has(email)) byEmail.set(email, key)
    }
  }

  const groupIds = new Set(world.groups?.map((group) => group.id))
  const wantsGroups = world.groups?.some((group) => group.id === undefined) || [...spoken].some((each) => isMissing(each, 'group'))
  const byCodename = new Map<string, string | undefined>()
  const byPlace = new Map<string, string>()
  if (wantsGroups) {
    const add = (codename: string, parent: string | undefined, id: string) => {
      // Two groups of one codename: it means neither.
      const folded = foldedKey(codename)
      byCodename.set(folded, byCodename.has(folded) && byCodename.get(folded) !== id ? undefined : id)
      byPlace.set(`${parent ?? ''}|${folded}`, id)
    }
    for (const group of snapshot.all('group')) add(group.codename, group.parent, group.id)
    // A group without id is matched under its parent, which may itself be found by this: as many rounds as bring something new.
    let waiting = world.groups ?? []
    for (let before = -1; before !== waiting.length; ) {
      before = waiting.length
      waiting = waiting.filter((group) => {
        const codename = group.codename ?? slug(group.name, '-')
        const parent = group.parent === undefined ? undefined : groupNamed(group.parent)
        if (group.parent !== undefined && parent === undefined) return true
        const key = group.id ?? byPlace.get(`${parent ?? ''}|${foldedKey(codename)}`) ?? handle('group', codename)
        if (key === undefined) return false
        if (group.id === undefined) keyOfUnnamed.set(group, key)
        add(codename, parent, key)
        return false
      })
    }
  }

  function isMissing(reference: string, type: 'user' | 'group'): boolean {
    if (!reference.startsWith(`${type}:`)) return false
    const id = idOf(reference)
    return !snapshot.has(type, id) && !(type === 'user' ? userIds : groupIds).has(id)
  }
  /** A person whom the world brings without an id is meant by the user name; that must not be the id of somebody else. */
  function requireOneMeaning(reference: string, id: string): void {
    const folded = foldedKey(id)
    if (!reference.startsWith('user:') || !unnamed.has(folded) || unnamed.get(folded) === id) return
    throw refuse('conflict', { reference, reason: 'is the id of one user and the user name of another; give that one an id' })
  }
  /** The id of a new record that the world speaks of by its name: that name, as its author chose it. */
  function handle(type: 'user' | 'group', name: string | undefined): string | undefined {
    if (name === undefined || !spoken.has(`${type}:${foldedKey(name)}`)) return undefined
    const free = !snapshot.has(type, name) && !snapshot.has('retired', `${type}:${name}`)
    return free && refusalOf(() => readId(name, '')) === undefined ? name : undefined
  }
  function groupNamed(name: string): string | undefined {
    return snapshot.has('group', name) || groupIds.has(name) ? name : byCodename.get(foldedKey(name))
  }

  return {
    renamedRoles,
    keyOfUnnamed,
    role: (codename) => renamedRoles.get(codename) ?? codename,
    group: (name) => groupNamed(name) ?? name,
    member(reference) {
      const id = idOf(reference)
      if (reference.startsWith('group:')) return `group:${groupNamed(id) ?? id}`
      if (!isMissing(reference, 'user')) {
        requireOneMeaning(reference, id)
        return reference
      }
      return `user:${byUserName.get(foldedKey(id)) ?? byEmail.get(foldedKey(id)) ?? id}`
    },
  }
}

/** Every user and group that the world refers to, as written and folded: `user:ada`, `group:consuls`. */
function spokenNames(world: World): ReadonlySet<string> {
  const spoken = new Set<string>()
  const add = (reference: string | undefined) => {
    if (reference === undefined) return
    const bare = /^(user|group):([^#^]*)/.exec(reference)
    if (bare === null) return
    spoken.add(`${bare[1]}:${bare[2]}`)
    spoken.add(`${bare[1]}:${foldedKey(bare[2] ?? '')}`)
  }
  for (const { parent } of world.groups ?? []) add(parent && `group:${parent}`)
  for (const { group, member } of world.memberships ?? []) for (const each of [`group:${group}`, member]) add(each)
  for (const { owner, parent, resource } of world.resources ?? []) for (const each of [owner, parent, resource]) add(each)
  for (const { subject, resource } of world.grants ?? []) for (const each of [subject, resource]) add(each)
  for (const { group, member, resource } of world.assignments ?? []) for (const each of [`group:${group}`, member, resource]) add(each)
  return spoken
}

/** A role that is called like a built-in one gets the next free name; the one made for it by an earlier import is matched again. */
function renamed(world: World): ReadonlyMap<string, string> {
  const given = new Set(world.roles?.map((role) => role.codename))
  const result = new Map<string, string>()
  for (const codename of given) {
    if (!isBuiltIn('role', codename)) continue
    let number = 2
    while (given.has(`${codename}_${number}`)) number += 1
    result.set(codename, `${codename}_${number}`)
  }
  return result
}

export function itemsOf(section: Section, world: World, names: Names, tenant: string): readonly Item[] {
  const list: readonly Fields[] = world[section.name] ?? []
  return list.map((record, index) => {
    const fields = normalised(section, record, names, tenant)
    const { id: _chosen, ...rest } = fields
    const key =
      section.key === 'hold' ? undefined : section.key === 'id' ? (fields.id ?? names.keyOfUnnamed.get(record)) : fields[section.key]
    return {
      section,
      name: recordName(section.name, record, index),
      fields: rest,
      ...(typeof key === 'string' ? { key } : {}),
    }
  })
}

/** The values of a record as a row holds them. `null` says that the record has no such value although the world names one. */
function normalised(section: Section, record: Fields, names: Names, tenant: string): Fields {
  const sorted = (value: unknown, change: (each: string) => string = (each) => each) =>
    Array.isArray(value) ? [...new Set(value.map((each) => change(String(each))))].sort() : value
  const readers: { readonly [field: string]: (value: never) => unknown } = {
    codename: (value: string) => (section.table === 'role' ? names.role(value) : value),
    role: names.role,
    roles: (value) => sorted(value, names.role),
    includes: (value) => sorted(value, names.role),
    standings: (value) => sorted(value, names.role),
    permissions: (value) => sorted(value),
    actions: (value) => sorted(value),
    parentTypes: (value) => sorted(value),
    ownerActions: (value) => sorted(value),
    entities: (value) => sorted(value),
    from: (value) => readInstant(value, 'from'),
    until: (value) => readInstant(value, 'until'),
    expiresAt: (value) => readInstant(value, 'expiresAt'),
    confirmedAt: (value) => readInstant(value, 'confirmedAt'),
    group: names.group,
    member: names.member,
    owner: names.member,
    subject: (value: string) => subjectMeant(value, names),
    resource: (value: string) => resourceMeant(value, names, tenant),
    policy: (value: Partial<Policy>) => policyMeant(value, names),
    parent(value: string) {
      if (section.table === 'group') return names.group(value)
      if (section.table !== 'resource') return value
      const parent = resourceMeant(value, names, tenant)
      return parent === tenantResource ? null : parent
    },
  }
  return Object.fromEntries(
    Object.entries(record)
      .filter(([, value]) => value !== undefined)
      // Each reader stands under the field whose type it takes.
      .map(([field, value]) => [field, Object.hasOwn(readers, field) ? readers[field]?.(value as never) : value]),
  )
}

function subjectMeant(text: string, names: Names): string {
  if (text.startsWith('user:')) return names.member(text)
  const subject = readSubject(text, 'subject')
  if (!('group' in subject)) return writeSubject(subject)
  const group = names.group(subject.group)
  return writeSubject(subject.kind === 'standing' ? { ...subject, group, role: names.role(subject.role) } : { ...subject, group })
}

function resourceMeant(text: string, names: Names, tenant: string): string {
  const resource = readResource(text, tenant, 'resource')
  return isOurs(resource) ? names.member(resource) : resource
}

function policyMeant(policy: Partial<Policy>, names: Names): Partial<Policy> {
  if (policy.owner === undefined || Array.isArray(policy.owner)) return policy
  const byRole = Object.entries(policy.owner).map(([role, list]) => [role === 'default' ? role : names.role(role), list] as const)
  return { ...policy, owner: Object.fromEntries(byRole) }
}

/** A policy as a row holds it: canonical names, sorted. */
export function tidyPolicy<Part extends Partial<Policy>>(policy: Part, catalogue?: Catalogue): Part {
  const tidy = (names: readonly string[]) =>
    [...new Set(names.map((name) => (policyActions.has(name) ? name : (catalogue?.permission(name) ?? name))))].sort()
  const entries = Object.entries(policy).map(([key, entry]: [string, PolicyEntry]) => {
    if (Array.isArray(entry)) return [key, tidy(entry)] as const
    // A table of lists, by codename.
    return [key, Object.fromEntries(Object.entries(entry as PolicyTable).map(([codename, names]) => [codename, tidy(names)]))] as const
  })
  // Every entry keeps its key and its kind, list or table.
  return Object.fromEntries(entries) as unknown as Part
}

/** Whether the resource is a record of ours, which needs no registration and must exist. */
export function isOurs(resource: string): resource is MemberReference {
  return /^(user|service|group):/.test(resource)
}

/** Grants and assignments are the same when all but their id and reason is the same. */
export function contentOf(section: Section, fields: Fields, policy: Policy, origin: Origin): string {
  const { id: _id, reason: _reason, ...rest } = fields
  const given = Object.entries({ origin, ...section.defaults, ...rest }).filter(([, value]) => value !== undefined && value !== null)
  const whole = Object.fromEntries(given)
  // `normalised` has read the policy.
  const merged = section.table === 'assignment' ? { policy: mergePolicy(policy, (rest.policy ?? {}) as Partial<Policy>) } : {}
  return canonicalJson({ ...whole, origin: whole.origin ?? origin, ...merged })
}

export function withPermissions(fields: Fields, catalogue: Catalogue): Fields {
  const meant = (name: unknown) => (typeof name === 'string' ? (catalogue.permission(name) ?? name) : name)
  return {
    ...fields,
    ...(fields.permission === undefined ? {} : { permission: meant(fields.permission) }),
    // `normalised` has made a policy of it.
    ...(fields.policy === undefined ? {} : { policy: tidyPolicy(fields.policy as Partial<Policy>, catalogue) }),
    ...(Array.isArray(fields.permissions) ? { permissions: [...new Set(fields.permissions.map(meant))].sort() } : {}),
  }
}
