import type { Server } from 'node:http'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askOnce, load, requestOf } from '../../bench/load.ts'

describe('the load over HTTP', () => {
  let server: Server
  let port = 0
  const asked: string[] = []

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
      response.statusCode = request.url === '/refused' ? 403 : 200
      // In two pieces, as a slow network would bring it.
      request.on('data', (body: Buffer) => {
        response.setHeader('content-length', body.length)
        response.write(body.subarray(0, 3))
        setImmediate(() => response.end(body.subarray(3)))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    port = typeof address === 'object' ? (address?.port ?? 0) : 0
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  it('asks as a client does, and reads the whole answer', async () => {
    expect(await askOnce(port, requestOf('/check', { subject: 'user:ada' }, 'key'))).toBe('{"subject":"user:ada"}')
    expect(asked).toEqual(['POST /check Bearer key'])
  })

  it('asks each request in turn, over sockets that stay open', async () => {
    asked.length = 0
    const requests = [requestOf('/one', { a: 1 }, 'key'), requestOf('/other', { b: 2 }, 'key')]
    const { perSecond, p99 } = await load({ port, requests, connections: 2, milliseconds: 50 })
    expect(perSecond).toBeGreaterThan(0)
    expect(p99).toBeGreaterThan(0)
    expect(new Set(asked)).toEqual(new Set(['POST /one Bearer key', 'POST /other Bearer key']))
  })

  it('ends with what the server said when an answer is not good', async () => {
    const requests = [requestOf('/refused', {}, 'key')]
    await expect(load({ port, requests, connections: 1, milliseconds: 50 })).rejects.toThrow('a server answered HTTP/1.1 403 Forbidden')
  })
})
