import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocksOf, readPage, root } from './page.ts'
import { compilePrograms, expectedOutput, runProgram } from './program.ts'
import type { Served } from './served.ts'
import { serveDemo } from './served.ts'
import { patternOf, runScript, sessionsIn } from './session.ts'

const readme = blocksOf(readPage('README.md'))
const examples = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.ts'))
const programs = Object.fromEntries([
  ...examples.map((name) => [name.slice(0, -3), readFileSync(join(root, 'examples', name), 'utf8')] as const),
  ...readme.filter(({ language }) => language === 'ts').map(({ text, line }) => [`readme-${line}`, text] as const),
])

let served: Served
let folder: string
beforeAll(async () => {
  folder = compilePrograms(programs)
  served = await serveDemo()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await served.stop()
})

describe('the programs of the README and of examples/', () => {
  it('compile, each with something that it prints', () => {
    expect(Object.values(programs).filter((text) => expectedOutput(text).length === 0)).toEqual([])
    expect(Object.keys(programs).length).toBeGreaterThan(4)
  })

  it.each(Object.keys(programs))('%s prints what it says it prints', (name) => {
    expect(runProgram(folder, name, { CURIA_URL: served.url, CURIA_KEY: served.key })).toEqual(expectedOutput(programs[name] ?? ''))
  })
})

describe('the commands of the README', () => {
  const commands = readme.filter(({ language }) => language === 'sh')
  const sessions = sessionsIn(readme)
  const run = (text: string) => {
    const script = text.replaceAll('http://127.0.0.1:4680', served.url).replace('CURIA_KEY=...', `CURIA_KEY=${served.key}`)
    return runScript(script, root, { CURIA_URL: served.url, CURIA_KEY: served.key })
  }

  it('are the two that do everything, and three that ask', () => {
    expect(commands.slice(0, 2).map(({ text }) => text)).toEqual(['npm ci && npm start -- --demo\n', 'npm ci && npm test\n'])
    expect(commands.slice(2)).toEqual(sessions.map(([asked]) => asked))
    expect(sessions.length).toBe(3)
  })

  it.each(sessions.map(([asked, told]) => [asked.line, asked, told] as const))('line %i prints what stands below it', (_, asked, told) => {
    expect(run(asked.text).stdout.trimEnd()).toMatch(patternOf(told.text))
  })

  const claims = [...readPage('CHANGELOG.md').matchAll(/`(npx curia [^`]+)`/g)].map(([, text = '']) => text)

  it.each(claims)('work, and so does %s of the changelog', (text) => {
    const { status, stdout, stderr } = run(text)
    expect(stderr).not.toContain('curia:')
    expect([0, 1]).toContain(status)
    expect(stdout).not.toBe('')
  })
})
