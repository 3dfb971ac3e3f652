/** Takes a tenant away: everything that any table holds of it, but for the counter row, which says from then on that it was removed. */

import { sql } from 'kysely'
import { firstHash } from '../seal.ts'
import { rowTables } from './row-table.ts'
import type { Database } from './schema.ts'
import type { Work } from './work.ts'

/** What the counter row of a tenant says that was removed. No commit expects it, so nothing is ever written there again. */
export const removedRevision = -1

/** The tables of what is no record. */
const others = ['journal', 'personal', 'idempotency', 'note'] as const

/** Waits for a commit to the tenant that is under way in another process. Cost: all rows of the tenant. */
export function* removeTenant(queries: Database, tenant: string): Work<void> {
  // First: it holds off those who write, and lets the journal go.
  yield queries
    .insertInto('tenant')
    .values({ tenant, revision: removedRevision, hash: firstHash })
    .onConflict((conflict) => conflict.column('tenant').doUpdateSet({ revision: removedRevision, hash: firstHash }))
    .compile()
  for (const table of [...[...rowTables.values()].map(({ name }) => name), ...others])
    yield sql`delete from ${sql.table(table)} where ${sql.ref('tenant')} = ${tenant}`.compile(queries)
}
