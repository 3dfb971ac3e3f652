import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasOrganisation, organisation, Workplace } from '../cli/curia.ts'
import { browserPath, openBrowser } from './browser.ts'

const password = 'seven hills beside a river'

/**
 * What an administrator does on the first day, on a new installation and with a real organisation, in one browser from the claim to the
 * export. Each step stands on the one before; what each page can do is shown by its own tests.
 */
describe.skipIf(browserPath === undefined || !hasOrganisation)('the first day with a real organisation', () => {
  const place = new Workplace()
  let server: Awaited<ReturnType<Workplace['serve']>>
  let browser: Browser
  let page: Page
  const effect = () => page.getByRole('complementary', { name: /^Effect|^Undo/ })
  const applied = () => page.getByText(/edits? applied/)
  const open = async (address: string) => {
    await page.goto(`${server.url}${address}`)
    await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' })
  }

  beforeAll(async () => {
    server = await place.serve()
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale: 'en-GB', reducedMotion: 'reduce' })
    page.setDefaultTimeout(30_000)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    place.remove()
  })

  it('claims the installation, imports the folder after its plan was read, and finds a person', async () => {
    const claim = server.lines.find((line) => line.includes('/claim#'))?.trim() ?? ''
    await page.goto(claim)
    await page.getByLabel('User name').fill('root')
    await page.getByLabel('Name that is shown').fill('Ada Root')
    await page.locator('input[autocomplete=new-password]').fill(password)
    await page.getByRole('button', { name: 'Become the administrator' }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()

    await open('/settings?tab=transfer')
    await page.locator('input[webkitdirectory]').setInputFiles(organisation)
    await page.getByText('9,621 made').waitFor()
    expect(await page.getByText(/refused/).count()).toBe(0)
    await page.getByRole('button', { name: /^Import [\d,]+ records/ }).click()
    await applied().waitFor()

    await open('/people')
    await page.keyboard.press('/')
    await page.keyboard.type('wojtek')
    await page.getByRole('row').filter({ hasText: 'wojtek-t' }).waitFor()
  })

  it('explains why somebody may, by the chain of teams, and why not, and applies the nearest fix', async () => {
    await open('/ask?subject=user:wojtek-t&action=admin&resource=repository:kubernetes/perf-tests')
    await page.getByRole('heading', { name: 'Yes' }).waitFor()
    await page.getByText('perf-tests-admins').first().waitFor()
    await open('/ask?subject=user:zwpaper&action=admin&resource=repository:kubernetes/perf-tests')
    await page.getByRole('heading', { name: 'No' }).waitFor()
    await page
      .getByRole('button', { name: /^Show the effect/ })
      .first()
      .click()
    await effect().getByText('person').first().waitFor()
    await page.keyboard.press('Control+Enter')
    await applied().waitFor()
    await open('/ask?subject=user:zwpaper&action=admin&resource=repository:kubernetes/perf-tests')
    await page.getByRole('heading', { name: 'Yes' }).waitFor()
  })

  it('takes that right away again from the journal, audits who is left, and exports', async () => {
    await open('/journal')
    await page.locator('button.rev').first().click()
    await page.locator('tr.detail').getByText('1 lose: zwpaper').waitFor()
    await page.getByRole('button', { name: 'Undo…' }).click()
    await effect().getByText('zwpaper').first().waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByText(/undone by/).waitFor()

    await open('/audit?who=user:wojtek-t user:zwpaper&what=repository.admin&on=repository:kubernetes/perf-tests')
    await page.getByRole('button', { name: /^Why: wojtek-t, .*: via$/ }).waitFor()
    await page.getByRole('button', { name: /^Why: zwpaper, .*: no$/ }).waitFor()

    const { items } = JSON.parse(await page.evaluate(async () => (await fetch('/api/v1/users?limit=1')).text()))
    expect(items).toHaveLength(1)
    const world = await page.evaluate(async () => (await fetch('/api/v1/export?format=json')).text())
    expect(JSON.parse(world).users.length).toBeGreaterThan(1000)
  })
})
