/** The plugins that are active on a tenant in this process: activated all or nothing, each the owner of what it registers. */

import type { ActivePlugins, ActorReference, Instant, Origin, Predicate, Snapshot, Writer } from '../core/index.ts'
import { CuriaError, questionsOf, Refusal, readInstant, refuse } from '../core/index.ts'
import { changesForAnonymousRole } from './anonymous-role.ts'
import type { Kind } from './find-records.ts'
import { tableOf } from './find-records.ts'
import type { Desk } from './handles.ts'
import { finderOn, handlesOn } from './handles.ts'
import { Claims } from './links.ts'
import type { NewKey } from './new-key.ts'
import { makeKey } from './new-key.ts'
import type { Plugin, PluginContext } from './plugins.ts'
import { requirePlugin } from './plugins.ts'
import type { Planned, Scene } from './registrations.ts'
import { changesOf } from './registrations.ts'
import { Staging } from './staging.ts'
import type { Tenant } from './tenants.ts'
import { readIntent, write } from './write.ts'

/** On whose behalf plugins write; their origin says which one it was. */
const actor: ActorReference = 'system:plugins'

/** An API key that says nothing else ends after 90 days. */
const keyMilliseconds = 90 * 24 * 60 * 60 * 1000

/** When a key ends that says nothing else. */
export function keysEnd(now: Instant): Instant {
  return readInstant(Date.parse(now) + keyMilliseconds, 'expiresAt')
}

/** A plugin from the beginning of its activation to its end. */
interface Activation {
  readonly plugin: Plugin
  readonly context: PluginContext
  /** What gathers registrations while it is being activated; undefined: they are written at once. */
  staging: Staging | undefined
  isOver: boolean
  /** References of what was registered since it became active. */
  readonly registered: Set<string>
  readonly claims: Claims
  /** Its permissions that were registered since it became active, with their check functions. */
  readonly predicates: Map<string, Predicate | undefined>
}

/** INVARIANT: a permission is offered only after the write that registered it is in force. `activate` and the desk of a plugin keep it. */
export class PluginHost implements ActivePlugins {
  readonly #tenant: Tenant
  readonly #active = new Map<string, Activation>()
  #queue: Promise<unknown> = Promise.resolve()
  #isStarted = false

  constructor(tenant: Tenant) {
    this.#tenant = tenant
  }

  // What decisions ask

  offers(plugin: string, permission: string): boolean {
    return this.#active.get(plugin)?.predicates.has(permission) === true
  }

