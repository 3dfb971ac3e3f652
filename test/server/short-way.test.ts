import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Handler, Listener } from '../../src/server/index.ts'
import { listen } from '../../src/server/index.ts'
import { anyText } from '../any-text.ts'
import { badInputs, headersOf } from '../doors/bad-inputs.ts'
import type { Installed } from '../doors/installation.ts'
import { adminKey, installWith, lowKey, managerKey, narrowKey } from '../doors/installation.ts'
import { legion } from '../doors/legion.ts'

/** The same handler behind three sockets: one takes the short way where it can, one the wire way before it, one neither. */
let installed: Installed
let short: Listener
let wired: Listener
let long: Listener
/** How many requests have gone the short way, and the wire way. */
let gone = 0
let goneByWire = 0
let token: string
beforeAll(async () => {
  installed = await installWith(
    { signIn: { settings: { basic: true }, address: () => '' }, hosts: ['curia.example'], trustedProxies: ['127.0.0.1'] },
    legion,
  )
  const { handler } = installed
  const { shortWay, wireWay } = handler
  if (shortWay === undefined || wireWay === undefined) throw new Error('the handler has no short way')
  const watched: Handler = Object.assign((request: Request, arrival?: Parameters<Handler>[1]) => handler(request, arrival), {
    shortWay: (...exchanged: Parameters<typeof shortWay>) => {
      const isTaken = shortWay(...exchanged)
      if (isTaken) gone += 1
      return isTaken
    },
  })
  const watchedWire: Handler = Object.assign((request: Request, arrival?: Parameters<Handler>[1]) => handler(request, arrival), {
    shortWay,
    wireWay: (...exchanged: Parameters<typeof wireWay>) => {
      const isTaken = wireWay(...exchanged)
      if (isTaken) goneByWire += 1
      return isTaken
    },
  })
  short = await listen(watched, { port: 0 })
  wired = await listen(watchedWire, { port: 0 })
  long = await listen((request, arrival) => handler(request, arrival), { port: 0 })
  token = installed.access.token()
})
afterAll(async () => {
  await Promise.all([short.stop(), wired.stop(), long.stop()])
  await installed.access.close()
})

/** Bytes as they go over the wire, piece by piece. */
type Pieces = readonly (string | Uint8Array)[]

/** Sends the pieces one after the other, and gives back all that comes until the other side closes. */
async function exchange({ url }: Listener, pieces: Pieces): Promise<string> {
  const { port, hostname, protocol } = new URL(url)
  const isTls = protocol === 'https:'
  // The certificate is one of the test's own, which nobody has signed.
  const socket = isTls ? connectTls({ port: Number(port), host: hostname, rejectUnauthorized: false }) : connect(Number(port), hostname)
  let received = ''
  socket.setEncoding('latin1').setNoDelay(true)
  socket.on('data', (piece: string) => {
    received += piece
  })
  // Whoever is refused in the middle of a long body may find the connection cut while it still sends.
  socket.on('error', () => undefined)
  const closed = once(socket, 'close')
  await once(socket, isTls ? 'secureConnect' : 'connect')
  for (const piece of pieces) {
    socket.write(piece)
    if (pieces.length > 1) await new Promise((resolve) => setImmediate(resolve))
  }
  await closed
  return received
}

/** What differs from one asking to the next: numbers of requests, and times. */
const plain = (answer: string) =>
  answer
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<number>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<moment>')
    .replace(/^Date: .*$/gm, 'Date: <now>')
    // A name of a header is the same in any letters, and the library writes this one as it likes.
    .replace(/^content-length:/gim, 'content-length:')

/** What is answered on either way; that the wire way answers the same is claimed here. */
async function bothWays(pieces: Pieces) {
  const before = [gone, goneByWire] as const
  const one = plain(await exchange(short, pieces))
  const answers = { short: one, long: plain(await exchange(long, pieces)), isShort: gone > before[0] }
  expect(plain(await exchange(wired, pieces))).toBe(answers.long)
  return { ...answers, isByWire: goneByWire > before[1] }
}

