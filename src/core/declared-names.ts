/** The names that a program's catalogue declares, as types: by them a misspelt action, role or resource type does not compile. */

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
export type RecordReference = `${'user' | 'service' | 'group'}:${string}`

type Types<C extends Catalogue> = NonNullable<C['resourceTypes']>
export type TypeName<C extends Catalogue> = keyof Types<C> & string
export type ActionName<C extends Catalogue, T extends TypeName<C>> = Types<C>[T]['actions'][number]
type TypedPermission<C extends Catalogue> = { [T in TypeName<C>]: `${T}.${ActionName<C, T>}` }[TypeName<C>]
export type PermissionOf<C extends Catalogue> =
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
  readonly permissions?: { readonly [P in keyof NonNullable<C['permissions']>]: { readonly parent?: PermissionOf<C> } }
  readonly roles?: {
    readonly [R in keyof NonNullable<C['roles']>]: {
      readonly permissions?: readonly PermissionOf<C>[]
      readonly includes?: readonly RoleName<C>[]
    }
  }
}

/** An action and the resource it is asked on; without one, a permission that is held on the tenant. */
export type Asked<C extends Catalogue> =
  | {
      [T in TypeName<C>]: {
        readonly resource: `${T}:${string}`
        readonly action: ActionName<C, T> | `${T}.${ActionName<C, T>}` | `${ActionName<C, T>}_${T}`
      }
    }[TypeName<C>]
  | { readonly resource?: 'tenant'; readonly action: PermissionOf<C> }
  | { readonly resource: RecordReference; readonly action: string }
