/** The facts of a tenant as they stood at a past revision, worked out from the present ones and the journal. */

import type { ConditionCompiler, Instant, Revision } from '../core/index.ts'
import { CuriaError, refuse, revert, Snapshot, tableNames } from '../core/index.ts'
import type { Tenant } from './tenants.ts'

export interface Past {
  readonly snapshot: Snapshot
  /** When the revision was committed; nobody committed revision 0, for which it is now. */
  readonly time: Instant
}

/** So many past states are kept in memory; they never change. */
const kept = 4

/** Past states of one tenant, the last ones used kept. */
export class PastStates {
  readonly #tenant: Tenant
  readonly #states = new Map<Revision, Promise<Past>>()

  constructor(tenant: Tenant) {
    this.#tenant = tenant
  }

  /**
   * Cost grows with the tenant and with the entries since.
   * @throws CuriaError `invalid_revision`: there is no such revision, or not yet
   */
  async at(revision: Revision): Promise<Past> {
    const present = this.#tenant.snapshot
    if (!Number.isSafeInteger(revision) || revision < 0 || revision > present.revision) {
      const reason = `must be a whole number from 0 to ${present.revision}, the present revision`
      throw new CuriaError(refuse('invalid_revision', { field: 'asOf', reason }))
    }
    const known = this.#states.get(revision)
    const state = known ?? workOut(this.#tenant, present, revision)
    this.#states.delete(revision)
    this.#states.set(revision, state)
    for (const oldest of this.#states.keys()) if (this.#states.size > kept) this.#states.delete(oldest)
    try {
      return await state
    } catch (error) {
      this.#states.delete(revision)
      throw error
    }
  }
}

async function workOut({ ground, name }: Tenant, present: Snapshot, revision: Revision): Promise<Past> {
  // Copied before the first wait, so that the copy is of one revision.
  const snapshot = copyOf(present, ground.compileCondition)
  let time: Instant | undefined
  for await (const entry of ground.store.journal(name, { after: Math.max(revision - 1, 0), upTo: snapshot.revision, newestFirst: true })) {
    if (entry.revision === revision) time = entry.time
    else revert(snapshot, entry.rows)
  }
  snapshot.revision = revision
  return { snapshot, time: time ?? ground.now() }
}

/** The same state in a snapshot of its own. Cost grows with the tenant. */
export function copyOf(present: Snapshot, compileCondition: ConditionCompiler): Snapshot {
  const copy = new Snapshot(present.tenant, compileCondition)
  for (const table of tableNames) for (const row of present.all(table)) copy.put(table, row)
  copy.revision = present.revision
  copy.plugins = present.plugins
  return copy
}
