/** What an effect has to look at: whose rights, which permissions on which resources, gathered from both states. */

import { declaredPermissions } from '../permission.ts'
import { anonymous } from '../reference.ts'
import { referenceFlags } from '../rows/references.ts'
import type { Snapshot } from '../snapshot.ts'
import type { RowChange } from '../tables.ts'
import type { Steps } from './pieces.ts'
import { reachOf } from './reach.ts'

/** Unless told, this many people are few. */
const usuallyFew = 4096
/** After so many numbers looked at one by one, the work can be broken off. */
const stride = 4096

/** The permissions of both states by number, and their types by the numbers of these among the references. */
export class Catalogue {
  readonly names: string[] = []
  /** Every permission. */
  readonly all: number[] = []
  readonly #numbers = new Map<string, number>()
  readonly #types: number[] = []
  readonly #ofType = new Map<number, number[]>()

  /** Takes in what is declared in the state that the snapshot is in. */
  read(snapshot: Snapshot): void {
    for (const { name, type } of declaredPermissions(snapshot)) {
      if (this.#numbers.has(name)) continue
      const number = this.names.push(name) - 1
      this.#numbers.set(name, number)
      this.all.push(number)
      const typeNumber = type === undefined ? -1 : snapshot.references.typeNumber(type)
      this.#types.push(typeNumber)
      const ofType = this.#ofType.get(typeNumber)
      if (ofType === undefined) this.#ofType.set(typeNumber, [number])
      else ofType.push(number)
    }
  }

  /** The number of its type; -1: it belongs to the application as a whole. */
  typeOf(permission: number): number {
    return this.#types[permission] ?? -1
  }

  ofType(type: number): readonly number[] {
    return this.#ofType.get(type) ?? none
  }

  /** Those of the names that are declared in either state. */
  numbersOf(names: Iterable<string>): readonly number[] {
    return [...names].flatMap((name) => this.#numbers.get(name) ?? [])
  }
}
const none: readonly number[] = []

/** Every permission that a row can reach; `undefined` stands for all that there are. */
type Permissions = ReadonlySet<string> | undefined

/**
 * Gathers, first in one state and then in the other, what the rows can reach. Too much costs time, and nothing else: what lies in the scope
 * and does not change is not counted.
 */
export class Scope {
  readonly #snapshot: Snapshot
  readonly #rows: readonly RowChange[]
  readonly #fewAtMost: number
  readonly catalogue = new Catalogue()
  /** Whose rights can change; undefined: anybody's. */
  #people: Set<number> | undefined = new Set()
  readonly #everywhere = new Map<string, Permissions>()
  /** Resources by the permissions that matter on them. */
  readonly #places = new Map<string, { readonly permissions: Permissions; readonly resources: Set<number> }>()

  /** @param fewAtMost of so many people what they are in is read from themselves; of more from the groups */
  constructor(snapshot: Snapshot, rows: readonly RowChange[], fewAtMost = usuallyFew) {
    this.#snapshot = snapshot
    this.#rows = rows
    this.#fewAtMost = fewAtMost
  }

  /** Takes in what can be reached in the state that the snapshot is in. Cost: what is reached, see `reachOf`. */
  *gather(): Steps<void> {
    const snapshot = this.#snapshot
    this.catalogue.read(snapshot)
    const within = new Set<number>()
    const named = new Map<string, Set<number>>()
    const keys = new PermissionKeys()
    for (const row of this.#rows) {
      for (const reach of reachOf(snapshot, row)) {
        if (reach === undefined) {
          yield
          continue
        }
        if (reach.within === undefined) this.#people = undefined
        else for (const number of reach.within) within.add(number)
        const key = keys.of(reach.permissions)
        const resources = [...(reach.resources ?? [snapshot.references.tenant])]
        // A right on the tenant is a right on everything below.
        if (resources.includes(snapshot.references.tenant)) this.#everywhere.set(key, reach.permissions)
        else {
          const known = named.get(key)
          if (known === undefined) named.set(key, new Set(resources))
          else for (const resource of resources) known.add(resource)
          if (!this.#places.has(key)) this.#places.set(key, { permissions: reach.permissions, resources: new Set() })
        }
      }
      yield
    }
    for (const [key, resources] of named) {
      const place = this.#places.get(key)
      for (const resource of yield* below(snapshot, resources)) place?.resources.add(resource)
    }
    yield* this.#enterInside(within)
  }

  /** These principals, and those inside these groups, whether in force or not. */
  *#enterInside(members: Set<number>): Steps<void> {
    const { references, holds } = this.#snapshot
    let looked = 0
    // What is added while it is walked is walked too.
    for (const member of members) {
      if (this.#people === undefined) return
      if (references.isPrincipal(member)) this.#people.add(member)
      else if (references.isGroup(member)) {
        const list = references.members[member] ?? 0
        const end = list + holds.ofGroups.length(list)
        for (let at = list + 1; at <= end; at++) members.add(holds.member[holds.ofGroups.words[at] ?? 0] ?? 0)
      }
      if (++looked % stride === 0) yield
    }
  }

  /** The people whose rights can change, when they are few. */
  get few(): ReadonlySet<number> | undefined {
    return this.#people !== undefined && this.#people.size <= this.#fewAtMost ? this.#people : undefined
  }

  /** Whether the rights of somebody can change. */
  concerns(number: number): boolean {
    return this.#people === undefined || this.#people.has(number)
  }

  /** Whether nobody's rights can change. */
  get isEmpty(): boolean {
    return this.#people?.size === 0 || (this.#everywhere.size === 0 && this.#places.size === 0)
  }

  /** The permissions that matter on every resource, by number. */
  everywhere(): ReadonlySet<number> {
    return new Set([...this.#everywhere.values()].flatMap((permissions) => this.#numbers(permissions)))
  }

  /** The permissions that matter on single resources, by number. */
  onResources(): ReadonlyMap<number, ReadonlySet<number>> {
    const found = new Map<number, ReadonlySet<number>>()
    for (const { permissions, resources } of this.#places.values()) {
      const numbers = new Set(this.#numbers(permissions))
      for (const resource of resources) {
        const known = found.get(resource)
        found.set(resource, known === undefined ? numbers : new Set([...known, ...numbers]))
      }
    }
    return found
  }

  #numbers(permissions: Permissions): readonly number[] {
    return permissions === undefined ? this.catalogue.all : this.catalogue.numbersOf(permissions)
  }
}

/** Equal sets of permissions have the same key; each set is read once. */
class PermissionKeys {
  readonly #keys = new Map<ReadonlySet<string>, string>()

  of(permissions: Permissions): string {
    if (permissions === undefined) return ''
    let key = this.#keys.get(permissions)
    if (key === undefined) {
      // None is not every one.
      key = `=${[...permissions].sort().join('\n')}`
      this.#keys.set(permissions, key)
    }
    return key
  }
}

/** These resources and what lies below them. */
export function* below(snapshot: Snapshot, resources: Iterable<number>): Steps<ReadonlySet<number>> {
  const { references, settings } = snapshot
  const found = new Set(resources)
  let looked = 0
  for (const resource of found) {
    for (const child of references.lists.items(references.children[resource] ?? 0)) found.add(child)
    if (settings.managersInherit && references.isGroup(resource))
      for (const child of snapshot.childGroups(references.idOf(resource))) found.add(references.findOf('group', child.id))
    if (++looked % stride === 0) yield
  }
  found.delete(0)
  return found
}

/** The resources of an effect, by number, the tenant aside. */
export class Universe {
  readonly #isIn: Uint8Array
  readonly #counts = new Map<number, number>()
  readonly #snapshot: Snapshot

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    this.#isIn = new Uint8Array(snapshot.references.end)
  }

  /**
   * Takes in every group, every registered resource, and whatever grants and assignments name in the state that the snapshot is in. Cost: all
   * references.
   */
  *gather(): Steps<void> {
    const { references, assignmentEntries } = this.#snapshot
    const { end } = references
    for (let number = 1; number < end; number++) {
      const isListed = references.isGroup(number) || references.isResource(number)
      const isThere = isListed && references.is(number, referenceFlags.isThere)
      if (isThere || (references.grants[number] ?? 0) !== 0 || assignmentEntries.has(number)) this.enter(number)
      if (number % stride === 0) yield
    }
  }

  enter(number: number): void {
    const { references } = this.#snapshot
    if (number === 0 || number === references.tenant || this.#isIn[number] === 1) return
    this.#isIn[number] = 1
    const type = references.typeOf(number)
    this.#counts.set(type, this.countOf(type) + 1)
  }

  has(number: number): boolean {
    return this.#isIn[number] === 1
  }

  /** How many there are of a type. */
  countOf(type: number): number {
    return this.#counts.get(type) ?? 0
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (let number = 1; number < this.#isIn.length; number++) if (this.#isIn[number] === 1) yield number
  }
}

/** What grants, owner fields, assignments and standings name for one of these people and groups, and what lies below: where they may have more than from the tenant. */
export function* resourcesNaming(snapshot: Snapshot, members: Iterable<number>): Steps<ReadonlySet<number>> {
  const { references, grants, assignmentEntries } = snapshot
  const found = new Set<number>()
  let looked = 0
  const nobodySignedIn = references.find(anonymous)
  for (const number of [...members, nobodySignedIn]) {
    for (const grant of grants.ofSubjects.items(references.named[number] ?? 0)) found.add(grants.resource[grant] ?? 0)
    for (const owned of references.lists.items(references.owned[number] ?? 0)) found.add(owned)
    // By standing, and everybody on the own record.
    found.add(number)
    if (++looked % stride === 0) yield
  }
  for (const grant of grants.generalElsewhere) found.add(grants.resource[grant] ?? 0)
  for (const resource of assignmentEntries.keys()) found.add(resource)
  found.delete(references.tenant)
  return yield* below(snapshot, found)
}