/** Asks on one connection, each request when the one before is answered, and gives back all that was answered. */
async function converse({ url }: Listener, requests: readonly string[]): Promise<string> {
  const { port, hostname } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.setEncoding('latin1').setNoDelay(true)
  let received = ''
  let whole: () => void = () => undefined
  socket.on('data', (piece: string) => {
    received += piece
    const [head = '', body] = received.slice(received.lastIndexOf('HTTP/1.1 ')).split('\r\n\r\n')
    if (body?.length === Number(/content-length: (\d+)/i.exec(head)?.[1])) whole()
  })
  const closed = once(socket, 'close')
  for (const request of requests) {
    const answered = new Promise<void>((resolve) => {
      whole = resolve
    })
    socket.write(request, 'latin1')
    await answered
  }
  socket.end()
  await closed
  return plain(received)
}

interface Asked {
  readonly line?: string
  readonly headers?: readonly string[]
  /** Default the administrator; `null`: no credential. */
  readonly key?: string | null
  readonly type?: string | null
  readonly body?: unknown
  readonly raw?: string | Uint8Array
  readonly host?: string | null
}

const question = { subject: 'user:sulla', action: 'view', resource: 'legion:4' }
const checkLine = 'POST /api/v1/check HTTP/1.1'

/** A request as it goes over the wire, of which nothing comes after it. */
function wire({
  line = checkLine,
  headers = [],
  key = adminKey,
  type = 'application/json',
  body = question,
  raw,
  host = 'localhost',
}: Asked): Pieces {
  const bytes = raw === undefined ? Buffer.from(JSON.stringify(body)) : Buffer.from(raw)
  const hasLength = headers.some((header) => /^(content-length|transfer-encoding):/i.test(header))
  const head = [
    line,
    ...(host === null ? [] : [`Host: ${host}`]),
    ...(key === null ? [] : [`Authorization: Bearer ${key}`]),
    ...(type === null ? [] : [`Content-Type: ${type}`]),
    ...(hasLength ? [] : [`Content-Length: ${bytes.length}`]),
    ...headers,
    'Connection: close',
  ]
  return [Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes])]
}

const many = { checks: [question, { subject: 'user:nobody', action: 'view', resource: 'legion:4' }, { ...question, action: 'destroy' }] }
const evaluation = { subject: { type: 'user', id: 'sulla' }, action: { name: 'view' }, resource: { type: 'legion', id: '4' } }
const evaluations = { ...evaluation, evaluations: [{}, { subject: { type: 'user', id: 'nobody' } }, { action: 7 }] }
const at = (path: string) => `POST ${path} HTTP/1.1`

