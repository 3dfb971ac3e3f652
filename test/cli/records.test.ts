import { afterAll, describe, expect, it } from 'vitest'
import { Workplace } from './curia.ts'

describe('records on the command line', () => {
  const place = new Workplace()
  place.say('init')
  afterAll(() => place.remove())

  it('are made, shown, changed and deleted: a user, by user name', () => {
    expect(place.say('users', 'create', '--user-name', 'ada', '--emails', 'ada@example.org', '--attributes', '{"level":3}')).toMatch(
      /done at revision 2: user:\S+\n$/,
    )
    expect(place.say('users', 'update', 'ada', '--display-name', 'Ada Lovelace', '--status', 'inactive')).toContain('done at revision 3')
    expect(JSON.parse(place.say('users', 'show', 'ada', '--json'))).toMatchObject({
      displayName: 'Ada Lovelace',
      status: 'inactive',
      attributes: { level: 3 },
    })
    expect(place.run(['users', 'update', 'ada', '--clear', 'display-name', '--status', 'active', '--preview'])).toMatchObject({
      status: 0,
      stderr: 'nothing was changed\n',
    })
    expect(place.say('users', 'show', 'ada')).toMatch(/^displayName +Ada Lovelace$/m)
    expect(place.run(['users', 'show', 'nobody'])).toMatchObject({ status: 1, stderr: 'curia: there is no "user:nobody" (not_found)\n' })
  })

  it('are found by what people call them: permissions, roles, groups, domains', () => {
    place.change(
      { kind: 'permission.create', name: 'edit', label: 'Edit' },
      { kind: 'group.create', id: 'g1', name: 'Staff', description: 'who works here' },
    )
    place.say('roles', 'create', 'editor', '--permissions', 'edit')
    place.say('domains', 'create', '--name', 'Acme', '--contact', 'ceo@acme.example')
    expect(place.say('roles')).toMatch(/^editor +edit$/m)
    expect(place.say('permissions')).toMatch(/^edit +Edit$/m)
    expect(place.say('domains')).toMatch(/Acme +ceo@acme.example$/m)
    expect(place.say('groups', 'show', 'Staff')).toContain('who works here')
    expect(place.say('roles', 'delete', 'editor', '--reason', 'nobody has it')).toContain('done at revision')
    expect(place.run(['roles', 'show', 'editor']).status).toBe(1)
  })

  it('are API keys too: the secret is shown once, on its own line', () => {
    const secret = place.say('api-keys', 'create', '--name', 'deploy', '--owner', 'service:bootstrap')
    expect(secret).toMatch(/^key_\S+\n$/)
    expect(place.say('api-keys', 'update', 'deploy', '--active', 'false')).toContain('done at revision')
    expect(place.say('api-keys')).toMatch(/deploy .*inactive$/m)
    expect(place.say('api-keys', 'show', 'deploy')).not.toContain(secret.trim().split('.')[1])
  })

  it('are wrong use when nothing is changed, when a field cannot be, and when a word behind is none', () => {
    for (const [words, told] of [
      [['users', 'update', 'ada'], 'nothing is to be changed'],
      [['users', 'update', 'ada', '--clear', 'nothing'], 'there is no option --nothing here'],
      [['groups', 'create', '--name', 'G', '--active', 'perhaps'], 'It must be true or false'],
      [['users', 'frobnicate'], "too many arguments for 'users'"],
    ] as const) {
      const { status, stderr } = place.run([...words])
      expect([status, stderr]).toEqual([2, expect.stringContaining(told)])
    }
  })
})

describe('what a plugin left, on the command line', () => {
  const place = new Workplace()
  place.say('init')
  afterAll(() => place.remove())

  it('is listed, taken over in part, and removed', () => {
    place.change(
      { kind: 'group.create', id: 'desk', name: 'Desk', origin: 'plugin:rates' },
      { kind: 'role.create', codename: 'changer', origin: 'plugin:rates' },
      { kind: 'grant.create', id: 'g', subject: 'group:desk', role: 'changer', origin: 'plugin:rates' },
    )
    expect(place.say('plugins')).toBe('rates  not active here  1 role, 1 group, 1 grant\n')
    expect(place.say('plugins', 'orphans', 'rates')).toBe('grant:g\ngroup:desk    Desk\nrole:changer\n')
    expect(place.say('plugins', 'take-over', 'rates', 'group:desk', '--reason', 'ours now')).toBe('done at revision 3: 1 record\n')
    expect(place.run(['plugins', 'remove', 'rates', '--preview'])).toMatchObject({ status: 0, stderr: 'nothing was changed\n' })
    expect(place.say('plugins', 'remove', 'rates')).toBe('done at revision 4: 2 records\n')
    expect(place.say('plugins')).toBe('')
    expect(place.run(['plugins', 'remove', 'rates']).status).toBe(1)
  })

  it('is taken up by a server whose configuration names the plugin', async () => {
    place.write(
      'rates.mjs',
      `export default { name: 'rates', description: 'prices', async activate({ permissions }) { await permissions.register({ name: 'convert' }) } }`,
      0o644,
    )
    place.write('rates.json', { plugins: ['./rates.mjs'], bootstrapKey: 'a-key-that-is-known-to-this-test-alone' })
    const server = await place.serve(['--config', 'rates.json'])
    const asked = { env: { CURIA_URL: server.url, CURIA_KEY: 'a-key-that-is-known-to-this-test-alone' } }
    expect(place.run(['plugins'], asked).stdout).toBe('rates  active  1 permission  prices\n')
    expect(place.run(['plugins', 'remove', 'rates'], asked)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('deactivate it first'),
    })
    expect(await server.stop()).toBe(0)
    place.write('rates.mjs', 'export default 1', 0o644)
    await expect(place.serve(['--config', 'rates.json'])).rejects.toThrow(
      'the plugin ./rates.mjs cannot be loaded: its default export is no plugin',
    )
    place.write('rates.mjs', `export default { name: 'rates', activate() { throw new Error('no rates today') } }`, 0o644)
    await expect(place.serve(['--config', 'rates.json'])).rejects.toThrow('plugin:rates: was not activated: no rates today')
  })
})
