/** The endpoints of records that are alike: a list, one record, making, changing and deleting it. */

import type { ChangeKind, ChangeOf, Instant, JsonSchema, OptionalShape, Shape } from '../core/index.ts'
import { changeFields, oneOf, optional, record, refuse } from '../core/index.ts'
import { previewShape } from './change-sets.ts'
import type { None } from './endpoint.ts'
import { basePath, endpoint, nothing, writeErrors } from './endpoint.ts'
import { flagParameter, pageQuery, textParameter, writeQuery } from './parameters.ts'
import type { Collection, RecordIn, TableOf } from './records.ts'
import { collections, newApiKeyShape, recordShapes, recordsShape } from './records.ts'
import { titled } from './titled.ts'

const keyTexts = {
  id: 'the id',
  codename: 'the codename',
  name: 'the name',
  resource: '<type>:<id>, percent-encoded',
}

/** The record of the path. */
function keyParameter(collection: Collection) {
  return { key: textParameter(700, keyTexts[collections[collection].key]) }
}

const spoken = (collection: Collection) => collection.replaceAll('-', ' ')

// ---- lists

type Filterable<T> =
  NonNullable<T> extends infer V
    ? V extends Instant
      ? never
      : V extends string | boolean
        ? V
        : V extends readonly string[]
          ? string
          : never
    : never
/** The plain field filters of a record: texts and switches must be equal, lists must hold. An empty text: the field is absent. */
type FiltersOf<T> = {
  readonly [F in keyof T as [Filterable<T[F]>] extends [never] ? never : F]: OptionalShape<Filterable<T[F]>>
}

function filtersOf<T>(shape: Shape<T>): FiltersOf<T> {
  const filters: Record<string, OptionalShape<unknown>> = {}
  for (const [name, schema] of fieldsOf(shape.schema)) {
    if (schema.type === 'boolean') filters[name] = optional(flagParameter)
    // An enumeration is a list of texts.
    else if (Array.isArray(schema.enum)) filters[name] = optional(oneOf(...(schema.enum as readonly string[])))
    else if ((schema.type === 'string' && schema.format !== 'date-time') || schema.type === 'array')
      filters[name] = optional(textParameter(1000))
  }
  // The fields that the type names, found by the same rule in the schema.
  return filters as FiltersOf<T>
}

/** By texts, switches and moments a list can be sorted. */
function sortable(schema: JsonSchema): readonly string[] {
  return fieldsOf(schema).flatMap(([name, each]) => (each.type === 'string' || each.type === 'boolean' ? [name, `-${name}`] : []))
}

function fieldsOf(schema: JsonSchema): readonly (readonly [name: string, schema: JsonSchema])[] {
  // A record's schema keeps its fields under `properties`.
  return Object.entries((schema.properties ?? {}) as { readonly [name: string]: JsonSchema })
}

/** The pages of a collection: of the records that the caller may see. */
export function listOf<C extends Collection, More extends { readonly [name: string]: OptionalShape<unknown> } = None>(
  collection: C,
  more?: More,
) {
  // One collection has one shape of record.
  const shape = recordShapes[collection] as unknown as Shape<RecordIn<C>>
  const query = {
    ...pageQuery,
    q: optional(textParameter(255, 'records with a name, codename, address or id that holds this, without regard to case')),
    filter: optional(textParameter(4096, 'in the grammar of SCIM filters: userName sw "a" and (active eq true or not (type pr))')),
    sort: optional(oneOf(...sortable(shape.schema))),
    ...filtersOf(shape),
    ...more,
  }
  return endpoint({
    method: 'GET',
    path: `${basePath}/${collection}`,
    tag: 'records',
    summary: `${spoken(collection)} that the caller may see, a page at a time`,
    right: { kind: 'seen', permission: `${collections[collection].table}.view` },
    // The filters of this collection and what every list takes.
    query: query as typeof query & More,
    answer: recordsShape(shape),
    errors: ['invalid_cursor'],
  })
}

/** One record of a collection by its key. */
export function oneIn<C extends Collection>(collection: C) {
  return endpoint({
    method: 'GET',
    path: `${basePath}/${collection}/{key}`,
    tag: 'records',
    summary: `one of the ${spoken(collection)}`,
    right: { kind: 'record', permission: `${collections[collection].table}.view` },
    parameters: keyParameter(collection),
    // As above.
    answer: recordShapes[collection] as unknown as Shape<RecordIn<C>>,
    tagged: true,
    errors: [],
  })
}

