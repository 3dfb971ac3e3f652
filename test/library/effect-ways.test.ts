import { describe, expect, it } from 'vitest'
import type { Change } from '../../src/index.ts'
import { createAccess } from '../../src/index.ts'

const world: readonly Change[] = [
  { kind: 'resource-type.create', name: 'folder', actions: ['edit', 'view'] },
  { kind: 'group.create', id: 'staff', name: 'Staff' },
  { kind: 'group.create', id: 'guests', name: 'Guests' },
  { kind: 'user.create', id: 'ada', userName: 'ada' },
  { kind: 'user.create', id: 'bob', userName: 'bob' },
  { kind: 'grant.create', id: 'staff', subject: 'group:staff', actions: ['edit', 'view'], resource: 'folder:plans' },
  { kind: 'grant.create', id: 'ada', subject: 'user:ada', actions: ['view'], resource: 'folder:plans' },
  { kind: 'member.add', group: 'staff', member: 'user:bob' },
  { kind: 'grant.create', subject: 'user:ada', role: 'manager', resource: 'group:guests' },
  { kind: 'grant.create', subject: 'group:guests', actions: ['view'], resource: 'folder:hall' },
]

/** The facts of each way in short. */
function told(items: Awaited<ReturnType<Awaited<ReturnType<typeof createAccess>>['preview']>>['effect']['gains']) {
  return items.map(({ subject, ways }) => [
    subject,
    ways?.map(({ permissions, finding }) => [permissions.join(' '), finding.rule, finding.chain.map(({ fact }) => fact).join(' ')]),
  ])
}

describe('the effect of a change', () => {
  it('tells by which way a permission is gained', async () => {
    const access = await createAccess({ store: 'memory:' })
    await access.write(world)
    const { effect } = await access.preview([{ kind: 'member.add', group: 'staff', member: 'user:ada' }])
    expect(told(effect.gains)).toEqual([['user:ada', [['folder.edit', 'group-grant', 'membership grant']]]])
    await access.close()
  })

  it('tells what gave a permission that is lost, or the denial that takes it', async () => {
    const access = await createAccess({ store: 'memory:' })
    await access.write(world)
    const { effect: left } = await access.preview([{ kind: 'member.remove', group: 'staff', member: 'user:bob' }])
    expect(told(left.losses)).toEqual([['user:bob', [['folder.edit folder.view', 'group-grant', 'membership grant']]]])
    const { effect: denied } = await access.preview([
      { kind: 'grant.create', subject: 'user:bob', effect: 'deny', actions: ['view'], resource: 'folder:plans' },
    ])
    expect(told(denied.losses)).toEqual([['user:bob', [['folder.view', 'denial', 'grant']]]])
    await access.close()
  })

  it('keeps the ways from an actor who may not ask about others', async () => {
    const access = await createAccess({ store: 'memory:' })
    await access.write(world)
    const { effect } = await access.as('user:ada').preview([{ kind: 'member.add', group: 'guests', member: 'user:ada' }])
    expect(effect.gained).toBe(1)
    expect(effect.gains.map(({ ways }) => ways)).toEqual([undefined])
    await access.close()
  })
})
