/** The settings of a server: from a configuration file and the environment, which wins. */

import { readFileSync, statSync } from 'node:fs'
import type { Document } from 'yaml'
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import type { Infer, Shape } from './core/index.ts'
import { flag, isInNetwork, list, oneOf, optional, Refusal, readNetwork, record, refuse, text, whole } from './core/index.ts'

/** What a server is started with. */
export interface Configuration {
  /** Address to listen on. Default 127.0.0.1. */
  readonly host: string
  /** Port to listen on; 0 takes a free one. Default 4680. */
  readonly port: number
  /** How many processes answer, 1 to 64; more than one need a store that they can share, `postgres://...`: see [several processes](../several-processes.md). Default 1. */
  readonly workers: number
  /** `sqlite:<path>` (relative to the working folder) or `memory:`. Default `sqlite:./data/curia.db`. */
  readonly store: string
  /** Where the states of tenants are kept for a quick start: `beside` a SQLite file, in a folder, or `off`. On PostgreSQL only a folder does anything. Default beside. */
  readonly snapshots: string
  /** An API key with the administrator's rights, 32 characters or more. Absent: one is made at the first start. */
  readonly bootstrapKey?: string
  /** Port of the loopback on which the figures for Prometheus are given out; 0 takes a free one. Default: none are. */
  readonly metricsPort?: number
  /** Host names that the server answers for beside those of the loopback and `host`. Default none. */
  readonly allowedHosts: readonly string[]
  /** Other systems whose accounts mirror our users and groups: see [mirroring](../mirroring.md). Default none. */
  readonly targets: readonly TargetSettings[]
  /** Where people reach the server from outside, `https://curia.example`: links in letters begin with it, and its host is answered for. Default: where it listens. */
  readonly publicUrl?: string
  /** Files of the certificate and its key, by which the server speaks TLS itself. Needed, or `behindProxy`, to listen on another address than the loopback. */
  readonly tls?: TlsConfiguration
  /** A proxy that speaks TLS stands in front; its networks must be named in `trustedProxies`. Default false. */
  readonly behindProxy: boolean
  /** Networks (CIDR) of the proxies in front: what they say in `X-Forwarded-For` is believed. Default none. */
  readonly trustedProxies: readonly string[]
  /** Which doors of sign-in stand open, and how long sessions last. */
  readonly signIn: SignInConfiguration
  /** The mail server by which letters are sent. Absent: the doors that need mail say so. */
  readonly mail?: MailConfiguration
  /** How many requests one caller may send. */
  readonly limits: LimitConfiguration
  /** Paths of the modules of plugins, relative to the working folder, activated in this order. Default none. */
  readonly plugins: readonly string[]
}

