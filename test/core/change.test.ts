import { describe, expect, it } from 'vitest'
import type { ChangeKind, JsonSchema } from '../../src/core/index.ts'
import { changeFields, changeKinds, changeSchema, Refusal, readChange } from '../../src/core/index.ts'
import { samples } from './every-kind.ts'
import { later } from './tenant.ts'

const hash = 'a'.repeat(64)
const check = { plugin: 'rates', name: 'under_limit', arguments: ['amount'] }
const policy = {
  owner: { default: ['view'], chief: ['chat'] },
  group: ['view'],
  ancestors: ['view'],
  descendants: { team: ['view'] },
  siblings: [],
}
const user = {
  displayName: 'Ada',
  firstName: 'Ada',
  lastName: 'Lovelace',
  page: 'https://example.org',
  description: 'One\nTwo',
  portrait: 'https://example.org/ada.png',
  confirmedAt: later,
  emails: ['ada@example.org'],
  attributes: { level: 3, tags: ['a', null] },
  status: 'pending',
  networks: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.1', '::1'],
  externalIds: { ldap: 'cn=ada' },
}
const group = {
  description: 'One',
  comment: 'Two',
  type: 'team',
  contact: 'Ada',
  expiresAt: later,
  entities: ['tag'],
  properties: { a: 1 },
  data: { config: { share: 'members' } },
  meta: { b: [] },
  active: false,
  joinPolicy: 'open',
}
const origin = { origin: 'source:hr' }
const window = { from: '2026-01-01T00:00:00.000Z', until: later }

