/** The rights that the rows of a change set need, each on the record or resource that it is about. */

import { administratorRole } from './built-in.ts'
import { refuse } from './errors.ts'
import type { Grant } from './grant.ts'
import type { Hold } from './membership.ts'
import type { ActorReference, Origin } from './record.ts'
import type { ResourceReference } from './reference.ts'
import { isGroup, readSubject, tenantResource, typeOf } from './reference.ts'
import { canonicalJson } from './shape.ts'
import type { RowChange } from './tables.ts'
import type { Window } from './validity.ts'

/** A permission on a resource that the actor must hold. */
export interface Right {
  readonly permission: string
  readonly resource: ResourceReference
}

/** Who writes, as whom, and whether the write takes a past one back. */
interface By {
  readonly actor: ActorReference
  readonly origin: Origin
  readonly undoes: boolean
}

/** What the change set makes and takes away, by reference: rows of other records that change with them need no right of their own. */
interface Linked {
  readonly made: ReadonlySet<string>
  readonly removed: ReadonlySet<string>
}

const takeOver: Right = { permission: 'tenant.take-over', resource: tenantResource }

/** Every right that the rows need. Throws `grant_exceeds_own` for an API key of somebody else. */
export function* rightsNeeded(rows: readonly RowChange[], by: By): IterableIterator<Right> {
  const linked: Linked = { made: referencesOf(rows, (row) => row.before === undefined), removed: removedBy(rows) }
  for (const row of rows) yield* rightsFor(row, by, linked)
}

/** References of the records that the rows take away. */
export function removedBy(rows: readonly RowChange[]): ReadonlySet<string> {
  return referencesOf(rows, (row) => row.after === undefined)
}

function referencesOf(rows: readonly RowChange[], which: (row: RowChange) => boolean): ReadonlySet<string> {
  return new Set(rows.filter(which).map((row) => (row.table === 'resource' ? row.key : `${row.table}:${row.key}`)))
}

function originOf(row: object | undefined): Origin | undefined {
  // Every record but the settings and a retired id has an origin.
  return row !== undefined && 'origin' in row ? (row.origin as Origin) : undefined
}

/** Whether a record of another origin is made or taken over, or an undo reaches into one. */
function reachesOver({ before, after }: RowChange, origin: Origin, undoes: boolean): boolean {
  const was = originOf(before)
  const becomes = originOf(after)
  if (was === undefined || becomes === undefined) return (was === undefined || undoes) && (was ?? becomes ?? origin) !== origin
  return was !== becomes || (undoes && was !== origin)
}

/** Fields of a user that everybody may keep on the own record. */
const profileFields: ReadonlySet<string> = new Set(['displayName', 'firstName', 'lastName', 'page', 'description', 'portrait', 'updatedAt'])

/** The rights that one row needs. Rows that go or change because a record they name goes need none of their own. */
function* rightsFor(row: RowChange, { actor, origin, undoes }: By, linked: Linked): IterableIterator<Right> {
  const { removed } = linked
  const act = row.before === undefined ? 'create' : row.after === undefined ? 'delete' : 'edit'
  if (reachesOver(row, origin, undoes)) yield takeOver
  switch (row.table) {
    case 'retired':
      return
    case 'settings':
      yield { permission: 'tenant.edit', resource: tenantResource }
      return
    case 'user':
    case 'service': {
      const resource = act === 'create' ? tenantResource : `${row.table}:${row.key}`
      const own =
        row.table === 'user' && act === 'edit' && actor === resource && changedFields(row).every((field) => profileFields.has(field))
      yield { permission: own ? 'user.edit-profile' : `${row.table}.${act}`, resource }
      return
    }
    case 'group':
      yield* rightsForGroup(row, act, removed)
      return
    case 'hold': {
      const hold = row.after ?? row.before
      if (hold === undefined || removed.has(`group:${hold.group}`) || removed.has(hold.member) || onlyLosesRoles(row, removed)) return
      yield { permission: 'group.members.manage', resource: `group:${hold.group}` }
      // A change may name the hold of another origin.
      if (hold.origin !== origin) yield takeOver
      // Nesting is judged at both ends, and like standing it needs the right to grant. A group made by the same write has no end yet.
      if (isGroup(hold.member) && !linked.made.has(hold.member)) yield { permission: 'group.members.manage', resource: hold.member }
      if (row.after !== undefined && (isGroup(hold.member) || newRoles(row.before, row.after).length > 0)) {
        yield { permission: 'grant.create', resource: `group:${hold.group}` }
      }
      return
    }
    case 'resource': {
      const parent = row.after?.parent ?? tenantResource
      if (act === 'create') yield { permission: 'resource.create', resource: parent }
      else if (act === 'delete') yield { permission: 'resource.delete', resource: row.key }
      else if (
        !(
          changedFields(row).every((field) => field === 'owner' || field === 'updatedAt') &&
          row.after?.owner === undefined &&
          removed.has(row.before?.owner ?? '')
        )
      ) {
        yield { permission: 'resource.edit', resource: row.key }
        if (row.before?.parent !== row.after?.parent) yield { permission: 'resource.edit', resource: parent }
      }
      if (row.after?.owner !== undefined && row.after.owner !== row.before?.owner)
        yield { permission: 'grant.create', resource: act === 'create' ? parent : row.key }
      return
    }
    case 'grant': {
      const grant = row.after ?? row.before
      if (grant === undefined || (act !== 'create' && goesWith(grant, removed))) return
      yield { permission: `grant.${act}`, resource: grant.resource }
      // To let a grant last longer or ask less is to grant.
      if (act === 'edit' && row.after?.effect === 'allow' && widens(row.before, row.after))
        yield { permission: 'grant.create', resource: grant.resource }
      return
    }
    case 'assignment': {
      const assignment = row.after ?? row.before
      if (assignment === undefined) return
      if (
        act === 'delete' &&
        [assignment.resource, `group:${assignment.group}`, assignment.member ?? ''].some((named) => removed.has(named))
      )
        return
      yield { permission: act === 'delete' ? 'assignment.delete' : 'assignment.create', resource: assignment.resource }
      if (act !== 'delete') yield { permission: 'grant.create', resource: assignment.resource }
      return
    }
    case 'api-key': {
      const owner = row.after?.owner ?? row.before?.owner ?? tenantResource
      if (act === 'delete' && removed.has(owner)) return
      yield { permission: `api-key.${act}`, resource: owner }
      // A key acts as its owner, so only the owner or an administrator makes one.
      if (act !== 'delete' && owner !== actor) throw refuse('grant_exceeds_own', { permission: administratorRole, resource: owner })
      return
    }
    case 'tenant':
      // Whoever may make tenants may make the way into one.
      if (act !== 'edit' || changedFields(row).some((field) => field !== 'entry' && field !== 'updatedAt'))
        yield { permission: `tenant.${act}`, resource: tenantResource }
      if (act === 'edit' && changedFields(row).includes('entry')) yield { permission: 'tenant.create', resource: tenantResource }
      // Whoever switches it off takes it from everybody in it, as if it were gone.
      if (act === 'edit' && row.before?.active !== row.after?.active) yield { permission: 'tenant.delete', resource: tenantResource }
      return
    case 'role':
    case 'permission':
    case 'resource-type':
    case 'group-type':
    case 'group-entity':
    case 'source':
      yield { permission: `${row.table}.${act}`, resource: tenantResource }
  }
}

