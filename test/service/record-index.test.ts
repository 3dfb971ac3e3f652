import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAccess } from '../../src/assemble.ts'
import type { Change, TableName, Tables } from '../../src/core/index.ts'
import { CuriaError, foldedKey, keyOf } from '../../src/core/index.ts'
import type { Access } from '../../src/service/access.ts'
import { SortedPlaces } from '../../src/service/sorted-places.ts'
import { TextIndex } from '../../src/service/text-index.ts'

const few = fc.integer({ min: 0, max: 5 })
const names = fc.constantFrom('Ada', 'ada', 'Übermut', 'ANNA', 'an na', 'x', '日本', 'a.b', 'Straße')
const actors = ['user:u0', 'user:u1', 'user:u2', 'group:g0', 'group:g1'] as const

/** Changes of a small world; many are refused, which must leave the index alone. */
const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('user.create' as const),
    id: few.map((n) => `u${n}`),
    userName: few.map((n) => `name${n}`),
    displayName: names,
  }),
  fc.record({ kind: fc.constant('user.update' as const), id: few.map((n) => `u${n}`), displayName: fc.oneof(names, fc.constant(null)) }),
  fc.record({ kind: fc.constant('user.delete' as const), id: few.map((n) => `u${n}`) }),
  fc.record({ kind: fc.constant('group.create' as const), id: few.map((n) => `g${n}`), name: names }),
  fc.record({ kind: fc.constant('group.update' as const), id: few.map((n) => `g${n}`), name: names }),
  fc.record({
    kind: fc.constant('group.move' as const),
    id: few.map((n) => `g${n}`),
    parent: fc.oneof(
      few.map((n) => `g${n}`),
      fc.constant(null),
    ),
  }),
  fc.record({
    kind: fc.constant('group.delete' as const),
    id: few.map((n) => `g${n}`),
    children: fc.constantFrom('lift' as const, 'delete' as const),
  }),
  fc.record({
    kind: fc.constant('member.add' as const),
    group: few.map((n) => `g${n}`),
    member: fc.constantFrom('user:u0', 'user:u1', 'group:g1', 'group:g2'),
    roles: fc.constantFrom([], ['manager']),
  }),
  fc.record({
    kind: fc.constant('grant.create' as const),
    subject: fc.constantFrom(
      'user:u0',
      'user:u1',
      'user:u2',
      'group:g0',
      'group:g0^siblings',
      'group:g1^descendants',
      'authenticated',
      'everyone',
      'group:g0#manager',
    ),
    role: fc.constantFrom('manager', 'people', 'administrator'),
    resource: fc.constantFrom('tenant', 'group:g0', 'group:g1', 'group:g2', 'user:u3', 'user:u4'),
    effect: fc.constantFrom('allow' as const, 'allow' as const, 'allow' as const, 'deny' as const),
  }),
  fc.record({
    kind: fc.constant('grant.create' as const),
    subject: fc.constantFrom('user:u1', 'authenticated'),
    role: fc.constant('people'),
    condition: fc.constant('resource.id == "u3"'),
  }),
  fc.record({ kind: fc.constant('settings.update' as const), managersInherit: fc.boolean() }),
)

/** A page as it is worked out from all records. */
function expected<Name extends TableName>(
  access: Access,
  table: Name,
  q: string | undefined,
  sort: string | undefined,
  descending: boolean,
) {
  const textOf = (row: Tables[Name]) => {
    const parts = [keyOf(table, row), table === 'group' ? access.as('system:test').fullNameOf(keyOf(table, row)) : '']
    const fields = row as unknown as { readonly [field: string]: unknown }
    for (const name of ['userName', 'displayName', 'name', 'codename']) parts.push(String(fields[name] ?? ''))
    return parts.map(foldedKey)
  }
  const placed = access
    .records(table)
    .filter((row) => q === undefined || textOf(row).some((part) => part.includes(foldedKey(q))))
    .map((row) => {
      const value = sort === undefined ? undefined : (row as unknown as { readonly [field: string]: unknown })[sort]
      const key = keyOf(table, row)
      return sort === undefined ? key : `${value === undefined ? '' : foldedKey(String(value))}\u0000${key}`
    })
    .sort((one, other) => (one < other ? -1 : 1))
  return (descending ? placed.reverse() : placed).map((place) => place.slice(place.lastIndexOf('\u0000') + 1))
}

