/** What is drawn of the console: each page at its address, after what is done on it first. */

/** @typedef {import('playwright-core').Page} Page */
/**
 * @typedef {object} Scene
 * @property {string} name of the picture
 * @property {string} address
 * @property {{ width: number, height: number }} [size] of the window
 * @property {boolean} [signedIn] default true
 * @property {(page: Page) => Promise<void>} [act] what is done before the picture is taken
 */

const phone = { width: 360, height: 780 }

/** @type {readonly Scene[]} */
export const scenes = [
  { name: 'sign-in', address: '/', signedIn: false },
  { name: 'overview', address: '/' },
  { name: 'phone-overview', address: '/', size: phone },
  { name: 'groups', address: '/groups?at=engineering', act: unfoldGroups },
  { name: 'groups-moving', address: '/groups', act: takeGroup },
  { name: 'groups-search', address: '/groups?q=e+%2F+p' },
  { name: 'groups-list', address: '/groups?view=list' },
  { name: 'groups-add', address: '/groups?adding=yes', act: nameGroups },
  { name: 'group', address: '/groups/platform' },
  { name: 'group-members', address: '/groups/engineering/members?adding=yes', act: pasteMembers },
  { name: 'group-membership', address: '/groups/company/members?member=user:ben.ito' },
  { name: 'group-permissions', address: '/groups/sales/permissions', act: switchOne },
  { name: 'group-roles', address: '/groups/engineering/roles' },
  { name: 'group-resources', address: '/groups/consuls/resources' },
  { name: 'group-assignment', address: '/groups/consuls/resources?assignment=legio-iv-to-consuls', act: editPolicy },
  { name: 'group-access', address: '/groups/engineering/access' },
  { name: 'group-graph', address: '/groups/launch/graph' },
  { name: 'group-history', address: '/groups/engineering/history' },
  { name: 'group-export', address: '/groups/engineering/export' },
  { name: 'phone-group-members', address: '/groups/engineering/members', size: phone },
  { name: 'phone-group-permissions', address: '/groups/sales/permissions', size: phone },
  { name: 'phone-groups', address: '/groups', size: phone, act: unfoldGroups },
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
