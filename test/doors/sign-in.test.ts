import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '../../src/api/client.ts'
import type { Installation } from '../../src/assemble.ts'
import { openInstallation } from '../../src/assemble.ts'
import type { Change, Instant } from '../../src/core/index.ts'
import type { Arrival, Handler, HandlerOptions } from '../../src/server/index.ts'
import { createHandler } from '../../src/server/index.ts'
import { smtpMailer } from '../../src/service/mail.ts'
import type { SignInOptions } from '../../src/service/sign-in.ts'
import type { SmtpSink } from '../service/smtp-sink.ts'
import { startSmtpSink } from '../service/smtp-sink.ts'
import { adminKey } from './installation.ts'
import type { Jar } from './jar.ts'
import { base, browserOf } from './jar.ts'

const password = 'seven hills beside a river'
const other = 'another town upon the sea'

const people: readonly Change[] = [
  { kind: 'user.create', id: 'root', userName: 'root' },
  { kind: 'grant.create', subject: 'user:root', role: 'administrator' },
  { kind: 'user.create', id: 'ada', userName: 'Ada', displayName: 'Ada Lovelace', emails: ['ada@example.org', 'second@example.org'] },
  { kind: 'user.create', id: 'bob', userName: 'bob' },
  { kind: 'group.create', id: 'staff', name: 'Staff' },
]

interface Scene extends Installation {
  readonly handler: Handler
  readonly clock: { now: number }
  /** A browser of somebody who is signed in. */
  signedIn(login: string, peer?: string): Promise<Jar>
}

async function scene(signIn: Partial<SignInOptions> = {}, more: Partial<Omit<HandlerOptions, 'signIn'>> = {}): Promise<Scene> {
  const clock = { now: Date.now() }
  const installation = await openInstallation({
    store: 'memory:',
    bootstrapKey: adminKey,
    clock: () => clock.now,
    signIn: { address: () => base, clock: () => clock.now, ...signIn },
  })
  await installation.access.write(people)
  for (const user of ['root', 'ada', 'bob']) await installation.signIn.setPassword('system:test', user, password)
  const { access, authenticate } = installation
  const handler = createHandler({ access, authenticate, signIn: installation.signIn, version: '0', ...more })
  return {
    ...installation,
    handler,
    clock,
    async signedIn(login, peer) {
      const jar = browserOf(handler, peer)
      await jar.client.signIn({ login, password })
      return jar
    },
  }
}

