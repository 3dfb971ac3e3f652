import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/**
 * The rows of the originals that this product comes from: one file `<original>.rows.ts` each, with `rows` (id: a few words) and `awaiting`.
 * A row is shown by a test in this folder that bears its id in its name, or stands in docs/differences.md.
 */
interface RowList {
  readonly rows: { readonly [id: string]: string }
  readonly awaiting: readonly string[]
}

const folder = fileURLToPath(new URL('.', import.meta.url))
const files = readdirSync(folder)
const lists = await Promise.all(
  files
    .filter((file) => file.endsWith('.rows.ts'))
    // Each such file exports what `RowList` says.
    .map(async (file) => [file, (await import(/* @vite-ignore */ `${folder}${file}`)) as RowList] as const),
)

/** Ids in the names of tests: `it('GW-010 GW-011 ...'`, `it.each(...)('...'`. */
const shown = new Set(
  files
    .filter((file) => file.endsWith('.test.ts') && file !== 'rows.test.ts')
    .flatMap((file) => [...readFileSync(`${folder}${file}`, 'utf8').matchAll(/^\s*(?:it|\]\))(?:\.\w+)?\(\s*(['"`])((?:(?!\1).)*)\1/gm)])
    .flatMap(([, , name = '']) => name.match(/\b[A-Z]+-?\d+\b/g) ?? []),
)
/** Ids in the first cell of a row of the page. */
const different = new Set(
  readFileSync(fileURLToPath(new URL('../../docs/differences.md', import.meta.url)), 'utf8')
    .split('\n')
    .flatMap((line) => /^\|([^|]*)\|/.exec(line)?.[1]?.match(/\b[A-Z]+-?\d+\b/g) ?? []),
)
const known = new Set(lists.flatMap(([, { rows }]) => Object.keys(rows)))
const awaited = lists.flatMap(([, { awaiting }]) => awaiting)

describe.each(lists)('the rows of %s', (_, { rows, awaiting }) => {
  it('are each shown by a test, or told as a difference, or awaited', () => {
    const bare = Object.entries(rows).filter(([id]) => !shown.has(id) && !different.has(id) && !awaiting.includes(id))
    expect(bare).toEqual([])
  })

  it('are awaited only while they are not shown', () => {
    expect(awaiting.filter((id) => shown.has(id) || !Object.hasOwn(rows, id))).toEqual([])
  })
})

describe('the tests and the page', () => {
  it('name no row that is not in a list', () => {
    expect([...shown, ...different].filter((id) => !known.has(id))).toEqual([])
  })
})

/** At the end nothing may be awaited: with CI=true that is a failure. */
it.skipIf(awaited.length > 0 && process.env.CI !== 'true')(
  `nothing is awaited any more${awaited.length === 0 ? '' : `, but ${awaited.join(' ')}`}`,
  () => {
    expect(awaited).toEqual([])
  },
)
