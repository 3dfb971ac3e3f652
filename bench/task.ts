/** A process that carries out one task and tells the process that started it what came of it: `task.js <task> <word> ...`. */

import { Unsuitable } from './contender.ts'
import type { Outcome } from './orders.ts'
import { isTaskName, tasks } from './tasks/tasks.ts'

const [name = '', ...words] = process.argv.slice(2)
if (!isTaskName(name)) throw new Error(`there is no task ${name}`)
const task = tasks[name]

const outcome: Outcome<unknown> = await task(words).then(
  (value): Outcome<unknown> => ({ outcome: 'done', value }),
  (error: unknown): Outcome<unknown> => {
    if (error instanceof Unsuitable) return { outcome: 'unsuitable', reason: error.message }
    return { outcome: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  },
)
process.send?.(outcome, () => process.exit(0))
