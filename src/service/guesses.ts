/** Who guesses: wrong passwords and tokens, counted for the account and for the address they come from. */

import type { User } from '../core/index.ts'
import { CuriaError, countedNetwork, refuse } from '../core/index.ts'
import type { Told } from './backoff.ts'
import { Backoff } from './backoff.ts'
import { hour, minute } from './instants.ts'
import type { Observations } from './observations.ts'
import type { Visitor } from './sessions.ts'

/** The address by which a visitor is counted; undefined: it is not known. */
export function countedAddress({ address }: Visitor): string | undefined {
  return address === undefined ? undefined : countedNetwork(address)
}

/** What was counted of an account, or of an address. */
export interface ToldGuess extends Told {
  readonly of: 'account' | 'address'
}

/** How processes in which the same people sign in tell each other what they count. */
export interface SharedGuesses {
  tell(told: ToldGuess): void
  /** Calls the listener with what the others tell. */
  hear(listener: (told: ToldGuess) => void): void
}

export class Guesses {
  readonly #observations: Observations
  readonly #accounts: Backoff
  readonly #addresses: Backoff

  /**
   * @param clock milliseconds that never go back
   * @param shared the other processes in which the same people try
   */
  constructor(observations: Observations, clock?: () => number, shared?: SharedGuesses) {
    this.#observations = observations
    const tell = (of: ToldGuess['of']) => (shared === undefined ? undefined : (told: Told) => shared.tell({ ...told, of }))
    this.#accounts = new Backoff({ free: 5, longest: minute, forgotten: 15 * minute }, clock, tell('account'))
    this.#addresses = new Backoff({ free: 30, longest: 15 * minute, forgotten: hour }, clock, tell('address'))
    shared?.hear(({ of, ...told }) => (of === 'account' ? this.#accounts : this.#addresses).hear(told))
  }

  /**
   * Tries a password. The try is counted before it is made; a good one counts for nothing.
   * @param user whom the login names; absent: nobody
   * @param attempt gives the user when the password is right
   * @throws CuriaError `invalid_credentials`; `rate_limited`
   */
  async password(user: User | undefined, login: string, visitor: Visitor, attempt: () => Promise<User | undefined>): Promise<User> {
    const address = countedAddress(visitor)
    const account = await this.#accountOf(user, login, address)
    if (address !== undefined) this.#addresses.take(address)
    this.#accounts.take(account)
    let found: User | undefined
    try {
      found = await attempt()
    } catch (error) {
      // Nothing was found out, so nothing was tried.
      this.#accounts.giveBack(account)
      this.#giveBack(address)
      throw error
    }
    if (found === undefined) {
      if (user !== undefined) this.#observations.failed(user.id, visitor)
      throw new CuriaError(refuse('invalid_credentials', {}))
    }
    this.#giveBack(address)
    this.#accounts.clear(account)
    return found
  }

  /** Tries a token: one that is not good counts for the address. */
  async token<T>(visitor: Visitor, attempt: () => Promise<T>): Promise<T> {
    const address = countedAddress(visitor)
    if (address !== undefined) this.#addresses.take(address)
    const found = await attempt()
    this.#giveBack(address)
    return found
  }

  /** The user has a new password: wrong ones of before count for nothing. */
  forget(user: string): void {
    this.#accounts.clear(accountOf(user))
  }

  #giveBack(address: string | undefined): void {
    if (address !== undefined) this.#addresses.giveBack(address)
  }

  /** An account is counted apart for the address it was last signed in from, so that strangers who guess keep nobody out. */
  async #accountOf(user: User | undefined, login: string, address: string | undefined): Promise<string> {
    // Asked also for nobody, so that it costs the same.
    const { current, last } = await this.#observations.signInsOf(user?.id ?? '')
    const isKnown = address !== undefined && [current, last].some((one) => one !== undefined && countedAddress(one) === address)
    // Apart, so that a name that nobody has is never taken for the id of somebody.
    const account = user === undefined ? `nobody called ${login}` : accountOf(user.id)
    return isKnown ? `${account} ${address}` : account
  }
}

function accountOf(user: string): string {
  return `user:${user}`
}
