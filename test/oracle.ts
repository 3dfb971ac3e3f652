/**
 * The slow, obvious evaluator, written from docs/semantics.md and its readings and from nothing else: plain arrays, gone through anew for every
 * question but for what hangs on the facts and the moment alone. The fast engine must agree with it. `S n` names a section of the semantics, `R n` a reading.
 */

import type {
  Assignment,
  ConditionOutcome,
  Grant,
  Group,
  Hold,
  Instant,
  JsonObject,
  MemberMode,
  PolicyEntry,
  Properties,
  Reason,
  Relation,
  ResourceReference,
  Role,
  Subject,
  TableName,
  Tables,
  Window,
} from '../src/core/index.ts'
import { anonymous, foldedKey, idOf, policyActions, readSubject, refuse, tenantResource, typeOf } from '../src/core/index.ts'

/** Every row of a tenant, table by table, the built-in ones among them. */
export type Facts = { readonly [Name in TableName]: readonly Tables[Name][] }

/** What a condition sees. */
export interface Input {
  readonly subject: { readonly type: string; readonly id: string; readonly attributes: JsonObject }
  readonly resource: { readonly type: string; readonly id: string; readonly attributes: JsonObject }
  readonly action: { readonly name: string; readonly properties: JsonObject }
  readonly context: JsonObject
  readonly now: Instant
}
/** Makes a function of a condition's text, or says what is wrong with it. */
export type Compile = (source: string) => ((input: Input) => ConditionOutcome) | { readonly fault: string }

/** The facts, the moment they are judged at, and what the caller says of it. */
export interface World {
  readonly facts: Facts
  readonly at: Instant
  readonly compile: Compile
  readonly context?: JsonObject
  readonly properties?: Properties
  /** What the active plugins offer, by plugin and permission: a check function, or null where they bring none. */
  readonly plugins?: { readonly [plugin: string]: { readonly [permission: string]: Checking | null } }
}
/** A check function; it may give anything, and may throw. */
export type Checking = (given: JsonObject) => unknown

/**
 * The same function, which remembers what it has worked out of facts and a moment. It must look at nothing else of the world: facts that have been
 * made are never changed.
 */
export function onceAWorld<T>(work: (world: World, about: string) => T): (world: World, about: string) => T {
  const remembered = new WeakMap<Facts, Map<Instant, Map<string, { readonly result: T }>>>()
  return (world, about) => {
    let moments = remembered.get(world.facts)
    if (moments === undefined) {
      moments = new Map()
      remembered.set(world.facts, moments)
    }
    let results = moments.get(world.at)
    if (results === undefined) {
      results = new Map()
      moments.set(world.at, results)
    }
    let known = results.get(about)
    if (known === undefined) {
      known = { result: work(world, about) }
      results.set(about, known)
    }
    return known.result
  }
}

/** Without twins, in the order of code units. */
export const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort()
/** Whether the window is open at the moment. */
export const current = (window: Window, at: Instant): boolean =>
  (window.from === undefined || window.from <= at) && (window.until === undefined || at < window.until)

// ---- S 1, R 7 to 9: who and what counts as active -------------------------------------------------------------------------------------

const fromDisabledSource = (world: World, origin: string): boolean =>
  world.facts.source.some((source) => origin === `source:${source.name}` && !source.enabled)

const groupActive = (world: World, group: Group): boolean => group.active && (group.expiresAt === undefined || world.at < group.expiresAt)

/** The group of this id. */
export const groupById = (world: World, id: string): Group | undefined => world.facts.group.find((group) => group.id === id)

/** Whether there is such a user, service account or group; `user:anonymous` always is. */
export function isKnown(world: World, member: string): boolean {
  const id = idOf(member)
  if (member.startsWith('group:')) return groupById(world, id) !== undefined
  if (member.startsWith('service:')) return world.facts.service.some((service) => service.id === id)
  return member === anonymous || (member.startsWith('user:') && world.facts.user.some((user) => user.id === id))
}

