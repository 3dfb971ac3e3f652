import { describe, expect, it } from 'vitest'
import { createAccess } from '../../src/index.ts'

const open = () => createAccess({ store: 'memory:', clock: () => '2026-03-15T12:00:00Z' })

describe('an import of an export', () => {
  it('keeps an assignment whose owner has left the group since', async () => {
    const access = await open()
    await access.write([
      { kind: 'resource-type.create', name: 'legion', actions: ['view', 'change', 'delete'] },
      { kind: 'group.create', id: 'consuls', name: 'Consuls' },
      { kind: 'user.create', id: 'sulla' },
      { kind: 'member.add', group: 'consuls', member: 'user:sulla' },
      { kind: 'assignment.create', id: 'four', resource: 'legion:4', group: 'consuls', member: 'user:sulla' },
    ])
    await access.write([{ kind: 'member.remove', group: 'consuls', member: 'user:sulla' }])
    const other = await open()
    await other.importWorld({ world: access.exportWorld() })
    expect(other.exportWorld()).toEqual(access.exportWorld())
    await other.write([{ kind: 'member.add', group: 'consuls', member: 'user:sulla' }])
    expect(other.check({ subject: 'user:sulla', action: 'delete', resource: 'legion:4' }).allowed).toBe(true)
  })
})

describe('an import with lines that are refused', () => {
  it('is refused with their code when they agree, and nothing is changed', async () => {
    const access = await open()
    const groups = [
      { id: 'a', name: 'a', parent: 'b' },
      { id: 'b', name: 'b', parent: 'a' },
    ]
    await expect(access.importWorld({ world: { curia: 1, groups } })).rejects.toMatchObject({ code: 'cycle' })
    expect(access.revision).toBe(0)
  })

  it('is refused as a whole with every fault when they differ', async () => {
    const access = await open()
    const groups = [
      { id: 'a', name: 'a', parent: 'a' },
      { id: 'b', name: 'b', parent: 'nowhere' },
    ]
    await expect(access.importWorld({ world: { curia: 1, groups } })).rejects.toMatchObject({
      code: 'invalid_row',
      details: { faults: [expect.anything(), expect.anything()] },
    })
    expect(access.revision).toBe(0)
  })
})
