/** Loads an engine from `bench/others`, which has a lockfile of its own and is no dependency of ours. */

import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Unsuitable } from '../contender.ts'

const require = createRequire(new URL('../../../others/package.json', import.meta.url))

/**
 * The module of a package. It is `unknown` here: each engine's own file says which little of it is used.
 * Throws `Unsuitable` when it is not installed or does not run here.
 */
export async function loadLibrary(name: string): Promise<unknown> {
  let path: string
  try {
    path = require.resolve(name)
  } catch {
    throw new Unsuitable(`the package ${name} is not installed`)
  }
  try {
    return await import(pathToFileURL(path).href)
  } catch (error) {
    throw new Unsuitable(`the package ${name} does not run here: ${error instanceof Error ? error.message.split('\n', 1)[0] : ''}`)
  }
}
