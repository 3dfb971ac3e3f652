/** Texts of references that lists told lately: making one takes longer than finding out that it belongs on the list. */

import type { ResourceReference } from '../../reference.ts'
import { grownWords } from '../../rows/growing.ts'
import type { References } from '../../rows/references.ts'

/** So many are made and kept; then all are forgotten. */
const keptTexts = 2 ** 18
/** There is a place for each number where these are enough; else those whose numbers end in the same bits share one. */
const mostPlaces = 2 ** 20

export class KeptTexts {
  readonly #references: References
  #generation = -1
  #mask = 0
  #count = 0
  /** Counts how often all were forgotten. */
  epoch = 0
  /** By the low bits of the number: whose text it is, where that is not plain. */
  #owners = new Uint32Array(1)
  /** By the same: the text. One that is missing is told from others without looking at them, which lie anywhere in the memory. */
  #texts: (ResourceReference | undefined)[] = []

  constructor(references: References) {
    this.#references = references
  }

  /** Called before each list. A number that was given back may be somebody else's by now: then no text is known any more. */
  keepUp(): void {
    const { generation, end } = this.#references
    const isRoomy = this.#mask + 1 >= end || this.#mask + 1 >= mostPlaces
    if (generation === this.#generation && isRoomy && this.#count <= keptTexts) return
    this.#generation = generation
    let size = 1024
    while (size < end && size < mostPlaces) size *= 2
    this.#mask = size - 1
    this.#count = 0
    this.epoch += 1
    this.#owners = new Uint32Array(size < end ? size : 1)
    if (this.#texts.length === size) this.#texts.fill(undefined)
    else this.#texts = new Array<ResourceReference | undefined>(size).fill(undefined)
  }

  /** Whether each number has a place of its own, so that nobody else's text stands there. */
  get isPlain(): boolean {
    return this.#mask + 1 >= this.#references.end
  }

  of(number: number): ResourceReference {
    const slot = number & this.#mask
    const known = this.#texts[slot]
    if (known !== undefined && (this.isPlain || this.#owners[slot] === number)) return known
    asked[0] = number
    const [text = this.#references.textOf(number)] = this.#references.textsOf(asked, 1)
    this.#keep(number, text)
    return text
  }

  #keep(number: number, text: ResourceReference): void {
    const slot = number & this.#mask
    // One that stands in the place of another counts too: whoever keeps texts for as long as the epoch lasts may have both.
    this.#count += 1
    if (!this.isPlain) this.#owners[slot] = number
    this.#texts[slot] = text
  }

  /** The texts of the numbers from one place up to another. */
  in(numbers: Uint32Array, start: number, end: number): ResourceReference[] {
    const owners = this.#owners
    const texts = this.#texts
    const mask = this.#mask
    const { isPlain } = this
    const found = new Array<ResourceReference>(end - start)
    let missing = 0
    for (let place = start; place < end; place++) {
      const number = numbers[place] ?? 0
      const slot = number & mask
      const text = texts[slot]
      if (text !== undefined && (isPlain || owners[slot] === number)) found[place - start] = text
      else {
        if (missing >= asked.length) [asked, places] = [grownWords(asked, missing + 1), grownWords(places, missing + 1)]
        asked[missing] = number
        places[missing++] = place - start
      }
    }
    if (missing > 0) {
      const made = this.#references.textsOf(asked, missing)
      for (const [at, text] of made.entries()) {
        found[places[at] ?? 0] = text
        this.#keep(asked[at] ?? 0, text)
      }
    }
    return found
  }
}

/** The numbers whose texts are missing, and where they belong; written over by each list. */
let asked = new Uint32Array(64)
let places = new Uint32Array(64)
