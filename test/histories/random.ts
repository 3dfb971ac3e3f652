/** Numbers that look random and are the same for the same seed (mulberry32). */

export interface Random {
  /** A whole number from 0 to `below` - 1. */
  next(below: number): number
  /** One of the items, which must not be empty. */
  of<T>(items: readonly T[]): T
  /** True once in so many times. */
  once(times: number): boolean
}

export function randomFrom(seed: number): Random {
  let state = seed | 0
  const next = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
  return {
    next,
    of(items) {
      if (items.length === 0) throw new Error('one of nothing was asked for')
      // The index lies inside.
      return items[next(items.length)] as (typeof items)[number]
    },
    once: (times) => next(times) === 0,
  }
}

/** A seed made of a text and another seed. */
export function seedOf(text: string, seed: number): number {
  let mixed = seed | 0
  for (let index = 0; index < text.length; index++) mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193)
  return mixed
}
