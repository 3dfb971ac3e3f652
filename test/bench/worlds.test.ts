import { describe, expect, it } from 'vitest'
import { groupsOf } from '../../bench/answers.ts'
import type { Contender } from '../../bench/contender.ts'
import { openCuria } from '../../bench/contenders/curia.ts'
import type { QuestionKind } from '../../bench/questions.ts'
import { answerTo, questionsFor } from '../../bench/questions.ts'
import { divided, sizes } from '../../bench/sizes.ts'
import type { World } from '../../bench/world.ts'
import { ends } from '../../bench/world.ts'
import { makeWorld, organisation } from '../../bench/worlds.ts'

const small = organisation('small', divided(sizes.S, 10), 1)

describe('a made organisation', () => {
  const world = makeWorld('S', 1)

  it('has exactly the counts that are asked for', () => {
    expect({
      users: world.users,
      groups: world.groups,
      memberships: world.memberships.items.length,
      roles: world.roles.starts.length - 1,
      rolePermissions: world.roles.items.length,
      permissions: world.permissions,
      grants: world.grantSubjects.length,
      documents: world.documents,
    }).toEqual({
      users: 1000,
      groups: 100,
      memberships: 10_000,
      roles: 50,
      rolePermissions: 400,
      permissions: 500,
      grants: 10_000,
      documents: 2500,
    })
  })

  it('gives one membership in ten an end', () => {
    expect(world.ends.filter((end) => end !== ends.never).length).toBe(1000)
  })

  it('nests one group in twenty in a second one', () => {
    const outer = Array.from(
      { length: world.groups },
      (_, group) => (world.nestings.starts[group + 1] ?? 0) - (world.nestings.starts[group] ?? 0),
    )
    expect(outer.filter((count) => count === 2).length).toBe(5)
    expect(outer.filter((count) => count === 0).length).toBe(2)
  })

  it('puts a user into some twenty-five groups', () => {
    let sum = 0
    for (let user = 0; user < world.users; user += 1) sum += groupsOf(world, user).size
    expect(sum / world.users).toBeGreaterThan(20)
    expect(sum / world.users).toBeLessThan(30)
  })

  it('is the same for the same seed and another for another', () => {
    expect(makeWorld('S', 1)).toEqual(world)
    expect(makeWorld('S', 2)).not.toEqual(world)
  })

  it('keeps its facts when denials are added', () => {
    const denied = makeWorld('denied', 1)
    expect(denied.memberships).toEqual(world.memberships)
    expect(denied.grantDenies.reduce((sum, each) => sum + each, 0)).toBe(100)
    const allowing = [...denied.grantSubjects].filter((_, grant) => denied.grantDenies[grant] === 0)
    expect(allowing).toEqual([...world.grantSubjects])
  })
})

describe('the questions', () => {
  it.each(['tenant-check', 'document-check'] as const)('of a %s are half hits and half misses', (kind) => {
    const answers = questionsFor(small, kind).map((question) => answerTo(small, question))
    expect(answers.filter((answer) => answer === true).length).toBe(answers.length / 2)
  })

  it('are asked by few users often and by many seldom', () => {
    const counts = new Map<number, number>()
    for (const { user } of questionsFor(makeWorld('S', 1), 'tenant-check')) counts.set(user, (counts.get(user) ?? 0) + 1)
    const sorted = [...counts.values()].sort((one, other) => other - one)
    expect(sorted[0]).toBeGreaterThan(10 * (sorted[100] ?? 0))
  })
})

const kinds: readonly (readonly [string, World, readonly QuestionKind[]])[] = [
  ['an organisation', small, ['tenant-check', 'document-check', 'explain', 'members', 'subjects', 'documents']],
]

describe('our engine', () => {
  it.each(kinds)('gives the expected answers in %s', async (_, world, asked) => {
    const curia: Contender = await openCuria(world)
    for (const kind of asked) {
      const questions = questionsFor(world, kind)
      const prepared = curia.prepare(kind, questions)
      for (const [index, question] of questions.entries()) expect(await prepared?.answer(index)).toEqual(answerTo(world, question))
    }
    await curia.close()
  })
})
