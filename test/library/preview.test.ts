import { describe, expect, it } from 'vitest'
import type { Access, Change } from '../../src/index.ts'
import { createAccess } from '../../src/index.ts'

const people = 600
const folders = 100

/** Many people in one group that holds a role on many folders, on some of them with others beside it, on some with a denial. */
async function office(): Promise<Access> {
  const access = await createAccess({ store: 'memory:' })
  const numbers = (count: number) => Array.from({ length: count }, (_, number) => number)
  await access.write([
    { kind: 'resource-type.create', name: 'folder', actions: ['view', 'edit', 'share'], parentTypes: ['folder'] },
    { kind: 'role.create', codename: 'reader', permissions: ['folder.view'] },
    { kind: 'group.create', id: 'staff', name: 'Staff' },
    { kind: 'group.create', id: 'guests', name: 'Guests' },
    ...numbers(people).map((number): Change => ({ kind: 'user.create', id: `u${number}`, userName: `u${number}` })),
    ...numbers(people).map((number): Change => ({ kind: 'member.add', group: 'staff', member: `user:u${number}` })),
    { kind: 'member.add', group: 'guests', member: 'user:u7' },
    ...numbers(folders).map((number): Change => ({ kind: 'resource.create', resource: `folder:${number}` })),
    ...numbers(folders).map(
      (number): Change => ({ kind: 'grant.create', subject: 'group:staff', role: 'reader', resource: `folder:${number}` }),
    ),
    ...numbers(50).map(
      (number): Change => ({ kind: 'grant.create', subject: `user:u${number}`, permission: 'folder.edit', resource: `folder:${number}` }),
    ),
    { kind: 'grant.create', subject: 'group:guests', permission: 'folder.edit', resource: 'folder:70', effect: 'deny' },
  ])
  return access
}

/** Everybody may edit everywhere, but for fifty who might before on one folder each, and one to whom it is denied on one. */
const wider: Change = { kind: 'role.update', codename: 'reader', permissions: ['folder.view', 'folder.edit'] }
const gained = people * folders - 50 - 1

describe('the preview of a change to what many may on many things', () => {
  it('counts it exactly and lists a sample, up to the limit of the caller', async () => {
    const access = await office()
    const { effect } = await access.preview([wider])
    expect(effect).toMatchObject({ gained, lost: 0, gainers: people, sampled: true, complete: false })
    expect(effect.counts).toEqual([{ resourceType: 'folder', permission: 'folder.edit', gained, lost: 0 }])
    expect(effect.gains.length).toBe(10_000)
    const { effect: whole } = await access.preview([wider], { effectLimit: gained })
    expect(whole).toMatchObject({ gained, sampled: false, complete: true })
    expect(whole.gains.length).toBe(gained)
    const isListed = new Set(whole.gains.map(({ subject, resource }) => `${subject} ${resource}`))
    expect(effect.gains.every(({ subject, resource }) => isListed.has(`${subject} ${resource}`))).toBe(true)
    await access.close()
  })

  it('lets checks be answered between its pieces, and none of them sees what is tried', async () => {
    const access = await office()
    let isOver = false
    let asked = 0
    const preview = access.preview([wider], { effectLimit: 100_000 }).finally(() => {
      isOver = true
    })
    while (!isOver) {
      expect(access.check({ subject: 'user:u3', action: 'edit', resource: 'folder:80' }).allowed).toBe(false)
      asked += 1
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect((await preview).effect.gained).toBe(gained)
    // It comes in more than one piece.
    expect(asked).toBeGreaterThan(2)
    await access.close()
  })

  it('is about the state as it is when it is answered, whatever is written meanwhile', async () => {
    const access = await office()
    const preview = access.preview([wider], { effectLimit: 100_000 })
    // While one is worked out others are, and people come and go.
    const others = [access.preview([wider]), access.preview([{ kind: 'user.delete', id: 'u9' }])]
    for (let number = 0; number < 8; number += 1) {
      await access.write([{ kind: 'grant.create', subject: 'user:u8', permission: 'folder.edit', resource: `folder:${80 + number}` }])
    }
    const { revision, effect } = await preview
    // Each of the writes so far has given one of what would be gained.
    expect(effect.gained).toBe(gained - (revision - 1))
    for (const other of others) expect((await other).effect.complete).toBeDefined()
    await access.close()
  })

  it('that no limit fits is refused', async () => {
    const access = await createAccess({ store: 'memory:' })
    await expect(access.preview([], { effectLimit: -1 })).rejects.toMatchObject({ code: 'invalid_parameter' })
    await access.close()
  })
})
