/** A real browser for the tests of pages. */

import type { Browser } from 'playwright-core'
import { chromium } from 'playwright-core'
import { findProgram } from '../../tools/system-packages.mjs'

/** Where the browser is; undefined: the tests in a browser are skipped, and the test run says why. */
export const browserPath = findProgram('chromium')

/** Starts the browser without a window. It talks to nobody but the pages it is given. */
export function openBrowser(): Promise<Browser> {
  const sandboxed = process.getuid?.() !== 0
  return chromium.launch({
    executablePath: browserPath ?? 'chromium',
    chromiumSandbox: sandboxed,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
