/**
 * Keeps the workers of a server: starts them, starts one again that ended, passes on what they tell each other, and stops them all. It
 * answers no question and holds no state, so that there is little that could end it.
 */

import type { Worker } from 'node:cluster'
import cluster from 'node:cluster'
import type { ToKeeper, ToWorker } from './messages.ts'
import { readToKeeper, written } from './messages.ts'
import { WorkerEnded } from './worker-ended.ts'

export interface KeeperOptions {
  /** How many workers there are to be, 2 or more. */
  readonly count: number
  /** Hears of a worker that ended, and of another that was started. */
  readonly say: (line: string) => void
}

/** The variable by which a worker knows that it is one of ours. */
export const workerVariable = 'CURIA_WORKER'

/**
 * How long a write waits for the others, in milliseconds. A state that has not been compared with the store for two seconds answers
 * nothing, so whoever has not looked by then does no harm.
 */
const lookPatience = 2500
/** How long a worker may take to end when it is told to; its listener gives calls under way ten seconds. In milliseconds. */
const stopPatience = 15_000
/** How long the figures of a worker are waited for, in milliseconds. */
const figuresPatience = 2000
/** A worker that lived for less, in milliseconds, is started again later each time, up to the longest pause. */
const soundLife = 10_000
const firstPause = 500
/** The status of a worker that was killed before it listened: a defect, as far as anybody knows. */
const killed = 70
const longestPause = 30_000

/** A worker, and what is known of it. */
interface Kept {
  readonly worker: Worker
  readonly place: number
  readonly begun: number
  /** It looks at the store when it is asked to; whoever does not takes no calls yet. */
  isAttending: boolean
}

/** Something that was asked of workers, and is over when all have answered, or time is. */
interface Asking {
  readonly of: Set<Worker>
  readonly over: () => void
}

export class Keeper {
  readonly #options: KeeperOptions
  readonly #kept = new Map<number, Kept>()
  readonly #askings = new Map<number, Asking>()
  readonly #figures = new Map<number, unknown[]>()
  #number = 0
  #url = ''
  #pause = 0
  /** All have listened: from now on one that ends is started again. */
  #isWhole = false
  readonly #lostEarly: { readonly place: number; readonly how: string }[] = []
  #isStopping = false
  #stopped: Promise<void> | undefined

  private constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** Where the workers listen. */
  get url(): string {
    return this.#url
  }