// ---- writes

/** The fields of a change but `kind` and those that the path or the collection says. */
type FieldsOf<Kind extends ChangeKind, Left extends string> = Omit<ChangeOf<Kind>, 'kind' | Left>

function fieldShape<Kind extends ChangeKind, Left extends string>(kind: Kind, left: readonly Left[]): Shape<FieldsOf<Kind, Left>> {
  const fields = Object.entries(changeFields[kind]).filter(([name]) => !(left as readonly string[]).includes(name))
  // The shape of the change without the fields that are left out.
  return record(Object.fromEntries(fields)) as unknown as Shape<FieldsOf<Kind, Left>>
}

/** A field that can be given at creation and not be changed says so, instead of being unknown. */
function withImmutable<T>(shape: Shape<T>, made: ChangeKind, changed: ChangeKind): Shape<T> {
  const known = changeFields[changed]
  const fixed = Object.keys(changeFields[made]).filter((name) => !Object.hasOwn(known, name))
  return {
    ...shape,
    read(value, field) {
      const found = typeof value === 'object' && value !== null ? fixed.find((name) => Object.hasOwn(value, name)) : undefined
      if (found !== undefined) throw refuse('immutable_field', { field: found })
      return shape.read(value, field)
    },
  }
}

const titleOf = (collection: Collection): string => (collection === 'domains' ? 'Domain' : String(recordShapes[collection].schema.title))

type Updatable = Exclude<Collection, 'assignments'>

/** Makes a record. Its key may be chosen, or is made. */
export function createIn<C extends Collection, Left extends string = never>(collection: C, left: readonly Left[] = []) {
  const { table } = collections[collection]
  // Every table with a collection has a change that makes its records.
  const kind = `${table}.create` as `${TableOf<C>}.create`
  return endpoint({
    method: 'POST',
    path: `${basePath}/${collection}`,
    tag: 'records',
    summary: `makes one of the ${spoken(collection)}`,
    right: { kind: 'write', permission: kind },
    query: writeQuery,
    body: titled(`New${titleOf(collection)}`, fieldShape(kind, left)),
    // As above.
    answer: recordShapes[collection] as unknown as Shape<RecordIn<C>>,
    previewAnswer: previewShape,
    status: 201,
    tagged: true,
    repeatable: true,
    errors: writeErrors,
  })
}

/** Changes the fields of a record that are named; `null` takes an optional value away. */
export function updateIn<C extends Updatable, Left extends string = never>(collection: C, left: readonly Left[] = []) {
  const { table, key } = collections[collection]
  // Every table but that of assignments has a change that changes its records.
  const kind = `${table}.update` as `${TableOf<C>}.update`
  const body = fieldShape<typeof kind, (typeof collections)[C]['key'] | Left>(kind, [key as (typeof collections)[C]['key'], ...left])
  return endpoint({
    method: 'PATCH',
    path: `${basePath}/${collection}/{key}`,
    tag: 'records',
    summary: `changes the fields that are named; null takes a value away`,
    right: { kind: 'write', permission: `${table}.edit` },
    parameters: keyParameter(collection),
    query: writeQuery,
    body: titled(`${titleOf(collection)}Edit`, withImmutable(body, `${table}.create`, kind)),
    // As above.
    answer: recordShapes[collection] as unknown as Shape<RecordIn<C>>,
    previewAnswer: previewShape,
    tagged: true,
    repeatable: true,
    errors: writeErrors,
  })
}

/** Deletes a record, and what cannot be without it. */
export function deleteIn<C extends Collection, More extends { readonly [name: string]: OptionalShape<unknown> } = None>(
  collection: C,
  more?: More,
) {
  const query = { ...writeQuery, ...more }
  return endpoint({
    method: 'DELETE',
    path: `${basePath}/${collection}/{key}`,
    tag: 'records',
    summary: `deletes one of the ${spoken(collection)}`,
    right: { kind: 'write', permission: `${collections[collection].table}.delete` },
    parameters: keyParameter(collection),
    // What every write takes and what this one takes beside.
    query: query as typeof writeQuery & More,
    answer: nothing,
    previewAnswer: previewShape,
    status: 204,
    tagged: true,
    repeatable: true,
    errors: writeErrors,
  })
}

