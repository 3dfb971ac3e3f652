import { describe, expect, it } from 'vitest'
import { browserPath, useConsole } from './console.ts'

const more = [
  { kind: 'group-type.create', codename: 'college', label: 'College' },
  { kind: 'group-entity.create', codename: 'old', label: 'Old' },
  { kind: 'role.create', codename: 'augur', label: 'Augur', permissions: ['legion.view'] },
  { kind: 'member.add', group: 'consuls', member: 'group:plebeians' },
  { kind: 'group.create', id: 'tribes', name: 'Tribes' },
  ...Array.from({ length: 60 }, (_, index) => ({
    kind: 'group.create' as const,
    id: `tribe-${String(index).padStart(2, '0')}`,
    name: `Tribe ${String(index).padStart(2, '0')}`,
    parent: 'tribes',
  })),
] as const

describe.skipIf(browserPath === undefined)('the tree of groups', () => {
  const console_ = useConsole(more)
  const row = (name: string) => console_.page.getByRole('treeitem', { name: new RegExp(`^${name} `) })
  const effect = () => console_.page.getByRole('complementary', { name: /^Effect of/ })
  const parentOf = async (key: string) => (await console_.installed.admin.group({ key })).parent
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await console_.page.keyboard.press(key)
  }
  const apply = async () => {
    await effect()
      .getByRole('button', { name: /^Apply/ })
      .click()
    await console_.page.getByText(/edits? applied/).waitFor()
  }
  const undo = async () => {
    await console_.page.getByRole('button', { name: 'Undo', exact: true }).click()
    await effect()
      .getByRole('button', { name: /^Undo revision/ })
      .click()
    await expect.poll(() => effect().count()).toBe(0)
  }

  it('is asked for a branch at a time, fifty groups at first', async () => {
    await console_.open('/groups')
    await row('Tribes').locator('.twist').click()
    await row('Tribe 00').waitFor()
    await console_.page.getByRole('tree').focus()
    await press('End', 'ArrowUp', 'ArrowUp')
    const more = console_.page.getByRole('button', { name: '10 more here' })
    await more.click()
    await more.waitFor({ state: 'detached' })
    await press('End')
    await row('Tribe 59').waitFor()
  })

  it('moves a group by keyboard, with the effect first, and the move can be undone', async () => {
    await console_.open('/groups')
    await row('Gods').waitFor()
    await console_.page.getByRole('tree').focus()
    // Gods, Consuls, Plebeians: taken, and put below Greeks.
    await press('ArrowRight')
    await row('Consuls').waitFor()
    await press('ArrowDown', 'ArrowRight')
    await row('Plebeians').waitFor()
    await press('ArrowDown', 'm')
    await row('Consuls').getByText('sits here already').waitFor()
    await press('ArrowDown', 'ArrowDown')
    await row('Greeks').getByText('Plebeians lands here').waitFor()
    await press('Enter')
    await effect().getByText('Plebeians').first().waitFor()
    expect(await parentOf('plebeians')).toBe('consuls')
    // Being inside is another matter than sitting below, and can be ended with it.
    await effect()
      .getByText(/its people stay inside Consuls/)
      .waitFor()
    await effect().getByRole('button', { name: 'Take Plebeians out of Consuls too' }).click()
    await effect().getByText('person').first().waitFor()
    await press('Control+Enter')
    await console_.page.getByText('2 edits applied.').waitFor()
    expect(await parentOf('plebeians')).toBe('greeks')
    await undo()
    await expect.poll(() => parentOf('plebeians')).toBe('consuls')
  })

  it('takes a group to the top level with Home, and lets it be with Escape', async () => {
    await console_.open('/groups?at=generals')
    await row('Generals').waitFor()
    await console_.page.getByRole('tree').focus()
    await press('m', 'Escape')
    expect(await console_.page.getByText('moving', { exact: true }).count()).toBe(0)
    await press('m', 'Home', 'Enter')
    await apply()
    expect(await parentOf('generals')).toBeUndefined()
    await undo()
    await expect.poll(() => parentOf('generals')).toBe('gods')
  })

  it('moves a group by mouse, and never into what is inside it', async () => {
    await console_.open('/groups')
    await row('Gods').locator('.twist').click()
    await row('Consuls').waitFor()
    const from = await row('Consuls').boundingBox()
    const to = await row('Greeks').boundingBox()
    if (from === null || to === null) throw new Error('the rows are drawn')
    const { mouse } = console_.page
    await mouse.move(from.x + 90, from.y + 12)
    await mouse.down()
    await mouse.move(from.x + 100, from.y + 30, { steps: 4 })
    await mouse.move(to.x + 90, to.y + 50, { steps: 4 })
    // The rows went down to make room for the top level.
    const now = await row('Greeks').boundingBox()
    if (now === null) throw new Error('the row is drawn')
    await mouse.move(now.x + 90, now.y + 12, { steps: 4 })
    await row('Greeks').getByText('Consuls lands here').waitFor()
    await mouse.up()
    await effect().getByText('lose').first().waitFor()
    await apply()
    expect(await parentOf('consuls')).toBe('greeks')
    await undo()
    await expect.poll(() => parentOf('consuls')).toBe('gods')
  })

  it('is searched by path, and shows the way to what it finds', async () => {
    await console_.open('/groups')
    await console_.page.keyboard.press('/')
    await console_.page.keyboard.type('gods / pleb')
    await row('Plebeians').waitFor()
    await expect.poll(() => console_.page.getByRole('treeitem').count()).toBe(3)
    await console_.page.getByText('1 of 66').waitFor()
    expect(new URL(console_.page.url()).searchParams.get('q')).toBe('gods / pleb')
  })

  it('makes several groups at once, and leaves those that are there', async () => {
    await console_.open('/groups')
    await row('Greeks').waitFor()
    await console_.page.keyboard.press('n')
    await console_.page.getByLabel('One name a line').fill('Vestals\n\n  Pontiffs \nGreeks\nVestals')
    await console_.page.getByText('2 to add').waitFor()
    await console_.page.getByText('1 already here').waitFor()
    await console_.page.getByRole('combobox', { name: 'Type' }).selectOption('college')
    await console_.page.getByRole('checkbox', { name: 'Old' }).check()
    await console_.page.getByRole('combobox', { name: 'Roles for all of them' }).fill('aug')
    await console_.page.getByRole('option', { name: /Augur/ }).click()
    await console_.page.keyboard.press('Control+Enter')
    await apply()
    expect(await console_.installed.admin.group({ key: 'pontiffs' })).toMatchObject({
      name: 'Pontiffs',
      type: 'college',
      entities: ['old'],
    })
    expect((await console_.installed.admin.grants({ subject: 'group:vestals' })).items).toMatchObject([{ role: 'augur' }])
  })
})

