/** The front hall: the one file that knows every concrete part, and puts them together. */

import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileCondition } from './conditions.ts'
import type { Configuration, TargetSettings } from './config.ts'
import type { ActorReference, Instant, InstantInput } from './core/index.ts'
import { CuriaError, readId, readInstant, refuse, refusing } from './core/index.ts'
import type { Handler } from './server/handler.ts'
import type { Access, Plugin } from './service/access.ts'
import type { Catalogue, TypedAccess } from './service/catalogue.ts'
import { changesForCatalogue } from './service/catalogue.ts'
import type { KeyBearer } from './service/keys.ts'
import { authenticate, bootstrap } from './service/keys.ts'
import type { Mirror, MirroredTarget } from './service/mirror.ts'
import { closeMirrors, openMirrors } from './service/mirrors.ts'
import type { NewKey } from './service/new-key.ts'
import { openAccess } from './service/open-access.ts'
import { requirePlugin } from './service/plugins.ts'
import type { Tenant } from './service/tenants.ts'
import { Tenants } from './service/tenants.ts'
import { timeOrderedIds } from './service/time-ordered-id.ts'
import { readIntent, write } from './service/write.ts'
import { createMemoryStore } from './store/memory.ts'
import type { Store } from './store/store.ts'
import type { Target } from './targets/target.ts'

/** The tenant of a fresh installation. */
export const mainTenant = 'main'

export interface AccessOptions {
  /** `memory:`, `sqlite:<path>`, `postgres://...`, or a store of the program's own. Closing the access closes it. */
  readonly store: string | Store
  /** Default `main`. */
  readonly tenant?: string
  /** The clock that questions and writes are judged by. Default the clock of the machine. */
  readonly clock?: () => InstantInput
  /** Other systems whose accounts mirror our users and groups. Closing the access closes them. */
  readonly targets?: readonly MirroredTarget[]
}

export interface ProgramOptions extends AccessOptions {
  /** Activated in this order before the access is there; when one of them is not, nothing is, and those before it are deactivated. */
  readonly plugins?: readonly Plugin[]
}

/**
 * Opens a tenant for an embedding program. The handle acts as `system:library`, which has every right; `as` gives handles that are judged.
 * Cost grows with the tenant: all of it is read into memory.
 *
 * With a `catalogue` (see `defineCatalogue`), its resource types, permissions and roles are registered, and the names in checks and
 * writes are checked by the compiler. A start that finds them registered writes nothing.
 * @throws CuriaError `store_unavailable`, `unsupported_format` for a store that is not known; of a catalogue, what its changes refuse
 */
export function createAccess<const C extends Catalogue>(options: ProgramOptions & { readonly catalogue: C }): Promise<TypedAccess<C>>
export function createAccess(options: ProgramOptions): Promise<Access>
export async function createAccess(options: ProgramOptions & { readonly catalogue?: Catalogue }): Promise<Access> {
  const { tenant, mirrors, close } = await openTenant(options)
  try {
    const { catalogue } = options
    if (catalogue !== undefined) {
      const intent = readIntent('system:library', { reason: 'the catalogue of the program' }, undefined)
      await write(tenant, intent, (snapshot) => changesForCatalogue(snapshot, catalogue))
    }
    const access = openAccess(tenant, 'system:library', close, mirrors)
    await activateAll(access, options.plugins)
    return access
  } catch (error) {
    await close()
    throw error
  }
}

/** Activates plugins in their order; when one is not, those before it end. */
async function activateAll(access: Access, plugins: readonly Plugin[] = []): Promise<void> {
  const active: string[] = []
  try {
    for (const plugin of plugins) {
      await access.plugins.activate(plugin)
      active.push(plugin.name)
    }
  } catch (error) {
    for (const name of active.reverse()) await access.plugins.deactivate(name).catch(() => undefined)
    throw error
  }
}

export interface InstallationOptions extends AccessOptions {
  /** The administrator's key of the configuration. */
  readonly bootstrapKey?: string | undefined
}

/** What a server runs on. */
export interface Installation {
  /** Acts as `system:server`: doors call `as` with who calls. */
  readonly access: Access
  /** Whom an API key speaks for at this moment; undefined: nobody. */
  readonly authenticate: (key: string) => KeyBearer | undefined
  /** The key that was made at the first start, to be printed once; its text is stored nowhere. */
  readonly newKey?: NewKey
}

