/** What is there when a store is opened again. */

import { tableNames } from '../../core/index.ts'
import type { StoreCases } from './home.ts'
import { bareUser, fullRows, late } from './rows.ts'
import { commit, draft, entries, hashes, held, made, same, tenant } from './steps.ts'

export const durableCases: StoreCases = {
  'what was under way when the store was closed is there when it is opened again': async (home) => {
    const store = await home.open()
    const written = commit(store, 0, [made('user', bareUser)])
    await store.close()
    const again = await home.open()
    same(await hashes(again), [(await written).hash])
    await again.close()
  },

  'a store opened again has everything': async (home) => {
    const store = await home.open()
    const full = tableNames.map((table) => made(table, fullRows[table]))
    const idempotency = { key: 'k', fingerprint: 'f', answer: 'a' }
    await store.commit({ tenant, expectedRevision: 0, entry: draft(full, { names: { 'user:ada': 'Ada' } }), idempotency })
    await commit(store, 0, [], {}, 'other')
    await store.changeNotes(tenant, [{ purpose: 'session', key: 'k', note: { owner: 'user:ada', until: late, value: { a: 1 } } }])
    const before = [
      await store.identity(),
      await store.tenants(),
      await held(store),
      await entries(store),
      await store.idempotent(tenant, 'k'),
      await store.notes(tenant, 'session'),
    ]
    await store.close()
    const again = await home.open()
    same(
      [
        await again.identity(),
        await again.tenants(),
        await held(again),
        await entries(again),
        await again.idempotent(tenant, 'k'),
        await again.notes(tenant, 'session'),
      ],
      before,
    )
    await commit(again, 1, [made('user', bareUser)])
    same(await again.verify(tenant), { intact: true, revision: 2, hash: (await hashes(again))[1] })
    await again.close()
  },
}
