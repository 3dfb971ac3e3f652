import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createClient } from '../../src/api/client.ts'
import { browserPath, openBrowser } from '../server/browser.ts'
import { Workplace } from './curia.ts'

const key = 'k'.repeat(40)
const password = 'seven hills beside a river'

/** A database with one administrator. */
function withAda(place: Workplace): void {
  place.write('people.json', {
    curia: 1,
    users: [{ id: 'ada', userName: 'ada' }],
    grants: [{ subject: 'user:ada', role: 'administrator' }],
  })
  place.say('import', 'people.json')
}

describe('a new installation', () => {
  const place = new Workplace()
  afterAll(() => place.remove())

  it('prints the address of its claim at the first start and never again, and is claimed by it', async () => {
    const first = await place.serve()
    const address = first.lines.map((line) => /^ {4}(http\S+\/claim#[\w-]{43})$/.exec(line)?.[1]).find((found) => found !== undefined)
    expect(address?.startsWith(`${first.url}/claim#`)).toBe(true)
    const anybody = createClient({ url: first.url })
    expect((await anybody.openDoors()).claim).toBe(true)
    await anybody.claim({ token: address?.split('#')[1] ?? '', userName: 'ada', password })
    expect((await anybody.openDoors()).claim).toBe(false)
    await first.stop()

    const second = await place.serve()
    expect(second.lines).toEqual([`listening on ${second.url}`])
    await second.stop()
    const { status, stderr } = place.run(['claim'])
    expect(status).toBe(1)
    expect(stderr).toContain('there is an administrator already; ask to be invited (forbidden)')
  })

  it('that nobody claimed in time is claimed by a new address, which its database gives', async () => {
    const late = new Workplace()
    await (await late.serve()).stop()
    const said = late.say('claim')
    const token = /claim#([\w-]{43})$/m.exec(said)?.[1] ?? ''
    const server = await late.serve()
    expect(server.lines).toEqual([`listening on ${server.url}`])
    expect((await createClient({ url: server.url }).claim({ token, userName: 'ada', password })).user).toMatch(/^user:/)
    await server.stop()
    late.remove()
  })

  it('with a key of its own is administered by the key, and has no claim', async () => {
    const other = new Workplace()
    const server = await other.serve([], { CURIA_BOOTSTRAP_KEY: key })
    expect(server.lines).toEqual([`listening on ${server.url}`])
    expect((await createClient({ url: server.url }).openDoors()).claim).toBe(false)
    await server.stop()
    other.remove()
  })

  it('tells the claim where it is made by hand', () => {
    const made = new Workplace()
    expect(made.say('init')).toMatch(/^ {4}http:\/\/127\.0\.0\.1:4680\/claim#[\w-]{43}$/m)
    made.remove()
  })
})

describe('curia password', () => {
  const place = new Workplace()
  afterAll(() => place.remove())

  it('makes a password and shows it once, or takes one from a file', async () => {
    withAda(place)
    const made = /^ {4}(\S+)$/m.exec(place.say('password', 'ada'))?.[1] ?? ''
    expect(made).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/)
    const server = await place.serve([], { CURIA_BOOTSTRAP_KEY: key })
    const anybody = createClient({ url: server.url })
    expect((await anybody.signIn({ login: 'ada', password: made })).user).toBe('user:ada')
    place.write('password', `${password}\n`)
    const from = ['--url', server.url, '--key', key]
    expect(place.run(['password', 'user:ada', '--password-file', 'password', ...from])).toMatchObject({
      status: 0,
      stdout: 'user:ada has a new password\n',
    })
    expect((await anybody.signIn({ login: 'ada', password })).user).toBe('user:ada')
    expect(place.run(['password', 'nobody', ...from])).toMatchObject({ status: 1, stdout: '' })
    place.write('short', 'short')
    expect(place.run(['password', 'ada', '--password-file', 'short', ...from]).stderr).toContain('has fewer than 12 characters')
    expect(place.run(['password', 'ada', '--password-file', 'none', ...from]).status).toBe(2)
    await server.stop()
  })
})

describe.skipIf(browserPath === undefined)('a browser at http://127.0.0.1', () => {
  it('takes the cookie, which no script can read, and writes with it from our own pages', async () => {
    const place = new Workplace()
    withAda(place)
    place.write('password', password)
    place.say('password', 'ada', '--password-file', 'password')
    const server = await place.serve([], { CURIA_BOOTSTRAP_KEY: key })
    const browser = await openBrowser()
    const page = await browser.newPage()
    await page.goto(server.url)
    const answers = await page.evaluate(async (given) => {
      const call = async (method: string, path: string, body?: object) => {
        const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
        const response = await fetch(`/api/v1${path}`, { method, ...init })
        return [response.status, response.status === 204 ? {} : await response.json()]
      }
      const signedIn = await call('POST', '/sign-in', { login: 'ada', password: given })
      const me = await call('GET', '/me')
      const made = await call('POST', '/groups', { name: 'Made in a browser' })
      const cookie = document.cookie
      const out = await call('POST', '/sign-out')
      return { signedIn, me, made, cookie, out, after: await call('GET', '/me') }
    }, password)
    expect(answers).toMatchObject({
      signedIn: [200, { user: 'user:ada' }],
      me: [200, { actor: 'user:ada', by: 'session' }],
      made: [201, { name: 'Made in a browser' }],
      cookie: '',
      out: [204, {}],
      after: [401, { code: 'unauthenticated' }],
    })
    await browser.close()
    await server.stop()
    place.remove()
  })
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

describe.skipIf(!hasOpenssl)('a server with a certificate', () => {
  const place = new Workplace()
  afterAll(() => place.remove())

  it('speaks TLS on any address, and refuses a private key that others can read', async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const files = ['-keyout', 'key.pem', '-out', 'certificate.pem']
    const made = spawnSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...files, ...subject],
      {
        cwd: place.folder,
      },
    )
    expect(made.status).toBe(0)
    place.write('curia.config.json', { host: '0.0.0.0', tls: { certificate: 'certificate.pem', key: 'key.pem' } })
    place.write('key.pem', readFileSync(join(place.folder, 'key.pem'), 'utf8'), 0o644)
    expect(place.run(['serve', '--port', '0'])).toMatchObject({
      status: 78,
      stderr: expect.stringContaining('key.pem can be read by others'),
    })
    place.write('key.pem', readFileSync(join(place.folder, 'key.pem'), 'utf8'), 0o600)
    const server = await place.serve([], { CURIA_BOOTSTRAP_KEY: key })
    expect(server.url).toMatch(/^https:/)
    const ca = readFileSync(join(place.folder, 'certificate.pem'))
    const { port } = new URL(server.url)
    const answer = await new Promise((resolve, reject) => {
      get(`https://localhost:${port}/healthz`, { ca }, (response) => {
        response.resume()
        resolve([response.statusCode, response.headers['strict-transport-security']])
      }).on('error', reject)
    })
    expect(answer).toEqual([200, 'max-age=31536000'])
    await server.stop()
  })
})
