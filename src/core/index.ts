/** The one door of the core. */

export type * from './api-key.ts'
export { apply, redo, revert } from './apply.ts'
export * from './ask.ts'
export type * from './assignment.ts'
export { administers, holds, holdsEverywhere } from './authority.ts'
export { administratorRole, builtInGroupTypes, builtInResourceTypes, builtInRoles } from './built-in.ts'
export type * from './catalogue.ts'
export * from './change.ts'
export { isMemberActive, membersInside } from './closure.ts'
export * from './condition.ts'
export type { Writer } from './draft.ts'
export type { ChangeEffect, EffectItem } from './effect.ts'
export * from './errors.ts'
export { calledIn } from './explain.ts'
export type * from './finding.ts'
export type * from './grant.ts'
export * from './group.ts'
export { ancestorsOf, descendantsOf, fullNameOf, relativesOf } from './hierarchy.ts'
export type * from './membership.ts'
export * from './name.ts'
export { declared, declaredPermissions, named, type PermissionName } from './permission.ts'
export { type PermissionTree, treeOf } from './permission-tree.ts'
export * from './policy.ts'
export {
  type ActivePlugins,
  noPlugins,
  ownCheck,
  type PermissionCheck,
  type Predicate,
  type PredicateInput,
} from './predicate.ts'
export * from './principal.ts'
export type * from './questions.ts'
export type * from './record.ts'
export * from './reference.ts'
export * from './resource.ts'
export * from './settings.ts'
export * from './shape.ts'
export { Snapshot } from './snapshot.ts'
export type * from './source.ts'
export * from './tables.ts'
export * from './validity.ts'
export * from './world.ts'
export { planWorld } from './world-plan.ts'
export { recordName, type WorldSection } from './world-sections.ts'
export { worldOf } from './world-written.ts'
export { type EffectWanted, type Prepared, prepare } from './write.ts'
