/** The hierarchy in numbers: whether one group stands above another is two comparisons. */

import { depthLimit } from '../hierarchy.ts'
import type { Relation } from '../reference.ts'
import type { References } from '../rows/references.ts'
import { referenceFlags } from '../rows/references.ts'
import type { Snapshot } from '../snapshot.ts'

/** So many questions walk up after a change of the hierarchy before all groups are numbered again. */
const walksBeforeNumbering = 64

/**
 * Each group has a place in the order in which the trees are walked, and the last place below it. After a change the places are made anew
 * only when they are asked for often; until then each question walks up.
 */
export class HierarchyOrder {
  readonly #snapshot: Snapshot
  /** By the number of the group; a place of 0: it is none. */
  #first = new Uint32Array(0)
  #last = new Uint32Array(0)
  #version = -1
  #walks = 0
  /** How often all groups were numbered. */
  numberings = 0

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
  }

  /** Whether one of these groups, given by number in a row of words, stands in the relation to the group. */
  isRelated(words: Uint32Array, start: number, end: number, group: number, relation: Relation): boolean {
    const { references, settings } = this.#snapshot
    if (!references.is(group, referenceFlags.isThere)) return false
    if (relation === 'siblings') {
      const parent = references.parent[group] ?? 0
      if (parent === 0 && !settings.rootSiblings) return false
      for (let at = start; at < end; at++) if (words[at] !== group && references.parent[words[at] ?? 0] === parent) return true
      return false
    }
    if (!this.#isNumbered()) {
      for (let at = start; at < end; at++) {
        const each = words[at] ?? 0
        if (relation === 'ancestors' ? isAbove(references, each, group) : isAbove(references, group, each)) return true
      }
      return false
    }
    const first = this.#first
    const last = this.#last
    const low = first[group] ?? 0
    const high = last[group] ?? 0
    for (let at = start; at < end; at++) {
      const place = first[words[at] ?? 0] ?? 0
      if (relation === 'descendants' ? low < place && place <= high : place < low && low <= (last[words[at] ?? 0] ?? 0)) return true
    }
    return false
  }

  #isNumbered(): boolean {
    const version = this.#snapshot.versions.hierarchy
    if (this.#version === version) return true
    this.#walks += 1
    if (this.#walks < walksBeforeNumbering) return false
    this.#walks = 0
    this.#number()
    this.#version = version
    return true
  }

  /** Walks all trees. Cost: the references, and a few steps a group. */
  #number(): void {
    const { references } = this.#snapshot
    const { end, parent } = references
    if (this.#first.length < end) {
      this.#first = new Uint32Array(end + (end >> 2))
      this.#last = new Uint32Array(this.#first.length)
    } else this.#first.fill(0)
    const firstChild = new Uint32Array(end)
    const nextSibling = new Uint32Array(end)
    const roots: number[] = []
    for (let group = 1; group < end; group++) {
      if (!references.isGroup(group) || !references.is(group, referenceFlags.isThere)) continue
      const upper = parent[group] ?? 0
      if (upper === 0) roots.push(group)
      else {
        nextSibling[group] = firstChild[upper] ?? 0
        firstChild[upper] = group
      }
    }
    let place = 0
    for (const root of roots) {
      let each = root
      while (each !== 0) {
        this.#first[each] = ++place
        let next = firstChild[each] ?? 0
        while (next === 0 && each !== 0) {
          this.#last[each] = place
          if (each === root) {
            each = 0
            break
          }
          next = nextSibling[each] ?? 0
          if (next === 0) each = parent[each] ?? 0
        }
        each = each === 0 ? 0 : next
      }
    }
    this.numberings += 1
  }
}

function isAbove({ parent }: References, upper: number, lower: number): boolean {
  let each = parent[lower] ?? 0
  for (let levels = 0; each !== 0 && levels <= depthLimit; levels++) {
    if (each === upper) return true
    each = parent[each] ?? 0
  }
  return false
}
