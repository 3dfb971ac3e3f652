import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Serving } from '../cli/curia.ts'
import { Workplace } from '../cli/curia.ts'
import { browserPath, openBrowser } from './browser.ts'

const key = 'the-key-of-a-server-that-goes-away'

/** A server in a process of its own, which is ended and started again on the same port, as by an update or a power cut. */
describe.skipIf(browserPath === undefined)('a server that goes away', () => {
  const place = new Workplace()
  let server: Serving
  let browser: Browser
  let page: Page
  const serve = (port = '0') => place.serve(['--port', port], { CURIA_BOOTSTRAP_KEY: key })
  const away = () => page.getByText('The server cannot be reached.', { exact: false })

  beforeAll(async () => {
    server = await serve()
    place.write('world.json', {
      curia: 1,
      users: [{ id: 'ada', userName: 'ada', displayName: 'Ada Lovelace' }],
      groups: [{ id: 'engines', name: 'Engines' }],
    })
    place.run(['import', 'world.json', '--url', server.url, '--key', key])
    browser = await openBrowser()
    page = await browser.newPage({ locale: 'en-GB', reducedMotion: 'reduce' })
    page.setDefaultTimeout(20_000)
    await page.addInitScript((text) => location.protocol !== 'about:' && sessionStorage.setItem('curia-key', text), key)
  })
  afterAll(async () => {
    await browser.close()
    await server.stop()
    place.remove()
  })

  it('is said quietly; what is typed stays, what is here can be read, and everything goes on by itself', async () => {
    await page.goto(`${server.url}/people?adding=yes`)
    await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor()
    await page.getByLabel(/^One a line/).fill('charles')
    const port = new URL(server.url).port
    await server.stop('SIGKILL')

    await away().waitFor()
    await page.getByLabel(/^One a line/).fill('charles\nbyron')
    expect(await page.getByRole('link', { name: 'Ada Lovelace' }).count()).toBe(1)
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.getByRole('button', { name: /^Show the effect/ }).click()
    // It cannot be asked now; the lines stay, and so does the page.
    await expect.poll(() => page.getByLabel(/^One a line|^Reason/).count()).toBeGreaterThan(0)

    server = await serve(port)
    await expect.poll(() => away().count()).toBe(0)
    // Somebody else writes, and it is seen here: the stream stands again.
    const { status } = place.run(['change', '-', '--url', server.url, '--key', key], {
      input: JSON.stringify([{ kind: 'user.create', id: 'mary', userName: 'mary', displayName: 'Mary Somerville' }]),
    })
    expect(status).toBe(0)
    await expect.poll(() => page.getByRole('link', { name: 'Mary Somerville' }).count()).toBe(1)
  })

  it('keeps a draft whose effect is worked out when it is back, and applies it', async () => {
    await page.goto(`${server.url}/groups/engines?tab=members&adding=yes`)
    const field = page.getByLabel(/^One a line/)
    await field.fill('ada')
    const port = new URL(server.url).port
    await server.stop()
    await away().waitFor()
    server = await serve(port)
    await expect.poll(() => away().count()).toBe(0)
    expect(await field.inputValue()).toBe('ada')
    await page.getByRole('button', { name: /^Show the effect/ }).click()
    await page.getByRole('button', { name: /^Apply/ }).click()
    await page.getByText(/edits? applied/).waitFor()
    expect(place.run(['members', 'engines', '--url', server.url, '--key', key]).stdout).toContain('ada')
  })
})