/**
 * Opens a tenant for a server, and makes sure that somebody can administer it: with the key of the configuration, or at the first start
 * with a new one.
 * @throws CuriaError as `createAccess`
 */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const { tenant, mirrors, close } = await openTenant(options)
  try {
    const newKey = await bootstrap(tenant, options.bootstrapKey)
    return {
      access: openAccess(tenant, 'system:server', close, mirrors),
      authenticate: (key) => authenticate(tenant.snapshot, key, tenant.ground.now()),
      ...(newKey === undefined ? {} : { newKey }),
    }
  } catch (error) {
    await close()
    throw error
  }
}

interface Opened {
  readonly tenant: Tenant
  readonly mirrors: readonly Mirror[]
  /** Lets go of everything. */
  close(): Promise<void>
}

async function openTenant(options: AccessOptions): Promise<Opened> {
  const name = refusing(() => readId(options.tenant ?? mainTenant, 'tenant'))
  const { clock = () => new Date() } = options
  const now = (): Instant => refusing(() => readInstant(clock(), 'clock'))
  const store = typeof options.store === 'string' ? await openStore(options.store) : options.store
  const identity = await store.identity()
  const tenants = new Tenants({ store, identity, compileCondition, now, newId: timeOrderedIds() })
  try {
    const tenant = await tenants.get(name)
    const mirrors = await openMirrors(tenant, options.targets ?? [])
    const close = async () => {
      // What is under way there still needs the store.
      await closeMirrors(mirrors)
      await tenants.close()
    }
    return { tenant, mirrors, close }
  } catch (error) {
    await tenants.close()
    throw error
  }
}

/** The HTTP doors of an installation in this process, without a socket. */
export interface Local {
  readonly handler: Handler
  /** Lets go of the store. */
  close(): Promise<void>
}

/**
 * Opens a tenant for somebody on this machine who may read the database anyway: whoever calls the handler acts as `actor`.
 * @throws CuriaError as `createAccess`
 */
export async function openLocal(options: AccessOptions, actor: ActorReference): Promise<Local> {
  // Loaded when it is needed, as the store is: a program that embeds Curia loads no server.
  const { createHandler } = await import('./server/handler.ts')
  const access = await createAccess(options)
  // A cursor must outlive the process that gave it; whoever can open the database gains nothing by forging one.
  const secret = 'local'
  try {
    return { handler: createHandler({ access, actor, secret, version: version() }), close: () => access.close() }
  } catch (error) {
    // A pool of connections that nobody closes would keep the process alive.
    await access.close()
    throw error
  }
}

export interface ServerOptions {
  readonly configuration: Configuration
  /** Files of worlds, each loaded when nothing of it is there yet. */
  readonly worlds?: readonly string[]
  /** Every request is written to standard error. Default: only what went wrong. */
  readonly logsRequests?: boolean
}

/** A server that answers. */
export interface RunningServer {
  /** Where: `http://127.0.0.1:4680`. */
  readonly url: string
  /** The administrator's key that was made at the first start, to be shown once. */
  readonly newKey?: string
  /** The worlds that were loaded, by their path. */
  readonly loaded: readonly string[]
  /** At SIGTERM or SIGINT answers the calls under way, then lets go of the store, so that the process ends. */
  stopAtSignals(): void
}

/**
 * Opens the store and serves it over HTTP.
 * @throws CuriaError as `createAccess`; `bad_request` when the address cannot be listened on; of the worlds, what `readFormat` says
 */
export async function startServer({ configuration, worlds = [], logsRequests = false }: ServerOptions): Promise<RunningServer> {
  const { host, port, store, bootstrapKey, allowedHosts, plugins } = configuration
  const loadedPlugins = await loadPlugins(plugins)
  const targets = await openTargets(configuration)
  const [{ createHandler, listen, stopAtSignals }, { pino }] = await Promise.all([import('./server/index.ts'), import('pino')])
  const { access, authenticate, newKey } = await openInstallation({ store, bootstrapKey, targets })
  try {
    const log = pino(
      { level: logsRequests ? 'info' : 'error', serializers: { error: pino.stdSerializers.err } },
      pino.destination({ fd: 2, sync: true }),
    )
    const loaded = await loadWorlds(access, worlds)
    await activateAll(access, loadedPlugins)
    const handler = createHandler({ access, authenticate, hosts: [host, ...allowedHosts], version: version(), log })
    const listener = await listen(handler, { host, port, log })
    return {
      url: listener.url,
      loaded,
      stopAtSignals: () => stopAtSignals(listener, () => access.close()),
      ...(newKey === undefined ? {} : { newKey: newKey.text }),
    }
  } catch (error) {
    await access.close()
    throw error
  }
}

