/** Samples told in a few figures. */

/** The middle of some samples and how far they lie apart. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

export function spreadOf(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((one, other) => one - other)
  return { median: at(sorted, 0.5), least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN }
}

export interface Summary {
  readonly median: number
  readonly p99: number
  readonly longest: number
}

/** Sorts the samples in place. */
export function summaryOf(samples: Float64Array): Summary {
  samples.sort()
  return { median: at(samples, 0.5), p99: at(samples, 0.99), longest: samples.at(-1) ?? Number.NaN }
}

/** The sample below which this share of them lies. `sorted` rises. */
function at(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
