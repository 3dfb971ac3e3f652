/**
 * The real program, compiled, run as somebody at a keyboard runs it: in a folder of its own, without the settings of whoever runs the tests. What is asked
 * and ends runs in a thread that has the program loaded; `serve`, and what is about the process itself, is a process.
 */

import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Ended } from './thread.ts'
import { program, runInThread } from './thread.ts'

export type { Ended } from './thread.ts'

interface Circumstances {
  readonly env?: { readonly [name: string]: string }
  readonly input?: string | Buffer
}

/** A folder to work in, with a database in it as soon as something makes one. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'curia-cli-'))
  readonly database = join(this.folder, 'data', 'curia.db')

  /** Runs `curia` and waits for its end. */
  run(words: readonly string[], { env = {}, input = '' }: Circumstances = {}): Ended {
    // A server lives on behind its command, and ends at a signal.
    if (words[0] === 'serve') return this.runProcess(words, { env, input })
    return runInThread(this.folder, words, { ...withoutSettings(), ...env }, Buffer.from(input))
  }

  /** Runs `curia` as a process of its own, and waits for its end. */
  runProcess(words: readonly string[], { env = {}, input }: Circumstances = {}): Ended {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
      cwd: this.folder,
      env: { ...withoutSettings(), ...env },
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      ...(input === undefined ? {} : { input }),
    })
    return { status, stdout, stderr }
  }

  /** Runs `curia`, which must end with 0; gives its output. */
  say(...words: readonly string[]): string {
    const { status, stdout, stderr } = this.run(words)
    if (status !== 0) throw new Error(`curia ${words.join(' ')} ended with ${status}: ${stderr}`)
    return stdout
  }

  /** Puts a file into the folder: a text as it stands, anything else as JSON. */
  write(name: string, content: unknown, mode = 0o600): void {
    writeFileSync(join(this.folder, name), typeof content === 'string' ? content : JSON.stringify(content), { mode })
    chmodSync(join(this.folder, name), mode)
  }

  /** Makes changes, given as the API takes them. */
  change(...changes: readonly object[]): void {
    const { status, stderr } = this.run(['change', '-', '--json'], { input: JSON.stringify(changes) })
    if (status !== 0) throw new Error(stderr)
  }

  /** Runs `curia` without waiting. */
  start(words: readonly string[], env: { readonly [name: string]: string } = {}) {
    return spawn(process.execPath, [program, ...words], {
      cwd: this.folder,
      env: { ...withoutSettings(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  /** Starts `curia serve` on a free port; resolves when it listens. Rejects when it ends before. */
  async serve(words: readonly string[] = [], env: { readonly [name: string]: string } = {}): Promise<Serving> {
    const child = this.start(['serve', '--port', '0', ...words], env)
    const lines: string[] = []
    let stderr = ''
    child.stderr.on('data', (text) => {
      stderr += text
    })
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line)
        const found = /^listening on (https?:\S+)$/.exec(line)?.[1]
        if (found !== undefined) resolve(found)
      })
      ended.then((status) => reject(new Error(`curia serve ended with ${status}: ${stderr}`)))
    })
    const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
      child.kill(signal)
      return ended
    }
    return { url, pid: child.pid ?? 0, lines, errors: () => stderr, stop }
  }

  /** The same state in another folder. */
  copy(): Workplace {
    const other = new Workplace()
    mkdirSync(join(other.folder, 'data'), { mode: 0o700 })
    copyFileSync(this.database, other.database)
    return other
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A server that listens. */
export interface Serving {
  readonly url: string
  /** The process. */
  readonly pid: number
  /** What it has said so far. */
  readonly lines: readonly string[]
  /** What it has said on standard error so far. */
  readonly errors: () => string
  /** Sends the signal; resolves with the exit status. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>
}

function withoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CURIA_')))
}

/** Tree Gods > Consuls > Plebeians, Gods > Generals, Greeks apart; Legio IV assigned to Consuls with owner Sulla. At revision 2. */
export function legion(): Workplace {
  const place = new Workplace()
  const people = { mars: 'gods', sulla: 'consuls', metellus: 'consuls', marius: 'generals', quintus: 'plebeians', archelaus: 'greeks' }
  place.write('legion.json', {
    curia: 1,
    resourceTypes: [{ name: 'legion', actions: ['view', 'change', 'delete'] }],
    users: Object.keys(people).map((id) => ({ id, userName: id, displayName: `${id.charAt(0).toUpperCase()}${id.slice(1)}` })),
    groups: [
      { id: 'gods', name: 'Gods' },
      { id: 'consuls', name: 'Consuls', parent: 'gods' },
      { id: 'plebeians', name: 'Plebeians', parent: 'consuls' },
      { id: 'generals', name: 'Generals', parent: 'gods' },
      { id: 'greeks', name: 'Greeks' },
    ],
    memberships: Object.entries(people).map(([id, group]) => ({ group, member: `user:${id}` })),
    resources: [{ resource: 'legion:4' }],
  })
  place.say('import', 'legion.json')
  place.say('assign', 'legion:4', 'consuls', 'user:sulla', '--id', 'legio-iv')
  return place
}

/** The data of a real organisation, where it is at hand; it is never part of the project. */
export const organisation = fileURLToPath(new URL('../../../shared/data/kubernetes-org/config', import.meta.url))
export const hasOrganisation = existsSync(organisation)
