import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocksOf, partsOf, readPage } from './page.ts'
import { patternOf, runScript, sessionsIn } from './session.ts'

const page = readPage('docs/importing.md')
const sessions = sessionsIn(partsOf(page))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'curia-importing-'))
  for (const { words, text } of blocksOf(page)) {
    if (words[0] === undefined) continue
    mkdirSync(dirname(join(folder, words[0])), { recursive: true })
    writeFileSync(join(folder, words[0]), text)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('the page on importing', () => {
  it('has something to try for each kind of file', () => {
    expect(sessions.length).toBe(7)
  })

  it.each(sessions.map(([asked, told]) => [asked.line, asked, told] as const))('line %i prints what stands below it', (_, asked, told) => {
    // One database for the whole page, in the order of the page.
    expect(runScript(asked.text, folder, { CURIA_STORE: 'sqlite:./curia.db' }).stdout.trimEnd()).toMatch(patternOf(told.text))
  })
})
