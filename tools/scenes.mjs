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
