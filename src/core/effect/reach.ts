/** What a changed row can reach: whose rights, on which resources. Never too little, and as numbers of the snapshot. */

import type { Grant } from '../grant.ts'
import { ancestorsOf, descendantsOf } from '../hierarchy.ts'
import type { Origin } from '../record.ts'
import type { MemberReference, ResourceReference } from '../reference.ts'
import { tenantResource, typeOf } from '../reference.ts'
import { contentBits, subjectCodes } from '../rows/grant-table.ts'
import { defaultSettings } from '../settings.ts'
import type { RoleContent, Snapshot } from '../snapshot.ts'
import type { RowChange } from '../tables.ts'

/** What is absent is everything of its kind. */
export interface Reach {
  /** Principals, and groups with all who are inside them, in force or not. */
  readonly within?: Iterable<number>
  /** These and what lies below them. */
  readonly resources?: Iterable<number>
  readonly permissions?: ReadonlySet<string>
}

/** After so many rows looked at one by one, the work can be broken off. */
const stride = 4096

/** What a row can reach in the state that the snapshot is in. Where it yields nothing, the work can be broken off. */
export function* reachOf(snapshot: Snapshot, row: RowChange): IterableIterator<Reach | undefined> {
  const { references } = snapshot
  switch (row.table) {
    case 'user':
    case 'service':
      yield { within: [references.findOf(row.table, row.key)] }
      return
    case 'hold': {
      const member = row.after?.member ?? row.before?.member
      if (member !== undefined) yield { within: [references.find(member)] }
      return
    }
    case 'grant': {
      for (const grant of [row.before, row.after]) if (grant !== undefined) yield grantReach(snapshot, grant)
      return
    }
    case 'assignment': {
      const resource = row.after?.resource ?? row.before?.resource
      if (resource !== undefined) yield { resources: [references.find(resource)] }
      return
    }
    case 'resource':
      yield { resources: [references.find(row.key)] }
      return
    case 'group':
      yield* groupReach(snapshot, row)
      return
    case 'role':
      yield* roleReach(snapshot, row.key)
      return
    case 'permission':
      yield { permissions: new Set([row.key]) }
      return
    case 'resource-type':
      yield* typeReach(snapshot, row)
      return
    case 'source':
      yield* originReach(snapshot, `source:${row.key}`)
      return
    case 'settings':
      yield* settingsReach(snapshot, row)
      return
    case 'tenant':
    case 'group-type':
    case 'group-entity':
    case 'api-key':
    case 'retired':
  }
}

function grantReach(snapshot: Snapshot, grant: Grant): Reach {
  const { references } = snapshot
  const subject = snapshot.subjectOf(grant)
  const named: MemberReference | undefined =
    subject.kind === 'principal'
      ? subject.reference
      : subject.kind === 'group' || subject.kind === 'standing'
        ? `group:${subject.group}`
        : undefined
  const permissions = permissionsGiven(snapshot, grant)
  return {
    resources: [references.find(grant.resource)],
    ...(permissions === undefined ? {} : { permissions }),
    ...(named === undefined ? {} : { within: [references.find(named)] }),
  }
}

/** What the grant gives; undefined: every permission there is. */
function permissionsGiven(snapshot: Snapshot, grant: Grant): ReadonlySet<string> | undefined {
  if (grant.permission !== undefined) return new Set([grant.permission])
  if (grant.actions !== undefined) return new Set(grant.actions.map((action) => `${typeOf(grant.resource)}.${action}`))
  return permissionsOf(snapshot.roleContent(grant.role ?? ''))
}

function permissionsOf({ everyAllow, permissions }: RoleContent): ReadonlySet<string> | undefined {
  return everyAllow ? undefined : permissions
}

/** Wherever the role is granted or held as standing, itself or through a role that includes it: what it gives. Cost: all grants and holds. */
function* roleReach(snapshot: Snapshot, role: string): IterableIterator<Reach | undefined> {
  const { grants, holds, names } = snapshot
  const permissions = permissionsOf(snapshot.roleContent(role))
  const gives: Pick<Reach, 'permissions'> = permissions === undefined ? {} : { permissions }
  const containing = new Set(
    [...snapshot.roles()].map(({ codename }) => codename).filter((each) => snapshot.roleContent(each).roles.has(role)),
  )
  const contents = new Set([...containing].map((codename) => names.find(codename)))
  let looked = 0
  for (const number of grants.numbers()) {
    const triple = grants.tripleOf(number)
    const content = grants.onResources.words[triple + 2] ?? 0
    if ((content & contentBits.kindMask) === contentBits.role && contents.has(content >>> contentBits.shift)) {
      const code = grants.onResources.words[triple + 1] ?? 0
      const within = subjectNumber(snapshot, code)
      yield { resources: [grants.resource[number] ?? 0], ...(within === undefined ? {} : { within: [within] }), ...gives }
    }
    if (++looked % stride === 0) yield undefined
  }
  if (holds.withRoles === 0) return
  for (const number of holds.numbers()) {
    if (holds.rolesOf(number).some((each) => containing.has(each)))
      yield { resources: [holds.group[number] ?? 0], within: [holds.member[number] ?? 0], ...gives }
    if (++looked % stride === 0) yield undefined
  }
}