  /**
   * Starts the first worker, and the others when it listens.
   * @throws WorkerEnded when one of them ends before
   */
  static async start(options: KeeperOptions): Promise<Keeper> {
    const keeper = new Keeper(options)
    try {
      await keeper.#begin(1)
      await Promise.all(Array.from({ length: options.count - 1 }, (_, index) => keeper.#begin(index + 2)))
      keeper.#isWhole = true
      // One that listened, and ended while another was still beginning.
      for (const { place, how } of keeper.#lostEarly) keeper.#replace(place, how)
      return keeper
    } catch (error) {
      await keeper.stop()
      throw error
    }
  }

  /** The figures of every worker that tells them in time. */
  async figures(): Promise<readonly unknown[]> {
    const workers = this.#attending()
    const number = this.#next()
    const found: unknown[] = []
    this.#figures.set(number, found)
    await this.#ask(number, workers, { kind: 'figures', body: { number } }, figuresPatience)
    this.#figures.delete(number)
    return found
  }

  /** Tells all workers to answer what is under way and to end; resolves when they have. May be called twice. */
  stop(): Promise<void> {
    this.#isStopping = true
    this.#stopped ??= Promise.all([...this.#kept.values()].map(({ worker }) => ended(worker))).then(() => undefined)
    return this.#stopped
  }

  /** Starts a worker; resolves when it listens. Throws `WorkerEnded`. */
  #begin(place: number): Promise<void> {
    const worker = cluster.fork({ [workerVariable]: '1' })
    const kept: Kept = { worker, place, begun: performance.now(), isAttending: false }
    this.#kept.set(worker.id, kept)
    return new Promise((resolve, reject) => {
      worker.on('message', (sent: unknown) => {
        const message = readToKeeper(sent)
        if (message?.kind === 'listening') {
          this.#moved(message.body.url)
          resolve()
        } else if (message !== undefined) this.#hear(kept, message)
      })
      worker.once('exit', (status: number | null, signal: string | null) => {
        // One that was killed has no status.
        reject(new WorkerEnded(status ?? killed))
        this.#lose(kept, signal ?? `status ${status}`)
      })
      worker.on('error', (error) => {
        // One that could not be started, or not be reached, may never say that it has ended.
        reject(new WorkerEnded(killed))
        this.#lose(kept, error.message)
        worker.process.kill('SIGKILL')
      })
    })
  }

  /** Where any free port is taken and no worker was left, another port may have been taken. */
  #moved(url: string): void {
    if (this.#url !== '' && this.#url !== url) this.#options.say(`listening on ${url}`)
    this.#url = url
  }

  #hear(kept: Kept, message: Exclude<ToKeeper, { readonly kind: 'listening' }>): void {
    const { worker, place } = kept
    switch (message.kind) {
      case 'arrived':
        return tell(worker, { kind: 'begin', body: { count: this.#options.count, place } })
      case 'attending':
        kept.isAttending = true
        return tell(worker, { kind: 'attended', body: {} })
      case 'wrote': {
        const { number, tenant } = message.body
        const asking = this.#next()
        const others = this.#attending().filter((each) => each !== worker)
        void this.#ask(asking, others, { kind: 'look', body: { number: asking, tenant } }, lookPatience).then(() =>
          tell(worker, { kind: 'everywhere', body: { number } }),
        )
        return
      }
      case 'looked':
        return this.#answered(message.body.number, worker)
      case 'figures':
        this.#figures.get(message.body.number)?.push(message.body.figures)
        return this.#answered(message.body.number, worker)
      case 'counted':
        for (const each of this.#attending()) if (each !== worker) tell(each, message)
    }
  }

  #lose({ worker, place, begun }: Kept, how: string): void {
    // Once for each, however it was noticed.
    if (!this.#kept.delete(worker.id)) return
    // Who is gone answers nobody from an old state.
    for (const number of [...this.#askings.keys()]) this.#answered(number, worker)
    if (this.#isStopping) return
    if (!this.#isWhole) {
      this.#lostEarly.push({ place, how })
      return
    }
    const isSound = performance.now() - begun >= soundLife
    this.#pause = isSound ? 0 : Math.min(longestPause, Math.max(firstPause, this.#pause * 2))
    this.#replace(place, how)
  }

  #replace(place: number, how: string): void {
    this.#options.say(`a worker ended (${how}); another is started`)
    setTimeout(() => {
      // One that ends before it listens is lost like this one.
      if (!this.#isStopping) this.#begin(place).catch(() => undefined)
    }, this.#pause)
  }

  #next(): number {
    this.#number += 1
    return this.#number
  }

  #attending(): readonly Worker[] {
    return [...this.#kept.values()].filter(({ isAttending }) => isAttending).map(({ worker }) => worker)
  }

  /** Resolves when all of them have answered or ended, or when time is over. */
  #ask(number: number, workers: readonly Worker[], message: ToWorker, patience: number): Promise<void> {
    if (workers.length === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(timer)
        this.#askings.delete(number)
        resolve()
      }
      const timer = setTimeout(over, patience)
      this.#askings.set(number, { of: new Set(workers), over })
      for (const worker of workers) tell(worker, message)
    })
  }

  #answered(number: number, worker: Worker): void {
    const asking = this.#askings.get(number)
    if (asking === undefined) return
    asking.of.delete(worker)
    if (asking.of.size === 0) asking.over()
  }
}

/** What is told to one that ends at this moment is told to nobody. */
function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(written(message), () => undefined)
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isDead()) return resolve()
    const patience = setTimeout(() => worker.process.kill('SIGKILL'), stopPatience)
    worker.once('exit', () => {
      clearTimeout(patience)
      resolve()
    })
    tell(worker, { kind: 'stop', body: {} })
  })
}
