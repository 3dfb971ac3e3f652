import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Instant, Window } from '../../src/core/index.ts'
import { isCurrent, overlaps, Refusal, readInstant, requireOrder } from '../../src/core/index.ts'

const read = (value: unknown): string => {
  try {
    return readInstant(value, 'at')
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.code
    throw refusal
  }
}

describe('a moment', () => {
  it.each([
    ['2026-03-15', '2026-03-15T00:00:00.000Z'],
    ['2026-03-15T12:00', '2026-03-15T12:00:00.000Z'],
    ['2026-03-15T12:00:00', '2026-03-15T12:00:00.000Z'],
    ['2026-03-15T12:00:00.1239Z', '2026-03-15T12:00:00.123Z'],
    ['2026-03-15T12:00:00+02:00', '2026-03-15T10:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    [0, '1970-01-01T00:00:00.000Z'],
    [new Date('2026-03-15T12:00:00Z'), '2026-03-15T12:00:00.000Z'],
  ])('written %o is %s', (value, expected) => {
    expect(read(value)).toBe(expected)
  })

  it.each([
    '',
    'now',
    '2026',
    '2026-3-15',
    '2026-02-29',
    '2026-02-30T10:00:00Z',
    '2026-13-01',
    '2026-03-15 12:00',
    '2026-03-15T25:00',
    '2026-03-15T12:60',
    '2026-03-15T12:00:60Z',
    '2026-03-15T12:00:00+99:99',
    '0000-01-01',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '+010000-01-01',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e18,
    new Date(Number.NaN),
    null,
    undefined,
    {},
    10n,
  ])('is not %o', (value) => {
    expect(read(value)).toBe('invalid_time')
  })

  it('is ordered as its text is', () => {
    const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(date, date, (one, other) => void expect(read(one) < read(other)).toBe(one.getTime() < other.getTime())),
      { seed: 46 },
    )
  })
})

const hour = (number: number): Instant => readInstant(Date.UTC(2026, 0, 1, number), 'hour')
const end = fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined })
const window = fc
  .record({ from: end, until: end })
  .filter(({ from, until }) => from === undefined || until === undefined || from < until)
  .map(
    ({ from, until }): Window => ({
      ...(from === undefined ? {} : { from: hour(from) }),
      ...(until === undefined ? {} : { until: hour(until) }),
    }),
  )

describe('a window', () => {
  it('holds its start and not its end', () => {
    const noon: Window = { from: hour(12), until: hour(13) }
    const just = (milliseconds: number) => readInstant(Date.UTC(2026, 0, 1, 12) + milliseconds, 'at')
    expect([-1, 0, 1, 3_599_999, 3_600_000].map((milliseconds) => isCurrent(noon, just(milliseconds)))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
    expect(isCurrent({}, hour(0))).toBe(true)
  })

  it('overlaps another when there is a moment in both', () => {
    fc.assert(
      fc.property(window, window, (one, other) => {
        const shared = Array.from({ length: 9 }, (_, number) => hour(number - 1)).some((at) => isCurrent(one, at) && isCurrent(other, at))
        expect(overlaps(one, other)).toBe(shared)
        expect(overlaps(other, one)).toBe(shared)
      }),
      { numRuns: 500, seed: 46 },
    )
  })

  it('ends after it starts', () => {
    expect(() => requireOrder({ from: hour(1), until: hour(2) }, '')).not.toThrow()
    for (const until of [hour(1), hour(0)]) {
      let thrown: unknown
      try {
        requireOrder({ from: hour(1), until }, 'changes[0].')
      } catch (refusal) {
        thrown = refusal
      }
      expect(thrown).toMatchObject({ code: 'invalid_time', details: { field: 'changes[0].until' } })
    }
  })
})
