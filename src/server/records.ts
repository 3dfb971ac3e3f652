/** The doors of records that are alike. What the caller may not see is answered as if it were not there. */

import { basePath } from '../api/endpoint.ts'
import type { AnswerOf, EndpointName } from '../api/endpoints.ts'
import type { recordEndpoints } from '../api/record-endpoints.ts'
import type { Collection, RecordIn, TableOf } from '../api/records.ts'
import { collections, recordShapes } from '../api/records.ts'
import type { Change, Revision, Tables } from '../core/index.ts'
import { builtInGroupTypes, builtInResourceTypes, builtInRoles, CuriaError, domainType, keyOf, refuse } from '../core/index.ts'
import type { Access, Written } from '../service/access.ts'
import type { SignIn } from '../service/sign-in.ts'
import type { Call, Doors } from './door.ts'
import { Reply } from './door.ts'
import { etagOf, requireMatch } from './etag.ts'
import type { ListQuery } from './list.ts'
import { listed, ownerOf, readListQuery } from './list.ts'
import { mayView } from './names.ts'
import { shownGroup, shownGroups } from './shown-groups.ts'
import type { WriteInput } from './writes.ts'
import { carryOut, fieldsOf, optionsOf, previewAnswer, previewOptionsOf, revisionOf } from './writes.ts'

type RecordName = Extract<EndpointName, keyof typeof recordEndpoints>
type Row<C extends Collection> = Tables[TableOf<C>]

/** The built-in catalogue: nobody made it, and everybody who sees the made ones sees it. */
const builtIn: { readonly [C in Collection]?: { readonly permission: string; readonly rows: ReadonlyMap<string, object> } } = {
  roles: { permission: 'role.view', rows: builtInRoles },
  'group-types': { permission: 'group-type.view', rows: builtInGroupTypes },
  'resource-types': { permission: 'resource-type.view', rows: builtInResourceTypes },
}

/** How a reference names a record: `user:ada`, `role:editor`, and a resource by itself. */
function referenceTo(collection: Collection, key: string): string {
  return collection === 'resources' ? key : `${collections[collection].table}:${key}`
}

/** The row that a key names, if the caller may see it. */
function seen<C extends Collection>(call: Call, collection: C, key: string): Row<C> | undefined {
  const table: TableOf<C> = collections[collection].table
  const row = call.access.record<TableOf<C>>(table, key)
  if (row === undefined) {
    const built = builtIn[collection]
    // Built-in rows are rows of the table that their collection shows.
    return built !== undefined && mayView(call.access, built.permission) ? (built.rows.get(key) as Row<C> | undefined) : undefined
  }
  return collection === 'domains' && !isDomain(row) ? undefined : row
}

function required<C extends Collection>(call: Call, collection: C, key: string): Row<C> {
  const row = seen(call, collection, key)
  if (row === undefined) throw refuse('not_found', { reference: referenceTo(collection, key) })
  return row
}

function isDomain(row: object): boolean {
  return 'type' in row && row.type === domainType
}

/** A record as it is answered: a group with the names of those above it, an API key without what it is checked by. */
function shown<C extends Collection>(access: Access, collection: C, row: Row<C>, signIn?: SignIn): RecordIn<C> {
  let answer: object = row
  if (collection === 'groups' || collection === 'domains') {
    // The two collections of groups.
    answer = shownGroup(access, row as Tables['group'])
  } else if (collection === 'api-keys') {
    const { hash: _hash, ...key } = row as Tables['api-key']
    const use = signIn?.lastUseOf(key.id)
    answer = use === undefined ? key : { ...key, lastUsedAt: use.at, ...(use.address === undefined ? {} : { lastUsedFrom: use.address }) }
  }
  // The row with what its collection's shape says beside it.
  return answer as RecordIn<C>
}

/** The same of a page: what all of them need is found once. */
function shownAll<C extends Collection>({ access, signIn }: Call, collection: C, rows: readonly Row<C>[]): readonly RecordIn<C>[] {
  if (collection !== 'groups' && collection !== 'domains') return rows.map((row) => shown(access, collection, row, signIn))
  // As above.
  return shownGroups(access, rows as readonly Tables['group'][]) as readonly RecordIn<C>[]
}

