/** The compiled command line in a thread of this process: what takes half a second as a process of its own takes a few hundredths here. */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { MessagePort } from 'node:worker_threads'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'

/** A command that has not ended by now, in milliseconds, never will. */
const longestRun = 50_000

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Thread {
  readonly worker: Worker
  /** Turns from 0 to 1 when the command has ended. */
  readonly state: Int32Array
  readonly port: MessagePort
}

/** The compiled program, for who needs a process of its own. */
export const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

let thread: Thread | undefined

function startThread(): Thread {
  if (!existsSync(program)) throw new Error('the program is not built: run `npm run build`')
  const { port1: port, port2 } = new MessageChannel()
  const state = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL('commands-in-thread.mjs', import.meta.url), {
    workerData: { port: port2, state },
    transferList: [port2],
    execArgv: [],
  })
  worker.unref()
  return { worker, state, port }
}

/** Runs one command in the thread, which is started with the first. Nothing else happens in this process meanwhile, as if a process were waited for. */
export function runInThread(folder: string, words: readonly string[], env: NodeJS.ProcessEnv, input: Uint8Array = new Uint8Array()): Ended {
  thread ??= startThread()
  const { worker, state, port } = thread
  const home = process.cwd()
  // A thread has no working folder of its own.
  process.chdir(folder)
  try {
    Atomics.store(state, 0, 0)
    port.postMessage({ words, env, input })
    if (Atomics.wait(state, 0, 0, longestRun) === 'timed-out') {
      thread = undefined
      void worker.terminate()
      throw new Error(`curia ${words.join(' ')} does not end`)
    }
  } finally {
    process.chdir(home)
  }
  // Of the form that commands-in-thread.mjs gives.
  return receiveMessageOnPort(port)?.message as Ended
}