function paged<Name extends TableName>(access: Access, table: Name, q: string | undefined, sort: string | undefined, descending: boolean) {
  const keys: string[] = []
  let after: string | undefined
  for (;;) {
    const page = access.page(table, {
      limit: 2,
      descending,
      ...(q === undefined ? {} : { q }),
      ...(sort === undefined ? {} : { sort }),
      ...(after === undefined ? {} : { after }),
    })
    keys.push(...page.items.map((row) => keyOf(table, row)))
    if (page.last === undefined) {
      expect(page.total).toBe(keys.length)
      return keys
    }
    after = page.last
  }
}

describe('the index of records', () => {
  it('looks through many people in pieces, and answers what they are at one revision, whatever is written meanwhile', async () => {
    const access = await createAccess({ store: 'memory:' })
    const odd = ['plain', 'with "quotes" and \\', '日本 } ]', 'Straße, {']
    await access.write(
      Array.from({ length: 2500 }, (_, n) => ({
        kind: 'user.create' as const,
        id: `u${n}`,
        userName: `name${n}`,
        ...(n % 3 === 0 ? {} : { description: `${odd[n % 4]}` }),
        status: n % 5 === 0 ? ('inactive' as const) : ('active' as const),
        emails: n % 2 === 0 ? [`u${n}@example.org`, 'all@example.org'] : [],
        attributes: { level: n % 7, within: { list: [n, '}', { description: 'x' }] } },
      })),
    )
    const before = access.revision
    // So slow that it takes many pieces.
    const looked = (row: object) => JSON.stringify([row, row]).length > 0
    const asked = (
      [
        [['description'], ({ description }) => description?.includes('"') === true],
        [['status', 'emails'], ({ status, emails }) => status === 'inactive' && emails.includes('all@example.org')],
        [['attributes'], ({ attributes }) => attributes.level === 3],
        [['id', 'createdBy'], ({ id, createdBy }) => id.endsWith('7') && createdBy === 'system:library'],
        [undefined, ({ description }) => description?.includes('"') === true],
      ] as const satisfies readonly (readonly [readonly string[] | undefined, (row: Tables['user']) => boolean])[]
    ).map(([reads, where]) => {
      const test = (row: Tables['user']) => looked(row) && where(row)
      const wanted = { limit: 10, sort: 'userName', where: test, ...(reads === undefined ? {} : { reads }) }
      return access.pageInPieces('user', wanted, (found) => {
        expect(found).toEqual(access.page('user', { limit: 10, sort: 'userName', where: test }))
        return access.revision
      })
    })
    // At both ends: whichever is looked at first was looked at before this.
    for (const id of ['u2', 'u2498']) {
      await access.write([{ kind: 'user.update', id, description: odd[1] ?? null, attributes: { level: 3 } }])
      await access.write([{ kind: 'user.update', id: `${id.slice(0, -1)}1`, description: null, status: 'inactive' }])
    }
    await access.write([{ kind: 'user.create', id: 'v1', userName: 'v1', description: odd[1] ?? '', attributes: { level: 3 } }])
    await access.write([{ kind: 'user.delete', id: 'u5' }])
    await access.write([{ kind: 'user.create', id: 'v7', userName: 'v71', status: 'inactive', emails: ['all@example.org'] }])
    for (const revision of await Promise.all(asked)) expect(revision).toBeGreaterThan(before)
    await access.close()
  })

  it('gives the pages that all records give, to everybody, whatever was written and refused before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(changes, { minLength: 10, maxLength: 40 }), async (list) => {
        const access = await createAccess({ store: 'memory:' })
        await access.write([
          { kind: 'role.create', codename: 'people', permissions: ['user.view'] },
          ...[0, 1, 2, 3, 4].map((n) => ({ kind: 'user.create' as const, id: `u${n}`, userName: `first${n}` })),
          ...[0, 1, 2, 3].map((n) => ({ kind: 'group.create' as const, id: `g${n}`, name: `first ${n}` })),
        ])
        for (const [index, change] of list.entries()) {
          try {
            await access.write([change])
          } catch (fault) {
            if (!(fault instanceof CuriaError)) throw fault
          }
          // Looked at from early on, so that it is kept and not made anew.
          if (index % 8 !== 0 && index !== list.length - 1) continue
          for (const actor of ['system:test', ...actors.filter((each) => each.startsWith('user:'))]) {
            const handle = access.as(actor as 'user:u0')
            for (const [table, sort] of [
              ['user', undefined],
              ['user', 'displayName'],
              ['group', undefined],
              ['group', 'name'],
              ['grant', undefined],
              ['role', undefined],
            ] as const) {
              const searches = table === 'user' || table === 'group' ? ['a', 'an', 'ada', 'Ada - x', '日', 'u1', 'zz'] : []
              for (const q of [undefined, ...searches]) {
                for (const descending of [false, true]) {
                  expect([actor, table, sort, q, paged(handle, table, q, sort, descending)]).toEqual([
                    actor,
                    table,
                    sort,
                    q,
                    expected(handle, table, q, sort, descending),
                  ])
                }
              }
            }
          }
        }
        await access.close()
      }),
      { numRuns: 25 },
    )
  })

  it('counts the groups below that somebody may see', async () => {
    const access = await createAccess({ store: 'memory:' })
    await access.write([
      { kind: 'user.create', id: 'u', userName: 'u' },
      { kind: 'group.create', id: 'top', name: 'top' },
      ...['a', 'b', 'c'].map((id) => ({ kind: 'group.create' as const, id, name: id, parent: 'top' })),
      { kind: 'grant.create', subject: 'user:u', role: 'manager', resource: 'group:b' },
    ])
    expect(access.childCounts(['top', 'a', 'nowhere'])).toEqual([3, 0, 0])
    expect(access.as('user:u').childCounts(['top'])).toEqual([1])
    await access.write([
      { kind: 'grant.create', subject: 'user:u', role: 'manager' },
      { kind: 'grant.create', subject: 'user:u', role: 'manager', resource: 'group:c', effect: 'deny' },
    ])
    expect(access.as('user:u').childCounts(['top'])).toEqual([2])
    await access.close()
  })

  it('shows the groups below where a right reaches down, and hides them below a denial', async () => {
    const access = await createAccess({ store: 'memory:' })
    await access.write([
      { kind: 'user.create', id: 'u', userName: 'u' },
      ...['top', 'mid', 'low', 'other'].map((id) => ({ kind: 'group.create' as const, id, name: id })),
      { kind: 'group.move', id: 'mid', parent: 'top' },
      { kind: 'group.move', id: 'low', parent: 'mid' },
      { kind: 'grant.create', id: 'held', subject: 'user:u', role: 'manager', resource: 'group:mid' },
    ])
    const seen = () =>
      access
        .as('user:u')
        .page('group', { limit: 9 })
        .items.map(({ id }) => id)
    expect(seen()).toEqual(['mid'])
    await access.write([{ kind: 'settings.update', managersInherit: true }])
    expect(seen()).toEqual(['low', 'mid'])
    await access.write([
      { kind: 'grant.create', subject: 'user:u', role: 'manager' },
      { kind: 'grant.create', subject: 'user:u', role: 'manager', resource: 'group:mid', effect: 'deny' },
    ])
    expect(seen()).toEqual(['other', 'top'])
    await access.close()
  })

  it('finds groups by the way down to them, written with slashes, also after the way was moved', async () => {
    const access = await createAccess({ store: 'memory:' })
    await access.write([
      { kind: 'group.create', id: '1', name: 'North' },
      { kind: 'group.create', id: '2', name: 'South' },
      { kind: 'group.create', id: '3', name: 'Sales', parent: '1' },
      { kind: 'group.create', id: '4', name: 'Team A/B', parent: '3' },
    ])
    const found = (q: string) => access.page('group', { q, limit: 9 }).items.map(({ id }) => id)
    expect([found('north / sales'), found('sales/team'), found('a/b'), found('south')]).toEqual([['3', '4'], ['4'], ['4'], ['2']])
    await access.write([{ kind: 'group.move', id: '3', parent: '2' }])
    expect([found('north/sales'), found('south / sales'), found('south')]).toEqual([[], ['3', '4'], ['2', '3', '4']])
    await access.close()
  })

  it('keeps no more orders than it may', async () => {
    const access = await createAccess({ store: 'memory:' })
    await access.write([{ kind: 'user.create', id: 'u', userName: 'u' }])
    for (const sort of ['userName', 'displayName', 'firstName', 'lastName', 'page', 'status', 'createdAt', 'updatedAt', 'userName'])
      expect(access.page('user', { sort, limit: 1 }).total).toBe(1)
    await access.write([{ kind: 'user.create', id: 'a', userName: 'v' }])
    expect(access.page('user', { sort: 'userName', descending: true, limit: 1 }).items[0]?.id).toBe('a')
    await access.close()
  })
})

