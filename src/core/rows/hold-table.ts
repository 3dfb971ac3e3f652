/** The holds of a tenant in columns: who is in which group, by whose word. */

import type { Hold } from '../membership.ts'
import type { Origin } from '../record.ts'
import type { Columns } from './columns.ts'
import { Extras } from './extras.ts'
import { FreeNumbers } from './free-numbers.ts'
import { grownWords, roomForWords } from './growing.ts'
import { Lists } from './lists.ts'
import { NarrowColumn } from './narrow-column.ts'
import type { References } from './references.ts'
import type { Bookkeeping, Rows } from './row.ts'
import { MadeRows, rowsOf } from './row.ts'
import { baseOf, cellOf, endOf, jsonOf, Rests, rowTextFields, rowTextMarks } from './row-texts.ts'
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
  /** Number of its extras. */
  extra = new NarrowColumn()
  /** Where it stands in the list of its group. */
  #place = new NarrowColumn()
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
    return this.group.byteLength * 2 + this.extra.bytes + this.extras.bytes
  }

  /** Of what finds the rows by member and by group. */
  get indexBytes(): number {
    return this.#place.bytes + this.ofMembers.bytes + this.ofGroups.bytes
  }

  /** The number of a hold; 0: there is none. Cost: the memberships of the member, or the members of the group where they are fewer. */
  find(group: number, member: number, origin: string): number {
    if (group === 0 || member === 0) return 0
    for (let index = 0, lists = this.#shorter(group, member); index < this.#length; index++) {
      const number = lists.item(this.#list, index)
      if (this.group[number] === group && this.member[number] === member && this.originOf(number) === origin) return number
    }
    return 0
  }

  // What `#shorter` has found last.
  #list = 0
  #length = 0

  /** The lists of members or those of groups, whichever has the shorter one of the two. */
  #shorter(group: number, member: number): Lists {
    const { memberships, members } = this.#references
    const byMember = memberships[member] ?? 0
    const byGroup = members[group] ?? 0
    const isMemberShorter = this.ofMembers.length(byMember) <= this.ofGroups.length(byGroup)
    const lists = isMemberShorter ? this.ofMembers : this.ofGroups
    this.#list = isMemberShorter ? byMember : byGroup
    this.#length = lists.length(this.#list)
    return lists
  }

  #pair(group: number, member: number): readonly number[] {
    const found: number[] = []
    for (let index = 0, lists = this.#shorter(group, member); index < this.#length; index++) {
      const number = lists.item(this.#list, index)
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
    const extra = this.#takeExtras(row)
    this.extra.set(number, extra)
    if (this.extras.first[extra] !== 0) this.withRoles += 1
  }

  #takeExtras(row: Omit<Hold, 'group' | 'member'>): number {
    const roles = row.roles.length === 0 ? 0 : this.#roles.take(row.roles.join('\n'), row.roles)
    const reason = row.reason === undefined ? 0 : this.#reasons.take(row.reason, row.reason)
    const extra = this.extras.take(this.#bookkeeping.take(row), row, roles, reason)
    if (!this.extras.isNew(extra)) this.#letGoOfExtras(extra)
    return extra
  }

  /** Lets go of what the extras name. */
  #letGoOfExtras(extra: number): void {
    this.#bookkeeping.release(this.extras.base[extra] ?? 0)
    this.#roles.release(this.extras.first[extra] ?? 0)
    this.#reasons.release(this.extras.second[extra] ?? 0)
  }

  #letGo(number: number): void {
    this.#rows.forget(number)
    const extra = this.extra.get(number)
    if (this.extras.first[extra] !== 0) this.withRoles -= 1
    if (this.extras.release(extra)) this.#letGoOfExtras(extra)
  }

  /** Adds the rows of a text, see `rowTextFields`. They stand in no list before `tighten` was called. */
  read(text: string): void {
    const references = this.#references
    const groupType = references.typeNumber('group')
    const { fieldEnd, rowEnd } = rowTextMarks
    let lastGroup = ''
    let lastNumber = 0
    const rests = new Rests(rowTextFields.hold.length - 2, (cells) => {
      const [from, until, roles, reason] = cells
      // Taken once more by each row, and let go of when the text has been read.
      const said = { from: cellOf(from), until: cellOf(until), roles: jsonOf(roles) ?? noRoles, reason: jsonOf(reason) }
      // Stores give what they were given.
      return this.#takeExtras({ ...baseOf(cells), ...said } as Hold)
    })
    for (let at = 0; at < text.length; ) {
      const member = endOf(text, fieldEnd, at) + 1
      const rest = endOf(text, fieldEnd, member) + 1
      const end = endOf(text, rowEnd, rest)
      const number = this.#end++
      if (number >= this.group.length) this.#grow(number + 1)
      // Those of one group often lie side by side.
      if (lastNumber !== 0 && member - at === lastGroup.length && text.startsWith(lastGroup, at)) references.keepAgain(lastNumber)
      else {
        lastNumber = references.keepIdIn(text, at, member - 1, groupType)
        lastGroup = text.slice(at, member)
      }
      this.group[number] = lastNumber
      this.member[number] = references.keepIn(text, member, rest - 1)
      const extra = this.extras.takeAgain(rests.of(text, rest, end))
      this.extra.set(number, extra)
      if (this.extras.first[extra] !== 0) this.withRoles += 1
      at = end + rowEnd.length
    }
    for (const extra of rests.all) if (this.extras.release(extra)) this.#letGoOfExtras(extra)
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
    this.extra.set(number, 0)
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
      if (this.group[number] !== 0 && !this.extras.isPlain(this.extra.get(number))) yield this.#make(number)
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
    return this.#bookkeeping.of(this.extras.base[this.extra.get(number)] ?? 0).origin
  }

  #make(number: number): Hold {
    const extra = this.extra.get(number)
    const roles = this.extras.first[extra] ?? 0
    const reason = this.extras.second[extra] ?? 0
    return {
      group: this.#references.idOf(this.group[number] ?? 0),
      member: this.#references.memberOf(this.member[number] ?? 0),
      roles: roles === 0 ? noRoles : this.#roles.value(roles),
      ...this.extras.windowOf(extra),
      ...(reason === 0 ? {} : { reason: this.#reasons.value(reason) }),
      ...this.#bookkeeping.of(this.extras.base[extra] ?? 0),
    }
  }

  /** Whether its window is open at a moment in milliseconds. */
  isCurrent(number: number, at: number): boolean {
    return this.extras.isCurrent(this.extra.get(number), at)
  }

  /** The roles held inside the group. */
  rolesOf(number: number): readonly string[] {
    const roles = this.extras.first[this.extra.get(number)] ?? 0
    return roles === 0 ? noRoles : this.#roles.value(roles)
  }

  exchange(columns: Columns): void {
    this.#end = columns.number('end', this.#end)
    this.group = columns.words('group', this.group, this.#end)
    this.member = columns.words('member', this.member, this.#end)
    this.extra.exchange(columns.within('extra'), this.#end)
    this.#place.exchange(columns.within('place'), this.#end)
    this.#freed.exchange(columns.within('freed'))
    this.withRoles = columns.number('withRoles', this.withRoles)
    this.#roles.exchange(columns.within('roles'))
    this.#reasons.exchange(columns.within('reasons'))
    this.extras.exchange(columns.within('extras'))
    this.ofMembers.exchange(columns.within('ofMembers'))
    this.ofGroups.exchange(columns.within('ofGroups'))
  }

  /**
   * Numbers the holds anew, those of a member one after the other, and makes all lists: so that the list of a member is a run, those asked
   * together lie together, and nothing takes more than its own room. For whoever has filled it, before anything is asked.
   */
  tighten(): void {
    this.#renumber()
    this.#listMembers()
    this.#listGroups()
    this.extras.tighten(this.extra, this.#end)
  }

  #renumber(): void {
    const { group, member, extra } = this
    const { end } = this.#references
    const next = new Uint32Array(end + 1)
    for (let number = 1; number < this.#end; number++)
      if (group[number] !== 0) next[(member[number] ?? 0) + 1] = (next[(member[number] ?? 0) + 1] ?? 0) + 1
    next[0] = 1
    for (let each = 1; each <= end; each++) next[each] = (next[each] ?? 0) + (next[each - 1] ?? 0)
    const count = next[end] ?? 1
    const groups = roomForWords(count)
    const members = roomForWords(count)
    const extras = new NarrowColumn()
    for (let number = 1; number < this.#end; number++) {
      if (group[number] === 0) continue
      const owner = member[number] ?? 0
      const made = next[owner] ?? 0
      next[owner] = made + 1
      groups[made] = group[number] ?? 0
      members[made] = owner
      extras.set(made, extra.get(number))
    }
    this.group = groups
    this.member = members
    this.extra = extras
    this.#end = count
    this.#freed.count = 0
    this.#rows.clear()
  }

  #listMembers(): void {
    const { member } = this
    const { memberships } = this.#references
    memberships.fill(0)
    let runs = 0
    for (let number = 1; number < this.#end; number++) if (member[number] !== member[number - 1]) runs += 1
    this.ofMembers.clear(1 + runs * 2)
    for (let first = 1, number = 2; first < this.#end; number++) {
      if (number < this.#end && member[number] === member[first]) continue
      memberships[member[first] ?? 0] = this.ofMembers.run(first, number - first)
      first = number
    }
  }

  #listGroups(): void {
    const { group, ofGroups } = this
    const { members } = this.#references
    members.fill(0)
    for (let number = 1; number < this.#end; number++) members[group[number] ?? 0] = (members[group[number] ?? 0] ?? 0) + 1
    ofGroups.make([members])
    const { words } = ofGroups
    this.#place = new NarrowColumn()
    const filled = new Uint32Array(members.length)
    for (let number = 1; number < this.#end; number++) {
      const own = group[number] ?? 0
      const place = (filled[own] ?? 0) + 1
      filled[own] = place
      words[(members[own] ?? 0) + place] = number
      this.#place.set(number, place)
    }
    this.#place.tighten(this.#end)
  }

  #grow(length: number): void {
    this.group = grownWords(this.group, length)
    this.member = grownWords(this.member, this.group.length)
  }
}

const noRoles: readonly string[] = []