const affix = text(undefined, { maxLength: 100 })
const nameRules = { prefix: optional(affix), suffix: optional(affix), limit: optional(whole(16, 10_000)) }
const commonSettings = {
  name: text(undefined, { minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$' }),
  users: optional(record(nameRules)),
  groups: optional(record({ ...nameRules, path: optional(oneOf('parent', 'full', 'none')) })),
  existing: optional(oneOf('refuse', 'use')),
}
const address = text(undefined, { minLength: 1, maxLength: 4000 })
const table = text(undefined, { minLength: 1, maxLength: 63 })
const targetShapes = {
  django: record({
    ...commonSettings,
    kind: oneOf('django'),
    database: address,
    userTable: optional(table),
    userColumn: optional(table),
  }),
  scim: record({
    ...commonSettings,
    kind: oneOf('scim'),
    url: address,
    token: optional(text(undefined, { maxLength: 10_000 })),
    tokenFile: optional(address),
    allowLoopback: optional(flag),
    timeoutSeconds: optional(whole(1, 600)),
  }),
}
/** One target, as it is written in the configuration. */
export type TargetSettings = Infer<(typeof targetShapes)['django']> | Infer<(typeof targetShapes)['scim']>
export interface TlsConfiguration {
  /** File with the certificate and those above it, PEM. */
  readonly certificate: string
  /** File with the private key, PEM; must not be readable by others. */
  readonly key: string
}

export interface SignInConfiguration {
  /** People sign in by password and get a session. Without it all of these doors are closed, and programs come in by their keys. Default true. */
  readonly password?: boolean
  /** Callers may send user name and password with every request (HTTP Basic). Default false. */
  readonly basic?: boolean
  /** Anybody may ask for an account, which waits until an administrator lets it in. Default false. */
  readonly signUp?: boolean
  /** Whoever has lost the password may set a new one by mail. Default true. */
  readonly reset?: boolean
  /** People may be invited by mail. Default true. */
  readonly invitations?: boolean
  /** A new installation can be claimed in the browser, by the address that its first start prints. Default true. */
  readonly claim?: boolean
  /** Minutes without a call after which a session ends, 1 to 1440. Default 30. */
  readonly idleMinutes?: number
  /** Hours after which a session ends in any case, 1 to 720. Default 12. */
  readonly absoluteHours?: number
}

export interface MailConfiguration {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. */
  readonly server: string
  /** Who the letters come from: `Curia <curia@example.org>`, or the address alone. */
  readonly from: string
}

export interface LimitConfiguration {
  /** Questions that one caller may ask in a minute. Default 1200000. */
  readonly checksPerMinute: number
  /** Other requests that one caller may send in a minute. Default 60000. */
  readonly requestsPerMinute: number
}

export const defaultConfiguration: Configuration = {
  host: '127.0.0.1',
  port: 4680,
  workers: 1,
  store: 'sqlite:./data/curia.db',
  snapshots: 'beside',
  allowedHosts: [],
  targets: [],
  behindProxy: false,
  trustedProxies: [],
  signIn: {},
  limits: { checksPerMinute: 1_200_000, requestsPerMinute: 60_000 },
  plugins: [],
}

/** A setting that cannot be used. `message` names the setting and where it stands; the command line ends with status 78. */
export class ConfigurationError extends Error {
  /** What is wrong with the value, without its place. */
  readonly reason: string
  /** The setting as it is written there, `port` or `CURIA_PORT`; absent when the file as a whole cannot be read. */
  readonly key: string | undefined
  /** The file; absent for the environment. */
  readonly file: string | undefined
  /** Counts from 1. */
  readonly line: number | undefined

  constructor(
    reason: string,
    { key, file, line }: { readonly key?: string | undefined; readonly file?: string; readonly line?: number | undefined },
  ) {
    const place = file === undefined ? 'the settings' : line === undefined ? file : `${file}:${line}`
    super(`${place}: ${key === undefined ? '' : `${key}: `}${reason}`)
    this.name = 'ConfigurationError'
    this.key = key
    this.file = file
    this.line = line
    this.reason = reason
  }
}

/** Gives the value, or the reason why it cannot be used. Reasons never repeat the value of a secret. */
type Reader<T> = (value: unknown) => { readonly value: T } | { readonly fault: string }

const anyText = text(undefined, { minLength: 1, maxLength: 4096 })

/** Reads a setting that has settings of its own by the shapes of the core. */
function readerOf<T>(shape: Shape<T>): Reader<T> {
  return (value) => {
    try {
      return { value: shape.read(value, '') }
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault
      return { fault: fault.message.replace(/^: /, '') }
    }
  }
}

function readMailServer(value: string, field: string): string {
  if (/^smtps?:\/\/[^\s/]+\/?$/.test(value) && URL.canParse(value)) return value
  throw refuse('invalid_parameter', {
    field,
    reason: 'must be smtp://host:587 or smtps://host, with user:password@ in front of the host where it needs one',
  })
}

function readSender(value: string, field: string): string {
  if (/^[^\r\n<>]*<[^\s@<>]+@[^\s@<>]+>$|^[^\s@<>]+@[^\s@<>]+$/.test(value)) return value
  throw refuse('invalid_parameter', { field, reason: 'must be an address, Curia <curia@example.org>' })
}

function readPort(value: unknown): ReturnType<Reader<number>> {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535
    ? { value }
    : { fault: 'must be a whole number from 0 to 65535' }
}

const readers: { readonly [Key in keyof Required<Configuration>]: Reader<NonNullable<Configuration[Key]>> } = {
  host: (value) =>
    typeof value === 'string' && /^[A-Za-z0-9.:_-]{1,255}$/.test(value) ? { value } : { fault: 'must be an address or a host name' },
  port: readPort,
  metricsPort: readPort,
  workers: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 64
      ? { value }
      : { fault: 'must be a whole number from 1 to 64' },
  store: (value) =>
    typeof value === 'string' && /^(memory:$|sqlite:.|postgres(ql)?:\/\/.)/.test(value)
      ? { value }
      : { fault: 'must be sqlite:<path>, memory: or postgres://...' },
  snapshots: (value) =>
    typeof value === 'string' && value !== '' && value.length <= 4096 ? { value } : { fault: 'must be beside, off or a folder' },
  bootstrapKey: (value) => {
    if (typeof value !== 'string') return { fault: 'must be a text' }
    if (value.length < 32) return { fault: `is too short for a secret: it has ${value.length} characters, 32 are the least` }
    // It travels as a bearer token (RFC 6750, section 2.1).
    return /^[A-Za-z0-9._~+/=-]{32,1024}$/.test(value) ? { value } : { fault: 'may hold up to 1024 of A-Z a-z 0-9 . _ ~ + / = -' }
  },
  allowedHosts: (value) => {
    if (!Array.isArray(value)) return { fault: 'must be a list of host names' }
    const names = value.filter((name): name is string => typeof name === 'string' && /^[A-Za-z0-9.:_-]{1,255}$/.test(name))
    return names.length === value.length ? { value: names } : { fault: 'must be a list of host names' }
  },
  targets: (value) => {
    if (!Array.isArray(value)) return { fault: 'must be a list of targets' }
    try {
      const targets = value.map((given: unknown, index) => readTarget(given, `[${index}]`))
      const names = targets.map(({ name }) => name)
      const twice = names.find((name, index) => names.indexOf(name) !== index)
      return twice === undefined ? { value: targets } : { fault: `the target ${twice} is given twice` }
    } catch (refusal) {
      if (refusal instanceof Refusal) return { fault: refusal.message }
      throw refusal
    }
  },
  publicUrl: (value) =>
    typeof value === 'string' && /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/.test(value) && URL.canParse(value)
      ? { value }
      : { fault: 'must be the address of the server from outside, https://curia.example' },
  tls: readerOf(record({ certificate: anyText, key: anyText })),
  behindProxy: readerOf(flag),
  trustedProxies: readerOf(list(text(readNetwork), 100)),
  signIn: readerOf(
    record({
      password: optional(flag),
      basic: optional(flag),
      signUp: optional(flag),
      reset: optional(flag),
      invitations: optional(flag),
      claim: optional(flag),
      idleMinutes: optional(whole(1, 1440)),
      absoluteHours: optional(whole(1, 720)),
    }),
  ),
  mail: readerOf(record({ server: text(readMailServer, { maxLength: 2000 }), from: text(readSender, { maxLength: 500 }) })),
  limits: (value) => {
    const read = readerOf(record({ checksPerMinute: optional(whole(1, 1e9)), requestsPerMinute: optional(whole(1, 1e9)) }))(value)
    return 'fault' in read ? read : { value: { ...defaultConfiguration.limits, ...read.value } }
  },
  plugins: (value) => {
    if (!Array.isArray(value)) return { fault: 'must be a list of paths' }
    const paths = value.filter((path): path is string => typeof path === 'string' && path !== '')
    return paths.length === value.length ? { value: paths } : { fault: 'must be a list of paths' }
  },
}
type Key = keyof typeof readers

/** Reasons name the field and never its value: it may be a secret. */
function readTarget(given: unknown, field: string): TargetSettings {
  const kind = typeof given === 'object' && given !== null && 'kind' in given ? given.kind : undefined
  if (kind !== 'django' && kind !== 'scim') throw refuse('invalid_parameter', { field: `${field}.kind`, reason: 'must be django or scim' })
  const target = targetShapes[kind].read(given, field)
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(target.name))
    throw refuse('invalid_parameter', { field: `${field}.name`, reason: 'holds letters, digits, - and _' })
  if (target.kind === 'scim' && target.token !== undefined && target.tokenFile !== undefined)
    throw refuse('invalid_parameter', { field: `${field}.tokenFile`, reason: 'stands beside a token; give one of them' })
  return target
}

/** Whether a target holds a token, or the password of a database. */
function holdsSecret(given: unknown): boolean {
  if (!Array.isArray(given)) return false
  return given.some((target: unknown) => {
    if (typeof target !== 'object' || target === null) return false
    if ('token' in target) return true
    return 'database' in target && typeof target.database === 'string' && withoutPassword(target.database) !== target.database
  })
}
const known = Object.keys(readers)

function isKey(name: string): name is Key {
  return Object.hasOwn(readers, name)
}

/** Whether a value must not be read by others. */
function isSecret(name: Key, given: unknown): boolean {
  if (name === 'bootstrapKey') return true
  if (name === 'mail') return typeof given === 'object' && given !== null && 'server' in given && /:[^/@]*@/.test(String(given.server))
  if (name === 'targets') return holdsSecret(given)
  return name === 'store' && typeof given === 'string' && withoutPassword(given) !== given
}

/** The address of a store as it may be shown: `postgres://curia:...@db/curia` for one with a password. */
export function withoutPassword(store: string): string {
  return store.replace(/^(postgres(?:ql)?:\/\/[^:/?#]*):[^?#]*@/, '$1:...@').replace(/([?&](?:password|sslpassword)=)[^&]*/g, '$1...')
}

/** The variables, in the order of the settings. What is more than a text is only written in a file. */
const variables: {
  readonly [variable: string]: 'host' | 'port' | 'workers' | 'metricsPort' | 'store' | 'snapshots' | 'bootstrapKey' | 'publicUrl'
} = {
  CURIA_HOST: 'host',
  CURIA_PORT: 'port',
  CURIA_WORKERS: 'workers',
  CURIA_METRICS_PORT: 'metricsPort',
  CURIA_STORE: 'store',
  CURIA_SNAPSHOTS: 'snapshots',
  CURIA_BOOTSTRAP_KEY: 'bootstrapKey',
  CURIA_PUBLIC_URL: 'publicUrl',
}

/**
 * Reads the configuration.
 * @param file path of a `.json`, `.yaml` or `.yml` file; absent: the environment alone
 * @throws ConfigurationError for a key that is not known, a value that cannot be used, a secret that is too short, a file that holds a
 *   secret and can be read by others
 */
export function readConfiguration(
  file: string | undefined,
  environment: { readonly [variable: string]: string | undefined },
): Configuration {
  return { ...defaultConfiguration, ...(file === undefined ? {} : readFile(file)), ...readEnvironment(environment) }
}

/**
 * Refuses to listen where others on the network could read what is said: on another address than the loopback the server speaks TLS, or
 * names the proxies that do. Asked when the server starts, of all settings together.
 * @throws ConfigurationError
 */
export function requireSafeListening({ host, tls, behindProxy, trustedProxies }: Configuration): void {
  const fault = (key: string, reason: string) => new ConfigurationError(reason, { key })
  if (behindProxy && trustedProxies.length === 0)
    throw fault('behindProxy', 'needs the networks of the proxies: name them in trustedProxies')
  if (tls !== undefined || behindProxy || isLoopback(host)) return
  throw fault('host', `${host} is open to the network: give the files of tls, or set behindProxy and name trustedProxies`)
}

/**
 * Refuses several processes on a store that only one can have open. Asked when the server starts, of all settings together.
 * @throws ConfigurationError
 */
export function requireSharedStore({ workers, store }: Configuration): void {
  if (workers === 1 || /^postgres(ql)?:/.test(store)) return
  const what = store.startsWith('sqlite:')
    ? 'a database of SQLite is open in one process alone'
    : 'a store in memory is known to one process alone'
  throw new ConfigurationError(`${workers} processes need a store that they can share, postgres://...: ${what}`, { key: 'workers' })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || isInNetwork(host, '127.0.0.0/8') || isInNetwork(host, '::1')
}

function readEnvironment(environment: { readonly [variable: string]: string | undefined }): Partial<Configuration> {
  const settings = Object.entries(variables).flatMap(([variable, key]) => {
    const text = environment[variable]
    if (text === undefined) return []
    const given = (key === 'port' || key === 'metricsPort' || key === 'workers') && /^\d{1,5}$/.test(text) ? Number(text) : text
    return [[key, orFault(key, given, { key: variable })] as const]
  })
  return Object.fromEntries(settings)
}

function readFile(file: string): Partial<Configuration> {
  const { text, mode } = contentOf(file)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  return settingsIn(document, file, mode, (offset) => lines.linePos(offset).line)
}

function contentOf(file: string): { readonly text: string; readonly mode: number } {
  if (!/\.(json|ya?ml)$/.test(file)) throw new ConfigurationError('must end in .json, .yaml or .yml', { file })
  try {
    return { text: readFileSync(file, 'utf8'), mode: statSync(file).mode }
  } catch (error) {
    // What node says names the path and the reason, such as ENOENT.
    throw new ConfigurationError(error instanceof Error ? error.message : String(error), { file })
  }
}

function settingsIn(document: Document.Parsed, file: string, mode: number, lineAt: (offset: number) => number): Partial<Configuration> {
  const [error] = document.errors
  if (error !== undefined) throw new ConfigurationError(error.message, { file, line: lineAt(error.pos[0]) })
  const root = document.contents
  if (root === null) return {}
  if (!isMap(root)) throw new ConfigurationError('must hold settings by name', { file, line: 1 })

  const settings = root.items.map(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : ''
    const offset = isScalar(key) ? key.range?.[0] : undefined
    const place = { key: name, file, line: offset === undefined ? undefined : lineAt(offset) }
    if (!isKey(name)) throw new ConfigurationError(`is not known; known are ${known.join(', ')}`, place)
    const given: unknown = isNode(value) ? value.toJS(document, { maxAliasCount: 0 }) : null
    if (isSecret(name, given) && (mode & 0o077) !== 0) {
      throw new ConfigurationError('is a secret, and the file can be read by others; take their rights away with chmod 600', place)
    }
    return [name, orFault(name, given, place)] as const
  })
  return Object.fromEntries(settings)
}

function orFault(name: Key, given: unknown, place: ConstructorParameters<typeof ConfigurationError>[1]): unknown {
  const read = readers[name](given)
  if ('fault' in read) throw new ConfigurationError(read.fault, place)
  return read.value
}
