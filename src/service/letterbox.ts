/** Where letters go out: those that somebody waits for, and those of which nobody may see whether they were sent. */

import { CuriaError, foldedKey, refuse } from '../core/index.ts'
import { Backoff } from './backoff.ts'
import { countedAddress } from './guesses.ts'
import { day, hour } from './instants.ts'
import type { Letter, Mailer } from './mail.ts'
import type { Visitor } from './sessions.ts'

export interface LetterboxOptions {
  /** Absent: the doors that need mail say so. */
  readonly mailer?: Mailer
  /** Where people reach the console: links in letters begin with it. Never taken from a request. */
  readonly address: () => string
  /** Told of a letter that could not be sent when nobody waits for it. */
  readonly onFailure?: (error: unknown) => void
  /** Milliseconds that never go back, for the waits of those who try too often. */
  readonly clock?: () => number
}

export class Letterbox {
  readonly #options: LetterboxOptions
  /** Letters that somebody outside causes: from one address, and to one. */
  readonly #caused: Backoff

  constructor(options: LetterboxOptions) {
    this.#options = options
    this.#caused = new Backoff({ free: 5, longest: hour, forgotten: day }, options.clock)
  }

  /** Whether letters can be sent. */
  get isThere(): boolean {
    return this.#options.mailer !== undefined
  }

  /** Throws `forbidden` when no mail server is configured. */
  require(): Mailer {
    const { mailer } = this.#options
    if (mailer !== undefined) return mailer
    const reason = 'this needs a mail server, and none is configured: set mail in the configuration'
    throw new CuriaError(refuse('forbidden', { right: 'mail', resource: 'tenant', reason }))
  }

  /** Somebody outside wants a letter to be written. Throws `rate_limited`. */
  takeFrom(visitor: Visitor): void {
    const address = countedAddress(visitor)
    if (address !== undefined) this.#caused.take(`from ${address}`)
  }

  /** Sends a letter of which nobody may see whether it was sent. Of too many to one address the rest is not sent. */
  sendLater(email: string, letter: () => Letter | Promise<Letter>): void {
    const { mailer, onFailure } = this.#options
    const to = `to ${foldedKey(email)}`
    if (mailer === undefined || !this.#caused.mayTry(to)) return
    this.#caused.take(to)
    const send = async () => mailer.send(await letter())
    send().catch((error: unknown) => onFailure?.(error))
  }

  /** The address of a page of ours, with the token where it is in no log. */
  link(page: string, token?: string): string {
    return `${this.#options.address().replace(/\/+$/, '')}/${page}${token === undefined ? '' : `#${token}`}`
  }
}
