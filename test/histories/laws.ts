/** What must be true of every state, and what no accepted write may do: the laws of sections 1 to 3, 8 and 9, judged on plain rows by the oracle. */

import type { Grant, Hold, Policy, TableName, Window } from '../../src/core/index.ts'
import {
  anonymous,
  entryLists,
  foldedKey,
  idOf,
  keyOf,
  policyActions,
  policyKeys,
  readMember,
  readSubject,
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
  onceAWorld,
  registered,
  rolesOf,
  sorted,
  typeOfPermission,
  wayUp,
  withIncluded,
} from '../oracle.ts'

// ---- S 1, 2, 3, 8, 9: what must be true of every state --------------------------------------------------------------------------------

/** Names every invariant that the facts break; empty: none. */
export function invariantFaults(world: World): string[] {
  const { facts } = world
  const faults: string[] = []
  const must = (holds: boolean, fault: string) => void (holds || faults.push(fault))
  const unique = (what: string, keys: readonly string[]) =>
    keys.forEach((key, index) => void must(keys.indexOf(key) === index, `two have ${what} ${key}`))
  const exists = (table: TableName, key: string, by: string) => must(hasRow(table, key), `${by} names ${table} ${key}, which is not there`)
  const hasRow = <Name extends TableName>(table: Name, key: string) => facts[table].some((row) => keyOf(table, row) === key)
  const memberExists = (member: string, by: string) =>
    must(member !== anonymous && isKnown(world, member), `${by} names ${member}, which is not there`)
  const resourceExists = (resource: string, by: string) => {
    must(actionsOf(world, typeOf(resource)) !== undefined, `${by} is on ${resource} of no declared type`)
    if (['user', 'service', 'group'].includes(typeOf(resource)) && resource !== anonymous) memberExists(resource, by)
  }
  const declared = declaredNames(world)
  const permissionExists = (name: string, by: string) => must(declared.includes(name), `${by} names the permission ${name}`)
  const policyNamesExist = (policy: Policy, by: string) => {
    for (const [, names] of policyKeys.flatMap((key) => entryLists(policy[key]))) {
      for (const name of names) if (!policyActions.has(name)) permissionExists(name, by)
    }
  }
  const ordered = (window: Window, by: string) =>
    must(window.from === undefined || window.until === undefined || window.from < window.until, `${by} ends before it starts`)

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
  for (const { reference } of facts.retired) must(!hasRow(typeOf(reference) as TableName, idOf(reference)), `${reference} came back`)

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
    must(type.standings.length === 0 || hold.roles.every((role) => type.standings.includes(role)), `${by} has a role that its type has not`)
    must(!type.exclusive || !hold.member.startsWith('group:'), `${by} nests into an exclusive group`)
    for (const other of facts.hold) {
      const same = other.member === hold.member && other.group !== hold.group && groupById(world, other.group)?.type === type.codename
      const meet = (hold.from ?? '') < (other.until ?? '~') && (other.from ?? '') < (hold.until ?? '~')
      must(!(type.exclusive && same && meet), `${by} and ${keyOf('hold', other)} meet in two groups of ${type.codename}`)
    }
  }
  for (const role of facts.role) {
    for (const included of role.includes) exists('role', included, `role ${role.codename}`)
    for (const name of role.permissions) permissionExists(name, `role ${role.codename}`)
  }
  for (const type of facts['group-type']) for (const role of type.standings) exists('role', role, `group type ${type.codename}`)
  const application = facts.permission.filter((each) => each.resourceType === undefined).map((each) => each.name)
  for (const name of application) {
    for (const other of application) must(!other.startsWith(`${name}.`), `${name} is a prefix of ${other}`)
    must(typeOfPermission(world, name) === undefined, `${name} is an action and an application permission`)
  }
  for (const { name, resourceType, parent } of facts.permission) {
    if (parent !== undefined) permissionExists(parent, `permission ${name}`)
    must(typeOfPermission(world, name) === resourceType, `the permission ${name} is not of the type ${resourceType}`)
  }
  for (const resource of facts.resource) {
    const by = `resource ${resource.type}:${resource.id}`
    resourceExists(`${resource.type}:x`, by)
    if (resource.owner !== undefined) memberExists(resource.owner, by)
    if (resource.parent === undefined) continue
    const allowed = facts['resource-type'].find((type) => type.name === resource.type)?.parentTypes ?? []
    must(allowed.includes(typeOf(resource.parent)), `${by} may not lie in ${resource.parent}`)
    must(registered(world, resource.parent) !== undefined || isKnown(world, resource.parent), `${by} lies in ${resource.parent}, not there`)
  }
  for (const grant of facts.grant) {
    const by = `grant ${grant.id}`
    const subject = readSubject(grant.subject, 'subject')
    if (subject.kind === 'principal' && subject.reference !== anonymous) memberExists(subject.reference, by)
    if ('group' in subject) memberExists(`group:${subject.group}`, by)
    if (subject.kind === 'standing') exists('role', subject.role, by)
    must([grant.role, grant.permission, grant.actions].filter((what) => what !== undefined).length === 1, `${by} gives not one thing`)
    if (grant.role !== undefined) exists('role', grant.role, by)
    if (grant.permission !== undefined) permissionExists(grant.permission, by)
    for (const action of grant.actions ?? []) permissionExists(`${typeOf(grant.resource)}.${action}`, by)
    if (grant.actions !== undefined) must(grant.actions.length > 0, `${by} gives nothing`)
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
      `${by} has no whole policy`,
    )
  }
  for (const settings of facts.settings) policyNamesExist(settings.policy, 'the settings')
  for (const key of facts['api-key']) {
    memberExists(key.owner, `API key ${key.id}`)
    for (const scope of key.scopes) permissionExists(scope, `API key ${key.id}`)
  }

  const graphs: readonly (readonly [string, (node: string) => readonly string[], readonly string[]])[] = [
    ['hierarchy', (id) => [groupById(world, id)?.parent ?? []].flat(), rowKeys(facts, 'group')],
    ['nesting', (id) => facts.hold.filter((hold) => hold.member === `group:${id}`).map((hold) => hold.group), rowKeys(facts, 'group')],
    ['roles', (name) => facts.role.find((role) => role.codename === name)?.includes ?? [], rowKeys(facts, 'role')],
    ['permissions', (name) => [facts.permission.find((each) => each.name === name)?.parent ?? []].flat(), rowKeys(facts, 'permission')],
    ['resources', (key) => [registered(world, key)?.parent ?? []].flat(), rowKeys(facts, 'resource')],
  ]
  for (const [name, next, nodes] of graphs) {
    const path = cycle(next, nodes)
    must(path === undefined, `cycle in ${name}: ${path?.join(' > ')}`)
  }
  return faults
}

