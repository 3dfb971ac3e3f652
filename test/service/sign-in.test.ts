import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hash } from '@node-rs/argon2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Installation } from '../../src/assemble.ts'
import { openInstallation } from '../../src/assemble.ts'
import type { Change } from '../../src/core/index.ts'
import { smtpMailer } from '../../src/service/mail.ts'
import type { SignInSettings } from '../../src/service/sign-in.ts'
import { createMemoryStore } from '../../src/store/memory.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { hasPostgres, PostgresServer } from '../store/postgres-server.ts'
import type { SmtpSink } from './smtp-sink.ts'
import { startSmtpSink } from './smtp-sink.ts'

const password = 'seven hills beside a river'
const other = 'another town upon the sea'
const here = { address: '192.0.2.1' }
const key = 'k'.repeat(40)
const minute = 60_000

const folder = mkdtempSync(join(tmpdir(), 'curia-sign-in-'))
let postgres: PostgresServer | undefined
let sink: SmtpSink
let homes = 0

beforeAll(async () => {
  sink = await startSmtpSink()
  if (!hasPostgres) return
  postgres = new PostgresServer()
  await postgres.start()
})
afterAll(async () => {
  await postgres?.remove()
  await sink.stop()
  rmSync(folder, { recursive: true })
})

/** Gives what opens one and the same database again and again; the memory has nothing to open again. */
type NewHome = () => Promise<() => Promise<Store>>
const kinds: readonly (readonly [string, NewHome])[] = [
  ['in memory', async () => async () => createMemoryStore()],
  [
    'in SQLite',
    async () => {
      homes += 1
      const path = join(folder, `${homes}.db`)
      return () => openSqliteStore({ path })
    },
  ],
  [
    'in PostgreSQL',
    async () => {
      const url = postgres?.url({ schema: await postgres.newSchema() }) ?? ''
      return () => openPostgresStore({ url })
    },
  ],
]

/** Each installation writes to addresses of its own: letters of another test may still be on their way. */
let installations = 0
const at = (name: string) => `${name}-${installations}@example.org`

const nobody = (): readonly Change[] => []
const people = (): readonly Change[] => [
  { kind: 'user.create', id: 'ada', userName: 'ada', emails: [at('ada')] },
  { kind: 'user.create', id: 'root', userName: 'root' },
  { kind: 'grant.create', subject: 'user:root', role: 'administrator' },
]

