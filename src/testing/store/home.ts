/** Where a store lives that is held to the contract. */

import type { Store } from '../../store/store.ts'

/** Where one store lives. */
export interface StoreHome {
  /** Opens the store; again after it was closed, when it is durable. */
  open(): Promise<Store>
  /** Runs SQL on the database behind the back of the store, which is closed, past everything that protects the journal. */
  alter(statements: readonly string[]): Promise<void>
  /** Takes the database away. */
  remove(): Promise<void>
}

/** Cases by their name. */
export type StoreCases = { readonly [name: string]: (home: StoreHome) => Promise<void> }
