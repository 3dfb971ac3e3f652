import { describe, expect, it } from 'vitest'
import type { Access } from '../../src/index.ts'
import { createAccess, defineCatalogue } from '../../src/index.ts'
import { createMemoryStore } from '../../src/store/memory.ts'

const catalogue = defineCatalogue({
  resourceTypes: {
    folder: { actions: ['view', 'edit'], parentTypes: ['folder'], description: 'Holds documents' },
    document: { actions: ['view', 'edit', 'share'], parentTypes: ['folder'], ownerActions: ['view', 'edit'] },
  },
  permissions: {
    'chat.export': { label: 'Export chats', parent: 'chat.read' },
    'chat.read': {},
    'chat.temporary': { permissionKind: 'restriction' },
    'document.share': { label: 'Share', condition: 'subject.id != "intern"' },
  },
  roles: {
    viewer: { permissions: ['folder.view', 'document.view'] },
    editor: { label: 'Editor', permissions: ['folder.edit', 'document.edit', 'chat.export'], includes: ['viewer'] },
  },
})

describe('a catalogue given as a constant', () => {
  it('is registered at the start, and a second start makes no revision', async () => {
    const store = createMemoryStore()
    const first = await createAccess({ store, catalogue })
    expect(first.revision).toBe(1)
    expect(first.record('resource-type', 'document')).toMatchObject({ actions: ['edit', 'share', 'view'], ownerActions: ['edit', 'view'] })
    expect(first.record('permission', 'chat.export')).toMatchObject({ label: 'Export chats', parent: 'chat.read', permissionKind: 'allow' })
    expect(first.record('permission', 'chat.temporary')).toMatchObject({ permissionKind: 'restriction' })
    expect(first.record('role', 'editor')).toMatchObject({ label: 'Editor', includes: ['viewer'] })

    const second = await createAccess({ store, catalogue })
    expect(second.revision).toBe(1)
  })

  it('answers by its names', async () => {
    const access = await createAccess({ store: 'memory:', catalogue })
    await access.write([
      { kind: 'user.create', id: 'ada', userName: 'ada' },
      { kind: 'resource.create', resource: 'folder:plans' },
      { kind: 'resource.create', resource: 'document:1', parent: 'folder:plans' },
      { kind: 'grant.create', subject: 'user:ada', role: 'editor', resource: 'folder:plans' },
    ])
    expect(access.check({ subject: 'user:ada', action: 'edit', resource: 'document:1' }).allowed).toBe(true)
    expect(access.check({ subject: 'user:ada', action: 'chat.export' }).allowed).toBe(false)
    expect(access.listResources({ subject: 'user:ada', action: 'view', type: 'document' }).items).toEqual(['document:1'])
    expect(access.rolesOf({ subject: 'user:ada', resource: 'document:1' }).items).toEqual(['editor', 'viewer'])
  })

  it('brings roles to what is declared, and takes no action away', async () => {
    const store = createMemoryStore()
    await createAccess({ store, catalogue })
    const access = await createAccess({
      store,
      catalogue: {
        resourceTypes: { document: { actions: ['view', 'print'] } },
        roles: { viewer: { permissions: ['document.print'] } },
      },
    })
    expect(access.revision).toBe(2)
    expect(access.record('resource-type', 'document')).toMatchObject({
      actions: ['edit', 'print', 'share', 'view'],
      parentTypes: ['folder'],
    })
    expect(access.record('role', 'viewer')?.permissions).toEqual(['document.print'])
    expect(access.record('role', 'editor')).toBeDefined()
  })

  it('that contradicts itself is refused, and nothing is registered', async () => {
    const store = createMemoryStore()
    const broken = { roles: { viewer: { includes: ['editor'] }, editor: { includes: ['viewer'] } } }
    await expect(createAccess({ store, catalogue: broken })).rejects.toMatchObject({ code: 'cycle' })
    await expect(store.head('main')).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})

/** Never run: each line that should not compile says so, and the build fails when one of them does. */
async function misspelt(): Promise<void> {
  const access = await createAccess({ store: 'memory:', catalogue })
  const id: string = '7'
  const untyped: Access = access
  untyped.check({ subject: 'user:ada', action: 'whatever', resource: 'somewhere:7' })

  access.check({ subject: 'user:ada', action: 'edit', resource: `document:${id}` })
  access.check({ subject: 'user:ada', action: 'document.share', resource: 'document:7' })
  access.check({ subject: 'user:ada', action: 'view_document', resource: 'document:7', context: { amount: 5 } })
  access.check({ subject: 'user:ada', action: 'chat.export' })
  access.check({ subject: 'user:ada', action: 'folder.view', resource: 'tenant' })
  access.check({ subject: 'user:ada', action: 'members.manage', resource: 'group:staff' })
  access.check({ subject: 'user:ada', action: 'journal.view' })
  access.as('user:ada').check({ subject: 'user:ada', action: 'chat.read' })
  // @ts-expect-error a misspelt action
  access.check({ subject: 'user:ada', action: 'edt', resource: 'document:7' })
  // @ts-expect-error an action of another type
  access.check({ subject: 'user:ada', action: 'share', resource: 'folder:7' })
  // @ts-expect-error a misspelt type
  access.check({ subject: 'user:ada', action: 'view', resource: 'documnt:7' })
  // @ts-expect-error a misspelt application permission
  access.check({ subject: 'user:ada', action: 'chat.exprt' })
  // @ts-expect-error a bare action without its resource
  access.check({ subject: 'user:ada', action: 'edit' })
  // @ts-expect-error a misspelt action behind `as`
  access.as('user:ada').check({ subject: 'user:ada', action: 'edt', resource: 'document:7' })
  // @ts-expect-error a misspelt action among many
  access.checkMany([{ subject: 'user:ada', action: 'edt', resource: 'document:7' }])
  // @ts-expect-error a misspelt action to explain
  access.explain({ subject: 'user:ada', action: 'edt', resource: 'document:7' })

  access.listResources({ subject: 'user:ada', action: 'share', type: 'document' })
  access.listSubjects({ action: 'share', resource: 'document:7' })
  access.holdersOf({ role: 'editor' })
  // @ts-expect-error an action of another type
  access.listResources({ subject: 'user:ada', action: 'share', type: 'folder' })
  // @ts-expect-error a misspelt type
  access.listResources({ subject: 'user:ada', action: 'view', type: 'documents' })
  // @ts-expect-error a misspelt action
  access.listSubjects({ action: 'shar', resource: 'document:7' })
  // @ts-expect-error a misspelt role
  access.holdersOf({ role: 'editer' })

  await access.write([
    { kind: 'grant.create', subject: 'user:ada', role: 'administrator' },
    { kind: 'grant.create', subject: 'group:staff', role: 'editor', resource: `folder:${id}` },
    { kind: 'grant.create', subject: 'group:staff', permission: 'chat.export', effect: 'deny' },
    { kind: 'grant.create', subject: 'group:staff', actions: ['view', 'share'], resource: 'document:7' },
    { kind: 'member.add', group: 'staff', member: 'user:ada', roles: ['manager', 'viewer'] },
  ])
  // @ts-expect-error a misspelt role
  await access.write([{ kind: 'grant.create', subject: 'user:ada', role: 'editer' }])
  // @ts-expect-error a misspelt permission
  await access.write([{ kind: 'grant.create', subject: 'user:ada', permission: 'document.shar', resource: 'document:7' }])
  // @ts-expect-error an action of another type
  await access.write([{ kind: 'grant.create', subject: 'user:ada', actions: ['share'], resource: 'folder:7' }])
  // @ts-expect-error a misspelt type
  await access.write([{ kind: 'resource.create', resource: 'documnt:7' }])
  // @ts-expect-error a misspelt role held inside a group
  await access.preview([{ kind: 'member.add', group: 'staff', member: 'user:ada', roles: ['viewr'] }])
  // @ts-expect-error a grant of nothing
  await access.write([{ kind: 'grant.create', subject: 'user:ada', resource: 'document:7' }])

  // @ts-expect-error a role that gives what is not declared
  defineCatalogue({ resourceTypes: { folder: { actions: ['view'] } }, roles: { viewer: { permissions: ['folder.vew'] } } })
  // @ts-expect-error a role that includes what is not declared
  defineCatalogue({ roles: { editor: { includes: ['viewer'] } } })
  // @ts-expect-error a type that may lie in what is not declared
  defineCatalogue({ resourceTypes: { document: { actions: ['view'], parentTypes: ['foldr'] } } })
  // @ts-expect-error an owner who may do what there is not
  defineCatalogue({ resourceTypes: { document: { actions: ['view'], ownerActions: ['edit'] } } })
}
// The compiler has read it, which is all it is for.
void misspelt
