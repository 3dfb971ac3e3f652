/**
 * Measures the lists of the console in a real browser: from the opening of an address until its list is painted, with nothing kept by the browser and
 * again, and from each key that is typed until the answer to it is painted. The clock is the page's own; what drives the browser is not in the figures.
 * What the page itself has computed is told beside it: other work on the machine does not lengthen that.
 */
import { chromium } from 'playwright-core'
import { findBrowser } from './system-packages.mjs'

/** What people type, each beginning with another letter than the one before it: what was asked lately would be answered by the browser. */
const names = ['ada lovelace', 'quentin', 'petrov 77', 'mei.chen', 'user123456', 'olga', 'keller', 'zzz', 'chiara']
const units = ['sales', 'research', 'unit 4711', 'legal / unit', 'quality', 'operations', 'training', 'design', 'finance']
const anything = ['dmitri', 'support', 'user77', 'okafor', 'administrator', 'logistics', 'tanaka', 'nilsen', 'yilmaz', 'elif']

/** What `watch` leaves in the page. @typedef {typeof globalThis & { watched: { first: Promise<number>, answerTo: (text: string) => Promise<number> } }} Watched */

/** Quicker than most people type. */
const rhythmMilliseconds = 150
const openings = 7

/** Addresses, and what is typed there: into the field that `/` leads to, or into the finder. */
const scenes = /** @type {const} */ ([
  { name: '/people', address: '/people', typed: names, opens: '/' },
  { name: '/groups as a list', address: '/groups?view=list', typed: units, opens: '/' },
  { name: '/groups as a tree', address: '/groups', typed: units, opens: '/' },
  { name: 'the finder', address: '/people', typed: anything, opens: 'Control+K' },
])

/** @param {string} url of the server @param {string} key of who looks */
export async function measureInBrowser(url, key) {
  const executablePath = findBrowser()
  if (executablePath === undefined) throw new Error('chromium is missing')
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0, args: ['--disable-gpu'] })
  try {
    for (const scene of scenes) {
      /** @type {number[]} */
      const cold = []
      /** @type {number[]} */
      const warm = []
      const computed = { cold: 0, warm: 0 }
      // What has no list of its own is not opened by its address.
      for (let count = 0; scene.opens === '/' && count < openings; count += 1) {
        const context = await newContext(browser, key)
        for (const [times, which] of /** @type {const} */ ([
          [cold, 'cold'],
          [warm, 'warm'],
        ])) {
          const page = await context.newPage()
          const computing = await processorOf(page)
          times.push(await opened(page, `${url}${scene.address}`))
          computed[which] += await computing()
          await page.close()
        }
        await context.close()
      }
      if (cold.length > 0) {
        say(`${scene.name}: first list, nothing kept by the browser`, cold, computed.cold)
        say(`${scene.name}: first list, opened again`, warm, computed.warm)
      }
      await type(browser, url, key, scene)
    }
  } finally {
    await browser.close()
  }
}

/** @param {import('playwright-core').Browser} browser @param {string} key */
async function newContext(browser, key) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB', reducedMotion: 'reduce' })
  await context.addInitScript((text) => {
    if (location.protocol !== 'about:') sessionStorage.setItem('curia-key', text)
  }, key)
  await context.addInitScript(watch)
  return context
}

/**
 * Until the list is painted, from the beginning of the navigation.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} address
 */
