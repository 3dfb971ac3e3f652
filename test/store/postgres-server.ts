/** A real PostgreSQL server of its own for a test file, with homes for stores. */

import { openPostgresStore } from '../../src/store/postgres.ts'
import type { Store } from '../../src/store/store.ts'
import type { StoreHome } from '../../src/testing/index.ts'
import { PostgresServer as Server } from '../../tools/postgres-server.mjs'

/** Tests over PostgreSQL skip where it is not there; `npm test` has said why, and counts it as a failure when `CI=true`. */
export { hasPostgres, password } from '../../tools/postgres-server.mjs'

export class PostgresServer extends Server {
  /** An empty schema as the home of a store. */
  async newHome(): Promise<StoreHome> {
    const schema = await this.newSchema()
    const opened: Store[] = []
    return {
      open: async () => {
        const store = await openPostgresStore({ url: this.url({ schema }) })
        opened.push(store)
        return store
      },
      alter: async (statements) => {
        // As a replica, which fires no triggers.
        await this.run(['set session_replication_role = replica', ...statements], schema)
      },
      remove: async () => {
        for (const store of opened) await store.close()
        await this.run([`drop schema ${schema} cascade`])
      },
    }
  }
}
