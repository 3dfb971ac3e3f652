/** The console as people use it: one server for a file of tests, an empty window for each test. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { BrowserContext, ConsoleMessage, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { Change } from '../../src/core/index.ts'
import type { Listener } from '../../src/server/index.ts'
import { listen } from '../../src/server/index.ts'
import type { Installed } from '../doors/installation.ts'
import { adminKey, install } from '../doors/installation.ts'
import { legion } from '../doors/legion.ts'
import { browserPath, giveBack, takeWindow } from './browser.ts'

export { browserPath } from './browser.ts'

/** What can be served. */
interface Served {
  readonly handler: Installed['handler']
  readonly access: Installed['access']
}

/** What the tests of one file share. */
export interface Console<T extends Served = Installed> {
  readonly installed: T
  readonly url: string
  /** The window of the running test. */
  readonly page: Page
  /** Opens an address of the console with an API key in the tab; default: the administrator's. */
  open(address: string, key?: string): Promise<void>
  /** Goes to another address within the console, as a link does. */
  go(address: string): Promise<void>
  /** Goes there, and waits until the page is what it will be. */
  visit(address: string): Promise<void>
  /** Another window of the same person, beside the first. */
  another(): Promise<Page>
  /** Rules of axe that the page breaks. */
  findings(page?: Page): Promise<readonly string[]>
}

/** A browser complains of every refused call; what the page says of it is looked at by the tests themselves. */
const expected = /^Failed to load resource/

/** The script of axe in its short form, which a page reads sooner; what it does is the same. */
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Runs in the page: whether it shows the address, however that is encoded, and nothing of it is still to come. */
function isAt(address: string): boolean {
  const plain = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))
  return (
    plain(document.querySelector('.app')?.getAttribute('data-at') ?? '') === plain(address) && document.querySelector('.bones') === null
  )
}

/** Runs in the page: an empty one has no storage. */
function keepKey(key: string): void {
  if (location.protocol !== 'about:') sessionStorage.setItem('curia-key', key)
}

/**
 * Makes the console for the tests of a file, over the Legion example and more changes, each list a change set of its own. Every test must
 * leave the browser without a complaint: no script that failed, nothing that the content policy refused.
 */
export function useConsole(...worlds: readonly (readonly Change[])[]): Console {
  return useConsoleOf(() => install(legion, ...worlds))
}

/** The same over whatever is opened. */
export function useConsoleOf<T extends Served>(openServed: () => Promise<T>): Console<T> {
  let installed: T
  let listener: Listener
  let context: BrowserContext
  let page: Page
  let complaints: string[]
  /** Takes back what a test gave to its window. */
  let undo: (() => unknown)[]

  const onError = (error: Error) => {
    complaints.push(String(error))
  }
  const onMessage = (message: ConsoleMessage) => {
    if ((message.type() === 'error' || message.type() === 'warning') && !expected.test(message.text())) complaints.push(message.text())
  }
  const watch = (watched: Page) => {
    watched.on('pageerror', onError).on('console', onMessage)
    undo.push(() => watched.off('pageerror', onError).off('console', onMessage))
  }
  const openIn = async (opened: Page, address: string, key: string) => {
    const script = await opened.addInitScript(keepKey, key)
    undo.push(() => script.dispose())
    await opened.goto(`${listener.url}${address}`)
    await opened.locator('.rail').waitFor({ state: 'attached' })
  }

  beforeAll(async () => {
    if (browserPath === undefined) return
    installed = await openServed()
    listener = await listen(installed.handler, { port: 0 })
  })
  afterAll(async () => {
    if (browserPath === undefined) return
    await listener.stop()
    await installed.access.close()
  })
  beforeEach(async () => {
    const taken = await takeWindow()
    context = taken.context
    page = taken.page
    complaints = []
    undo = []
    watch(page)
  })
  afterEach(async ({ task }) => {
    for (const each of undo) await each()
    // What a test that failed has left behind, nobody knows.
    if (task.result?.state === 'fail') await context.close()
    else await giveBack({ context, page }, `${listener.url}/healthz`)
    expect(complaints).toEqual([])
  })

  const go = (address: string) =>
    page.evaluate((next) => {
      history.pushState(null, '', next)
      dispatchEvent(new PopStateEvent('popstate', { state: null }))
    }, address)

  return {
    get installed() {
      return installed
    },
    get url() {
      return listener.url
    },
    get page() {
      return page
    },
    go,
    async visit(address) {
      await go(address)
      await page.waitForFunction(isAt, address, { polling: 50 })
    },
    open: (address, key = adminKey) => openIn(page, address, key),
    async another() {
      const opened = await context.newPage()
      watch(opened)
      await opened.addInitScript(keepKey, adminKey)
      return opened
    },
    async findings(looked = page) {
      // Evaluated from outside, so the content policy of the page stays as it is.
      if (!(await looked.evaluate(() => 'axe' in window))) await looked.evaluate(axeSource)
      return looked.evaluate(async () => {
        const { axe: inPage } = window as unknown as { readonly axe: typeof axe }
        // Of what is in order nothing is asked, so nothing of it is gathered.
        const { violations } = await inPage.run({ resultTypes: ['violations'] })
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(', ')}`)
      })
    },
  }
}
