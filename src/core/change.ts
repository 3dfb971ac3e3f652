/** The write vocabulary. Every write of every door is a list of these changes, applied together or not at all. */

import { refuse } from './errors.ts'
import {
  readCodename,
  readDotted,
  readEmail,
  readId,
  readLink,
  readName,
  readPicture,
  readText,
  readUserName,
  refusePoisoned,
} from './name.ts'
import { readNetwork } from './network.ts'
import { policyShape } from './policy.ts'
import type { PermissionCheck } from './predicate.ts'
import { ownCheck } from './predicate.ts'
import type { Origin } from './record.ts'
import { readMember, readPrincipal, readSubject, writeSubject } from './reference.ts'
import type { Infer, JsonSchema, RecordOf, Shape } from './shape.ts'
import { clearable, either, flag, jsonObject, list, oneOf, optional, record, table, text, whole } from './shape.ts'
import { readTenantId } from './tenant.ts'
import type { InstantInput } from './validity.ts'
import { readInstant } from './validity.ts'

// The words that fields are made of.
const id = text(readId, { maxLength: 128, description: 'an id: a letter or digit, then A-Z a-z 0-9 . _ @ + -' })
const tenantId = text(readTenantId, { maxLength: 63, description: '1 to 63 of a-z 0-9 -, without a hyphen at its ends' })
const name = text(readName, { minLength: 1, maxLength: 255 })
const prose = text(readText, { maxLength: 10_000 })
const codename = text(readCodename, { minLength: 1, maxLength: 128 })
const dotted = text(readDotted, { minLength: 1, maxLength: 255 })
const member = text(readMember, { maxLength: 136, description: 'user:<id>, service:<id> or group:<id>' })
const principal = text(readPrincipal, { maxLength: 136, description: 'user:<id> or service:<id>' })
const subject = text((value, field) => writeSubject(readSubject(value, field)), {
  maxLength: 1000,
  description:
    'user:<id>, service:<id>, group:<id>, group:<id>#<role>, group:<id>^ancestors|descendants|siblings[types]{levels}, authenticated or everyone',
})
const resource = text(undefined, { minLength: 1, maxLength: 641, description: '<type>:<id>, or tenant' })
const condition = text(undefined, {
  minLength: 1,
  maxLength: 2000,
  description: 'a CEL expression over subject, resource, action, context and now',
})
const origin = text(readOrigin, { maxLength: 200, description: 'local, plugin:<name>, source:<name> or scim:<client>' })
const network = text(readNetwork, { maxLength: 49, description: 'a network as CIDR, 10.0.0.0/8' })
/** A moment; takes ISO 8601 texts, and from programs also a `Date` or milliseconds since 1970. */
export const instantShape: Shape<InstantInput> = { schema: { type: 'string', format: 'date-time' }, read: readInstant }

function readOrigin(value: string, field: string): Origin {
  if (value === 'local') return value
  const match = /^(plugin|source|scim):([A-Za-z0-9][A-Za-z0-9._-]{0,127})$/.exec(value)
  if (match === null) throw refuse('invalid_string', { field, reason: 'an origin is local, plugin:<name>, source:<name> or scim:<client>' })
  // The pattern is the type, written twice.
  return value as Origin
}

/** Reads the name of a plugin. Throws `invalid_string`. */
export function readPluginName(value: string, field: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(value)) return value
  throw refuse('invalid_string', { field, reason: 'a plugin is called by a letter or digit, then up to 127 of A-Z a-z 0-9 . _ -' })
}

function readArgument(value: string, field: string): string {
  refusePoisoned(value, field)
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) return value
  throw refuse('invalid_string', { field, reason: 'an argument is called by letters, digits and _, and does not start with a digit' })
}

/** As it is written: a check without arguments may leave them out. */
type PermissionCheckWish = Omit<PermissionCheck, 'arguments'> & Partial<Pick<PermissionCheck, 'arguments'>>

