import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { apply } from '../../src/core/apply.ts'
import { planWorld, questionsOf, Refusal, readInstant, Snapshot } from '../../src/core/index.ts'
import { readWorldFile, writeWorld } from '../../src/formats/index.ts'

const folder = fileURLToPath(new URL('../../examples/worlds/', import.meta.url))
const now = readInstant('2026-11-22T12:00:00Z', 'now')

/** A tenant with the demo worlds in it; conditions are true when the question comes from the office. */
async function demo(...files: readonly string[]): Promise<Snapshot> {
  const snapshot = new Snapshot('main', () => ({ context }) => ({ outcome: context.network === 'office' ? 'true' : 'false' }))
  for (const file of files) {
    const plan = planWorld(snapshot, await readWorldFile({ path: `${folder}${file}` }))
    expect(plan.lines.filter((line) => line.action !== 'make')).toEqual([])
    const outcome = apply(snapshot, plan.changes, { actor: 'system:demo', origin: 'local', now, newId: () => 'none' })
    if (outcome instanceof Refusal) throw new Error(outcome.message)
  }
  return snapshot
}

describe('the demo worlds', () => {
  it('are all there, and can be loaded one after the other', async () => {
    expect(readdirSync(folder).sort()).toEqual(['company.yaml', 'legion.yaml'])
    const snapshot = await demo('company.yaml', 'legion.yaml')
    expect(snapshot.size('user')).toBe(31)
  })

  it('are read by line and by the library alike', async () => {
    for (const file of readdirSync(folder)) {
      const { world } = await readWorldFile({ path: `${folder}${file}` })
      expect((await readWorldFile({ text: writeWorld(world, 'yaml') })).world).toEqual(world)
    }
  })
})

describe('the Legion', () => {
  it.each([
    ['sulla', ['change', 'delete', 'view']],
    ['metellus', ['change', 'view']],
    ['mars', ['view']],
    ['marius', ['view']],
    ['quintus', []],
    ['archelaus', []],
  ])('%s may %j', async (user, actions) => {
    const snapshot = await demo('legion.yaml')
    const ask = questionsOf(
      () => snapshot,
      () => now,
    )
    const allowed = ['add', 'change', 'delete', 'view'].filter(
      (action) => ask.check({ subject: `user:${user}`, action, resource: 'legion:4' }).allowed,
    )
    expect(allowed).toEqual(actions)
  })
})

describe('the company', () => {
  it.each([
    ['kaja.nowak', 'view', 'document:roadmap', true],
    ['vik.mehta', 'edit', 'document:launch-plan', true],
    ['wanda.krol', 'view', 'document:launch-plan', false],
    ['aisha.khan', 'view', 'document:salaries', false],
    ['petra.vogel', 'view', 'document:salaries', true],
    ['quinn.adams', 'edit', 'document:salaries', true],
    ['vik.mehta', 'view', 'document:handbook', true],
    ['vik.mehta', 'view', 'document:price-list', false],
    ['jun.park', 'share', 'document:price-list', true],
    ['nora.haas', 'view', 'document:budget', true],
    ['ines.costa', 'comment', 'document:architecture', true],
    ['carla.moreau', 'export', 'document:architecture', true],
  ])('%s: may %s %s is %s', async (user, action, resource, allowed) => {
    const snapshot = await demo('company.yaml')
    const ask = questionsOf(
      () => snapshot,
      () => now,
    )
    expect(ask.check({ subject: `user:${user}`, action, resource }).allowed).toBe(allowed)
  })

  it('lets finance edit the budget from the office only', async () => {
    const snapshot = await demo('company.yaml')
    const ask = questionsOf(
      () => snapshot,
      () => now,
    )
    const check = { subject: 'user:nora.haas', action: 'edit', resource: 'document:budget' }
    expect(ask.check(check).allowed).toBe(false)
    expect(ask.check({ ...check, context: { network: 'office' } }).allowed).toBe(true)
  })

  it('lets the program run and schedule reports', async () => {
    const snapshot = await demo('company.yaml')
    const ask = questionsOf(
      () => snapshot,
      () => now,
    )
    expect(ask.check({ subject: 'service:nightly-reports', action: 'reports.schedule' }).allowed).toBe(true)
    expect(ask.check({ subject: 'user:nora.haas', action: 'reports.schedule' }).allowed).toBe(false)
  })
})
