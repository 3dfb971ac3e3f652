/** Reads JSON so that twins of a key are seen, depth is bounded and every value knows its line. The language's own reader tells none of these. */

import { refuse } from '../core/index.ts'
import type { Located, LocatedEntry } from './located.ts'
import { refuseTwin, textDepthLimit } from './located.ts'

const plainText = /[^"\\\u0000-\u001f]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const space = /[ \t\n\r]*/y
const escapes: { readonly [letter: string]: string } = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** Reads a JSON text (RFC 8259). Throws `invalid_json`, `duplicate_key`, `too_deep`. Cost is linear in the text. */
export function parseJson(text: string, file?: string): Located {
  let at = 0
  let line = 1
  let lineStart = 0

  const here = () => ({ line, column: at - lineStart + 1 })
  const fault = (reason: string) => {
    const { line, column } = here()
    return refuse('invalid_json', { reason: `${[file, line, column].filter((part) => part !== undefined).join(':')}: ${reason}` })
  }
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? ''
    at += found.length
    return found
  }
  const skipSpace = () => {
    const from = at
    for (const end = from + match(space).length, start = from; ; ) {
      const next = text.indexOf('\n', Math.max(start, lineStart))
      if (next === -1 || next >= end) return
      line += 1
      lineStart = next + 1
    }
  }
  const take = (mark: string): boolean => {
    if (text[at] !== mark) return false
    at += 1
    return true
  }
  const readText = (): string => {
    if (!take('"')) throw fault('a text in double quotes is needed here')
    let value = ''
    for (;;) {
      value += match(plainText)
      if (take('"')) return value
      if (!take('\\')) throw fault(at >= text.length ? 'ends within a text' : 'a control character stands in a text; write it as \\u00..')
      const letter = text[at] ?? ''
      at += 1
      if (letter === 'u') {
        const hex = text.slice(at, at + 4)
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw fault('\\u needs four hexadecimal digits')
        value += String.fromCharCode(Number.parseInt(hex, 16))
        at += 4
      } else if (Object.hasOwn(escapes, letter)) value += escapes[letter]
      else throw fault(`there is no escape \\${letter}`)
    }
  }
  const readValue = (depth: number): Located => {
    if (depth > textDepthLimit) throw refuse('too_deep', { limit: textDepthLimit })
    skipSpace()
    const place = here()
    const mark = text[at]
    if (mark === '{') return { kind: 'object', ...place, entries: readEntries(depth) }
    if (mark === '[') return { kind: 'list', ...place, items: readItems(depth) }
    if (mark === '"') {
      const value = readText()
      return { kind: 'scalar', ...place, value, source: value }
    }
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (text.startsWith(word, at)) {
        at += word.length
        return { kind: 'scalar', ...place, value, source: word }
      }
    }
    const digits = match(number)
    if (digits === '') throw fault(at >= text.length ? 'ends where a value is needed' : `${JSON.stringify(mark)} cannot start a value`)
    return { kind: 'scalar', ...place, value: Number(digits), source: digits }
  }
  const readEntries = (depth: number): readonly LocatedEntry[] => {
    at += 1
    const entries: LocatedEntry[] = []
    const keys = new Set<string>()
    skipSpace()
    if (take('}')) return entries
    for (;;) {
      skipSpace()
      const place = here()
      const key = readText()
      if (keys.has(key)) refuseTwin(key, place, file)
      keys.add(key)
      skipSpace()
      if (!take(':')) throw fault('a colon is needed behind the key')
      entries.push({ key, ...place, value: readValue(depth + 1) })
      skipSpace()
      if (take('}')) return entries
      if (!take(',')) throw fault('a comma or } is needed here')
    }
  }
  const readItems = (depth: number): readonly Located[] => {
    at += 1
    const items: Located[] = []
    skipSpace()
    if (take(']')) return items
    for (;;) {
      items.push(readValue(depth + 1))
      skipSpace()
      if (take(']')) return items
      if (!take(',')) throw fault('a comma or ] is needed here')
    }
  }

  const value = readValue(1)
  skipSpace()
  if (at < text.length) throw fault('something follows the end of the value')
  return value
}
