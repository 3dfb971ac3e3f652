/** Whom and what grants can reach, for lists: never too few. Whoever lists asks about each. */

import type { Grant } from '../grant.ts'
import { descendantsOf, relativesOf } from '../hierarchy.ts'
import type { PermissionName } from '../permission.ts'
import type { MemberReference, PrincipalReference, ResourceReference } from '../reference.ts'
import { anonymous, relations, tenantResource } from '../reference.ts'
import { wayUp } from '../resource-tree.ts'
import { contentBits, subjectCodes, tripleWords } from '../rows/grant-table.ts'
import { memberTypes, referenceFlags } from '../rows/references.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Instant } from '../validity.ts'
import type { AskedPermission } from './asked-permissions.ts'
import { contains, keysGiving, policyBits, tableShift } from './asked-permissions.ts'
import { recordWords } from './askers.ts'
import { quickIndexOf } from './quick-index.ts'

/** Every principal to whom something on the way up may give the permission; undefined: it may be anybody. Cost: those whom it reaches. */
export function principalsReached(
  snapshot: Snapshot,
  permission: PermissionName,
  resource: ResourceReference,
): Iterable<PrincipalReference> | undefined {
  const { references, grants } = snapshot
  const index = quickIndexOf(snapshot)
  index.keepUp()
  const asked = index.permissions.of(permission)
  // What is missing to check it is an error, also of somebody whom only a denial reaches.
  if (asked.isConditional) return undefined
  const members = new Set<number>()
  const enter = (reference: ResourceReference): void => {
    const number = references.find(reference)
    if (number !== 0) members.add(number)
  }
  const enterRelatives = (group: string, relation: (typeof relations)[number]): void => {
    for (const { id } of relativesOf(snapshot, group, relation)) enter(`group:${id}`)
  }
  enter(resource)
  for (const step of wayUp(snapshot, resource)) {
    const number = references.find(step.resource)
    if (number === 0) continue
    const list = references.grants[number] ?? 0
    const { words } = grants.onResources
    const end = list + grants.onResources.length(list)
    for (let place = list + 1; place <= end; place += tripleWords) {
      const content = words[place + 2] ?? 0
      if ((content & contentBits.denies) !== 0 || !mayContain(asked, content)) continue
      const code = words[place + 1] ?? 0
      if (code < subjectCodes.everyone) members.add(code)
      else if (code < subjectCodes.standing) return undefined
      else {
        const subject = grants.subjects.value(code & 0x3fff_ffff)
        if (subject.kind === 'relation') enterRelatives(subject.group, subject.relation)
        else if ('group' in subject) enter(`group:${subject.group}`)
      }
    }
    members.add(references.owner[number] ?? 0)
    // By standing.
    if (references.isGroup(number)) members.add(number)
    for (const { row, group, member, policy } of snapshot.assignmentEntries.get(number) ?? []) {
      const keys = keysGiving(snapshot, asked, policy, references.typeOf(number), step.resource)
      const gives = keys | (keys >> tableShift)
      if ((gives & policyBits.owner) !== 0) members.add(member)
      if ((gives & policyBits.group) !== 0) members.add(group)
      for (const relation of relations) if ((gives & policyBits[relation]) !== 0) enterRelatives(row.group, relation)
    }
  }
  return principalsWithin(snapshot, members)
}

/** The principals among members and in groups among them, whatever their windows. */
function* principalsWithin(snapshot: Snapshot, members: Set<number>): IterableIterator<PrincipalReference> {
  const { references, holds } = snapshot
  // What is added while it is walked is walked too.
  for (const member of members) {
    if (references.isPrincipal(member)) {
      const text = references.memberOf(member)
      // Neither a group nor a resource: it was asked above.
      if (references.is(member, referenceFlags.isThere) || text === anonymous) yield text as PrincipalReference
      continue
    }
    if (!references.isGroup(member)) continue
    const list = references.members[member] ?? 0
    const end = list + holds.ofGroups.length(list)
    for (let place = list + 1; place <= end; place++) members.add(holds.member[holds.ofGroups.words[place] ?? 0] ?? 0)
  }
}

