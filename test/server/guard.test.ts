import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Access } from '../../src/index.ts'
import { createAccess, definePlugin, openSignIn } from '../../src/index.ts'
import type { AuthenticateCredential, GuardOptions } from '../../src/server/guard/index.ts'
import { expressGuard, fastifyGuard, fetchGuard, honoGuard } from '../../src/server/guard/index.ts'

let access: Access
let options: GuardOptions
let key = ''
let narrowKey = ''
const servers: { readonly url: string; readonly close: () => Promise<unknown> | unknown }[] = []

const documents = definePlugin({
  name: 'documents',
  async activate({ permissions }) {
    await permissions.register({
      name: 'sign',
      check: { name: 'is_small', arguments: ['amount'], check: (input) => Number(input.arguments.amount) < 100 },
    })
  },
})

/** Sessions, passwords and tokens of this test; API keys are those of the access. */
const authenticate: AuthenticateCredential = (credential) => {
  switch (credential.method) {
    case 'api-key':
      return access.keyBearer(credential.key)
    case 'session':
      return credential.session === 'ada-is-here'
        ? { actor: 'user:ada' }
        : credential.session === 'stale'
          ? { actor: 'user:gone' }
          : undefined
    case 'basic':
      return credential.userName === 'ada' && credential.password === 'pass:wörd' ? { actor: 'user:ada' } : undefined
    case 'bearer':
      return Promise.resolve(credential.token === 'a.b.c' ? ({ actor: 'user:ada', scopes: ['report'] } as const) : undefined)
  }
}

beforeAll(async () => {
  access = await createAccess({ store: 'memory:', plugins: [documents] })
  await access.write([
    { kind: 'resource-type.create', name: 'folder', actions: ['view'] },
    { kind: 'permission.create', name: 'report' },
    { kind: 'permission.create', name: 'welcome' },
    { kind: 'user.create', id: 'ada', userName: 'ada' },
    { kind: 'user.create', id: 'bob', userName: 'bob' },
    { kind: 'grant.create', subject: 'user:ada', permission: 'report' },
    { kind: 'grant.create', subject: 'user:ada', permission: 'sign' },
    { kind: 'grant.create', subject: 'user:ada', actions: ['view'], resource: 'folder:plans' },
    { kind: 'grant.create', subject: 'everyone', permission: 'welcome' },
  ])
  key = (await access.createKey({ owner: 'user:ada' })).secret
  narrowKey = (await access.createKey({ owner: 'user:ada', scopes: ['welcome'] })).secret
  options = { access, authenticate }
  servers.push(await fetchServer(), await honoServer(), await expressServer(), await fastifyServer())
})
afterAll(async () => {
  for (const { close } of servers) await close()
  await access.close()
})