/** A page of records as it is answered. */
interface PageOf<C extends Collection> {
  readonly items: readonly RecordIn<C>[]
  readonly total: number
  readonly next?: string
  readonly revision: Revision
}

interface RecordQuery extends ListQuery {
  readonly member?: string
  /** Of groups. */
  readonly managed?: boolean
}

/** The doors of one collection. Their inputs and answers are those that `record-endpoints.ts` declares for it. */
export function doorsOf<C extends Collection>(collection: C) {
  const { table, key: keyField } = collections[collection]
  // A record's schema keeps its fields under `properties`.
  const fields = Object.keys((recordShapes[collection].schema.properties ?? {}) as object)
  const keyOfRow = (row: Row<C>): string => keyOf<TableOf<C>>(table, row)
  const pathOf = (key: string): string => `${basePath}/${collection}/${encodeURIComponent(key)}`
  const tagged = (call: Call, row: Row<C>): Reply<RecordIn<C>> =>
    new Reply(shown(call.access, collection, row, call.signIn), { etag: etagOf(row) })

  /** A record after a write, as it stands; whoever made it may see it. */
  const answered = (call: Call, written: Written, key: string, headers: { readonly [name: string]: string } = {}): Reply<RecordIn<C>> => {
    const row = call.everything.record<TableOf<C>>(table, key)
    // The answer to a write that is repeated, of a record that is gone since.
    if (row === undefined) throw refuse('not_found', { reference: referenceTo(collection, key) })
    const answer =
      collection === 'groups' || collection === 'domains'
        ? // As above. The names are there for whoever wrote; what is below is counted for who may see it.
          (shownGroup(call.access, row as Tables['group'], call.everything) as RecordIn<C>)
        : shown(call.everything, collection, row, call.signIn)
    return new Reply(answer, { etag: etagOf(row), ...revisionOf(written), ...headers })
  }

  /** The record must be there, and be as the caller knows it, when it is changed. */
  const unchanged = (call: Call, key: string) => () => {
    requireMatch(call.ifMatch, referenceTo(collection, key), required(call, collection, key))
  }
  // Each kind of change was declared for this table, and its fields were read by its shape.
  const change = (act: 'create' | 'update' | 'delete', fields: object): Change => ({ kind: `${table}.${act}`, ...fields }) as Change

  /** A page from the index of the tenant. */
  const paged = (call: Call, query: ListQuery, name: string, narrowing: Narrowing) => {
    const { access } = call
    const answer = (row: Row<C>) => shown(access, collection, row, call.signIn)
    const { where, looksAround, ...wanted } = readListQuery(query, fields, answer)
    const owner = ownerOf(call, name, query)
    const among = amongGroups(call, collection, query, narrowing)
    const isManaged = narrowing.managed === true ? managedIn(call) : undefined
    const tests = [collection === 'domains' ? isDomain : undefined, isManaged, where].filter((test) => test !== undefined)
    const test = tests.length === 0 ? undefined : (row: object) => tests.every((each) => each(row))
    const asked = {
      ...wanted,
      ...(test === undefined ? {} : { where: test, looksAround: looksAround || isManaged !== undefined }),
      ...(among === undefined ? {} : { among }),
      ...(query.cursor === undefined ? {} : { after: call.cursors.open(query.cursor, owner) }),
    }
    return access.pageInPieces<TableOf<C>, PageOf<C>>(table, asked, ({ items, total, last }) => ({
      items: shownAll(call, collection, items),
      total,
      ...(last === undefined ? {} : { next: call.cursors.seal(last, owner) }),
      revision: access.revision,
    }))
  }

  return {
    list(call: Call, query: RecordQuery) {
      const { access } = call
      const { member, managed, ...rest } = query
      // Only groups are asked who is in them; other records have a field of that name, or none.
      const isGroups = collection === 'groups' || collection === 'domains'
      const asked = isGroups ? rest : query
      const narrowing: Narrowing = isGroups ? { member, managed } : {}
      const of = narrowing.member === undefined ? '' : ` of ${narrowing.member}`
      const name = `${collection}${of}${narrowing.managed === undefined ? '' : ` ${narrowing.managed ? 'with' : 'without'} a manager`}`
      const answer = (row: Row<C>) => shown(access, collection, row, call.signIn)
      const built = builtIn[collection]
      const isWorkedOut = asked.sort?.endsWith('fullName') === true
      if (built === undefined && !isWorkedOut) return paged(call, asked, name, narrowing)
      let rows = access.records<TableOf<C>>(table)
      if (built !== undefined && mayView(access, built.permission))
        rows = [...rows, ...(built.rows.values() as Iterable<Row<C>>)].sort((one, other) => (keyOfRow(one) < keyOfRow(other) ? -1 : 1))
      if (collection === 'domains') rows = rows.filter(isDomain)
      const among = amongGroups(call, collection, asked, narrowing)
      if (among !== undefined) {
        const groups = new Set(among)
        rows = rows.filter((row) => groups.has(keyOfRow(row)))
      }
      if (narrowing.managed === true) rows = rows.filter(managedIn(call))
      const page = listed(call, name, rows, asked, fields, keyOfRow, answer)
      return { ...page, revision: access.revision }
    },
    one: (call: Call, { key }: { readonly key: string }) => tagged(call, required(call, collection, key)),
    create: (call: Call, input: WriteInput) => {
      const fields = { ...fieldsOf(input), ...(collection === 'domains' ? { type: domainType } : {}) }
      return carryOut(call, input, change('create', fields), (written) => {
        const reference = written.records[0]?.[0] ?? ''
        const key = collection === 'resources' ? reference : reference.slice(`${table}:`.length)
        return answered(call, written, key, { location: pathOf(key) })
      })
    },
    update: (call: Call, { key, ...input }: WriteInput & { readonly key: string }) => {
      const fields = { ...fieldsOf(input), [keyField]: key }
      return carryOut(call, input, change('update', fields), (written) => answered(call, written, key), unchanged(call, key))
    },
    remove: (call: Call, { key, ...input }: WriteInput & { readonly key: string }) => {
      const fields = { ...fieldsOf(input), [keyField]: key }
      return carryOut(call, input, change('delete', fields), (written) => new Reply(undefined, revisionOf(written)), unchanged(call, key))
    },
  }
}

