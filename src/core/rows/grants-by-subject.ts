/** The grants on a resource, taken apart by whom they name: of the resources that were asked for last. */

import type { Grant } from '../grant.ts'
import type { ResourceReference, Subject } from '../reference.ts'
import { readSubject } from '../reference.ts'
import type { GrantTable } from './grant-table.ts'
import type { References } from './references.ts'

/** The grants on one resource, so that a rule looks only at those that may cover the asker. */
export interface GrantsOnResource {
  /** By what the asker must be: a principal, `group:<id>` (also for `#role`), `authenticated`, `everyone`. */
  readonly bySubject: ReadonlyMap<string, ReadonlySet<Grant>>
  /** Those whose subject is a relation. */
  readonly byRelation: ReadonlySet<Grant>
}

type MutableGrants = { bySubject: Map<string, Set<Grant>>; byRelation: Set<Grant> }
/** The grants of so many resources are kept taken apart by subject. */
const keptGrantsOn = 500

/** INVARIANT: whoever adds or removes a grant says so; what is kept of a resource is what stands. */
export class GrantsBySubject {
  readonly #references: References
  readonly #grants: GrantTable
  readonly #subjects = new WeakMap<Grant, Subject>()
  readonly #on = new Map<number, MutableGrants>()

  constructor(references: References, grants: GrantTable) {
    this.#references = references
    this.#grants = grants
  }

  /** Undefined: nothing is granted on it. */
  on(resource: ResourceReference): GrantsOnResource | undefined {
    const number = this.#references.find(resource)
    if (number === 0 || this.#references.grants[number] === 0) return undefined
    const known = this.#on.get(number)
    if (known !== undefined) return known
    if (this.#on.size >= keptGrantsOn) this.#forget()
    const grants: MutableGrants = { bySubject: new Map(), byRelation: new Set() }
    this.#on.set(number, grants)
    for (const grant of this.#grants.on(number)) this.#keep(grants, grant, true)
    return grants
  }

  /** Those of the tenant are asked for by every question, and may be many. */
  #forget(): void {
    const { tenant } = this.#references
    const kept = this.#on.get(tenant)
    this.#on.clear()
    if (kept !== undefined) this.#on.set(tenant, kept)
  }

  /** A grant has been added. */
  add(grant: Grant, resource: number): void {
    const grants = this.#on.get(resource)
    if (grants !== undefined) this.#keep(grants, grant, true)
  }

  /** A grant, by its number, is about to be removed. */
  remove(number: number, resource: number): void {
    const grants = this.#on.get(resource)
    if (grants !== undefined) this.#keep(grants, this.#grants.row(number), false)
  }

  /** Nothing is granted on it any more: its number may be given to another. */
  drop(resource: number): void {
    this.#on.delete(resource)
  }

  #keep(grants: MutableGrants, grant: Grant, added: boolean): void {
    const subject = this.subjectOf(grant)
    if (subject.kind === 'relation') {
      keepIn(grants.byRelation, grant, added)
      return
    }
    const key = subject.kind === 'principal' ? subject.reference : 'group' in subject ? `group:${subject.group}` : subject.kind
    const same = grants.bySubject.get(key)
    if (added && same === undefined) grants.bySubject.set(key, new Set([grant]))
    else if (same !== undefined) {
      keepIn(same, grant, added)
      if (same.size === 0) grants.bySubject.delete(key)
    }
  }

  /** The subject of a grant, taken apart; read once per grant. */
  subjectOf(grant: Grant): Subject {
    let subject = this.#subjects.get(grant)
    if (subject === undefined) {
      subject = readSubject(grant.subject, 'subject')
      this.#subjects.set(grant, subject)
    }
    return subject
  }
}

/** Rows are made anew when they are read again, so one is known by its id. */
function keepIn(grants: Set<Grant>, grant: Grant, added: boolean): void {
  if (added) grants.add(grant)
  else for (const each of grants) if (each.id === grant.id) grants.delete(each)
}
