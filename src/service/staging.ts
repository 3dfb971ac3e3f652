/** Registrations gathered in a copy of the state, to come into force together. */

import type { Change, Snapshot, Writer } from '../core/index.ts'
import { apply, orThrow, redo, revert } from '../core/index.ts'
import { copyOf } from './as-of.ts'
import type { Tenant } from './tenants.ts'

/** One registration as changes on whatever state it is made on. */
type Step = (snapshot: Snapshot) => readonly Change[]

export class Staging {
  readonly #tenant: Tenant
  readonly #writer: () => Writer
  readonly #steps: Step[] = []
  readonly #changes: Change[] = []
  readonly #base: number
  #copy: Snapshot | undefined

  constructor(tenant: Tenant, writer: () => Writer) {
    this.#tenant = tenant
    this.#writer = writer
    this.#base = tenant.snapshot.revision
  }

  /** The state as it will be. */
  get snapshot(): Snapshot {
    return this.#copy ?? this.#tenant.snapshot
  }

  /**
   * Adds a step, in one go. The first one that changes anything copies the state, so a start that finds everything registered copies
   * nothing. Throws the refusal of a step that cannot be, and is then as before.
   */
  stage(step: Step): void {
    const { snapshot } = this
    const changes = step(snapshot)
    const { rows } = orThrow(apply(snapshot, changes, this.#writer()))
    this.#steps.push(step)
    if (rows.length === 0) return
    this.#changes.push(...changes)
    if (this.#copy !== undefined) return
    revert(snapshot, rows)
    this.#copy = copyOf(snapshot, this.#tenant.ground.compileCondition)
    redo(this.#copy, rows)
  }

  /** All that was staged, for the state that it comes into force on; worked out again when that is not the one it was staged on. */
  changesFor(snapshot: Snapshot): readonly Change[] {
    if (snapshot.revision === this.#base) return this.#changes
    const copy = copyOf(snapshot, this.#tenant.ground.compileCondition)
    return this.#steps.flatMap((step) => {
      const changes = step(copy)
      orThrow(apply(copy, changes, this.#writer()))
      return changes
    })
  }
}
