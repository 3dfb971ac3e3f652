/** What must be true of every state, and what no accepted write may do: the laws of sections 1 to 3, 8 and 9, judged on plain rows by the oracle. */

import type { Grant, Group, Hold, Instant, Policy, TableName, Window } from '../../src/core/index.ts'
import {
  anonymous,
  entryLists,
  foldedKey,
  idOf,
  keyOf,
  policyActions,
  policyKeys,
  readMember,
  tableNames,
  tenantResource,
  typeOf,
} from '../../src/core/index.ts'
import type { Facts, World } from '../oracle.ts'
import {
  actionsOf,
  check,
  covers,
  current,
  decide,
  declaredNames,
  groupById,
  isActive,
  isKnown,
  listPermissions,
  once,
  onceOf,
  registered,
  rolesOf,
  sorted,
  subjectOf,
  tables,
  tablesAt,
  typeOfPermission,
  wayUp,
  withIncluded,
} from '../oracle.ts'

// ---- S 1, 2, 3, 8, 9: what must be true of every state --------------------------------------------------------------------------------

/** Names every invariant that the facts break; empty: none. */
export function invariantFaults(world: World): string[] {
  const { facts } = world
  const faults: string[] = []
  const must = (holds: boolean, fault: () => string) => void (holds || faults.push(fault()))
  const unique = (what: string, keys: readonly string[]) => {
    if (new Set(keys).size === keys.length) return
    for (const [index, key] of keys.entries()) must(keys.indexOf(key) === index, () => `two have ${what} ${key}`)
  }
  const exists = (table: TableName, key: string, by: string) =>
    hasRow(table, key) || faults.push(`${by} names ${table} ${key}, which is not there`)
  const hasRow = (table: TableName, key: string): boolean => keysIn(facts, table).has(key)
  const memberExists = (member: string, by: string) =>
    must(member !== anonymous && isKnown(world, member), () => `${by} names ${member}, which is not there`)
  const resourceExists = (resource: string, by: string) => {
    must(actionsOf(world, typeOf(resource)) !== undefined, () => `${by} is on ${resource} of no declared type`)
    if (['user', 'service', 'group'].includes(typeOf(resource)) && resource !== anonymous) memberExists(resource, by)
  }
  const declared = new Set(declaredNames(world))
  const permissionExists = (name: string, by: string) => must(declared.has(name), () => `${by} names the permission ${name}`)
  const policyNamesExist = (policy: Policy, by: string) => {
    for (const [, names] of policyKeys.flatMap((key) => entryLists(policy[key]))) {
      for (const name of names) if (!policyActions.has(name)) permissionExists(name, by)
    }
  }
  const ordered = (window: Window, by: string) =>
    must(window.from === undefined || window.until === undefined || window.from < window.until, () => `${by} ends before it starts`)

  for (const table of tableNames) unique(`the key of ${table}`, rowKeys(facts, table))
  unique(
    'the user name',
    facts.user.map((user) => foldedKey(user.userName)),
  )
  unique(
    'the e-mail',
    facts.user.flatMap((user) => user.emails.slice(0, 1).map(foldedKey)),
  )
  unique(
    'the place',
    facts.group.map((group) => `${group.parent ?? ''}/${foldedKey(group.codename)}`),
  )
  for (const { reference } of facts.retired) must(!hasRow(typeOf(reference) as TableName, idOf(reference)), () => `${reference} came back`)

  for (const group of facts.group) {
    const by = `group ${group.id}`
    if (group.parent !== undefined) exists('group', group.parent, by)
    if (group.type !== undefined) exists('group-type', group.type, by)
    for (const entity of group.entities) exists('group-entity', entity, by)
  }
  for (const hold of facts.hold) {
    const by = `hold ${keyOf('hold', hold)}`
    exists('group', hold.group, by)
    memberExists(hold.member, by)
    ordered(hold, by)
    for (const role of hold.roles) exists('role', role, by)
    const type = facts['group-type'].find((each) => each.codename === groupById(world, hold.group)?.type)
    if (type === undefined) continue
    must(
      type.standings.length === 0 || hold.roles.every((role) => type.standings.includes(role)),
      () => `${by} has a role that its type has not`,
    )
    if (!type.exclusive) continue
    must(!hold.member.startsWith('group:'), () => `${by} nests into an exclusive group`)
    for (const other of facts.hold) {
      if (other.member !== hold.member || other.group === hold.group || groupById(world, other.group)?.type !== type.codename) continue
      const meet = (hold.from ?? '') < (other.until ?? '~') && (other.from ?? '') < (hold.until ?? '~')
      must(!meet, () => `${by} and ${keyOf('hold', other)} meet in two groups of ${type.codename}`)
    }
  }
  for (const role of facts.role) {
    for (const included of role.includes) exists('role', included, `role ${role.codename}`)
    for (const name of role.permissions) permissionExists(name, `role ${role.codename}`)
  }
  for (const type of facts['group-type']) for (const role of type.standings) exists('role', role, `group type ${type.codename}`)
  const application = facts.permission.filter((each) => each.resourceType === undefined).map((each) => each.name)
  for (const name of application) {
    for (const other of application) must(!other.startsWith(`${name}.`), () => `${name} is a prefix of ${other}`)
    must(typeOfPermission(world, name) === undefined, () => `${name} is an action and an application permission`)
  }
  for (const { name, resourceType, parent } of facts.permission) {
    if (parent !== undefined) permissionExists(parent, `permission ${name}`)
    must(typeOfPermission(world, name) === resourceType, () => `the permission ${name} is not of the type ${resourceType}`)
  }
  for (const resource of facts.resource) {
    const by = `resource ${resource.type}:${resource.id}`
    resourceExists(`${resource.type}:x`, by)
    if (resource.owner !== undefined) memberExists(resource.owner, by)
    if (resource.parent === undefined) continue
    const allowed = facts['resource-type'].find((type) => type.name === resource.type)?.parentTypes ?? []
    must(allowed.includes(typeOf(resource.parent)), () => `${by} may not lie in ${resource.parent}`)
    must(
      registered(world, resource.parent) !== undefined || isKnown(world, resource.parent),
      () => `${by} lies in ${resource.parent}, not there`,
    )
  }
  for (const grant of facts.grant) {
    const by = `grant ${grant.id}`
    const subject = subjectOf(grant.subject)
    if (subject.kind === 'principal' && subject.reference !== anonymous) memberExists(subject.reference, by)
    if ('group' in subject) memberExists(`group:${subject.group}`, by)
    if (subject.kind === 'standing') exists('role', subject.role, by)
    must([grant.role, grant.permission, grant.actions].filter((what) => what !== undefined).length === 1, () => `${by} gives not one thing`)
    if (grant.role !== undefined) exists('role', grant.role, by)
    if (grant.permission !== undefined) permissionExists(grant.permission, by)
    for (const action of grant.actions ?? []) permissionExists(`${typeOf(grant.resource)}.${action}`, by)
    if (grant.actions !== undefined) must(grant.actions.length > 0, () => `${by} gives nothing`)
    resourceExists(grant.resource, by)
    ordered(grant, by)
  }
  for (const assignment of facts.assignment) {
    const by = `assignment ${assignment.id}`
    resourceExists(assignment.resource, by)
    exists('group', assignment.group, by)
    if (assignment.member !== undefined) memberExists(assignment.member, by)
    must(
      policyKeys.every((key) => assignment.policy[key] !== undefined),
      () => `${by} has no whole policy`,
    )
  }
  for (const settings of facts.settings) policyNamesExist(settings.policy, 'the settings')
  for (const key of facts['api-key']) {
    memberExists(key.owner, `API key ${key.id}`)
    for (const scope of key.scopes) permissionExists(scope, `API key ${key.id}`)
  }

  const graphs: readonly (readonly [string, (node: string) => readonly string[], readonly string[]])[] = [
    ['hierarchy', (id) => [groupById(world, id)?.parent ?? []].flat(), rowKeys(facts, 'group')],
    ['nesting', (id) => groupsWithMember(world, `group:${id}`), rowKeys(facts, 'group')],
    ['roles', (name) => facts.role.find((role) => role.codename === name)?.includes ?? [], rowKeys(facts, 'role')],
    ['permissions', (name) => [facts.permission.find((each) => each.name === name)?.parent ?? []].flat(), rowKeys(facts, 'permission')],
    ['resources', (key) => [registered(world, key)?.parent ?? []].flat(), rowKeys(facts, 'resource')],
  ]
  for (const [name, next, nodes] of graphs) {
    const path = cycle(next, nodes)
    must(path === undefined, () => `cycle in ${name}: ${path?.join(' > ')}`)
  }
  return faults
}

