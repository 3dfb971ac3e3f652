/**
 * Reads the YAML that we write ourselves, line by line and in one pass: some twenty times faster than the library and in a fraction of its
 * memory. Whatever goes beyond it (quotes of the other kind, texts over several lines, anchors, tags) is left to the library.
 */

import { parseJson } from './json-text.ts'
import type { Located, LocatedEntry } from './located.ts'
import { textDepthLimit } from './located.ts'

/** A text without quotes that can be nothing but a text, in any place: as `writeWorld` leaves it bare. */
const bare = /^[A-Za-z_][A-Za-z0-9_./@+-]*(?:[: #^](?=[A-Za-z0-9_./@+(-])[A-Za-z0-9_./@+()'-]*)*$/
const words: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])
/** Words and forms that one reader of YAML or another takes for something else than a text. */
const doubtful = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i
const wholeNumber = /^(?:0|-?[1-9]\d{0,14})$/
const key = /^([A-Za-z_][A-Za-z0-9_.-]*|"(?:[^"\\]|\\.)*"):(?: +(.*))?$/

interface Line {
  readonly number: number
  readonly indent: number
  readonly text: string
}

/** Gives the value, or undefined where the text is not of the plain kind; then nobody knows yet whether it is YAML. */
export function parsePlainYaml(text: string): Located | undefined {
  const lines = linesOf(text)
  if (lines === undefined || lines.length === 0) return undefined
  const reader = new Reader(lines)
  try {
    const value = reader.block(0, 1)
    return reader.done ? value : undefined
  } catch (fault) {
    if (fault === notPlain) return undefined
    throw fault
  }
}

const notPlain = Symbol('not of the plain kind')

function linesOf(text: string): readonly Line[] | undefined {
  const lines: Line[] = []
  let number = 0
  for (const raw of text.split('\n')) {
    number += 1
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    const start = line.search(/[^ ]/)
    if (start === -1 || line[start] === '#') continue
    if (line[start] === '\t' || line.startsWith('---') || line.startsWith('...') || line.startsWith('%')) return undefined
    lines.push({ number, indent: start, text: line.slice(start).replace(/[ \t]+$/, '') })
  }
  return lines
}

/** Goes through the lines once. */
class Reader {
  readonly #lines: readonly Line[]
  #at = 0
  /** The rest of the line that a dash began, which counts as a line of its own. */
  #rest: Line | undefined

  constructor(lines: readonly Line[]) {
    this.#lines = lines
  }

  get done(): boolean {
    return this.#at === this.#lines.length && this.#rest === undefined
  }

  /** The mapping or list whose lines stand at this column. */
  block(indent: number, depth: number): Located {
    const first = this.#peek()
    if (first === undefined || first.indent !== indent || depth > textDepthLimit) throw notPlain
    const place = { line: first.number, column: indent + 1 }
    return isItem(first.text)
      ? { kind: 'list', ...place, items: this.#items(indent, depth) }
      : { kind: 'object', ...place, entries: this.#entries(indent, depth) }
  }

  #items(indent: number, depth: number): readonly Located[] {
    const items: Located[] = []
    for (let line = this.#peek(); line !== undefined && line.indent === indent && isItem(line.text); line = this.#peek()) {
      const rest = line.text.slice(1).trimStart()
      const column = line.indent + line.text.length - rest.length
      this.#take()
      if (rest === '') throw notPlain
      if (key.test(rest)) {
        this.#rest = { number: line.number, indent: column, text: rest }
        items.push(this.block(column, depth + 1))
      } else if (isItem(rest)) throw notPlain
      else items.push(inline(rest, line.number, column + 1))
    }
    this.#requireEnd(indent)
    return items
  }

  #entries(indent: number, depth: number): readonly LocatedEntry[] {
    const entries: LocatedEntry[] = []
    const names = new Set<string>()
    for (let line = this.#peek(); line !== undefined && line.indent === indent && !isItem(line.text); line = this.#peek()) {
      const [, written = '', value] = key.exec(line.text) ?? []
      if (written === '') throw notPlain
      const name = written.startsWith('"') ? quotedText(written) : written
      // The library says where the twin is.
      if (names.has(name) || doubtful.test(name)) throw notPlain
      names.add(name)
      this.#take()
      const place = { line: line.number, column: line.indent + 1 }
      const next = this.#peek()
      if (value !== undefined && value !== '') {
        entries.push({ key: name, ...place, value: inline(value, line.number, line.indent + line.text.length - value.length + 1) })
      } else if (next !== undefined && next.indent > indent) {
        entries.push({ key: name, ...place, value: this.block(next.indent, depth + 1) })
      } else if (next !== undefined && next.indent === indent && isItem(next.text)) {
        throw notPlain
      } else entries.push({ key: name, ...place, value: { kind: 'scalar', ...place, value: null, source: '' } })
    }
    this.#requireEnd(indent)
    return entries
  }

  /** What follows a block stands further left; anything else continues a value over lines, or is no YAML. */
  #requireEnd(indent: number): void {
    const next = this.#peek()
    if (next !== undefined && next.indent >= indent) throw notPlain
  }

  #peek(): Line | undefined {
    return this.#rest ?? this.#lines[this.#at]
  }

  #take(): void {
    if (this.#rest === undefined) this.#at += 1
    else this.#rest = undefined
  }
}

function isItem(text: string): boolean {
  return text === '-' || text.startsWith('- ')
}

/** A value that begins and ends on its line. */
function inline(text: string, line: number, column: number): Located {
  const place = { line, column }
  if (text === '{}') return { kind: 'object', ...place, entries: [] }
  if (text.startsWith('[')) return { kind: 'list', ...place, items: flowItems(text, line, column) }
  return atom(text, line, column)
}

function atom(text: string, line: number, column: number): Located {
  const place = { line, column }
  const word = words.get(text)
  if (word !== undefined) return { kind: 'scalar', ...place, value: word, source: text }
  if (text.startsWith('"')) {
    const value = quotedText(text)
    return { kind: 'scalar', ...place, value, source: value }
  }
  if (wholeNumber.test(text)) return { kind: 'scalar', ...place, value: Number(text), source: text }
  if (!bare.test(text) || doubtful.test(text) || text.includes(' #')) throw notPlain
  return { kind: 'scalar', ...place, value: text, source: text }
}

const flowItem = / *("(?:[^"\\]|\\.)*"|[^"'[\]{},]+?) *(,|\])/y

/** `[a, "b c", 3]`. */
function flowItems(text: string, line: number, column: number): readonly Located[] {
  if (text === '[]') return []
  const items: Located[] = []
  for (let at = 1; ; ) {
    flowItem.lastIndex = at
    const [whole, item = '', mark] = flowItem.exec(text) ?? []
    if (whole === undefined) throw notPlain
    items.push(atom(item, line, column + at + whole.indexOf(item)))
    at += whole.length
    if (mark === ']') {
      if (at !== text.length) throw notPlain
      return items
    }
  }
}

/** YAML's double quotes hold whatever JSON's do; what JSON refuses is left to the library. */
function quotedText(written: string): string {
  let read: Located
  try {
    read = parseJson(written)
  } catch {
    throw notPlain
  }
  if (read.kind !== 'scalar' || typeof read.value !== 'string') throw notPlain
  return read.value
}
