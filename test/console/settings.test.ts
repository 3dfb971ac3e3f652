import { describe, expect, it } from 'vitest'
import { browserPath, useConsole } from './console.ts'

describe.skipIf(browserPath === undefined)('the settings', () => {
  const console_ = useConsole()
  const effect = () => console_.page.getByRole('complementary', { name: /^Effect/ })

  it('import a file after its plan was read, and nothing while a line is refused', async () => {
    const { page, installed } = console_
    await console_.open('/settings?tab=transfer')
    const give = (text: string) =>
      page.locator('input[multiple]').setInputFiles([{ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) }])
    await give('id,user_name\nlivia,livia\nsecond,sulla\n')
    await page.getByText('1 refused').waitFor()
    expect(await page.getByRole('button', { name: /^Import/ }).isDisabled()).toBe(true)
    await give('id,user_name\nlivia,livia\nsulla,sulla\n')
    await page.getByRole('button', { name: 'Import 1 record' }).click()
    await page.getByText('1 edit applied.').waitFor()
    expect((await installed.admin.user({ key: 'livia' })).userName).toBe('livia')
  })

  it('change the policy of assignments, with the effect first', async () => {
    const { page, installed } = console_
    await console_.open('/settings?tab=policy')
    await page.getByRole('group', { name: 'Groups below' }).getByLabel('view').check()
    await page.keyboard.press('Control+Enter')
    await effect().getByRole('button', { name: 'Apply 1 edit' }).click()
    await page.getByText('1 edit applied.').waitFor()
    expect((await installed.admin.settings()).policy.descendants).toEqual(['view'])
  })

  it('make a group type with its standings', async () => {
    const { page, installed } = console_
    await console_.open('/settings?tab=types')
    await page.getByRole('button', { name: 'New group type' }).click()
    await page.getByLabel('Codename').fill('college')
    await page.getByRole('combobox', { name: 'Standings' }).fill('manag')
    await page.getByRole('option', { name: /Manager of groups/ }).click()
    await page.getByRole('button', { name: 'Show the effect' }).click()
    await effect().getByRole('button', { name: 'Apply 1 edit' }).click()
    await page.getByText('1 edit applied.').waitFor()
    expect(await installed.admin.groupType({ key: 'college' })).toMatchObject({ label: 'college', standings: ['manager'] })
  })

  it('make an API key whose secret is shown once', async () => {
    const { page, installed } = console_
    await console_.open('/me')
    await page.getByRole('button', { name: 'New API key' }).click()
    await page.getByLabel('Name').fill('nightly report')
    await page.getByRole('button', { name: 'Make the key' }).click()
    const secret = (await page.locator('.secret code').textContent()) ?? ''
    expect((await installed.as(secret).me()).actor).toBe((await installed.admin.me()).actor)
    await page.getByRole('button', { name: 'I have it' }).click()
    expect(await page.getByText(secret).count()).toBe(0)
  })
})
