/** Every `type:id` that a row is or names, as a number, with what is asked of it all the time in columns. */

import type { MemberReference, ResourceReference } from '../reference.ts'
import { tenantResource } from '../reference.ts'
import type { Columns } from './columns.ts'
import { fittedBytes, fittedWords, grownBytes, grownWords } from './growing.ts'
import { IdTable } from './id-table.ts'
import { Lists } from './lists.ts'
import { NarrowColumn } from './narrow-column.ts'
import { ownCopy } from './row-texts.ts'

/** What the bits in `flags` say. */
export const referenceFlags = {
  /** The record is there: a user, a registered resource, a group. Otherwise something only names it. */
  isThere: 1,
  /** A user by its status, or a group by its switch. */
  isActive: 2,
  /** A group of the type `domain`. */
  isDomain: 4,
  /** A resource that grants from above do not reach. */
  isBlocking: 8,
  /** A group that expires; when stands in its row. */
  expires: 16,
} as const

/** Types of those who can be members and ask; their numbers are their places here. */
export const memberTypes = ['user', 'service', 'group'] as const

const userPrefix = 'user:'

/** So many texts are cut from one, and whoever keeps one of them keeps them all in memory. */
const joinedTexts = 64
/** Where each of them ends; written over by each call. */
const ends = new Uint32Array(joinedTexts)

/**
 * INVARIANT: a number stands for one reference for as long as `keep` was called for it more often than `release`. Rows keep what they
 * are and what they name, so a number that a row holds is never given to somebody else.
 */
export class References {
  /** The number of the tenant itself, which is always there. */
  readonly tenant: number
  readonly #ids = new IdTable(true)
  readonly #types = new Map<string, number>()
  readonly #typeNames: string[] = []
  /** The ids of the groups that are there, which reasons name again and again: as texts that are looked up without reading them. */
  readonly #groupIds = new Map<number, string>()
  /** The type of the reference that was looked for last, with its colon. */
  #lastPrefix = 'group:'
  #lastType: number = memberTypes.indexOf('group')
  #counts = new Uint32Array(16)
  /** Counts how often a number was given back: what was found by name before may be somebody else since. */
  generation = 0

  // The columns, by number.
  flags = new Uint8Array(16)
  /** Number of the shared bookkeeping of its row. */
  readonly base = new NarrowColumn()
  /** The parent of a registered resource, or of a group in the hierarchy. */
  parent = new Uint32Array(16)
  owner = new Uint32Array(16)
  /** List of the holds by which it is in groups. */
  memberships = new Uint32Array(16)
  /** List of the holds of those in it. */
  members = new Uint32Array(16)
  /** List of the grants on it, see `grant-table.ts`. */
  grants = new Uint32Array(16)
  /** List of the grants that name it as subject. */
  named = new Uint32Array(16)
  /** List of the grants on the tenant to just this principal or group. */
  heldOnTenant = new Uint32Array(16)
  /** List of the registered resources that lie in it. */
  children = new Uint32Array(16)
  /** List of the resources that it owns. */
  owned = new Uint32Array(16)
  /** The lists of `children` and `owned`. */
  readonly lists = new Lists()

  constructor() {
    // These come first, so that the number of a type tells whether it is a member's.
    for (const type of memberTypes) this.typeNumber(type)
    this.tenant = this.keep(tenantResource)
  }

  /** Above every number given so far. */
  get end(): number {
    return this.#ids.end
  }

  get count(): number {
    return this.#ids.count
  }

  get bytes(): number {
    return (
      this.#ids.bytes + this.#counts.byteLength + this.flags.byteLength + this.base.bytes + this.parent.byteLength * 9 + this.lists.bytes
    )
  }