const listening = async (server: Server): Promise<string> => {
  if (!server.listening) await once(server, 'listening')
  // A server on a port has an address of this form.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The same routes in each framework: `/report`, `/welcome`, `/folders/<id>`, `/sign/<amount>`, `/machines` for API keys alone. */
async function fetchServer() {
  const { requirePermission, callerOf } = fetchGuard(options)
  const last = (request: Request) => decodeURIComponent(new URL(request.url).pathname.split('/').at(-1) ?? '')
  const answer = (request: Request) => new Response(callerOf(request)?.actor)
  const routes: { readonly [path: string]: (request: Request) => Response | Promise<Response> } = {
    report: requirePermission('report')(answer),
    welcome: requirePermission('welcome')(answer),
    folders: requirePermission('folder.view', { resource: (request) => `folder:${last(request)}` })(answer),
    sign: requirePermission('sign', { context: (request) => (last(request) === 'sign' ? {} : { amount: Number(last(request)) }) })(answer),
    machines: requirePermission('report', { methods: ['api-key'] })(answer),
    typo: requirePermission('no-such-permission')(answer),
  }
  const handler = (request: Request) =>
    routes[new URL(request.url).pathname.split('/')[1] ?? '']?.(request) ?? new Response(null, { status: 404 })
  const server = serve({ fetch: handler, port: 0, hostname: '127.0.0.1' }) as Server
  return { url: await listening(server), close: () => server.close() }
}

async function honoServer() {
  const { requirePermission, callerOf } = honoGuard(options)
  const app = new Hono()
  const answer = (context: Parameters<typeof callerOf>[0]) => context.text(callerOf(context)?.actor ?? '')
  app.on(['GET', 'POST'], '/report', requirePermission('report'), answer)
  app.get('/welcome', requirePermission('welcome'), answer)
  app.get('/folders/:id', requirePermission('folder.view', { resource: ({ req }) => `folder:${req.param('id')}` }), answer)
  app.get('/sign/:amount?', requirePermission('sign', { context: ({ req }) => amountOf(req.param('amount')) }), answer)
  app.get('/machines', requirePermission('report', { methods: ['api-key'] }), answer)
  app.get('/typo', requirePermission('no-such-permission'), answer)
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
  return { url: await listening(server), close: () => server.close() }
}

async function expressServer() {
  const { requirePermission, callerOf } = expressGuard(options)
  const app = express()
  const answer = (request: express.Request, response: express.Response) => void response.send(callerOf(request)?.actor)
  app.all('/report', requirePermission('report'), answer)
  app.get('/welcome', requirePermission('welcome'), answer)
  app.get('/folders/:id', requirePermission<express.Request>('folder.view', { resource: ({ params }) => `folder:${params.id}` }), answer)
  app.get('/sign{/:amount}', requirePermission<express.Request>('sign', { context: ({ params }) => amountOf(params.amount) }), answer)
  app.get('/machines', requirePermission('report', { methods: ['api-key'] }), answer)
  app.get('/typo', requirePermission('no-such-permission'), answer)
  const server = app.listen(0, '127.0.0.1')
  return { url: await listening(server), close: () => server.close() }
}

async function fastifyServer() {
  const { requirePermission, callerOf } = fastifyGuard(options)
  const app = fastify()
  const answer = async (request: Parameters<typeof callerOf>[0]) => callerOf(request)?.actor
  app.route({ method: ['GET', 'POST'], url: '/report', preHandler: requirePermission('report'), handler: answer })
  app.get('/welcome', { preHandler: requirePermission('welcome') }, answer)
  app.get<{ Params: { id: string } }>(
    '/folders/:id',
    { preHandler: requirePermission('folder.view', { resource: (request) => `folder:${paramOf(request, 'id')}` }) },
    answer,
  )
  app.get('/sign', { preHandler: requirePermission('sign', { context: {} }) }, answer)
  app.get(
    '/sign/:amount',
    { preHandler: requirePermission('sign', { context: (request) => amountOf(paramOf(request, 'amount')) }) },
    answer,
  )
  app.get('/machines', { preHandler: requirePermission('report', { methods: ['api-key'] }) }, answer)
  app.get('/typo', { preHandler: requirePermission('no-such-permission') }, answer)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, close: () => app.close() }
}

const amountOf = (amount: unknown) => (amount === undefined ? {} : { amount: Number(amount) })
const paramOf = (request: object, name: string): string =>
  'params' in request ? String(Object.entries(Object(request.params)).find(([key]) => key === name)?.[1]) : ''

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

