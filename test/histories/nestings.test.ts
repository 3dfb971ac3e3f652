import { describe, expect, it } from 'vitest'
import type { Effect, Grant, Group, Hold, MemberReference, RecordBase } from '../../src/core/index.ts'
import { keyOf, questionsOf, readInstant, Snapshot } from '../../src/core/index.ts'
import type { World } from '../oracle.ts'
import * as oracle from '../oracle.ts'
import { compile } from './conditions.ts'
import { explanationFaults } from './explanation.ts'
import { emptyShadow, factsOf } from './facts.ts'
import { expectSame } from './same.ts'

const now = readInstant('2026-01-03', 'now')
const base: RecordBase = { origin: 'local', createdAt: now, createdBy: 'system:test', updatedAt: now }
const groups = [0, 1, 2, 3]
const edges = groups.flatMap((inner) => groups.filter((outer) => outer !== inner).map((outer) => [inner, outer] as const))
const grantsMade = new Map<string, Grant>()
type Nesting = readonly (readonly [inner: number, outer: number])[]

/** Every nesting without a circle, as the sum of the places of its edges. */
const acyclic = Array.from({ length: 2 ** edges.length }, (_, chosen) => chosen).filter((chosen) => isAcyclic(nestingOf(chosen)))
/** One of each of those that differ in the names of the groups alone. */
const shapes = acyclic.filter((chosen) => chosen === Math.min(...renamed(chosen)))
/** Which of the groups each of two people is in directly, a bit a group; who of the two is who makes no difference. */
const places = Array.from({ length: 16 }, (_, ada) => Array.from({ length: ada + 1 }, (_, bob) => [ada, bob] as const)).flat()
/** Nothing, a grant or a denial on each of the four groups. */
const choices = 3 ** groups.length

const people = ['user:ada', 'user:bob'] as const
const subjects: readonly MemberReference[] = [...people, ...groups.map((n): MemberReference => `group:g${n}`)]
const permissions = ['chat.export', 'chat.print'] as const
const roleOf = { 'chat.export': undefined, 'chat.print': 'printer' } as const

/** Which of the ways to nest and be a member are played with every choice of grants: `0-62`. */
const { CURIA_NESTINGS = '' } = process.env

describe('every way to nest four groups, with two people in them', () => {
  it('has 543 nestings of 31 shapes, and 136 ways for the people to be members', () => {
    expect(acyclic.length).toBe(543)
    expect(shapes.length).toBe(31)
    expect(new Set(acyclic.map((chosen) => Math.min(...renamed(chosen)))).size).toBe(31)
    expect(places.length).toBe(136)
  })
})

if (CURIA_NESTINGS === '')
  describe('every way to nest four groups, asked in part', () => {
    it('has the groups and members that the oracle says, by whatever names', () => {
      for (const [index, chosen] of acyclic.entries()) {
        const [ada, bob] = places[(index * 7) % places.length] ?? [0, 0]
        membershipsAgree(worldOf(nestingOf(chosen), ada, bob))
      }
    })

    it('is answered as the oracle says, with every choice of grant, denial or nothing on each group', () => {
      let allowed = 0
      for (const chosen of shapes) {
        for (let ada = 0; ada < 16; ada++) {
          const bob = (ada * 5 + 3) % 16
          const played = worldOf(nestingOf(chosen), ada, bob)
          membershipsAgree(played)
          // Of the second permission another choice each time, so that in the end all of them stand beside all.
          for (let choice = 0; choice < choices; choice++)
            allowed += choiceAgrees(played, choice, (choice * 32 + chosen + ada * 11) % choices)
        }
      }
      expect(allowed).toBeGreaterThan(10_000)
    })
  })