/** R 3, 8 to 10: whether somebody counts as active at the moment. */
export const isActive = onceAWorld((world, member): boolean => {
  const id = idOf(member)
  if (member === anonymous) return true
  if (member.startsWith('group:')) return world.facts.group.some((group) => group.id === id && groupActive(world, group))
  if (member.startsWith('service:')) return world.facts.service.some((service) => service.id === id && service.status === 'active')
  const user = world.facts.user.find((each) => each.id === id)
  if (user === undefined || user.status !== 'active' || fromDisabledSource(world, user.origin)) return false
  // S 8, R 9: whatever the hold's origin, its window alone counts.
  return !world.facts.hold.some((hold) => {
    const group = hold.member === member && current(hold, world.at) ? groupById(world, hold.group) : undefined
    return group !== undefined && group.type === 'domain' && !groupActive(world, group)
  })
})

// ---- S 2: being in, standing, the hierarchy -------------------------------------------------------------------------------------------

const inForce = (world: World, hold: Hold): boolean =>
  current(hold, world.at) &&
  !fromDisabledSource(world, hold.origin) &&
  isActive(world, `group:${hold.group}`) &&
  isActive(world, hold.member)

/** Ids of the groups that the asker is in. */
export const groupsAround = onceAWorld((world, asker): readonly string[] => {
  const found: string[] = []
  for (;;) {
    const next = world.facts.hold.find(
      (hold) =>
        !found.includes(hold.group) &&
        (hold.member === asker || found.some((group) => hold.member === `group:${group}`)) &&
        inForce(world, hold),
    )
    if (next === undefined) return found
    found.push(next.group)
  }
})

/** R 10: a group as asker is covered as itself and as a member of what it is in. */
function covered(world: World, asker: string): readonly string[] {
  const around = groupsAround(world, asker)
  return asker.startsWith('group:') ? [idOf(asker), ...around] : around
}

/** R 11 and 12: the roles that the asker holds inside the group; a group has none. */
export function standing(world: World, asker: string, group: string): readonly string[] {
  if (asker.startsWith('group:')) return []
  const holds = world.facts.hold.filter((hold) => hold.group === group && hold.roles.length > 0 && inForce(world, hold))
  if (holds.length === 0) return []
  const around = groupsAround(world, asker)
  return sorted(
    holds.filter((hold) => hold.member === asker || around.some((each) => hold.member === `group:${each}`)).flatMap((hold) => hold.roles),
  )
}

const isDirectMember = (world: World, member: string, group: string): boolean =>
  world.facts.hold.some((hold) => hold.group === group && hold.member === member && inForce(world, hold))

/** The groups above one, nearest first. */
function groupsAbove(world: World, id: string): readonly string[] {
  const above: string[] = []
  for (let at = groupById(world, id)?.parent; at !== undefined && !above.includes(at); at = groupById(world, at)?.parent) above.push(at)
  return above
}

/** S 4, R 27: the groups in a relation to one, with how many levels away they are. */
export function related(world: World, id: string, relation: Relation): readonly (readonly [group: string, levels: number])[] {
  if (relation === 'ancestors') return groupsAbove(world, id).map((group, index) => [group, index + 1])
  if (relation === 'descendants') {
    return world.facts.group.flatMap((group) => {
      const levels = groupsAbove(world, group.id).indexOf(id) + 1
      return levels === 0 ? [] : [[group.id, levels] as const]
    })
  }
  const self = groupById(world, id)
  if (self === undefined || (self.parent === undefined && world.facts.settings[0]?.rootSiblings !== true)) return []
  return world.facts.group.filter((group) => group.id !== id && group.parent === self.parent).map((group) => [group.id, 1])
}

// ---- S 3, R 14 to 18: permissions and roles -------------------------------------------------------------------------------------------

/** The actions of a type; undefined: it is not declared. */
export const actionsOf = (world: World, type: string): readonly string[] | undefined =>
  world.facts['resource-type'].find((each) => each.name === type)?.actions

