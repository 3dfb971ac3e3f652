import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Access, Change } from '../../src/index.ts'
import { createAccess } from '../../src/index.ts'
import type { JournalEntry } from '../../src/store/store.ts'

const people = ['mars', 'sulla', 'metellus', 'quintus', 'marius', 'archelaus']
const legion: readonly Change[] = [
  { kind: 'resource-type.create', name: 'legion', actions: ['view', 'change', 'delete', 'add'] },
  { kind: 'group.create', id: 'gods', name: 'Gods' },
  { kind: 'group.create', id: 'consuls', name: 'Consuls', parent: 'gods' },
  { kind: 'group.create', id: 'plebeians', name: 'Plebeians', parent: 'consuls' },
  { kind: 'group.create', id: 'generals', name: 'Generals', parent: 'gods' },
  { kind: 'group.create', id: 'greeks', name: 'Greeks' },
  ...people.map((id): Change => ({ kind: 'user.create', id, userName: id })),
  { kind: 'member.add', group: 'gods', member: 'user:mars' },
  { kind: 'member.add', group: 'consuls', member: 'user:sulla' },
  { kind: 'member.add', group: 'consuls', member: 'user:metellus' },
  { kind: 'member.add', group: 'plebeians', member: 'user:quintus' },
  { kind: 'member.add', group: 'generals', member: 'user:marius' },
  { kind: 'member.add', group: 'greeks', member: 'user:archelaus' },
]
const assignment: Change = { kind: 'assignment.create', id: 'fourth', resource: 'legion:4', group: 'consuls', member: 'user:sulla' }

async function journalOf(access: Access): Promise<readonly JournalEntry[]> {
  const entries: JournalEntry[] = []
  for await (const entry of access.journal()) entries.push(entry)
  return entries
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curia-library-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe.each(['memory', 'sqlite'])('the legion on a store in %s', (kind) => {
  let access: Access
  beforeEach(async () => {
    access = await createAccess({ store: kind === 'memory' ? 'memory:' : `sqlite:${join(folder, 'legion.db')}` })
    await access.write(legion, { reason: 'the people' })
    await access.write([assignment])
  })
  afterEach(() => access.close())

  it.each([
    ['sulla', ['change', 'delete', 'view']],
    ['metellus', ['change', 'view']],
    ['mars', ['view']],
    ['marius', ['view']],
    ['quintus', []],
    ['archelaus', []],
  ])('%s may %s', (person, actions) => {
    expect(access.listActions({ subject: `user:${person}`, resource: 'legion:4' }).items).toEqual(actions)
  })

  it.each([
    ['sulla', 'delete', 'owner', 'consuls'],
    ['metellus', 'change', 'group', 'consuls'],
    ['mars', 'view', 'ancestors', 'gods'],
    ['marius', 'view', 'siblings', 'generals'],
  ])('tells why %s may %s', (person, action, relation, group) => {
    const { allowed, findings } = access.explain({ subject: `user:${person}`, action, resource: 'legion:4' })
    expect(allowed).toBe(true)
    expect(findings.map(({ rule }) => rule)).toEqual(['assignment'])
    expect(findings[0]?.chain).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ fact: 'membership', group, member: `user:${person}` }),
        expect.objectContaining({ fact: 'assignment', id: 'fourth', relation }),
      ]),
    )
  })

  it.each(['quintus', 'archelaus'])('tells that nothing gives %s a view', (person) => {
    const { allowed, reason, findings } = access.explain({ subject: `user:${person}`, action: 'view', resource: 'legion:4' })
    expect({ allowed, reason, findings }).toEqual({ allowed: false, reason: 'no_grant', findings: [] })
  })

  it('follows a move at once, an unassign takes all of it, and undo brings it back', async () => {
    const viewers = () => access.listSubjects({ action: 'view', resource: 'legion:4' }).items
    const before = ['user:marius', 'user:mars', 'user:metellus', 'user:sulla']
    expect(viewers()).toEqual(before)
    await access.write([{ kind: 'group.move', id: 'plebeians', parent: 'gods' }])
    expect(viewers()).toEqual([...before, 'user:quintus'].sort())
    const { revision } = await access.write([{ kind: 'assignment.delete', id: 'fourth' }])
    expect(viewers()).toEqual([])
    await access.undo(revision)
    expect(viewers()).toEqual([...before, 'user:quintus'].sort())
  })
})

describe('a restart', () => {
  it('finds everything on SQLite', async () => {
    const store = `sqlite:${join(folder, 'legion.db')}`
    const first = await createAccess({ store })
    await first.write([...legion, assignment])
    const told = { world: first.exportWorld(), journal: await journalOf(first), token: first.token() }
    await first.close()

    const second = await createAccess({ store })
    expect(second.revision).toBe(1)
    expect({ world: second.exportWorld(), journal: await journalOf(second), token: second.token() }).toEqual(told)
    await second.atLeast(told.token)
    expect(second.check({ subject: 'user:sulla', action: 'delete', resource: 'legion:4' }).allowed).toBe(true)
    expect(await second.verify()).toMatchObject({ intact: true, revision: 1 })
    await second.close()
  })
})
