/** Tenants, revisions, and what happens when several write or a store is closed. */

import { tableNames } from '../../core/index.ts'
import type { StoreCases } from './home.ts'
import { bareRows, bareUser, bareUserAs, early, fullRows, late, moment } from './rows.ts'
import { claim, codeOf, commit, draft, entries, held, loaded, made, refused, removed, same, sorted, tenant } from './steps.ts'

export const revisionCases: StoreCases = {
  'a tenant is removed with a commit to another one, whole or not at all, and never comes back': async (home) => {
    const store = await home.open()
    const kept = [made('tenant', fullRows.tenant)]
    const all = tableNames.map((table) => made(table, fullRows[table]))
    const idempotency = { key: 'k', fingerprint: 'f', answer: '{}' }
    const note = { purpose: 'session', key: 's', note: { owner: 'user:ada', value: {} } } as const
    for (const name of ['acme', 'other'])
      await store.commit({ tenant: name, expectedRevision: 0, entry: draft(all), idempotency, notes: [note] })
    await commit(store, 0, kept)
    const before = [await held(store, 'acme'), await entries(store, {}, 'acme')]

    const removal = { tenant, entry: draft([removed('tenant', fullRows.tenant)]), removedTenants: ['acme', 'never-there'] }
    await refused(store.commit({ ...removal, expectedRevision: 7 }), 'revision_conflict')
    await refused(
      store.commit({ ...removal, expectedRevision: 1, notes: [{ purpose: 'token', key: 't', expected: 1 }] }),
      'precondition_failed',
    )
    same([await held(store, 'acme'), await entries(store, {}, 'acme')], before)
    same([(await store.notes('acme', 'session')).length, await store.tenants()], [1, ['acme', tenant, 'other']])

    await store.commit({ ...removal, expectedRevision: 1 })
    same([await held(store, 'acme'), await entries(store, {}, 'acme'), await store.head('acme')], [[], [], 0])
    same(
      [await store.idempotent('acme', 'k'), await store.notes('acme', 'session'), await store.tenants()],
      [undefined, [], [tenant, 'other']],
    )
    same([await held(store), await held(store, 'other')], [[], sorted(all)])
    same(
      [(await store.notes('other', 'session')).length, (await store.verify(tenant)).intact, (await store.verify('other')).intact],
      [1, true, true],
    )

    for (const name of ['acme', 'never-there']) {
      await refused(commit(store, 0, [], {}, name), 'conflict')
      await refused(commit(store, 1, [], {}, name), 'conflict')
      await refused(store.changeNotes(name, [note]), 'conflict')
      await store.changeNotes(name, [{ purpose: 'session', key: 's' }])
      same([await store.head(name), await store.notes(name, 'session')], [0, []])
    }
  },

  'a new store has no tenants, and a tenant nobody wrote is empty at revision 0': async (home) => {
    const store = await home.open()
    same(await store.tenants(), [])
    same(await store.head('nobody'), 0)
    same(await loaded(store, 'nobody'), { revision: 0, rows: [] })
    same(await entries(store, {}, 'nobody'), [])
    same((await store.verify('nobody')).intact, true)
  },

  'the identity stays the same, and two stores differ': async (home) => {
    const store = await home.open()
    const { id, epoch, secret } = await store.identity()
    same(await store.identity(), { id, epoch, secret })
    claim(epoch === 1 && id.length > 0, 'the epoch of a new store is 1')
    claim(/^[0-9a-f]{64}$/.test(secret), 'the secret is 32 bytes in hex')
  },

  'revisions count from 1 without a gap, and another expected revision is refused': async (home) => {
    const store = await home.open()
    same([(await commit(store, 0, [])).revision, (await commit(store, 1, [])).revision], [1, 2])
    const error = await refused(commit(store, 1, [made('user', bareUser)]), 'revision_conflict')
    same(error.details, { expected: 1, found: 2 })
    await refused(commit(store, 3, [made('user', bareUser)]), 'revision_conflict')
    await refused(commit(store, 1, [], {}, 'new'), 'revision_conflict')
    same([await store.head(tenant), await held(store), await store.tenants()], [2, [], [tenant]])
    same((await commit(store, 2, [])).revision, 3)
  },

  'of writers at the same revision exactly one wins': async (home) => {
    const store = await home.open()
    for (let revision = 0; revision < 5; revision += 1) {
      const writers = Array.from({ length: 8 }, (_, index) => ({ ...bareRows.service, id: `s${revision}-${index}` }))
      const outcomes = await Promise.allSettled(writers.map((service) => commit(store, revision, [made('service', service)])))
      const winners = writers.filter((_, index) => outcomes[index]?.status === 'fulfilled')
      same(winners.length, 1)
      for (const outcome of outcomes) if (outcome.status === 'rejected') same(codeOf(outcome.reason), 'revision_conflict')
      same(
        (await entries(store, { after: revision })).map(({ rows }) => rows[0]?.key),
        [winners[0]?.id],
      )
    }
    same((await held(store)).length, 5)
    same((await store.verify(tenant)).intact, true)
  },

  'reads beside writes see one revision': async (home) => {
    const store = await home.open()
    const seen: Promise<void>[] = []
    for (let revision = 0; revision < 20; revision += 1) {
      const service = { ...bareRows.service, id: `s${revision}` }
      const written = commit(store, revision, [made('service', service), made('retired', { reference: service.id, retiredAt: early })])
      seen.push(loaded(store).then(({ revision, rows }) => same(rows.length, revision * 2)))
      await written
    }
    await Promise.all(seen)
  },

  'tenants are apart': async (home) => {
    const store = await home.open()
    await commit(store, 0, [made('user', fullRows.user)], { names: { 'user:ada': 'Ada' } }, 'a')
    await commit(store, 0, [made('user', fullRows.user)], { names: { 'user:ada': 'Ada' } }, 'B')
    await commit(store, 1, [removed('user', fullRows.user)], {}, 'B')
    same(await store.tenants(), ['B', 'a'])
    same([await store.head('a'), await store.head('B'), await store.head('A')], [1, 2, 0])
    same([await held(store, 'a'), await held(store, 'B')], [[made('user', fullRows.user)], []])
    await store.erasePersonal('B', 'ada')
    same((await entries(store, {}, 'a'))[0]?.names, { 'user:ada': 'Ada' })
    const [one, other] = [await store.verify('a'), await store.verify('B')]
    same([one.intact, one.revision, other.intact, other.revision], [true, 1, true, 2])
  },

  'an answer is found by its idempotency key, and a key is taken once': async (home) => {
    const store = await home.open()
    const idempotency = { key: `user:ada ${'k'.repeat(255)}`, fingerprint: 'f', answer: '{"revision":1}' }
    const committed = await store.commit({ tenant, expectedRevision: 0, entry: draft([]), idempotency })
    same(await store.idempotent(tenant, idempotency.key), { ...idempotency, ...committed })
    same(await store.idempotent(tenant, 'other'), undefined)
    same(await store.idempotent('other', idempotency.key), undefined)
    await refused(store.commit({ tenant, expectedRevision: 1, entry: draft([made('user', bareUser)]), idempotency }), 'conflict')
    same([await store.head(tenant), await held(store)], [1, []])
    await store.commit({ tenant: 'other', expectedRevision: 0, entry: draft([]), idempotency })
  },

  'commits that share a transaction are all there, each with its revision and entry, or none is': async (home) => {
    const store = await home.open()
    if (store.commitTogether === undefined) return
    const idempotency = { key: 'k', fingerprint: 'f', answer: '{}' }
    const requests = (base: number, ids: readonly string[]) =>
      ids.map((id, place) => ({ tenant, expectedRevision: base + place, entry: draft([made('user', bareUserAs(id))]) }))
    const both = await store.commitTogether(
      requests(0, ['ada', 'bob']).map((each, place) => ({ ...each, ...(place === 1 && { idempotency }) })),
    )
    const entered = await entries(store)
    same(
      both,
      entered.map(({ revision, hash }) => ({ revision, hash })),
    )
    same([entered[1]?.previousHash, (await store.idempotent(tenant, 'k'))?.revision, await store.head(tenant)], [entered[0]?.hash, 2, 2])
    const [third, fourth] = requests(2, ['cyd', 'dan'])
    if (third === undefined || fourth === undefined) throw new Error('there are two requests')
    await refused(store.commitTogether([third, { ...fourth, expectedRevision: 7 }]), 'revision_conflict')
    await refused(store.commitTogether([third, { ...fourth, idempotency }]), 'conflict')
    same([await store.head(tenant), (await held(store)).length, (await store.verify(tenant)).intact], [2, 2, true])
  },

  'answers are kept for 24 hours of the journal, and not for ever': async (home) => {
    const store = await home.open()
    const idempotency = { key: 'k', fingerprint: 'f', answer: 'a' }
    await store.commit({ tenant, expectedRevision: 0, entry: draft([], { time: moment('2026-03-01T12:00:00Z') }), idempotency })
    await store.commit({ tenant: 'other', expectedRevision: 0, entry: draft([], { time: moment('2026-03-01T12:00:00Z') }), idempotency })
    await commit(store, 1, [], { time: moment('2026-03-02T12:00:00Z') })
    claim((await store.idempotent(tenant, 'k')) !== undefined, 'the answer is still there after 24 hours')
    await commit(store, 2, [], { time: moment('2026-06-01T12:00:00Z') })
    same(await store.idempotent(tenant, 'k'), undefined)
    claim((await store.idempotent('other', 'k')) !== undefined, 'the time of one tenant is not that of another')
  },

  'a closed store refuses everything': async (home) => {
    const store = await home.open()
    await commit(store, 0, [])
    const journal = store.journal(tenant)
    await store.close()
    await store.close()
    const attempts = [
      () => store.identity(),
      () => store.tenants(),
      () => loaded(store),
      () => store.head(tenant),
      () => commit(store, 1, []),
      () => store.idempotent(tenant, 'k'),
      () => journal[Symbol.asyncIterator]().next(),
      () => store.verify(tenant),
      () => store.erasePersonal(tenant, 'ada'),
      () => store.note(tenant, 'session', 'k'),
      () => store.notes(tenant, 'session'),
      () => store.changeNotes(tenant, []),
      () => store.sweepNotes(tenant, late),
    ]
    for (const attempt of attempts) await refused(attempt(), 'store_unavailable')
  },

  'closing waits for what is under way': async (home) => {
    const store = await home.open()
    const written = commit(store, 0, [made('user', bareUser)])
    const closed = store.close()
    const committed = await written
    await closed
    same(committed.revision, 1)
  },
}
