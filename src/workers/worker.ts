/** The end of the line to the keeper in a worker: by it the worker knows of the others, and they of it. */

import cluster from 'node:cluster'
import type { Json } from '../core/index.ts'
import { workerVariable } from './keeper.ts'
import type { ToKeeper, Topic, ToWorker } from './messages.ts'
import { readToWorker, written } from './messages.ts'

/** Whether this process is a worker of ours. */
export function isWorker(): boolean {
  return cluster.isWorker && process.env[workerVariable] !== undefined
}

/** What a worker does when the keeper wants it. */
export interface Duties {
  /** Compares its state of a tenant with the store. */
  readonly look: (tenant: string) => Promise<void>
  /** Tells its figures; each is JSON. */
  readonly figures: () => Promise<readonly Json[]>
}

/** How long a write waits for the keeper at most, in milliseconds. By then every other state is compared with the store, or answers nothing. */
const everywherePatience = 4000

/** The line to the keeper. When the keeper ends, so does the process, by itself. */
export class Line {
  /** How many workers there are. */
  readonly count: number
  /** Which of them this one is, from 1. */
  readonly place: number
  readonly #waiting = new Map<number, () => void>()
  readonly #hearers = new Map<Topic, (value: Json) => void>()
  #number = 0
  #duties: Duties | undefined
  #attended: (() => void) | undefined
  #stop: (() => void) | undefined

  private constructor({ count, place }: Extract<ToWorker, { readonly kind: 'begin' }>['body']) {
    this.count = count
    this.place = place
    // The keeper is gone, and nobody listens for us any more.
    cluster.worker?.on('error', () => process.exit())
    process.on('message', (sent: unknown) => {
      const message = readToWorker(sent)
      if (message !== undefined) this.#hear(message)
    })
  }

  /** Asks the keeper how to begin: what it says before anybody listens is lost. */
  static begin(): Promise<Line> {
    return new Promise((resolve) => {
      const hear = (sent: unknown) => {
        const message = readToWorker(sent)
        if (message?.kind !== 'begin') return
        process.off('message', hear)
        resolve(new Line(message.body))
      }
      process.on('message', hear)
      say({ kind: 'arrived', body: {} })
    })
  }

  /**
   * Does what the keeper wants from now on. Resolves when the state of the tenant is compared with the store: what others write is then looked at before
   * they are answered, and what they wrote before was seen.
   */
  async attend(tenant: string, duties: Duties): Promise<void> {
    this.#duties = duties
    const attended = new Promise<void>((resolve) => {
      this.#attended = resolve
    })
    say({ kind: 'attending', body: {} })
    await attended
    await duties.look(tenant)
  }

  /**
   * The worker takes calls from now on.
   * @param stop answers what is under way, and ends
   */
  listening(url: string, stop: () => void): void {
    this.#stop = stop
    say({ kind: 'listening', body: { url } })
  }

  /** Resolves when every other worker answers from this revision of the tenant or a later one, or from nothing. */
  everywhere(tenant: string, revision: number): Promise<void> {
    this.#number += 1
    const number = this.#number
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(patience)
        this.#waiting.delete(number)
        resolve()
      }
      const patience = setTimeout(over, everywherePatience)
      this.#waiting.set(number, over)
      say({ kind: 'wrote', body: { number, tenant, revision } })
    })
  }

  /** Tells the others what was counted here. */
  tell(topic: Topic, value: Json): void {
    say({ kind: 'counted', body: { topic, value } })
  }

  /** Calls the listener with what the others have counted. */
  hear(topic: Topic, listener: (value: Json) => void): void {
    this.#hearers.set(topic, listener)
  }

  /** Lets go of the line: nothing else keeps the process alive. */
  end(): void {
    cluster.worker?.disconnect()
  }

  #hear(message: ToWorker): void {
    switch (message.kind) {
      case 'look': {
        const { number, tenant } = message.body
        // Where the store does not answer, the state grows stale, and the keeper waits no longer than that takes.
        this.#duties?.look(tenant).then(
          () => say({ kind: 'looked', body: { number } }),
          () => undefined,
        )
        return
      }
      case 'everywhere':
        return this.#waiting.get(message.body.number)?.()
      case 'counted':
        return this.#hearers.get(message.body.topic)?.(message.body.value)
      case 'figures': {
        const { number } = message.body
        this.#duties?.figures().then(
          (figures) => say({ kind: 'figures', body: { number, figures } }),
          () => undefined,
        )
        return
      }
      case 'attended':
        return this.#attended?.()
      case 'stop':
        // Whoever answers nobody yet has nothing to end.
        if (this.#stop === undefined) process.exit()
        this.#stop()
    }
  }
}

/** Once the keeper is gone there is nobody to tell. */
function say(message: ToKeeper): void {
  if (process.connected) process.send?.(written(message), undefined, undefined, () => undefined)
}
