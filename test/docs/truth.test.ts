import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { declares, namesIn } from './names.ts'
import { pages, proseOf, readPage, root } from './page.ts'

/** Rooms that have a place in the import table and are not built yet, and names that stand for any. */
const notFiles = /^src\/(sources|console)\/|[<*]|^test\/histories\/regressions$/

/** Pages that are made from the code are held to it by another test. */
const written = pages.filter((path) => !path.startsWith('docs/reference/'))

describe.each(written)('%s', (path) => {
  const page = proseOf(readPage(path)).replaceAll(/[ \n]+/g, ' ')

  it('names files that are there', () => {
    const named = [...page.matchAll(/`((?:src|test|tools|docs|examples)\/[^`\s]*)`/g)].map(([, file = '']) => file)
    expect(named.filter((file) => !notFiles.test(file) && !existsSync(join(root, file)))).toEqual([])
  })

  it('links to pages that are there', () => {
    const links = [...page.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link))
    const missing = links.filter((link) => !existsSync(join(root, normalize(join(dirname(path), link)))))
    expect(missing).toEqual([])
  })

  it('names functions, types and tables that stand in the file beside them', () => {
    const faults = namesIn(page).filter(([name, file]) => !existsSync(join(root, file)) || !declares(readPage(file), name))
    expect(faults).toEqual([])
  })

  it('names commands of npm that are there', () => {
    const { scripts } = JSON.parse(readPage('package.json'))
    const named = [...readPage(path).matchAll(/npm (?:run )?(test|start|[a-z]+(?::[a-z]+)?)\b/g)]
      .filter(([whole, script]) => whole.includes(' run ') || script === 'test' || script === 'start')
      .map(([, script = '']) => script)
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([])
  })

  it('names no path of a machine', () => {
    expect(readPage(path).match(/(?<![\w.)}])\/(?:work|home|root|tmp|Users|opt)\/\S*/g) ?? []).toEqual([])
  })
})

describe('every line of the changelog', () => {
  it('says what shows it: a command, a test, an example or a page', () => {
    const lines = readPage('CHANGELOG.md')
      .split('\n')
      .filter((line) => line.startsWith('- '))
    expect(lines.length).toBeGreaterThan(10)
    expect(lines.filter((line) => !/\([^()]*(?:`(?:npx curia|npm|test\/|examples\/)|\]\(docs\/)/.test(line))).toEqual([])
  })
})