/** The smallest and the fullest form of each kind. */
const forms: { readonly [Kind in ChangeKind]: readonly [smallest: object, fullest: object] } = {
  'settings.update': [{}, { managersInherit: true, rootSiblings: false, policy }],
  'tenant.create': [{ id: 'acme' }, { id: 'acme', name: 'Acme', description: 'A client', existing: true }],
  'tenant.update': [{ id: 'acme' }, { id: 'acme', name: 'Acme', description: null, active: false }],
  'tenant.open': [
    { id: 'acme', way: 'claim' },
    { id: 'acme', way: 'claim' },
  ],
  'tenant.delete': [
    { id: 'acme', confirm: 'acme' },
    { id: 'acme', confirm: 'acme' },
  ],
  'source.create': [{ name: 'hr' }, { name: 'hr', label: 'HR', enabled: false }],
  'source.update': [{ name: 'hr' }, { name: 'hr', label: null, enabled: true }],
  'source.delete': [{ name: 'hr' }, { name: 'hr' }],
  'resource-type.create': [
    { name: 'doc' },
    { name: 'doc', actions: ['view'], parentTypes: ['folder'], ownerActions: ['view'], description: 'A text', ...origin },
  ],
  'resource-type.update': [{ name: 'doc' }, { name: 'doc', actions: [], parentTypes: [], ownerActions: null, description: null }],
  'resource-type.delete': [{ name: 'doc' }, { name: 'doc' }],
  'permission.create': [
    { name: 'chat' },
    { name: 'chat.x', permissionKind: 'restriction', description: 'x', label: 'X', parent: 'chat', condition: 'true', check, ...origin },
  ],
  'permission.update': [
    { name: 'chat' },
    { name: 'chat', permissionKind: 'allow', description: null, label: null, parent: null, condition: null, check: null },
  ],
  'permission.delete': [{ name: 'chat' }, { name: 'chat' }],
  'role.create': [{ codename: 'r' }, { codename: 'r', label: 'R', description: 'x', permissions: ['chat'], includes: ['s'], ...origin }],
  'role.update': [{ codename: 'r' }, { codename: 'r', label: 'R', description: null, permissions: [], includes: [] }],
  'role.delete': [{ codename: 'r' }, { codename: 'r' }],
  'group-type.create': [
    { codename: 't' },
    { codename: 't', label: 'T', exclusive: true, standings: ['r'], workspace: { a: 1 }, ...origin },
  ],
  'group-type.update': [{ codename: 't' }, { codename: 't', label: 'T', exclusive: false, standings: [], workspace: null }],
  'group-type.delete': [{ codename: 't' }, { codename: 't' }],
  'group-entity.create': [{ codename: 'e' }, { codename: 'e', label: 'E', ...origin }],
  'group-entity.update': [
    { codename: 'e', label: 'E' },
    { codename: 'e', label: 'E' },
  ],
  'group-entity.delete': [{ codename: 'e' }, { codename: 'e' }],
  'user.create': [{}, { id: 'ada', userName: 'ada', ...user, ...origin }],
  'user.update': [{ id: 'ada' }, { id: 'ada', userName: 'ada', ...user, displayName: null, confirmedAt: null }],
  'user.delete': [{ id: 'ada' }, { id: 'ada' }],
  'service.create': [{ name: 'Bot' }, { id: 'bot', name: 'Bot', description: 'x', status: 'inactive', ...origin }],
  'service.update': [{ id: 'bot' }, { id: 'bot', name: 'Bot', description: null, status: 'active' }],
  'service.delete': [{ id: 'bot' }, { id: 'bot' }],
  'group.create': [{ name: 'G' }, { id: 'g', name: 'G', codename: 'g', parent: 'p', nested: true, ...group, ...origin }],
  'group.update': [{ id: 'g' }, { id: 'g', name: 'G', ...group, type: null, expiresAt: null, data: { config: { share: false } } }],
  'group.move': [
    { id: 'g', parent: 'p' },
    { id: 'g', parent: null },
  ],
  'group.delete': [{ id: 'g' }, { id: 'g', children: 'lift' }],
  'member.add': [
    { group: 'g', member: 'user:ada' },
    { group: 'g', member: 'group:h', ...window, roles: ['r'], reason: 'x', ifExists: 'replace', ...origin },
  ],
  'member.update': [
    { group: 'g', member: 'user:ada' },
    { group: 'g', member: 'service:bot', from: null, until: later, roles: [], reason: null, ...origin },
  ],
  'member.remove': [
    { group: 'g', member: 'user:ada' },
    { group: 'g', member: 'user:ada', ...origin },
  ],
  'resource.create': [
    { resource: 'doc:1' },
    { resource: 'doc:1', parent: 'folder:1', inherits: false, owner: 'group:g', attributes: { a: 1 }, ...origin },
  ],
  'resource.update': [{ resource: 'doc:1' }, { resource: 'doc:1', parent: null, inherits: true, owner: null, attributes: {} }],
  'resource.delete': [{ resource: 'doc:1' }, { resource: 'doc:1', children: 'delete' }],
  'grant.create': [
    { subject: 'everyone', role: 'r' },
    {
      id: 'x',
      subject: 'group:g^descendants[a,b]{2}',
      actions: ['view'],
      resource: 'doc:1',
      effect: 'deny',
      ...window,
      condition: 'true',
      reason: 'x',
      ...origin,
    },
  ],
  'grant.update': [{ id: 'x' }, { id: 'x', from: null, until: null, condition: null, reason: null }],
  'grant.delete': [{ id: 'x' }, { id: 'x' }],
  'assignment.create': [
    { resource: 'doc:1', group: 'g' },
    { id: 'x', resource: 'doc:1', group: 'g', member: 'user:ada', policy, keepOwner: true, ...origin },
  ],
  'assignment.delete': [{ id: 'x' }, { id: 'x' }],
  'permission-tree.write': [
    { subject: 'group:g', tree: {} },
    { subject: 'group:g', tree: { chat: { upload: true, export: false } } },
  ],
  'api-key.create': [
    { prefix: 'k', hash, owner: 'user:ada' },
    { id: 'x', name: 'Key', prefix: 'k', hash, owner: 'service:bot', scopes: ['chat'], expiresAt: later, ...origin },
  ],
  'api-key.update': [{ id: 'x' }, { id: 'x', name: null, scopes: [], active: false, expiresAt: null }],
  'api-key.delete': [{ id: 'x' }, { id: 'x' }],
  'record.take-over': [{ record: 'user:ada' }, { record: 'user:ada', ...origin }],
  undo: [{ revision: 1 }, { revision: 1 }],
}

