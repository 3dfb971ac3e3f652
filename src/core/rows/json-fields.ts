/** Reads some values of a JSON text that stands as character codes, without making the rest of it. */

const quote = 34
const comma = 44
const backslash = 92
const openBracket = 91
const closeBracket = 93
const openBrace = 123
const closeBrace = 125

/** The names that are wanted, as character codes. */
export interface FieldNames {
  readonly names: readonly string[]
  readonly codes: readonly Uint16Array[]
}

/** Names of fields, prepared for `readFields`. */
export function fieldNames(names: readonly string[]): FieldNames {
  return { names, codes: names.map((name) => Uint16Array.from(name, (letter) => letter.charCodeAt(0))) }
}

/**
 * The wanted fields of an object that `JSON.stringify` wrote; those that are not there are left out.
 * @param start where its brace stands
 * @param length of the text that stands in the codes
 */
export function readFields(
  codes: Uint16Array,
  start: number,
  length: number,
  { names, codes: wanted }: FieldNames,
): { [name: string]: unknown } {
  const found: { [name: string]: unknown } = {}
  let left = names.length
  for (let at = start + 1; left > 0 && at < length && codes[at] !== closeBrace; ) {
    const begin = at + 1
    const end = endOfText(codes, at) - 1
    at = endOfValue(codes, end + 2)
    const which = wanted.findIndex((name) => isName(codes, begin, end, name))
    if (which !== -1) {
      found[names[which] ?? ''] = valueIn(codes, end + 2, at)
      left -= 1
    }
    if (codes[at] === comma) at += 1
  }
  return found
}

function isName(codes: Uint16Array, start: number, end: number, name: Uint16Array): boolean {
  if (end - start !== name.length) return false
  for (let at = 0; at < name.length; at++) if (codes[start + at] !== name[at]) return false
  return true
}

/** Behind the closing quote of the text whose opening one stands at `at`. */
function endOfText(codes: Uint16Array, at: number): number {
  let end = at + 1
  while (codes[end] !== quote) end += codes[end] === backslash ? 2 : 1
  return end + 1
}

/** Behind the value that begins at `start` in a list or an object. */
export function endOfValue(codes: Uint16Array, start: number): number {
  let at = start
  for (let depth = 0; ; ) {
    const code = codes[at] ?? 0
    if (code === quote) at = endOfText(codes, at)
    else if (depth === 0 && isEnd(code)) return at
    else {
      if (code === openBrace || code === openBracket) depth += 1
      else if (code === closeBrace || code === closeBracket) depth -= 1
      at += 1
    }
    if (depth === 0 && at > start && isEnd(codes[at] ?? 0)) return at
  }
}

function isEnd(code: number): boolean {
  return code === comma || code === closeBrace || code === closeBracket
}

/** Whether another value follows the one that ends here. */
export function goesOn(codes: Uint16Array, end: number): boolean {
  return codes[end] === comma
}

/** The value between two places. */
export function valueIn(codes: Uint16Array, start: number, end: number): unknown {
  let isPlain = codes[start] === quote
  for (let at = start; isPlain && at < end; at++) isPlain = codes[at] !== backslash
  if (isPlain) return textOf(codes, start + 1, end - 1)
  return JSON.parse(textOf(codes, start, end))
}

function textOf(codes: Uint16Array, start: number, end: number): string {
  let text = ''
  // A call takes only so many arguments.
  for (let from = start; from < end; from += 4096)
    text += String.fromCharCode.apply(null, codes.subarray(from, Math.min(end, from + 4096)) as unknown as number[])
  return text
}