describe.each([
  ['any fetch handler', 0],
  ['Hono', 1],
  ['Express', 2],
  ['Fastify', 3],
])('requirePermission for %s', (_, index) => {
  const send = (path: string, headers: { readonly [name: string]: string } = {}, method = 'GET') =>
    fetch(`${servers[index]?.url}${path}`, { method, headers })
  const told = async (response: Promise<Response>) => {
    const found = await response
    return [found.status, found.ok ? await found.text() : ((await found.json()) as { readonly code?: string }).code]
  }

  it('lets those pass who hold the permission, by API key, session, Basic and bearer token, and says who they are', async () => {
    for (const headers of [
      { authorization: `Bearer ${key}` },
      { 'x-api-key': key },
      { cookie: 'theme=dark; __Host-curia=ada-is-here' },
      basic('ada:pass:wörd'),
      { authorization: 'Bearer a.b.c' },
    ]) {
      expect(await told(send('/report', headers))).toEqual([200, 'user:ada'])
    }
  })

  it('asks those who they are who have not said it, unless nobody in particular may', async () => {
    const response = await send('/report')
    expect([response.status, response.headers.get('content-type')]).toEqual([401, expect.stringMatching(/^application\/problem\+json/)])
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="curia", Basic realm="curia", charset="UTF-8"')
    expect(await told(send('/welcome'))).toEqual([200, 'user:anonymous'])
  })

  it('refuses a credential that is not valid, also where nobody in particular may', async () => {
    for (const headers of [
      { authorization: `Bearer ${key.slice(0, -1)}x` },
      { authorization: 'Digest x' },
      basic('ada:wrong'),
      basic('no colon'),
      { authorization: 'Bearer other' },
      { cookie: '__Host-curia=forged' },
    ]) {
      expect(await told(send('/welcome', headers))).toEqual([401, 'unauthenticated'])
    }
    expect(await told(send('/welcome', { 'x-api-key': key, cookie: '__Host-curia=ada-is-here' }))).toEqual([400, 'ambiguous_credentials'])
  })

  it('refuses those who do not hold it, those whose user is gone, and what a credential is not for', async () => {
    expect(await told(send('/folders/secrets', { 'x-api-key': key }))).toEqual([403, 'forbidden'])
    expect(await told(send('/report', { cookie: '__Host-curia=stale' }))).toEqual([403, 'forbidden'])
    expect(await told(send('/report', { 'x-api-key': narrowKey }))).toEqual([403, 'scope_denied'])
    expect(await told(send('/folders/plans', { authorization: 'Bearer a.b.c' }))).toEqual([403, 'scope_denied'])
  })

  it('asks on the resource of the request, and with its context', async () => {
    expect(await told(send('/folders/plans', { 'x-api-key': key }))).toEqual([200, 'user:ada'])
    expect(await told(send('/sign/5', { 'x-api-key': key }))).toEqual([200, 'user:ada'])
    expect(await told(send('/sign/500', { 'x-api-key': key }))).toEqual([403, 'forbidden'])
    expect(await told(send('/sign', { 'x-api-key': key }))).toEqual([422, 'argument_missing'])
  })

  it('takes on a route the methods that the route takes, and looks at no other', async () => {
    expect(await told(send('/machines', { 'x-api-key': key }))).toEqual([200, 'user:ada'])
    for (const headers of [basic('ada:pass:wörd'), { cookie: '__Host-curia=ada-is-here' }, { authorization: 'Bearer a.b.c' }, {}])
      expect(await told(send('/machines', headers))).toEqual([401, 'unauthenticated'])
    expect((await send('/machines')).headers.get('www-authenticate')).toBe('Bearer realm="curia"')
  })

  it('takes a session on a change only from pages of the same origin', async () => {
    const session = { cookie: '__Host-curia=ada-is-here' }
    const url = servers[index]?.url ?? ''
    expect(await told(send('/report', session, 'POST'))).toEqual([403, 'csrf'])
    expect(await told(send('/report', { ...session, origin: 'https://evil.example' }, 'POST'))).toEqual([403, 'csrf'])
    expect(await told(send('/report', { ...session, origin: url }, 'POST'))).toEqual([200, 'user:ada'])
    expect(await told(send('/report', { 'x-api-key': key }, 'POST'))).toEqual([200, 'user:ada'])
  })

  it('lets nobody pass for a permission that is not there', async () => {
    expect(await told(send('/typo', { 'x-api-key': key }))).toEqual([422, 'permission_unknown'])
  })

  it('lets nobody pass any more who is switched off', async () => {
    await access.write([{ kind: 'user.update', id: 'ada', status: 'inactive' }])
    expect(await told(send('/report', { 'x-api-key': key }))).toEqual([401, 'unauthenticated'])
    expect(await told(send('/report', basic('ada:pass:wörd')))).toEqual([403, 'forbidden'])
    await access.write([{ kind: 'user.update', id: 'ada', status: 'active' }])
  })
})

it('a guard without a function of its own knows API keys and nothing else', async () => {
  const { requirePermission } = fetchGuard({ access })
  const handler = requirePermission('report')(() => new Response('in'))
  const send = (headers: HeadersInit) => handler(new Request('http://localhost/', { headers }))
  expect((await send({ 'x-api-key': key })).status).toBe(200)
  expect((await send(basic('ada:pass:wörd'))).status).toBe(401)
})

it('a guard with our own sign-in knows sessions and passwords, notes the use of keys, and takes an account off at once', async () => {
  const phrase = 'a long phrase that nobody guesses'
  await access.users.register({ owner: 'local', userName: 'eve', password: phrase, permissions: ['report'] })
  const signIn = await openSignIn(access, { settings: { basic: true } })
  const { requirePermission, callerOf } = fetchGuard({ access, signIn })
  const handler = requirePermission('report')((request) => new Response(callerOf(request)?.method))
  const send = async (headers: HeadersInit) => {
    const response = await handler(new Request('http://localhost/', { headers }))
    return response.ok ? response.text() : response.status
  }
  const { secret, session } = await signIn.signIn('eve', phrase, {})
  const cookie = { cookie: `__Host-curia=${secret}` }
  expect(await send(cookie)).toBe('session')
  expect(await send(basic(`eve:${phrase}`))).toBe('basic')
  expect(await send(basic('eve:wrong'))).toBe(401)
  expect(await send({ 'x-api-key': key })).toBe('api-key')
  expect(signIn.lastUseOf(access.keyBearer(key)?.key ?? '')?.at).toBeDefined()
  expect(await send({ authorization: 'Bearer a.b.c' })).toBe(401)
  await signIn.endSessions([session.id])
  expect(await send(cookie)).toBe(401)
  await signIn.close()
})
