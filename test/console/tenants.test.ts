import { describe, expect, it } from 'vitest'
import { browserPath, useConsole } from './console.ts'

const password = 'seven hills beside a river'

describe.skipIf(browserPath === undefined)('tenants in the console', () => {
  const console_ = useConsole([{ kind: 'tenant.create', id: 'old', name: 'The old one' }])
  const effect = () => console_.page.getByRole('complementary', { name: /^Effect/ })

  it('are made with an address that is shown once; who opens it comes in, and sees which tenant it is', async () => {
    const { page, installed } = console_
    await console_.open('/settings?tab=tenants')
    await page.getByRole('button', { name: 'New tenant' }).click()
    await page.getByLabel('Id').fill('acme')
    await page.getByLabel('Name').fill('Acme Ltd')
    await page.getByRole('button', { name: 'Make the tenant' }).click()
    const address = (await page.locator('.secret code').textContent()) ?? ''
    expect(address).toMatch(/\/t\/acme\/claim#\S{43}$/)
    await page.getByRole('button', { name: 'I have it' }).click()
    expect(await page.getByText(address).count()).toBe(0)
    expect(await installed.admin.tenant({ key: 'acme' })).toMatchObject({ name: 'Acme Ltd' })

    await page.goto(address)
    await page.getByLabel('User name').fill('ann')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Become the administrator' }).click()
    await page.locator('.rail .tenant', { hasText: 'Acme Ltd' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/t/acme/')

    // Links, the list of people, an edit and the way back stay in the tenant.
    await page.locator('.rail a[href="/t/acme/people"]').click()
    await page.getByRole('link', { name: 'ann' }).first().click()
    await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/t\/acme\/people\/\S+$/)
    await page.goBack()
    await expect.poll(() => new URL(page.url()).pathname).toBe('/t/acme/people')
    await page.reload()
    await page.getByRole('link', { name: 'ann' }).first().waitFor()
    await page.locator('.rail a[href="/t/acme/settings"]').click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    expect(await page.getByRole('link', { name: 'Tenants' }).count()).toBe(0)

    // Main knows nothing of her, and she is still in when she comes back.
    await page.goto(`${console_.url}/t/old/`)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.locator('.gate .tag').textContent()).toBe('old')
    await page.goto(`${console_.url}/t/acme/me`)
    await page.locator('.rail .tenant', { hasText: 'Acme Ltd' }).waitFor()
  })

  it('let nobody in with the key of another', async () => {
    const { page } = console_
    await console_.open('/')
    const key = (await page.evaluate(() => sessionStorage.getItem('curia-key'))) ?? ''
    await page.goto(`${console_.url}/t/old/people`)
    await page.getByRole('radio', { name: 'API key' }).check({ force: true })
    await page.locator('.gate input[type=password]').fill(key)
    await page.getByRole('button', { name: 'Use this key' }).click()
    await page.getByText('This key opens nothing in this tenant.').waitFor()
  })

  it('are renamed and switched off with the effect first, and deleted by who says the id again', async () => {
    const { page, installed } = console_
    await console_.open('/settings?tab=tenants')
    const line = page.getByRole('listitem').filter({ hasText: 'old' })
    await line.getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('Name').fill('Elder')
    await page.getByRole('button', { name: 'Show the effect' }).click()
    await effect().getByRole('button', { name: 'Apply 1 edit' }).click()
    await page.getByText('1 edit applied.').waitFor()
    expect((await installed.admin.tenant({ key: 'old' })).name).toBe('Elder')

    await line.getByRole('button', { name: 'Switch off' }).click()
    await effect().getByRole('button', { name: 'Apply 1 edit' }).click()
    await line.getByText('switched off').waitFor()
    expect(await line.getByRole('link', { name: 'Enter Elder' }).count()).toBe(0)

    await line.getByRole('button', { name: 'Delete' }).click()
    const show = page.getByRole('button', { name: 'Show the effect' })
    expect(await show.isDisabled()).toBe(true)
    await page.getByLabel('Say its id again: old').fill('old')
    await show.click()
    await effect().getByText('the tenant old is deleted, with everything in it').waitFor()
    await effect().getByRole('button', { name: 'Apply 1 edit' }).click()
    // The edit before said that it was applied, and may still be saying so.
    await expect.poll(() => line.count()).toBe(0)
    await page.getByText('1 edit applied.').waitFor()
    // What does not come back is not offered to.
    expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0)
  })
})
