/**
 * Draws every page of the console over the demo worlds, in both colours, into docs/screenshots/<page>-<light|dark>.png.
 * `npm run screenshots -- [--only people] [--into FOLDER]`: only the pages whose name begins so; into another folder.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { build, isStale, root } from './build.mjs'
import { scenes } from './scenes.mjs'
import { findBrowser } from './system-packages.mjs'

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, into: { type: 'string', default: join(root, 'docs', 'screenshots') } },
})

if (isStale() && !(await build({ checksTests: false }))) process.exit(1)
const browserPath = findBrowser()
if (browserPath === undefined) {
  console.error('chromium is missing')
  process.exit(1)
}
mkdirSync(values.into, { recursive: true })

const { startServer } = await import(pathToFileURL(join(root, 'dist', 'assemble.js')).href)
const { defaultConfiguration } = await import(pathToFileURL(join(root, 'dist', 'config.js')).href)
const key = randomBytes(32).toString('base64url')
const server = await startServer({
  configuration: { ...defaultConfiguration, port: 0, store: 'memory:', bootstrapKey: key },
  worlds: ['company.yaml', 'legion.yaml'].map((file) => join(root, 'examples', 'worlds', file)),
  logsRequests: false,
})
const unclaimed = await startServer({ configuration: { ...defaultConfiguration, port: 0, store: 'memory:' } })
const browser = await chromium.launch({ executablePath: browserPath, chromiumSandbox: process.getuid?.() !== 0 })
try {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const scene of scenes.filter(({ name }) => name.startsWith(values.only))) {
      const context = await browser.newContext({
        viewport: scene.size ?? { width: 1440, height: 900 },
        colorScheme,
        locale: 'en-GB',
        reducedMotion: 'reduce',
      })
      const page = await context.newPage()
      page.on('pageerror', (error) => console.error(`${scene.name}: ${error}`))
      page.on('console', (message) => message.type() === 'error' && console.error(`${scene.name}: ${message.text()}`))
      if (scene.signedIn !== false) await page.addInitScript((text) => sessionStorage.setItem('curia-key', text), key)
      await page.goto(scene.isUnclaimed === true ? `${unclaimed.url}/claim#${unclaimed.newClaim}` : `${server.url}${scene.address}`)
      await scene.act?.(page)
      // What still waits for its answer is no picture of the page.
      await page.waitForFunction(() => document.querySelector('.bones') === null)
      // The journal's stream stays open, so the network is never idle.
      await page.waitForTimeout(900)
      await page.screenshot({ path: join(values.into, `${scene.name}-${colorScheme}.png`) })
      await context.close()
    }
  }
} finally {
  await browser.close()
  server.stopAtSignals()
  unclaimed.stopAtSignals()
  process.kill(process.pid, 'SIGTERM')
}
