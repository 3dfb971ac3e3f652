/** An engine in a process of its own, so that no engine pays for the memory or the garbage of another. */

import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Unsuitable } from './contender.ts'
import type { ContenderName } from './contenders/contenders.ts'
import type { Answers, Compared, Latencies, Opened, Order, Outcome, Round } from './orders.ts'
import type { QuestionKind } from './questions.ts'
import type { WorldName } from './worlds.ts'

/** How long an engine may take to hold a world, in milliseconds. */
const openLimit = 600_000
/** How long anything else may take. */
const orderLimit = 300_000

/** The heap that a process may have for a world, in MiB. */
export function heapFor(world: WorldName): number {
  return world === 'L' ? 10_240 : world === 'M' ? 8_192 : 4_096
}

export class EngineProcess {
  readonly name: ContenderName
  readonly opened: Opened
  readonly #child: ChildProcess
  readonly #compared = new Map<QuestionKind, Compared>()

  private constructor(name: ContenderName, child: ChildProcess, opened: Opened) {
    this.name = name
    this.#child = child
    this.opened = opened
  }

  /** Throws `Unsuitable` when the engine cannot hold the world. */
  static async start(name: ContenderName, world: WorldName, seed: number): Promise<EngineProcess> {
    const child = startProcess('contend', [name, world, String(seed)], heapFor(world))
    try {
      const opened = await ask<Opened>(child, { order: 'open' }, openLimit)
      return new EngineProcess(name, child, opened)
    } catch (error) {
      end(child)
      throw error
    }
  }

  /** Makes questions ready, once. Throws when an answer is wrong. */
  async prepare(kind: QuestionKind, milliseconds: number): Promise<Compared> {
    const known = this.#compared.get(kind)
    if (known !== undefined) return known
    const compared = await this.#order({ order: 'prepare', kind, milliseconds })
    this.#compared.set(kind, compared)
    return compared
  }

  round(kind: QuestionKind, milliseconds: number): Promise<Round> {
    return this.#order({ order: 'round', kind, milliseconds })
  }

  latencies(kind: QuestionKind, count: number): Promise<Latencies> {
    return this.#order({ order: 'latencies', kind, count })
  }

  async close(): Promise<void> {
    try {
      await this.#order({ order: 'close' })
    } finally {
      end(this.#child)
    }
  }

  #order<Name extends Order['order']>(order: Extract<Order, { readonly order: Name }>): Promise<Answers[Name]> {
    return ask<Answers[Name]>(this.#child, order, orderLimit)
  }
}

/** Runs one task in a process of its own, with garbage collection at hand, and gives its outcome. */
export async function runTask<T>(task: string, words: readonly string[], heap: number): Promise<T> {
  const child = startProcess('task', [task, ...words], heap)
  try {
    return await ask<T>(child, undefined, openLimit * 3)
  } finally {
    end(child)
  }
}

const started = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of started) child.kill('SIGTERM')
})

function startProcess(program: 'contend' | 'task', words: readonly string[], heap: number): ChildProcess {
  const child = fork(fileURLToPath(new URL(`./${program}.js`, import.meta.url)), words, {
    execArgv: ['--expose-gc', `--max-old-space-size=${heap}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  })
  started.add(child)
  child.once('exit', () => started.delete(child))
  return child
}

/** Gives it a moment to end in an orderly way: it may have a server of its own. */
function end(child: ChildProcess): void {
  child.kill('SIGTERM')
  setTimeout(() => child.kill('SIGKILL'), 5_000).unref()
}

/** Sends an order, if there is one, and waits for what comes back. */
function ask<T>(child: ChildProcess, order: Order | undefined, limit: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (text: Buffer) => {
      said = `${said}${text.toString('utf8')}`.slice(-4_000)
    }
    const finish = (settle: () => void) => {
      clearTimeout(timer)
      child.stderr?.off('data', hear)
      child.off('message', onMessage)
      child.off('exit', onExit)
      settle()
    }
    const onMessage = (outcome: Outcome<T>) => {
      finish(() => {
        if (outcome.outcome === 'done') resolve(outcome.value)
        else reject(outcome.outcome === 'unsuitable' ? new Unsuitable(outcome.reason) : new Error(outcome.reason))
      })
    }
    const onExit = (code: number | null, signal: NodeJS.Signals | null) => {
      finish(() => {
        const isFull = /heap out of memory|heap limit|Invalid array length|maximum size exceeded/i.test(said)
        reject(isFull ? new Unsuitable('ran out of memory') : new Error(`a process ended with ${code ?? signal}: ${said}`))
      })
    }
    const timer = setTimeout(() => {
      finish(() => reject(new Unsuitable(`had not finished after ${Math.round(limit / 60_000)} minutes`)))
      end(child)
    }, limit)
    child.stderr?.on('data', hear)
    child.on('message', onMessage)
    child.once('exit', onExit)
    if (order !== undefined) child.send(order)
  })
}
