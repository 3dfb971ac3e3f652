import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { play } from './play.ts'
import type { History } from './universe.ts'

const folder = new URL('regressions/', import.meta.url)

describe('a history that once showed a difference', () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.json')))('shows none any more: %s', (name) => {
    // Written by the series that found it.
    const history = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as History
    expect(play(history, 40).questions).toBeGreaterThan(0)
  })
})