/**
 * Every registered resource of a type on which something other than grants on the tenant may give the permission; undefined: it may be any,
 * because something on the tenant gives it or may do so.
 * Cost: the grants to the asker and its groups, and what lies below what they name.
 */
export function resourcesReached(
  snapshot: Snapshot,
  subject: MemberReference,
  permission: PermissionName,
  type: string,
  at: Instant,
): Iterable<ResourceReference> | undefined {
  const { references, grants } = snapshot
  const index = quickIndexOf(snapshot)
  index.keepUp()
  const member = index.askerNumber(subject)
  const record = member === 0 ? 0 : index.askers.recordOf(member, Date.parse(at))
  // Of records of ours there are few, and standing, ownership of oneself and the hierarchy reach them too.
  if (record === 0 || type === tenantResource || memberTypes.some((each) => each === type)) return undefined
  const asked = index.permissions.of(permission)
  if (index.decideNumbers(member, asked, 0, Date.parse(at)) !== 'no_grant') return undefined
  const found = new Set<number>()
  const note = (grant: number): void => {
    const triple = grants.tripleOf(grant)
    const content = grants.onResources.words[triple + 2] ?? 0
    if ((content & contentBits.denies) === 0 && mayContain(asked, content)) found.add(grants.resource[grant] ?? 0)
  }
  const groups = index.askers.lists.items(index.askers.words[record + recordWords.groups] ?? 0)
  for (const each of [member, ...groups]) {
    const named = references.named[each] ?? 0
    const end = named + grants.ofSubjects.length(named)
    for (let place = named + 1; place <= end; place++) note(grants.ofSubjects.words[place] ?? 0)
    for (const owned of references.lists.items(references.owned[each] ?? 0)) found.add(owned)
    // A standing in a group reaches what lies below it.
    found.add(each)
  }
  for (const grant of grants.generalElsewhere) note(grant)
  for (const [resource, [first]] of snapshot.assignmentEntries) if (first !== undefined) found.add(resource)
  // On the tenant itself it was asked for, and nothing was given.
  found.delete(references.tenant)
  return ofTypeWithin(snapshot, found, type)
}

/** The registered resources of the type among these and below them. */
function* ofTypeWithin(snapshot: Snapshot, found: Set<number>, type: string): IterableIterator<ResourceReference> {
  const { references } = snapshot
  for (const number of found) {
    if (references.typeName(number) === type && references.is(number, referenceFlags.isThere)) yield references.textOf(number)
    for (const child of references.lists.items(references.children[number] ?? 0)) found.add(child)
    if (references.isGroup(number) && snapshot.settings.managersInherit)
      for (const group of descendantsOf(snapshot, references.idOf(number))) found.add(references.findOf('group', group.id))
  }
}

/** The allowing grants on a resource that may contain the permission: the others are not even made. Cost: a few steps for each grant on it. */
export function grantsContaining(snapshot: Snapshot, permission: PermissionName, resource: ResourceReference): readonly Grant[] {
  const { references, grants } = snapshot
  const index = quickIndexOf(snapshot)
  index.keepUp()
  const asked = index.permissions.of(permission)
  const found: Grant[] = []
  const list = references.grants[references.find(resource)] ?? 0
  const end = list + grants.onResources.length(list)
  for (let place = list + 1; place <= end; place += tripleWords) {
    const content = grants.onResources.words[place + 2] ?? 0
    if ((content & contentBits.denies) === 0 && mayContain(asked, content)) found.push(grants.row(grants.onResources.words[place] ?? 0))
  }
  return found
}

/** A list of actions may name it on a resource of its type. */
function mayContain(asked: AskedPermission, content: number): boolean {
  return (content & contentBits.kindMask) === contentBits.actions || contains(asked, content)
}
