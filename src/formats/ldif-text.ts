/** Reads the text of LDIF (RFC 2849) entry by entry: folded lines, comments, base64, options of attributes. */

import type { Place } from '../core/index.ts'
import { quoted, refuse } from '../core/index.ts'

export interface LdifEntry {
  readonly dn: string
  /** Of the line with `dn`. */
  readonly line: number
  readonly values: readonly LdifValue[]
}

export interface LdifValue {
  /** Lower case, without options. */
  readonly name: string
  /** `lang-de`, `binary`; lower case. */
  readonly options: readonly string[]
  readonly line: number
  /** Absent where the bytes are no UTF-8. */
  readonly text?: string
  /** Given in base64. */
  readonly bytes?: Buffer
}

/** One value may have at most so many characters as it is written. */
const valueLimit = 8 * 1024 * 1024

interface LogicalLine {
  readonly number: number
  /** Empty: the line that ends an entry. */
  readonly text: string
}

/**
 * The entries, in their order. Throws refusals: `invalid_row` with file and line for what is no LDIF, `unsupported_format` for change
 * records, `unsupported_version`, `invalid_path` for a value that stands in another file, `payload_too_large`.
 */
export function* ldifEntries(text: string, file: string | undefined): IterableIterator<LdifEntry> {
  let entry: { readonly dn: string; readonly line: number; readonly values: LdifValue[] } | undefined
  let isFirst = true
  for (const { number, text: line } of logicalLines(text, file)) {
    if (line === '') {
      if (entry !== undefined) yield entry
      entry = undefined
      continue
    }
    const value = readLine(line, number, file)
    if (isFirst && value.name === 'version') requireVersion(value.text)
    else if (entry !== undefined) {
      refuseChange(value, file)
      entry.values.push(value)
    } else {
      if (value.name !== 'dn' || value.text === undefined) {
        throw refuse('invalid_row', {
          ...placeAt(file, number),
          reason: `an entry starts with dn:, not with ${quoted(value.name)}; write the file with ldapsearch -LLL, or with slapcat`,
        })
      }
      entry = { dn: value.text, line: number, values: [] }
    }
    isFirst = false
  }
  if (entry !== undefined) yield entry
}

/** Lines put together from their folds, without comments. */
function* logicalLines(text: string, file: string | undefined): IterableIterator<LogicalLine> {
  let parts: string[] = []
  let started = 0
  let length = 0
  let number = 0
  for (let at = 0; at <= text.length; ) {
    const end = text.indexOf('\n', at)
    const raw = text.slice(at, end === -1 ? text.length : end)
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    at = end === -1 ? text.length + 1 : end + 1
    number += 1
    if (line.startsWith(' ')) {
      if (parts.length === 0)
        throw refuse('invalid_row', { ...placeAt(file, number), reason: 'continues a line, and there is none above it' })
      parts.push(line.slice(1))
      length += line.length
      if (length > valueLimit) throw refuse('payload_too_large', { limit: valueLimit, unit: 'characters' })
      continue
    }
    if (parts.length > 0 && parts[0]?.startsWith('#') !== true) yield { number: started, text: parts.join('') }
    if (line.length > valueLimit) throw refuse('payload_too_large', { limit: valueLimit, unit: 'characters' })
    parts = []
    if (line === '') yield { number, text: '' }
    else parts = [line]
    started = number
    length = line.length
  }
  if (parts.length > 0 && parts[0]?.startsWith('#') !== true) yield { number: started, text: parts.join('') }
}

const attribute = /^((?:\d+(?:\.\d+)*|[A-Za-z][A-Za-z0-9-]*)(?:;[A-Za-z0-9-]+)*):([:<]?) *(.*)$/s

function readLine(line: string, number: number, file: string | undefined): LdifValue {
  const [, described, mark, written = ''] = attribute.exec(line) ?? []
  if (described === undefined) {
    throw refuse('invalid_row', {
      ...placeAt(file, number),
      reason: `${quoted(line)} is no line of LDIF: an attribute, a colon and a value`,
    })
  }
  const [name = '', ...options] = described.toLowerCase().split(';')
  if (mark === '<') {
    const place = [file, number].filter((part) => part !== undefined).join(':')
    throw refuse('invalid_path', {
      reason: `${place}: ${name} names another file (${quoted(written)}); only values in the file itself are read`,
    })
  }
  if (mark !== ':') return { name, options, line: number, text: written }
  const base64 = written.trimEnd()
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64))
    throw refuse('invalid_row', { ...placeAt(file, number), reason: `the value of ${name} is not base64` })
  const bytes = Buffer.from(base64, 'base64')
  const text = decoded(bytes)
  return { name, options, line: number, bytes, ...(text === undefined ? {} : { text }) }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decoded(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

function requireVersion(version: string | undefined): void {
  if (version !== '1') throw refuse('unsupported_version', { found: version ?? '', known: '1' })
}

/** What would be done to a directory is another thing than what is in it. */
function refuseChange({ name, text, line }: LdifValue, file: string | undefined): void {
  if (name !== 'changetype' && name !== 'control') return
  const place = [file, line].filter((part) => part !== undefined).join(':')
  throw refuse('unsupported_format', { format: `LDIF change record (${place}: ${name}: ${text ?? ''})`, known: ['LDIF of entries'] })
}

export function placeAt(file: string | undefined, line: number): Place {
  return { ...(file === undefined ? {} : { file }), line }
}
