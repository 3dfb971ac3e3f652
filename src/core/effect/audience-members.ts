/** Who is in an audience at a moment, in the state that the snapshot is in. */

import { domainType, isActive } from '../group.ts'
import { ancestorsOf, descendantsOf, levelsInRelation, siblingsOf } from '../hierarchy.ts'
import { recordWords } from '../quick/askers.ts'
import { quickIndexOf } from '../quick/quick-index.ts'
import { anonymous } from '../reference.ts'
import { referenceFlags } from '../rows/references.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Instant } from '../validity.ts'
import { millisecondsAt } from '../validity.ts'
import type { Audience, Audiences } from './audiences.ts'
import type { Places } from './people.ts'
import { People, PeopleRoom } from './people.ts'
import type { Steps } from './pieces.ts'

/** Of the few people that matter: the places of those in each group, and of those who are active. */
interface FewWithin {
  readonly byGroup: ReadonlyMap<number, readonly number[]>
  readonly active: readonly number[]
}

/** After so many of them looked at one by one, the work can be broken off. */
const stride = 64

/**
 * INVARIANT: what it keeps is about one of the two states; whoever asks does so in that state. Between two steps a list of the snapshot may
 * come to stand elsewhere, so no place in one is kept over a step.
 */
export class AudienceMembers {
  readonly #snapshot: Snapshot
  readonly #at: Instant
  readonly #milliseconds: number
  readonly #audiences: Audiences
  readonly #places: Places
  /** When only few people matter, their numbers. */
  readonly #few: ReadonlySet<number> | undefined
  readonly #known = new Map<number, People>()
  readonly #room = new PeopleRoom()
  readonly #anonymous: number
  readonly #nobody: People
  /** By place: the walk that came by last. */
  readonly #marks: Uint32Array
  #mark = 0
  /** Those who rest with an inactive domain. */
  #resting: ReadonlySet<number> | undefined
  #within: FewWithin | undefined

  constructor(snapshot: Snapshot, at: Instant, audiences: Audiences, places: Places, few: ReadonlySet<number> | undefined) {
    this.#snapshot = snapshot
    this.#at = at
    this.#milliseconds = millisecondsAt(at)
    this.#audiences = audiences
    this.#places = places
    this.#few = few
    this.#anonymous = snapshot.references.find(anonymous)
    this.#nobody = this.#people([])
    this.#marks = new Uint32Array(places.words * 32)
  }

  /** Those in an audience that was worked out. */
  of(audience: number): People {
    return this.#known.get(audience) ?? this.#nobody
  }

  /** Works out who is in an audience. Cost: the memberships of the groups inside; when few matter, their groups. */
  *workOut(audience: number): Steps<People> {
    const known = this.#known.get(audience)
    if (known !== undefined) return known
    const described = this.#audiences.all[audience]
    const people = described === undefined ? this.#nobody : this.#people(yield* this.#placesOf(described))
    this.#known.set(audience, people)
    yield
    return people
  }

  /** The groups that any of the few is in. */
  *groupsOfFew(): Steps<Iterable<number>> {
    return (yield* this.#fewWithin()).byGroup.keys()
  }

  #people(places: readonly number[]): People {
    return new People(places, this.#places.words, this.#room)
  }

  *#placesOf(audience: Audience): Steps<readonly number[]> {
    const { references } = this.#snapshot
    switch (audience.kind) {
      case 'everyone':
      case 'authenticated': {
        const active = this.#few === undefined ? yield* this.#everybody() : (yield* this.#fewWithin()).active
        const nobodySignedIn = this.#places.of(this.#anonymous)
        return audience.kind === 'everyone' ? active : active.filter((place) => place !== nobodySignedIn)
      }
      case 'member':
        if (references.isGroup(audience.number)) return yield* this.#inside([audience.number])
        return this.#isCounted(audience.number) ? [this.#places.of(audience.number)] : []
      case 'standing':
        return yield* this.#withStanding(audience.group, audience.role)
      case 'relation':
        return yield* this.#related(audience)
      case 'assigned-owner':
        return yield* this.#assignedOwner(audience)
    }
  }

