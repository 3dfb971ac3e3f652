import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { browserPath, useConsole } from './console.ts'

describe.skipIf(browserPath === undefined)('a list', () => {
  const console_ = useConsole([
    ...['anna', 'bela', 'carl'].map((id, index) => ({
      kind: 'user.create' as const,
      id,
      userName: id,
      firstName: id.toUpperCase(),
      emails: [`${id}@example.org`],
      status: index === 2 ? ('inactive' as const) : ('active' as const),
    })),
    { kind: 'group.create', id: 'north', name: 'North', description: 'cold' },
    { kind: 'group.create', id: 'south', name: 'South', parent: 'north', active: false },
  ])
  const rows = () => console_.page.locator('table.list tbody tr:not(.gap) td.main').allInnerTexts()
  const heads = () => console_.page.locator('table.list thead th:not(:has(input))').allInnerTexts()
  const address = () => new URL(console_.page.url()).searchParams

  it('is narrowed by a filter that is built of comparisons, and the address holds it', async () => {
    await console_.open('/people')
    const { page } = console_
    await page.getByRole('button', { name: 'Build a filter' }).click()
    const form = page.getByRole('dialog', { name: 'Filter' })
    await form.getByLabel('Field').selectOption('User name')
    await form.getByLabel('Comparison').selectOption('starts with')
    await form.getByRole('textbox', { name: 'Value' }).fill('b')
    await form.getByRole('button', { name: 'Another comparison' }).click()
    await form.getByLabel('Field').nth(1).selectOption('Status')
    await form.getByLabel('Value').nth(1).selectOption('inactive')
    await form.getByText('any of them').click()
    expect(await console_.findings()).toEqual([])
    await form.getByRole('button', { name: 'Apply the filter' }).click()
    await expect.poll(async () => (await rows()).map((name) => name.trim().split(/\s+/).at(-1))).toEqual(['bela', 'carl'])
    expect(address().get('filter')).toBe('userName sw "b" or status eq "inactive"')
    await page.getByRole('button', { name: 'User name starts with b or Status is inactive' }).click()
    await expect.poll(() => page.locator('.build').getByLabel('Field').count()).toBe(2)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Remove the filter' }).click()
    await expect.poll(async () => (await rows()).length).toBeGreaterThan(5)
  })

  it('takes a filter as text where rows do not say enough, and tells what is wrong with one', async () => {
    await console_.open(`/people?filter=${encodeURIComponent('userName eq "anna" or (userName eq "carl" and status eq "inactive")')}`)
    await expect.poll(async () => (await rows()).length).toBe(2)
    const { page } = console_
    await page.locator('.filter.built > button').first().click()
    await page.getByRole('textbox', { name: 'The filter as text' }).fill('userName eq')
    await page.getByRole('button', { name: 'Apply the filter' }).click()
    await page.getByRole('alert').getByText('at character').waitFor()
  })

  it('shows the columns that are chosen, sorted by any, and gives out just these as CSV', async () => {
    await console_.open('/people?filter=userName sw "a" or userName sw "b"&sort=-userName')
    const { page } = console_
    await expect.poll(async () => (await rows()).length).toBeGreaterThan(1)
    await page.getByRole('button', { name: 'Choose columns' }).click()
    const choice = page.getByRole('dialog', { name: 'Choose columns' })
    for (const column of ['Groups', 'Changed', 'Origin']) await choice.getByLabel(column, { exact: true }).uncheck()
    await choice.getByLabel('First name').check()
    await page.keyboard.press('Escape')
    await expect.poll(heads).toEqual(['Name', 'First name', 'E-mail address', 'Status'])
    expect(address().get('columns')).toBe('name,first_name,emails,status')
    const waiting = page.waitForEvent('download')
    await page.getByRole('button', { name: /as CSV$/ }).click()
    const [head, ...lines] = readFileSync(await (await waiting).path(), 'utf8')
      .trim()
      .split('\r\n')
    expect(head).toBe('id,name,first_name,emails,status')
    expect(lines[0]).toBe('bela,BELA,BELA,bela@example.org,active')
    expect(lines.at(-1)).toMatch(/^anna,/)
    await page.reload()
    await expect.poll(heads).toEqual(['Name', 'First name', 'E-mail address', 'Status'])
    await page.getByRole('button', { name: 'Choose columns' }).click()
    await page.getByRole('button', { name: 'The usual columns' }).click()
    await expect.poll(() => address().get('columns')).toBe(null)
  })

  it('of groups is built, chosen and kept as a view like that of people', async () => {
    await console_.open('/groups?view=list')
    const { page } = console_
    await page.getByRole('button', { name: 'Build a filter' }).click()
    const form = page.getByRole('dialog', { name: 'Filter' })
    await form.getByLabel('Field').selectOption('Groups below')
    await form.getByLabel('Comparison').selectOption('is more than')
    await form.getByLabel('Value').fill('0')
    await form.getByRole('button', { name: 'Apply the filter' }).click()
    await expect.poll(async () => (await rows()).map((name) => name.trim().split('\n')[0])).toContain('North')
    expect(await rows()).toHaveLength(3)
    await page.getByRole('button', { name: 'Choose columns' }).click()
    await page.getByRole('dialog', { name: 'Choose columns' }).getByLabel('Groups below').check()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Save this view' }).click()
    await page.getByRole('textbox', { name: 'Name of the view' }).fill('With branches')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'All', exact: true }).click()
    await expect.poll(async () => (await rows()).length).toBeGreaterThan(3)
    await page.getByRole('link', { name: 'With branches' }).click()
    await expect.poll(heads).toContain('Groups below')
    await expect.poll(async () => (await rows()).length).toBe(3)
  })
})
