/** A write made ready: applied, judged, its rows collected, and rolled back. What is committed is put in force by `redo`. */

import { apply, redo, revert } from './apply.ts'
import { requireAuthority } from './authority.ts'
import type { Change } from './change.ts'
import type { Writer } from './draft.ts'
import type { Pauses, Steps } from './effect/pieces.ts'
import { Pieces } from './effect/pieces.ts'
import { pinned, unpinned } from './effect/pins.ts'
import type { BeforeAndAfter, ChangeEffect, EffectLimits } from './effect.ts'
import { effectOf } from './effect.ts'
import { withWays } from './effect-ways.ts'
import { Refusal, refusalOf } from './errors.ts'
import { requireMayTry } from './may-try.ts'
import { shownName } from './principal.ts'
import { typeOf } from './reference.ts'
import type { Snapshot } from './snapshot.ts'
import type { RowChange } from './tables.ts'

/** How an effect is worked out. */
export interface EffectWanted extends EffectLimits {
  /** Also by which way each is gained or lost. */
  readonly ways?: boolean
}

/** A change set that would be accepted. The snapshot is as it was. */
export interface Prepared {
  readonly rows: readonly RowChange[]
  /** References of the records that each change made or named, in the order of the changes. */
  readonly records: readonly (readonly string[])[]
  readonly summaries: readonly { readonly kind: string; readonly records: readonly string[] }[]
  /** Names of people, groups and service accounts as they are after the write, or were before where it takes them away. */
  readonly names: { readonly [reference: string]: string }
}

/**
 * Applies the changes, judges the actor's authority on the state before and after, collects the rows and the names, and takes everything
 * back. Synchronous, so that no question is answered in between. What the rows would do is told by `effectOfRows`.
 */
export function prepare(snapshot: Snapshot, changes: readonly Change[], writer: Writer): Prepared | Refusal {
  const mayNot = refusalOf(() => requireMayTry(snapshot, changes, writer.actor, writer.now))
  if (mayNot !== undefined) return mayNot
  const applied = apply(snapshot, changes, writer)
  if (applied instanceof Refusal) return applied
  const { rows, records } = applied
  const change: BeforeAndAfter = {
    snapshot,
    rows,
    inBefore: (read) => {
      revert(snapshot, rows)
      try {
        return read()
      } finally {
        redo(snapshot, rows)
      }
    },
  }
  try {
    const { actor, origin, now } = writer
    requireAuthority(change, { actor, origin, now, undoes: changes.some((each) => each.kind === 'undo') })
    const after = namesOf(snapshot, [writer.actor, ...referencesIn(rows, records)])
    return {
      rows,
      records,
      summaries: changes.map((each, index) => ({ kind: each.kind, records: records[index] ?? [] })),
      names: { ...change.inBefore(() => namesOf(snapshot, [writer.actor, ...referencesIn(rows, records)])), ...after },
    }
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal
    throw refusal
  } finally {
    revert(snapshot, rows)
  }
}

/**
 * The effect of rows that were made ready, on a snapshot that is as it was; it is so at every yield too. Without pauses it never yields.
 * Throws `Overtaken` when something was written between two pieces.
 */
export function* effectOfRows(
  snapshot: Snapshot,
  rows: readonly RowChange[],
  { ways, ...limits }: EffectWanted,
  pauses?: Pauses,
): Steps<ChangeEffect> {
  const numbers = pinned(snapshot, rows)
  try {
    const pieces = new Pieces(snapshot, pauses)
    // Making the rows ready took its time already.
    yield* pieces.rest()
    const effect = yield* effectOf(snapshot, rows, limits, pieces)
    return ways === true ? yield* withWays(snapshot, rows, effect, limits.at, pieces) : effect
  } finally {
    unpinned(snapshot, numbers)
  }
}

function referencesIn(rows: readonly RowChange[], records: readonly (readonly string[])[]): ReadonlySet<string> {
  const found = new Set(records.flat())
  for (const row of rows) {
    if (row.table === 'user' || row.table === 'service' || row.table === 'group') found.add(`${row.table}:${row.key}`)
    if (row.table !== 'hold') continue
    const [group, member] = row.key.split('|')
    found.add(`group:${group}`)
    if (member !== undefined) found.add(member)
  }
  return found
}

function namesOf(snapshot: Snapshot, references: Iterable<string>): { readonly [reference: string]: string } {
  const names: { [reference: string]: string } = {}
  for (const reference of references) {
    const id = reference.slice(reference.indexOf(':') + 1)
    const type = typeOf(reference)
    const user = type === 'user' ? snapshot.get('user', id) : undefined
    const isNamed = type === 'group' || type === 'service' || type === 'tenant'
    const name = user === undefined ? (isNamed ? snapshot.get(type, id)?.name : undefined) : shownName(user)
    if (name !== undefined) names[reference] = name
  }
  return names
}
