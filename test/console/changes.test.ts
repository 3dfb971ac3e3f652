import { describe, expect, it } from 'vitest'
import { browserPath, useConsole } from './console.ts'

describe.skipIf(browserPath === undefined)('a change in the console', () => {
  const folders = 2050
  const console_ = useConsole([
    { kind: 'user.create', id: 'livia', userName: 'livia', displayName: 'Livia' },
    { kind: 'resource-type.create', name: 'folder', actions: ['view'] },
    { kind: 'role.create', codename: 'reader', permissions: ['folder.view'] },
    { kind: 'group.create', id: 'archive', name: 'Archive' },
    { kind: 'grant.create', subject: 'group:archive', role: 'reader' },
    ...Array.from({ length: folders }, (_, number) => ({ kind: 'resource.create', resource: `folder:${number}` }) as const),
  ])
  const may = (id: string) => console_.installed.access.check({ subject: `user:${id}`, action: 'view', resource: 'legion:4' }).allowed
  const effect = () => console_.page.getByRole('complementary', { name: /^Effect/ })

  it('is written into the finder, shown with its effect and its way, applied with a reason, and taken back, by keyboard alone', async () => {
    await console_.open('/')
    await console_.page.getByRole('heading', { name: 'Overview' }).waitFor()
    await console_.page.keyboard.press('Control+k')
    await console_.page.keyboard.type('add archelaus to consuls')
    await console_.page.getByRole('option', { name: /Add Archelaus to Consuls/ }).waitFor()
    await console_.page.keyboard.press('Enter')
    await effect().getByText('legion.change').waitFor()
    expect(await effect().getByRole('status').first().textContent()).toBe('1 person gains')
    expect(await effect().textContent()).toMatch(/Archelaus.*gains 2 actions.*legion\.change, legion\.view.*legion:4.*Consuls.*is assigned/)
    expect(may('archelaus')).toBe(false)

    await console_.page.keyboard.type('a new consul')
    await console_.page.keyboard.press('Control+Enter')
    await console_.page.getByText('1 edit applied.').waitFor()
    expect(may('archelaus')).toBe(true)
    const { items } = await console_.installed.admin.journal({ limit: 1 })
    expect(items[0]).toMatchObject({ reason: 'a new consul', changes: [{ kind: 'member.add' }] })

    await console_.page.keyboard.press('Control+z')
    await effect().getByText('loses 2 actions').waitFor()
    await console_.page.keyboard.press('Control+Enter')
    await expect.poll(() => may('archelaus')).toBe(false)
  })

  it('can be discarded, and nothing is written', async () => {
    const before = console_.installed.state()
    await console_.open('/people/archelaus')
    await console_.page.keyboard.press('a')
    await console_.page.getByRole('combobox', { name: 'Which groups' }).fill('cons')
    await console_.page.getByRole('option', { name: /^Consuls/ }).click()
    await console_.page.getByRole('button', { name: /^Show the effect/ }).click()
    await effect().getByText('legion.change').waitFor()
    await console_.page.getByRole('button', { name: 'Discard', exact: false }).last().click()
    expect(await effect().count()).toBe(0)
    expect(console_.installed.state()).toBe(before)
  })

  it('that reaches more than is listed is counted by action, with a sample that says so and a way to all of it', async () => {
    await console_.open('/')
    await console_.page.keyboard.press('Control+k')
    await console_.page.keyboard.type('add livia to archive')
    await console_.page.getByRole('option', { name: /Add Livia to Archive/ }).waitFor()
    await console_.page.keyboard.press('Enter')
    await effect()
      .getByText(/^A sample of 2,051: 2,000 are listed/)
      .waitFor()
    const rows = effect().getByRole('table', { name: 'By action and type' }).getByRole('row')
    expect(await rows.allTextContents()).toEqual([
      expect.stringMatching(/folder\.view on folder.*2,050/),
      expect.stringMatching(/on tenant.*1/),
    ])
    await effect().getByRole('button', { name: 'Show all 2,051' }).click()
    await effect().getByRole('table', { name: 'By action and type' }).waitFor({ state: 'detached' })
    expect(
      await effect()
        .getByText(/sample/)
        .count(),
    ).toBe(0)
    await effect().getByText('gains 2,051 actions').waitFor()
    await console_.page.keyboard.press('Escape')
  })

  it('of a record that somebody else changed meanwhile shows both versions, and keeps the draft', async () => {
    await console_.open('/people/livia')
    await console_.page.getByLabel('Name that is shown').fill('Livia Drusilla')
    await console_.page.keyboard.press('Control+Enter')
    await effect().getByText('Nobody gains or loses').waitFor()
    await console_.installed.admin.updateUser({ key: 'livia', displayName: 'Livia Augusta' })
    await console_.page.keyboard.press('Control+Enter')
    await effect().getByText('Livia Augusta').first().waitFor()
    expect(await effect().getByRole('radio').count()).toBe(2)
    await effect().getByRole('button', { name: 'Keep mine' }).click()
    await expect
      .poll(() =>
        effect()
          .getByRole('button', { name: /^Apply/ })
          .isEnabled(),
      )
      .toBe(true)
    await effect()
      .getByRole('button', { name: /^Apply/ })
      .click()
    await console_.page.getByText('1 edit applied.').waitFor()
    expect((await console_.installed.admin.user({ key: 'livia' })).displayName).toBe('Livia Drusilla')
  })

  it('goes on by itself when somebody else wrote something that does not touch it', async () => {
    await console_.open('/people/livia')
    await console_.page.getByLabel('First name').fill('Livia')
    await console_.page.keyboard.press('Control+Enter')
    await effect().getByText('Nobody gains or loses').waitFor()
    await console_.installed.admin.createUser({ id: 'somebody', userName: 'somebody' })
    await console_.page.keyboard.press('Control+Enter')
    await console_.page.getByText('1 edit applied.').waitFor()
    expect((await console_.installed.admin.user({ key: 'livia' })).firstName).toBe('Livia')
  })

  it('that somebody else made is seen without asking', async () => {
    await console_.open('/people')
    await console_.page.getByText('Metellus').first().waitFor()
    await console_.installed.admin.createUser({ id: 'agrippa', userName: 'agrippa', displayName: 'Agrippa' })
    await console_.page.getByRole('link', { name: /Agrippa/ }).waitFor()
  })
})
