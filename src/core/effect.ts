/** The effect of a change set: who gains and who loses which actions on which resources. */

import { membersInside } from './closure.ts'
import { isAllowed } from './decide.ts'
import type { Finding } from './finding.ts'
import type { Grant } from './grant.ts'
import { ancestorsOf, descendantsOf } from './hierarchy.ts'
import { declared, declaredPermissions } from './permission.ts'
import type { Asker } from './question.ts'
import { allowing } from './quick/allowing.ts'
import type { Origin } from './record.ts'
import type { MemberReference, PrincipalReference, ResourceReference } from './reference.ts'
import { idOf, isGroup, tenantResource, typeOf } from './reference.ts'
import { referenceOf } from './resource.ts'
import { wayUp } from './resource-tree.ts'
import { principals } from './search.ts'
import { defaultSettings } from './settings.ts'
import type { Snapshot } from './snapshot.ts'
import type { RowChange } from './tables.ts'
import type { Instant } from './validity.ts'

/** One subject gains or loses these permissions on one resource. */
export interface EffectItem {
  readonly subject: MemberReference
  readonly resource: ResourceReference
  /** Canonical permission names, sorted. */
  readonly permissions: readonly string[]
  /** By which way they come, or went; absent for what lies behind the first ones, and for an actor who may not ask about others. */
  readonly ways?: readonly EffectWay[]
}

/** The facts by which these permissions are gained or lost; the permission itself is not among them. */
export interface EffectWay {
  readonly permissions: readonly string[]
  readonly finding: Finding
}

/**
 * The effect at one moment, over all users and service accounts and `user:anonymous`, and over the tenant, every group, every registered
 * resource and every resource that a grant or assignment names. Counts are exact; the items are complete up to the limit that was asked for.
 */
export interface ChangeEffect {
  readonly gains: readonly EffectItem[]
  readonly losses: readonly EffectItem[]
  /** How many (subject, permission, resource) are gained and lost. */
  readonly gained: number
  readonly lost: number
  /** How many subjects gain something, and how many lose something. */
  readonly gainers: number
  readonly losers: number
  /** False when the items were cut at the limit, or when nothing was counted. */
  readonly complete: boolean
  /** The change reaches so many (subject, permission, resource), more than are asked before an answer: nothing was counted. */
  readonly uncounted?: number
}

/** What a row change can reach; absent: everything of its kind. */
interface Reach {
  readonly subjects?: ReadonlySet<PrincipalReference>
  /** These and what lies below them. */
  readonly resources?: ReadonlySet<ResourceReference>
  readonly permissions?: ReadonlySet<string>
}

/** Permissions to be asked, by resource. */
type Pairs = ReadonlyMap<ResourceReference, ReadonlySet<string>>

/** Subjects of whom the same is asked. */
interface Batch {
  readonly subjects: readonly PrincipalReference[]
  readonly pairs: Pairs
}

/** Somebody gains or loses one permission on one resource. */
interface Difference {
  readonly subject: PrincipalReference
  readonly resource: ResourceReference
  readonly permission: string
}

/** At most so many (subject, permission, resource) are asked before and after: a few seconds of work. */
export const reachLimit = 2_000_000

/** The snapshot as it was and as it becomes: runs a reading in each. Leaves it as it becomes. */
export interface BeforeAndAfter {
  readonly snapshot: Snapshot
  readonly rows: readonly RowChange[]
  readonly inBefore: <T>(read: () => T) => T
}

/**
 * Works out the effect by asking, before and after, everything that the rows can reach. So the cost grows with the people and resources
 * that the change is about, not with the tenant; a change of a role, a setting or the tree can be about everybody. Above `reachLimit`
 * nothing is asked and the effect says so.
 */
