import { describe, expect, it } from 'vitest'
import { browserPath, useConsole } from '../console/console.ts'
import { lowKey } from '../doors/installation.ts'

const world = [
  { kind: 'group-type.create', codename: 'college', label: 'College' },
  { kind: 'group-entity.create', codename: 'old', label: 'Old' },
  { kind: 'group.update', id: 'consuls', description: 'Two at a time', comment: 'since 509', type: 'college', entities: ['old'] },
  { kind: 'group.create', id: 'acme', name: 'Acme', type: 'domain', contact: 'ceo@acme.example' },
  { kind: 'user.update', id: 'sulla', emails: ['sulla@example.org'], description: 'Felix', page: 'https://example.org/sulla' },
  { kind: 'member.add', group: 'acme', member: 'user:sulla' },
  { kind: 'permission.create', name: 'forum.post', label: 'Write', description: 'to write into the forum', origin: 'plugin:forum' },
  { kind: 'permission.create', name: 'forum.read', label: 'Read' },
  { kind: 'permission.create', name: 'forum.own', label: 'Keep', description: 'what is one’s own', check: { name: 'own' } },
  { kind: 'role.create', codename: 'scribe', label: 'Scribe', description: 'who writes', permissions: ['forum.own'] },
  { kind: 'role.create', codename: 'legate', label: 'Legate', permissions: ['legion.view'] },
  { kind: 'member.update', group: 'consuls', member: 'user:sulla', roles: ['legate'] },
  { kind: 'grant.create', subject: 'user:sulla', role: 'scribe' },
  { kind: 'grant.create', subject: 'user:sulla', permission: 'forum.read' },
  { kind: 'grant.create', subject: 'group:consuls', permission: 'legion.change' },
  { kind: 'grant.create', subject: 'group:consuls', role: 'legate' },
  { kind: 'user.create', id: 'crassus', userName: 'crassus', displayName: 'Crassus' },
  { kind: 'member.add', group: 'greeks', member: 'user:crassus' },
  { kind: 'group.create', id: 'tribunes', name: 'Tribunes', parent: 'greeks' },
  { kind: 'member.add', group: 'tribunes', member: 'user:crassus' },
  { kind: 'role.create', codename: 'augur', label: 'Augur', permissions: [] },
] as const

