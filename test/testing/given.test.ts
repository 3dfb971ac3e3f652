import { describe, expect, it } from 'vitest'
import { compileCondition } from '../../src/conditions.ts'
import { CuriaError } from '../../src/core/index.ts'
import { changesGiven, given } from '../../src/testing/index.ts'

describe('a world given as lines', () => {
  it('answers who may do what, and why', () => {
    const world = given(`
      type folder: view, edit
      role editor: folder.view, folder.edit

      group:staff       has user:ada
      group:contractors has user:ada
      allow group:staff       editor on folder:plans
      deny  group:contractors edit   on folder:plans
    `)
    const decision = world.explain({ subject: 'user:ada', action: 'edit', resource: 'folder:plans' })
    expect(decision.allowed).toBe(false)
    expect(decision.findings.map((finding) => finding.rule)).toEqual(['denial', 'group-grant'])
    expect(decision.findings[0]?.chain[1]).toMatchObject({ fact: 'grant', id: 'line-8' })
    expect(world.check({ subject: 'user:ada', action: 'view', resource: 'folder:plans' }).allowed).toBe(true)
  })

  it('knows the hierarchy, nesting, standing and windows', () => {
    const world = given(
      `
      # the gods look down on everybody
      type folder: view
      role lead: folder.view
      group:consuls under group:gods
      group:gods has user:mars
      group:consuls has user:sulla, group:inner as lead until 2026-04-01
      group:inner has user:titus
      allow group:consuls^ancestors view on folder:1
      allow group:consuls#lead view on folder:2
      `,
      { now: '2026-03-31T23:59:59.999Z' },
    )
    expect(world.listSubjects({ action: 'view', resource: 'folder:1' }).items).toEqual(['user:mars'])
    expect(world.listSubjects({ action: 'view', resource: 'folder:2' }).items).toEqual(['user:sulla', 'user:titus'])
    expect(world.listSubjects({ action: 'view', resource: 'folder:2', at: '2026-04-01' }).items).toEqual([])
  })

  it('knows the resource tree, owners and roles that include others', () => {
    const world = given(`
      type folder: view, edit in folder
      role reader: folder.view
      role writer: folder.edit, reader
      folder:plans in folder:top
      folder:notes owned by group:staff
      group:staff has service:backup
      allow user:ada writer on folder:top
      allow everyone view on folder:open
      allow user:bob administrator
    `)
    expect(world.listResources({ subject: 'user:ada', action: 'view', type: 'folder' }).items).toEqual([
      'folder:open',
      'folder:plans',
      'folder:top',
    ])
    expect(world.listActions({ subject: 'service:backup', resource: 'folder:notes' }).items).toEqual(['edit', 'view'])
    expect(world.listResources({ subject: 'user:anonymous', action: 'view', type: 'folder' }).items).toEqual(['folder:open'])
    expect(world.check({ subject: 'user:bob', action: 'user.delete' }).allowed).toBe(true)
  })

  it('takes conditions when it is given their compiler', () => {
    const lines = 'type invoice: approve\nallow user:ada approve on invoice:1 if context.amount < 100'
    const world = given(lines, { compileCondition })
    const check = { subject: 'user:ada', action: 'approve', resource: 'invoice:1' }
    expect(world.check({ ...check, context: { amount: 99 } }).allowed).toBe(true)
    expect(world.check({ ...check, context: { amount: 100 } }).allowed).toBe(false)
    expect(codeOf(() => given(lines))).toBe('condition_invalid')
  })

  it('stands on the changes of a program', () => {
    const before = [{ kind: 'permission.create', name: 'chat.export' }] as const
    const world = given('allow authenticated chat.export\ngroup:staff has user:ada', { before })
    expect(world.listPermissions({ subject: 'user:ada' }).items).toEqual(['chat.export'])
  })

  it('says which line cannot be read', () => {
    expect(faultOf('group:staff has user:ada\nada may fly')).toEqual({ line: 2, reason: '"ada may fly" is no fact that is known here' })
    expect(faultOf('\n\ngroup:staff has ada')).toMatchObject({ line: 3 })
    expect(faultOf('allow group:staff^uncles view')).toMatchObject({ line: 1 })
  })

  it('is refused like any other write', () => {
    expect(codeOf(() => given('group:one has group:two\ngroup:two has group:one'))).toBe('cycle')
    expect(codeOf(() => given('allow user:ada chat.export'))).toBe('permission_unknown')
  })
})

function errorOf(run: () => unknown): CuriaError {
  try {
    run()
  } catch (error) {
    if (error instanceof CuriaError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

function codeOf(run: () => unknown): string {
  return errorOf(run).code
}

function faultOf(text: string): unknown {
  const error = errorOf(() => changesGiven(text))
  expect(error.code).toBe('invalid_row')
  return error.details
}
