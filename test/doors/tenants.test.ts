import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createClient } from '../../src/api/client.ts'
import { createAccess, openInstallation } from '../../src/assemble.ts'
import { createHandler } from '../../src/server/index.ts'
import { createMemoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import type { Installed } from './installation.ts'
import { adminKey, callers, install, installWith, lowKey } from './installation.ts'
import { base, browserOf } from './jar.ts'
import { legion } from './legion.ts'

const password = 'seven hills beside a river'

let installed: Installed
/** The keys of the administrators of two tenants. */
let acmeKey: string
let shopKey: string
beforeAll(async () => {
  installed = await install(legion)
  acmeKey = await keyOf('acme', { name: 'Acme Ltd' })
  shopKey = await keyOf('shop')
})
afterAll(async () => {
  expect(installed.defects).toEqual([])
  await installed.access.close()
})

async function keyOf(id: string, more: object = {}): Promise<string> {
  const { wayIn } = await installed.admin.createTenant({ id, entry: 'key', ...more })
  return wayIn?.way === 'key' ? wayIn.key : ''
}

const clientOf = (tenant: string, key?: string) =>
  createClient({ url: base, tenant, fetch: installed.handler, ...(key === undefined ? {} : { key }) })
const get = (path: string, key?: string, headers: Record<string, string> = {}) => installed.send('GET', path, { key, headers })
/** What is answered, without what is another each time. */
async function told(response: Response): Promise<unknown> {
  const { requestId: _requestId, ...problem } = (await response.json()) as { readonly requestId?: string }
  return [response.status, problem]
}

describe('a tenant that was made', () => {
  it('is a record of main, and the journal of main tells who made it and how it is entered', async () => {
    const made = await installed.admin.createTenant({ id: 'fresh', name: 'Fresh', description: 'A client', changeReason: 'signed' })
    expect(made).toMatchObject({ id: 'fresh', name: 'Fresh', description: 'A client', active: true, entry: { way: 'claim' } })
    const { items } = await installed.admin.journal({ record: 'tenant:fresh' })
    expect(items).toMatchObject([
      {
        actor: 'service:bootstrap',
        reason: 'signed',
        names: { 'tenant:fresh': 'Fresh' },
        changes: [{ kind: 'tenant.create' }, { kind: 'tenant.open' }],
      },
    ])
    const token = made.wayIn?.way === 'claim' ? made.wayIn.token : ''
    expect(made.wayIn).toEqual({ way: 'claim', token, address: `${base}/t/fresh/claim#${token}` })
    expect(JSON.stringify([items, await installed.admin.tenant({ key: 'fresh' })])).not.toContain(token)
  })

  it('is listed, page by page, with how many there are', async () => {
    const first = await installed.admin.tenants({ limit: 2 })
    expect([first.items.map(({ id }) => id), first.total]).toEqual([['acme', 'fresh'], 3])
    const rest = await installed.admin.tenants({ limit: 2, cursor: first.next ?? '' })
    expect(rest.items.map(({ id }) => id)).toEqual(['shop'])
    expect((await installed.admin.tenants({ q: 'acme l' })).items).toMatchObject([{ id: 'acme', name: 'Acme Ltd' }])
  })

  it.each([
    ['without an id', {}, 'invalid_parameter'],
    ['called as nothing may be', { id: 'Acme' }, 'invalid_string'],
    ['called main', { id: 'main' }, 'conflict'],
    ['called as another', { id: 'acme' }, 'conflict'],
    ['with a field that nobody knows', { id: 'new', owner: 'user:root' }, 'unknown_field'],
    ['with a way in that there is not', { id: 'new', entry: 'window' }, 'invalid_parameter'],
  ])('is not made %s', async (_name, body, code) => {
    const before = installed.state()
    const response = await installed.send('POST', '/api/v1/tenants', {
      key: adminKey,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
    expect(((await response.json()) as { code: string }).code).toBe(code)
    expect(installed.state()).toBe(before)
  })

  it('is not made by a preview', async () => {
    const preview = await installed.admin.createTenant({ id: 'maybe', preview: true })
    expect(preview).toMatchObject({ changes: [{ kind: 'tenant.create' }, { kind: 'tenant.open' }] })
    expect((await get('/api/v1/tenants/maybe', adminKey)).status).toBe(404)
    expect((await get('/t/maybe/', adminKey)).status).toBe(404)
  })

  it('gets another name by whoever knows it as it is', async () => {
    let etag = ''
    await installed.admin.tenant({ key: 'shop' }, { onHeaders: (headers) => (etag = headers.get('etag') ?? '') })
    expect(await installed.admin.updateTenant({ key: 'shop', name: 'The shop' }, { ifMatch: etag })).toMatchObject({ name: 'The shop' })
    await expect(installed.admin.updateTenant({ key: 'shop', name: 'x' }, { ifMatch: etag })).rejects.toMatchObject({
      code: 'precondition_failed',
    })
    expect(await clientOf('shop', shopKey).me()).toMatchObject({ tenant: 'shop', tenantName: 'The shop' })
  })
})

describe('the tenant of a request', () => {
  it('is named by the header, by the path, or by both alike; without either it is main', async () => {
    for (const [path, headers] of [
      ['/api/v1/me', { 'curia-tenant': 'acme' }],
      ['/t/acme/api/v1/me', {}],
      ['/t/%61cme/api/v1/me', {}],
      ['/t/acme/api/v1/me', { 'curia-tenant': 'acme' }],
    ] as const)
      expect(await (await get(path, acmeKey, headers)).json()).toMatchObject({ tenant: 'acme', tenantName: 'Acme Ltd' })
    expect(await (await get('/api/v1/me', adminKey)).json()).toMatchObject({ tenant: 'main' })
    expect(await (await get('/t/main/api/v1/me', adminKey, { 'curia-tenant': 'main' })).json()).toMatchObject({ tenant: 'main' })
  })

  it('is refused when path and header name two', async () => {
    for (const [path, header] of [
      ['/t/acme/api/v1/me', 'shop'],
      ['/t/acme/api/v1/me', 'main'],
      ['/t/main/healthz', 'acme'],
    ] as const)
      expect(await told(await get(path, acmeKey, { 'curia-tenant': header }))).toMatchObject([400, { code: 'bad_request' }])
  })

  it('has every page and every path behind its own', async () => {
    for (const path of ['/t/acme', '/t/acme/', '/t/acme/people/ada', '/t/acme/docs', '/t/acme/openapi.json', '/t/acme/readyz'])
      expect([path, (await get(path)).status]).toEqual([path, 200])
    expect(await (await get('/t/acme/readyz')).json()).toEqual({ status: 'ready', tenant: 'acme' })
    expect((await get('/t/acme/nothing', acmeKey)).status).toBe(404)
    expect((await installed.send('DELETE', '/t/acme/api/v1/groups', { key: acmeKey })).status).toBe(405)
  })

  it('stands in front of the place of what was made', async () => {
    const body = JSON.stringify({ id: 'dee', userName: 'dee' })
    const headers = { 'content-type': 'application/json' }
    const response = await installed.send('POST', '/t/acme/api/v1/users', { key: acmeKey, body, headers })
    expect([response.status, response.headers.get('location')]).toEqual([201, '/t/acme/api/v1/users/dee'])
    expect((await get('/t/acme/api/v1/users/dee', acmeKey)).status).toBe(200)
  })

  it.each(['acme/..', '', ' ', 'ACME', 'acme\u0009', 'a'.repeat(5000), '../main', '__proto__', 'acme,shop'])(
    'is none of the name %j',
    async (name) => {
      const response = await get('/api/v1/users', adminKey, { 'curia-tenant': encodeURI(name) })
      expect(await told(response)).toMatchObject([404, { code: 'not_found' }])
    },
  )
})

describe('a tenant that somebody may not enter', () => {
  const unknown = 'nowhere'
  const same = (one: unknown, other: unknown, name: string) =>
    expect(JSON.stringify(one).replaceAll(name, unknown)).toBe(JSON.stringify(other))

  it.each([
    ['the key of main', () => adminKey],
    ['the key of another tenant', () => shopKey],
    ['a key of nobody', () => 'key_x.eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4'],
  ])('is to %s as one that is not there', async (_name, key) => {
    for (const path of ['/api/v1/users', '/api/v1/users/ada', '/api/v1/tenants', '/nothing']) {
      const [one, other] = [await get(`/t/acme${path}`, key()), await get(`/t/${unknown}${path}`, key())]
      same(await told(one), await told(other), 'acme')
      expect(other.status).toBe(404)
      const header = await get(path, key(), { 'curia-tenant': 'acme' })
      same(await told(header), await told(await get(path, key(), { 'curia-tenant': unknown })), 'acme')
    }
  })

  it('is to nobody in particular as one that is not there', async () => {
    const [one, other] = [await get('/t/acme/api/v1/users'), await get(`/t/${unknown}/api/v1/users`)]
    expect(await told(one)).toEqual(await told(other))
    expect(one.status).toBe(401)
  })

  it('knows nothing of a key, which is nobody in main either', async () => {
    expect(await told(await get('/api/v1/me', acmeKey))).toMatchObject([401, { code: 'unauthenticated' }])
    expect(await told(await get('/t/shop/api/v1/me', acmeKey))).toMatchObject([404, { code: 'not_found' }])
  })

  it('has no pages', async () => {
    for (const path of ['', '/', '/sign-in', '/docs', '/healthz', '/api/v1/sign-in', '/.well-known/authzen-configuration'])
      expect([path, (await get(`/t/${unknown}${path}`)).status]).toEqual([path, 404])
  })
})

describe('what is in a tenant', () => {
  it('is in no other', async () => {
    const acme = clientOf('acme', acmeKey)
    await acme.changes({
      changes: [
        { kind: 'user.create', id: 'sulla', userName: 'sulla', displayName: 'Another Sulla' },
        { kind: 'group.create', id: 'consuls', name: 'Board' },
      ],
    })
    expect((await acme.groups()).items.map(({ name }) => name)).toEqual(['Board'])
    expect((await installed.admin.group({ key: 'consuls' })).name).not.toBe('Board')
    expect((await clientOf('shop', shopKey).users()).total).toBe(0)
    expect((await acme.check({ subject: 'user:sulla', action: 'tenant.view' })).allowed).toBe(false)
    await expect(acme.check({ subject: 'user:metellus', action: 'tenant.view' })).rejects.toMatchObject({ code: 'subject_unknown' })
    expect(await acme.verifyJournal()).toMatchObject({ intact: true })
  })

  it('is asked with cursors of its own: one of a namesake in another tenant is none', async () => {
    const { next = '' } = await installed.admin.users({ limit: 1 })
    expect(next).not.toBe('')
    // The same actor by name, the same question.
    await expect(clientOf('acme', acmeKey).users({ limit: 1, cursor: next })).rejects.toMatchObject({ code: 'invalid_cursor' })
    expect((await installed.admin.users({ limit: 1, cursor: next })).items).toHaveLength(1)
  })

  it('is asked with revision tokens of its own', async () => {
    let token = ''
    await installed.admin.me({}, { onHeaders: (headers) => (token = headers.get('curia-revision') ?? '') })
    await expect(clientOf('acme', acmeKey).me({}, { atLeast: token })).rejects.toMatchObject({ code: 'invalid_revision' })
    expect(await installed.admin.me({}, { atLeast: token })).toMatchObject({ tenant: 'main' })
  })

  it('is told by its own stream, which ends when the tenant is switched off', async () => {
    const key = await keyOf('short')
    const short = clientOf('short', key)
    const entries = (await short.journalStream())[Symbol.asyncIterator]()
    const heard = entries.next()
    await installed.admin.createGroupEntity({ codename: 'of-main' })
    await short.createGroupEntity({ codename: 'of-short' })
    expect(JSON.stringify((await heard).value)).toContain('of-short')
    const over = entries.next()
    await installed.admin.updateTenant({ key: 'short', active: false })
    expect(await over).toMatchObject({ done: true })
  })

  it('has no doors to other tenants', async () => {
    const acme = clientOf('acme', acmeKey)
    for (const attempt of [
      acme.tenants(),
      acme.tenant({ key: 'shop' }),
      acme.createTenant({ id: 'new' }),
      acme.openTenant({ key: 'shop' }),
      acme.updateTenant({ key: 'shop', name: 'x' }),
      acme.deleteTenant({ key: 'shop', confirm: 'shop' }),
    ])
      await expect(attempt).rejects.toMatchObject({ code: 'not_found', details: { reference: '/api/v1/tenants' } })
    await expect(acme.changes({ changes: [{ kind: 'tenant.create', id: 'new' }] })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('AuthZEN in a tenant', () => {
  it('names its own endpoints, in both places where the document is looked for', async () => {
    for (const path of ['/t/acme/.well-known/authzen-configuration', '/.well-known/authzen-configuration/t/acme'])
      expect(await (await get(path)).json()).toMatchObject({
        policy_decision_point: `${base}/t/acme`,
        access_evaluation_endpoint: `${base}/t/acme/access/v1/evaluation`,
        search_action_endpoint: `${base}/t/acme/access/v1/search/action`,
      })
    expect(await (await get('/.well-known/authzen-configuration', undefined, { 'curia-tenant': 'acme' })).json()).toMatchObject({
      policy_decision_point: `${base}/t/acme`,
    })
    expect(await (await get('/.well-known/authzen-configuration')).json()).toMatchObject({ policy_decision_point: base })
  })

  it('answers there, and refuses with a message', async () => {
    const question = {
      subject: { type: 'service', id: 'bootstrap' },
      action: { name: 'tenant.view' },
      resource: { type: 'tenant', id: 'acme' },
    }
    const ask = (key: string, tenant: string) =>
      installed.send('POST', `/t/${tenant}/access/v1/evaluation`, {
        key,
        body: JSON.stringify(question),
        headers: { 'content-type': 'application/json' },
      })
    expect(await (await ask(acmeKey, 'acme')).json()).toEqual({ decision: true })
    expect(await (await ask(shopKey, 'shop')).json()).toEqual({ decision: false })
    const [one, other] = [await ask(shopKey, 'acme'), await ask(shopKey, 'nowhere')]
    expect((await one.text()).replace('acme', 'nowhere')).toBe(await other.text())
    expect(one.status).toBe(404)
  })
})

describe('sessions of two tenants', () => {
  it('stand beside each other in one browser, and each is nobody in the other', async () => {
    const jars = new Map<string, string>()
    const enter = async (tenant: string, key: string, login: string) => {
      const client = clientOf(tenant, key)
      const { id } = await client.createUser({ userName: login })
      await client.setPassword({ key: id, password })
      const response = await installed.send('POST', `/t/${tenant}/api/v1/sign-in`, {
        body: JSON.stringify({ login, password }),
        headers: { 'content-type': 'application/json', cookie: [...jars.values()].join('; '), origin: base },
      })
      const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
      jars.set(tenant, cookie)
      return cookie
    }
    const acme = await enter('acme', acmeKey, 'ann')
    const shop = await enter('shop', shopKey, 'bob')
    expect([acme.split('=')[0], shop.split('=')[0]]).toEqual(['__Host-curia-acme', '__Host-curia-shop'])
    const cookie = [...jars.values()].join('; ')
    expect(await (await get('/t/acme/api/v1/me', undefined, { cookie })).json()).toMatchObject({ name: 'ann', tenant: 'acme' })
    expect(await (await get('/t/shop/api/v1/me', undefined, { cookie })).json()).toMatchObject({ name: 'bob', tenant: 'shop' })
    expect((await get('/api/v1/me', undefined, { cookie })).status).toBe(401)

    const secret = acme.split('=')[1] ?? ''
    for (const [path, name] of [
      ['/t/shop/api/v1/me', '__Host-curia-shop'],
      ['/t/shop/api/v1/me', '__Host-curia'],
      ['/api/v1/me', '__Host-curia'],
      ['/t/nowhere/api/v1/me', '__Host-curia-nowhere'],
    ] as const)
      expect(await told(await get(path, undefined, { cookie: `${name}=${secret}` }))).toMatchObject([401, { code: 'unauthenticated' }])
    expect((await get('/t/acme/api/v1/me', undefined, { cookie: `${acme}; ${acme}` })).status).toBe(400)

    const out = await installed.send('POST', '/t/acme/api/v1/sign-out', { headers: { cookie, origin: base } })
    expect(out.headers.get('set-cookie')).toMatch(/^__Host-curia-acme=; Max-Age=0/)
    expect((await get('/t/acme/api/v1/me', undefined, { cookie })).status).toBe(401)
    expect((await get('/t/shop/api/v1/me', undefined, { cookie })).status).toBe(200)
  })

  it('are let alone by passwords of another tenant', async () => {
    const { client } = browserOf(installed.handler)
    await expect(client.signIn({ login: 'ann', password })).rejects.toMatchObject({ code: 'invalid_credentials' })
    await expect(clientOf('shop').signIn({ login: 'ann', password })).rejects.toMatchObject({ code: 'invalid_credentials' })
  })
})

describe('the first to enter a tenant', () => {
  it('claims it with the token, once, and nowhere else', async () => {
    const { wayIn } = await installed.admin.createTenant({ id: 'claimed' })
    const token = wayIn?.way === 'claim' ? wayIn.token : ''
    const claim = { token, userName: 'first', password }
    await expect(clientOf('shop').claim(claim)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await clientOf('claimed').openDoors()).toMatchObject({ claim: true })
    const browser = browserOf(installed.handler)
    await createClient({ url: `${base}/t/claimed`, fetch: installed.handler }).claim(claim)
    await expect(clientOf('claimed').claim({ ...claim, userName: 'second' })).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await clientOf('claimed').openDoors()).toMatchObject({ claim: false })
    expect(browser.cookie).toBe('')
    await expect(installed.admin.openTenant({ key: 'claimed' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(installed.admin.openTenant({ key: 'claimed', entry: 'key' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is given another way while nobody has come, and the one before is over', async () => {
    const { wayIn } = await installed.admin.createTenant({ id: 'again' })
    const second = await installed.admin.openTenant({ key: 'again', changeReason: 'the first was lost' })
    const [first, token] = [wayIn, second].map((way) => (way?.way === 'claim' ? way.token : ''))
    expect(first).not.toBe(token)
    const third = await installed.admin.openTenant({ key: 'again', entry: 'key' })
    const key = third.way === 'key' ? third.key : ''
    expect(await clientOf('again', key).me()).toMatchObject({ actor: 'service:bootstrap' })
    await expect(clientOf('again').claim({ token: first ?? '', userName: 'late', password })).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    expect((await installed.admin.journal({ record: 'tenant:again' })).items).toMatchObject([
      { changes: [{ kind: 'tenant.open' }] },
      { changes: [{ kind: 'tenant.open' }], reason: 'the first was lost' },
      { changes: [{ kind: 'tenant.create' }, { kind: 'tenant.open' }] },
    ])
    await expect(installed.admin.openTenant({ key: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('comes with a key where nobody signs in by password', async () => {
    const closed = await installWith({ signIn: { settings: { password: false }, address: () => base } })
    onTestFinished(() => closed.access.close())
    const { wayIn } = await closed.admin.createTenant({ id: 'acme' })
    expect(wayIn?.way).toBe('key')
    await expect(closed.admin.createTenant({ id: 'shop', entry: 'claim' })).rejects.toMatchObject({ code: 'invalid_parameter' })
    expect((await closed.admin.tenants()).total).toBe(1)
  })
})

describe('a tenant that is switched off', () => {
  it('is answered as one that is not there, and comes back with everything in it', async () => {
    const key = await keyOf('paused')
    await clientOf('paused', key).createGroup({ id: 'team', name: 'Team' })
    await installed.admin.updateTenant({ key: 'paused', active: false })
    const [one, other] = [await get('/t/paused/api/v1/groups', key), await get('/t/nowhere/api/v1/groups', key)]
    expect(JSON.stringify(await told(one)).replaceAll('paused', 'nowhere')).toBe(JSON.stringify(await told(other)))
    expect((await get('/t/paused/')).status).toBe(404)
    await expect(installed.admin.openTenant({ key: 'paused' })).rejects.toMatchObject({ code: 'not_found' })
    await installed.admin.updateTenant({ key: 'paused', active: true })
    expect(await clientOf('paused', key).group({ key: 'team' })).toMatchObject({ name: 'Team' })
  })
})

describe('a tenant that is deleted', () => {
  it('goes with everything in it, once its id is said again, and never comes back', async () => {
    const key = await keyOf('doomed')
    await clientOf('doomed', key).createUser({ id: 'eve', userName: 'eve' })
    const before = installed.state()
    for (const confirm of [undefined, '', 'yes', 'Doomed'])
      await expect(installed.admin.deleteTenant({ key: 'doomed', ...(confirm === undefined ? {} : { confirm }) })).rejects.toMatchObject({
        code: 'invalid_parameter',
      })
    await expect(installed.admin.deleteTenant({ key: 'doomed', confirm: 'doomed', preview: true })).resolves.toMatchObject({
      changes: [{ kind: 'tenant.delete' }],
    })
    expect(installed.state()).toBe(before)
    expect((await get('/t/doomed/api/v1/users', key)).status).toBe(200)

    await installed.admin.deleteTenant({ key: 'doomed', confirm: 'doomed', changeReason: 'the contract ended' })
    expect((await get('/t/doomed/api/v1/users', key)).status).toBe(404)
    await expect(installed.admin.createTenant({ id: 'doomed' })).rejects.toMatchObject({ code: 'conflict' })
    const [entry] = (await installed.admin.journal({ record: 'tenant:doomed', limit: 1 })).items
    expect(entry).toMatchObject({ reason: 'the contract ended', changes: [{ kind: 'tenant.delete' }] })
    await expect(installed.admin.undo({ revision: entry?.revision ?? 0 })).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('the tenants of a store', () => {
  /** A server on the store, and the names of the tenants that were read from it. */
  async function over(store: Store) {
    const loaded: string[] = []
    const watched: Store = new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...given: unknown[]) => {
          if (name === 'load') loaded.push(String(given[0]))
          return Reflect.apply(value, target, given)
        }
      },
    })
    const { access, authenticate, signIn, neighbours } = await openInstallation({ store: watched, bootstrapKey: adminKey })
    onTestFinished(() => access.close())
    const handler = createHandler({ access, authenticate, signIn, ...(neighbours && { neighbours }), version: '0' })
    const as = (tenant: string, key: string) => createClient({ url: base, tenant, fetch: handler, key })
    return { access, loaded, as, admin: as('main', adminKey) }
  }

  it('are opened when somebody first asks for them', async () => {
    const store = createMemoryStore()
    const first = await over(store)
    const keys = new Map<string, string>()
    for (const id of ['acme', 'shop']) {
      const { wayIn } = await first.admin.createTenant({ id, entry: 'key' })
      keys.set(id, wayIn?.way === 'key' ? wayIn.key : '')
    }
    const { admin, as, loaded } = await over(store)
    expect((await admin.tenants()).total).toBe(2)
    await expect(as('nowhere', adminKey).me()).rejects.toMatchObject({ code: 'not_found' })
    expect(loaded).toEqual(['main'])
    await Promise.all(Array.from({ length: 3 }, () => as('acme', keys.get('acme') ?? '').me()))
    expect(loaded).toEqual(['main', 'acme'])
  })

  it('are known to nobody while main does not know of them, and become known on purpose', async () => {
    const store = createMemoryStore()
    const library = await createAccess({ store, tenant: 'old' })
    await library.write([...callers, { kind: 'group.create', id: 'old', name: 'Old' }])
    const { admin, as, loaded } = await over(store)
    await expect(as('old', lowKey).me()).rejects.toMatchObject({ code: 'not_found' })
    expect(loaded).toEqual(['main'])
    await expect(admin.createTenant({ id: 'old' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(admin.createTenant({ id: 'new', existing: true })).rejects.toMatchObject({ code: 'conflict' })
    await expect(admin.createTenant({ id: 'old', existing: true, entry: 'key' })).rejects.toMatchObject({ code: 'invalid_parameter' })
    expect((await admin.tenants()).total).toBe(0)
    expect(await admin.createTenant({ id: 'old', existing: true })).toEqual(expect.not.objectContaining({ wayIn: expect.anything() }))
    expect(await as('old', lowKey).me()).toMatchObject({ actor: 'user:low', tenant: 'old' })
    await expect(admin.openTenant({ key: 'old' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('lose a tenant whole: no row, no entry, no note of it is left', async () => {
    const store = createMemoryStore()
    const { admin, as } = await over(store)
    const { wayIn } = await admin.createTenant({ id: 'acme', entry: 'key' })
    const acme = as('acme', wayIn?.way === 'key' ? wayIn.key : '')
    await acme.createUser({ id: 'ann', userName: 'ann' })
    await acme.setPassword({ key: 'ann', password })
    expect([await store.tenants(), (await store.notes('acme', 'password')).length]).toEqual([['acme', 'main'], 1])
    await admin.deleteTenant({ key: 'acme', confirm: 'acme' })
    expect([await store.tenants(), (await store.notes('acme', 'password')).length, await store.head('acme')]).toEqual([['main'], 0, 0])
  })
})

describe('the budgets of two tenants', () => {
  it('are apart: who has used up the one may still ask in the other', async () => {
    const limited = await installWith({ limits: { checksPerMinute: 100, requestsPerMinute: 5 } })
    onTestFinished(() => limited.access.close())
    const { wayIn } = await limited.admin.createTenant({ id: 'acme', entry: 'key' })
    const acme = createClient({ url: base, tenant: 'acme', fetch: limited.handler, key: wayIn?.way === 'key' ? wayIn.key : '' })
    for (let asked = 0; asked < 5; asked += 1) await acme.users()
    // The same actor by name.
    await expect(acme.users()).rejects.toMatchObject({ code: 'rate_limited' })
    expect((await limited.admin.users()).total).toBeGreaterThan(0)
  })
})
