/** The world of one tenant at one revision, in memory, with the indexes that the rules read. */

import { administratorRole, builtInGroupTypes, builtInResourceTypes, builtInRoles } from './built-in.ts'
import type { Permission, ResourceType, Role } from './catalogue.ts'
import type { CompiledCondition, ConditionCompiler } from './condition.ts'
import type { Grant } from './grant.ts'
import type { Group, GroupType } from './group.ts'
import type { Hold } from './membership.ts'
import { foldedKey } from './name.ts'
import type { ActivePlugins } from './predicate.ts'
import { noPlugins } from './predicate.ts'
import type { Origin, Revision } from './record.ts'
import type { MemberReference, ResourceReference, Subject } from './reference.ts'
import { readSubject } from './reference.ts'
import type { Settings } from './settings.ts'
import { defaultSettings } from './settings.ts'
import type { TableName, Tables } from './tables.ts'
import { keyOf, tableNames } from './tables.ts'

/** Rows by a key that many may share. An absent key reads as an empty set. */
class Index<Row> {
  readonly #rows = new Map<string, Set<Row>>()

  get(key: string): ReadonlySet<Row> {
    return this.#rows.get(key) ?? (none as ReadonlySet<never>)
  }

  add(key: string, row: Row): void {
    const rows = this.#rows.get(key)
    if (rows === undefined) this.#rows.set(key, new Set([row]))
    else rows.add(row)
  }

  remove(key: string, row: Row): void {
    const rows = this.#rows.get(key)
    rows?.delete(row)
    if (rows?.size === 0) this.#rows.delete(key)
  }
}
const none: ReadonlySet<never> = new Set()

/** The grants on one resource, so that a rule looks only at those that may cover the asker. */
export interface GrantsOnResource {
  /** By what the asker must be: a principal, `group:<id>` (also for `#role`), `authenticated`, `everyone`. */
  readonly bySubject: ReadonlyMap<string, ReadonlySet<Grant>>
  /** Those whose subject is a relation. */
  readonly byRelation: ReadonlySet<Grant>
}

const membershipTables: ReadonlySet<TableName> = new Set(['user', 'service', 'group', 'hold', 'source'])

type MutableGrants = { bySubject: Map<string, Set<Grant>>; byRelation: Set<Grant> }

/** Everything a role gives, its included roles resolved. */
export interface RoleContent {
  /** The role is `administrator` or includes it: every declared permission of kind `allow`. */
  readonly everyAllow: boolean
  readonly permissions: ReadonlySet<string>
  /** The role itself and all that it includes, the nearest first, each with the role that includes it on a shortest way; the role itself with undefined. */
  readonly roles: ReadonlyMap<string, string | undefined>
}

/**
 * INVARIANT: rows change only through `put` and `remove`, which keep every index; only `apply`, `redo`, `revert` and the loading of a
 * tenant call them. Rows themselves are never changed, only replaced.
 */
export class Snapshot {
  readonly tenant: string
  /** Set by whoever publishes a committed write. */
  revision: Revision = 0
  /** Counts the rows put and removed that decide who is in what; what was worked out at one count holds while it stands. */
  membershipVersion = 0
  /** The plugins that are active in this process; permissions of others are not available. */
  plugins: ActivePlugins = noPlugins

