import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres, PostgresServer } from '../store/postgres-server.ts'
import type { Serving } from './curia.ts'
import { Workplace } from './curia.ts'

const key = 'k'.repeat(32)

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A caller with one connection that stays open, and so with one worker. */
class Caller {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })

  constructor(url: string) {
    this.#url = url
  }

  ask(
    method: string,
    path: string,
    body?: unknown,
    headers: { readonly [name: string]: string } = { authorization: `Bearer ${key}` },
  ): Promise<Answer> {
    const text = body === undefined ? '' : JSON.stringify(body)
    return new Promise((resolve, reject) => {
      const asked = request(
        `${this.#url}${path}`,
        {
          method,
          agent: this.#agent,
          headers: {
            ...headers,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            'content-length': Buffer.byteLength(text),
          },
        },
        (response) => {
          let received = ''
          response.setEncoding('utf8')
          response.on('data', (piece: string) => {
            received += piece
          })
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received }))
          response.on('error', reject)
        },
      )
      asked.on('error', reject)
      asked.end(text)
    })
  }

  async allowed(): Promise<boolean> {
    const { body } = await this.ask('POST', '/api/v1/check', { subject: 'user:ada', action: 'view', resource: 'doc:1' })
    return JSON.parse(body).allowed
  }

  write(...changes: readonly object[]): Promise<Answer> {
    return this.ask('POST', '/api/v1/changes', { changes })
  }

  leave(): void {
    this.#agent.destroy()
  }
}

/** The processes that a process has started. */
function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(/\s+/)
    .filter((each) => each !== '')
    .map(Number)
}

