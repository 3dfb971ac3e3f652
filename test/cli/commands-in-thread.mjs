/**
 * The other side of `runInThread` (thread.ts): the compiled command line, loaded once, running one command after the other. The streams are texts, the settings
 * are those of the command, and the working folder is that of the process, which whoever asks has moved there.
 */
import { workerData } from 'node:worker_threads'
import { runCommandLine } from '../../dist/cli/command-line.js'

/** @typedef {{ readonly words: readonly string[], readonly env: { readonly [name: string]: string }, readonly input: Uint8Array }} Asked */

/** @type {{ port: import('node:worker_threads').MessagePort, state: Int32Array }} */
const { port, state } = workerData

port.on('message', async (/** @type {Asked} */ { words, env, input }) => {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  let stdout = ''
  let stderr = ''
  /** What nobody waits for ends a process, and must end the command here as well. */
  const fail = (/** @type {unknown} */ error) => {
    stderr += error instanceof Error ? error.stack : String(error)
    answer(1)
  }
  const answer = (/** @type {number} */ status) => {
    process.off('uncaughtException', fail)
    port.postMessage({ status, stdout, stderr })
    Atomics.store(state, 0, 1)
    Atomics.notify(state, 0)
  }
  process.on('uncaughtException', fail)
  const status = await runCommandLine(words, {
    input: async function* () {
      yield input
    },
    output: { write: (text) => (stdout += text) },
    errors: { write: (text) => (stderr += text) },
  })
  answer(status)
})
