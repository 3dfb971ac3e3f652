/** The holds of a tenant in columns: who is in which group, by whose word. */

import type { Hold } from '../membership.ts'
import type { Origin } from '../record.ts'
import type { Columns } from './columns.ts'
import { Extras } from './extras.ts'
import { FreeNumbers } from './free-numbers.ts'
import { grownWords } from './growing.ts'
import { Lists } from './lists.ts'
import { NarrowColumn } from './narrow-column.ts'
import type { References } from './references.ts'
import type { Bookkeeping, Rows } from './row.ts'
import { MadeRows, rowsOf } from './row.ts'
import { Shared } from './shared.ts'

export class HoldTable {
  readonly #references: References
  readonly #bookkeeping: Bookkeeping
  readonly #roles = new Shared<readonly string[]>()
  readonly #reasons = new Shared<string>()
  readonly #rows = new MadeRows((number) => this.#make(number))
  /** First is the list of its roles, second its reason. */
  readonly extras = new Extras()
  /** Holds of each member, see `References.memberships`. */
  readonly ofMembers = new Lists()
  /** Holds of each group, see `References.members`. */
  readonly ofGroups = new Lists()

  // The columns, by number. A group of 0: there is no such row.
  group = new Uint32Array(16)
  member = new Uint32Array(16)
  extra = new Uint32Array(16)
  /** Number of the bookkeeping of its row. */
  readonly base = new NarrowColumn()
  /** Where it stands in the list of its group. */
  readonly #place = new NarrowColumn()
  #end = 1
  readonly #freed = new FreeNumbers()
  /** How many holds have roles. */
  withRoles = 0

  constructor(references: References, bookkeeping: Bookkeeping) {
    this.#references = references
    this.#bookkeeping = bookkeeping
  }

  get size(): number {
    return this.#end - 1 - this.#freed.count
  }

  /** Of the rows themselves. */
  get rowBytes(): number {
    return this.group.byteLength * 3 + this.base.bytes + this.extras.bytes
  }

  /** Of what finds the rows by member and by group. */
  get indexBytes(): number {
    return this.#place.bytes + this.ofMembers.bytes + this.ofGroups.bytes
  }

  /** The number of a hold; 0: there is none. Cost: the memberships of the member, or the members of the group where they are fewer. */
  find(group: number, member: number, origin: string): number {
    if (group === 0 || member === 0) return 0
    const { words } = this.#shorter(group, member)
    for (let at = this.#from; at <= this.#to; at++) {
      const number = words[at] ?? 0
      if (this.group[number] === group && this.member[number] === member && this.originOf(number) === origin) return number
    }
    return 0
  }

  // What `#shorter` has found last: the places of the first and the last item.
  #from = 0
  #to = 0

