import type { Store } from '../../src/store/store.ts'

/** How many rows the main tenant of a store holds. */
export async function countRows(store: Store): Promise<number> {
  let count = 0
  await store.load('main', () => {
    count += 1
  })
  return count
}