const admin = ({ handler }: Scene) => createClient({ url: base, key: adminKey, fetch: (request) => handler(request) })
const post = (
  handler: Handler,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  arrival: Arrival = { peer: '192.0.2.1' },
) =>
  handler(
    new Request(`${base}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
    arrival,
  )
const codeOf = async (response: Response) => ((await response.json()) as { readonly code?: string }).code

describe('signing in', () => {
  let all: Scene
  beforeAll(async () => {
    all = await scene()
  })
  afterAll(() => all.access.close())

  it.each(['Ada', 'ADA', 'ada@example.org', 'Ada@Example.org'])(
    'takes %s for a name, and gives a session with a cookie for this host alone',
    async (login) => {
      const response = await post(all.handler, '/sign-in', { login, password })
      expect(response.status).toBe(200)
      expect(response.headers.get('set-cookie')).toMatch(/^__Host-curia=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.json()).toMatchObject({ user: 'user:ada', address: '192.0.2.1' })
    },
  )

  it('tells who is in, how, until when, and until when the password need not be given again', async () => {
    const { client } = await all.signedIn('ada')
    const { actor, name, by, session, permissions, tree } = await client.me()
    expect({ actor, name, by, tree }).toEqual({ actor: 'user:ada', name: 'Ada Lovelace', by: 'session', tree: {} })
    expect(permissions).toEqual([])
    const minutes = (moment: Instant) => Math.round((Date.parse(moment) - Date.parse(session?.since ?? '')) / 60_000)
    expect(session && [minutes(session.recentUntil), minutes(session.until), minutes(session.endsAt)]).toEqual([5, 30, 720])
    expect((await admin(all).me()).by).toBe('key')
  })

  it('ends with the sign-out, and the cookie is taken away (B231)', async () => {
    const jar = await all.signedIn('ada')
    const kept = jar.cookie
    await jar.client.signOut()
    expect(jar.cookie).toBe('')
    jar.cookie = kept
    await expect(jar.client.me()).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('is for people: a program has no session to sign out of, and no password', async () => {
    const client = admin(all)
    await expect(client.signOut()).rejects.toMatchObject({ code: 'forbidden' })
    await expect(client.signInAgain({ password })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(client.changePassword({ current: password, password: other })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await client.sessions()).toEqual({ items: [], total: 0 })
  })

  it('works under the path of the tenant too', async () => {
    expect((await post(all.handler, '/sign-in', { login: 'ada', password })).status).toBe(200)
    const response = await all.handler(new Request(`${base}/t/main/api/v1/sign-in`))
    expect(await response.json()).toMatchObject({ password: true })
    expect((await all.handler(new Request(`${base}/t/other/api/v1/sign-in`))).status).toBe(404)
  })
})

describe('sessions', () => {
  let all: Scene
  beforeEach(async () => {
    all = await scene()
  })

  it('are listed with the own one marked, ended one by one, and all but the own one at once', async () => {
    const [one, two, three] = [await all.signedIn('ada'), await all.signedIn('ada', '2001:db8::7'), await all.signedIn('ada')]
    await all.signedIn('bob')
    const { items, total } = await one.client.sessions()
    expect(total).toBe(3)
    expect(items.filter(({ current }) => current).map(({ id }) => id)).toEqual([(await one.client.me()).session?.id])
    expect(items.map(({ address }) => address).sort()).toEqual(['192.0.2.1', '192.0.2.1', '2001:db8::7'])
    await one.client.endSession({ key: (await two.client.me()).session?.id ?? '' })
    await expect(two.client.me()).rejects.toMatchObject({ code: 'unauthenticated' })
    await one.client.endSessions()
    await expect(three.client.me()).rejects.toMatchObject({ code: 'unauthenticated' })
    expect((await one.client.sessions()).total).toBe(1)
    await one.client.endSession({ key: (await one.client.me()).session?.id ?? '' })
    expect(one.cookie).toBe('')
    await all.access.close()
  })

  it('of others are seen and ended by whoever may edit them, and are not there for anybody else', async () => {
    const [ada, bob, root] = [await all.signedIn('ada'), await all.signedIn('bob'), await all.signedIn('root')]
    const id = (await ada.client.me()).session?.id ?? ''
    await expect(bob.client.sessions({ user: 'ada' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(bob.client.endSession({ key: id })).rejects.toMatchObject({ code: 'not_found' })
    await expect(bob.client.endSessions({ user: 'ada' })).rejects.toMatchObject({ code: 'not_found' })
    expect((await bob.client.sessions({ everybody: true })).items.map(({ user }) => user)).toEqual(['user:bob'])
    expect((await root.client.sessions({ everybody: true })).total).toBe(3)
    expect((await root.client.sessions({ user: 'ada' })).items).toMatchObject([{ id, current: false }])
    await root.client.endSessions({ user: 'ada' })
    await expect(ada.client.me()).rejects.toMatchObject({ code: 'unauthenticated' })
    await all.access.close()
  })

  it('are asked for the password again before grants, keys, sources, exports and passwords, five minutes after it was given', async () => {
    const root = await all.signedIn('root')
    const grant = { subject: 'user:ada', role: 'manager', resource: 'group:staff' } as const
    await root.client.createGrant(grant)
    all.clock.now += 5 * 60_000
    const { client } = root
    const again = { code: 'forbidden', details: { right: 'recent-sign-in' } }
    for (const call of [
      () => client.createGrant(grant),
      () =>
        client.changes({
          changes: [
            { kind: 'group.create', name: 'x' },
            { kind: 'grant.create', ...grant },
          ],
        }),
      () => client.createApiKey({ owner: 'user:root' }),
      () => client.createSource({ name: 'castra' }),
      () => client.exportWorld(),
      () => client.importFiles({ files: [{ path: 'a.yaml', text: 'curia: 1' }] }),
      () => client.undo({ revision: 1 }),
      () => client.setPassword({ key: 'ada', password: other }),
      () => client.writeGroupPermissionTree({ key: 'staff', tree: {} }),
    ])
      await expect(call()).rejects.toMatchObject(again)
    // What shows and does nothing, and what gives no rights, needs no password.
    await client.createGrant({ ...grant, preview: true })
    await client.createGroup({ name: 'Others' })
    await client.changes({ changes: [{ kind: 'group.create', name: 'x' }] })
    expect((await admin(all).createGrant(grant)).id).toBeDefined()

    const cookie = root.cookie
    await expect(client.signInAgain({ password: other })).rejects.toMatchObject({ code: 'invalid_credentials' })
    await client.signInAgain({ password })
    expect(root.cookie).not.toBe(cookie)
    await client.createGrant(grant)
    await all.access.close()
  })
})

describe('a password', () => {
  let all: Scene
  beforeEach(async () => {
    all = await scene()
  })

  it('is changed with the present one, and the other sessions end', async () => {
    const [here, there] = [await all.signedIn('ada'), await all.signedIn('ada')]
    await expect(here.client.changePassword({ current: other, password: other })).rejects.toMatchObject({ code: 'invalid_credentials' })
    await expect(here.client.changePassword({ current: password, password: 'ada lovelace 1815' })).rejects.toMatchObject({
      code: 'invalid_string',
    })
    await here.client.changePassword({ current: password, password: other })
    expect((await here.client.me()).actor).toBe('user:ada')
    await expect(there.client.me()).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(all.signedIn('ada')).rejects.toMatchObject({ code: 'invalid_credentials' })
    await here.client.signIn({ login: 'ada', password: other })
    await all.access.close()
  })

  it('of somebody else is set by an administrator alone, though others may edit the person', async () => {
    await all.access.write([
      { kind: 'role.create', codename: 'clerk', permissions: ['user.view', 'user.edit'] },
      { kind: 'grant.create', subject: 'user:bob', role: 'clerk' },
    ])
    const [ada, bob, root] = [await all.signedIn('ada'), await all.signedIn('bob'), await all.signedIn('root')]
    await expect(bob.client.setPassword({ key: 'root', password: other })).rejects.toMatchObject({ code: 'grant_exceeds_own' })
    await expect(ada.client.setPassword({ key: 'bob', password: other })).rejects.toMatchObject({ code: 'not_found' })
    await expect(root.client.setPassword({ key: 'nobody', password: other })).rejects.toMatchObject({ code: 'not_found' })
    await expect(root.client.setPassword({ key: 'root', password: other })).rejects.toMatchObject({ code: 'forbidden' })
    await root.client.setPassword({ key: 'ada', password: other })
    await expect(ada.client.me()).rejects.toMatchObject({ code: 'unauthenticated' })
    await ada.client.signIn({ login: 'ada', password: other })
    await all.access.close()
  })

  it('of somebody whom a source keeps is not kept here', async () => {
    await all.access.write([{ kind: 'source.create', name: 'castra' }])
    await all.access.write([{ kind: 'user.create', id: 'carl', userName: 'carl' }], { origin: 'source:castra' })
    await expect(admin(all).setPassword({ key: 'carl', password: other })).rejects.toMatchObject({ code: 'conflict' })
    await all.access.close()
  })
})

describe('doors that are switched off', () => {
  it('are not there, and the others say so', async () => {
    const settings = { reset: false, invitations: false, claim: false, signUp: false, basic: false }
    const all = await scene({ settings })
    const { client } = browserOf(all.handler)
    expect(await client.openDoors()).toEqual({ password: true, signUp: false, reset: false, invitations: false, claim: false })
    const closed = { code: 'not_found' }
    await expect(client.signUp({ userName: 'eve', email: 'eve@example.org', password })).rejects.toMatchObject(closed)
    await expect(client.askForReset({ login: 'ada' })).rejects.toMatchObject(closed)
    await expect(client.resetPassword({ token: 'x', password })).rejects.toMatchObject(closed)
    await expect(client.claim({ token: 'x', userName: 'eve', password })).rejects.toMatchObject(closed)
    await expect(client.acceptInvitation({ token: 'x', password })).rejects.toMatchObject(closed)
    await expect(admin(all).invite({ email: 'eve@example.org' })).rejects.toMatchObject(closed)
    await all.access.close()
  })

  it('are all of them when nobody signs in by password', async () => {
    const all = await scene({ settings: { password: false } })
    const { client } = browserOf(all.handler)
    expect(Object.values(await client.openDoors())).toEqual([false, false, false, false, false])
    await expect(client.signIn({ login: 'ada', password })).rejects.toMatchObject({ code: 'not_found' })
    expect((await admin(all).me()).actor).toBe('service:bootstrap')
    await all.access.close()
  })

  it('are all of them for a program that holds the handler and lets nobody sign in', async () => {
    const { access, authenticate } = await openInstallation({ store: 'memory:', bootstrapKey: adminKey })
    const handler = createHandler({ access, authenticate, version: '0' })
    await expect(browserOf(handler).client.signIn({ login: 'ada', password })).rejects.toMatchObject({ code: 'not_found' })
    await access.close()
  })
})

describe('doors that need mail', () => {
  let sink: SmtpSink
  beforeAll(async () => {
    sink = await startSmtpSink()
  })
  afterAll(() => sink.stop())

  it('say so where no mail server is configured', async () => {
    const all = await scene()
    const mail = { code: 'forbidden', details: { right: 'mail' } }
    await expect(browserOf(all.handler).client.askForReset({ login: 'ada' })).rejects.toMatchObject(mail)
    await expect(admin(all).invite({ email: 'eve@example.org' })).rejects.toMatchObject(mail)
    expect(await browserOf(all.handler).client.openDoors()).toMatchObject({ reset: false, invitations: false })
    expect(all.access.records('user')).toHaveLength(3)
    await all.access.close()
  })

  it('lead through the letter and back: invitation, reset', async () => {
    const mailer = smtpMailer({ server: sink.url.replace('//', '//curia:p%40ss@'), from: 'Curia <curia@example.org>' })
    const all = await scene({ mailer })
    await admin(all).addMember({ key: 'staff', member: 'user:ada' })
    const invitation = await admin(all).invite({ email: 'carl@example.org', groups: ['staff'], displayName: 'Carl' })
    const letter = await sink.letterTo('carl@example.org')
    expect(letter).toMatchObject({ from: 'curia@example.org', to: ['carl@example.org'] })
    expect(letter.head['content-type']).toMatch(/^text\/plain/)
    expect(letter.text).toContain(`${base}/invitation#`)
    expect(sink.signIns.at(-1)).toBe('\0curia\0p@ss')
    expect((await admin(all).invitations()).items).toEqual([invitation])

    const jar = browserOf(all.handler)
    await jar.client.acceptInvitation({ token: await sink.tokenTo('carl@example.org'), userName: 'carl', password })
    expect((await jar.client.me()).groups.map(({ group }) => group)).toEqual(['group:staff'])
    expect((await admin(all).invitations()).total).toBe(0)

    const asked = await jar.client.askForReset({ login: 'carl' })
    expect(await jar.client.askForReset({ login: 'nobody' })).toEqual(asked)
    const token = await sink.tokenTo('carl@example.org', 'Set a new password')
    await jar.client.resetPassword({ token, password: other })
    await expect(jar.client.me()).rejects.toMatchObject({ code: 'unauthenticated' })
    await jar.client.signIn({ login: 'carl', password: other })
    await all.access.close()
  })

  it('answer a failing mail server to whoever waits for it, and nothing to whoever must not know', async () => {
    const failures: unknown[] = []
    const mailer = smtpMailer({ server: sink.url, from: 'curia@example.org' })
    const all = await scene({ mailer, onFailure: (error) => failures.push(error) })
    sink.refuse(true)
    await expect(admin(all).invite({ email: 'dora@example.org' })).rejects.toMatchObject({
      code: 'source_unavailable',
      details: { source: 'mail' },
    })
    expect(await browserOf(all.handler).client.askForReset({ login: 'ada' })).toEqual({ asked: true })
    await expect.poll(() => failures).toHaveLength(1)
    sink.refuse(false)
    await admin(all).invite({ email: 'dora@example.org' })
    expect((await sink.letterTo('dora@example.org')).head.subject).toBe('You are invited')
    await all.access.close()
  })
})

