/** The journal: every entry as it was written, and what is erased from it. */

import type { Revision } from '../../core/index.ts'
import { tableNames } from '../../core/index.ts'
import type { JournalRange } from '../../store/store.ts'
import type { StoreCases } from './home.ts'
import { bareUser, bareUserAs, base, early, fullRows } from './rows.ts'
import { change, claim, commit, draft, entries, hashes, held, made, removed, same, sorted, tenant } from './steps.ts'

export const journalCases: StoreCases = {
  'the journal gives every entry as it was written, chained by its hashes': async (home) => {
    const store = await home.open()
    const drafts = [
      draft(
        tableNames.map((table) => made(table, fullRows[table])),
        { actor: 'user:ada', origin: 'scim:portal', reason: 'first', changes: [{ kind: 'user.create', records: ['user:ada', 'group:x'] }] },
      ),
      draft([change('user', fullRows.user, bareUserAs('ada'))], { names: { 'user:ada': 'Ada', 'user:bob': 'Bob', 'group:x': 'X' } }),
      draft([], { changes: [{ kind: 'undo', records: [] }] }),
    ]
    for (const [index, entry] of drafts.entries()) await store.commit({ tenant, expectedRevision: index, entry })
    const found = await entries(store)
    same(
      found.map(({ revision: _revision, hash: _hash, previousHash: _previous, ...entry }) => entry),
      drafts,
    )
    same(
      found.map(({ revision }) => revision),
      [1, 2, 3],
    )
    same(
      found.map(({ previousHash }) => previousHash),
      ['0'.repeat(64), ...found.slice(0, -1).map(({ hash }) => hash)],
    )
    claim(
      found.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash)),
      'every hash is SHA-256 in hex',
    )
    same(await store.verify(tenant), { intact: true, revision: 3, hash: found[2]?.hash })
  },

  'the journal is read by range, in both orders, with a limit': async (home) => {
    const store = await home.open()
    const count = 450
    for (let revision = 0; revision < count; revision += 1) await commit(store, revision, [])
    const revisions = async (range: JournalRange) => (await entries(store, range)).map(({ revision }) => revision)
    const all = Array.from({ length: count }, (_, index) => index + 1)
    same(await revisions({}), all)
    same(await revisions({ newestFirst: true }), all.toReversed())
    same(await revisions({ after: 3, upTo: 6 }), [4, 5, 6])
    same(await revisions({ after: 3, upTo: 6, newestFirst: true }), [6, 5, 4])
    same(await revisions({ after: 3, limit: 2 }), [4, 5])
    same(await revisions({ newestFirst: true, limit: 2 }), [450, 449])
    same(await revisions({ limit: 230 }), all.slice(0, 230))
    same([await revisions({ limit: 0 }), await revisions({ after: 450 }), await revisions({ after: 6, upTo: 6 })], [[], [], []])
  },

  'entries far apart in size are all read': async (home) => {
    const store = await home.open()
    const large = Array.from({ length: 20_000 }, (_, index) =>
      made('retired', { reference: `user:${index}-${'x'.repeat(250)}`, retiredAt: early }),
    )
    await commit(store, 0, [made('user', bareUser)])
    await commit(store, 1, large)
    await commit(store, 2, [removed('user', bareUser)])
    const sizes = async (range: JournalRange) => (await entries(store, range)).map(({ rows }) => rows.length)
    same(
      [await sizes({}), await sizes({ newestFirst: true })],
      [
        [1, 20_000, 1],
        [1, 20_000, 1],
      ],
    )
    same((await held(store)).length, 20_000)
    same((await store.verify(tenant)).intact, true)
  },

  'a reader of the journal does not hold up writers, nor they it': async (home) => {
    const store = await home.open()
    for (let revision = 0; revision < 3; revision += 1) await commit(store, revision, [])
    const seen: Revision[] = []
    for await (const { revision } of store.journal(tenant, { upTo: 4 })) {
      if (revision === 1) await commit(store, 3, [])
      seen.push(revision)
    }
    same(seen.slice(0, 3), [1, 2, 3])
  },

  'erased personal values are missing from the journal, the chain holds, and other users and records are not touched': async (home) => {
    const store = await home.open()
    const bob = { ...fullRows.user, id: 'bob', userName: 'bob', emails: [] }
    await commit(store, 0, [made('user', fullRows.user), made('user', bob)], {
      names: { 'user:ada': 'Ada', 'user:bob': 'Bob', 'group:ada': 'G' },
    })
    await commit(store, 1, [change('user', fullRows.user, bareUserAs('ada'))])
    await commit(store, 2, [])
    const before = await entries(store)
    claim((await store.erasePersonal(tenant, 'ada')) > 0, 'the erased values are counted')
    same([await store.erasePersonal(tenant, 'ada'), await store.erasePersonal(tenant, 'nobody')], [0, 0])

    const { id, status, confirmedAt, ...rest } = fullRows.user
    const empty = { ...base, id, userName: '', emails: [], attributes: {}, networks: [], externalIds: {} }
    const [first, second, third] = await entries(store)
    same(first?.rows, [made('user', { ...empty, status, confirmedAt }), made('user', bob)])
    same(second?.rows, [change('user', { ...empty, status, confirmedAt }, { ...empty, status: 'active' })])
    same(first?.names, { 'user:bob': 'Bob', 'group:ada': 'G' })
    same([first?.erased, second?.erased, third?.erased], [['user:ada'], ['user:ada'], undefined])
    for (const value of [rest.displayName, rest.lastName, rest.emails[0]]) {
      claim(!JSON.stringify([first?.rows[0], second]).includes(`"${value}"`), `${value} is gone`)
    }
    same(
      await hashes(store),
      before.map(({ hash }) => hash),
    )
    same((await store.verify(tenant)).intact, true)
    same(await held(store), sorted([made('user', bareUserAs('ada')), made('user', bob)]))

    await commit(store, 3, [change('user', bareUserAs('ada'), { ...bareUserAs('ada'), displayName: 'New' })])
    same((await entries(store, { after: 3 }))[0]?.erased, undefined)
  },
}