function isAlive(pid: number): boolean {
  try {
    // One that has ended and was not asked for its status yet is dead as well.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

const world = [
  { kind: 'resource-type.create', name: 'doc', actions: ['view'] },
  { kind: 'user.create', id: 'ada', userName: 'ada' },
  { kind: 'resource.create', resource: 'doc:1' },
]
/** An id is given once: each grant has another. */
const grant = (id: string) => ({ kind: 'grant.create', id, subject: 'user:ada', resource: 'doc:1', actions: ['view'] })
const noGrant = (id: string) => ({ kind: 'grant.delete', id })

let postgres: PostgresServer | undefined
/** An empty database. */
async function newStore(): Promise<string> {
  if (postgres === undefined) {
    postgres = new PostgresServer()
    await postgres.start()
  }
  return postgres.url({ schema: await postgres.newSchema() })
}
afterAll(() => postgres?.remove())

describe.skipIf(!hasPostgres)('a server of several workers', () => {
  const count = 3
  let place: Workplace
  let serving: Serving
  let callers: readonly Caller[]
  beforeAll(async () => {
    place = new Workplace()
    const env = { CURIA_STORE: await newStore(), CURIA_BOOTSTRAP_KEY: key }
    serving = await place.serve(['--workers', String(count), '--metrics-port', '0'], env)
    callers = Array.from({ length: count }, () => new Caller(serving.url))
    // Connections go to the workers in turn, as they are made.
    for (const caller of callers) expect((await caller.ask('GET', '/healthz')).status).toBe(200)
    expect((await one().write(...world)).status).toBe(200)
  })
  afterAll(async () => {
    for (const caller of callers ?? []) caller.leave()
    await serving?.stop()
    place?.remove()
  })
  const one = (): Caller => callers[0] ?? new Caller(serving.url)
  const workers = () => childrenOf(serving.pid)
  const metrics = async () => {
    const address = serving.lines.find((line) => line.startsWith('metrics at '))?.slice('metrics at '.length) ?? ''
    return (await fetch(address)).text()
  }

  it('says once what there is to say', () => {
    expect(serving.lines).toEqual([expect.stringMatching(/^metrics at /), `${count} workers`, `listening on ${serving.url}`])
    expect(serving.errors()).toBe('')
    expect(workers()).toHaveLength(count)
  })

  it('answers from what was written everywhere, as soon as the write is answered', async () => {
    for (let round = 0; round < 2; round += 1) {
      for (const [place, caller] of callers.entries()) {
        const id = `g${round}${place}`
        expect((await caller.write(grant(id))).status).toBe(200)
        expect(await Promise.all(callers.map((each) => each.allowed()))).toEqual(callers.map(() => true))
        expect((await caller.write(noGrant(id))).status).toBe(200)
        expect(await Promise.all(callers.map((each) => each.allowed()))).toEqual(callers.map(() => false))
      }
    }
  })

  it('takes writes at every worker at once, without losing or doubling any', async () => {
    const names = Array.from({ length: 12 }, (_, place) => `w${place}`)
    const written = await Promise.all(names.map((id, place) => callers[place % count]?.write({ kind: 'user.create', id, userName: id })))
    expect(written.map((answer) => answer?.status)).toEqual(names.map(() => 200))
    for (const caller of callers) for (const id of names) expect((await caller.ask('GET', `/api/v1/users/${id}`)).status).toBe(200)
  })

  it('does so for a tenant beside the first one, from the moment it is made', async () => {
    const made = await one().ask('POST', '/api/v1/tenants', { id: 'acme', entry: 'key' })
    expect(made.status).toBe(201)
    const headers = { authorization: `Bearer ${JSON.parse(made.body).wayIn.key}` }
    const write = (caller: Caller | undefined, ...changes: readonly object[]) =>
      caller?.ask('POST', '/t/acme/api/v1/changes', { changes }, headers)
    const allowed = () =>
      Promise.all(
        callers.map(async (caller) => {
          const asked = await caller.ask(
            'POST',
            '/t/acme/api/v1/check',
            { subject: 'user:ada', action: 'view', resource: 'doc:1' },
            headers,
          )
          return JSON.parse(asked.body).allowed
        }),
      )
    expect((await write(callers[0], ...world))?.status).toBe(200)
    expect(await allowed()).toEqual([false, false, false])
    for (const [place, caller] of callers.entries()) {
      expect((await write(caller, grant(`t${place}`)))?.status).toBe(200)
      expect(await allowed()).toEqual([true, true, true])
      expect((await write(caller, noGrant(`t${place}`)))?.status).toBe(200)
      expect(await allowed()).toEqual([false, false, false])
    }
    expect((await one().ask('DELETE', '/api/v1/tenants/acme?confirm=acme')).status).toBe(204)
    for (const caller of callers) expect((await caller.ask('GET', '/t/acme/api/v1/me', undefined, headers)).status).toBe(404)
  })

  it('takes the token of one worker at every other, and the cursor of a list too', async () => {
    const first = await one().ask('GET', '/api/v1/users?limit=2')
    const { next } = JSON.parse(first.body)
    for (const caller of callers) {
      const headers = { authorization: `Bearer ${key}`, 'curia-at-least': String(first.headers['curia-revision']) }
      expect((await caller.ask('GET', `/api/v1/users?limit=2&cursor=${encodeURIComponent(next)}`, undefined, headers)).status).toBe(200)
    }
  })

  it('keeps a session that began at one worker at all, and ends it at all', async () => {
    const password = 'a long phrase for ada lovelace'
    expect((await one().ask('PUT', '/api/v1/users/ada/password', { password })).status).toBe(204)
    const origin = { origin: serving.url }
    const begun = await one().ask('POST', '/api/v1/sign-in', { login: 'ada', password }, origin)
    expect(begun.status).toBe(200)
    const cookie = String(begun.headers['set-cookie']).split(';')[0] ?? ''
    const seen = () => Promise.all(callers.map(async (caller) => (await caller.ask('GET', '/api/v1/me', undefined, { cookie })).status))
    expect(await seen()).toEqual([200, 200, 200])
    expect((await callers[1]?.ask('POST', '/api/v1/sign-out', undefined, { cookie, ...origin }))?.status).toBe(204)
    expect(await seen()).toEqual([401, 401, 401])
  })

  it('counts wrong passwords together, whichever worker hears them', async () => {
    const origin = { origin: serving.url }
    const wrong = (caller: Caller | undefined) => caller?.ask('POST', '/api/v1/sign-in', { login: 'nobody', password: 'x' }, origin)
    // More than are free, at one worker; those that are refused there count for nothing more.
    for (let tries = 0; tries < 7; tries += 1) await wrong(callers[0])
    await expect.poll(async () => (await wrong(callers[1]))?.status).toBe(429)
    await expect.poll(async () => (await wrong(callers[2]))?.status).toBe(429)
  })

  it('tells of a write to whoever listens at another worker', async () => {
    const listener = new Caller(serving.url)
    const stream = await fetch(`${serving.url}/api/v1/journal/stream`, {
      headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
    })
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    let heard = ''
    const ids = ['s0', 's1', 's2']
    for (const [place, id] of ids.entries())
      expect((await callers[place]?.write({ kind: 'user.create', id, userName: id }))?.status).toBe(200)
    while (!ids.every((id) => heard.includes(`user:${id}`))) heard += (await reader?.read())?.value ?? ''
    expect(heard.match(/^event: entry$/gm)?.length).toBeGreaterThanOrEqual(ids.length)
    await reader?.cancel()
    listener.leave()
  })

  it('gives out the figures of all workers as those of one server', async () => {
    const text = await metrics()
    expect(text).toMatch(new RegExp(`^curia_processes ${count}$`, 'm'))
    expect(text).toMatch(/^curia_ready 1$/m)
    const counted = Number(/^curia_requests_total\{[^}]*endpoint="healthz",method="GET",status="200"\} (\d+)$/m.exec(text)?.[1])
    expect(counted).toBeGreaterThanOrEqual(count)
  })

  it('starts a worker again that was killed, while the others answer', async () => {
    const [first = 0, ...others] = workers()
    process.kill(first, 'SIGKILL')
    await expect.poll(() => workers().filter((pid) => pid !== first && !others.includes(pid)).length).toBe(1)
    expect(serving.errors()).toContain('a worker ended (SIGKILL); another is started')
    await expect.poll(async () => /^curia_processes 3$/m.test(await metrics())).toBe(true)
    const again = Array.from({ length: count }, () => new Caller(serving.url))
    expect((await again[0]?.write(grant('killed')))?.status).toBe(200)
    expect(await Promise.all(again.map((caller) => caller.allowed()))).toEqual([true, true, true])
    expect((await again[1]?.write(noGrant('killed')))?.status).toBe(200)
    expect(await Promise.all(again.map((caller) => caller.allowed()))).toEqual([false, false, false])
    for (const caller of again) caller.leave()
  })

  it('does not wait for ever for a worker that is frozen, and that one allows nothing that was taken away', async () => {
    const again = Array.from({ length: count }, () => new Caller(serving.url))
    for (const caller of again) await caller.allowed()
    expect((await again[0]?.write(grant('frozen')))?.status).toBe(200)
    const [frozen = 0] = workers()
    process.kill(frozen, 'SIGSTOP')
    // Whoever is connected with the frozen one waits; one of the others carries it out.
    const carriedOut = async (caller: Caller) => {
      if ((await caller.write(noGrant('frozen'))).status !== 200) throw new Error('another one was first')
    }
    await Promise.any(again.map(carriedOut))
    process.kill(frozen, 'SIGCONT')
    const answers = await Promise.all(
      again.map((caller) => caller.ask('POST', '/api/v1/check', { subject: 'user:ada', action: 'view', resource: 'doc:1' })),
    )
    for (const { status, body } of answers) expect([200, 503].includes(status) && !body.includes('"allowed":true')).toBe(true)
    for (const caller of again) caller.leave()
  })

  it('ends with all its workers when it is told to', async () => {
    const pids = workers()
    expect(pids).toHaveLength(count)
    expect(await serving.stop('SIGTERM')).toBe(0)
    expect(pids.filter(isAlive)).toEqual([])
  })
})

describe.skipIf(!hasPostgres)('workers', () => {
  const place = new Workplace()
  afterAll(() => place.remove())

  it('share the budget of a caller, make one first key and one claim, and end when the process that keeps them is killed', async () => {
    place.write('limits.json', { limits: { checksPerMinute: 40 } })
    const serving = await place.serve(['--workers', '2', '--config', 'limits.json'], { CURIA_STORE: await newStore() })
    expect(serving.lines.filter((line) => line.includes('/claim#'))).toHaveLength(1)
    const made = serving.lines.map((line) => line.trim()).filter((line) => line.startsWith('bootstrap.'))
    expect(made).toHaveLength(1)
    const authorization = { authorization: `Bearer ${made[0]}` }
    const [one, other] = [new Caller(serving.url), new Caller(serving.url)]
    const check = (caller: Caller) =>
      caller.ask('POST', '/api/v1/check', { subject: 'service:bootstrap', action: 'tenant.check' }, authorization)
    for (const caller of [one, other]) expect((await check(caller)).status).toBe(200)
    let taken = 2
    while ((await check(one)).status === 200) taken += 1
    // What the other has answered comes a moment later, and the minute goes on.
    expect(taken).toBeLessThanOrEqual(45)
    await expect.poll(async () => (await check(other)).status).toBe(429)
    for (const caller of [one, other]) caller.leave()

    const pids = childrenOf(serving.pid)
    expect(pids).toHaveLength(2)
    await serving.stop('SIGKILL')
    await expect.poll(() => pids.filter(isAlive)).toEqual([])
  })

  it('that cannot begin end the server, with the reason said once', async () => {
    const taken = createServer()
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => {
        const address = taken.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
    const env = { CURIA_STORE: await newStore(), CURIA_BOOTSTRAP_KEY: key, CURIA_WORKERS: '3' }
    const child = place.start(['serve', '--port', String(port)], env)
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
    })
    const status = await new Promise((resolve) => child.once('exit', resolve))
    taken.close()
    expect(status).toBe(1)
    expect(said.match(/it is in use by another program/g)).toHaveLength(1)
    expect(said).not.toContain('defect')
  })
})

describe('several workers', () => {
  it('are refused on a store of one process', () => {
    const place = new Workplace()
    const { status, stderr } = place.run(['serve', '--workers', '2'])
    place.remove()
    expect(status).toBe(78)
    expect(stderr).toContain('workers: 2 processes need a store that they can share, postgres://...')
  })
})
