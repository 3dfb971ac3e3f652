import { describe, expect, it } from 'vitest'
import { browserPath, useConsole } from './console.ts'

describe.skipIf(browserPath === undefined)('the journal', () => {
  const console_ = useConsole([{ kind: 'member.add', group: 'consuls', member: 'user:archelaus' }])
  const may = (id: string) => console_.installed.access.check({ subject: `user:${id}`, action: 'view', resource: 'legion:4' }).allowed
  const effect = () => console_.page.getByRole('complementary', { name: /^Effect|^Undo/ })
  const unfold = (revision: number) => console_.page.getByRole('button', { name: `Show revision ${revision}`, exact: true })

  it('tells each change set with before and after, and what taking it back would do', async () => {
    await console_.open('/journal')
    const last = console_.installed.access.revision
    await unfold(last).click()
    const detail = console_.page.locator('tr.detail')
    await detail.getByText('1 lose: Archelaus').waitFor()
    expect(await detail.locator('.diff tbody tr').first().textContent()).toMatch(/Archelaus.*in.*Consuls.*not there/)
    expect(new URL(console_.page.url()).search).toBe(`?open=${last}`)
    expect(await console_.findings()).toEqual([])
  })

  it('gives up a column where it is narrow, and the others fill its whole width', async () => {
    await console_.page.setViewportSize({ width: 1000, height: 860 })
    await console_.open('/journal')
    await console_.page.getByRole('columnheader', { name: 'Changes' }).waitFor()
    expect(await console_.page.getByRole('columnheader', { name: 'Origin' }).count()).toBe(0)
    const left = await console_.page.getByRole('region', { name: 'Journal' }).evaluate((element) => {
      const ends = [...element.querySelectorAll('thead th')].map((cell) => cell.getBoundingClientRect().right)
      return Math.round(element.getBoundingClientRect().left + element.clientWidth - Math.max(...ends))
    })
    expect(left).toBeLessThanOrEqual(1)
  })

  it('takes a change set back with its effect shown first, and says that it was taken back', async () => {
    await console_.open('/journal')
    const last = console_.installed.access.revision
    expect(may('archelaus')).toBe(true)
    await unfold(last).click()
    await console_.page.getByRole('button', { name: 'Undo…' }).click()
    await effect().getByText('loses 2 actions').waitFor()
    expect(may('archelaus')).toBe(true)
    await console_.page.keyboard.press('Control+Enter')
    await expect.poll(() => may('archelaus')).toBe(false)
    await console_.page.getByText(`undone by ${last + 1}`).waitFor()
  })

  it('is walked, unfolded and undone by keyboard alone', async () => {
    await console_.open('/journal')
    const last = console_.installed.access.revision
    await unfold(last).waitFor()
    await console_.page.keyboard.press('j')
    await console_.page.keyboard.press('Enter')
    await console_.page.locator('tr.detail').getByRole('heading', { name: 'Undoing this now' }).waitFor()
    await console_.page.keyboard.press('u')
    await effect().getByText('gains 2 actions').waitFor()
    await console_.page.keyboard.press('Escape')
    await expect.poll(() => effect().count()).toBe(0)
    expect(may('archelaus')).toBe(false)
  })

  it('is narrowed to what is about somebody, and the address holds it', async () => {
    await console_.open('/journal')
    await console_.page.getByRole('combobox', { name: 'About' }).fill('archel')
    await console_.page.getByRole('option', { name: /Archelaus/ }).click()
    await expect.poll(() => new URL(console_.page.url()).search).toBe('?record=user%3Aarchelaus')
    const all = console_.installed.access.revision
    await expect.poll(() => console_.page.locator('tr.set').count()).toBeLessThan(all)
    for (const row of await console_.page.locator('tr.set').all()) expect(await row.textContent()).toMatch(/Archelaus|undone|\+/)
  })

  it('shows what was written elsewhere as it comes, and that its chain is whole', async () => {
    await console_.open('/journal')
    await console_.installed.admin.createUser({ id: 'livia', userName: 'livia', displayName: 'Livia' })
    await console_.page.locator('tr.set').first().getByText('Livia').waitFor()
    await console_.page.getByRole('button', { name: 'Check the chain' }).click()
    await console_.page.getByText(`Unbroken from 1 to ${console_.installed.access.revision}`).waitFor()
  })
})
