import { describe, expect, it } from 'vitest'
import { playSeries } from './series.ts'

const { CURIA_HISTORIES = '1000', CURIA_HISTORIES_SEED, CURIA_HISTORIES_KEEP } = process.env
const runs = Number(CURIA_HISTORIES)

/** Short and long ones, so many of each and from one seed of their own. One process plays both, since it is the quicker the longer it has played. */
const lengths = [
  { commands: [30, 45], seed: Number(CURIA_HISTORIES_SEED ?? 30) },
  { commands: [46, 60], seed: ~Number(CURIA_HISTORIES_SEED ?? 46) },
] as const

describe.each(lengths)('in a random history of $commands.0 to $commands.1 commands', ({ commands, seed }) => {
  // A failing history is played some hundred times more, until it is short.
  it('engine and oracle agree after every command, and every law is kept', { timeout: 3_600_000 }, () => {
    const { accepted, refused, allowed, explained, previews } = playSeries({ runs, seed, commands, keepIn: CURIA_HISTORIES_KEEP })
    // A run in which little happens would prove little.
    expect(accepted).toBeGreaterThan(6 * runs)
    expect(refused).toBeGreaterThan(3 * runs)
    expect(allowed).toBeGreaterThan(6 * runs)
    expect(explained).toBeGreaterThan(6 * runs)
    expect(previews).toBeGreaterThanOrEqual(Math.floor(runs / 40))
  })
})
