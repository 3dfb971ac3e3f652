/** Rows of every table: with every field, with none that may be absent, and with texts that stores have been seen to change. */

import type { Instant, TableName, Tables } from '../../core/index.ts'
import { defaultPolicy, readInstant } from '../../core/index.ts'

export const moment = (text: string): Instant => readInstant(text, 'time')
export const early = moment('2026-01-01T00:00:00.000Z')
export const late = moment('9999-12-31T23:59:59.999Z')
export const base = { origin: 'local', createdAt: early, createdBy: 'system:contract', updatedAt: early } as const

/** Texts that stores have been seen to change: by case, by form, by quoting, by trimming, by cutting. */
export const oddTexts: readonly string[] = [
  ' spaces at both ends ',
  'O\'Neil; drop table user; -- " ` \\ % _ ? $1 :name',
  'Ärger\u0308 \u00e9 e\u0301 \u212b ẞ ß İ ı',
  'مرحبا עברית 你好 ไทย',
  '👩‍👩‍👧‍👦 🏳️‍🌈 \u{10ffff} \u{1f9ff}',
  'tab\tline\nend\r\n\u2028\u2029\u200b\ufeff\u00a0',
  'null',
  '1e400',
  '{"json":"not ours"}',
  'x'.repeat(10_000),
  '好'.repeat(10_000),
]

/** One row of each kind with every field, and one with only those that must be there. */
export const fullRows: { readonly [Name in TableName]: Required<Tables[Name]> } = {
  settings: { managersInherit: true, rootSiblings: false, policy: defaultPolicy, updatedAt: early },
  tenant: { ...base, id: 'acme', name: 'Acme Ltd', description: 'd', active: false, entry: { way: 'claim', at: early } },
  source: { ...base, name: 'ldap', label: 'Directory', enabled: false },
  'resource-type': { ...base, name: 'folder', description: 'd', actions: ['view'], parentTypes: ['folder'], ownerActions: [] },
  permission: {
    ...base,
    name: 'folder.view',
    resourceType: 'folder',
    description: 'd',
    label: 'l',
    parent: 'folder.list',
    permissionKind: 'restriction',
    condition: 'now < "2027"',
    check: { plugin: 'rates', name: 'under_limit', arguments: ['amount'] },
  },
  role: { ...base, codename: 'editor', label: 'Editor', description: 'd', permissions: ['folder.view'], includes: ['viewer'] },
  'group-type': { ...base, codename: 'team', label: 'Team', exclusive: true, standings: ['lead'], workspace: { quota: 1.5e21 } },
  'group-entity': { ...base, codename: 'eu', label: 'EU' },
  user: {
    ...base,
    id: 'ada',
    userName: 'Ada',
    displayName: 'Ada Lovelace',
    firstName: 'Ada',
    lastName: 'Lovelace',
    emails: ['Ada@Example.org', 'second@example.org'],
    page: 'https://example.org/ada',
    description: 'wrote the first program',
    portrait: `data:image/png;base64,${'A'.repeat(200_000)}`,
    attributes: { z: 1, a: [null, true, -0.1, 'x', { deep: [] }], '': 'empty key', toString: 'own' },
    status: 'pending',
    confirmedAt: late,
    networks: ['10.0.0.0/8'],
    externalIds: { ldap: 'uid=ada' },
  },
  service: { ...base, id: 'robot', name: 'Robot', description: 'd', status: 'inactive' },
  group: {
    ...base,
    id: 'consuls',
    name: 'Consuls',
    codename: 'consuls',
    description: 'd',
    comment: 'c',
    type: 'team',
    entities: ['eu'],
    parent: 'gods',
    properties: { p: 1 },
    data: { config: { share: 'members' } },
    meta: { m: [] },
    contact: 'somebody',
    active: false,
    joinPolicy: 'request',
    expiresAt: late,
  },
  hold: { ...base, group: 'consuls', member: 'user:ada', from: early, until: late, roles: ['lead'], reason: 'r' },
  resource: {
    ...base,
    type: 'folder',
    id: 'a/b|c:d e',
    parent: 'folder:a',
    inherits: false,
    owner: 'group:consuls',
    attributes: { secret: true },
  },
  grant: {
    ...base,
    id: 'g1',
    subject: 'group:consuls#lead',
    role: 'editor',
    permission: 'folder.view',
    actions: ['view'],
    resource: 'folder:a',
    effect: 'deny',
    from: early,
    until: late,
    condition: 'true',
    reason: 'r',
  },
  assignment: { ...base, id: 'a1', resource: 'folder:a', group: 'consuls', member: 'user:ada', policy: defaultPolicy, keepOwner: true },
  'api-key': {
    ...base,
    id: 'k1',
    name: 'n',
    prefix: 'p1',
    hash: 'f'.repeat(64),
    owner: 'service:robot',
    scopes: ['folder.view'],
    active: false,
    expiresAt: late,
  },
  retired: { reference: 'user:gone', retiredAt: late },
}
export const bareUser: Tables['user'] = {
  ...base,
  id: 'bare',
  userName: 'bare',
  emails: [],
  attributes: {},
  status: 'active',
  networks: [],
  externalIds: {},
}
export const bareGroup: Tables['group'] = {
  ...base,
  id: 'bare',
  name: 'Bare',
  codename: 'bare',
  entities: [],
  properties: {},
  data: { config: { share: false } },
  meta: {},
  active: true,
  joinPolicy: 'closed',
}
export const bareRows: { readonly [Name in TableName]: Tables[Name] } = {
  settings: { managersInherit: false, rootSiblings: true, policy: { ...defaultPolicy, owner: { default: ['view'], lead: [] } } },
  tenant: { ...base, id: 'bare', name: 'bare', active: true },
  source: { ...base, name: 'bare', enabled: true },
  'resource-type': { ...base, name: 'bare', actions: [], parentTypes: [] },
  permission: { ...base, name: 'bare', permissionKind: 'allow' },
  role: { ...base, codename: 'bare', label: 'bare', permissions: [], includes: [] },
  'group-type': { ...base, codename: 'bare', label: 'bare', exclusive: false, standings: [] },
  'group-entity': { ...base, codename: 'bare', label: 'bare' },
  user: bareUser,
  service: { ...base, id: 'bare', name: 'bare', status: 'active' },
  group: bareGroup,
  hold: { ...base, group: 'bare', member: 'group:consuls', roles: [] },
  resource: { ...base, type: 'bare', id: 'bare', inherits: true, attributes: {} },
  grant: { ...base, id: 'bare', subject: 'everyone', resource: 'tenant', effect: 'allow' },
  assignment: { ...base, id: 'bare', resource: 'tenant', group: 'bare', policy: defaultPolicy, keepOwner: false },
  'api-key': { ...base, id: 'bare', prefix: 'bare', hash: '0'.repeat(64), owner: 'user:ada', scopes: [], active: true },
  retired: { reference: 'bare', retiredAt: early },
}

export function bareUserAs(id: string): Tables['user'] {
  return { ...bareUser, id, userName: id }
}
