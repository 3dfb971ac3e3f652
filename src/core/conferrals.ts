/** What a change set confers: the rights that it gives to anybody, and those that it gives back by lifting a denial. */

import { administratorRole } from './built-in.ts'
import { isHoldInForce } from './closure.ts'
import type { BeforeAndAfter } from './effect.ts'
import { refuse } from './errors.ts'
import type { Effect, Grant } from './grant.ts'
import { ancestorsOf, descendantsOf, siblingsOf } from './hierarchy.ts'
import { declared, policyPermission } from './permission.ts'
import type { Policy } from './policy.ts'
import { entryLists, policyKeys } from './policy.ts'
import type { Asker } from './question.ts'
import { askerAt, questionFor } from './question.ts'
import type { MemberReference, ResourceReference } from './reference.ts'
import { isGroup, tenantResource, typeOf } from './reference.ts'
import { referenceOf } from './resource.ts'
import type { Right } from './rights-needed.ts'
import { goesWith, newRoles, removedBy, widens } from './rights-needed.ts'
import { directCover } from './rules/direct-grant.ts'
import { groupCover } from './rules/group-grant.ts'
import { relationCover } from './rules/relation-grant.ts'
import { canonicalJson } from './shape.ts'
import type { RoleContent, Snapshot } from './snapshot.ts'
import type { RowChange } from './tables.ts'
import type { Instant, Window } from './validity.ts'
import { isCurrent } from './validity.ts'

/** What the state before says of the roles and permissions that the rows touch. */
interface Before {
  readonly roles: ReadonlyMap<string, RoleContent>
  readonly declared: ReadonlySet<string>
}

/**
 * What the rows give, read in the state after. Throws `grant_exceeds_own` for what only who administers could give: every permission,
 * present and future, and another meaning for a permission that others hold.
 */
export function conferredBy({ snapshot, rows, inBefore }: BeforeAndAfter, now: Instant): readonly Right[] {
  const before = inBefore((): Before => {
    const keysOf = (table: RowChange['table']) => rows.filter((row) => row.table === table).map((row) => row.key)
    return {
      roles: new Map(keysOf('role').map((key) => [key, snapshot.roleContent(key)])),
      declared: new Set(keysOf('permission').filter((key) => declared(snapshot, key) !== undefined)),
    }
  })
  return rows.flatMap((row) => [...conferrals(snapshot, row, before, now)])
}

/** What a row of the state after gives to somebody that nobody had by it before. */
function* conferrals(snapshot: Snapshot, row: RowChange, before: Before, now: Instant): IterableIterator<Right> {
  switch (row.table) {
    case 'grant':
      if (row.after?.effect === 'allow' && widens(row.before, row.after)) yield* givenBy(snapshot, row.after)
      return
    case 'assignment':
      if (row.after !== undefined) yield* givenByPolicy(snapshot, row.after.policy, row.after.resource)
      return
    case 'role': {
      if (row.after === undefined) return
      const was = before.roles.get(row.key)
      if (was?.everyAllow !== true) yield* givenByRole(snapshot, row.key, tenantResource, was?.permissions)
      return
    }
    case 'permission':
      requireSameMeaning(row, before)
      return
    case 'resource-type':
      // What was no action before could be nobody's.
      for (const action of ownersGain(row))
        if (row.before?.actions.includes(action)) yield { permission: `${row.key}.${action}`, resource: tenantResource }
      return
    case 'hold': {
      if (row.after === undefined) return
      const { group, member } = row.after
      if (isGroup(member)) yield* heldByGroup(snapshot, group, now)
      for (const role of newRoles(row.before, row.after)) yield* givenByStanding(snapshot, group, role)
      return
    }
    case 'resource': {
      const owner = row.after?.owner
      if (row.after === undefined || owner === undefined || owner === row.before?.owner) return
      const on = row.before === undefined ? (row.after.parent ?? tenantResource) : row.key
      yield* givenToOwner(snapshot, row.after.type, on)
      return
    }
    case 'group': {
      const { before: was, after } = row
      if (after !== undefined && (was?.parent !== after.parent || was?.type !== after.type || was === undefined))
        yield* givenByPlace(snapshot, row.key)
      return
    }
    default:
  }
}

