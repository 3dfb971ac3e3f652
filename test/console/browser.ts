/** A real browser for the tests of pages. */

import type { Browser, BrowserContext, Page } from 'playwright-core'
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

/** A window in which one test after the other opens its pages, which is half as dear as a window for each: the process behind it has read our scripts. */
interface Window {
  readonly context: BrowserContext
  readonly page: Page
}

/** The one that no test has at the moment. */
let waiting: Window | undefined

/** A window in which nothing was opened, or of which nothing is left. */
export async function takeWindow(): Promise<Window> {
  started ??= start()
  const browser = await started
  const taken = waiting ?? (await newWindow(browser))
  waiting = undefined
  return taken
}

/**
 * Empties the window and keeps it for the next test: other pages are closed; storage, cookies, permissions, size and colours are as in a new one.
 *
 * @param window the page may be open at any address of `url`
 * @param url where nothing but text is answered; who leaves for another site, or for none, gets another process
 */
export async function giveBack(window: Window, url: string): Promise<void> {
  const { context, page } = window
  await Promise.all(context.pages().map((each) => (each === page ? undefined : each.close())))
  await page.goto(url)
  // What was open is gone, so nobody writes into it any more.
  await page.evaluate(() => {
    localStorage.clear()
    sessionStorage.clear()
  })
  await Promise.all([context.clearCookies(), context.clearPermissions(), page.mouse.move(-1, -1), page.setViewportSize(size), look(page)])
  waiting = window
}

const size = { width: 1280, height: 860 }
const look = (page: Page) =>
  page.emulateMedia({ media: null, colorScheme: 'light', reducedMotion: 'reduce', forcedColors: null, contrast: null })

async function newWindow(browser: Browser): Promise<Window> {
  const context = await browser.newContext({ viewport: size, locale: 'en-GB', reducedMotion: 'reduce' })
  context.setDefaultTimeout(20_000)
  return { context, page: await context.newPage() }
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
