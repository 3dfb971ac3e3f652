/** What is drawn of the console: each page at its address, after what is done on it first. */

/** @typedef {import('playwright-core').Page} Page */
/**
 * @typedef {object} Scene
 * @property {string} name of the picture
 * @property {string} address
 * @property {{ width: number, height: number }} [size] of the window
 * @property {boolean} [signedIn] default true
 * @property {boolean} [isUnclaimed] of an installation that nobody administers yet, at the address of its claim
 * @property {(page: Page) => Promise<void>} [act] what is done before the picture is taken
 */

const phone = { width: 360, height: 780 }

/** @type {readonly Scene[]} */
export const scenes = [
  { name: 'first-run', address: '/', signedIn: false, isUnclaimed: true },
  { name: 'sign-in', address: '/', signedIn: false },
  { name: 'overview', address: '/' },
  { name: 'people', address: '/people' },
  {
    name: 'people-chosen',
    address: '/people',
    act: async (page) => {
      for (const name of ['Aisha Khan', 'Archelaus of Cappadocia']) await page.getByLabel(`Choose ${name}`, { exact: true }).check()
      await page.getByRole('button', { name: /^Change…/ }).click()
      await page.getByRole('radiogroup', { name: 'Groups' }).getByText('Add', { exact: true }).click()
      await page.getByRole('combobox', { name: 'Which groups' }).fill('cons')
      await page.getByRole('option', { name: /^Consuls/ }).click()
    },
  },
  {
    name: 'people-effect',
    address: '/people',
    act: async (page) => {
      for (const name of ['Archelaus of Cappadocia', 'Ben Ito']) await page.getByLabel(`Choose ${name}`, { exact: true }).check()
      await page.getByRole('button', { name: /^Change…/ }).click()
      await page.getByRole('radiogroup', { name: 'Groups' }).getByText('Add', { exact: true }).click()
      await page.getByRole('combobox', { name: 'Which groups' }).fill('cons')
      await page.getByRole('option', { name: /^Consuls/ }).click()
      await page.getByRole('button', { name: /^Show the effect/ }).click()
      await page.getByText('people gain').waitFor()
    },
  },
  {
    name: 'people-filter',
    address: `/people?filter=${encodeURIComponent('emails co "example" and createdAt ge "2020-01-01T00:00:00.000Z"')}&columns=name,user_name,emails,status,made&sort=-userName`,
    act: async (page) => {
      await page.locator('.filter.built > button').first().click()
      await page.locator('.build').waitFor()
    },
  },
  {
    name: 'people-add',
    address: '/people?adding=yes',
    act: async (page) => {
      await page.getByLabel(/^One a line/).fill('Livia Drusilla <livia@example.org>\nmarius\ncaesar\ncaesar')
    },
  },
  { name: 'person', address: '/people/vik.mehta' },
  { name: 'person-groups', address: '/people/vik.mehta?tab=groups' },
  { name: 'person-permissions', address: '/people/vik.mehta?tab=permissions' },
  { name: 'person-access', address: '/people/vik.mehta?tab=access' },
  { name: 'person-leaving', address: '/people/vik.mehta?tab=leaving' },
  { name: 'person-history', address: '/people/vik.mehta?tab=history' },
  { name: 'ask-no', address: '/ask?subject=user:quintus&action=change&resource=legion:4' },
  { name: 'ask-yes', address: '/ask?subject=user:sulla&action=delete&resource=legion:4' },
  { name: 'ask-who', address: '/ask?view=who&action=view&resource=legion:4' },
  { name: 'ask-compare', address: '/ask?view=compare&one=user:sulla&other=user:mars&resource=legion:4' },
  {
    name: 'finder',
    address: '/',
    act: async (page) => {
      await page.getByRole('heading', { name: 'Overview' }).waitFor()
      await page.keyboard.press('Control+k')
      await page.keyboard.type('add archelaus to consuls')
      await page.waitForTimeout(800)
    },
  },
  { name: 'roles', address: '/roles' },
  { name: 'roles-new', address: '/roles?adding=yes' },
  { name: 'roles-catalogue', address: '/roles?tab=catalogue' },
  { name: 'roles-everybody', address: '/roles?tab=everybody' },
  { name: 'role', address: '/roles/editor' },
  { name: 'role-holders', address: '/roles/administrator?tab=holders' },
  { name: 'permission', address: '/permissions/legion.view' },
  { name: 'phone-roles', address: '/roles', size: phone },
  { name: 'resources', address: '/resources' },
  { name: 'resources-tree', address: '/resources?view=tree' },
  { name: 'resource', address: '/resources/document%3Asalaries' },
  { name: 'resource-who', address: '/resources/legion%3A4?tab=who' },
  { name: 'resource-deny', address: '/resources/legion%3A4?giving=deny' },
  { name: 'phone-resource', address: '/resources/legion%3A4', size: phone },
  {
    name: 'audit',
    address: '/audit?what=legion.view legion.change legion.delete document.view document.edit&on=legion:4 document:payroll',
  },
  {
    name: 'audit-depends',
    address:
      '/audit?who=user:petra.vogel user:vik.mehta group:finance role:viewer role:editor role:lead&what=folder.view document.view document.edit&on=folder:people document:budget document:launch-plan',
    act: async (page) => {
      await page.locator('td.maybe button, td.timed button').first().click()
      await page.locator('.why .told').waitFor()
    },
  },
  { name: 'journal', address: '/journal' },
  {
    name: 'journal-unfolded',
    address: '/journal',
    act: async (page) => {
      await page.locator('button.rev').first().click()
      await page.locator('.take-back').waitFor()
      await page.waitForTimeout(800)
    },
  },
  { name: 'my-access', address: '/me' },
  { name: 'settings', address: '/settings' },
  { name: 'settings-policy', address: '/settings?tab=policy' },
  { name: 'settings-types', address: '/settings?tab=types' },
  { name: 'settings-keys', address: '/settings?tab=keys' },
  { name: 'settings-domains', address: '/settings?tab=domains' },
  { name: 'settings-sessions', address: '/settings?tab=sessions' },
  { name: 'settings-tenants', address: '/settings?tab=tenants' },
  {
    name: 'settings-import',
    address: '/settings?tab=transfer',
    act: async (page) => {
      const file = {
        name: 'people.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('id,user_name,first_name\nlivia,livia,Livia\nmarius,marius,Gaius\n'),
      }
      await page.locator('input[multiple]').setInputFiles([file])
      await page.getByRole('heading', { name: 'The plan' }).waitFor()
    },
  },
  { name: 'service-account', address: '/service-accounts/bootstrap' },
  { name: 'phone-overview', address: '/', size: phone },
  { name: 'groups', address: '/groups?at=engineering', act: unfoldGroups },
  { name: 'groups-moving', address: '/groups', act: takeGroup },
  { name: 'groups-search', address: '/groups?q=e+%2F+p' },
  { name: 'groups-list', address: '/groups?view=list' },
  { name: 'groups-add', address: '/groups?adding=yes', act: nameGroups },
  { name: 'group', address: '/groups/platform' },
  { name: 'group-members', address: '/groups/engineering?tab=members&adding=yes', act: pasteMembers },
  { name: 'group-membership', address: '/groups/company?tab=members&member=user:ben.ito' },
  { name: 'group-permissions', address: '/groups/sales?tab=permissions', act: switchOne },
  { name: 'group-roles', address: '/groups/engineering?tab=roles' },
  { name: 'group-resources', address: '/groups/consuls?tab=resources' },
  { name: 'group-assignment', address: '/groups/consuls?tab=resources&assignment=legio-iv-to-consuls', act: editPolicy },
  { name: 'group-access', address: '/groups/engineering?tab=access' },
  { name: 'group-graph', address: '/groups/launch?tab=graph' },
  { name: 'group-history', address: '/groups/engineering?tab=history' },
  { name: 'group-export', address: '/groups/engineering?tab=export' },
  { name: 'phone-group-members', address: '/groups/engineering?tab=members', size: phone },
  { name: 'phone-group-permissions', address: '/groups/sales?tab=permissions', size: phone },
  { name: 'phone-groups', address: '/groups', size: phone, act: unfoldGroups },
  { name: 'phone-people', address: '/people', size: phone },
  { name: 'phone-person', address: '/people/vik.mehta?tab=groups', size: phone },
  { name: 'phone-ask', address: '/ask?subject=user:quintus&action=change&resource=legion:4', size: phone },
]

/** @param {Page} page */
async function unfoldGroups(page) {
  await page.getByRole('tree').focus()
  for (const key of ['Home', 'ArrowRight', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key)
}

/** @param {Page} page */
async function takeGroup(page) {
  await unfoldGroups(page)
  for (const key of ['m', 'ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
}

/** @param {Page} page */
async function nameGroups(page) {
  await page.getByRole('textbox', { name: /One name a line/ }).fill('Legio X\nGods\nLegio X\n!!!')
}

/** @param {Page} page */
async function pasteMembers(page) {
  const lines = ['hanna.berg', 'Ben Ito', 'lind', 'Board', 'nobody@example.com', 'Company', 'greta.holm, lead, , 2027-01-31']
  await page.getByRole('textbox', { name: /One a line/ }).fill(lines.join('\n'))
}

/** @param {Page} page */
async function switchOne(page) {
  await page.getByRole('switch', { name: /vanish/ }).check()
  await page.getByRole('switch', { name: 'Run reports' }).click()
  await page.keyboard.press('Control+Enter')
}

/** @param {Page} page */
async function editPolicy(page) {
  await page.getByRole('group', { name: 'Everyone in a group beside may' }).getByLabel('view').uncheck()
}
