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

  const addressesInParts = [0, 1, 2, 3].map((part) => addresses.filter((_, index) => index % 4 === part))

  it.each(addressesInParts)('are free of findings of axe and fit 360 pixels, in light and in dark: %s, %s, %s', async (...part) => {
    const { page } = console_
    const sees = async (address: string, width: number, colorScheme: 'light' | 'dark') => {
      await page.setViewportSize({ width, height: 860 })
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      expect([address, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([address, width])
      // What is too narrow for its words is so in both colours.
      if (colorScheme === 'dark' && width === 360) return
      expect([address, colorScheme, width, await console_.findings()]).toEqual([address, colorScheme, width, []])
    }
    await console_.open('/')
    for (const address of part) {
      await page.setViewportSize({ width: 1280, height: 860 })
      await console_.visit(address)
      await sees(address, 1280, 'light')
      await sees(address, 1280, 'dark')
      await sees(address, 360, 'dark')
      await sees(address, 360, 'light')
    }
  })

  it('are there in German, and from right to left nothing sticks out', async () => {
    await console_.open('/')
    await console_.page.evaluate(() => localStorage.setItem('curia-language', 'de'))
    await console_.page.reload()
    await console_.page.getByRole('link', { name: 'Überblick' }).waitFor()
    await console_.page.evaluate(() => {
      document.documentElement.dir = 'rtl'
    })
    for (const address of addresses) {
      await console_.visit(address)
      expect([address, await console_.page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([address, 1280])
    }
    await console_.page.getByRole('link', { name: 'Verlauf' }).waitFor()
  })
})
