import { describe, expect, it } from 'vitest'
import { namesIn } from './names.ts'
import { readPage } from './page.ts'

/** That the names stand in their files is the business of truth.test.ts. */
const stops = namesIn(readPage('docs/tour.md').replaceAll(/\s+/g, ' '))

describe('the tour', () => {
  it('passes through every room that a check and a write pass through, in many stops', () => {
    expect(stops.length).toBeGreaterThan(40)
    const rooms = new Set(stops.map(([, path]) => path.split('/')[1]))
    expect([...rooms].sort()).toEqual(['api', 'assemble.ts', 'core', 'server', 'service', 'store', 'workers'])
  })
})
