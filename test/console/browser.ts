/** A real browser for the tests of pages. */

import type { Browser, BrowserContext } from 'playwright-core'
import { chromium } from 'playwright-core'
import { findBrowser } from '../../tools/system-packages.mjs'

/** Where the browser is; undefined: the tests in a browser are skipped, and the test run says why. */
export const browserPath = findBrowser()

/** The one that this process has started, for all files of tests that it runs. It ends with the process. */
let started: Promise<Browser> | undefined

/**
 * A browser without a window, which talks to nobody but the pages it is given. All who open one share a process and nothing else: whoever closes
 * theirs closes their own windows.
 */
export async function openBrowser(): Promise<Browser> {
  started ??= start()
  const browser = await started
  const own = new Set<BrowserContext>()
  const newContext: Browser['newContext'] = async (options) => {
    const context = await browser.newContext(options)
    own.add(context)
    context.once('close', () => own.delete(context))
    return context
  }
  const newPage: Browser['newPage'] = async (options) => (await newContext(options)).newPage()
  const close = async () => {
    await Promise.all([...own].map((context) => context.close()))
  }
  return Object.create(browser, { newContext: { value: newContext }, newPage: { value: newPage }, close: { value: close } })
}

function start(): Promise<Browser> {
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
