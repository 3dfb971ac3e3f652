/** What must hold of every state: judged on the state after a whole change set, looking only at what it touched. */

import { recordTypes } from './built-in.ts'
import type { Graph } from './chains.ts'
import { forgetChains, longestChain, noteChain } from './chains.ts'
import { isGroupActive, isHoldInForce, isMemberActive } from './closure.ts'
import type { Draft } from './draft.ts'
import { Refusal, refuse } from './errors.ts'
import type { Grant } from './grant.ts'
import type { Group } from './group.ts'
import { depthLimit } from './hierarchy.ts'
import type { Hold } from './membership.ts'
import { foldedKey } from './name.ts'
import { declared } from './permission.ts'
import type { Policy } from './policy.ts'
import { entryLists, policyActions, policyKeys } from './policy.ts'
import type { MemberReference, PrincipalReference, ResourceReference } from './reference.ts'
import { anonymous, idOf, isGroup, tenantResource, typeOf } from './reference.ts'
import type { Resource } from './resource.ts'
import { referenceOf } from './resource.ts'
import { isKnown } from './resource-tree.ts'
import type { Snapshot } from './snapshot.ts'
import type { RowChange, Tables } from './tables.ts'
import { overlaps } from './validity.ts'

type RowOf<Name extends keyof Tables> = Extract<RowChange, { readonly table: Name }>

/** INVARIANT: what this function refuses is in no tenant. `apply` calls it once for every change set. Throws the refusal. */
export function requireInvariants(draft: Draft, rows: readonly RowChange[]): void {
  // What went is judged first: that it is still named says more than what is amiss with those that name it.
  for (const row of rows) {
    draft.change = draft.changeOf(row.table, row.key)
    if (row.after === undefined) requireUnnamed(draft.snapshot, row)
  }
  for (const row of rows) {
    draft.change = draft.changeOf(row.table, row.key)
    if (row.after === undefined) continue
    if (draft.restores(row.table, row.key)) requireStillWhole(draft, row)
    else requireWhole(draft, row)
  }
  requireTrees(draft, rows)
  requireExclusive(draft, rows)
}

/** What an undo brings back may name what was deleted since, or no longer fit what was changed since: then that stands in its way (`conflict`). */
function requireStillWhole(draft: Draft, row: RowChange): void {
  try {
    requireWhole(draft, row)
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.code === 'conflict') throw refusal
    throw refuse('conflict', { reference: `${row.table}:${row.key}`, reason: `cannot be brought back: ${refusal.message}` })
  }
}

function requireWhole(draft: Draft, row: RowChange): void {
  switch (row.table) {
    case 'user':
      return requireUser(draft, row)
    case 'group':
      return requireGroup(draft, row)
    case 'hold':
      return requireHold(draft, row)
    case 'role':
      return requireRole(draft, row)
    case 'permission':
      return requirePermission(draft, row)
    case 'resource-type':
      return requireResourceType(draft, row)
    case 'group-type':
      return requireGroupType(draft, row)
    case 'resource':
      return requireResource(draft, row)
    case 'grant':
      return requireGrant(draft, row)
    case 'assignment':
      return requireAssignment(draft, row)
    case 'api-key':
      return requireApiKey(draft, row)
    case 'settings':
      return requirePolicyNames(draft, row.after?.policy ?? {})
    case 'tenant':
    case 'source':
    case 'group-entity':
    case 'service':
    case 'retired':
      return
  }
}

function requireUser({ snapshot }: Draft, { after: user, key }: RowOf<'user'>): void {
  if (user === undefined) return
  const reference = `user:${key}`
  if (snapshot.usersByName(user.userName).size > 1)
    throw refuse('conflict', { reference, reason: `the user name ${JSON.stringify(user.userName)} is taken` })
  if (foldedKey(user.userName) === idOf(anonymous)) throw refuse('conflict', { reference, reason: 'the user name "anonymous" is built in' })
  const [primary] = user.emails
  if (primary !== undefined && snapshot.usersByEmail(primary).size > 1)
    throw refuse('conflict', { reference, reason: `the e-mail address ${JSON.stringify(primary)} is taken` })
}

