import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../src/core/index.ts'
import { readFilter } from '../../src/server/filter.ts'

const fields = ['id', 'userName', 'emails', 'active', 'attributes', 'updatedAt', 'constructor']
const records = [
  { id: 'a', userName: 'Ada', emails: ['ada@x.org', 'a@y.org'], active: true, attributes: { level: 3, site: { city: 'Rome' } } },
  {
    id: 'b',
    userName: 'Bob',
    emails: [],
    active: false,
    attributes: { level: 12, tags: ['x', 'y'] },
    updatedAt: '2026-02-01T00:00:00.000Z',
  },
  {
    id: 'C',
    userName: 'straße',
    emails: ['c@x.org'],
    active: true,
    attributes: {
      phones: [
        { kind: 'home', number: '1' },
        { kind: 'work', number: '2' },
      ],
    },
  },
]
const found = (filter: string) => records.filter(readFilter(filter, fields).matches).map(({ id }) => id)

function refusalOf(filter: string): Refusal {
  try {
    readFilter(filter, fields)
  } catch (fault) {
    if (fault instanceof Refusal) return fault
    throw fault
  }
  throw new Error(`nothing was refused: ${filter}`)
}

describe('a filter', () => {
  it.each([
    ['userName eq "ada"', ['a']],
    ['USERNAME Eq "ADA"', ['a']],
    ['userName eq "STRASSE"', ['C']],
    ['id eq "c"', []],
    ['id ne "a"', ['b', 'C']],
    ['userName co "b"', ['b']],
    ['userName sw "b" or userName ew "a"', ['a', 'b']],
    ['emails pr', ['a', 'C']],
    ['emails eq "a@y.org"', ['a']],
    ['emails ne "a@y.org"', ['b', 'C']],
    ['emails[value ew "x.org"]', ['a', 'C']],
    ['not (emails pr)', ['b']],
    ['active eq true', ['a', 'C']],
    ['active ne true', ['b']],
    ['updatedAt eq null', ['a', 'C']],
    ['updatedAt gt "2026-01-01"', ['b']],
    ['updatedAt le "2026-01-01"', []],
    ['attributes.level ge 3', ['a', 'b']],
    ['attributes.level gt 3', ['b']],
    ['attributes.level lt 1.2e1', ['a']],
    ['attributes.level eq "3"', []],
    ['attributes.site.city eq "rome"', ['a']],
    ['attributes.tags eq "y"', ['b']],
    ['attributes.phones[kind eq "work" and number eq "2"]', ['C']],
    ['attributes.phones[kind eq "home" and number eq "2"]', []],
    ['attributes.phones.number eq "2"', ['C']],
    ['attributes.nothing.at.all pr', []],
    // `and` binds closer than `or`.
    ['userName eq "ada" or active eq true and userName eq "bob"', ['a']],
    ['(userName eq "ada" or active eq true) and userName eq "bob"', []],
    ['active eq true and userName eq "bob" or userName eq "ada"', ['a']],
    ['not (active eq true) and not (userName co "z")', ['b']],
    ['userName eq "a\\u0064a"', ['a']],
    ['constructor pr', []],
  ])('%s', (filter, ids) => {
    expect(found(filter)).toEqual(ids)
  })

  it.each([
    ['', /at character 0: the name of a field/],
    ['userName', /one of eq, ne/],
    ['userName eq', /behind eq/],
    ['userName eq ada', /behind eq/],
    ['userName is "ada"', /one of eq/],
    ['userName eq "ada" and', /the name of a field/],
    ['userName eq "ada" userName eq "b"', /and, or, or the end/],
    ['(userName eq "ada"', /\) is missing/],
    ['userName eq "ada")', /closes what was not opened/],
    ['emails[value eq "a"', /\] is missing/],
    ['emails[value eq "a")', /closes what was not opened/],
    ['(userName eq "a"]', /closes what was not opened/],
    ['not userName eq "a"', /there is no field "not"/],
    ['1 eq 1', /the name of a field/],
    ['userName eq "x" or 1 eq 1', /the name of a field/],
    ['password eq "x"', /there is no field "password"/],
    ['__proto__ pr', /there is no field/],
    ['userName co true', /a text in double quotes/],
    ['userName gt null', /a text or a number/],
    ['userName eq "a\\x"', /an escape/],
    ["userName eq 'a'", /cannot stand in a filter/],
    ['userName eq "a', /cannot stand in a filter/],
    [Array.from({ length: 257 }, () => 'id pr').join(' or '), /more than 256 comparisons/],
    [`${'('.repeat(33)}id pr${')'.repeat(33)}`, /deeper than 32 levels/],
    ['('.repeat(10_000), /deeper than 32 levels/],
  ])('is refused with its place: %s', (filter, message) => {
    const refusal = refusalOf(filter)
    expect(refusal.code).toBe('invalid_parameter')
    expect(refusal.message).toMatch(message)
  })

  it('that only looks like a way in finds nothing', () => {
    expect(found(`userName eq "x' OR '1'='1"`)).toEqual([])
  })

  it('may stand as deep and hold as much as it may', () => {
    expect(found(`${'('.repeat(32)}id pr${')'.repeat(32)}`)).toHaveLength(3)
    expect(found(Array.from({ length: 256 }, () => 'id pr').join(' and '))).toHaveLength(3)
  })

  it('agrees with plain logic', () => {
    interface Tree {
      readonly text: string
      readonly holds: (record: (typeof records)[number]) => boolean
    }
    const { tree } = fc.letrec<{ tree: Tree; term: Tree }>((tie) => ({
      term: fc.constantFrom<Tree>(
        { text: 'userName sw "a"', holds: ({ id }) => id === 'a' },
        { text: 'active eq true', holds: ({ active }) => active },
        { text: 'attributes.level pr', holds: ({ id }) => id !== 'C' },
      ),
      tree: fc.oneof(
        { maxDepth: 5 },
        tie('term'),
        fc.tuple(tie('tree'), tie('tree')).map(([one, other]) => ({
          text: `(${one.text}) and (${other.text})`,
          holds: (r: Parameters<Tree['holds']>[0]) => one.holds(r) && other.holds(r),
        })),
        fc.tuple(tie('tree'), tie('tree')).map(([one, other]) => ({
          text: `(${one.text}) or (${other.text})`,
          holds: (r: Parameters<Tree['holds']>[0]) => one.holds(r) || other.holds(r),
        })),
        tie('tree').map((one) => ({ text: `not (${one.text})`, holds: (r: Parameters<Tree['holds']>[0]) => !one.holds(r) })),
      ),
    }))
    fc.assert(
      fc.property(tree, ({ text, holds }) => {
        expect(found(text)).toEqual(records.filter(holds).map(({ id }) => id))
      }),
    )
  })

  it('of any text is read or refused', () => {
    const parts = fc.constantFrom(
      'userName',
      'emails',
      'eq',
      'pr',
      'and',
      'or',
      'not',
      '(',
      ')',
      '[',
      ']',
      '"a"',
      '1',
      'true',
      'value',
      ' ',
      '"',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(parts).map((each) => each.join(' ')),
          fc.string(),
        ),
        (text) => {
          try {
            records.filter(readFilter(text, fields).matches)
          } catch (fault) {
            expect(fault).toBeInstanceOf(Refusal)
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})
