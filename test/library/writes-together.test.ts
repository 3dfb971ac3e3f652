import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Access, Change, Written } from '../../src/index.ts'
import { createAccess } from '../../src/index.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { failingStore } from './failing-store.ts'

let folder: string
let faults: ReturnType<typeof failingStore>
let access: Access
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'curia-together-'))
  faults = failingStore(await openSqliteStore({ path: join(folder, 'curia.db') }))
  access = await createAccess({ store: faults.store })
  await access.write([
    { kind: 'group.create', id: 'staff', name: 'Staff' },
    { kind: 'user.create', id: 'low', userName: 'low' },
  ])
  faults.commits.length = 0
})
afterEach(async () => {
  await access.close()
  rmSync(folder, { recursive: true })
})

const user = (id: string): Change => ({ kind: 'user.create', id, userName: id })

/** What became of each: its revision, or the code that it was refused with. */
async function outcomes(writes: readonly Promise<Written>[]): Promise<readonly unknown[]> {
  const settled = await Promise.allSettled(writes)
  return settled.map((each) => (each.status === 'fulfilled' ? each.value.revision : each.reason.code))
}

async function actsOf(handle: Access): Promise<readonly (readonly unknown[])[]> {
  const acts: (readonly unknown[])[] = []
  for await (const { revision, changes } of handle.journal({ after: 1 }))
    acts.push([revision, ...changes.flatMap(({ records }) => records)])
  return acts
}

describe('writes that wait at the same time', () => {
  it('share a commit, each with a revision and an entry of its own, and each refused alone', async () => {
    const written = outcomes([
      access.write([user('ada')]),
      access.write([user('bob'), { kind: 'member.add', group: 'staff', member: 'user:bob' }]),
      access.write([{ kind: 'user.create', id: 'eve', userName: 'ADA' }]),
      access.as('user:low').write([user('cyd')]),
      access.write([{ kind: 'member.add', group: 'staff', member: 'user:ada' }]),
      access.write([{ kind: 'user.update', id: 'ada', userName: 'ada' }]),
      access.write([user('dan')], { expectedRevision: 1 }),
      access.write([user('dan')], { expectedRevision: 4 }),
    ])
    expect(await written).toEqual([2, 3, 'conflict', 'forbidden', 4, 4, 'revision_conflict', 5])
    // How many are judged in one go depends on the machine; four are in any case.
    expect([faults.commits[0], faults.commits.reduce((sum, each) => sum + each)]).toEqual([expect.not.toBeOneOf([0, 1]), 4])
    expect(await actsOf(access)).toEqual([
      [2, 'user:ada'],
      [3, 'user:bob', 'group:staff', 'user:bob'],
      [4, 'group:staff', 'user:ada'],
      [5, 'user:dan'],
    ])
    expect(access.record('user', 'eve')).toBeUndefined()
    expect(await access.verify()).toMatchObject({ intact: true, revision: 5 })
    // Read anew, the state is the same.
    const world = access.exportWorld()
    await access.close()
    access = await createAccess({ store: `sqlite:${join(folder, 'curia.db')}` })
    expect(access.exportWorld()).toEqual(world)
  })

  it('are seen by nobody before they are durable', async () => {
    const release = faults.hold()
    const writes = outcomes([access.write([user('ada')]), access.write([user('bob')])])
    await expect.poll(() => faults.commits).toEqual([2])
    expect([access.revision, access.record('user', 'ada')]).toEqual([1, undefined])
    release()
    expect([await writes, access.revision]).toEqual([[2, 3], 3])
  })

  it('go each by itself when what they share is refused', async () => {
    faults.fail('nothing_written')
    expect(await outcomes([access.write([user('ada')]), access.write([user('ada')]), access.write([user('bob')])])).toEqual([
      2,
      'conflict',
      3,
    ])
    expect(faults.commits).toEqual([2, 1, 1])
  })

  it.each([
    ['happened', 'written_unknown', 3],
    ['did not happen', 'not_written_unknown', 1],
  ] as const)('are all of unknown outcome when the commit is, which %s', async (_, fault, revision) => {
    faults.fail(fault)
    const keyed = (id: string) => access.write([user(id)], { idempotencyKey: id })
    expect(await outcomes([keyed('ada'), keyed('bob')])).toEqual(['outcome_unknown', 'outcome_unknown'])
    expect(access.revision).toBe(revision)
    expect(await outcomes([keyed('ada'), keyed('bob')])).toEqual([2, 3])
    expect(access.revision).toBe(3)
  })

  it('are carried out before the access closes, however many they are', async () => {
    const writes = outcomes(Array.from({ length: 100 }, (_, place) => access.write([user(`user-${place}`)])))
    await access.close()
    expect(await writes).toEqual(Array.from({ length: 100 }, (_, place) => 2 + place))
    expect(faults.commits.length).toBeGreaterThan(1)
  })

  it('of one idempotency key are one write', async () => {
    const twice = () => access.write([user('ada')], { idempotencyKey: 'k' })
    const other = access.write([user('bob')], { idempotencyKey: 'k', reason: 'another' })
    expect(await outcomes([other, twice(), twice()])).toEqual([2, 'idempotency_mismatch', 'idempotency_mismatch'])
    expect(
      await outcomes([access.write([user('cyd')], { idempotencyKey: 'c' }), access.write([user('cyd')], { idempotencyKey: 'c' })]),
    ).toEqual([3, 3])
  })

  it('and take a past one back, do so in their order', async () => {
    await access.write([user('ada')])
    const undo: Change = { kind: 'undo', revision: 2 }
    expect(await outcomes([access.write([user('eve')]), access.write([undo]), access.write([user('ada')])])).toEqual([3, 4, 'conflict'])
    expect(access.record('user', 'ada')).toBeUndefined()
  })
})
