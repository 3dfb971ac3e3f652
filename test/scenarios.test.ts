/** Takes every scenario along every path, and compares each answer, reason, near miss, list and refusal with what the law says. */

import { afterAll, describe, expect, it } from 'vitest'
import type { Revision } from '../src/core/index.ts'
import type { Path, Stage } from './scenarios/path.ts'
import { commandLine } from './scenarios/paths/command-line.ts'
import { engine } from './scenarios/paths/engine.ts'
import { overHttp } from './scenarios/paths/http.ts'
import { libraryInMemory, libraryOnSqlite } from './scenarios/paths/library.ts'
import { oracle } from './scenarios/paths/oracle.ts'
import { libraryOnPostgres } from './scenarios/paths/postgres.ts'
import { writtenForm } from './scenarios/paths/written-form.ts'
import type { Act, Answer, ExpectedAnswer, ExpectedList, Scenario } from './scenarios/scenario.ts'
import { findingWords, itemWords, lackWords, readChapters } from './scenarios/scenario.ts'

const paths: readonly Path[] = [engine, oracle, writtenForm, libraryInMemory, libraryOnSqlite, libraryOnPostgres, overHttp, commandLine]
const chapters = readChapters()

describe('the scenarios', () => {
  it('are each told once', () => {
    const titles = chapters.flatMap(({ scenarios }) => scenarios.map(({ title }) => title))
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([])
    expect(titles.length).toBeGreaterThanOrEqual(75)
  })
})

for (const path of paths) {
  describe.skipIf(path.skipped !== undefined)(path.name, () => {
    afterAll(() => path.close?.())
    for (const { chapter, scenarios } of chapters) {
      const played = scenarios.filter(({ isForCommandLine }) => path.isForChosen !== true || isForCommandLine)
      for (const scenario of played) {
        it(`${chapter}: ${scenario.title}`, async () => {
          const stage = await path.open(scenario.now)
          try {
            await play(scenario, stage)
          } finally {
            await stage.close()
          }
        })
      }
    }
  })
}

async function play({ world, acts }: Scenario, stage: Stage): Promise<void> {
  await stage.write(world, 'system:scenario')
  const revisions = new Map<string, Revision>()
  for (const [index, act] of acts.entries()) {
    await perform(act, stage, revisions, index === 0 ? 'at first' : `after step ${index}`)
  }
}

/** Everything that is asked is asked before the first difference is told: the differences of one act together say most. */
async function perform({ step, checks, lists }: Act, stage: Stage, revisions: Map<string, Revision>, when: string): Promise<void> {
  if (step !== undefined) {
    const before = step.refused === undefined ? undefined : await stage.contents()
    const undone = step.undo === undefined ? undefined : revisions.get(step.undo)
    if (step.undo !== undefined && undone === undefined) throw new Error(`no step before is called ${step.undo}`)
    const outcome = await outcomeOf(() => stage.write(undone === undefined ? step.changes : [{ kind: 'undo', revision: undone }], step.by))
    const refusal =
      'error' in outcome ? { refused: outcome.error, ...(outcome.circle === undefined ? {} : { circle: outcome.circle }) } : {}
    const expected =
      step.refused === undefined ? {} : { refused: step.refused, ...(step.circle === undefined ? {} : { circle: circleOf(step.circle) }) }
    expect({ when, ...refusal }).toEqual({ when, ...expected })
    if (before !== undefined) expect(await stage.contents()).toBe(before)
    if ('value' in outcome && step.name !== undefined) revisions.set(step.name, outcome.value)
  }
  const told: { [question: string]: unknown } = {}
  const law: { [question: string]: unknown } = {}
  for (const [index, check] of checks.entries()) {
    const question = `${when}, ${index + 1}: can ${JSON.stringify(check.check)}`
    told[question] = await answerOf(stage, check)
    law[question] = stage.givesReasons
      ? { ...check.answer, ...(check.lacks === undefined ? {} : { lacks: check.lacks }) }
      : bare(check.answer)
  }
  for (const [index, list] of lists.entries()) {
    const question = `${when}, ${index + 1}: ${list.name} ${JSON.stringify(list.question)}`
    told[question] = await itemsOf(stage, list)
    law[question] = list.gives
  }
  expect(told).toEqual(law)
}

/** The answer without what was found. */
function bare(answer: Answer): object {
  return 'error' in answer ? answer : { allowed: answer.allowed, reason: answer.reason }
}

async function answerOf(stage: Stage, { check, lacks }: ExpectedAnswer): Promise<object> {
  const outcome = await outcomeOf(() => stage.explain(check))
  if ('error' in outcome) return outcome
  const { allowed, reason, findings, misses } = outcome.value
  if (!stage.givesReasons) return { allowed, reason }
  return {
    allowed,
    reason,
    found: findings?.map(findingWords).sort(),
    ...(lacks === undefined ? {} : { lacks: misses?.[0]?.lacks.map(lackWords) ?? [] }),
  }
}

async function itemsOf(stage: Stage, list: ExpectedList): Promise<ExpectedList['gives']> {
  const outcome = await outcomeOf(() => stage.list(list))
  return 'error' in outcome ? { error: outcome.error } : outcome.value.map(itemWords).sort()
}

type Outcome<T> = { readonly value: T } | { readonly error: string; readonly circle?: readonly string[] }

/** What came of it: the value, or the code of a refusal. Anything else that is thrown is a defect and goes on. */
async function outcomeOf<T>(run: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await run() }
  } catch (thrown) {
    if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string' || !('details' in thrown)) throw thrown
    if (thrown.code !== 'cycle') return { error: thrown.code }
    // Of the code `cycle`; what it declares is a path.
    const { path } = thrown.details as { readonly path: readonly string[] }
    expect(path.at(-1)).toBe(path[0])
    return { error: thrown.code, circle: circleOf(path.slice(1)) }
  }
}

/** A circle without beginning and direction: from its first name in the order of code units, towards the smaller neighbour. */
function circleOf(names: readonly string[]): readonly string[] {
  const start = names.indexOf([...names].sort()[0] ?? '')
  const around = [...names.slice(start), ...names.slice(0, start)]
  const [first = '', ...rest] = around
  const back = [first, ...rest.toReversed()]
  return JSON.stringify(around) < JSON.stringify(back) ? around : back
}
