import { describe, expect, it } from 'vitest'
import { lowKey } from '../doors/installation.ts'
import { browserPath, useConsole } from './console.ts'

describe.skipIf(browserPath === undefined)('the page that asks', () => {
  const console_ = useConsole([
    { kind: 'member.add', group: 'greeks', member: 'user:quintus', from: '2020-01-01', until: '2021-01-01' },
    { kind: 'grant.create', subject: 'group:greeks', actions: ['delete'], resource: 'legion:4' },
    { kind: 'group.create', id: 'markup', name: '<img src=x onerror=alert(1)>' },
    { kind: 'role.create', codename: 'reader', permissions: ['legion.view'] },
  ])
  const answer = () => console_.page.getByRole('article')
  const can = () => console_.page.getByRole('form', { name: 'Can they?' })
  const chips = async () =>
    (await answer().locator('ol.chain').first().locator('.chip > span').allTextContents())
      .map((text) => text.replace(/^\w+ /, ''))
      .join(' > ')

  async function ask(who: string, what: string, which: string): Promise<void> {
    await can().getByRole('combobox', { name: 'Who', exact: true }).fill(who)
    await can().getByRole('combobox', { name: 'What', exact: true }).fill(what)
    await can().getByRole('combobox', { name: 'Which resource' }).fill(which)
    await can().getByRole('button', { name: 'Ask' }).click()
    await answer().waitFor()
  }

  it('answers yes, with the chain and the sentence, by keyboard alone', async () => {
    await console_.open('/')
    await console_.page.getByRole('heading', { name: 'Overview' }).waitFor()
    await console_.page.keyboard.press('g')
    await console_.page.keyboard.press('a')
    await can().waitFor()
    await expect.poll(() => console_.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Who')
    for (const text of ['Sulla', 'delete', 'legion:4']) {
      await console_.page.keyboard.type(text)
      await console_.page.keyboard.press('Tab')
    }
    await console_.page.keyboard.press('Enter')
    await answer().waitFor()
    expect(await answer().getByRole('heading', { level: 2 }).textContent()).toBe('Yes')
    expect(await chips()).toBe('Sulla > Consuls > legion:4 > legion.delete')
    expect(await answer().textContent()).toContain('Sulla may delete legion:4')
    expect(await answer().textContent()).toContain('which gives this to its owner')
  })

  it('answers no, with the nearest miss and what would make it a yes, the smallest effect first', async () => {
    await console_.open('/ask')
    await ask('user:quintus', 'delete', 'legion:4')
    expect(await answer().getByRole('heading', { level: 2 }).textContent()).toBe('No')
    expect(await answer().locator('.step.broken').first().textContent()).toContain('ended 1 Jan 2021')
    expect(await answer().locator('.chip.missing').first().textContent()).toContain('Greeks')
    expect(await answer().textContent()).toContain('the membership of Quintus in Greeks ended at 2021-01-01T00:00:00.000Z')
    const fixes = answer().locator('.fixes > li')
    await fixes.first().waitFor()
    expect(await fixes.first().textContent()).toContain('1 person gains')
    await console_.page.keyboard.press('1')
    await console_.page.getByRole('complementary', { name: 'Effect of 1 edit' }).waitFor()
    await console_.page.keyboard.press('Escape')
    expect(await console_.page.getByRole('complementary', { name: /^Effect/ }).count()).toBe(0)
  })

  it('asks at a moment in the past', async () => {
    await console_.open('/ask')
    await can().getByRole('textbox', { name: 'When' }).fill('2020-06-01')
    await ask('user:quintus', 'delete', 'legion:4')
    expect(await answer().getByRole('heading', { level: 2 }).textContent()).toBe('Yes')
  })

  it('keeps a question in its address, so that it can be opened again', async () => {
    await console_.open('/ask')
    await ask('user:mars', 'view', 'legion:4')
    const address = console_.page.url()
    await console_.page.goto('about:blank')
    await console_.page.goto(address)
    await answer().waitFor()
    expect(await answer().getByRole('heading', { level: 2 }).textContent()).toBe('Yes')
    expect(await can().getByRole('combobox', { name: 'Who', exact: true }).inputValue()).toBe('Mars')
  })

  it('lists who can and what somebody can', async () => {
    await console_.open('/ask?view=who')
    const form = console_.page.getByRole('form', { name: 'Who can?' })
    await form.getByRole('combobox', { name: 'What', exact: true }).fill('change')
    await form.getByRole('combobox', { name: 'Which resource' }).fill('legion:4')
    await form.getByRole('button', { name: 'List them' }).click()
    await answer().getByText('Metellus').waitFor()
    expect(await answer().getByRole('heading').textContent()).toMatch(/^4 may .*change on .*legion:4$/)

    await console_.page.getByRole('link', { name: 'What can they do?' }).click()
    const what = console_.page.getByRole('form', { name: 'What can they do?' })
    await what.getByRole('combobox', { name: 'Who', exact: true }).fill('Metellus')
    await what.getByRole('combobox', { name: /A resource/ }).fill('legion:')
    await what.getByRole('button', { name: 'List them' }).click()
    await answer().getByText('legion:4').waitFor()
    expect(await answer().locator('li').first().textContent()).toMatch(/legion:4.*change.*view/)
  })

  it('suggests people by their names as one types, and text stays text', async () => {
    await console_.open('/ask')
    await can().getByRole('combobox', { name: 'Who', exact: true }).pressSequentially('mar')
    const options = console_.page.getByRole('option')
    await expect
      .poll(() => options.allTextContents())
      .toEqual([
        expect.stringContaining('Marius'),
        expect.stringContaining('Mars'),
        expect.stringContaining('<img src=x onerror=alert(1)>'),
      ])
  })

  it('tells what the server refuses, in its words', async () => {
    await console_.open('/ask?subject=user:mars&action=fly')
    await console_.page.getByRole('alert').filter({ hasText: 'no permission "fly" is declared' }).waitFor()
    await console_.page.goto('about:blank')
    await console_.open('/ask?subject=user:mars&action=legion.view', lowKey)
    await console_.page.getByRole('alert').filter({ hasText: 'this needs tenant.check' }).waitFor()
  })
})
