/**
 * The slow, obvious evaluator, written from docs/semantics.md and its readings and from nothing else: plain arrays, gone through anew whenever one
 * of them is another. The fast engine must agree with it. `S n` names a section of the semantics, `R n` a reading.
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
  Permission,
  PolicyEntry,
  Properties,
  Reason,
  Relation,
  Resource,
  ResourceReference,
  ResourceType,
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

// ---- remembering ----------------------------------------------------------------------------------------------------------------------

/** So much of a world as has these tables. */
export interface Held<Name extends TableName> {
  readonly facts: Pick<Facts, Name>
}
/** The same at a moment. */
interface Seen<Name extends TableName> extends Held<Name> {
  readonly at: Instant
}

/** What is to be found of rows, worked out once: rows are never changed, so the same array says the same. */
export function onceOf<Row extends object, T extends object>(work: (rows: readonly Row[]) => T): (rows: readonly Row[]) => T {
  const known = new WeakMap<readonly Row[], T>()
  return (rows) => {
    const before = known.get(rows)
    if (before !== undefined) return before
    const found = work(rows)
    known.set(rows, found)
    return found
  }
}

/** Finds a row by what it is called; of two of a name the first counts. */
const finder = <Row extends object>(nameOf: (row: Row) => string) => {
  const named = onceOf(
    (rows: readonly Row[]): ReadonlyMap<string, Row> => new Map(rows.map((row) => [nameOf(row), row] as const).reverse()),
  )
  return (rows: readonly Row[], name: string): Row | undefined => named(rows).get(name)
}

/** Gives the same thing as long as all that may be looked at is the same. */
type Sight<Part> = (world: Part) => object

/** As many as there are worlds in hand: those before and after a write, and those that the laws make of them. */
const rememberedStates = 6

/** @param momentOf what of the moment makes a difference, at one state of the facts */
function sightOf<Name extends TableName, Part extends Held<Name>>(names: readonly Name[], momentOf: (world: Part) => string): Sight<Part> {
  const states: { readonly facts: Pick<Facts, Name>; readonly moments: Map<string, object> }[] = []
  const stateIn = ({ facts }: Part) => {
    const isOf = (state: (typeof states)[number]) => names.every((name) => state.facts[name] === facts[name])
    const [first] = states
    if (first !== undefined && isOf(first)) return first
    const place = states.findIndex(isOf)
    const [state = { facts, moments: new Map<string, object>() }] = place === -1 ? [] : states.splice(place, 1)
    states.unshift(state)
    states.length = Math.min(states.length, rememberedStates)
    return state
  }
  // Most questions in a row are of the same world.
  let last: Part | undefined
  let sight: object = {}
  return (world) => {
    if (world === last) return sight
    const { moments } = stateIn(world)
    const moment = momentOf(world)
    const known = moments.get(moment)
    sight = known ?? {}
    if (known === undefined) moments.set(moment, sight)
    last = world
    return sight
  }
}

/** These tables at every moment. */
export const tables = <Name extends TableName>(...names: readonly Name[]): Sight<Held<Name>> => sightOf(names, () => 'always')

/** These tables at one moment. */
export const tablesAt = <Name extends TableName>(...names: readonly Name[]): Sight<Seen<Name>> => sightOf(names, ({ at }) => at)

/** These tables where windows alone are looked at: from one moment at which a window opens or closes to the next nothing is different. */
function tablesBetween<Name extends TableName>(...names: readonly Name[]): Sight<Seen<Name>> {
  const timed = names.filter((name) => name === 'group' || name === 'hold' || name === 'grant')
  return sightOf(names, ({ facts, at }) => {
    let since = ''
    for (const name of timed) for (const turn of turnsOf(facts[name])) if (turn <= at && turn > since) since = turn
    return since
  })
}