if (CURIA_NESTINGS !== '')
  describe('some ways to nest four groups, asked whole', () => {
    it(`is answered as the oracle says, with every choice of grants of two permissions: ${CURIA_NESTINGS}`, { timeout: 3_600_000 }, () => {
      const [from = 0, to = 0] = CURIA_NESTINGS.split('-').map(Number)
      let worlds = 0
      for (let index = from; index < to; index++) {
        const [ada, bob] = places[Math.floor(index / shapes.length)] ?? [0, 0]
        const played = worldOf(nestingOf(shapes[index % shapes.length] ?? 0), ada, bob)
        membershipsAgree(played)
        for (let first = 0; first < choices; first++) {
          for (let second = 0; second < choices; second++) {
            choiceAgrees(played, first, second)
            worlds += 1
          }
        }
      }
      expect(worlds).toBe((to - from) * choices ** 2)
    })
  })

function nestingOf(chosen: number): Nesting {
  return edges.filter((_, index) => (chosen >> index) % 2 === 1)
}

function isAcyclic(nesting: Nesting): boolean {
  let left = groups
  for (;;) {
    const inner = left.filter((n) => nesting.some(([one, outer]) => one === n && left.includes(outer)))
    if (inner.length === 0) return true
    if (inner.length === left.length) return false
    left = inner
  }
}

/** The same nesting under all names of the groups. */
function renamed(chosen: number): readonly number[] {
  const nesting = nestingOf(chosen)
  return orders(groups).map((names) =>
    nesting
      .map(([inner, outer]) => edges.findIndex(([one, other]) => one === names[inner] && other === names[outer]))
      .reduce((sum, place) => sum + 2 ** place, 0),
  )
}

function orders(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length < 2) return [items]
  return items.flatMap((first) => orders(items.filter((each) => each !== first)).map((rest) => [first, ...rest]))
}

interface Played {
  readonly snapshot: Snapshot
  readonly questions: ReturnType<typeof questionsOf>
  readonly world: World
  /** The grants that stand, a place for each permission and group; and how many worlds there were. */
  readonly grants: (Grant | undefined)[]
  count: number
}

function worldOf(nesting: Nesting, ada: number, bob: number): Played {
  const snapshot = new Snapshot('main', compile)
  const shadow = emptyShadow()
  const put = <Name extends 'hold' | 'permission' | 'role' | 'user' | 'group'>(
    table: Name,
    row: Parameters<typeof snapshot.put<Name>>[1],
  ) => {
    snapshot.put(table, row)
    const rows: Map<string, typeof row> = shadow[table]
    rows.set(keyOf(table, row), row)
  }
  for (const name of permissions) put('permission', { ...base, name, permissionKind: 'allow' })
  put('role', { ...base, codename: 'printer', label: 'Printer', permissions: ['chat.print'], includes: [] })
  for (const id of ['ada', 'bob']) {
    put('user', { ...base, id, userName: id, emails: [], attributes: {}, networks: [], externalIds: {}, status: 'active' })
  }
  for (const n of groups) {
    const id = `g${n}`
    const plain: Pick<Group, 'entities' | 'properties' | 'data' | 'meta'> = {
      entities: [],
      properties: {},
      data: { config: { share: false } },
      meta: {},
    }
    put('group', { ...base, ...plain, id, name: `G${n}`, codename: id, active: true, joinPolicy: 'closed' })
  }
  const hold = (group: number, member: MemberReference): void => {
    const row: Hold = { ...base, group: `g${group}`, member, roles: [] }
    put('hold', row)
  }
  for (const n of groups) {
    if ((ada >> n) % 2 === 1) hold(n, 'user:ada')
    if ((bob >> n) % 2 === 1) hold(n, 'user:bob')
  }
  for (const [inner, outer] of nesting) hold(outer, `group:g${inner}`)
  const questions = questionsOf(
    () => snapshot,
    () => now,
  )
  const world = { facts: factsOf(shadow), at: now, compile }
  return { snapshot, questions, world, grants: Array.from({ length: permissions.length * groups.length }), count: 0 }
}

