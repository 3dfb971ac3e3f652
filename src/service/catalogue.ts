/** The catalogue of a program as a constant: registered at the start, and the source of names that the compiler checks. */

import type {
  Change,
  ChangeOf,
  Check,
  CheckManyItem,
  Circumstances,
  Decision,
  Explanation,
  Listing,
  PreparedCheck,
  PrincipalReference,
  ResourceReference,
  Revision,
  Snapshot,
} from '../core/index.ts'
import type { Access, Preview, PreviewOptions, WriteOptions, Written } from './access.ts'

/** What could be, as a program declares it. */
export interface Catalogue {
  readonly resourceTypes?: { readonly [name: string]: ResourceTypeDeclaration }
  /** Application permissions, and words about the permissions of declared actions (`folder.edit`). */
  readonly permissions?: { readonly [name: string]: PermissionDeclaration }
  readonly roles?: { readonly [codename: string]: RoleDeclaration }
}

export interface ResourceTypeDeclaration {
  readonly actions: readonly string[]
  /** The types in which a resource of this type may lie; absent: only the tenant. */
  readonly parentTypes?: readonly string[]
  /** What an owner may do; absent: all actions. */
  readonly ownerActions?: readonly string[]
  readonly description?: string
}

export interface PermissionDeclaration {
  readonly permissionKind?: 'allow' | 'restriction'
  readonly label?: string
  readonly description?: string
  /** The permission it depends on: shown, without effect on decisions. */
  readonly parent?: string
  /** CEL; must be true beside the grant's own condition. */
  readonly condition?: string
}

export interface RoleDeclaration {
  readonly label?: string
  readonly description?: string
  /** Canonical names: `folder.edit`, `chat.export`. */
  readonly permissions?: readonly string[]
  readonly includes?: readonly string[]
}

/** The types whose resources are records of ours, and whose actions our own doors ask. */
type BuiltInType =
  | 'tenant'
  | 'user'
  | 'service'
  | 'group'
  | 'group-type'
  | 'group-entity'
  | 'role'
  | 'permission'
  | 'resource-type'
  | 'resource'
  | 'grant'
  | 'assignment'
  | 'api-key'
  | 'source'
  | 'record'
  | 'journal'
type BuiltInRole = 'administrator' | 'manager'
/** The records of ours that something can be asked and granted on. */
type RecordReference = `${'user' | 'service' | 'group'}:${string}`

type Types<C extends Catalogue> = NonNullable<C['resourceTypes']>
export type TypeName<C extends Catalogue> = keyof Types<C> & string
export type ActionName<C extends Catalogue, T extends TypeName<C>> = Types<C>[T]['actions'][number]
type TypedPermission<C extends Catalogue> = { [T in TypeName<C>]: `${T}.${ActionName<C, T>}` }[TypeName<C>]
export type PermissionName<C extends Catalogue> =
  | TypedPermission<C>
  | (keyof NonNullable<C['permissions']> & string)
  | `${BuiltInType}.${string}`
export type RoleName<C extends Catalogue> = (keyof NonNullable<C['roles']> & string) | BuiltInRole
/** A resource of a declared type, a record of ours, or the tenant. */
export type ResourceName<C extends Catalogue> = `${TypeName<C>}:${string}` | RecordReference | 'tenant'

/** What holds a catalogue together: it may name only what it declares. */
export interface Consistent<C extends Catalogue> {
  readonly resourceTypes?: {
    readonly [T in TypeName<C>]: {
      readonly parentTypes?: readonly (TypeName<C> | 'user' | 'service' | 'group')[]
      readonly ownerActions?: readonly ActionName<C, T>[]
    }
  }
  readonly permissions?: { readonly [P in keyof NonNullable<C['permissions']>]: { readonly parent?: PermissionName<C> } }
  readonly roles?: {
    readonly [R in keyof NonNullable<C['roles']>]: {
      readonly permissions?: readonly PermissionName<C>[]
      readonly includes?: readonly RoleName<C>[]
    }
  }
}

/**
 * Declares a catalogue. Gives it back as it is; what it adds is the type, by which a misspelt action, role or resource type does not
 * compile, here and wherever the access that was created with it is used.
 */
export function defineCatalogue<const C extends Catalogue>(catalogue: C & Consistent<C>): C {
  return catalogue
}

/** An action and the resource it is asked on; without one, a permission that is held on the tenant. */
export type Asked<C extends Catalogue> =
  | {
      [T in TypeName<C>]: {
        readonly resource: `${T}:${string}`
        readonly action: ActionName<C, T> | `${T}.${ActionName<C, T>}` | `${ActionName<C, T>}_${T}`
      }
    }[TypeName<C>]
  | { readonly resource?: 'tenant'; readonly action: PermissionName<C> }
  | { readonly resource: RecordReference; readonly action: string }

export type TypedCheck<C extends Catalogue> = Omit<Check, 'action' | 'resource'> & Asked<C>

