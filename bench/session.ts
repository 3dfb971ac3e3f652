/** One run over one world: the engines that take part, each opened when it is first needed, and the rounds in which they take turns. */

import { Unsuitable } from './contender.ts'
import type { ContenderName } from './contenders/contenders.ts'
import { contenders } from './contenders/contenders.ts'
import { EngineProcess } from './engine-process.ts'
import type { QuestionKind } from './questions.ts'
import { spreadOf } from './spread.ts'
import type { WorldName } from './worlds.ts'

/** Rounds that count, behind one that warms up. */
const rounds = 5
/** How long an engine is asked in one round, in milliseconds. */
const roundMilliseconds = 400
/** How long answers are compared before anything is timed, in milliseconds. */
const compareMilliseconds = 20_000

/** What an engine did in the rounds, sample by sample. */
export interface Timed {
  /** Nanoseconds for one question. */
  readonly each: readonly number[]
  /** Nanoseconds for one listed item. */
  readonly perItem: readonly number[]
  readonly compared: number
}

/** An engine that is ready for questions of one kind. */
export interface Entry {
  readonly engine: EngineProcess
  readonly kind: QuestionKind
  readonly compared: number
}

/** Either the samples of an engine, or why there are none. */
export type Standing = Timed | { readonly reason: string }

export class Session {
  readonly world: WorldName
  readonly seed: number
  /** The folder in which database files of worlds are kept from run to run. */
  readonly databases: string | undefined
  readonly #say: (line: string) => void
  readonly #engines = new Map<ContenderName, EngineProcess | { readonly reason: string }>()

  constructor(world: WorldName, seed: number, say: (line: string) => void, databases?: string) {
    this.world = world
    this.seed = seed
    this.databases = databases
    this.#say = say
  }

  /** Tells the person who waits what is going on. */
  say(line: string): void {
    this.#say(`${this.world}: ${line}`)
  }

  /** The engine, holding the world; or why it cannot. */
  async engine(name: ContenderName): Promise<EngineProcess | { readonly reason: string }> {
    const known = this.#engines.get(name)
    if (known !== undefined) return known
    this.say(`opening ${contenders[name].label}`)
    const opened = await orReason(() => EngineProcess.start(name, this.world, this.seed))
    this.#engines.set(name, opened)
    if (opened instanceof EngineProcess)
      this.say(`${contenders[name].label} stands after ${(opened.opened.milliseconds / 1000).toFixed(1)} s`)
    else this.say(`${contenders[name].label}: ${opened.reason}`)
    return opened
  }

  /** Asks engines the same questions in turn, round by round. */
  async compare(kind: QuestionKind, names: readonly ContenderName[]): Promise<ReadonlyMap<ContenderName, Standing>> {
    const entries: (readonly [ContenderName, Entry | { readonly reason: string }])[] = []
    for (const name of names) entries.push([name, await this.enter(name, kind)])
    const ready = entries.flatMap(([, entry]) => ('reason' in entry ? [] : [entry]))
    const timed = await takeTurns(ready)
    const standings = new Map<ContenderName, Standing>()
    for (const [name, entry] of entries) {
      const standing = 'reason' in entry ? entry : timed[ready.indexOf(entry)]
      if (standing !== undefined) standings.set(name, standing)
    }
    for (const [name, standing] of standings) {
      if ('each' in standing)
        this.say(
          `${kind} by ${contenders[name].label}: ${Math.round(1e9 / spreadOf(standing.each).median)} a second, ${standing.compared} answers compared`,
        )
    }
    return standings
  }

  /** Makes an engine ready for questions of one kind. Its answers are compared with the expected ones first; a wrong one throws. */
  async enter(name: ContenderName, kind: QuestionKind): Promise<Entry | { readonly reason: string }> {
    const engine = await this.engine(name)
    if (!(engine instanceof EngineProcess)) return engine
    const prepared = await orReason(() => engine.prepare(kind, compareMilliseconds))
    if ('reason' in prepared) return prepared
    return prepared.isUnanswerable ? { reason: 'it has no such question' } : { engine, kind, compared: prepared.compared }
  }

  /** Lets an engine go, for the memory it holds. */
  async release(names: readonly ContenderName[]): Promise<void> {
    for (const name of names) {
      const engine = this.#engines.get(name)
      this.#engines.delete(name)
      if (engine instanceof EngineProcess) await engine.close()
    }
  }

  async close(): Promise<void> {
    await this.release([...this.#engines.keys()])
  }
}

/** Lets each have its round in turn. Gives what each did, in their order. */
export async function takeTurns(entries: readonly Entry[]): Promise<readonly Timed[]> {
  const taken = entries.map(({ compared }) => ({ each: [] as number[], perItem: [] as number[], compared }))
  for (let round = 0; round <= rounds; round += 1) {
    for (const [place, { engine, kind }] of entries.entries()) {
      const { asked, nanoseconds, found } = await engine.round(kind, roundMilliseconds)
      // The first round warms up.
      if (round === 0) continue
      taken[place]?.each.push(nanoseconds / asked)
      taken[place]?.perItem.push(nanoseconds / Math.max(1, found))
    }
  }
  return taken
}

/** What the work gives, or why it cannot be done here. */
export async function orReason<T>(work: () => Promise<T>): Promise<T | { readonly reason: string }> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Unsuitable) return { reason: error.message }
    throw error
  }
}
