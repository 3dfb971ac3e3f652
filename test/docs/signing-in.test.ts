import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfiguration, requireSafeListening } from '../../src/config.ts'
import { blocksOf, partsOf, readPage } from './page.ts'
import type { Served } from './served.ts'
import { serveDemo } from './served.ts'
import { patternOf, runScript, sessionsIn } from './session.ts'

const page = readPage('docs/signing-in.md')
const sessions = sessionsIn(partsOf(page))
const settings = blocksOf(page).filter(({ language }) => language === 'yaml')

describe('the page on signing in', () => {
  let served: Served
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'curia-signing-in-'))
    served = await serveDemo()
  })
  afterAll(async () => {
    await served.stop()
    rmSync(folder, { recursive: true })
  })

  it.each(sessions.map(([asked, told]) => [asked.line, asked, told] as const))('line %i prints what stands below it', (_, asked, told) => {
    const { stdout } = runScript(asked.text, folder, { CURIA_URL: served.url, CURIA_KEY: served.key })
    expect(stdout.trimEnd()).toMatch(patternOf(told.text))
  })

  it('has commands to try, and settings for each way to be reached', () => {
    expect([sessions.length, settings.length]).toEqual([2, 3])
  })

  it.each(settings.map((block) => [block.line, block.text] as const))('line %i holds settings that are taken', (line, text) => {
    const path = join(folder, `${line}.yaml`)
    writeFileSync(path, text, { mode: 0o600 })
    const configuration = readConfiguration(path, {})
    expect(() => requireSafeListening(configuration)).not.toThrow()
  })
})
