import axe from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Listener } from '../../src/server/index.ts'
import { listen } from '../../src/server/index.ts'
import type { Installed } from '../doors/installation.ts'
import { adminKey, install, lowKey } from '../doors/installation.ts'
import { legion } from '../doors/legion.ts'
import { browserPath, openBrowser } from './browser.ts'

describe.skipIf(browserPath === undefined)('the page that asks', () => {
  let installed: Installed
  let listener: Listener
  let browser: Browser
  let context: BrowserContext
  let page: Page
  /** What the browser complained of: scripts that failed, and what the content policy refused. */
  let complaints: string[]

  beforeAll(async () => {
    installed = await install(legion, [
      { kind: 'member.add', group: 'greeks', member: 'user:quintus', from: '2020-01-01', until: '2021-01-01' },
      { kind: 'grant.create', subject: 'group:greeks', actions: ['delete'], resource: 'legion:4' },
      { kind: 'group.create', id: 'markup', name: '<img src=x onerror=alert(1)>' },
      { kind: 'role.create', codename: 'reader', permissions: ['legion.view'] },
    ])
    listener = await listen(installed.handler, { port: 0 })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await listener.stop()
    await installed.access.close()
  })
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1200, height: 800 } })
    context.setDefaultTimeout(15_000)
    page = await context.newPage()
    complaints = []
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => {
      // A refused call is shown on the page; the browser notes it here as well.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text())
    })
  })
  afterEach(async () => {
    await context.close()
    expect(complaints).toEqual([])
  })

  async function open(hash = '', key = adminKey): Promise<void> {
    await page.goto(`${listener.url}/${hash}`)
    await page.getByLabel('API key').fill(key)
    await page.getByLabel('API key').press('Enter')
    await page.getByRole('navigation', { name: 'Kinds of question' }).waitFor()
  }

  const answer = () => page.getByRole('article')
  const can = () => page.getByRole('form', { name: 'Can they?' })
  const chips = async () => (await answer().locator('ol.chain').first().locator('.chip > span:last-child').allTextContents()).join(' > ')

  async function ask(who: string, what: string, which: string): Promise<void> {
    await can().getByLabel('Who', { exact: true }).fill(who)
    await can().getByLabel('What', { exact: true }).fill(what)
    await can().getByLabel('Which resource').fill(which)
    await can().getByLabel('Which resource').press('Enter')
    await answer().waitFor()
  }

  it('refuses a wrong key, and keeps a right one in this tab only', async () => {
    await page.goto(listener.url)
    await page.getByLabel('API key').fill('wrong')
    await page.getByLabel('API key').press('Enter')
    await page.getByRole('alert').filter({ hasText: 'API key that is valid' }).waitFor()
    await open()
    expect(await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie])).toEqual([1, 0, ''])
    await page.getByRole('button', { name: 'Forget the key' }).click()
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  })

  it('answers yes, with the chain and the sentence, by keyboard alone', async () => {
    await open()
    await page.keyboard.type('Sulla')
    await page.keyboard.press('Tab')
    await page.keyboard.type('delete')
    await page.keyboard.press('Tab')
    await page.keyboard.type('legion:4')
    await page.keyboard.press('Enter')
    await answer().waitFor()
    expect(await answer().getByRole('heading').textContent()).toBe('Yes')
    expect(await chips()).toBe('Sulla > Consuls > legion:4 > legion.delete')
    expect(await answer().textContent()).toContain('Sulla may delete legion:4')
    expect(await answer().textContent()).toContain('which gives this to its owner')
  })

  it('answers no, with the nearest miss', async () => {
    await open()
    await ask('user:quintus', 'delete', 'legion:4')
    expect(await answer().getByRole('heading').textContent()).toBe('No')
    expect(await answer().locator('.step.broken').first().textContent()).toContain('ended 2021-01-01')
    expect(await answer().locator('.chip.missing').first().textContent()).toContain('Greeks')
    expect(await answer().textContent()).toContain('the membership of Quintus in Greeks ended at 2021-01-01T00:00:00.000Z')
  })

  it('asks at a moment in the past', async () => {
    await open()
    await can().getByLabel('When; empty means now').fill('2020-06-01')
    await ask('user:quintus', 'delete', 'legion:4')
    expect(await answer().getByRole('heading').textContent()).toBe('Yes')
  })

  it('keeps a question in its address, so that it can be opened again', async () => {
    await open()
    await ask('user:mars', 'view', 'legion:4')
    const address = page.url()
    await page.goto('about:blank')
    await page.goto(address)
    await answer().waitFor()
    expect(await answer().getByRole('heading').textContent()).toBe('Yes')
    expect(await can().getByLabel('Who', { exact: true }).inputValue()).toBe('user:mars')
  })

  it('lists who can and what somebody can', async () => {
    await open('#who')
    const form = page.getByRole('form', { name: 'Who can?' })
    await form.getByLabel('What').fill('change')
    await form.getByLabel('Which resource').fill('legion:4')
    await form.getByRole('button').click()
    await answer().getByText('Metellus').waitFor()
    expect(await answer().getByRole('heading').textContent()).toBe('4')

    await page.getByRole('link', { name: 'What can they do?' }).click()
    const what = page.getByRole('form', { name: 'What can they do?' })
    await what.getByLabel('Who').fill('Metellus')
    await what.getByLabel(/A resource/).fill('legion:')
    await what.getByRole('button').click()
    await answer().getByText('legion:4').waitFor()
    expect(await answer().locator('li').first().textContent()).toMatch(/legion:4.*change.*view/)
  })

  it('suggests people by their names as one types', async () => {
    await open()
    await can().getByLabel('Who', { exact: true }).pressSequentially('mar')
    await page.waitForFunction(() => document.querySelectorAll('#people option').length === 3)
    expect(await page.locator('#people option').evaluateAll((options) => options.map((option) => option.getAttribute('label')))).toEqual([
      'Marius',
      'Mars',
      '<img src=x onerror=alert(1)>',
    ])
  })

  it('shows the effect of a change, applies it, and takes it back', async () => {
    await open('#change')
    await page.getByLabel('who', { exact: true }).fill('Archelaus')
    await page.getByLabel('which group').fill('group:consuls')
    await page.getByRole('button', { name: 'Show the effect' }).click()
    await answer().getByText('1 gains').waitFor()
    expect(await answer().locator('li').allTextContents()).toEqual([
      expect.stringMatching(/gains.*Archelaus.*legion\.change.*legion\.view.*legion:4/),
    ])
    expect(installed.access.check({ subject: 'user:archelaus', action: 'view', resource: 'legion:4' }).allowed).toBe(false)

    await page.getByLabel('Reason').fill('a new consul')
    await page.getByRole('button', { name: 'Apply 1 change' }).click()
    await answer().getByRole('heading', { name: 'Done' }).waitFor()
    expect(installed.access.check({ subject: 'user:archelaus', action: 'view', resource: 'legion:4' }).allowed).toBe(true)

    const before = installed.access.revision
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText(`as revision ${before + 1}`).waitFor()
    expect(installed.access.check({ subject: 'user:archelaus', action: 'view', resource: 'legion:4' }).allowed).toBe(false)
  })

  it('tells what the server refuses, in its words', async () => {
    await open()
    await can().getByLabel('Who', { exact: true }).fill('user:mars')
    await can().getByLabel('What', { exact: true }).fill('fly')
    await can().getByLabel('What', { exact: true }).press('Enter')
    await page.getByRole('alert').filter({ hasText: 'no permission "fly" is declared' }).waitFor()
    await page.getByRole('button', { name: 'Forget the key' }).click()
    await page.getByLabel('API key').fill(lowKey)
    await page.getByLabel('API key').press('Enter')
    await can().getByLabel('Who', { exact: true }).fill('user:mars')
    await can().getByLabel('What', { exact: true }).fill('legion.view')
    await can().getByLabel('What', { exact: true }).press('Enter')
    await page.getByRole('alert').filter({ hasText: 'this needs tenant.check' }).waitFor()
  })

  it.each(['light', 'dark'] as const)('is free of findings of axe and fits 360 pixels, in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await open()
    await ask('user:quintus', 'delete', 'legion:4')
    for (const width of [1200, 360]) {
      await page.setViewportSize({ width, height: 800 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true)
      expect(await findings()).toEqual([])
    }
  })

  /** Rules of axe that the page breaks. It is evaluated from outside, so the content policy of the page stays as it is. */
  async function findings(): Promise<readonly string[]> {
    await page.evaluate(axe.source)
    return page.evaluate(async () => {
      const { axe: inPage } = window as unknown as { readonly axe: typeof axe }
      const { violations } = await inPage.run()
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(', ')}`)
    })
  }

  it('has a page that tells the API', async () => {
    await page.goto(`${listener.url}/docs`)
    await page.getByRole('heading', { name: 'POST /api/v1/check', exact: true }).waitFor()
    expect(await page.locator('section.card').count()).toBeGreaterThan(100)
    expect(await findings()).toEqual([])
    await page.setViewportSize({ width: 360, height: 800 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  })
})
