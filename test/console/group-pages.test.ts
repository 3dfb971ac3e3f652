import { describe, expect, it } from 'vitest'
import { browserPath, useConsole } from './console.ts'

/** Every address of the groups' pages, with a record behind it: half of them are looked at by each test, so that none takes long. */
const addresses = [
  '/groups?at=consuls',
  '/groups?q=gods+%2F+p',
  '/groups?adding=yes',
  '/groups?view=list',
  '/groups/consuls',
  '/groups/gods?tab=members&adding=yes',
  '/groups/gods?tab=members&member=user:mars',
  '/groups/consuls?tab=permissions',
  '/groups/consuls?tab=roles&giving=yes',
  '/groups/consuls?tab=resources',
  '/groups/consuls?tab=resources&assigning=yes',
  '/groups/consuls?tab=access',
  '/groups/consuls?tab=graph',
  '/groups/consuls?tab=history',
  '/groups/consuls?tab=export',
]

describe.skipIf(browserPath === undefined)('the pages of groups', () => {
  const console_ = useConsole([
    { kind: 'permission.create', name: 'chat.call', label: 'Make calls' },
    { kind: 'permission.create', name: 'chat.temporary_enforced', label: 'Only chats that vanish', permissionKind: 'restriction' },
    { kind: 'grant.create', subject: 'group:consuls', permission: 'chat.temporary_enforced' },
    { kind: 'grant.create', subject: 'authenticated', permission: 'chat.call' },
  ])
  const go = async (address: string) => {
    await console_.page.goto(`${console_.url}${address}`)
    await console_.page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' })
    await expect.poll(() => console_.page.locator('.bones').count(), { message: address }).toBe(0)
  }

  it.each([
    ['light', 0],
    ['light', 1],
    ['dark', 0],
    ['dark', 1],
  ] as const)('are free of findings of axe and fit 360 pixels, in %s, half %i', async (colorScheme, half) => {
    await console_.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await console_.open('/')
    for (const address of addresses.filter((_, index) => index % 2 === half)) {
      await console_.page.setViewportSize({ width: 1280, height: 860 })
      await go(address)
      expect([address, await console_.findings()]).toEqual([address, []])
      await console_.page.setViewportSize({ width: 360, height: 780 })
      expect([address, await console_.page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([address, 360])
      if (colorScheme === 'light') expect([address, await console_.findings()]).toEqual([address, []])
    }
  })

  it('are there in German, and from right to left nothing sticks out', async () => {
    await console_.open('/')
    await console_.page.evaluate(() => localStorage.setItem('curia-language', 'de'))
    for (const address of addresses) {
      await go(address)
      await console_.page.evaluate(() => {
        document.documentElement.dir = 'rtl'
      })
      expect([address, await console_.page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([address, 1280])
    }
    await console_.page.getByRole('link', { name: 'Verlauf' }).waitFor()
  })
})