const rowKeys = <Name extends TableName>(facts: Facts, table: Name): string[] => facts[table].map((row) => keyOf(table, row))

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
    facts: {
      ...world.facts,
      hold: world.facts.hold.filter((hold) => hold.until === undefined),
      group: world.facts.group.map((group) => (group.expiresAt === undefined ? group : { ...group, active: false })),
    },
  }
  // What has ended takes nothing away any more; a denial that has not begun will.
  const onTenant = world.facts.grant.filter(
    (grant) => grant.resource === tenantResource && !(grant.until !== undefined && grant.until <= world.at),
  )
  return world.facts.user.some(({ id }) => {
    const user = `user:${id}`
    const subjectCovers = (judged: World, grant: Grant) => covers(judged, readSubject(grant.subject, 'subject'), user)
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

// ---- S 9: authority -------------------------------------------------------------------------------------------------------------------

/** What a preview looks at: the tenant, every group, everything registered, and whatever grants and assignments name. */
export function resourcesIn({ facts }: World): string[] {
  return sorted([
    tenantResource,
    ...facts.group.map((group) => `group:${group.id}`),
    ...facts.resource.map((each) => `${each.type}:${each.id}`),
    ...facts.grant.map((grant) => grant.resource),
    ...facts.assignment.map((each) => each.resource),
  ])
}

/** The permissions that somebody has on a resource; none when one of the two is not there. */
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

/** What `permitted` has found already, by resource. */
const permissionsOf = onceAWorld(() => new Map<string, readonly string[]>())

/**
 * What somebody is allowed after a write and its actor could not confer before it. Who holds `administrator` on the tenant can confer
 * everything. The others confer by managing the members of groups: what somebody would hold in the state before by being in more, or
 * fewer, of the groups whose members they managed. And they give to others what they hold themselves, on the resource or further up.
 * @param at the moment that is compared: nothing comes by waiting either. The authority is that of the moment of the write.
 */
export function conferredBeyondAuthority(before: World, after: World, actor: string, to: string, at = after.at): string[] {
  if (!isKnown(before, actor) || !isKnown(before, to) || !isKnown(after, to) || rolesOf(before, actor).includes('administrator')) return []
  // R 32: a restriction narrows whoever holds it: to give it is to give nothing.
  const narrows = (name: string) =>
    [...before.facts.permission, ...after.facts.permission].some((each) => each.name === name && each.permissionKind === 'restriction')
  // What was not declared could not be held; who administers or owns holds it from the moment it is.
  const known = declaredNames(before)
  // Nor could anybody hold anything on a group that is made only now.
  const isNew = (resource: string) => typeOf(resource) === 'group' && !isKnown(before, resource)
  const resources = sorted([...resourcesIn(before), ...resourcesIn(after)]).filter((resource) => !isNew(resource))
  const gained = resources.flatMap((resource) => {
    const had = permitted({ ...before, at }, to, resource)
    return permitted({ ...after, at }, to, resource)
      .filter((name) => !had.includes(name) && known.includes(name) && !narrows(name))
      .map((name) => ({ name, resource }))
  })
  const [pattern] = before.facts.user
  if (gained.length === 0 || pattern === undefined) return []
  const { createdAt, createdBy, updatedAt } = pattern
  const managed = before.facts.group.filter(
    ({ id }) => check(before, { subject: actor, action: 'group.members.manage', resource: `group:${id}` }).allowed,
  )
  const others = before.facts.hold.filter((hold) => hold.member !== to || !managed.some(({ id }) => id === hold.group))
  const within = Array.from({ length: 2 ** managed.length }, (_, chosen): World => {
    const own = managed
      .filter((_, index) => (chosen >> index) % 2 === 1)
      .map(({ id }): Hold => ({ group: id, member: readMember(to, 'member'), roles: [], origin: 'local', createdAt, createdBy, updatedAt }))
    return { ...before, at, facts: { ...before.facts, hold: [...others, ...own] } }
  })
  const isGiven = (name: string, resource: string) =>
    // What one holds now one could also give oneself for later.
    (actor !== to || at !== before.at) &&
    [...wayUp(before, resource), ...wayUp(after, resource)].some((each) => decide(before, actor, name, each).allowed)
  return gained
    .filter(({ name, resource }) => !isGiven(name, resource) && !within.some((world) => permitted(world, to, resource).includes(name)))
    .map(({ name, resource }) => `${to} gained ${name} on ${resource}`)
}
