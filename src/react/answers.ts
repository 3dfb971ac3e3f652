/** What one subject may do, as far as the pages have asked: gathered into few calls, kept, and told to those who look. */

import type { Client } from '../api/client.ts'
import type { JsonObject } from '../core/index.ts'

/** A check about whoever looks at the page. */
export interface Asking {
  readonly action: string
  /** Default: the tenant. */
  readonly resource?: string
  readonly context?: JsonObject
}

/** What is known of one check. What is not known, or could not be answered, is not allowed. */
export interface Answer {
  readonly allowed: boolean
  /** It was answered, or could not be. */
  readonly known: boolean
  /** The code of the error for which it could not be answered, and its sentence. */
  readonly error?: { readonly code: string; readonly detail: string }
}

/** An answer that is known beforehand: given by the server with the page. */
export type KnownAnswer = Asking & { readonly allowed: boolean }

/** The calls that are used of a client. */
export type AnswerSource = Pick<Client, 'me' | 'checkMany'>

const unknown: Answer = { allowed: false, known: false }
/** At most so many checks in one call. */
const callLimit = 1000

/** One check as a text; equal checks have equal texts. */
export function keyOf({ action, resource = 'tenant', context = {} }: Asking): string {
  return JSON.stringify([action, resource, sorted(context)])
}

function sorted(value: JsonObject[string]): JsonObject[string] {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}

/** The answers for one subject. */
export class Answers {
  readonly #source: AnswerSource | undefined
  #subject: string | undefined
  readonly #answers = new Map<string, Answer>()
  readonly #waiting = new Map<string, Asking>()
  /** Those in use, with how often. */
  readonly #inUse = new Map<string, { readonly asking: Asking; count: number }>()
  readonly #listeners = new Set<() => void>()
  #isGathering = false
  /** Counts the refreshes: an answer to a call made before one says nothing any more. */
  #generation = 0

  /**
   * @param source absent: nothing is asked, and only what is known beforehand is answered
   * @param subject absent: whoever the source is called by
   */
  constructor(source: AnswerSource | undefined, subject: string | undefined, known: readonly KnownAnswer[]) {
    this.#source = source
    this.#subject = subject
    for (const { allowed, ...asking } of known) this.#answers.set(keyOf(asking), { allowed, known: true })
  }

  /** Calls the listener after each change, until what is given back is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get(key: string): Answer {
    return this.#answers.get(key) ?? unknown
  }

  /** Asks what is not known yet, with all that is asked for in the same moment. Gives what ends the use. */
  use(asking: Asking): () => void {
    const key = keyOf(asking)
    const entry = this.#inUse.get(key) ?? { asking, count: 0 }
    entry.count += 1
    this.#inUse.set(key, entry)
    if (!this.#answers.has(key)) this.#ask(key, asking)
    return () => {
      entry.count -= 1
      if (entry.count === 0) this.#inUse.delete(key)
    }
  }

  /** Asks everything in use once more; until it is answered, what was answered before stands. Everything else is forgotten. */
  refresh(): void {
    this.#generation += 1
    for (const key of this.#answers.keys()) if (!this.#inUse.has(key)) this.#answers.delete(key)
    for (const [key, { asking }] of this.#inUse) this.#ask(key, asking)
  }

  #ask(key: string, asking: Asking): void {
    if (this.#source === undefined) return
    this.#waiting.set(key, asking)
    if (this.#isGathering) return
    this.#isGathering = true
    // Effects of one render run in one task: what they ask goes into one call.
    queueMicrotask(() => {
      this.#isGathering = false
      const gathered = [...this.#waiting]
      this.#waiting.clear()
      for (let start = 0; start < gathered.length; start += callLimit) void this.#call(gathered.slice(start, start + callLimit))
    })
  }

  async #call(asked: readonly (readonly [key: string, asking: Asking])[]): Promise<void> {
    const generation = this.#generation
    const source = this.#source
    if (source === undefined) return
    let answers: readonly Answer[]
    try {
      const subject = this.#subject ?? (await source.me()).actor
      this.#subject = subject
      const { items } = await source.checkMany({ checks: asked.map(([, asking]) => ({ ...asking, subject })) })
      answers = items.map((item) =>
        'error' in item ? { allowed: false, known: true, error: item.error } : { allowed: item.allowed, known: true },
      )
    } catch (error) {
      // No answer is no: what cannot be asked is not allowed.
      const code = error instanceof Object && 'code' in error ? String(error.code) : 'unreachable'
      const detail = error instanceof Error ? error.message : String(error)
      answers = asked.map(() => ({ allowed: false, known: true, error: { code, detail } }))
    }
    if (generation !== this.#generation) return
    for (const [index, [key]] of asked.entries()) this.#answers.set(key, answers[index] ?? unknown)
    for (const listener of this.#listeners) listener()
  }
}
