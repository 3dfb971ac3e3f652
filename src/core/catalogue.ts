/** The catalogue's records: what could be. Resource types with their actions, permissions, roles. */

import type { PermissionCheck } from './predicate.ts'
import type { RecordBase } from './record.ts'

/** A kind of resource. Each of its actions is the permission `<name>.<action>`. */
export interface ResourceType extends RecordBase {
  readonly name: string
  readonly description?: string
  /** Sorted; an action may have dots (`members.view`). */
  readonly actions: readonly string[]
  /** The types in which a resource of this type may lie; empty: only the tenant. */
  readonly parentTypes: readonly string[]
  /** What an owner may do. Absent: all actions. */
  readonly ownerActions?: readonly string[]
}

/**
 * A permission by name: an application permission (`chat.export`), or words about the permission of a declared action
 * (`folder.edit`, then `resourceType` is `folder`).
 */
export interface Permission extends RecordBase {
  readonly name: string
  readonly resourceType?: string
  readonly description?: string
  readonly label?: string
  /** The permission it depends on: shown, without effect on decisions. */
  readonly parent?: string
  /** A `restriction` narrows its holder; the role `administrator` does not hold it. */
  readonly permissionKind: 'allow' | 'restriction'
  /** CEL; must be true beside the grant's own condition. */
  readonly condition?: string
  /** The check function that must be true beside the conditions. */
  readonly check?: PermissionCheck
}

/** A named set of permissions. Built in: `administrator`, `manager`. */
export interface Role extends RecordBase {
  readonly codename: string
  readonly label: string
  readonly description?: string
  /** Canonical permission names, sorted. */
  readonly permissions: readonly string[]
  /** Codenames of the roles it includes, sorted. No cycle. */
  readonly includes: readonly string[]
}
