/** The grants of a tenant in columns, and the grants on each resource as triples that a question reads without looking anywhere else. */

import type { Grant } from '../grant.ts'
import type { Subject } from '../reference.ts'
import { readSubject, tenantResource } from '../reference.ts'
import type { Columns } from './columns.ts'
import { Extras } from './extras.ts'
import { fittedWords, grownWords } from './growing.ts'
import { IdTable } from './id-table.ts'
import { Lists } from './lists.ts'
import { NarrowColumn } from './narrow-column.ts'
import type { References } from './references.ts'
import type { Bookkeeping, Rows } from './row.ts'
import { MadeRows, rowsOf } from './row.ts'
import { baseOf, cellOf, endOf, jsonOf, ownCopy, Rests, rowTextFields, rowTextMarks } from './row-texts.ts'
import { Shared } from './shared.ts'

/**
 * How the subject of a grant is written in a triple: the number of a principal or of a group, or one of these. The numbers of references
 * stay below `everyone`.
 */
export const subjectCodes = {
  everyone: 0x4000_0000,
  authenticated: 0x4000_0001,
  /** And the number of the subject among the shared ones. */
  standing: 0x8000_0000,
  relation: 0xc000_0000,
} as const

/** How a triple says what is granted: the number of a role, a permission or a list of actions, and these bits below it. */
export const contentBits = {
  shift: 5,
  kindMask: 3,
  role: 0,
  permission: 1,
  actions: 2,
  denies: 4,
  isConditional: 8,
  hasWindow: 16,
} as const

/** Words of a triple: the number of the grant, its subject, its content. */
export const tripleWords = 3

export class GrantTable {
  readonly #references: References
  readonly #bookkeeping: Bookkeeping
  readonly #ids = new IdTable(false)
  /** Names of roles and permissions. Kept for good, so that a number is always the same name. */
  readonly names: Shared<string>
  readonly actions = new Shared<readonly string[]>()
  readonly subjects = new Shared<Subject>()
  readonly #texts = new Shared<string>()
  readonly #rows = new MadeRows((number) => this.#make(number))
  /** First is the condition, second the reason. */
  readonly extras = new Extras()
  /** Triples of each resource, see `References.grants`. */
  readonly onResources = new Lists()
  /** Grants of each subject, see `References.named`. */
  readonly ofSubjects = new Lists()

  // The columns, by number. A resource of 0: there is no such row.
  resource = new Uint32Array(16)
  /** Number of its extras. */
  readonly extra = new NarrowColumn()
  /** Which triple of its resource is its own, from 0 on. */
  readonly #place = new NarrowColumn()
  /** Of grants that stand in no list yet: what their triples will hold. */
  #unlisted: { subject: Uint32Array<ArrayBuffer>; content: Uint32Array<ArrayBuffer> } | undefined
  /** How many deny. */
  denials = 0
  /** Grants on the tenant to neither a principal nor a group. */
  generalOnTenant = new Set<number>()
  /** The same on other resources. */
  generalElsewhere = new Set<number>()

  constructor(references: References, bookkeeping: Bookkeeping, names: Shared<string>) {
    this.#references = references
    this.#bookkeeping = bookkeeping
    this.names = names
  }

  get size(): number {
    return this.#ids.count
  }

  get rowBytes(): number {
    return this.resource.byteLength + this.extra.bytes + this.extras.bytes + this.#ids.bytes
  }

  get indexBytes(): number {
    return this.#place.bytes + this.onResources.bytes + this.ofSubjects.bytes
  }

  find(id: string): number {
    return this.#ids.find(id)
  }

  get(id: string): Grant | undefined {
    const number = this.#ids.find(id)
    return number === 0 ? undefined : this.#rows.get(number)
  }

  row(number: number): Grant {
    return this.#rows.get(number)
  }