describe.skipIf(browserPath === undefined)('the list of groups', () => {
  const console_ = useConsole(more)

  it('is narrowed by filters that live in the address, and can be kept as a view', async () => {
    await console_.open('/groups?view=list&parent=tribes&sort=-name')
    await console_.page.getByRole('link', { name: 'Tribe 59' }).waitFor()
    const first = console_.page.locator('tbody tr').first()
    await first.getByText('Tribe 59').waitFor()
    await console_.page.getByRole('button', { name: 'Save this view' }).click()
    await console_.page.getByRole('textbox', { name: 'Name of the view' }).fill('Tribes')
    await console_.page.getByRole('button', { name: 'Save', exact: true }).click()
    await console_.page.goto(`${console_.url}/groups?view=list`)
    await console_.page.getByRole('navigation', { name: 'Groups' }).getByRole('link', { name: 'Tribes' }).click()
    await first.getByText('Tribe 59').waitFor()
  })

  it('changes type, tags and place of all that are chosen, and keeps the rest', async () => {
    await console_.open('/groups?view=list&parent=tribes')
    for (const name of ['Tribe 00', 'Tribe 01']) await console_.page.getByLabel(`Choose ${name}`, { exact: true }).check()
    await console_.page.getByRole('button', { name: /^Change…/ }).click()
    const form = console_.page.getByRole('group', { name: 'Change 2 groups' })
    await form.getByRole('radiogroup', { name: 'Type' }).getByText('Set').click()
    await form.getByRole('combobox', { name: 'Which type' }).selectOption('college')
    await form.getByRole('radiogroup', { name: 'Sits' }).getByText('Top level').click()
    await console_.page.getByRole('button', { name: /^Show the effect/ }).click()
    await console_.page.getByRole('button', { name: 'Apply 4 edits' }).click()
    await console_.page.getByText('4 edits applied.').waitFor()
    const changed = await console_.installed.admin.group({ key: 'tribe-00' })
    expect([changed.type, changed.parent, changed.active]).toEqual(['college', undefined, true])
  })
})
