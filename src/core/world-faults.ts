/** What stands in the way of a record of a world. */

import type { ErrorDetails, Refusal } from './errors.ts'
import { refuse } from './errors.ts'
import { foldedKey, slug } from './name.ts'
import { entryLists } from './policy.ts'
import { idOf, isGroup, readSubject, tenantResource, typeOf } from './reference.ts'
import type { Snapshot } from './snapshot.ts'
import type { TableName } from './tables.ts'
import type { Catalogue } from './world-catalogue.ts'
import { isOurs } from './world-names.ts'
import type { Fields, Item, Section } from './world-sections.ts'
import { isBuiltIn } from './world-sections.ts'

export function faultOfKey(item: Item, snapshot: Snapshot, seen: Set<string>): Refusal | undefined {
  const { section, key } = item
  if (key === undefined) return undefined
  const reference = `${section.table}:${key}`
  if (seen.has(reference)) return refuse('conflict', { reference: item.name, reason: 'is given twice' })
  seen.add(reference)
  if (isBuiltIn(section.table, key)) return refuse('conflict', { reference: item.name, reason: 'is built in and cannot be imported' })
  if (section.key === 'id' && !snapshot.has(section.table, key) && snapshot.has('retired', reference)) {
    return refuse('conflict', { reference: item.name, reason: 'was deleted, and an id is never given again' })
  }
  return undefined
}

export function faultOfReferences(item: Item, has: (table: TableName, key: string) => boolean, catalogue: Catalogue): Refusal | undefined {
  const { fields, section } = item
  const missing = (reference: string, field: string) => refuse('unknown_reference', { reference, field })
  const each = (field: string): readonly string[] => {
    const value = fields[field]
    // A list of a world holds texts; anything else was refused when it was read.
    return Array.isArray(value) ? (value as readonly string[]) : typeof value === 'string' ? [value] : []
  }
  const check = (field: string, table: TableName): Refusal | undefined => {
    const absent = each(field).find((key) => !has(table, key))
    return absent === undefined ? undefined : missing(`${table}:${absent}`, field)
  }
  const checkMember = (field: string): Refusal | undefined => {
    const [reference] = each(field)
    if (reference === undefined) return undefined
    // Members are user:, service: or group:, whose tables have the same names.
    return has(typeOf(reference) as TableName, idOf(reference)) ? undefined : missing(reference, field)
  }
  const checkPermissions = (field: string): Refusal | undefined => {
    const absent = each(field).find((name) => catalogue.permission(name) === undefined)
    return absent === undefined ? undefined : missing(`permission:${absent}`, field)
  }
  const checkResource = (field: string): Refusal | undefined => {
    const [resource] = each(field)
    if (resource === undefined || resource === tenantResource) return undefined
    if (isOurs(resource)) return checkMember(field)
    const type = typeOf(resource)
    if (!has('resource-type', type)) return missing(`resource-type:${type}`, field)
    if (field === 'resource' && section.table === 'resource' && isBuiltIn('resource-type', type))
      return missing(`resource-type:${type}`, field)
    return field === 'parent' && !has('resource', resource) ? missing(resource, field) : undefined
  }

  switch (section.table) {
    case 'resource-type':
      return check('parentTypes', 'resource-type')
    case 'permission':
      return checkPermissions('parent')
    case 'role':
      return check('includes', 'role') ?? checkPermissions('permissions')
    case 'group-type':
      return check('standings', 'role')
    case 'group':
      return check('parent', 'group') ?? check('type', 'group-type') ?? check('entities', 'group-entity')
    case 'hold':
      return check('group', 'group') ?? checkMember('member') ?? check('roles', 'role')
    case 'resource':
      return checkResource('resource') ?? checkResource('parent') ?? checkMember('owner')
    case 'grant':
      return (
        faultOfSubject(String(fields.subject), has) ?? checkResource('resource') ?? check('role', 'role') ?? checkPermissions('permission')
      )
    case 'assignment':
      return checkResource('resource') ?? check('group', 'group') ?? checkMember('member') ?? faultOfPolicy(fields.policy, catalogue)
    default:
      return undefined
  }
}