describe('HTTP Basic', () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
  const me = (handler: Handler, headers: Record<string, string>, peer = '192.0.2.1') =>
    handler(new Request(`${base}/api/v1/me`, { headers }), { peer })

  it('is refused unless it is switched on', async () => {
    const all = await scene()
    expect((await me(all.handler, basic(`ada:${password}`))).status).toBe(401)
    await all.access.close()
  })

  it('lets in by name and password, each time they are right at that moment', async () => {
    const all = await scene({ settings: { basic: true } })
    const response = await me(all.handler, basic(`ada:${password}`))
    expect(await response.json()).toMatchObject({ actor: 'user:ada', by: 'basic' })
    expect(response.headers.get('set-cookie')).toBe(null)
    const many = await Promise.all(Array.from({ length: 20 }, () => me(all.handler, basic(`ada:${password}`))))
    expect(many.map(({ status }) => status)).toEqual(many.map(() => 200))
    expect((await me(all.handler, basic(`ada:${other}`))).status).toBe(401)
    await all.signIn.setPassword('system:test', 'ada', other)
    expect((await me(all.handler, basic(`ada:${password}`))).status).toBe(401)
    expect((await me(all.handler, basic(`ada:${other}`))).status).toBe(200)
    await all.access.write([{ kind: 'user.update', id: 'ada', status: 'inactive' }])
    expect((await me(all.handler, basic(`ada:${other}`))).status).toBe(401)
    await all.access.close()
  })

  it.each([
    ['malformed base64 (B033)', 'Basic !!!'],
    ['no colon (B034)', 'Basic YWRtaW4='],
    ['an empty password (B035)', 'Basic YWRtaW46'],
    ['an empty name', 'Basic OnBhc3N3b3Jk'],
    ['nothing', 'Basic '],
  ])('is refused with %s', async (_, authorization) => {
    const all = await scene({ settings: { basic: true } })
    const response = await me(all.handler, { authorization })
    expect([response.status, await codeOf(response)]).toEqual([401, 'unauthenticated'])
    await all.access.close()
  })
})

