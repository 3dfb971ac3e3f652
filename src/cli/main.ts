#!/usr/bin/env node
/** The command `curia`: runs what was typed on the streams of this process, and ends with the status that says how it went. */

import { runCommandLine } from './command-line.ts'

/** Whoever reads our output may go away early, as `head` does. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})
process.exitCode = await runCommandLine(process.argv.slice(2), {
  // Opened when it is read: a standard input that is open keeps a process alive.
  input: () => process.stdin,
  output: process.stdout,
  errors: process.stderr,
})
