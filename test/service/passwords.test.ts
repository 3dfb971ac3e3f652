import { hash } from '@node-rs/argon2'
import { describe, expect, it } from 'vitest'
import { Passwords, readNewPassword } from '../../src/service/passwords.ts'

const good = 'seven hills beside a river'

describe('a new password', () => {
  it.each([
    good,
    'Tr0ub4dor&3 is shorter',
    'kxqvwzpjmfhd',
    'пароль на холме у реки',
    '七つの丘と川のほとりの古い町',
    `${'x'.repeat(500)}, then the river`,
    'zq8#Lm2!vT9w',
  ])('may be anything long enough: %s', (password) => {
    expect(readNewPassword(password, 'password', ['ada'])).toBe(password)
  })

  it.each(['', 'short', 'elevenchars', '🏛️🏛️🏛️🏛️🏛️'])('is refused when it has fewer than 12 characters: %j', (password) => {
    expect(() => readNewPassword(password, 'password', [])).toThrow(expect.objectContaining({ code: 'invalid_string' }))
  })

  it.each([
    'password1234',
    'P@ssw0rd2026!!',
    'passwordpassword',
    '123456789012',
    'aaaaaaaaaaaa',
    'abababababab',
    'qwertyuiop123',
    '1qaz2wsx3edc',
    'welcome-welcome',
    'changeme-changeme-1',
    'correcthorsebatterystaple',
    'AdaLovelace1815',
    'ada@example.org',
    'abcdefghijklm',
    'Sommer2026!!!',
  ])('is refused when it is one of those that are guessed first: %s', (password) => {
    expect(() => readNewPassword(password, 'password', ['ada', 'Ada Lovelace', 'ada@example.org'])).toThrow(
      expect.objectContaining({ code: 'invalid_string', message: expect.stringContaining('guessed first') }),
    )
  })

  it('may have 1,024 bytes and not one more', () => {
    const long = `${good} `.repeat(50).slice(0, 1024)
    expect(readNewPassword(long, 'password', [])).toBe(long)
    expect(() => readNewPassword(`${long}x`, 'password', [])).toThrow(expect.objectContaining({ code: 'password_too_long' }))
    // 342 characters of three bytes.
    expect(() => readNewPassword('好'.repeat(342), 'password', [])).toThrow(expect.objectContaining({ code: 'password_too_long' }))
  })
})

describe('a hash', () => {
  it('is argon2id with its cost in it, salted, and right for its password alone', async () => {
    const passwords = new Passwords()
    const [one, other] = [await passwords.hash(good), await passwords.hash(good)]
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(one).not.toBe(other)
    expect(await passwords.verify(one, good)).toEqual({ isRight: true, isOutdated: false })
    expect(await passwords.verify(one, `${good} `)).toMatchObject({ isRight: false })
    expect(await passwords.verify(one, '')).toMatchObject({ isRight: false })
  })

  it('is right however the keyboard composes the characters', async () => {
    const passwords = new Passwords()
    expect((await passwords.verify(await passwords.hash('caf\u00e9 au bord de la rive'), 'cafe\u0301 au bord de la rive')).isRight).toBe(
      true,
    )
  })

  it('of another cost is right, and is to be made anew', async () => {
    const cheap = await hash(good, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
    expect(await new Passwords().verify(cheap, good)).toEqual({ isRight: true, isOutdated: true })
  })

  it('of nobody is never right', async () => {
    expect(await new Passwords().verify(undefined, good)).toEqual({ isRight: false, isOutdated: false })
  })

  it('is made two at a time; 32 more wait, and whoever comes then is told to come again', async () => {
    const passwords = new Passwords()
    const all = await Promise.allSettled(Array.from({ length: 40 }, () => passwords.hash(good)))
    const refused = all.filter((one) => one.status === 'rejected')
    expect(all.length - refused.length).toBe(34)
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'rate_limited', details: { retryAfterSeconds: 1 } })
    await expect(passwords.hash(good)).resolves.toMatch(/^\$argon2id/)
  })
})

describe('a password that was right a moment ago', () => {
  it('is remembered for this very hash and no other', () => {
    const passwords = new Passwords()
    passwords.remember('hash', good)
    expect(passwords.isRemembered('hash', good)).toBe(true)
    expect([passwords.isRemembered('other', good), passwords.isRemembered('hash', `${good}x`)]).toEqual([false, false])
    expect(new Passwords().isRemembered('hash', good)).toBe(false)
  })
})
