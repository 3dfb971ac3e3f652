import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BuilderField, FilterTerm } from '../../src/console/data/filter.ts'
import { operatorsOf, readBuilt, takesValue, writeFilter } from '../../src/console/data/filter.ts'
import { readFilter } from '../../src/server/filter.ts'

const fields: readonly BuilderField[] = [
  { name: 'userName', label: 'User name', kind: 'text' },
  { name: 'emails', label: 'Addresses', kind: 'list' },
  {
    name: 'status',
    label: 'Status',
    kind: 'choice',
    options: [
      { value: 'active', label: 'Active' },
      { value: 'inactive', label: 'Inactive' },
    ],
  },
  { name: 'active', label: 'Active', kind: 'flag' },
  { name: 'childCount', label: 'Below', kind: 'number' },
  { name: 'createdAt', label: 'Made', kind: 'moment' },
]

const values: { readonly [K in BuilderField['kind']]: fc.Arbitrary<string> } = {
  text: fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('a and b', ' or ', '"', '\\', ') pr (', 'ü', 'x" or userName pr')),
  list: fc.string({ minLength: 1 }),
  choice: fc.constantFrom('active', 'inactive'),
  flag: fc.constantFrom('true', 'false'),
  number: fc.integer({ min: 0, max: 1_000_000 }).map(String),
  moment: fc
    .date({ min: new Date('1990-01-02'), max: new Date('2090-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
}
const term: fc.Arbitrary<FilterTerm> = fc
  .constantFrom(...fields)
  .chain(({ name, kind }) => fc.tuple(fc.constant(name), fc.constantFrom(...operatorsOf[kind]), values[kind]))
  .map(([field, operator, value]) => ({ field, operator, value: takesValue(operator) ? value : '' }))

describe('a filter that is built', () => {
  it('is one that the server reads, and is read back as it was built', () => {
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 6 }), fc.constantFrom('and' as const, 'or' as const), (terms, join) => {
        const text = writeFilter({ join, terms }, fields)
        readFilter(
          text,
          fields.map(({ name }) => name),
        )
        expect(readBuilt(text, fields)).toEqual({ join: terms.length > 1 ? join : 'and', terms })
      }),
    )
  })

  it.each([
    ['without comparisons, says nothing', '', { join: 'and', terms: [] }],
    ['that joins in two ways stays text', 'userName pr and active eq true or emails pr', undefined],
    ['with parentheses stays text', '(userName pr)', undefined],
    ['over another field stays text', 'password eq "x"', undefined],
    ['of a moment within a day stays text', 'createdAt ge "2026-01-01T12:34:56.000Z"', undefined],
    ['with something behind it stays text', 'userName pr emails', undefined],
  ])('%s', (_, text, built) => {
    expect(readBuilt(text, fields)).toEqual(built)
  })
})
