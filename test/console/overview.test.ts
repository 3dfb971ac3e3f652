import { describe, expect, it } from 'vitest'
import { managerKey } from '../doors/installation.ts'
import { browserPath, useConsole } from './console.ts'

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

describe.skipIf(browserPath === undefined)('the overview', () => {
  const console_ = useConsole([
    { kind: 'group.create', id: 'north', name: 'North' },
    { kind: 'group.create', id: 'south', name: 'South', parent: 'north' },
    { kind: 'member.add', group: 'south', member: 'user:mars', until: inDays(9) },
    { kind: 'member.add', group: 'north', member: 'user:sulla', until: inDays(50) },
    { kind: 'grant.create', subject: 'user:manager', role: 'manager', resource: 'group:south' },
    ...Array.from({ length: 205 }, (_, index) => ({
      kind: 'user.create' as const,
      id: `x${String(index).padStart(3, '0')}`,
      userName: `x${String(index).padStart(3, '0')}`,
    })),
    ...Array.from({ length: 60 }, (_, index) => ({
      kind: 'group.create' as const,
      name: `Unit ${String(index).padStart(2, '0')}`,
      parent: 'north',
    })),
  ])

  it('tells which memberships end soon and when, and leads to each', async () => {
    await console_.open('/')
    const { page } = console_
    const section = page.locator('.ending')
    await expect
      .poll(() => section.locator('li').allInnerTexts())
      .toEqual([expect.stringMatching(/mars\s*in\s*group\s*South[\s\S]*ends in 9 days/i)])
    await section.getByRole('link', { name: /ends in 9 days/ }).click()
    await expect.poll(() => new URL(page.url()).pathname).toBe('/groups/south')
    await page.locator('aside, .panel').getByText('Mars', { exact: false }).first().waitFor()
  })

  it('counts the groups without a manager, and leads to the list of just these', async () => {
    await console_.open('/')
    const { page } = console_
    const { total } = await console_.installed.admin.groups({ managed: false })
    await page.getByRole('link', { name: `all ${total}` }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('?view=list&managed=false')
    await page.getByRole('table').waitFor()
    await expect.poll(() => page.getByRole('status').first().innerText()).toContain(String(total))
    expect(await page.getByRole('link', { name: 'South', exact: true }).count()).toBe(0)
  })

  it('shows people by name a hundred at a time, found in an index of ranges', async () => {
    await console_.open('/')
    const { page } = console_
    const ranges = page.getByRole('navigation', { name: 'Ranges of names' })
    await expect.poll(() => ranges.getByRole('button').count()).toBe(3)
    await expect.poll(() => page.locator('.names > li').count()).toBe(100)
    await ranges.getByRole('button').nth(2).click()
    await expect.poll(() => page.locator('.names > li').last().innerText()).toMatch(/x204$/)
    expect(new URL(page.url()).searchParams.get('at')).toBe('200')
    await page.goBack()
    await expect.poll(() => page.locator('.names > li').count()).toBe(100)
    await page.getByRole('radiogroup', { name: 'By name' }).getByText('Groups').click()
    await expect.poll(() => page.locator('.names').innerText()).toContain('Unit 59')
    expect(await console_.findings()).toEqual([])
  })

  it('opens a branch of the tree, fifty groups and then more', async () => {
    await console_.open('/')
    const { page } = console_
    await page.getByRole('button', { name: 'Unfold North' }).click()
    await expect.poll(() => page.locator('.branches ul .branch').count()).toBe(50)
    await page.getByRole('button', { name: '11 more here' }).click()
    await expect.poll(() => page.locator('.branches ul .branch').count()).toBe(61)
  })

  it('shows the manager of one group only what is that group’s', async () => {
    await console_.open('/', managerKey)
    const { page } = console_
    await page.getByText('Every group has a manager.').waitFor()
    const section = page.locator('.ending')
    await expect.poll(() => section.locator('li').count()).toBe(1)
    expect(await page.getByRole('heading', { name: 'Last changes' }).count()).toBe(0)
  })
})
