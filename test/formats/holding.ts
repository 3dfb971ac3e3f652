/** Tenants in memory with worlds in them. */

import { expect } from 'vitest'
import { apply } from '../../src/core/apply.ts'
import type { World } from '../../src/core/index.ts'
import { planWorld, Refusal, readInstant, Snapshot } from '../../src/core/index.ts'
import { timeOrderedIds } from '../../src/service/time-ordered-id.ts'

export const now = readInstant('2026-11-22T12:00:00Z', 'now')

/** A tenant with nothing in it; conditions are true. */
export function emptyTenant(): Snapshot {
  return new Snapshot('main', () => () => ({ outcome: 'true' }))
}

/** A tenant with the world in it; nothing of it may be refused. */
export function holding(world: World): Snapshot {
  const snapshot = emptyTenant()
  const plan = planWorld(snapshot, { world })
  expect(plan.lines.filter(({ action }) => action === 'refuse')).toEqual([])
  const outcome = apply(snapshot, plan.changes, { actor: 'system:test', origin: 'local', now, newId: timeOrderedIds() })
  if (outcome instanceof Refusal) throw new Error(outcome.message)
  return snapshot
}