describe('a user of named networks', () => {
  it('comes in from there alone: by password, session, HTTP Basic and key', async () => {
    const all = await scene({ settings: { basic: true } })
    const { secret } = await all.access.createKey({ owner: 'user:ada' })
    await all.access.write([{ kind: 'user.update', id: 'ada', networks: ['192.0.2.0/24', '2001:db8::/32'] }])
    const basic = `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`
    const jar = await all.signedIn('ada', '192.0.2.9')
    const from = async (peer: string | undefined) => {
      // The wait for those who tried before is over.
      all.clock.now += 61_000
      const ask = async (headers: Record<string, string>) =>
        (await all.handler(new Request(`${base}/api/v1/me`, { headers }), { peer })).status
      const entry = await post(all.handler, '/sign-in', { login: 'ada', password }, {}, { peer })
      all.clock.now += 61_000
      return [
        entry.status,
        await ask({ cookie: jar.cookie }),
        await ask({ authorization: basic }),
        await ask({ authorization: `Bearer ${secret}` }),
      ]
    }
    const [inside, outside] = [
      [200, 200, 200, 200],
      [401, 401, 401, 401],
    ]
    expect(await from('192.0.2.9')).toEqual(inside)
    expect(await from('::ffff:192.0.2.9')).toEqual(inside)
    expect(await from('2001:0DB8:0::1')).toEqual(inside)
    expect(await from('198.51.100.1')).toEqual(outside)
    expect(await from('2001:db9::1')).toEqual(outside)
    expect(await from(undefined)).toEqual([401, 401, 401, 401])
    await all.access.close()
  })
})

