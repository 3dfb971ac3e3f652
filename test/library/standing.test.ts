import { describe, expect, it } from 'vitest'
import { createAccess } from '../../src/index.ts'

const open = () => createAccess({ store: 'memory:', clock: () => '2026-03-15T12:00:00Z' })

describe('a standing that has ended', () => {
  it('is told as the nearest miss', async () => {
    const access = await open()
    await access.write([
      { kind: 'group.create', id: 'staff', name: 'Staff' },
      { kind: 'user.create', id: 'ada' },
      { kind: 'member.add', group: 'staff', member: 'user:ada', roles: ['manager'], until: '2026-03-01' },
    ])
    const { misses, sentences } = access.explain({ subject: 'user:ada', action: 'edit', resource: 'group:staff' })
    expect(misses).toMatchObject([{ rule: 'standing', lacks: [{ lack: 'membership', state: 'ended', when: '2026-03-01T00:00:00.000Z' }] }])
    expect(sentences[1]).toBe(
      'nearly: ada is manager in Staff (until 2026-03-01T00:00:00.000Z); but the membership of ada in Staff ended at 2026-03-01T00:00:00.000Z',
    )
  })
})

describe('the last role that a group type allows as standing', () => {
  it('cannot be deleted, because no list would allow every role', async () => {
    const access = await open()
    await access.write([
      { kind: 'role.create', codename: 'lead' },
      { kind: 'role.create', codename: 'guest' },
      { kind: 'group-type.create', codename: 'team', standings: ['lead', 'guest'] },
    ])
    await access.write([{ kind: 'role.delete', codename: 'guest' }])
    await expect(access.write([{ kind: 'role.delete', codename: 'lead' }])).rejects.toMatchObject({ code: 'conflict' })
    expect(access.record('group-type', 'team')?.standings).toEqual(['lead'])
  })
})
