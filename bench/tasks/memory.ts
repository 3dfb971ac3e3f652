/** What a world weighs in memory. */

import { createAccess } from 'curia'
import type { Part } from '../world-rows.ts'
import { worldStore } from '../world-store.ts'
import { worldNamed } from './world-snapshot.ts'

export interface Weight {
  /** Resident memory of the process behind a garbage collection, in bytes, before anything was held and with the world held. */
  readonly before: number
  readonly held: number
  readonly memberships: number
  readonly grants: number
}

/** @param without tables that stay empty, `hold` or `grant`, so that the difference tells what they weigh */
export async function weigh(worldName: string, seed: number, without: readonly string[]): Promise<Weight> {
  const before = settled()
  const { access, memberships, grants } = await hold(worldName, seed, new Set(without.filter(isPart)))
  const held = settled()
  await access.close()
  return { before, held, memberships, grants }
}

async function hold(worldName: string, seed: number, without: ReadonlySet<Part>) {
  const world = worldNamed(worldName, seed)
  const [memberships, grants] = [world.memberships.items.length + world.nestings.items.length, world.grantSubjects.length]
  return { access: await createAccess({ store: worldStore(world, without) }), memberships, grants }
}

function isPart(word: string): word is Part {
  return word === 'hold' || word === 'grant'
}

function settled(): number {
  for (let turn = 0; turn < 4; turn += 1) globalThis.gc?.()
  return process.memoryUsage.rss()
}
