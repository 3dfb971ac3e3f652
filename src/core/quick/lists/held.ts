/** What somebody holds on a resource: permissions and roles. */

import type { PermissionName } from '../../permission.ts'
import { declaredPermissions, missingPlugin } from '../../permission.ts'
import type { Asker } from '../../question.ts'
import { grantsOn, judgeConditions, questionFor } from '../../question.ts'
import type { Circumstances } from '../../questions.ts'
import type { MemberReference, ResourceReference } from '../../reference.ts'
import { idOf, tenantResource, typeOf } from '../../reference.ts'
import { contentBits } from '../../rows/grant-table.ts'
import { directCover } from '../../rules/direct-grant.ts'
import { groupCover, standingHolds } from '../../rules/group-grant.ts'
import { relationCover } from '../../rules/relation-grant.ts'
import type { Snapshot } from '../../snapshot.ts'
import type { Instant } from '../../validity.ts'
import { isCurrent, millisecondsAt } from '../../validity.ts'
import { allowing } from '../allowing.ts'
import { recordWords } from '../askers.ts'
import { coveringGrants } from '../covering-grants.ts'
import { quickIndexOf } from '../quick-index.ts'

/** Every declared permission by name, sorted, read once for as long as the catalogue stays as it is. */
interface Declared {
  readonly catalogue: number
  readonly all: readonly PermissionName[]
  readonly byType: ReadonlyMap<string, readonly PermissionName[]>
}
const known = new WeakMap<Snapshot, Declared>()

function declaredInOrder(snapshot: Snapshot): Declared {
  const before = known.get(snapshot)
  const { catalogue } = snapshot.versions
  if (before?.catalogue === catalogue) return before
  const all = [...declaredPermissions(snapshot)].sort((one, other) => (one.name < other.name ? -1 : 1))
  const byType = new Map<string, PermissionName[]>()
  for (const permission of all) {
    if (permission.type === undefined) continue
    const same = byType.get(permission.type)
    if (same === undefined) byType.set(permission.type, [permission])
    else same.push(permission)
  }
  const found = { catalogue, all, byType }
  known.set(snapshot, found)
  return found
}

/**
 * The permissions of a resource's type (of the tenant: all that are declared) that somebody holds there, sorted. Cost: one check for each of the
 * type; on the tenant for each that something granted there contains.
 */
export function permissionsHeld(
  snapshot: Snapshot,
  subject: MemberReference,
  resource: ResourceReference,
  at: Instant,
  circumstances: Circumstances,
): readonly PermissionName[] {
  const isAllowedTo = allowing(snapshot, at, circumstances)
  const { all, byType } = declaredInOrder(snapshot)
  const candidates = resource === tenantResource ? all : (byType.get(typeOf(resource)) ?? [])
  const mayHold = resource === tenantResource ? grantedOnTenant(snapshot, subject, millisecondsAt(at)) : undefined
  return candidates.filter(
    (permission) =>
      mayHold?.has(permission.name) !== false &&
      missingPlugin(snapshot, permission.name) === undefined &&
      isAllowedTo(subject, permission, resource),
  )
}

/** The permissions in whatever is granted to somebody on the tenant; undefined: it may be any. */
function grantedOnTenant(snapshot: Snapshot, subject: MemberReference, at: number): ReadonlySet<string> | undefined {
  const { grants, references, names } = snapshot
  const index = quickIndexOf(snapshot)
  index.keepUp()
  const member = index.askerNumber(subject)
  const record = member === 0 ? 0 : index.askers.recordOf(member, at)
  if (record === 0 || snapshot.assignmentEntries.has(references.tenant)) return undefined
  const { words, lists } = index.askers
  const found = new Set<string>()
  const contents = [...index.askers.contentsOf(record)]
  for (const grant of lists.items(words[record + recordWords.special] ?? 0))
    contents.push(grants.onResources.words[grants.tripleOf(grant) + 2] ?? 0)
  for (const content of contents) {
    const what = content >>> contentBits.shift
    const kind = content & contentBits.kindMask
    if (kind === contentBits.permission) found.add(names.value(what))
    else if (kind === contentBits.actions) for (const action of grants.actions.value(what)) found.add(`${tenantResource}.${action}`)
    else {
      const { everyAllow, permissions } = snapshot.roleContent(names.value(what))
      if (everyAllow) return undefined
      for (const permission of permissions) found.add(permission)
    }
  }
  return found
}

/** The permission that stands in a question that asks for roles: no condition names an action then. */
const noPermission: PermissionName = { name: '', action: '' }

/**
 * The roles of allowing grants that apply on the resource, and of standing where the way up passes groups, with those they include; a
 * role that an applying denial names is left out. Sorted. Cost: the grants on the way up that cover the asker.
 */
export function rolesHeld(
  snapshot: Snapshot,
  asker: Asker,
  resource: ResourceReference,
  at: Instant,
  circumstances: Circumstances,
): readonly string[] {
  if (!asker.active) return []
  const covering = coveringGrants(snapshot, asker, at)
  const question = { ...questionFor(snapshot, asker, noPermission, resource, at, circumstances), covering }
  const held = new Set<string>()
  const denied = new Set<string>()
  const hold = (role: string): void => {
    for (const each of snapshot.roleContent(role).roles.keys()) held.add(each)
  }
  for (const step of question.steps) {
    if (grantsOn(question, step.resource) !== undefined) {
      for (const cover of [directCover, groupCover, relationCover]) {
        for (const [grant] of cover(question, step.resource)) {
          if (grant.role === undefined || !isCurrent(grant, at)) continue
          const { outcome } = judgeConditions(question, grant.condition)
          if (grant.effect === 'deny' && outcome !== 'false') denied.add(grant.role)
          if (grant.effect === 'allow' && step.reaches && outcome === 'true') hold(grant.role)
        }
      }
    }
    if (step.reaches && typeOf(step.resource) === 'group') {
      for (const each of standingHolds(question, idOf(step.resource))) for (const role of each.roles) hold(role)
    }
  }
  return [...held].filter((role) => !denied.has(role)).sort()
}
