import { describe, expect, it } from 'vitest'
import * as endpoint from '../../src/api/endpoint.ts'
import * as endpoints from '../../src/api/endpoints.ts'
import * as openapi from '../../src/api/openapi.ts'
import * as exits from '../../src/cli/exit.ts'
import * as core from '../../src/core/index.ts'
import * as problems from '../../src/server/problems.ts'
import { helpOfCommands, referencePages, sourcePaths, sourceText } from '../../tools/reference.mjs'
import { pages, readPage } from './page.ts'

const made = referencePages({
  core,
  endpoint,
  endpoints,
  openapi,
  problems,
  exits,
  source: sourceText,
  sources: sourcePaths,
  help: helpOfCommands,
})

describe('the reference pages', () => {
  it.each(Object.keys(made))('%s says what the code says (else: npm run reference)', (path) => {
    expect(readPage(path)).toBe(made[path])
  })

  it('are all made', () => {
    expect(pages.filter((path) => path.startsWith('docs/reference/'))).toEqual(Object.keys(made).sort())
  })

  it('hold every code, every kind of change and every endpoint', () => {
    const inPage = (path: string, words: readonly string[]) => words.filter((word) => !readPage(path).includes(word))
    expect(
      inPage(
        'docs/reference/errors.md',
        core.errorCodes.map((code) => `| \`${code}\` |`),
      ),
    ).toEqual([])
    expect(
      inPage(
        'docs/reference/changes.md',
        core.changeKinds.map((kind) => `\n## ${kind}\n`),
      ),
    ).toEqual([])
    const paths = endpoints.endpointNames.map((name) => `### ${endpoints.endpoints[name].method} \`${endpoints.endpoints[name].path}\``)
    expect(inPage('docs/reference/http.md', paths)).toEqual([])
  })
})