/** Requests that go the short way. */
const usual: readonly (readonly [string, Asked])[] = [
  ['a check', {}],
  ['a check of an application permission', { body: { subject: 'user:sulla', action: 'legion.view' } }],
  ['a check at a moment', { body: { ...question, at: '2026-03-01' } }],
  ['a check of a past revision', { body: { ...question, asOf: 1 } }],
  ['a check of a revision that is not there yet', { body: { ...question, asOf: 1000 } }],
  ['many checks, some of which cannot be answered', { line: at('/api/v1/check-many'), body: many }],
  ['no checks', { line: at('/api/v1/check-many'), body: { checks: [] } }],
  ['too many checks', { line: at('/api/v1/check-many'), body: { checks: Array.from({ length: 10_001 }, () => question) } }],
  ['an evaluation', { line: at('/access/v1/evaluation'), body: evaluation }],
  ['an evaluation with a number', { line: at('/access/v1/evaluation'), body: evaluation, headers: ['X-Request-ID: bfe9eb29-ab87-4ca3'] }],
  ['an evaluation that is none', { line: at('/access/v1/evaluation'), body: { subject: 1 } }],
  ['evaluations', { line: at('/access/v1/evaluations'), body: evaluations }],
  ['a check in a tenant by path', { line: at('/t/main/api/v1/check') }],
  ['an evaluation in a tenant by path', { line: at('/t/main/access/v1/evaluation'), body: evaluation }],
  ['a tenant by header', { headers: ['Curia-Tenant: main'] }],
  ['a revision that is asked for', { headers: ['Curia-At-Least: <token>'] }],
  ['a token of a revision that is none', { headers: ['Curia-At-Least: AAAA'] }],
  ['an empty token', { headers: ['Curia-At-Least:'] }],
  ['a key that is not known', { key: 'key_x.AAAA' }],
  ['two keys in one header', { key: `${adminKey}, Bearer ${lowKey}` }],
  ['a key that is too long', { key: 'x'.repeat(1025) }],
  ['somebody who may not ask about others', { key: lowKey }],
  ['somebody who asks about themselves', { key: lowKey, body: { ...question, subject: 'user:low' } }],
  ['somebody who asks about themselves and others', { key: managerKey, line: at('/api/v1/check-many'), body: many }],
  ['a narrow key', { key: narrowKey }],
  ['a key of which only AuthZEN is asked', { key: lowKey, line: at('/access/v1/evaluation'), body: evaluation }],
  ['another spelling of the media type', { type: 'Application/JSON; charset=utf-8' }],
  ['another media type', { type: 'text/plain' }],
  ['no media type', { type: null }],
  ['a host by its name', { host: 'curia.example:4680' }],
  ['a host by its address', { host: '127.0.0.1:8443' }],
  ['a proxy in front', { headers: ['X-Forwarded-For: 192.0.2.7, 198.51.100.3'] }],
  ['names in capitals', { key: null, headers: [`AUTHORIZATION: Bearer ${adminKey}`] }],
  ['names as they like', { key: null, type: null, headers: [`aUTHORIZATION: BEARER ${adminKey}`, 'CoNtEnT-tYpE: application/json'] }],
  ['a body that has to be asked for', { headers: ['Expect: 100-continue'] }],
  ['a body that says it is too large', { headers: ['Content-Length: 20000000'], raw: '' }],
  ['a body that is too large', { raw: `{"subject":"${'x'.repeat(1024 * 1024)}"}` }],
  [
    'a body in pieces',
    { headers: ['Transfer-Encoding: chunked'], raw: '5\r\n{"sub\r\n1f\r\nject":"user:low","action":"view"}\r\n0\r\n\r\n' },
  ],
  [
    'a body in pieces that is too large',
    { headers: ['Transfer-Encoding: chunked'], raw: `110000\r\n${' '.repeat(0x110000)}\r\n0\r\n\r\n` },
  ],
  ['a body in pieces that is broken', { headers: ['Transfer-Encoding: chunked'], raw: 'zz\r\n' }],
  ['the oldest HTTP', { line: 'POST /api/v1/check HTTP/1.0' }],
  ['what is no ASCII', { body: { ...question, subject: 'user:ſulla 🏛️' } }],
  ['a mark of the byte order', { raw: `\ufeff${JSON.stringify(question)}` }],
  ['texts with escapes', { raw: '{"subject":"user:\\u0073ulla","action":"view","resource":"legion\\u003a4"}' }],
  ['a key that is given twice with an escape', { raw: '{"subject":"user:low","\\u0073ubject":"user:sulla","action":"view"}' }],
  ['32 levels', { body: { ...question, context: JSON.parse(`${'{"a":'.repeat(31)}1${'}'.repeat(31)}`) } }],
  ['33 levels', { body: { ...question, context: JSON.parse(`${'{"a":'.repeat(32)}1${'}'.repeat(32)}`) } }],
  ...badInputs
    .filter(({ path, method = 'POST' }) => method === 'POST' && /^\/check(-many)?$/.test(path))
    .map((input): readonly [string, Asked] => [
      input.name,
      { line: at(`/api/v1${input.path}`), body: input.body, ...(input.raw === undefined ? {} : { raw: input.raw }) },
    ]),
  ...badInputs
    .filter(
      ({ raw, headers = {} }) =>
        raw !== undefined && !('content-encoding' in headers) && !('content-length' in headers) && raw.length < 100_000,
    )
    .map((input): readonly [string, Asked] => [
      `${input.name}, sent as a question`,
      { raw: input.raw ?? '', type: headersOf(input)['content-type'] ?? null },
    ]),
]

