/**
 * How V8 runs the processes of the tests. Two cores are busy from beginning to end, so what it does beside running them is paid for: most functions
 * live shorter than it takes to optimise them, most of what is made is dropped at once, and threads that collect beside it wait for a core.
 */
import { execFileSync } from 'node:child_process'

const wanted = [
  '--interrupt-budget=270000',
  '--single-threaded-gc',
  '--always-sparkplug',
  '--min-semi-space-size=16',
  '--max-semi-space-size=32',
]

/** The flags, as far as this Node knows them: another one may have other names, and runs the tests without. */
export function engineFlags() {
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })
  return wanted.filter((flag) => known.includes(`  ${flag.replace(/=.*/, '')} `))
}