function faultOfSubject(text: string, has: (table: TableName, key: string) => boolean): Refusal | undefined {
  const missing = (reference: string) => refuse('unknown_reference', { reference, field: 'subject' })
  if (text === 'user:anonymous') return undefined
  const subject = readSubject(text, 'subject')
  if (subject.kind === 'principal') {
    const { reference } = subject
    return has(isGroup(reference) ? 'group' : reference.startsWith('user:') ? 'user' : 'service', idOf(reference))
      ? undefined
      : missing(reference)
  }
  if (!('group' in subject)) return undefined
  if (!has('group', subject.group)) return missing(`group:${subject.group}`)
  if (subject.kind === 'standing' && !has('role', subject.role)) return missing(`role:${subject.role}`)
  const type = subject.kind === 'relation' ? subject.types?.find((each) => !has('group-type', each)) : undefined
  return type === undefined ? undefined : missing(`group-type:${type}`)
}

function faultOfPolicy(policy: unknown, catalogue: Catalogue): Refusal | undefined {
  if (typeof policy !== 'object' || policy === null) return undefined
  const plain = new Set(['view', 'change', 'delete', 'add'])
  for (const entry of Object.values(policy)) {
    for (const [, names] of entryLists(entry)) {
      const absent = names.find((name) => !plain.has(name) && catalogue.permission(name) === undefined)
      if (absent !== undefined) return refuse('unknown_reference', { reference: `permission:${absent}`, field: 'policy' })
    }
  }
  return undefined
}

/** Names that only one record may have, and who has them. */
export function namesTaken(snapshot: Snapshot, section: Section): Map<string, string> {
  const taken = new Map<string, string>()
  if (section.table === 'user') {
    for (const user of snapshot.all('user')) for (const [name, id] of uniqueNames(section, { ...user }, user.id)) taken.set(name, id)
  }
  if (section.table === 'group') {
    for (const group of snapshot.all('group')) for (const [name, id] of uniqueNames(section, { ...group }, group.id)) taken.set(name, id)
  }
  return taken
}

function uniqueNames(section: Section, fields: Fields, id: string): readonly (readonly [name: string, id: string])[] {
  if (section.table === 'user') {
    const primary: unknown = Array.isArray(fields.emails) ? fields.emails[0] : undefined
    return [
      ...(typeof fields.userName === 'string' ? [[`user name ${foldedKey(fields.userName)}`, id] as const] : []),
      ...(typeof primary === 'string' ? [[`e-mail address ${foldedKey(primary)}`, id] as const] : []),
    ]
  }
  if (section.table === 'group' && typeof fields.codename === 'string') {
    return [[`codename ${foldedKey(fields.codename)} under ${fields.parent ?? 'the root'}`, id]]
  }
  return []
}

export function faultOfNames(item: Item, taken: Map<string, string>, row: object | undefined): Refusal<'conflict'> | undefined {
  if (item.section.table !== 'user' && item.section.table !== 'group') return undefined
  const own = item.key ?? item.name
  const release = row === undefined ? [] : uniqueNames(item.section, { ...row }, own)
  const { codename, name } = item.fields
  // As it is made where none is given.
  const made = row === undefined && codename === undefined && typeof name === 'string' ? { codename: slug(name, '-') } : {}
  const names = uniqueNames(item.section, { ...row, ...item.fields, ...made }, own)
  for (const [name] of names) {
    const holder = taken.get(name)
    if (holder !== undefined && holder !== own) {
      const details: ErrorDetails['conflict'] = { reference: item.name, reason: `the ${name} belongs to ${item.section.table}:${holder}` }
      return refuse('conflict', details)
    }
  }
  for (const [name] of release) taken.delete(name)
  for (const [name] of names) taken.set(name, own)
  return undefined
}
