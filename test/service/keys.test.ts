import { describe, expect, it } from 'vitest'
import { createAccess, openInstallation } from '../../src/assemble.ts'
import { makeKey } from '../../src/service/new-key.ts'
import { createMemoryStore } from '../../src/store/memory.ts'

const given = 'a-key-of-the-environment-0123456789'
const another = 'another-key-of-the-environment-0123'

describe('the first start', () => {
  it('makes a key with the rights of an administrator, once, and stores only its hash', async () => {
    const store = createMemoryStore()
    const { access, authenticate, newKey } = await openInstallation({ store })
    expect(newKey?.text).toMatch(/^bootstrap\.[A-Za-z0-9_-]{43}$/)
    expect(authenticate(newKey?.text ?? '')).toMatchObject({ actor: 'service:bootstrap', scopes: [] })
    expect(access.check({ subject: 'service:bootstrap', action: 'tenant.import' }).allowed).toBe(true)
    const secret = newKey?.text.split('.')[1] ?? ''
    const entries: unknown[] = []
    for await (const entry of access.journal()) entries.push(entry)
    expect(JSON.stringify([access.records('api-key'), entries])).not.toContain(secret)

    const second = await openInstallation({ store })
    expect(second.newKey).toBeUndefined()
    expect(second.access.revision).toBe(access.revision)
    expect(second.authenticate(newKey?.text ?? '')).toMatchObject({ actor: 'service:bootstrap' })
  })

  it('makes none again after the last key was deleted on purpose', async () => {
    const store = createMemoryStore()
    const { access, newKey, authenticate } = await openInstallation({ store })
    await access.write(access.records('api-key').map(({ id }) => ({ kind: 'api-key.delete', id })))
    expect(authenticate(newKey?.text ?? '')).toBeUndefined()
    expect((await openInstallation({ store })).newKey).toBeUndefined()
  })

  it('needs no user to be there, and takes the rights of nobody', async () => {
    const store = createMemoryStore()
    const { access } = await openInstallation({ store })
    await access.write([
      { kind: 'user.create', id: 'root', userName: 'root' },
      { kind: 'grant.create', id: 'first', subject: 'user:root', role: 'administrator' },
    ])
    await expect(access.write([{ kind: 'grant.delete', id: 'first' }])).rejects.toMatchObject({ code: 'last_admin' })
  })
})

describe('the key of the environment', () => {
  it('has the rights of an administrator from the first start on', async () => {
    const { access, authenticate, newKey } = await openInstallation({ store: 'memory:', bootstrapKey: given })
    expect(newKey).toBeUndefined()
    expect(authenticate(given)).toMatchObject({ actor: 'service:bootstrap' })
    await access.as('service:bootstrap').write([{ kind: 'user.create', id: 'ada', userName: 'ada' }])
  })

  it('takes the place of the one before when it changes, and no place when it stays', async () => {
    const store = createMemoryStore()
    await openInstallation({ store, bootstrapKey: given })
    const { access } = await openInstallation({ store, bootstrapKey: given })
    expect(access.revision).toBe(1)
    const { authenticate } = await openInstallation({ store, bootstrapKey: another })
    expect(authenticate(another)).toMatchObject({ actor: 'service:bootstrap' })
    expect(authenticate(given)).toBeUndefined()
    expect((await openInstallation({ store })).authenticate(another)).toMatchObject({ actor: 'service:bootstrap' })
  })

  it('opens an installation again in which nobody can administer any more', async () => {
    const store = createMemoryStore()
    const { access } = await openInstallation({ store, bootstrapKey: given })
    await access.write([{ kind: 'service.delete', id: 'bootstrap' }])
    const { authenticate, access: opened } = await openInstallation({ store, bootstrapKey: given })
    const bearer = authenticate(given)
    expect(bearer?.actor).toMatch(/^service:(?!bootstrap$)/)
    expect(opened.holdersOf({ role: 'administrator' }).items).toEqual([bearer?.actor])
  })
})

describe('an account that somebody else made', () => {
  it.each([
    ['is called as that of the installation', 'bootstrap', undefined],
    ['holds a key that is called as that of the installation', 'robot', 'bootstrap'],
  ])('gets no rights at a start although it %s', async (_, id, prefix) => {
    const store = createMemoryStore()
    const first = await createAccess({ store })
    const key = makeKey(prefix)
    await first.write([
      { kind: 'service.create', id, name: 'Robot' },
      { kind: 'api-key.create', prefix: key.prefix, hash: key.hash, owner: `service:${id}` },
    ])
    const { access: started, authenticate } = await openInstallation({ store, bootstrapKey: given })
    expect(started.rolesOf({ subject: `service:${id}` }).items).toEqual([])
    const bearer = authenticate(given)
    expect(started.holdersOf({ role: 'administrator' }).items).toEqual([bearer?.actor])
    expect(bearer?.actor).not.toBe(`service:${id}`)
  })
})

describe('an API key', () => {
  async function withKey(fields: { readonly expiresAt?: string; readonly scopes?: readonly string[] } = {}) {
    let now = '2026-03-15T12:00:00.000Z'
    const installation = await openInstallation({ store: 'memory:', bootstrapKey: given, clock: () => now })
    const key = makeKey()
    await installation.access.write([
      { kind: 'user.create', id: 'ada', userName: 'ada' },
      { kind: 'api-key.create', id: 'one', prefix: key.prefix, hash: key.hash, owner: 'user:ada', ...fields },
    ])
    return {
      ...installation,
      key,
      at(time: string) {
        now = time
      },
    }
  }

  it('speaks for its owner, with its scopes', async () => {
    const { authenticate, key } = await withKey({ scopes: ['tenant.check'] })
    expect(authenticate(key.text)).toEqual({ actor: 'user:ada', scopes: ['tenant.check'], key: 'one' })
  })

  it('is not known with another secret, without one, or by its hash', async () => {
    const { authenticate, key } = await withKey()
    const wrong = [
      `${key.prefix}.${'A'.repeat(43)}`,
      key.prefix,
      `${key.prefix}.`,
      key.hash,
      `${key.prefix}.${key.hash}`,
      `${key.text}A`,
      '',
      '.',
    ]
    expect(wrong.map((key) => authenticate(key))).toEqual(wrong.map(() => undefined))
  })

  it('ends at the moment it expires', async () => {
    const { authenticate, key, at } = await withKey({ expiresAt: '2026-04-01T00:00:00.000Z' })
    at('2026-03-31T23:59:59.999Z')
    expect(authenticate(key.text)).toBeDefined()
    at('2026-04-01T00:00:00.000Z')
    expect(authenticate(key.text)).toBeUndefined()
  })

  it.each([
    ['it is switched off', { kind: 'api-key.update', id: 'one', active: false }],
    ['it is deleted', { kind: 'api-key.delete', id: 'one' }],
    ['its owner is not active', { kind: 'user.update', id: 'ada', status: 'inactive' }],
    ['its owner is deleted', { kind: 'user.delete', id: 'ada' }],
  ] as const)('is not known from the moment when %s', async (_, change) => {
    const { access, authenticate, key } = await withKey()
    await access.write([change])
    expect(authenticate(key.text)).toBeUndefined()
  })
})