function* rightsForGroup(
  row: Extract<RowChange, { readonly table: 'group' }>,
  act: string,
  removed: ReadonlySet<string>,
): IterableIterator<Right> {
  const resource = `group:${row.key}`
  const parent = row.after?.parent
  const under: ResourceReference = parent === undefined ? tenantResource : `group:${parent}`
  if (act === 'create') yield { permission: 'group.create', resource: under }
  if (act === 'delete') yield { permission: 'group.delete', resource }
  if (act !== 'edit') return
  const moved = row.before?.parent !== parent
  if (moved) {
    yield { permission: 'group.move', resource }
    yield parent === undefined ? { permission: 'group.create', resource: under } : { permission: 'group.edit', resource: under }
  }
  const cleared = (field: string): boolean =>
    (field === 'type' && row.after?.type === undefined && removed.has(`group-type:${row.before?.type}`)) ||
    (field === 'entities' &&
      row.before?.entities.every((entity) => row.after?.entities.includes(entity) || removed.has(`group-entity:${entity}`)) === true)
  if (changedFields(row).some((field) => field !== 'parent' && field !== 'updatedAt' && !cleared(field)))
    yield { permission: 'group.edit', resource }
}

function changedFields(row: Pick<RowChange, 'before' | 'after'>): readonly string[] {
  const before = new Map(Object.entries(row.before ?? {}))
  const after = new Map(Object.entries(row.after ?? {}))
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (field) => canonicalJson(before.get(field) ?? null) !== canonicalJson(after.get(field) ?? null),
  )
}

function onlyLosesRoles(row: Extract<RowChange, { readonly table: 'hold' }>, removed: ReadonlySet<string>): boolean {
  const { before, after } = row
  if (before === undefined || after === undefined) return false
  return (
    changedFields(row).every((field) => field === 'roles' || field === 'updatedAt') &&
    after.roles.every((role) => before.roles.includes(role)) &&
    before.roles.every((role) => after.roles.includes(role) || removed.has(`role:${role}`))
  )
}

/** The roles that a hold gives anew: those it had not, and all of them when it lasts longer. */
export function newRoles(before: Hold | undefined, after: Hold): readonly string[] {
  return before === undefined || outlasts(before, after) ? after.roles : after.roles.filter((role) => !before.roles.includes(role))
}

/** Whether the one window is open at a moment at which the other was not. */
function outlasts(before: Window, after: Window): boolean {
  const earlier = before.from !== undefined && (after.from === undefined || after.from < before.from)
  const later = before.until !== undefined && (after.until === undefined || before.until < after.until)
  return earlier || later
}

/** Whether a grant says more, for longer or under less than before; a condition that is another one counts as less. */
export function widens(before: Grant | undefined, after: Grant): boolean {
  if (before === undefined) return true
  return (
    before.subject !== after.subject ||
    before.resource !== after.resource ||
    before.role !== after.role ||
    before.permission !== after.permission ||
    after.actions?.some((action) => !before.actions?.includes(action)) === true ||
    outlasts(before, after) ||
    (before.condition !== undefined && before.condition !== after.condition)
  )
}

/** Whether the grant goes or shrinks because something that it names goes. */
export function goesWith({ subject, resource, role, permission }: Grant, removed: ReadonlySet<string>): boolean {
  const read = readSubject(subject, 'subject')
  const named = [
    resource,
    `resource-type:${typeOf(resource)}`,
    ...(role === undefined ? [] : [`role:${role}`]),
    ...(permission === undefined ? [] : [`permission:${permission}`]),
    ...(read.kind === 'principal' ? [read.reference] : []),
    ...('group' in read ? [`group:${read.group}`] : []),
    ...(read.kind === 'standing' ? [`role:${read.role}`] : []),
    ...(read.kind === 'relation' ? (read.types ?? []).map((type) => `group-type:${type}`) : []),
  ]
  return named.some((each) => removed.has(each))
}
