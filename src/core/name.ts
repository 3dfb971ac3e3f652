/** How records may be called: ids, names, codenames, user names, and the keys by which names are compared. */

import { refuse } from './errors.ts'

/** Ids of users, groups and other records of ours. They cannot hold the characters that references give a meaning. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/
/** Codenames of roles, group types, entities and resource types: words of the catalogue. */
const codenamePattern = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,127}$/u
/** Names of permissions and actions: codenames joined by dots. */
const dottedPattern = /^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9][A-Za-z0-9_-]*)*$/
/** Controls, line and paragraph separators, bidirectional overrides, zero-width characters, lone surrogates. */
const hiddenPattern = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u
/** The same, but tabs and line ends are allowed: descriptions and comments. */
const hiddenInTextPattern = /[\p{Cs}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/u
/** What is not seen where it stands: fillers, joiners, variation selectors. Unicode calls them default ignorable. */
const unseenPattern = /\p{Default_Ignorable_Code_Point}/u
/** Keys that would reach the prototype of a plain object. */
const poisonedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** At most so many characters in a name, and in a text such as a description. */
export const nameLimit = 255
export const textLimit = 10_000

/** Reads an id: a letter or digit, then up to 127 of `A-Z a-z 0-9 . _ @ + -`. Throws `invalid_string`. */
export function readId(value: string, field: string): string {
  if (!idPattern.test(value)) {
    throw refuse('invalid_string', {
      field,
      reason: 'an id starts with a letter or digit and holds up to 128 of A-Z a-z 0-9 . _ @ + -',
    })
  }
  return value
}

/** Reads the id of a resource: 1 to 512 characters without control characters. Throws `invalid_string`. */
export function readResourceId(value: string, field: string): string {
  if (value.length === 0 || value.length > 512)
    throw refuse('invalid_string', { field, reason: 'the id of a resource has 1 to 512 characters' })
  refuseHidden(value, field)
  return value
}

/** Reads a name shown to people: 1 to 255 characters, nothing invisible, no space at its ends. Throws `invalid_string`. */
export function readName(value: string, field: string): string {
  if (value.trim() === '') throw refuse('invalid_string', { field, reason: 'is empty' })
  if (value.length > nameLimit) throw refuse('invalid_string', { field, reason: `is longer than ${nameLimit} characters` })
  if (value !== value.trim()) throw refuse('invalid_string', { field, reason: 'starts or ends with a space' })
  refuseHidden(value, field)
  return value.normalize('NFC')
}

/** Reads a longer text: at most 10,000 characters, tabs and line ends allowed. Throws `invalid_string`. */
export function readText(value: string, field: string): string {
  if (value.length > textLimit) throw refuse('invalid_string', { field, reason: `is longer than ${textLimit} characters` })
  if (hiddenInTextPattern.test(value))
    throw refuse('invalid_string', { field, reason: 'holds a control character or one that changes the direction of writing' })
  return value
}

/** Reads a codename of the catalogue. Throws `invalid_string`. */
export function readCodename(value: string, field: string): string {
  if (!codenamePattern.test(value)) {
    throw refuse('invalid_string', {
      field,
      reason: 'a codename starts with a letter or digit and holds up to 128 letters, digits, - and _',
    })
  }
  if (unseenPattern.test(value)) throw refuse('invalid_string', { field, reason: 'holds an invisible character' })
  refusePoisoned(value, field)
  return value
}

/** Reads the name of a permission or an action: codenames of ASCII letters, digits, `-` and `_`, joined by dots. Throws `invalid_string` or `invalid_key`. */
export function readDotted(value: string, field: string): string {
  if (value.length > 255 || !dottedPattern.test(value)) {
    for (const part of value.split('.')) refusePoisoned(part, field)
    throw refuse('invalid_string', {
      field,
      reason: 'a permission is called by letters, digits, - and _, joined by dots, at most 255 characters',
    })
  }
  for (const part of value.split('.')) refusePoisoned(part, field)
  return value
}

/** Whether a key reaches the prototype of an object. */
export function isPoisoned(key: string): boolean {
  return poisonedKeys.has(key)
}

/** Refuses the keys that reach the prototype of an object. Throws `invalid_key`. */
export function refusePoisoned(key: string, field: string): void {
  if (isPoisoned(key)) throw refuse('invalid_key', { field, reason: `${key} cannot be used as a key` })
}

function refuseHidden(value: string, field: string): void {
  if (hiddenPattern.test(value))
    throw refuse('invalid_string', { field, reason: 'holds a control character, an invisible character or half a character' })
}

/** Scripts whose letters are taken for one another; a user name keeps to one of them. */
const lookalikeScripts: readonly (readonly [string, RegExp])[] = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Arabic', /\p{Script=Arabic}/u],
]

