/** Texts in code-unit order, kept while they come and go: the places of records in a list. */

/** A chunk that grows beyond this is halved. */
const chunkLimit = 1024

/** Each place stands once. Putting in and taking out costs a search and the moving of one chunk; walking begins anywhere. */
export class SortedPlaces {
  /** None is empty. */
  readonly #chunks: string[][] = []
  #size = 0

  /** @param places in any order, each once */
  constructor(places: string[]) {
    let isSorted = true
    for (let index = 1; isSorted && index < places.length; index += 1) isSorted = (places[index - 1] ?? '') < (places[index] ?? '')
    if (!isSorted) places.sort(byCodeUnit)
    for (let at = 0; at < places.length; at += chunkLimit / 2) this.#chunks.push(places.slice(at, at + chunkLimit / 2))
    this.#size = places.length
  }

  get size(): number {
    return this.#size
  }

  add(place: string): void {
    if (this.#chunks.length === 0) this.#chunks.push([])
    const at = Math.min(this.#chunkOf(place), this.#chunks.length - 1)
    const chunk = this.#chunks[at] ?? []
    const inside = lowerBound(chunk, place)
    if (chunk[inside] === place) return
    chunk.splice(inside, 0, place)
    this.#size += 1
    if (chunk.length > chunkLimit) this.#chunks.splice(at + 1, 0, chunk.splice(chunkLimit / 2))
  }

  remove(place: string): void {
    const at = this.#chunkOf(place)
    const chunk = this.#chunks[at]
    if (chunk === undefined) return
    const inside = lowerBound(chunk, place)
    if (chunk[inside] !== place) return
    chunk.splice(inside, 1)
    this.#size -= 1
    if (chunk.length === 0) this.#chunks.splice(at, 1)
  }

  /** The place with so many before it. Cost: the chunks, about a thousandth of the places. */
  at(rank: number): string | undefined {
    let left = rank
    for (const chunk of this.#chunks) {
      if (left < chunk.length) return chunk[left]
      left -= chunk.length
    }
    return undefined
  }

  /** How many places stand before this one. Cost as of `at`. */
  rankOf(place: string): number {
    const at = this.#chunkOf(place)
    let rank = 0
    for (const chunk of this.#chunks.slice(0, at)) rank += chunk.length
    return rank + lowerBound(this.#chunks[at] ?? [], place)
  }

  /** The places behind one (all of them without), or from the end those before it. */
  *walk(after: string | undefined, descending: boolean): IterableIterator<string> {
    if (descending) yield* this.#walkBack(after)
    else yield* this.#walkOn(after)
  }

  *#walkOn(after: string | undefined): IterableIterator<string> {
    let at = after === undefined ? 0 : this.#chunkOf(after)
    let inside = after === undefined ? 0 : lowerBound(this.#chunks[at] ?? [], after)
    if (this.#chunks[at]?.[inside] === after) inside += 1
    for (; at < this.#chunks.length; at += 1, inside = 0) {
      const chunk = this.#chunks[at] ?? []
      for (; inside < chunk.length; inside += 1) yield chunk[inside] ?? ''
    }
  }

  *#walkBack(before: string | undefined): IterableIterator<string> {
    let at = before === undefined ? this.#chunks.length - 1 : Math.min(this.#chunkOf(before), this.#chunks.length - 1)
    let inside = before === undefined ? (this.#chunks[at]?.length ?? 0) : lowerBound(this.#chunks[at] ?? [], before)
    for (; at >= 0; at -= 1, inside = this.#chunks[at]?.length ?? 0) {
      const chunk = this.#chunks[at] ?? []
      for (let each = inside - 1; each >= 0; each -= 1) yield chunk[each] ?? ''
    }
  }

  /** The first chunk whose last place is not before this one; their number when there is none. */
  #chunkOf(place: string): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#chunks[middle]?.at(-1) ?? '') < place) low = middle + 1
      else high = middle
    }
    return low
  }
}

function lowerBound(chunk: readonly string[], place: string): number {
  let low = 0
  let high = chunk.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((chunk[middle] ?? '') < place) low = middle + 1
    else high = middle
  }
  return low
}

/** Texts in the order of their UTF-16 code units. */
export function byCodeUnit(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