/** Canonical names of all permissions: each type's actions and the application permissions. */
export const declaredNames = (world: World): readonly string[] => allNames(world, '')
const allNames = onceAWorld((world): readonly string[] =>
  sorted([
    ...world.facts['resource-type'].flatMap((type) => type.actions.map((action) => `${type.name}.${action}`)),
    ...world.facts.permission.map((permission) => permission.name),
  ]),
)

/** The type whose action the permission is; undefined: it belongs to the application. */
export const typeOfPermission = onceAWorld(
  (world, name): string | undefined =>
    world.facts['resource-type'].find((type) => name.startsWith(`${type.name}.`) && type.actions.includes(name.slice(type.name.length + 1)))
      ?.name,
)

/** R 14: what the asked name means on a resource of the type. Throws `permission_unknown`, `invalid_parameter`. */
function resolve(world: World, name: string, resource: ResourceReference): string {
  const type = typeOf(resource)
  if (actionsOf(world, type)?.includes(name)) return `${type}.${name}`
  if (typeOfPermission(world, name) !== undefined || world.facts.permission.some((permission) => permission.name === name)) return name
  const readings = world.facts['resource-type'].flatMap((each) =>
    each.actions.filter((action) => `${action}_${each.name}` === name).map((action) => `${each.name}.${action}`),
  )
  if (readings.length > 1) throw refuse('invalid_parameter', { field: 'action', reason: `${name} has two readings` })
  const [only] = readings
  if (only === undefined) throw refuse('permission_unknown', { permission: name, resource })
  return only
}

/** R 15, 38: the plugin that a permission came from, or that checks it, unless it is active and offers the permission. */
function missingPlugin(world: World, name: string): string | undefined {
  const record = world.facts.permission.find((permission) => permission.name === name)
  const plugin = record?.check?.plugin ?? (record?.origin.startsWith('plugin:') ? record.origin.slice('plugin:'.length) : undefined)
  return plugin === undefined || world.plugins?.[plugin]?.[name] !== undefined ? undefined : plugin
}

/** R 39 to 41: how the check function of a permission turns out; one that names an argument nobody gave may be `missing` it. */
function checked(world: World, asker: string, name: string): ConditionOutcome['outcome'] | { readonly missing: string } {
  if (missingPlugin(world, name) !== undefined) return 'failed'
  const check = world.facts.permission.find((permission) => permission.name === name)?.check
  const context = world.context ?? {}
  if (check === undefined) return 'true'
  if (check.plugin === undefined) {
    const named = context.user
    if (named === undefined || named === asker) return 'true'
    if (typeof named !== 'string') return 'failed'
    const user = asker.startsWith('user:') ? world.facts.user.find(({ id }) => `user:${id}` === asker) : undefined
    return user !== undefined && foldedKey(user.userName) === foldedKey(named) ? 'true' : 'false'
  }
  const run = world.plugins?.[check.plugin]?.[name]
  if (run === undefined || run === null) return 'failed'
  const missing = check.arguments.find((argument) => context[argument] === undefined)
  if (missing !== undefined) return { missing }
  try {
    const answer = run(Object.fromEntries(check.arguments.map((argument) => [argument, context[argument] ?? null])))
    return answer === true ? 'true' : answer === false ? 'false' : 'failed'
  } catch {
    return 'failed'
  }
}

/** R 15: subject, permission, availability, resource type, fit of the two. */
function resolveAll(world: World, asker: string | undefined, action: string, resource: ResourceReference): string {
  if (asker !== undefined) requireKnown(world, asker)
  const permission = resolve(world, action, resource)
  const plugin = missingPlugin(world, permission)
  if (plugin !== undefined) throw refuse('permission_unavailable', { permission, plugin })
  requireType(world, resource)
  const type = typeOfPermission(world, permission)
  if (resource !== tenantResource && type !== typeOf(resource)) {
    throw refuse('invalid_parameter', { field: 'action', reason: `${permission} does not fit ${resource}` })
  }
  return permission
}

