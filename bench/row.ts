/** One row of the table: what was measured, what was asked of it, and whether it held. */

import type { Spread } from './spread.ts'
import { spreadOf } from './spread.ts'

/** `told`: nothing is asked of it. */
export type Verdict = 'held' | 'missed' | 'skipped' | 'told'

export interface Row {
  /** Name of the figure, as `--only` takes it. */
  readonly figure: string
  readonly world: string
  readonly what: string
  /** What is asked, in words; empty: nothing. */
  readonly gate: string
  /** The measured value in words; of a skipped row the reason. */
  readonly measured: string
  /** Of two things measured in the same run, ours above; empty: there is none. */
  readonly ratio: string
  readonly verdict: Verdict
  /** The engine that ours was measured beside. */
  readonly beside?: string
  /** The bare numbers. */
  readonly values: { readonly [name: string]: number }
}

export type Place = Pick<Row, 'figure' | 'world' | 'what'>

/** A bound on a bare value. Machines differ, so the gate says of itself that it is a reference. */
export interface Reference {
  readonly limit: number
  readonly isAtLeast?: boolean
  readonly write: (value: number) => string
}

export function writeReference({ limit, isAtLeast = false, write }: Reference): string {
  return `${isAtLeast ? '>=' : '<='} ${write(limit)} (reference)`
}

/** A value held against its reference. */
export function referenceRow(place: Place, reference: Reference, samples: readonly number[]): Row {
  const spread = spreadOf(samples)
  const { limit, isAtLeast = false, write } = reference
  const holds = isAtLeast ? spread.median >= limit : spread.median <= limit
  const verdict = holds ? 'held' : 'missed'
  return {
    ...place,
    gate: writeReference(reference),
    measured: withSpread(spread, write),
    ratio: '',
    verdict,
    values: { ...spread, limit },
  }
}

/** A value that is only told. */
export function toldRow(place: Place, samples: readonly number[], write: (value: number) => string): Row {
  const spread = spreadOf(samples)
  return { ...place, gate: '', measured: withSpread(spread, write), ratio: '', verdict: 'told', values: { ...spread } }
}

/** A ratio of two things timed in turn, round by round. It has to be at least, or at most, the limit. */
export function ratioRow(
  place: Place,
  bound: { readonly atLeast: number } | { readonly atMost: number },
  ratios: readonly number[],
  measured: string,
): Row {
  const spread = spreadOf(ratios)
  const isAtLeast = 'atLeast' in bound
  const limit = isAtLeast ? bound.atLeast : bound.atMost
  const holds = isAtLeast ? spread.median >= limit : spread.median <= limit
  return {
    ...place,
    gate: `${isAtLeast ? '>=' : '<='} ${writeFactor(limit)}`,
    measured,
    ratio: withSpread(spread, writeFactor),
    verdict: holds ? 'held' : 'missed',
    values: { ...spread, limit },
  }
}

export function skippedRow(place: Place, gate: string, reason: string): Row {
  return { ...place, gate, measured: reason, ratio: '', verdict: 'skipped', values: {} }
}

function withSpread({ median, least, most }: Spread, write: (value: number) => string): string {
  return least === most ? write(median) : `${write(median)} (${write(least)} to ${write(most)})`
}

export function writeFactor(value: number): string {
  return `${writeNumber(value)} x`
}

/** Nanoseconds in the unit that reads best. */
export function writeTime(nanoseconds: number): string {
  if (nanoseconds < 1_000) return `${writeNumber(nanoseconds)} ns`
  if (nanoseconds < 1e6) return `${writeNumber(nanoseconds / 1e3)} µs`
  if (nanoseconds < 1e9) return `${writeNumber(nanoseconds / 1e6)} ms`
  return `${writeNumber(nanoseconds / 1e9)} s`
}

export function writeRate(perSecond: number): string {
  return `${writeNumber(perSecond)}/s`
}

export function writeBytes(bytes: number): string {
  if (bytes < 1024) return `${writeNumber(bytes)} B`
  if (bytes < 1024 ** 2) return `${writeNumber(bytes / 1024)} KiB`
  if (bytes < 1024 ** 3) return `${writeNumber(bytes / 1024 ** 2)} MiB`
  return `${writeNumber(bytes / 1024 ** 3)} GiB`
}

/** Three digits that count, thousands apart. */
export function writeNumber(value: number): string {
  if (!Number.isFinite(value)) return 'none'
  const rounded = value === 0 ? 0 : Number(value.toPrecision(3))
  const digits = Math.abs(rounded) >= 100 || rounded === 0 ? 0 : Math.abs(rounded) >= 10 ? 1 : Math.abs(rounded) >= 1 ? 2 : 3
  const [whole = '0', part = ''] = rounded.toFixed(digits).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ' ')
  return part.replace(/0+$/, '') === '' ? grouped : `${grouped}.${part.replace(/0+$/, '')}`
}