describe('places in order', () => {
  it('are those of a sorted list, whatever comes and goes', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3000 })), { maxLength: 3000, minLength: 1000 })
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 3000 }), steps, (start, list) => {
        const textOf = (value: number) => String(value)
        const plain = new Set(start.map(textOf))
        const sorted = new SortedPlaces([...plain])
        for (const [comes, value] of list) {
          if (comes) sorted.add(textOf(value))
          else sorted.remove(textOf(value))
          if (comes) plain.add(textOf(value))
          else plain.delete(textOf(value))
        }
        const all = [...plain].sort()
        expect(sorted.size).toBe(all.length)
        expect([...sorted.walk(undefined, false)]).toEqual(all)
        expect([...sorted.walk(undefined, true)]).toEqual([...all].reverse())
        for (const after of ['', '15', '2999', '9999', textOf(list[0]?.[1] ?? 0)]) {
          expect([...sorted.walk(after, false)]).toEqual(all.filter((each) => each > after))
          expect([...sorted.walk(after, true)]).toEqual(all.filter((each) => each < after).reverse())
        }
      }),
      { numRuns: 20 },
    )
  })
})

describe('a text index', () => {
  it('finds what reading every text finds', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'n', '.', '@', 'é', '日', ' ', '1'), maxLength: 12 })
    const step = fc.record({ key: fc.integer({ min: 0, max: 90 }).map(String), text: fc.option(texts, { nil: undefined }) })
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 50, maxLength: 300 }),
        fc.array(texts.filter((text) => text !== '')),
        fc.constantFrom(0, 100),
        (steps, searches, large) => {
          const plain = new Map(steps.slice(0, 40).flatMap(({ key, text }) => (text === undefined ? [] : [[key, text] as const])))
          const index = new TextIndex(plain, large)
          for (const { key, text } of steps) {
            if (text === undefined) index.remove(key)
            else index.put(key, text)
            if (text === undefined) plain.delete(key)
            else plain.set(key, text)
          }
          for (const sought of ['a', 'é', '日', 'an', ...searches]) {
            const wanted = [...plain].filter(([, text]) => text.includes(sought)).map(([key]) => key)
            const found = index.find(sought)
            expect([...found.keys()].sort()).toEqual(wanted.sort())
            expect(found.count).toBe(wanted.length)
            for (const [key, text] of plain) expect(found.has(key)).toBe(text.includes(sought))
          }
        },
      ),
    )
  })
})