function readCheck(value: unknown, field: string): PermissionCheck {
  const { plugin, name: called, arguments: declared = [] } = checkFields.read(value, field)
  if (plugin === undefined && (called !== ownCheck || declared.length > 0)) {
    throw refuse('invalid_parameter', { field, reason: `name its plugin; the one that is built in is ${ownCheck}, without arguments` })
  }
  if (new Set(declared).size < declared.length)
    throw refuse('invalid_parameter', { field: `${field}.arguments`, reason: 'names an argument twice' })
  return { ...(plugin === undefined ? {} : { plugin }), name: called, arguments: declared }
}

const share = either(flag, oneOf('members'))
const children = optional(oneOf('lift', 'delete'))
const window = { from: optional(instantShape), until: optional(instantShape) }
const windowUpdate = { from: clearable(instantShape), until: clearable(instantShape) }

/** Fields that may be given at creation beside the record's own: who owns it. Only an administrator may name another origin than the writer's. */
const made = { origin: optional(origin) }

const userFields = {
  displayName: name,
  firstName: name,
  lastName: name,
  page: text(readLink, { minLength: 1, maxLength: 255, description: 'the address of a page of the web' }),
  description: prose,
  portrait: text(readPicture, { maxLength: 200_000, description: 'an address or a data: URL of a picture' }),
  confirmedAt: instantShape,
}
const userLists = {
  emails: list(text(readEmail), 20),
  attributes: jsonObject,
  status: oneOf('active', 'inactive', 'pending'),
  networks: list(network, 100),
  externalIds: table(text()),
}
const userName = text(readUserName, { minLength: 1, maxLength: 255 })

const groupTexts = { description: prose, comment: prose, type: codename, contact: name, expiresAt: instantShape }
const groupParts = {
  entities: list(codename, 1000),
  properties: jsonObject,
  data: record({ config: record({ share }) }),
  meta: jsonObject,
  active: flag,
  joinPolicy: oneOf('closed', 'request', 'open'),
}

const typeFields = { actions: list(dotted, 1000), parentTypes: list(codename, 1000) }
const checkFields = record({
  plugin: optional(text(readPluginName, { maxLength: 128 })),
  name: dotted,
  arguments: optional(list(text(readArgument, { minLength: 1, maxLength: 128 }), 100)),
})
/** The check function of a permission: a plugin's, or the built-in `own`. */
const check: Shape<PermissionCheckWish> = { ...checkFields, read: readCheck }
const permissionFields = { description: prose, label: name, parent: dotted, condition, check }

/** All fields may be left out. */
function allOptional<F extends { readonly [name: string]: Shape<unknown> }>(fields: F) {
  // The table keeps its names; each shape becomes its optional form.
  return Object.fromEntries(Object.entries(fields).map(([key, shape]) => [key, optional(shape)])) as {
    readonly [N in keyof F]: ReturnType<typeof optional<Infer<F[N]>>>
  }
}

/** All fields may be left out, and `null` takes the value away. */
function allClearable<F extends { readonly [name: string]: Shape<unknown> }>(fields: F) {
  // As above.
  return Object.fromEntries(Object.entries(fields).map(([key, shape]) => [key, clearable(shape)])) as {
    readonly [N in keyof F]: ReturnType<typeof clearable<Infer<F[N]>>>
  }
}

/**
 * The fields of each kind of change, beside `kind`. An update changes the fields it names; `null` takes an optional value away. Fields
 * that an update does not list cannot be changed.
 */
