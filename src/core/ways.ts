/** The ways of one asker into groups, over memberships in force and not, fewest faults first. */

import { isGroupActive, isMemberActive } from './closure.ts'
import type { Fact, Lack } from './finding.ts'
import type { Hold } from './membership.ts'
import type { Question } from './question.ts'
import { listIndexOf } from './quick/lists/list-index.ts'
import { NumberSet } from './quick/lists/number-set.ts'
import type { Walks } from './quick/lists/walks.ts'
import { windowOf } from './rules/rule.ts'
import { isCurrent, millisecondsAt } from './validity.ts'

/** How the asker would come into a group if what is lacking were there. */
export interface Way {
  readonly facts: readonly Fact[]
  readonly lacks: readonly Lack[]
}

const noWay: Way = { facts: [], lacks: [] }

/** How far a group is into which no membership leads: what is lacking weighs more than what has ended or not begun. */
const absentFaults = 3

/** What a lack weighs: what time or a condition alone withholds is nearer than what was never there. */
export function weightOf(lack: Lack): number {
  if (lack.lack === 'membership') return lack.state === 'absent' ? absentFaults * 10 : 10
  return lack.lack === 'inherits' || lack.lack === 'standing' ? 20 : 10
}

/** The groups that were entered: emptied by each walk. One question is asked at a time. */
const entered = new NumberSet()

/** Walked when it is first asked. Cost: the memberships of the asker and of the groups around it. */
export class Ways {
  readonly #question: Question
  readonly #walks: Walks
  readonly #asker: number
  readonly #at: number
  /** By the places of the groups that were entered: the hold that leads into each, and the faults on the way. */
  readonly #holds: number[] = []
  readonly #faults: number[] = []
  #isWalked = false

  constructor(question: Question) {
    const { snapshot, asker, at } = question
    this.#question = question
    this.#walks = listIndexOf(snapshot).walks
    this.#asker = asker.number
    this.#at = millisecondsAt(at)
  }

  /** Numbers of the groups into which some membership leads, whether in force or not. */
  groups(): Uint32Array {
    this.#walk()
    return entered.numbers.subarray(0, entered.count)
  }

  /** What the way into a group lacks weighs; 0: the asker is in it, or is it. By number. */
  weightInto(group: number): number {
    if (group === this.#asker) return 0
    this.#walk()
    const place = entered.placeOf(group)
    if (place !== -1) return (this.#faults[place] ?? 0) * 10
    return (absentFaults + (this.#walks.isGroupActive(group, this.#at) ? 0 : 1)) * 10
  }

  #walk(): void {
    if (this.#isWalked) return
    this.#isWalked = true
    entered.clear(this.#question.snapshot.references.end)
    // Who is to be walked on from, by the faults on the way there: so each group is entered by the way with the fewest.
    const levels: number[][] = [[this.#asker]]
    for (let faults = 0; faults < levels.length; faults++) {
      const level = levels[faults] ?? []
      for (const member of level) if (member === this.#asker || this.#faultsOf(member) === faults) this.#leave(member, faults, levels)
    }
  }

  #faultsOf(group: number): number {
    return this.#faults[entered.placeOf(group)] ?? 0
  }

  #leave(member: number, faults: number, levels: number[][]): void {
    const { references, holds } = this.#question.snapshot
    const list = references.memberships[member] ?? 0
    const length = holds.ofMembers.length(list)
    for (let index = 0; index < length; index++) {
      const hold = holds.ofMembers.item(list, index)
      const group = holds.group[hold] ?? 0
      const reached = faults + (this.#walks.isInForce(hold, this.#at) ? 0 : 1) + (this.#walks.isGroupActive(group, this.#at) ? 0 : 1)
      if (entered.add(group)) {
        this.#holds.push(hold)
        this.#faults.push(reached)
      } else {
        const place = entered.placeOf(group)
        if ((this.#faults[place] ?? 0) <= reached) continue
        this.#holds[place] = hold
        this.#faults[place] = reached
      }
      while (levels.length <= reached) levels.push([])
      levels[reached]?.push(group)
    }
  }

  /** The way into a group, by its id. */
  into(group: string): Way {
    const { references, holds } = this.#question.snapshot
    let each = references.findOf('group', group)
    if (each === this.#asker) return noWay
    this.#walk()
    const rows: Hold[] = []
    for (let place = entered.placeOf(each); place !== -1; place = each === this.#asker ? -1 : entered.placeOf(each)) {
      const hold = this.#holds[place] ?? 0
      rows.unshift(holds.row(hold))
      each = holds.member[hold] ?? 0
    }
    return rows.length === 0 ? this.#absent(group) : this.#over(rows)
  }

  /** Only by a membership of the asker's own. */
  directlyInto(group: string): Way {
    const { snapshot, asker } = this.#question
    const holds = [...snapshot.holdsOf(group, asker.reference)]
    const best = holds.find((hold) => this.lacksOf(hold).length === 0) ?? holds[0]
    return best === undefined ? this.#absent(group) : this.#over([best])
  }

  #over(holds: readonly Hold[]): Way {
    return {
      facts: holds.map((hold) => ({ fact: 'membership', group: hold.group, member: hold.member, origin: hold.origin, ...windowOf(hold) })),
      lacks: holds.flatMap((hold) => this.lacksOf(hold)),
    }
  }

  #absent(group: string): Way {
    const { snapshot, asker, at } = this.#question
    const inactive: readonly Lack[] = isGroupActive(snapshot, group, at) ? [] : [{ lack: 'active_group', group }]
    return { facts: [], lacks: [{ lack: 'membership', group, member: asker.reference, state: 'absent' }, ...inactive] }
  }

  /** What a membership lacks to be in force. */
  lacksOf(hold: Hold): readonly Lack[] {
    const { snapshot, at } = this.#question
    const lacks: Lack[] = []
    const membership = { lack: 'membership', group: hold.group, member: hold.member } as const
    if (hold.until !== undefined && hold.until <= at) lacks.push({ ...membership, state: 'ended', when: hold.until })
    else if (!isCurrent(hold, at))
      lacks.push({ ...membership, state: 'not_begun', ...(hold.from === undefined ? {} : { when: hold.from }) })
    else if (!snapshot.isOriginEnabled(hold.origin)) lacks.push({ ...membership, state: 'source_disabled' })
    if (isMemberActive(snapshot, `group:${hold.group}`, at) !== true) lacks.push({ lack: 'active_group', group: hold.group })
    return lacks
  }
}