function* givenBy(snapshot: Snapshot, grant: Grant): IterableIterator<Right> {
  const type = typeOf(grant.resource)
  if (grant.role !== undefined) yield* givenByRole(snapshot, grant.role, grant.resource)
  if (grant.permission !== undefined) yield { permission: grant.permission, resource: grant.resource }
  for (const action of grant.actions ?? []) yield { permission: `${type}.${action}`, resource: grant.resource }
}

/** What a role gives on a resource, but for what is known to be given already. */
function* givenByRole(
  snapshot: Snapshot,
  role: string,
  resource: ResourceReference,
  known: ReadonlySet<string> = new Set(),
): IterableIterator<Right> {
  const content = snapshot.roleContent(role)
  // Who does not administer cannot give every permission, present and future.
  if (content.everyAllow) throw refuse('grant_exceeds_own', { permission: administratorRole, resource })
  for (const permission of content.permissions) if (!known.has(permission)) yield { permission, resource }
}

function* givenByPolicy(snapshot: Snapshot, policy: Policy, resource: ResourceReference): IterableIterator<Right> {
  for (const key of policyKeys) {
    for (const [, names] of entryLists(policy[key])) {
      for (const name of names) {
        const permission = policyPermission(snapshot, name, resource)
        if (permission !== undefined) yield { permission, resource }
      }
    }
  }
}

/** A standing gives its role on the group, what is granted to those with it, and what owner tables give to it. */
function* givenByStanding(snapshot: Snapshot, group: string, role: string): IterableIterator<Right> {
  yield* givenByRole(snapshot, role, `group:${group}`)
  for (const grant of snapshot.grantsNaming(`group:${group}`)) {
    const subject = snapshot.subjectOf(grant)
    if (subject.kind === 'standing' && subject.role === role && grant.effect === 'allow') yield* givenBy(snapshot, grant)
  }
  for (const assignment of snapshot.assignmentsNaming(`group:${group}`)) {
    for (const [codename, names] of entryLists(assignment.policy.owner)) {
      if (codename !== role) continue
      for (const name of names) {
        const permission = policyPermission(snapshot, name, assignment.resource)
        if (permission !== undefined) yield { permission, resource: assignment.resource }
      }
    }
  }
}

/** Everything that being in a group gives: grants, assignments and ownership that cover the group as asker. */
function* heldByGroup(snapshot: Snapshot, group: string, now: Instant): IterableIterator<Right> {
  const asker = askerAt(snapshot, `group:${group}`, now)
  if (asker === undefined) return
  const reach = reachOf(asker)
  for (const grant of grantsOver(snapshot, asker, 'allow', now)) yield* givenBy(snapshot, grant)
  for (const assignment of snapshot.all('assignment')) {
    const named = `group:${assignment.group}` as const
    const near =
      reach.has(named) ||
      [
        ...ancestorsOf(snapshot, assignment.group),
        ...descendantsOf(snapshot, assignment.group).map((each) => each.id),
        ...siblingsOf(snapshot, assignment.group).map((each) => each.id),
      ].some((id) => reach.has(`group:${id}`))
    if (near) yield* givenByPolicy(snapshot, assignment.policy, assignment.resource)
  }
  for (const each of reach) {
    for (const resource of snapshot.ownedBy(each)) yield* givenToOwner(snapshot, resource.type, referenceOf(resource))
    // A group inside another with a standing brings it to everybody in it.
    for (const hold of snapshot.holdsOfMember(each))
      if (!hasEnded(hold, now)) for (const role of hold.roles) yield* givenByStanding(snapshot, hold.group, role)
  }
}

/** A group as asker, and every group that it is in. */
function reachOf(asker: Asker): ReadonlySet<MemberReference> {
  return new Set([asker.reference, ...[...asker.entries.keys()].map((id) => `group:${id}` as const)])
}

