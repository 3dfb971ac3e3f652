import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Explanation } from '../../src/core/index.ts'
import type { Installed } from './installation.ts'
import { install } from './installation.ts'
import type { Expected } from './legion.ts'
import { answersOfLegion, legion, listsOfLegion } from './legion.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install(legion)
})
afterAll(() => installed.access.close())

/** A way in: each door must say the same. */
interface Door {
  explain(check: Expected['check']): Promise<Explanation>
  allowed(check: Expected['check']): Promise<boolean>
  subjects(action: string): Promise<readonly string[]>
}

const doors: { readonly [name: string]: () => Door } = {
  library: () => ({
    explain: async (check) => installed.access.explain(check),
    allowed: async (check) => installed.access.check(check).allowed,
    subjects: async (action) => installed.access.listSubjects({ action, resource: 'legion:4' }).items,
  }),
  REST: () => ({
    explain: (check) => installed.admin.explain(check),
    allowed: async (check) => (await installed.admin.check(check)).allowed,
    subjects: async (action) => (await installed.admin.searchSubjects({ action, resource: 'legion:4' })).items,
  }),
}

describe.each(Object.keys(doors))('Legio IV, asked through the door %s', (name) => {
  it.each(answersOfLegion)('$told', async ({ check, allowed, reason, relations, lacks, told }) => {
    const door = (doors[name] as () => Door)()
    const explanation = await door.explain(check)
    expect(await door.allowed(check)).toBe(allowed)
    expect(explanation).toMatchObject({ allowed, reason, permission: `legion.${check.action}`, resource: 'legion:4' })
    expect(explanation.findings.every((finding) => finding.rule === 'assignment')).toBe(true)
    const found = explanation.findings.flatMap((finding) =>
      finding.chain.flatMap((fact) => (fact.fact === 'assignment' ? [fact.relation] : [])),
    )
    expect(found.sort()).toEqual([...relations].sort())
    expect(explanation.sentences[0]).toBe(told)
    if (lacks !== undefined) expect(explanation.misses[0]?.lacks).toEqual(lacks)
  })

  it.each(Object.entries(listsOfLegion))('who may %s it is complete', async (action, expected) => {
    const door = (doors[name] as () => Door)()
    const people = (await door.subjects(action)).filter((subject) => subject !== 'user:root' && subject !== 'service:bootstrap')
    expect(people).toEqual(expected)
  })
})

describe('what changes around Legio IV, over HTTP', () => {
  const view = { subject: 'user:quintus', action: 'view', resource: 'legion:4' }

  it('shows at once: a group that moves, an assignment undone and brought back', async () => {
    const { admin } = installed
    const foretold = await admin.changes({ changes: [{ kind: 'group.move', id: 'plebeians', parent: 'gods' }], preview: true })
    expect(foretold.effect).toMatchObject({
      gained: 1,
      lost: 0,
      gains: [{ subject: 'user:quintus', resource: 'legion:4', permissions: ['legion.view'] }],
    })
    expect(foretold.names['user:quintus']).toBe('Quintus')
    expect((await admin.check(view)).allowed).toBe(false)

    await admin.changes({ changes: [{ kind: 'group.move', id: 'plebeians', parent: 'gods' }] })
    expect((await admin.check(view)).allowed).toBe(true)

    const unassigned = await admin.changes({ changes: [{ kind: 'assignment.delete', id: 'legio-iv' }], reason: 'disbanded' })
    expect((await admin.searchSubjects({ action: 'view', resource: 'legion:4' })).items).toEqual(['service:bootstrap', 'user:root'])

    const undone = await admin.undo({ revision: unassigned.revision, preview: true })
    expect(undone.effect.gainers).toBe(5)
    await admin.undo({ revision: unassigned.revision })
    expect((await admin.check(view)).allowed).toBe(true)
    expect((await admin.check({ ...view, asOf: unassigned.revision })).allowed).toBe(false)
  })
})