function requireGroupType(draft: Draft, { after: type }: RowOf<'group-type'>): void {
  if (type === undefined) return
  for (const role of type.standings) requireRoleThere(draft, role, 'standings')
  if (type.standings.length === 0) return
  for (const group of draft.snapshot.groupsOfType(type.codename)) requireStandings(draft, group)
}

function requireGroup(draft: Draft, { before, after: group, key }: RowOf<'group'>): void {
  if (group === undefined) return
  const { snapshot } = draft
  if (group.parent !== undefined && !snapshot.has('group', group.parent)) throw unknown(draft, `group:${group.parent}`, 'parent')
  if (group.type !== undefined && snapshot.groupType(group.type) === undefined) throw unknown(draft, `group-type:${group.type}`, 'type')
  for (const entity of group.entities) if (!snapshot.has('group-entity', entity)) throw unknown(draft, `group-entity:${entity}`, 'entities')
  if (group.codename === '')
    throw refuse('invalid_parameter', { field: draft.field('codename'), reason: 'the name holds no letter or digit; give a codename' })
  if (snapshot.groupsByCodename(group.parent, group.codename).size > 1) {
    const where = group.parent === undefined ? 'among the roots' : `in group:${group.parent}`
    throw refuse('conflict', { reference: `group:${key}`, reason: `the codename ${JSON.stringify(group.codename)} is taken ${where}` })
  }
  if (before !== undefined && before.type !== group.type) requireStandings(draft, group)
}

function requireHold(draft: Draft, { after: hold }: RowOf<'hold'>): void {
  if (hold === undefined) return
  const { snapshot } = draft
  const group = snapshot.get('group', hold.group)
  if (group === undefined) throw unknown(draft, `group:${hold.group}`, 'group')
  requireMemberThere(draft, hold.member, 'member')
  for (const role of hold.roles) requireRoleThere(draft, role, 'roles')
  requireStanding(draft, group, hold)
}

/** A group may be given a type, and a type its standings, only when every hold in it fits already. */
function requireStandings(draft: Draft, group: Group): void {
  for (const hold of draft.snapshot.holdsOfGroup(group.id)) requireStanding(draft, group, hold)
}

function requireStanding(draft: Draft, group: Group, hold: Hold): void {
  const allowed = group.type === undefined ? [] : (draft.snapshot.groupType(group.type)?.standings ?? [])
  const strange = allowed.length === 0 ? undefined : hold.roles.find((role) => !allowed.includes(role))
  if (strange !== undefined) {
    throw refuse('invalid_parameter', {
      field: draft.field('roles'),
      reason: `groups of type ${group.type} know the standings ${allowed.join(', ')}, not ${strange} as ${hold.member} has in group:${group.id}`,
    })
  }
}

function requireRole(draft: Draft, { after: role }: RowOf<'role'>): void {
  if (role === undefined) return
  for (const permission of role.permissions) requireDeclared(draft, permission)
  for (const included of role.includes) requireRoleThere(draft, included, 'includes')
}

function requirePermission(draft: Draft, { after: permission, key: name }: RowOf<'permission'>): void {
  if (permission === undefined) return
  const { snapshot } = draft
  if (permission.condition !== undefined) requireCondition(snapshot, permission.condition)
  if (permission.parent !== undefined) requireDeclared(draft, permission.parent)
  const dot = name.indexOf('.')
  const type = dot > 0 ? snapshot.resourceType(name.slice(0, dot)) : undefined
  if (type !== undefined && !type.actions.includes(name.slice(dot + 1))) {
    throw refuse('conflict', {
      reference: `permission:${name}`,
      reason: `${type.name} is a resource type without the action ${name.slice(dot + 1)}`,
    })
  }
  if (type !== undefined) return
  for (const part of prefixes(name)) {
    if (snapshot.permission(part) !== undefined)
      throw refuse('conflict', {
        reference: `permission:${name}`,
        reason: `${part} is a permission already, and a name cannot be a branch and a leaf of the tree`,
      })
  }
  for (const other of snapshot.all('permission')) {
    if (other.name.startsWith(`${name}.`))
      throw refuse('conflict', {
        reference: `permission:${name}`,
        reason: `${other.name} is a permission already, and a name cannot be a branch and a leaf of the tree`,
      })
  }
}

