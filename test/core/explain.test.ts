import { describe, expect, it } from 'vitest'
import { missLimit } from '../../src/core/near-miss.ts'
import type { Tenant } from './tenant.ts'
import { earlier, later, tenant } from './tenant.ts'

function library(): Tenant {
  const access = tenant()
  access.write(
    { kind: 'source.create', name: 'hr', enabled: false },
    { kind: 'resource-type.create', name: 'shelf', actions: ['view', 'edit'], parentTypes: ['shelf'] },
    { kind: 'permission.create', name: 'lend' },
    { kind: 'role.create', codename: 'reader', permissions: ['shelf.view'] },
    { kind: 'role.create', codename: 'librarian', permissions: ['lend'], includes: ['reader'] },
    { kind: 'user.create', id: 'ada', userName: 'ada', firstName: 'Ada', lastName: 'Lovelace' },
    { kind: 'user.create', id: 'bob', userName: 'bob' },
    { kind: 'service.create', id: 'bot', name: 'Catalogue bot' },
    { kind: 'group.create', id: 'staff', name: 'Staff' },
    { kind: 'group.create', id: 'desk', name: 'Front desk', parent: 'staff', nested: true },
    { kind: 'group.create', id: 'cellar', name: 'Cellar', parent: 'staff' },
    { kind: 'member.add', group: 'desk', member: 'user:ada', roles: ['librarian'], until: later },
    { kind: 'resource.create', resource: 'shelf:a' },
    { kind: 'resource.create', resource: 'shelf:b', parent: 'shelf:a' },
    { kind: 'resource.create', resource: 'shelf:safe', parent: 'shelf:a', inherits: false },
  )
  return access
}

const grant = (fields: object) => ({ kind: 'grant.create', ...fields })
const told = (access: Tenant, subject: string, action: string, resource?: string) =>
  access.explain({ subject, action, ...(resource === undefined ? {} : { resource }) }).sentences

it('nobody signed in is told of a grant that names them, also when they were asked about before it was made and after it was taken', () => {
  const access = library()
  const isAllowed = () => access.explain({ subject: 'user:anonymous', action: 'view', resource: 'shelf:a' }).allowed
  expect(isAllowed()).toBe(false)
  access.write(grant({ id: 'open', subject: 'user:anonymous', role: 'reader' }))
  expect(isAllowed()).toBe(true)
  access.write({ kind: 'grant.delete', id: 'open' }, grant({ subject: 'user:bob', role: 'reader' }))
  expect(isAllowed()).toBe(false)
})

