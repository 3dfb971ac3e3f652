/** What every store must keep, as cases that any test runner can run over the real thing. */

import type { ErrorCode, Instant, Revision, RowChange, TableName, Tables } from '../core/index.ts'
import { CuriaError, canonicalJson, defaultPolicy, keyOf, readInstant, tableNames } from '../core/index.ts'
import type { JournalDraft, JournalEntry, JournalRange, Row, Store, Verification } from '../store/store.ts'
import type { ContractCase } from './contract-case.ts'
import { casesOver } from './contract-case.ts'

/** A kind of store that is held to the contract. */
export interface StoreUnderTest {
  /** What was committed is there when the store is opened again. Adds the cases about that. */
  readonly isDurable: boolean
  /** Its homes can be altered by SQL. Adds the cases about altered journals. */
  readonly isSql: boolean
  /** Makes an empty database. */
  newHome(): Promise<StoreHome>
}

/** Where one store lives. */
export interface StoreHome {
  /** Opens the store; again after it was closed, when it is durable. */
  open(): Promise<Store>
  /** Runs SQL on the database behind the back of the store, which is closed, past everything that protects the journal. */
  alter(statements: readonly string[]): Promise<void>
  /** Takes the database away. */
  remove(): Promise<void>
}

/**
 * The contract of `store/store.ts` as cases, each over a home of its own, for any test runner.
 *
 * @example
 * for (const { name, run } of storeContract({ isDurable: true, isSql: false, newHome })) it(name, run)
 */
export function storeContract({ isDurable, isSql, newHome }: StoreUnderTest): readonly ContractCase[] {
  const chosen = { ...cases, ...(isDurable ? durableCases : {}), ...(isSql ? alteredCases : {}) }
  return casesOver(chosen, newHome)
}

type Cases = { readonly [name: string]: (home: StoreHome) => Promise<void> }

const tenant = 'main'
const moment = (text: string): Instant => readInstant(text, 'time')
const early = moment('2026-01-01T00:00:00.000Z')
const late = moment('9999-12-31T23:59:59.999Z')
const base = { origin: 'local', createdAt: early, createdBy: 'system:contract', updatedAt: early } as const

