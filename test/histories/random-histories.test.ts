import { describe, expect, it } from 'vitest'
import { playSeries } from './series.ts'

const { CURIA_HISTORIES = '1000', CURIA_HISTORIES_SEED, CURIA_HISTORIES_KEEP } = process.env
const runs = Number(CURIA_HISTORIES)

// One after the other in one process: it is the quicker, the longer it has played.
describe.each([
  { least: 30, most: 45, seed: Number(CURIA_HISTORIES_SEED ?? 30) },
  // From the seed of the short ones come others.
  { least: 46, most: 60, seed: ~Number(CURIA_HISTORIES_SEED ?? 46) },
])('in a random history of $least to $most commands', ({ least, most, seed }) => {
  // A failing history is played some hundred times more, until it is short.
  it('engine and oracle agree after every command, and every law is kept', { timeout: 3_600_000 }, () => {
    const { accepted, refused, allowed, explained, previews } = playSeries({
      runs,
      seed,
      commands: [least, most],
      keepIn: CURIA_HISTORIES_KEEP,
    })
    // A run in which little happens would prove little.
    expect(accepted).toBeGreaterThan(6 * runs)
    expect(refused).toBeGreaterThan(3 * runs)
    expect(allowed).toBeGreaterThan(6 * runs)
    expect(explained).toBeGreaterThan(6 * runs)
    expect(previews).toBeGreaterThanOrEqual(Math.floor(runs / 40))
  })
})