describe('a yes is told', () => {
  it.each([
    [
      'through groups, a role and a place',
      [grant({ subject: 'group:staff', role: 'librarian', resource: 'shelf:a' })],
      ['user:ada', 'view', 'shelf:b'],
      `yes, because Ada Lovelace is in Front desk (until ${later}); Front desk is in Staff; Staff has the role librarian on shelf:a; the role librarian includes reader; shelf:b lies in shelf:a`,
    ],
    [
      'by a grant to everybody',
      [grant({ subject: 'authenticated', permission: 'lend' })],
      ['service:bot', 'lend', undefined],
      'yes, because everyone signed in has lend on the tenant',
    ],
    [
      'by a grant to nobody in particular, within its window',
      [grant({ subject: 'everyone', actions: ['view', 'edit'], resource: 'shelf:a', from: earlier, until: later })],
      ['user:anonymous', 'view', 'shelf:a'],
      `yes, because everyone has edit, view on shelf:a (from ${earlier} until ${later})`,
    ],
    [
      'under a condition',
      [grant({ subject: 'user:bob', permission: 'lend', condition: 'subject.id == "bob"' })],
      ['user:bob', 'lend', undefined],
      'yes, because bob has lend on the tenant under the condition "subject.id == \\"bob\\""',
    ],
    [
      'by a standing that a grant names',
      [grant({ subject: 'group:desk#librarian', actions: ['edit'], resource: 'shelf:a' })],
      ['user:ada', 'edit', 'shelf:a'],
      `yes, because Ada Lovelace is librarian in Front desk (until ${later}); whoever is librarian in Front desk has edit on shelf:a`,
    ],
    [
      'by a relation',
      [grant({ subject: 'group:cellar^siblings', actions: ['edit'], resource: 'shelf:a' })],
      ['user:ada', 'edit', 'shelf:a'],
      `yes, because Ada Lovelace is in Front desk (until ${later}); Front desk is a sibling of Cellar; whoever is in the siblings of Cellar has edit on shelf:a`,
    ],
    [
      'by ownership',
      [{ kind: 'resource.update', resource: 'shelf:a', owner: 'group:desk' }],
      ['user:ada', 'edit', 'shelf:b'],
      `yes, because Ada Lovelace is in Front desk (until ${later}); Front desk owns shelf:a; shelf:b lies in shelf:a`,
    ],
    ['by the own record', [], ['user:bob', 'edit-profile', 'user:bob'], 'yes, because everybody may see and keep the own record'],
  ] as const)('%s', (_, changes, [subject, action, resource], sentence) => {
    const access = library()
    if (changes.length > 0) access.write(...changes)
    const sentences = told(access, subject, action, resource)
    expect(sentences[0]).toMatch(/ may /)
    expect(sentences).toContain(sentence)
  })

  it('begins with the answer', () => {
    const access = library()
    access.write(grant({ subject: 'user:ada', permission: 'lend' }))
    expect(told(access, 'user:ada', 'lend')[0]).toBe('Ada Lovelace may lend the tenant')
    expect(told(access, 'user:bob', 'lend')).toEqual(['bob may not lend the tenant: nothing gives it'])
    access.write({ kind: 'user.update', id: 'bob', status: 'inactive' })
    expect(told(access, 'user:bob', 'lend')).toEqual(['bob may not lend the tenant: bob is not active'])
  })
})

