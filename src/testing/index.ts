/** What others need to prove their own rules and their own store. */

export type { ContractCase } from './contract-case.ts'
export type { GivenOptions } from './given.ts'
export { changesGiven, given } from './given.ts'
export type { StoreHome } from './store/home.ts'
export type * from './store-contract.ts'
export { storeContract } from './store-contract.ts'
export type * from './target-contract.ts'
export { targetContract } from './target-contract.ts'
