import { describe, expect, it } from 'vitest'
import { Backoff } from '../../src/service/backoff.ts'

function backoff() {
  const clock = { now: 0 }
  const tries = new Backoff({ free: 3, longest: 60_000, forgotten: 600_000 }, () => clock.now)
  /** The seconds that whoever tries is told to wait; 0: it may. */
  const take = (who = 'a'): number => {
    try {
      tries.take(who)
      return 0
    } catch (error) {
      expect(error).toMatchObject({ code: 'rate_limited' })
      return (error as { details: { retryAfterSeconds: number } }).details.retryAfterSeconds
    }
  }
  return { clock, tries, take }
}

describe('tries', () => {
  it('are free at first, then each costs a wait that doubles up to a limit, and never more', () => {
    const { clock, take } = backoff()
    expect([take(), take(), take()]).toEqual([0, 0, 0])
    const waits: number[] = []
    for (let index = 0; index < 10; index += 1) {
      const wait = take()
      waits.push(wait)
      clock.now += wait * 1000
      expect(take()).toBe(0)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60])
  })

  it('are counted when they are made, so that many at once are many', () => {
    const { take } = backoff()
    expect(Array.from({ length: 10 }, () => take()).filter((wait) => wait === 0)).toHaveLength(3)
  })

  it('are forgotten after a while, and when one was good', () => {
    const { clock, tries, take } = backoff()
    for (let index = 0; index < 3; index += 1) take()
    expect([take(), tries.mayTry('a')]).toEqual([1, false])
    tries.clear('a')
    expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 1])
    clock.now += 600_001
    expect([tries.mayTry('a'), take(), take(), take(), take()]).toEqual([true, 0, 0, 0, 1])
  })

  it('that were good count for nothing and take no other back', () => {
    const { tries, take } = backoff()
    take()
    take()
    for (let index = 0; index < 20; index += 1) {
      expect(take()).toBe(0)
      tries.giveBack('a')
    }
    expect([take(), take()]).toEqual([0, 1])
  })

  it('of one are not those of another', () => {
    const { take } = backoff()
    for (let index = 0; index < 3; index += 1) take()
    expect([take(), take('b')]).toEqual([1, 0])
  })

  it('of two processes that tell each other are those of one', () => {
    const clock = () => 0
    const rules = { free: 3, longest: 60_000, forgotten: 600_000 }
    const one: Backoff = new Backoff(rules, clock, (told) => other.hear(told))
    const other: Backoff = new Backoff(rules, clock, (told) => one.hear(told))
    one.take('a')
    other.take('a')
    one.giveBack('a')
    other.take('a')
    one.take('a')
    expect([one.mayTry('a'), other.mayTry('a'), other.mayTry('b')]).toEqual([false, false, true])
    other.clear('a')
    expect([one.mayTry('a'), other.mayTry('a')]).toEqual([true, true])
  })
})
