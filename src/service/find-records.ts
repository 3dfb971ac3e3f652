/** Records found by what people call them, and by any field or relation. */

import type { MemberReference, PrincipalReference, Refusal, Snapshot, TableName, Tables } from '../core/index.ts'
import { canonicalJson, changeFields, domainType, foldedKey, named as namedPermission, refuse } from '../core/index.ts'
import { isPlain, plainGrants } from './links.ts'

/** The kinds of record that are registered, by the name of their handle. */
export interface KindTables {
  readonly users: 'user'
  readonly groups: 'group'
  readonly roles: 'role'
  readonly permissions: 'permission'
  readonly domains: 'group'
  readonly apiKeys: 'api-key'
}
export type Kind = keyof KindTables
export type RowOf<K extends Kind> = Tables[KindTables[K]]

export const tableOf: KindTables = {
  users: 'user',
  groups: 'group',
  roles: 'role',
  permissions: 'permission',
  domains: 'group',
  apiKeys: 'api-key',
}

/** The fields that people call a record by, its key first. */
const nameFields: { readonly [K in Kind]: readonly string[] } = {
  users: ['id', 'userName'],
  groups: ['id', 'codename', 'name'],
  roles: ['codename'],
  permissions: ['name'],
  domains: ['id', 'codename', 'name'],
  apiKeys: ['id', 'name', 'prefix'],
}

function namesOf(kind: Kind, row: object): readonly string[] {
  const fields: { readonly [field: string]: unknown } = { ...row }
  return nameFields[kind].flatMap((field) => (typeof fields[field] === 'string' ? [fields[field]] : []))
}

/** Whether the record is called so: by its key, a reference, a user name in any case, a codename or its name. */
export function isCalled<K extends Kind>(kind: K, row: RowOf<K>, name: string): boolean {
  const prefix = `${tableOf[kind]}:`
  const text = name.startsWith(prefix) ? name.slice(prefix.length) : name
  return namesOf(kind, row).some((each) => each === text || (kind === 'users' && foldedKey(each) === foldedKey(text)))
}

/** The rows of a kind: a domain is a group of that type, and no other. */
export function rowsOf<K extends Kind>(snapshot: Snapshot, kind: K): readonly RowOf<K>[] {
  const rows: readonly RowOf<K>[] = [...snapshot.all<KindTables[K]>(tableOf[kind])]
  return kind === 'domains' ? rows.filter((row) => 'type' in row && row.type === domainType) : rows
}

// ---- one record, named in a registration

function unknown(reference: string, field: string): Refusal {
  return refuse('unknown_reference', { reference, field })
}

function ambiguous(name: string, field: string, references: readonly string[]): Refusal {
  return refuse('invalid_parameter', { field, reason: `${JSON.stringify(name)} can be ${references.join(' or ')}; write one of these` })
}

/** A user by reference, id or user name, or a service account by reference. Throws `unknown_reference`. */
export function principalCalled(snapshot: Snapshot, name: string, field: string): PrincipalReference {
  if (name.startsWith('service:')) {
    const id = name.slice('service:'.length)
    if (snapshot.has('service', id)) return `service:${id}`
    throw unknown(name, field)
  }
  const text = name.startsWith('user:') ? name.slice('user:'.length) : name
  const [byName] = snapshot.usersByName(text)
  const id = snapshot.has('user', text) ? text : byName?.id
  if (id === undefined) throw unknown(`user:${text}`, field)
  return `user:${id}`
}

/** A group by reference, id, codename or name. Throws `unknown_reference`, and `invalid_parameter` when several are called so. */
export function groupCalled(snapshot: Snapshot, name: string, field: string, domain: boolean): string {
  const kind = domain ? 'domains' : 'groups'
  const text = name.startsWith('group:') ? name.slice('group:'.length) : name
  if (snapshot.has('group', text) && (!domain || snapshot.get('group', text)?.type === domainType)) return text
  const found = rowsOf(snapshot, kind).filter((row) => isCalled(kind, row, text))
  const [first] = found
  if (first === undefined) throw unknown(`group:${text}`, field)
  if (found.length > 1)
    throw ambiguous(
      name,
      field,
      found.map(({ id }) => `group:${id}`),
    )
  return first.id
}

