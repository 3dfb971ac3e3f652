/** Long work on a snapshot in pieces: between two of them the snapshot is as it was, and whoever does the work lets others ask. */

import { redo, revert } from '../apply.ts'
import type { Snapshot } from '../snapshot.ts'
import type { RowChange } from '../tables.ts'

/** Work that yields wherever it could be broken off for a while: after some microseconds, in general. */
export type Steps<Result> = Generator<void, Result, void>

/** How long a piece may take. Without it, all of the work is one piece. */
export interface Pauses {
  /** A clock in milliseconds that only goes forward. */
  readonly now: () => number
  /** A piece is over after so long. Where rows are tried, putting them in force and taking them out again comes on top. */
  readonly pieceMilliseconds: number
}

/** Between two pieces something was written: what was worked out so far is about a state that is past. */
export class Overtaken extends Error {}

/** Does all of the work at once. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/**
 * One work on a snapshot. However many parts it has, and in whichever state they are done, a piece ends when its time is over.
 * INVARIANT: at every yield the snapshot is as it was when the work began; after it, facts and the numbers that stand for them are still the
 * same, or `Overtaken` is thrown.
 */
export class Pieces {
  readonly #snapshot: Snapshot
  readonly #pauses: Pauses | undefined
  readonly #marks: readonly unknown[]
  #end: number

  /** The work begins now. @param pauses absent: all of it is one piece */
  constructor(snapshot: Snapshot, pauses: Pauses | undefined) {
    this.#snapshot = snapshot
    this.#pauses = pauses
    this.#marks = marksOf(snapshot)
    this.#end = this.#endFromNow()
  }

  #endFromNow(): number {
    return this.#pauses === undefined ? 0 : this.#pauses.now() + this.#pauses.pieceMilliseconds
  }

  /** Whether the piece is over, or will be so soon. */
  #isOver(milliseconds = 0): boolean {
    return this.#pauses !== undefined && this.#pauses.now() + milliseconds >= this.#end
  }

  /** Lets others go on. */
  *rest(): Steps<void> {
    if (this.#pauses === undefined) return
    yield
    if (marksOf(this.#snapshot).some((mark, index) => mark !== this.#marks[index])) throw new Overtaken()
    this.#end = this.#endFromNow()
  }

  /** Works on the state as it is. */
  *asItIs<Result>(steps: Steps<Result>): Steps<Result> {
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
      if (this.#isOver()) yield* this.rest()
    }
  }

  /**
   * Works on the state as the rows make it; at a yield they are taken out. Cost of each piece beside the work: the rows, put in and taken out;
   * where that takes longer than a piece, pieces are longer, so that half of the time is work.
   */
  *tried<Result>(rows: readonly RowChange[], steps: Steps<Result>): Steps<Result> {
    let isTried = false
    const begin = (): void => {
      const begun = this.#pauses?.now() ?? 0
      redo(this.#snapshot, rows)
      isTried = true
      const now = this.#pauses?.now() ?? 0
      this.#end = Math.max(this.#end, now + (now - begun))
    }
    // For a short rest of a piece it is not worth it.
    if (this.#isOver((this.#pauses?.pieceMilliseconds ?? 0) / 2)) yield* this.rest()
    try {
      begin()
      for (;;) {
        const step = steps.next()
        if (step.done === true) return step.value
        if (!this.#isOver()) continue
        revert(this.#snapshot, rows)
        isTried = false
        yield* this.rest()
        begin()
      }
    } finally {
      if (isTried) revert(this.#snapshot, rows)
    }
  }
}

/** What must be the same after a pause: the facts, and the numbers that stand for them. */
function marksOf({ revision, plugins, references }: Snapshot): readonly unknown[] {
  return [revision, plugins, references.generation]
}
