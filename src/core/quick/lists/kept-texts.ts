/** Texts of references that lists told lately: making one takes longer than finding out that it belongs on the list. */

import type { ResourceReference } from '../../reference.ts'
import type { References } from '../../rows/references.ts'

/** So many are kept; a text makes room for the next whose number ends in the same bits. */
const keptTexts = 2 ** 18

export class KeptTexts {
  readonly #references: References
  #generation = -1
  #mask = 0
  /** By the low bits of the number: whose text it is, and the text. */
  #owners = new Uint32Array(1)
  #texts: ResourceReference[] = []

  constructor(references: References) {
    this.#references = references
  }

  /** Called before each list. A number that was given back may be somebody else's by now: then no text is known any more. */
  keepUp(): void {
    const { generation, end } = this.#references
    const isRoomy = this.#mask + 1 >= end || this.#mask + 1 >= keptTexts
    if (generation === this.#generation && isRoomy) return
    this.#generation = generation
    let size = 1024
    while (size < end && size < keptTexts) size *= 2
    this.#mask = size - 1
    this.#owners = new Uint32Array(size)
    this.#texts = new Array<ResourceReference>(size).fill('')
  }

  of(number: number): ResourceReference {
    const slot = number & this.#mask
    if (this.#owners[slot] === number) return this.#texts[slot] ?? ''
    const text = this.#references.textOf(number)
    this.#owners[slot] = number
    this.#texts[slot] = text
    return text
  }

  /** The texts of the numbers from one place up to another. */
  in(numbers: Uint32Array, start: number, end: number): ResourceReference[] {
    const owners = this.#owners
    const texts = this.#texts
    const mask = this.#mask
    const found = new Array<ResourceReference>(end - start)
    // Where each number has a place of its own, nobody else's text stands there.
    if (mask + 1 >= this.#references.end) {
      for (let place = start; place < end; place++) {
        const number = numbers[place] ?? 0
        const text = texts[number] ?? ''
        found[place - start] = text === '' ? this.of(number) : text
      }
      return found
    }
    for (let place = start; place < end; place++) {
      const number = numbers[place] ?? 0
      const slot = number & mask
      found[place - start] = owners[slot] === number ? (texts[slot] ?? '') : this.of(number)
    }
    return found
  }
}