/** The grants of one effect that have not ended and cover a group because of what it is or is in; those with a standing are not among them. */
function* grantsOver(snapshot: Snapshot, asker: Asker, effect: Effect, at: Instant): IterableIterator<Grant> {
  const naming = new Map([...reachOf(asker)].flatMap((each) => [...snapshot.grantsNaming(each)].map((grant) => [grant.id, grant])))
  for (const grant of snapshot.grants.byRelation()) naming.set(grant.id, grant)
  for (const grant of naming.values()) {
    if (grant.effect !== effect || hasEnded(grant, at)) continue
    const question = questionFor(snapshot, asker, { name: '', action: '' }, grant.resource, at)
    const covering = [directCover, groupCover, relationCover].some((cover) =>
      [...cover(question, grant.resource)].some(([each]) => each.id === grant.id),
    )
    const general = grant.subject === 'everyone' || grant.subject === 'authenticated'
    if (covering && !general) yield grant
  }
}

function hasEnded({ until }: Window, at: Instant): boolean {
  return until !== undefined && until <= at
}

/** A place in the hierarchy gives what grants and assignments by relation say that name a group above, below or beside it. */
function* givenByPlace(snapshot: Snapshot, group: string): IterableIterator<Right> {
  const near = new Set([
    group,
    ...ancestorsOf(snapshot, group),
    ...[...descendantsOf(snapshot, group), ...siblingsOf(snapshot, group)].map((each) => each.id),
  ])
  const types = new Set([...near].map((each) => snapshot.get('group', each)?.type))
  for (const each of near) {
    for (const grant of snapshot.grantsNaming(`group:${each}`)) {
      const subject = snapshot.subjectOf(grant)
      const fits = subject.kind === 'relation' && (subject.types === undefined || subject.types.some((type) => types.has(type)))
      if (fits && grant.effect === 'allow') yield* givenBy(snapshot, grant)
    }
    for (const { policy, resource } of snapshot.assignmentsNaming(`group:${each}`)) {
      yield* givenByPolicy(snapshot, { ...policy, owner: [], group: [] }, resource)
    }
  }
}

/** What an owner of something of this type may do: on it, and on whatever may lie below and has an action of that name. */
function* givenToOwner(snapshot: Snapshot, name: string, resource: ResourceReference): IterableIterator<Right> {
  const type = snapshot.resourceType(name)
  const actions = type?.ownerActions ?? type?.actions ?? []
  const inside = new Set([name])
  for (const each of inside) for (const other of snapshot.resourceTypes()) if (other.parentTypes.includes(each)) inside.add(other.name)
  for (const each of inside)
    for (const action of actions)
      if (snapshot.resourceType(each)?.actions.includes(action)) yield { permission: `${each}.${action}`, resource }
}

/** The actions that owners of the type get by the row. */
function ownersGain({ before, after }: Extract<RowChange, { readonly table: 'resource-type' }>): readonly string[] {
  const had = before?.ownerActions ?? before?.actions ?? []
  return (after?.ownerActions ?? after?.actions ?? []).filter((action) => !had.includes(action))
}

/**
 * What a permission means to everybody who holds it already, its condition, its check and its kind, is loosened by who administers: nobody else
 * could have given it without.
 */
function requireSameMeaning({ before: was, after, key }: Extract<RowChange, { readonly table: 'permission' }>, before: Before): void {
  if (!before.declared.has(key) || (after === undefined && was?.resourceType === undefined)) return
  const loosened =
    (was?.condition !== undefined && was.condition !== after?.condition) ||
    (was?.check !== undefined && canonicalJson(was.check) !== canonicalJson(after?.check ?? null))
  // Whoever takes a permission over from its plugin makes it available without it.
  const released = was?.origin.startsWith('plugin:') === true && after?.origin !== was.origin
  const turned = (was?.permissionKind ?? 'allow') !== (after?.permissionKind ?? 'allow')
  if (loosened || released || turned) throw refuse('grant_exceeds_own', { permission: key, resource: tenantResource })
}

/**
 * What denials denied before and deny no more: what went, ended sooner or asks more, and what a group leaves with a group that it was in.
 * Read in the state before.
 */
