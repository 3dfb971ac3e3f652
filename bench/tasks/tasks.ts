/** Everything that is measured in a process of its own beside the questions, by its name. Each is loaded where it runs. */

/** Carries it out with the words of the command line; what it gives goes back as it is. */
type Task = (words: readonly string[]) => Promise<unknown>

export const tasks = {
  'index-writes': async ([world = '', seed = '']) => (await import('./index-writes.ts')).timeIndexWrites(world, Number(seed)),
  move: async ([seed = '']) => (await import('./move.ts')).timeMoves(Number(seed)),
  assign: async ([seed = '']) => (await import('./assign.ts')).timeAssignments(Number(seed)),
  memory: async ([world = '', seed = '', ...without]) => (await import('./memory.ts')).weigh(world, Number(seed), without),
  'fill-sqlite': async ([world = '', seed = '', path = '']) => (await import('./fill-sqlite.ts')).fillSqlite(world, Number(seed), path),
  'cold-start': async ([world = '', seed = '', path = '']) => (await import('./cold-start.ts')).timeStart(world, Number(seed), path),
  durable: async ([folder = '']) => (await import('./durable.ts')).timeDurableWrites(folder),
} as const satisfies { readonly [name: string]: Task }

export type TaskName = keyof typeof tasks

export function isTaskName(name: string): name is TaskName {
  return Object.hasOwn(tasks, name)
}
