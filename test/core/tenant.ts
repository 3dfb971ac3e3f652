/** A tenant in memory for the tests of the core: written to by anybody at any moment, asked, and undone. */

import { compileCondition } from '../../src/conditions.ts'
import type { ActorReference, Change, ChangeEffect, EffectWanted, Instant, Origin, Prepared, RowChange } from '../../src/core/index.ts'
import {
  atOnce,
  effectOfRows,
  keyOf,
  prepare,
  questionsOf,
  Refusal,
  readChange,
  readInstant,
  redo,
  Snapshot,
  tableNames,
} from '../../src/core/index.ts'

/** The moment at which tests write and ask, unless they say another. */
export const now: Instant = readInstant('2026-03-15T12:00:00.000Z', 'now')
/** Around that moment. */
export const earlier = '2026-03-01T00:00:00.000Z'
export const later = '2026-04-01T00:00:00.000Z'

/** Who writes, for whom and when; without anything the installation itself. */
export interface As {
  readonly actor?: ActorReference
  readonly origin?: Origin
  readonly at?: Instant
  /** The effect is worked out too; `true`: all of it, at the moment of the write. */
  readonly effect?: boolean | EffectWanted
}

/** What was made ready, with its effect where it was wanted. */
type Attempted = Prepared & { readonly effect?: ChangeEffect }

export function tenant() {
  const snapshot = new Snapshot('main', compileCondition)
  const journal: (readonly RowChange[])[] = []
  let ids = 0
  const questions = questionsOf(
    () => snapshot,
    () => now,
  )

  /** Reads the changes and makes them ready; nothing is changed. */
  function attempt(as: As, ...changes: readonly object[]): Attempted | Refusal {
    const { actor = 'system:test', origin = 'local', at = now, effect = false } = as
    try {
      const prepared = prepare(
        snapshot,
        changes.map((change, index): Change => readChange(change, `changes[${index}]`)),
        {
          actor,
          origin,
          now: at,
          newId: () => `id${++ids}`,
          entryRows: (revision) => journal[revision - 1],
        },
      )
      if (prepared instanceof Refusal || effect === false) return prepared
      const wanted = effect === true ? { limit: 100_000, at } : effect
      return { ...prepared, effect: atOnce(effectOfRows(snapshot, prepared.rows, wanted)) }
    } catch (refusal) {
      if (refusal instanceof Refusal) return refusal
      throw refusal
    }
  }

  function writeAs(as: As, ...changes: readonly object[]): Prepared {
    const prepared = attempt(as, ...changes)
    if (prepared instanceof Refusal) throw new Error(`${prepared.code}: ${prepared.message}`, { cause: prepared })
    redo(snapshot, prepared.rows)
    journal.push(prepared.rows)
    snapshot.revision = journal.length
    return prepared
  }

  return {
    ...questions,
    snapshot,
    journal,
    attempt,
    writeAs,
    write: (...changes: readonly object[]) => writeAs({}, ...changes),
    /** What it is refused with; undefined: it would be accepted. */
    refusal(as: As, ...changes: readonly object[]): Refusal | undefined {
      const outcome = attempt(as, ...changes)
      return outcome instanceof Refusal ? outcome : undefined
    },
    may: (subject: string, action: string, resource?: string, context?: { readonly [name: string]: boolean }): boolean =>
      questions.check({ subject, action, ...(resource === undefined ? {} : { resource }), ...(context === undefined ? {} : { context }) })
        .allowed,
    /** Every row by table and key, in one order; equal states have equal rows. */
    rows(): { readonly [key: string]: object } {
      const all = tableNames.flatMap((table) => [...snapshot.all(table)].map((row) => [`${table} ${keyOf(table, row)}`, row] as const))
      return Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1)))
    },
  }
}
export type Tenant = ReturnType<typeof tenant>