const groupsWithMember = once(tables('hold'), ({ facts }, member): readonly string[] =>
  facts.hold.filter((hold) => hold.member === member).map((hold) => hold.group),
)

const rowKeys = <Name extends TableName>(facts: Facts, table: Name): string[] => facts[table].map((row) => keyOf(table, row))

/** The same as a set, made once for an array of rows; a name that is no table has none. */
function keysIn(facts: Facts, table: TableName): ReadonlySet<string> {
  const rows: readonly unknown[] | undefined = facts[table]
  if (rows === undefined) return new Set()
  const known = keysKnown.get(rows)
  if (known !== undefined) return known
  const keys = new Set(rowKeys(facts, table))
  keysKnown.set(rows, keys)
  return keys
}
const keysKnown = new WeakMap<readonly unknown[], ReadonlySet<string>>()

function cycle(next: (node: string) => readonly string[], nodes: readonly string[]): readonly string[] | undefined {
  const done = new Set<string>()
  const walk = (node: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node]
    if (done.has(node)) return undefined
    for (const each of next(node)) {
      const found = walk(each, [...path, node])
      if (found !== undefined) return found
    }
    done.add(node)
    return undefined
  }
  for (const node of nodes) {
    const found = walk(node, [])
    if (found !== undefined) return found
  }
  return undefined
}

