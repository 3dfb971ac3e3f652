/** May this actor make this change set? Nobody can give what they could not give themselves. */

import { administratorRole } from './built-in.ts'
import { conferredBy, liftedBy } from './conferrals.ts'
import { findings } from './decide.ts'
import type { BeforeAndAfter } from './effect.ts'
import { refuse } from './errors.ts'
import { requireNoOwnGain } from './own-gain.ts'
import { declared, isRestriction } from './permission.ts'
import { askerAt, questionFor } from './question.ts'
import { allowing } from './quick/allowing.ts'
import { rolesHeld } from './quick/lists/held.ts'
import type { ActorReference, Origin } from './record.ts'
import type { PrincipalReference, ResourceReference } from './reference.ts'
import { tenantResource } from './reference.ts'
import type { Right } from './rights-needed.ts'
import { rightsNeeded } from './rights-needed.ts'
import type { Snapshot } from './snapshot.ts'
import type { Instant } from './validity.ts'

/** Acts of the installation itself (first start, command line on the database, embedding program) have every right. */
export function isSystem(actor: ActorReference): boolean {
  return actor.startsWith('system:')
}

/**
 * Whether the actor holds a permission on a resource. Unlike a check it does not ask that the permission fits the resource's type: rights
 * of our own doors, such as `grant.create`, are held on any resource.
 */
export function holds(snapshot: Snapshot, actor: ActorReference, permission: string, resource: ResourceReference, now: Instant): boolean {
  if (isSystem(actor)) return true
  const name = declared(snapshot, permission)
  return name !== undefined && allowing(snapshot, now, {})(actor as PrincipalReference, name, resource)
}

/**
 * Whether the actor surely holds a permission on every resource: by a grant on the tenant, which nothing cuts, under no condition, while
 * nothing at all is denied to anybody. False says nothing: then each resource is asked for itself. Cost: one decision.
 */
export function holdsEverywhere(snapshot: Snapshot, actor: ActorReference, permission: string, now: Instant): boolean {
  if (isSystem(actor)) return true
  const asker = askerAt(snapshot, actor as PrincipalReference, now)
  const name = declared(snapshot, permission)
  const record = snapshot.permission(permission)
  if (asker === undefined || name === undefined || record?.condition !== undefined || record?.check !== undefined) return false
  if (snapshot.grants.denials > 0) return false
  return findings(questionFor(snapshot, asker, name, tenantResource, now)).some((finding) =>
    finding.chain.some((fact) => fact.fact === 'grant' && fact.resource === tenantResource && fact.condition === undefined),
  )
}

/** Whether the actor holds the role `administrator` on the tenant: then everything can be conferred, and nothing more is judged. */
export function administers(snapshot: Snapshot, actor: ActorReference, now: Instant): boolean {
  if (isSystem(actor)) return true
  const asker = askerAt(snapshot, actor as PrincipalReference, now)
  return asker !== undefined && rolesHeld(snapshot, asker, tenantResource, now, {}).includes(administratorRole)
}

/** Who makes a change set, as whom, and whether it takes a past one back. */
export interface Authorship {
  readonly actor: ActorReference
  readonly origin: Origin
  readonly undoes: boolean
  readonly now: Instant
}

/**
 * Judges an applied change set of an actor who did not administer the tenant before, on the state before and after. The rights it needs, and everything it confers, must have been the actor's
 * before; what is conferred is read in the state after. Throws `forbidden` or `grant_exceeds_own`.
 *
 * Managing the members of a group is the exception by design: it includes conferring, also on oneself, what the group holds, by
 * memberships of principals.
 */
export function requireAuthority(change: BeforeAndAfter, { actor, origin, undoes, now }: Authorship): void {
  const { snapshot, rows, inBefore } = change
  // What is missing by right is told before what is too much to give.
  inBefore(() => {
    for (const { permission, resource } of rightsNeeded(rows, { actor, origin, undoes })) {
      if (!holds(snapshot, actor, permission, resource, now)) throw refuse('forbidden', { right: permission, resource })
    }
  })
  const conferred: readonly Right[] = [...conferredBy(change, now), ...liftedBy(change, now)]
  inBefore(() => {
    for (const right of conferred) {
      if (isRestriction(snapshot, right.permission)) continue
      if (!holds(snapshot, actor, right.permission, right.resource, now)) throw refuse('grant_exceeds_own', right)
    }
  })
  requireNoOwnGain(change, actor as PrincipalReference, now)
}
