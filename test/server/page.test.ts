import { describe, expect, it } from 'vitest'
import { browserPath, useConsole } from '../console/console.ts'

describe.skipIf(browserPath === undefined)('the page that tells the API', () => {
  const served = useConsole()

  it('has a card for every endpoint, no findings of axe, and fits 360 pixels', async () => {
    await served.page.goto(`${served.url}/docs`)
    await served.page.getByRole('heading', { name: 'POST /api/v1/check', exact: true }).waitFor()
    expect(await served.page.locator('section.card').count()).toBeGreaterThan(100)
    expect(await served.findings()).toEqual([])
    await served.page.setViewportSize({ width: 360, height: 800 })
    expect(await served.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  })
})
