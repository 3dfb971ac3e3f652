/** Who gains and who loses where formulas or those in their audiences differ: by sets of people, and each set of formulas once. */

import type { AudienceMembers } from './audience-members.ts'
import type { Audiences, Formula } from './audiences.ts'
import { clearBit, countOf, placesIn, setBit } from './people.ts'
import type { Steps } from './pieces.ts'

/** What stands for one permission on one resource, by the numbers of formulas: on the tenant and on the way, before and after. */
export interface FourFormulas {
  readonly tenantBefore: number
  readonly before: number
  readonly tenantAfter: number
  readonly after: number
}

/** How many gain and lose, and the first of them, by place. */
export interface Flips {
  readonly gained: number
  readonly lost: number
  readonly gains: readonly number[]
  readonly losses: readonly number[]
}

/** What formulas of the tenant and of the way give together. */
interface Sides {
  readonly allow: ReadonlySet<number>
  readonly deny: ReadonlySet<number>
}

export class Differences {
  readonly #audiences: Audiences
  readonly #before: AudienceMembers
  readonly #after: AudienceMembers
  readonly #words: number
  readonly #moved = new Map<number, readonly number[]>()
  readonly #moves = new Map<number, boolean>()
  readonly #known = new Map<string, Flips>()
  readonly #told: number
  readonly #one: Uint32Array
  readonly #other: Uint32Array
  /** Everybody who was found to gain, and to lose. */
  readonly gainers: Uint32Array
  readonly losers: Uint32Array

  /**
   * @param words how many words hold a bit for everybody
   * @param told at most so many people are named of each formula
   */
  constructor(audiences: Audiences, before: AudienceMembers, after: AudienceMembers, words: number, told: number) {
    this.#audiences = audiences
    this.#before = before
    this.#after = after
    this.#words = words
    this.#told = told
    this.#one = new Uint32Array(words)
    this.#other = new Uint32Array(words)
    this.gainers = new Uint32Array(words)
    this.losers = new Uint32Array(words)
  }

  /** Notes people of whom the rules were asked. */
  note(gains: Iterable<number>, losses: Iterable<number>): void {
    for (const place of gains) setBit(this.gainers, place)
    for (const place of losses) setBit(this.losers, place)
  }

  /** Whether somebody comes into or leaves an audience of the formula. */
  *moves(formula: number): Steps<boolean> {
    let moves = this.#moves.get(formula)
    if (moves === undefined) {
      moves = false
      const { allow, deny } = this.#formula(formula)
      for (const audience of [...allow, ...deny]) {
        if (this.#moved.get(audience) === undefined) yield
        moves ||= this.#movedIn(audience).length > 0
      }
      this.#moves.set(formula, moves)
    }
    return moves
  }

  /**
   * Who gains and who loses. Cost: the people of the audiences that differ, or a few steps for every 32 people there are.
   * @param except those of whom the rules were asked
   */
  *flips(four: FourFormulas, except?: ReadonlySet<number>): Steps<Flips> {
    const key = `${four.tenantBefore} ${four.before} ${four.tenantAfter} ${four.after}`
    const known = except === undefined ? this.#known.get(key) : undefined
    if (known !== undefined) return known
    const before = this.#sides(four.tenantBefore, four.before)
    const after = this.#sides(four.tenantAfter, four.after)
    for (const side of [before.allow, before.deny, after.allow, after.deny])
      for (const audience of side) yield* this.#before.workOut(audience)
    const candidates = yield* this.#candidates(before, after)
    const flips = candidates === undefined ? this.#compared(before, after, except) : this.#asked(candidates, before, after, except)
    if (except === undefined) this.#known.set(key, flips)
    yield
    return flips
  }

  #formula(number: number): Formula {
    return this.#audiences.formulas[number] ?? { allow: [], deny: [] }
  }

  #sides(tenant: number, local: number): Sides {
    const [one, other] = [this.#formula(tenant), this.#formula(local)]
    return { allow: new Set([...one.allow, ...other.allow]), deny: new Set([...one.deny, ...other.deny]) }
  }

  #movedIn(audience: number): readonly number[] {
    if (this.#before === this.#after) return []
    let moved = this.#moved.get(audience)
    if (moved === undefined) {
      moved = this.#before.of(audience).difference(this.#after.of(audience))
      this.#moved.set(audience, moved)
    }
    return moved
  }

  /** Those of whom the answer may differ; undefined: so many that all are better compared at once. */
  *#candidates(before: Sides, after: Sides): Steps<ReadonlySet<number> | undefined> {
    const found = new Set<number>()
    for (const side of ['allow', 'deny'] as const) {
      for (const audience of new Set([...before[side], ...after[side]])) {
        if (this.#moved.get(audience) === undefined) yield
        const isInBoth = before[side].has(audience) && after[side].has(audience)
        const people = isInBoth ? undefined : (before[side].has(audience) ? this.#before : this.#after).of(audience)
        const some = people ?? this.#movedIn(audience)
        if (found.size + (people?.size ?? this.#movedIn(audience).length) > this.#words) return undefined
        for (const place of some) found.add(place)
      }
    }
    return found
  }

  #asked(candidates: ReadonlySet<number>, before: Sides, after: Sides, except: ReadonlySet<number> | undefined): Flips {
    const isIn = (members: AudienceMembers, audiences: ReadonlySet<number>, place: number): boolean => {
      for (const audience of audiences) if (members.of(audience).has(place)) return true
      return false
    }
    const gains: number[] = []
    const losses: number[] = []
    for (const place of candidates) {
      if (except?.has(place)) continue
      const had = !isIn(this.#before, before.deny, place) && isIn(this.#before, before.allow, place)
      const has = !isIn(this.#after, after.deny, place) && isIn(this.#after, after.allow, place)
      if (had === has) continue
      setBit(has ? this.gainers : this.losers, place)
      const found = has ? gains : losses
      found.push(place)
    }
    return { gained: gains.length, lost: losses.length, gains: gains.slice(0, this.#told), losses: losses.slice(0, this.#told) }
  }

  #compared(before: Sides, after: Sides, except: ReadonlySet<number> | undefined): Flips {
    const had = this.#filled(this.#one, this.#before, before)
    const has = this.#filled(this.#other, this.#after, after)
    // The rules said of them.
    for (const place of except ?? []) for (const bits of [had, has]) clearBit(bits, place)
    for (let at = 0; at < had.length; at++) {
      const [was, is] = [had[at] ?? 0, has[at] ?? 0]
      had[at] = was & ~is
      has[at] = is & ~was
      this.gainers[at] = (this.gainers[at] ?? 0) | (has[at] ?? 0)
      this.losers[at] = (this.losers[at] ?? 0) | (had[at] ?? 0)
    }
    return { gained: countOf(has), lost: countOf(had), gains: firstPlaces(has, this.#told), losses: firstPlaces(had, this.#told) }
  }

  #filled(bits: Uint32Array, members: AudienceMembers, { allow, deny }: Sides): Uint32Array {
    bits.fill(0)
    for (const audience of allow) members.of(audience).enter(bits)
    for (const audience of deny) members.of(audience).leave(bits)
    return bits
  }
}

function firstPlaces(bits: Uint32Array, count: number): readonly number[] {
  const found: number[] = []
  if (count === 0) return found
  for (const place of placesIn(bits)) if (found.push(place) === count) break
  return found
}
