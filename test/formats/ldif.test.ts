import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { World } from '../../src/core/index.ts'
import { CuriaError, planWorld, worldOf } from '../../src/core/index.ts'
import { nameKey, readDistinguishedName, writeNameValue } from '../../src/formats/distinguished-name.ts'
import { readLdif, writeLdif } from '../../src/formats/index.ts'
import { anyText } from '../any-text.ts'
import { emptyTenant, holding, now } from './holding.ts'
import { worlds } from './worlds.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

async function refusalOf(text: string): Promise<CuriaError> {
  try {
    await readLdif({ text, name: 'f.ldif' })
  } catch (fault) {
    if (fault instanceof CuriaError) return fault
    throw fault
  }
  throw new Error('nothing was refused')
}

const directory = `version: 1
# people
dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
o: Example

dn: uid=ada,ou=people,dc=example,dc=org
objectClass: top
objectClass: inetOrgPerson
objectClass: posixAccount
uid: ada
cn: Ada Lovelace
sn: Lovelace
givenName: Ada
mail: ada@example.org
mail: countess@example.org
description:: ${base64('zählt\nund rechnet')}
title: Countess
uidNumber: 1001
gidNumber: 500
userPassword:: e1NTSEF9c2VjcmV0
entryUUID: 6d3b6f0e-1111-4222-8333-444455556666
cn;lang-fr: Ada la comtesse

dn:: ${base64('uid=zoë,ou=people,dc=example,dc=org')}
objectClass: person
uid:: ${base64('zoë')}
cn:: ${base64('Zoë')}
sn:: ${base64('Zoë')}
nsAccountLock: TRUE

dn: cn=Math and
  Logic,ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: Math and Logic
member: UID=Ada, OU=People , dc=example, dc=org
member: cn=Logic,cn=Math and Logic,ou=groups,dc=example,dc=org
member: uid=nobody,dc=example,dc=org

dn: cn=Logic,cn=Math and Logic,ou=groups,dc=example,dc=org
objectClass: groupOfUniqueNames
cn: Logic
uniqueMember:: ${base64("uid=zo\\C3\\AB,ou=people,dc=example,dc=org#'0101'B")}
uniqueMember:

dn: cn=unix,ou=groups,dc=example,dc=org
objectClass: posixGroup
cn: unix
gidNumber: 500
memberUid: ADA
memberUid: ghost

dn: cn=printer,dc=example,dc=org
objectClass: device
cn: printer
`

