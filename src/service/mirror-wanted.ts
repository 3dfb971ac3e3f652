/** What a target should hold of our records at a moment, and which records a change or the passing of time can have reached. */

import type { Group, Hold, Instant, Json, RowChange, Snapshot, User } from '../core/index.ts'
import { ancestorsOf, descendantsOf, domainType, isMemberActive, membersInside, shownName } from '../core/index.ts'
import type { WantedGroup, WantedUser } from '../targets/plan.ts'
import type { MirroredReference } from '../targets/target.ts'

/** Whether a record has an account in the target: unless its `mirror` says no, or names targets and this one is not among them. */
function isMirrored(mirror: Json | undefined, target: string): boolean {
  if (mirror === undefined || typeof mirror === 'boolean') return mirror !== false
  return Array.isArray(mirror) && mirror.includes(target)
}

/** The switch of a user stands in its attributes; undefined: it is to have no account. */
export function wantedUser(snapshot: Snapshot, id: string, target: string, at: Instant): WantedUser | undefined {
  const user = snapshot.get('user', id)
  if (user === undefined || !isMirrored(user.attributes.mirror, target)) return undefined
  return { userName: user.userName, profile: profileOf(snapshot, user, at) }
}

function profileOf(snapshot: Snapshot, user: User, at: Instant) {
  return {
    firstName: user.firstName ?? '',
    lastName: user.lastName ?? '',
    displayName: shownName(user),
    email: user.emails[0] ?? '',
    active: isMemberActive(snapshot, `user:${user.id}`, at) === true,
  }
}

/** The switch of a group stands in its properties. Everybody who is in it counts, those in nested groups too. */
export function wantedGroup(snapshot: Snapshot, id: string, target: string, at: Instant): WantedGroup | undefined {
  const group = snapshot.get('group', id)
  if (group === undefined || !isMirrored(group.properties.mirror, target)) return undefined
  const members = new Set<MirroredReference>()
  for (const member of membersInside(snapshot, id, at).keys()) {
    if (!member.startsWith('user:')) continue
    const user = snapshot.get('user', member.slice('user:'.length))
    if (user !== undefined && isMirrored(user.attributes.mirror, target)) members.add(`user:${user.id}`)
  }
  const above = ancestorsOf(snapshot, id).map((each) => snapshot.get('group', each)?.name ?? each)
  return { name: group.name, above: above.reverse(), members }
}

/** Collects the records whose accounts or memberships may have to change. */
export class Reached {
  readonly records = new Set<MirroredReference>()
  /** The first moment after that of the state at which something begins or ends by itself; undefined: none is known. */
  nextMoment: Instant | undefined
  readonly #snapshot: Snapshot
  readonly #at: Instant

  constructor(snapshot: Snapshot, at: Instant) {
    this.#snapshot = snapshot
    this.#at = at
  }

  /** False: it can be anything, and everything has to be looked at. */
  addRow({ table, before, after, key }: RowChange): boolean {
    switch (table) {
      case 'user':
        this.addUser(key)
        return true
      case 'group':
        this.addGroup(key)
        this.#note(after?.expiresAt)
        // Those in an inactive domain are switched off.
        if (before?.type === domainType || after?.type === domainType) this.#addPeopleOf(key)
        return true
      case 'hold': {
        const hold = after ?? before
        if (hold !== undefined) this.#addHold(hold)
        this.#note(after?.from)
        this.#note(after?.until)
        return true
      }
      default:
        return table !== 'source'
    }
  }

  /** The user, and the groups it is in or may come to be in. */
  addUser(id: string): void {
    this.records.add(`user:${id}`)
    for (const { group } of this.#snapshot.holdsOfMember(`user:${id}`)) this.#addUpwards(group)
  }

  /** The group, those it is nested in, and those that bear its name in theirs. */
  addGroup(id: string): void {
    this.#addUpwards(id)
    for (const { id: below } of descendantsOf(this.#snapshot, id)) this.records.add(`group:${below}`)
  }

  /** What began or ended by itself since a moment. Cost grows with the memberships. */
  addSince(since: Instant): void {
    const passed = (moment: Instant | undefined): boolean => {
      this.#note(moment)
      return moment !== undefined && since < moment && moment <= this.#at
    }
    for (const hold of this.#snapshot.all('hold')) {
      // Both are looked at: each may be the next moment.
      const [began, ended] = [passed(hold.from), passed(hold.until)]
      if (began || ended) this.#addHold(hold)
    }
    for (const group of this.#snapshot.all('group')) if (passed(group.expiresAt)) this.#addExpired(group)
  }

  #addExpired({ id, type }: Group): void {
    this.#addUpwards(id)
    if (type === domainType) this.#addPeopleOf(id)
  }

  #addHold({ group, member }: Hold): void {
    this.#addUpwards(group)
    // Whether a user is switched on depends on its domain.
    if (member.startsWith('user:') && this.#snapshot.get('group', group)?.type === domainType) this.addUser(member.slice('user:'.length))
  }

  #addPeopleOf(group: string): void {
    for (const { member } of this.#snapshot.holdsOfGroup(group)) if (member.startsWith('user:')) this.addUser(member.slice('user:'.length))
  }

  #addUpwards(group: string): void {
    const queue = [group]
    const seen = new Set(queue)
    for (const each of queue) {
      this.records.add(`group:${each}`)
      for (const hold of this.#snapshot.holdsOfMember(`group:${each}`)) {
        if (seen.has(hold.group)) continue
        seen.add(hold.group)
        queue.push(hold.group)
      }
    }
  }

  #note(moment: Instant | undefined): void {
    if (moment === undefined || moment <= this.#at) return
    if (this.nextMoment === undefined || moment < this.nextMoment) this.nextMoment = moment
  }
}
