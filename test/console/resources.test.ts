import { describe, expect, it } from 'vitest'
import { browserPath, useConsole } from './console.ts'

describe.skipIf(browserPath === undefined)('resources', () => {
  const console_ = useConsole([
    { kind: 'resource-type.create', name: 'cohort', actions: ['view', 'change'], parentTypes: ['legion'] },
    { kind: 'resource.create', resource: 'cohort:one', parent: 'legion:4', owner: 'user:quintus' },
    { kind: 'resource.create', resource: 'cohort:two', parent: 'legion:4', inherits: false },
    { kind: 'grant.create', subject: 'group:greeks', permission: 'cohort.view', resource: 'legion:4' },
  ])
  const may = async (user: string, action: string, resource: string) =>
    console_.installed.access.check({ subject: `user:${user}`, action, resource }).allowed
  const apply = async () => {
    await console_.page.getByRole('button', { name: /^Apply/ }).click()
    await console_.page.getByRole('button', { name: /^Undo/ }).waitFor()
  }

  it('are listed by type and by what is blocked, and stand in their tree', async () => {
    const { page } = console_
    await console_.open('/resources')
    await page
      .getByRole('row', { name: /one cohort/ })
      .getByText('Quintus')
      .waitFor()
    await page.goto(`${console_.url}/resources?inherits=false`)
    await page.getByRole('row', { name: /two cohort/ }).waitFor()
    expect(await page.getByRole('row').count()).toBe(2)
    await page.getByText('Tree', { exact: true }).click()
    await page.getByRole('link', { name: 'legion:4' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('link', { name: 'cohort:two' }).waitFor()
  })

  it('tell what is given here and from above, and what is stopped', async () => {
    const { page } = console_
    await console_.open('/resources/cohort%3Aone')
    await page.getByText('owns it and may do what its type gives an owner').waitFor()
    await page.getByRole('listitem').filter({ hasText: 'cohort.view' }).getByText('Greeks').waitFor()
    // What the assignment of the legion gives are actions of a legion.
    expect(await page.getByText('assigned to').count()).toBe(0)
    await page.goto(`${console_.url}/resources/legion%3A4`)
    await page.getByRole('listitem').filter({ hasText: 'assigned to' }).getByText('Consuls').waitFor()
    await page.goto(`${console_.url}/resources/cohort%3Atwo`)
    await page.getByText(/^Stopped by/).waitFor()
    await page.goto(`${console_.url}/resources/cohort%3Aone?tab=who`)
    await page.locator('summary', { hasText: 'view' }).click()
    await page.getByRole('link', { name: 'Why can Archelaus: view?' }).click()
    await page.getByRole('article').getByText('Greeks').first().waitFor()
  })

  it('are blocked from above with the effect first', async () => {
    const { page } = console_
    await console_.open('/resources/cohort%3Aone')
    await page.getByRole('button', { name: 'Block from above' }).click()
    await page.getByRole('complementary').getByText('Archelaus').waitFor()
    expect(await may('archelaus', 'view', 'cohort:one')).toBe(true)
    await apply()
    await expect.poll(() => may('archelaus', 'view', 'cohort:one')).toBe(false)
    await page.getByRole('button', { name: 'Let through from above' }).waitFor()
  })

  it('are denied to somebody, and the denial is explained and taken away', async () => {
    const { page } = console_
    await console_.open('/resources/legion%3A4')
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.getByRole('combobox', { name: 'Whom' }).fill('metel')
    await page.getByRole('option', { name: /Metellus/ }).click()
    await page.getByRole('group', { name: 'Actions' }).getByText('view').click()
    await page.getByRole('textbox', { name: 'Reason' }).fill('a feud')
    await page.getByRole('button', { name: /^Show the effect/ }).click()
    await page.getByRole('complementary').getByText('Metellus').first().waitFor()
    await apply()
    await expect.poll(() => may('metellus', 'view', 'legion:4')).toBe(false)
    await page.goto(`${console_.url}/ask?subject=user:metellus&action=view&resource=legion:4`)
    await page
      .getByRole('article')
      .getByText(/denied/)
      .first()
      .waitFor()
    await page.goto(`${console_.url}/resources/legion%3A4`)
    await page.getByRole('button', { name: 'Take away: Metellus, view' }).click()
    await apply()
    await expect.poll(() => may('metellus', 'view', 'legion:4')).toBe(true)
  })

  it('are edited with the effect first, and what somebody else changes meanwhile stays', async () => {
    const { page } = console_
    await console_.open('/resources/cohort%3Atwo?tab=general')
    await page.getByRole('textbox', { name: /^Attributes/ }).fill('{ "camp": "north" }')
    await console_.installed.access.write([{ kind: 'resource.update', resource: 'cohort:two', inherits: true }])
    await expect.poll(() => page.getByRole('switch').isChecked()).toBe(true)
    await page.getByRole('button', { name: /^Show the effect of 1 edit/ }).click()
    await apply()
    const after = () => console_.installed.access.explain({ subject: 'user:archelaus', action: 'view', resource: 'cohort:two' }).allowed
    expect(after()).toBe(true)
  })

  it('are made and granted on by the keyboard alone', async () => {
    const { page } = console_
    await console_.open('/resources')
    await page.getByRole('row', { name: /one cohort/ }).waitFor()
    await page.keyboard.press('n')
    await page.getByRole('combobox', { name: 'Type' }).selectOption('legion')
    await page.getByRole('textbox', { name: 'Id' }).focus()
    await page.keyboard.type('10')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('button', { name: /^Apply/ }).waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: 'legion:10' }).waitFor()
    await page.getByRole('button', { name: /^Undo/ }).waitFor()
    // The heading is there before the rights are, and with them the key.
    await page.getByRole('button', { name: /^Grant/ }).waitFor()
    await page.keyboard.press('n')
    await page.getByRole('complementary').waitFor()
    // Past the button that closes the panel.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.type('group:greeks')
    await page.getByRole('group', { name: 'Actions' }).getByLabel('change').focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('complementary').getByText('Archelaus').waitFor()
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => may('archelaus', 'change', 'legion:10')).toBe(true)
  })
})
