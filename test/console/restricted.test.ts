import { describe, expect, it } from 'vitest'
import { managerKey } from '../doors/installation.ts'
import { browserPath, useConsole } from './console.ts'

/**
 * Somebody who keeps one person, one group and one resource, and nothing else: the user `manager` of the installation. Beside them stands the
 * administrator, who may do everything.
 */
describe.skipIf(browserPath === undefined)('an administrator of a part', () => {
  const console_ = useConsole([
    {
      kind: 'role.create',
      codename: 'reader',
      permissions: ['user.view', 'group.view', 'role.view', 'resource.view', 'resource-type.view'],
    },
    { kind: 'role.create', codename: 'keeper', permissions: ['user.edit', 'api-key.view', 'api-key.create'] },
    {
      kind: 'role.create',
      codename: 'warden',
      permissions: ['grant.view', 'grant.create', 'grant.delete', 'resource.edit', 'resource.create', 'legion.view'],
    },
    { kind: 'grant.create', subject: 'user:manager', role: 'reader' },
    { kind: 'grant.create', subject: 'user:manager', role: 'keeper', resource: 'user:sulla' },
    { kind: 'grant.create', subject: 'user:manager', role: 'warden', resource: 'legion:4' },
    { kind: 'grant.create', subject: 'user:manager', role: 'manager', resource: 'group:greeks' },
    { kind: 'resource.create', resource: 'legion:9' },
    { kind: 'role.create', codename: 'legate', label: 'Legate', permissions: ['legion.view'] },
    { kind: 'grant.create', subject: 'user:mars', role: 'legate', resource: 'legion:4' },
    { kind: 'grant.create', subject: 'user:mars', role: 'legate', resource: 'legion:9' },
    { kind: 'member.add', group: 'greeks', member: 'user:sulla' },
  ])
  const buttons = async () =>
    (await console_.page.locator('.head .acts').getByRole('button').allInnerTexts()).map((text) => text.split('\n')[0]?.trim())
  const tabs = async () => console_.page.locator('.tabs a').allInnerTexts()
  const settled = async (address: string) => {
    await console_.go(address)
    await expect.poll(() => console_.page.locator('.app').getAttribute('data-at')).toBe(address)
    await expect.poll(() => console_.page.locator('.bones').count()).toBe(0)
  }

  it('finds the acts at the records that are theirs, and at no other', async () => {
    await console_.open('/people/sulla', managerKey)
    await expect.poll(tabs).toEqual(['Profile', 'API keys', 'Leaving'])
    await console_.page.getByRole('textbox', { name: 'Name that is shown' }).waitFor()
    expect(await console_.page.getByRole('textbox', { name: 'Name that is shown' }).isEditable()).toBe(true)
    await settled('/people/mars')
    await expect.poll(tabs).toEqual(['Profile'])
    expect(await console_.page.getByRole('textbox', { name: 'Name that is shown' }).count()).toBe(0)
    expect(await console_.findings()).toEqual([])
  })

  it('changes what is theirs, with the effect first', async () => {
    await console_.open('/people/sulla', managerKey)
    const { page } = console_
    await page.getByRole('textbox', { name: 'Name that is shown' }).fill('Sulla Felix')
    await page.getByRole('button', { name: /^Show the effect/ }).click()
    await page.getByRole('button', { name: /^Apply/ }).click()
    await expect.poll(() => console_.installed.access.record('user', 'sulla')?.displayName).toBe('Sulla Felix')
  })

  it('gives and takes on a resource of theirs only', async () => {
    await console_.open('/resources/legion%3A4', managerKey)
    await expect.poll(buttons).toEqual(['Block from above', 'New below', 'Deny', 'Grant'])
    const takeAway = console_.page.getByRole('button', { name: /^Take away/ })
    await expect.poll(() => takeAway.count()).toBeGreaterThan(0)
    await settled('/resources/legion%3A9')
    await console_.page.getByRole('heading', { name: 'legion:9' }).waitFor()
    expect(await buttons()).toEqual([])
    expect(await takeAway.count()).toBe(0)
  })

  it('sees of a role where it is given on what is theirs, and takes it away there', async () => {
    await console_.open('/roles/legate?tab=given', managerKey)
    await expect.poll(() => console_.page.locator('.lines > li').allInnerTexts()).toEqual([expect.stringContaining('legion:4')])
    await console_.page.getByRole('button', { name: /^Take away/ }).click()
    await console_.page.getByRole('button', { name: /^Apply/ }).click()
    await expect
      .poll(() =>
        console_.installed.access
          .records('grant')
          .filter(({ role }) => role === 'legate')
          .map(({ resource }) => resource),
      )
      .toEqual(['legion:9'])
    expect(await buttons()).toEqual([])
  })

  it('is no narrower for the administrator, who has every act everywhere', async () => {
    await console_.open('/people/mars')
    await expect.poll(tabs).toContain('Leaving')
    await settled('/resources/legion%3A9')
    await expect.poll(buttons).toContain('Grant')
    await settled('/roles/legate')
    await expect.poll(buttons).toContain('Delete')
  })
})