describe('what was seen', () => {
  it('is told to whom it concerns: sign-ins to the user and whoever may edit the user, uses with the key', async () => {
    const all = await scene()
    const [ada, bob] = [await all.signedIn('ada', '198.51.100.7'), await all.signedIn('bob')]
    expect(await ada.client.userSignIns({ key: 'ada' })).toMatchObject({ count: 1, failed: 0, current: { address: '198.51.100.7' } })
    expect(await admin(all).userSignIns({ key: 'ada' })).toMatchObject({ count: 1 })
    await expect(bob.client.userSignIns({ key: 'ada' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(admin(all).userSignIns({ key: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })

    const { written, secret } = await all.access.createKey({ owner: 'user:ada' })
    const id = written.records[0]?.[0]?.slice('api-key:'.length) ?? ''
    expect(await admin(all).apiKey({ key: id })).not.toHaveProperty('lastUsedAt')
    const { revision } = all.access
    await all.handler(new Request(`${base}/api/v1/me`, { headers: { authorization: `Bearer ${secret}` } }), { peer: '203.0.113.5' })
    const used = { lastUsedAt: new Date(all.clock.now).toISOString(), lastUsedFrom: '203.0.113.5' }
    expect(await admin(all).apiKey({ key: id })).toMatchObject(used)
    expect((await admin(all).apiKeys({ owner: 'user:ada' })).items).toMatchObject([used])
    expect(all.access.revision).toBe(revision)
    await all.access.close()
  })
})
