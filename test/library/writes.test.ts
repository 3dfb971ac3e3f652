import { beforeEach, describe, expect, it } from 'vitest'
import type { Access, Change } from '../../src/index.ts'
import { createAccess } from '../../src/index.ts'
import { writeToken } from '../../src/service/token.ts'
import { createMemoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { failingStore } from './failing-store.ts'

const setUp: readonly Change[] = [
  { kind: 'resource-type.create', name: 'folder', actions: ['view', 'edit'] },
  { kind: 'role.create', codename: 'editor', permissions: ['folder.view', 'folder.edit'] },
  { kind: 'group.create', id: 'staff', name: 'Staff' },
  { kind: 'user.create', id: 'ada', userName: 'ada' },
  { kind: 'user.create', id: 'bob', userName: 'bob' },
  { kind: 'member.add', group: 'staff', member: 'user:ada' },
  { kind: 'grant.create', id: 'plans', subject: 'group:staff', role: 'editor', resource: 'folder:plans' },
]
const addBob: Change = { kind: 'member.add', group: 'staff', member: 'user:bob' }
const mayBobEdit = { subject: 'user:bob', action: 'edit', resource: 'folder:plans' }

let store: Store
let faults: ReturnType<typeof failingStore>
let access: Access
let now: Date
beforeEach(async () => {
  faults = failingStore(createMemoryStore())
  store = faults.store
  now = new Date('2026-03-15T12:00:00.000Z')
  access = await createAccess({ store, clock: () => now })
  await access.write(setUp)
})

async function revisionsOf(handle: Access): Promise<readonly number[]> {
  const revisions: number[] = []
  for await (const entry of handle.journal()) revisions.push(entry.revision)
  return revisions
}

function answerOf<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}

describe('a write', () => {
  it('tells the new revision and the records that each change made or named', async () => {
    const written = await access.write([{ kind: 'user.create', id: 'cyd', userName: 'cyd' }, addBob])
    expect(written).toMatchObject({ revision: 2, records: [['user:cyd'], ['group:staff', 'user:bob']], unchanged: false })
    expect(access.revision).toBe(2)
  })

  it('stands in the journal with its time, actor, reason and names', async () => {
    await access.as('user:bob').write([{ kind: 'user.update', id: 'bob', displayName: 'Bob B.' }], { reason: 'a better name' })
    for await (const entry of access.journal({ after: 1 })) {
      expect(entry).toMatchObject({
        revision: 2,
        time: '2026-03-15T12:00:00.000Z',
        actor: 'user:bob',
        origin: 'local',
        reason: 'a better name',
        changes: [{ kind: 'user.update', records: ['user:bob'] }],
        names: { 'user:bob': 'Bob B.' },
      })
    }
    expect(await revisionsOf(access)).toEqual([1, 2])
  })

  it('that says what is there already makes no revision', async () => {
    const written = await access.write([{ kind: 'group.update', id: 'staff', name: 'Staff' }])
    expect(written).toMatchObject({ revision: 1, unchanged: true })
    expect(await revisionsOf(access)).toEqual([1])
  })

  it('is all or nothing', async () => {
    const before = access.exportWorld()
    await expect(access.write([addBob, { kind: 'group.delete', id: 'nobody' }])).rejects.toMatchObject({
      code: 'unknown_reference',
      details: { reference: 'group:nobody' },
    })
    expect(access.exportWorld()).toEqual(before)
    expect(access.revision).toBe(1)
  })

  it.each([
    ['a kind that is not known', [{ kind: 'group.explode', id: 'staff' }], 'invalid_parameter', 'changes[0].kind'],
    ['a field that is not known', [addBob, { kind: 'group.update', id: 'staff', colour: 'red' }], 'unknown_field', 'changes[1].colour'],
    ['a field of the wrong form', [{ kind: 'group.update', id: 'staff', active: 'yes' }], 'invalid_parameter', 'changes[0].active'],
  ])('names the place of %s', async (_, changes, code, field) => {
    // What comes from a program that is not type-checked.
    const given = changes as unknown as readonly Change[]
    await expect(access.write(given)).rejects.toMatchObject({ code, details: { field } })
  })

  it('takes at most 10,000 changes', async () => {
    const many = Array.from({ length: 10_001 }, () => addBob)
    await expect(access.write(many)).rejects.toMatchObject({ code: 'too_many_items', details: { limit: 10_000, found: 10_001 } })
  })

  it('may name the revision it was made for', async () => {
    await expect(access.write([addBob], { expectedRevision: 0 })).rejects.toMatchObject({
      code: 'revision_conflict',
      details: { expected: 0, found: 1 },
    })
    expect(await access.write([addBob], { expectedRevision: 1 })).toMatchObject({ revision: 2 })
  })

  it('is seen by no check before it is acknowledged, and by every check from then on', async () => {
    const release = faults.hold()
    const writing = access.write([addBob])
    await expect.poll(() => store.head('main')).toBe(2)
    expect(access.check(mayBobEdit)).toMatchObject({ allowed: false, revision: 1 })
    release()
    await writing
    expect(access.check(mayBobEdit)).toMatchObject({ allowed: true, revision: 2 })
  })

  it('stands behind the writes that came before it', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `user${index}`)
    const all = await Promise.all(ids.map((id) => access.write([{ kind: 'user.create', id, userName: id }])))
    expect(all.map(({ revision }) => revision)).toEqual(ids.map((_, index) => index + 2))
    expect(await store.verify('main')).toMatchObject({ intact: true, revision: 31 })
  })
})

