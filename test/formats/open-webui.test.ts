import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { World } from '../../src/core/index.ts'
import { CuriaError, planWorld, questionsOf, worldOf } from '../../src/core/index.ts'
import { exported, readOpenWebui } from '../../src/formats/index.ts'
import { emptyTenant, holding, now } from './holding.ts'
import { worlds } from './worlds.ts'

const editors = {
  id: '3f0c4b0e-1111-4222-8333-444455556666',
  user_id: 'u-admin',
  name: 'Editors',
  description: 'They write',
  permissions: { workspace: { models: true, knowledge: false }, chat: { temporary_enforced: true, file_upload: false } },
  data: { config: { share: 'members' } },
  meta: { exported_by: 'admin', custom_data: { seat: 4 } },
  created_at: 1700000000,
  updated_at: 1700000001,
  member_count: 1,
  user_ids: ['u-1'],
}
const file = {
  groups: [
    editors,
    { id: 'g-2', name: 'Editors', description: '', permissions: null, parent_group_id: editors.id, user_ids: ['u-2'] },
    { id: 'g-3', name: 'Quiet', data: { config: { share: 'groups' } }, user_ids: [] },
  ],
  users: [
    { id: 'u-1', name: 'Ada', email: 'Ada@example.org', role: 'user' },
    { id: 'u-2', name: 'Bob', email: 'bob@example.org', role: 'pending' },
    { id: 'u-admin', name: 'Root', email: 'root@example.org', role: 'admin' },
  ],
  default_permissions: { chat: { file_upload: true } },
}