/** The moments at which something of these rows begins or ends. */
const turnsOf = onceOf((rows: readonly object[]): readonly string[] =>
  rows
    .flatMap((row) => ['from' in row && row.from, 'until' in row && row.until, 'expiresAt' in row && row.expiresAt])
    .filter((turn) => typeof turn === 'string'),
)

/** The function, which remembers what it has found about whom in a sight. It sees no more of the world than that. */
export function once<Part, T extends NonNullable<unknown>>(
  sightIn: Sight<Part>,
  work: (world: Part, about: string) => T,
): (world: Part, about?: string) => T {
  const known = new WeakMap<object, Map<string, T>>()
  let last: object | undefined
  let results = new Map<string, T>()
  return (world, about = '') => {
    const sight = sightIn(world)
    if (sight !== last) {
      const before = known.get(sight)
      results = before ?? new Map<string, T>()
      if (before === undefined) known.set(sight, results)
      last = sight
    }
    const found = results.get(about)
    if (found !== undefined) return found
    // The work may ask the same of another world.
    const mine = results
    const result = work(world, about)
    mine.set(about, result)
    return result
  }
}

/** Without twins, in the order of code units. */
export const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort()
/** Whether the window is open at the moment. */
export const current = (window: Window, at: Instant): boolean =>
  (window.from === undefined || window.from <= at) && (window.until === undefined || at < window.until)

// ---- S 1, R 7 to 9: who and what counts as active -------------------------------------------------------------------------------------

const fromDisabledSource = (world: Held<'source'>, origin: string): boolean =>
  world.facts.source.some((source) => origin === `source:${source.name}` && !source.enabled)

const groupActive = (world: Seen<'group'>, group: Group): boolean =>
  group.active && (group.expiresAt === undefined || world.at < group.expiresAt)

const groupNamed = finder(({ id }: Group) => id)
/** The group of this id. */
export const groupById = (world: Held<'group'>, id: string): Group | undefined => groupNamed(world.facts.group, id)

/** Whether there is such a user, service account or group; `user:anonymous` always is. */
export function isKnown(world: Held<'user' | 'service' | 'group'>, member: string): boolean {
  const id = idOf(member)
  if (member.startsWith('group:')) return groupById(world, id) !== undefined
  if (member.startsWith('service:')) return world.facts.service.some((service) => service.id === id)
  return member === anonymous || (member.startsWith('user:') && world.facts.user.some((user) => user.id === id))
}

/** What decides who counts as active, who is in what and with which standing. */
type Memberships = Seen<'user' | 'service' | 'group' | 'hold' | 'source'>
const memberships: Sight<Memberships> = tablesBetween('user', 'service', 'group', 'hold', 'source')