describe.each(kinds)('sign-in with state %s', (name, newHome) => {
  const isThere = name !== 'in PostgreSQL' || hasPostgres
  const clock = { now: Date.parse('2026-03-01T12:00:00Z') }
  let open: (settings?: Partial<SignInSettings>, bootstrapKey?: string) => Promise<Installation>
  let installation: Installation
  let signIn: Installation['signIn']

  async function newInstallation(
    changes: () => readonly Change[] = people,
    settings?: Partial<SignInSettings>,
    bootstrapKey: string = key,
  ) {
    installations += 1
    const home = await newHome()
    open = async (given = settings, keyGiven = bootstrapKey) =>
      openInstallation({
        store: await home(),
        clock: () => clock.now,
        ...(keyGiven === '' ? {} : { bootstrapKey: keyGiven }),
        signIn: {
          mailer: smtpMailer({ server: sink.url, from: 'Curia <curia@example.org>' }),
          address: () => 'https://curia.example/',
          clock: () => clock.now,
          ...(given === undefined ? {} : { settings: given }),
        },
      })
    installation = await open()
    signIn = installation.signIn
    await installation.access.write(changes())
    if (changes === people) await signIn.setPassword('system:test', 'ada', password)
    return installation
  }

  const test = it.skipIf(!isThere)

  test('opens a session of which the store holds neither the id nor the password', async () => {
    const { access } = await newInstallation()
    const { session, secret } = await signIn.signIn('ada', password, here)
    expect(await signIn.session(secret, here)).toMatchObject({ user: 'user:ada', id: session.id })
    expect(session.id).not.toBe(secret)
    expect(JSON.stringify([access.exportWorld(), await all(access.journal())])).not.toMatch(/argon2|session|password/)
    await access.close()
  })

  test('ends a session that is not used for half an hour, and any after twelve hours', async () => {
    const { access } = await newInstallation()
    const { secret } = await signIn.signIn('ada', password, here)
    clock.now += 29 * minute
    expect(await signIn.session(secret, here)).toBeDefined()
    clock.now += 29 * minute
    expect(await signIn.session(secret, here)).toBeDefined()
    clock.now += 31 * minute
    expect(await signIn.session(secret, here)).toBeUndefined()

    const long = await signIn.signIn('ada', password, here)
    for (let used = 0; used < 12 * 60 - 20; used += 20) {
      clock.now += 20 * minute
      expect(await signIn.session(long.secret, here)).toBeDefined()
    }
    clock.now += 20 * minute
    expect(await signIn.session(long.secret, here)).toBeUndefined()
    expect(await signIn.sessions()).toEqual([])
    await access.close()
  })

  test('lets a session last as long as the settings say', async () => {
    const { access } = await newInstallation(people, { idleMinutes: 2, absoluteHours: 1 })
    const { session } = await signIn.signIn('ada', password, here)
    expect([session.until, session.endsAt].map((moment) => (Date.parse(moment) - clock.now) / minute)).toEqual([2, 60])
    await access.close()
  })

  test('takes the password for recent for five minutes, and again when it is given again', async () => {
    const { access } = await newInstallation()
    const first = await signIn.signIn('ada', password, here)
    expect(() => signIn.requireRecent(first.session)).not.toThrow()
    clock.now += 5 * minute
    expect(() => signIn.requireRecent(first.session)).toThrow(
      expect.objectContaining({ code: 'forbidden', details: expect.objectContaining({ right: 'recent-sign-in' }) }),
    )
    await expect(signIn.signInAgain(first.session, other, { ...here, cookie: first.secret })).rejects.toMatchObject({
      code: 'invalid_credentials',
    })
    expect(await signIn.session(first.secret, here)).toBeDefined()
    const second = await signIn.signInAgain(first.session, password, { ...here, cookie: first.secret })
    expect(() => signIn.requireRecent(second.session)).not.toThrow()
    expect(await signIn.session(first.secret, here)).toBeUndefined()
    await access.close()
  })

  test.each<[string, Change[], Change[]]>([
    ['switched off', [{ kind: 'user.update', id: 'ada', status: 'inactive' }], [{ kind: 'user.update', id: 'ada', status: 'active' }]],
    ['made to wait', [{ kind: 'user.update', id: 'ada', status: 'pending' }], [{ kind: 'user.update', id: 'ada', status: 'active' }]],
    ['deleted', [{ kind: 'user.delete', id: 'ada' }], [{ kind: 'undo', revision: 3 }]],
  ])('puts out whoever is %s, at once and for good', async (_, changes, back) => {
    const { access } = await newInstallation()
    const { secret } = await signIn.signIn('ada', password, here)
    await access.write(changes)
    expect(await signIn.session(secret, here)).toBeUndefined()
    expect(await signIn.sessions()).toEqual([])
    await expect(signIn.signIn('ada', password, here)).rejects.toMatchObject({ code: 'invalid_credentials' })
    await access.write(back)
    expect(access.record('user', 'ada')).toMatchObject({ status: 'active' })
    expect(await signIn.session(secret, here)).toBeUndefined()
    await access.close()
  })

  test('lets nobody in whose domain is not active, and everybody again when it is', async () => {
    const { access } = await newInstallation()
    await access.write([
      { kind: 'group.create', id: 'colony', name: 'Colony', type: 'domain' },
      { kind: 'member.add', group: 'colony', member: 'user:ada' },
    ])
    const { secret } = await signIn.signIn('ada', password, here)
    await access.write([{ kind: 'group.update', id: 'colony', active: false }])
    expect(await signIn.session(secret, here)).toBeUndefined()
    await expect(signIn.signIn('ada', password, here)).rejects.toMatchObject({ code: 'invalid_credentials' })
    await access.write([{ kind: 'group.update', id: 'colony', active: true }])
    expect((await signIn.signIn('ada', password, here)).session.user).toBe('user:ada')
    await access.close()
  })

  test('takes everything that was kept of a user along when the user is deleted', async () => {
    const { access } = await newInstallation()
    await signIn.signIn('ada', password, here)
    await signIn.askForReset('ada', here)
    const token = await sink.tokenTo(at('ada'))
    await access.write([{ kind: 'user.delete', id: 'ada' }])
    expect(await signIn.signInsOf('ada')).toEqual({ count: 0, failed: 0 })
    await expect(signIn.resetPassword(token, other, here)).rejects.toMatchObject({ code: 'unauthenticated' })
    await access.close()
  })

  test('counts sign-ins and wrong passwords, with the address of each, and writes nothing of it into the journal', async () => {
    const { access } = await newInstallation()
    const before = access.revision
    expect(await signIn.signInsOf('ada')).toEqual({ count: 0, failed: 0 })
    const first = await signIn.signIn('ada', password, here)
    clock.now += minute
    await expect(signIn.signIn('ada', other, { address: '192.0.2.66' })).rejects.toMatchObject({ code: 'invalid_credentials' })
    await expect(signIn.signIn('ada', other, { address: '192.0.2.66' })).rejects.toMatchObject({ code: 'invalid_credentials' })
    const moment = new Date(clock.now).toISOString()
    expect(await signIn.signInsOf('ada')).toMatchObject({ count: 1, failed: 2, lastFailed: { at: moment, address: '192.0.2.66' } })
    const second = await signIn.signIn('ada', password, { address: '2001:db8::1' })
    expect(await signIn.signInsOf('ada')).toEqual({
      current: { at: second.session.since, address: '2001:db8::1' },
      last: { at: first.session.since, address: '192.0.2.1' },
      count: 2,
      failed: 0,
      lastFailed: { at: moment, address: '192.0.2.66' },
    })
    expect(access.revision).toBe(before)
    await access.close()
  })

  test('sets a new password by a letter, once: sessions and other letters are over, and wrong passwords forgotten', async () => {
    const { access } = await newInstallation()
    const { secret } = await signIn.signIn('ada', password, here)
    await signIn.askForReset('ada', here)
    const unused = await sink.tokenTo(at('ada'))
    await signIn.askForReset(at('ADA'), here)
    await expect.poll(() => sink.letters.filter(({ to }) => to.includes(at('ada'))).length).toBe(2)
    const { text, head } = await sink.letterTo(at('ada'))
    expect(head.subject).toBe('Set a new password')
    const token = /^https:\/\/curia\.example\/reset-password#([\w-]{43})$/m.exec(text)?.[1] ?? ''
    await expect(signIn.resetPassword(token, 'short', here)).rejects.toMatchObject({ code: 'invalid_string' })
    await signIn.resetPassword(token, other, here)
    await expect(signIn.resetPassword(token, password, here)).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(signIn.resetPassword(unused, password, here)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await signIn.session(secret, here)).toBeUndefined()
    await expect(signIn.signIn('ada', password, here)).rejects.toMatchObject({ code: 'invalid_credentials' })
    expect((await signIn.signIn('ada', other, here)).session.user).toBe('user:ada')
    await access.close()
  })

  test('lets a letter be good for an hour, and for the address it went to', async () => {
    const { access } = await newInstallation()
    await signIn.askForReset('ada', here)
    const late = await sink.tokenTo(at('ada'))
    clock.now += 60 * minute
    await expect(signIn.resetPassword(late, other, here)).rejects.toMatchObject({ code: 'unauthenticated' })
    await signIn.askForReset('ada', here)
    await expect.poll(() => sink.letters.filter(({ to }) => to.includes(at('ada'))).length).toBe(2)
    const foreign = await sink.tokenTo(at('ada'))
    await access.write([{ kind: 'user.update', id: 'ada', emails: ['ada@elsewhere.org'] }])
    await expect(signIn.resetPassword(foreign, other, here)).rejects.toMatchObject({ code: 'unauthenticated' })
    await access.close()
  })

  test('is claimed by one of those who try at once, who is the first administrator', async () => {
    const { access, newClaim = '', newKey } = await newInstallation(nobody, undefined, '')
    expect(newKey).toBeDefined()
    expect(await signIn.openDoors()).toMatchObject({ claim: true })
    const claims = await Promise.allSettled(['a', 'b', 'c', 'd'].map((userName) => signIn.claim(newClaim, { userName }, password, here)))
    const won = claims.filter((claim) => claim.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const claim of claims) if (claim.status === 'rejected') expect(['unauthenticated', 'forbidden']).toContain(claim.reason.code)
    expect(access.records('user')).toHaveLength(1)
    expect(access.as(won[0]?.value.session.user ?? 'user:none').records('grant').length).toBeGreaterThan(0)
    expect(await signIn.openDoors()).toMatchObject({ claim: false })
    await expect(signIn.makeClaim()).rejects.toMatchObject({ code: 'forbidden' })
    await access.close()
  })

  test('is not claimed when there is an administrator by then, after an hour, or by a guess', async () => {
    const { access, newClaim = '' } = await newInstallation(nobody, undefined, '')
    await expect(signIn.claim('x'.repeat(43), { userName: 'a' }, password, here)).rejects.toMatchObject({ code: 'unauthenticated' })
    await access.write(people())
    await expect(signIn.claim(newClaim, { userName: 'a' }, password, here)).rejects.toMatchObject({ code: 'forbidden' })
    expect(access.records('user').map(({ id }) => id)).toEqual(['ada', 'root'])
    await access.close()

    const late = await newInstallation(nobody, undefined, '')
    clock.now += 60 * minute
    expect(await signIn.openDoors()).toMatchObject({ claim: false })
    await expect(signIn.claim(late.newClaim ?? '', { userName: 'a' }, password, here)).rejects.toMatchObject({ code: 'unauthenticated' })
    const again = await signIn.makeClaim()
    expect((await signIn.claim(again, { userName: 'a' }, password, here)).session.user).toMatch(/^user:/)
    await late.access.close()
  })

  test('lets somebody wait who has signed up, until the address is confirmed and an administrator has let them in', async () => {
    const { access } = await newInstallation(people, { signUp: true })
    await signIn.signUp({ userName: 'bob', displayName: 'Bob' }, at('bob'), password, here)
    const [bob] = access.records('user').filter(({ userName }) => userName === 'bob')
    expect(bob).toMatchObject({ status: 'pending', displayName: 'Bob' })
    await expect(signIn.signIn('bob', password, here)).rejects.toMatchObject({ code: 'invalid_credentials' })
    const token = await sink.tokenTo(at('bob'))
    await signIn.confirm(token, here)
    await expect(signIn.confirm(token, here)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(access.record('user', bob?.id ?? '')).toMatchObject({ status: 'pending', confirmedAt: new Date(clock.now).toISOString() })
    await access.as('user:root').write([{ kind: 'user.update', id: bob?.id ?? '', status: 'active' }])
    expect((await signIn.signIn(at('bob'), password, here)).session.user).toBe(`user:${bob?.id}`)
    await access.close()
  })

  test('tells nobody but the owner of an address that the address has an account', async () => {
    const { access } = await newInstallation(people, { signUp: true })
    const before = access.revision
    await signIn.signUp({ userName: 'adah' }, at('Ada'), password, here)
    expect((await sink.letterTo(at('ada'))).head.subject).toBe('You have an account')
    expect(access.revision).toBe(before)
    for (const email of [at('ada'), at('new')])
      await expect(signIn.signUp({ userName: 'ADA' }, email, password, here)).rejects.toMatchObject({
        code: 'conflict',
        message: 'ADA: is taken',
      })
    await expect(signIn.signUp({ userName: at('ada') }, at('eve'), password, here)).rejects.toMatchObject({
      code: 'invalid_username',
    })
    await access.close()
  })

  test('invites an address into groups by the authority of whoever invites; the person chooses name and password', async () => {
    const { access } = await newInstallation()
    await access.write([
      { kind: 'group.create', id: 'staff', name: 'Staff' },
      { kind: 'role.create', codename: 'host', permissions: ['user.create', 'user.view'] },
      { kind: 'grant.create', subject: 'user:ada', role: 'host' },
    ])
    await expect(signIn.invite('user:ada', at('bob'), ['staff'])).rejects.toMatchObject({ code: 'forbidden' })
    expect(access.records('user').some(({ emails }) => emails.includes(at('bob')))).toBe(false)
    expect(await signIn.invitations()).toEqual([])

    const invitation = await signIn.invite('user:root', at('bob'), ['staff'])
    const { text } = await sink.letterTo(at('bob'), 'You are invited')
    expect(text).toContain('root invites you to be a member of Staff.')
    const id = invitation.user.slice('user:'.length)
    expect(access.groupsOf({ member: invitation.user, mode: 'effective' }).items).toEqual([])
    const token = await sink.tokenTo(at('bob'), 'You are invited')
    await expect(signIn.accept(token, { userName: 'ada' }, password, here)).rejects.toMatchObject({ code: 'conflict' })
    const { session } = await signIn.accept(token, { userName: 'bob', displayName: 'Bob' }, password, here)
    expect(session.user).toBe(invitation.user)
    expect(access.record('user', id)).toMatchObject({ userName: 'bob', status: 'active', confirmedAt: expect.any(String) })
    expect(access.groupsOf({ member: invitation.user, mode: 'effective' }).items.map(({ group }) => group)).toEqual(['group:staff'])
    await expect(signIn.accept(token, {}, password, here)).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(signIn.invite('user:root', at('bob'), [])).rejects.toMatchObject({ code: 'conflict' })
    await access.close()
  })

  test('sends an invitation again, by which the one before is over, and withdraws one', async () => {
    const { access } = await newInstallation()
    const first = await signIn.invite('user:root', at('carl'), [])
    const old = await sink.tokenTo(at('carl'))
    const second = await signIn.invite('user:root', at('carl'), [])
    expect(second.user).toBe(first.user)
    expect(await signIn.invitations()).toEqual([second])
    await expect(signIn.accept(old, { userName: 'carl' }, password, here)).rejects.toMatchObject({ code: 'unauthenticated' })
    await signIn.withdraw(second.id)
    await expect(signIn.accept(await sink.tokenTo(at('carl')), { userName: 'carl' }, password, here)).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    await access.close()
  })

  test('makes the hash of an older cost anew at the next sign-in', async () => {
    const home = await newHome()
    const store = await home()
    const { access, signIn: doors } = await openInstallation({ store, bootstrapKey: key })
    await access.write(people())
    const cheap = await hash(password, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
    await store.changeNotes('main', [{ purpose: 'password', key: 'ada', note: { owner: 'user:ada', value: { hash: cheap } } }])
    await doors.signIn('ada', password, here)
    // Several at once make it anew once, and all of them are in.
    await store.changeNotes('main', [{ purpose: 'password', key: 'ada', note: { owner: 'user:ada', value: { hash: cheap } } }])
    expect(await Promise.all([1, 2, 3].map(() => doors.signIn('ada', password, here)))).toHaveLength(3)
    expect((await store.note('main', 'password', 'ada'))?.value.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    await doors.signIn('ada', password, here)
    await access.close()
  })

  it.skipIf(!isThere || name === 'in memory')(
    'has everything again after a restart: sessions, passwords and when a key was last used',
    async () => {
      const first = await newInstallation()
      const { written, secret: apiKey } = await first.access.createKey({ owner: 'user:ada' })
      const id = written.records[0]?.[0]?.slice('api-key:'.length) ?? ''
      expect(first.authenticate(apiKey)).toMatchObject({ key: id })
      signIn.keyUsed(id, here)
      const used = new Date(clock.now).toISOString()
      const { secret } = await signIn.signIn('ada', password, here)
      await expect(signIn.signIn('ada', other, here)).rejects.toMatchObject({ code: 'invalid_credentials' })
      await first.access.close()

      const second = await open()
      expect(second.newKey).toBeUndefined()
      expect(second.newClaim).toBeUndefined()
      expect(await second.signIn.session(secret, here)).toMatchObject({ user: 'user:ada' })
      expect(second.signIn.lastUseOf(id)).toEqual({ at: used, address: '192.0.2.1' })
      expect(await second.signIn.signInsOf('ada')).toMatchObject({ count: 1, failed: 1 })
      expect((await second.signIn.signIn('ada', password, here)).session.user).toBe('user:ada')
      await second.access.close()
    },
  )
})

describe.skipIf(!hasPostgres)('two processes on one database', () => {
  it('know the same sessions and passwords; who is signed out, switched off or deleted by one is out at the other', async () => {
    const url = postgres?.url({ schema: await postgres.newSchema() }) ?? ''
    const [one, two] = [
      await openInstallation({ store: url, bootstrapKey: key }),
      await openInstallation({ store: url, bootstrapKey: key }),
    ]
    const { token } = await one.access.write(people())
    await two.access.atLeast(token)
    await one.signIn.setPassword('system:test', 'ada', password)
    const { secret } = await one.signIn.signIn('ada', password, here)
    expect(await two.signIn.session(secret, here)).toBeDefined()
    await one.signIn.endSessions([(await two.signIn.session(secret, here))?.id ?? ''])
    expect(await two.signIn.session(secret, here)).toBeUndefined()
    const again = await two.signIn.signIn('ada', password, here)
    // The note of the session is gone before the other process has heard of the write.
    await one.access.write([{ kind: 'user.update', id: 'ada', status: 'inactive' }])
    expect(await two.signIn.session(again.secret, here)).toBeUndefined()
    await one.access.close()
    await two.access.close()
  })

  it('answer for a tenant that one of them made, and neither for one that the other deleted', async () => {
    const url = postgres?.url({ schema: await postgres.newSchema() }) ?? ''
    const [one, two] = [
      await openInstallation({ store: url, bootstrapKey: key }),
      await openInstallation({ store: url, bootstrapKey: key }),
    ]
    const { token } = await one.access.write([{ kind: 'tenant.create', id: 'acme' }])
    const way = await one.neighbours?.wayInto('acme', 'claim')
    await two.access.atLeast(token)
    // Claimed at the other one: what is no fact stands in the database as well.
    const entered = await two.neighbours?.enter('acme')
    const claimed = await entered?.signIn.claim(way?.way === 'claim' ? way.token : '', { userName: 'ann' }, password, here)
    expect(claimed?.session.user).toMatch(/^user:/)
    const acme = await one.neighbours?.enter('acme')
    await expect.poll(() => acme?.signIn.session(claimed?.secret ?? '', here)).toBeDefined()

    await one.access.write([{ kind: 'tenant.delete', id: 'acme', confirm: 'acme' }])
    expect(await one.neighbours?.enter('acme')).toBeUndefined()
    // The other one may not have heard of it: what it would write is refused by the database, whatever it believes.
    await expect(entered?.access.write([{ kind: 'user.create', userName: 'late' }])).rejects.toMatchObject({
      code: expect.stringMatching(/^(conflict|store_unavailable)$/),
    })
    await expect.poll(() => two.neighbours?.enter('acme')).toBeUndefined()
    await one.access.close()
    await two.access.close()
  })

  it('are claimed once between them', async () => {
    const url = postgres?.url({ schema: await postgres.newSchema() }) ?? ''
    const one = await openInstallation({ store: url })
    const two = await openInstallation({ store: url })
    expect(two.newClaim).toBeUndefined()
    const claims = await Promise.allSettled(
      [one, two, one, two].map(({ signIn }, index) => signIn.claim(one.newClaim ?? '', { userName: `a${index}` }, password, here)),
    )
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await one.access.close()
    await two.access.close()
  })
})

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}
