import { describe, expect, it } from 'vitest'
import { browserPath, useConsole } from './console.ts'

describe.skipIf(browserPath === undefined)('roles and permissions', () => {
  const console_ = useConsole([
    { kind: 'permission.create', name: 'chat.file_upload', label: 'Upload files' },
    { kind: 'permission.create', name: 'chat.temporary_enforced', permissionKind: 'restriction' },
    { kind: 'permission.create', name: 'forum.post', origin: 'plugin:forum' },
    { kind: 'role.create', codename: 'scribe', label: 'Scribe', permissions: ['chat.file_upload'] },
    { kind: 'role.create', codename: 'legate', label: 'Legate', permissions: ['legion.view'], includes: ['scribe'] },
    { kind: 'grant.create', subject: 'group:consuls', role: 'legate' },
    { kind: 'grant.create', subject: 'user:quintus', role: 'scribe', resource: 'legion:4' },
  ])
  const apply = async () => {
    await console_.page.getByRole('button', { name: /^Apply/ }).click()
    await console_.page.getByRole('button', { name: /^Undo/ }).waitFor()
  }

  it('lists the roles with what they include and how many hold each', async () => {
    await console_.open('/roles')
    const row = console_.page.getByRole('row', { name: /Legate/ })
    await row.getByText('2 hold Legate: show who').or(row.getByText('3 hold Legate: show who')).waitFor()
    await row.getByText('Scribe').waitFor()
    await console_.page.keyboard.press('j')
    await console_.page.keyboard.press('Enter')
    await expect.poll(() => console_.page.url()).toContain('/roles/')
  })

  it('tells of a role what it gives, through which roles, and who holds it on what', async () => {
    await console_.open('/roles/legate')
    const upload = console_.page.getByRole('listitem').filter({ hasText: 'chat.file_upload' }).last()
    await upload.getByText('via').waitFor()
    await upload.getByRole('link', { name: /Scribe/ }).waitFor()
    await console_.page.getByRole('link', { name: /^Who holds it/ }).click()
    await console_.page.getByRole('link', { name: 'Sulla' }).waitFor()
    await console_.page.goto(`${console_.url}/roles/scribe?tab=holders&on=legion:4`)
    await console_.page.getByRole('link', { name: 'Quintus' }).waitFor()
  })

  it('makes a role by the keyboard alone, with its effect first', async () => {
    const { page } = console_
    await console_.open('/roles')
    await page.getByRole('row', { name: /Legate/ }).waitFor()
    await page.keyboard.press('n')
    await page.keyboard.type('Standard Bearer')
    expect(await page.getByRole('textbox', { name: 'Codename' }).inputValue()).toBe('standard-bearer')
    await page.getByRole('combobox', { name: 'Permissions' }).focus()
    await page.keyboard.type('legion.change')
    await page.getByRole('option', { name: 'legion.change' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('button', { name: /^Apply/ }).waitFor()
    expect(await page.getByRole('row', { name: /Standard Bearer/ }).count()).toBe(0)
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: 'Standard Bearer' }).waitFor()
    await page.getByRole('listitem').filter({ hasText: 'legion.change' }).first().waitFor()
  })

  it('shows who gains before a role that is held gives more', async () => {
    const { page } = console_
    await console_.open('/roles/legate')
    await page.getByRole('combobox', { name: 'Permissions' }).fill('legion.delete')
    await page.getByRole('option', { name: 'legion.delete' }).click()
    await page.getByRole('button', { name: /^Show the effect of 1 edit/ }).click()
    const effect = page.getByRole('complementary')
    await effect.getByText('Metellus').waitFor()
    expect(await may('metellus')).toBe(false)
    await apply()
    await expect.poll(() => may('metellus')).toBe(true)
  })
  const may = async (user: string) =>
    console_.installed.access.check({ subject: `user:${user}`, action: 'delete', resource: 'legion:4' }).allowed

  it('has a catalogue that tells what is not available, and finds actions by their name', async () => {
    const { page } = console_
    await console_.open('/roles?tab=catalogue')
    await page.getByRole('listitem').filter({ hasText: 'forum.post' }).getByText('not available').waitFor()
    await page.getByRole('listitem').filter({ hasText: 'chat.temporary_enforced' }).getByText('narrows').waitFor()
    await page.getByRole('searchbox', { name: /^Type, action or permission/ }).fill('legion.v')
    await page.getByRole('link', { name: /legion\.view/ }).click()
    await page.getByRole('heading', { name: 'legion.view' }).waitFor()
    await page.getByRole('link', { name: 'Metellus' }).waitFor()
  })

  it('switches what everybody has, with the effect first', async () => {
    const { page } = console_
    await console_.open('/roles?tab=everybody')
    await page.getByRole('switch', { name: 'Upload files' }).check()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('complementary').getByText('Everybody signed in gets').waitFor()
    await apply()
    const may = () => console_.installed.access.check({ subject: 'user:archelaus', action: 'chat.file_upload' }).allowed
    await expect.poll(may).toBe(true)
    expect(await page.getByRole('switch', { name: 'Upload files' }).isChecked()).toBe(true)
  })
})
