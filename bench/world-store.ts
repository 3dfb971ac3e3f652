/** A store whose tenant is a made world. It gives the rows when they are read, keeps none of them, and forgets what is written. */

import type { CommitRequest, Committed, Row, RowTexts, Store } from 'curia/store/memory'
import { createMemoryStore } from 'curia/store/memory'
import type { World } from './world.ts'
import type { Part } from './world-rows.ts'
import { giveWorld, rowsOfWorld } from './world-rows.ts'

const hash = '0'.repeat(64)

/**
 * @param world is let go of once it was read, so that it weighs nothing when memory is measured
 * @param without tables that stay empty
 */
export function worldStore(world: World, without: ReadonlySet<Part> = new Set()): Store {
  // What is beside the facts is kept as in any store.
  const rest = createMemoryStore()
  let held: World | undefined = world
  let revision = 1
  return {
    isShared: false,
    identity: () => rest.identity(),
    tenants: async () => ['main'],
    async load(_: string, take: (row: Row) => void, takeTexts?: (texts: RowTexts) => void): Promise<number> {
      const [read] = [held]
      held = undefined
      if (read === undefined) throw new Error('a made world can be read once')
      if (takeTexts === undefined) for (const row of rowsOfWorld(read, without)) take(row)
      else giveWorld(read, without, take, takeTexts)
      return revision
    },
    head: async () => revision,
    async commit({ expectedRevision }: CommitRequest): Promise<Committed> {
      revision = expectedRevision + 1
      return { revision, hash }
    },
    idempotent: (tenant, key) => rest.idempotent(tenant, key),
    journal: (tenant, range) => rest.journal(tenant, range),
    verify: (tenant) => rest.verify(tenant),
    erasePersonal: (tenant, user) => rest.erasePersonal(tenant, user),
    note: (tenant, purpose, key) => rest.note(tenant, purpose, key),
    notes: (tenant, purpose, owner) => rest.notes(tenant, purpose, owner),
    changeNotes: (tenant, changes) => rest.changeNotes(tenant, changes),
    sweepNotes: (tenant, before) => rest.sweepNotes(tenant, before),
    close: () => rest.close(),
  }
}
