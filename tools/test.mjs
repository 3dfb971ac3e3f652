/**
 * Builds, provides the programs that tests run, runs the tests, and ends with one line of counts on standard output.
 * Arguments go on to vitest: `npm test -- test/core -t denial`.
 */
import { parseCLI, startVitest } from 'vitest/node'
import { build } from './build.mjs'
import { provideSystemPackages } from './system-packages.mjs'
import { isSuccess, sentenceOf, tallyOf } from './tally.mjs'

/** @returns {Promise<import('./tally.mjs').Tally>} */
async function run() {
  if (!(await build())) return { passed: 0, failed: 1, skipped: 0 }

  const missing = provideSystemPackages()
  for (const { program, reason } of missing) {
    console.error(`${program.name} is missing, so ${program.neededBy} are skipped: ${reason}`)
  }
  const { filter, options } = parseCLI(['vitest', ...process.argv.slice(2)])
  const vitest = await startVitest('test', filter, { ...options, watch: false })
  const tally = tallyOf(vitest.state.getTestModules(), vitest.state.getUnhandledErrors().length)
  // A skipped test proves nothing, and nobody reads the list of skipped tests of a green run.
  return process.env.CI === 'true' ? { ...tally, failed: tally.failed + missing.length } : tally
}

const tally = await run().catch((error) => {
  console.error(error)
  return { passed: 0, failed: 1, skipped: 0 }
})
if (tally.passed + tally.failed === 0) console.error('no test ran')
process.stdout.write(`${sentenceOf(tally)}\n`, () => process.exit(isSuccess(tally) ? 0 : 1))