  #isCounted(number: number): boolean {
    return number !== 0 && (this.#few === undefined || this.#few.has(number)) && this.#isActive(number)
  }

  #isActive(number: number): boolean {
    if (number === this.#anonymous) return true
    const { references, disabledOrigins, users } = this.#snapshot
    const wanted = referenceFlags.isThere | referenceFlags.isActive
    if (((references.flags[number] ?? 0) & wanted) !== wanted) return false
    if (!references.isUser(number)) return true
    if (disabledOrigins.size > 0 && !users.isOriginEnabled(number, disabledOrigins)) return false
    this.#resting ??= this.#inInactiveDomains()
    return !this.#resting.has(number)
  }

  /** Whatever the origin of the hold: silence must not open a door. */
  #inInactiveDomains(): ReadonlySet<number> {
    const { references, holds } = this.#snapshot
    const resting = new Set<number>()
    for (const domain of this.#snapshot.groupsOfType(domainType)) {
      if (isActive(domain, this.#at)) continue
      const list = references.members[references.findOf('group', domain.id)] ?? 0
      const end = list + holds.ofGroups.length(list)
      for (let place = list + 1; place <= end; place++) {
        const hold = holds.ofGroups.words[place] ?? 0
        if (this.#isCurrent(hold)) resting.add(holds.member[hold] ?? 0)
      }
    }
    return resting
  }

  #isCurrent(hold: number): boolean {
    return this.#snapshot.holds.isCurrent(hold, this.#milliseconds)
  }

  #isInForce(hold: number): boolean {
    const { holds, disabledOrigins } = this.#snapshot
    return this.#isCurrent(hold) && (disabledOrigins.size === 0 || holds.isOriginEnabled(hold, disabledOrigins))
  }

