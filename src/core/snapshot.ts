/** The world of one tenant at one revision, in memory, with the indexes that the rules read. */

import { administratorRole, builtInGroupTypes, builtInResourceTypes, builtInRoles } from './built-in.ts'
import type { Permission, ResourceType, Role } from './catalogue.ts'
import type { CompiledCondition, ConditionCompiler } from './condition.ts'
import type { Grant } from './grant.ts'
import type { Group, GroupType } from './group.ts'
import { domainType } from './group.ts'
import type { Hold } from './membership.ts'
import { foldedKey } from './name.ts'
import type { Policy } from './policy.ts'
import type { ActivePlugins } from './predicate.ts'
import { noPlugins } from './predicate.ts'
import type { Origin, Revision } from './record.ts'
import type { MemberReference, ResourceReference, Subject } from './reference.ts'
import { tenantResource } from './reference.ts'
import { referenceOf } from './resource.ts'
import type { AssignmentEntry } from './rows/assignment-index.ts'
import { AssignmentIndex } from './rows/assignment-index.ts'
import type { Columns } from './rows/columns.ts'
import { GrantTable, subjectCodes } from './rows/grant-table.ts'
import type { GrantsOnResource } from './rows/grants-by-subject.ts'
import { GrantsBySubject } from './rows/grants-by-subject.ts'
import { HoldTable } from './rows/hold-table.ts'
import type { Table } from './rows/plain-table.ts'
import { Index, PlainTable } from './rows/plain-table.ts'
import { References, referenceFlags } from './rows/references.ts'
import { ResourceTable } from './rows/resource-table.ts'
import type { Rows } from './rows/row.ts'
import { Bookkeeping } from './rows/row.ts'
import type { RowTexts } from './rows/row-texts.ts'
import { Shared } from './rows/shared.ts'
import { UserTable } from './rows/user-table.ts'
import type { Settings } from './settings.ts'
import { defaultSettings } from './settings.ts'
import type { TableName, Tables } from './tables.ts'
import { keyOf, tableNames } from './tables.ts'
import type { Versions } from './versions.ts'
import { noVersions } from './versions.ts'

const membershipTables: ReadonlySet<TableName> = new Set(['user', 'service', 'group', 'hold', 'source'])

type CompactName = 'user' | 'hold' | 'resource' | 'grant'
type PlainName = Exclude<TableName, CompactName>
const compactNames: ReadonlySet<TableName> = new Set<CompactName>(['user', 'hold', 'resource', 'grant'])
const plainNames = tableNames.filter((name): name is PlainName => !compactNames.has(name))
/** What becomes of a row in the indexes: it is put, removed, or taken back with what it keeps of the references. */
type Entering = 'added' | 'removed' | 'taken'

/** Everything a role gives, its included roles resolved. */
export interface RoleContent {
  /** The role is `administrator` or includes it: every declared permission of kind `allow`. */
  readonly everyAllow: boolean
  readonly permissions: ReadonlySet<string>
  /** The role itself and all that it includes, the nearest first, each with the role that includes it on a shortest way; the role itself with undefined. */
  readonly roles: ReadonlyMap<string, string | undefined>
}