const children = {
  children: optional(oneOf('lift', 'delete')),
}
const ofMember = { member: optional(textParameter(200, 'groups in which this user, service account or group is a direct member')) }
const ofManager = {
  managed: optional({
    ...flagParameter,
    schema: { ...flagParameter.schema, description: 'true: groups that somebody manages at this moment; false: those that nobody manages' },
  }),
}

/** A domain is a group of the type `domain`, whatever is said. */
const domainFields = ['type'] as const

/** The endpoints of all records. */
export const recordEndpoints = {
  users: listOf('users'),
  user: oneIn('users'),
  createUser: createIn('users'),
  updateUser: updateIn('users'),
  deleteUser: deleteIn('users'),
  serviceAccounts: listOf('service-accounts'),
  serviceAccount: oneIn('service-accounts'),
  createServiceAccount: createIn('service-accounts'),
  updateServiceAccount: updateIn('service-accounts'),
  deleteServiceAccount: deleteIn('service-accounts'),
  groups: listOf('groups', { ...ofMember, ...ofManager }),
  group: oneIn('groups'),
  createGroup: createIn('groups'),
  updateGroup: updateIn('groups'),
  deleteGroup: deleteIn('groups', children),
  domains: listOf('domains', ofMember),
  domain: oneIn('domains'),
  createDomain: createIn('domains', domainFields),
  updateDomain: updateIn('domains', domainFields),
  deleteDomain: deleteIn('domains', children),
  groupTypes: listOf('group-types'),
  groupType: oneIn('group-types'),
  createGroupType: createIn('group-types'),
  updateGroupType: updateIn('group-types'),
  deleteGroupType: deleteIn('group-types'),
  groupEntities: listOf('group-entities'),
  groupEntity: oneIn('group-entities'),
  createGroupEntity: createIn('group-entities'),
  updateGroupEntity: updateIn('group-entities'),
  deleteGroupEntity: deleteIn('group-entities'),
  roles: listOf('roles'),
  role: oneIn('roles'),
  createRole: createIn('roles'),
  updateRole: updateIn('roles'),
  deleteRole: deleteIn('roles'),
  permissions: listOf('permissions'),
  permission: oneIn('permissions'),
  createPermission: createIn('permissions'),
  updatePermission: updateIn('permissions'),
  deletePermission: deleteIn('permissions'),
  resourceTypes: listOf('resource-types'),
  resourceType: oneIn('resource-types'),
  createResourceType: createIn('resource-types'),
  updateResourceType: updateIn('resource-types'),
  deleteResourceType: deleteIn('resource-types'),
  resources: listOf('resources'),
  resource: oneIn('resources'),
  createResource: createIn('resources'),
  updateResource: updateIn('resources'),
  deleteResource: deleteIn('resources', children),
  grants: listOf('grants'),
  grant: oneIn('grants'),
  createGrant: createIn('grants'),
  updateGrant: updateIn('grants'),
  deleteGrant: deleteIn('grants'),
  assignments: listOf('assignments'),
  assignment: oneIn('assignments'),
  createAssignment: createIn('assignments'),
  deleteAssignment: deleteIn('assignments'),
  sources: listOf('sources'),
  source: oneIn('sources'),
  createSource: createIn('sources'),
  updateSource: updateIn('sources'),
  deleteSource: deleteIn('sources'),
  apiKeys: listOf('api-keys'),
  apiKey: oneIn('api-keys'),
  /** Not repeatable: the secret of a key that was made before is kept by nobody. */
  createApiKey: endpoint({
    method: 'POST',
    path: `${basePath}/api-keys`,
    tag: 'records',
    summary: 'makes an API key for the caller; its secret is shown this once',
    right: { kind: 'write', permission: 'api-key.create' },
    query: writeQuery,
    body: titled('ApiKeyWish', apiKeyWish()),
    answer: newApiKeyShape,
    previewAnswer: previewShape,
    status: 201,
    tagged: true,
    errors: writeErrors,
  }),
  updateApiKey: updateIn('api-keys'),
  deleteApiKey: deleteIn('api-keys'),
}

function apiKeyWish() {
  const { id, name, owner, scopes, origin } = changeFields['api-key.create']
  // Null: it never expires. Absent: in 90 days.
  const { expiresAt } = changeFields['api-key.update']
  return record({ id, name, owner: optional(owner), scopes, expiresAt, origin })
}