function requireKnown(world: World, asker: string): void {
  if (!isKnown(world, asker)) throw refuse('subject_unknown', { subject: asker })
}

function requireType(world: World, resource: ResourceReference): void {
  if (actionsOf(world, typeOf(resource)) === undefined) throw refuse('unknown_reference', { reference: resource })
}

/** The role and those it includes. */
export function withIncluded(world: World, codename: string): readonly Role[] {
  const found: Role[] = []
  const visit = (name: string): void => {
    const role = world.facts.role.find((each) => each.codename === name)
    if (role === undefined || found.includes(role)) return
    found.push(role)
    for (const included of role.includes) visit(included)
  }
  visit(codename)
  return found
}

/** R 17: `administrator` contains every declared permission that allows. */
function roleContains(world: World, codename: string, permission: string): boolean {
  const restricts = world.facts.permission.some((each) => each.name === permission && each.permissionKind === 'restriction')
  return withIncluded(world, codename).some(
    (role) => role.permissions.includes(permission) || (role.codename === 'administrator' && !restricts),
  )
}

/** R 18: what a grant's list of actions means hangs on the grant's own resource. */
function grantContains(world: World, grant: Grant, permission: string): boolean {
  if (grant.role !== undefined) return roleContains(world, grant.role, permission)
  if (grant.permission !== undefined) return grant.permission === permission
  return (grant.actions ?? []).some((action) => `${typeOf(grant.resource)}.${action}` === permission)
}

// ---- S 4: whom a subject covers -------------------------------------------------------------------------------------------------------

/** Whether the subject of a grant covers the asker. */
export function covers(world: World, subject: Subject, asker: string): boolean {
  switch (subject.kind) {
    case 'everyone':
      return true
    case 'authenticated':
      return asker !== anonymous
    case 'principal':
      return subject.reference === asker
    case 'group':
      return covered(world, asker).includes(subject.group)
    case 'standing':
      return standing(world, asker, subject.group).includes(subject.role)
    case 'relation': {
      const mine = covered(world, asker)
      return related(world, subject.group, subject.relation).some(
        ([group, levels]) =>
          mine.includes(group) &&
          (subject.types === undefined || subject.types.includes(groupById(world, group)?.type ?? '')) &&
          (subject.levels === undefined || levels <= subject.levels),
      )
    }
  }
}

// ---- S 5, R 4, 21: the resource tree --------------------------------------------------------------------------------------------------

/** The record of a registered resource. */
export const registered = (world: World, resource: ResourceReference) =>
  world.facts.resource.find((each) => `${each.type}:${each.id}` === resource)

/** The resource, what it lies in, and so on up to the tenant. */
export const wayUp = onceAWorld((world, resource): readonly ResourceReference[] => {
  if (resource === tenantResource) return [tenantResource]
  if (typeOf(resource) === 'group') {
    const parent = world.facts.settings[0]?.managersInherit === true ? groupById(world, idOf(resource))?.parent : undefined
    return [resource, ...wayUp(world, parent === undefined ? tenantResource : `group:${parent}`)]
  }
  return [resource, ...wayUp(world, registered(world, resource)?.parent ?? tenantResource)]
})

/** R 21: whether a right given on one resource on the way up reaches the first. */
function reaches(world: World, way: readonly ResourceReference[], on: ResourceReference): boolean {
  const place = way.indexOf(on)
  if (place === -1) return false
  return on === tenantResource || way.slice(0, place).every((each) => registered(world, each)?.inherits !== false)
}

// ---- S 5, R 4, 19, 20: conditions -----------------------------------------------------------------------------------------------------

function attributesOf(world: World, reference: string): JsonObject {
  const id = idOf(reference)
  if (reference === tenantResource || typeOf(reference) === 'service') return {}
  if (typeOf(reference) === 'user') return world.facts.user.find((user) => user.id === id)?.attributes ?? {}
  if (typeOf(reference) === 'group') return groupById(world, id)?.properties ?? {}
  return registered(world, reference)?.attributes ?? {}
}

