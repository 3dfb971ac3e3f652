import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Installed } from './installation.ts'
import { adminKey, install, lowKey, managerKey } from './installation.ts'
import { legion } from './legion.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install(legion, [
    { kind: 'grant.create', subject: 'user:manager', role: 'manager', resource: 'group:gods' },
    { kind: 'permission.create', name: 'chat.export' },
    { kind: 'permission.create', name: 'chat.file_upload' },
    { kind: 'permission.create', name: 'upload' },
    { kind: 'group-entity.create', codename: 'old' },
    { kind: 'group-type.create', codename: 'college' },
    { kind: 'role.create', codename: 'reader', permissions: ['legion.view'] },
  ])
})
afterAll(() => installed.access.close())

interface Sent {
  readonly body?: unknown
  readonly key?: string
  readonly headers?: { readonly [name: string]: string }
}

async function send(method: string, path: string, { body, key = adminKey, headers }: Sent = {}) {
  const response = await installed.send(method, `/api/v1${path}`, {
    key,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
}

/** Of each collection: what makes a record, what changes it, and what then is so. */
const lives: {
  readonly [collection: string]: { readonly make: object; readonly key: string; readonly edit?: object; readonly fixed?: object }
} = {
  users: { make: { id: 'ada', userName: 'ada' }, key: 'ada', edit: { displayName: 'Ada' } },
  'service-accounts': { make: { id: 'courier', name: 'Courier' }, key: 'courier', edit: { status: 'inactive' } },
  groups: {
    make: { id: 'tribunes', name: 'Tribunes', parent: 'gods' },
    key: 'tribunes',
    edit: { name: 'People' },
    fixed: { codename: 'x' },
  },
  domains: { make: { id: 'rome', name: 'Rome' }, key: 'rome', edit: { contact: 'senate@rome.example' }, fixed: { parent: 'gods' } },
  'group-types': { make: { codename: 'guild' }, key: 'guild', edit: { label: 'Guild' } },
  'group-entities': { make: { codename: 'new' }, key: 'new', edit: { label: 'New' } },
  roles: { make: { codename: 'scribe', permissions: ['legion.view'] }, key: 'scribe', edit: { permissions: ['legion.change'] } },
  permissions: { make: { name: 'road.build' }, key: 'road.build', edit: { label: 'Build roads' } },
  'resource-types': { make: { name: 'road', actions: ['walk'] }, key: 'road', edit: { actions: ['build', 'walk'] } },
  resources: { make: { resource: 'legion:a/b' }, key: 'legion:a/b', edit: { attributes: { size: 4 } } },
  grants: {
    make: { id: 'g', subject: 'user:mars', permission: 'legion.view', resource: 'legion:4' },
    key: 'g',
    edit: { reason: 'because' },
    fixed: { subject: 'user:low' },
  },
  assignments: { make: { id: 'a', resource: 'legion:4', group: 'greeks' }, key: 'a' },
  sources: { make: { name: 'castra' }, key: 'castra', edit: { enabled: false } },
}

describe.each(Object.entries(lives))('the collection %s', (collection, { make, key, edit, fixed }) => {
  const path = `/${collection}/${encodeURIComponent(key)}`

  it('foretells, makes, shows, changes and deletes a record', async () => {
    const before = installed.state()
    const { total } = (await send('GET', `/${collection}`)).body
    const foretold = await send('POST', `/${collection}?preview=true`, { body: make })
    expect([foretold.status, Object.keys(foretold.body)]).toEqual([200, expect.arrayContaining(['effect', 'revision'])])
    expect((await send('GET', path)).status).toBe(404)
    expect(installed.state()).toBe(before)

    const made = await send('POST', `/${collection}?changeReason=wanted`, { body: make })
    expect([made.status, made.headers.get('location')]).toEqual([201, `/api/v1${path}`])
    const { resource: _resource, ...rest } = make as { readonly resource?: string }
    expect(made.body).toMatchObject(collection === 'resources' ? rest : make)
    const read = await send('GET', path)
    expect([read.status, read.body, read.headers.get('etag')]).toEqual([200, made.body, made.headers.get('etag')])
    const page = (await send('GET', `/${collection}?limit=500`)).body
    expect(page.total).toBe(total + 1)
    expect(page.items).toContainEqual(made.body)
    const { items } = await installed.admin.journal({ limit: 1 })
    expect(items).toMatchObject([{ reason: 'wanted' }])

    if (edit !== undefined) {
      expect((await send('PATCH', `${path}?preview=true`, { body: edit })).status).toBe(200)
      expect((await send('GET', path)).body).toEqual(made.body)
      const tag = made.headers.get('etag') ?? ''
      const edited = await send('PATCH', path, { body: edit, headers: { 'if-match': tag } })
      expect([edited.status, edited.body]).toEqual([200, expect.objectContaining(edit)])
      const state = installed.state()
      for (const [method, body] of [
        ['PATCH', edit],
        ['DELETE', undefined],
      ] as const) {
        const stale = await send(method, path, { body, headers: { 'if-match': tag } })
        expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed'])
      }
      for (const field of ['nonsense', 'id']) {
        const unknown = await send('PATCH', path, { body: { ...edit, [field]: 'x' } })
        expect([unknown.status, unknown.body.code]).toEqual([400, 'unknown_field'])
      }
      for (const field of Object.keys(fixed ?? {})) {
        const refused = await send('PATCH', path, { body: fixed })
        expect([refused.status, refused.body]).toEqual([400, expect.objectContaining({ code: 'immutable_field', details: { field } })])
      }
      expect(installed.state()).toBe(state)
    }

    expect((await send('DELETE', `${path}?preview=true`)).status).toBe(200)
    expect((await send('GET', path)).status).toBe(200)
    const tags = `"other", ${(await send('GET', path)).headers.get('etag')}`
    const gone = await send('DELETE', path, { headers: { 'if-match': tags } })
    expect([gone.status, gone.body]).toEqual([204, undefined])
    for (const method of ['GET', 'DELETE']) expect([method, (await send(method, path)).status]).toEqual([method, 404])
    expect((await send('GET', `/${collection}`)).body.total).toBe(total)
  })

  it('tells nobody else what is there', async () => {
    const taken = await send('POST', `/${collection}`, { body: make, key: lowKey })
    expect([taken.status, taken.body.code]).toEqual([403, 'forbidden'])
    for (const [method, body] of [
      ['GET', undefined],
      ['DELETE', undefined],
      ...(edit === undefined ? [] : ([['PATCH', edit]] as const)),
    ] as const) {
      const made = (await send('GET', `/${collection}?limit=1`)).body.items[0]
      const there = collection === 'resources' ? 'legion:4' : (made?.id ?? made?.codename ?? made?.name ?? 'nothing')
      const answers = await Promise.all(
        [there, 'nothing-there'].map((each) => send(method, `/${collection}/${encodeURIComponent(each)}`, { body, key: lowKey })),
      )
      expect(answers.map(({ status, body: problem }) => [status, problem.code])).toEqual([
        [404, 'not_found'],
        [404, 'not_found'],
      ])
    }
  })
})

describe('a write that is repeated', () => {
  it('with its key makes one record, and answers it again', async () => {
    const once = () => send('POST', '/groups', { body: { name: 'Once' }, headers: { 'idempotency-key': 'once' } })
    const [first, again] = [await once(), await once()]
    expect([again.status, again.body, again.headers.get('location')]).toEqual([201, first.body, first.headers.get('location')])
    expect(again.headers.get('curia-revision')).toBe(first.headers.get('curia-revision'))
    expect((await installed.admin.groups({ name: 'Once' })).total).toBe(1)

    const path = `/groups/${first.body.id}`
    const remove = () => send('DELETE', path, { headers: { 'idempotency-key': 'gone', 'if-match': first.headers.get('etag') ?? '' } })
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 204])
  })

  it('is refused where the tenant has gone on', async () => {
    const { status, body } = await send('POST', '/groups?expectedRevision=1', { body: { name: 'Late' } })
    expect([status, body.code]).toEqual([409, 'revision_conflict'])
  })
})

