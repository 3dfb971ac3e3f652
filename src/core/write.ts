/** A write made ready: applied, judged, its rows collected, and rolled back. What is committed is put in force by `redo`. */

import { apply, redo, revert } from './apply.ts'
import { administers, requireAuthority } from './authority.ts'
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
import type { ActorReference } from './record.ts'
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
  const { actor, origin, now } = writer
  // Whoever administers the tenant may do everything, and nothing more is judged.
  let isJudged = true
  const mayNot = refusalOf(() => {
    isJudged = !administers(snapshot, actor, now)
    if (isJudged) requireMayTry(snapshot, changes, actor, now)
  })
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
    if (isJudged) requireAuthority(change, { actor, origin, now, undoes: changes.some((each) => each.kind === 'undo') })
    return {
      rows,
      records,
      summaries: changes.map((each, index) => ({ kind: each.kind, records: records[index] ?? [] })),
      names: namesIn(change, actor, records),
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

/** Names as they are after the write; those of what it has taken away, as they were. */
function namesIn(
  { snapshot, rows, inBefore }: BeforeAndAfter,
  actor: ActorReference,
  records: readonly (readonly string[])[],
): { readonly [reference: string]: string } {
  const references = new Set<string>([actor, ...records.flat()])
  for (const row of rows) {
    if (row.table === 'user' || row.table === 'service' || row.table === 'group') references.add(`${row.table}:${row.key}`)
    if (row.table !== 'hold') continue
    const [group, member] = row.key.split('|')
    references.add(`group:${group}`)
    if (member !== undefined) references.add(member)
  }
  const names: { [reference: string]: string } = {}
  const take = () => {
    for (const reference of references) {
      if (names[reference] !== undefined) continue
      const name = nameOf(snapshot, reference)
      if (name !== undefined) names[reference] = name
    }
  }
  take()
  if (rows.some(({ table, after }) => after === undefined && isNamed(table))) inBefore(take)
  return names
}

/** Whether records of the table have a name that tells them apart better than their id. */
function isNamed(table: string): table is 'user' | 'service' | 'group' | 'tenant' {
  return table === 'user' || table === 'service' || table === 'group' || table === 'tenant'
}

function nameOf(snapshot: Snapshot, reference: string): string | undefined {
  const type = typeOf(reference)
  if (!isNamed(type)) return undefined
  const id = reference.slice(type.length + 1)
  if (type !== 'user') return snapshot.get(type, id)?.name
  const user = snapshot.get('user', id)
  return user === undefined ? undefined : shownName(user)
}