  #isGroupActive(group: number): boolean {
    const { references, expiries } = this.#snapshot
    const flags = references.flags[group] ?? 0
    if ((flags & referenceFlags.isActive) === 0) return false
    return (flags & referenceFlags.expires) === 0 || this.#milliseconds < (expiries.get(group) ?? 0)
  }

  *#everybody(): Steps<readonly number[]> {
    const found = [this.#places.of(this.#anonymous)]
    let looked = 0
    const { references } = this.#snapshot
    for (let number = 1; number < references.end; number++) {
      if (references.isPrincipal(number) && number !== this.#anonymous && this.#isActive(number)) found.push(this.#places.of(number))
      if (++looked % (stride * stride) === 0) yield
    }
    return found
  }

  /** What the few are in, as the quick way to an answer has it. */
  *#fewWithin(): Steps<FewWithin> {
    if (this.#within !== undefined) return this.#within
    const byGroup = new Map<number, number[]>()
    const active: number[] = []
    const index = quickIndexOf(this.#snapshot)
    let looked = 0
    for (const number of this.#few ?? []) {
      index.keepUp()
      const record = index.askers.recordOf(number, this.#milliseconds)
      const place = this.#places.of(number)
      if (number === this.#anonymous) active.push(place)
      else if (record !== 0 && index.askers.isActive(record)) {
        active.push(place)
        for (const group of index.askers.lists.items(index.askers.words[record + recordWords.groups] ?? 0)) {
          const places = byGroup.get(group)
          if (places === undefined) byGroup.set(group, [place])
          else places.push(place)
        }
      }
      if (++looked % stride === 0) yield
    }
    this.#within = { byGroup, active }
    return this.#within
  }

  /** The principals in any of the groups. */
  *#inside(groups: readonly number[]): Steps<readonly number[]> {
    if (this.#few !== undefined) {
      const { byGroup } = yield* this.#fewWithin()
      return [...new Set(groups.flatMap((group) => byGroup.get(group) ?? []))]
    }
    const { references, holds } = this.#snapshot
    const queue = new Set(groups)
    const found: number[] = []
    const mark = ++this.#mark
    for (const group of queue) {
      if (!this.#isGroupActive(group)) continue
      const list = references.members[group] ?? 0
      const end = list + holds.ofGroups.length(list)
      for (let at = list + 1; at <= end; at++) {
        const hold = holds.ofGroups.words[at] ?? 0
        const member = holds.member[hold] ?? 0
        if (!this.#isInForce(hold)) continue
        if (references.isGroup(member)) queue.add(member)
        else if (this.#isActive(member)) {
          const place = this.#places.of(member)
          if (this.#marks[place] !== mark) found.push(place)
          this.#marks[place] = mark
        }
      }
      yield
    }
    return found
  }

  /** By holds of their own, and of groups that they are in. */
  *#withStanding(id: string, role: string): Steps<readonly number[]> {
    const { references, holds } = this.#snapshot
    const group = references.findOf('group', id)
    if (!this.#isGroupActive(group)) return []
    const list = references.members[group] ?? 0
    const end = list + holds.ofGroups.length(list)
    const found = new Set<number>()
    const through: number[] = []
    for (let at = list + 1; at <= end; at++) {
      const hold = holds.ofGroups.words[at] ?? 0
      if (!holds.rolesOf(hold).includes(role) || !this.#isInForce(hold)) continue
      const member = holds.member[hold] ?? 0
      if (references.isGroup(member)) {
        if (this.#isGroupActive(member)) through.push(member)
      } else if ((this.#few === undefined || this.#few.has(member)) && this.#isActive(member)) found.add(this.#places.of(member))
    }
    if (through.length > 0) for (const place of yield* this.#inside(through)) found.add(place)
    return [...found]
  }

  *#related({ group, relation, types, levels }: Extract<Audience, { readonly kind: 'relation' }>): Steps<readonly number[]> {
    const { references } = this.#snapshot
    const fits = (id: string): boolean => {
      if (levels !== undefined && (levelsInRelation(this.#snapshot, group, relation, id) ?? levels + 1) > levels) return false
      const type = this.#snapshot.get('group', id)?.type
      return types === undefined || (type !== undefined && types.includes(type))
    }
    const related: number[] = []
    let looked = 0
    if (this.#few !== undefined) {
      for (const number of (yield* this.#fewWithin()).byGroup.keys()) {
        const id = references.idOf(number)
        if (levelsInRelation(this.#snapshot, group, relation, id) !== undefined && fits(id)) related.push(number)
        if (++looked % stride === 0) yield
      }
    } else {
      const relatives =
        relation === 'ancestors'
          ? ancestorsOf(this.#snapshot, group)
          : (relation === 'siblings' ? siblingsOf(this.#snapshot, group) : descendantsOf(this.#snapshot, group)).map((each) => each.id)
      for (const id of relatives) {
        if (fits(id)) related.push(references.findOf('group', id))
        if (++looked % stride === 0) yield
      }
    }
    return yield* this.#inside(related)
  }

  /** Whoever has left is owner by `keepOwner` alone, whatever role is held through another group. */
  *#assignedOwner({ member, group, role, keepOwner }: Extract<Audience, { readonly kind: 'assigned-owner' }>): Steps<readonly number[]> {
    const { references, holds } = this.#snapshot
    const number = references.find(member)
    if (!this.#isCounted(number)) return []
    const around = references.findOf('group', group)
    const list = references.memberships[number] ?? 0
    const isDirect =
      this.#isGroupActive(around) && holds.ofMembers.items(list).some((hold) => holds.group[hold] === around && this.#isInForce(hold))
    const place = this.#places.of(number)
    if (role === undefined) return isDirect || keepOwner ? [place] : []
    return isDirect && (yield* this.#withStanding(group, role)).includes(place) ? [place] : []
  }
}
