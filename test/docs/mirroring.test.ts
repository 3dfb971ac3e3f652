import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DjangoProject, DjangoProjects } from '../targets/django-project.ts'
import { hasDjango, sqliteProjects } from '../targets/django-project.ts'
import { blocksOf, partsOf, readPage } from './page.ts'
import { patternOf, runScript, sessionsIn } from './session.ts'

const page = readPage('docs/mirroring.md')
const sessions = sessionsIn(partsOf(page))

describe.skipIf(!hasDjango)('the page on mirroring', () => {
  let projects: DjangoProjects
  let project: DjangoProject
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'curia-mirroring-'))
    for (const { words, text } of blocksOf(page)) if (words[0] !== undefined) writeFileSync(join(folder, words[0]), text)
    projects = await sqliteProjects()
    project = await projects.make()
    copyFileSync(project.database.replace('sqlite:', ''), join(folder, 'intranet.sqlite3'))
  })
  afterAll(async () => {
    await projects.remove()
    rmSync(folder, { recursive: true })
  })

  it('has something to try for each of its parts', () => {
    expect(sessions.length).toBe(3)
  })

  it.each(sessions.map(([asked, told]) => [asked.line, asked, told] as const))('line %i prints what stands below it', (_, asked, told) => {
    expect(runScript(asked.text, folder, {}).stdout.trimEnd()).toMatch(patternOf(told.text))
  })
})
