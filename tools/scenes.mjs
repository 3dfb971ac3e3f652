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
]
