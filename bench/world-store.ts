/** A store whose tenant is a made world. It gives the rows when they are read, keeps none of them, and forgets what is written. */

import type { CommitRequest, Committed, Store, StoreIdentity, TenantState } from 'curia/store/memory'
import type { World } from './world.ts'
import type { Part } from './world-rows.ts'
import { rowsOfWorld } from './world-rows.ts'

const identity: StoreIdentity = { id: 'bench', epoch: 1, secret: '0'.repeat(64) }
const hash = '0'.repeat(64)

/**
 * @param world is let go of once it was read, so that it weighs nothing when memory is measured
 * @param without tables that stay empty
 */
export function worldStore(world: World, without: ReadonlySet<Part> = new Set()): Store {
  let held: World | undefined = world
  let revision = 1
  return {
    isShared: false,
    identity: async () => identity,
    tenants: async () => ['main'],
    async load(): Promise<TenantState> {
      const [read] = [held]
      held = undefined
      if (read === undefined) throw new Error('a made world can be read once')
      return { revision, rows: { [Symbol.iterator]: () => rowsOfWorld(read, without) } }
    },
    head: async () => revision,
    async commit({ expectedRevision }: CommitRequest): Promise<Committed> {
      revision = expectedRevision + 1
      return { revision, hash }
    },
    idempotent: async () => undefined,
    async *journal() {},
    verify: async () => ({ intact: true, revision, hash }),
    erasePersonal: async () => 0,
    note: async () => undefined,
    notes: async () => [],
    changeNotes: async () => undefined,
    sweepNotes: async () => 0,
    close: async () => undefined,
  }
}