describe('LDIF', () => {
  it('of a directory becomes people, groups, nested groups and memberships', async () => {
    const { world } = await readLdif({ text: directory, name: 'f.ldif' })
    expect(world).toEqual({
      curia: 1,
      users: [
        {
          userName: 'ada',
          firstName: 'Ada',
          lastName: 'Lovelace',
          emails: ['ada@example.org', 'countess@example.org'],
          description: 'zählt\nund rechnet',
          attributes: { title: 'Countess', uidNumber: '1001', gidNumber: '500' },
          externalIds: { ldap: '6d3b6f0e-1111-4222-8333-444455556666' },
        },
        { id: 'zoe', userName: 'zoë', displayName: 'Zoë', status: 'inactive' },
      ],
      groups: [
        { name: 'Math and Logic', codename: 'math-and-logic' },
        { name: 'Logic', codename: 'logic', parent: 'math-and-logic' },
        { name: 'unix', codename: 'unix', properties: { gidNumber: '500' } },
      ],
      memberships: [
        { group: 'math-and-logic', member: 'user:ada' },
        { group: 'math-and-logic', member: 'group:logic' },
        { group: 'logic', member: 'user:zoe' },
        { group: 'unix', member: 'user:ada' },
      ],
    })
  })

  it('tells what it leaves out by file and line, and where everything else stood', async () => {
    const { remarks, places } = await readLdif({ text: directory, name: 'f.ldif' })
    expect(remarks?.map(({ kind, place, reason }) => [kind, place.file, place.line, reason])).toEqual([
      ['left_out', 'f.ldif', 54, '"cn=printer,dc=example,dc=org" is of the class device: neither a person nor a group'],
      ['left_out', 'f.ldif', 39, '"uid=nobody,dc=example,dc=org" in Math and Logic is neither a person nor a group of this file'],
      ['left_out', 'f.ldif', 52, '"ghost" in unix is neither a person nor a group of this file'],
      ['left_out', 'f.ldif', undefined, '1 passwords; they are never imported'],
    ])
    expect(places?.get('user:ada')).toEqual({ file: 'f.ldif', line: 8 })
    expect(places?.get('membership:math-and-logic|group:logic')).toEqual({ file: 'f.ldif', line: 38 })
  })

  it('never takes one person for another whose name looks like an id', async () => {
    const { world } = await readLdif({
      text: `dn:: ${base64('uid=zoë,dc=x')}\nobjectClass: person\nuid:: ${base64('zoë')}\n\ndn: uid=zoe,dc=x\nobjectClass: person\nuid: zoe\n\ndn: cn=g,dc=x\nobjectClass: groupOfNames\ncn: g\nmember: uid=zoe,dc=x\n`,
    })
    expect(world.users).toEqual([{ id: 'zoe-2', userName: 'zoë' }, { userName: 'zoe' }])
    const snapshot = holding(world)
    expect([...snapshot.holdsOfGroup('g')].map(({ member }) => snapshot.get('user', member.slice('user:'.length))?.userName)).toEqual([
      'zoe',
    ])
  })

  it('of many that want one name is read in a moment', async () => {
    const people = Array.from({ length: 20_000 }, (_, index) => `dn: cn=${index},dc=x\nobjectClass: groupOfNames\ncn: same\n`)
    const { world } = await readLdif({ text: people.join('\n').replaceAll('dn: cn=', 'dn: uid=') })
    expect(world.groups?.at(-1)?.codename).toBe('same-20000')
  })

  it('imported twice changes nothing the second time', async () => {
    const reported = await readLdif({ text: directory })
    const snapshot = holding(reported.world)
    expect(planWorld(snapshot, reported).counts).toMatchObject({ make: 0, change: 0, refuse: 0 })
    // Those who are there already are found by their user name, whatever their id.
    const other = holding({ curia: 1, users: [{ id: 'someone', userName: 'Ada' }] })
    expect(planWorld(other, { world: reported.world }).lines.find(({ record }) => record === 'user:ada')?.action).toBe('change')
  })

  it('knows the identities and locks of other directories', async () => {
    const { world } = await readLdif({
      text: `dn: CN=Bob,DC=x\r\nobjectClass: user\r\nsAMAccountName: bob\r\nuserAccountControl: 514\r\nobjectGUID:: ${Buffer.from(
        '33221100554477668899aabbccddeeff',
        'hex',
      ).toString('base64')}\r\n\r\ndn: uid=c,dc=x\r\nobjectClass: person\r\nuid: c\r\npwdAccountLockedTime: 000001010000Z\r\n`,
    })
    expect(world.users).toEqual([
      { userName: 'bob', externalIds: { ldap: '00112233-4455-6677-8899-aabbccddeeff' }, status: 'inactive' },
      { userName: 'c', status: 'inactive' },
    ])
  })

  it.each([
    ['a change record', 'dn: cn=a\nchangetype: modify\nadd: member\n', 'unsupported_format', /f\.ldif:2: changetype: modify/],
    ['a control', 'dn: cn=a\ncontrol: 1.2.3 true\nchangetype: delete\n', 'unsupported_format', /f\.ldif:2: control/],
    ['a value in another file', 'dn: cn=a\njpegPhoto:< file:///etc/shadow\n', 'invalid_path', /f\.ldif:2: jpegphoto names another file/],
    ['a later version', 'version: 2\ndn: cn=a\n', 'unsupported_version', /version 2/],
    ['an entry without a name', 'objectClass: person\n', 'invalid_row', /^f\.ldif:1: an entry starts with dn:/],
    ['the end of a search', 'dn: dc=a\nobjectClass: domain\n\nsearch: 2\n', 'invalid_row', /^f\.ldif:4: .*ldapsearch -LLL/],
    ['a line without a colon', 'dn: cn=a\nhello\n', 'invalid_row', /^f\.ldif:2: "hello" is no line of LDIF/],
    ['a fold of nothing', '\n b\n', 'invalid_row', /^f\.ldif:2: continues a line/],
    ['base64 that is none', 'dn: cn=a\ncn:: ***\n', 'invalid_row', /^f\.ldif:2: the value of cn is not base64/],
    ['a name that is none', 'dn: hello\nobjectClass: person\nuid: a\n', 'invalid_row', /^f\.ldif:1: "hello" is no distinguished name/],
    ['an entry twice', 'dn: cn=a\nobjectClass: top\n\ndn: CN=A\nobjectClass: top\n', 'invalid_row', /^f\.ldif:4: .*already, on line 1/],
    [
      'a user name twice',
      'dn: uid=a,ou=x\nobjectClass: person\nuid: a\n\ndn: uid=a,ou=y\nobjectClass: person\nuid: A\n',
      'invalid_row',
      /^f\.ldif:5: the user name "A" is there already, on line 1/,
    ],
    ['a person without a name', 'dn: ou=a\nobjectClass: person\n', 'invalid_row', /^f\.ldif:1: "ou=a" has no name/],
    ['a value without end', `dn: cn=a\ncn: ${'x'.repeat(9 * 1024 * 1024)}`, 'payload_too_large', /larger than/],
    [
      'a value that is folded without end',
      `dn: cn=a\ncn: x\n${` ${'y'.repeat(1024 * 1024)}\n`.repeat(9)}`,
      'payload_too_large',
      /larger than/,
    ],
  ])('is refused for %s', async (_, text, code, message) => {
    const refusal = await refusalOf(text)
    expect(refusal.message).toMatch(message)
    expect(refusal.code).toBe(code)
  })

  it('that is written is read again as it was, as far as it can say', async () => {
    const world: World = {
      curia: 1,
      users: [
        {
          id: 'ada',
          userName: 'ada',
          firstName: 'Ada',
          lastName: 'Lovelace',
          emails: ['ada@example.org'],
          attributes: { title: 'Countess' },
        },
        { id: 'bob', userName: 'bob', displayName: 'Bob, the "builder" ', description: 'a\nb' },
        { id: 'zoe', userName: 'zoë' },
        { id: 'gone', userName: 'gone', status: 'inactive' },
      ],
      services: [{ id: 'bot', name: 'Bot' }],
      groups: [
        { id: 'g', name: 'Staff, all', codename: 'staff-all', description: ' starts with a space' },
        { id: 'h', name: 'North', codename: 'north', parent: 'g' },
        { id: 'e', name: 'Empty', codename: 'empty' },
      ],
      memberships: [
        { group: 'g', member: 'user:ada' },
        { group: 'g', member: 'group:h' },
        { group: 'h', member: 'user:zoe' },
        { group: 'h', member: 'user:bob', until: '2020-01-01' },
        { group: 'h', member: 'user:gone' },
        { group: 'h', member: 'service:bot' },
      ],
    }
    const text = [...writeLdif(world, { now, base: 'dc=example,dc=org' })].join('')
    expect(text).toContain('# left out: 1 people who are not active\n# left out: 3 memberships')
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(76)
    const read = await readLdif({ text })
    expect(read.remarks).toEqual([])
    expect(read.world).toEqual({
      curia: 1,
      users: [
        { userName: 'ada', firstName: 'Ada', lastName: 'Lovelace', emails: ['ada@example.org'], attributes: { title: 'Countess' } },
        { userName: 'bob', displayName: 'Bob, the "builder"', description: 'a\nb' },
        { id: 'zoe', userName: 'zoë' },
      ],
      groups: [
        { name: 'Staff, all', codename: 'staff-all', description: ' starts with a space' },
        { name: 'Empty', codename: 'empty' },
        { name: 'North', codename: 'north', parent: 'staff-all' },
      ],
      memberships: [
        { group: 'staff-all', member: 'group:north' },
        { group: 'staff-all', member: 'user:ada' },
        { group: 'north', member: 'user:zoe' },
      ],
    })
  })

  it('of any tenant can be imported into an empty one', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (drawn) => {
        const exported = worldOf(holding(drawn))
        const { world } = await readLdif({ text: [...writeLdif(exported, { now })].join('') })
        holding(world)
        const silent: unknown[] = exported.sources?.flatMap(({ name, enabled }) => (enabled === false ? [`source:${name}`] : [])) ?? []
        const active = exported.users?.filter(({ status = 'active', origin }) => status === 'active' && !silent.includes(origin)) ?? []
        expect(new Set(world.users?.map(({ userName }) => userName))).toEqual(new Set(active.map(({ userName }) => userName)))
      }),
      { numRuns: 40 },
    )
  })

  it('of whatever bytes is read or refused with a code', async () => {
    const lines = fc.constantFrom(
      ...directory.split('\n'),
      'dn: uid=b,dc=x',
      'uid: b',
      ' folded',
      'member: ,',
      'member: uid=b,dc=x',
      'objectClass: groupOfNames',
      'cn: \u0000',
    )
    const texts = fc.oneof(
      fc.array(fc.oneof({ weight: 9, arbitrary: lines }, anyText())).map((each) => each.join('\n')),
      fc.string(),
    )
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        try {
          const reported = await readLdif({ text })
          planWorld(emptyTenant(), reported)
        } catch (fault) {
          expect(fault).toBeInstanceOf(CuriaError)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('distinguished names', () => {
  const keyOf = (text: string) => nameKey(readDistinguishedName(text) ?? [[{ type: 'none', value: text }]])

  it.each([
    ['case and spaces', 'UID=Ada,OU=People , DC=example', 'uid=ada,ou=people,dc=EXAMPLE'],
    ['spaces within', 'cn=James  "Jim" Smith'.replaceAll('"', ''), 'cn=james jim smith'],
    ['escapes', 'cn=a\\,b,dc=x', 'cn=a\\2Cb,dc=x'],
    ['bytes of one character', 'cn=zo\\C3\\AB', 'cn=ZOË'],
    ['the order of attributes', 'cn=a+uid=b,dc=x', 'uid=b+cn=a,dc=x'],
    ['numbers for names', '2.5.4.3=a,0.9.2342.19200300.100.1.25=x', 'cn=a,dc=x'],
    ['long names', 'commonName=a,organizationalUnitName=b', 'cn=a,ou=b'],
    ['hexadecimal values', 'cn=#0c03616461', 'cn=ada'],
    ['older quotes', 'cn="a,b";dc=x', 'cn=a\\,b,dc=x'],
  ])('are equal but for %s', (_, one, other) => {
    expect(keyOf(one)).toBe(keyOf(other))
  })

  it.each([
    ['cn=a,dc=x', 'cn=a\\,dc\\=x'],
    ['cn=a+uid=b', 'cn=a,uid=b'],
    ['cn=a', 'cn=a\\ b'],
  ])('are not equal: %s and %s', (one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other))
  })

  it.each(['hello', 'cn', '=a', 'cn=a,', 'cn=a,,dc=x', 'cn=a"b', 'cn=a\\', 'cn="a', 'cn=a+'])('are not such: %s', (text) => {
    expect(readDistinguishedName(text)).toBeUndefined()
  })

  it.each([' ', '  ', '#', ' a ', '\\', 'zo\u00eb\u00a0', '\t', 'a\u3000'])('hold what is trimmed or marked elsewhere: %j', (value) => {
    expect(readDistinguishedName(`cn=${writeNameValue(value)},dc=x`)?.[0]).toEqual([{ type: 'cn', value }])
  })

  it('end before spaces that nobody escaped, also after escaped bytes', () => {
    expect(readDistinguishedName('cn=zo\\C3\\AB  ,dc=x')?.[0]).toEqual([{ type: 'cn', value: 'zo\u00eb' }])
  })

  it('hold any value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        expect(readDistinguishedName(`cn=${writeNameValue(value)},dc=x`)?.[0]).toEqual([{ type: 'cn', value }])
      }),
      { numRuns: 1000 },
    )
  })
})
