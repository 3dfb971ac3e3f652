/** The registered resources of a tenant: their tree and owners in the columns of their references, their attributes as text. */

import type { MemberReference, ResourceReference } from '../reference.ts'
import type { Resource } from '../resource.ts'
import { referenceOf } from '../resource.ts'
import type { JsonObject } from '../shape.ts'
import type { Columns } from './columns.ts'
import type { References } from './references.ts'
import { referenceFlags } from './references.ts'
import type { Bookkeeping, Rows } from './row.ts'
import { MadeRows } from './row.ts'
import { baseOf, cellOf, endOf, jsonOf, Rests, rowTextFields, rowTextMarks } from './row-texts.ts'
import { Texts } from './texts.ts'

export class ResourceTable {
  readonly #references: References
  readonly #bookkeeping: Bookkeeping
  readonly #rows = new MadeRows((number) => this.#make(number))
  /** Attributes as JSON, of those that have any. */
  readonly #attributes = new Texts()
  size = 0
  /** Counts how often a resource on which something is granted was registered, went, or got the first that lies in it. */
  shifts = 0

  constructor(references: References, bookkeeping: Bookkeeping) {
    this.#references = references
    this.#bookkeeping = bookkeeping
  }

  /** Of the attributes; the rest stands in the columns of references. */
  get bytes(): number {
    return this.#attributes.bytes
  }

  find(reference: ResourceReference): number {
    const number = this.#references.find(reference)
    return number !== 0 && this.#isHere(number) ? number : 0
  }

  get(reference: ResourceReference): Resource | undefined {
    const number = this.find(reference)
    return number === 0 ? undefined : this.#rows.get(number)
  }

  /** Who owns a registered resource. Undefined: nobody does, or it is none. */
  ownerOf(number: number): MemberReference | undefined {
    const owner = this.#references.owner[number] ?? 0
    return owner === 0 ? undefined : this.#references.memberOf(owner)
  }

  /** Adds a row; one with its key must not stand. Gives its number. */
  add(resource: Resource): number {
    return this.#add(this.#references.keep(referenceOf(resource)), resource)
  }

  /** Adds the rows of a text, see `rowTextFields`. */
  read(text: string): void {
    const references = this.#references
    const { fieldEnd, rowEnd } = rowTextMarks
    const rests = new Rests(rowTextFields.resource.length - 2, readRest)
    let lastType = ''
    let type = 0
    for (let at = 0; at < text.length; ) {
      const id = endOf(text, fieldEnd, at) + 1
      const rest = endOf(text, fieldEnd, id) + 1
      const end = endOf(text, rowEnd, rest)
      if (lastType === '' || id - 1 - at !== lastType.length || !text.startsWith(lastType, at)) {
        lastType = text.slice(at, id - 1)
        type = references.typeNumber(lastType)
      }
      this.#add(references.keepIdIn(text, id, rest - 1, type), rests.of(text, rest, end))
      at = end + rowEnd.length
    }
  }

  /** What is kept of a row beside its reference. */
  #add(number: number, resource: Omit<Resource, 'type' | 'id'>): number {
    const references = this.#references
    references.base.set(number, this.#bookkeeping.take(resource))
    references.setFlags(number, referenceFlags.isThere | (resource.inherits ? 0 : referenceFlags.isBlocking))
    if (references.grants[number] !== 0) this.shifts += 1
    if (resource.parent !== undefined) {
      const parent = references.keep(resource.parent)
      references.parent[number] = parent
      if (references.children[parent] === 0 && references.grants[parent] !== 0) this.shifts += 1
      references.children[parent] = references.lists.push(references.children[parent] ?? 0, number)
    }
    if (resource.owner !== undefined) {
      const owner = references.keep(resource.owner)
      references.owner[number] = owner
      references.owned[owner] = references.lists.push(references.owned[owner] ?? 0, number)
    }
    for (const _ in resource.attributes) {
      this.#attributes.set(number, JSON.stringify(resource.attributes))
      break
    }
    this.size += 1
    return number
  }

  remove(number: number): void {
    const references = this.#references
    this.#rows.forget(number)
    if (references.grants[number] !== 0) this.shifts += 1
    const parent = references.parent[number] ?? 0
    if (parent !== 0) references.children[parent] = references.lists.remove(references.children[parent] ?? 0, number)
    const owner = references.owner[number] ?? 0
    if (owner !== 0) references.owned[owner] = references.lists.remove(references.owned[owner] ?? 0, number)
    references.parent[number] = 0
    references.owner[number] = 0
    references.setFlags(number, 0)
    this.#bookkeeping.release(references.base.get(number))
    this.#attributes.delete(number)
    references.release(parent)
    references.release(owner)
    references.release(number)
    this.size -= 1
  }

  *all(): IterableIterator<Resource> {
    for (let number = 1; number < this.#references.end; number++) if (this.#isHere(number)) yield this.#make(number)
  }

  /** Numbers of the resources of one type. Cost: all references. */
  *numbersOfType(type: string): IterableIterator<number> {
    const typeNumber = this.#references.typeNumber(type)
    for (let number = 1; number < this.#references.end; number++)
      if (this.#references.typeOf(number) === typeNumber && this.#isHere(number)) yield number
  }

  ofType(type: string): Rows<Resource> {
    return this.#view([...this.numbersOfType(type)])
  }

  childrenOf(reference: ResourceReference): Rows<Resource> {
    const { children, lists } = this.#references
    return this.#view(lists.items(children[this.#references.find(reference)] ?? 0))
  }

  ownedBy(owner: MemberReference): Rows<Resource> {
    const { owned, lists } = this.#references
    return this.#view(lists.items(owned[this.#references.find(owner)] ?? 0))
  }

  exchange(columns: Columns): void {
    this.size = columns.number('size', this.size)
    this.#attributes.exchange(columns.within('attributes'))
  }

  #view(numbers: ArrayLike<number> & Iterable<number>): Rows<Resource> {
    const isHere = (number: number) => this.#isHere(number)
    const rows = this.#rows
    return {
      size: numbers.length,
      *[Symbol.iterator]() {
        for (const number of numbers) if (isHere(number)) yield rows.get(number)
      },
    }
  }

  /** Users, groups and service accounts have references too, and are no registered resources. */
  #isHere(number: number): boolean {
    return this.#references.is(number, referenceFlags.isThere) && this.#references.isResource(number)
  }

  #make(number: number): Resource {
    const references = this.#references
    const parent = references.parent[number] ?? 0
    const owner = references.owner[number] ?? 0
    const attributes = this.#attributes.get(number)
    return {
      type: references.typeName(number),
      id: references.idOf(number),
      ...(parent === 0 ? {} : { parent: references.textOf(parent) }),
      inherits: !references.is(number, referenceFlags.isBlocking),
      ...(owner === 0 ? {} : { owner: references.memberOf(owner) }),
      // Written by `add` from the attributes of a row.
      attributes: attributes === undefined ? noAttributes : (JSON.parse(attributes) as JsonObject),
      ...this.#bookkeeping.of(references.base.get(number)),
    }
  }
}

const noAttributes: JsonObject = {}

function readRest(cells: readonly string[]): Omit<Resource, 'type' | 'id'> {
  const [parent, inherits, owner, attributes] = cells
  // Stores give what they were given.
  return {
    ...baseOf(cells),
    parent: cellOf(parent),
    inherits: inherits === '1',
    owner: cellOf(owner),
    attributes: jsonOf<JsonObject>(attributes) ?? noAttributes,
  } as Resource
}