describe('two people who edit one record', () => {
  it('do not overwrite each other, also when both are quick', async () => {
    let tag = ''
    await installed.admin.createUser({ id: 'livia', userName: 'livia' }, { onHeaders: (headers) => (tag = headers.get('etag') ?? '') })
    const edits = ['One', 'Two', 'Three'].map((displayName) =>
      installed.admin.updateUser({ key: 'livia', displayName }, { ifMatch: tag }).then(
        () => 'done',
        (error: { readonly code: string }) => error.code,
      ),
    )
    expect(await Promise.all(edits)).toEqual(['done', 'precondition_failed', 'precondition_failed'])
    expect((await installed.admin.user({ key: 'livia' })).displayName).toBe('One')
    // A write somewhere else is not in the way.
    await installed.admin.user({ key: 'livia' }, { onHeaders: (headers) => (tag = headers.get('etag') ?? '') })
    await installed.admin.createGroupEntity({ codename: 'elsewhere' })
    expect((await installed.admin.updateUser({ key: 'livia', displayName: 'Four' }, { ifMatch: tag })).displayName).toBe('Four')
    await installed.admin.deleteUser({ key: 'livia' })
  })
})

describe('a list', () => {
  it('is narrowed by any field, by those who are in, and by what is missing', async () => {
    const { admin } = installed
    const ids = async (query: Parameters<typeof admin.groups>[0]) => (await admin.groups(query)).items.map(({ id }) => id)
    await admin.createGroup({ id: 'elders', name: 'Elders', parent: 'gods', type: 'college', entities: ['old'], active: false })
    expect(await ids({ parent: '' })).toEqual(['gods', 'greeks'])
    expect(await ids({ parent: 'gods', active: true })).toEqual(['consuls', 'generals'])
    expect(await ids({ entities: 'old' })).toEqual(['elders'])
    expect(await ids({ type: 'college', active: false })).toEqual(['elders'])
    expect(await ids({ fullName: 'Gods - Elders' })).toEqual(['elders'])
    expect(await ids({ member: 'user:sulla' })).toEqual(['consuls'])
    expect(await ids({ member: 'user:nobody' })).toEqual([])
    expect((await admin.roles({ permissions: 'legion.view' })).items.map(({ codename }) => codename)).toEqual(['reader'])
    expect((await admin.assignments({ member: 'user:sulla' })).total).toBe(1)
    await admin.deleteGroup({ key: 'elders' })
  })

  it('is sorted by a field, both ways, and paged in that order', async () => {
    const { admin } = installed
    const all = async (sort: string) => {
      const found: (string | undefined)[] = []
      let cursor: string | undefined
      do {
        const page = await admin.users({ sort, limit: 3, ...(cursor === undefined ? {} : { cursor }) })
        found.push(...page.items.map(({ displayName }) => displayName))
        cursor = page.next
      } while (cursor !== undefined)
      return found
    }
    const names = ['Archelaus', 'Marius', 'Mars', 'Metellus', 'Quintus', 'Sulla']
    expect(await all('displayName')).toEqual([undefined, undefined, undefined, ...names])
    expect(await all('-displayName')).toEqual([...names.toReversed(), undefined, undefined, undefined])
    await expect(admin.users({ sort: 'attributes' })).rejects.toMatchObject({ code: 'invalid_parameter' })
    const { next } = await admin.users({ sort: 'displayName', limit: 1 })
    await expect(admin.users({ sort: 'userName', limit: 1, cursor: next ?? '' })).rejects.toMatchObject({ code: 'invalid_cursor' })
  })

  it('shows the manager of a group the own group, and counts no other', async () => {
    const { items, total } = await installed.manager.groups()
    expect([items.map(({ id }) => id), total]).toEqual([['gods'], 1])
    expect((await installed.manager.users()).items.map(({ id }) => id)).toEqual(['manager'])
    expect((await send('GET', '/groups/consuls', { key: managerKey })).status).toBe(404)
  })

  it('leaves out what is denied to whoever sees all else, and holds what a condition lets them see', async () => {
    const { admin, access } = installed
    const all = (await admin.users({ limit: 500 })).total
    await access.write([
      { kind: 'grant.create', id: 'veil', subject: 'everyone', permission: 'user.view', resource: 'user:sulla', effect: 'deny' },
    ])
    const { items, total } = await admin.users({ limit: 500 })
    expect([total, items.map(({ id }) => id)]).toEqual([all - 1, expect.not.arrayContaining(['sulla'])])
    await access.write([{ kind: 'grant.delete', id: 'veil' }])
    expect((await admin.users({ limit: 500 })).total).toBe(all)

    const condition = 'resource.id == "mars" || resource.type == "tenant"'
    await access.write([{ kind: 'grant.create', id: 'some', subject: 'user:low', permission: 'user.view', condition }])
    expect((await installed.low.users()).items.map(({ id }) => id)).toEqual(['low', 'mars'])
    await access.write([{ kind: 'grant.delete', id: 'some' }])
  })

  it('of the catalogue holds what is built in', async () => {
    expect((await installed.admin.roles()).items.map(({ codename }) => codename)).toEqual(['administrator', 'manager', 'reader'])
    expect(await installed.admin.groupType({ key: 'domain' })).toMatchObject({ exclusive: true })
    expect((await installed.admin.resourceTypes({ name: 'group' })).total).toBe(1)
    await expect(installed.admin.deleteRole({ key: 'manager' })).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a domain', () => {
  it('is a group of the type domain, and no other group is a domain', async () => {
    const { admin } = installed
    const domain = await admin.createDomain({ name: 'Sparta', contact: 'ephors' })
    expect(domain).toMatchObject({ type: 'domain', codename: 'sparta' })
    expect((await admin.domains()).items.map(({ id }) => id)).toEqual([domain.id])
    expect(await admin.group({ key: domain.id })).toEqual(domain)
    for (const method of ['GET', 'DELETE']) expect((await send(method, '/domains/gods')).status).toBe(404)
    expect((await send('POST', '/domains', { body: { name: 'x', type: 'college' } })).body.code).toBe('unknown_field')
    await admin.deleteDomain({ key: domain.id })
  })
})

describe('the members of a group', () => {
  it('are put in, changed and let go, each by its reference', async () => {
    const { admin } = installed
    const foretold = await admin.addMember({ key: 'greeks', member: 'user:sulla', preview: true })
    expect(foretold.effect).toMatchObject({ gained: 0, lost: 0 })
    const made = await send('POST', '/groups/greeks/members', { body: { member: 'user:sulla', roles: ['reader'] } })
    expect([made.status, made.headers.get('location')]).toEqual([201, '/api/v1/groups/greeks/members/user%3Asulla'])
    expect(made.body).toMatchObject({ group: 'greeks', member: 'user:sulla', roles: ['reader'], origin: 'local' })
    expect((await send('GET', '/groups/greeks/members/user:sulla')).body).toEqual(made.body)
    expect((await admin.groupMembers({ key: 'greeks' })).items.map(({ member }) => member)).toEqual(['user:archelaus', 'user:sulla'])
    const again = await send('POST', '/groups/greeks/members', { body: { member: 'user:sulla' } })
    expect(again.body.code).toBe('conflict')

    const path = '/groups/greeks/members/user%3Asulla'
    const edited = await send('PATCH', path, { body: { roles: [] }, headers: { 'if-match': made.headers.get('etag') ?? '' } })
    expect([edited.status, edited.body.roles]).toEqual([200, []])
    const stale = await send('DELETE', path, { headers: { 'if-match': made.headers.get('etag') ?? '' } })
    expect(stale.body.code).toBe('precondition_failed')
    expect((await send('DELETE', path)).status).toBe(204)
    expect((await send('DELETE', path)).status).toBe(404)
  })

  it('are managed by the manager of that group, and of no other', async () => {
    const { manager } = installed
    expect((await manager.groupMembers({ key: 'gods' })).items.map(({ member }) => member)).toEqual(['user:mars'])
    await manager.addMember({ key: 'gods', member: 'user:low' })
    await manager.removeMember({ key: 'gods', reference: 'user:low' })
    for (const [method, path, body] of [
      ['GET', '/groups/consuls/members', undefined],
      ['POST', '/groups/consuls/members', { member: 'user:low' }],
      ['DELETE', '/groups/consuls/members/user%3Asulla', undefined],
    ] as const)
      expect((await send(method, path, { body, key: managerKey })).body.code).toBe('not_found')
  })

  it('can be asked for through nested groups and for all groups below', async () => {
    const members = async (mode: 'direct' | 'descendants') =>
      (await installed.admin.groupMembers({ key: 'consuls', mode })).items.map(({ member }) => member)
    expect(await members('direct')).toEqual(['user:metellus', 'user:sulla'])
    expect(await members('descendants')).toEqual(['user:metellus', 'user:quintus', 'user:sulla'])
  })
})

describe('the place of a group', () => {
  it('is told from both sides, and changed by a move', async () => {
    const { admin } = installed
    const ids = ({ items }: { readonly items: readonly { readonly id: string }[] }) => items.map(({ id }) => id)
    expect(ids(await admin.groupAncestors({ key: 'plebeians' }))).toEqual(['consuls', 'gods'])
    expect(ids(await admin.groupDescendants({ key: 'gods' }))).toEqual(['consuls', 'generals', 'plebeians'])
    expect(ids(await admin.groupSiblings({ key: 'consuls' }))).toEqual(['generals'])
    const first = await admin.groupAncestors({ key: 'plebeians', limit: 1 })
    expect([ids(first), first.total]).toEqual([['consuls'], 2])
    expect(ids(await admin.groupAncestors({ key: 'plebeians', limit: 1, cursor: first.next ?? '' }))).toEqual(['gods'])

    expect((await admin.moveGroup({ key: 'plebeians', parent: 'gods', preview: true })).effect.gainers).toBe(1)
    expect((await admin.moveGroup({ key: 'plebeians', parent: null })).fullName).toBe('Plebeians')
    expect((await admin.moveGroup({ key: 'plebeians', parent: 'consuls' })).fullName).toBe('Gods - Consuls - Plebeians')
    await expect(admin.moveGroup({ key: 'gods', parent: 'plebeians' })).rejects.toMatchObject({ code: 'cycle' })
  })

  it('keeps its children, unless it is said what becomes of them', async () => {
    const { admin } = installed
    await admin.createGroup({ id: 'upper', name: 'Upper' })
    await admin.createGroup({ id: 'lower', name: 'Lower', parent: 'upper' })
    await expect(admin.deleteGroup({ key: 'upper' })).rejects.toMatchObject({ code: 'has_children' })
    await admin.deleteGroup({ key: 'upper', children: 'lift' })
    expect((await admin.group({ key: 'lower' })).parent).toBeUndefined()
    await admin.deleteGroup({ key: 'lower', children: 'delete' })
  })
})

describe('a permission tree', () => {
  it('is read and written as switches, of a group and of everybody', async () => {
    const { admin } = installed
    const off = { chat: { export: false, file_upload: false }, upload: false }
    expect(await admin.groupPermissionTree({ key: 'greeks' })).toEqual({ tree: off })
    const tree = { chat: { export: true }, upload: true }
    expect((await admin.writeGroupPermissionTree({ key: 'greeks', tree, preview: true })).effect.gainers).toBe(1)
    expect(await admin.writeGroupPermissionTree({ key: 'greeks', tree })).toEqual({
      tree: { chat: { export: true, file_upload: false }, upload: true },
    })
    expect((await admin.check({ subject: 'user:archelaus', action: 'chat.export' })).allowed).toBe(true)
    await admin.writeGroupPermissionTree({ key: 'greeks', tree: {} })
    expect(await admin.groupPermissionTree({ key: 'greeks' })).toEqual({ tree: off })

    await admin.writeDefaultPermissionTree({ tree: { chat: { file_upload: true } } })
    expect((await admin.defaultPermissionTree()).tree).toMatchObject({ chat: { file_upload: true } })
    expect(await installed.low.me()).toMatchObject({ permissions: ['chat.file_upload'], tree: { chat: { file_upload: true } } })
    await admin.writeDefaultPermissionTree({ tree: {} })
  })

  it.each([
    ['B014', '{"tree":{"constructor":{"prototype":{"admin":true}}}}', 'invalid_key'],
    ['B015', '{"tree":{"__proto__.admin":true}}', 'permission_unknown'],
    ['a name that is none', '{"tree":{"fly":true}}', 'permission_unknown'],
    ['a number', '{"tree":{"upload":1}}', 'invalid_parameter'],
  ])('refuses %s', async (_, raw, code) => {
    const before = installed.state()
    const headers = { 'content-type': 'application/json' }
    const response = await installed.send('PUT', '/api/v1/groups/greeks/permission-tree', { key: adminKey, headers, body: raw })
    expect(((await response.json()) as { readonly code: string }).code).toBe(code)
    expect(installed.state()).toBe(before)
  })

  it('is not written by the manager of the group, who cannot give what it holds (B022)', async () => {
    const before = installed.state()
    const refused = await send('PUT', '/groups/gods/permission-tree', { body: { tree: { upload: true } }, key: managerKey })
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
    expect(installed.state()).toBe(before)
  })
})

describe('what a user has', () => {
  it('is told with the ways it comes by', async () => {
    const { admin } = installed
    expect((await admin.userGroups({ key: 'sulla' })).items).toMatchObject([{ group: 'group:consuls', direct: true }])
    expect(await admin.directGroups({ users: ['sulla', 'nobody', 'sulla'] })).toMatchObject({
      items: [{ user: 'sulla', groups: ['group:consuls'], total: 1 }],
      names: { 'group:consuls': 'Consuls' },
    })
    expect(await admin.userMemberships({ key: 'sulla' })).toMatchObject({
      items: [{ group: 'consuls', member: 'user:sulla', origin: 'local', roles: [], inForce: true }],
      total: 1,
      names: { 'group:consuls': 'Consuls' },
    })
    expect((await admin.userRoles({ key: 'root' })).items).toEqual(['administrator'])
    const { items, names } = await admin.userPermissions({ key: 'sulla', resource: 'legion:4' })
    expect(items.map(({ permission }) => permission)).toEqual(['legion.change', 'legion.delete', 'legion.view'])
    expect(items[1]?.findings).toMatchObject([{ rule: 'assignment' }])
    expect(names['group:consuls']).toBe('Consuls')
    expect((await admin.userAccess({ key: 'sulla' })).items).toEqual([{ resource: 'legion:4', actions: ['change', 'delete', 'view'] }])
    expect((await admin.userAccess({ key: 'archelaus' })).items).toEqual([])
    expect((await admin.groupGroups({ key: 'consuls' })).items).toEqual([])
    expect((await admin.groupRoles({ key: 'consuls' })).items).toEqual([])
  })

  it('everybody may ask about themselves, and about nobody else', async () => {
    for (const what of ['groups', 'roles', 'permissions', 'access']) {
      expect((await send('GET', `/users/low/${what}`, { key: lowKey })).body.total).toBe(0)
      expect((await send('GET', `/users/sulla/${what}`, { key: lowKey })).body.code).toBe('forbidden')
    }
  })
})

describe('an API key', () => {
  it('is made for the caller, tells its secret once, and ends in 90 days', async () => {
    const { admin } = installed
    const made = await admin.createApiKey({ name: 'deploy', owner: 'user:sulla', scopes: ['tenant.check'] })
    const days = (Date.parse(made.expiresAt ?? '') - Date.parse(made.createdAt)) / 86_400_000
    expect(Math.round(days)).toBe(90)
    expect(made).not.toHaveProperty('hash')
    expect((await installed.as(made.secret).check({ subject: 'user:sulla', action: 'view', resource: 'legion:4' })).allowed).toBe(true)
    const { secret, ...rest } = made
    expect(await admin.apiKey({ key: made.id })).toEqual({ ...rest, lastUsedAt: expect.any(String) })
    expect(JSON.stringify([await admin.journal(), await admin.apiKeys()])).not.toContain(secret)

    await admin.updateApiKey({ key: made.id, active: false })
    await expect(installed.as(secret).me()).rejects.toMatchObject({ code: 'unauthenticated' })
    await admin.deleteApiKey({ key: made.id })
  })

  it('may last for ever when that is said, and is only foretold in a preview', async () => {
    const before = installed.state()
    expect((await installed.admin.createApiKey({ owner: 'user:sulla', preview: true })).effect.gained).toBe(0)
    expect(installed.state()).toBe(before)
    const { id, expiresAt } = await installed.admin.createApiKey({ owner: 'user:sulla', expiresAt: null })
    expect(expiresAt).toBeUndefined()
    await installed.admin.deleteApiKey({ key: id })
  })

  it('never changes its owner (B027)', async () => {
    const refused = await send('PATCH', '/api-keys/low-key', { body: { owner: 'user:root' } })
    expect([refused.status, refused.body.code]).toEqual([400, 'immutable_field'])
  })
})

describe('the settings', () => {
  it('hold the policy of assignments, and are changed key by key', async () => {
    const { admin } = installed
    let tag = ''
    const before = await admin.settings({}, { onHeaders: (headers) => (tag = headers.get('etag') ?? '') })
    expect(before.policy.siblings).toEqual(['view'])
    const after = await admin.updateSettings({ policy: { siblings: [] }, rootSiblings: true }, { ifMatch: tag })
    expect(after).toMatchObject({ rootSiblings: true, managersInherit: false, policy: { siblings: [], ancestors: ['view'] } })
    await expect(admin.updateSettings({ rootSiblings: false }, { ifMatch: tag })).rejects.toMatchObject({ code: 'precondition_failed' })
    await admin.updateSettings({ policy: { siblings: ['view'] }, rootSiblings: false })
  })
})

describe('the own record', () => {
  it('is edited by its owner, but for what is not a profile (B019)', async () => {
    const edited = await send('PATCH', '/users/low', { body: { displayName: 'Low' }, key: lowKey })
    expect([edited.status, edited.body.displayName]).toEqual([200, 'Low'])
    const before = installed.state()
    for (const [body, code] of [
      [{ displayName: 'x', role: 'admin', isAdmin: true }, 'unknown_field'],
      [{ status: 'inactive' }, 'forbidden'],
      [{ attributes: { role: 'admin' } }, 'forbidden'],
    ] as const)
      expect((await send('PATCH', '/users/low', { body, key: lowKey })).body.code).toBe(code)
    expect(installed.state()).toBe(before)
  })
})