/** `a.b.c` has the prefixes `a.b` and `a`. */
function* prefixes(name: string): IterableIterator<string> {
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) yield name.slice(0, dot)
}

function requireResourceType(draft: Draft, { after: type, before }: RowOf<'resource-type'>): void {
  if (type === undefined) return
  const { snapshot } = draft
  for (const parent of type.parentTypes)
    if (snapshot.resourceType(parent) === undefined) throw unknown(draft, `resource-type:${parent}`, 'parentTypes')
  for (const action of type.ownerActions ?? []) {
    if (!type.actions.includes(action))
      throw refuse('invalid_parameter', { field: draft.field('ownerActions'), reason: `${action} is no action of ${type.name}` })
  }
  for (const permission of snapshot.all('permission')) {
    if (permission.resourceType === undefined && permission.name.startsWith(`${type.name}.`)) {
      throw refuse('conflict', {
        reference: `resource-type:${type.name}`,
        reason: `${permission.name} is a permission of the application already`,
      })
    }
  }
  const gone = new Set(before?.actions.filter((action) => !type.actions.includes(action)).map((action) => `${type.name}.${action}`))
  const naming = gone.size === 0 ? undefined : namingActions(snapshot, gone)
  if (naming !== undefined)
    throw refuse('conflict', { reference: `resource-type:${type.name}`, reason: `an action that it loses is still named by ${naming}` })
  const lost =
    before?.parentTypes.some((parent) => !type.parentTypes.includes(parent)) || (before !== undefined && before.parentTypes.length === 0)
  if (lost) for (const resource of snapshot.resourcesOfType(type.name)) requireParentType(draft, resource)
}

function requireResource(draft: Draft, { after: resource }: RowOf<'resource'>): void {
  if (resource === undefined) return
  const { snapshot } = draft
  if (snapshot.get('resource-type', resource.type) === undefined) throw unknown(draft, `resource-type:${resource.type}`, 'resource')
  if (resource.owner !== undefined) requireMemberThere(draft, resource.owner, 'owner')
  requireParentType(draft, resource)
}

function requireParentType(draft: Draft, resource: Resource): void {
  const { parent } = resource
  if (parent === undefined) return
  const type = draft.snapshot.resourceType(resource.type)
  if (!type?.parentTypes.includes(typeOf(parent))) {
    throw refuse('invalid_parameter', { field: draft.field('parent'), reason: `a ${resource.type} cannot lie in a ${typeOf(parent)}` })
  }
  const there = recordTypes.has(typeOf(parent)) ? isKnown(draft.snapshot, parent) : draft.snapshot.has('resource', parent)
  if (!there) throw unknown(draft, parent, 'parent')
}

function requireGrant(draft: Draft, { after: grant }: RowOf<'grant'>): void {
  if (grant === undefined) return
  const { snapshot } = draft
  const subject = snapshot.subjectOf(grant)
  if (subject.kind === 'principal' && subject.reference !== anonymous) requireMemberThere(draft, subject.reference, 'subject')
  if ('group' in subject && !snapshot.has('group', subject.group)) throw unknown(draft, `group:${subject.group}`, 'subject')
  if (subject.kind === 'standing') requireRoleThere(draft, subject.role, 'subject')
  if (subject.kind === 'relation') {
    for (const type of subject.types ?? [])
      if (snapshot.groupType(type) === undefined) throw unknown(draft, `group-type:${type}`, 'subject')
  }
  requireGiven(draft, grant)
  requireResourceThere(draft, grant.resource)
  if (grant.condition !== undefined) requireCondition(snapshot, grant.condition)
}

function requireGiven(draft: Draft, grant: Grant): void {
  if (grant.role !== undefined) requireRoleThere(draft, grant.role, 'role')
  if (grant.permission !== undefined) requireDeclared(draft, grant.permission)
  const type = draft.snapshot.resourceType(typeOf(grant.resource))
  for (const action of grant.actions ?? []) {
    if (!type?.actions.includes(action)) throw refuse('permission_unknown', { permission: action, resource: grant.resource })
  }
}

