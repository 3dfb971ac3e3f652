import { describe, expect, it } from 'vitest'
import { EngineProcess, runTask } from '../../bench/dist/bench/engine-process.js'
import type { Weight } from '../../bench/tasks/memory.ts'

describe('an engine in a process of its own', () => {
  it('holds a world, compares its answers and is asked in rounds', async () => {
    const engine = await EngineProcess.start('curia', 'diamond', 1)
    try {
      expect(engine.opened.memory).toBeGreaterThan(0)
      expect(await engine.prepare('tenant-check', 0)).toEqual({ isUnanswerable: false, compared: 4 })
      const { asked, found, nanoseconds } = await engine.round('tenant-check', 1)
      expect(asked).toBeGreaterThan(0)
      expect(found).toBeLessThanOrEqual(asked)
      expect(nanoseconds).toBeGreaterThan(0)
    } finally {
      await engine.close()
    }
  })

  it('says when it has no way to answer', async () => {
    const engine = await EngineProcess.start('sqlite-recursive', 'diamond', 1)
    expect((await engine.prepare('members', 0)).isUnanswerable).toBe(true)
    await engine.close()
  })
})

describe('a task in a process of its own', () => {
  it('gives what it found', async () => {
    const { held, memberships } = await runTask<Weight>('memory', ['diamond', '1'], 512)
    expect(held).toBeGreaterThan(0)
    // A thousand people, and ninety groups in ten others each.
    expect(memberships).toBe(1_900)
  })

  it('says why it cannot be carried out', async () => {
    await expect(runTask('memory', ['nowhere', '1'], 512)).rejects.toMatchObject({
      name: 'Unsuitable',
      message: 'there is no world nowhere',
    })
  })
})
