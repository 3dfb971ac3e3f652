import { defineConfig } from 'vitest/config'
import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'
import { engineFlags } from './tools/test-engine.mjs'
import { temporaryFolder } from './tools/test-folder.mjs'
import { testModules } from './tools/test-modules.mjs'

/**
 * What is begun first, in this order: the histories, which one worker computes for half of the time, and then by turns what keeps the cores busy
 * (pages in a browser) and what waits (for databases and processes). The longest first, so that no worker is left with one at the end.
 */
const order = [
  'test/histories/histories.test.ts',
  'test/console/group-pages.test.ts',
  'test/store/',
  'test/console/every-page.test.ts',
  'test/cli/',
  'test/seeds/screens.test.ts',
  'test/service/',
  'test/histories/',
  'test/console/',
  'test/docs/',
  'test/targets/',
  'test/scenarios.test.ts',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = order.findIndex((part) => moduleId.includes(part))
      return found === -1 ? order.length : found
    }
    return [...files].sort((one, other) => place(one) - place(other))
  }
}

export default defineConfig({
  plugins: [testModules()],
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    execArgv: engineFlags(),
    env: temporaryFolder(),
    // One more than a small machine has cores: while one waits for a browser, a database or a process, the others go on. Each more reads all modules once more.
    maxWorkers: 3,
    // A module is read once a worker and not once a file: the tests keep no state in modules that another file could trip over.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // How long something may take is no test of ours: a wait ends when the thing is there, and only what never comes fails.
    expect: { poll: { timeout: 50_000, interval: 100 } },
    globals: false,
  },
})
