import { describe, expect, it } from 'vitest'
import { groupsOf } from '../../bench/answers.ts'
import { answerTo, questionsFor } from '../../bench/questions.ts'
import type { Size } from '../../bench/sizes.ts'
import { divided, sizes } from '../../bench/sizes.ts'
import type { Rows, World } from '../../bench/world.ts'
import { ends, rowOf } from '../../bench/world.ts'
import { rowsOfWorld } from '../../bench/world-rows.ts'
import { makeWorld, organisation } from '../../bench/worlds.ts'

const world = makeWorld('S', 1)

function countsOf(made: World) {
  return {
    users: made.users,
    groups: made.groups,
    memberships: made.memberships.items.length,
    roles: made.roles.starts.length - 1,
    rolePermissions: made.roles.items.length,
    permissions: made.permissions,
    grants: made.grantSubjects.length,
    documents: made.documents,
  }
}

describe('a made organisation', () => {
  it('has exactly the counts of its size', () => {
    expect(countsOf(world)).toEqual({
      users: 1_000,
      groups: 100,
      memberships: 10_000,
      roles: 50,
      rolePermissions: 400,
      permissions: 500,
      grants: 10_000,
      documents: 2_500,
    })
  })

  it('has a hundred and a thousand times as many users in the larger sizes', () => {
    const of = ({ users, membershipsPerUser, groups, roles, permissionsPerRole, permissions, grants, documents }: Size) =>
      [users, users * membershipsPerUser, groups, roles, permissionsPerRole, permissions, grants, documents].join(' ')
    expect(of(sizes.M)).toBe('100000 1000000 10000 500 20 5000 1000000 250000')
    expect(of(sizes.L)).toBe('1000000 10000000 100000 2000 20 20000 10000000 2500000')
  })

  it('has no membership, permission of a role or grant twice', () => {
    const twins = (rows: Rows) =>
      Array.from({ length: rows.starts.length - 1 }, (_, index) => rowOf(rows, index)).filter((row) => new Set(row).size < row.length)
    expect([...twins(world.memberships), ...twins(world.roles)]).toEqual([])
    const grants = new Set<string>()
    for (const { table, row } of rowsOfWorld(world))
      if (table === 'grant') grants.add(`${row.resource} ${row.subject} ${row.permission} ${row.role}`)
    // Those on documents, one role for each group, and the administrator.
    expect(grants.size).toBe(10_000 + 100 + 1)
  })

  it('gives one membership in ten an end', () => {
    expect(world.ends.filter((end) => end !== ends.never).length).toBe(1_000)
  })

  it('nests one group in twenty in a second one', () => {
    const outer = Array.from({ length: world.groups }, (_, group) => rowOf(world.nestings, group).length)
    expect([0, 1, 2].map((count) => outer.filter((each) => each === count).length)).toEqual([2, 93, 5])
  })

  it('puts a user into some twenty-five groups', () => {
    let sum = 0
    for (let user = 0; user < world.users; user += 1) sum += groupsOf(world, user).size
    expect(Math.round(sum / world.users / 5) * 5).toBe(25)
  })

  it('is the same for the same seed and another for another', () => {
    expect(makeWorld('S', 1)).toEqual(world)
    expect(makeWorld('S', 2).memberships).not.toEqual(world.memberships)
  })

  it('keeps its facts when denials are added', () => {
    const denied = makeWorld('denied', 1)
    expect(denied.memberships).toEqual(world.memberships)
    expect(denied.grantDenies.filter((each) => each === 1).length).toBe(100)
    expect(denied.grantSubjects.filter((_, grant) => denied.grantDenies[grant] === 0)).toEqual(world.grantSubjects)
  })
})

describe('a hard shape', () => {
  it('is wide: everybody is in one group', () => {
    const wide = makeWorld('wide', 1)
    expect(wide.users).toBe(100_000)
    expect(Array.from({ length: wide.users }, (_, user) => rowOf(wide.memberships, user)[0]).every((group) => group === 0)).toBe(true)
  })

  it('is deep: at the bottom one is in a thousand groups', () => {
    expect(groupsOf(makeWorld('deep', 1), 0).size).toBe(1_000)
  })

  it('is a diamond: many ways lead to every group above', () => {
    expect(groupsOf(makeWorld('diamond', 1), 0).size).toBe(91)
  })

  it('moves: ten thousand groups stand below one', () => {
    const moved = makeWorld('moved', 1)
    const below = new Set([1])
    // Every group stands behind the one it sits under.
    moved.parents.forEach((parent, group) => {
      if (below.has(parent)) below.add(group)
    })
    expect(below.size - 1).toBe(10_000)
  })

  it('is assigned: a thousand documents in a tree of ten thousand groups', () => {
    const assigned = makeWorld('assigned', 1)
    expect(assigned.groups).toBe(10_000)
    expect(new Set(assigned.assignments.map(({ document }) => document)).size).toBe(1_000)
    expect(assigned.parents.filter((parent) => parent === -1).length).toBe(1)
  })
})

describe('the questions', () => {
  const small = organisation('small', divided(sizes.S, 10), 1)

  it.each(['tenant-check', 'document-check'] as const)('of the kind %s are half hits and half misses', (kind) => {
    const answers = questionsFor(small, kind, 200).map((question) => answerTo(small, question))
    expect(answers.filter((answer) => answer === true).length).toBe(answers.length / 2)
  })

  it('are the same for the same world', () => {
    expect(questionsFor(small, 'tenant-check', 50)).toEqual(questionsFor(small, 'tenant-check', 50))
  })

  it('come from few users often and from many seldom', () => {
    const counts = new Map<number, number>()
    for (const { user } of questionsFor(world, 'tenant-check', 2_000)) counts.set(user, (counts.get(user) ?? 0) + 1)
    const sorted = [...counts.values()].sort((one, other) => other - one)
    expect(sorted[0]).toBeGreaterThan(10 * (sorted[100] ?? 0))
    expect(counts.size).toBeGreaterThan(200)
  })
})
