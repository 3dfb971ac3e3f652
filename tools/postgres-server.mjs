/** A real PostgreSQL server of its own: in a temporary folder, on a socket there, as a child process. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { findProgram } from './system-packages.mjs'

const initdb = findProgram('initdb')
const cache = fileURLToPath(new URL('../node_modules/.cache/postgres', import.meta.url))

/** @typedef {{ readonly uid: number, readonly gid: number }} Owner */

/** Whether the programs of PostgreSQL are on this machine. */
export const hasPostgres = initdb !== undefined

/** Of the superuser `curia`; connections over the socket need it. */
export const password = 'pass w/rd:@?#%'

export class PostgresServer {
  /** @type {string} */
  folder
  /** @type {string} */
  #programs
  /** @type {Owner | undefined} */
  #owner
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child
  #said = ''
  #schemas = 0
  #killAtExit = () => {
    this.#child?.kill('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Makes the database cluster, a copy of one that was made before; starts nothing. */
  constructor() {
    if (initdb === undefined) throw new Error('there is no initdb')
    this.#programs = dirname(realpathSync(initdb))
    this.#owner = unprivileged()
    this.folder = mkdtempSync(join(tmpdir(), 'curia-pg-'))
    cpSync(clusterOf(this.#programs, this.#owner), this.#data, { recursive: true })
    for (const path of [this.folder, this.#data]) own(path, this.#owner)
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
 * @returns {Owner | undefined}
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

/**
 * A database cluster that nobody has started yet: made once for this version of the programs, and kept as long as the packages are.
 *
 * @param {string} programs
 * @param {Owner | undefined} owner
 */
function clusterOf(programs, owner) {
  const version = spawnSync(join(programs, 'initdb'), ['--version'], { encoding: 'utf8' })
    .stdout.trim()
    .replaceAll(/[^\w.]+/g, '-')
  const made = join(cache, version)
  if (existsSync(made)) return made
  const folder = mkdtempSync(join(tmpdir(), 'curia-initdb-'))
  try {
    const [data, passwordFile] = [join(folder, 'data'), join(folder, 'password')]
    writeFileSync(passwordFile, `${password}\n`)
    for (const path of [folder, passwordFile]) own(path, owner)
    // A database that compares texts by the rules of a language is what a store must get along with.
    const language = ['--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=de-AT', '--encoding=UTF8']
    const run = spawnSync(
      join(programs, 'initdb'),
      ['--pgdata', data, '--username=curia', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync', ...language],
      { encoding: 'utf8', cwd: folder, ...owner },
    )
    if (run.status !== 0) throw new Error(`initdb failed: ${run.stderr}`)
    mkdirSync(cache, { recursive: true })
    // Copied beside and named at once: whoever makes it at the same moment finds all of it or nothing.
    const beside = mkdtempSync(join(cache, 'new-'))
    cpSync(data, beside, { recursive: true })
    try {
      renameSync(beside, made)
    } catch (error) {
      rmSync(beside, { recursive: true, force: true })
      if (!existsSync(made)) throw error
    }
    return made
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Gives a folder and all in it to the user who runs the server.
 *
 * @param {string} path
 * @param {Owner | undefined} owner
 */
function own(path, owner) {
  if (owner === undefined) return
  chownSync(path, owner.uid, owner.gid)
  if (!statSync(path).isDirectory()) return
  chmodSync(path, 0o700)
  for (const name of readdirSync(path)) own(join(path, name), owner)
}
