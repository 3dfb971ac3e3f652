import { afterAll, describe, expect, it } from 'vitest'
import { Workplace } from './curia.ts'

describe('tenants on the command line', () => {
  const place = new Workplace()
  place.say('init')
  afterAll(() => place.remove())

  it('are made with what is needed to enter them, alone on its line, and are listed', async () => {
    const key = place.run(['tenants', 'create', 'acme', '--name', 'Acme Ltd', '--entry', 'key', '--reason', 'signed'])
    expect(key).toMatchObject({ status: 0, stdout: expect.stringMatching(/^bootstrap\.\S{43}\n$/) })
    expect(key.stderr).toContain('made the tenant acme')
    expect(place.say('tenants', 'create', 'shop')).toMatch(/^http:\/\/127\.0\.0\.1:4680\/t\/shop\/claim#\S{43}\n$/)

    place.say('users', 'create', '--user-name', 'ada', '--tenant', 'acme')
    // Of tenants main is asked, whatever is meant.
    expect(place.run(['tenants'], { env: { CURIA_TENANT: 'acme' } }).stdout).toMatch(/^acme +Acme Ltd$/m)

    const server = await place.serve()
    const env = { CURIA_URL: server.url, CURIA_KEY: key.stdout.trim(), CURIA_TENANT: 'acme' }
    expect(place.run(['users'], { env }).stdout).toMatch(/ada/)
    // The option wins over the environment.
    expect(place.run(['users', '--tenant', 'shop'], { env })).toMatchObject({
      status: 1,
      stderr: 'curia: there is no "tenant:shop" (not_found)\n',
    })
    await server.stop()
  })

  it('are deleted by who says the id again', () => {
    const wrong = place.run(['tenants', 'delete', 'shop', '--confirm', 'acme'])
    expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining('(invalid_parameter)') })
    expect(place.say('tenants', 'delete', 'shop', '--confirm', 'shop')).toContain('done at revision')
    expect(place.run(['tenants', 'open', 'shop'])).toMatchObject({ status: 1, stderr: expect.stringContaining('(not_found)') })
  })
})
