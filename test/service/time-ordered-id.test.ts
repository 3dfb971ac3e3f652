import { describe, expect, it } from 'vitest'
import { timeOrderedIds } from '../../src/service/time-ordered-id.ts'

const many = (newId: () => string, count: number) => Array.from({ length: count }, newId)

describe('an id for a new record', () => {
  it('is a UUID of version 7 that starts with its time', () => {
    const id = timeOrderedIds(() => 0x0123456789ab)()
    expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('is greater than all before it, also within a millisecond and when the clock steps back', () => {
    let time = 1_700_000_000_000
    const newId = timeOrderedIds(() => time)
    const ids = many(newId, 20_000)
    time -= 60_000
    ids.push(...many(newId, 5_000))
    time += 120_000
    ids.push(...many(newId, 10))
    expect(ids).toEqual([...ids].sort())
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('of another source at the same moment is another', () => {
    const clock = () => 1_700_000_000_000
    const ids = [...many(timeOrderedIds(clock), 1000), ...many(timeOrderedIds(clock), 1000)]
    expect(new Set(ids).size).toBe(ids.length)
  })
})