  /** Adds a row; one with its id must not stand. Gives its number. */
  add(grant: Grant): number {
    const references = this.#references
    const number = this.#ids.make(grant.id)
    if (number >= this.resource.length) this.#grow(number + 1)
    const resource = references.keep(grant.resource)
    const [subject, named] = this.#subjectOf(grant.subject)
    this.extra.set(number, this.#takeExtras(grant))
    this.resource[number] = resource
    const list = this.onResources.extend(references.grants[resource] ?? 0, tripleWords)
    references.grants[resource] = list
    const place = this.onResources.length(list) - tripleWords + 1
    this.#place.set(number, (place - 1) / tripleWords)
    const { words } = this.onResources
    words[list + place] = number
    words[list + place + 1] = subject
    words[list + place + 2] = this.#contentOf(grant)
    if (named !== 0) references.named[named] = this.ofSubjects.push(references.named[named] ?? 0, number)
    if (grant.effect === 'deny') this.denials += 1
    if (grant.resource === tenantResource) {
      if (subject >= subjectCodes.everyone) this.generalOnTenant.add(number)
      else references.heldOnTenant[subject] = this.ofSubjects.push(references.heldOnTenant[subject] ?? 0, number)
    } else if (subject >= subjectCodes.everyone) this.generalElsewhere.add(number)
    return number
  }

  #takeExtras(grant: Omit<Grant, 'id' | 'subject' | 'resource'>): number {
    const condition = grant.condition === undefined ? 0 : this.#texts.take(grant.condition, grant.condition)
    const reason = grant.reason === undefined ? 0 : this.#texts.take(grant.reason, grant.reason)
    const extra = this.extras.take(this.#bookkeeping.take(grant), grant, condition, reason)
    if (!this.extras.isNew(extra)) this.#letGoOfExtras(extra)
    return extra
  }

  /** Lets go of what the extras name. */
  #letGoOfExtras(extra: number): void {
    this.#bookkeeping.release(this.extras.base[extra] ?? 0)
    this.#texts.release(this.extras.first[extra] ?? 0)
    this.#texts.release(this.extras.second[extra] ?? 0)
  }

