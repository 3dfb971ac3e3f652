/** The numbers of the texts that questions have named last: a text that comes again is known by a comparison, without being read. */

/** So many texts are remembered; a power of two. */
const slotBits = 14

/**
 * A text has two slots; the one that came later pushes the other aside. Nothing is answered from here: whoever asks says by a version what
 * the numbers were found at, and with another version all are forgotten.
 */
export class RecentTexts {
  readonly #texts: string[] = new Array<string>(2 ** slotBits).fill('')
  /** 0: a free slot. */
  readonly #numbers = new Uint32Array(2 ** slotBits)
  #version = 0

  /** The number that was kept for the text; 0: none. */
  find(text: string, version: number): number {
    if (version !== this.#version) this.#forget(version)
    const slot = slotOf(text)
    if (this.#texts[slot] === text) return this.#numbers[slot] ?? 0
    return this.#texts[slot ^ 1] === text ? (this.#numbers[slot ^ 1] ?? 0) : 0
  }

  /** Keeps the number of a text that `find` has just not found. */
  keep(text: string, number: number): void {
    const slot = slotOf(text)
    this.#texts[slot ^ 1] = this.#texts[slot] ?? ''
    this.#numbers[slot ^ 1] = this.#numbers[slot] ?? 0
    this.#texts[slot] = text
    this.#numbers[slot] = number
  }

  #forget(version: number): void {
    this.#numbers.fill(0)
    this.#version = version
  }
}

/** Texts differ most at their ends, be they counted, drawn or named. */
function slotOf(text: string): number {
  const end = text.length - 1
  const last = text.charCodeAt(end) | (text.charCodeAt(end - 1) << 8) | (text.charCodeAt(end - 2) << 16) | (text.charCodeAt(end - 3) << 24)
  return Math.imul(last, 0x9e37_79b1) >>> (32 - slotBits)
}
