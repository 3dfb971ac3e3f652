import { defineConfig } from 'vitest/config'
import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'
import { engineFlags } from './tools/test-engine.mjs'
import { temporaryFolder } from './tools/test-folder.mjs'
import { testModules } from './tools/test-modules.mjs'

/** What takes longest, in this order, so that no worker is left with it at the end. */
const longest = [
  'test/console/every-page.test.ts',
  'test/histories/',
  'test/console/',
  'test/seeds/screens.test.ts',
  'test/store/',
  'test/scenarios.test.ts',
  'test/service/sign-in.test.ts',
  'test/cli/',
  'test/docs/',
  'test/targets/',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = longest.findIndex((part) => moduleId.includes(part))
      return found === -1 ? longest.length : found
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
    // Twice the cores of a small machine: while one waits for a browser, a database or a process, the others go on.
    maxWorkers: 4,
    // A module is read once a worker and not once a file: the tests keep no state in modules that another file could trip over.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // How long something may take is no test of ours: a wait ends when the thing is there, and only what never comes fails.
    expect: { poll: { timeout: 50_000 } },
    globals: false,
  },
})
