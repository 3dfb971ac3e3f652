/** A small source of numbers that look random and are always the same for the same seed. */

export interface Random {
  /** A number from 0 up to, and without, 1. */
  fraction(): number
  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number
}

/** Makes a source from a seed: a counter, each value of which is mixed until no bit depends on its neighbours. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    return mixed(state)
  }
  return {
    fraction: () => next() / 2 ** 32,
    below: (limit) => Math.floor((next() / 2 ** 32) * limit),
  }
}

/** Stirs the bits of a 32-bit number, so that numbers that follow each other have nothing in common. No two give the same. */
export function mixed(value: number): number {
  let stirred = value >>> 0
  stirred = Math.imul(stirred ^ (stirred >>> 16), 0x21f0aaad)
  stirred = Math.imul(stirred ^ (stirred >>> 15), 0x735a2d97)
  return (stirred ^ (stirred >>> 15)) >>> 0
}

/**
 * Draws whole numbers below `size` by Zipf's law with exponent 1: the first comes twice as often as the second, three times as often as the
 * third. Which of the numbers is the first, the second and so on is up to the seed.
 */
export function zipfOver(size: number, random: Random): () => number {
  const total = harmonic(size)
  // 7919 is a prime above every factor that a size of ours has, so all numbers are met.
  const offset = random.below(size)
  return () => {
    const rank = rankOf(random.fraction() * total, size)
    return (rank * 7919 + offset) % size
  }
}

/** The sum of 1/k up to `count`. */
function harmonic(count: number): number {
  return count < 32 ? exactHarmonic(count) : Math.log(count) + 0.5772156649015329 + 1 / (2 * count) - 1 / (12 * count * count)
}

function exactHarmonic(count: number): number {
  let sum = 0
  for (let each = 1; each <= count; each += 1) sum += 1 / each
  return sum
}

/** How many ranks have a sum of 1/k that the point lies beyond; counts from 0. */
function rankOf(point: number, size: number): number {
  let low = 0
  let high = size - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (harmonic(middle + 1) <= point) low = middle + 1
    else high = middle
  }
  return low
}
