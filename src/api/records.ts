/** The records as they are answered. */

import type {
  ApiKey,
  Assignment,
  Grant,
  Group,
  GroupEntity,
  GroupType,
  Hold,
  Infer,
  Instant,
  JsonObject,
  OtherTenant,
  Permission,
  Policy,
  RecordBase,
  Resource,
  ResourceType,
  Role,
  ServiceAccount,
  Settings,
  Shape,
  Source,
  TableName,
  User,
} from '../core/index.ts'
import { flag, jsonObject, oneOf, optional, policyShape, record, table, text } from '../core/index.ts'
import { anyOf, many, titled } from './titled.ts'
import {
  actor,
  answeredOrigin,
  anyText,
  count,
  effect,
  instant,
  memberReference,
  principalReference,
  resourceReference,
  revision,
  texts,
  window,
} from './words.ts'

const base: { readonly [Field in keyof RecordBase]: Shape<RecordBase[Field]> } = {
  origin: answeredOrigin,
  createdAt: instant,
  createdBy: actor,
  updatedAt: instant,
}
const described = { description: optional(anyText) }
const readObject: Shape<JsonObject> = jsonObject
/** A policy is read in whole; as an answer it always is. */
export const wholePolicy: Shape<Policy> = {
  schema: { ...policyShape.schema, title: 'Policy' },
  // The server gives whole policies only: the assignment stores the merged one.
  read: (value, field) => policyShape.read(value, field) as Policy,
}

const userShape: Shape<User> = record({
  id: anyText,
  userName: anyText,
  displayName: optional(anyText),
  firstName: optional(anyText),
  lastName: optional(anyText),
  emails: texts,
  page: optional(anyText),
  ...described,
  portrait: optional(anyText),
  attributes: readObject,
  status: oneOf('active', 'inactive', 'pending'),
  confirmedAt: optional(instant),
  networks: texts,
  externalIds: table(anyText),
  ...base,
})

const groupFields = {
  id: anyText,
  name: anyText,
  codename: anyText,
  ...described,
  comment: optional(anyText),
  type: optional(anyText),
  entities: texts,
  parent: optional(anyText),
  properties: readObject,
  data: record({ config: record({ share: anyOf<boolean | 'members'>(flag, oneOf('members')) }) }),
  meta: readObject,
  contact: optional(anyText),
  active: flag,
  joinPolicy: oneOf('closed', 'request', 'open'),
  expiresAt: optional(instant),
  ...base,
}
/** `childCount`: how many groups right below it the caller may see. */
const groupShape: Shape<Group & { readonly fullName: string; readonly childCount: number }> = record({
  ...groupFields,
  fullName: anyText,
  childCount: count,
})

const serviceShape: Shape<ServiceAccount> = record({
  id: anyText,
  name: anyText,
  ...described,
  status: oneOf('active', 'inactive'),
  ...base,
})
const groupTypeShape: Shape<GroupType> = record({
  codename: anyText,
  label: anyText,
  exclusive: flag,
  standings: texts,
  workspace: optional(readObject),
  ...base,
})
const groupEntityShape: Shape<GroupEntity> = record({ codename: anyText, label: anyText, ...base })
const roleShape: Shape<Role> = record({ codename: anyText, label: anyText, ...described, permissions: texts, includes: texts, ...base })
const permissionShape: Shape<Permission> = record({
  name: anyText,
  resourceType: optional(anyText),
  ...described,
  label: optional(anyText),
  parent: optional(anyText),
  permissionKind: oneOf('allow', 'restriction'),
  condition: optional(anyText),
  check: optional(record({ plugin: optional(anyText), name: anyText, arguments: texts })),
  ...base,
})
const resourceTypeShape: Shape<ResourceType> = record({
  name: anyText,
  ...described,
  actions: texts,
  parentTypes: texts,
  ownerActions: optional(texts),
  ...base,
})
const resourceShape: Shape<Resource> = record({
  type: anyText,
  id: anyText,
  parent: optional(resourceReference),
  inherits: flag,
  owner: optional(memberReference),
  attributes: readObject,
  ...base,
})
const grantShape: Shape<Grant> = record({
  id: anyText,
  subject: anyText,
  role: optional(anyText),
  permission: optional(anyText),
  actions: optional(texts),
  resource: resourceReference,
  effect,
  condition: optional(anyText),
  reason: optional(anyText),
  ...window,
  ...base,
})
const assignmentShape: Shape<Assignment> = record({
  id: anyText,
  resource: resourceReference,
  group: anyText,
  member: optional(principalReference),
  policy: wholePolicy,
  keepOwner: flag,
  ...base,
})
const sourceShape: Shape<Source> = record({ name: anyText, label: optional(anyText), enabled: flag, ...base })
/** What `main` knows of another tenant; what is in it stands in the tenant itself. */
export const tenantFields = {
  id: anyText,
  name: anyText,
  ...described,
  active: flag,
  entry: optional(record({ way: oneOf('claim', 'key'), at: instant })),
  ...base,
}
const tenantShape: Shape<OtherTenant> = record(tenantFields)
/** An API key as it may be seen: never its hash. */
const apiKeyFields = {
  id: anyText,
  name: optional(anyText),
  prefix: anyText,
  owner: principalReference,
  scopes: texts,
  active: flag,
  expiresAt: optional(instant),
  ...base,
}
const apiKeyShape: Shape<Omit<ApiKey, 'hash'> & { readonly lastUsedAt?: Instant; readonly lastUsedFrom?: string }> = record({
  ...apiKeyFields,
  /** To the minute; absent: not since anybody looked. */
  lastUsedAt: optional(instant),
  lastUsedFrom: optional(anyText),
})

