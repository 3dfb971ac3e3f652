import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, Unreachable } from '../../src/api/client.ts'
import type { Listener } from '../../src/server/index.ts'
import { listen } from '../../src/server/index.ts'
import type { Installed } from '../doors/installation.ts'
import { adminKey, install } from '../doors/installation.ts'

let installed: Installed
let listener: Listener
beforeAll(async () => {
  installed = await install()
  listener = await listen(installed.handler, { port: 0 })
})
afterAll(async () => {
  await listener.stop()
  await installed.access.close()
})

/** Sends bytes as they stand, and gives back all that comes until the other side closes. */
function exchange(text: string): Promise<string> {
  const { port, hostname } = new URL(listener.url)
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(Number(port), hostname, () => socket.write(text))
    socket.setEncoding('utf8')
    socket.on('data', (piece: string) => {
      received += piece
    })
    socket.on('close', () => resolve(received))
    socket.on('error', reject)
  })
}

const request = (line: string, ...headers: readonly string[]) =>
  exchange([`${line} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n'))
const here = 'Host: localhost'
const authorized = `Authorization: Bearer ${adminKey}`

describe('the listener', () => {
  it('answers on the loopback address by itself', async () => {
    expect(listener.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const client = createClient({ url: listener.url, key: adminKey })
    expect(await client.healthz()).toEqual({ status: 'ok' })
    expect((await client.me()).actor).toBe('service:bootstrap')
  })

  it.each([
    ['a backslash in the path', 'GET /console/..\\..\\x%00.js', [here], 400, 'invalid_path'],
    ['dot segments', 'GET /api/x/../v1/users', [here, authorized], 400, 'invalid_path'],
    ['doubled slashes', 'GET //api/v1/users', [here, authorized], 400, 'invalid_path'],
    ['another host', 'GET /healthz', ['Host: evil.example'], 400, 'invalid_host'],
    ['another host behind a proxy header', 'GET /healthz', ['Host: evil.example', 'X-Forwarded-Host: localhost'], 400, 'invalid_host'],
    ['a host that is none', 'GET /healthz', ['Host: a b'], 400, 'bad_request'],
    ['a strange method', 'PROPFIND /api/v1/groups', [here, authorized], 405, 'method_not_allowed'],
    ['the method TRACE', 'TRACE /api/v1/groups', [here, authorized], 405, 'method_not_allowed'],
    ['two keys', 'GET /api/v1/me', [here, authorized, 'Authorization: Bearer other'], 400, 'ambiguous_credentials'],
    [
      'a body that says it is too large',
      'POST /api/v1/check',
      [here, authorized, 'Content-Type: application/json', 'Content-Length: 20000000'],
      413,
      'payload_too_large',
    ],
  ])('refuses %s', async (_, line, headers, status, code) => {
    const answer = await request(line, ...headers)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toContain(`"code":"${code}"`)
  })

  it('refuses headers of more than 16 KiB', async () => {
    expect(await request('GET /healthz', here, `X-Long: ${'x'.repeat(17 * 1024)}`)).toMatch(/^HTTP\/1.1 431 /)
  })

  it('refuses a body that grows beyond its limit without having said so', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(256 * 1024).fill(32))
      },
    })
    const response = await fetch(`${listener.url}/api/v1/check`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit)
    expect([response.status, ((await response.json()) as { readonly code: string }).code]).toEqual([413, 'payload_too_large'])
  })

  it('says when its port is taken', async () => {
    const port = Number(new URL(listener.url).port)
    await expect(listen(installed.handler, { port })).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('in use'),
    })
  })

  it('stops, and the client then says that it cannot be reached', async () => {
    const other = await listen(installed.handler, { port: 0 })
    const client = createClient({ url: other.url })
    await client.healthz()
    await other.stop()
    await other.stop()
    const failure = await client.healthz().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Unreachable)
    expect((failure as Unreachable).message).toBe(`cannot reach the server at ${other.url}`)
  })
})
