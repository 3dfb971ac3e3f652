/** Walks memberships by number: who is inside a group at a moment, and which groups are around somebody. */

import { domainType } from '../../group.ts'
import type { References } from '../../rows/references.ts'
import { referenceFlags } from '../../rows/references.ts'
import type { Snapshot } from '../../snapshot.ts'
import type { NumberSet } from './number-set.ts'

/** The stretch of time around a moment for which a walk stays as it is while nothing is written: from its start, before its end. */
export class WalkedStretch {
  since = Number.NEGATIVE_INFINITY
  until = Number.POSITIVE_INFINITY

  /** Something on the way begins or ends. */
  note(moment: number, at: number): void {
    if (moment <= at) this.since = Math.max(this.since, moment)
    else this.until = Math.min(this.until, moment)
  }
}

/** Moments are in milliseconds. */
export class Walks {
  readonly #snapshot: Snapshot
  #hierarchy = -1
  /** The domains that are or will be inactive: they make their people inactive. */
  #silencing: readonly number[] = []

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
  }

  /** Called before each list, and before the others are asked. */
  keepUp(): void {
    const { versions, references } = this.#snapshot
    if (this.#hierarchy === versions.hierarchy) return
    this.#hierarchy = versions.hierarchy
    const domains = [...this.#snapshot.groupsOfType(domainType)]
    this.#silencing = domains
      .filter(({ active, expiresAt }) => !active || expiresAt !== undefined)
      .map(({ id }) => references.findOf('group', id))
  }

  isGroupActive(group: number, at: number): boolean {
    const { references, expiries } = this.#snapshot
    const flags = references.flags[group] ?? 0
    if ((flags & referenceFlags.isActive) === 0) return false
    return (flags & referenceFlags.expires) === 0 || at < (expiries.get(group) ?? 0)
  }

  /** Whether domains may make their people inactive in the course of time: then a walk holds for its moment alone. */
  get isSilencing(): boolean {
    return this.#silencing.length > 0
  }

  /** Whether a member counts as active; one that is not there does not. */
  isActive(member: number, at: number): boolean {
    const { references, users, disabledOrigins } = this.#snapshot
    if (references.isGroup(member)) return this.isGroupActive(member, at)
    if (!references.is(member, referenceFlags.isActive)) return false
    if (!references.isUser(member)) return true
    if (disabledOrigins.size > 0 && !users.isOriginEnabled(member, disabledOrigins)) return false
    return this.#silencing.length === 0 || !this.#isSilenced(member, at)
  }

  /** By a domain that is not active, in which it is directly. The hold of a disabled source keeps its person in it too. */
  #isSilenced(user: number, at: number): boolean {
    const { references, holds } = this.#snapshot
    if (!this.#silencing.some((domain) => !this.isGroupActive(domain, at))) return false
    const list = references.memberships[user] ?? 0
    const length = holds.ofMembers.length(list)
    for (let index = 0; index < length; index++) {
      const hold = holds.ofMembers.item(list, index)
      const group = holds.group[hold] ?? 0
      if (references.is(group, referenceFlags.isDomain) && !this.isGroupActive(group, at) && this.isCurrent(hold, at)) return true
    }
    return false
  }

  isCurrent(hold: number, at: number): boolean {
    return this.#snapshot.holds.isCurrent(hold, at)
  }

  /** Whether its window is open and its source is not disabled; group and member are judged elsewhere. */
  isInForce(hold: number, at: number): boolean {
    const { holds, disabledOrigins } = this.#snapshot
    return this.isCurrent(hold, at) && (disabledOrigins.size === 0 || holds.isOriginEnabled(hold, disabledOrigins))
  }

  /**
   * Adds to the empty set everybody who is in the group at the moment, nearest first: users, service accounts and groups, but not the group itself.
   * Cost: the memberships of the group and of those inside it.
   * @param entered is told each member that is added, in order, with the hold by which it is in
   * @param stretch is told when something on the way begins or ends
   */
  inside(set: NumberSet, group: number, at: number, entered: (hold: number) => void, stretch: WalkedStretch): void {
    const { references, holds, expiries, disabledOrigins } = this.#snapshot
    const { member: memberOf, extra } = holds
    const { extras } = holds
    const { from, until } = extras
    let next = 0
    for (let each = group; each !== 0; ) {
      if (references.is(each, referenceFlags.expires)) stretch.note(expiries.get(each) ?? 0, at)
      if (each === group && !this.isGroupActive(group, at)) return
      const list = references.members[each] ?? 0
      const end = list + holds.ofGroups.length(list)
      const { words } = holds.ofGroups
      for (let place = list + 1; place <= end; place++) {
        const hold = words[place] ?? 0
        const member = memberOf[hold] ?? 0
        const window = extra.get(hold)
        if (references.isGroup(member) && references.is(member, referenceFlags.expires)) stretch.note(expiries.get(member) ?? 0, at)
        if (extras.hasWindow(window)) {
          const begins = from[window] ?? 0
          const ends = until[window] ?? 0
          stretch.note(begins, at)
          stretch.note(ends, at)
          if (at < begins || ends <= at) continue
        }
        if (disabledOrigins.size > 0 && !holds.isOriginEnabled(hold, disabledOrigins)) continue
        if (this.isActive(member, at) && set.add(member)) entered(hold)
      }
      each = 0
      while (each === 0 && next < set.count) {
        const found = set.numbers[next++] ?? 0
        if (isNested(references, found)) each = found
      }
    }
  }

  /**
   * Adds to the set everybody who is inside one of the groups at the moment. The groups are active.
   * Cost: the memberships of the groups and of those inside them, each once.
   */
  insideAny(set: NumberSet, groups: readonly number[], at: number): void {
    const { references, holds } = this.#snapshot
    const walked = new Set(groups)
    // What is added while it is walked is walked too.
    for (const group of walked) {
      const list = references.members[group] ?? 0
      const end = list + holds.ofGroups.length(list)
      for (let place = list + 1; place <= end; place++) {
        const hold = holds.ofGroups.words[place] ?? 0
        const member = holds.member[hold] ?? 0
        if (!this.isInForce(hold, at) || !this.isActive(member, at)) continue
        set.add(member)
        if (isNested(references, member)) walked.add(member)
      }
    }
  }

  /**
   * Adds to the empty set every group that the member is in at the moment, nearest first. Somebody who is not active is in none.
   * @param levels 1: only by memberships of its own
   */
  around(set: NumberSet, member: number, at: number, levels: 1 | undefined = undefined): void {
    if (!this.isActive(member, at)) return
    const { references, holds } = this.#snapshot
    let next = set.count
    for (let each = member; ; each = set.numbers[next++] ?? 0) {
      const list = references.memberships[each] ?? 0
      const length = holds.ofMembers.length(list)
      for (let index = 0; index < length; index++) {
        const hold = holds.ofMembers.item(list, index)
        const group = holds.group[hold] ?? 0
        if (this.isInForce(hold, at) && this.isGroupActive(group, at)) set.add(group)
      }
      if (levels === 1 || next >= set.count) break
    }
  }
}

/** A group that somebody is in. */
function isNested(references: References, member: number): boolean {
  return references.isGroup(member) && references.members[member] !== 0
}
