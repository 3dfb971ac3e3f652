import { describe, expect, it } from 'vitest'
import { playSeries } from './series.ts'

const { CURIA_HISTORIES = '1000', CURIA_HISTORIES_SEED = '46', CURIA_HISTORIES_KEEP } = process.env
const runs = Number(CURIA_HISTORIES)

describe('in a random history of 46 to 60 commands', () => {
  // A failing history is played some hundred times more, until it is short.
  it('engine and oracle agree after every command, and every law is kept', { timeout: 3_600_000 }, () => {
    const { accepted, refused, allowed, explained, previews } = playSeries({
      runs,
      // From the seed of the short ones come others.
      seed: ~Number(CURIA_HISTORIES_SEED),
      commands: [46, 60],
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
