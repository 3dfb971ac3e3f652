import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Installed } from './installation.ts'
import { install, narrowKey } from './installation.ts'
import { legion } from './legion.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install(legion, [
    {
      kind: 'role.create',
      codename: 'warden',
      permissions: ['grant.create', 'grant.view', 'resource.edit', 'journal.view', 'legion.view'],
    },
    { kind: 'grant.create', subject: 'user:manager', role: 'warden', resource: 'legion:4' },
    { kind: 'grant.create', subject: 'user:manager', role: 'manager', resource: 'group:greeks' },
    { kind: 'grant.create', subject: 'user:manager', permission: 'group.edit', resource: 'group:greeks', effect: 'deny' },
  ])
})
afterAll(() => installed.access.close())

describe('the rights of the caller on records', () => {
  it('are those that a write of that record would ask, by grants on it and denials on it', async () => {
    const { items } = await installed.manager.myRights({ resources: ['legion:4', 'legion:9', 'group:greeks', 'user:manager', 'tenant'] })
    expect(items).toEqual([
      { resource: 'legion:4', permissions: ['grant.create', 'grant.view', 'resource.edit'] },
      { resource: 'legion:9', permissions: [] },
      { resource: 'group:greeks', permissions: ['group.members.manage', 'group.members.view', 'group.view'] },
      { resource: 'user:manager', permissions: ['user.edit-profile', 'user.view'] },
      { resource: 'tenant', permissions: [] },
    ])
  })

  it('are all of them for an administrator, and not told to a key that is narrowed', async () => {
    const { admin, as } = installed
    const [onGroup] = (await admin.myRights({ resources: ['group:greeks'] })).items
    expect(onGroup?.permissions).toEqual(expect.arrayContaining(['group.edit', 'group.move', 'grant.create', 'assignment.delete']))
    await expect(as(narrowKey).myRights({ resources: ['tenant'] })).rejects.toMatchObject({ code: 'scope_denied' })
  })
})
