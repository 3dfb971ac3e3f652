import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { adminKey } from '../doors/installation.ts'
import { browserPath, useConsole } from './console.ts'

describe.skipIf(browserPath === undefined)('the audit', () => {
  const console_ = useConsole([
    { kind: 'grant.create', subject: 'user:archelaus', permission: 'legion.view', resource: 'legion:4' },
    { kind: 'grant.create', subject: 'group:generals', permission: 'legion.view', resource: 'legion:4', effect: 'deny', reason: 'a feud' },
    { kind: 'permission.create', name: 'chat.export' },
    { kind: 'role.create', codename: 'scribe', label: 'Scribe', permissions: ['chat.export'] },
    { kind: 'role.create', codename: 'head', label: 'Head', includes: ['scribe'] },
    { kind: 'grant.create', subject: 'user:mars', permission: 'chat.export', until: '2099-05-01T00:00:00.000Z' },
    { kind: 'grant.create', subject: 'user:sulla', permission: 'chat.export', condition: 'context.network == "office"' },
    { kind: 'resource.create', resource: 'legion:the 4th, 100%' },
  ])
  const cell = (name: string, permission: string) =>
    console_.page.getByRole('button', { name: new RegExp(`^Why: ${name}, ${permission} on`) })

  it('shows everybody with a mark and a word for each cell, and says at which revision', async () => {
    await console_.open('/audit')
    await console_.page.getByRole('combobox', { name: 'What' }).fill('legion.v')
    await console_.page.getByRole('option', { name: /legion\.view/ }).click()
    await console_.page.getByRole('combobox', { name: 'On' }).fill('legion:4')
    await console_.page.getByRole('option', { name: /legion:4/ }).click()
    await cell('Sulla', 'legion.view').waitFor()
    expect(new URL(console_.page.url()).searchParams.get('what')).toBe('legion.view')
    const words = async (name: string) => (await cell(name, 'legion.view').textContent())?.trim()
    expect(await Promise.all(['Sulla', 'Mars', 'Archelaus', 'Marius', 'Quintus'].map(words))).toEqual(['via', 'via', 'yes', 'denied', 'no'])
    await console_.page.getByText(`answers at revision ${console_.installed.access.revision}`).waitFor()
  })

  it('tells why of every cell, by mouse and by keyboard', async () => {
    await console_.open('/audit?what=legion.view legion.change&on=legion:4')
    await cell('Marius', 'legion.view').click()
    const why = console_.page.getByRole('dialog', { name: /^Why: Marius/ })
    await why.getByText('Generals').first().waitFor()
    await why.getByText('Without the denial the answer would be yes.').waitFor()
    await console_.page.keyboard.press('Escape')
    await expect.poll(() => why.count()).toBe(0)
    await cell('Mars', 'legion.view').focus()
    await console_.page.keyboard.press('ArrowRight')
    await console_.page.keyboard.press('Enter')
    await console_.page
      .getByRole('dialog', { name: /^Why: Mars, legion\.change/ })
      .getByRole('link', { name: 'Open in Ask' })
      .waitFor()
  })

  it('asks roles beside people, and says of a cell until when and under which condition', async () => {
    const who = 'user:mars user:sulla role:scribe role:head'
    await console_.open(`/audit?who=${encodeURIComponent(who)}&what=chat.export`)
    await cell('Head', 'chat.export').waitFor()
    const words = async (name: string) => (await cell(name, 'chat.export').textContent())?.trim()
    expect(await Promise.all(['Mars', 'Sulla', 'Scribe', 'Head'].map(words))).toEqual(['until 1 May 2099', 'if', 'yes', 'via'])
    await cell('Sulla', 'chat.export').click()
    await console_.page.getByRole('dialog').getByText('context.network == "office"').last().waitFor()
    await console_.page.keyboard.press('Escape')
    await cell('Head', 'chat.export').click()
    await console_.page.getByRole('dialog').getByText('contains it through').waitFor()
    expect(await console_.findings()).toEqual([])
  })

  it('is had by an address that can be shared, and as JSON', async () => {
    await console_.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await console_.open(`/audit?who=user:mars&what=legion.view&on=${encodeURIComponent('legion:4 legion:the%204th,%20100%25')}`)
    await cell('Mars', 'legion.view').first().waitFor()
    await console_.page.getByRole('button', { name: /^Copy the address/ }).click()
    await console_.page.getByRole('button', { name: 'The address is copied' }).waitFor()
    const address = await console_.page.evaluate(() => navigator.clipboard.readText())
    const response = await fetch(address, { headers: { authorization: `Bearer ${adminKey}` } })
    const shared = await response.json()
    expect(shared).toMatchObject({ columns: [{ resource: 'legion:4' }, { resource: 'legion:the 4th, 100%' }], total: 1 })
    const waiting = console_.page.waitForEvent('download')
    await console_.page.getByRole('button', { name: 'JSON' }).click()
    const file = await (await waiting).path()
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ columns: shared.columns, rows: shared.rows })
  })

  it('is given out as CSV, whole', async () => {
    await console_.open('/audit?who=user:sulla group:consuls&what=legion.view&on=legion:4')
    await cell('Consuls', 'legion.view').waitFor()
    const waiting = console_.page.waitForEvent('download')
    await console_.page.getByRole('button', { name: 'CSV' }).click()
    const file = await (await waiting).path()
    expect(readFileSync(file, 'utf8')).toBe(
      'subject,name,legion.view on legion:4\r\ngroup:consuls,Consuls,yes (assignment)\r\nuser:sulla,Sulla,yes (assignment)\r\n',
    )
  })

  it('looks back: at a past revision the answers are those of then', async () => {
    await console_.open('/audit?who=user:archelaus&what=legion.view&on=legion:4')
    await cell('Archelaus', 'legion.view').getByText('yes').waitFor()
    await console_.page.getByRole('textbox', { name: 'As of revision' }).fill(String(console_.installed.access.revision - 1))
    await cell('Archelaus', 'legion.view').getByText('no').waitFor()
  })

  it('says what is wrong with a permission that fits nothing, and keeps the question', async () => {
    await console_.open('/audit?what=legion.fly&on=legion:4')
    await console_.page.getByRole('alert').getByText('legion.fly').waitFor()
  })
})