/** Requests that are left to the handler. */
const others: readonly (readonly [string, Asked])[] = [
  ['nobody', { key: null }],
  ['two keys', { headers: [`Authorization: Bearer ${lowKey}`] }],
  ['a key under another name', { key: null, headers: [`X-API-Key: ${adminKey}`] }],
  ['a key and a session', { headers: ['Cookie: __Host-curia=x'] }],
  ['a password', { key: null, headers: ['Authorization: Basic bG93OngK'] }],
  ['another scheme', { key: null, headers: ['Authorization: Digest x'] }],
  ['a compressed body', { headers: ['Content-Encoding: gzip'] }],
  ['two media types', { headers: ['Content-Type: text/plain'] }],
  ['a query', { line: at('/api/v1/check?x=1') }],
  ['a slash at the end', { line: at('/api/v1/check/') }],
  ['another tenant by path', { line: at('/t/other/api/v1/check') }],
  ['a path with tricks', { line: at('/api/x/../v1/check') }],
  ['a path in other letters', { line: at('/API/v1/check') }],
  ['a whole address', { line: at('http://localhost/api/v1/check') }],
  ['a whole address of somebody else', { line: at('http://evil.example/api/v1/check') }],
  ['another method', { line: 'GET /api/v1/check HTTP/1.1', raw: '' }],
  ['another endpoint', { line: at('/api/v1/explain') }],
  ['another tenant by header', { headers: ['Curia-Tenant: other'] }],
  ['two tenants, by path and by header', { line: at('/t/main/api/v1/check'), headers: ['Curia-Tenant: other'] }],
  ['another host', { host: 'evil.example' }],
  ['a host with tricks', { host: 'localhost@evil.example' }],
  ['a host in capitals', { host: 'LOCALHOST' }],
  ['two tokens', { headers: ['Curia-At-Least: <token>', 'Curia-At-Least: <token>'] }],
]
const withToken = (asked: Asked): Asked => ({
  ...asked,
  headers: (asked.headers ?? []).map((header) => header.replaceAll('<token>', token)),
})

/** What is refused for its head alone, framed in another way, or too long to come in one piece: it goes the short way behind Node. */
const behindNode =
  /^(too many checks|two keys in one header|a key that is too long|a body (that|in pieces).*|the oldest HTTP|no media type|another media type.*|a form of a browser.*|B18[47] CSV .*)$/

