/** Reads the body of a request: bounded, plain, UTF-8, and JSON that says each thing once. */

import { jsonDepthLimit, refuse, refusePoisoned } from '../core/index.ts'

export interface BodyRules {
  /** Largest body in bytes. */
  readonly limit: number
  /** Media types that are taken. */
  readonly types: readonly string[]
}

/** The media type of a request, lower case and without parameters; undefined when there is none. */
export function mediaTypeOf(request: Request): string | undefined {
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
}

/**
 * The body as text. Refuses before it reads: `unsupported_encoding`, `unsupported_media_type`, a declared length over the limit; and
 * while it reads what grows over the limit (`payload_too_large`). Bytes that are no UTF-8 are `invalid_encoding`.
 */
export async function readText(request: Request, rules: BodyRules): Promise<string> {
  const encoding = request.headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity') throw refuse('unsupported_encoding', { found: encoding })
  const tooLarge = refuse('payload_too_large', { limit: rules.limit, unit: 'bytes' })
  if (Number(request.headers.get('content-length') ?? 0) > rules.limit) throw tooLarge
  const type = mediaTypeOf(request)
  if (type === undefined || !rules.types.includes(type)) throw refuse('unsupported_media_type', { found: type ?? '', known: rules.types })
  if (request.body === null) return ''
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of request.body) {
    length += piece.byteLength
    if (length > rules.limit) throw tooLarge
    pieces.push(piece)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces, length))
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
  refuseTwins(text)
  refuseBadTexts(value, '')
  return value
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
