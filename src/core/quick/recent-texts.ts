/** The numbers of the texts that questions have named last: a text that comes again is known by a comparison, without being read. */

/** At first so many texts are remembered, and at most so many, as powers of two: a tenant that is asked little needs little. */
const firstBits = 6
const mostBits = 14

/**
 * A text has two slots; the one that came later pushes the other aside. Nothing is answered from here: whoever asks says by a version what
 * the numbers were found at, and with another version all are forgotten.
 */
export class RecentTexts {
  #bits = firstBits
  #texts: string[] = new Array<string>(2 ** firstBits).fill('')
  /** 0: a free slot. */
  #numbers = new Uint32Array(2 ** firstBits)
  #version = 0
  /** How many texts were pushed aside since there is room for so many. */
  #pushed = 0

  /** The number that was kept for the text; 0: none. */
  find(text: string, version: number): number {
    if (version !== this.#version) this.#forget(version)
    const slot = slotOf(text, this.#bits)
    if (this.#texts[slot] === text) return this.#numbers[slot] ?? 0
    return this.#texts[slot ^ 1] === text ? (this.#numbers[slot ^ 1] ?? 0) : 0
  }

  /** Keeps the number of a text that `find` has just not found. */
  keep(text: string, number: number): void {
    const slot = slotOf(text, this.#bits)
    if (this.#numbers[slot ^ 1] !== 0 && this.#numbers[slot] !== 0) this.#pushed += 1
    this.#texts[slot ^ 1] = this.#texts[slot] ?? ''
    this.#numbers[slot ^ 1] = this.#numbers[slot] ?? 0
    this.#texts[slot] = text
    this.#numbers[slot] = number
    if (this.#pushed > this.#numbers.length && this.#bits < mostBits) this.#grow()
  }

  /** Whoever asks about more texts than there is room for gets more; what was kept is found once more. */
  #grow(): void {
    this.#bits += 2
    this.#texts = new Array<string>(2 ** this.#bits).fill('')
    this.#numbers = new Uint32Array(2 ** this.#bits)
    this.#pushed = 0
  }

  #forget(version: number): void {
    this.#numbers.fill(0)
    this.#version = version
  }
}

/** Texts differ most at their ends, be they counted, drawn or named. */
function slotOf(text: string, bits: number): number {
  const end = text.length - 1
  const last = text.charCodeAt(end) | (text.charCodeAt(end - 1) << 8) | (text.charCodeAt(end - 2) << 16) | (text.charCodeAt(end - 3) << 24)
  return Math.imul(last, 0x9e37_79b1) >>> (32 - bits)
}