function verdict(
  world: World,
  asker: string,
  action: string,
  resource: ResourceReference,
  conditions: readonly (string | undefined)[],
): ConditionOutcome['outcome'] {
  if (conditions.every((source) => source === undefined)) return 'true'
  const input: Input = {
    subject: { type: typeOf(asker), id: idOf(asker), attributes: { ...attributesOf(world, asker), ...world.properties?.subject } },
    resource: {
      type: typeOf(resource),
      id: idOf(resource),
      attributes: { ...attributesOf(world, resource), ...world.properties?.resource },
    },
    // R 36: the bare action of a typed permission; R 29: none when roles are asked for.
    action: {
      name: typeOfPermission(world, action) === undefined ? action : action.slice(action.indexOf('.') + 1),
      properties: world.properties?.action ?? {},
    },
    context: world.context ?? {},
    now: world.at,
  }
  const outcomes = conditions
    .filter((source) => source !== undefined)
    .map((source) => {
      const compiled = world.compile(source)
      return typeof compiled === 'function' ? compiled(input).outcome : 'failed'
    })
  if (outcomes.includes('false')) return 'false'
  return outcomes.includes('failed') ? 'failed' : 'true'
}

// ---- S 6, R 22, 25 to 27: assignments -------------------------------------------------------------------------------------------------

function entryGives(entry: PolicyEntry, codenames: readonly string[]): readonly string[] {
  // Array.isArray does not narrow readonly arrays away.
  if (Array.isArray(entry)) return entry as readonly string[]
  return Object.entries(entry)
    .filter(([codename]) => codename === 'default' || codenames.includes(codename))
    .flatMap(([, names]: [string, readonly string[]]) => names)
}

/** The names that the assignment gives the asker now, as they stand in its policy. */
function assignedNames(world: World, { policy, group, member, keepOwner }: Assignment, asker: string): readonly string[] {
  const mine = covered(world, asker)
  const given = mine.includes(group) ? [...policy.group] : []
  for (const relation of ['ancestors', 'descendants', 'siblings'] as const) {
    for (const [other] of related(world, group, relation)) {
      if (mine.includes(other)) given.push(...entryGives(policy[relation], [groupById(world, other)?.type ?? '']))
    }
  }
  if (member === asker) {
    const isMember = isDirectMember(world, member, group)
    if (isMember) given.push(...entryGives(policy.owner, standing(world, member, group)))
    else if (keepOwner) given.push(...entryGives(policy.owner, []))
  }
  return given
}

const meaning = (assignment: Assignment, name: string): string =>
  policyActions.has(name) ? `${typeOf(assignment.resource)}.${name}` : name

// ---- S 5: the decision ----------------------------------------------------------------------------------------------------------------

/** As `Check`, without the circumstances, which stand in the world. */
export interface Question {
  readonly subject: string
  readonly action: string
  readonly resource?: ResourceReference | undefined
}

/** Answers a check. Throws the refusals of S 5.1 and R 15. */
export function check(world: World, question: Question): { readonly allowed: boolean; readonly reason: Reason } {
  const resource = question.resource ?? tenantResource
  const permission = resolveAll(world, question.subject, question.action, resource)
  return decide(world, question.subject, permission, resource, true)
}

/**
 * The decision on a canonical permission, whether or not it fits the type of the resource. R 40: who names the permission is told of a
 * missing argument (`demanding`); else the check has failed.
 */
