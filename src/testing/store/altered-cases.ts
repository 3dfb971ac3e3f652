/** A journal that somebody has altered is found out. */

import type { Revision } from '../../core/index.ts'
import { canonicalJson } from '../../core/index.ts'
import type { Verification } from '../../store/store.ts'
import type { StoreCases } from './home.ts'
import { bareUserAs } from './rows.ts'
import { claim, commit, made, same, tenant } from './steps.ts'

export const alteredCases: StoreCases = {
  'an altered journal is found, and the first bad entry is named': async (home) => {
    const store = await home.open()
    const { secret } = await store.identity()
    for (let revision = 0; revision < 4; revision += 1) {
      const user = { ...bareUserAs(`u${revision}`), lastName: 'Lovelace' }
      await commit(store, revision, [made('user', user)], { names: { [`user:u${revision}`]: 'Ada' }, reason: 'why "so"' })
    }
    await store.close()
    const verdict = async (): Promise<Verification> => {
      const opened = await home.open()
      try {
        return await opened.verify(tenant)
      } finally {
        await opened.close()
      }
    }
    const intact = await verdict()
    same([intact.intact, intact.revision], [true, 4])

    const flipped = (column: string, place: number) =>
      `update journal set ${column} = substr(${column}, 1, ${place - 1}) || case substr(${column}, ${place}, 1) when 'a' then 'b' else 'a' end || substr(${column}, ${place + 1}) where revision = 2`
    const alterations: readonly (readonly [statement: string, revision: Revision])[] = [
      ...Array.from({ length: 12 }, (_, index): [string, Revision] => [flipped('entry', 1 + index * 53), 2]),
      [flipped('hash', 1), 2],
      [flipped('hash', 64), 2],
      [flipped('previous_hash', 33), 2],
      [`update journal set entry = entry || ' ' where revision = 3`, 3],
      [`update journal set entry = '' where revision = 1`, 1],
      ['delete from journal where revision = 1', 1],
      ['delete from journal where revision = 2', 2],
      ['delete from journal where revision = 4', 4],
      ['delete from journal', 1],
      ['update journal set revision = 9 where revision = 4', 4],
      [
        `insert into journal select tenant, 5, hash, hash, entry, length from journal where revision = 4`.replace(
          'entry, length',
          'entry, length',
        ),
        5,
      ],
      [`update tenant set revision = 3`, 4],
      [`update tenant set revision = 5`, 5],
      [`update tenant set hash = '${'0'.repeat(64)}'`, 4],
      ['delete from tenant', 1],
      [`update personal set value = replace(value, 'Lovelace', 'Byron') where "user" = 'u2'`, 3],
      [`update personal set value = replace(value, 'Ada', 'Eve') where "user" = 'u1'`, 2],
      [`update personal set digest = replace(digest, substr(digest, 1, 4), '0000') where "user" = 'u0'`, 4],
      [`update personal set "user" = 'u9' where "user" = 'u3'`, 4],
      [`update identity set secret = '${secret.split('').reverse().join('')}'`, 1],
    ]
    const tables = ['journal', 'tenant', 'personal', 'identity']
    await home.alter(tables.map((table) => `create table kept_${table} as select * from ${table}`))
    const restore = tables.flatMap((table) => [`delete from ${table}`, `insert into ${table} select * from kept_${table}`])
    for (const [statement, revision] of alterations) {
      await home.alter([statement])
      const found = await verdict()
      claim(
        !found.intact && found.revision === revision,
        `${statement}: expected entry ${revision} to be bad, found ${canonicalJson(found)}`,
      )
      await home.alter(restore)
    }
    same(await verdict(), intact)
  },
}
