/** What every engine that is measured looks like to the bench, ours as well as the others. */

import type { Answer, Question, QuestionKind } from './questions.ts'
import type { World } from './world.ts'

/** An engine that holds a world. */
export interface Contender {
  /** Takes the questions in the form in which a program would have them at hand; undefined: it cannot answer such questions. */
  prepare(kind: QuestionKind, questions: readonly Question[]): Prepared | undefined
  close(): Promise<void>
}

/** Questions that only wait to be asked. */
export interface Prepared {
  /**
   * By which time they are judged. `processor`: the work is done in this process, so what other processes take away from it does not count;
   * `wall`: somebody else does part of the work.
   */
  readonly clock: 'processor' | 'wall'
  /** The answer to one of them. */
  answer(index: number): Answer | Promise<Answer>
  /** Asks so many, from one on, round and round. Gives the number of times that the answer was yes, or of items listed. */
  run(from: number, count: number): number | Promise<number>
}

/** Opens an engine on a world. It may throw `Unsuitable`. */
export type OpenContender = (world: World) => Promise<Contender>

/** Says why an engine cannot take part; the reason stands in the table. */
export class Unsuitable extends Error {
  override readonly name = 'Unsuitable'
}

/** Questions that are answered at once, in a tight loop. */
export function preparedChecks(count: number, ask: (index: number) => boolean): Prepared {
  return {
    clock: 'processor',
    answer: ask,
    run(from, times) {
      let yes = 0
      let index = from % count
      for (let done = 0; done < times; done += 1) {
        if (ask(index)) yes += 1
        index += 1
        if (index === count) index = 0
      }
      return yes
    },
  }
}

/** Lists that are answered at once. `read` gives the references of a raw list; it is not part of what is timed. */
export function preparedLists<T>(
  count: number,
  ask: (index: number) => { readonly length: number; readonly items: T },
  read: (items: T) => readonly string[],
): Prepared {
  return {
    clock: 'processor',
    answer: (index) => [...read(ask(index).items)].sort(),
    run(from, times) {
      let items = 0
      for (let done = 0; done < times; done += 1) items += ask((from + done) % count).length
      return items
    },
  }
}

/** Checks that are answered later, one after the other. */
export function preparedCalls(count: number, clock: Prepared['clock'], ask: (index: number) => Promise<boolean>): Prepared {
  return {
    clock,
    answer: ask,
    async run(from, times) {
      let yes = 0
      for (let done = 0; done < times; done += 1) if (await ask((from + done) % count)) yes += 1
      return yes
    },
  }
}
