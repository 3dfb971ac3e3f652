/** The written form: the world is exported and taken in again by an empty tenant, which then must answer like the first. */

import { planWorld, worldOf } from '../../../src/core/index.ts'
import type { Path } from '../path.ts'
import { stageOf, TenantInMemory } from './engine.ts'

export const writtenForm: Path = {
  name: 'the engine after export and import',
  open: async (now) => {
    const first = new TenantInMemory(now)
    const second = new TenantInMemory(now)
    const stage = stageOf(second)
    let isExported = false
    return {
      ...stage,
      write: async (changes, by) => {
        if (isExported) return stage.write(changes, by)
        isExported = true
        first.write(changes, by)
        // What a file holds is plain text, so what is imported shares nothing with what was exported.
        const world = JSON.parse(JSON.stringify(worldOf(first.snapshot)))
        return stage.write(planWorld(second.snapshot, { world }).changes, by)
      },
    }
  },
}
