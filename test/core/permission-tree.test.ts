import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/index.ts'
import { treeOf } from '../../src/core/index.ts'
import type { Tenant } from './tenant.ts'
import { earlier, later, now, tenant } from './tenant.ts'

let access: Tenant
beforeEach(() => {
  access = tenant()
  access.write(
    { kind: 'resource-type.create', name: 'folder', actions: ['view'] },
    ...['chat.upload', 'chat.export', 'chat.voice.call', 'tools', 'toString', 'app.valueOf'].map((name) => ({
      kind: 'permission.create',
      name,
    })),
    { kind: 'permission.create', name: 'chat.temporary', permissionKind: 'restriction' },
    { kind: 'role.create', codename: 'talker', permissions: ['chat.upload', 'folder.view'] },
    { kind: 'group.create', id: 'team', name: 'Team' },
  )
})

const nothing = {
  chat: { upload: false, export: false, voice: { call: false }, temporary: false },
  tools: false,
  toString: false,
  app: { valueOf: false },
}
const tree = (subject = 'group:team') => treeOf(access.snapshot, subject, now)
const writeTree = (given: JsonObject, subject = 'group:team') => ({ kind: 'permission-tree.write', subject, tree: given })

describe('the permission tree of a group', () => {
  it('has every application permission, and no other', () => {
    expect(tree()).toEqual(nothing)
  })

  it('is true for what is granted to just this group on the tenant, now and under no condition', () => {
    access.write(
      { kind: 'grant.create', subject: 'group:team', permission: 'tools' },
      { kind: 'grant.create', subject: 'group:team', role: 'talker' },
      { kind: 'grant.create', subject: 'group:team', permission: 'chat.temporary', from: earlier, until: later },
      { kind: 'grant.create', subject: 'group:team', permission: 'chat.export', from: later },
      { kind: 'grant.create', subject: 'group:team', permission: 'chat.voice.call', condition: 'true' },
      { kind: 'grant.create', subject: 'everyone', permission: 'toString' },
      { kind: 'grant.create', subject: 'group:team', permission: 'app.valueOf', effect: 'deny' },
    )
    expect(tree()).toEqual({ ...nothing, tools: true, chat: { ...nothing.chat, upload: true, temporary: true } })
  })

  it('is true for all but restrictions where the group administers', () => {
    access.write({ kind: 'grant.create', subject: 'group:team', role: 'administrator' })
    expect(tree()).toEqual({
      chat: { upload: true, export: true, voice: { call: true }, temporary: false },
      tools: true,
      toString: true,
      app: { valueOf: true },
    })
  })

  it('is read back as it was written, and written again changes nothing', () => {
    const given = { chat: { upload: true, voice: { call: true } }, tools: false, toString: true }
    access.write(writeTree(given))
    expect(tree()).toEqual({ ...nothing, toString: true, chat: { ...nothing.chat, upload: true, voice: { call: true } } })
    expect(access.write(writeTree(given)).rows).toEqual([])
    access.write(writeTree({ 'chat.export': true }))
    expect(tree()).toEqual({ ...nothing, chat: { ...nothing.chat, export: true } })
    access.write(writeTree({}))
    expect(tree()).toEqual(nothing)
    expect(access.snapshot.size('grant')).toBe(0)
  })

  it('is written over the direct grants of the writer alone', () => {
    const kept = [
      { id: 'window', permission: 'tools', until: later },
      { id: 'condition', permission: 'tools', condition: 'true' },
      { id: 'role', role: 'talker' },
      { id: 'denial', permission: 'tools', effect: 'deny' },
      { id: 'typed', permission: 'folder.view' },
      { id: 'elsewhere', actions: ['view'], resource: 'folder:1' },
      { id: 'plugin', permission: 'tools', origin: 'plugin:chat' },
    ]
    access.write(...kept.map((fields) => ({ kind: 'grant.create', subject: 'group:team', ...fields })))
    access.write({ kind: 'grant.create', id: 'direct', subject: 'group:team', permission: 'tools' })
    access.write({ kind: 'grant.create', id: 'other', subject: 'everyone', permission: 'tools' })
    access.write(writeTree({}))
    expect([...access.snapshot.all('grant')].map(({ id }) => id)).toEqual([...kept.map(({ id }) => id), 'other'])
  })

  it.each([
    ['a name that is none', { chat: { fly: true } }, 'permission_unknown'],
    ['a name that is none and false', { chat: { fly: false } }, 'permission_unknown'],
    ['a branch as a leaf', { chat: true }, 'permission_unknown'],
    ['a leaf as a branch', { tools: { hammer: true } }, 'permission_unknown'],
    ['a number', { tools: 1 }, 'invalid_parameter'],
    ['nothing', { tools: null }, 'invalid_parameter'],
    ['a list', { chat: ['upload'] }, 'invalid_parameter'],
    ['a key that reaches the prototype', JSON.parse('{"chat": {"__proto__": {"upload": true}}}'), 'invalid_key'],
    ['a constructor', { constructor: { upload: true } }, 'invalid_key'],
  ])('is not written with %s', (_, given, code) => {
    expect(access.refusal({}, writeTree(given as JsonObject))?.code).toBe(code)
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})
