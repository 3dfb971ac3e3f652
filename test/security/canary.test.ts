/** Secrets are put in by every door, and then looked for in everything that comes out (29). */

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../src/api/client.ts'
import { Workplace } from '../cli/curia.ts'
import type { SmtpSink } from '../service/smtp-sink.ts'
import { startSmtpSink } from '../service/smtp-sink.ts'

const canaries = {
  bootstrapKey: 'canary-bootstrap-key-0123456789abcdef',
  password: 'canary password of the administrator',
  wrongPassword: 'canary password that is wrong',
  typedName: 'canary-password-typed-as-a-name',
  nextPassword: 'canary password after the change',
  invitedPassword: 'canary password of the invited one',
  resetPassword: 'canary password after the letter',
  mailPassword: 'canary-of-the-mail-server',
}

describe('a secret', () => {
  let place: Workplace
  let sink: SmtpSink
  beforeAll(async () => {
    place = new Workplace()
    sink = await startSmtpSink()
  })
  afterAll(async () => {
    place.remove()
    await sink.stop()
  })

  it('stands in no log, no answer, no journal, no export and no file, whatever is done with it', async () => {
    const secrets: { [name: string]: string } = { ...canaries }
    place.write('curia.config.json', {
      signIn: { basic: true, signUp: true },
      mail: { server: sink.url.replace('//', `//curia:${canaries.mailPassword}@`), from: 'curia@example.org' },
    })
    place.write('people.json', {
      curia: 1,
      users: [{ id: 'root', userName: 'root', emails: ['root@example.org'] }],
      grants: [{ subject: 'user:root', role: 'administrator' }],
    })
    place.say('import', 'people.json')
    const server = await place.serve(['--verbose'], { CURIA_BOOTSTRAP_KEY: canaries.bootstrapKey })
    const answers: string[] = []
    let cookie = ''
    /** Sends a call as it stands and keeps all of the answer but the one field that shows a secret by design. */
    const call = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
      const response = await fetch(`${server.url}/api/v1${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), origin: server.url, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      const set = /__Host-curia=([\w-]{43})/.exec(response.headers.get('set-cookie') ?? '')?.[1]
      if (set !== undefined) {
        secrets[`session ${Object.keys(secrets).length}`] = set
        cookie = `__Host-curia=${set}`
      }
      const kept = [...response.headers].filter(([name]) => name !== 'set-cookie')
      answers.push(`${method} ${path} ${response.status} ${JSON.stringify(kept)} ${text.replace(/"secret":"[^"]*"/, '')}`)
      return text
    }
    const session = () => ({ cookie })
    const admin = { authorization: `Bearer ${canaries.bootstrapKey}` }
    const { password, wrongPassword, nextPassword, invitedPassword, resetPassword, typedName } = canaries

    await call('PUT', '/users/root/password', { password }, admin)
    await call('POST', '/sign-in', { login: 'root', password: wrongPassword })
    await call('POST', '/sign-in', { login: typedName, password: wrongPassword })
    await call('POST', '/sign-in', { login: 'root', password })
    await call('POST', '/sign-in', { login: 'root', password, unknown: password })
    await call('POST', '/sign-in', { login: 'root', password: [password] })
    await call('POST', '/sign-in/again', { password }, session())
    await call('PUT', '/password', { current: wrongPassword, password: nextPassword }, session())
    await call('PUT', '/password', { current: password, password: nextPassword }, session())
    await call('GET', '/me', undefined, { authorization: `Basic ${Buffer.from(`root:${nextPassword}`).toString('base64')}` })
    await call('GET', '/me', undefined, { authorization: `Bearer ${canaries.bootstrapKey}x` })
    const { secret } = JSON.parse(await call('POST', '/api-keys', { owner: 'user:root' }, session())) as { readonly secret: string }
    secrets.apiKey = secret
    await call('GET', '/api-keys', undefined, { authorization: `Bearer ${secret}` })
    await call('POST', '/invitations', { email: 'ada@example.org' }, session())
    secrets.invitation = await sink.tokenTo('ada@example.org')
    await call('GET', '/invitations', undefined, admin)
    await call('POST', '/invitations/accept', { token: secrets.invitation, userName: 'ada', password: 'short' })
    await call('POST', '/invitations/accept', { token: secrets.invitation, userName: 'ada', password: invitedPassword })
    await call('POST', '/sign-up', { userName: 'bob', email: 'bob@example.org', password: invitedPassword })
    secrets.confirmation = await sink.tokenTo('bob@example.org')
    await call('POST', '/confirm', { token: secrets.confirmation })
    await call('POST', '/confirm', { token: secrets.confirmation })
    await call('POST', '/password/reset', { login: 'root' })
    secrets.reset = await sink.tokenTo('root@example.org')
    await call('PUT', '/password/reset', { token: secrets.reset, password: resetPassword })
    await call('PUT', '/password/reset', { token: secrets.reset, password: resetPassword })
    await call('POST', '/claim', { token: secrets.reset, userName: 'eve', password: resetPassword })
    sink.refuse(true)
    await call('POST', '/invitations', { email: 'carl@example.org' }, admin)
    await call('POST', '/password/reset', { login: 'ada@example.org' })
    await expect.poll(() => server.errors()).toContain('a letter could not be sent')
    for (const path of ['/journal', '/export', '/users', '/sessions?everybody=true', '/users/root/sign-ins', '/settings', '/me', '/audit'])
      await call('GET', path, undefined, admin)
    const shown = await createClient({ url: server.url, key: canaries.bootstrapKey }).exportWorld({ format: 'yaml' })
    expect(await server.stop()).toBe(0)

    expect(Object.keys(secrets).length).toBeGreaterThanOrEqual(12)
    expect(answers.length).toBeGreaterThan(30)
    const places: { readonly [name: string]: string } = {
      'the log': server.errors(),
      'standard output': server.lines.join('\n'),
      'the answers': answers.join('\n'),
      'the export': shown,
      'the journal': place.say('journal', '--json'),
      'the database': readFileSync(place.database, 'latin1'),
    }
    expect(places['the log']).toContain('/api/v1/sign-in')
    expect(places['the database']).toContain('argon2id')
    const found = Object.entries(places).flatMap(([where, text]) =>
      Object.entries(secrets).flatMap(([name, value]) => (text.includes(value) ? [`${name} in ${where}`] : [])),
    )
    expect(found).toEqual([])
  })
})
