/** Commands of a page run in a shell as their reader would, with the program of this build in the place of `npx curia`. */

import { spawnSync } from 'node:child_process'
import type { Block, Table } from './page.ts'
import { command, withoutSettings } from './served.ts'

// npx would first ask npm what `curia` is, and the package of this folder is not installed anywhere.
const shim = 'npx() { shift; "$CURIA_NODE" "$CURIA_COMMAND" "$@"; }\n'

/** Runs a script and gives what it printed and how it ended. */
export function runScript(script: string, folder: string, settings: { readonly [variable: string]: string }) {
  const env = { ...withoutSettings(process.env), ...settings, CURIA_NODE: process.execPath, CURIA_COMMAND: command }
  return spawnSync('bash', ['-c', shim + script], { cwd: folder, encoding: 'utf8', env })
}

/** The commands of a page that say what they print: each with the block below it. */
export function sessionsIn(parts: readonly (Block | Table)[]): readonly (readonly [asked: Block, told: Block])[] {
  return parts.flatMap((part, index) => {
    const next = parts[index + 1]
    if (part.kind !== 'block' || part.language !== 'sh' || next?.kind !== 'block') return []
    return ['text', 'json'].includes(next.language) ? [[part, next] as const] : []
  })
}

/** What is printed, as it stands on the page, but for `...`, which is anything. */
export function patternOf(text: string): RegExp {
  const parts = text.trimEnd().split('...')
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*')}$`)
}
