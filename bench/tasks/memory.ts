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
  /** What the arrays of the index take for them, in bytes for each. */
  readonly membershipArrays: number
  readonly grantArrays: number
}

/** @param without tables that stay empty, `hold` or `grant`, so that the difference tells what they weigh */
export async function weigh(worldName: string, seed: number, without: readonly string[]): Promise<Weight> {
  const before = settled()
  const { access, memberships, grants } = await hold(worldName, seed, new Set(without.filter(isPart)))
  const held = settled()
  const arrays = (wanted: 'hold' | 'grant') => {
    const { bytes = 0, rows = 1 } = access.figures().index.tables.find(({ table }) => table === wanted) ?? {}
    return bytes / Math.max(1, rows)
  }
  const [membershipArrays, grantArrays] = [arrays('hold'), arrays('grant')]
  await access.close()
  return { before, held, memberships, grants, membershipArrays, grantArrays }
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