  /** The list of the member or that of the group, whichever is shorter. */
  #shorter(group: number, member: number): Lists {
    const { memberships, members } = this.#references
    const byMember = memberships[member] ?? 0
    const byGroup = members[group] ?? 0
    const isMemberShorter = this.ofMembers.length(byMember) <= this.ofGroups.length(byGroup)
    const lists = isMemberShorter ? this.ofMembers : this.ofGroups
    const list = isMemberShorter ? byMember : byGroup
    this.#from = list + 1
    this.#to = list + lists.length(list)
    return lists
  }

  #pair(group: number, member: number): readonly number[] {
    const { words } = this.#shorter(group, member)
    const found: number[] = []
    for (let at = this.#from; at <= this.#to; at++) {
      const number = words[at] ?? 0
      if (this.group[number] === group && this.member[number] === member) found.push(number)
    }
    return found
  }

  /** The number of the hold with the key that `holdKey` makes. */
  numberOf(key: string): number {
    const [group = '', member = '', origin = ''] = key.split('|')
    return this.find(this.#references.findOf('group', group), this.#references.find(member), origin)
  }

  get(key: string): Hold | undefined {
    const number = this.numberOf(key)
    return number === 0 ? undefined : this.#rows.get(number)
  }

  row(number: number): Hold {
    return this.#rows.get(number)
  }

  /** Puts a row in place of the one with the same key. Gives its number. */
  put(row: Hold): number {
    const references = this.#references
    const group = references.keepOf('group', row.group)
    const member = references.keep(row.member)
    const known = this.find(group, member, row.origin)
    if (known === 0) return this.#add(row, group, member)
    references.release(group)
    references.release(member)
    this.#letGo(known)
    this.#fill(known, row)
    return known
  }

  #add(row: Hold, group: number, member: number): number {
    const number = this.#freed.pop() ?? this.#end++
    if (number >= this.group.length) this.#grow(number + 1)
    this.group[number] = group
    this.member[number] = member
    const { memberships, members } = this.#references
    memberships[member] = this.ofMembers.push(memberships[member] ?? 0, number)
    const list = this.ofGroups.push(members[group] ?? 0, number)
    members[group] = list
    this.#place.set(number, this.ofGroups.length(list))
    this.#fill(number, row)
    return number
  }

  #fill(number: number, row: Hold): void {
    const roles = row.roles.length === 0 ? 0 : this.#roles.take(row.roles.join('\n'), row.roles)
    const reason = row.reason === undefined ? 0 : this.#reasons.take(row.reason, row.reason)
    this.base.set(number, this.#bookkeeping.take(row))
    this.extra[number] = this.extras.make(row, roles, reason)
    if (roles !== 0) this.withRoles += 1
  }

  #letGo(number: number): void {
    this.#rows.forget(number)
    this.#bookkeeping.release(this.base.get(number))
    const extra = this.extra[number] ?? 0
    if (extra === 0) return
    const roles = this.extras.first[extra] ?? 0
    if (roles !== 0) this.withRoles -= 1
    this.#roles.release(roles)
    this.#reasons.release(this.extras.second[extra] ?? 0)
    this.extras.release(extra)
  }

  remove(number: number): void {
    const { memberships, members } = this.#references
    const group = this.group[number] ?? 0
    const member = this.member[number] ?? 0
    this.#letGo(number)
    memberships[member] = this.ofMembers.remove(memberships[member] ?? 0, number)
    const list = members[group] ?? 0
    const place = this.#place.get(number)
    const last = this.ofGroups.words[list + this.ofGroups.length(list)] ?? 0
    this.ofGroups.words[list + place] = last
    this.#place.set(last, place)
    members[group] = this.ofGroups.shorten(list, 1)
    this.group[number] = 0
    this.#freed.push(number)
    this.#references.release(group)
    this.#references.release(member)
  }

  *all(): IterableIterator<Hold> {
    for (const number of this.numbers()) yield this.#make(number)
  }

  /** Those that have roles, a window or a reason: most say no more than who is in what. */
  *withMore(): IterableIterator<Hold> {
    for (let number = 1; number < this.#end; number++) {
      if (this.group[number] !== 0 && this.extra[number] !== 0) yield this.#make(number)
    }
  }

  *numbers(): IterableIterator<number> {
    for (let number = 1; number < this.#end; number++) if (this.group[number] !== 0) yield number
  }

  ofGroup(group: number): Rows<Hold> {
    const list = this.#references.members[group] ?? 0
    return this.#view(this.ofGroups, list, (number) => this.group[number] === group)
  }

  ofMember(member: number): Rows<Hold> {
    const list = this.#references.memberships[member] ?? 0
    return this.#view(this.ofMembers, list, (number) => this.group[number] !== 0 && this.member[number] === member)
  }

  ofPair(group: number, member: number): Rows<Hold> {
    return group === 0 || member === 0 ? rowsOf([]) : rowsOf(this.#pair(group, member).map((number) => this.#rows.get(number)))
  }

  #view(lists: Lists, list: number, isStill: (number: number) => boolean): Rows<Hold> {
    const rows = this.#rows
    if (list === 0) return rowsOf([])
    return {
      size: lists.length(list),
      *[Symbol.iterator]() {
        for (const number of lists.items(list)) if (isStill(number)) yield rows.get(number)
      },
    }
  }

  /** Whether the source that says so is not among those that are disabled. */
  isOriginEnabled(number: number, disabled: ReadonlySet<Origin>): boolean {
    return !disabled.has(this.originOf(number))
  }

  /** Who says so. */
  originOf(number: number): Origin {
    return this.#bookkeeping.of(this.base.get(number)).origin
  }

  #make(number: number): Hold {
    const extra = this.extra[number] ?? 0
    const roles = this.extras.first[extra] ?? 0
    const reason = this.extras.second[extra] ?? 0
    return {
      group: this.#references.idOf(this.group[number] ?? 0),
      member: this.#references.memberOf(this.member[number] ?? 0),
      roles: roles === 0 ? noRoles : this.#roles.value(roles),
      ...this.extras.windowOf(extra),
      ...(reason === 0 ? {} : { reason: this.#reasons.value(reason) }),
      ...this.#bookkeeping.of(this.base.get(number)),
    }
  }

  /** The roles held inside the group. */
  rolesOf(number: number): readonly string[] {
    const roles = this.extras.first[this.extra[number] ?? 0] ?? 0
    return roles === 0 ? noRoles : this.#roles.value(roles)
  }

  exchange(columns: Columns): void {
    this.#end = columns.number('end', this.#end)
    this.group = columns.words('group', this.group, this.#end)
    this.member = columns.words('member', this.member, this.#end)
    this.base.exchange(columns.within('base'), this.#end)
    this.extra = columns.words('extra', this.extra, this.#end)
    this.#place.exchange(columns.within('place'), this.#end)
    this.#freed.exchange(columns.within('freed'))
    this.withRoles = columns.number('withRoles', this.withRoles)
    this.#roles.exchange(columns.within('roles'))
    this.#reasons.exchange(columns.within('reasons'))
    this.extras.exchange(columns.within('extras'))
    this.ofMembers.exchange(columns.within('ofMembers'))
    this.ofGroups.exchange(columns.within('ofGroups'))
  }

  /** Gives back the room that its lists have lost while it was filled, see `Lists.tighten`. */
  tighten(): void {
    this.base.tighten()
    this.#place.tighten()
    this.ofMembers.tighten([this.#references.memberships])
    this.ofGroups.tighten([this.#references.members])
  }

  #grow(length: number): void {
    this.group = grownWords(this.group, length)
    const { length: grown } = this.group
    this.member = grownWords(this.member, grown)
    this.extra = grownWords(this.extra, grown)
  }
}

const noRoles: readonly string[] = []