  readonly #compile: ConditionCompiler
  readonly #conditions = new Map<string, CompiledCondition | { readonly fault: string }>()
  // Each table holds rows of its own kind; `put` is the only place that adds them.
  readonly #tables = Object.fromEntries(tableNames.map((name) => [name, new Map()])) as unknown as {
    readonly [Name in TableName]: Map<string, Tables[Name]>
  }
  readonly #subjects = new WeakMap<Grant, Subject>()
  readonly #roleContents = new Map<string, RoleContent>()

  readonly #holdsOfGroup = new Index<Hold>()
  readonly #holdsOfMember = new Index<Hold>()
  readonly #holdsOfPair = new Index<Hold>()
  readonly #childGroups = new Index<Group>()
  readonly #groupsByCodename = new Index<Group>()
  readonly #groupsOfType = new Index<Group>()
  readonly #usersByName = new Index<Tables['user']>()
  readonly #usersByEmail = new Index<Tables['user']>()
  readonly #childResources = new Index<Tables['resource']>()
  readonly #resourcesOfType = new Index<Tables['resource']>()
  readonly #ownedBy = new Index<Tables['resource']>()
  readonly #grantsOn = new Map<ResourceReference, MutableGrants>()
  readonly #grantsNaming = new Index<Grant>()
  readonly #assignmentsOn = new Index<Tables['assignment']>()
  readonly #assignmentsNaming = new Index<Tables['assignment']>()
  readonly #keysByPrefix = new Index<Tables['api-key']>()
  readonly #keysOfOwner = new Index<Tables['api-key']>()

  /**
   * @param tenant id of the tenant
   * @param compileCondition parses conditions; each text is compiled once
   */
  constructor(tenant: string, compileCondition: ConditionCompiler) {
    this.tenant = tenant
    this.#compile = compileCondition
  }

  get<Name extends TableName>(table: Name, key: string): Tables[Name] | undefined {
    return this.#tables[table].get(key)
  }

  has(table: TableName, key: string): boolean {
    return this.#tables[table].has(key)
  }

  /** Rows of a table in the order they were put; built-ins are not among them. */
  all<Name extends TableName>(table: Name): IterableIterator<Tables[Name]> {
    return this.#tables[table].values()
  }

  size(table: TableName): number {
    return this.#tables[table].size
  }

  /** Puts a row in place of the one with the same key. */
  put<Name extends TableName>(table: Name, row: Tables[Name]): void {
    const key = keyOf(table, row)
    const before = this.#tables[table].get(key)
    if (before !== undefined) this.#index(table, before, false)
    this.#tables[table].set(key, row)
    this.#index(table, row, true)
  }

  remove<Name extends TableName>(table: Name, key: string): void {
    const before = this.#tables[table].get(key)
    if (before === undefined) return
    this.#tables[table].delete(key)
    this.#index(table, before, false)
  }

  // Reading, with the built-ins

  get settings(): Settings {
    return this.get('settings', 'settings') ?? defaultSettings
  }

  resourceType(name: string): ResourceType | undefined {
    return builtInResourceTypes.get(name) ?? this.get('resource-type', name)
  }

  *resourceTypes(): IterableIterator<ResourceType> {
    yield* builtInResourceTypes.values()
    yield* this.all('resource-type')
  }

  role(codename: string): Role | undefined {
    return builtInRoles.get(codename) ?? this.get('role', codename)
  }

  *roles(): IterableIterator<Role> {
    yield* builtInRoles.values()
    yield* this.all('role')
  }

  groupType(codename: string): GroupType | undefined {
    return builtInGroupTypes.get(codename) ?? this.get('group-type', codename)
  }

  permission(name: string): Permission | undefined {
    return this.get('permission', name)
  }

  /** Whether an origin's holds and users count: a source that is disabled silences its own. */
  isOriginEnabled(origin: Origin): boolean {
    return !origin.startsWith('source:') || this.get('source', origin.slice('source:'.length))?.enabled !== false
  }

  /** The compiled condition, or its fault. */
  condition(source: string): CompiledCondition | { readonly fault: string } {
    let compiled = this.#conditions.get(source)
    if (compiled === undefined) {
      compiled = this.#compile(source)
      this.#conditions.set(source, compiled)
    }
    return compiled
  }

  /** The subject of a grant, taken apart; read once per grant. */
  subjectOf(grant: Grant): Subject {
    let subject = this.#subjects.get(grant)
    if (subject === undefined) {
      subject = readSubject(grant.subject, 'subject')
      this.#subjects.set(grant, subject)
    }
    return subject
  }

  /** What a role gives; a role that is not there gives nothing. */
  roleContent(codename: string): RoleContent {
    let content = this.#roleContents.get(codename)
    if (content === undefined) {
      content = this.#resolveRole(codename)
      this.#roleContents.set(codename, content)
    }
    return content
  }

  // Indexes

  holdsOfGroup(group: string): ReadonlySet<Hold> {
    return this.#holdsOfGroup.get(group)
  }

  holdsOfMember(member: MemberReference): ReadonlySet<Hold> {
    return this.#holdsOfMember.get(member)
  }

  /** All holds of one membership, one per origin. */
  holdsOf(group: string, member: MemberReference): ReadonlySet<Hold> {
    return this.#holdsOfPair.get(`${group}|${member}`)
  }

  /** The groups right below one in the hierarchy; without a group, the roots. */
  childGroups(parent: string | undefined): ReadonlySet<Group> {
    return this.#childGroups.get(parent ?? '')
  }

  groupsOfType(type: string): ReadonlySet<Group> {
    return this.#groupsOfType.get(type)
  }

  /** The groups of this codename under one parent (none: roots); compared by folded key. At most one, but in the midst of a change set. */
  groupsByCodename(parent: string | undefined, codename: string): ReadonlySet<Group> {
    return this.#groupsByCodename.get(`${parent ?? ''}|${foldedKey(codename)}`)
  }

  usersByName(userName: string): ReadonlySet<Tables['user']> {
    return this.#usersByName.get(foldedKey(userName))
  }

  /** Users by their primary address. */
  usersByEmail(email: string): ReadonlySet<Tables['user']> {
    return this.#usersByEmail.get(foldedKey(email))
  }

  /** Registered resources that name this one as parent. */
  childResources(resource: ResourceReference): ReadonlySet<Tables['resource']> {
    return this.#childResources.get(resource)
  }

  resourcesOfType(type: string): ReadonlySet<Tables['resource']> {
    return this.#resourcesOfType.get(type)
  }

  ownedBy(owner: MemberReference): ReadonlySet<Tables['resource']> {
    return this.#ownedBy.get(owner)
  }

  grantsOn(resource: ResourceReference): GrantsOnResource | undefined {
    return this.#grantsOn.get(resource)
  }

  /** Grants whose subject names this principal or group, in any way. */
  grantsNaming(reference: MemberReference): ReadonlySet<Grant> {
    return this.#grantsNaming.get(reference)
  }

  assignmentsOn(resource: ResourceReference): ReadonlySet<Tables['assignment']> {
    return this.#assignmentsOn.get(resource)
  }

  /** Assignments whose group or owner is this one. */
  assignmentsNaming(reference: MemberReference): ReadonlySet<Tables['assignment']> {
    return this.#assignmentsNaming.get(reference)
  }

  keysByPrefix(prefix: string): ReadonlySet<Tables['api-key']> {
    return this.#keysByPrefix.get(prefix)
  }

  keysOfOwner(owner: string): ReadonlySet<Tables['api-key']> {
    return this.#keysOfOwner.get(owner)
  }

  #index(table: TableName, row: Tables[TableName], added: boolean): void {
    const keep = <Row>(index: Index<Row>, key: string | undefined, each: Row): void => {
      if (key === undefined) return
      if (added) index.add(key, each)
      else index.remove(key, each)
    }
    if (membershipTables.has(table)) this.membershipVersion += 1
    switch (table) {
      case 'hold': {
        const hold = row as Hold
        keep(this.#holdsOfGroup, hold.group, hold)
        keep(this.#holdsOfMember, hold.member, hold)
        keep(this.#holdsOfPair, `${hold.group}|${hold.member}`, hold)
        return
      }
      case 'group': {
        const group = row as Group
        keep(this.#childGroups, group.parent ?? '', group)
        keep(this.#groupsByCodename, `${group.parent ?? ''}|${foldedKey(group.codename)}`, group)
        keep(this.#groupsOfType, group.type, group)
        return
      }
      case 'user': {
        const user = row as Tables['user']
        keep(this.#usersByName, foldedKey(user.userName), user)
        keep(this.#usersByEmail, user.emails[0] === undefined ? undefined : foldedKey(user.emails[0]), user)
        return
      }
      case 'resource': {
        const resource = row as Tables['resource']
        keep(this.#childResources, resource.parent, resource)
        keep(this.#resourcesOfType, resource.type, resource)
        keep(this.#ownedBy, resource.owner, resource)
        return
      }
      case 'grant':
        return this.#indexGrant(row as Grant, added)
      case 'assignment': {
        const assignment = row as Tables['assignment']
        keep(this.#assignmentsOn, assignment.resource, assignment)
        keep(this.#assignmentsNaming, `group:${assignment.group}`, assignment)
        keep(this.#assignmentsNaming, assignment.member, assignment)
        return
      }
      case 'api-key': {
        const key = row as Tables['api-key']
        keep(this.#keysByPrefix, key.prefix, key)
        keep(this.#keysOfOwner, key.owner, key)
        return
      }
      case 'role':
      case 'permission':
      case 'resource-type':
        this.#roleContents.clear()
        return
      default:
    }
  }

  #indexGrant(grant: Grant, added: boolean): void {
    const subject = this.subjectOf(grant)
    const named = subject.kind === 'principal' ? subject.reference : 'group' in subject ? `group:${subject.group}` : undefined
    if (named !== undefined) {
      if (added) this.#grantsNaming.add(named, grant)
      else this.#grantsNaming.remove(named, grant)
    }
    let grants = this.#grantsOn.get(grant.resource)
    if (grants === undefined) {
      grants = { bySubject: new Map(), byRelation: new Set() }
      this.#grantsOn.set(grant.resource, grants)
    }
    if (subject.kind === 'relation') {
      if (added) grants.byRelation.add(grant)
      else grants.byRelation.delete(grant)
    } else {
      const key = named ?? subject.kind
      const same = grants.bySubject.get(key)
      if (added && same === undefined) grants.bySubject.set(key, new Set([grant]))
      else if (added) same?.add(grant)
      else if (same?.delete(grant) && same.size === 0) grants.bySubject.delete(key)
    }
    if (grants.bySubject.size === 0 && grants.byRelation.size === 0) this.#grantsOn.delete(grant.resource)
  }

  #resolveRole(codename: string): RoleContent {
    const roles = new Map<string, string | undefined>()
    const permissions = new Set<string>()
    if (this.role(codename) !== undefined) roles.set(codename, undefined)
    for (const each of roles.keys()) {
      const role = this.role(each)
      for (const permission of role?.permissions ?? []) permissions.add(permission)
      for (const included of role?.includes ?? []) if (!roles.has(included) && this.role(included) !== undefined) roles.set(included, each)
    }
    return { everyAllow: roles.has(administratorRole), permissions, roles }
  }
}
