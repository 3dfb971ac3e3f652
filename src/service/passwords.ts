/** Passwords: read, hashed and verified with argon2id, two at a time, at a cost that does not tell who exists. */

import { createHmac, randomBytes } from 'node:crypto'
import { CuriaError, refuse, refusing } from '../core/index.ts'
import { isCommonPassword } from './common-passwords.ts'

/** Characters. Long beats odd: there is no rule about which kinds of characters there must be. */
const shortest = 12
/** Bytes of UTF-8: what is longer is no password but an attack on the processor. */
const longest = 1024

/** 19 MiB, two passes, one lane. They stand in every hash, so they may change: a hash with others is made anew at the next sign-in. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
const costWritten = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`

/** Hashes at the same time, and those that may wait for them. */
const atOnce = 2
const queueLength = 32

/** How long a password that was right need not be verified again, for callers that send it with every request. */
const rememberedMilliseconds = 60_000
const rememberedCount = 1000

/** The same characters, however the keyboard composes them. Throws `password_too_long`. */
function normalized(password: string): string {
  const text = password.normalize('NFC')
  if (Buffer.byteLength(text) > longest) throw new CuriaError(refuse('password_too_long', { limit: longest }))
  return text
}

/**
 * Reads a password that somebody wants to have from now on.
 * @param names user name, names and addresses of whom it is for
 * @throws CuriaError `password_too_long`; `invalid_string` for one that is too short or too common
 */
export function readNewPassword(password: string, field: string, names: readonly string[]): string {
  const text = normalized(password)
  return refusing(() => {
    if ([...text].length < shortest) throw refuse('invalid_string', { field, reason: `has fewer than ${shortest} characters` })
    if (isCommonPassword(text, names))
      throw refuse('invalid_string', { field, reason: 'is one of those that are guessed first; take a longer phrase' })
    return text
  })
}

/** Whether a password was right, and whether its hash should be made anew. */
export interface Verdict {
  readonly isRight: boolean
  readonly isOutdated: boolean
}

/** Makes and verifies hashes for one process. */
export class Passwords {
  #running = 0
  readonly #waiting: (() => void)[] = []
  /** A hash of nothing that anybody knows, to be verified for those who do not exist. */
  #stranger: Promise<string> | undefined
  readonly #secret = randomBytes(32)
  readonly #remembered = new Map<string, number>()

  /** Throws `rate_limited` when too many wait already. */
  async hash(password: string): Promise<string> {
    const text = normalized(password)
    return this.#inPool(async () => (await library()).hash(text, cost))
  }

  /**
   * Verifies a password. Without a hash it costs as much, and is wrong.
   * @throws CuriaError `password_too_long`; `rate_limited` when too many wait already
   */
  async verify(hash: string | undefined, password: string): Promise<Verdict> {
    const text = normalized(password)
    return this.#inPool(async () => {
      const { hash: make, verify } = await library()
      this.#stranger ??= make(randomBytes(32), cost)
      const isRight = await verify(hash ?? (await this.#stranger), text)
      return { isRight: hash !== undefined && isRight, isOutdated: hash?.startsWith(costWritten) === false }
    })
  }

  /** Whether this very password was right for this very hash a moment ago: for callers that send it with every request. */
  isRemembered(hash: string, password: string): boolean {
    const until = this.#remembered.get(this.#memoryOf(hash, password))
    return until !== undefined && performance.now() < until
  }

  /** The password is right for the hash, and need not be verified again for a minute. */
  remember(hash: string, password: string): void {
    const memory = this.#memoryOf(hash, password)
    this.#remembered.delete(memory)
    this.#remembered.set(memory, performance.now() + rememberedMilliseconds)
    for (const oldest of this.#remembered.keys()) if (this.#remembered.size > rememberedCount) this.#remembered.delete(oldest)
  }

  /** Under a secret of this process, so that nothing in memory tells the password; and of this very hash, so that a new password ends it. */
  #memoryOf(hash: string, password: string): string {
    return createHmac('sha256', this.#secret)
      .update(`${hash}\n${normalized(password)}`)
      .digest('base64')
  }

  async #inPool<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= atOnce) {
      if (this.#waiting.length >= queueLength) throw new CuriaError(refuse('rate_limited', { retryAfterSeconds: 1 }))
      // Whoever is done hands its place over.
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}

/** Loaded when it is needed: a program that embeds Curia and signs nobody in does not load it. */
function library() {
  return import('@node-rs/argon2')
}