const codeOf = (value: unknown): string => {
  try {
    readChange(value, 'changes[0]')
    return 'read'
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.code
    throw refusal
  }
}

/** Whether a value fits the part of JSON Schema that the shapes write. */
function fits(schema: JsonSchema, value: unknown): boolean {
  for (const word of ['anyOf', 'oneOf'] as const) {
    const schemas = schema[word]
    if (Array.isArray(schemas)) {
      const number = schemas.filter((each: JsonSchema) => fits(each, value)).length
      if (word === 'anyOf' ? number === 0 : number !== 1) return false
    }
  }
  if ('const' in schema && schema.const !== value) return false
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return false
  switch (schema.type) {
    case 'boolean':
    case 'string':
      if (typeof value !== schema.type) return false
      break
    case 'integer':
      if (!Number.isInteger(value)) return false
      break
    case 'null':
      if (value !== null) return false
      break
    case 'array':
      if (!Array.isArray(value)) return false
      break
    case 'object':
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
      break
    default:
  }
  const { minimum, maximum, minLength, maxLength, pattern, items, maxItems, required, properties, additionalProperties } = schema as {
    readonly [word: string]: never
  }
  if (typeof value === 'number' && ((minimum ?? -Infinity) > value || (maximum ?? Infinity) < value)) return false
  if (typeof value === 'string') {
    if (value.length < (minLength ?? 0) || value.length > (maxLength ?? Infinity)) return false
    if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) return false
  }
  if (Array.isArray(value)) return value.length <= (maxItems ?? Infinity) && value.every((each) => fits(items ?? {}, each))
  if (typeof value !== 'object' || value === null) return true
  const known = new Map<string, JsonSchema>(Object.entries(properties ?? {}))
  if ((required ?? ([] as string[])).some((name: string) => !Object.hasOwn(value, name))) return false
  return Object.entries(value).every(([name, each]) => {
    const shape = known.get(name)
    if (shape !== undefined) return fits(shape, each)
    return additionalProperties === undefined || (additionalProperties !== false && fits(additionalProperties, each))
  })
}

describe.each(changeKinds)('%s', (kind) => {
  const [smallest, fullest] = forms[kind].map((fields) => ({ kind, ...fields })) as [object, object]

  it('is read in its smallest and in its fullest form, and the schema takes both', () => {
    for (const form of [smallest, fullest]) {
      expect(readChange(form, 'changes[0]')).toMatchObject({ kind })
      expect(Object.keys(readChange(form, '')).sort()).toEqual(Object.keys(form).sort())
      expect(fits(changeSchema, form)).toBe(true)
    }
    const fields = Object.keys(changeFields[kind])
    const alternatives = kind === 'grant.create' ? ['role', 'permission'] : []
    expect(Object.keys(fullest).sort()).toEqual(['kind', ...fields].filter((field) => !alternatives.includes(field)).sort())
  })

  it('is refused by reader and schema alike without a field that it needs, with one too many or one of another type', () => {
    for (const name of Object.keys(smallest).filter((each) => each !== 'kind')) {
      const { [name]: _, ...less } = smallest as { readonly [name: string]: unknown }
      // A move says where to; that null and nothing differ is told when it is applied.
      if (kind === 'group.move' && name === 'parent') continue
      if (kind === 'grant.create' && name === 'role') continue
      expect([name, codeOf(less), fits(changeSchema, less)]).toEqual([name, 'invalid_parameter', false])
    }
    const more = { ...fullest, isAdmin: true }
    expect([codeOf(more), fits(changeSchema, more)]).toEqual(['unknown_field', false])
    for (const name of Object.keys(fullest).filter((each) => each !== 'kind')) {
      const wrong = { ...fullest, [name]: [12.5] }
      const code = codeOf(wrong)
      expect([name, code === 'read', fits(changeSchema, wrong)]).toEqual([name, false, false])
    }
  })

  it('is refused with a key that reaches the prototype, wherever it stands', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      expect(codeOf(JSON.parse(`{"kind": ${JSON.stringify(kind)}, ${JSON.stringify(key)}: {"admin": true}}`))).toBe('invalid_key')
      for (const [name, value] of Object.entries(fullest)) {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) continue
        const poisoned = JSON.parse(JSON.stringify({ ...fullest, [name]: 0 }).replace(`"${name}":0`, `"${name}":{"${key}":{"x":true}}`))
        expect(['invalid_key', 'unknown_field']).toContain(codeOf(poisoned))
      }
    }
    expect(({} as { readonly admin?: boolean }).admin).toBeUndefined()
  })

  if (kind !== 'undo') {
    it('takes by its schema what the tenant of every kind is told', () => {
      for (const fields of samples[kind]) expect(fits(changeSchema, { kind, ...fields })).toBe(true)
    })
  }
})