function requireAssignment(draft: Draft, { after: assignment, before }: RowOf<'assignment'>): void {
  if (assignment === undefined) return
  const { snapshot, writer } = draft
  const { group, member, resource, policy } = assignment
  if (!snapshot.has('group', group)) throw unknown(draft, `group:${group}`, 'group')
  requireResourceThere(draft, resource)
  requirePolicyNames(draft, policy)
  if (member === undefined) return
  requireMemberThere(draft, member, 'member')
  // Judged when the assignment is made; afterwards the owner's rights follow the membership by themselves.
  const direct = [...snapshot.holdsOf(group, member)].some((hold) => isHoldInForce(snapshot, hold, writer.now))
  if (before !== undefined || writer.imports === true || draft.restores('assignment', assignment.id)) return
  if (!direct || !isGroupActive(snapshot, group, writer.now) || isMemberActive(snapshot, member, writer.now) !== true) {
    throw refuse('not_a_member', { member, group: `group:${group}` })
  }
}

function requirePolicyNames(draft: Draft, policy: object): void {
  for (const key of policyKeys) {
    const entry = (policy as Partial<Tables['assignment']['policy']>)[key]
    if (entry === undefined) continue
    for (const [, names] of entryLists(entry)) for (const name of names) if (!policyActions.has(name)) requireDeclared(draft, name)
  }
}

function requireApiKey(draft: Draft, { after: key }: RowOf<'api-key'>): void {
  if (key === undefined) return
  requireMemberThere(draft, key.owner, 'owner')
  for (const scope of key.scopes) requireDeclared(draft, scope)
  if (draft.snapshot.keysByPrefix(key.prefix).size > 1)
    throw refuse('conflict', { reference: `api-key:${key.id}`, reason: 'its prefix is taken' })
}

// What is named must be there

function unknown(draft: Draft, reference: string, field: string) {
  return refuse('unknown_reference', { reference, field: draft.field(field) })
}

function requireMemberThere(draft: Draft, member: MemberReference | PrincipalReference, field: string): void {
  const type = typeOf(member)
  if ((type === 'user' || type === 'service' || type === 'group') && draft.snapshot.has(type, idOf(member))) return
  throw unknown(draft, member, field)
}

function requireRoleThere(draft: Draft, role: string, field: string): void {
  if (draft.snapshot.role(role) === undefined) throw unknown(draft, `role:${role}`, field)
}

function requireDeclared({ snapshot }: Draft, permission: string): void {
  if (declared(snapshot, permission) === undefined) throw refuse('permission_unknown', { permission, resource: tenantResource })
}

function requireResourceThere(draft: Draft, resource: ResourceReference): void {
  if (draft.snapshot.resourceType(typeOf(resource)) === undefined) throw unknown(draft, `resource-type:${typeOf(resource)}`, 'resource')
  if (!isKnown(draft.snapshot, resource)) throw unknown(draft, resource, 'resource')
}

function requireCondition(snapshot: Snapshot, condition: string): void {
  const compiled = snapshot.condition(condition)
  if (typeof compiled !== 'function') throw refuse('condition_invalid', { condition, reason: compiled.fault })
}

/** Refuses to remove what is still named. Deletions take what names the record with them; an undo may not. */
function requireUnnamed(snapshot: Snapshot, row: RowChange): void {
  const inTheWay = naming(snapshot, row)
  if (inTheWay !== undefined) throw refuse('conflict', { reference: `${row.table}:${row.key}`, reason: `is still named by ${inTheWay}` })
}

function naming(snapshot: Snapshot, row: RowChange): string | undefined {
  const { key } = row
  switch (row.table) {
    case 'user':
    case 'service':
    case 'group':
      return namingMember(snapshot, `${row.table}:${key}`)
    case 'role':
      return namingRole(snapshot, key)
    case 'group-type':
      return namingGroupType(snapshot, key)
    case 'group-entity':
      for (const group of snapshot.all('group')) if (group.entities.includes(key)) return `group:${group.id}`
      return undefined
    case 'resource-type':
      return namingType(snapshot, key)
    case 'resource': {
      const [child] = snapshot.childResources(key)
      return child === undefined ? undefined : referenceOf(child)
    }
    case 'permission':
      return row.before?.resourceType === undefined ? namingPermissions(snapshot, (permission) => permission === key) : undefined
    default:
      return undefined
  }
}

