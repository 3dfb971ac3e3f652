import { describe, expect, it } from 'vitest'
import type { Spent } from '../../src/server/budget.ts'
import { createBudgets } from '../../src/server/budget.ts'
import { adminKey, installWith, lowKey } from '../doors/installation.ts'

describe('the budget of a caller', () => {
  it('is that of a minute, fills up again as time goes by, and is one for checks and one for the rest', () => {
    const clock = { now: 0 }
    const budgets = createBudgets({ checksPerMinute: 600, requestsPerMinute: 60 }, { clock: () => clock.now })
    const take = (tag: 'ask' | 'authzen' | 'records', caller = 'user:ada') => {
      let taken = 0
      try {
        for (; taken < 1000; taken += 1) budgets.take(tag, caller)
      } catch (error) {
        expect(error).toMatchObject({ code: 'rate_limited', details: { retryAfterSeconds: 1 } })
      }
      return taken
    }
    expect([take('records'), take('ask'), take('authzen'), take('records', 'user:bob')]).toEqual([60, 600, 0, 60])
    clock.now += 5_000
    expect([take('records'), take('ask')]).toEqual([5, 50])
    clock.now += 3_600_000
    expect(take('records')).toBe(60)
  })

  it('is spent by what other processes tell, which hear of what is spent here', async () => {
    const heard: (readonly Spent[])[] = [[], []]
    const listeners: ((spent: readonly Spent[]) => void)[] = []
    const processes = [0, 1].map((place) =>
      createBudgets(
        { checksPerMinute: 10, requestsPerMinute: 5 },
        {
          clock: () => 0,
          shared: {
            tell: (spent) => {
              heard[place] = spent
              for (const [other, listener] of listeners.entries()) if (other !== place) listener(spent)
            },
            hear: (listener) => listeners.push(listener),
          },
        },
      ),
    )
    const mayTake = (place: number, tag: 'ask' | 'records') => {
      try {
        processes[place]?.take(tag, 'user:ada')
        return true
      } catch {
        return false
      }
    }
    for (let count = 0; count < 7; count += 1) expect(mayTake(0, 'ask')).toBe(true)
    expect(mayTake(0, 'records')).toBe(true)
    await expect
      .poll(() => heard[0])
      .toEqual([
        { what: 'checks', caller: 'user:ada', count: 7 },
        { what: 'requests', caller: 'user:ada', count: 1 },
      ])
    expect(Array.from({ length: 5 }, () => mayTake(1, 'ask'))).toEqual([true, true, true, false, false])
    await expect.poll(() => heard[1]).toEqual([{ what: 'checks', caller: 'user:ada', count: 3 }])
    expect([mayTake(0, 'ask'), mayTake(0, 'records')]).toEqual([false, true])
  })

  it('is without end where no limits are set', () => {
    const { take } = createBudgets(undefined)
    expect(() => {
      for (let count = 0; count < 10_000; count += 1) take('ask', 'user:ada')
    }).not.toThrow()
  })

  it('is answered with the time to wait when it is used up, and one caller takes nothing from another', async () => {
    const { send, access } = await installWith({ limits: { checksPerMinute: 1000, requestsPerMinute: 3 } })
    const statuses: number[] = []
    for (let count = 0; count < 4; count += 1) statuses.push((await send('GET', '/api/v1/users', { key: lowKey })).status)
    expect(statuses).toEqual([200, 200, 200, 429])
    const refused = await send('GET', '/api/v1/users', { key: lowKey })
    expect(((await refused.json()) as { code: string }).code).toBe('rate_limited')
    expect(refused.headers.get('retry-after')).toMatch(/^([1-9]|1\d|20)$/)
    expect((await send('GET', '/api/v1/me', { key: lowKey })).status).toBe(200)
    expect((await send('GET', '/api/v1/users', { key: adminKey })).status).toBe(200)
    await access.close()
  })
})
