/** Plays many histories made from one seed, and reduces the first that shows a difference to the fewest commands. */

import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import type { HistoryTally } from './play.ts'
import { play } from './play.ts'
import type { Command, History, WrittenChange } from './universe.ts'
import { histories } from './universe.ts'

export interface Series {
  readonly runs: number
  readonly seed: number
  /** Commands in a history, at least and at most. */
  readonly commands: readonly [least: number, most: number]
  /** A folder in which a failing history is kept as JSON, to be played first from then on. */
  readonly keepIn?: string | undefined
}

/** Gives what happened in all of them together. Throws with the shortest failing history. */
export function playSeries({ runs, seed, commands, keepIn }: Series): HistoryTally {
  const total: HistoryTally = { accepted: 0, refused: 0, previews: 0, questions: 0, allowed: 0, explained: 0 }
  const keys = Object.keys(total) as (keyof HistoryTally)[]
  // Left behind only when the process ends in the midst of it, and then played first from then on.
  const inHand = keepIn === undefined ? undefined : `${keepIn}/in-hand-${commands.join('-')}-${seed}.json`
  // Most errors are expected ones, and where they came from is asked again for the reduced history.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const result = fc.check(
    fc.property(histories(...commands), (history) => {
      if (inHand !== undefined) writeFileSync(inHand, written(history))
      const tally = play(history)
      for (const key of keys) total[key] += tally[key]
    }),
    // Shrinking step by step would keep the least length; `reduced` goes below it.
    { numRuns: runs, seed, endOnFailure: true },
  )
  Error.stackTraceLimit = stackTraceLimit
  if (inHand !== undefined) rmSync(inHand, { force: true })
  if (!result.failed) return total
  const [found] = result.counterexample ?? []
  if (found === undefined) throw result.errorInstance
  const [history, reason] = reduced(found)
  const kept = keepIn === undefined ? '' : `, kept in ${keep(history, keepIn)}`
  throw new Error(`seed ${seed}, history ${result.numRuns}${kept}: ${reason}\n${JSON.stringify(history)}`)
}

// Messages that begin alike tell of the same difference: `laws broken: `, `check of {`, `refused with c`.
const topicLength = 14

/** Leaves out commands, changes and fields as long as the same difference is still seen. */
function reduced(history: History): readonly [History, string] {
  let best = history
  let reason = failure(best) ?? 'it went well when it was played again'
  const attempt = (commands: readonly Command[]): boolean => {
    const again = failure({ ...best, commands })
    if (again?.slice(0, topicLength) !== reason.slice(0, topicLength)) return false
    best = { ...best, commands }
    reason = again
    return true
  }
  for (let size = best.commands.length >> 1; size >= 1; size >>= 1) {
    for (let at = best.commands.length - size; at >= 0; at -= size) {
      attempt([...best.commands.slice(0, at), ...best.commands.slice(at + size)])
    }
  }
  for (let removed = true; removed; ) {
    removed = best.commands.some((command, at) => smaller(command).some((each) => attempt(best.commands.with(at, each))))
    removed ||= best.commands.some((_, at) => attempt(best.commands.toSpliced(at, 1)))
  }
  return [best, reason]
}

/** The command with one change or one field less. */
function smaller(command: Command): Command[] {
  if ('clock' in command) return []
  const { changes } = command
  const fewer = changes.length > 1 ? changes.map((_, at) => ({ ...command, changes: changes.toSpliced(at, 1) })) : []
  const shorter = changes.flatMap((change, at) =>
    Object.keys(change)
      .filter((field) => field !== 'kind' && field !== 'id')
      .map((field) => {
        const { [field]: _, ...rest } = change
        // Every field but these two may go; what is then not a change is refused.
        return { ...command, changes: changes.with(at, rest as WrittenChange) }
      }),
  )
  return [...fewer, ...shorter]
}

function failure(history: History): string | undefined {
  try {
    play(history, 12)
    return undefined
  } catch (fault) {
    return fault instanceof Error ? `${fault.message}\n${fault.stack ?? ''}` : String(fault)
  }
}

function keep(history: History, folder: string): string {
  const text = written(history)
  const path = `${folder}/${createHash('sha256').update(text).digest('hex').slice(0, 12)}.json`
  writeFileSync(path, text)
  return path
}

function written(history: History): string {
  return `${JSON.stringify(history, undefined, 2)}\n`
}
