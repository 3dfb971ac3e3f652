import { describe, expect, it } from 'vitest'
import { createAccess } from '../../src/index.ts'

describe('undoing the creation of a group type', () => {
  it('is refused while a grant by relation is narrowed to it', async () => {
    const access = await createAccess({ store: 'memory:' })
    const { revision } = await access.write([{ kind: 'group-type.create', codename: 'club' }])
    await access.write([
      { kind: 'permission.create', name: 'chat' },
      { kind: 'group.create', id: 'staff', name: 'Staff' },
      { kind: 'grant.create', subject: 'group:staff^descendants[club]', permission: 'chat' },
    ])
    await expect(access.undo(revision)).rejects.toMatchObject({ code: 'conflict' })
    expect(access.record('group-type', 'club')).toBeDefined()
  })
})
