/** The catalogue of a program as a constant: registered at the start, and the source of names that the compiler checks. */

import type {
  ActionName,
  Asked,
  Catalogue,
  Change,
  ChangeOf,
  Check,
  CheckManyItem,
  Circumstances,
  Consistent,
  Decision,
  Explanation,
  Listing,
  PermissionOf,
  PreparedCheck,
  PrincipalReference,
  RecordReference,
  ResourceName,
  ResourceReference,
  Revision,
  RoleName,
  Snapshot,
  TypeName,
} from '../core/index.ts'
import type { Access, Preview, PreviewOptions, WriteOptions, Written } from './access.ts'

/**
 * Declares a catalogue. Gives it back as it is; what it adds is the type, by which a misspelt action, role or resource type does not
 * compile, here and wherever the access that was created with it is used.
 */
export function defineCatalogue<const C extends Catalogue>(catalogue: C & Consistent<C>): C {
  return catalogue
}

export type TypedCheck<C extends Catalogue> = Omit<Check, 'action' | 'resource'> & Asked<C>

/** A grant whose role, permission or actions are declared. */
export type TypedGrant<C extends Catalogue> = Omit<ChangeOf<'grant.create'>, 'role' | 'permission' | 'actions' | 'resource'> &
  (
    | { readonly role: RoleName<C>; readonly resource?: ResourceName<C> }
    | { readonly permission: PermissionOf<C>; readonly resource?: ResourceName<C> }
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
