import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { groupManagerRows } from './group-manager.ts'

/** Each system that came before, with its rows, the test that shows them, and those that wait for another room. */
const seeds = [
  {
    name: 'the group manager',
    rows: Object.keys(groupManagerRows),
    test: 'group-manager.test.ts',
    /** They are about screens, and are shown where the console is tested. */
    awaiting: ['B50', 'B51', 'B52', 'B53'],
  },
]
const differences = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8')

describe.each(seeds)('every row of $name', ({ rows, test, awaiting }) => {
  const shown = new Set([...readFileSync(new URL(test, import.meta.url), 'utf8').matchAll(/'([A-Z]+-?\d+) /g)].map(([, id = '']) => id))
  const listed = new Set([...differences.matchAll(/^\| ([A-Z]+-?\d+) \|/gm)].map(([, id = '']) => id))

  it('is shown by a test, or told among the differences', () => {
    expect(rows.filter((id) => !shown.has(id) && !listed.has(id) && !awaiting.includes(id))).toEqual([])
  })

  it('that a test shows is one of them', () => {
    expect([...shown].filter((id) => !rows.includes(id))).toEqual([])
  })
})

describe('the page of differences', () => {
  it('tells of rows that there are', () => {
    const listed = [...differences.matchAll(/^\| ([A-Z]+-?\d+) \|/gm)].map(([, id = '']) => id)
    expect(listed.filter((id) => !seeds.some(({ rows }) => rows.includes(id)))).toEqual([])
  })
})