describe('a no is told', () => {
  it('by the denial that wins, and by the grants that lost', () => {
    const access = library()
    access.write(
      grant({ subject: 'group:staff', permission: 'lend', effect: 'deny', condition: 'context.closed == true' }),
      grant({ subject: 'user:ada', permission: 'lend' }),
    )
    expect(told(access, 'user:ada', 'lend')).toEqual([
      'Ada Lovelace may not lend the tenant: a denial wins over every grant',
      expect.stringMatching(
        /^no, because .*Staff is denied lend on the tenant under the condition "context.closed == true", although its condition could not be judged \(.*closed.*\)$/,
      ),
      'yes, because Ada Lovelace has lend on the tenant',
    ])
  })

  it.each([
    [
      'a membership that is not there',
      [grant({ subject: 'group:desk', permission: 'lend' })],
      ['user:bob', 'lend', undefined],
      'bob is not in Front desk',
    ],
    [
      'a membership that has ended',
      [grant({ subject: 'group:cellar', permission: 'lend' }), { kind: 'member.add', group: 'cellar', member: 'user:bob', until: earlier }],
      ['user:bob', 'lend', undefined],
      `the membership of bob in Cellar ended at ${earlier}`,
    ],
    [
      'a membership that has not begun',
      [grant({ subject: 'group:cellar', permission: 'lend' }), { kind: 'member.add', group: 'cellar', member: 'user:bob', from: later }],
      ['user:bob', 'lend', undefined],
      `the membership of bob in Cellar begins at ${later}`,
    ],
    [
      'a source that is off',
      [
        grant({ subject: 'group:cellar', permission: 'lend' }),
        { kind: 'member.add', group: 'cellar', member: 'user:bob', origin: 'source:hr' },
      ],
      ['user:bob', 'lend', undefined],
      'the source that holds bob in Cellar is disabled',
    ],
    [
      'a group that is off',
      [grant({ subject: 'group:desk', permission: 'lend' }), { kind: 'group.update', id: 'desk', active: false }],
      ['user:ada', 'lend', undefined],
      'Front desk is not active',
    ],
    [
      'a standing',
      [grant({ subject: 'group:desk#reader', permission: 'lend' })],
      ['user:ada', 'lend', undefined],
      'this needs the standing reader in Front desk',
    ],
    [
      'a grant that has ended',
      [grant({ subject: 'user:bob', permission: 'lend', until: earlier })],
      ['user:bob', 'lend', undefined],
      `the grant ended at ${earlier}`,
    ],
    [
      'a grant that has not begun',
      [grant({ subject: 'user:bob', permission: 'lend', from: later })],
      ['user:bob', 'lend', undefined],
      `the grant begins at ${later}`,
    ],
    [
      'a condition that is false',
      [grant({ subject: 'user:bob', permission: 'lend', condition: 'subject.id == "ada"' })],
      ['user:bob', 'lend', undefined],
      'the condition "subject.id == \\"ada\\"" is false',
    ],
    [
      'what stops at a resource',
      [grant({ subject: 'user:bob', actions: ['view'], resource: 'shelf:a' })],
      ['user:bob', 'view', 'shelf:safe'],
      'shelf:safe takes nothing from above',
    ],
  ] as const)('by %s', (_, changes, [subject, action, resource], lack) => {
    const access = library()
    access.write(...changes)
    const [answer, nearest] = told(access, subject, action, resource)
    expect(answer).toMatch(/ may not .*: nothing gives it$/)
    expect(nearest).toMatch(/^nearly: /)
    expect(nearest?.endsWith(`; but ${lack}`)).toBe(true)
  })

  it('names what the condition was not given', () => {
    const access = library()
    access.write(grant({ subject: 'user:bob', permission: 'lend', condition: 'context.desk == "front"' }))
    expect(told(access, 'user:bob', 'lend')[1]).toMatch(
      /the condition ".*" (needs context\.desk, which was not given|cannot be judged: .+)$/,
    )
  })

  it('by the nearest misses first: time, then standing, then what was never there', () => {
    const access = library()
    access.write(
      grant({ id: 'far', subject: 'group:cellar', permission: 'lend' }),
      grant({ id: 'farther', subject: 'group:cellar#reader', permission: 'lend', until: earlier }),
      grant({ id: 'standing', subject: 'group:desk#reader', permission: 'lend' }),
      grant({ id: 'time', subject: 'group:desk', permission: 'lend', until: earlier }),
      grant({ id: 'twice', subject: 'group:desk', permission: 'lend', from: later, condition: 'false' }),
    )
    const { misses } = access.explain({ subject: 'user:ada', action: 'lend' })
    const ids = misses
      .map(({ chain }) => chain.find((fact) => fact.fact === 'grant'))
      .map((fact) => (fact?.fact === 'grant' ? fact.id : ''))
    expect(ids).toEqual(['time', 'standing', 'twice', 'far', 'farther'])
  })

  it('by ten misses at most, and by none that is for somebody else', () => {
    const access = library()
    access.write(
      ...Array.from({ length: 30 }, (_, number) =>
        grant({ id: `g${number}`, subject: 'group:cellar', permission: 'lend', reason: `${number}` }),
      ),
      grant({ id: 'time', subject: 'user:bob', permission: 'lend', until: earlier }),
    )
    expect(access.explain({ subject: 'user:bob', action: 'lend' }).misses).toHaveLength(missLimit)
    expect(missLimit).toBe(10)
    expect(access.explain({ subject: 'user:bob', action: 'lend' }).misses[0]?.lacks).toEqual([
      { lack: 'window', state: 'ended', when: earlier },
    ])
    const forAnother = library()
    forAnother.write(grant({ subject: 'user:ada', permission: 'lend' }), {
      kind: 'resource.update',
      resource: 'shelf:a',
      owner: 'user:ada',
    })
    expect(forAnother.explain({ subject: 'user:bob', action: 'lend' }).misses).toEqual([])
    expect(forAnother.explain({ subject: 'user:bob', action: 'view', resource: 'shelf:a' }).misses).toEqual([])
  })
})