/** The principal or group that a subject in a triple names; undefined: it may be anybody. */
function subjectNumber({ references, grants }: Snapshot, code: number): number | undefined {
  if (code < subjectCodes.everyone) return code
  if (code < subjectCodes.standing) return undefined
  const subject = grants.subjects.value(code & 0x3fff_ffff)
  return subject.kind === 'standing' ? references.findOf('group', subject.group) : undefined
}

/** The permissions of its actions; and what its owners may do on their resources and below. */
function* typeReach(snapshot: Snapshot, row: Extract<RowChange, { readonly table: 'resource-type' }>): IterableIterator<Reach | undefined> {
  const { references } = snapshot
  const actions = [...(row.before?.actions ?? []), ...(row.after?.actions ?? [])]
  yield { permissions: new Set(actions.map((action) => `${row.key}.${action}`)) }
  const type = references.typeNumber(row.key)
  for (let number = 1; number < references.end; number++) {
    if (references.typeOf(number) === type && (references.owner[number] ?? 0) !== 0) yield { resources: [number] }
    if (number % stride === 0) yield undefined
  }
}

/** Those whom an origin has made, and those whom it holds in a group. Cost: all users and holds. */
function* originReach({ users, holds }: Snapshot, origin: Origin): IterableIterator<Reach | undefined> {
  const only = new Set([origin])
  let looked = 0
  for (const number of users.numbers()) {
    if (!users.isOriginEnabled(number, only)) yield { within: [number] }
    if (++looked % stride === 0) yield undefined
  }
  for (const number of holds.numbers()) {
    if (!holds.isOriginEnabled(number, only)) yield { within: [holds.member[number] ?? 0] }
    if (++looked % stride === 0) yield undefined
  }
}

function* settingsReach(
  snapshot: Snapshot,
  { before, after }: Extract<RowChange, { readonly table: 'settings' }>,
): IterableIterator<Reach | undefined> {
  // The policy is read when an assignment is made, and not again.
  if ((before ?? defaultSettings).managersInherit !== (after ?? defaultSettings).managersInherit) {
    yield { resources: [...snapshot.all('group')].map(({ id }) => snapshot.references.findOf('group', id)) }
  }
  if ((before ?? defaultSettings).rootSiblings === (after ?? defaultSettings).rootSiblings) return
  const resources = new Set<ResourceReference>()
  for (const { id } of snapshot.childGroups(undefined)) noteRelationResources(snapshot, id, resources)
  if (resources.size > 0) yield { resources: numbersOf(snapshot, resources) }
}

function numbersOf({ references }: Snapshot, resources: Iterable<ResourceReference>): readonly number[] {
  return [...resources].map((resource) => references.find(resource))
}

/** The resources on which somebody is given something by a relation to the group. */
function noteRelationResources(snapshot: Snapshot, group: string, resources: Set<ResourceReference>): void {
  for (const grant of snapshot.grantsNaming(`group:${group}`))
    if (snapshot.subjectOf(grant).kind === 'relation') resources.add(grant.resource)
  for (const assignment of snapshot.assignmentsNaming(`group:${group}`)) resources.add(assignment.resource)
}

/**
 * A group that is switched, typed or moved. The first two touch who is in it, and who would be if it were active: a domain makes its
 * people active or not. A move touches the grants and assignments by relation that name a group near it.
 */
function* groupReach(
  snapshot: Snapshot,
  { before, after, key }: Extract<RowChange, { readonly table: 'group' }>,
): IterableIterator<Reach | undefined> {
  const { references } = snapshot
  const self = references.findOf('group', key)
  if (before?.active !== after?.active || before?.expiresAt !== after?.expiresAt || before?.type !== after?.type) yield { within: [self] }
  // Conditions see the properties, and whoever administers the tenant gains a group to administer.
  if (before === undefined || after === undefined || JSON.stringify(before.properties) !== JSON.stringify(after.properties)) {
    yield { resources: [self] }
  }
  if (before === undefined || after === undefined || before.parent === after.parent) return
  if (snapshot.settings.managersInherit) yield { resources: [self] }
  // Where nothing is given by a relation, nobody has to look for who is near.
  if (!snapshot.grants.hasGeneral && snapshot.assignmentEntries.size === 0) return
  const near = new Set([key, ...descendantsOf(snapshot, key).map((each) => each.id)])
  for (const parent of [before.parent, after.parent]) {
    for (const each of parent === undefined ? [] : [parent, ...ancestorsOf(snapshot, parent)]) near.add(each)
    for (const sibling of snapshot.childGroups(parent)) near.add(sibling.id)
  }
  const resources = new Set<ResourceReference>()
  let looked = 0
  for (const each of near) {
    noteRelationResources(snapshot, each, resources)
    if (++looked % 256 === 0) yield undefined
  }
  if (resources.size > 0) yield { resources: resources.has(tenantResource) ? [references.tenant] : numbersOf(snapshot, resources) }
}
