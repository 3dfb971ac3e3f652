/** A world in a bare snapshot of the core, without the library around it. */

import { readInstant, Snapshot } from 'curia/core'
import { Unsuitable } from '../contender.ts'
import type { World } from '../world.ts'
import { giveWorld } from '../world-rows.ts'
import { isWorldName, makeWorld } from '../worlds.ts'

/** The moment at which it is written to and asked. */
export const moment = readInstant('2026-06-01T00:00:00.000Z', 'moment')

export function snapshotOf(world: World): Snapshot {
  const snapshot = new Snapshot('main', () => ({ fault: 'no condition stands in a made world' }))
  giveWorld(
    world,
    new Set(),
    ({ table, row }) => snapshot.put(table, row),
    (texts) => snapshot.putTexts(texts),
  )
  snapshot.tighten()
  snapshot.revision = 1
  return snapshot
}

/** Makes the world of this name. Throws `Unsuitable` when there is none. */
export function worldNamed(name: string, seed: number): World {
  if (!isWorldName(name)) throw new Unsuitable(`there is no world ${name}`)
  return makeWorld(name, seed)
}
