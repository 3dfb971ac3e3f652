/** What every store must keep, as cases that any test runner can run over the real thing. */

import type { ContractCase } from './contract-case.ts'
import { casesOver } from './contract-case.ts'
import { alteredCases } from './store/altered-cases.ts'
import { durableCases } from './store/durable-cases.ts'
import type { StoreHome } from './store/home.ts'
import { journalCases } from './store/journal-cases.ts'
import { noteCases } from './store/note-cases.ts'
import { revisionCases } from './store/revision-cases.ts'
import { rowCases } from './store/row-cases.ts'

/** A kind of store that is held to the contract. */
export interface StoreUnderTest {
  /** What was committed is there when the store is opened again. Adds the cases about that. */
  readonly isDurable: boolean
  /** Its homes can be altered by SQL. Adds the cases about altered journals. */
  readonly isSql: boolean
  /** Makes an empty database. */
  newHome(): Promise<StoreHome>
}

/**
 * The contract of `store/store.ts` as cases, each over a home of its own, for any test runner.
 *
 * @example
 * for (const { name, run } of storeContract({ isDurable: true, isSql: false, newHome })) it(name, run)
 */
export function storeContract({ isDurable, isSql, newHome }: StoreUnderTest): readonly ContractCase[] {
  const chosen = {
    ...rowCases,
    ...revisionCases,
    ...journalCases,
    ...noteCases,
    ...(isDurable ? durableCases : {}),
    ...(isSql ? alteredCases : {}),
  }
  return casesOver(chosen, newHome)
}
