/** Audiences: whom one way of giving reaches, such as everybody in a group. Each is known by a number, in both states of a change the same. */

import type { PrincipalReference, Relation } from '../reference.ts'

/** Whom a grant, an owner field, a standing or a key of an assignment reaches. */
export type Audience =
  /** A principal, or everybody in a group, by the number of its reference, which is pinned. */
  | { readonly kind: 'member'; readonly number: number }
  | { readonly kind: 'everyone' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'standing'; readonly group: string; readonly role: string }
  | {
      readonly kind: 'relation'
      readonly group: string
      readonly relation: Relation
      readonly types?: readonly string[]
      readonly levels?: number
    }
  /** The owner named by an assignment: while directly in the group, with a role there or without, or regardless. */
  | {
      readonly kind: 'assigned-owner'
      readonly member: PrincipalReference
      readonly group: string
      readonly role?: string
      readonly keepOwner: boolean
    }

/** Who gives and who denies one permission in one place: audiences by number, sorted. The same lists are always the same formula. */
export interface Formula {
  readonly allow: readonly number[]
  readonly deny: readonly number[]
}

/** The audiences and formulas of one effect, by number. */
export class Audiences {
  readonly #numbers = new Map<string, number>()
  /** Members, of which there may be as many as there are groups, by their own number. */
  readonly #members = new Map<number, number>()
  readonly all: Audience[] = []
  readonly #formulaNumbers = new Map<string, number>([['|', 0]])
  /** The first gives nothing to anybody. */
  readonly formulas: Formula[] = [{ allow: [], deny: [] }]

  ofMember(number: number): number {
    const known = this.#members.get(number)
    if (known !== undefined) return known
    const made = this.all.push({ kind: 'member', number }) - 1
    this.#members.set(number, made)
    return made
  }

  numberOf(audience: Audience): number {
    if (audience.kind === 'member') return this.ofMember(audience.number)
    const key = keyOf(audience)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.all.push(audience) - 1
    this.#numbers.set(key, number)
    return number
  }

  /** The number of a formula; 0 gives nothing. */
  formula(allow: readonly number[], deny: readonly number[]): number {
    if (allow.length === 0 && deny.length === 0) return 0
    const one = sorted(allow)
    const other = sorted(deny)
    const key = `${one.join()}|${other.join()}`
    const known = this.#formulaNumbers.get(key)
    if (known !== undefined) return known
    const number = this.formulas.push({ allow: one, deny: other }) - 1
    this.#formulaNumbers.set(key, number)
    return number
  }
}

function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.length < 2 ? [...numbers] : [...new Set(numbers)].sort((one, other) => one - other)
}

function keyOf(audience: Exclude<Audience, { readonly kind: 'member' }>): string {
  switch (audience.kind) {
    case 'everyone':
    case 'authenticated':
      return audience.kind
    case 'standing':
      return `group:${audience.group}#${audience.role}`
    case 'relation':
      return `group:${audience.group}^${audience.relation}[${audience.types?.join() ?? ''}]{${audience.levels ?? ''}}`
    case 'assigned-owner':
      return `${audience.member}|${audience.group}|${audience.role ?? ''}|${audience.keepOwner}`
  }
}