export const changeFields = {
  'settings.update': { managersInherit: optional(flag), rootSiblings: optional(flag), policy: optional(policyShape) },

  /** Only in `main`. `existing`: the store holds a tenant of this id already, made without the server; it becomes known. */
  'tenant.create': { id: tenantId, name: optional(name), description: optional(prose), existing: optional(flag) },
  /** `active: false`: the tenant is answered as if it were not there. */
  'tenant.update': { id: tenantId, name: optional(name), description: clearable(prose), active: optional(flag) },
  /** Notes that a way to be the first to enter it is made. The door that makes the way writes this. */
  'tenant.open': { id: tenantId, way: oneOf('claim', 'key') },
  /** Takes everything in the tenant with it, for good; `confirm` says its id again. */
  'tenant.delete': { id: tenantId, confirm: text(undefined, { maxLength: 128, description: 'the id of the tenant again' }) },

  'source.create': { name: codename, label: optional(name), enabled: optional(flag) },
  'source.update': { name: codename, label: clearable(name), enabled: optional(flag) },
  'source.delete': { name: codename },

  'resource-type.create': {
    name: codename,
    ...allOptional(typeFields),
    ownerActions: optional(list(dotted, 1000)),
    description: optional(prose),
    ...made,
  },
  'resource-type.update': {
    name: codename,
    ...allOptional(typeFields),
    ownerActions: clearable(list(dotted, 1000)),
    description: clearable(prose),
  },
  'resource-type.delete': { name: codename },

  'permission.create': { name: dotted, permissionKind: optional(oneOf('allow', 'restriction')), ...allOptional(permissionFields), ...made },
  'permission.update': { name: dotted, permissionKind: optional(oneOf('allow', 'restriction')), ...allClearable(permissionFields) },
  'permission.delete': { name: dotted },

  'role.create': {
    codename,
    label: optional(name),
    description: optional(prose),
    permissions: optional(list(dotted)),
    includes: optional(list(codename, 1000)),
    ...made,
  },
  'role.update': {
    codename,
    label: optional(name),
    description: clearable(prose),
    permissions: optional(list(dotted)),
    includes: optional(list(codename, 1000)),
  },
  'role.delete': { codename },

  'group-type.create': {
    codename,
    label: optional(name),
    exclusive: optional(flag),
    standings: optional(list(codename, 1000)),
    workspace: optional(jsonObject),
    ...made,
  },
  'group-type.update': {
    codename,
    label: optional(name),
    exclusive: optional(flag),
    standings: optional(list(codename, 1000)),
    workspace: clearable(jsonObject),
  },
  'group-type.delete': { codename },

  'group-entity.create': { codename, label: optional(name), ...made },
  'group-entity.update': { codename, label: name },
  'group-entity.delete': { codename },

  'user.create': { id: optional(id), userName: optional(userName), ...allOptional(userFields), ...allOptional(userLists), ...made },
  'user.update': { id, userName: optional(userName), ...allClearable(userFields), ...allOptional(userLists) },
  'user.delete': { id },

  'service.create': { id: optional(id), name, description: optional(prose), status: optional(oneOf('active', 'inactive')), ...made },
  'service.update': { id, name: optional(name), description: clearable(prose), status: optional(oneOf('active', 'inactive')) },
  'service.delete': { id },

  /** `nested: true` makes the new group a member of its parent too: its people then count as people of the parent. */
  'group.create': {
    id: optional(id),
    name,
    codename: optional(codename),
    parent: optional(id),
    nested: optional(flag),
    ...allOptional(groupTexts),
    ...allOptional(groupParts),
    ...made,
  },
  'group.update': { id, name: optional(name), ...allClearable(groupTexts), ...allOptional(groupParts) },
  /** `parent: null` makes it a root. The nesting is not touched. */
  'group.move': { id, parent: clearable(id) },
  /** What lies below it in the hierarchy: refused (absent), moved to its parent, or deleted with it. */
  'group.delete': { id, children },

  /** Adds the hold of the writer's origin. `ifExists`: the same hold stands already: leave it, or put this one in its place; absent: `conflict`. */
  'member.add': {
    group: id,
    member,
    ...window,
    roles: optional(list(codename, 1000)),
    reason: optional(prose),
    ifExists: optional(oneOf('keep', 'replace')),
    ...made,
  },
  'member.update': { group: id, member, ...windowUpdate, roles: optional(list(codename, 1000)), reason: clearable(prose), ...made },
  /** Lets go of the hold of the writer's origin (or of `origin`); other origins keep theirs. */
  'member.remove': { group: id, member, ...made },

  'resource.create': {
    resource,
    parent: optional(resource),
    inherits: optional(flag),
    owner: optional(member),
    attributes: optional(jsonObject),
    ...made,
  },
  'resource.update': {
    resource,
    parent: clearable(resource),
    inherits: optional(flag),
    owner: clearable(member),
    attributes: optional(jsonObject),
  },
  'resource.delete': { resource, children },

  /** Exactly one of `role`, `permission`, `actions`. Without `resource` it is on the tenant; without `effect` it allows. */
  'grant.create': {
    id: optional(id),
    subject,
    role: optional(codename),
    permission: optional(dotted),
    actions: optional(list(dotted, 1000)),
    resource: optional(resource),
    effect: optional(oneOf('allow', 'deny')),
    ...window,
    condition: optional(condition),
    reason: optional(prose),
    ...made,
  },
  'grant.update': { id, ...windowUpdate, condition: clearable(condition), reason: clearable(prose) },
  'grant.delete': { id },

  'assignment.create': {
    id: optional(id),
    resource,
    group: id,
    member: optional(principal),
    policy: optional(policyShape),
    keepOwner: optional(flag),
    ...made,
  },
  'assignment.delete': { id },

  /** Sets the direct grants of application permissions on the tenant to what the tree says. */
  'permission-tree.write': { subject, tree: jsonObject },

  'api-key.create': {
    id: optional(id),
    name: optional(name),
    prefix: text(readId, { maxLength: 128 }),
    hash: text(undefined, { pattern: '^[0-9a-f]{64}$', maxLength: 64 }),
    owner: principal,
    scopes: optional(list(dotted, 1000)),
    expiresAt: optional(instantShape),
    ...made,
  },
  'api-key.update': {
    id,
    name: clearable(name),
    scopes: optional(list(dotted, 1000)),
    active: optional(flag),
    expiresAt: clearable(instantShape),
  },
  'api-key.delete': { id },

  /** An administrator makes a record of another origin our own (or that of `origin`). */
  'record.take-over': {
    record: text(undefined, { maxLength: 641, description: 'user:<id>, group:<id>, grant:<id>, role:<codename> ...' }),
    ...made,
  },

  /** Takes a whole change set back. Refused (`conflict`) where a later change stands in the way. */
  undo: { revision: whole(1, Number.MAX_SAFE_INTEGER) },
} as const