export function decide(world: World, asker: string, permission: string, resource: ResourceReference, demanding = false) {
  if (!isActive(world, asker)) return { allowed: false, reason: 'subject_inactive' } as const
  const way = wayUp(world, resource)
  const own = world.facts.permission.find((each) => each.name === permission)?.condition
  const type = typeOfPermission(world, permission)
  // R 36: what conditions see as the name of the action.
  const action = type === undefined ? permission : permission.slice(type.length + 1)
  const judged = (condition?: string): ConditionOutcome['outcome'] => {
    const declared = verdict(world, asker, action, resource, [own, condition])
    if (declared === 'false') return declared
    const outcome = checked(world, asker, permission)
    if (typeof outcome === 'object' && demanding) throw refuse('argument_missing', { argument: outcome.missing, permission })
    if (outcome === 'false') return outcome
    return declared === 'true' && outcome === 'true' ? 'true' : 'failed'
  }
  const grants = world.facts.grant.filter(
    (grant) =>
      way.includes(grant.resource) &&
      current(grant, world.at) &&
      grantContains(world, grant, permission) &&
      covers(world, readSubject(grant.subject, 'subject'), asker),
  )
  if (grants.some((grant) => grant.effect === 'deny' && judged(grant.condition) !== 'false'))
    return { allowed: false, reason: 'denied' } as const

  const granted = () =>
    grants.some((grant) => grant.effect === 'allow' && reaches(world, way, grant.resource) && judged(grant.condition) === 'true')
  const assigned = () =>
    world.facts.assignment.some(
      (each) => reaches(world, way, each.resource) && assignedNames(world, each, asker).some((name) => meaning(each, name) === permission),
    )
  // R 12: a standing role is held on the group as a resource.
  const standingGives = () =>
    way.some(
      (each) =>
        typeOf(each) === 'group' &&
        reaches(world, way, each) &&
        standing(world, asker, idOf(each)).some((role) => roleContains(world, role, permission)),
    )
  // R 23: by the bare name of the action.
  const owned = () =>
    way.some((each) => {
      const owner = registered(world, each)?.owner
      if (owner === undefined || !reaches(world, way, each)) return false
      if (owner !== asker && !covered(world, asker).some((group) => owner === `group:${group}`)) return false
      const type = world.facts['resource-type'].find((one) => one.name === typeOf(each))
      return (type?.ownerActions ?? type?.actions ?? []).some((action) => `${typeOf(resource)}.${action}` === permission)
    })
  const self = () =>
    asker !== anonymous && asker.startsWith('user:') && resource === asker && ['user.view', 'user.edit-profile'].includes(permission)
  // R 39: the check function is asked last, of whom something reaches.
  if (granted() || ((assigned() || standingGives() || owned() || self()) && judged() === 'true')) {
    return { allowed: true, reason: 'granted' } as const
  }
  return { allowed: false, reason: 'no_grant' } as const
}

// ---- S 7, R 28 to 30: the lists, each the filter of the check -------------------------------------------------------------------------

/** The bare actions of the resource's type that are allowed. */
export function listActions(world: World, subject: string, resource: ResourceReference = tenantResource): string[] {
  requireKnown(world, subject)
  requireType(world, resource)
  return sorted(actionsOf(world, typeOf(resource)) ?? [])
    .filter((action) => missingPlugin(world, `${typeOf(resource)}.${action}`) === undefined)
    .filter((action) => check(world, { subject, action, resource }).allowed)
}

/** On the tenant every permission, on a resource those of its type. */
export function listPermissions(world: World, subject: string, resource: ResourceReference = tenantResource): string[] {
  requireKnown(world, subject)
  requireType(world, resource)
  const names =
    resource === tenantResource
      ? declaredNames(world)
      : sorted((actionsOf(world, typeOf(resource)) ?? []).map((action) => `${typeOf(resource)}.${action}`))
  return names.filter((name) => missingPlugin(world, name) === undefined).filter((name) => decide(world, subject, name, resource).allowed)
}

/** The registered resources of the type on which the action is allowed. */
export function listResources(world: World, subject: string, action: string, type: string): ResourceReference[] {
  // Only the type of this resource is looked at.
  resolveAll(world, subject, action, type === tenantResource ? type : `${type}:any`)
  return resourcesOf(world, type).filter((resource) => check(world, { subject, action, resource }).allowed)
}