describe('an export of Open WebUI', () => {
  it('becomes groups with their switches, share setting, meta and members', async () => {
    const { world, remarks } = await readOpenWebui({ text: JSON.stringify(file, null, 1), name: 'f.json' })
    expect(world).toEqual({
      curia: 1,
      permissions: [
        { name: 'chat.file_upload' },
        { name: 'chat.temporary_enforced', permissionKind: 'restriction' },
        { name: 'workspace.knowledge' },
        { name: 'workspace.models' },
      ],
      users: [
        {
          id: 'u-1',
          userName: 'ada@example.org',
          displayName: 'Ada',
          emails: ['ada@example.org'],
          externalIds: { 'open-webui': 'u-1' },
        },
        {
          id: 'u-2',
          userName: 'bob@example.org',
          displayName: 'Bob',
          emails: ['bob@example.org'],
          status: 'pending',
          externalIds: { 'open-webui': 'u-2' },
        },
        {
          id: 'u-admin',
          userName: 'root@example.org',
          displayName: 'Root',
          emails: ['root@example.org'],
          externalIds: { 'open-webui': 'u-admin' },
        },
      ],
      groups: [
        {
          id: editors.id,
          name: 'Editors',
          codename: 'editors',
          description: 'They write',
          data: { config: { share: 'members' } },
          meta: { exported_by: 'admin', custom_data: { seat: 4 } },
          properties: { openWebui: { userId: 'u-admin', createdAt: 1700000000, updatedAt: 1700000001 } },
        },
        { id: 'g-2', name: 'Editors', codename: 'editors', parent: editors.id, data: { config: { share: true } } },
        { id: 'g-3', name: 'Quiet', codename: 'quiet', data: { config: { share: 'members' } } },
      ],
      memberships: [
        { group: editors.id, member: 'user:u-1' },
        { group: 'g-2', member: 'user:u-2' },
        { group: editors.id, member: 'group:g-2' },
      ],
      grants: [
        { subject: `group:${editors.id}`, permission: 'workspace.models' },
        { subject: `group:${editors.id}`, permission: 'chat.temporary_enforced' },
        { subject: 'authenticated', permission: 'chat.file_upload' },
      ],
    })
    expect(remarks?.map(({ kind, reason }) => `${kind}: ${reason}`)).toEqual([
      'corrected: shared in a way that is not known here; only members may share to it',
      'left_out: root@example.org is admin there; give the role here by hand',
    ])
  })

  it('gives its people what their groups have switched on, those of the groups above too', async () => {
    const { world } = await readOpenWebui({
      text: JSON.stringify({ ...file, users: file.users.map((user) => ({ ...user, role: 'user' })) }),
    })
    const questions = questionsOf(
      () => snapshot,
      () => now,
    )
    const snapshot = holding(world)
    const may = (subject: string, action: string) => questions.check({ subject, action }).allowed
    expect([may('user:u-1', 'workspace.models'), may('user:u-2', 'workspace.models'), may('user:u-admin', 'workspace.models')]).toEqual([
      true,
      true,
      false,
    ])
    expect(may('user:u-admin', 'chat.file_upload')).toBe(true)
  })

  it('may be one group, a list, or several files', async () => {
    const users = { path: 'users.json', text: JSON.stringify(file.users) }
    for (const groups of [editors, [editors]]) {
      const { world } = await readOpenWebui({ files: [{ path: 'groups.json', text: JSON.stringify(groups) }, users] })
      expect([world.groups?.length, world.users?.length, world.memberships?.length]).toEqual([1, 3, 1])
    }
  })

  it('names by line a member whom nobody knows, and nothing is imported', async () => {
    const reported = await readOpenWebui({ text: JSON.stringify([editors], null, 1), name: 'f.json' })
    const plan = planWorld(emptyTenant(), reported)
    expect(plan.lines.filter(({ action }) => action === 'refuse')).toMatchObject([
      { record: `membership:${editors.id}|user:u-1`, code: 'unknown_reference', place: { file: 'f.json', line: 32 } },
    ])
  })

  it.each([
    ['what is no JSON', '{"id": ', 'invalid_json'],
    ['a group without a name', '[{"id":"a"}]', 'invalid_row'],
    ['a group without an id', '[{"name":"a"}]', 'invalid_row'],
    ['a group given twice', '[{"id":"a","name":"a"},{"id":"a","name":"b"}]', 'invalid_row'],
    ['a switch that is neither on nor off', '[{"id":"a","name":"a","permissions":{"chat":{"x":"yes"}}}]', 'invalid_row'],
    ['a switch of no name', '[{"id":"a","name":"a","permissions":{"__proto__":{"x":true}}}]', 'invalid_row'],
    ['members that are no list', '[{"id":"a","name":"a","user_ids":"b"}]', 'invalid_row'],
    ['two people of one address', '[{"id":"a","email":"a@b"},{"id":"b","email":"A@b"}]', 'invalid_row'],
    ['something else', '[1]', 'invalid_row'],
    ['a key given twice', '[{"id":"a","id":"b","name":"a"}]', 'duplicate_key'],
    ['a tree without end', `[{"id":"a","name":"a","permissions":${'{"a":'.repeat(100)}true${'}'.repeat(100)}}]`, 'too_deep'],
  ])('is refused for %s', async (_, text, code) => {
    await expect(readOpenWebui({ text })).rejects.toMatchObject({ code })
  })

  it('is written as it was read', async () => {
    const { world } = await readOpenWebui({ text: JSON.stringify(file) })
    const whole = worldOf(holding(world))
    const { member_count, ...rest } = editors
    expect(JSON.parse([...exported(whole, 'open-webui', { now, group: editors.id })].join(''))).toEqual({
      ...rest,
      member_count,
      parent_group_id: null,
    })
    const again = await readOpenWebui({ text: [...exported(whole, 'open-webui', { now })].join('') })
    expect(planWorld(holding(world), again).lines.filter(({ action }) => action !== 'leave' && action !== 'change')).toEqual([])
  })

  it('of any tenant can be read again', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (drawn) => {
        const whole = worldOf(holding(drawn))
        const { world } = await readOpenWebui({ text: [...exported(whole, 'open-webui', { now })].join('') })
        expect(world.groups?.map(({ id }) => id) ?? []).toEqual(whole.groups?.map(({ id }) => id) ?? [])
      }),
      { numRuns: 20 },
    )
  })

  it('of whatever form is read or refused with a code', async () => {
    const values = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: 'small' }, fc.constantFrom('a', 'a@b', true, null, 1), fc.array(tie('any')), tie('record')),
      record: fc.dictionary(
        fc.constantFrom(
          'id',
          'name',
          'email',
          'permissions',
          'user_ids',
          'data',
          'config',
          'share',
          'meta',
          'groups',
          'users',
          'role',
          'parent_group_id',
          '__proto__',
        ),
        tie('any'),
      ),
    }))
    await fc.assert(
      fc.asyncProperty(values.any, async (value) => {
        try {
          planWorld(emptyTenant(), await readOpenWebui({ text: JSON.stringify(value) }))
        } catch (fault) {
          expect(fault).toBeInstanceOf(CuriaError)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('a group that is exported by itself', () => {
  it('takes along what stands below it, its people and its grants, and can be imported', () => {
    const whole: World = {
      curia: 1,
      roles: [{ codename: 'reader', permissions: ['group.view'] }],
      users: ['a', 'b', 'c'].map((id) => ({ id, userName: id })),
      groups: [
        { id: 'top', name: 'top' },
        { id: 'mid', name: 'mid', parent: 'top' },
        { id: 'low', name: 'low', parent: 'mid' },
      ],
      memberships: [
        { group: 'top', member: 'user:a' },
        { group: 'mid', member: 'user:b' },
        { group: 'low', member: 'user:c' },
        { group: 'top', member: 'group:mid' },
        { group: 'mid', member: 'group:low' },
      ],
      grants: [
        { id: '1', subject: 'group:low^siblings', role: 'reader' },
        { id: '2', subject: 'group:mid', role: 'manager', resource: 'group:top' },
        { id: '3', subject: 'user:a', role: 'reader' },
      ],
    }
    const text = [...exported(worldOf(holding(whole)), 'json', { now, group: 'mid' })].join('')
    const part = JSON.parse(text) as World
    expect(part.groups?.map(({ id, parent }) => [id, parent])).toEqual([
      ['mid', undefined],
      ['low', 'mid'],
    ])
    expect(part.users?.map(({ id }) => id)).toEqual(['b', 'c'])
    expect(part.grants?.map(({ id }) => id)).toEqual(['1'])
    holding(part)
  })
})