export function liftedBy(change: BeforeAndAfter, now: Instant): readonly Right[] {
  const { snapshot, rows, inBefore } = change
  const removed = removedBy(rows)
  const shrunk = rolesShrunk(snapshot, rows, inBefore)
  const left = leftBehind(change, removed, now)
  return inBefore(() => {
    const lifted: Right[] = left.flatMap((denial) => [...givenBy(snapshot, denial)])
    for (const row of rows) {
      if (row.table !== 'grant' || row.before?.effect !== 'deny') continue
      const { before, after } = row
      // A denial goes with whom and where it denied. When its role goes, what it denied comes back.
      const { role: _, ...denied } = before
      const goes = after === undefined && goesWith(denied, removed)
      if (!goes && (after === undefined || widens(after, before))) lifted.push(...givenBy(snapshot, before))
    }
    if (shrunk.size === 0) return lifted
    for (const { effect, role, resource } of snapshot.all('grant')) {
      if (effect === 'deny' && role !== undefined) for (const permission of shrunk.get(role) ?? []) lifted.push({ permission, resource })
    }
    return lifted
  })
}

/** The denials that reached everybody in a group by way of another group, which it is in no more, or not for as long, or not with this standing. */
function leftBehind({ snapshot, rows, inBefore }: BeforeAndAfter, removed: ReadonlySet<string>, now: Instant): readonly Grant[] {
  if (snapshot.grants.denials === 0) return []
  return rows.flatMap((row) => {
    if (row.table !== 'hold' || row.before === undefined) return []
    const { group, member, from } = row.before
    // With a group that is deleted goes what it denied, as a denial goes with whom it denied.
    if (!isGroup(member) || removed.has(`group:${group}`) || removed.has(member)) return []
    const { before, after } = row
    const moments = [from !== undefined && now < from ? from : now, ...(after?.until === undefined ? [] : [after.until])]
    return moments
      .filter((at) => now <= at && isCurrent(before, at))
      .flatMap((at) => {
        const kept = denialsOf(snapshot, member, at)
        return [...inBefore(() => denialsOf(snapshot, member, at)).values()].filter(({ id }) => !kept.has(id))
      })
  })
}

/** The denials that hold for everybody in a group: of the group, of those that it is in, and of the standings that it brings. */
function denialsOf(snapshot: Snapshot, group: MemberReference, at: Instant): ReadonlyMap<string, Grant> {
  const asker = askerAt(snapshot, group, at)
  if (asker === undefined) return new Map()
  const denials = new Map([...grantsOver(snapshot, asker, 'deny', at)].map((grant) => [grant.id, grant]))
  for (const each of reachOf(asker)) {
    for (const hold of snapshot.holdsOfMember(each)) {
      if (hold.roles.length === 0 || !asker.entries.has(hold.group) || !isHoldInForce(snapshot, hold, at)) continue
      for (const grant of snapshot.grantsNaming(`group:${hold.group}`)) {
        const subject = snapshot.subjectOf(grant)
        const isMeant = subject.kind === 'standing' && hold.roles.includes(subject.role)
        if (isMeant && grant.effect === 'deny' && !hasEnded(grant, at)) denials.set(grant.id, grant)
      }
    }
  }
  return denials
}

/** What roles contained before and contain no more. */
function rolesShrunk(
  snapshot: Snapshot,
  rows: readonly RowChange[],
  inBefore: BeforeAndAfter['inBefore'],
): ReadonlyMap<string, readonly string[]> {
  if (!rows.some((row) => row.table === 'role' && row.before !== undefined && row.after !== undefined)) return new Map()
  const contents = () => new Map([...snapshot.all('role')].map(({ codename }) => [codename, snapshot.roleContent(codename)]))
  const after = contents()
  const shrunk = new Map<string, readonly string[]>()
  for (const [codename, was] of inBefore(contents)) {
    const is = after.get(codename)
    if (is === undefined || is.everyAllow) continue
    const lost = [...was.permissions].filter((permission) => !is.permissions.has(permission))
    if (was.everyAllow)
      lost.push(...[...snapshot.resourceTypes()].flatMap((type) => type.actions.map((action) => `${type.name}.${action}`)))
    if (lost.length > 0) shrunk.set(codename, lost)
  }
  return shrunk
}
