import { describe, expect, it } from 'vitest'
import type { OpenContender } from '../../bench/contender.ts'
import { openCuria } from '../../bench/contenders/curia.ts'
import { openSqliteClosure, openSqliteRecursive } from '../../bench/contenders/sqlite.ts'
import type { Question, QuestionKind } from '../../bench/questions.ts'
import { answerTo, questionsFor } from '../../bench/questions.ts'
import { divided, sizes } from '../../bench/sizes.ts'
import type { World } from '../../bench/world.ts'
import { makeWorld, organisation, treeOf } from '../../bench/worlds.ts'

const small = organisation('small', divided(sizes.S, 10), 1)
const denied = organisation('small with denials', { ...divided(sizes.S, 10), denialShare: 10 }, 1)
const lists = ['members', 'subjects', 'documents'] as const

/** Enough of each kind that hits and misses are among them. */
const asked = 24

async function answersOf(open: OpenContender, world: World, kind: QuestionKind) {
  const engine = await open(world)
  try {
    const questions = questionsFor(world, kind, asked)
    const prepared = engine.prepare(kind, questions)
    const given = await Promise.all(questions.map((_, index) => prepared?.answer(index)))
    return { given, expected: questions.map((question: Question) => answerTo(world, question)), found: await prepared?.run(0, asked) }
  } finally {
    await engine.close()
  }
}

describe('our engine in a made world', () => {
  it.each([
    ['an organisation', small, ['tenant-check', 'document-check', 'explain', ...lists]],
    ['an organisation with denials', denied, ['tenant-check', 'document-check', ...lists]],
    ['deep nesting', makeWorld('deep', 1), ['tenant-check']],
    ['a diamond', makeWorld('diamond', 1), ['tenant-check']],
    [
      'a tree with assignments',
      treeOf('small tree', 40, 1),
      ['plain-check', 'owner-check', 'group-check', 'ancestors-check', 'descendants-check', 'siblings-check'],
    ],
  ] as const)('gives the expected answers: %s', async (_, world, kinds) => {
    for (const kind of kinds) {
      const { given, expected } = await answersOf(openCuria, world, kind)
      expect(given, kind).toEqual(expected)
    }
  })

  it('counts what it found while it is timed', async () => {
    expect((await answersOf(openCuria, small, 'tenant-check')).found).toBe(asked / 2)
  })
})

describe('a database in a made world', () => {
  it.each([
    ['by a recursive query', openSqliteRecursive, ['tenant-check']],
    ['by a closure table', openSqliteClosure, ['tenant-check', ...lists]],
  ] as const)('gives the expected answers %s', async (_, open, kinds) => {
    for (const kind of kinds) {
      const { given, expected } = await answersOf(open, small, kind)
      expect(given, kind).toEqual(expected)
    }
  })
})