describe('the short way answers byte for byte as the handler', () => {
  it.each(usual)('%s', async (name, asked) => {
    const answers = await bothWays(wire(withToken(asked)))
    expect(answers.short).toBe(answers.long)
    expect(answers.short).toMatch(/^HTTP\/1\.1 \d{3} /)
    expect(answers.isShort).toBe(true)
    expect(answers.isByWire).toBe(!behindNode.test(name))
  })

  it('a request that comes byte by byte', async () => {
    const [bytes = new Uint8Array()] = wire({})
    const pieces = Array.from(Buffer.from(bytes), (_, place) => Buffer.from(bytes).subarray(place, place + 1))
    const answers = await bothWays(pieces)
    expect(answers.short).toBe(answers.long)
    expect([answers.short.slice(0, 15), answers.isShort]).toEqual(['HTTP/1.1 200 OK', true])
  })

  it('requests that do not wait for each other, in their order', async () => {
    const line = (subject: string, path: string, ...headers: readonly string[]) => {
      const body = JSON.stringify({ ...question, subject })
      const head = [
        at(path),
        'Host: localhost',
        `Authorization: Bearer ${adminKey}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
      ]
      return `${[...head, ...headers].join('\r\n')}\r\n\r\n${body}`
    }
    const all = [
      line('user:sulla', '/api/v1/check'),
      line('user:nobody', '/api/v1/check', `Curia-At-Least: ${token}`),
      line('user:low', '/api/v1/explain'),
      line('user:low', '/api/v1/check'),
      line('user:low', '/api/v1/check', 'Content-Encoding: gzip'),
      line('user:sulla', '/api/v1/check', 'Connection: close'),
    ]
    const answers = await bothWays([all.join('')])
    expect(answers.short).toBe(answers.long)
    const statuses = [...answers.short.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status)
    expect(statuses).toEqual(['200', '422', '200', '200', '415', '200'])
  })
})

describe.skipIf(spawnSync('openssl', ['version']).status !== 0)('the short way over TLS', () => {
  it('answers byte for byte as the handler, and says that it is to be called so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'curia-short-way-'))
    const [keyFile, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    const { status } = spawnSync('openssl', [
      'req',
      '-x509',
      ...curve,
      '-days',
      '1',
      '-subj',
      '/CN=localhost',
      '-keyout',
      keyFile,
      '-out',
      certificate,
    ])
    expect(status).toBe(0)
    const tls = { cert: readFileSync(certificate, 'utf8'), key: readFileSync(keyFile, 'utf8') }
    rmSync(folder, { recursive: true })
    const { handler } = installed
    const ways = [await listen(handler, { port: 0, tls }), await listen((request, arrival) => handler(request, arrival), { port: 0, tls })]
    for (const asked of [{}, { key: lowKey }, { raw: '{' }]) {
      const [one, other] = await Promise.all(ways.map(async (way) => plain(await exchange(way, wire(asked)))))
      expect(one).toBe(other)
      expect(one).toContain('strict-transport-security: max-age=')
    }
    await Promise.all(ways.map((way) => way.stop()))
  })
})

describe('on a connection that is kept', () => {
  const usualHead = ['Host: localhost', `Authorization: Bearer ${adminKey}`, 'Content-Type: application/json']
  const asked = (subject: string, ...headers: readonly string[]) => {
    const body = JSON.stringify({ ...question, subject })
    return [checkLine, ...usualHead, `Content-Length: ${body.length}`, ...headers, '', body].join('\r\n')
  }

  it('all is answered by wire until something else is asked, and nothing from then on', async () => {
    const requests = [
      asked('user:sulla'),
      asked('user:nobody'),
      asked('user:sulla', `Curia-At-Least: ${token}`),
      asked('user:sulla', 'X-Anything: "goes"'),
      asked('user:sulla', 'connection: Keep-Alive'),
      `GET /api/v1/me HTTP/1.1\r\n${usualHead.slice(0, 2).join('\r\n')}\r\n\r\n`,
      asked('user:sulla'),
    ]
    const before = goneByWire
    expect(await converse(wired, requests)).toBe(await converse(long, requests))
    expect(goneByWire - before).toBe(5)
  })

  it.each([
    ['a line that is folded', 'X-Long: a\r\n b'],
    ['a space before the colon', 'X-Odd : a'],
    ['a line end of another kind', 'X-Odd: a\nX-Other: b'],
    ['a header without a name', ': a'],
    ['two lengths', 'Content-Length: 5'],
    ['a body framed twice', 'Transfer-Encoding: chunked'],
    ['a length that is none', 'Content-Length: +5'],
    ['what is no ASCII', 'X-Odd: \u00e9'],
    ['a connection that is to be another', 'Connection: upgrade'],
  ])('%s is nothing for the wire way', async (_, header) => {
    const before = goneByWire
    const request = [Buffer.from(asked('user:sulla', header, 'Connection: close'), 'latin1')]
    expect(plain(await exchange(wired, request))).toBe(plain(await exchange(long, request)))
    expect(goneByWire).toBe(before)
  })

  it('a key that is switched off opens nothing from the next request on', async () => {
    const mine = asked('user:low').replace(adminKey, lowKey)
    const { port, hostname } = new URL(wired.url)
    const socket = connect(Number(port), hostname)
    const status = async () => {
      socket.write(mine)
      const [piece] = await once(socket, 'data')
      return String(piece).slice(9, 12)
    }
    const before = goneByWire
    expect(await status()).toBe('200')
    await installed.access.write([{ kind: 'api-key.update', id: 'low-key', active: false }])
    expect(await status()).toBe('401')
    await installed.access.write([{ kind: 'api-key.update', id: 'low-key', active: true }])
    expect([await status(), goneByWire - before]).toEqual(['200', 3])
    socket.destroy()
  })

  it('a listener that stops closes it, and answers first who waits on it', async () => {
    const { handler } = installed
    const other = await listen(handler, { port: 0 })
    const { port, hostname } = new URL(other.url)
    const [idle, asking] = [connect(Number(port), hostname), connect(Number(port), hostname)]
    await Promise.all([once(idle, 'connect'), once(asking, 'connect')])
    const closed = Promise.all([once(idle, 'close'), once(asking, 'close')])
    asking.write(asked('user:sulla'))
    const [answer] = await once(asking, 'data')
    await other.stop()
    await closed
    expect(String(answer)).toContain('"allowed"')
  })
})

describe('the short way leaves to the handler', () => {
  it.each(others)('%s', async (_, asked) => {
    const answers = await bothWays(wire(withToken(asked)))
    expect(answers.short).toBe(answers.long)
    expect([answers.isShort, answers.isByWire]).toEqual([false, false])
  })
})

describe('whichever way a request goes', () => {
  it('it is answered alike, whatever it holds', async () => {
    const word = fc.oneof(
      fc.constantFrom('user:sulla', 'user:low', 'group:gods', 'view', 'legion:4', 'legion.view', '', '__proto__', 'ſ', '\u0000', '\\'),
      anyText({ maxLength: 12 }),
    )
    const field = fc.constantFrom('subject', 'action', 'resource', 'context', 'properties', 'at', 'asOf', 'checks', 'constructor')
    const value = fc.oneof({ weight: 3, arbitrary: word }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) })
    const body = fc.oneof(
      fc.record({ subject: value, action: value, resource: value }, { requiredKeys: [] }).map((given) => JSON.stringify(given)),
      fc
        .record({ subject: fc.constantFrom('user:sulla', 'user:low'), action: fc.constant('view'), resource: value })
        .map((given) => JSON.stringify(given)),
      fc
        .array(fc.tuple(field, value), { maxLength: 4 })
        .map((pairs) => `{${pairs.map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`).join(' ,')}}`),
      anyText({ maxLength: 30 }),
    )
    const cased = (name: string) =>
      fc
        .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
        .map((raised) => [...name].map((letter, place) => (raised[place] === true ? letter.toUpperCase() : letter)).join(''))
    const header = fc
      .tuple(
        fc
          .constantFrom(
            'accept',
            'cookie',
            'curia-tenant',
            'curia-at-least',
            'x-forwarded-for',
            'x-request-id',
            'user-agent',
            'origin',
            'x-api-key',
            'content-type',
          )
          .chain(cased),
        fc.constantFrom('', 'main', 'x', '*/*', 'a=b', '10.0.0.1', 'application/json', '  spaced  ', 'caf\u00e9', 'x'.repeat(300)),
      )
      .map(([name, given]) => `${name}: ${given}`)
    const path = fc.constantFrom(
      '/api/v1/check',
      '/api/v1/check',
      '/api/v1/check-many',
      '/access/v1/evaluation',
      '/access/v1/evaluations',
      '/t/main/api/v1/check',
    )
    const key = fc.constantFrom(adminKey, adminKey, adminKey, lowKey, narrowKey, 'x', null)
    const request = fc.record({ path, key, body, headers: fc.array(header, { maxLength: 2 }), isChunked: fc.boolean(), cut: fc.nat(400) })
    await fc.assert(
      fc.asyncProperty(request, async ({ path: where, key: by, body: text, headers, isChunked, cut }) => {
        const bytes = Buffer.from(text)
        const chunk = Buffer.concat([
          Buffer.from(`${bytes.length.toString(16)}\r\n`),
          bytes,
          Buffer.from(`${bytes.length === 0 ? '' : '\r\n0\r\n'}\r\n`),
        ])
        const [whole = ''] = wire({
          line: at(where),
          key: by,
          headers: [...headers, ...(isChunked ? ['Transfer-Encoding: chunked'] : [])],
          raw: isChunked ? chunk : bytes,
        })
        const sent = Buffer.from(whole)
        const answers = await bothWays([sent.subarray(0, cut), sent.subarray(cut)].filter((piece) => piece.length > 0))
        expect(answers.short).toBe(answers.long)
        expect(answers.short).not.toContain('HTTP/1.1 500')
      }),
      { numRuns: 80 },
    )
    expect(installed.defects).toEqual([])
  })

  it('is told to the figures and to the log alike', async () => {
    const told: object[] = []
    const observed = await installWith(
      {
        observe: ({ milliseconds: _, ...answered }) => told.push(answered),
        log: {
          info: ({ milliseconds: _, requestId: __, ...fields }: { milliseconds?: number; requestId?: string }) => told.push(fields),
          error: () => undefined,
        },
      },
      legion,
    )
    const { handler } = observed
    const listeners = [await listen(handler, { port: 0 }), await listen((request, arrival) => handler(request, arrival), { port: 0 })]
    const stories: (readonly object[])[] = []
    for (const listener of listeners) {
      told.length = 0
      for (const asked of [{}, { key: 'x' }, { key: lowKey }, { type: 'text/plain' }, { raw: '{' }, { line: at('/access/v1/evaluation') }])
        await exchange(listener, wire(asked))
      stories.push([...told])
    }
    expect(stories[0]).toEqual(stories[1])
    expect(stories[0]).toHaveLength(12)
    await Promise.all(listeners.map((listener) => listener.stop()))
    await observed.access.close()
  })

  it('it takes from the one budget of its caller', async () => {
    const limited = await installWith({ limits: { checksPerMinute: 4, requestsPerMinute: 100 } }, legion)
    const { handler } = limited
    const listeners = [await listen(handler, { port: 0 }), await listen((request, arrival) => handler(request, arrival), { port: 0 })]
    const statuses: string[] = []
    for (const listener of [...listeners, ...listeners, ...listeners]) statuses.push((await exchange(listener, wire({}))).slice(9, 12))
    expect(statuses).toEqual(['200', '200', '200', '200', '429', '429'])
    await Promise.all(listeners.map((listener) => listener.stop()))
    await limited.access.close()
  })

  it('who goes away in the middle of a body is no defect', async () => {
    for (const listener of [short, long]) {
      const { port, hostname } = new URL(listener.url)
      const socket = connect(Number(port), hostname)
      await once(socket, 'connect')
      socket.write(
        `${checkLine}\r\nHost: localhost\r\nAuthorization: Bearer ${adminKey}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
      )
      socket.destroy()
      await once(socket, 'close')
      expect(await exchange(listener, wire({}))).toContain('"allowed"')
    }
    expect(installed.defects).toEqual([])
  })

  it('a key that is switched off, or whose owner is, opens nothing from the next request on', async () => {
    const status = async (key: string) => (await exchange(short, wire({ key, body: { ...question, subject: 'user:low' } }))).slice(9, 12)
    expect(await status(lowKey)).toBe('200')
    await installed.access.write([{ kind: 'api-key.update', id: 'low-key', active: false }])
    expect(await status(lowKey)).toBe('401')
    await installed.access.write([
      { kind: 'api-key.update', id: 'low-key', active: true },
      { kind: 'user.update', id: 'low', status: 'inactive' },
    ])
    expect(await status(lowKey)).toBe('401')
    await installed.access.write([{ kind: 'user.update', id: 'low', status: 'active' }])
    expect(await status(lowKey)).toBe('200')
  })
})