export function effectOf({ snapshot, rows, inBefore }: BeforeAndAfter, at: Instant, limit: number): ChangeEffect {
  const collect = (): readonly Batch[] => {
    const reaches = rows.flatMap((row) => [...reachOf(snapshot, row, at)])
    // One that reaches everything leaves nothing to the others.
    const everything = reaches.find(({ subjects, resources, permissions }) => (subjects ?? resources ?? permissions) === undefined)
    return (everything === undefined ? reaches : [everything]).map((reach) => batchOf(snapshot, reach))
  }
  const reached = [...collect(), ...inBefore(collect)]
  const size = reached.reduce((sum, batch) => sum + batch.subjects.length * pairsIn(batch), 0)
  if (size > reachLimit) {
    return { gains: [], losses: [], gained: 0, lost: 0, gainers: 0, losers: 0, complete: false, uncounted: size }
  }
  const batches = merged(reached)
  const after = allowedNow(snapshot, batches, at)
  const before = inBefore(() => allowedNow(snapshot, batches, at))
  const gains: Difference[] = []
  const losses: Difference[] = []
  let index = 0
  for (const difference of askedIn(batches)) {
    if (after[index] !== before[index]) (after[index] === 1 ? gains : losses).push(difference)
    index += 1
  }
  return {
    gains: grouped(gains.slice(0, limit)),
    losses: grouped(losses.slice(0, Math.max(0, limit - gains.length))),
    gained: gains.length,
    lost: losses.length,
    gainers: new Set(gains.map((each) => each.subject)).size,
    losers: new Set(losses.map((each) => each.subject)).size,
    complete: gains.length + losses.length <= limit,
  }
}

/**
 * What one principal may after the change and might not before, asked in both states as whatever `asker` makes of it there. The principal
 * may be taken for somebody in more groups, so all rows count but those about other principals alone.
 * @param supposing what could be is asked instead of what is: see `Question`
 */
export function gainsOf(
  { snapshot, rows, inBefore }: BeforeAndAfter,
  subject: PrincipalReference,
  at: Instant,
  asker: () => Asker | undefined,
  supposing?: true,
): readonly { readonly permission: string; readonly resource: ResourceReference }[] {
  const subjects = new Set([subject])
  const collect = (): readonly Batch[] => {
    const reaches = rows.filter((row) => !isAboutAnother(snapshot, row, subject)).flatMap((row) => [...reachOf(snapshot, row, at)])
    // One that reaches everything leaves nothing to the others.
    const everything = reaches.some(({ resources, permissions }) => (resources ?? permissions) === undefined)
    return (everything ? [{}] : reaches).map((reach) => batchOf(snapshot, { ...reach, subjects }))
  }
  const batches = merged([...collect(), ...inBefore(collect)])
  const before = inBefore(() => allowedIn(snapshot, batches, asker, at, supposing))
  const after = allowedIn(snapshot, batches, asker, at, supposing)
  return [...askedIn(batches)].filter((_, index) => after[index] === 1 && before[index] !== 1)
}

/** Whether the row is about one principal and no other. */
function isAboutAnother(snapshot: Snapshot, row: RowChange, subject: PrincipalReference): boolean {
  if (row.table === 'user' || row.table === 'service') return `${row.table}:${row.key}` !== subject
  if (row.table === 'hold') {
    const member = row.after?.member ?? row.before?.member
    return member !== undefined && !isGroup(member) && member !== subject
  }
  if (row.table !== 'grant') return false
  const grant = row.after ?? row.before
  const named = grant === undefined ? undefined : snapshot.subjectOf(grant)
  return named?.kind === 'principal' && named.reference !== subject
}

function pairsIn({ pairs }: Batch): number {
  let count = 0
  for (const permissions of pairs.values()) count += permissions.size
  return count
}

/** Batches in which every (subject, permission, resource) stands once. Subjects of whom the same is asked share one batch. */
function merged(batches: readonly Batch[]): readonly Batch[] {
  const batchesOf = new Map<PrincipalReference, number[]>()
  for (const [index, { subjects }] of batches.entries()) {
    for (const subject of subjects) {
      const list = batchesOf.get(subject)
      if (list === undefined) batchesOf.set(subject, [index])
      else list.push(index)
    }
  }
  const bySame = new Map<string, { readonly subjects: PrincipalReference[]; readonly pairs: Pairs }>()
  for (const [subject, indexes] of batchesOf) {
    const key = indexes.join(' ')
    const known = bySame.get(key)
    if (known === undefined)
      bySame.set(key, { subjects: [subject], pairs: union(indexes.map((index) => batches[index]?.pairs ?? new Map())) })
    else known.subjects.push(subject)
  }
  return [...bySame.values()]
}

function union(all: readonly Pairs[]): Pairs {
  const [first = new Map<ResourceReference, ReadonlySet<string>>()] = all
  if (all.length < 2) return first
  const result = new Map<ResourceReference, Set<string>>()
  for (const pairs of all) {
    for (const [resource, permissions] of pairs) {
      const known = result.get(resource)
      if (known === undefined) result.set(resource, new Set(permissions))
      else for (const permission of permissions) known.add(permission)
    }
  }
  return result
}

