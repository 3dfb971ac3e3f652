/** What is no fact: kept as notes, with their owners and ends. */

import type { Instant } from '../../core/index.ts'
import type { StoreCases } from './home.ts'
import { bareRows, bareUser, early, late, oddTexts } from './rows.ts'
import { change, codeOf, commit, draft, entries, held, made, refused, removed, same, tenant } from './steps.ts'

export const noteCases: StoreCases = {
  'a note comes back as it was put, counts its changes, and is in no revision, journal or tenant of facts': async (home) => {
    const store = await home.open()
    same([await store.note(tenant, 'session', 'k'), await store.notes(tenant, 'session')], [undefined, []])
    const value = { text: oddTexts.join(), list: [1.5, null, true], deep: { '': {} } }
    const put = (key: string, until?: Instant) =>
      store.changeNotes(tenant, [
        { purpose: 'session', key, note: { owner: 'user:ada', value, ...(until === undefined ? {} : { until }) } },
      ])
    await put('k', late)
    await put('K')
    const first = { purpose: 'session', key: 'k', owner: 'user:ada', until: late, value, version: 1 }
    same(await store.note(tenant, 'session', 'k'), first)
    await put('k', late)
    same(await store.note(tenant, 'session', 'k'), { ...first, version: 2 })
    same(
      (await store.notes(tenant, 'session')).map(({ key, until, version }) => [key, until, version]),
      [
        ['K', undefined, 1],
        ['k', late, 2],
      ],
    )
    same([await store.note(tenant, 'password', 'k'), await store.note('other', 'session', 'k')], [undefined, undefined])
    await store.changeNotes(tenant, [
      { purpose: 'session', key: 'k' },
      { purpose: 'session', key: 'unknown' },
    ])
    same([await store.note(tenant, 'session', 'k'), (await store.notes(tenant, 'session')).length], [undefined, 1])
    same([await store.head(tenant), await store.tenants(), await entries(store)], [0, [], []])
  },

  'notes are listed by owner': async (home) => {
    const store = await home.open()
    const owners = ['user:ada', 'user:Ada', 'service:ada', undefined] as const
    await store.changeNotes(
      tenant,
      owners.map((owner, index) => ({
        purpose: 'session',
        key: `${index}`,
        note: { value: {}, ...(owner === undefined ? {} : { owner }) },
      })),
    )
    same(
      (await store.notes(tenant, 'session', 'user:ada')).map(({ key }) => key),
      ['0'],
    )
    same((await store.notes(tenant, 'session', 'user:nobody')).length, 0)
    same((await store.notes(tenant, 'session')).length, 4)
  },

  'notes that are not as expected are refused, and nothing of the list is changed': async (home) => {
    const store = await home.open()
    const note = { value: {} }
    const change = (key: string, expected: number, more: object = { note }) => ({ purpose: 'token', key, expected, ...more })
    await store.changeNotes(tenant, [change('a', 0), change('b', 0)])
    for (const changes of [
      [change('c', 0), change('a', 0)],
      [change('c', 0), change('a', 2)],
      [change('c', 0), change('d', 1)],
      [change('c', 0), change('a', 2, {})],
      [change('c', 0), change('a', 0, {})],
      [change('c', 0), change('d', 1, {})],
    ])
      await refused(store.changeNotes(tenant, changes), 'precondition_failed')
    same(
      (await store.notes(tenant, 'token')).map(({ key, version }) => [key, version]),
      [
        ['a', 1],
        ['b', 1],
      ],
    )
    await store.changeNotes(tenant, [change('a', 1), change('b', 1, {}), change('c', 0, {})])
    same(
      (await store.notes(tenant, 'token')).map(({ key, version }) => [key, version]),
      [['a', 2]],
    )
  },

  'of those who take one note exactly one gets it': async (home) => {
    const store = await home.open()
    await store.changeNotes(tenant, [{ purpose: 'token', key: 'one', note: { value: {} } }])
    const takers = await Promise.allSettled(
      Array.from({ length: 8 }, () => store.changeNotes(tenant, [{ purpose: 'token', key: 'one', expected: 1 }])),
    )
    same(takers.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const taker of takers) if (taker.status === 'rejected') same(codeOf(taker.reason), 'precondition_failed')
  },

  'notes change together with a commit, or neither does': async (home) => {
    const store = await home.open()
    const entry = draft([made('user', bareUser)])
    const notes = [
      { purpose: 'password', key: 'bare', note: { owner: 'user:bare', value: { hash: 'h' } } },
      { purpose: 'token', key: 't', expected: 1 },
    ] as const
    await refused(store.commit({ tenant, expectedRevision: 0, entry, notes }), 'precondition_failed')
    same([await store.head(tenant), await held(store), await store.notes(tenant, 'password')], [0, [], []])
    await store.changeNotes(tenant, [{ purpose: 'token', key: 't', note: { value: {} } }])
    await refused(store.commit({ tenant, expectedRevision: 1, entry, notes }), 'revision_conflict')
    same((await store.notes(tenant, 'token')).length, 1)
    await store.commit({ tenant, expectedRevision: 0, entry, notes })
    same([await store.head(tenant), (await store.notes(tenant, 'password')).length, await store.notes(tenant, 'token')], [1, 1, []])
  },

  'notes go with the user, service account or API key they belong to, and with nobody else': async (home) => {
    const store = await home.open()
    const rows = [made('user', bareUser), made('service', bareRows.service), made('api-key', bareRows['api-key'])]
    await commit(store, 0, rows)
    const owners = ['user:bare', 'service:bare', 'api-key:bare', 'user:ada'] as const
    await store.changeNotes(
      tenant,
      owners.map((owner) => ({ purpose: 'seen', key: owner, note: { owner, value: {} } })),
    )
    const renamed = { ...bareUser, userName: 'renamed' }
    await commit(store, 1, [change('user', bareUser, renamed)])
    same((await store.notes(tenant, 'seen')).length, 4)
    await commit(store, 2, [removed('user', renamed), removed('service', bareRows.service), removed('api-key', bareRows['api-key'])])
    same(
      (await store.notes(tenant, 'seen')).map(({ key }) => key),
      ['user:ada'],
    )
  },

  'notes of one purpose and owner end with a commit': async (home) => {
    const store = await home.open()
    const note = (purpose: string, owner: 'user:ada' | 'user:bob') => ({ purpose, key: owner, note: { owner, value: {} } })
    await store.changeNotes(tenant, [note('session', 'user:ada'), note('session', 'user:bob'), note('password', 'user:ada')])
    const endedNotes = [{ purpose: 'session', owner: 'user:ada' }] as const
    await refused(store.commit({ tenant, expectedRevision: 1, entry: draft([]), endedNotes }), 'revision_conflict')
    same((await store.notes(tenant, 'session')).length, 2)
    await store.commit({ tenant, expectedRevision: 0, entry: draft([]), endedNotes })
    same(
      (await store.notes(tenant, 'session')).map(({ key }) => key),
      ['user:bob'],
    )
    same((await store.notes(tenant, 'password')).length, 1)
  },

  'notes whose time is over are swept away': async (home) => {
    const store = await home.open()
    const note = (key: string, until?: Instant) => ({
      purpose: 'token',
      key,
      note: { value: {}, ...(until === undefined ? {} : { until }) },
    })
    await store.changeNotes(tenant, [note('early', early), note('late', late), note('never')])
    same(await store.sweepNotes('other', late), 0)
    same(await store.sweepNotes(tenant, early), 0)
    same(await store.sweepNotes(tenant, late), 1)
    same(
      (await store.notes(tenant, 'token')).map(({ key }) => key),
      ['late', 'never'],
    )
  },
}
