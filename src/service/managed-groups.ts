/** Which groups are managed by somebody and which by nobody, kept by what is published; only what a write or the clock has touched is judged again. */

import type { Grant, Hold, Instant, MemberReference, RowChange, Snapshot, Tables } from '../core/index.ts'
import { isCurrent, isGroupActive, isHoldInForce, isMemberActive, keyOf } from '../core/index.ts'
import { SortedPlaces } from './sorted-places.ts'

const managing = 'manager'

/** A fact that may make somebody a manager of a group, with its own key. */
type Facts<Row> = Map<string, Map<string, Row>>

/**
 * A manager has the role `manager`, or one that includes it, by a standing in the group or by a grant on it.
 * INVARIANT: `#standing`, `#granted` and `#groupsOf` hold all such facts of the snapshot; `publish` keeps them. A change of roles or sources
 * begins anew.
 */
export class ManagedGroups {
  readonly #snapshot: Snapshot
  #isPutUp = false
  readonly #standing: Facts<Hold> = new Map()
  readonly #granted: Facts<Grant> = new Map()
  /** The groups in which a member has such a standing. */
  readonly #groupsOf = new Map<string, Set<string>>()
  #roles: ReadonlySet<string> = new Set()
  readonly #without = new Set<string>()
  /** Groups to judge when somebody asks. */
  readonly #touched = new Set<string>()
  /** When the clock may change the judgement of a group: `<instant>\0<group>`. */
  #due = new SortedPlaces([])
  #judgedAt: Instant | undefined

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
  }

  /** References of those who manage a group at a moment, sorted. Cost: its managers and their own memberships. */
  managersOf(group: string, now: Instant): readonly string[] {
    this.#putUp()
    const found = new Set<string>()
    if (isGroupActive(this.#snapshot, group, now)) {
      for (const hold of this.#standing.get(group)?.values() ?? []) {
        if (isHoldInForce(this.#snapshot, hold, now) && isMemberActive(this.#snapshot, hold.member, now) === true) found.add(hold.member)
      }
    }
    for (const grant of this.#granted.get(group)?.values() ?? []) if (isCurrent(grant, now)) found.add(grant.subject)
    return [...found].sort()
  }

  /** The ids of the groups that nobody manages at a moment. The first call judges all groups, a later one those that were touched since. */
  without(now: Instant): ReadonlySet<string> {
    this.#putUp()
    // A clock that was put back has no boundaries behind it.
    if (this.#judgedAt !== undefined && now < this.#judgedAt) this.#touchAll()
    this.#judgedAt = now
    const over: string[] = []
    for (const place of this.#due.walk(undefined, false)) {
      const [instant = '', group = ''] = place.split('\u0000')
      if (instant > now) break
      over.push(place)
      this.#touched.add(group)
    }
    for (const place of over) this.#due.remove(place)
    for (const group of this.#touched) this.#judge(group, now)
    this.#touched.clear()
    return this.#without
  }

  /** Follows rows that are in force. Cost: the rows, and the members of a domain that opens or closes. */
  publish(rows: readonly RowChange[]): void {
    if (!this.#isPutUp) return
    for (const change of rows) {
      if (change.table === 'role' || change.table === 'source') {
        this.#isPutUp = false
        return
      }
      if (change.table === 'hold') this.#followHold(change.key, change.before, change.after)
      if (change.table === 'grant') this.#followGrant(change.key, change.before, change.after)
      if (change.table === 'group') this.#followGroup(change.key, change.before, change.after)
      if (change.table === 'user' || change.table === 'service') this.#touchGroupsOf(`${change.table}:${change.key}`)
    }
  }

  #followHold(key: string, before: Hold | undefined, after: Hold | undefined): void {
    if (before !== undefined) this.#forget(this.#standing, before.group, key)
    if (after !== undefined) this.#keepHold(key, after)
    const hold = after ?? before
    if (hold === undefined) return
    this.#touched.add(hold.group)
    // Being in a domain that is switched off makes a person inactive everywhere.
    this.#touchGroupsOf(hold.member)
  }

  #followGrant(key: string, before: Grant | undefined, after: Grant | undefined): void {
    for (const grant of [before, after]) {
      const group = grant === undefined ? undefined : groupOf(grant)
      if (group === undefined) continue
      if (grant === before) this.#forget(this.#granted, group, key)
      this.#touched.add(group)
    }
    if (after !== undefined) this.#keepGrant(key, after)
  }

  #followGroup(key: string, before: Tables['group'] | undefined, after: Tables['group'] | undefined): void {
    this.#touched.add(key)
    if (before?.active === after?.active && before?.expiresAt === after?.expiresAt && before?.type === after?.type) return
    this.#touchGroupsOf(`group:${key}`)
    for (const { member } of this.#snapshot.holdsOfGroup(key)) this.#touchGroupsOf(member)
  }

  #touchGroupsOf(member: string): void {
    for (const group of this.#groupsOf.get(member) ?? []) this.#touched.add(group)
  }

  #touchAll(): void {
    this.#without.clear()
    this.#due = new SortedPlaces([])
    for (const { id } of this.#snapshot.all('group')) this.#touched.add(id)
  }

  #putUp(): void {
    if (this.#isPutUp) return
    this.#standing.clear()
    this.#granted.clear()
    this.#groupsOf.clear()
    this.#roles = managingRoles(this.#snapshot)
    for (const hold of this.#snapshot.holdsWithMore()) this.#keepHold(keyOf('hold', hold), hold)
    for (const grant of this.#snapshot.all('grant')) this.#keepGrant(grant.id, grant)
    this.#touchAll()
    this.#isPutUp = true
  }

  #keepHold(key: string, hold: Hold): void {
    if (!hold.roles.some((role) => this.#roles.has(role))) return
    keep(this.#standing, hold.group, key, hold)
    const groups = this.#groupsOf.get(hold.member)
    // A group that a member has left stays: it is judged once too often, never once too seldom.
    if (groups === undefined) this.#groupsOf.set(hold.member, new Set([hold.group]))
    else groups.add(hold.group)
  }

  #keepGrant(key: string, grant: Grant): void {
    const group = groupOf(grant)
    if (group === undefined || grant.effect !== 'allow' || grant.role === undefined || !this.#roles.has(grant.role)) return
    keep(this.#granted, group, key, grant)
  }

  #forget<Row>(facts: Facts<Row>, group: string, key: string): void {
    const known = facts.get(group)
    known?.delete(key)
    if (known?.size === 0) facts.delete(group)
  }

  #judge(group: string, now: Instant): void {
    const isManaged = !this.#snapshot.has('group', group) || this.managersOf(group, now).length > 0
    if (isManaged) this.#without.delete(group)
    else this.#without.add(group)
    const next = this.#nextMoment(group, now)
    if (next !== undefined) this.#due.add(`${next}\u0000${group}`)
  }

  /** The first moment from now on at which a window of a fact about the group's managers opens or closes. */
  #nextMoment(group: string, now: Instant): Instant | undefined {
    let next: Instant | undefined
    const note = (moment: Instant | undefined) => {
      if (moment !== undefined && moment > now && (next === undefined || moment < next)) next = moment
    }
    const noteGroup = (id: string) => note(this.#snapshot.get('group', id)?.expiresAt)
    noteGroup(group)
    for (const { from, until } of this.#granted.get(group)?.values() ?? []) {
      note(from)
      note(until)
    }
    for (const { member, from, until } of this.#standing.get(group)?.values() ?? []) {
      note(from)
      note(until)
      if (member.startsWith('group:')) noteGroup(member.slice('group:'.length))
      else this.#noteDomains(member, note, noteGroup)
    }
    return next
  }

  /** A person is active by the domain it is in. */
  #noteDomains(member: MemberReference, note: (moment: Instant | undefined) => void, noteGroup: (id: string) => void): void {
    for (const hold of this.#snapshot.holdsOfMember(member)) {
      note(hold.from)
      note(hold.until)
      noteGroup(hold.group)
    }
  }
}

function keep<Row>(facts: Facts<Row>, group: string, key: string, row: Row): void {
  const known = facts.get(group)
  if (known === undefined) facts.set(group, new Map([[key, row]]))
  else known.set(key, row)
}

function groupOf({ resource }: Grant): string | undefined {
  return resource.startsWith('group:') ? resource.slice('group:'.length) : undefined
}

/** The role and all that include it. */
function managingRoles(snapshot: Snapshot): ReadonlySet<string> {
  const found = new Set([managing])
  let grown = true
  while (grown) {
    grown = false
    for (const role of snapshot.all('role')) {
      if (found.has(role.codename) || !role.includes.some((each) => found.has(each))) continue
      found.add(role.codename)
      grown = true
    }
  }
  return found
}
