import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openInstallation } from '../../src/assemble.ts'
import type { Instant } from '../../src/core/index.ts'
import { createHandler } from '../../src/server/index.ts'
import type { Installed } from './installation.ts'
import { installWith } from './installation.ts'
import { browserOf } from './jar.ts'

const password = 'seven hills beside a river'

describe('signing in', () => {
  let installed: Installed
  let now: Instant
  beforeAll(async () => {
    installed = await installWith({}, [
      { kind: 'user.create', id: 'ada', userName: 'Ada', displayName: 'Ada Lovelace', emails: ['ada@example.org', 'second@example.org'] },
    ])
    await installed.signIn.setPassword('system:test', 'ada', password)
    now = installed.access.now()
  })
  afterAll(() => installed.access.close())

  it.each(['Ada', 'ADA', 'ada@example.org', 'Ada@Example.org'])(
    'takes %s for a name, and gives a session with a cookie for this host alone',
    async (login) => {
      const body = JSON.stringify({ login, password })
      const response = await installed.send('POST', '/api/v1/sign-in', { body, headers: { 'content-type': 'application/json' } })
      expect(response.status).toBe(200)
      expect(response.headers.get('set-cookie')).toMatch(/^__Host-curia=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/)
      expect(await response.json()).toMatchObject({ user: 'user:ada' })
    },
  )

  it('tells who is in, how, until when, and until when the password need not be given again', async () => {
    const { client } = browserOf(installed.handler)
    const session = await client.signIn({ login: 'ada', password })
    const me = await client.me()
    expect(me).toMatchObject({ actor: 'user:ada', name: 'Ada Lovelace', by: 'session', session: { id: session.id } })
    const minutes = (moment: Instant) => Math.round((Date.parse(moment) - Date.parse(session.since)) / 60_000)
    expect([minutes(session.recentUntil), minutes(session.until), minutes(session.endsAt)]).toEqual([5, 30, 720])
    expect(session.since >= now).toBe(true)
    expect((await installed.admin.me()).by).toBe('key')
  })

  it('ends with the sign-out, and the cookie is taken away', async () => {
    const jar = browserOf(installed.handler)
    await jar.client.signIn({ login: 'ada', password })
    const kept = jar.cookie
    await jar.client.signOut()
    expect(jar.cookie).toBe('')
    jar.cookie = kept
    await expect(jar.client.me()).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

describe('an installation without administrator', () => {
  it('is claimed once, by one of those who try at once, who then administers it', async () => {
    const { access, authenticate, signIn, newKey, newClaim = '' } = await openInstallation({ store: 'memory:' })
    const handler = createHandler({ access, authenticate, signIn, version: '0' })
    const jars = Array.from({ length: 4 }, () => browserOf(handler))
    expect(newKey).toBeDefined()
    expect((await jars[0]?.client.openDoors())?.claim).toBe(true)
    const claims = await Promise.allSettled(
      jars.map(({ client }, index) => client.claim({ token: newClaim, userName: `ada${index}`, password })),
    )
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const claim of claims) if (claim.status === 'rejected') expect(['unauthenticated', 'forbidden']).toContain(claim.reason.code)
    expect(access.records('user')).toHaveLength(1)
    const winner = jars[claims.findIndex(({ status }) => status === 'fulfilled')]
    expect((await winner?.client.me())?.permissions).toContain('user.create')
    expect((await winner?.client.openDoors())?.claim).toBe(false)
    await expect(jars[0]?.client.claim({ token: newClaim, userName: 'late', password })).rejects.toMatchObject({ code: 'unauthenticated' })
    await access.close()
  })
})
