import { describe, it } from 'vitest'
import { createMemoryStore } from '../../src/store/memory.ts'
import type { StoreHome } from '../../src/testing/index.ts'
import { storeContract } from '../../src/testing/index.ts'

describe('a store in memory', () => {
  for (const { name, run } of storeContract({ isDurable: false, isSql: false, newHome })) {
    it(name, run)
  }
})

async function newHome(): Promise<StoreHome> {
  const store = createMemoryStore()
  return {
    open: async () => store,
    alter: () => Promise.reject(new Error('a store in memory has no SQL')),
    remove: () => store.close(),
  }
}
