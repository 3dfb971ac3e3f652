import { describe, expect, it } from 'vitest'
import { browserPath, useConsole } from './console.ts'

const crowd = Array.from({ length: 400 }, (_, index) => ({
  kind: 'user.create' as const,
  id: `soldier-${String(index).padStart(3, '0')}`,
  userName: `soldier-${String(index).padStart(3, '0')}`,
}))

describe.skipIf(browserPath === undefined)('the list of people', () => {
  const console_ = useConsole(crowd)
  const row = (name: string) => console_.page.getByRole('row').filter({ has: console_.page.getByRole('link', { name, exact: false }) })

  it('counts exactly, draws what can be seen, and comes to the last one', async () => {
    await console_.open('/people')
    await row('Metellus').waitFor()
    expect(await console_.page.getByRole('heading', { level: 1 }).textContent()).toBe('People409')
    expect(await console_.page.locator('tbody tr').count()).toBeLessThan(60)
    const list = console_.page.getByRole('region', { name: /^People/ })
    await expect
      .poll(async () => {
        await list.evaluate((element) => element.scrollTo(0, element.scrollHeight))
        return row('soldier-399').count()
      })
      .toBe(1)
  })

  it('gives up columns beside a panel, and the others fill its whole width', async () => {
    await console_.open('/people')
    await row('Metellus').waitFor()
    const list = console_.page.getByRole('region', { name: /^People/ })
    // From the end of the last column to the end of the list, in pixels.
    const left = () =>
      list.evaluate((element) => {
        const ends = [...element.querySelectorAll('th')].map((cell) => cell.getBoundingClientRect().right)
        return Math.round(element.getBoundingClientRect().left + element.clientWidth - Math.max(...ends))
      })
    expect([await left(), await list.getByRole('columnheader').count()]).toEqual([0, 7])
    await console_.page.getByRole('button', { name: /^Add people/ }).click()
    await expect.poll(() => list.getByRole('columnheader').count()).toBe(5)
    expect(await left()).toBe(0)
  })

  it('is searched as one types, and the address holds what is shown', async () => {
    await console_.open('/people')
    await row('Metellus').waitFor()
    await console_.page.keyboard.press('/')
    await console_.page.keyboard.type('met')
    await expect.poll(() => console_.page.locator('tbody tr').count()).toBe(1)
    expect(new URL(console_.page.url()).search).toBe('?q=met')
    await console_.page.goBack()
    await console_.page.goForward()
    await row('Metellus').waitFor()
  })

  it('moves, chooses and opens by keyboard', async () => {
    await console_.open('/people?q=m')
    await row('Mars').waitFor()
    for (const key of ['j', 'x', 'j', 'j', 'Shift+X']) await console_.page.keyboard.press(key)
    await console_.page.getByRole('region', { name: '3 people chosen' }).waitFor()
    await console_.page.keyboard.press('Escape')
    await expect.poll(() => console_.page.getByRole('region', { name: /chosen$/ }).count()).toBe(0)
    await console_.page.keyboard.press('Enter')
    await console_.page.getByRole('navigation', { name: 'Where you are' }).getByText('Mars').waitFor()
  })

  it('changes many at once: groups, roles and status, with Keep as the first choice', async () => {
    await console_.open('/people?q=soldier-00')
    await row('soldier-000').waitFor()
    await console_.page.getByLabel('Choose all rows').check()
    await console_.page.getByRole('button', { name: /^Change…/ }).click()
    await console_.page.getByRole('radiogroup', { name: 'Groups' }).getByText('Add', { exact: true }).click()
    await console_.page.getByRole('combobox', { name: 'Which groups' }).fill('pleb')
    await console_.page.getByRole('option', { name: /Plebeians/ }).click()
    await console_.page.getByRole('radiogroup', { name: 'Status' }).getByText('inactive').click()
    await console_.page.keyboard.press('Control+Enter')
    await console_.page.getByRole('button', { name: 'Apply 20 edits' }).click()
    await console_.page.getByText('20 edits applied.').waitFor()
    const { items } = await console_.installed.admin.groupMembers({ key: 'plebeians', all: true, limit: 100 })
    expect(items.filter(({ member }) => member.startsWith('user:soldier-00'))).toHaveLength(10)
    expect((await console_.installed.admin.user({ key: 'soldier-007' })).status).toBe('inactive')
  })

  it('makes several people at once: trimmed, blanks and those who are here already skipped, a result for each line', async () => {
    await console_.open('/people')
    await row('Metellus').waitFor()
    await console_.page.keyboard.press('n')
    await console_.page.getByLabel(/^One a line/).fill('  Livia Drusilla <livia@example.org>\n\nmars\noctavia\noctavia\n!!!')
    const panel = console_.page.getByRole('complementary', { name: 'Add people' })
    await panel.getByText('2 to add').waitFor()
    expect(await panel.locator('.results li').allTextContents()).toEqual([
      expect.stringContaining('livia.drusilla'),
      expect.stringContaining('is here already'),
      expect.stringContaining('octavia'),
      expect.stringContaining('stands here twice'),
      expect.stringContaining('no user name can be made of this'),
    ])
    await panel.getByRole('combobox', { name: 'Groups for all of them' }).fill('greek')
    await console_.page.getByRole('option', { name: /Greeks/ }).click()
    await console_.page.keyboard.press('Control+Enter')
    await console_.page.getByRole('button', { name: 'Apply 4 edits' }).click()
    await console_.page.getByText('4 edits applied.').waitFor()
    expect(await console_.installed.admin.user({ key: 'livia.drusilla' })).toMatchObject({
      displayName: 'Livia Drusilla',
      emails: ['livia@example.org'],
    })
    const { items } = await console_.installed.admin.userGroups({ key: 'octavia' })
    expect(items.map(({ group }) => group)).toEqual(['group:greeks'])
  })

  it('takes everything away from somebody who leaves, on one screen', async () => {
    await console_.open('/people/sulla?tab=leaving')
    await console_.page.getByRole('button', { name: 'Tick everything' }).click()
    await console_.page.getByRole('button', { name: /^Show the effect of 2 edits/ }).click()
    const panel = console_.page.getByRole('complementary', { name: 'Effect of 2 edits' })
    await panel.getByText(/loses \d+ actions/).waitFor()
    await console_.page.keyboard.press('Control+Enter')
    await console_.page.getByText('2 edits applied.').waitFor()
    expect((await console_.installed.admin.user({ key: 'sulla' })).status).toBe('inactive')
    expect((await console_.installed.admin.userMemberships({ key: 'sulla' })).total).toBe(0)
  })
})
