import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { performancePages } from '../../bench/page.ts'
import type { Results } from '../../bench/results.ts'
import { readResults } from '../../bench/results.ts'
import { ratioRow, referenceRow, skippedRow, toldRow, writeBytes, writeNumber, writeTime } from '../../bench/row.ts'
import { summaryOf } from '../../bench/spread.ts'
import { countOf, terminalTable } from '../../bench/table.ts'
import { root } from '../docs/page.ts'

const place = { figure: 'check', world: 'S', what: 'check of a permission' }

describe('a row', () => {
  it.each([
    [{ atLeast: 10 }, [9, 11, 12], 'held'],
    [{ atLeast: 10 }, [9, 9, 12], 'missed'],
    [{ atMost: 3 }, [1, 2, 9], 'held'],
    [{ atMost: 3 }, [1, 4, 9], 'missed'],
  ] as const)('holds a factor %j against the median of %j: %s', (bound, ratios, verdict) => {
    expect(ratioRow(place, bound, ratios, '').verdict).toBe(verdict)
  })

  it('holds a value against its reference and says that it is one', () => {
    const row = referenceRow(place, { limit: 100, write: writeTime }, [90, 80, 250])
    expect(row).toMatchObject({ verdict: 'held', gate: '<= 100 ns (reference)', measured: '90 ns (80 ns to 250 ns)' })
    expect(referenceRow(place, { limit: 100, isAtLeast: true, write: writeTime }, [90]).verdict).toBe('missed')
  })

  it('holds nothing that is only told or was skipped', () => {
    expect([toldRow(place, [1], writeTime).verdict, skippedRow(place, '>= 2 x', 'too large').verdict]).toEqual(['told', 'skipped'])
  })

  it.each([
    [0.0123, '0.012'],
    [1.5, '1.5'],
    [99.96, '100'],
    [1_234_567, '1 230 000'],
    [Number.NaN, 'none'],
  ])('writes the number %d as %s', (number, text) => {
    expect(writeNumber(number)).toBe(text)
  })

  it('writes times and sizes in the unit that reads best', () => {
    expect([writeTime(950), writeTime(1_500), writeTime(2e6), writeTime(3e9)]).toEqual(['950 ns', '1.5 µs', '2 ms', '3 s'])
    expect([writeBytes(16), writeBytes(2048), writeBytes(5 * 1024 ** 2), writeBytes(1.5 * 1024 ** 3)]).toEqual([
      '16 B',
      '2 KiB',
      '5 MiB',
      '1.5 GiB',
    ])
  })
})

describe('the summary of many samples', () => {
  it('names the middle, the slowest but one in a hundred, and the slowest', () => {
    expect(summaryOf(Float64Array.from({ length: 1_000 }, (_, index) => 1_000 - index))).toEqual({ median: 501, p99: 991, longest: 1_000 })
  })
})

describe('the table', () => {
  const rows = [ratioRow(place, { atLeast: 2 }, [3], '3/s against 1/s'), skippedRow({ ...place, what: 'other' }, '', 'not there')]

  it('has a line for every row, in columns', () => {
    const lines = terminalTable(rows).split('\n')
    expect(lines).toHaveLength(3)
    expect(new Set(lines.map((line) => line.search(/ verdict$| held$| skipped$/))).size).toBe(1)
  })

  it('counts what held', () => {
    expect(countOf(rows)).toBe('1 held, 0 missed, 1 skipped')
  })
})

describe('the page', () => {
  const folder = join(root, 'bench/results')
  const kept = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
  const newest = kept.sort().at(-1)

  it('says what the kept results of the newest version say', () => {
    expect(newest).toBeDefined()
    // Our own file, as the bench has written it.
    const results = JSON.parse(readFileSync(join(folder, newest ?? ''), 'utf8')) as Results
    for (const [path, text] of Object.entries(performancePages(results))) expect(readFileSync(join(root, path), 'utf8'), path).toBe(text)
  })

  it('draws a bar for every engine, and tells the same in words', () => {
    const versus = { ...ratioRow(place, { atLeast: 2 }, [4], ''), beside: 'A < B', values: { ours: 4_000, theirs: 1_000 } }
    const results = { ...readResults('missing', '1.0.0'), worlds: { S: { check: { measuredAt: '', seed: 1, rows: [versus] } } } }
    const chart = performancePages(results)['docs/performance.svg'] ?? ''
    expect(chart.match(/<rect /g)).toHaveLength(2)
    expect(chart).toContain('<desc id="told">S: Curia 4 000/s, A &lt; B 1 000/s</desc>')
    expect(chart).toContain('prefers-color-scheme: dark')
  })
})
