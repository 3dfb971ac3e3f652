import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readConfiguration, requireSharedStore } from '../../src/config.ts'
import { blocksOf, readPage } from './page.ts'

const settings = blocksOf(readPage('docs/several-processes.md')).filter(({ language }) => language === 'yaml')

describe('the page on several processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'curia-several-processes-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(settings.map((block) => [block.line, block.text] as const))('line %i holds settings that are taken', (line, text) => {
    const path = join(folder, `${line}.yaml`)
    writeFileSync(path, text, { mode: 0o600 })
    const configuration = readConfiguration(path, {})
    expect(configuration.workers).toBeGreaterThan(1)
    expect(() => requireSharedStore(configuration)).not.toThrow()
    expect(() => requireSharedStore({ ...configuration, store: 'sqlite:curia.db' })).toThrow(/a store that they can share/)
  })

  it('has settings to try', () => {
    expect(settings).toHaveLength(1)
  })
})