/** R 3, 8 to 10: whether somebody counts as active at the moment. */
export const isActive = once(memberships, (world, member): boolean => {
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

const inForce = (world: Memberships, hold: Hold): boolean =>
  current(hold, world.at) &&
  !fromDisabledSource(world, hold.origin) &&
  isActive(world, `group:${hold.group}`) &&
  isActive(world, hold.member)

const holdsInForce = once(memberships, (world) => world.facts.hold.filter((hold) => inForce(world, hold)))

/** Ids of the groups that the asker is in. */
export const groupsAround = once(memberships, (world, asker): readonly string[] => {
  const holds = holdsInForce(world)
  const found: string[] = []
  for (;;) {
    const next = holds.find(
      (hold) => !found.includes(hold.group) && (hold.member === asker || found.some((group) => hold.member === `group:${group}`)),
    )
    if (next === undefined) return found
    found.push(next.group)
  }
})

/** R 10: a group as asker is covered as itself and as a member of what it is in. */
const covered = once(memberships, (world, asker): readonly string[] => {
  const around = groupsAround(world, asker)
  return asker.startsWith('group:') ? [idOf(asker), ...around] : around
})

/** R 11 and 12: the roles that the asker holds inside the group; a group has none. */
export const standing = (world: Memberships, asker: string, group: string): readonly string[] => standings(world, asker).get(group) ?? []
const standings = once(memberships, (world, asker): ReadonlyMap<string, readonly string[]> => {
  if (asker.startsWith('group:')) return new Map()
  const around = groupsAround(world, asker)
  const mine = holdsInForce(world).filter(({ member }) => member === asker || around.some((each) => member === `group:${each}`))
  return new Map(around.map((group) => [group, sorted(mine.filter((hold) => hold.group === group).flatMap((hold) => hold.roles))]))
})

const isDirectMember = (world: Memberships, member: string, group: string): boolean =>
  holdsInForce(world).some((hold) => hold.group === group && hold.member === member)

const groupTable = tables('group')
/** The groups above one, nearest first. */
const groupsAbove = once(groupTable, (world, id): readonly string[] => {
  const above: string[] = []
  for (let at = groupById(world, id)?.parent; at !== undefined && !above.includes(at); at = groupById(world, at)?.parent) above.push(at)
  return above
})

/** S 4, R 27: the groups in a relation to one, with how many levels away they are. */
export function related(world: Held<'group' | 'settings'>, id: string, relation: Relation): Levels {
  const relatives = { ancestors: ancestorsOf, descendants: descendantsOf, siblings: siblingsOf }[relation]
  return relatives(world, id)
}
type Levels = readonly (readonly [group: string, levels: number])[]
const ancestorsOf = once(groupTable, (world, id): Levels => groupsAbove(world, id).map((group, index) => [group, index + 1]))
const descendantsOf = once(
  groupTable,
  (world, id): Levels =>
    world.facts.group.flatMap((group) => {
      const levels = groupsAbove(world, group.id).indexOf(id) + 1
      return levels === 0 ? [] : [[group.id, levels] as const]
    }),
)
const siblingsOf = once(tables('group', 'settings'), (world, id): Levels => {
  const self = groupById(world, id)
  if (self === undefined || (self.parent === undefined && world.facts.settings[0]?.rootSiblings !== true)) return []
  return world.facts.group.filter((group) => group.id !== id && group.parent === self.parent).map((group) => [group.id, 1])
})

// ---- S 3, R 14 to 18: permissions and roles -------------------------------------------------------------------------------------------

const typeNamed = finder(({ name }: ResourceType) => name)
/** The actions of a type; undefined: it is not declared. */
export const actionsOf = (world: Held<'resource-type'>, type: string): readonly string[] | undefined =>
  typeNamed(world.facts['resource-type'], type)?.actions

const permissionNamed = finder(({ name }: Permission) => name)
const permissionOf = (world: Held<'permission'>, name: string): Permission | undefined => permissionNamed(world.facts.permission, name)

/** Canonical names of all permissions: each type's actions and the application permissions. */
export const declaredNames = once(tables('resource-type', 'permission'), (world): readonly string[] =>
  sorted([...typesOfPermissions(world.facts['resource-type']).keys(), ...world.facts.permission.map((permission) => permission.name)]),
)

/** The type whose action the permission is; undefined: it belongs to the application. */
export const typeOfPermission = (world: Held<'resource-type'>, name: string): string | undefined =>
  typesOfPermissions(world.facts['resource-type']).get(name)
const typesOfPermissions = onceOf(
  (types: readonly ResourceType[]): ReadonlyMap<string, string> =>
    new Map(types.flatMap((type) => type.actions.map((action) => [`${type.name}.${action}`, type.name] as const)).reverse()),
)

/** The permissions that a name may mean with the action before the type. */
const readingsOf = once(tables('resource-type'), ({ facts }, name): readonly string[] =>
  facts['resource-type'].flatMap((each) =>
    each.actions.filter((action) => `${action}_${each.name}` === name).map((action) => `${each.name}.${action}`),
  ),
)

/** R 14: what the asked name means on a resource of the type. Throws `permission_unknown`, `invalid_parameter`. */
function resolve(world: World, name: string, resource: ResourceReference): string {
  const type = typeOf(resource)
  if (actionsOf(world, type)?.includes(name)) return `${type}.${name}`
  if (typeOfPermission(world, name) !== undefined || permissionOf(world, name) !== undefined) return name
  const readings = readingsOf(world, name)
  if (readings.length > 1) throw refuse('invalid_parameter', { field: 'action', reason: `${name} has two readings` })
  const [only] = readings
  if (only === undefined) throw refuse('permission_unknown', { permission: name, resource })
  return only
}

/** R 15, 38: the plugin that a permission came from, or that checks it, unless it is active and offers the permission. */
function missingPlugin(world: World, name: string): string | undefined {
  const record = permissionOf(world, name)
  const plugin = record?.check?.plugin ?? (record?.origin.startsWith('plugin:') ? record.origin.slice('plugin:'.length) : undefined)
  return plugin === undefined || world.plugins?.[plugin]?.[name] !== undefined ? undefined : plugin
}

/** R 39 to 41: how the check function of a permission turns out; one that names an argument nobody gave may be `missing` it. */
function checked(world: World, asker: string, name: string): ConditionOutcome['outcome'] | { readonly missing: string } {
  if (missingPlugin(world, name) !== undefined) return 'failed'
  const check = permissionOf(world, name)?.check
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

const roleNamed = finder(({ codename }: Role) => codename)
const roleTable = tables('role')
/** The role and those it includes. */
export const withIncluded = once(roleTable, (world, codename): readonly Role[] => {
  const found: Role[] = []
  const visit = (name: string): void => {
    const role = roleNamed(world.facts.role, name)
    if (role === undefined || found.includes(role)) return
    found.push(role)
    for (const included of role.includes) visit(included)
  }
  visit(codename)
  return found
})

/** R 17: `administrator` contains every declared permission that allows. */
function roleContains(world: Held<'role' | 'permission'>, codename: string, permission: string): boolean {
  if (namesIn(world, codename).has(permission)) return true
  const restricts = permissionOf(world, permission)?.permissionKind === 'restriction'
  return !restricts && withIncluded(world, codename).some((role) => role.codename === 'administrator')
}
const namesIn = once(
  roleTable,
  (world, codename): ReadonlySet<string> => new Set(withIncluded(world, codename).flatMap((role) => role.permissions)),
)

/** R 18: what a grant's list of actions means hangs on the grant's own resource. */
function grantContains(world: Held<'role' | 'permission'>, grant: Grant, permission: string): boolean {
  if (grant.role !== undefined) return roleContains(world, grant.role, permission)
  if (grant.permission !== undefined) return grant.permission === permission
  return (grant.actions ?? []).some((action) => `${typeOf(grant.resource)}.${action}` === permission)
}

// ---- S 4: whom a subject covers -------------------------------------------------------------------------------------------------------

/** Whether the subject of a grant covers the asker. */
export function covers(world: Memberships & Held<'settings'>, subject: Subject, asker: string): boolean {
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

/** What decides who is given what, and where it reaches. */
const gifts = tablesBetween('user', 'service', 'group', 'hold', 'source', 'settings', 'grant', 'assignment')

/** The current grants, on whatever resource, that cover the asker. */
const coveringGrants = once(gifts, (world, asker): readonly Grant[] =>
  world.facts.grant.filter((grant) => current(grant, world.at) && covers(world, subjectOf(grant.subject), asker)),
)

const subjects = new Map<string, Subject>()
/** What the text of a subject says. */
export function subjectOf(text: string): Subject {
  const known = subjects.get(text)
  if (known !== undefined) return known
  const subject = readSubject(text, 'subject')
  subjects.set(text, subject)
  return subject
}

// ---- S 5, R 4, 21: the resource tree --------------------------------------------------------------------------------------------------

const resourceNamed = finder(({ type, id }: Resource) => `${type}:${id}`)
/** The record of a registered resource. */
export const registered = (world: Held<'resource'>, resource: ResourceReference): Resource | undefined =>
  resourceNamed(world.facts.resource, resource)

/** The resource, what it lies in, and so on up to the tenant. */
export const wayUp = once(tables('resource', 'group', 'settings'), (world, resource): readonly ResourceReference[] => {
  if (resource === tenantResource) return [tenantResource]
  if (typeOf(resource) === 'group') {
    const parent = world.facts.settings[0]?.managersInherit === true ? groupById(world, idOf(resource))?.parent : undefined
    return [resource, ...wayUp(world, parent === undefined ? tenantResource : `group:${parent}`)]
  }
  return [resource, ...wayUp(world, registered(world, resource)?.parent ?? tenantResource)]
})

/** R 21: whether a right given on one resource on the way up reaches the first. */
function reaches(world: Held<'resource'>, way: readonly ResourceReference[], on: ResourceReference): boolean {
  const place = way.indexOf(on)
  if (place === -1) return false
  return on === tenantResource || way.every((each, index) => index >= place || registered(world, each)?.inherits !== false)
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
function assignedNames(
  world: Memberships & Held<'settings'>,
  { policy, group, member, keepOwner }: Assignment,
  asker: string,
): readonly string[] {
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

/** What the assignments give the asker now, and where. */
const assigned = once(gifts, (world, asker) =>
  world.facts.assignment.map((each) => ({
    resource: each.resource,
    permissions: assignedNames(world, each, asker).map((name) => meaning(each, name)),
  })),
)

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
  const own = permissionOf(world, permission)?.condition
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
  const grants = coveringGrants(world, asker).filter((grant) => way.includes(grant.resource) && grantContains(world, grant, permission))
  if (grants.some((grant) => grant.effect === 'deny' && judged(grant.condition) !== 'false'))
    return { allowed: false, reason: 'denied' } as const

  const granted = () =>
    grants.some((grant) => grant.effect === 'allow' && reaches(world, way, grant.resource) && judged(grant.condition) === 'true')
  const assignmentGives = () =>
    assigned(world, asker).some((each) => each.permissions.includes(permission) && reaches(world, way, each.resource))
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
      const type = typeNamed(world.facts['resource-type'], typeOf(each))
      return (type?.ownerActions ?? type?.actions ?? []).some((action) => `${typeOf(resource)}.${action}` === permission)
    })
  const self = () =>
    asker !== anonymous && asker.startsWith('user:') && resource === asker && ['user.view', 'user.edit-profile'].includes(permission)
  // R 39: the check function is asked last, of whom something reaches.
  if (granted() || ((assignmentGives() || standingGives() || owned() || self()) && judged() === 'true')) {
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

const resourcesOf = once(tables('user', 'service', 'group', 'resource'), (world, type): readonly ResourceReference[] => {
  if (type === tenantResource) return [tenantResource]
  if (type === 'user' || type === 'service' || type === 'group') return sorted(world.facts[type].map(({ id }) => `${type}:${id}`))
  return sorted(world.facts.resource.filter((each) => each.type === type).map((each) => `${type}:${each.id}`))
})

/** Every user, service account and `user:anonymous`. */
export const principals = once(tables('user', 'service'), ({ facts }): readonly string[] =>
  sorted([anonymous, ...facts.user.map(({ id }) => `user:${id}`), ...facts.service.map(({ id }) => `service:${id}`)]),
)

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
    coveringGrants(world, subject)
      .filter((grant) => {
        if (grant.effect !== effect || !way.includes(grant.resource)) return false
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
  if (roleNamed(world.facts.role, role) === undefined) throw refuse('unknown_reference', { reference: `role:${role}` })
  requireType(world, resource)
  return sorted([...principals(world), ...resourcesOf(world, 'group')]).filter((subject) =>
    rolesOf(world, subject, resource).includes(role),
  )
}
