/** The server of this build as `npm start -- --demo` runs it, on a free port and a folder of its own. */

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './page.ts'

export const command = join(root, 'dist', 'cli', 'main.js')

export interface Served {
  readonly url: string
  /** The key that the first start printed. */
  readonly key: string
  /** A folder that goes with the server. */
  readonly folder: string
  stop(): Promise<void>
}

/** The environment without what somebody has set for a Curia of their own. */
export function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('CURIA_')))
}

/** Starts it and waits until it listens. Throws with everything it said when it ends instead. */
export async function serveDemo(): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'curia-docs-'))
  const child = spawn(process.execPath, [command, 'serve', '--demo'], {
    cwd: folder,
    env: { ...withoutSettings(process.env), CURIA_PORT: '0', CURIA_STORE: `sqlite:${join(folder, 'curia.db')}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let said = ''
  const listening = new Promise<string>((resolve, reject) => {
    const hear = (piece: Buffer): void => {
      said += piece.toString()
      const url = /listening on (http:\S+)/.exec(said)?.[1]
      if (url !== undefined) resolve(url)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    void ended.then(() => reject(new Error(`the server ended: ${said}`)))
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true })
  }
  const url = await listening
  const key = /^\s+(bootstrap\.\S+)$/m.exec(said)?.[1]
  if (key === undefined) {
    await stop()
    throw new Error(`the first start printed no key: ${said}`)
  }
  return { url, key, folder, stop }
}
