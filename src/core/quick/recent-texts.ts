/** The numbers of the texts that questions have named lately: a text that comes again is known without being read. */

/** At most so many texts are remembered at once; beyond them all are forgotten, and those that are still asked for come back. */
const mostTexts = 2 ** 14

/**
 * The engine of JavaScript keeps one copy of each text that is a key of an object, and leads every other copy of it there when it is
 * looked up. From then on that text is found by its place in memory: neither its characters nor those of the key are touched.
 * Nothing is answered from here, and whoever keeps numbers here has them forgotten when one could have come to mean something else.
 */
export class RecentTexts {
  #numbers = noTexts<number>()
  #count = 0
  /** A bit for each number that came once: a text is kept when it comes again, so that one that never does costs little. */
  readonly #once = new Uint32Array(2 ** 11)
  #marked = 0

  /** The number that was kept for the text; 0: none. */
  find(text: string): number {
    return this.#numbers[text] ?? 0
  }

  /** Keeps the number of a text that `find` has just not found. */
  keep(text: string, number: number): void {
    if (!this.#cameOnce(number)) return
    if (this.#count === mostTexts) this.forget()
    this.#numbers[text] = number
    this.#count += 1
  }

  /** Whether it came before, lately; from now on it did. */
  #cameOnce(number: number): boolean {
    const place = (number >>> 5) & (this.#once.length - 1)
    const bit = 1 << (number & 31)
    const word = this.#once[place] ?? 0
    if ((word & bit) !== 0) return true
    // Half of the bits: from then on they would say more of others than of the number.
    if (this.#marked === this.#once.length * 16) {
      this.#once.fill(0)
      this.#marked = 0
    }
    this.#once[place] = (this.#once[place] ?? 0) | bit
    this.#marked += 1
    return false
  }

  forget(): void {
    if (this.#count === 0) return
    this.#numbers = noTexts()
    this.#count = 0
  }
}

/** Texts that are looked up by their place, see `RecentTexts`. Without a prototype, so that none is found that nobody has kept. */
export function noTexts<Kept>(): Record<string, Kept> {
  return Object.create(null)
}
