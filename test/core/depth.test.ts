import { beforeAll, describe, expect, it } from 'vitest'
import { depthLimit } from '../../src/core/hierarchy.ts'
import { forgetChains } from '../../src/core/index.ts'
import type { Tenant } from './tenant.ts'
import { tenant } from './tenant.ts'

const chain = Array.from({ length: depthLimit }, (_, index) => `g${index}`)
const deepest = `g${depthLimit - 1}`

/** As many groups as may stand in one chain, each below and inside the one before it; Ada is in the deepest. */
describe('ten thousand groups in one chain, stacked and nested', () => {
  let access: Tenant
  beforeAll(() => {
    access = tenant()
    access.write(
      { kind: 'resource-type.create', name: 'doc', actions: ['view', 'edit', 'print'] },
      { kind: 'user.create', id: 'ada', userName: 'ada' },
      ...chain.map((id, index) => ({
        kind: 'group.create',
        id,
        name: id,
        ...(index === 0 ? {} : { parent: `g${index - 1}`, nested: true }),
      })),
      { kind: 'member.add', group: deepest, member: 'user:ada', roles: ['manager'] },
      { kind: 'grant.create', subject: 'group:g0', actions: ['view'], resource: 'doc:1' },
      { kind: 'grant.create', subject: 'group:g0^descendants', actions: ['edit'], resource: 'doc:1' },
      { kind: 'assignment.create', resource: 'doc:2', group: 'g0', policy: { descendants: ['doc.print'] } },
    )
  })

  it('take one more group, under or inside the last, with depth_limit', () => {
    const details = { limit: depthLimit, reference: 'group:more' }
    const under = access.refusal({}, { kind: 'group.create', id: 'more', name: 'more', parent: deepest })
    expect([under?.code, under?.details]).toEqual(['depth_limit', details])
    const inside = access.refusal(
      {},
      { kind: 'group.create', id: 'more', name: 'more' },
      { kind: 'member.add', group: deepest, member: 'group:more' },
    )
    expect([inside?.code, inside?.details]).toEqual(['depth_limit', details])
  })

  it('refuse to be closed to a ring, naming all of it', () => {
    const ring = access.refusal({}, { kind: 'group.move', id: 'g0', parent: deepest })
    expect(ring?.code).toBe('cycle')
    expect(ring?.details).toMatchObject({ path: expect.objectContaining({ length: depthLimit + 1 }) })
    expect(access.refusal({}, { kind: 'member.add', group: deepest, member: 'group:g0' })?.code).toBe('cycle')
  })

  it('answer every question', () => {
    for (const [action, resource] of [
      ['view', 'doc:1'],
      ['edit', 'doc:1'],
      ['print', 'doc:2'],
    ] as const) {
      expect(access.may('user:ada', action, resource)).toBe(true)
      expect(access.explain({ subject: 'user:ada', action, resource }).findings[0]?.chain.length).toBeGreaterThan(1)
    }
    expect(access.explain({ subject: 'user:ada', action: 'edit', resource: 'doc:2' }).misses).toEqual([])
    expect(access.groupsOf({ member: 'user:ada' }).total).toBe(depthLimit)
    expect(access.membersOf({ group: 'g0', mode: 'descendants' }).total).toBe(depthLimit)
    expect(access.listSubjects({ action: 'edit', resource: 'doc:1' }).items).toEqual(['user:ada'])
    expect(access.listActions({ subject: 'user:ada', resource: 'doc:1' }).items).toEqual(['edit', 'view'])
    expect(access.listPermissions({ subject: 'user:ada', resource: `group:${deepest}` }).total).toBe(4)
    expect(access.rolesOf({ subject: 'user:ada', resource: `group:${deepest}` }).items).toEqual(['manager'])
  })

  it('list who is in the first of them, each once', () => {
    expect(access.membersOf({ group: 'g0', mode: 'effective' }).total).toBe(depthLimit)
  })

  it('tell a way that lacks one membership', () => {
    access.write({ kind: 'member.update', group: deepest, member: 'user:ada', until: '2026-03-01' })
    const { misses } = access.explain({ subject: 'user:ada', action: 'view', resource: 'doc:1' })
    expect(misses.map(({ lacks }) => lacks)).toEqual([[expect.objectContaining({ lack: 'membership', state: 'ended', group: deepest })]])
    access.write({ kind: 'undo', revision: 2 })
  })

  it('are moved, deleted with all that is below, and brought back', () => {
    const before = access.rows()
    access.write({ kind: 'group.move', id: 'g5000', parent: null })
    access.write({ kind: 'group.move', id: 'g5000', parent: 'g4999' })
    access.write({ kind: 'group.delete', id: 'g0', children: 'delete' })
    expect(access.snapshot.size('group')).toBe(0)
    access.write({ kind: 'undo', revision: access.snapshot.revision })
    expect(Object.keys(access.rows())).toEqual(Object.keys(before))
    expect(access.may('user:ada', 'view', 'doc:1')).toBe(true)
  })
})

