/** Whatever the way: nobody comes out of an own write with more than could be had before by memberships that were the actor's to give. */

import { entriesOf, isGroupActive } from './closure.ts'
import { isAllowed } from './decide.ts'
import type { BeforeAndAfter } from './effect.ts'
import { refuse } from './errors.ts'
import { gainsOf } from './gains-of.ts'
import { declared, isRestriction } from './permission.ts'
import type { Asker } from './question.ts'
import { askerAt, questionFor } from './question.ts'
import type { MemberReference, PrincipalReference } from './reference.ts'
import type { Snapshot } from './snapshot.ts'
import type { RowChange, TableName } from './tables.ts'
import type { Instant } from './validity.ts'

/**
 * Refuses a write that gives its actor something new (`grant_exceeds_own`), but for what comes by the actor's own memberships in groups
 * whose members the actor managed before. Judged for what the actor has now, and for what the actor could have by putting itself into every
 * such group, then by meeting every condition and waiting too, so that it cannot be had in two steps either.
 */
export function requireNoOwnGain(change: BeforeAndAfter, actor: PrincipalReference, now: Instant): void {
  const { snapshot, rows, inBefore } = change
  const direct = [...snapshot.holdsOfMember(actor)].map((hold) => hold.group)
  const managed = inBefore(() => {
    const asker = askerAt(snapshot, actor, now)
    return asker === undefined ? [] : direct.filter((group) => manages(snapshot, asker, group, now))
  })
  for (const moment of [now, ...laterMoments(rows, now)]) requireNoGain(change, actor, managed, moment)
  if (!rows.some((row) => opening.has(row.table))) return
  const reachable = inBefore(() => reachableGroups(snapshot, actor, now))
  if (reachable.size > 0) requireNoGain(change, actor, reachable, now)
  // What the actor will be in stands written already, and what is opened now is open then.
  for (const moment of [now, ...ownMoments(snapshot, actor, now)]) requireNoGain(change, actor, reachable, moment, true)
}

/** The moments to come at which the rows begin, end or expire: a denial can fall away, or a grant set in, only then. */
function laterMoments(rows: readonly RowChange[], now: Instant): ReadonlySet<Instant> {
  const moments = new Set<Instant>()
  for (const { before, after } of rows) {
    for (const row of [before, after]) {
      if (row === undefined) continue
      const named = ['from' in row && row.from, 'until' in row && row.until, 'expiresAt' in row && row.expiresAt]
      for (const moment of named) if (moment && moment > now) moments.add(moment)
    }
  }
  return moments
}

/** The moments to come at which a membership on the actor's way begins or ends, or a group on it expires. Cost: those memberships. */
function ownMoments(snapshot: Snapshot, actor: PrincipalReference, now: Instant): ReadonlySet<Instant> {
  const moments = new Set<Instant>()
  const way = new Set<MemberReference>([actor])
  for (const member of way) {
    for (const { group, from, until } of snapshot.holdsOfMember(member)) {
      for (const moment of [from, until, snapshot.get('group', group)?.expiresAt])
        if (moment !== undefined && moment > now) moments.add(moment)
      way.add(`group:${group}`)
    }
  }
  return moments
}

/** Tables whose rows can open something to a group without giving it anything; of what is given, `conferrals.ts` judges every item. */
const opening: ReadonlySet<TableName> = new Set([
  'settings',
  'source',
  'resource-type',
  'permission',
  'role',
  'group-type',
  'group',
  'resource',
])

function requireNoGain(change: BeforeAndAfter, actor: PrincipalReference, groups: Iterable<string>, now: Instant, supposing?: true): void {
  const { snapshot, rows, inBefore } = change
  const made = new Set(rows.filter(isNewRecord).map((row) => `${row.table}:${row.key}`))
  const gains = gainsOf(change, actor, now, () => askerWithin(snapshot, actor, groups, now), supposing)
  const known = inBefore(() => gains.map(({ permission }) => declared(snapshot, permission) !== undefined))
  for (const [index, { permission, resource }] of gains.entries()) {
    // A restriction narrows, and what was not there before could be nobody's.
    const counts = known[index] === true && !made.has(resource) && !isRestriction(snapshot, permission)
    if (counts) throw refuse('grant_exceeds_own', { permission, resource })
  }
}

/** Ids of people and groups are never given twice, so one that is made was nowhere before. Any other resource can be asked about unregistered. */
function isNewRecord(row: RowChange): boolean {
  return row.before === undefined && (row.table === 'user' || row.table === 'service' || row.table === 'group')
}

function manages(snapshot: Snapshot, asker: Asker, group: string, now: Instant): boolean {
  const permission = declared(snapshot, 'group.members.manage')
  return permission !== undefined && isAllowed(questionFor(snapshot, asker, permission, `group:${group}`, now))
}

/** The groups that the actor could come into by managing members, from one such group to the next. Cost: a decision per group and round. */
function reachableGroups(snapshot: Snapshot, actor: PrincipalReference, now: Instant): ReadonlySet<string> {
  const reached = new Set<string>()
  for (let before = -1; before < reached.size; ) {
    before = reached.size
    const asker = askerWithin(snapshot, actor, reached, now)
    for (const { id } of snapshot.all('group'))
      if (asker !== undefined && !reached.has(id) && manages(snapshot, asker, id, now)) reached.add(id)
  }
  return reached
}

/** The actor as it would be with memberships of its own in these groups. */
function askerWithin(snapshot: Snapshot, actor: PrincipalReference, groups: Iterable<string>, now: Instant): Asker | undefined {
  const asker = askerAt(snapshot, actor, now)
  if (asker === undefined || !asker.active) return asker
  const entries = new Map(asker.entries)
  const base = { origin: 'local', createdAt: now, createdBy: actor, updatedAt: now } as const
  for (const group of groups) {
    if (isGroupActive(snapshot, group, now)) {
      if (!entries.has(group)) entries.set(group, { hold: { ...base, group, member: actor, roles: [] }, distance: 1 })
      for (const [outer, entry] of entriesOf(snapshot, `group:${group}`, now))
        if (!entries.has(outer)) entries.set(outer, { ...entry, distance: entry.distance + 1 })
    }
  }
  return { ...asker, entries, standings: new Map() }
}
