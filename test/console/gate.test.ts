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

  it('lets people in by their password, and when their session ends nothing of their work is lost', async () => {
    const password = 'alea iacta est, Rubicon'
    const { page, installed } = console_
    await installed.admin.setPassword({ key: 'mars', password })
    await installed.access.write([{ kind: 'grant.create', subject: 'user:mars', role: 'administrator' }])
    const signIn = async (inside = page.locator('body'), given = password) => {
      await inside.getByLabel('User name or e-mail address').fill('mars')
      await inside.getByLabel('Password', { exact: true }).last().fill(given)
      await inside.getByRole('button', { name: 'Sign in' }).click()
    }
    await page.goto(`${console_.url}/people/sulla`)
    await signIn()
    await page.getByLabel('First name').fill('Lucius')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Nobody gains or loses').waitFor()
    expect(await page.evaluate(() => [sessionStorage.getItem('curia-key'), document.cookie])).toEqual([null, ''])

    await installed.admin.endSessions({ user: 'mars' })
    await page.keyboard.press('Control+Enter')
    const over = page.getByRole('dialog', { name: 'Sign in' })
    await over.getByText('nothing of what you were doing is lost').waitFor()
    await signIn(over, 'no password of his')
    await over.getByRole('alert').waitFor()
    await signIn(over)
    await over.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Apply 1 edit' }).click()
    await page.getByText('1 edit applied.').waitFor()
    expect((await installed.admin.user({ key: 'sulla' })).firstName).toBe('Lucius')

    await page.getByRole('button', { name: /your access and sign-out/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect((await installed.admin.sessions({ user: 'mars' })).total).toBe(0)
  })

  it('is free of findings of axe', async () => {
    await console_.page.goto(console_.url)
    await console_.page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await console_.findings()).toEqual([])
  })
})