/** Everything that is asked, in the one order in which it is asked before and after. */
function* askedIn(batches: readonly Batch[]): IterableIterator<Difference> {
  for (const { subjects, pairs } of batches) {
    for (const [resource, permissions] of pairs) {
      for (const permission of permissions) for (const subject of subjects) yield { subject, resource, permission }
    }
  }
}

/** The answers in the order of `askedIn`, 1 for yes, of the subjects as they are. */
function allowedNow(snapshot: Snapshot, batches: readonly Batch[], at: Instant): Uint8Array {
  const answers = new Uint8Array(batches.reduce((sum, batch) => sum + batch.subjects.length * pairsIn(batch), 0))
  const isAllowedTo = allowing(snapshot, at, {})
  let index = 0
  for (const { subjects, pairs } of batches) {
    for (const [resource, permissions] of pairs) {
      for (const permission of permissions) {
        const name = declared(snapshot, permission)
        for (const subject of subjects) {
          if (name !== undefined && isAllowedTo(subject, name, resource)) answers[index] = 1
          index += 1
        }
      }
    }
  }
  return answers
}

/** The answers in the order of `askedIn`, 1 for yes, of the subjects as `askerOf` makes them. */
function allowedIn(
  snapshot: Snapshot,
  batches: readonly Batch[],
  askerOf: (subject: PrincipalReference) => Asker | undefined,
  at: Instant,
  supposing?: true,
): Uint8Array {
  const answers = new Uint8Array(batches.reduce((sum, batch) => sum + batch.subjects.length * pairsIn(batch), 0))
  const askers = new Map<PrincipalReference, Asker | undefined>()
  let index = 0
  for (const { subjects, pairs } of batches) {
    for (const subject of subjects) if (!askers.has(subject)) askers.set(subject, askerOf(subject))
    for (const [resource, permissions] of pairs) {
      const steps = wayUp(snapshot, resource)
      for (const permission of permissions) {
        const name = declared(snapshot, permission)
        for (const subject of subjects) {
          const asker = askers.get(subject)
          if (asker !== undefined && name !== undefined) {
            const question = { snapshot, asker, permission: name, resource, steps, at, circumstances: {} }
            answers[index] = isAllowed(supposing === undefined ? question : { ...question, supposing }) ? 1 : 0
          }
          index += 1
        }
      }
    }
  }
  return answers
}

function grouped(differences: readonly Difference[]): readonly EffectItem[] {
  const items = new Map<
    string,
    { readonly subject: PrincipalReference; readonly resource: ResourceReference; readonly permissions: string[] }
  >()
  for (const { subject, resource, permission } of differences) {
    const key = `${subject}|${resource}`
    const item = items.get(key) ?? { subject, resource, permissions: [] }
    item.permissions.push(permission)
    items.set(key, item)
  }
  const order = (one: string, other: string): number => (one < other ? -1 : 1)
  return [...items]
    .sort(([one], [other]) => order(one, other))
    .map(([, { subject, resource, permissions }]) => ({ subject, resource, permissions: permissions.sort(order) }))
}

/** What a reach comes to in the state that the snapshot is in. */
function batchOf(snapshot: Snapshot, reach: Reach): Batch {
  const subjects = [...(reach.subjects ?? principals(snapshot))]
  if (subjects.length === 0) return { subjects, pairs: new Map() }
  const byType = new Map<string, Set<string>>()
  for (const { name, type } of declaredPermissions(snapshot)) {
    if (reach.permissions?.has(name) === false) continue
    for (const on of type === undefined || type === tenantResource ? [tenantResource] : [tenantResource, type]) {
      const names = byType.get(on)
      if (names === undefined) byType.set(on, new Set([name]))
      else names.add(name)
    }
  }
  const pairs = new Map<ResourceReference, ReadonlySet<string>>()
  for (const resource of below(snapshot, reach.resources)) {
    const permissions = byType.get(typeOf(resource))
    if (permissions !== undefined) pairs.set(resource, permissions)
  }
  return { subjects, pairs }
}