function namingMember(snapshot: Snapshot, reference: MemberReference): string | undefined {
  const [hold] = snapshot.holdsOfMember(reference)
  if (hold !== undefined) return `the membership in group:${hold.group}`
  const [grant] = snapshot.grantsNaming(reference)
  if (grant !== undefined) return `grant:${grant.id}`
  const [assignment] = snapshot.assignmentsNaming(reference)
  if (assignment !== undefined) return `assignment:${assignment.id}`
  const [owned] = snapshot.ownedBy(reference)
  if (owned !== undefined) return referenceOf(owned)
  const [key] = snapshot.keysOfOwner(reference)
  if (key !== undefined) return `api-key:${key.id}`
  const on = snapshot.grantsOn(reference)
  if (on !== undefined) return `a grant on ${reference}`
  const [assigned] = snapshot.assignmentsOn(reference)
  if (assigned !== undefined) return `assignment:${assigned.id}`
  const [inside] = snapshot.childResources(reference)
  if (inside !== undefined) return referenceOf(inside)
  if (!isGroup(reference)) return undefined
  const [child] = snapshot.childGroups(idOf(reference))
  if (child !== undefined) return `group:${child.id}`
  const [member] = snapshot.holdsOfGroup(idOf(reference))
  return member === undefined ? undefined : `the membership of ${member.member}`
}

function namingGroupType(snapshot: Snapshot, type: string): string | undefined {
  const [group] = snapshot.groupsOfType(type)
  if (group !== undefined) return `group:${group.id}`
  for (const grant of snapshot.all('grant')) {
    const subject = snapshot.subjectOf(grant)
    if (subject.kind === 'relation' && subject.types?.includes(type)) return `grant:${grant.id}`
  }
  return undefined
}

function namingRole(snapshot: Snapshot, role: string): string | undefined {
  for (const hold of snapshot.all('hold')) if (hold.roles.includes(role)) return `the membership of ${hold.member} in group:${hold.group}`
  for (const other of snapshot.all('role')) if (other.includes.includes(role)) return `role:${other.codename}`
  for (const type of snapshot.all('group-type')) if (type.standings.includes(role)) return `group-type:${type.codename}`
  for (const grant of snapshot.all('grant')) {
    const subject = snapshot.subjectOf(grant)
    if (grant.role === role || (subject.kind === 'standing' && subject.role === role)) return `grant:${grant.id}`
  }
  return undefined
}

function namingType(snapshot: Snapshot, type: string): string | undefined {
  const [resource] = snapshot.resourcesOfType(type)
  if (resource !== undefined) return referenceOf(resource)
  for (const other of snapshot.all('resource-type')) if (other.parentTypes.includes(type)) return `resource-type:${other.name}`
  for (const grant of snapshot.all('grant')) if (typeOf(grant.resource) === type) return `grant:${grant.id}`
  for (const assignment of snapshot.all('assignment')) if (typeOf(assignment.resource) === type) return `assignment:${assignment.id}`
  for (const permission of snapshot.all('permission')) if (permission.resourceType === type) return `permission:${permission.name}`
  return namingPermissions(snapshot, (permission) => permission.startsWith(`${type}.`))
}

/** Whatever names one of these permissions, or has words about it. */
function namingActions(snapshot: Snapshot, gone: ReadonlySet<string>): string | undefined {
  for (const name of gone) if (snapshot.permission(name) !== undefined) return `permission:${name}`
  return namingPermissions(snapshot, (permission) => gone.has(permission))
}

/** Whatever names a permission for which this is true. */
function namingPermissions(snapshot: Snapshot, is: (permission: string) => boolean): string | undefined {
  const inPolicy = (policy: Policy) => policyKeys.some((key) => entryLists(policy[key]).some(([, names]) => names.some(is)))
  for (const role of snapshot.all('role')) if (role.permissions.some(is)) return `role:${role.codename}`
  for (const grant of snapshot.all('grant')) {
    const type = typeOf(grant.resource)
    const names = grant.permission === undefined ? grant.actions?.map((action) => `${type}.${action}`) : [grant.permission]
    if (names?.some(is)) return `grant:${grant.id}`
  }
  for (const assignment of snapshot.all('assignment')) if (inPolicy(assignment.policy)) return `assignment:${assignment.id}`
  for (const permission of snapshot.all('permission'))
    if (permission.parent !== undefined && is(permission.parent)) return `permission:${permission.name}`
  for (const key of snapshot.all('api-key')) if (key.scopes.some(is)) return `api-key:${key.id}`
  return inPolicy(snapshot.settings.policy) ? 'the settings' : undefined
}