/** Who is in what, both ways. */
function membershipsAgree({ questions, world }: Played): void {
  for (const member of subjects) {
    for (const mode of ['direct', 'effective'] as const)
      expectSame('groupsOf', member, questions.groupsOf({ member, mode }).items, oracle.groupsOf(world, member, mode))
  }
  for (const n of groups) {
    for (const mode of ['direct', 'effective', 'descendants'] as const) {
      const found = questions.membersOf({ group: `g${n}`, mode }).items.map(({ member }) => member)
      const expected = oracle.membersOf(world, `g${n}`, mode).map(({ member }) => member)
      expectSame('membersOf', `g${n}`, found, expected)
    }
  }
}

/** Puts the chosen grants in the place of those before, and asks. Gives how many of the four answers were yes. */
function choiceAgrees(played: Played, first: number, second: number): number {
  const { snapshot, questions, grants } = played
  played.count += 1
  for (const [index, permission] of permissions.entries()) {
    const choice = index === 0 ? first : second
    for (const n of groups) {
      const effect = ([undefined, 'allow', 'deny'] as const)[Math.floor(choice / 3 ** n) % 3]
      const place = index * groups.length + n
      const before = grants[place]
      if (before?.effect === effect) continue
      if (before !== undefined) snapshot.remove('grant', before.id)
      const grant = effect === undefined ? undefined : grantTo(n, permission, effect)
      if (grant !== undefined) snapshot.put('grant', grant)
      grants[place] = grant
    }
  }
  const standing = grants.filter((grant) => grant !== undefined)
  const world: World = { ...played.world, facts: { ...played.world.facts, grant: standing } }
  let allowed = 0
  for (const subject of people) {
    for (const action of permissions) {
      const found = questions.check({ subject, action })
      const expected = oracle.check(world, { subject, action })
      if (found.allowed !== expected.allowed || found.reason !== expected.reason) {
        expect.fail(`${subject} ${action} with ${JSON.stringify(standing)}: the engine says ${found.reason}, the oracle ${expected.reason}`)
      }
      if (expected.allowed) allowed += 1
    }
  }
  listAgrees(played, world)
  return allowed
}

/** One of the lists, or the reasons, in turn: all of them in every world would take ten times as long. */
function listAgrees({ questions, count }: Played, world: World): void {
  // Two numbers without a common divisor with those that the choices go round in.
  const subject = subjects[(count % 7) % subjects.length] ?? ''
  const action = permissions[(count % 5) % 2] ?? ''
  switch (count % 11) {
    case 0:
      return expectSame('listPermissions', subject, questions.listPermissions({ subject }).items, oracle.listPermissions(world, subject))
    case 1:
      return expectSame('listSubjects', action, questions.listSubjects({ action }).items, oracle.listSubjects(world, action))
    case 2:
      return expectSame('holdersOf', 'printer', questions.holdersOf({ role: 'printer' }).items, oracle.holdersOf(world, 'printer'))
    case 3:
      return expectSame('rolesOf', subject, questions.rolesOf({ subject }).items, oracle.rolesOf(world, subject))
    case 4: {
      const explanation = questions.explain({ subject, action })
      const { allowed, reason } = explanation
      expectSame('explain', subject, { allowed, reason }, oracle.check(world, { subject, action }))
      return expectSame('faults of the explanation', subject, explanationFaults(world, explanation), [])
    }
    case 5:
      return expectSame('check', subject, questions.check({ subject, action }).reason, oracle.check(world, { subject, action }).reason)
    default:
  }
}

function grantTo(group: number, permission: (typeof permissions)[number], effect: Effect): Grant {
  const key = `${group} ${permission} ${effect}`
  const known = grantsMade.get(key)
  if (known !== undefined) return known
  const role = roleOf[permission]
  const what = role === undefined ? { permission } : { role }
  const grant: Grant = {
    ...base,
    id: `r${group}${permission}`,
    subject: `group:g${group}`,
    ...what,
    resource: 'tenant',
    effect,
  }
  grantsMade.set(key, grant)
  return grant
}