/** The resources of the effect: all, or those named and what lies below them. */
function below(snapshot: Snapshot, named: ReadonlySet<ResourceReference> | undefined): Iterable<ResourceReference> {
  if (named === undefined || named.has(tenantResource)) return everyResource(snapshot)
  const found = new Set(named)
  for (const resource of found) {
    for (const child of snapshot.childResources(resource)) found.add(referenceOf(child))
    if (resource.startsWith('group:') && snapshot.settings.managersInherit)
      for (const child of snapshot.childGroups(idOf(resource))) found.add(`group:${child.id}`)
  }
  return found
}

function everyResource(snapshot: Snapshot): ReadonlySet<ResourceReference> {
  const found = new Set<ResourceReference>([tenantResource])
  for (const group of snapshot.all('group')) found.add(`group:${group.id}`)
  for (const resource of snapshot.all('resource')) found.add(referenceOf(resource))
  for (const grant of snapshot.all('grant')) found.add(grant.resource)
  for (const assignment of snapshot.all('assignment')) found.add(assignment.resource)
  return found
}

/** What a row can reach in the state that the snapshot is in. */
function* reachOf(snapshot: Snapshot, row: RowChange, at: Instant): IterableIterator<Reach> {
  switch (row.table) {
    case 'user':
    case 'service':
      yield { subjects: new Set<PrincipalReference>([`${row.table}:${row.key}`]) }
      return
    case 'hold': {
      const member = row.after?.member ?? row.before?.member
      if (member !== undefined) yield { subjects: principalsOf(snapshot, member, at) }
      return
    }
    case 'grant': {
      for (const grant of [row.before, row.after]) if (grant !== undefined) yield grantReach(snapshot, grant, at)
      return
    }
    case 'assignment': {
      const resource = row.after?.resource ?? row.before?.resource
      if (resource !== undefined) yield { resources: new Set([resource]) }
      return
    }
    case 'resource':
      yield { resources: new Set([row.key]) }
      return
    case 'group':
      yield* groupReach(snapshot, row, at)
      return
    case 'role':
      yield* roleReach(snapshot, row.key, at)
      return
    case 'permission':
      yield { permissions: new Set([row.key]) }
      return
    case 'resource-type':
      yield* typeReach(snapshot, row)
      return
    case 'source':
      yield { subjects: principalsHeldBy(snapshot, `source:${row.key}`, at) }
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

function principalsOf(snapshot: Snapshot, member: MemberReference, at: Instant): ReadonlySet<PrincipalReference> {
  if (!isGroup(member)) return new Set([member])
  const inside = [...membersInside(snapshot, idOf(member), at).keys()]
  return new Set(inside.filter((each): each is PrincipalReference => !isGroup(each)))
}

function grantReach(snapshot: Snapshot, grant: Grant, at: Instant): Reach {
  const subject = snapshot.subjectOf(grant)
  const resources = new Set([grant.resource])
  const permissions = permissionsGiven(snapshot, grant)
  const subjects: ReadonlySet<PrincipalReference> | undefined =
    subject.kind === 'principal'
      ? new Set([subject.reference])
      : subject.kind === 'group' || subject.kind === 'standing'
        ? principalsOf(snapshot, `group:${subject.group}`, at)
        : undefined
  return { resources, ...(permissions === undefined ? {} : { permissions }), ...(subjects === undefined ? {} : { subjects }) }
}

/** What the grant gives; undefined: every permission there is. */
function permissionsGiven(snapshot: Snapshot, grant: Grant): ReadonlySet<string> | undefined {
  if (grant.permission !== undefined) return new Set([grant.permission])
  if (grant.actions !== undefined) return new Set(grant.actions.map((action) => `${typeOf(grant.resource)}.${action}`))
  const content = snapshot.roleContent(grant.role ?? '')
  return content.everyAllow ? undefined : content.permissions
}

/** Wherever the role is granted or held as standing, itself or through a role that includes it: what it gives. */
function* roleReach(snapshot: Snapshot, role: string, at: Instant): IterableIterator<Reach> {
  const content = snapshot.roleContent(role)
  const gives: Pick<Reach, 'permissions'> = content.everyAllow ? {} : { permissions: content.permissions }
  const containing = new Set(
    [...snapshot.roles()].map(({ codename }) => codename).filter((each) => snapshot.roleContent(each).roles.has(role)),
  )
  for (const grant of snapshot.all('grant')) {
    if (grant.role !== undefined && containing.has(grant.role)) yield { ...grantReach(snapshot, grant, at), ...gives }
  }
  for (const hold of snapshot.all('hold')) {
    if (!hold.roles.some((each) => containing.has(each))) continue
    yield { resources: new Set([`group:${hold.group}`]), subjects: principalsOf(snapshot, hold.member, at), ...gives }
  }
}

/** The permissions of its actions; and what its owners may do on their resources and below. */
function* typeReach(snapshot: Snapshot, row: Extract<RowChange, { readonly table: 'resource-type' }>): IterableIterator<Reach> {
  const actions = [...(row.before?.actions ?? []), ...(row.after?.actions ?? [])]
  yield { permissions: new Set(actions.map((action) => `${row.key}.${action}`)) }
  for (const resource of snapshot.resourcesOfType(row.key))
    if (resource.owner !== undefined) yield { resources: new Set([referenceOf(resource)]) }
}

/** Those whom an origin has made, and those whom it holds in a group. */
function principalsHeldBy(snapshot: Snapshot, origin: Origin, at: Instant): ReadonlySet<PrincipalReference> {
  const found = new Set<PrincipalReference>()
  for (const user of snapshot.all('user')) if (user.origin === origin) found.add(`user:${user.id}`)
  for (const hold of snapshot.all('hold'))
    if (hold.origin === origin) for (const each of principalsOf(snapshot, hold.member, at)) found.add(each)
  return found
}

function* settingsReach(
  snapshot: Snapshot,
  { before, after }: Extract<RowChange, { readonly table: 'settings' }>,
): IterableIterator<Reach> {
  // The policy is read when an assignment is made, and not again.
  if ((before ?? defaultSettings).managersInherit !== (after ?? defaultSettings).managersInherit) {
    yield { resources: new Set([...snapshot.all('group')].map(({ id }): ResourceReference => `group:${id}`)) }
  }
  if ((before ?? defaultSettings).rootSiblings === (after ?? defaultSettings).rootSiblings) return
  const roots = [...snapshot.childGroups(undefined)].map(({ id }) => id)
  const resources = relationResources(snapshot, roots)
  if (resources.size > 0) yield { resources }
}

/** The resources on which somebody is given something by a relation to one of these groups. */
function relationResources(snapshot: Snapshot, groups: Iterable<string>): Set<ResourceReference> {
  const resources = new Set<ResourceReference>()
  for (const group of groups) {
    for (const grant of snapshot.grantsNaming(`group:${group}`))
      if (snapshot.subjectOf(grant).kind === 'relation') resources.add(grant.resource)
    for (const assignment of snapshot.assignmentsNaming(`group:${group}`)) resources.add(assignment.resource)
  }
  return resources
}

/**
 * A group that is switched, typed or moved. The first two touch who is in it, and who would be if it were active: a domain makes its
 * people active or not. A move touches the grants and assignments by relation that name a group near it.
 */
function* groupReach(snapshot: Snapshot, row: Extract<RowChange, { readonly table: 'group' }>, at: Instant): IterableIterator<Reach> {
  const { before, after } = row
  if (before?.active !== after?.active || before?.expiresAt !== after?.expiresAt || before?.type !== after?.type) {
    const subjects = new Set(principalsOf(snapshot, `group:${row.key}`, at))
    for (const hold of snapshot.holdsOfGroup(row.key)) for (const each of principalsOf(snapshot, hold.member, at)) subjects.add(each)
    yield { subjects }
  }
  // Conditions see the properties, and whoever administers the tenant gains a group to administer.
  if (before === undefined || after === undefined || JSON.stringify(before.properties) !== JSON.stringify(after.properties)) {
    yield { resources: new Set([`group:${row.key}`]) }
  }
  if (before === undefined || after === undefined) return
  if (before.parent === after.parent) return
  const near = new Set([row.key, ...descendantsOf(snapshot, row.key).map((each) => each.id)])
  for (const parent of [before.parent, after.parent]) {
    for (const each of parent === undefined ? [] : [parent, ...ancestorsOf(snapshot, parent)]) near.add(each)
    for (const sibling of snapshot.childGroups(parent)) near.add(sibling.id)
  }
  const resources = relationResources(snapshot, near)
  if (snapshot.settings.managersInherit) resources.add(`group:${row.key}`)
  if (resources.size > 0) yield { resources }
}