  /** Adds the rows of a text, see `rowTextFields`, to a table that holds no others. They stand in no list before `tighten` was called. */
  read(text: string): void {
    const references = this.#references
    const { fieldEnd, rowEnd } = rowTextMarks
    if (this.#unlisted === undefined && this.size > 0) throw new Error('grants are read from texts into an empty table')
    this.#unlisted ??= { subject: new Uint32Array(16), content: new Uint32Array(16) }
    const unlisted = this.#unlisted
    // Taken once more by each row, and let go of when the text has been read.
    let lastResource = ''
    let lastNumber = 0
    const rests = new Rests(rowTextFields.grant.length - 3, (cells) => this.#readRest(cells))
    for (let at = 0; at < text.length; ) {
      const subject = endOf(text, fieldEnd, at) + 1
      const resource = endOf(text, fieldEnd, subject) + 1
      const rest = endOf(text, fieldEnd, resource) + 1
      const end = endOf(text, rowEnd, rest)
      const number = this.#ids.append(text, at, subject - 1)
      if (number >= this.resource.length) this.#grow(number + 1)
      const { extra, content } = rests.of(text, rest, end)
      this.extra.set(number, this.extras.takeAgain(extra))
      // Those on one resource often lie side by side.
      if (lastNumber !== 0 && rest - resource === lastResource.length && text.startsWith(lastResource, resource))
        references.keepAgain(lastNumber)
      else {
        lastNumber = references.keepIn(text, resource, rest - 1)
        lastResource = text.slice(resource, rest)
      }
      this.resource[number] = lastNumber
      unlisted.subject = grownWords(unlisted.subject, number + 1)
      unlisted.content = grownWords(unlisted.content, number + 1)
      unlisted.subject[number] = this.#subjectIn(text, subject, resource - 1)
      unlisted.content[number] = content
      if ((content & contentBits.kindMask) === contentBits.actions) this.actions.takeAgain(content >>> contentBits.shift)
      if ((content & contentBits.denies) !== 0) this.denials += 1
      at = end + rowEnd.length
    }
    for (const { extra, content } of rests.all) {
      if (this.extras.release(extra)) this.#letGoOfExtras(extra)
      if ((content & contentBits.kindMask) === contentBits.actions) this.actions.release(content >>> contentBits.shift)
    }
  }

  #readRest(cells: readonly string[]): { readonly extra: number; readonly content: number } {
    const [role, permission, actions, effect, from, until, condition, reason] = cells
    // Stores give what they were given.
    const grant = {
      ...baseOf(cells),
      role: cellOf(role),
      permission: cellOf(permission),
      actions: jsonOf<readonly string[]>(actions),
      effect,
      from: cellOf(from),
      until: cellOf(until),
      condition: jsonOf<string>(condition),
      reason: jsonOf<string>(reason),
    } as Grant
    return { extra: this.#takeExtras(grant), content: this.#contentOf(grant) }
  }

  /** As `#subjectOf`, of what stands in a text. */
  #subjectIn(text: string, start: number, end: number): number {
    if (text.startsWith('user:', start)) return this.#references.keepIn(text, start, end)
    if (!text.startsWith('group:', start)) return this.#subjectOf(text.slice(start, end))[0]
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at)
      if (code !== hash && code !== caret) continue
      const [own = ''] = ownCopy([text.slice(start, end)])
      return this.#subjectOf(own)[0]
    }
    return this.#references.keepIn(text, start, end)
  }

  #contentOf({ role, permission, actions, effect, condition, from, until }: Grant): number {
    const [kind, number] =
      role !== undefined
        ? [contentBits.role, this.names.take(role, role)]
        : permission !== undefined
          ? [contentBits.permission, this.names.take(permission, permission)]
          : [contentBits.actions, this.actions.take((actions ?? []).join('\n'), actions ?? [])]
    return (
      number * 2 ** contentBits.shift +
      kind +
      (effect === 'deny' ? contentBits.denies : 0) +
      (condition === undefined ? 0 : contentBits.isConditional) +
      (from === undefined && until === undefined ? 0 : contentBits.hasWindow)
    )
  }

  /** The subject as it stands in a triple, and the principal or group that it names; both are kept. */
  #subjectOf(text: string): readonly [code: number, named: number] {
    if (text === 'everyone') return [subjectCodes.everyone, 0]
    if (text === 'authenticated') return [subjectCodes.authenticated, 0]
    if (!text.startsWith('group:') || !(text.includes('#') || text.includes('^'))) {
      const named = this.#references.keep(text)
      return [named, named]
    }
    const subject = readSubject(text, 'subject')
    const named = 'group' in subject ? this.#references.keepOf('group', subject.group) : 0
    const number = this.subjects.take(text, subject)
    return [((subject.kind === 'relation' ? subjectCodes.relation : subjectCodes.standing) | number) >>> 0, named]
  }

  remove(number: number): void {
    const references = this.#references
    this.#rows.forget(number)
    const resource = this.resource[number] ?? 0
    const list = references.grants[resource] ?? 0
    const { words } = this.onResources
    const place = this.#place.get(number)
    const at = list + 1 + place * tripleWords
    const subject = words[at + 1] ?? 0
    const content = words[at + 2] ?? 0
    this.generalOnTenant.delete(number)
    this.generalElsewhere.delete(number)
    this.#letGoOf(subject, number)
    const kind = content & contentBits.kindMask
    const what = content >>> contentBits.shift
    if (kind === contentBits.actions) this.actions.release(what)
    if ((content & contentBits.denies) !== 0) this.denials -= 1
    const last = list + this.onResources.length(list) - tripleWords + 1
    const moved = words[last] ?? 0
    words[at] = moved
    words[at + 1] = words[last + 1] ?? 0
    words[at + 2] = words[last + 2] ?? 0
    this.#place.set(moved, place)
    references.grants[resource] = this.onResources.shorten(list, tripleWords)
    const extra = this.extra.get(number)
    if (this.extras.release(extra)) this.#letGoOfExtras(extra)
    this.extra.set(number, 0)
    this.resource[number] = 0
    this.#ids.release(number)
    references.release(resource)
  }

  #letGoOf(subject: number, number: number): void {
    const references = this.#references
    const named = this.#namedBy(subject)
    if (subject >= subjectCodes.standing) this.subjects.release(subject & 0x3fff_ffff)
    if (named === 0) return
    references.named[named] = this.ofSubjects.remove(references.named[named] ?? 0, number)
    if (subject < subjectCodes.everyone)
      references.heldOnTenant[named] = this.ofSubjects.remove(references.heldOnTenant[named] ?? 0, number)
    references.release(named)
  }

  /** The principal or group that the subject of a triple names; 0: none. */
  #namedBy(subject: number): number {
    if (subject < subjectCodes.everyone) return subject
    if (subject < subjectCodes.standing) return 0
    const found = this.subjects.value(subject & 0x3fff_ffff)
    return 'group' in found ? this.#references.findOf('group', found.group) : 0
  }

  *all(): IterableIterator<Grant> {
    for (const number of this.numbers()) yield this.#make(number)
  }

  *numbers(): IterableIterator<number> {
    for (let number = 1; number < this.#ids.end; number++) if (this.resource[number] !== 0) yield number
  }

  /** Whether anything is granted to neither a principal nor a group, but to everybody, to a standing or to a relation. */
  get hasGeneral(): boolean {
    return this.generalOnTenant.size > 0 || this.generalElsewhere.size > 0
  }

  /** The grants on a resource. */
  on(resource: number): Rows<Grant> {
    const list = this.#references.grants[resource] ?? 0
    if (list === 0) return rowsOf([])
    const triples = this.onResources.items(list)
    const rows: Grant[] = []
    for (let at = 0; at < triples.length; at += tripleWords) rows.push(this.#rows.get(triples[at] ?? 0))
    return rowsOf(rows)
  }

  /** The grants whose subject names a principal or group, in any way. */
  naming(subject: number): Rows<Grant> {
    const list = this.#references.named[subject] ?? 0
    if (list === 0) return rowsOf([])
    const { resource } = this
    const rows = this.#rows
    const numbers = this.ofSubjects.items(list)
    return {
      size: numbers.length,
      *[Symbol.iterator]() {
        for (const number of numbers) if (resource[number] !== 0) yield rows.get(number)
      },
    }
  }

  /** The grants to those who stand in a relation to a group, on whatever resource. Cost: the grants to neither a principal nor a group. */
  *byRelation(): IterableIterator<Grant> {
    for (const numbers of [this.generalOnTenant, this.generalElsewhere])
      for (const number of [...numbers])
        if ((this.onResources.words[this.tripleOf(number) + 1] ?? 0) >= subjectCodes.relation) yield this.#rows.get(number)
  }

  /** The place of the grant's triple in `onResources.words`. */
  tripleOf(number: number): number {
    return (this.#references.grants[this.resource[number] ?? 0] ?? 0) + 1 + this.#place.get(number) * tripleWords
  }

  /** Whether its window is open at a moment in milliseconds. */
  isCurrent(number: number, at: number): boolean {
    return this.extras.isCurrent(this.extra.get(number), at)
  }

  #make(number: number): Grant {
    const at = this.tripleOf(number)
    const subject = this.onResources.words[at + 1] ?? 0
    const content = this.onResources.words[at + 2] ?? 0
    const what = content >>> contentBits.shift
    const kind = content & contentBits.kindMask
    const extra = this.extra.get(number)
    const condition = this.extras.first[extra] ?? 0
    const reason = this.extras.second[extra] ?? 0
    return {
      id: this.#ids.textOf(number),
      subject: this.#subjectText(subject),
      ...(kind === contentBits.role
        ? { role: this.names.value(what) }
        : kind === contentBits.permission
          ? { permission: this.names.value(what) }
          : { actions: this.actions.value(what) }),
      resource: this.#references.textOf(this.resource[number] ?? 0),
      effect: (content & contentBits.denies) === 0 ? 'allow' : 'deny',
      ...this.extras.windowOf(extra),
      ...(condition === 0 ? {} : { condition: this.#texts.value(condition) }),
      ...(reason === 0 ? {} : { reason: this.#texts.value(reason) }),
      ...this.#bookkeeping.of(this.extras.base[extra] ?? 0),
    }
  }

  #subjectText(code: number): string {
    if (code === subjectCodes.everyone) return 'everyone'
    if (code === subjectCodes.authenticated) return 'authenticated'
    return code < subjectCodes.standing ? this.#references.textOf(code) : this.subjects.keyOf(code & 0x3fff_ffff)
  }

  exchange(columns: Columns): void {
    this.#ids.exchange(columns.within('ids'))
    const { end } = this.#ids
    this.resource = columns.words('resource', this.resource, end)
    this.#place.exchange(columns.within('place'), end)
    this.extra.exchange(columns.within('extra'), end)
    this.denials = columns.number('denials', this.denials)
    this.generalOnTenant = columns.set('generalOnTenant', this.generalOnTenant)
    this.generalElsewhere = columns.set('generalElsewhere', this.generalElsewhere)
    this.actions.exchange(columns.within('actions'))
    this.subjects.exchange(columns.within('subjects'))
    this.#texts.exchange(columns.within('texts'))
    this.extras.exchange(columns.within('extras'))
    this.onResources.exchange(columns.within('onResources'))
    this.ofSubjects.exchange(columns.within('ofSubjects'))
  }

  /** Lists what was read as texts, and gives back the room that was lost while it was filled, see `Lists.tighten`. */
  tighten(): void {
    const references = this.#references
    if (this.#unlisted === undefined) {
      this.onResources.tighten([references.grants])
      this.ofSubjects.tighten([references.named, references.heldOnTenant])
    } else {
      this.#listOnResources(this.#unlisted.subject, this.#unlisted.content)
      this.#listOfSubjects(this.#unlisted.subject)
      this.#unlisted = undefined
    }
    this.#ids.tighten()
    this.resource = fittedWords(this.resource, this.#ids.end)
    this.#place.tighten(this.#ids.end)
    this.extras.tighten(this.extra, this.#ids.end)
  }

  #listOnResources(subject: Uint32Array, content: Uint32Array): void {
    const { grants } = this.#references
    for (const number of this.numbers()) grants[this.resource[number] ?? 0] = (grants[this.resource[number] ?? 0] ?? 0) + 1
    this.onResources.make([grants], tripleWords)
    const filled = new Uint32Array(grants.length)
    const { words } = this.onResources
    for (const number of this.numbers()) {
      const own = this.resource[number] ?? 0
      const place = filled[own] ?? 0
      filled[own] = place + 1
      this.#place.set(number, place)
      const at = (grants[own] ?? 0) + 1 + place * tripleWords
      words[at] = number
      words[at + 1] = subject[number] ?? 0
      words[at + 2] = content[number] ?? 0
    }
  }

  #listOfSubjects(subject: Uint32Array): void {
    const { named, heldOnTenant, tenant } = this.#references
    for (const number of this.numbers()) {
      const code = subject[number] ?? 0
      const own = this.#namedBy(code)
      if (own !== 0) named[own] = (named[own] ?? 0) + 1
      const isOnTenant = this.resource[number] === tenant
      if (code >= subjectCodes.everyone) (isOnTenant ? this.generalOnTenant : this.generalElsewhere).add(number)
      else if (isOnTenant) heldOnTenant[code] = (heldOnTenant[code] ?? 0) + 1
    }
    this.ofSubjects.make([named, heldOnTenant], 1)
    const { words } = this.ofSubjects
    const filled = new Uint32Array(named.length)
    const filledOnTenant = new Uint32Array(named.length)
    for (const number of this.numbers()) {
      const code = subject[number] ?? 0
      const own = this.#namedBy(code)
      if (own === 0) continue
      filled[own] = (filled[own] ?? 0) + 1
      words[(named[own] ?? 0) + (filled[own] ?? 0)] = number
      if (code >= subjectCodes.everyone || this.resource[number] !== tenant) continue
      filledOnTenant[own] = (filledOnTenant[own] ?? 0) + 1
      words[(heldOnTenant[own] ?? 0) + (filledOnTenant[own] ?? 0)] = number
    }
  }

  #grow(length: number): void {
    this.resource = grownWords(this.resource, length)
  }
}

const hash = '#'.charCodeAt(0)
const caret = '^'.charCodeAt(0)
