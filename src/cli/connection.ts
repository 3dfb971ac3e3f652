/** Whom a command talks to: a running server, or the database itself with the same doors in this process. Either way through the client. */

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Client } from '../api/client.ts'
import { createClient } from '../api/client.ts'
import type { Configuration } from '../config.ts'
import { ConfigurationError, readConfiguration, withoutPassword } from '../config.ts'
import { NothingThere, WrongUse } from './exit.ts'

/** The options that say whom to talk to, as they were typed. */
export interface ConnectionOptions {
  readonly url?: string
  readonly key?: string
  readonly keyFile?: string
  readonly tenant?: string
  /** On the database, also where the environment names a server. */
  readonly local?: boolean
  readonly config?: string
  readonly store?: string
}

export interface Connection {
  readonly client: Client
  /** Where the answers come from, for people. */
  readonly place: string
  /** Set when the database itself is open. */
  readonly configuration?: Configuration
}

/** The configuration files that are looked for in the working folder when none is named. */
export const configurationFiles = ['curia.config.json', 'curia.config.yaml', 'curia.config.yml']

/**
 * The settings: of the file that is named, or of the one in the working folder; then of the environment; then of the options.
 * @throws ConfigurationError; WrongUse for an option
 */
export function configurationFor(
  options: Pick<ConnectionOptions, 'config' | 'store'> & {
    readonly host?: string
    readonly port?: number
    readonly workers?: number
    readonly metricsPort?: number
  },
): Configuration {
  const found = configurationFiles.filter((file) => existsSync(file))
  if (options.config === undefined && found.length > 1)
    throw new ConfigurationError(`${found.join(' and ')} stand here; name one with --config`, { file: found[0] ?? '' })
  const configuration = readConfiguration(options.config ?? found[0], process.env)
  const given = {
    ...(options.store === undefined ? {} : { CURIA_STORE: options.store }),
    ...(options.host === undefined ? {} : { CURIA_HOST: options.host }),
  }
  let read: Configuration
  try {
    read = readConfiguration(undefined, given)
  } catch (error) {
    if (error instanceof ConfigurationError) throw new WrongUse(`--${error.key === 'CURIA_STORE' ? 'store' : 'host'}: ${error.reason}`)
    throw error
  }
  return {
    ...configuration,
    ...(options.store === undefined ? {} : { store: read.store }),
    ...(options.host === undefined ? {} : { host: read.host }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    ...(options.metricsPort === undefined ? {} : { metricsPort: options.metricsPort }),
  }
}

/** The file of an SQLite store, absolute; undefined for other stores. */
export function databaseFile({ store }: Configuration): string | undefined {
  return store.startsWith('sqlite:') ? resolve(store.slice('sqlite:'.length)) : undefined
}

/**
 * Connects, runs and lets go.
 * @param makes whether a database that is not there may be made
 * @param needsTargets opens the targets of the configuration; with other commands they are caught up by the next server
 */
export async function connected<T>(
  options: ConnectionOptions,
  use: (connection: Connection) => Promise<T>,
  { makes = false, needsTargets = false }: { readonly makes?: boolean; readonly needsTargets?: boolean } = {},
): Promise<T> {
  const url = serverOf(options)
  const tenant = options.tenant ?? orNothing(process.env.CURIA_TENANT)
  const meant = tenant === undefined ? {} : { tenant }
  if (url !== undefined) {
    const key = keyOf(options)
    return use({ client: createClient({ url, ...meant, ...(key === undefined ? {} : { key }) }), place: url })
  }
  const configuration = configurationFor(options)
  const file = databaseFile(configuration)
  if (file !== undefined && !makes && !existsSync(file))
    throw new NothingThere(`there is no database ${file}; make one with \`curia init\` or \`curia import\`, or name a server with --url`)
  // Loaded when it is needed: whoever asks a server does without store and doors.
  const { openLocal, openTargets } = await import('../assemble.ts')
  const targets = needsTargets ? await openTargets(configuration) : []
  const local = await openLocal({ store: configuration.store, snapshots: configuration.snapshots, targets }, 'system:command-line')
  try {
    const client = createClient({ url: 'http://localhost', ...meant, fetch: (request) => local.handler(request) })
    return await use({ client, place: withoutPassword(configuration.store), configuration })
  } finally {
    await local.close()
  }
}

function serverOf(options: ConnectionOptions): string | undefined {
  if (options.url !== undefined && (options.local === true || options.store !== undefined))
    throw new WrongUse(`--url names a server and --${options.local === true ? 'local' : 'store'} a database; give one of them`)
  if (options.local === true || options.store !== undefined) return undefined
  return options.url ?? orNothing(process.env.CURIA_URL)
}

function keyOf(options: ConnectionOptions): string | undefined {
  if (options.key !== undefined && options.keyFile !== undefined)
    throw new WrongUse('--key and --key-file are both given; give one of them')
  if (options.keyFile === undefined) return options.key ?? orNothing(process.env.CURIA_KEY)
  try {
    return readFileSync(options.keyFile, 'utf8').trim()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new WrongUse(`the key file ${options.keyFile} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code}`)
  }
}

function orNothing(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