// Trees and graphs

function requireTrees(draft: Draft, rows: readonly RowChange[]): void {
  const { snapshot } = draft
  const parents: Moved[] = []
  const nested: Moved[] = []
  const roles: string[] = []
  const resources: ResourceReference[] = []
  const permissions: string[] = []
  const cuts = { hierarchy: 0, nesting: 0 }
  const made = new Set(rows.flatMap(({ table, before, key }) => (table === 'group' && before === undefined ? [key] : [])))
  for (const row of rows) {
    if (row.table === 'group' && row.before?.parent !== undefined && row.before.parent !== row.after?.parent) cuts.hierarchy += 1
    if (row.table === 'hold' && row.after === undefined && row.before !== undefined && isGroup(row.before.member)) cuts.nesting += 1
    if (row.after === undefined) continue
    if (row.table === 'permission' && row.before?.parent !== row.after.parent) permissions.push(row.key)
    if (row.table === 'group' && row.before?.parent !== row.after.parent) parents.push({ group: row.key, isNew: made.has(row.key) })
    if (row.table === 'hold' && isGroup(row.after.member)) {
      const group = idOf(row.after.member)
      nested.push({ group, isNew: made.has(group) })
    }
    if (row.table === 'role') roles.push(row.key)
    if (row.table === 'resource' && row.before?.parent !== row.after.parent) resources.push(row.key)
  }
  requireGroupForest(snapshot, 'hierarchy', cuts.hierarchy, parents, {
    up: (group) => parentList(snapshot.get('group', group)?.parent),
    down: (group) => [...snapshot.childGroups(group)].map((child: Group) => child.id),
    name: (group) => `group:${group}`,
  })
  requireGroupForest(snapshot, 'nesting', cuts.nesting, nested, {
    up: (group) => [...new Set([...snapshot.holdsOfMember(`group:${group}`)].map((hold: Hold) => hold.group))],
    down: (group) => [
      ...new Set([...snapshot.holdsOfGroup(group)].flatMap((hold: Hold) => (isGroup(hold.member) ? [idOf(hold.member)] : []))),
    ],
    name: (group) => `group:${group}`,
  })
  requireForest(roles, {
    up: () => [],
    down: (role) => snapshot.role(role)?.includes ?? [],
    name: (role) => `role:${role}`,
  })
  requireForest(permissions, {
    up: (permission) => parentList(snapshot.permission(permission)?.parent),
    down: () => [],
    name: (permission) => `permission:${permission}`,
  })
  requireForest(resources, {
    up: (resource) => parentList(snapshot.get('resource', resource)?.parent),
    down: (resource) => [...snapshot.childResources(resource)].map(referenceOf),
    name: (resource) => resource,
  })
}

function parentList(parent: string | undefined): readonly string[] {
  return parent === undefined ? [] : [parent]
}

interface Edges {
  readonly up: (node: string) => readonly string[]
  readonly down: (node: string) => readonly string[]
  readonly name: (node: string) => string
}

/** A group that came to stand somewhere else; one that was made has nothing below it that was there before. */
interface Moved {
  readonly group: string
  readonly isNew: boolean
}

/**
 * `requireForest` for groups, of which very many may be below one that is moved. A chain with a moved group in it goes up from the lowest of
 * them and down by what was there before, so what is above each and how long chains have been is enough to know that none is too long. Cost:
 * what lies above the groups; all groups, when the bound has risen too far.
 */
