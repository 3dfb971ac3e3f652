/** A path: one of the ways by which Curia is written to and asked. Every scenario is taken along each. */

import type { ActorReference, Change, Check, Explanation, Instant, Questions, Revision } from '../../src/core/index.ts'
import type { ListName, ListQuestion } from './scenario.ts'

export interface Path {
  readonly name: string
  /** Too slow for all: it is taken by the scenarios that are chosen for the command line. */
  readonly isForChosen?: boolean
  /** Why it cannot be taken on this machine. Absent: it can. */
  readonly skipped?: string
  /** An empty tenant `main` whose clock stands still at `now`. */
  readonly open: (now: Instant) => Promise<Stage>
  /** Lets go of what its stages shared. */
  readonly close?: () => Promise<void>
}

/** What the lists of all kinds hold, as far as scenarios look at it. */
export type ListItem =
  | string
  | { readonly group: string; readonly direct: boolean; readonly standing: readonly string[] }
  | { readonly member: string; readonly inForce: boolean }

/** One tenant on one path. What is refused is thrown as something with a `code` of ours and its `details`. */
export interface Stage {
  /** The revision after the write. */
  readonly write: (changes: readonly Change[], by: ActorReference) => Promise<Revision>
  /** A path without reasons is held to the answer alone, and leaves findings and misses away. */
  readonly givesReasons: boolean
  readonly explain: (check: Check) => Promise<Pick<Explanation, 'allowed' | 'reason'> & Partial<Pick<Explanation, 'findings' | 'misses'>>>
  readonly list: (asked: ListQuestion) => Promise<readonly ListItem[]>
  /** All there is, in one text, so that it can be seen that a refused write changed nothing. */
  readonly contents: () => Promise<string>
  readonly close: () => Promise<void>
}

/** Asks a list of anything that answers all questions. Throws its `CuriaError`. */
export function askList(questions: Questions, { name, question }: ListQuestion): { readonly items: readonly ListItem[] } {
  // Each list reads its own question, and a scenario may ask a wrong one on purpose.
  const ask = questions[name] as unknown as (question: ListQuestion['question']) => ReturnType<Questions[ListName]>
  return ask(question)
}
