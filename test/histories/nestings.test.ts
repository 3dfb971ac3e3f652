import { describe, expect, it } from 'vitest'
import type { Effect, Grant, Group, Hold, MemberReference, RecordBase } from '../../src/core/index.ts'
import { keyOf, questionsOf, readInstant, Snapshot } from '../../src/core/index.ts'
import type { World } from '../oracle.ts'
import { check, groupsAround } from '../oracle.ts'
import { compile } from './conditions.ts'
import { emptyShadow, factsOf } from './facts.ts'

const now = readInstant('2026-01-03', 'now')
const base: RecordBase = { origin: 'local', createdAt: now, createdBy: 'system:test', updatedAt: now }
const groups = [0, 1, 2, 3]
const edges = groups.flatMap((inner) => groups.filter((outer) => outer !== inner).map((outer) => [inner, outer] as const))
const subjects = ['user:ada', 'user:bob', ...groups.map((n) => `group:g${n}`)]

describe('every way to nest four groups, with every choice of grant, denial or nothing on each', () => {
  it('gives two users and the groups what the oracle says', () => {
    let nestings = 0
    let worlds = 0
    let allowed = 0
    for (let chosen = 0; chosen < 2 ** edges.length; chosen++) {
      const nesting = edges.filter((_, index) => (chosen >> index) % 2 === 1)
      if (!isAcyclic(nesting)) continue
      nestings += 1
      const { snapshot, world } = nested(nesting)
      const questions = questionsOf(
        () => snapshot,
        () => now,
      )
      const around = subjects.map((subject) =>
        groupsAround(world, subject)
          .map((id) => `group:${id}`)
          .sort(),
      )
      expect(subjects.map((member) => questions.groupsOf({ member }).items.map((item) => item.group))).toEqual(around)
      for (let choice = 0; choice < 3 ** groups.length; choice++) {
        const effects = groups.map((n) => ([undefined, 'allow', 'deny'] as const)[Math.floor(choice / 3 ** n) % 3])
        const grants = effects.flatMap((effect, n) => (effect === undefined ? [] : [grantTo(n, effect)]))
        for (const grant of grants) snapshot.put('grant', grant)
        worlds += 1
        // All six everywhere would take ten times as long and show the same: each is asked in every sixth world.
        const subject = subjects[(choice + chosen) % subjects.length] ?? ''
        const found = questions.check({ subject, action: 'chat.export' })
        const { allowed: expected, reason } = check(
          { ...world, facts: { ...world.facts, grant: grants } },
          { subject, action: 'chat.export' },
        )
        if (found.allowed !== expected || found.reason !== reason) {
          expect.fail(`${subject}, ${JSON.stringify({ nesting, effects })}: the engine says ${found.reason}, the oracle ${reason}`)
        }
        if (expected) allowed += 1
        for (const grant of grants) snapshot.remove('grant', grant.id)
      }
    }
    expect(nestings).toBe(543)
    expect(worlds).toBe(543 * 81)
    expect(allowed).toBeGreaterThan(10_000)
  })
})

function isAcyclic(nesting: readonly (readonly [number, number])[]): boolean {
  let left = groups
  for (;;) {
    const inner = left.filter((n) => nesting.some(([one, outer]) => one === n && left.includes(outer)))
    if (inner.length === 0) return true
    if (inner.length === left.length) return false
    left = inner
  }
}

function nested(nesting: readonly (readonly [number, number])[]): { readonly snapshot: Snapshot; readonly world: World } {
  const snapshot = new Snapshot('main', compile)
  const shadow = emptyShadow()
  const hold = (group: number, member: MemberReference) => {
    const row: Hold = { ...base, group: `g${group}`, member, roles: [] }
    snapshot.put('hold', row)
    shadow.hold.set(keyOf('hold', row), row)
  }
  const permission = { ...base, name: 'chat.export', permissionKind: 'allow' } as const
  snapshot.put('permission', permission)
  shadow.permission.set('chat.export', permission)
  for (const id of ['ada', 'bob']) {
    const user = { ...base, id, userName: id, emails: [], attributes: {}, networks: [], externalIds: {}, status: 'active' } as const
    snapshot.put('user', user)
    shadow.user.set(id, user)
  }
  for (const n of groups) {
    const group: Group = {
      ...base,
      id: `g${n}`,
      name: `G${n}`,
      codename: `g${n}`,
      entities: [],
      properties: {},
      data: { config: { share: false } },
      meta: {},
      active: true,
      joinPolicy: 'closed',
    }
    snapshot.put('group', group)
    shadow.group.set(group.id, group)
  }
  hold(0, 'user:ada')
  hold(1, 'user:bob')
  hold(2, 'user:bob')
  for (const [inner, outer] of nesting) hold(outer, `group:g${inner}`)
  return { snapshot, world: { facts: factsOf(shadow), at: now, compile } }
}

function grantTo(group: number, effect: Effect): Grant {
  return { ...base, id: `r${group}`, subject: `group:g${group}`, permission: 'chat.export', resource: 'tenant', effect }
}
