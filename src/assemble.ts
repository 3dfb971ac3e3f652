/** The front hall: the one file that knows every concrete part, and puts them together. */

import { createHmac } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileCondition } from './conditions.ts'
import type { Configuration, TargetSettings, TlsConfiguration } from './config.ts'
import { ConfigurationError, requireSafeListening, requireSharedStore } from './config.ts'
import type { ActorReference, Catalogue, Instant, InstantInput, Json, Revision } from './core/index.ts'
import {
  CuriaError,
  jsonObject,
  lastingAdministrator,
  list,
  mainTenant,
  oneOf,
  readId,
  readInstant,
  record,
  refuse,
  refusing,
  text,
  whole,
} from './core/index.ts'
import type { SharedBudgets } from './server/budget.ts'
import type { Handler } from './server/handler.ts'
import type { Access, Plugin } from './service/access.ts'
import type { TypedAccess } from './service/catalogue.ts'
import { changesForCatalogue } from './service/catalogue.ts'
import type { SharedGuesses, ToldGuess } from './service/guesses.ts'
import { bootstrap, rememberingKeys } from './service/keys.ts'
import { smtpMailer } from './service/mail.ts'
import type { Mirror, MirroredTarget } from './service/mirror.ts'
import { closeMirrors, openMirrors } from './service/mirrors.ts'
import type { KeyBearer, NewKey } from './service/new-key.ts'
import { openAccess } from './service/open-access.ts'
import { OtherTenants } from './service/other-tenants.ts'
import { Passwords } from './service/passwords.ts'
import { requirePlugin } from './service/plugins.ts'
import type { SignInOptions } from './service/sign-in.ts'
import { SignIn } from './service/sign-in.ts'
import type { SnapshotFiles } from './service/snapshot-keeper.ts'
import { leastSnapshotRows } from './service/snapshot-keeper.ts'
import type { Tenant } from './service/tenants.ts'
import { Tenants } from './service/tenants.ts'
import { timeOrderedIds } from './service/time-ordered-id.ts'
import { readIntent, write } from './service/write.ts'
import { createMemoryStore } from './store/memory.ts'
import type { Store, StoreIdentity } from './store/store.ts'
import type { Target } from './targets/target.ts'
import type { Line } from './workers/worker.ts'

export interface AccessOptions {
  /** `memory:`, `sqlite:<path>`, `postgres://...`, or a store of the program's own. Closing the access closes it. */
  readonly store: string | Store
  /** Default `main`. */
  readonly tenant?: string
  /** The clock that questions and writes are judged by. Default the clock of the machine. */
  readonly clock?: () => InstantInput
  /**
   * Where the state is kept for a quick start: `beside` a SQLite file that is named by its path, in a folder, or `off`. What is kept holds
   * the records of people; it is for its owner alone. Default `beside`.
   */
  readonly snapshots?: string
  /** Told when such a file could not be used or written. Default: nobody is. */
  readonly onNotice?: (notice: string) => void
  /** Other systems whose accounts mirror our users and groups. Closing the access closes them. */
  readonly targets?: readonly MirroredTarget[]
  /** Tells the other processes of this machine what was written; a write is answered when it resolves. Default: there are none. */
  readonly spread?: (tenant: string, revision: Revision) => Promise<void>
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
    tenantsOfPrograms.set(access, tenant)
    await activateAll(access, options.plugins)
    return access
  } catch (error) {
    await close()
    throw error
  }
}

/** The tenants behind the handles that programs hold. */
const tenantsOfPrograms = new WeakMap<object, Tenant>()

/**
 * Sign-in for an embedding program: passwords, sessions and HTTP Basic of the people of a tenant, for a guard (`curia/guard`) and for pages of
 * the program's own. Whoever holds it can let anybody in: keep it. Close it before the access.
 * @param access as `createAccess` gave it
 */
export async function openSignIn(access: object, options: Partial<SignInOptions> = {}): Promise<SignIn> {
  const tenant = tenantsOfPrograms.get(access)
  if (tenant === undefined) throw new CuriaError(refuse('invalid_parameter', { field: 'access', reason: 'is no access of createAccess' }))
  const signIn = new SignIn(tenant, { ...noMail, ...options })
  await signIn.begin()
  return signIn
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
  /** How people sign in. Default: by password, without mail. */
  readonly signIn?: SignInOptions
  /** Another process has made sure that somebody can administer it. Default false. */
  readonly isFounded?: boolean
}

