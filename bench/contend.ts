/** A process that holds one engine and one world: `contend.js <engine> <world> <seed>`. It takes orders from the process that started it. */

import type { Contender, Prepared } from './contender.ts'
import { Unsuitable } from './contender.ts'
import { contenders, isContenderName } from './contenders/contenders.ts'
import type { Answers, Compared, Latencies, Order, Outcome, Round } from './orders.ts'
import type { Answer, QuestionKind } from './questions.ts'
import { answerTo, questionsFor } from './questions.ts'
import { summaryOf } from './spread.ts'
import { isWorldName, makeWorld } from './worlds.ts'

const [name = '', worldName = '', seed = ''] = process.argv.slice(2)
if (!isContenderName(name) || !isWorldName(worldName)) throw new Error(`there is no engine ${name} or no world ${worldName}`)
const open = contenders[name].open
const world = makeWorld(worldName, Number(seed))
const ready = new Map<QuestionKind, Prepared>()
let contender: Contender | undefined

// An engine may have a server of its own, which goes with this process when it goes in an orderly way.
for (const end of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(end, () => process.exit(1))

// A message is an order: nobody else has this channel.
process.on('message', (order: Order) => {
  carryOut(order)
    .then((value): Outcome<Answers[Order['order']]> => ({ outcome: 'done', value }))
    .catch((error: unknown): Outcome<never> => {
      if (error instanceof Unsuitable) return { outcome: 'unsuitable', reason: error.message }
      return { outcome: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    })
    .then((outcome) => process.send?.(outcome))
})

async function carryOut(order: Order): Promise<Answers[Order['order']]> {
  switch (order.order) {
    case 'open': {
      const begun = performance.now()
      contender = await open(world)
      const milliseconds = performance.now() - begun
      globalThis.gc?.()
      return { milliseconds, memory: process.memoryUsage.rss() }
    }
    case 'prepare':
      return compare(order.kind, order.milliseconds)
    case 'round':
      return runRound(order.kind, order.milliseconds)
    case 'latencies':
      return timeEach(order.kind, order.count)
    case 'close':
      await contender?.close()
      // Whatever a library still has going on must not keep the process.
      setImmediate(() => process.exit(0))
      return null
  }
}

function prepared(kind: QuestionKind): Prepared {
  const found = ready.get(kind)
  if (found === undefined) throw new Error(`questions of the kind ${kind} were not made ready`)
  return found
}

async function compare(kind: QuestionKind, milliseconds: number): Promise<Compared> {
  const questions = questionsFor(world, kind)
  const found = contender?.prepare(kind, questions)
  if (found === undefined) return { isUnanswerable: true, compared: 0 }
  ready.set(kind, found)
  const end = performance.now() + milliseconds
  let compared = 0
  for (const [index, question] of questions.entries()) {
    if (compared >= 4 && performance.now() > end) break
    const [expected, given] = [answerTo(world, question), await found.answer(index)]
    if (!areEqual(expected, given)) {
      throw new Error(
        `${name} answered ${told(given)} where ${told(expected)} is right: ${JSON.stringify(question)} in ${world.name}, seed ${seed}`,
      )
    }
    compared += 1
  }
  return { isUnanswerable: false, compared }
}

function areEqual(one: Answer, other: Answer): boolean {
  if (typeof one === 'boolean' || typeof other === 'boolean') return one === other
  return one.length === other.length && one.every((each, index) => each === other[index])
}

function told(answer: Answer): string {
  return typeof answer === 'boolean' ? (answer ? 'yes' : 'no') : `${answer.length} items`
}

/** Asks in batches, which grow until the clock is read about once in ten milliseconds. */
async function runRound(kind: QuestionKind, milliseconds: number): Promise<Round> {
  const questions = prepared(kind)
  const [begun, used] = [performance.now(), process.cpuUsage()]
  let [asked, found, batch, elapsed] = [0, 0, 1, 0]
  while (elapsed < milliseconds) {
    const outcome = questions.run(asked, batch)
    found += typeof outcome === 'number' ? outcome : await outcome
    asked += batch
    const now = performance.now() - begun
    if (now - elapsed < 5) batch *= 2
    else if (now - elapsed > 20 && batch > 1) batch = Math.ceil(batch / 2)
    elapsed = now
  }
  const { user, system } = process.cpuUsage(used)
  // Threads that collect garbage beside it make the processors' time more than what passed.
  const nanoseconds = questions.clock === 'processor' ? Math.min(elapsed * 1e6, (user + system) * 1e3) : elapsed * 1e6
  return { asked, nanoseconds, found }
}

/** What reading the clock costs is taken away. */
async function timeEach(kind: QuestionKind, count: number): Promise<Latencies> {
  const questions = prepared(kind)
  const [taken, empty] = [new Float64Array(count), new Float64Array(count)]
  for (let index = 0; index < count; index += 1) {
    const begun = performance.now()
    empty[index] = performance.now() - begun
  }
  for (let index = 0; index < count; index += 1) {
    const begun = performance.now()
    const outcome = questions.run(index, 1)
    if (typeof outcome !== 'number') await outcome
    taken[index] = performance.now() - begun
  }
  const clock = summaryOf(empty).median
  const { median, p99, longest } = summaryOf(taken)
  return { median: Math.max(0, median - clock) * 1e6, p99: Math.max(0, p99 - clock) * 1e6, longest: longest * 1e6 }
}