/** Throws `unknown_reference`. */
export function roleCalled(snapshot: Snapshot, name: string, field: string): string {
  const codename = name.startsWith('role:') ? name.slice('role:'.length) : name
  if (snapshot.role(codename) === undefined) throw unknown(`role:${codename}`, field)
  return codename
}

/** Throws `unknown_reference`, and `invalid_parameter` for two readings. */
export function permissionCalled(snapshot: Snapshot, name: string, field: string): string {
  const found = namedPermission(snapshot, name.startsWith('permission:') ? name.slice('permission:'.length) : name, field)
  if (found === undefined) throw unknown(`permission:${name}`, field)
  return found.name
}

/** The one record that is called so. Throws `unknown_reference`, and `invalid_parameter` when several are. */
export function recordCalled<K extends Kind>(snapshot: Snapshot, kind: K, name: string): RowOf<K> {
  const found = rowsOf(snapshot, kind).filter((row) => isCalled(kind, row, name))
  const [first] = found
  if (first === undefined) throw unknown(name.includes(':') ? name : `${tableOf[kind]}:${name}`, 'name')
  if (found.length > 1)
    throw ambiguous(
      name,
      'name',
      found.map((row) => `${tableOf[kind]}:${keyIn(row)}`),
    )
  return first
}

/** The key of a row of a kind. */
export function keyIn(row: RowOf<Kind>): string {
  if ('id' in row) return row.id
  return 'codename' in row ? row.codename : row.name
}

// ---- many records, by fields and relations

/** Relations that are asked for beside the fields of a record; direct ones only. */
export interface Relations {
  readonly users: {
    readonly group?: string
    readonly domain?: string
    readonly role?: string
    readonly permission?: string
    readonly apiKey?: string
  }
  readonly groups: { readonly user?: string; readonly role?: string; readonly permission?: string }
  readonly roles: { readonly user?: string; readonly group?: string; readonly permission?: string }
  readonly permissions: { readonly user?: string; readonly group?: string; readonly role?: string }
  readonly domains: { readonly user?: string; readonly role?: string; readonly permission?: string }
  readonly apiKeys: { readonly user?: string }
}

/** The name, any field and any relation. Fields must be equal, lists must hold the value. */
export type Filter<K extends Kind> = {
  readonly [F in Exclude<keyof RowOf<K>, 'hash' | 'role' | 'permission'>]?: RowOf<K>[F] extends readonly (infer I)[]
    ? I | RowOf<K>[F]
    : RowOf<K>[F]
} & Relations[K]

const bookkeeping = ['origin', 'createdAt', 'createdBy', 'updatedAt']
/** Fields that rows have beside those of the change that makes them. */
const madeFields: { readonly [K in Kind]: readonly string[] } = {
  users: [],
  groups: [],
  roles: [],
  permissions: ['resourceType'],
  domains: [],
  apiKeys: ['active'],
}
const relationNames: { readonly [K in Kind]: readonly (keyof Relations[K] & string)[] } = {
  users: ['group', 'domain', 'role', 'permission', 'apiKey'],
  groups: ['user', 'role', 'permission'],
  roles: ['user', 'group', 'permission'],
  permissions: ['user', 'group', 'role'],
  domains: ['user', 'role', 'permission'],
  apiKeys: ['user'],
}

/** What may be looked at on behalf of whoever asks. */
export type Sees = <Name extends TableName>(table: Name, row: Tables[Name]) => boolean

/**
 * The records that fit the filter in every point, of those that may be seen, sorted by key. A text is a name. A relation to somebody who is
 * not there, or that may not be seen, fits nothing.
 * @throws Refusal `unknown_field`
 */