/**
 * Reads a user name: 1 to 255 letters, marks, digits and `. _ @ + -`, of one script, in its NFKC form and with a case folding that is
 * certain. The Kelvin sign, the dotless i and the sharp s are refused: they would print or compare like another name.
 * Throws `invalid_username` or `mixed_script`.
 */
export function readUserName(value: string, field: string): string {
  const fault = (reason: string) => refuse('invalid_username', { field, reason })
  const composed = value.normalize('NFC')
  if (composed.length === 0 || composed.length > nameLimit) throw fault(`a user name has 1 to ${nameLimit} characters`)
  if (!/^[\p{L}\p{M}\p{N}._@+-]+$/u.test(composed)) throw fault('a user name holds letters, digits and . _ @ + -, and no spaces')
  if (unseenPattern.test(composed)) throw fault('holds an invisible character')
  // Looked at before composing, which would turn the Kelvin sign into a K and tell nobody.
  const standsForAnother = [...value].some((character) => character !== character.normalize('NFC'))
  if (standsForAnother || composed !== composed.normalize('NFKC'))
    throw fault('holds a character that stands for another one; write the plain form')
  if (composed.toLowerCase() !== composed.toUpperCase().toLowerCase())
    throw fault('holds a letter whose lower and upper case are not a pair')
  const scripts = lookalikeScripts.filter(([, pattern]) => pattern.test(composed)).map(([name]) => name)
  if (scripts.length > 1) throw refuse('mixed_script', { field, reason: `mixes ${scripts.join(' and ')} letters` })
  return composed
}

const isPlain = /^[\u0000-\u007f]*$/

/** The key by which user names, e-mail addresses and codenames are compared: NFKC and case folding (Unicode 3.13, by upper then lower case). */
export function foldedKey(name: string): string {
  // Most names are plain, and for those the rest does no more.
  if (isPlain.test(name)) return name.toLowerCase()
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}

/** What a browser would run or open as something else than a page: any scheme but those of the web. Browsers skip control characters in it. */
const schemePattern = /^[\u0000-\u0020]*([a-z][a-z0-9+.\t\n\r-]*):/i

/** Reads the address of a page: http, https, or without a scheme. What could be a script behind a link is refused. Throws `invalid_string`. */
export function readLink(value: string, field: string): string {
  const address = readName(value, field)
  const scheme = schemePattern.exec(address)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https')
    throw refuse('invalid_string', { field, reason: 'must be an address of the web, https://...' })
  return address
}

/** Reads the address of a picture, or the picture itself as a `data:` URL. Throws `invalid_string`. */
export function readPicture(value: string, field: string): string {
  if (/^data:image\/[a-z0-9.+-]+[;,]/i.test(value)) return value
  const scheme = schemePattern.exec(value)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https')
    throw refuse('invalid_string', { field, reason: 'must be an address of the web or a picture as data:image/...' })
  return value
}

/** An e-mail address as far as we judge it: something, `@`, a host name. Throws `invalid_string`. */
export function readEmail(value: string, field: string): string {
  const address = readName(value, field)
  if (!/^[^\s@"<>]+@[^\s@"<>]+$/.test(address)) throw refuse('invalid_string', { field, reason: 'is not an e-mail address' })
  return address
}

/**
 * A name as a codename: marks dropped, lower case, everything but letters and digits becomes the separator, `'` nothing.
 * `slug('Jean-Luc O\'Neil Ümlaut', '_')` is `jean_luc_oneil_umlaut`. May be empty.
 */
export function slug(name: string, separator: '-' | '_'): string {
  return (
    name
      .normalize('NFKD')
      .replace(/[\p{M}'’]/gu, '')
      .replace(/ß/g, 'ss')
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, separator)
      .slice(0, 120)
      // The cut may have gone through a character of two halves.
      .replace(/[\ud800-\udbff]$/, '')
      .replace(new RegExp(`^${separator}+|${separator}+$`, 'g'), '')
  )
}
