import { describe, expect, it } from 'vitest'
import { adminKey } from '../doors/installation.ts'
import { browserPath, useConsole } from './console.ts'

describe.skipIf(browserPath === undefined)('the gate of the console', () => {
  const console_ = useConsole()

  it('refuses a wrong key, and keeps a right one in this tab only', async () => {
    await console_.page.goto(console_.url)
    const enter = async (key: string) => {
      await console_.page.locator('input[type=password]').fill(key)
      await console_.page.getByRole('button', { name: 'Use this key' }).click()
    }
    await console_.page.getByText('API key', { exact: true }).click()
    await enter('wrong')
    await console_.page.getByRole('alert').filter({ hasText: 'API key that is valid' }).waitFor()
    await enter(adminKey)
    await console_.page.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(
      await console_.page.evaluate(() => [sessionStorage.getItem('curia-key') !== null, localStorage.length, document.cookie]),
    ).toEqual([true, 0, ''])
    await console_.page.getByRole('button', { name: /your access and sign-out/ }).click()
    await console_.page.getByRole('menuitem', { name: 'Forget the key' }).click()
    await console_.page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await console_.page.evaluate(() => sessionStorage.getItem('curia-key'))).toBe(null)
  })

  it('is free of findings of axe', async () => {
    await console_.page.goto(console_.url)
    await console_.page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await console_.findings()).toEqual([])
  })
})
