/** Reads the body of a request: bounded, plain, UTF-8, and JSON that says each thing once. */

import { isAscii } from 'node:buffer'
import { isPoisoned, jsonDepthLimit, refuse, refusePoisoned } from '../core/index.ts'
import type { Head } from './head.ts'

export interface BodyRules {
  /** Largest body in bytes. */
  readonly limit: number
  /** Media types that are taken. */
  readonly types: readonly string[]
}

/** The media type of a request, lower case and without parameters; undefined when there is none. */
export function mediaTypeOf({ headers }: Head): string | undefined {
  const given = headers.get('content-type')
  // Nearly everybody writes it so.
  if (given === 'application/json') return given
  return given?.split(';')[0]?.trim().toLowerCase()
}

/**
 * Refuses a body before it is read: `unsupported_encoding`, `unsupported_media_type`, and `payload_too_large` where the declared length is
 * over the limit.
 */
export function requireBody(head: Head, { limit, types }: BodyRules): void {
  const encoding = head.headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity') throw refuse('unsupported_encoding', { found: encoding })
  if (Number(head.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit)
  const type = mediaTypeOf(head)
  if (type === undefined || !types.includes(type)) throw refuse('unsupported_media_type', { found: type ?? '', known: types })
}

/** What stands against a body that grows over the limit. */
export function tooLarge(limit: number) {
  return refuse('payload_too_large', { limit, unit: 'bytes' })
}

/** What stands against a body that ended before it was whole: whoever sent it has gone, or the connection. */
export function brokenOff() {
  return refuse('bad_request', { reason: 'the body broke off before its end' })
}

/**
 * The body as text. Refuses as `requireBody`; and while it reads what grows over the limit (`payload_too_large`). Bytes that are no UTF-8
 * are `invalid_encoding`.
 */
export async function readText(request: Request, rules: BodyRules): Promise<string> {
  requireBody(request, rules)
  if (request.body === null) return ''
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for await (const piece of request.body) {
      length += piece.byteLength
      if (length > rules.limit) break
      pieces.push(piece)
    }
  } catch {
    throw brokenOff()
  }
  if (length > rules.limit) throw tooLarge(rules.limit)
  return textOf(pieces)
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** The pieces of a body as one text. Throws `invalid_encoding`. */
export function textOf(pieces: readonly Uint8Array[]): string {
  const [first] = pieces
  const bytes = pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces)
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  try {
    return decoder.decode(bytes)
  } catch {
    throw refuse('invalid_encoding', { reason: 'the body is not UTF-8' })
  }
}

/**
 * Parses JSON more strictly than `JSON.parse`: a key given twice is `duplicate_key`, more than 32 levels are `too_deep`, keys that reach
 * a prototype are `invalid_key`, half a character is `invalid_string`. Cost is linear in the text.
 */
export function parseJson(text: string): unknown {
  if (text.trim() === '') throw refuse('invalid_json', { reason: 'the body is empty; send a JSON object' })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    // V8 quotes some of the body in its message, which may be a secret; the place is enough.
    const place = error instanceof Error ? /at position \d+/.exec(error.message)?.[0] : undefined
    throw refuse('invalid_json', { reason: `the body is not JSON${place === undefined ? '' : `: see ${place}`}` })
  }
  if (!isHarmless(text, value)) {
    refuseTwins(text)
    refuseBadTexts(value, '')
  }
  return value
}

/**
 * Whether it is sure that nothing stands against a text that was parsed to the value. Without backslashes every quote begins or ends a
 * text, so they count the keys and the texts that were written; a key that was given twice is missing among those that were read.
 * What is not sure is looked at more closely.
 */
function isHarmless(text: string, value: unknown): boolean {
  if (text.includes('\\') || !text.isWellFormed()) return false
  let quotes = 0
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) quotes += 1
  return 2 * textsIn(value, 1) === quotes
}

/** How many keys and texts a value holds; not a number when it is too deep, or a key reaches a prototype. */
function textsIn(value: unknown, depth: number): number {
  if (typeof value === 'string') return 1
  if (typeof value !== 'object' || value === null) return 0
  if (depth > jsonDepthLimit) return Number.NaN
  let found = 0
  if (Array.isArray(value)) {
    for (const each of value) found += textsIn(each, depth + 1)
    return found
  }
  // Any object may be looked at key by key; what was parsed has no keys but its own.
  const read = value as { readonly [key: string]: unknown }
  for (const key in read) {
    if (isPoisoned(key)) return Number.NaN
    found += 1 + textsIn(read[key], depth + 1)
  }
  return found
}

/** Walks the text of valid JSON: JSON.parse keeps the last of two equal keys and tells nobody. */
function refuseTwins(text: string): void {
  // One entry a level: the keys seen in an object, or nothing for a list.
  const levels: (Set<string> | undefined)[] = []
  let keyExpected = false
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '{':
      case '[': {
        const isObject = text[at] === '{'
        levels.push(isObject ? new Set() : undefined)
        if (levels.length > jsonDepthLimit) throw refuse('too_deep', { limit: jsonDepthLimit })
        keyExpected = isObject
        break
      }
      case '}':
      case ']':
        levels.pop()
        keyExpected = false
        break
      case ',':
        keyExpected = levels.at(-1) !== undefined
        break
      case '"': {
        const end = endOfText(text, at)
        const seen = levels.at(-1)
        if (keyExpected && seen !== undefined) {
          const key: string = JSON.parse(text.slice(at, end + 1))
          if (seen.has(key)) throw refuse('duplicate_key', { field: key, reason: 'is given twice in one object' })
          seen.add(key)
          keyExpected = false
        }
        at = end
        break
      }
    }
  }
}

/** The place of the quote that closes the text opened at `start`. The JSON was parsed before: there is one. */
function endOfText(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

/** The depth is bounded by now, so this may call itself. */
function refuseBadTexts(value: unknown, field: string): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw refuse('invalid_string', { field: field === '' ? 'body' : field, reason: 'holds half a character' })
  } else if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) refuseBadTexts(each, `${field}[${index}]`)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      const path = field === '' ? key : `${field}.${key}`
      refusePoisoned(key, path)
      if (!key.isWellFormed()) throw refuse('invalid_string', { field: path, reason: 'holds a key with half a character' })
      refuseBadTexts(each, path)
    }
  }
}