function requireGroupForest(snapshot: Snapshot, graph: Graph, cuts: number, moved: readonly Moved[], edges: Edges): void {
  if (moved.length === 0) return
  const groups = moved.map(({ group }) => group)
  const above = longest(groups, edges.up, (path) => path.map(edges.name).reverse())
  const levels = () =>
    moved.reduce(
      (most, { group, isNew }) => Math.max(most, (above.get(group) ?? 0) + 1 + (isNew ? 0 : longestChain(snapshot, graph, cuts))),
      0,
    )
  // The bound is of the state before, or of this one: both hold, for what comes anew is measured above.
  if (levels() > depthLimit) forgetChains(snapshot)
  if (levels() > depthLimit) requireForest(groups, edges)
  else noteChain(snapshot, graph, levels())
}

/**
 * Refuses a cycle through any of the nodes (`cycle`, with its whole path) and a chain through them longer than the limit (`depth_limit`).
 * Iterative, and each node is walked once for all of them. Cost: what lies above and below the nodes.
 */
function requireForest(nodes: readonly string[], { up, down, name }: Edges): void {
  // A cycle is told from what contains to what is contained, whichever way it was found.
  const above = longest(nodes, up, (path) => path.map(name).reverse())
  const below = longest(nodes, down, (path) => path.map(name))
  for (const node of nodes) {
    // The node itself is a level too.
    const levels = (above.get(node) ?? 0) + 1 + (below.get(node) ?? 0)
    if (levels > depthLimit) throw refuse('depth_limit', { limit: depthLimit, reference: name(node) })
  }
}

/** The length of the longest way from each node on. A way that comes back to where it is, is refused. */
function longest(
  nodes: readonly string[],
  next: (node: string) => readonly string[],
  tell: (path: readonly string[]) => readonly string[],
): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>()
  const open = new Set<string>()
  for (const start of nodes) {
    const stack: { readonly node: string; readonly rest: string[]; length: number }[] = []
    const enter = (node: string): void => {
      open.add(node)
      stack.push({ node, rest: [...next(node)], length: 0 })
    }
    if (!lengths.has(start)) enter(start)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = top.rest.pop()
      if (child === undefined) {
        lengths.set(top.node, top.length)
        open.delete(top.node)
        stack.pop()
        const outer = stack.at(-1)
        if (outer !== undefined) outer.length = Math.max(outer.length, top.length + 1)
      } else if (open.has(child)) {
        const from = stack.findIndex((each) => each.node === child)
        throw refuse('cycle', { path: tell([...stack.slice(from).map((each) => each.node), child]) })
      } else {
        const known = lengths.get(child)
        if (known === undefined) enter(child)
        else top.length = Math.max(top.length, known + 1)
      }
    }
  }
  return lengths
}

/** A user or service account is in one group of an exclusive type at a time; a group is in none. */
function requireExclusive(draft: Draft, rows: readonly RowChange[]): void {
  const { snapshot } = draft
  const pairs = new Map<string, { readonly member: MemberReference; readonly type: string }>()
  const note = (hold: Hold): void => {
    const type = snapshot.get('group', hold.group)?.type
    if (type !== undefined && snapshot.groupType(type)?.exclusive) pairs.set(`${type}|${hold.member}`, { member: hold.member, type })
  }
  for (const row of rows) {
    if (row.after === undefined) continue
    if (row.table === 'hold') note(row.after)
    if (row.table === 'group' && row.before !== undefined && row.before.type !== row.after.type)
      for (const hold of snapshot.holdsOfGroup(row.key)) note(hold)
    if (row.table === 'group-type' && row.before?.exclusive === false) {
      for (const group of snapshot.groupsOfType(row.key)) for (const hold of snapshot.holdsOfGroup(group.id)) note(hold)
    }
  }
  for (const { member, type } of pairs.values()) {
    const holds = [...snapshot.holdsOfMember(member)].filter((hold) => snapshot.get('group', hold.group)?.type === type)
    const inTwo = isGroup(member) ? holds.slice(0, 1) : firstOverlap(holds)
    if (inTwo.length > 0) throw refuse('exclusive_type', { member, type, groups: inTwo.map((hold) => `group:${hold.group}`) })
  }
}

function firstOverlap(holds: readonly Hold[]): readonly Hold[] {
  for (const [index, one] of holds.entries()) {
    const other = holds.slice(index + 1).find((each) => each.group !== one.group && overlaps(one, each))
    if (other !== undefined) return [one, other]
  }
  return []
}
