/** The accounts that we know of in one target, found by their record, their number there, or their name. */

import type { MirroredReference } from './target.ts'

/** What we remember of the account of a record. */
export interface Account {
  readonly record: MirroredReference
  /** As it is to be called. */
  readonly name: string
  /** As it was called before it was last renamed: nobody knows whether that was done until it is seen. */
  readonly formerName?: string
  /** The eight characters of its suffix, made once. */
  readonly random?: string
  /** Set when another account of ours had the plain name. */
  readonly number?: number
  /** We made it; or it was there before, and we only keep its memberships. */
  readonly standing: 'made' | 'found'
  /** Of what we made: proves it in the target. */
  readonly mark?: string
  /** The target's own; absent while it is being made, or when that was broken off. */
  readonly id?: string
  /** The record is gone, and the target could not let go of the account. */
  readonly isSwitchedOff?: true
  /** Of a group that was there before: ids of the users who were there before too and were put into it by us. */
  readonly joined?: readonly string[]
}

export type AccountType = 'user' | 'group'

/** What kind of account a record has. */
export function accountTypeOf(record: MirroredReference): AccountType {
  return record.startsWith('user:') ? 'user' : 'group'
}

/** Holds any number of accounts; no question looks at all of them. */
export class Accounts {
  readonly #byRecord = new Map<MirroredReference, Account>()
  readonly #byId = new Map<string, Account>()
  readonly #byName = new Map<string, Map<MirroredReference, Account>>()
  #users = 0

  constructor(accounts: Iterable<Account> = []) {
    for (const account of accounts) this.put(account)
  }

  get users(): number {
    return this.#users
  }

  get groups(): number {
    return this.#byRecord.size - this.#users
  }

  get(record: MirroredReference): Account | undefined {
    return this.#byRecord.get(record)
  }

  records(): Iterable<MirroredReference> {
    return this.#byRecord.keys()
  }

  withId(type: AccountType, id: string): Account | undefined {
    return this.#byId.get(`${type}:${id}`)
  }

  /** Those that may be called so: whatever a target takes for the same name is among them. */
  called(type: AccountType, name: string): Iterable<Account> {
    return this.#byName.get(nameIn(type, name))?.values() ?? []
  }

  /** Puts an account in the place of the one of the same record. */
  put(account: Account): void {
    this.remove(account.record)
    const type = accountTypeOf(account.record)
    this.#byRecord.set(account.record, account)
    if (type === 'user') this.#users += 1
    if (account.id !== undefined) this.#byId.set(`${type}:${account.id}`, account)
    const key = nameIn(type, account.name)
    const namesakes = this.#byName.get(key) ?? new Map<MirroredReference, Account>()
    this.#byName.set(key, namesakes.set(account.record, account))
  }

  remove(record: MirroredReference): void {
    const account = this.#byRecord.get(record)
    if (account === undefined) return
    const type = accountTypeOf(record)
    this.#byRecord.delete(record)
    if (type === 'user') this.#users -= 1
    if (account.id !== undefined && this.withId(type, account.id) === account) this.#byId.delete(`${type}:${account.id}`)
    const key = nameIn(type, account.name)
    const namesakes = this.#byName.get(key)
    namesakes?.delete(record)
    if (namesakes?.size === 0) this.#byName.delete(key)
  }

  clear(): void {
    this.#byRecord.clear()
    this.#byId.clear()
    this.#byName.clear()
    this.#users = 0
  }
}

/** At least as coarse as any target compares names. */
function nameIn(type: AccountType, name: string): string {
  return `${type}:${name.normalize('NFKC').toLowerCase()}`
}
