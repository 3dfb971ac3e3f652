import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { groupManagerRows } from './group-manager.ts'

/** Each system that came before, with its rows, the test that shows them, and those that wait for another room. */
const seeds = [
  {
    name: 'the group manager',
    rows: Object.keys(groupManagerRows),
    test: 'group-manager.test.ts',
    /** Shown by the tests of the console, which names them. */
    console: ['B50', 'B51', 'B52', 'B53'],
  },
]
const differences = readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8')

describe.each(seeds)('every row of $name', ({ rows, test, console }) => {
  const shown = new Set([...readFileSync(new URL(test, import.meta.url), 'utf8').matchAll(/'([A-Z]+-?\d+) /g)].map(([, id = '']) => id))
  const listed = new Set([...differences.matchAll(/^\| ([A-Z]+-?\d+) \|/gm)].map(([, id = '']) => id))

  it('is shown by a test, or told among the differences', () => {
    expect(rows.filter((id) => !shown.has(id) && !listed.has(id) && !console.includes(id))).toEqual([])
  })

  it('that is shown or told is one of them', () => {
    expect([...shown, ...listed].filter((id) => !rows.includes(id))).toEqual([])
  })
})