describe('what is no change', () => {
  it.each([null, undefined, 1, 'group.create', [], {}, { kind: 1 }, { kind: 'group' }, { kind: 'constructor' }, { kind: '__proto__' }])(
    'is refused: %o',
    (value) => {
      expect(codeOf(value)).toBe('invalid_parameter')
    },
  )

  it.each([
    ['user.create', { networks: ['10.0.0.0/33'] }, 'invalid_string'],
    ['user.create', { networks: ['256.0.0.1'] }, 'invalid_string'],
    ['user.create', { networks: ['1::2::3/64'] }, 'invalid_string'],
    ['user.create', { networks: ['fe80::1/129'] }, 'invalid_string'],
    ['user.create', { networks: ['10.0.0.0/8/8'] }, 'invalid_string'],
    ['user.create', { externalIds: JSON.parse('{"__proto__": "x"}') }, 'invalid_key'],
    ['user.create', { origin: 'system:x' }, 'invalid_string'],
    ['user.create', { origin: 'source:' }, 'invalid_string'],
    ['user.create', { userName: 'p\u0430ypal' }, 'mixed_script'],
    ['user.create', { confirmedAt: 'soon' }, 'invalid_time'],
    ['assignment.create', { resource: 'doc:1', group: 'g', policy: { group: [], groups_upstream: [], ancestors: [] } }, 'duplicate_key'],
    ['assignment.create', { resource: 'doc:1', group: 'g', policy: { parents: [] } }, 'unknown_field'],
    ['assignment.create', { resource: 'doc:1', group: 'g', policy: { group: { chief: [] } } }, 'invalid_parameter'],
    ['assignment.create', { resource: 'doc:1', group: 'g', member: 'group:h' }, 'invalid_string'],
    ['api-key.create', { prefix: 'k', owner: 'group:g', hash }, 'invalid_string'],
    ['undo', { revision: 0 }, 'invalid_parameter'],
  ])('%s with %j is refused', (kind, fields, code) => {
    expect(codeOf({ kind, ...fields })).toBe(code)
  })

  it('reads the older keys of a policy, sorts its lists, and leaves what was given as it was', () => {
    const given = { groups_upstream: ['view', 'change', 'view'], groups_siblings: { b: ['view'], a: [] } }
    const before = JSON.stringify(given)
    expect(readChange({ kind: 'assignment.create', resource: 'doc:1', group: 'g', policy: given }, '')).toMatchObject({
      policy: { ancestors: ['change', 'view'], siblings: { a: [], b: ['view'] } },
    })
    expect(JSON.stringify(given)).toBe(before)
  })
})