type ChangeFields = typeof changeFields
export type ChangeKind = keyof ChangeFields
/** One intended edit as a value, as it is written by programs, over HTTP and in files. */
export type Change = { readonly [Kind in ChangeKind]: { readonly kind: Kind } & RecordOf<ChangeFields[Kind]> }[ChangeKind]
/** The change of one kind. */
export type ChangeOf<Kind extends ChangeKind> = Extract<Change, { readonly kind: Kind }>

/** All kinds, in the order of their declaration. */
export const changeKinds = Object.keys(changeFields) as readonly ChangeKind[]

const shapes = new Map<string, Shape<object>>(changeKinds.map((kind) => [kind, record(changeFields[kind])]))

/** At most so many changes in one change set from a caller. Imports and syncs may hold more. */
export const changeLimit = 10_000

/** Reads one change. Throws the refusal that says which field is wrong. */
export function readChange(value: unknown, field: string): Change {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refuse('invalid_parameter', { field, reason: 'must be an object' })
  const { kind, ...fields } = value as { readonly kind?: unknown }
  const shape = typeof kind === 'string' ? shapes.get(kind) : undefined
  if (shape === undefined) throw refuse('invalid_parameter', { field: `${field}.kind`, reason: `must be one of ${changeKinds.join(', ')}` })
  // The shape found by this kind has read the fields of this kind.
  return { kind, ...shape.read(fields, field) } as Change
}

/** The JSON Schema of any change, for the API document. */
export const changeSchema: JsonSchema = {
  oneOf: changeKinds.map((kind) => {
    const schema = record(changeFields[kind]).schema as { readonly properties: object; readonly required: readonly string[] }
    return { ...schema, title: kind, properties: { kind: { const: kind }, ...schema.properties }, required: ['kind', ...schema.required] }
  }),
}