/** A grant whose role, permission or actions are declared. */
export type TypedGrant<C extends Catalogue> = Omit<ChangeOf<'grant.create'>, 'role' | 'permission' | 'actions' | 'resource'> &
  (
    | { readonly role: RoleName<C>; readonly resource?: ResourceName<C> }
    | { readonly permission: PermissionName<C>; readonly resource?: ResourceName<C> }
    | { [T in TypeName<C>]: { readonly actions: readonly ActionName<C, T>[]; readonly resource: `${T}:${string}` } }[TypeName<C>]
    | { readonly actions: readonly string[]; readonly resource: RecordReference }
  )

type NarrowedKind = 'grant.create' | 'member.add' | 'member.update' | 'resource.create' | 'assignment.create'
type WithRoles<C extends Catalogue, Kind extends 'member.add' | 'member.update'> = Omit<ChangeOf<Kind>, 'roles'> & {
  readonly roles?: readonly RoleName<C>[]
}
type WithResource<C extends Catalogue, Kind extends 'resource.create' | 'assignment.create'> = Omit<ChangeOf<Kind>, 'resource'> & {
  readonly resource: `${TypeName<C>}:${string}`
}

/** A change in which roles, permissions, actions and types are declared. */
export type TypedChange<C extends Catalogue> =
  | Exclude<Change, { readonly kind: NarrowedKind }>
  | TypedGrant<C>
  | WithRoles<C, 'member.add'>
  | WithRoles<C, 'member.update'>
  | WithResource<C, 'resource.create'>
  | WithResource<C, 'assignment.create'>

type Narrowed =
  | 'as'
  | 'check'
  | 'checkMany'
  | 'explain'
  | 'prepare'
  | 'listResources'
  | 'listSubjects'
  | 'listActions'
  | 'rolesOf'
  | 'holdersOf'
  | 'write'
  | 'preview'

/** An `Access` that knows the names of a catalogue. At run time it is the same thing. */
export interface TypedAccess<C extends Catalogue> extends Omit<Access, Narrowed> {
  as(actor: string): TypedAccess<C>
  check(check: TypedCheck<C>): Decision
  checkMany(
    checks: readonly TypedCheck<C>[],
    circumstances?: Pick<Circumstances, 'at'>,
  ): { readonly items: readonly CheckManyItem[]; readonly revision: Revision }
  explain(check: TypedCheck<C>): Explanation
  prepare(check: TypedCheck<C>): PreparedCheck
  listResources(
    question: { readonly subject: string } & Circumstances &
      (
        | { [T in TypeName<C>]: { readonly type: T; readonly action: ActionName<C, T> | `${T}.${ActionName<C, T>}` } }[TypeName<C>]
        | { readonly type: 'user' | 'service' | 'group'; readonly action: string }
      ),
  ): Listing<ResourceReference>
  listSubjects(question: Asked<C> & Circumstances): Listing<PrincipalReference>
  listActions(question: { readonly subject: string; readonly resource?: ResourceName<C> } & Circumstances): Listing<string>
  rolesOf(question: { readonly subject: string; readonly resource?: ResourceName<C> } & Circumstances): Listing<RoleName<C>>
  holdersOf(question: { readonly role: RoleName<C>; readonly resource?: ResourceName<C> } & Circumstances): ReturnType<Access['holdersOf']>
  write(changes: readonly TypedChange<C>[], options?: WriteOptions): Promise<Written>
  preview(changes: readonly TypedChange<C>[], options?: PreviewOptions): Promise<Preview>
}

/**
 * What makes the tenant hold the catalogue; a change that says what is there already makes no row. Roles and the words about permissions
 * become what is declared. Actions and parent types are added and never taken away: with an action go the grants of it, and an older
 * program that starts once more must not cost anybody a grant.
 */
export function changesForCatalogue(
  snapshot: Snapshot,
  { resourceTypes = {}, permissions = {}, roles = {} }: Catalogue,
): readonly Change[] {
  const types = Object.entries(resourceTypes).map(([name, { actions, parentTypes = [], ownerActions, ...words }]): Change => {
    const present = snapshot.get('resource-type', name)
    if (present === undefined) {
      return { kind: 'resource-type.create', name, actions, parentTypes, ...words, ...(ownerActions && { ownerActions }) }
    }
    return {
      kind: 'resource-type.update',
      name,
      actions: union(present.actions, actions),
      parentTypes: union(present.parentTypes, parentTypes),
      ownerActions: ownerActions ?? null,
      ...words,
    }
  })
  const declaredPermissions = Object.entries(permissions).map(([name, { parent: _parent, ...words }]): Change => {
    return { kind: snapshot.has('permission', name) ? 'permission.update' : 'permission.create', name, ...words }
  })
  // A permission may depend on one that is declared below it.
  const parents = Object.entries(permissions).flatMap(([name, { parent }]): readonly Change[] => {
    return parent === undefined ? [] : [{ kind: 'permission.update', name, parent }]
  })
  const declaredRoles = Object.entries(roles).map(([codename, { permissions: held = [], includes = [], ...words }]): Change => {
    return { kind: snapshot.has('role', codename) ? 'role.update' : 'role.create', codename, permissions: held, includes, ...words }
  })
  return [...types, ...declaredPermissions, ...parents, ...declaredRoles]
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])]
}