/** An API key at the one moment when its secret is known. */
export const newApiKeyShape: Shape<Omit<ApiKey, 'hash'> & { readonly secret: string }> = titled(
  'NewApiKey',
  record({ ...apiKeyFields, secret: text(undefined, { description: 'the whole key; it is shown this once and kept by nobody' }) }),
)

/** One origin's word that a member is in a group. */
export const holdFields = { group: anyText, member: memberReference, roles: texts, reason: optional(anyText), ...window, ...base }
export const holdShape: Shape<Hold> = titled('Hold', record(holdFields))
export const settingsShape: Shape<Settings> = titled(
  'Settings',
  record({ managersInherit: flag, rootSiblings: flag, policy: wholePolicy, updatedAt: optional(instant) }),
)

const group = titled('Group', groupShape)

/** The records, by their collection in paths. */
export const recordShapes = {
  users: titled('User', userShape),
  'service-accounts': titled('ServiceAccount', serviceShape),
  groups: group,
  domains: group,
  'group-types': titled('GroupType', groupTypeShape),
  'group-entities': titled('GroupEntity', groupEntityShape),
  roles: titled('Role', roleShape),
  permissions: titled('Permission', permissionShape),
  'resource-types': titled('ResourceType', resourceTypeShape),
  resources: titled('Resource', resourceShape),
  grants: titled('Grant', grantShape),
  assignments: titled('Assignment', assignmentShape),
  sources: titled('Source', sourceShape),
  'api-keys': titled('ApiKey', apiKeyShape),
  tenants: titled('Tenant', tenantShape),
}
export type Collection = keyof typeof recordShapes
export type RecordIn<C extends Collection> = Infer<(typeof recordShapes)[C]>

/** Of each collection: the table of its records, which is also the first word of its changes, and the field by which a record is called. */
export const collections = {
  users: { table: 'user', key: 'id' },
  'service-accounts': { table: 'service', key: 'id' },
  groups: { table: 'group', key: 'id' },
  domains: { table: 'group', key: 'id' },
  'group-types': { table: 'group-type', key: 'codename' },
  'group-entities': { table: 'group-entity', key: 'codename' },
  roles: { table: 'role', key: 'codename' },
  permissions: { table: 'permission', key: 'name' },
  'resource-types': { table: 'resource-type', key: 'name' },
  resources: { table: 'resource', key: 'resource' },
  grants: { table: 'grant', key: 'id' },
  assignments: { table: 'assignment', key: 'id' },
  sources: { table: 'source', key: 'name' },
  'api-keys': { table: 'api-key', key: 'id' },
  tenants: { table: 'tenant', key: 'id' },
} as const satisfies { readonly [C in Collection]: { readonly table: TableName; readonly key: string } }
export type TableOf<C extends Collection> = (typeof collections)[C]['table']

/** A page of records, under the title of its record. */
export function recordsShape<T>(item: Shape<T>) {
  return titled(`${String(item.schema.title)}Page`, record({ items: many(item), next: optional(anyText), total: count, revision }))
}