/** What a server runs on. */
export interface Installation {
  /** Acts as `system:server`: doors call `as` with who calls. */
  readonly access: Access
  /** Whom an API key speaks for at this moment, called from the address; undefined: nobody. */
  readonly authenticate: (key: string, address?: string) => KeyBearer | undefined
  /** The same for a key that comes again and again: what it alone says is found out once. */
  readonly bearerOf: (key: string) => (address?: string) => KeyBearer | undefined
  /** How people come in. */
  readonly signIn: SignIn
  /** Compares the state of a tenant that stands open with the store at once. */
  readonly look: (tenant: string) => Promise<void>
  /** Seals what every process on this store gives out and takes back. */
  readonly secret: Uint8Array
  /** The tenants beside `main`; absent where another one is opened, which knows of nobody beside it. */
  readonly neighbours?: OtherTenants
  /** The key that was made at the first start, to be printed once; its text is stored nowhere. */
  readonly newKey?: NewKey
  /** The token of the claim that was made with it: whoever has it becomes the first administrator. Its text is stored nowhere. */
  readonly newClaim?: string
}

/**
 * Opens a tenant for a server, and makes sure that somebody can administer it: with the key of the configuration, or at the first start
 * with a new one.
 * @throws CuriaError as `createAccess`
 */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const { tenant, tenants, mirrors, close } = await openTenant(options)
  try {
    const { isFounded = false } = options
    const newKey = isFounded ? undefined : await bootstrap(tenant, options.bootstrapKey)
    const keyCalled = rememberingKeys()
    const bearerOf = (key: string) => {
      const known = keyCalled(key)
      return (address?: string) => known(tenant.snapshot, tenant.ground.now(), address)
    }
    const passwords = new Passwords()
    const signIn = new SignIn(tenant, options.signIn ?? noMail, passwords)
    await signIn.begin()
    const { password, claim } = signIn.settings
    // Together with the first key, and so once: a second start finds the key made.
    const isClaimable =
      newKey !== undefined && password && claim && lastingAdministrator(tenant.snapshot, tenant.ground.now()) === undefined
    const newClaim = isClaimable ? await signIn.makeClaim() : undefined
    const neighbours = neighboursOf(tenant, tenants, options.signIn ?? noMail, passwords)
    return {
      access: openAccess(
        tenant,
        'system:server',
        async () => {
          await neighbours?.close()
          await signIn.close()
          await close()
        },
        mirrors,
      ),
      ...(neighbours === undefined ? {} : { neighbours }),
      authenticate: (key, address) => bearerOf(key)(address),
      bearerOf,
      signIn,
      look: (name) => tenants.look(name),
      secret: createHmac('sha256', Buffer.from(tenant.ground.identity.secret, 'hex')).update('cursors\n').digest(),
      ...(newKey === undefined ? {} : { newKey }),
      ...(newClaim === undefined ? {} : { newClaim }),
    }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Makes a new token of the claim, in place of the one before.
 * @throws CuriaError `forbidden` when there is an administrator; as `createAccess`
 */
export async function renewClaim(options: AccessOptions): Promise<string> {
  const { tenant, close } = await openTenant(options)
  try {
    return await new SignIn(tenant, noMail).makeClaim()
  } finally {
    await close()
  }
}

/** The tenants beside `main`: people come into each as into `main`, and its letters lead to its own pages. */
function neighboursOf(tenant: Tenant, tenants: Tenants, signIn: SignInOptions, passwords: Passwords): OtherTenants | undefined {
  if (tenant.name !== mainTenant) return undefined
  return new OtherTenants(
    tenants,
    tenant,
    (other) => new SignIn(other, { ...signIn, address: () => `${signIn.address().replace(/\/+$/, '')}/t/${other.name}` }, passwords),
  )
}

/** People sign in by password; no letters are sent. */
const noMail: SignInOptions = { address: () => '' }

interface Opened {
  readonly tenant: Tenant
  /** All that are opened of the same store. */
  readonly tenants: Tenants
  readonly mirrors: readonly Mirror[]
  /** Lets go of everything. */
  close(): Promise<void>
}

async function openTenant(options: AccessOptions): Promise<Opened> {
  const name = refusing(() => readId(options.tenant ?? mainTenant, 'tenant'))
  const { clock } = options
  const now = clock === undefined ? machineClock() : (): Instant => refusing(() => readInstant(clock(), 'clock'))
  const store = typeof options.store === 'string' ? await openStore(options.store) : options.store
  const identity = await store.identity()
  const { spread } = options
  const snapshots = snapshotFiles(options, identity)
  const ground = {
    store,
    identity,
    compileCondition,
    now,
    newId: timeOrderedIds(),
    ...(snapshots === undefined ? {} : { snapshots }),
    ...(spread === undefined ? {} : { spread }),
  }
  const tenants = new Tenants(ground)
  try {
    const tenant = await tenants.get(name)
    const mirrors = await openMirrors(tenant, options.targets ?? [])
    const close = async () => {
      // What is under way there still needs the store.
      await closeMirrors(mirrors)
      await tenants.close()
    }
    return { tenant, tenants, mirrors, close }
  } catch (error) {
    await tenants.close()
    throw error
  }
}

/** Where the files of snapshots stand; undefined: nowhere. */
function snapshotFiles({ store, snapshots = 'beside', onNotice }: AccessOptions, { id }: StoreIdentity): SnapshotFiles | undefined {
  if (snapshots === 'off' || store === 'memory:') return undefined
  const common = { program: version(), leastRows: leastSnapshotRows, notice: onNotice ?? (() => undefined) }
  if (snapshots !== 'beside') return { ...common, pathOf: (tenant) => join(resolve(snapshots), `${id}.${tenant}.snapshot`) }
  if (typeof store !== 'string' || !store.startsWith('sqlite:')) return undefined
  const file = resolve(store.slice('sqlite:'.length))
  return { ...common, pathOf: (tenant) => `${file}.${tenant}.snapshot` }
}

/** The clock of the machine. Many questions are asked in one millisecond, and writing it down takes longer than answering one. */
function machineClock(): () => Instant {
  let milliseconds = Number.NaN
  let instant = readInstant(0, 'clock')
  return () => {
    const read = Date.now()
    if (read !== milliseconds) {
      instant = readInstant(read, 'clock')
      milliseconds = read
    }
    return instant
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
  const { tenant, tenants, mirrors, close } = await openTenant(options)
  const passwords = new Passwords()
  const signIn = new SignIn(tenant, noMail, passwords)
  const neighbours = neighboursOf(tenant, tenants, noMail, passwords)
  const closeAll = async () => {
    await neighbours?.close()
    await close()
  }
  const access = openAccess(tenant, 'system:library', closeAll, mirrors)
  // A cursor must outlive the process that gave it; whoever can open the database gains nothing by forging one.
  const secret = 'local'
  try {
    return {
      handler: createHandler({ access, actor, signIn, secret, version: version(), ...(neighbours && { neighbours }) }),
      close: () => access.close(),
    }
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
  /** Every request is written to standard error. Default: only what went wrong, and what could. */
  readonly logsRequests?: boolean
}

/** A server that answers. */
export interface RunningServer {
  /** Where: `http://127.0.0.1:4680`. */
  readonly url: string
  /** How many processes answer. */
  readonly workers: number
  /** This process is one of several workers; what is to be said, the process that keeps them says. */
  readonly isWorker: boolean
  /** Where the figures for Prometheus are, if they are wanted: `http://127.0.0.1:9464/metrics`. */
  readonly metricsUrl?: string
  /** The administrator's key that was made at the first start, to be shown once. */
  readonly newKey?: string
  /** Where people reach it. */
  readonly publicUrl: string
  /** The token by which the new installation is claimed, once and within an hour, to be shown once. */
  readonly newClaim?: string
  /** The worlds that were loaded, by their path. */
  readonly loaded: readonly string[]
  /** At SIGTERM or SIGINT answers the calls under way, then lets go of the store, so that the process ends. */
  stopAtSignals(): void
}

/**
 * Opens the store and serves it over HTTP, in this process or in several workers of it.
 * @throws CuriaError as `createAccess`; `bad_request` when the address cannot be listened on; of the worlds, what `readFormat` says.
 *   ConfigurationError for settings that do not go together. WorkerEnded when a worker could not begin, which has said why.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { configuration } = options
  requireSafeListening(configuration)
  requireSharedStore(configuration)
  if (configuration.workers === 1) return serve(options)
  const { isWorker, Line } = await import('./workers/worker.ts')
  if (!isWorker()) return keepWorkers(options)
  const line = await Line.begin()
  try {
    return await serve(options, line)
  } catch (error) {
    line.end()
    throw error
  }
}

/**
 * Serves from this process.
 * @param line to the keeper, in a worker
 */
async function serve({ configuration, worlds = [], logsRequests = false }: ServerOptions, line?: Line): Promise<RunningServer> {
  const { host, port, store, snapshots, bootstrapKey, allowedHosts, metricsPort, publicUrl, mail, limits, trustedProxies, plugins } =
    configuration
  const tls = configuration.tls === undefined ? undefined : readTls(configuration.tls)
  const loadedPlugins = await loadPlugins(plugins)
  const targets = await openTargets(configuration)
  const [{ createHandler, listen, stopAtSignals }, { prepareTree }, log] = await Promise.all([
    import('./server/index.ts'),
    import('./server/group-tree.ts'),
    serverLog(logsRequests),
  ])
  let listening: string | undefined
  const signInOptions: SignInOptions = {
    settings: configuration.signIn,
    ...(mail === undefined ? {} : { mailer: smtpMailer(mail) }),
    // Letters are written when the server listens.
    address: () => publicUrl ?? listening ?? '',
    onFailure: (error) => log.error({ error }, 'a letter could not be sent'),
    ...(line === undefined ? {} : { shared: sharedGuesses(line) }),
  }
  const installation = await openInstallation({
    store,
    snapshots: snapshotsOf(snapshots, line),
    onNotice: (notice) => log.warn(notice),
    bootstrapKey,
    signIn: signInOptions,
    targets,
    ...(line === undefined ? {} : { isFounded: true, spread: (tenant, revision) => line.everywhere(tenant, revision) }),
  })
  const { access, authenticate, bearerOf, signIn, neighbours, newKey, newClaim, secret, look } = installation
  try {
    // The keeper has loaded them.
    const loaded = line === undefined ? await loadWorlds(access, worlds) : []
    await activateAll(access, loadedPlugins)
    access.prepareLists()
    prepareTree(access)
    const metrics = metricsPort === undefined ? undefined : (await import('./server/metrics.ts')).createMetrics(access)
    const hosts = [host, ...allowedHosts, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])]
    const handler = createHandler({
      access: metrics?.access ?? access,
      authenticate,
      bearerOf,
      signIn,
      hosts,
      trustedProxies,
      limits,
      secret,
      version: version(),
      log,
      ...(publicUrl === undefined ? {} : { publicUrl }),
      ...(neighbours === undefined ? {} : { neighbours: metrics?.watching(neighbours) ?? neighbours }),
      ...(metrics === undefined ? {} : { observe: metrics.observe }),
      ...(line === undefined ? {} : { sharedBudgets: sharedBudgets(line) }),
    })
    const told = async (): Promise<readonly Json[]> => JSON.parse(JSON.stringify((await metrics?.figures()) ?? []))
    // Before it takes calls: a worker answers nobody from a state that another one has left behind.
    await line?.attend(access.tenant, { look, figures: told })
    // The figures first: whoever sees the server answer may ask for them. Those of workers the keeper gives out.
    const isAsked = metrics !== undefined && line === undefined
    const figures = isAsked ? await listen(metrics.handler, { port: metricsPort ?? 0, log }) : undefined
    const listener = await listen(handler, { host, port, tls, log }).catch(async (error: unknown) => {
      await figures?.stop()
      throw error
    })
    listening = listener.url
    const stopsAtSignals = () =>
      stopAtSignals(listener, async () => {
        await figures?.stop()
        await access.close()
        line?.end()
      })
    line?.listening(listener.url, stopsAtSignals())
    return {
      url: listener.url,
      publicUrl: publicUrl ?? listener.url,
      workers: 1,
      isWorker: line !== undefined,
      loaded,
      stopAtSignals: () => {
        if (line === undefined) stopsAtSignals()
      },
      ...(figures === undefined ? {} : { metricsUrl: `${figures.url}/metrics` }),
      ...(newKey === undefined ? {} : { newKey: newKey.text }),
      ...(newClaim === undefined ? {} : { newClaim }),
    }
  } catch (error) {
    await access.close()
    throw error
  }
}

/** A worker keeps the file of its snapshot in a folder of its own: two that wrote one file would be in each other's way. */
function snapshotsOf(snapshots: string, line: Line | undefined): string {
  return line === undefined || snapshots === 'off' || snapshots === 'beside' ? snapshots : join(snapshots, `worker-${line.place}`)
}

/** Makes sure that there is something to serve, and that somebody can administer it; then keeps the workers that serve it. */
async function keepWorkers({ configuration, worlds = [], logsRequests = false }: ServerOptions): Promise<RunningServer> {
  const { store, snapshots, bootstrapKey, signIn: settings, workers: count, publicUrl, metricsPort } = configuration
  const [{ Keeper }, { listen, stopAtSignals }, log] = await Promise.all([
    import('./workers/keeper.ts'),
    import('./server/index.ts'),
    serverLog(logsRequests),
  ])
  // Once, before there are several who could: the first key, the claim, the worlds.
  const onNotice = (notice: string) => log.warn(notice)
  const installation = await openInstallation({ store, snapshots, onNotice, bootstrapKey, signIn: { ...noMail, settings } })
  const { newKey, newClaim } = installation
  let loaded: readonly string[]
  try {
    loaded = await loadWorlds(installation.access, worlds)
  } finally {
    await installation.access.close()
  }
  const keeper = await Keeper.start({ count, say: (line) => log.error({}, line) })
  try {
    const handler =
      metricsPort === undefined
        ? undefined
        : (await import('./server/metrics.ts')).mergedMetrics(async () => figuresIn(await keeper.figures()))
    const figures = handler === undefined ? undefined : await listen(handler, { port: metricsPort ?? 0, log })
    return {
      url: keeper.url,
      publicUrl: publicUrl ?? keeper.url,
      workers: count,
      isWorker: false,
      loaded,
      stopAtSignals: () => {
        stopAtSignals(keeper, async () => figures?.stop())
      },
      ...(figures === undefined ? {} : { metricsUrl: `${figures.url}/metrics` }),
      ...(newKey === undefined ? {} : { newKey: newKey.text }),
      ...(newClaim === undefined ? {} : { newClaim }),
    }
  } catch (error) {
    await keeper.stop()
    throw error
  }
}

async function serverLog(logsRequests: boolean) {
  const { pino } = await import('pino')
  return pino(
    { level: logsRequests ? 'info' : 'warn', serializers: { error: pino.stdSerializers.err } },
    pino.destination({ fd: 2, sync: true }),
  )
}

const spentShape = list(
  record({
    what: oneOf('checks', 'requests'),
    caller: text(undefined, { maxLength: 1000 }),
    count: whole(1, Number.MAX_SAFE_INTEGER),
  }),
  Number.MAX_SAFE_INTEGER,
)
const guessShape = record({
  tenant: text(undefined, { maxLength: 255 }),
  of: oneOf('account', 'address'),
  did: oneOf('take', 'giveBack', 'clear'),
  who: text(undefined, { maxLength: 1000 }),
})
const figuresShape = list(list(jsonObject))

/** What callers have sent, told along the line. */
function sharedBudgets(line: Line): SharedBudgets {
  return {
    tell: (spent) => line.tell('budgets', spentShape.read(spent, 'spent')),
    hear: (listener) => line.hear('budgets', (value) => listener(spentShape.read(value, 'spent'))),
  }
}

/** Who has tried to sign in to a tenant, told along the line. */
function sharedGuesses(line: Line): (tenant: string) => SharedGuesses {
  const listeners = new Map<string, (told: ToldGuess) => void>()
  line.hear('guesses', (value) => {
    const { tenant, ...told } = guessShape.read(value, 'guess')
    listeners.get(tenant)?.(told)
  })
  return (tenant) => ({
    tell: (told) => line.tell('guesses', guessShape.read({ ...told, tenant }, 'guess')),
    // A tenant that was let go and is opened anew is heard for where it stands open.
    hear: (listener) => listeners.set(tenant, listener),
  })
}

function figuresIn(told: readonly unknown[]): readonly (readonly object[])[] {
  return figuresShape.read(told, 'figures')
}

/** The certificate and its key. Throws a ConfigurationError that names the file. */
function readTls({ certificate, key }: TlsConfiguration): { readonly cert: string; readonly key: string } {
  const contentOf = (file: string): string => {
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      // What node says names the path and the reason, such as ENOENT.
      throw new ConfigurationError(error instanceof Error ? error.message : String(error), { key: 'tls' })
    }
  }
  const read = { cert: contentOf(certificate), key: contentOf(key) }
  if ((statSync(key).mode & 0o077) !== 0)
    throw new ConfigurationError(`the private key ${key} can be read by others; take their rights away with chmod 600`, { key: 'tls' })
  return read
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