export function findRecords<K extends Kind>(
  snapshot: Snapshot,
  kind: K,
  filter: string | Filter<K> | undefined,
  sees: Sees,
): readonly RowOf<K>[] {
  const rows = rowsOf(snapshot, kind).filter((row) => sees<KindTables[K]>(tableOf[kind], row))
  if (typeof filter === 'string') return sortedByKey(rows.filter((row) => isCalled(kind, row, filter)))
  const known: readonly string[] = [
    ...Object.keys(changeFields[`${tableOf[kind]}.create`]).filter((field) => field !== 'hash' && field !== 'nested'),
    ...bookkeeping,
    ...madeFields[kind],
    ...relationNames[kind],
  ]
  const tests = Object.entries(filter ?? {}).flatMap(([field, value]) => {
    if (value === undefined) return []
    if (!known.includes(field)) throw refuse('unknown_field', { field, known })
    const isRelation = (relationNames[kind] as readonly string[]).includes(field)
    return [isRelation ? related(snapshot, kind, field, String(value), sees) : equals(field, value)]
  })
  return sortedByKey(rows.filter((row) => tests.every((fits) => fits(row))))
}

function sortedByKey<Row extends RowOf<Kind>>(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort((one, other) => (keyIn(one) < keyIn(other) ? -1 : 1))
}

function equals(field: string, value: unknown): (row: object) => boolean {
  return (row) => {
    const found: unknown = Object.entries(row).find(([name]) => name === field)?.[1]
    if (Array.isArray(found) && !Array.isArray(value)) return found.some((each) => canonicalJson(each) === canonicalJson(value))
    return canonicalJson(found ?? null) === canonicalJson(value ?? null)
  }
}

/** Whether a row stands in the relation to what is named. */
function related(snapshot: Snapshot, kind: Kind, relation: string, name: string, sees: Sees): (row: RowOf<Kind>) => boolean {
  const other = calledOrNothing(() => {
    if (relation === 'user') return principalCalled(snapshot, name, relation)
    if (relation === 'group' || relation === 'domain')
      return `group:${groupCalled(snapshot, name, relation, relation === 'domain')}` as const
    if (relation === 'apiKey') return recordCalled(snapshot, 'apiKeys', name).owner
    return relation === 'role' ? roleCalled(snapshot, name, relation) : permissionCalled(snapshot, name, relation)
  })
  if (other === undefined) return () => false
  const grants = plainGrants(snapshot).filter((grant) => isPlain(grant) && sees('grant', grant))
  const has = (subject: string, field: 'role' | 'permission', what: string) =>
    grants.some((grant) => grant.subject === subject && grant[field] === what)
  const isIn = (member: MemberReference, group: string) => [...snapshot.holdsOf(group, member)].some((hold) => sees('hold', hold))
  return (row) => {
    const key = keyIn(row)
    if (relation === 'apiKey') return other === `user:${key}`
    if (kind === 'apiKeys') return 'owner' in row && row.owner === other
    if (kind === 'users' || kind === 'groups' || kind === 'domains') {
      const self: MemberReference = kind === 'users' ? `user:${key}` : `group:${key}`
      if (relation === 'role' || relation === 'permission') return has(self, relation, other)
      return kind === 'users' ? isIn(self, other.slice('group:'.length)) : isMember(other) && isIn(other, key)
    }
    if (kind === 'roles' && relation === 'permission') return 'permissions' in row && row.permissions.includes(other)
    if (relation === 'role') return snapshot.role(other)?.permissions.includes(key) === true
    return has(other, kind === 'roles' ? 'role' : 'permission', key)
  }
}

function isMember(reference: string): reference is MemberReference {
  return /^(user|service|group):/.test(reference)
}

/** What is called so; undefined: nothing is. */
function calledOrNothing<T>(find: () => T): T | undefined {
  try {
    return find()
  } catch (fault) {
    if (fault instanceof Object && 'code' in fault && (fault.code === 'unknown_reference' || fault.code === 'invalid_parameter'))
      return undefined
    throw fault
  }
}
