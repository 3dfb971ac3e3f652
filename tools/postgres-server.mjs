/** A real PostgreSQL server of its own: in a temporary folder, on a socket there, as a child process. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { findProgram } from './system-packages.mjs'

const initdb = findProgram('initdb')

/** Whether the programs of PostgreSQL are on this machine. */
export const hasPostgres = initdb !== undefined

/** Of the superuser `curia`; connections over the socket need it. */
export const password = 'pass w/rd:@?#%'

export class PostgresServer {
  /** @type {string} */
  folder
  /** @type {string} */
  #programs
  /** @type {{ readonly uid: number, readonly gid: number } | undefined} */
  #owner
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child
  #said = ''
  #schemas = 0
  #killAtExit = () => {
    this.#child?.kill('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Makes the database cluster; starts nothing. */
  constructor() {
    if (initdb === undefined) throw new Error('there is no initdb')
    this.#programs = dirname(realpathSync(initdb))
    this.#owner = unprivileged()
    this.folder = mkdtempSync(join(tmpdir(), 'curia-pg-'))
    const passwordFile = join(this.folder, 'password')
    writeFileSync(passwordFile, `${password}\n`)
    mkdirSync(this.#data)
    for (const path of [this.folder, passwordFile, this.#data])
      if (this.#owner !== undefined) chownSync(path, this.#owner.uid, this.#owner.gid)
    // A database that compares texts by the rules of a language is what a store must get along with.
    const language = ['--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=de-AT', '--encoding=UTF8']
    const made = spawnSync(
      join(this.#programs, 'initdb'),
      ['--pgdata', this.#data, '--username=curia', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync', ...language],
      { encoding: 'utf8', cwd: this.folder, ...this.#owner },
    )
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
    process.once('exit', this.#killAtExit)
  }

  get #data() {
    return join(this.folder, 'data')
  }

  /**
   * Starts the server, and resolves when it answers. `settings` as in `postgres -c`.
   *
   * @param {{ readonly [name: string]: string }} [settings]
   */
  async start(settings = {}) {
    const options = Object.entries({ listen_addresses: '', unix_socket_directories: this.folder, max_connections: '60', ...settings })
    const words = options.flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(join(this.#programs, 'postgres'), ['-D', this.#data, ...words], {
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...this.#owner,
    })
    this.#child = child
    this.#said = ''
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      this.#said = `${this.#said}${text}`.slice(-20_000)
    })
    while (!(await this.#answers())) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`PostgreSQL did not start: ${this.#said}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /**
   * Starts it again, as it was, with other settings.
   *
   * @param {{ readonly [name: string]: string }} [settings]
   */
  async restart(settings = {}) {
    await this.stop('SIGINT')
    await this.start(settings)
  }

  /**
   * SIGINT lets go of everybody and shuts down; SIGKILL is a crash. Resolves when all its processes are gone.
   *
   * @param {'SIGINT' | 'SIGKILL'} signal
   */
  async stop(signal) {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const over = once(child, 'close')
    child.kill(signal)
    // The pipe closes when the last of its processes has ended.
    await over
  }

  /** Stops it and takes everything away. */
  async remove() {
    await this.stop('SIGINT')
    process.removeListener('exit', this.#killAtExit)
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** The folder of the socket, its name within, and where the process id stands. */
  get socket() {
    return join(this.folder, '.s.PGSQL.5432')
  }

  /** Process ids of the postmaster; the first line of its file. */
  get pid() {
    return Number(readFileSync(join(this.#data, 'postmaster.pid'), 'utf8').split('\n', 1)[0])
  }

  /**
   * The address of the database `postgres`, or of a schema in it. `through`: host and port of somebody who passes all on to the socket.
   *
   * @param {{ readonly schema?: string, readonly through?: string, readonly user?: string }} [place]
   */
  url({ schema, through, user = 'curia' } = {}) {
    const parameters = new URLSearchParams({
      ...(through === undefined ? { host: this.folder } : {}),
      ...(schema === undefined ? {} : { options: `-csearch_path=${schema}` }),
    })
    return `postgres://${user}:${encodeURIComponent(password)}@${through ?? 'localhost'}/postgres?${parameters}`
  }

  /**
   * Runs statements as the superuser, one after the other; gives the rows of the last.
   *
   * @param {readonly string[]} statements
   * @param {string} [schema]
   * @returns {Promise<readonly { readonly [column: string]: unknown }[]>}
   */
  async run(statements, schema = 'public') {
    const client = new pg.Client({ connectionString: this.url({ schema }) })
    client.on('error', () => undefined)
    await client.connect()
    try {
      /** @type {{ readonly [column: string]: unknown }[]} */
      let rows = []
      for (const statement of statements) ({ rows } = await client.query(statement))
      return rows
    } finally {
      await client.end()
    }
  }

  /** Makes an empty schema. */
  async newSchema() {
    this.#schemas += 1
    const schema = `home_${this.#schemas}`
    await this.run([`create schema ${schema}`])
    return schema
  }

  async #answers() {
    try {
      await this.run(['select 1'])
      return true
    } catch {
      return false
    }
  }
}

/**
 * PostgreSQL refuses to run as root: then it runs as the user of its package, or as nobody.
 *
 * @returns {{ readonly uid: number, readonly gid: number } | undefined}
 */
function unprivileged() {
  if (process.getuid?.() !== 0) return undefined
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  )
  return users.get('postgres') ?? users.get('nobody')
}
