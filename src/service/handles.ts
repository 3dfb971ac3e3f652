/** The handles by which records are registered, found, changed and deleted, one for each kind. */

import type { ApiKey, Origin, Snapshot } from '../core/index.ts'
import { refusing } from '../core/index.ts'
import type { Filter, Kind, RowOf, Sees } from './find-records.ts'
import { findRecords, tableOf } from './find-records.ts'
import type { Edits, Planned, Registrations, Scene } from './registrations.ts'
import { planDeletion, planEdit, planRegistration } from './registrations.ts'

/** A record as a handle gives it: an API key without what it is checked by. */
export type Shown<K extends Kind> = K extends 'apiKeys' ? Omit<ApiKey, 'hash'> : RowOf<K>
/** A record that was registered; `secret` is the whole text of an API key that was made, which nobody can tell again. */
export type Registered<K extends Kind> = K extends 'apiKeys' ? Omit<ApiKey, 'hash'> & { readonly secret?: string } : RowOf<K>

/** Registers, finds, changes and deletes the records of one kind. All methods throw `CuriaError`. */
export interface Handle<K extends Kind, Registering = unknown, Editing = unknown> {
  /**
   * Makes the record, its memberships and its grants on the tenant, all or nothing.
   * `conflict` when it is there already, `unknown_reference` for a user, group, role or permission that is not.
   */
  register(registration: Registrations[K] & Registering): Promise<Registered<K>>
  /** Always a list: of the records that are called so, or that fit every field and relation of the filter; all without one. */
  get(filter?: string | Filter<K>): readonly Shown<K>[]
  /** Changes what is named of the one record that is called so. `forbidden` for a record of another owner. */
  update(name: string, edit: Edits[K], options?: Editing): Promise<Shown<K>>
  /** Deletes the one record that is called so. `unknown_reference`; `forbidden` for a record of another owner. */
  delete(name: string, options?: Editing): Promise<void>
}

/** A handle for each kind of record. */
export type Handles<Registering = unknown, Editing = unknown> = { readonly [K in Kind]: Handle<K, Registering, Editing> }

/** At application level a record is registered for somebody: `local`, or a plugin. */
export interface ForOwner {
  readonly owner: Origin
}
/** Whose record is changed. Default `local`. */
export type OfOwner = Partial<ForOwner>
export type ApplicationHandles = Handles<ForOwner, OfOwner>

/** The reading half of a handle. */
export type Finder = { readonly [K in Kind]: Pick<Handle<K>, 'get'> }

/** What handles stand on. `owner` is undefined where none was named. */
export interface Desk {
  readonly snapshot: () => Snapshot
  readonly sees: Sees
  readonly register: (kind: Kind, plan: (scene: Scene) => Planned, owner: Origin | undefined) => Promise<Planned>
  readonly edit: (kind: Kind, plan: (scene: Scene) => Planned, owner: Origin | undefined, deletes: boolean) => Promise<Planned>
}

/** The handles over a desk. */
export function handlesOn(desk: Desk): ApplicationHandles {
  return {
    users: handleOn(desk, 'users'),
    groups: handleOn(desk, 'groups'),
    roles: handleOn(desk, 'roles'),
    permissions: handleOn(desk, 'permissions'),
    domains: handleOn(desk, 'domains'),
    apiKeys: handleOn(desk, 'apiKeys'),
  }
}

/** The reading half of all handles over a snapshot. */
export function finderOn(desk: Pick<Desk, 'snapshot' | 'sees'>): Finder {
  const finding = <K extends Kind>(kind: K) => ({ get: getIn(desk, kind) })
  return {
    users: finding('users'),
    groups: finding('groups'),
    roles: finding('roles'),
    permissions: finding('permissions'),
    domains: finding('domains'),
    apiKeys: finding('apiKeys'),
  }
}

function getIn<K extends Kind>({ snapshot, sees }: Pick<Desk, 'snapshot' | 'sees'>, kind: K): Handle<K>['get'] {
  return (filter) => refusing(() => findRecords(snapshot(), kind, filter, sees).map((row) => shown<K>(row)))
}

function handleOn<K extends Kind>(desk: Desk, kind: K): Handle<K, ForOwner, OfOwner> {
  const rowAt = (key: string): Shown<K> => {
    const row = desk.snapshot().get(tableOf[kind], key)
    if (row === undefined) throw new Error(`${kind}: ${key} is not there after it was written`)
    return shown<K>(row)
  }
  return {
    async register(registration) {
      // Whoever calls without types may leave the owner out; the desk says what that means.
      const { owner, ...said } = registration as Registrations[K] & Partial<ForOwner>
      const { key, secret } = await desk.register(kind, (scene) => planRegistration(scene, kind, said as Registrations[K]), owner)
      // Only an API key that was made has a secret.
      return (secret === undefined ? rowAt(key) : { ...rowAt(key), secret }) as Registered<K>
    },
    get: getIn(desk, kind),
    async update(name, edit, options = {}) {
      const { key } = await desk.edit(kind, (scene) => planEdit(scene, kind, name, edit), options.owner, false)
      return rowAt(key)
    },
    async delete(name, options = {}) {
      await desk.edit(kind, (scene) => planDeletion(scene, kind, name), options.owner, true)
    },
  }
}

function shown<K extends Kind>(row: object): Shown<K> {
  const { hash: _hash, ...rest }: { readonly hash?: unknown } = 'hash' in row ? row : { ...row }
  // The row of the kind, of an API key without its hash.
  return rest as Shown<K>
}