function resourcesOf(world: World, type: string): ResourceReference[] {
  if (type === tenantResource) return [tenantResource]
  if (type === 'user' || type === 'service' || type === 'group') return sorted(world.facts[type].map(({ id }) => `${type}:${id}`))
  return sorted(world.facts.resource.filter((each) => each.type === type).map((each) => `${type}:${each.id}`))
}

/** Every user, service account and `user:anonymous`. */
export function principals(world: World): string[] {
  return sorted([anonymous, ...resourcesOf(world, 'user'), ...resourcesOf(world, 'service')])
}

/** Who may, of `principals`. */
export function listSubjects(world: World, action: string, resource: ResourceReference = tenantResource): string[] {
  resolveAll(world, undefined, action, resource)
  return principals(world).filter((subject) => check(world, { subject, action, resource }).allowed)
}

/** The groups somebody is in, with the standing held there. */
export function groupsOf(world: World, member: string, mode: 'direct' | 'effective' = 'effective') {
  requireKnown(world, member)
  return sorted(groupsAround(world, member))
    .map((id) => ({ group: `group:${id}`, direct: isDirectMember(world, member, id), standing: standing(world, member, id) }))
    .filter(({ direct }) => mode === 'effective' || direct)
}

/** Who is listed, whether in force, and (not in effective mode) through which groups. */
export function membersOf(world: World, group: string, mode: MemberMode = 'direct', all = false) {
  if (groupById(world, group) === undefined) throw refuse('unknown_reference', { reference: `group:${group}` })
  const groups = mode === 'descendants' ? [group, ...related(world, group, 'descendants').map(([id]) => id)] : [group]
  if (mode === 'effective') {
    for (let index = 0; index < groups.length; index++) {
      const inner = world.facts.hold.filter((hold) => hold.group === groups[index] && hold.member.startsWith('group:'))
      groups.push(...sorted(inner.map((hold) => idOf(hold.member))).filter((id) => !groups.includes(id)))
    }
  }
  const holds = world.facts.hold.filter((hold) => groups.includes(hold.group))
  return sorted(holds.map((hold) => hold.member))
    .map((member) => {
      const mine = holds.filter((hold) => hold.member === member)
      const now = mine.filter((hold) => inForce(world, hold))
      const isIn = mode === 'effective' ? groupsAround(world, member).includes(group) : now.length > 0
      return { member, inForce: isIn, via: sorted((all ? mine : now).map((hold) => hold.group)) }
    })
    .filter((item) => all || item.inForce)
}

/** R 29. */
export function rolesOf(world: World, subject: string, resource: ResourceReference = tenantResource): string[] {
  requireKnown(world, subject)
  requireType(world, resource)
  if (!isActive(world, subject)) return []
  const way = wayUp(world, resource)
  const applying = (effect: Grant['effect']) =>
    world.facts.grant
      .filter((grant) => {
        if (grant.effect !== effect || !way.includes(grant.resource) || !current(grant, world.at)) return false
        if (!covers(world, readSubject(grant.subject, 'subject'), subject)) return false
        const outcome = verdict(world, subject, '', resource, [grant.condition])
        return effect === 'allow' ? outcome === 'true' && reaches(world, way, grant.resource) : outcome !== 'false'
      })
      .flatMap((grant) => grant.role ?? [])
  const standings = way
    .filter((each) => typeOf(each) === 'group' && reaches(world, way, each))
    .flatMap((each) => standing(world, subject, idOf(each)))
  const denied = applying('deny')
  return sorted(
    [...applying('allow'), ...standings].flatMap((codename) => withIncluded(world, codename).map((role) => role.codename)),
  ).filter((codename) => !denied.includes(codename))
}

/** The reverse of `rolesOf`. */
export function holdersOf(world: World, role: string, resource: ResourceReference = tenantResource): string[] {
  if (!world.facts.role.some((each) => each.codename === role)) throw refuse('unknown_reference', { reference: `role:${role}` })
  requireType(world, resource)
  return sorted([...principals(world), ...resourcesOf(world, 'group')]).filter((subject) =>
    rolesOf(world, subject, resource).includes(role),
  )
}
