import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { partsOf, readPage } from './page.ts'
import type { Served } from './served.ts'
import { serveDemo } from './served.ts'
import { patternOf, runScript, sessionsIn } from './session.ts'

const sessions = sessionsIn(partsOf(readPage('docs/tenants.md')))

describe('the page on tenants', () => {
  let served: Served
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'curia-tenants-'))
    served = await serveDemo()
  })
  afterAll(async () => {
    await served.stop()
    rmSync(folder, { recursive: true })
  })

  // One after the other: each needs what those before it have made.
  it.each(sessions.map(([asked, told]) => [asked.line, asked, told] as const))('line %i prints what stands below it', (_, asked, told) => {
    const { stdout } = runScript(asked.text, folder, { CURIA_URL: served.url, CURIA_KEY: served.key })
    expect(stdout.trimEnd()).toMatch(patternOf(told.text))
  })

  it('has commands to try', () => {
    expect(sessions.length).toBe(6)
  })
})