/** S 9: an active user holds `administrator` on the tenant by a chain without end and condition, and no denial on the tenant covers that user. */
export function hasAdministrator(world: World): boolean {
  const endless: World = {
    ...world,
    facts: { ...world.facts, hold: endlessHolds(world.facts.hold), group: endlessGroups(world.facts.group) },
  }
  // What has ended takes nothing away any more; a denial that has not begun will.
  const onTenant = world.facts.grant.filter(
    (grant) => grant.resource === tenantResource && !(grant.until !== undefined && grant.until <= world.at),
  )
  return world.facts.user.some(({ id }) => {
    const user = `user:${id}`
    const subjectCovers = (judged: World, grant: Grant) => covers(judged, subjectOf(grant.subject), user)
    return (
      isActive(world, user) &&
      !onTenant.some((grant) => grant.effect === 'deny' && subjectCovers(world, grant)) &&
      onTenant.some(
        (grant) =>
          grant.effect === 'allow' &&
          grant.role !== undefined &&
          withIncluded(world, grant.role).some((role) => role.codename === 'administrator') &&
          grant.until === undefined &&
          grant.condition === undefined &&
          current(grant, world.at) &&
          subjectCovers(endless, grant),
      )
    )
  })
}

const endlessHolds = onceOf((holds: readonly Hold[]) => holds.filter((hold) => hold.until === undefined))
const endlessGroups = onceOf((groups: readonly Group[]) =>
  groups.map((group) => (group.expiresAt === undefined ? group : { ...group, active: false })),
)

// ---- S 9: authority -------------------------------------------------------------------------------------------------------------------

/** What a preview looks at: the tenant, every group, everything registered, and whatever grants and assignments name. */
export const resourcesIn = once(tables('group', 'resource', 'grant', 'assignment'), ({ facts }): readonly string[] =>
  sorted([
    tenantResource,
    ...facts.group.map((group) => `group:${group.id}`),
    ...facts.resource.map((each) => `${each.type}:${each.id}`),
    ...facts.grant.map((grant) => grant.resource),
    ...facts.assignment.map((each) => each.resource),
  ]),
)

/** The permissions that somebody has on a resource, in order; none when one of the two is not there. */
export function permitted(world: World, subject: string, resource: string): readonly string[] {
  // The worlds of these laws have no circumstances: facts and moment are all.
  const lists = permissionsOf(world, subject)
  const known = lists.get(resource)
  if (known !== undefined) return known
  const declared = actionsOf(world, typeOf(resource)) !== undefined
  const permissions = declared && isKnown(world, subject) ? listPermissions(world, subject, resource) : []
  lists.set(resource, permissions)
  return permissions
}

