/** What a cell of the audit says: one of five states, each with a mark and a word. */

import type { AnswerOf } from '../../../api/client.ts'

/** One cell as the server answers it. */
export type Cell = AnswerOf<'audit'>['rows'][number]['cells'][number]

/** The states, in the order of the legend. */
export const stateNames = ['allow', 'inherited', 'none', 'deny', 'ended'] as const
export type CellState = (typeof stateNames)[number]

/** Ways that lead to the actor itself and not through a group or a place in the hierarchy. */
const own: ReadonlySet<Cell['rules'][number]> = new Set(['direct-grant', 'owner', 'self'])

/** The state of a cell. */
export function stateOf({ allowed, reason, rules }: Cell): CellState {
  if (reason === 'subject_inactive') return 'ended'
  if (reason === 'denied') return 'deny'
  if (!allowed) return 'none'
  return rules.some((rule) => own.has(rule)) ? 'allow' : 'inherited'
}
