/** What goes onto the screen: texts made harmless, columns lined up, answers on standard output and everything else on standard error. */

import { text as textOf } from 'node:stream/consumers'

/** The three streams of a command. */
export interface Streams {
  /** Standard input, for a command that reads it. */
  readonly input: () => AsyncIterable<Uint8Array | string>
  readonly output: { write(text: string): unknown }
  /** With `isTTY` somebody watches: what is being done is told too. */
  readonly errors: { write(text: string): unknown; readonly isTTY?: boolean }
}

/** Where a command speaks, and what it is told. */
export interface Terminal {
  /** All of standard input. */
  readAll(): Promise<string>
  /** A line of the answer. */
  say(line: string): void
  /** A piece of the answer as it stands: a document, or JSON. */
  write(text: string): void
  /** A line beside the answer, for people: counts, hints, what is being done. */
  note(line: string): void
  /** What is being done, where somebody watches; the next line takes its place. */
  progress(line: string): void
}

/** Controls, and the characters that turn text around or end a line for some terminals; halves of characters as well. */
const harmful = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu

/** A text from outside as it may stand on a screen: what could move the cursor or turn the line around is written as an escape. */
export function harmless(text: string): string {
  return text.replace(harmful, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** The terminal on three streams. */
export function terminalOn({ input, output, errors }: Streams): Terminal {
  let isProgressShown = false
  const clear = (): void => {
    if (isProgressShown) errors.write('\r\u001b[K')
    isProgressShown = false
  }
  return {
    readAll: () => textOf(input()),
    say(line) {
      clear()
      output.write(`${harmless(line)}\n`)
    },
    write(text) {
      clear()
      output.write(text)
    },
    note(line) {
      clear()
      errors.write(`${harmless(line)}\n`)
    },
    progress(line) {
      if (errors.isTTY !== true) return
      clear()
      errors.write(harmless(line))
      isProgressShown = true
    },
  }
}

/** Lines up rows that come page by page: a column is as wide as its widest cell so far. */
export class Columns {
  readonly #terminal: Terminal
  readonly #widths: number[] = []

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** Says the rows. Cells are made harmless; empty cells at the end of a row are left out. */
  say(rows: readonly (readonly (string | undefined)[])[]): void {
    const cells = rows.map((row) => row.map((cell) => harmless(cell ?? '')))
    for (const row of cells) {
      for (const [index, cell] of row.entries()) this.#widths[index] = Math.max(this.#widths[index] ?? 0, widthOf(cell))
    }
    for (const row of cells) {
      // A column that nobody has filled yet takes no room.
      const padded = row
        .map((cell, index) => ({ cell, width: this.#widths[index] ?? 0 }))
        .filter(({ width }) => width > 0)
        .map(({ cell, width }) => cell + ' '.repeat(width - widthOf(cell)))
      this.#terminal.say(padded.join('  ').trimEnd())
    }
  }
}

/** Cells on a screen: marks take none, characters of East Asia two. */
function widthOf(text: string): number {
  let width = 0
  for (const character of text)
    width += /\p{M}/u.test(character)
      ? 0
      : /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u.test(character)
        ? 2
        : 1
  return width
}

/** `1 user`, `2 users`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
