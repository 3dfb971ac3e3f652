import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createClient } from '../../src/api/client.ts'
import { openInstallation } from '../../src/assemble.ts'
import { createHandler } from '../../src/server/index.ts'
import type { Metrics } from '../../src/server/metrics.ts'
import { createMetrics } from '../../src/server/metrics.ts'
import type { Access } from '../../src/service/access.ts'
import { adminKey } from '../doors/installation.ts'
import { legion } from '../doors/legion.ts'

let access: Access
let metrics: Metrics
let send: (method: string, path: string, body?: unknown, key?: string) => Promise<number>

beforeAll(async () => {
  const installation = await openInstallation({ store: 'memory:', bootstrapKey: adminKey })
  access = installation.access
  await access.write(legion)
  metrics = createMetrics(access)
  const { authenticate } = installation
  const handler = createHandler({ access: metrics.access, authenticate, version: '0.0.0', observe: metrics.observe })
  send = async (method, path, body, key = adminKey) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const response = await handler(new Request(`http://localhost:4680${path}`, { method, headers, ...init }))
    await response.text()
    return response.status
  }
})
afterAll(async () => {
  await access.close()
})

const ask = (path: string, init?: RequestInit) => metrics.handler(new Request(`http://127.0.0.1:9464${path}`, init))

/** The value of each line, by its name and labels. */
async function figures(): Promise<ReadonlyMap<string, number>> {
  const text = await (await ask('/metrics')).text()
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([a-z_0-9]+(?:\{[^}]*\})?) (\S+)$/i.exec(line) ?? []
      expect({ line, name }).not.toEqual({ line, name: '' })
      return [name, Number(value)]
    }),
  )
}

const view = { subject: 'user:sulla', action: 'view', resource: 'legion:4' }