/**
 * Opens the targets of a configuration; nothing is connected to yet. Each kind is loaded when one of it is there.
 * @throws CuriaError `bad_request` for an address that is none, or a token file that cannot be used
 */
export async function openTargets({ targets }: Pick<Configuration, 'targets'>): Promise<readonly MirroredTarget[]> {
  const opened: MirroredTarget[] = []
  for (const { name, users, groups, existing, ...settings } of targets) {
    const rules = {
      ...(users === undefined ? {} : { users }),
      ...(groups === undefined ? {} : { groups }),
      ...(existing === undefined ? {} : { existing }),
    }
    try {
      opened.push({ name, rules, target: await openTarget(settings) })
    } catch (error) {
      throw new CuriaError(refuse('bad_request', { reason: `target ${name}: ${error instanceof Error ? error.message : ''}` }), {
        cause: error,
      })
    }
  }
  return opened
}

type TargetKind<T> = T extends unknown ? Omit<T, 'name' | 'users' | 'groups' | 'existing'> : never

async function openTarget(settings: TargetKind<TargetSettings>): Promise<Target> {
  if (settings.kind === 'django') {
    const { djangoTarget } = await import('./targets/django.ts')
    return djangoTarget(settings)
  }
  const { scimTarget } = await import('./targets/scim.ts')
  const { tokenFile, ...rest } = settings
  return scimTarget(tokenFile === undefined ? rest : { ...rest, token: readSecret(tokenFile) })
}

/** A file that others can read holds no secret. */
function readSecret(file: string): string {
  if ((statSync(file).mode & 0o077) !== 0) throw new Error(`the file ${file} can be read by others; take their rights away with chmod 600`)
  return readFileSync(file, 'utf8').trim()
}

/**
 * Loads the plugins of the configuration: each path is that of a module, relative to the working folder, whose default export is a plugin
 * or a list of plugins.
 */
async function loadPlugins(paths: readonly string[]): Promise<readonly Plugin[]> {
  const plugins: Plugin[] = []
  for (const path of paths) {
    const fault = (reason: string, cause?: unknown) =>
      new CuriaError(refuse('bad_request', { reason: `the plugin ${path} cannot be loaded: ${reason}` }), { cause })
    let module: unknown
    try {
      module = await import(pathToFileURL(resolve(path)).href)
    } catch (error) {
      throw fault(error instanceof Error ? error.message : String(error), error)
    }
    const given: unknown = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
    for (const plugin of Array.isArray(given) ? given : [given]) {
      try {
        requirePlugin(plugin)
      } catch (error) {
        throw fault(`its default export is no plugin; ${error instanceof Error ? error.message : String(error)}`, error)
      }
      plugins.push(plugin)
    }
  }
  return plugins
}

/** Loads each world of which nothing is there: what was changed or deleted since stays as it is. */
async function loadWorlds(access: Access, paths: readonly string[]): Promise<readonly string[]> {
  const { readFormat } = await import('./formats/index.ts')
  const loaded: string[] = []
  for (const path of paths) {
    const reported = await readFormat('world', { path })
    const { counts } = access.planImport(reported)
    if (counts.change > 0 || counts.leave > 0) continue
    await access.importWorld(reported, { reason: 'a world to try things on' })
    loaded.push(path)
  }
  return loaded
}

/** Of the package. */
function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : ''
}

/**
 * Opens a store by its address: `memory:`, `sqlite:<path>`, the path relative to the working folder, or `postgres://user@host/database`.
 * @throws CuriaError `unsupported_format`, `store_unavailable`
 */
export async function openStore(address: string): Promise<Store> {
  if (address === 'memory:') return createMemoryStore()
  if (address.startsWith('sqlite:') && address.length > 'sqlite:'.length) {
    // Loaded when it is needed: a program on another store does not load the database.
    const { openSqliteStore } = await import('./store/sqlite.ts')
    return openSqliteStore({ path: address.slice('sqlite:'.length) })
  }
  if (/^postgres(ql)?:\/\/./.test(address)) {
    const { openPostgresStore } = await import('./store/postgres.ts')
    return openPostgresStore({ url: address })
  }
  // An address may hold a password.
  const [scheme = ''] = address.split(':', 1)
  throw new CuriaError(refuse('unsupported_format', { format: `${scheme}:`, known: ['memory:', 'sqlite:<path>', 'postgres://...'] }))
}