async function opened(page, address) {
  await page.goto(address, { waitUntil: 'commit' })
  return page.evaluate(() => /** @type {Watched} */ (globalThis).watched.first)
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {string} key
 * @param {(typeof scenes)[number]} scene
 */
async function type(browser, url, key, { name, address, typed, opens }) {
  const context = await newContext(browser, key)
  const page = await context.newPage()
  await opened(page, `${url}${address}`)
  /** @type {number[]} */
  const times = []
  let slowest = { text: '', milliseconds: 0 }
  const computing = await processorOf(page)
  for (const word of typed) {
    await page.waitForTimeout(400)
    await page.keyboard.press(opens)
    await page.waitForTimeout(400)
    for (let length = 1; length <= word.length; length += 1) {
      const text = word.slice(0, length)
      // The finder looks for what stands between blanks.
      if (opens !== '/' && text.endsWith(' ')) continue
      const begun = performance.now()
      const [milliseconds] = await Promise.all([
        page.evaluate((sought) => /** @type {Watched} */ (globalThis).watched.answerTo(sought), text),
        page.keyboard.press(word.charAt(length - 1)),
      ])
      times.push(milliseconds)
      if (milliseconds > slowest.milliseconds) slowest = { text, milliseconds }
      await page.waitForTimeout(Math.max(0, rhythmMilliseconds - (performance.now() - begun)))
    }
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Escape')
  }
  say(`${name}: from a key to its answer`, times, await computing())
  await context.close()
  console.log(`  slowest: ${JSON.stringify(slowest.text)}; over 100 ms: ${times.filter((time) => time > 100).length}`)
}

/**
 * Runs in the page before anything of it: notes when the first rows of a list are painted, and when the answer to a typed text is.
 * Answers to a text are told by what is asked of the server; they stand on the page once no list is busy any more.
 */
function watch() {
  /** @type {Map<string, { open: number, answered: number }>} */
  const asked = new Map()
  /** @type {{ text: string, resolve: (milliseconds: number) => void } | undefined} */
  let awaited
  let keyAt = 0
  /** @type {(milliseconds: number) => void} */
  let tellFirst = () => undefined
  const first = new Promise((resolve) => {
    tellFirst = resolve
  })
  let isFirstSeen = false
  const channel = new MessageChannel()
  /** @type {(() => void)[]} */
  const afterPaint = []
  channel.port1.onmessage = () => {
    for (const tell of afterPaint.splice(0)) tell()
  }
  /** What is in the page now is painted in the next frame; a message that is sent in it comes behind it. @param {(now: number) => void} tell */
  const whenPainted = (tell) => {
    requestAnimationFrame(() => {
      afterPaint.push(() => tell(performance.now()))
      channel.port2.postMessage(0)
    })
  }
  const look = () => {
    if (!isFirstSeen && document.querySelector('table.list tbody tr[data-index], [role=treeitem]') !== null) {
      isFirstSeen = true
      whenPainted(tellFirst)
    }
    if (awaited === undefined) return
    const { open = 0, answered = 0 } = asked.get(awaited.text) ?? {}
    if (open > 0 || answered === 0 || document.querySelector('[aria-busy=true], .bones') !== null) return
    const { resolve } = awaited
    const key = keyAt
    awaited = undefined
    whenPainted((now) => resolve(now - key))
  }
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['class', 'aria-busy'],
  })
  addEventListener('keydown', (event) => (keyAt = event.timeStamp), true)
  const fetchOfPage = window.fetch
  window.fetch = async (input, init) => {
    const { searchParams } = new URL(input instanceof Request ? input.url : String(input), location.href)
    const text = searchParams.get('q') ?? searchParams.get('path')
    if (text === null) return fetchOfPage(input, init)
    const state = asked.get(text) ?? { open: 0, answered: 0 }
    asked.set(text, state)
    state.open += 1
    const end = () => {
      state.open -= 1
      setTimeout(look)
    }
    try {
      const response = await fetchOfPage(input, init)
      const read = response.text.bind(response)
      response.text = async () => {
        const body = await read()
        state.answered += 1
        end()
        return body
      }
      return response
    } catch (error) {
      end()
      throw error
    }
  }
  Object.assign(window, {
    watched: {
      first,
      /** @param {string} text */
      answerTo: (text) =>
        new Promise((resolve) => {
          awaited = { text, resolve }
        }),
    },
  })
}

/** What the thread of the page computes from now on, in milliseconds. @param {import('playwright-core').Page} page */
async function processorOf(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0)
  }
  const before = await read()
  return async () => (await read()) - before
}

/** @param {string} what @param {readonly number[]} times @param {number} computed by the page for all of them */
function say(what, times, computed) {
  const sorted = [...times].sort((one, other) => one - other)
  const at = (/** @type {number} */ share) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0)
  console.log(
    `${what.padEnd(58)} median ${at(0.5)} ms, p90 ${at(0.9)} ms, largest ${at(1)} ms of ${times.length}, ${(computed / times.length).toFixed(0)} ms of processor in the page each`,
  )
}