describe('the metrics', () => {
  it('count requests by endpoint and status, and what was refused by its code', async () => {
    expect(await send('GET', '/api/v1/users/sulla')).toBe(200)
    expect(await send('GET', '/api/v1/users/metellus')).toBe(200)
    expect(await send('GET', '/api/v1/users/nobody')).toBe(404)
    expect(await send('GET', '/t/main/api/v1/users/sulla')).toBe(200)
    expect(await send('GET', '/api/v1/nothing-of-that-name')).toBe(404)
    expect(await send('GET', '/api/v1/users/sulla', undefined, 'no-key')).toBe(401)
    const found = await figures()
    expect(found.get('curia_requests_total{tenant="main",endpoint="user",method="GET",status="200"}')).toBe(3)
    expect(found.get('curia_requests_total{tenant="main",endpoint="user",method="GET",status="404"}')).toBe(1)
    expect(found.get('curia_requests_total{tenant="main",endpoint="none",method="GET",status="404"}')).toBe(1)
    expect(found.get('curia_requests_total{tenant="main",endpoint="none",method="GET",status="401"}')).toBe(1)
    expect(found.get('curia_refusals_total{code="not_found"}')).toBe(2)
    expect(found.get('curia_request_duration_seconds_count{endpoint="user"}')).toBe(4)
    expect(found.get('curia_request_duration_seconds_bucket{le="+Inf",endpoint="user"}')).toBe(4)
    expect(found.get('curia_defects_total')).toBe(0)
  })

  it('tell of each tenant from the moment that somebody enters it, and no more when it is gone', async () => {
    const { neighbours, access: main, authenticate } = await openInstallation({ store: 'memory:', bootstrapKey: adminKey })
    onTestFinished(() => main.close())
    const own = createMetrics(main)
    const watched = neighbours === undefined ? {} : { neighbours: own.watching(neighbours) }
    const handler = createHandler({ access: own.access, authenticate, ...watched, version: '0', observe: own.observe })
    const told = async () => (await own.handler(new Request('http://127.0.0.1:9464/metrics'))).text()
    await main.write([{ kind: 'tenant.create', id: 'acme' }])
    const way = await neighbours?.wayInto('acme', 'key')
    expect(await told()).not.toContain('acme')
    const acme = createClient({ url: 'http://localhost', tenant: 'acme', key: way?.way === 'key' ? way.key : '', fetch: handler })
    await acme.createGroup({ name: 'Team' })
    expect((await acme.check({ subject: 'service:bootstrap', action: 'tenant.view' })).allowed).toBe(true)
    expect(await told()).toContain('curia_checks_total{tenant="acme",answer="yes"} 1')
    expect(await told()).toContain('curia_revision{tenant="acme"} 2')
    expect(await told()).toContain('curia_records{tenant="acme",table="group"} 1')
    expect(await told()).toContain('curia_requests_total{tenant="acme",endpoint="check",method="POST",status="200"} 1')
    await handler(new Request('http://localhost/t/nowhere/api/v1/me'))
    expect(await told()).toContain('curia_requests_total{tenant="none",endpoint="none",method="GET",status="401"} 1')
    await main.write([{ kind: 'tenant.delete', id: 'acme', confirm: 'acme' }])
    expect(await neighbours?.enter('acme')).toBeUndefined()
    await expect.poll(told).not.toContain('curia_records{tenant="acme"')
  })

  it('count checks by their answer, whichever door they came through', async () => {
    await send('POST', '/api/v1/check', view)
    await send('POST', '/api/v1/check', { ...view, subject: 'user:zeus' })
    await send('POST', '/api/v1/check-many', { checks: [view, { ...view, subject: 'user:hannibal' }, { ...view, action: 'fly' }] })
    await send('POST', '/access/v1/evaluation', {
      subject: { type: 'user', id: 'sulla' },
      action: { name: 'view' },
      resource: { type: 'legion', id: '4' },
    })
    const found = await figures()
    const counts = ['yes', 'no', 'error'].map((answer) => found.get(`curia_checks_total{tenant="main",answer="${answer}"}`) ?? 0)
    const [yes, no, error] = counts
    expect([yes, (no ?? 0) + (error ?? 0)]).toEqual([3, 3])
  })

  it('follow the revision, the writes and the records of each table', async () => {
    const before = await figures()
    await access.write([{ kind: 'user.create', id: 'crassus', userName: 'crassus' }])
    await access.write([{ kind: 'user.create', id: 'cato', userName: 'cato' }])
    const after = await figures()
    const rise = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0)
    expect(rise('curia_revision{tenant="main"}')).toBe(2)
    expect(rise('curia_writes_total{tenant="main"}')).toBe(2)
    expect(rise('curia_records{tenant="main",table="user"}')).toBe(2)
    expect(after.get('curia_ready')).toBe(1)
  })

  it('tell of the process and its event loop', async () => {
    const names = [...(await figures()).keys()]
    for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes'])
      expect(names).toContain(name)
  })

  it('name nobody', async () => {
    const text = await (await ask('/metrics')).text()
    for (const word of ['sulla', 'metellus', 'crassus', 'cato', 'nobody', 'gods', 'nothing-of-that-name']) expect(text).not.toContain(word)
  })

  it('are at one path, to be read, and for this machine only', async () => {
    expect((await ask('/metrics')).headers.get('content-type')).toContain('text/plain')
    expect((await ask('/')).status).toBe(404)
    expect((await ask('/metrics', { method: 'POST' })).status).toBe(405)
    expect((await metrics.handler(new Request('http://evil.example/metrics'))).status).toBe(400)
  })

  it('say that nothing is answered, when nothing is', async () => {
    const { access: gone } = await openInstallation({ store: 'memory:' })
    const { handler } = createMetrics(gone)
    await gone.close()
    const text = await (await handler(new Request('http://localhost/metrics'))).text()
    expect(text).toContain('\ncuria_ready 0\n')
    expect(text).not.toContain('curia_records{')
  })
})