  predicate(permission: string): Predicate | undefined {
    for (const { predicates } of this.#active.values()) {
      const found = predicates.get(permission)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Names of the active plugins, with their descriptions. */
  get active(): ReadonlyMap<string, string | undefined> {
    return new Map([...this.#active].map(([name, { plugin }]) => [name, plugin.description]))
  }

  // Becoming active, and not

  /** @throws CuriaError what the plugin threw when that is one, else `conflict` with it as the cause */
  activate(plugin: Plugin): Promise<void> {
    return this.#inTurn(async () => {
      requirePlugin(plugin)
      const { name } = plugin
      if (this.#active.has(name)) throw new CuriaError(refuse('conflict', { reference: `plugin:${name}`, reason: 'is active already' }))
      await this.#start()
      const activation = this.#begin(plugin)
      await failingAs(name, 'was not activated', async () => {
        try {
          await plugin.activate(activation.context)
          await this.#bringInForce(activation)
        } catch (error) {
          activation.isOver = true
          throw error
        }
      })
    })
  }

  /** @throws CuriaError `not_found`; what the plugin threw, but it is not active any more then either */
  deactivate(name: string): Promise<void> {
    return this.#inTurn(() => this.#end(name))
  }

  /** Ends all of them, the last one first. Throws what the first of them threw, after all have ended. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      const faults: unknown[] = []
      for (const name of [...this.#active.keys()].reverse()) await this.#end(name).catch((error: unknown) => faults.push(error))
      if (faults.length > 0) throw faults[0]
    })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(work)
    this.#queue = run.catch(() => undefined)
    return run
  }

  async #end(name: string): Promise<void> {
    const activation = this.#active.get(name)
    if (activation === undefined) throw new CuriaError(refuse('not_found', { reference: `plugin:${name}` }))
    await failingAs(name, 'is not active any more, and could not end well', async () => {
      try {
        await activation.plugin.deactivate?.(activation.context)
      } finally {
        activation.isOver = true
        this.#active.delete(name)
      }
    })
  }

  /** What every tenant with plugins has. */
  async #start(): Promise<void> {
    if (this.#isStarted) return
    await write(
      this.#tenant,
      readIntent(actor, { reason: 'what somebody who has not signed in may do' }, undefined),
      changesForAnonymousRole,
    )
    this.#isStarted = true
  }

  #begin(plugin: Plugin): Activation {
    const origin: Origin = `plugin:${plugin.name}`
    const { ground } = this.#tenant
    const writer = (): Writer => ({ actor, origin, now: ground.now(), newId: ground.newId })
    // The context reaches its activation by the function: the one is made of the other.
    const context = contextOf(this.#tenant, plugin.name, () => activation)
    const activation: Activation = {
      plugin,
      context,
      staging: new Staging(this.#tenant, writer),
      isOver: false,
      registered: new Set(),
      claims: new Claims(),
      predicates: new Map(),
    }
    return activation
  }

  /** Everything that was staged, and what this version of the plugin says no more, in one write. */
  async #bringInForce(activation: Activation): Promise<void> {
    const { plugin, claims, staging } = activation
    if (staging === undefined) throw new Error(`${plugin.name} is being activated twice`)
    const origin: Origin = `plugin:${plugin.name}`
    try {
      staging.stage((snapshot) => claims.leftovers(snapshot, origin))
      const intent = readIntent(actor, { origin, reason: `registered by the plugin ${plugin.name}` }, undefined)
      await write(this.#tenant, intent, (snapshot) => staging.changesFor(snapshot))
    } catch (error) {
      // It believes to be active, and may hold something that it lets go of here.
      await Promise.resolve(plugin.deactivate?.(activation.context)).catch(() => undefined)
      throw error
    }
    activation.staging = undefined
    this.#active.set(plugin.name, activation)
  }
}

/** What a plugin throws becomes an error with a code; one that has a code keeps it. */
async function failingAs(name: string, what: string, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (error instanceof CuriaError) throw error
    if (error instanceof Refusal) throw new CuriaError(error)
    const said = error instanceof Error ? error.message : String(error)
    throw new CuriaError(refuse('conflict', { reference: `plugin:${name}`, reason: `${what}: ${said}` }), { cause: error })
  }
}

function contextOf(tenant: Tenant, name: string, activation: () => Activation): PluginContext {
  const origin: Origin = `plugin:${name}`
  const { now } = tenant.ground
  const snapshot = (): Snapshot => activation().staging?.snapshot ?? tenant.snapshot
  const desk: Desk = {
    snapshot,
    sees: (_, row) => 'origin' in row && row.origin === origin,
    register: (kind, plan) =>
      carryOut(tenant, name, activation(), plan, false, (planned) => {
        const { registered } = activation()
        const reference = `${tableOf[kind]}:${planned.key}`
        if (registered.has(reference)) {
          throw refuse('conflict', { reference, reason: `is registered by the plugin ${name} already; update it instead` })
        }
        return () => {
          registered.add(reference)
          for (const wanted of planned.wanted) activation().claims.claim(wanted)
          if (kind === 'permissions') activation().predicates.set(planned.key, planned.predicate)
        }
      }),
    edit: (kind, plan, _, deletes) =>
      carryOut(tenant, name, activation(), plan, true, (planned) => {
        return () => forget(activation(), kind, planned, deletes)
      }),
  }
  return {
    ...handlesOn(desk),
    plugin: name,
    origin,
    questions: questionsOf(() => tenant.snapshot, now),
    application: finderOn({ snapshot: () => tenant.snapshot, sees: () => true }),
  }
}

/** What an edit or a deletion means to what was registered. */
function forget({ registered, predicates, claims }: Activation, kind: Kind, planned: Planned, deletes: boolean): void {
  if (deletes) registered.delete(`${tableOf[kind]}:${planned.key}`)
  for (const wanted of planned.wanted) claims.claim(wanted)
  if (kind !== 'permissions') return
  if (deletes) predicates.delete(planned.key)
  else if (planned.changesCheck === true) predicates.set(planned.key, planned.predicate)
}

/**
 * Carries a plan of a plugin out: into the staging while it is being activated, else in a write of its own. `judge` refuses by throwing, on
 * the very state that is changed, and gives what is to be remembered when it is done.
 */
async function carryOut(
  tenant: Tenant,
  name: string,
  activation: Activation,
  plan: (scene: Scene) => Planned,
  exactly: boolean,
  judge: (planned: Planned) => () => void,
): Promise<Planned> {
  if (activation.isOver) throw new CuriaError(refuse('conflict', { reference: `plugin:${name}`, reason: 'is not active' }))
  const origin: Origin = `plugin:${name}`
  const { ground } = tenant
  const ids = new Map<string, string>()
  const keys = new Map<string, NewKey>()
  let outcome: { readonly planned: Planned; readonly remember: () => void } | undefined
  const changesOn = (snapshot: Snapshot) => {
    const scene: Scene = {
      snapshot,
      origin,
      plugin: name,
      newId: (text) => remembered(ids, text, ground.newId),
      newKey: (text) => remembered(keys, text, makeKey),
      keysEnd: keysEnd(ground.now()),
    }
    const planned = plan(scene)
    // A step that is made again on another state was judged before.
    outcome = { planned, remember: outcome === undefined ? judge(planned) : outcome.remember }
    return changesOf(scene, planned, { exactly })
  }
  try {
    if (activation.staging !== undefined) activation.staging.stage(changesOn)
    else await write(tenant, readIntent(actor, { origin }, undefined), changesOn)
  } catch (error) {
    throw error instanceof Refusal ? new CuriaError(error) : error
  }
  if (outcome === undefined) throw new Error('a plan was carried out without being made')
  outcome.remember()
  return outcome.planned
}

function remembered<T>(known: Map<string, T>, text: string, make: () => T): T {
  const found = known.get(text) ?? make()
  known.set(text, found)
  return found
}
