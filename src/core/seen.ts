/** On which records of ours somebody holds a permission, found without asking each of them. */

import { isSystem } from './authority.ts'
import { isAllowed } from './decide.ts'
import { relativesOf } from './hierarchy.ts'
import type { PermissionName } from './permission.ts'
import { declared, grantContains } from './permission.ts'
import type { Asker } from './question.ts'
import { askerAt, groupsCovered, questionFor } from './question.ts'
import type { ActorReference } from './record.ts'
import type { PrincipalReference, ResourceReference } from './reference.ts'
import { idOf, tenantResource, typeOf } from './reference.ts'
import { throughAssignment } from './rules/assignment.ts'
import { directCover } from './rules/direct-grant.ts'
import { groupCover } from './rules/group-grant.ts'
import { relationCover } from './rules/relation-grant.ts'
import type { Snapshot } from './snapshot.ts'
import type { Instant } from './validity.ts'
import { isCurrent } from './validity.ts'

/** The tables whose records are resources themselves, and lie in no registered resource. */
export type RecordType = 'user' | 'service' | 'group'

/** The records of ours that grants and assignments name as resources: what makes one record another than the next. */
export interface SpecialRecords {
  /** Those on which something is denied. */
  readonly denied: Iterable<ResourceReference>
  /** Those that have a grant to a relation, to everybody signed in or to everyone, or an assignment. */
  readonly open: Iterable<ResourceReference>
}

/**
 * `but`: every record except those of `keys`. `only`: those of `keys` and no other. `each`: conditions decide, so every record must be asked
 * for itself. Keys are ids.
 */
export type Seen =
  | { readonly kind: 'but' | 'only'; readonly keys: ReadonlySet<string> }
  | { readonly kind: 'each'; readonly sees: (key: string) => boolean }

const nothing: ReadonlySet<string> = new Set()

/**
 * The records of a type on which the actor holds the permission, as `holds` says it of each. Cost: the actor's groups, what names them, and
 * the special records; not the number of records.
 */
export function seenRecords(
  snapshot: Snapshot,
  actor: ActorReference,
  permission: string,
  type: RecordType,
  special: SpecialRecords,
  now: Instant,
): Seen {
  if (isSystem(actor)) return { kind: 'but', keys: nothing }
  const asker = askerAt(snapshot, actor as PrincipalReference, now)
  const name = declared(snapshot, permission)
  if (asker === undefined || name === undefined || !asker.active) return { kind: 'only', keys: nothing }
  const isSeen = (resource: ResourceReference) => isAllowed(questionFor(snapshot, asker, name, resource, now))
  switch (wordOfTenant(snapshot, asker, name, now)) {
    case 'denied':
      return { kind: 'only', keys: nothing }
    case 'depends':
      return { kind: 'each', sees: (key) => isSeen(`${type}:${key}`) }
    case 'granted':
      return { kind: 'but', keys: keysAmong(withBelow(snapshot, special.denied, type), (resource) => !isSeen(resource)) }
    case 'silent':
      return { kind: 'only', keys: keysAmong(withBelow(snapshot, mayBeHeld(snapshot, asker, special), type), isSeen) }
  }
}

/** What the grants on the tenant, which reach every record, say by themselves. */
function wordOfTenant(snapshot: Snapshot, asker: Asker, name: PermissionName, now: Instant): 'granted' | 'denied' | 'silent' | 'depends' {
  // A condition, or an owner or parent of the tenant's own, may say one thing of this record and another of the next.
  if (snapshot.permission(name.name)?.condition !== undefined || snapshot.has('resource', tenantResource)) return 'depends'
  const question = questionFor(snapshot, asker, name, tenantResource, now)
  let isGranted = false
  let depends = false
  for (const cover of [directCover, groupCover, relationCover]) {
    for (const [grant] of cover(question, tenantResource)) {
      if (!isCurrent(grant, now) || !grantContains(snapshot, grant, name.name)) continue
      if (grant.condition !== undefined) depends = true
      else if (grant.effect === 'deny') return 'denied'
      else isGranted = true
    }
  }
  if (depends) return 'depends'
  for (const assignment of snapshot.assignmentsOn(tenantResource)) for (const _ of throughAssignment(question, assignment)) isGranted = true
  return isGranted ? 'granted' : 'silent'
}

/** Every record that a rule could give to the asker by itself: all that name the asker or one of its groups, and all that name nobody. */
function* mayBeHeld(snapshot: Snapshot, asker: Asker, { open }: SpecialRecords): IterableIterator<ResourceReference> {
  yield asker.reference
  yield* open
  const members = [asker.reference, ...[...groupsCovered(asker)].map((group) => `group:${group}` as const)]
  for (const member of members) {
    for (const grant of snapshot.grantsNaming(member)) yield grant.resource
    for (const hold of snapshot.holdsOfMember(member)) if (hold.roles.length > 0) yield `group:${hold.group}`
  }
}

/** Those of the type; where a right on a group reaches the groups below it, those as well. */
function* withBelow(snapshot: Snapshot, resources: Iterable<ResourceReference>, type: RecordType): IterableIterator<ResourceReference> {
  const seen = new Set<ResourceReference>()
  for (const resource of resources) {
    if (typeOf(resource) !== type || seen.has(resource)) continue
    seen.add(resource)
    yield resource
    if (type !== 'group' || !snapshot.settings.managersInherit) continue
    for (const { id } of relativesOf(snapshot, idOf(resource), 'descendants')) {
      if (seen.has(`group:${id}`)) continue
      seen.add(`group:${id}`)
      yield `group:${id}`
    }
  }
}

function keysAmong(resources: Iterable<ResourceReference>, belongs: (resource: ResourceReference) => boolean): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const resource of resources) if (belongs(resource)) keys.add(idOf(resource))
  return keys
}
