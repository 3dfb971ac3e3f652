/** Rows come back as they were committed, whatever stands in them. */

import { tableNames } from '../../core/index.ts'
import type { StoreCases } from './home.ts'
import { bareGroup, bareRows, bareUser, early, fullRows, oddTexts } from './rows.ts'
import { change, commit, entries, held, loaded, made, refused, removed, same, sorted, tenant } from './steps.ts'

export const rowCases: StoreCases = {
  'rows of every table come back as they were committed, with every field and with none that may be absent': async (home) => {
    const store = await home.open()
    const full = tableNames.map((table) => made(table, fullRows[table]))
    await commit(store, 0, full)
    same(await held(store), sorted(full))
    const bare = tableNames.map((table) =>
      table === 'settings' ? change('settings', fullRows.settings, bareRows.settings) : made(table, bareRows[table]),
    )
    await commit(store, 1, bare)
    same(await held(store), sorted([...full.filter(({ table }) => table !== 'settings'), ...bare]))
    const { rows } = await loaded(store)
    same([...new Set(rows.map(({ table }) => table))], tableNames)
  },

  'rows of a loaded tenant stay as they were': async (home) => {
    const store = await home.open()
    await commit(store, 0, [made('user', bareUser)])
    const { rows } = await loaded(store)
    await commit(store, 1, [removed('user', bareUser)])
    same(rows, [{ table: 'user', row: bareUser }])
  },

  'odd texts come back to the letter, in rows, in JSON and in the journal': async (home) => {
    const store = await home.open()
    const users = oddTexts.map((text, index) => ({
      ...bareUser,
      id: `u${index}`,
      userName: `u${index}`,
      description: text,
      attributes: { [text]: text },
    }))
    const resources = oddTexts.map((text, index) => ({ ...bareRows.resource, id: `${index}${text.slice(0, 500)}` }))
    const rows = [...users.map((user) => made('user', user)), ...resources.map((resource) => made('resource', resource))]
    await commit(store, 0, rows, {
      reason: oddTexts.join(),
      names: Object.fromEntries(users.map(({ id, description }) => [`user:${id}`, description])),
    })
    same(await held(store), sorted(rows))
    const [entry] = await entries(store)
    same(entry?.rows, rows)
    same(entry?.reason, oddTexts.join())
    same(Object.values(entry?.names ?? {}).sort(), [...oddTexts].sort())
  },

  'keys are compared to the letter': async (home) => {
    const store = await home.open()
    const keys = ['a', 'A', 'ä', 'a\u0308', 'å', '\u212b', 'ß', 'ss', 'a ', '0', '00']
    const rows = keys.map((reference) => made('retired', { reference, retiredAt: early }))
    await commit(store, 0, rows)
    await commit(store, 1, [removed('retired', { reference: 'A', retiredAt: early })])
    same(await held(store), sorted(rows.filter(({ key }) => key !== 'A')))
  },

  'a changed row is the new one, and a removed row is gone': async (home) => {
    const store = await home.open()
    await commit(store, 0, [made('user', fullRows.user), made('user', bareUser)])
    const after = { ...bareUser, id: 'ada', userName: 'renamed' }
    await commit(store, 1, [change('user', fullRows.user, after), removed('user', bareUser)])
    same(await held(store), sorted([made('user', after)]))
    await commit(store, 2, [removed('user', after)])
    same(await held(store), [])
  },

  'several changes of one row in one commit come to the last': async (home) => {
    const store = await home.open()
    const renamed = { ...bareUser, userName: 'renamed' }
    const rows = [
      made('user', bareUser),
      change('user', bareUser, renamed),
      made('service', bareRows.service),
      removed('service', bareRows.service),
      removed('user', renamed),
      made('user', bareUser),
    ]
    await commit(store, 0, rows)
    same(await held(store), [made('user', bareUser)])
    same((await entries(store))[0]?.rows, rows)
  },

  'names that must be unique can be swapped in one commit': async (home) => {
    const store = await home.open()
    const [one, two] = [
      { ...bareUser, id: 'one', userName: 'one', emails: ['one@x'] },
      { ...bareUser, id: 'two', userName: 'two', emails: ['two@x'] },
    ]
    const [left, right] = [
      { ...bareGroup, id: 'left', codename: 'left' },
      { ...bareGroup, id: 'right', codename: 'right' },
    ]
    await commit(store, 0, [made('user', one), made('user', two), made('group', left), made('group', right)])
    const swapped = [
      change('user', one, { ...one, userName: 'two', emails: ['two@x'] }),
      change('user', two, { ...two, userName: 'one', emails: ['one@x'] }),
      change('group', left, { ...left, codename: 'right' }),
      change('group', right, { ...right, codename: 'left' }),
    ]
    await commit(store, 1, swapped)
    same(await held(store), sorted(swapped))
  },

  'a commit of rows that do not fit is refused whole': async (home) => {
    const store = await home.open()
    await commit(store, 0, [made('user', bareUser)])
    const bystander = made('service', bareRows.service)
    await refused(commit(store, 1, [bystander, made('user', bareUser)]), undefined)
    await refused(commit(store, 1, [bystander, removed('user', fullRows.user)]), undefined)
    await refused(commit(store, 1, [bystander, change('user', fullRows.user, fullRows.user)]), undefined)
    await refused(commit(store, 1, [bystander, removed('user', bareUser), removed('user', bareUser)]), undefined)
    same([await store.head(tenant), (await entries(store)).length, await held(store)], [1, 1, [made('user', bareUser)]])
    await commit(store, 1, [bystander])
    same((await store.verify(tenant)).intact, true)
  },
}