/** Texts that stores have been seen to change: by case, by form, by quoting, by trimming, by cutting. */
const oddTexts: readonly string[] = [
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
const fullRows: { readonly [Name in TableName]: Required<Tables[Name]> } = {
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
const bareUser: Tables['user'] = {
  ...base,
  id: 'bare',
  userName: 'bare',
  emails: [],
  attributes: {},
  status: 'active',
  networks: [],
  externalIds: {},
}
const bareGroup: Tables['group'] = {
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
const bareRows: { readonly [Name in TableName]: Tables[Name] } = {
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

const cases: Cases = {
  'a note comes back as it was put, counts its changes, and is in no revision, journal or tenant of facts': async (home) => {
    const store = await home.open()
    same([await store.note(tenant, 'session', 'k'), await store.notes(tenant, 'session')], [undefined, []])
    const value = { text: oddTexts.join(), list: [1.5, null, true], deep: { '': {} } }
    const put = (key: string, until?: Instant) =>
      store.changeNotes(tenant, [
        { purpose: 'session', key, note: { owner: 'user:ada', value, ...(until === undefined ? {} : { until }) } },
      ])
    await put('k', late)
    await put('K')
    const first = { purpose: 'session', key: 'k', owner: 'user:ada', until: late, value, version: 1 }
    same(await store.note(tenant, 'session', 'k'), first)
    await put('k', late)
    same(await store.note(tenant, 'session', 'k'), { ...first, version: 2 })
    same(
      (await store.notes(tenant, 'session')).map(({ key, until, version }) => [key, until, version]),
      [
        ['K', undefined, 1],
        ['k', late, 2],
      ],
    )
    same([await store.note(tenant, 'password', 'k'), await store.note('other', 'session', 'k')], [undefined, undefined])
    await store.changeNotes(tenant, [
      { purpose: 'session', key: 'k' },
      { purpose: 'session', key: 'unknown' },
    ])
    same([await store.note(tenant, 'session', 'k'), (await store.notes(tenant, 'session')).length], [undefined, 1])
    same([await store.head(tenant), await store.tenants(), await entries(store)], [0, [], []])
  },

  'a tenant is removed with a commit to another one, whole or not at all, and never comes back': async (home) => {
    const store = await home.open()
    const kept = [made('tenant', fullRows.tenant)]
    const all = tableNames.map((table) => made(table, fullRows[table]))
    const idempotency = { key: 'k', fingerprint: 'f', answer: '{}' }
    const note = { purpose: 'session', key: 's', note: { owner: 'user:ada', value: {} } } as const
    for (const name of ['acme', 'other'])
      await store.commit({ tenant: name, expectedRevision: 0, entry: draft(all), idempotency, notes: [note] })
    await commit(store, 0, kept)
    const before = [await held(store, 'acme'), await entries(store, {}, 'acme')]

    const removal = { tenant, entry: draft([removed('tenant', fullRows.tenant)]), removedTenants: ['acme', 'never-there'] }
    await refused(store.commit({ ...removal, expectedRevision: 7 }), 'revision_conflict')
    await refused(
      store.commit({ ...removal, expectedRevision: 1, notes: [{ purpose: 'token', key: 't', expected: 1 }] }),
      'precondition_failed',
    )
    same([await held(store, 'acme'), await entries(store, {}, 'acme')], before)
    same([(await store.notes('acme', 'session')).length, await store.tenants()], [1, ['acme', tenant, 'other']])

    await store.commit({ ...removal, expectedRevision: 1 })
    same([await held(store, 'acme'), await entries(store, {}, 'acme'), await store.head('acme')], [[], [], 0])
    same(
      [await store.idempotent('acme', 'k'), await store.notes('acme', 'session'), await store.tenants()],
      [undefined, [], [tenant, 'other']],
    )
    same([await held(store), await held(store, 'other')], [[], sorted(all)])
    same(
      [(await store.notes('other', 'session')).length, (await store.verify(tenant)).intact, (await store.verify('other')).intact],
      [1, true, true],
    )

    for (const name of ['acme', 'never-there']) {
      await refused(commit(store, 0, [], {}, name), 'conflict')
      await refused(commit(store, 1, [], {}, name), 'conflict')
      await refused(store.changeNotes(name, [note]), 'conflict')
      await store.changeNotes(name, [{ purpose: 'session', key: 's' }])
      same([await store.head(name), await store.notes(name, 'session')], [0, []])
    }
  },

  'notes are listed by owner': async (home) => {
    const store = await home.open()
    const owners = ['user:ada', 'user:Ada', 'service:ada', undefined] as const
    await store.changeNotes(
      tenant,
      owners.map((owner, index) => ({
        purpose: 'session',
        key: `${index}`,
        note: { value: {}, ...(owner === undefined ? {} : { owner }) },
      })),
    )
    same(
      (await store.notes(tenant, 'session', 'user:ada')).map(({ key }) => key),
      ['0'],
    )
    same((await store.notes(tenant, 'session', 'user:nobody')).length, 0)
    same((await store.notes(tenant, 'session')).length, 4)
  },

  'notes that are not as expected are refused, and nothing of the list is changed': async (home) => {
    const store = await home.open()
    const note = { value: {} }
    const change = (key: string, expected: number, more: object = { note }) => ({ purpose: 'token', key, expected, ...more })
    await store.changeNotes(tenant, [change('a', 0), change('b', 0)])
    for (const changes of [
      [change('c', 0), change('a', 0)],
      [change('c', 0), change('a', 2)],
      [change('c', 0), change('d', 1)],
      [change('c', 0), change('a', 2, {})],
      [change('c', 0), change('a', 0, {})],
      [change('c', 0), change('d', 1, {})],
    ])
      await refused(store.changeNotes(tenant, changes), 'precondition_failed')
    same(
      (await store.notes(tenant, 'token')).map(({ key, version }) => [key, version]),
      [
        ['a', 1],
        ['b', 1],
      ],
    )
    await store.changeNotes(tenant, [change('a', 1), change('b', 1, {}), change('c', 0, {})])
    same(
      (await store.notes(tenant, 'token')).map(({ key, version }) => [key, version]),
      [['a', 2]],
    )
  },

  'of those who take one note exactly one gets it': async (home) => {
    const store = await home.open()
    await store.changeNotes(tenant, [{ purpose: 'token', key: 'one', note: { value: {} } }])
    const takers = await Promise.allSettled(
      Array.from({ length: 8 }, () => store.changeNotes(tenant, [{ purpose: 'token', key: 'one', expected: 1 }])),
    )
    same(takers.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const taker of takers) if (taker.status === 'rejected') same(codeOf(taker.reason), 'precondition_failed')
  },

  'notes change together with a commit, or neither does': async (home) => {
    const store = await home.open()
    const entry = draft([made('user', bareUser)])
    const notes = [
      { purpose: 'password', key: 'bare', note: { owner: 'user:bare', value: { hash: 'h' } } },
      { purpose: 'token', key: 't', expected: 1 },
    ] as const
    await refused(store.commit({ tenant, expectedRevision: 0, entry, notes }), 'precondition_failed')
    same([await store.head(tenant), await held(store), await store.notes(tenant, 'password')], [0, [], []])
    await store.changeNotes(tenant, [{ purpose: 'token', key: 't', note: { value: {} } }])
    await refused(store.commit({ tenant, expectedRevision: 1, entry, notes }), 'revision_conflict')
    same((await store.notes(tenant, 'token')).length, 1)
    await store.commit({ tenant, expectedRevision: 0, entry, notes })
    same([await store.head(tenant), (await store.notes(tenant, 'password')).length, await store.notes(tenant, 'token')], [1, 1, []])
  },

  'notes go with the user, service account or API key they belong to, and with nobody else': async (home) => {
    const store = await home.open()
    const rows = [made('user', bareUser), made('service', bareRows.service), made('api-key', bareRows['api-key'])]
    await commit(store, 0, rows)
    const owners = ['user:bare', 'service:bare', 'api-key:bare', 'user:ada'] as const
    await store.changeNotes(
      tenant,
      owners.map((owner) => ({ purpose: 'seen', key: owner, note: { owner, value: {} } })),
    )
    const renamed = { ...bareUser, userName: 'renamed' }
    await commit(store, 1, [change('user', bareUser, renamed)])
    same((await store.notes(tenant, 'seen')).length, 4)
    await commit(store, 2, [removed('user', renamed), removed('service', bareRows.service), removed('api-key', bareRows['api-key'])])
    same(
      (await store.notes(tenant, 'seen')).map(({ key }) => key),
      ['user:ada'],
    )
  },

  'notes of one purpose and owner end with a commit': async (home) => {
    const store = await home.open()
    const note = (purpose: string, owner: 'user:ada' | 'user:bob') => ({ purpose, key: owner, note: { owner, value: {} } })
    await store.changeNotes(tenant, [note('session', 'user:ada'), note('session', 'user:bob'), note('password', 'user:ada')])
    const endedNotes = [{ purpose: 'session', owner: 'user:ada' }] as const
    await refused(store.commit({ tenant, expectedRevision: 1, entry: draft([]), endedNotes }), 'revision_conflict')
    same((await store.notes(tenant, 'session')).length, 2)
    await store.commit({ tenant, expectedRevision: 0, entry: draft([]), endedNotes })
    same(
      (await store.notes(tenant, 'session')).map(({ key }) => key),
      ['user:bob'],
    )
    same((await store.notes(tenant, 'password')).length, 1)
  },

  'notes whose time is over are swept away': async (home) => {
    const store = await home.open()
    const note = (key: string, until?: Instant) => ({
      purpose: 'token',
      key,
      note: { value: {}, ...(until === undefined ? {} : { until }) },
    })
    await store.changeNotes(tenant, [note('early', early), note('late', late), note('never')])
    same(await store.sweepNotes('other', late), 0)
    same(await store.sweepNotes(tenant, early), 0)
    same(await store.sweepNotes(tenant, late), 1)
    same(
      (await store.notes(tenant, 'token')).map(({ key }) => key),
      ['late', 'never'],
    )
  },

  'a new store has no tenants, and a tenant nobody wrote is empty at revision 0': async (home) => {
    const store = await home.open()
    same(await store.tenants(), [])
    same(await store.head('nobody'), 0)
    same(await loaded(store, 'nobody'), { revision: 0, rows: [] })
    same(await entries(store, {}, 'nobody'), [])
    same((await store.verify('nobody')).intact, true)
  },

  'the identity stays the same, and two stores differ': async (home) => {
    const store = await home.open()
    const { id, epoch, secret } = await store.identity()
    same(await store.identity(), { id, epoch, secret })
    claim(epoch === 1 && id.length > 0, 'the epoch of a new store is 1')
    claim(/^[0-9a-f]{64}$/.test(secret), 'the secret is 32 bytes in hex')
  },

  'rows of every table come back as they were committed, with every field and with none that may be absent': async (home) => {
    const store = await home.open()
    const full = tableNames.map((table) => made(table, fullRows[table]))
    await commit(store, 0, full)
    same(await held(store), sorted(full))
    const bare = tableNames.map((table) =>
      table === 'settings' ? change('settings', fullRows.settings, bareRows.settings) : made(table, bareRows[table]),
    )
    await commit(store, 1, bare)
    same(await held(store), sorted([...full.filter(({ table }) => table !== 'settings'), ...bare]))
    const { rows } = await loaded(store)
    same([...new Set(rows.map(({ table }) => table))], tableNames)
  },

  'rows of a loaded tenant stay as they were': async (home) => {
    const store = await home.open()
    await commit(store, 0, [made('user', bareUser)])
    const { rows } = await loaded(store)
    await commit(store, 1, [removed('user', bareUser)])
    same(rows, [{ table: 'user', row: bareUser }])
  },

  'odd texts come back to the letter, in rows, in JSON and in the journal': async (home) => {
    const store = await home.open()
    const users = oddTexts.map((text, index) => ({
      ...bareUser,
      id: `u${index}`,
      userName: `u${index}`,
      description: text,
      attributes: { [text]: text },
    }))
    const resources = oddTexts.map((text, index) => ({ ...bareRows.resource, id: `${index}${text.slice(0, 500)}` }))
    const rows = [...users.map((user) => made('user', user)), ...resources.map((resource) => made('resource', resource))]
    await commit(store, 0, rows, {
      reason: oddTexts.join(),
      names: Object.fromEntries(users.map(({ id, description }) => [`user:${id}`, description])),
    })
    same(await held(store), sorted(rows))
    const [entry] = await entries(store)
    same(entry?.rows, rows)
    same(entry?.reason, oddTexts.join())
    same(Object.values(entry?.names ?? {}).sort(), [...oddTexts].sort())
  },

  'keys are compared to the letter': async (home) => {
    const store = await home.open()
    const keys = ['a', 'A', 'ä', 'a\u0308', 'å', '\u212b', 'ß', 'ss', 'a ', '0', '00']
    const rows = keys.map((reference) => made('retired', { reference, retiredAt: early }))
    await commit(store, 0, rows)
    await commit(store, 1, [removed('retired', { reference: 'A', retiredAt: early })])
    same(await held(store), sorted(rows.filter(({ key }) => key !== 'A')))
  },

  'a changed row is the new one, and a removed row is gone': async (home) => {
    const store = await home.open()
    await commit(store, 0, [made('user', fullRows.user), made('user', bareUser)])
    const after = { ...bareUser, id: 'ada', userName: 'renamed' }
    await commit(store, 1, [change('user', fullRows.user, after), removed('user', bareUser)])
    same(await held(store), sorted([made('user', after)]))
    await commit(store, 2, [removed('user', after)])
    same(await held(store), [])
  },

  'several changes of one row in one commit come to the last': async (home) => {
    const store = await home.open()
    const renamed = { ...bareUser, userName: 'renamed' }
    const rows = [
      made('user', bareUser),
      change('user', bareUser, renamed),
      made('service', bareRows.service),
      removed('service', bareRows.service),
      removed('user', renamed),
      made('user', bareUser),
    ]
    await commit(store, 0, rows)
    same(await held(store), [made('user', bareUser)])
    same((await entries(store))[0]?.rows, rows)
  },

  'names that must be unique can be swapped in one commit': async (home) => {
    const store = await home.open()
    const [one, two] = [
      { ...bareUser, id: 'one', userName: 'one', emails: ['one@x'] },
      { ...bareUser, id: 'two', userName: 'two', emails: ['two@x'] },
    ]
    const [left, right] = [
      { ...bareGroup, id: 'left', codename: 'left' },
      { ...bareGroup, id: 'right', codename: 'right' },
    ]
    await commit(store, 0, [made('user', one), made('user', two), made('group', left), made('group', right)])
    const swapped = [
      change('user', one, { ...one, userName: 'two', emails: ['two@x'] }),
      change('user', two, { ...two, userName: 'one', emails: ['one@x'] }),
      change('group', left, { ...left, codename: 'right' }),
      change('group', right, { ...right, codename: 'left' }),
    ]
    await commit(store, 1, swapped)
    same(await held(store), sorted(swapped))
  },

  'a commit of rows that do not fit is refused whole': async (home) => {
    const store = await home.open()
    await commit(store, 0, [made('user', bareUser)])
    const bystander = made('service', bareRows.service)
    await refused(commit(store, 1, [bystander, made('user', bareUser)]), undefined)
    await refused(commit(store, 1, [bystander, removed('user', fullRows.user)]), undefined)
    await refused(commit(store, 1, [bystander, change('user', fullRows.user, fullRows.user)]), undefined)
    await refused(commit(store, 1, [bystander, removed('user', bareUser), removed('user', bareUser)]), undefined)
    same([await store.head(tenant), (await entries(store)).length, await held(store)], [1, 1, [made('user', bareUser)]])
    await commit(store, 1, [bystander])
    same((await store.verify(tenant)).intact, true)
  },

  'revisions count from 1 without a gap, and another expected revision is refused': async (home) => {
    const store = await home.open()
    same([(await commit(store, 0, [])).revision, (await commit(store, 1, [])).revision], [1, 2])
    const error = await refused(commit(store, 1, [made('user', bareUser)]), 'revision_conflict')
    same(error.details, { expected: 1, found: 2 })
    await refused(commit(store, 3, [made('user', bareUser)]), 'revision_conflict')
    await refused(commit(store, 1, [], {}, 'new'), 'revision_conflict')
    same([await store.head(tenant), await held(store), await store.tenants()], [2, [], [tenant]])
    same((await commit(store, 2, [])).revision, 3)
  },

  'of writers at the same revision exactly one wins': async (home) => {
    const store = await home.open()
    for (let revision = 0; revision < 5; revision += 1) {
      const writers = Array.from({ length: 8 }, (_, index) => ({ ...bareRows.service, id: `s${revision}-${index}` }))
      const outcomes = await Promise.allSettled(writers.map((service) => commit(store, revision, [made('service', service)])))
      const winners = writers.filter((_, index) => outcomes[index]?.status === 'fulfilled')
      same(winners.length, 1)
      for (const outcome of outcomes) if (outcome.status === 'rejected') same(codeOf(outcome.reason), 'revision_conflict')
      same(
        (await entries(store, { after: revision })).map(({ rows }) => rows[0]?.key),
        [winners[0]?.id],
      )
    }
    same((await held(store)).length, 5)
    same((await store.verify(tenant)).intact, true)
  },

  'reads beside writes see one revision': async (home) => {
    const store = await home.open()
    const seen: Promise<void>[] = []
    for (let revision = 0; revision < 20; revision += 1) {
      const service = { ...bareRows.service, id: `s${revision}` }
      const written = commit(store, revision, [made('service', service), made('retired', { reference: service.id, retiredAt: early })])
      seen.push(loaded(store).then(({ revision, rows }) => same(rows.length, revision * 2)))
      await written
    }
    await Promise.all(seen)
  },

  'tenants are apart': async (home) => {
    const store = await home.open()
    await commit(store, 0, [made('user', fullRows.user)], { names: { 'user:ada': 'Ada' } }, 'a')
    await commit(store, 0, [made('user', fullRows.user)], { names: { 'user:ada': 'Ada' } }, 'B')
    await commit(store, 1, [removed('user', fullRows.user)], {}, 'B')
    same(await store.tenants(), ['B', 'a'])
    same([await store.head('a'), await store.head('B'), await store.head('A')], [1, 2, 0])
    same([await held(store, 'a'), await held(store, 'B')], [[made('user', fullRows.user)], []])
    await store.erasePersonal('B', 'ada')
    same((await entries(store, {}, 'a'))[0]?.names, { 'user:ada': 'Ada' })
    const [one, other] = [await store.verify('a'), await store.verify('B')]
    same([one.intact, one.revision, other.intact, other.revision], [true, 1, true, 2])
  },

  'the journal gives every entry as it was written, chained by its hashes': async (home) => {
    const store = await home.open()
    const drafts = [
      draft(
        tableNames.map((table) => made(table, fullRows[table])),
        { actor: 'user:ada', origin: 'scim:portal', reason: 'first', changes: [{ kind: 'user.create', records: ['user:ada', 'group:x'] }] },
      ),
      draft([change('user', fullRows.user, bareUserAs('ada'))], { names: { 'user:ada': 'Ada', 'user:bob': 'Bob', 'group:x': 'X' } }),
      draft([], { changes: [{ kind: 'undo', records: [] }] }),
    ]
    for (const [index, entry] of drafts.entries()) await store.commit({ tenant, expectedRevision: index, entry })
    const found = await entries(store)
    same(
      found.map(({ revision: _revision, hash: _hash, previousHash: _previous, ...entry }) => entry),
      drafts,
    )
    same(
      found.map(({ revision }) => revision),
      [1, 2, 3],
    )
    same(
      found.map(({ previousHash }) => previousHash),
      ['0'.repeat(64), ...found.slice(0, -1).map(({ hash }) => hash)],
    )
    claim(
      found.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash)),
      'every hash is SHA-256 in hex',
    )
    same(await store.verify(tenant), { intact: true, revision: 3, hash: found[2]?.hash })
  },

  'the journal is read by range, in both orders, with a limit': async (home) => {
    const store = await home.open()
    const count = 450
    for (let revision = 0; revision < count; revision += 1) await commit(store, revision, [])
    const revisions = async (range: JournalRange) => (await entries(store, range)).map(({ revision }) => revision)
    const all = Array.from({ length: count }, (_, index) => index + 1)
    same(await revisions({}), all)
    same(await revisions({ newestFirst: true }), all.toReversed())
    same(await revisions({ after: 3, upTo: 6 }), [4, 5, 6])
    same(await revisions({ after: 3, upTo: 6, newestFirst: true }), [6, 5, 4])
    same(await revisions({ after: 3, limit: 2 }), [4, 5])
    same(await revisions({ newestFirst: true, limit: 2 }), [450, 449])
    same(await revisions({ limit: 230 }), all.slice(0, 230))
    same([await revisions({ limit: 0 }), await revisions({ after: 450 }), await revisions({ after: 6, upTo: 6 })], [[], [], []])
  },

  'entries far apart in size are all read': async (home) => {
    const store = await home.open()
    const large = Array.from({ length: 20_000 }, (_, index) =>
      made('retired', { reference: `user:${index}-${'x'.repeat(250)}`, retiredAt: early }),
    )
    await commit(store, 0, [made('user', bareUser)])
    await commit(store, 1, large)
    await commit(store, 2, [removed('user', bareUser)])
    const sizes = async (range: JournalRange) => (await entries(store, range)).map(({ rows }) => rows.length)
    same(
      [await sizes({}), await sizes({ newestFirst: true })],
      [
        [1, 20_000, 1],
        [1, 20_000, 1],
      ],
    )
    same((await held(store)).length, 20_000)
    same((await store.verify(tenant)).intact, true)
  },

  'a reader of the journal does not hold up writers, nor they it': async (home) => {
    const store = await home.open()
    for (let revision = 0; revision < 3; revision += 1) await commit(store, revision, [])
    const seen: Revision[] = []
    for await (const { revision } of store.journal(tenant, { upTo: 4 })) {
      if (revision === 1) await commit(store, 3, [])
      seen.push(revision)
    }
    same(seen.slice(0, 3), [1, 2, 3])
  },

  'an answer is found by its idempotency key, and a key is taken once': async (home) => {
    const store = await home.open()
    const idempotency = { key: `user:ada ${'k'.repeat(255)}`, fingerprint: 'f', answer: '{"revision":1}' }
    const committed = await store.commit({ tenant, expectedRevision: 0, entry: draft([]), idempotency })
    same(await store.idempotent(tenant, idempotency.key), { ...idempotency, ...committed })
    same(await store.idempotent(tenant, 'other'), undefined)
    same(await store.idempotent('other', idempotency.key), undefined)
    await refused(store.commit({ tenant, expectedRevision: 1, entry: draft([made('user', bareUser)]), idempotency }), 'conflict')
    same([await store.head(tenant), await held(store)], [1, []])
    await store.commit({ tenant: 'other', expectedRevision: 0, entry: draft([]), idempotency })
  },

  'commits that share a transaction are all there, each with its revision and entry, or none is': async (home) => {
    const store = await home.open()
    if (store.commitTogether === undefined) return
    const idempotency = { key: 'k', fingerprint: 'f', answer: '{}' }
    const requests = (base: number, ids: readonly string[]) =>
      ids.map((id, place) => ({ tenant, expectedRevision: base + place, entry: draft([made('user', bareUserAs(id))]) }))
    const both = await store.commitTogether(
      requests(0, ['ada', 'bob']).map((each, place) => ({ ...each, ...(place === 1 && { idempotency }) })),
    )
    const entered = await entries(store)
    same(
      both,
      entered.map(({ revision, hash }) => ({ revision, hash })),
    )
    same([entered[1]?.previousHash, (await store.idempotent(tenant, 'k'))?.revision, await store.head(tenant)], [entered[0]?.hash, 2, 2])
    const [third, fourth] = requests(2, ['cyd', 'dan'])
    if (third === undefined || fourth === undefined) throw new Error('there are two requests')
    await refused(store.commitTogether([third, { ...fourth, expectedRevision: 7 }]), 'revision_conflict')
    await refused(store.commitTogether([third, { ...fourth, idempotency }]), 'conflict')
    same([await store.head(tenant), (await held(store)).length, (await store.verify(tenant)).intact], [2, 2, true])
  },

  'answers are kept for 24 hours of the journal, and not for ever': async (home) => {
    const store = await home.open()
    const idempotency = { key: 'k', fingerprint: 'f', answer: 'a' }
    await store.commit({ tenant, expectedRevision: 0, entry: draft([], { time: moment('2026-03-01T12:00:00Z') }), idempotency })
    await store.commit({ tenant: 'other', expectedRevision: 0, entry: draft([], { time: moment('2026-03-01T12:00:00Z') }), idempotency })
    await commit(store, 1, [], { time: moment('2026-03-02T12:00:00Z') })
    claim((await store.idempotent(tenant, 'k')) !== undefined, 'the answer is still there after 24 hours')
    await commit(store, 2, [], { time: moment('2026-06-01T12:00:00Z') })
    same(await store.idempotent(tenant, 'k'), undefined)
    claim((await store.idempotent('other', 'k')) !== undefined, 'the time of one tenant is not that of another')
  },

  'erased personal values are missing from the journal, the chain holds, and other users and records are not touched': async (home) => {
    const store = await home.open()
    const bob = { ...fullRows.user, id: 'bob', userName: 'bob', emails: [] }
    await commit(store, 0, [made('user', fullRows.user), made('user', bob)], {
      names: { 'user:ada': 'Ada', 'user:bob': 'Bob', 'group:ada': 'G' },
    })
    await commit(store, 1, [change('user', fullRows.user, bareUserAs('ada'))])
    await commit(store, 2, [])
    const before = await entries(store)
    claim((await store.erasePersonal(tenant, 'ada')) > 0, 'the erased values are counted')
    same([await store.erasePersonal(tenant, 'ada'), await store.erasePersonal(tenant, 'nobody')], [0, 0])

    const { id, status, confirmedAt, ...rest } = fullRows.user
    const empty = { ...base, id, userName: '', emails: [], attributes: {}, networks: [], externalIds: {} }
    const [first, second, third] = await entries(store)
    same(first?.rows, [made('user', { ...empty, status, confirmedAt }), made('user', bob)])
    same(second?.rows, [change('user', { ...empty, status, confirmedAt }, { ...empty, status: 'active' })])
    same(first?.names, { 'user:bob': 'Bob', 'group:ada': 'G' })
    same([first?.erased, second?.erased, third?.erased], [['user:ada'], ['user:ada'], undefined])
    for (const value of [rest.displayName, rest.lastName, rest.emails[0]]) {
      claim(!JSON.stringify([first?.rows[0], second]).includes(`"${value}"`), `${value} is gone`)
    }
    same(
      await hashes(store),
      before.map(({ hash }) => hash),
    )
    same((await store.verify(tenant)).intact, true)
    same(await held(store), sorted([made('user', bareUserAs('ada')), made('user', bob)]))

    await commit(store, 3, [change('user', bareUserAs('ada'), { ...bareUserAs('ada'), displayName: 'New' })])
    same((await entries(store, { after: 3 }))[0]?.erased, undefined)
  },

  'a closed store refuses everything': async (home) => {
    const store = await home.open()
    await commit(store, 0, [])
    const journal = store.journal(tenant)
    await store.close()
    await store.close()
    const attempts = [
      () => store.identity(),
      () => store.tenants(),
      () => loaded(store),
      () => store.head(tenant),
      () => commit(store, 1, []),
      () => store.idempotent(tenant, 'k'),
      () => journal[Symbol.asyncIterator]().next(),
      () => store.verify(tenant),
      () => store.erasePersonal(tenant, 'ada'),
      () => store.note(tenant, 'session', 'k'),
      () => store.notes(tenant, 'session'),
      () => store.changeNotes(tenant, []),
      () => store.sweepNotes(tenant, late),
    ]
    for (const attempt of attempts) await refused(attempt(), 'store_unavailable')
  },

  'closing waits for what is under way': async (home) => {
    const store = await home.open()
    const written = commit(store, 0, [made('user', bareUser)])
    const closed = store.close()
    const committed = await written
    await closed
    same(committed.revision, 1)
  },
}

const durableCases: Cases = {
  'what was under way when the store was closed is there when it is opened again': async (home) => {
    const store = await home.open()
    const written = commit(store, 0, [made('user', bareUser)])
    await store.close()
    const again = await home.open()
    same(await hashes(again), [(await written).hash])
    await again.close()
  },

  'a store opened again has everything': async (home) => {
    const store = await home.open()
    const full = tableNames.map((table) => made(table, fullRows[table]))
    const idempotency = { key: 'k', fingerprint: 'f', answer: 'a' }
    await store.commit({ tenant, expectedRevision: 0, entry: draft(full, { names: { 'user:ada': 'Ada' } }), idempotency })
    await commit(store, 0, [], {}, 'other')
    await store.changeNotes(tenant, [{ purpose: 'session', key: 'k', note: { owner: 'user:ada', until: late, value: { a: 1 } } }])
    const before = [
      await store.identity(),
      await store.tenants(),
      await held(store),
      await entries(store),
      await store.idempotent(tenant, 'k'),
      await store.notes(tenant, 'session'),
    ]
    await store.close()
    const again = await home.open()
    same(
      [
        await again.identity(),
        await again.tenants(),
        await held(again),
        await entries(again),
        await again.idempotent(tenant, 'k'),
        await again.notes(tenant, 'session'),
      ],
      before,
    )
    await commit(again, 1, [made('user', bareUser)])
    same(await again.verify(tenant), { intact: true, revision: 2, hash: (await hashes(again))[1] })
    await again.close()
  },
}

const alteredCases: Cases = {
  'an altered journal is found, and the first bad entry is named': async (home) => {
    const store = await home.open()
    const { secret } = await store.identity()
    for (let revision = 0; revision < 4; revision += 1) {
      const user = { ...bareUserAs(`u${revision}`), lastName: 'Lovelace' }
      await commit(store, revision, [made('user', user)], { names: { [`user:u${revision}`]: 'Ada' }, reason: 'why "so"' })
    }
    await store.close()
    const verdict = async (): Promise<Verification> => {
      const opened = await home.open()
      try {
        return await opened.verify(tenant)
      } finally {
        await opened.close()
      }
    }
    const intact = await verdict()
    same([intact.intact, intact.revision], [true, 4])

    const flipped = (column: string, place: number) =>
      `update journal set ${column} = substr(${column}, 1, ${place - 1}) || case substr(${column}, ${place}, 1) when 'a' then 'b' else 'a' end || substr(${column}, ${place + 1}) where revision = 2`
    const alterations: readonly (readonly [statement: string, revision: Revision])[] = [
      ...Array.from({ length: 12 }, (_, index): [string, Revision] => [flipped('entry', 1 + index * 53), 2]),
      [flipped('hash', 1), 2],
      [flipped('hash', 64), 2],
      [flipped('previous_hash', 33), 2],
      [`update journal set entry = entry || ' ' where revision = 3`, 3],
      [`update journal set entry = '' where revision = 1`, 1],
      ['delete from journal where revision = 1', 1],
      ['delete from journal where revision = 2', 2],
      ['delete from journal where revision = 4', 4],
      ['delete from journal', 1],
      ['update journal set revision = 9 where revision = 4', 4],
      [
        `insert into journal select tenant, 5, hash, hash, entry, length from journal where revision = 4`.replace(
          'entry, length',
          'entry, length',
        ),
        5,
      ],
      [`update tenant set revision = 3`, 4],
      [`update tenant set revision = 5`, 5],
      [`update tenant set hash = '${'0'.repeat(64)}'`, 4],
      ['delete from tenant', 1],
      [`update personal set value = replace(value, 'Lovelace', 'Byron') where "user" = 'u2'`, 3],
      [`update personal set value = replace(value, 'Ada', 'Eve') where "user" = 'u1'`, 2],
      [`update personal set digest = replace(digest, substr(digest, 1, 4), '0000') where "user" = 'u0'`, 4],
      [`update personal set "user" = 'u9' where "user" = 'u3'`, 4],
      [`update identity set secret = '${secret.split('').reverse().join('')}'`, 1],
    ]
    const tables = ['journal', 'tenant', 'personal', 'identity']
    await home.alter(tables.map((table) => `create table kept_${table} as select * from ${table}`))
    const restore = tables.flatMap((table) => [`delete from ${table}`, `insert into ${table} select * from kept_${table}`])
    for (const [statement, revision] of alterations) {
      await home.alter([statement])
      const found = await verdict()
      claim(
        !found.intact && found.revision === revision,
        `${statement}: expected entry ${revision} to be bad, found ${canonicalJson(found)}`,
      )
      await home.alter(restore)
    }
    same(await verdict(), intact)
  },
}

function bareUserAs(id: string): Tables['user'] {
  return { ...bareUser, id, userName: id }
}

function made<Name extends TableName>(table: Name, after: Tables[Name]): RowChange {
  // The pair of name and row is right by the type of the arguments; the union asks for it name by name.
  return { table, key: keyOf(table, after), after } as unknown as RowChange
}

function removed<Name extends TableName>(table: Name, before: Tables[Name]): RowChange {
  // As above.
  return { table, key: keyOf(table, before), before } as unknown as RowChange
}

function change<Name extends TableName>(table: Name, before: Tables[Name], after: Tables[Name]): RowChange {
  // As above.
  return { table, key: keyOf(table, after), before, after } as unknown as RowChange
}

function draft(rows: readonly RowChange[], fields: Partial<JournalDraft> = {}): JournalDraft {
  return { time: early, actor: 'system:contract', origin: 'local', changes: [], names: {}, ...fields, rows }
}

function commit(store: Store, expectedRevision: Revision, rows: readonly RowChange[], fields: Partial<JournalDraft> = {}, name = tenant) {
  return store.commit({ tenant: name, expectedRevision, entry: draft(rows, fields) })
}

/** The tenant as it stands, all rows at once. */
async function loaded(store: Store, name = tenant): Promise<{ readonly revision: Revision; readonly rows: readonly Row[] }> {
  const rows: Row[] = []
  const revision = await store.load(name, (row) => rows.push(row))
  return { revision, rows }
}

/** What the tenant holds, as the changes that would make it, sorted. */
async function held(store: Store, name = tenant): Promise<readonly RowChange[]> {
  const { rows } = await loaded(store, name)
  return sorted(rows.map(({ table, row }) => made(table, row)))
}

/** The rows as they stand after the changes. */
function sorted(changes: readonly RowChange[]): readonly RowChange[] {
  const place = ({ table, key }: RowChange) => `${String(tableNames.indexOf(table)).padStart(2, '0')} ${key}`
  return changes
    .flatMap(({ table, after }) => (after === undefined ? [] : [made(table, after)]))
    .sort((one, other) => (place(one) < place(other) ? -1 : 1))
}

async function entries(store: Store, range: JournalRange = {}, name = tenant): Promise<readonly JournalEntry[]> {
  const found: JournalEntry[] = []
  for await (const entry of store.journal(name, range)) found.push(entry)
  return found
}

async function hashes(store: Store): Promise<readonly string[]> {
  return (await entries(store)).map(({ hash }) => hash)
}

function same(found: unknown, expected: unknown): void {
  const [one, other] = [canonicalJson(found ?? null), canonicalJson(expected ?? null)]
  if (one === other) return
  const from = Math.max(0, [...one].findIndex((character, index) => character !== other[index]) - 60)
  throw new Error(`expected ...${other.slice(from, from + 400)}\nbut found ...${one.slice(from, from + 400)}`)
}

function claim(holds: boolean, what: string): void {
  if (!holds) throw new Error(`it does not hold that ${what}`)
}

function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof CuriaError ? error.code : undefined
}

/** Waits for the refusal and gives it. `code` undefined: a defect, which is not a `CuriaError`. */
async function refused(attempt: Promise<unknown>, code: ErrorCode | undefined): Promise<CuriaError> {
  const outcome = await attempt.then(
    () => 'it was accepted',
    (error: unknown) => error,
  )
  if (!(outcome instanceof Error)) throw new Error(`expected ${code ?? 'a defect'}, but ${String(outcome)}`)
  if (codeOf(outcome) !== code) throw new Error(`expected ${code ?? 'a defect'}, found ${outcome.message}`, { cause: outcome })
  // Those who look at the details have asked for a code.
  return outcome as CuriaError
}