/** With more of them it is as if everybody had changed. */
const membersTold = 4096

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
  /** What changed since, for those who keep something worked out: see `Versions`. */
  readonly versions: Versions = noVersions()
  /** What `quickIndexOf` keeps here, and nobody else reads: looking it up elsewhere would take as long as a part of an answer. */
  quickIndex: object | undefined
  /** The plugins that are active in this process; permissions of others are not available. */
  plugins: ActivePlugins = noPlugins

  readonly #compile: ConditionCompiler
  readonly #conditions = new Map<string, CompiledCondition | { readonly fault: string }>()

  /** What rows are and name, as numbers. */
  readonly references = new References()
  readonly #bookkeeping = new Bookkeeping()
  /** Names of roles and permissions, as numbers. */
  readonly names = new Shared<string>()
  readonly holds = new HoldTable(this.references, this.#bookkeeping)
  readonly grants = new GrantTable(this.references, this.#bookkeeping, this.names)
  readonly users = new UserTable(this.references, this.#bookkeeping)
  readonly resources = new ResourceTable(this.references, this.#bookkeeping)
  readonly #plain: { readonly [Name in PlainName]: PlainTable<Tables[Name]> } = {
    settings: new PlainTable(),
    tenant: new PlainTable(),
    source: new PlainTable(),
    'resource-type': new PlainTable(),
    permission: new PlainTable(),
    role: new PlainTable(),
    'group-type': new PlainTable(),
    'group-entity': new PlainTable(),
    service: new PlainTable(),
    group: new PlainTable(),
    assignment: new PlainTable(),
    'api-key': new PlainTable(),
    retired: new PlainTable(),
  }
  readonly #tables: { readonly [Name in TableName]: Table<Tables[Name]> } = {
    ...this.#plain,
    user: this.users,
    hold: this.holds,
    resource: this.resources,
    grant: this.grants,
  }
  readonly #roleContents = new Map<string, RoleContent>()

  readonly #childGroups = new Index<Group>()
  readonly #groupsByCodename = new Index<Group>()
  readonly #groupsOfType = new Index<Group>()
  readonly #bySubject: GrantsBySubject
  /** By the number of their resource. */
  readonly assignmentEntries: ReadonlyMap<number, readonly AssignmentEntry[]>
  /** By number. */
  readonly policies: Shared<Policy>
  readonly #assignments: AssignmentIndex
  /** When groups expire, by their number, in milliseconds. */
  readonly expiries = new Map<number, number>()
  /** Names of the sources that are disabled, as origins. */
  readonly disabledOrigins = new Set<Origin>()
  readonly #keysByPrefix = new Index<Tables['api-key']>()
  readonly #keysOfOwner = new Index<Tables['api-key']>()

  /**
   * @param tenant id of the tenant
   * @param compileCondition parses conditions; each text is compiled once
   */
  constructor(tenant: string, compileCondition: ConditionCompiler) {
    this.tenant = tenant
    this.#compile = compileCondition
    this.#bySubject = new GrantsBySubject(this.references, this.grants)
    this.#assignments = new AssignmentIndex(this.references)
    this.assignmentEntries = this.#assignments.entries
    this.policies = this.#assignments.policies
  }

  get<Name extends TableName>(table: Name, key: string): Tables[Name] | undefined {
    return this.#tables[table].get(key)
  }

  has(table: TableName, key: string): boolean {
    // Whether somebody is there is known without making the row.
    if (table === 'user') return this.users.find(key) !== 0
    return this.#tables[table].get(key) !== undefined
  }

  /** Rows of a table, in no promised order; built-ins are not among them. */
  all<Name extends TableName>(table: Name): IterableIterator<Tables[Name]> {
    return this.#tables[table].all()
  }

  size(table: TableName): number {
    return this.#tables[table].size
  }

  /** Puts a row in place of the one with the same key. */
  put<Name extends TableName>(table: Name, row: Tables[Name]): void {
    this.#note(table)
    // The name says what kind of row it is; the compiler cannot follow the pair.
    const put = { table, row } as { readonly [Each in TableName]: { readonly table: Each; readonly row: Tables[Each] } }[TableName]
    switch (put.table) {
      case 'hold': {
        // First: the columns are others when they had to grow.
        const number = this.holds.put(put.row)
        this.#noteMember(this.holds.member[number] ?? 0)
        this.#tell(this.versions.touched, this.holds.group[number] ?? 0)
        return
      }
      case 'user': {
        // Kept meanwhile, so that it stays the same number.
        const known = this.users.find(put.row.id)
        if (known !== 0) this.references.keepAgain(known)
        if (known !== 0) this.users.remove(known)
        const number = this.users.add(put.row)
        this.#noteMember(number)
        this.#tell(this.versions.touched, number)
        this.references.release(known)
        return
      }
      case 'resource': {
        const known = this.resources.find(referenceOf(put.row))
        if (known !== 0) this.references.keepAgain(known)
        if (known !== 0) this.resources.remove(known)
        this.resources.add(put.row)
        this.references.release(known)
        return
      }
      case 'grant': {
        const known = this.grants.find(put.row.id)
        if (known !== 0) this.#removeGrant(known)
        const number = this.grants.add(put.row)
        this.#noteGranted(number)
        this.#bySubject.add(put.row, this.grants.resource[number] ?? 0)
        if (put.row.resource === tenantResource) this.versions.tenantGrants += 1
        return
      }
      default: {
        const key = keyOf(put.table, put.row)
        const before = this.#plain[put.table].get(key)
        if (before !== undefined) this.#index(put.table, before, 'removed')
        ;(this.#plain[put.table] as PlainTable<typeof put.row>).set(key, put.row)
        this.#index(put.table, put.row, 'added')
      }
    }
  }

  /** Puts many rows that are not there yet, as a store reads them; all of these tables, before `tighten`, and before anything is asked. */
  putTexts({ table, text }: RowTexts): void {
    this.#note(table)
    if (table === 'hold') this.holds.read(text)
    else if (table === 'grant') this.grants.read(text)
    else this.resources.read(text)
  }

  remove(table: TableName, key: string): void {
    this.#note(table)
    switch (table) {
      case 'hold': {
        const number = this.holds.numberOf(key)
        if (number === 0) return
        this.#noteMember(this.holds.member[number] ?? 0)
        this.#tell(this.versions.touched, this.holds.group[number] ?? 0)
        this.holds.remove(number)
        return
      }
      case 'user': {
        const number = this.users.find(key)
        if (number === 0) return
        this.#noteMember(number)
        this.#tell(this.versions.touched, number)
        this.users.remove(number)
        return
      }
      case 'resource': {
        const number = this.resources.find(key)
        if (number !== 0) this.resources.remove(number)
        return
      }
      case 'grant': {
        const number = this.grants.find(key)
        if (number !== 0) this.#removeGrant(number)
        return
      }
      default: {
        const before = this.#plain[table].get(key)
        if (before === undefined) return
        this.#plain[table].delete(key)
        this.#index(table, before, 'removed')
      }
    }
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
    return this.#bySubject.subjectOf(grant)
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

  holdsOfGroup(group: string): Rows<Hold> {
    return this.holds.ofGroup(this.references.findOf('group', group))
  }

  /** Holds with roles, a window or a reason. Cost: a look at one number of each of the others. */
  holdsWithMore(): IterableIterator<Hold> {
    return this.holds.withMore()
  }

  holdsOfMember(member: MemberReference): Rows<Hold> {
    return this.holds.ofMember(this.references.find(member))
  }

  /** All holds of one membership, one per origin. Cost: the memberships of the member, or the members of the group where they are fewer. */
  holdsOf(group: string, member: MemberReference): Rows<Hold> {
    return this.holds.ofPair(this.references.findOf('group', group), this.references.find(member))
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

  usersByName(userName: string): Rows<Tables['user']> {
    return this.users.byName(userName)
  }

  /** Users by their primary address. */
  usersByEmail(email: string): Rows<Tables['user']> {
    return this.users.byEmail(email)
  }

  /** Registered resources that name this one as parent. */
  childResources(resource: ResourceReference): Rows<Tables['resource']> {
    return this.resources.childrenOf(resource)
  }

  /** Cost: all references there are. */
  resourcesOfType(type: string): Rows<Tables['resource']> {
    return this.resources.ofType(type)
  }

  ownedBy(owner: MemberReference): Rows<Tables['resource']> {
    return this.resources.ownedBy(owner)
  }

  /** The grants on a resource by their subjects. Taken apart when they are first asked for; those of the resources asked for last are kept. */
  grantsOn(resource: ResourceReference): GrantsOnResource | undefined {
    return this.#bySubject.on(resource)
  }

  /** Grants whose subject names this principal or group, in any way. */
  grantsNaming(reference: MemberReference): Rows<Grant> {
    return this.grants.naming(this.references.find(reference))
  }

  assignmentsOn(resource: ResourceReference): ReadonlySet<Tables['assignment']> {
    return this.#assignments.on(resource)
  }

  /** Assignments whose group or owner is this one. */
  assignmentsNaming(reference: MemberReference): ReadonlySet<Tables['assignment']> {
    return this.#assignments.naming(reference)
  }

  keysByPrefix(prefix: string): ReadonlySet<Tables['api-key']> {
    return this.#keysByPrefix.get(prefix)
  }

  keysOfOwner(owner: string): ReadonlySet<Tables['api-key']> {
    return this.#keysOfOwner.get(owner)
  }

  /**
   * Gives all of it away, or takes it back into a snapshot that is empty: see `Columns`. The revision, and what the process adds, is not
   * part of it.
   */
  exchange(columns: Columns): void {
    this.references.exchange(columns.within('references'))
    this.#bookkeeping.exchange(columns.within('bookkeeping'))
    this.names.exchange(columns.within('names'))
    this.policies.exchange(columns.within('policies'))
    this.users.exchange(columns.within('users'))
    this.holds.exchange(columns.within('holds'))
    this.resources.exchange(columns.within('resources'))
    this.grants.exchange(columns.within('grants'))
    for (const table of plainNames) this.#exchangePlain(table, columns)
  }

  #exchangePlain<Name extends PlainName>(table: Name, columns: Columns): void {
    const rows: PlainTable<Tables[Name]> = this.#plain[table]
    for (const row of columns.list(`rows/${table}`, rows.all())) {
      rows.set(keyOf(table, row), row)
      // The references that it keeps were kept when it was put.
      this.#index(table, row, 'taken')
    }
  }

  /** Gives back the room that was lost while it was filled. For whoever has put all rows of a tenant, before anything is asked. */
  tighten(): void {
    this.references.tighten()
    this.users.tighten()
    this.holds.tighten()
    this.grants.tighten()
  }

  #note(table: TableName): void {
    this.versions.rows += 1
    if (membershipTables.has(table)) this.membershipVersion += 1
  }

  /** Says that a member is another, or is in something else, than before. */
  #noteMember(number: number): void {
    const { references } = this
    if (references.isGroup(number)) {
      // A group that nobody is in and that is in nothing touches nobody.
      if (references.members[number] !== 0 || references.memberships[number] !== 0) this.versions.nesting += 1
    } else if (this.versions.members.push(number) > membersTold) {
      this.versions.members = []
      this.versions.nesting += 1
    }
  }

  /** Says to whom a grant gives something; nobody follows those to whole relations, or on the tenant. */
  #noteGranted(grant: number): void {
    const { grants, references, versions } = this
    const subject = grants.onResources.words[grants.tripleOf(grant) + 1] ?? 0
    if (subject >= subjectCodes.everyone || grants.resource[grant] === references.tenant) return
    this.#tell(versions.granted, subject)
  }

  #tell(told: number[], number: number): void {
    if (told.push(number) <= membersTold) return
    told.length = 0
    this.versions.overflows += 1
  }

  #index(table: PlainName, row: Tables[PlainName], entering: Entering): void {
    const isThere = entering !== 'removed'
    const keep = <Row extends object>(index: Index<Row>, key: string | undefined, each: Row): void => {
      if (key === undefined) return
      if (isThere) index.add(key, each)
      else index.remove(key, each)
    }
    switch (table) {
      case 'group': {
        const group = row as Group
        keep(this.#childGroups, group.parent ?? '', group)
        keep(this.#groupsByCodename, `${group.parent ?? ''}|${foldedKey(group.codename)}`, group)
        keep(this.#groupsOfType, group.type, group)
        this.versions.hierarchy += 1
        if (entering !== 'taken') return this.#indexMember(`group:${group.id}`, isThere, group.active, group)
        const number = this.references.findOf('group', group.id)
        this.references.keepGroupId(number, group.id)
        if (group.expiresAt !== undefined) this.expiries.set(number, Date.parse(group.expiresAt))
        return
      }
      case 'service': {
        const service = row as Tables['service']
        return entering === 'taken' ? undefined : this.#indexMember(`service:${service.id}`, isThere, service.status === 'active')
      }
      case 'assignment': {
        const assignment = row as Tables['assignment']
        if (entering === 'removed') this.#assignments.remove(assignment)
        else this.#assignments.add(assignment, entering === 'taken')
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
        this.versions.catalogue += 1
        return
      case 'source': {
        const source = row as Tables['source']
        this.versions.nesting += 1
        if (isThere && !source.enabled) this.disabledOrigins.add(`source:${source.name}`)
        else this.disabledOrigins.delete(`source:${source.name}`)
        return
      }
      case 'group-type':
      case 'settings':
        this.versions.hierarchy += 1
        this.versions.catalogue += 1
        return
      default:
    }
  }

  /** Keeps the reference of a service account or group, and what is asked of it all the time. */
  #indexMember(reference: MemberReference, added: boolean, active: boolean, group?: Group): void {
    const { references } = this
    if (!added) {
      const number = references.find(reference)
      this.#noteMember(number)
      this.#tell(this.versions.touched, number)
      this.expiries.delete(number)
      references.keepGroupId(number, undefined)
      references.setFlags(number, 0)
      references.release(references.parent[number] ?? 0)
      references.parent[number] = 0
      references.release(number)
      return
    }
    const number = references.keep(reference)
    this.#noteMember(number)
    this.#tell(this.versions.touched, number)
    if (group !== undefined) references.keepGroupId(number, group.id)
    if (group?.expiresAt !== undefined) this.expiries.set(number, Date.parse(group.expiresAt))
    const parent = group?.parent === undefined ? 0 : references.keep(`group:${group.parent}`)
    references.parent[number] = parent
    references.setFlags(
      number,
      referenceFlags.isThere |
        (active ? referenceFlags.isActive : 0) |
        (group?.type === domainType ? referenceFlags.isDomain : 0) |
        (group?.expiresAt === undefined ? 0 : referenceFlags.expires),
    )
  }

  #removeGrant(number: number): void {
    const resource = this.grants.resource[number] ?? 0
    if (resource === this.references.tenant) this.versions.tenantGrants += 1
    this.#noteGranted(number)
    this.#bySubject.remove(number, resource)
    this.grants.remove(number)
    if (this.references.grants[resource] === 0) this.#bySubject.drop(resource)
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