/** What `permitted` has found already, by resource; of these tables a decision is made. */
const permissionsOf = once(
  tablesAt(
    ...(['settings', 'source', 'resource-type', 'permission', 'role', 'user', 'service', 'group'] as const),
    ...(['hold', 'resource', 'grant', 'assignment'] as const),
  ),
  () => new Map<string, readonly string[]>(),
)

/** Those of the one list that are not on the other. */
export function beyond(names: readonly string[], others: readonly string[]): readonly string[] {
  if (names.length === others.length && names.every((name, index) => name === others[index])) return []
  return names.filter((name) => !others.includes(name))
}

/** Somebody of whom what was allowed is compared, and the moment. */
interface Compared {
  readonly to: string
  /** Nothing comes by waiting either. The authority is that of the moment of the write. */
  readonly at: Instant
}

/**
 * What somebody is allowed after a write and its actor could not confer before it. Who holds `administrator` on the tenant can confer
 * everything. The others confer by managing the members of groups: what somebody would hold in the state before by being in more, or
 * fewer, of the groups whose members they managed. And they give to others what they hold themselves, on the resource or further up.
 */
export function conferredBeyondAuthority(before: World, after: World, actor: string, compared: readonly Compared[]): string[] {
  if (!isKnown(before, actor) || rolesOf(before, actor).includes('administrator')) return []
  // R 32: a restriction narrows whoever holds it: to give it is to give nothing.
  const narrows = (name: string) =>
    [before, after].some(({ facts }) => facts.permission.some((each) => each.name === name && each.permissionKind === 'restriction'))
  // What was not declared could not be held; who administers or owns holds it from the moment it is.
  const known = declaredNames(before)
  // Nor could anybody hold anything on a group that is made only now.
  const isNew = (resource: string) => typeOf(resource) === 'group' && !isKnown(before, resource)
  const resources = sorted([...resourcesIn(before), ...resourcesIn(after)]).filter((resource) => !isNew(resource))
  return compared
    .filter(({ to }) => isKnown(before, to) && isKnown(after, to))
    .flatMap(({ to, at }) => {
      const [then, since]: [World, World] = [
        { ...before, at },
        { ...after, at },
      ]
      const gained = resources.flatMap((resource) =>
        beyond(permitted(since, to, resource), permitted(then, to, resource))
          .filter((name) => known.includes(name) && !narrows(name))
          .map((name) => ({ name, resource })),
      )
      if (gained.length === 0) return []
      const within = inOtherGroups(before, actor, to).map((facts): World => ({ ...then, facts }))
      const isGiven = (name: string, resource: string) =>
        // What one holds now one could also give oneself for later.
        (actor !== to || at !== before.at) &&
        [...wayUp(before, resource), ...wayUp(after, resource)].some((each) => decide(before, actor, name, each).allowed)
      return gained
        .filter(({ name, resource }) => !isGiven(name, resource) && !within.some((world) => permitted(world, to, resource).includes(name)))
        .map(({ name, resource }) => `${to} gained ${name} on ${resource}`)
    })
}

/** The facts as they could be by memberships of somebody in the groups whose members the actor manages: one for every choice of these groups. */
function inOtherGroups(before: World, actor: string, to: string): readonly Facts[] {
  const [pattern] = before.facts.user
  // Nobody can have gained anything where there is nobody.
  if (pattern === undefined) return []
  const { createdAt, createdBy, updatedAt } = pattern
  const managed = before.facts.group.filter(
    ({ id }) => check(before, { subject: actor, action: 'group.members.manage', resource: `group:${id}` }).allowed,
  )
  const others = before.facts.hold.filter((hold) => hold.member !== to || !managed.some(({ id }) => id === hold.group))
  return Array.from({ length: 2 ** managed.length }, (_, chosen): Facts => {
    const own = managed
      .filter((_, index) => (chosen >> index) % 2 === 1)
      .map(({ id }): Hold => ({ group: id, member: readMember(to, 'member'), roles: [], origin: 'local', createdAt, createdBy, updatedAt }))
    return { ...before.facts, hold: [...others, ...own] }
  })
}
