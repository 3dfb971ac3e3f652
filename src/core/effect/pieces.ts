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

/** What must be the same after a pause: the facts, and the numbers that stand for them. */
function marksOf({ revision, plugins, references }: Snapshot): readonly unknown[] {
  return [revision, plugins, references.generation]
}

function requireSame(snapshot: Snapshot, marks: readonly unknown[]): void {
  if (marksOf(snapshot).some((mark, index) => mark !== marks[index])) throw new Overtaken()
}

/** Works on the state as it is, and yields when a piece is over. Throws `Overtaken`. */
export function* inPieces<Result>(snapshot: Snapshot, steps: Steps<Result>, pauses: Pauses | undefined): Steps<Result> {
  const marks = marksOf(snapshot)
  let end = pauses === undefined ? 0 : pauses.now() + pauses.pieceMilliseconds
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (pauses === undefined || pauses.now() < end) continue
    yield
    requireSame(snapshot, marks)
    end = pauses.now() + pauses.pieceMilliseconds
  }
}

/**
 * Works on the state as the rows make it, and yields when a piece is over, with the rows taken out. Throws `Overtaken`. Cost of each piece
 * beside the work: the rows, put in and taken out; where that takes longer than a piece, pieces are longer, so that half of the time is work.
 */
export function* triedInPieces<Result>(
  snapshot: Snapshot,
  rows: readonly RowChange[],
  steps: Steps<Result>,
  pauses: Pauses | undefined,
): Steps<Result> {
  const marks = marksOf(snapshot)
  let isTried = false
  let end = 0
  const begin = (): void => {
    const begun = pauses?.now() ?? 0
    redo(snapshot, rows)
    isTried = true
    if (pauses === undefined) return
    const now = pauses.now()
    end = now + Math.max(pauses.pieceMilliseconds, 2 * (now - begun))
  }
  try {
    begin()
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
      if (pauses === undefined || pauses.now() < end) continue
      revert(snapshot, rows)
      isTried = false
      yield
      requireSame(snapshot, marks)
      begin()
    }
  } finally {
    if (isTried) revert(snapshot, rows)
  }
}