describe('a chain of resources', () => {
  it('is as deep as ten thousand, and a right at its top reaches down', () => {
    const access = tenant()
    const make = (index: number) => ({
      kind: 'resource.create',
      resource: `box:${index}`,
      ...(index === 0 ? {} : { parent: `box:${index - 1}` }),
    })
    access.write(
      { kind: 'resource-type.create', name: 'box', actions: ['view'], parentTypes: ['box'] },
      { kind: 'user.create', id: 'ada', userName: 'ada' },
      ...Array.from({ length: depthLimit }, (_, index) => make(index)),
      { kind: 'grant.create', subject: 'user:ada', actions: ['view'], resource: 'box:0' },
    )
    expect(access.may('user:ada', 'view', `box:${depthLimit - 1}`)).toBe(true)
    expect(access.explain({ subject: 'user:ada', action: 'view', resource: `box:${depthLimit - 1}` }).allowed).toBe(true)
    expect(access.refusal({}, make(depthLimit))?.code).toBe('depth_limit')
    expect(access.refusal({}, { kind: 'resource.update', resource: 'box:0', parent: 'box:9' })?.code).toBe('cycle')
    access.write({ kind: 'resource.delete', resource: 'box:0', children: 'delete' })
    expect(access.snapshot.size('resource')).toBe(0)
  })
})

describe('a chain of roles', () => {
  it('is as long as ten thousand, and the first holds what the last holds', () => {
    const access = tenant()
    const make = (index: number) => ({
      kind: 'role.create',
      codename: `r${index}`,
      ...(index === 0 ? {} : { includes: [`r${index - 1}`] }),
    })
    access.write(
      { kind: 'permission.create', name: 'chat' },
      { kind: 'user.create', id: 'ada', userName: 'ada' },
      ...Array.from({ length: depthLimit }, (_, index) => make(index)),
      { kind: 'role.update', codename: 'r0', permissions: ['chat'] },
      { kind: 'grant.create', subject: 'user:ada', role: `r${depthLimit - 1}` },
    )
    expect(access.explain({ subject: 'user:ada', action: 'chat' }).findings[0]?.chain).toContainEqual(
      expect.objectContaining({ fact: 'role', path: expect.objectContaining({ length: depthLimit }) }),
    )
    expect(access.rolesOf({ subject: 'user:ada' }).total).toBe(depthLimit)
    expect(access.refusal({}, make(depthLimit))?.code).toBe('depth_limit')
    expect(access.refusal({}, { kind: 'role.update', codename: 'r0', includes: ['r9'] })?.code).toBe('cycle')
  })
})

describe('a long chain of groups that is moved', () => {
  const half = Array.from({ length: depthLimit / 2 }, (_, index) => `h${index}`)
  const roots = ['one', 'other']
  let access: Tenant
  beforeAll(() => {
    access = tenant()
    access.write(
      ...roots.map((id) => ({ kind: 'group.create', id, name: id })),
      ...half.map((id, index) => ({
        kind: 'group.create',
        id,
        name: id,
        ...(index === 0 ? {} : { parent: `h${index - 1}`, nested: true }),
      })),
    )
  })
  /** Below a root, and inside it and no other. */
  const moveTo = (root: string, from: string | undefined) => [
    { kind: 'group.move', id: 'h0', parent: root },
    ...(from === undefined ? [] : [{ kind: 'member.remove', group: from, member: 'group:h0' }]),
    { kind: 'member.add', group: root, member: 'group:h0' },
  ]

  it('is never taken for longer than it is, however often it moves', () => {
    for (let move = 0; move < 8; move += 1) access.write(...moveTo(roots[move % 2] ?? '', move === 0 ? undefined : roots[(move + 1) % 2]))
    expect(access.groupsOf({ member: `group:${half.at(-1)}` }).total).toBe(half.length)
  })

  it('is refused below another as long as it is, also when that was written by somebody else', () => {
    const last = half.at(-1)
    const other = half.map((_, index) => ({
      kind: 'group.create',
      id: `o${index}`,
      name: `o${index}`,
      ...(index === 0 ? {} : { parent: `o${index - 1}`, nested: true }),
    }))
    access.write(...other)
    forgetChains(access.snapshot)
    expect(access.refusal({}, { kind: 'group.move', id: 'o0', parent: last })?.code).toBe('depth_limit')
    expect(access.refusal({}, { kind: 'member.add', group: last ?? '', member: 'group:o0' })?.code).toBe('depth_limit')
    expect(access.refusal({}, { kind: 'group.move', id: 'h0', parent: 'o9' })?.code).toBeUndefined()
  })
})