const seesMembers = 'group.members.view'

/** The ids of the groups in which somebody is a direct member in force, of those whose members the caller may see. */
function groupsWith(call: Call, member: string): readonly string[] {
  if (call.scopes.length > 0 && !call.scopes.includes(seesMembers)) throw refuse('scope_denied', { scope: seesMembers })
  return groupsOf(call.everything, member)
    .filter((group) => mayView(call.access, seesMembers, group))
    .map((group) => group.slice('group:'.length))
}

/** What a list of groups is narrowed to beside the fields of its records. */
interface Narrowing {
  readonly member?: string | undefined
  readonly managed?: boolean | undefined
}

/** The only groups that a query can mean: those of a member, those below one parent, those that nobody manages. */
function amongGroups(call: Call, collection: Collection, query: object, { member, managed }: Narrowing): Iterable<string> | undefined {
  if (collection !== 'groups' && collection !== 'domains') return undefined
  const without = managed === false ? call.everything.groupsWithoutManager() : undefined
  const parent = 'parent' in query ? query.parent : undefined
  const around =
    member !== undefined
      ? groupsWith(call, member)
      : typeof parent === 'string'
        ? call.access.childKeys(parent === '' ? undefined : parent)
        : undefined
  if (around === undefined || without === undefined) return around ?? without
  return [...around].filter((group) => without.has(group))
}

/** Whether somebody manages the group. */
function managedIn(call: Call): (row: object) => boolean {
  const without = call.everything.groupsWithoutManager()
  return (row) => 'id' in row && typeof row.id === 'string' && !without.has(row.id)
}

function groupsOf(access: Access, member: string): readonly string[] {
  try {
    return access.groupsOf({ member, mode: 'direct' }).items.map(({ group }) => group)
  } catch (error) {
    // Nobody of that name is in nothing.
    if (error instanceof CuriaError && error.code === 'subject_unknown') return []
    throw error
  }
}

