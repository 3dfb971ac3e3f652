/** What a cell of the audit says: one of seven states, each with a mark and a word. */

import type { AnswerOf } from '../../../api/client.ts'
import { day } from '../../data/moments.ts'
import type { auditWords } from '../../words/audit.ts'
import type { Say } from '../../words/words.tsx'

/** One cell as the server answers it. */
export type Cell = AnswerOf<'audit'>['rows'][number]['cells'][number]

/** The states, in the order of the legend. `timed`: yes for a time; `maybe`: it depends on a condition or has not begun. */
export const stateNames = ['allow', 'inherited', 'timed', 'maybe', 'none', 'deny', 'ended'] as const
export type CellState = (typeof stateNames)[number]

/** Ways that lead to the actor itself and not through a group, a place in the hierarchy or another role. */
const own: ReadonlySet<Cell['rules'][number]> = new Set(['direct-grant', 'owner', 'self', 'role'])

/** The state of a cell. */
export function stateOf({ allowed, reason, rules, condition, from, until }: Cell): CellState {
  if (reason === 'subject_inactive') return 'ended'
  if (reason === 'denied') return 'deny'
  if (condition !== undefined || from !== undefined) return 'maybe'
  if (!allowed) return 'none'
  if (until !== undefined) return 'timed'
  return rules.some((rule) => own.has(rule)) ? 'allow' : 'inherited'
}

/** The word of a cell, with its day where it has one. */
export function wordOf(say: Say<keyof typeof auditWords.texts.en & string>, cell: Cell): string {
  const state = stateOf(cell)
  const { allowed, from, until } = cell
  if (state === 'timed' && until !== undefined) return say('timedTo', { day: day(until) })
  if (state === 'maybe' && from !== undefined) return say('timedFrom', { day: day(from) })
  if (state === 'maybe' && allowed) return say('maybeYes')
  return say(state)
}