describe('two writers of one revision', () => {
  it('have one winner, and the other is told', async () => {
    const outcomes = await Promise.allSettled([
      access.write([addBob], { expectedRevision: 1 }),
      access.write([{ kind: 'group.delete', id: 'staff' }], { expectedRevision: 1 }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'revision_conflict', details: { expected: 1, found: 2 } } })
  })

  it('in two processes on one store both succeed, each on the state that the other left', async () => {
    const other = await createAccess({ store, clock: () => now })
    await access.write([addBob])
    const { revision, token } = await other.write([{ kind: 'user.create', id: 'cyd', userName: 'cyd' }])
    expect(revision).toBe(3)
    expect(other.check(mayBobEdit).allowed).toBe(true)
    await access.atLeast(token)
    expect(access.record('user', 'cyd')?.userName).toBe('cyd')
    await expect(other.write([addBob])).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('an idempotency key', () => {
  it('gives the first answer again', async () => {
    const first = await access.write([{ kind: 'user.create', userName: 'cyd' }], { idempotencyKey: 'once' })
    await access.write([{ kind: 'user.create', userName: 'dan' }])
    const second = await access.write([{ kind: 'user.create', userName: 'cyd' }], { idempotencyKey: 'once' })
    expect(second).toEqual(first)
    expect(access.revision).toBe(3)
  })

  it('is not for another request', async () => {
    await access.write([addBob], { idempotencyKey: 'once' })
    await expect(access.write([addBob], { idempotencyKey: 'once', reason: 'another' })).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    })
  })

  it('of another actor is another key', async () => {
    await access.write([addBob], { idempotencyKey: 'once' })
    const profile: Change = { kind: 'user.update', id: 'bob', page: 'https://bob.example' }
    expect(await access.as('user:bob').write([profile], { idempotencyKey: 'once' })).toMatchObject({ revision: 3 })
  })

  it('is repeated with its expected revision, which is past by then', async () => {
    const options = { idempotencyKey: 'once', expectedRevision: 1 }
    const first = await access.write([addBob], options)
    expect(await access.write([addBob], options)).toEqual(first)
  })
})

describe('a preview', () => {
  it('tells what then happens, and changes nothing', async () => {
    const change: Change = { kind: 'member.add', group: 'staff', member: 'user:bob' }
    const before = access.exportWorld()
    const { revision, effect, records } = await access.preview([change])
    expect(access.exportWorld()).toEqual(before)
    expect({ revision, records }).toEqual({ revision: 1, records: [['group:staff', 'user:bob']] })

    const may = () => access.listActions({ subject: 'user:bob', resource: 'folder:plans' }).items.map((action) => `folder.${action}`)
    expect(may()).toEqual([])
    await access.write([change])
    expect(effect.gains).toHaveLength(1)
    expect(effect.gains).toMatchObject([{ subject: 'user:bob', resource: 'folder:plans', permissions: may() }])
    expect(effect).toMatchObject({ losses: [], gained: 2, gainers: 1, lost: 0, losers: 0, complete: true })
  })

  it('is refused where the write would be', async () => {
    await expect(access.preview([{ kind: 'group.delete', id: 'nobody' }])).rejects.toMatchObject({ code: 'unknown_reference' })
    await expect(access.as('user:bob').preview([addBob])).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('counts people whom the actor may not see, and does not name them', async () => {
    await access.write([
      { kind: 'user.create', id: 'chief', userName: 'chief' },
      { kind: 'grant.create', subject: 'user:chief', role: 'manager', resource: 'group:staff' },
    ])
    const { effect } = await access.as('user:chief').preview([addBob])
    expect(effect).toMatchObject({ gains: [], gained: 2, gainers: 1, complete: false })
  })

  it('lists at most so many, and counts all', async () => {
    const { effect } = await access.preview([{ kind: 'grant.delete', id: 'plans' }], { effectLimit: 1 })
    expect(effect).toMatchObject({ lost: 2, losers: 1, complete: false })
    expect(effect.losses.flatMap(({ permissions }) => permissions)).toHaveLength(1)
  })

  it('of an undo tells who gains again', async () => {
    const { revision } = await access.write([{ kind: 'grant.delete', id: 'plans' }])
    const { effect } = await access.preview([{ kind: 'undo', revision }])
    expect(effect.gains).toHaveLength(1)
    expect(effect.gains).toMatchObject([{ subject: 'user:ada', resource: 'folder:plans', permissions: ['folder.edit', 'folder.view'] }])
  })
})

describe('undo', () => {
  it('takes a change set back, and can itself be taken back', async () => {
    const start = access.exportWorld()
    const { revision } = await access.write([addBob, { kind: 'group.update', id: 'staff', name: 'Everybody' }])
    const changed = access.exportWorld()
    const undone = await access.undo(revision)
    expect(access.exportWorld()).toEqual(start)
    await access.undo(undone.revision)
    expect(access.exportWorld()).toEqual(changed)
    expect(access.revision).toBe(4)
  })

  it('brings a deleted record back with its id', async () => {
    const { revision } = await access.write([{ kind: 'group.delete', id: 'staff' }])
    expect(access.record('group', 'staff')).toBeUndefined()
    await access.undo(revision)
    expect(access.record('group', 'staff')?.name).toBe('Staff')
    expect(access.record('grant', 'plans')?.subject).toBe('group:staff')
  })

  it.each([7, 2])('is refused for revision %i, which is not there', async (revision) => {
    await expect(access.undo(revision)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is refused where a later change stands in the way', async () => {
    const { revision } = await access.write([{ kind: 'group.update', id: 'staff', name: 'Everybody' }])
    await access.write([{ kind: 'group.update', id: 'staff', name: 'All of us' }])
    await expect(access.undo(revision)).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('the facts of a past revision', () => {
  it('are asked as they stood, at the moment of their commit', async () => {
    now = new Date('2026-04-01T00:00:00.000Z')
    await access.write([{ ...addBob, until: '2026-05-01T00:00:00.000Z' }])
    now = new Date('2026-06-01T00:00:00.000Z')
    await access.write([{ kind: 'grant.delete', id: 'plans' }])
    await access.write([{ kind: 'group.delete', id: 'staff' }])

    expect(access.check(mayBobEdit).allowed).toBe(false)
    const past = await access.asOf(2)
    expect(past.check(mayBobEdit)).toEqual({ allowed: true, reason: 'granted', revision: 2, at: '2026-04-01T00:00:00.000Z' })
    expect(past.check({ ...mayBobEdit, at: '2026-05-01T00:00:00.000Z' }).allowed).toBe(false)
    expect((await access.asOf(1)).check(mayBobEdit).allowed).toBe(false)
    expect((await access.asOf(3)).membersOf({ group: 'staff', all: true }).items.map(({ member }) => member)).toEqual([
      'user:ada',
      'user:bob',
    ])
    expect(() => access.membersOf({ group: 'staff' })).toThrow(expect.objectContaining({ code: 'unknown_reference' }))
  })

  it('know nobody at revision 0', async () => {
    const past = await access.asOf(0)
    expect(() => past.check(mayBobEdit)).toThrow(expect.objectContaining({ code: 'subject_unknown' }))
  })

  it.each([2, -1, 0.5])('cannot be asked for revision %d', async (revision) => {
    await expect(access.asOf(revision)).rejects.toMatchObject({ code: 'invalid_revision' })
  })
})

describe('a token', () => {
  it('is waited for until the revision is reached', async () => {
    const release = faults.hold()
    const writing = access.write([addBob])
    const { revision } = access
    // Durable in the store, and not yet published here.
    await expect.poll(() => store.head('main')).toBe(2)
    expect({ revision, allowed: access.check(mayBobEdit).allowed }).toEqual({ revision: 1, allowed: false })
    const other = await createAccess({ store, clock: () => now })
    const waiting = access.atLeast(other.token())
    release()
    await waiting
    expect(access.check(mayBobEdit)).toMatchObject({ allowed: true, revision: 2 })
    await writing
  })

  it('of a revision that nobody reaches is given up', async () => {
    const token = writeToken(await store.identity(), 'main', 99)
    await expect(access.atLeast(token)).rejects.toMatchObject({ code: 'revision_not_reached', details: { revision: 99, found: 1 } })
  })

  it('of another store is refused', async () => {
    const other = await createAccess({ store: 'memory:' })
    await expect(access.atLeast(other.token())).rejects.toMatchObject({ code: 'revision_unknown_store' })
  })
})

describe('a commit that fails', () => {
  it('leaves nothing, and the next write goes on', async () => {
    const before = access.exportWorld()
    faults.fail('nothing_written')
    await expect(access.write([addBob])).rejects.toMatchObject({ code: 'storage_full' })
    expect(access.exportWorld()).toEqual(before)
    expect(access.check(mayBobEdit).allowed).toBe(false)
    expect(await access.write([addBob])).toMatchObject({ revision: 2 })
  })

  it.each(['written_unknown', 'not_written_unknown'] as const)(
    'with an outcome that nobody knows (%s) is told so, the state is what the store holds, and the key gives the one result',
    async (fault) => {
      faults.fail(fault)
      const write = () => access.write([addBob], { idempotencyKey: 'once' })
      await expect(write()).rejects.toMatchObject({ code: 'outcome_unknown', details: { idempotencyKey: 'once' } })
      expect(access.revision).toBe(await store.head('main'))
      expect(access.check(mayBobEdit).allowed).toBe(fault === 'written_unknown')
      expect(await write()).toMatchObject({ revision: 2, records: [['group:staff', 'user:bob']] })
      expect(await revisionsOf(access)).toEqual([1, 2])
    },
  )
})

describe('a state that cannot be read again after a commit of unknown outcome', () => {
  it('answers nothing until the store is back, and then what the store holds', async () => {
    faults.fail('written_unknown')
    faults.reachable(false)
    await expect(access.write([addBob])).rejects.toMatchObject({ code: 'outcome_unknown' })
    expect(() => access.check(mayBobEdit)).toThrow(expect.objectContaining({ code: 'store_unavailable' }))
    await expect(access.write([addBob])).rejects.toMatchObject({ code: 'store_unavailable' })
    faults.reachable(true)
    expect(() => access.check(mayBobEdit)).toThrow(expect.objectContaining({ code: 'store_unavailable' }))
    await expect.poll(() => answerOf(() => access.check(mayBobEdit))).toMatchObject({ allowed: true, revision: 2 })
  })
})

describe('a closed access', () => {
  it('answers nothing any more', async () => {
    await access.close()
    const unavailable = { code: 'store_unavailable' }
    expect(() => access.check(mayBobEdit)).toThrow(expect.objectContaining(unavailable))
    await expect(access.write([addBob])).rejects.toMatchObject(unavailable)
  })
})