async function createApiKey(call: Call, input: Parameters<Doors['createApiKey']>[1]) {
  const wish = fieldsOf(input)
  if (input.preview === true) {
    const preview = await call.access.previewKey(wish, previewOptionsOf(input))
    return new Reply(previewAnswer(call.access, preview), {}, true)
  }
  const { written, secret } = await call.access.createKey(wish, optionsOf(call, input))
  const id = written.records[0]?.[0]?.slice('api-key:'.length) ?? ''
  const row = call.everything.record('api-key', id)
  if (row === undefined) throw refuse('not_found', { reference: `api-key:${id}` })
  const answer: AnswerOf<'createApiKey'> = { ...shown(call.everything, 'api-keys', row), secret }
  return new Reply(answer, { etag: etagOf(row), location: `${basePath}/api-keys/${encodeURIComponent(id)}`, ...revisionOf(written) })
}

const users = doorsOf('users')
const serviceAccounts = doorsOf('service-accounts')
const groups = doorsOf('groups')
const domains = doorsOf('domains')
const groupTypes = doorsOf('group-types')
const groupEntities = doorsOf('group-entities')
const roles = doorsOf('roles')
const permissions = doorsOf('permissions')
const resourceTypes = doorsOf('resource-types')
const resources = doorsOf('resources')
const grants = doorsOf('grants')
const assignments = doorsOf('assignments')
const sources = doorsOf('sources')
const apiKeys = doorsOf('api-keys')

/** The doors of all records. */
export const recordDoors: Pick<Doors, RecordName> = {
  users: users.list,
  user: users.one,
  createUser: users.create,
  updateUser: users.update,
  deleteUser: users.remove,
  serviceAccounts: serviceAccounts.list,
  serviceAccount: serviceAccounts.one,
  createServiceAccount: serviceAccounts.create,
  updateServiceAccount: serviceAccounts.update,
  deleteServiceAccount: serviceAccounts.remove,
  groups: groups.list,
  group: groups.one,
  createGroup: groups.create,
  updateGroup: groups.update,
  deleteGroup: groups.remove,
  domains: domains.list,
  domain: domains.one,
  createDomain: domains.create,
  updateDomain: domains.update,
  deleteDomain: domains.remove,
  groupTypes: groupTypes.list,
  groupType: groupTypes.one,
  createGroupType: groupTypes.create,
  updateGroupType: groupTypes.update,
  deleteGroupType: groupTypes.remove,
  groupEntities: groupEntities.list,
  groupEntity: groupEntities.one,
  createGroupEntity: groupEntities.create,
  updateGroupEntity: groupEntities.update,
  deleteGroupEntity: groupEntities.remove,
  roles: roles.list,
  role: roles.one,
  createRole: roles.create,
  updateRole: roles.update,
  deleteRole: roles.remove,
  permissions: permissions.list,
  permission: permissions.one,
  createPermission: permissions.create,
  updatePermission: permissions.update,
  deletePermission: permissions.remove,
  resourceTypes: resourceTypes.list,
  resourceType: resourceTypes.one,
  createResourceType: resourceTypes.create,
  updateResourceType: resourceTypes.update,
  deleteResourceType: resourceTypes.remove,
  resources: resources.list,
  resource: resources.one,
  createResource: resources.create,
  updateResource: resources.update,
  deleteResource: resources.remove,
  grants: grants.list,
  grant: grants.one,
  createGrant: grants.create,
  updateGrant: grants.update,
  deleteGrant: grants.remove,
  assignments: assignments.list,
  assignment: assignments.one,
  createAssignment: assignments.create,
  deleteAssignment: assignments.remove,
  sources: sources.list,
  source: sources.one,
  createSource: sources.create,
  updateSource: sources.update,
  deleteSource: sources.remove,
  apiKeys: apiKeys.list,
  apiKey: apiKeys.one,
  createApiKey,
  updateApiKey: apiKeys.update,
  deleteApiKey: apiKeys.remove,
}
