/** Counts a test run so that nothing which went wrong can look like success. */

/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/**
 * A test that never ended, a suite whose hook failed, a file that did not load and an error outside of any test are
 * each counted as a failure.
 *
 * @param {readonly import('vitest/node').TestModule[]} files
 * @param {number} errorsOutsideTests
 * @returns {Tally}
 */
export function tallyOf(files, errorsOutsideTests) {
  const states = files.flatMap((file) => [...file.children.allTests()].map((test) => test.result().state))
  const suites = files.flatMap((file) => [file, ...file.children.allSuites()])
  const count = (/** @type {string} */ wanted) => states.filter((state) => state === wanted).length
  return {
    passed: count('passed'),
    failed: count('failed') + count('pending') + suites.filter((suite) => suite.errors().length > 0).length + errorsOutsideTests,
    skipped: count('skipped'),
  }
}

/** @param {Tally} tally */
export function isSuccess({ passed, failed }) {
  return failed === 0 && passed > 0
}

/** @param {Tally} tally */
export function sentenceOf({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
