/** What a plugin is: a named part of a program that registers users, groups, roles, permissions, domains and API keys, and owns them. */

import type { Change, Origin, Questions, Revision, TableName } from '../core/index.ts'
import { CuriaError, readPluginName, refuse, refusing } from '../core/index.ts'
import type { Finder, Handles } from './handles.ts'

/** A plugin, as it is defined. */
export interface Plugin {
  /** A letter or digit, then up to 127 of `A-Z a-z 0-9 . _ -`. What it registers has the origin `plugin:<name>`. */
  readonly name: string
  readonly description?: string
  /** Called when it becomes active. What it registers here comes into force together when it is done, or not at all when it throws. */
  readonly activate: (context: PluginContext) => void | Promise<void>
  /** Called before it stops being active. What it has registered stays; its permissions are not available any more. */
  readonly deactivate?: (context: PluginContext) => void | Promise<void>
}

/**
 * What a plugin holds while it is active. Its handles see, change and delete its own records only. Registering what is there from an earlier
 * start makes it what is registered now; registering it twice since the plugin became active is `conflict`.
 */
export interface PluginContext extends Handles {
  readonly plugin: string
  readonly origin: Origin
  /** Questions about everybody, by the state in force: what an activation has registered so far is not in it. */
  readonly questions: Questions
  /** Finds the records of every owner; they are changed by their owners. */
  readonly application: Finder
}

/**
 * Defines a plugin. Gives it back as it is.
 * @throws CuriaError `invalid_string` for a name that cannot be one, `invalid_parameter` for one that cannot be activated
 */
export function definePlugin<const P extends Plugin>(plugin: P): P {
  requirePlugin(plugin)
  return plugin
}

/** Reads what should be a plugin. @throws CuriaError as `definePlugin` */
export function requirePlugin(value: unknown): asserts value is Plugin {
  const given: { readonly [field: string]: unknown } = typeof value === 'object' && value !== null ? { ...value } : {}
  const { name, activate, deactivate } = given
  const fault = (field: string, reason: string) => new CuriaError(refuse('invalid_parameter', { field, reason }))
  if (typeof name !== 'string') throw fault('name', 'a plugin has a name')
  refusing(() => readPluginName(name, 'name'))
  if (typeof activate !== 'function') throw fault('activate', `the plugin ${JSON.stringify(name)} has no function to be activated by`)
  if (deactivate !== undefined && typeof deactivate !== 'function') throw fault('deactivate', 'must be a function')
}

/** A plugin that is active, or one that has left records. */
export interface PluginState {
  readonly name: string
  readonly description?: string
  /** In this process. */
  readonly active: boolean
  /** How many records of each table are its own. */
  readonly records: { readonly [Name in TableName]?: number }
}

/** A record that a plugin left which is not active. */
export interface Orphan {
  readonly plugin: string
  /** `user:ada`, `group:consuls`, `grant:...`, `membership:<group>|<member>`. */
  readonly record: string
  /** How it is called, where it has another name. */
  readonly name?: string
}

/** The plugins of a tenant in this process, and what plugins have left. All methods throw `CuriaError`. */
export interface Plugins {
  /**
   * Makes a plugin active, after those before it. `conflict` when one of its name is, or when it throws; then nothing of it is left.
   * Only a handle of the program itself may.
   */
  activate(plugin: Plugin): Promise<void>
  /** Calls its `deactivate` and makes its permissions unavailable. `not_found` when it is not active. */
  deactivate(name: string): Promise<void>
  /** Those that are active and those that have left records, by name. Needs `tenant.view`. */
  list(): readonly PluginState[]
  /** What plugins that are not active have left, of one or of all. Needs `tenant.view`. */
  orphans(plugin?: string): readonly Orphan[]
  /**
   * The changes by which orphans become `local`: all of a plugin, or those named by reference. Write or preview them like any others.
   * `conflict` while the plugin is active, `not_found` when it has left nothing, or not what is named. Needs `tenant.view`.
   */
  takingOver(plugin: string, records?: readonly string[]): OrphanChanges
  /** The changes by which orphans are deleted. As above. */
  removing(plugin: string, records?: readonly string[]): OrphanChanges
}

/** Changes about orphans, and the origin that they are written under. */
export interface OrphanChanges {
  readonly changes: readonly Change[]
  readonly options: { readonly origin: Origin; readonly expectedRevision: Revision }
}
