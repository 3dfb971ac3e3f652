import { describe, expect, it } from 'vitest'
import type { Change, Check } from '../../src/core/index.ts'
import {
  atOnce,
  effectOfRows,
  noConditions,
  prepare,
  questionsOf,
  Refusal,
  readChange,
  readInstant,
  redo,
  Snapshot,
} from '../../src/core/index.ts'

const now = readInstant('2026-03-15T12:00:00.000Z', 'now')

/** A tenant that takes changes as the installation itself; throws the refusal. */
function tenant() {
  const snapshot = new Snapshot('main', noConditions)
  const questions = questionsOf(
    () => snapshot,
    () => now,
  )
  const journal: (readonly Parameters<typeof redo>[1][number][])[] = []
  let ids = 0
  return {
    ...questions,
    snapshot,
    journal,
    write(...changes: readonly unknown[]) {
      const read = changes.map((change, index): Change => readChange(change, `changes[${index}]`))
      const prepared = prepare(snapshot, read, {
        actor: 'system:test',
        origin: 'local',
        now,
        newId: () => `id${++ids}`,
        entryRows: (revision) => journal[revision - 1],
      })
      if (prepared instanceof Refusal) throw prepared
      const effect = atOnce(effectOfRows(snapshot, prepared.rows, { limit: 1000, at: now }))
      redo(snapshot, prepared.rows)
      journal.push(prepared.rows)
      snapshot.revision = journal.length
      return { ...prepared, effect }
    },
    may(subject: string, action: string, resource: string): boolean {
      const check: Check = { subject, action, resource }
      return questions.check(check).allowed
    },
  }
}

function legion() {
  const access = tenant()
  access.write(
    { kind: 'resource-type.create', name: 'legion', actions: ['view', 'change', 'delete'] },
    { kind: 'group.create', id: 'gods', name: 'Gods' },
    { kind: 'group.create', id: 'consuls', name: 'Consuls', parent: 'gods' },
    { kind: 'group.create', id: 'plebeians', name: 'Plebeians', parent: 'consuls' },
    { kind: 'group.create', id: 'generals', name: 'Generals', parent: 'gods' },
    { kind: 'group.create', id: 'greeks', name: 'Greeks' },
    ...[
      ['mars', 'gods'],
      ['sulla', 'consuls'],
      ['metellus', 'consuls'],
      ['quintus', 'plebeians'],
      ['marius', 'generals'],
      ['archelaus', 'greeks'],
    ].flatMap(([id, group]) => [
      { kind: 'user.create', id, userName: id },
      { kind: 'member.add', group, member: `user:${id}` },
    ]),
    { kind: 'resource.create', resource: 'legion:4' },
  )
  access.write({ kind: 'assignment.create', id: 'a1', resource: 'legion:4', group: 'consuls', member: 'user:sulla' })
  return access
}

describe('a legion assigned to the consuls, owned by Sulla', () => {
  const access = legion()
  const rights = (who: string) => ['view', 'change', 'delete'].filter((action) => access.may(`user:${who}`, action, 'legion:4'))

  it('gives owner, group, ancestors and siblings what the default policy says, and descendants and strangers nothing', () => {
    expect(rights('sulla')).toEqual(['view', 'change', 'delete'])
    expect(rights('metellus')).toEqual(['view', 'change'])
    expect(rights('mars')).toEqual(['view'])
    expect(rights('marius')).toEqual(['view'])
    expect(rights('quintus')).toEqual([])
    expect(rights('archelaus')).toEqual([])
  })

  it('names the relation in each reason', () => {
    const relation = (who: string, action: string) =>
      access
        .explain({ subject: `user:${who}`, action, resource: 'legion:4' })
        .findings.map((finding) => finding.chain.find((fact) => fact.fact === 'assignment'))
        .map((fact) => (fact?.fact === 'assignment' ? fact.relation : undefined))
    expect(relation('sulla', 'delete')).toEqual(['owner'])
    expect(relation('metellus', 'change')).toEqual(['group'])
    expect(relation('mars', 'view')).toEqual(['ancestors'])
    expect(relation('marius', 'view')).toEqual(['siblings'])
    expect(access.explain({ subject: 'user:marius', action: 'view', resource: 'legion:4' }).sentences[1]).toBe(
      'yes, because marius is in Generals; Generals is a sibling of Consuls; legion:4 is assigned to Consuls, which gives this to the siblings of the group',
    )
  })

  it('follows a move at once, tells its effect before, and an undo brings everything back', () => {
    const moved = access.write({ kind: 'group.move', id: 'plebeians', parent: 'gods' })
    expect(moved.effect.gains).toEqual([{ subject: 'user:quintus', resource: 'legion:4', permissions: ['legion.view'] }])
    expect(rights('quintus')).toEqual(['view'])
    access.write({ kind: 'assignment.delete', id: 'a1' })
    expect(['sulla', 'metellus', 'mars', 'marius', 'quintus'].flatMap(rights)).toEqual([])
    access.write({ kind: 'undo', revision: 4 })
    expect(rights('sulla')).toEqual(['view', 'change', 'delete'])
    expect(rights('quintus')).toEqual(['view'])
  })
})

describe('a group nested in its own member', () => {
  it('is refused naming the whole path, and nothing is changed', () => {
    const access = tenant()
    access.write(...['a', 'b', 'c'].map((id) => ({ kind: 'group.create', id, name: id })))
    access.write({ kind: 'member.add', group: 'a', member: 'group:b' }, { kind: 'member.add', group: 'b', member: 'group:c' })
    let refusal: unknown
    try {
      access.write({ kind: 'member.add', group: 'c', member: 'group:a' })
    } catch (caught) {
      refusal = caught
    }
    expect(refusal).toBeInstanceOf(Refusal)
    expect((refusal as Refusal<'cycle'>).details.path).toEqual(['group:a', 'group:b', 'group:c', 'group:a'])
    expect(access.snapshot.size('hold')).toBe(2)
  })
})
