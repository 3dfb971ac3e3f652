import { describe, expect, it } from 'vitest'
import { openInstallation } from '../../src/assemble.ts'
import { createHandler } from '../../src/server/index.ts'
import { browserPath, useConsoleOf } from './console.ts'

describe.skipIf(browserPath === undefined)('a new installation', () => {
  const console_ = useConsoleOf(async () => {
    const { access, authenticate, signIn, newClaim } = await openInstallation({ store: 'memory:' })
    return { access, newClaim, handler: createHandler({ access, authenticate, signIn, version: '0.0.0' }) }
  })

  it('is claimed by the link of its first start, and begins with the demo, whose plan is read first', async () => {
    const { page, installed, url } = console_
    await page.goto(`${url}/claim#${installed.newClaim}`)
    await page.getByLabel('User name').fill('livia')
    await page.getByLabel('Password').fill('arma virumque cano, Troiae')
    expect(await console_.findings()).toEqual([])
    // The token is in no address that could be sent on.
    expect(page.url()).toBe(`${url}/claim`)
    await page.getByRole('button', { name: 'Become the administrator' }).click()

    await page.getByRole('heading', { name: 'Where do you want to begin?' }).waitFor()
    await page.getByRole('button', { name: 'Show the plan of the demo' }).click()
    await page.getByRole('heading', { name: 'The plan' }).waitFor()
    expect(installed.access.records('user')).toHaveLength(1)
    expect(await console_.findings()).toEqual([])
    await page.getByRole('button', { name: /^Import \d+ records/ }).click()
    await page.getByText(/edits applied/).waitFor()
    expect(installed.access.as('system:test').records('user').length).toBeGreaterThan(20)
    await page.getByRole('link', { name: 'Company' }).first().waitFor()
  })
})
