import { describe, expect, it } from 'vitest'
import { createAccess } from '../../src/index.ts'

describe('a group under a denial', () => {
  it('is not given an end by somebody who would come to more when it ends', async () => {
    const access = await createAccess({ store: 'memory:', clock: () => '2026-03-15T12:00:00Z' })
    await access.write([
      { kind: 'permission.create', name: 'chat' },
      { kind: 'group.create', id: 'staff', name: 'Staff' },
      { kind: 'user.create', id: 'ada' },
      { kind: 'member.add', group: 'staff', member: 'user:ada' },
      { kind: 'grant.create', subject: 'user:ada', permission: 'chat' },
      { kind: 'grant.create', subject: 'user:ada', permission: 'group.edit' },
      { kind: 'grant.create', subject: 'group:staff', permission: 'chat', effect: 'deny' },
    ])
    const ada = access.as('user:ada')
    const ending = ada.write([{ kind: 'group.update', id: 'staff', expiresAt: '2026-04-01' }])
    await expect(ending).rejects.toMatchObject({ code: 'grant_exceeds_own', details: { permission: 'chat' } })
    await ada.write([{ kind: 'group.update', id: 'staff', description: 'everybody' }])
  })
})
