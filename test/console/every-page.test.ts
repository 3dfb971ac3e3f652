import { describe, expect, it } from 'vitest'
import { lowKey } from '../doors/installation.ts'
import { browserPath, useConsole } from './console.ts'

/** Every address that a route answers, with a record behind it. A new page gets its line. */
const addresses = [
  '/',
  '/people',
  '/people?adding=yes',
  '/people/sulla',
  '/people/sulla?tab=groups',
  '/people/sulla?tab=permissions',
  '/people/sulla?tab=access',
  '/people/sulla?tab=keys',
  '/people/sulla?tab=history',
  '/people/sulla?tab=leaving',
  '/ask?subject=user:quintus&action=delete&resource=legion:4',
  '/ask?view=who&action=view&resource=legion:4',
  '/ask?view=what&subject=user:sulla',
  '/ask?view=compare&one=user:sulla&other=user:mars&resource=legion:4',
  '/roles',
  '/roles?adding=yes',
  '/roles?tab=catalogue&q=legion.v',
  '/roles?tab=everybody',
  '/roles/scribe',
  '/roles/manager',
  '/roles/scribe?tab=holders',
  '/roles/scribe?tab=given',
  '/roles/scribe?tab=history',
  '/permissions/legion.view',
  '/permissions/chat.upload',
  '/resources',
  '/resources?adding=yes',
  '/resources?view=tree',
  '/resources/legion%3A4',
  '/resources/legion%3A4?giving=deny',
  '/resources/legion%3A4?tab=who',
  '/resources/legion%3A4?tab=below',
  '/resources/legion%3A4?tab=general',
  '/resources/legion%3A4?tab=history',
  '/resources/legion%3A9',
  '/resources/cohort%3Aone',
  '/audit',
  '/audit?what=legion.view legion.change&on=legion:4',
  '/journal',
  '/journal?open=1',
  '/me',
  '/service-accounts/robot',
  '/settings',
  '/settings?tab=policy',
  '/settings?tab=types',
  '/settings?tab=domains',
  '/settings?tab=keys',
  '/settings?tab=sessions',
  '/settings?tab=tenants',
  '/settings?tab=transfer',
]

/** So many pages are looked at in one test, so that none takes long. */
const portion = 16
const portions = Array.from({ length: Math.ceil(addresses.length / portion) }, (_, at) => addresses.slice(at * portion, (at + 1) * portion))
const looks = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 360 },
] as const

describe.skipIf(browserPath === undefined)('every page of the console', () => {
  const console_ = useConsole([
    { kind: 'tenant.create', id: 'carthage', name: 'Carthage', description: 'Across the sea' },
    { kind: 'service.create', id: 'robot', name: 'Robot' },
    { kind: 'group.create', id: 'rome', name: 'Rome', type: 'domain' },
    { kind: 'permission.create', name: 'chat.upload', label: 'Upload files', permissionKind: 'restriction' },
    { kind: 'role.create', codename: 'scribe', label: 'Scribe', permissions: ['chat.upload'], includes: ['manager'] },
    { kind: 'grant.create', subject: 'group:consuls', role: 'scribe', until: '2099-01-01T00:00:00.000Z', reason: 'they write' },
    { kind: 'resource-type.create', name: 'cohort', actions: ['view'], parentTypes: ['legion'] },
    { kind: 'resource.create', resource: 'cohort:one', parent: 'legion:4', inherits: false, owner: 'user:mars' },
    { kind: 'grant.create', subject: 'everyone', permission: 'legion.view', resource: 'legion:4', effect: 'deny', reason: 'a siege' },
    { kind: 'group-type.create', codename: 'college', label: 'College', standings: ['manager'] },
  ])

  it.each(portions.map((part) => ({ part, first: part[0] })))(
    'is free of findings of axe and fits the window, in light at 1280 pixels and in dark at 360, from $first',
    async ({ part }) => {
      await console_.open('/')
      for (const [index, address] of part.entries()) {
        // One page is opened wide and made narrow, the next is opened narrow and made wide.
        for (const { colorScheme, width } of index % 2 === 0 ? looks : looks.toReversed()) {
          await console_.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          await console_.page.setViewportSize({ width, height: 860 })
          await console_.visit(address)
          expect([address, await console_.findings()]).toEqual([address, []])
          expect([address, await console_.page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([address, width])
        }
      }
    },
  )

  it.each(portions.map((part) => ({ part, first: part[0] })))(
    'is there in German, and when it is written from right to left nothing sticks out, from $first',
    async ({ part }) => {
      await console_.open('/')
      await console_.page.evaluate(() => localStorage.setItem('curia-language', 'de'))
      await console_.page.reload()
      await console_.page.getByRole('link', { name: 'Überblick' }).waitFor()
      await console_.page.evaluate(() => {
        document.documentElement.dir = 'rtl'
      })
      for (const address of part) {
        await console_.visit(address)
        expect(await console_.page.evaluate(() => document.documentElement.lang)).toBe('de')
        expect([address, await console_.page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([address, 1280])
      }
    },
  )

  it('shows nobody what they may not see', async () => {
    await console_.open('/', lowKey)
    await console_.page.getByRole('heading', { name: 'Overview' }).waitFor()
    const rail = console_.page.getByRole('navigation', { name: 'Console' })
    expect(await rail.getByRole('link', { name: 'Journal' }).count()).toBe(0)
    expect(await rail.getByRole('link', { name: 'Audit' }).count()).toBe(0)
    await console_.page.goto(`${console_.url}/people/sulla`)
    await console_.page.getByText('There is no page at this address, or you may not see it.').waitFor()
    await console_.page.goto(`${console_.url}/me`)
    await console_.page.getByRole('heading', { name: 'My access' }).waitFor()
  })

  it('loads nothing from elsewhere', async () => {
    const asked: string[] = []
    console_.page.on('request', (request) => asked.push(new URL(request.url()).origin))
    await console_.open('/people')
    await console_.page.getByRole('link', { name: /Metellus/ }).waitFor()
    expect([...new Set(asked)]).toEqual([console_.url])
  })

  it('lists its keys, and single letters can be turned off', async () => {
    await console_.open('/people')
    await console_.page.getByRole('link', { name: /Metellus/ }).waitFor()
    await console_.page.keyboard.press('?')
    const keys = console_.page.getByRole('dialog', { name: 'Keys of this page' })
    await keys.getByText('find or do anything').waitFor()
    await keys.getByLabel('Single letters are keys').uncheck()
    await console_.page.keyboard.press('Escape')
    await console_.page.keyboard.press('n')
    expect(await console_.page.getByRole('complementary').count()).toBe(0)
  })
})