  /** The number of `type:id`, or of a text without colon; 0: no row is it or names it. Cost: the length of the id. */
  find(reference: ResourceReference): number {
    // Cutting a text and looking it up takes longer than all the rest, and most are of the type of the last or are users.
    if (reference.startsWith(userPrefix)) return this.#ids.find(reference, userPrefix.length, 0)
    if (reference.startsWith(this.#lastPrefix)) return this.#ids.find(reference, this.#lastPrefix.length, this.#lastType)
    const colon = reference.indexOf(':')
    const type = this.#types.get(colon === -1 ? reference : reference.slice(0, colon))
    if (type === undefined) return 0
    if (colon === -1) return this.#ids.find(reference, reference.length, type)
    this.#lastPrefix = `${this.#typeNames[type]}:`
    this.#lastType = type
    return this.#ids.find(reference, colon + 1, type)
  }

  /** The number of a record by its type and its id, as `find`. */
  findOf(type: string, id: string): number {
    const space = this.#types.get(type)
    return space === undefined ? 0 : this.#ids.find(id, 0, space)
  }

  /** The number of a reference, kept once more until `release`. */
  keep(reference: ResourceReference): number {
    // As in `find`.
    if (reference.startsWith(userPrefix)) return this.#kept(this.#ids.make(reference, userPrefix.length, 0))
    if (reference.startsWith(this.#lastPrefix)) return this.#kept(this.#ids.make(reference, this.#lastPrefix.length, this.#lastType))
    const colon = reference.indexOf(':')
    const type = this.typeNumber(colon === -1 ? reference : reference.slice(0, colon))
    if (colon === -1) return this.#kept(this.#ids.make(reference, reference.length, type))
    this.#lastPrefix = `${this.#typeNames[type]}:`
    this.#lastType = type
    return this.#kept(this.#ids.make(reference, colon + 1, type))
  }

  /** As `keep`, of what stands in a text from `start` up to `end`. */
  keepIn(text: string, start: number, end: number): number {
    if (text.startsWith(userPrefix, start)) return this.#kept(this.#ids.make(text, start + userPrefix.length, 0, end))
    if (text.startsWith(this.#lastPrefix, start))
      return this.#kept(this.#ids.make(text, start + this.#lastPrefix.length, this.#lastType, end))
    return this.keep(text.slice(start, end))
  }

  /** The same of an id, whose type has this number. */
  keepIdIn(text: string, start: number, end: number, type: number): number {
    return this.#kept(this.#ids.make(text, start, type, end))
  }

  /** As `keep`, by type and id. */
  keepOf(type: string, id: string): number {
    return this.#kept(this.#ids.make(id, 0, this.typeNumber(type)))
  }

  #kept(number: number): number {
    if (number >= this.#counts.length) this.#growColumns(number + 1)
    this.#counts[number] = (this.#counts[number] ?? 0) + 1
    return number
  }

  keepAgain(number: number): number {
    this.#counts[number] = (this.#counts[number] ?? 0) + 1
    return number
  }

  /** One row less is it or names it; 0 is nothing. */
  release(number: number): void {
    if (number === 0) return
    const left = (this.#counts[number] ?? 0) - 1
    this.#counts[number] = left
    if (left > 0) return
    this.#ids.release(number)
    this.generation += 1
    this.flags[number] = 0
  }

  textOf(number: number): ResourceReference {
    const type = this.#typeNames[this.#ids.spaceOf(number)] ?? ''
    const id = this.idOf(number)
    return id === '' ? type : `${type}:${id}`
  }

  /**
   * The texts of the first so many numbers. They are joined and cut, so that each is one piece: a text that is put together from the parts of a
   * UUID is kept as a chain of them, which weighs five times as much and takes longer to make.
   */
  textsOf(numbers: Uint32Array, count: number): ResourceReference[] {
    const found = new Array<ResourceReference>(count)
    for (let start = 0; start < count; start += joinedTexts) {
      const end = Math.min(count, start + joinedTexts)
      // With something before it, even one alone is cut.
      let joined = ' '
      for (let at = start; at < end; at++) {
        joined += this.textOf(numbers[at] ?? 0)
        ends[at - start] = joined.length
      }
      let from = 1
      for (let at = start; at < end; at++) {
        const to = ends[at - start] ?? 0
        // The same part of the same text.
        found[at] = joined.slice(from, to) as ResourceReference
        from = to
      }
    }
    return found
  }

  /** The text of a number that stands for a principal or group. */
  memberOf(number: number): MemberReference {
    // Only numbers of members are asked for; whoever wrote the row put a member there.
    return this.textOf(number) as MemberReference
  }

  idOf(number: number): string {
    return this.#groupIds.get(number) ?? this.#ids.textOf(number)
  }

  /** Keeps the id of a group that is there as the text it has; undefined: it is there no longer. */
  keepGroupId(number: number, id: string | undefined): void {
    if (id === undefined) this.#groupIds.delete(number)
    else this.#groupIds.set(number, id)
  }

  /** See `IdTable`: how ids of one type are put in order without their texts. */
  orderingOf(number: number): number {
    return this.#ids.orderingOf(number)
  }

  wordOf(number: number, place: number): number {
    return this.#ids.wordOf(number, place)
  }

  /** Orders two references of one type as their texts. */
  compareIds(one: number, other: number): number {
    return this.#ids.compare(one, other)
  }

  /** The number of its type, as `typeNumber` gives it. */
  typeOf(number: number): number {
    return this.#ids.spaceOf(number)
  }

  typeName(number: number): string {
    return this.#typeNames[this.#ids.spaceOf(number)] ?? ''
  }

  /** The name of a type by its number. */
  typeNameOf(type: number): string {
    return this.#typeNames[type] ?? ''
  }

  /** Whether it is neither user, service account nor group. */
  isResource(number: number): boolean {
    return this.#ids.spaceOf(number) >= memberTypes.length
  }

  /** A user or a service account. */
  isPrincipal(number: number): boolean {
    return number !== 0 && this.#ids.spaceOf(number) < memberTypes.indexOf('group')
  }

  isUser(number: number): boolean {
    return this.#ids.spaceOf(number) === memberTypes.indexOf('user')
  }

  isGroup(number: number): boolean {
    return this.#ids.spaceOf(number) === memberTypes.indexOf('group')
  }

  /** How many types have a number. */
  get typeCount(): number {
    return this.#typeNames.length
  }

  /** A number for the name of a type, made when need be. */
  typeNumber(type: string): number {
    let number = this.#types.get(type)
    if (number === undefined) {
      number = this.#typeNames.length
      const [own = ''] = ownCopy([type])
      this.#types.set(own, number)
      this.#typeNames.push(own)
    }
    return number
  }

  is(number: number, flag: number): boolean {
    return ((this.flags[number] ?? 0) & flag) !== 0
  }

  setFlags(number: number, flags: number): void {
    this.flags[number] = flags
  }

  exchange(columns: Columns): void {
    this.#ids.exchange(columns.within('ids'))
    const { end } = this.#ids
    for (const type of columns.list('types', this.#typeNames.slice())) this.typeNumber(type)
    this.#counts = columns.words('counts', this.#counts, end)
    this.flags = columns.bytes('flags', this.flags, end)
    this.base.exchange(columns.within('base'), end)
    this.parent = columns.words('parent', this.parent, end)
    this.owner = columns.words('owner', this.owner, end)
    this.memberships = columns.words('memberships', this.memberships, end)
    this.members = columns.words('members', this.members, end)
    this.grants = columns.words('grants', this.grants, end)
    this.named = columns.words('named', this.named, end)
    this.heldOnTenant = columns.words('heldOnTenant', this.heldOnTenant, end)
    this.children = columns.words('children', this.children, end)
    this.owned = columns.words('owned', this.owned, end)
    this.lists.exchange(columns.within('lists'))
  }

  /** Gives back the room that its lists have lost while it was filled, see `Lists.tighten`. */
  tighten(): void {
    this.lists.tighten([this.children, this.owned])
    this.#ids.tighten()
    const { end } = this
    this.#counts = fittedWords(this.#counts, end)
    this.flags = fittedBytes(this.flags, end)
    this.base.tighten(end)
    this.parent = fittedWords(this.parent, end)
    this.owner = fittedWords(this.owner, end)
    this.memberships = fittedWords(this.memberships, end)
    this.members = fittedWords(this.members, end)
    this.grants = fittedWords(this.grants, end)
    this.named = fittedWords(this.named, end)
    this.heldOnTenant = fittedWords(this.heldOnTenant, end)
    this.children = fittedWords(this.children, end)
    this.owned = fittedWords(this.owned, end)
  }

  #growColumns(length: number): void {
    this.#counts = grownWords(this.#counts, length)
    this.flags = grownBytes(this.flags, this.#counts.length)
    const { length: grown } = this.#counts
    this.parent = grownWords(this.parent, grown)
    this.owner = grownWords(this.owner, grown)
    this.memberships = grownWords(this.memberships, grown)
    this.members = grownWords(this.members, grown)
    this.grants = grownWords(this.grants, grown)
    this.named = grownWords(this.named, grown)
    this.heldOnTenant = grownWords(this.heldOnTenant, grown)
    this.children = grownWords(this.children, grown)
    this.owned = grownWords(this.owned, grown)
  }
}
