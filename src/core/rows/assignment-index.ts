/** The assignments of a tenant by what they are on and whom they name, and in numbers, as questions read them. */

import type { Assignment } from '../assignment.ts'
import type { Policy } from '../policy.ts'
import type { MemberReference, ResourceReference } from '../reference.ts'
import { canonicalJson } from '../shape.ts'
import { Index } from './plain-table.ts'
import type { References } from './references.ts'
import { Shared } from './shared.ts'

/** What a question reads of an assignment. */
export interface AssignmentEntry {
  readonly row: Assignment
  readonly resource: number
  readonly group: number
  /** 0: it has no owner. */
  readonly member: number
  /** The number of its policy; equal policies have the same. */
  readonly policy: number
}

export class AssignmentIndex {
  readonly #references: References
  readonly #on = new Index<Assignment>()
  readonly #naming = new Index<Assignment>()
  /** By the number of their resource. */
  readonly entries = new Map<number, readonly AssignmentEntry[]>()
  /** Kept for good, so that a number is always the same policy; most assignments have that of the tenant. */
  readonly policies = new Shared<Policy>()

  constructor(references: References) {
    this.#references = references
  }

  on(resource: ResourceReference): ReadonlySet<Assignment> {
    return this.#on.get(resource)
  }

  /** Those whose group or owner is this one. */
  naming(reference: MemberReference): ReadonlySet<Assignment> {
    return this.#naming.get(reference)
  }

  /** @param isTaken the references that it keeps were kept when it was added, and it is taken back with them */
  add(row: Assignment, isTaken: boolean): void {
    this.#on.add(row.resource, row)
    this.#naming.add(`group:${row.group}`, row)
    if (row.member !== undefined) this.#naming.add(row.member, row)
    const references = this.#references
    const { policies } = this
    const keep = (reference: ResourceReference) => (isTaken ? references.find(reference) : references.keep(reference))
    const policy = canonicalJson(row.policy)
    const entry: AssignmentEntry = {
      row,
      resource: keep(row.resource),
      group: keep(`group:${row.group}`),
      member: row.member === undefined ? 0 : keep(row.member),
      policy: isTaken ? policies.find(policy) : policies.take(policy, row.policy),
    }
    this.entries.set(entry.resource, [...(this.entries.get(entry.resource) ?? []), entry])
  }

  remove(row: Assignment): void {
    this.#on.remove(row.resource, row)
    this.#naming.remove(`group:${row.group}`, row)
    if (row.member !== undefined) this.#naming.remove(row.member, row)
    const references = this.#references
    const resource = references.find(row.resource)
    const entries = this.entries.get(resource) ?? []
    const left = entries.filter((entry) => entry.row !== row)
    if (left.length === 0) this.entries.delete(resource)
    else this.entries.set(resource, left)
    for (const entry of entries) {
      if (entry.row !== row) continue
      references.release(entry.resource)
      references.release(entry.group)
      references.release(entry.member)
    }
  }
}
