import { describe, expect, it } from 'vitest'
import type { RecordBase, TableName, Tables } from '../src/core/index.ts'
import { defaultPolicy, defaultSettings, keyOf, readInstant } from '../src/core/index.ts'
import { compile } from './histories/conditions.ts'
import type { Table } from './histories/facts.ts'
import { emptyShadow, factsOf } from './histories/facts.ts'
import type { World } from './oracle.ts'
import { check, listSubjects, membersOf, rolesOf, standing } from './oracle.ts'

const base: RecordBase = { origin: 'local', createdAt: readInstant(0, ''), createdBy: 'system:test', updatedAt: readInstant(0, '') }
const shadow = emptyShadow()
const put = <Name extends TableName>(table: Name, row: Tables[Name]) => {
  const rows: Table<Name> = shadow[table]
  rows.set(keyOf(table, row), row)
}
const group = (id: string, parent?: string, type?: string) =>
  put('group', {
    ...base,
    id,
    name: id,
    codename: id,
    entities: [],
    properties: {},
    data: { config: { share: false } },
    meta: {},
    active: true,
    joinPolicy: 'closed',
    ...(parent === undefined ? {} : { parent }),
    ...(type === undefined ? {} : { type }),
  })
const user = (id: string) =>
  put('user', { ...base, id, userName: id, emails: [], attributes: {}, networks: [], externalIds: {}, status: 'active' })
const member = (groupId: string, id: string, roles: readonly string[] = []) =>
  put('hold', { ...base, group: groupId, member: `user:${id}`, roles, ...(id === 'sulla' ? { until: readInstant('2026-02-01', '') } : {}) })

// Gods over consuls and plebs; consuls over legates. A legion is given to the consuls, with Marius as its owner.
put('settings', { ...defaultSettings })
put('resource-type', { ...base, name: 'legion', actions: ['view', 'change', 'delete', 'march'], parentTypes: [] })
put('role', { ...base, codename: 'leader', label: 'Leader', permissions: ['legion.march'], includes: [] })
group('gods')
group('consuls', 'gods')
group('plebs', 'gods')
group('legates', 'consuls', 'military')
for (const [place, id, roles] of [
  ['gods', 'jupiter', []],
  ['consuls', 'marius', ['leader']],
  ['consuls', 'sulla', []],
  ['plebs', 'gaius', []],
  ['legates', 'titus', []],
] as const) {
  user(id)
  member(place, id, roles)
}
put('assignment', {
  ...base,
  id: 'a1',
  resource: 'legion:4',
  group: 'consuls',
  member: 'user:marius',
  policy: { ...defaultPolicy, owner: { default: ['view'], leader: ['delete'] }, descendants: { military: ['legion.march'] } },
  keepOwner: false,
})
put('grant', { ...base, id: 'd1', subject: 'group:consuls#leader', permission: 'legion.change', resource: 'tenant', effect: 'deny' })

const world: World = { facts: factsOf(shadow), at: readInstant('2026-01-15', ''), compile }
const may = (subject: string, action: string, at = world.at) =>
  check({ ...world, at }, { subject: `user:${subject}`, action, resource: 'legion:4' }).allowed

describe('the oracle', () => {
  it('spreads an assignment over owner, group, those above, below and beside', () => {
    expect(listSubjects(world, 'view', 'legion:4')).toEqual(['user:gaius', 'user:jupiter', 'user:marius', 'user:sulla'])
    expect(listSubjects(world, 'change', 'legion:4')).toEqual(['user:sulla'])
    expect(listSubjects(world, 'delete', 'legion:4')).toEqual(['user:marius'])
    expect(listSubjects(world, 'march', 'legion:4')).toEqual(['user:titus'])
  })

  it('lets a denial to a standing beat what the group gives', () => {
    expect(standing(world, 'user:marius', 'consuls')).toEqual(['leader'])
    expect(check(world, { subject: 'user:marius', action: 'change_legion', resource: 'legion:4' })).toEqual({
      allowed: false,
      reason: 'denied',
    })
  })

  it('ends a membership at its very end and not before', () => {
    expect(may('sulla', 'view', readInstant('2026-01-31T23:59:59.999Z', ''))).toBe(true)
    expect(may('sulla', 'view', readInstant('2026-02-01', ''))).toBe(false)
    const later = { ...world, at: readInstant('2026-02-01', '') }
    expect(membersOf(later, 'consuls').map((item) => item.member)).toEqual(['user:marius'])
    expect(membersOf(later, 'consuls', 'direct', true).map((item) => item.inForce)).toEqual([true, false])
  })

  it('counts a standing as the role held on the group itself', () => {
    expect(rolesOf(world, 'user:marius', 'group:consuls')).toEqual(['leader'])
    expect(rolesOf(world, 'user:marius', 'group:gods')).toEqual([])
  })
})
