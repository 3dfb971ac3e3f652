/** What the bench and the processes that do its work say to each other. */

import type { QuestionKind } from './questions.ts'

/** What a process that holds one engine is told to do, one order after the other. */
export type Order =
  | { readonly order: 'open' }
  /** Makes the questions ready and compares answers with the expected ones, as many as the time allows, at least four. */
  | { readonly order: 'prepare'; readonly kind: QuestionKind; readonly milliseconds: number }
  /** Asks for so long. */
  | { readonly order: 'round'; readonly kind: QuestionKind; readonly milliseconds: number }
  /** Asks so many one by one, each timed. */
  | { readonly order: 'latencies'; readonly kind: QuestionKind; readonly count: number }
  | { readonly order: 'close' }

/** How an engine came up. */
export interface Opened {
  readonly milliseconds: number
  /** Resident memory behind a garbage collection, in bytes. */
  readonly memory: number
}

export interface Compared {
  /** The engine has no way to answer such questions. */
  readonly isUnanswerable: boolean
  readonly compared: number
}

export interface Round {
  readonly asked: number
  readonly nanoseconds: number
  /** Times that the answer was yes, or items listed. */
  readonly found: number
}

export interface Latencies {
  readonly median: number
  readonly p99: number
  readonly longest: number
}

export interface Answers {
  readonly open: Opened
  readonly prepare: Compared
  readonly round: Round
  readonly latencies: Latencies
  readonly close: null
}

/** What comes back for an order or a task. */
export type Outcome<T> =
  | { readonly outcome: 'done'; readonly value: T }
  /** It cannot take part, and why. */
  | { readonly outcome: 'unsuitable'; readonly reason: string }
  /** The run has to end: a wrong answer, or a defect. */
  | { readonly outcome: 'failed'; readonly reason: string }