describe.skipIf(browserPath === undefined)('the pages of the originals, in the console', () => {
  const console_ = useConsole(world)
  const effect = () => console_.page.getByRole('complementary', { name: /^Effect of/ })
  const button = (name: string | RegExp) => console_.page.getByRole('button', { name })
  const link = (name: string | RegExp) => console_.page.getByRole('link', { name })
  const heading = (name: string) => console_.page.getByRole('heading', { level: 1, name })
  const missing = () => console_.page.getByText('There is no page at this address, or you may not see it.')
  const line = (text: string) => console_.page.getByRole('listitem').filter({ hasText: text })
  /** Reads the effect, which is shown before anything is written, and then writes it. */
  const apply = async () => {
    const { revision } = console_.installed.access
    await effect()
      .getByText(/gain|lose/)
      .first()
      .waitFor()
    expect(console_.installed.access.revision).toBe(revision)
    await effect()
      .getByRole('button', { name: /^Apply/ })
      .click()
    await console_.page.getByText(/edits? applied\./).waitFor()
    await button('Close this notice').click()
  }
  const choose = async (field: string, typed: string, option: RegExp) => {
    await console_.page.getByRole('combobox', { name: field }).fill(typed)
    await console_.page.getByRole('option', { name: option }).click()
  }

  it('GW-086 the menu leads to people, groups, roles and permissions, domains and API keys, and shows who is signed in', async () => {
    await console_.open('/')
    const menu = console_.page.getByRole('navigation', { name: 'Console' })
    for (const name of ['People', 'Groups', 'Roles & permissions', 'Settings']) {
      await menu.getByRole('link', { name }).click()
      await expect.poll(() => menu.locator('[aria-current]').textContent()).toContain(name)
    }
    for (const name of ['Domains', 'API keys']) await console_.page.getByRole('main').getByRole('link', { name }).waitFor()
    await menu.getByRole('button', { name: /your access and sign-out/ }).waitFor()
    await console_.page.evaluate(() => sessionStorage.clear())
  })

  it('GW-087 the list of people has names, addresses, groups and status, is sorted and searched, and offers new people to those who may', async () => {
    const rows = () => console_.page.locator('tbody tr[data-index]')
    await console_.open('/people')
    const sulla = rows().filter({ hasText: 'Sulla' })
    await sulla.getByText('Acme').waitFor()
    await sulla.getByText('active', { exact: true }).waitFor()
    expect(await sulla.getByRole('link', { name: 'sulla@example.org' }).getAttribute('href')).toBe('mailto:sulla@example.org')
    await button('Name').click()
    await console_.page.locator('th[aria-sort=ascending]').waitFor()
    await button('Name').click()
    await expect.poll(() => rows().first().textContent()).toContain('Sulla')
    await console_.page.getByRole('searchbox', { name: /^Search people/ }).fill('crass')
    await expect.poll(() => rows().count()).toBe(1)
    await button(/^Add people/).waitFor()
  })

  it('GW-088 the page of a person has all fields, groups, roles, permissions with the ways by which they come, and keys', async () => {
    await console_.open('/people/sulla')
    await heading('Sulla').waitFor()
    for (const [label, value] of [
      ['User name', 'sulla'],
      ['E-mail addresses', 'sulla@example.org'],
      ['Description', 'Felix'],
      ['Page', 'https://example.org/sulla'],
      ['Status', 'active'],
    ] as const)
      expect([
        label,
        await console_.page
          .getByLabel(label, { exact: true })
          .or(console_.page.getByLabel(new RegExp(`^${label}`)))
          .first()
          .inputValue(),
      ]).toEqual([label, value])
    await console_.page.getByText('never signed in').waitFor()
    await link('Groups').last().click()
    await console_.page.getByRole('row', { name: /Acme/ }).waitFor()
    await console_.page.getByRole('row', { name: /Consuls.*Legate/i }).waitFor()
    await console_.page.getByRole('main').getByRole('link', { name: 'Permissions', exact: true }).click()
    const waysOf = async (permission: string) => {
      const item = console_.page.locator('ul.who > li').filter({ has: console_.page.locator('summary', { hasText: permission }) })
      await item.locator('summary').click()
      return item.locator('ul.what')
    }
    await console_.page.locator('.chips').getByText('Scribe').first().waitFor()
    // By oneself, by a role, by a group, and by a role of a group.
    expect(await (await waysOf('forum.read')).textContent()).not.toMatch(/Scribe|Consuls/)
    expect(await (await waysOf('forum.own')).textContent()).toContain('Scribe')
    expect(await (await waysOf('legion.change')).textContent()).toContain('Consuls')
    expect(await (await waysOf('legion.view')).textContent()).toMatch(/Consuls.*Legate|Legate.*Consuls/s)
    await console_.page.getByRole('main').getByRole('link', { name: 'API keys', exact: true }).click()
    await console_.page.getByText('No API keys.').waitFor()
  })

  it('GW-089 what changes or removes a person is shown with the right to it, or on one’s own page', async () => {
    await console_.open('/people/low', lowKey)
    await console_.page.getByLabel('Name that is shown').waitFor()
    expect(await console_.page.getByLabel('User name').count()).toBe(0)
    expect(await link('Leaving').count()).toBe(0)
    await console_.go('/people/sulla')
    await missing().waitFor()
    await console_.go('/people')
    await heading('People').waitFor()
    expect(await button(/^Add people/).count()).toBe(0)
  })

  it('GW-090 a new person is added with groups and roles, then given the other fields and a password', async () => {
    const { page, installed } = console_
    await console_.open('/people?adding=yes')
    await page.getByLabel(/^One a line/).fill('Livia Drusilla <livia@example.org>')
    await choose('Groups for all of them', 'greek', /^Greeks$/)
    await choose('Roles for all of them', 'scr', /Scribe/)
    await button(/^Show the effect of adding 1/).click()
    await apply()
    // The list is shown again, with the new person in it.
    await link(/Livia Drusilla/)
      .first()
      .click()
    await page.getByLabel('Description').fill('Augusta')
    await page.getByLabel('Status').selectOption('pending')
    await button(/^Show the effect of 2 edits|^Show the effect/).click()
    await apply()
    expect(await installed.admin.user({ key: 'livia.drusilla' })).toMatchObject({ description: 'Augusta', status: 'pending' })
    await page.getByRole('main').getByRole('link', { name: 'API keys', exact: true }).click()
    await button('Set a password…').click()
    await page.getByLabel('New password').fill('short')
    await button('Set the password').click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('New password').fill('acta est fabula, plaudite')
    await button('Set the password').click()
    await page.getByText('The password is set').waitFor()
    // Those who are taken already are told so before anything is written.
    await console_.go('/people?adding=yes')
    await page.getByLabel(/^One a line/).fill('sulla')
    await page.getByText('is here already').waitFor()
    expect(await button(/^Show the effect of adding/).isDisabled()).toBe(true)
  })

  it('GW-091 editing a person leaves the password as it is', async () => {
    const { page, installed } = console_
    await installed.admin.setPassword({ key: 'mars', password: 'in campo Martio, cotidie' })
    await console_.open('/people/mars')
    await page.getByLabel('First name').fill('Gradivus')
    await button(/^Show the effect/).click()
    await apply()
    await heading('Mars').waitFor()
    expect((await installed.admin.user({ key: 'mars' })).firstName).toBe('Gradivus')
    await installed.as().signIn({ login: 'mars', password: 'in campo Martio, cotidie' })
  })

  it('GW-092 B52 a person is deleted after everything that goes too was shown, and the list comes back', async () => {
    await console_.open('/people/crassus?tab=leaving')
    await line('Greeks').waitFor()
    await line('Tribunes').waitFor()
    await console_.page.getByText('Delete the account').click()
    await button(/^Show the effect/).click()
    await effect().getByText('is deleted').waitFor()
    await apply()
    await heading('People').waitFor()
    await console_.go('/people/crassus')
    await missing().waitFor()
  })

  it('GW-093 domains are listed with contact and people, made, edited and deleted', async () => {
    const { page, installed } = console_
    await console_.open('/settings?tab=domains')
    await line('Acme').getByText('ceo@acme.example').waitFor()
    await line('Acme').getByText('1 person').waitFor()
    await button('New domain').click()
    await page.getByLabel('Name').fill('Initech')
    await page.getByLabel('Contact').fill('bill@initech.example')
    await button('Show the effect').click()
    await apply()
    await line('Initech').getByText('bill@initech.example').waitFor()
    await link('Initech').click()
    await heading('Initech').waitFor()
    await page.getByLabel('Contact').fill('peter@initech.example')
    await button(/^Show the effect/).click()
    await apply()
    expect((await installed.admin.domains({})).items.map(({ contact }) => contact)).toContain('peter@initech.example')
    await button('Delete the group').click()
    await apply()
    expect((await installed.admin.domains({})).total).toBe(1)
  })

  it('GW-094 GW-095 a key is made for somebody, shown once, listed with its dates, switched off and on as the same, and deleted', async () => {
    const { page, installed } = console_
    await console_.open('/people/quintus?tab=keys')
    await button('New API key').click()
    await page.getByLabel('Name').fill('ticker')
    await button('Make the key').click()
    const secret = (await page.locator('.secret code').textContent()) ?? ''
    await button('I have it').click()
    const bearer = async () => installed.access.keyBearer(secret)?.actor
    expect(await bearer()).toBe('user:quintus')
    await console_.go('/settings?tab=keys')
    const key = line('ticker')
    await key.getByText('Quintus').waitFor()
    await key.getByText(/made .*ends .*never used/s).waitFor()
    expect(await page.getByText(secret).count()).toBe(0)
    await key.getByRole('button', { name: 'Switch off' }).click()
    await apply()
    await key.getByText('switched off').waitFor()
    expect(await bearer()).toBeUndefined()
    await key.getByRole('button', { name: 'Switch on' }).click()
    await apply()
    expect(await bearer()).toBe('user:quintus')
    await key.getByRole('button', { name: 'Delete' }).click()
    await apply()
    await expect.poll(() => key.count()).toBe(0)
  })

  it('GW-096 B51 groups are a tree by level with their members counted, and a list with description, path and type', async () => {
    const { page } = console_
    await console_.open('/groups')
    const row = (name: string) => page.getByRole('treeitem', { name: new RegExp(`^${name} `) })
    await row('Gods').locator('.twist').click()
    await row('Consuls').waitFor()
    expect(await Promise.all([row('Gods'), row('Consuls')].map((each) => each.getAttribute('aria-level')))).toEqual(['1', '2'])
    await row('Consuls').getByText('Members: 2').waitFor()
    await console_.go('/groups?view=list')
    const listed = page.locator('tbody tr[data-index]').filter({ hasText: 'Consuls' }).first()
    for (const text of ['Two at a time', 'Gods', 'college', 'old']) await listed.getByText(text).first().waitFor()
  })

  it('GW-097 the page of a group has its details, members with their standings, roles and permissions', async () => {
    const { page } = console_
    await console_.open('/groups/consuls')
    await heading('Consuls').waitFor()
    expect(await page.getByLabel('Description').inputValue()).toBe('Two at a time')
    expect(await page.getByLabel('Comment').inputValue()).toBe('since 509')
    expect(await page.getByRole('combobox', { name: 'Type' }).inputValue()).toBe('college')
    expect(await page.getByRole('checkbox', { name: 'Old' }).isChecked()).toBe(true)
    await page.getByText('consuls', { exact: true }).first().waitFor()
    const tab = (name: RegExp) => page.getByRole('main').getByRole('link', { name }).first().click()
    await tab(/^Members/)
    await page.getByRole('row', { name: /Sulla.*Legate/ }).waitFor()
    await button(/^Add members/).waitFor()
    await tab(/^Roles/)
    await button('Take away: Legate').waitFor()
    await tab(/^Access preview/)
    await page
      .getByRole('row', { name: /legion:4/ })
      .getByText('change', { exact: true })
      .waitFor()
  })

  it('GW-098 GW-099 a group is made with a type and roles, renamed and described alone, and deleted with what hangs on it', async () => {
    const { page, installed } = console_
    await console_.open('/groups?adding=yes')
    await page.getByLabel('One name a line').fill('Vestals')
    await page.getByText('1 to add').waitFor()
    await page.getByRole('combobox', { name: 'Type' }).selectOption('college')
    await choose('Roles for all of them', 'leg', /Legate/)
    await page.keyboard.press('Control+Enter')
    await apply()
    await console_.go('/groups/vestals')
    await page.getByLabel('Name', { exact: true }).fill('Virgins of Vesta')
    await page.getByLabel('Description').fill('six of them')
    await button(/^Show the effect/).click()
    await apply()
    await heading('Virgins of Vesta').waitFor()
    expect(await installed.admin.group({ key: 'vestals' })).toMatchObject({
      name: 'Virgins of Vesta',
      codename: 'vestals',
      description: 'six of them',
    })
    await page.getByText('Its memberships, grants and assignments go with it; Undo brings them back.').waitFor()
    await button('Delete the group').click()
    await apply()
    await heading('Groups').waitFor()
    await console_.go('/groups/vestals')
    await page.getByText('There is no such group, or you may not see it.').waitFor()
    // What has others below asks what becomes of them.
    await console_.go('/groups/greeks')
    await button('Delete, lift what is below it').waitFor()
    await button('Delete with all below it').waitFor()
  })

  it('GW-100 roles are listed with their permissions, made, read with who holds them, edited and deleted', async () => {
    const { page, installed } = console_
    await console_.open('/roles')
    const row = page.getByRole('row', { name: /Scribe/ })
    await row.getByText('1', { exact: true }).first().waitFor()
    await row
      .getByRole('link', { name: /Scribe/ })
      .first()
      .click()
    await heading('Scribe').waitFor()
    await line('forum.own')
      .getByRole('link', { name: /forum\.own/ })
      .first()
      .waitFor()
    expect(await page.getByLabel('Description').inputValue()).toBe('who writes')
    await link(/^Who holds it/).click()
    await link('Sulla').waitFor()
    await console_.go('/roles?adding=yes')
    await page.getByRole('complementary').getByLabel('Name', { exact: true }).fill('Pontifex')
    await choose('Permissions', 'forum.read', /forum\.read/)
    await button(/^Show the effect/).click()
    await apply()
    await heading('Pontifex').waitFor()
    await page.getByLabel('Description').fill('who builds bridges')
    await button(/^Show the effect/).click()
    await apply()
    expect(await installed.admin.role({ key: 'pontifex' })).toMatchObject({
      description: 'who builds bridges',
      permissions: ['forum.read'],
    })
    await button('Delete').click()
    await apply()
    await heading('Roles & permissions').waitFor()
    expect((await installed.admin.roles({ q: 'pontifex' })).total).toBe(0)
  })

  it('GW-101 GW-102 permissions tell where they come from, what checks them, and whether they are available now; they are only read', async () => {
    const { page } = console_
    await console_.open('/roles?tab=catalogue')
    await line('forum.read').getByText('available', { exact: true }).waitFor()
    const post = line('forum.post')
    for (const text of ['to write into the forum', 'plugin:forum', 'not available']) await post.getByText(text).waitFor()
    await line('forum.own')
      .getByRole('link', { name: /forum\.own/ })
      .click()
    await heading('forum.own').waitFor()
    await page.getByText('what is one’s own').waitFor()
    await page.getByText('own', { exact: true }).waitFor()
    expect(await page.getByRole('main').locator('input, textarea, select').count()).toBe(0)
    await console_.go('/permissions/forum.post')
    await page.getByText('not available').waitFor()
    await console_.go('/permissions/nothing.here')
    await missing().waitFor()
  })

  it('GW-107 every page is there in the language that is chosen', async () => {
    const { page } = console_
    await console_.open('/')
    await button(/your access and sign-out/).click()
    await page.getByRole('menuitem', { name: 'Deutsch' }).click()
    for (const name of ['Personen', 'Gruppen', 'Rollen & Berechtigungen', 'Einstellungen'])
      await page.getByRole('navigation').getByRole('link', { name }).click()
    await link('Domänen').click()
    await button('Neue Domäne').waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')
  })

  it('B50 group types and tags have screens; a person is put into a group from either side, edited there, and taken out', async () => {
    const { page, installed } = console_
    await console_.open('/settings?tab=types')
    const add = async (what: string, codename: string) => {
      await button(what).click()
      await page.getByLabel('Codename').fill(codename)
      await button('Show the effect').click()
      await apply()
    }
    await add('New group type', 'guild')
    await add('New tag', 'rural')
    await line('rural').getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('Label').fill('In the country')
    await button('Show the effect').click()
    await apply()
    await line('In the country').getByRole('button', { name: 'Delete' }).click()
    await apply()
    await line('guild').getByRole('button', { name: 'Delete' }).click()
    await apply()
    await expect.poll(() => line('guild').or(line('In the country')).count()).toBe(0)

    const membersOf = async (key: string) => (await installed.admin.groupMembers({ key })).items.map(({ member }) => member)
    await console_.go('/people/marius')
    await button(/^Add to a group/).click()
    await choose('Which groups', 'trib', /Tribunes/)
    await button(/^Show the effect of adding/).click()
    await apply()
    await console_.go('/groups/tribunes?tab=members&adding=yes')
    await page.getByLabel(/^One a line/).fill('quintus')
    await page.getByText('1 to add').waitFor()
    await page.keyboard.press('Control+Enter')
    await apply()
    expect(await membersOf('tribunes')).toEqual(expect.arrayContaining(['user:marius', 'user:quintus']))
    await console_.go('/groups/tribunes?tab=members&member=user:marius')
    await choose('Standing', 'leg', /Legate/)
    await button(/^Show the effect/).click()
    await apply()
    await page.getByRole('row', { name: /Marius.*Legate/ }).waitFor()
    await console_.go('/people/marius?tab=groups')
    await button(/^Take out of tribunes/).click()
    await apply()
    expect(await membersOf('tribunes')).not.toContain('user:marius')
  })

  it('B53 after saving one stays where one is, told what was done; what is new is shown, and what is gone gives way to its list', async () => {
    const { page } = console_
    const at = () => new URL(page.url()).pathname
    await console_.open('/people/sulla')
    await page.getByLabel('First name').fill('Lucius')
    await button(/^Show the effect/).click()
    await apply()
    expect(at()).toBe('/people/sulla')
    await console_.go('/roles/augur')
    await button('Delete').click()
    await apply()
    await expect.poll(at).toBe('/roles')
    await console_.go('/groups/tribunes')
    await button('Delete the group').click()
    await apply()
    await expect.poll(at).toBe('/groups')
  })
})
