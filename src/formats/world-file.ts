/** The written world as a file: read from YAML or JSON, written in one canonical text. */

import { basename } from 'node:path'
import type { Place, Reported, World, WorldSection } from '../core/index.ts'
import { Refusal, recordName, refuse, worldShape, worldVersion } from '../core/index.ts'
import { fileLimit, readBounded } from './bounded-file.ts'
import type { Input } from './input.ts'
import { atDoor } from './input.ts'
import { parseJson } from './json-text.ts'
import type { Located } from './located.ts'
import { nearest, placeOf, plain, withPlace } from './located.ts'
import { parsePlainYaml } from './plain-yaml.ts'
import { parseYaml } from './yaml-text.ts'

/**
 * Reads a world. A text that starts with `{` is JSON, any other is YAML 1.2. At most 64 MiB of UTF-8.
 *
 * Throws `CuriaError`: `invalid_path`, `payload_too_large`, `invalid_encoding`; `invalid_json` or `invalid_row` where the text is broken; `duplicate_key`, `too_deep`,
 * `too_many_items`; `unsupported_version` for a world of a later version; and for a field that does not fit the code of its fault, with the
 * place behind the name of the field.
 */
export function readWorldFile(input: Input): Promise<Reported> {
  return atDoor(async () => {
    if ('path' in input) return readWorldText(await readBounded(input.path), basename(input.path))
    return readWorldText(input.text, input.name)
  })
}

function readWorldText(given: string, file: string | undefined): Reported {
  if (given.length > fileLimit) throw refuse('payload_too_large', { limit: fileLimit, unit: 'characters' })
  const text = given.startsWith('\ufeff') ? given.slice(1) : given
  const root = /^\s*\{/.test(text) ? parseJson(text, file) : (parsePlainYaml(text) ?? parseYaml(text, file))
  const value = plain(root)
  requireVersion(value)
  const world = readShape(value, root, file)
  return { world, places: placesOf(world, root, file) }
}

function requireVersion(value: unknown): void {
  const found = typeof value === 'object' && value !== null && 'curia' in value ? value.curia : undefined
  if (typeof found === 'number' && found > worldVersion) {
    throw refuse('unsupported_version', { found: String(found), known: String(worldVersion) })
  }
}

function readShape(value: unknown, root: Located, file: string | undefined): World {
  try {
    return worldShape.read(value, '')
  } catch (fault) {
    throw fault instanceof Refusal ? withPlace(fault, root, file) : fault
  }
}

function placesOf(world: World, root: Located, file: string | undefined): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  const { curia: _version, settings: _settings, ...lists } = world
  for (const [name, records] of Object.entries(lists)) {
    const list = nearest(root, name)
    if (list.kind !== 'list') continue
    records.forEach((record: { readonly [field: string]: unknown }, index: number) => {
      const item = list.items[index]
      // The lists of a world are its sections.
      if (item !== undefined) places.set(recordName(name as WorldSection, record, index), placeOf(item, file))
    })
  }
  return places
}

/**
 * Writes a world. One world has one text: what `worldOf` gives is written the same on every machine. JSON has one record a line; YAML is in
 * block style, with short lists of words on one line.
 */
export function writeWorld(world: World, format: 'yaml' | 'json'): string {
  return [...worldPieces(world, format)].join('')
}

/** The same record by record. */
export function* worldPieces(world: World, format: 'yaml' | 'json'): IterableIterator<string> {
  const { curia, ...rest } = world
  const parts: readonly (readonly [string, unknown])[] = Object.entries(rest).filter(([, part]) => part !== undefined)
  yield format === 'json' ? `{\n"curia": ${curia}` : `curia: ${curia}\n`
  for (const [name, part] of parts) {
    if (format === 'json') yield* jsonPieces(name, part)
    else if (Array.isArray(part)) yield* listPieces(name, part)
    else yield `\n${name}:${block(part, '  ')}`
  }
  if (format === 'json') yield '\n}\n'
}

function* jsonPieces(name: string, part: unknown): IterableIterator<string> {
  if (!Array.isArray(part)) {
    yield `,\n"${name}": ${JSON.stringify(part)}`
    return
  }
  yield `,\n"${name}": [\n`
  for (const [index, record] of part.entries()) yield `${index === 0 ? '' : ',\n'}${JSON.stringify(record)}`
  yield '\n]'
}

/** Lists of records; one of words would stand on a line of its own. */
function* listPieces(name: string, list: readonly unknown[]): IterableIterator<string> {
  const words = flow(list)
  if (words !== undefined) {
    yield `\n${name}: ${words}\n`
    return
  }
  yield `\n${name}:\n`
  for (const item of list) yield `  -${inItem(item, '  ')}`
}

/** A value behind a key or a dash: on the same line, or on the lines below. Starts with a space or a line end, ends with a line end. */
function block(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    const words = flow(value)
    if (words !== undefined) return ` ${words}\n`
    return `\n${value.map((item) => `${indent}-${inItem(item, indent)}`).join('')}`
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined)
    if (entries.length === 0) return ' {}\n'
    return `\n${entries.map(([key, each]) => `${indent}${bareKey.test(key) ? key : JSON.stringify(key)}:${block(each, `${indent}  `)}`).join('')}`
  }
  return ` ${scalar(value)}\n`
}

/** An item starts on the line of its dash. */
function inItem(item: unknown, indent: string): string {
  const written = block(item, `${indent}  `)
  if (!written.startsWith('\n')) return written
  return ` ${written.slice(1 + indent.length + 2)}`
}

/** A list of scalars on one line, when it is short. */
function flow(list: readonly unknown[]): string | undefined {
  if (list.some((item) => typeof item === 'object' && item !== null)) return undefined
  const written = `[${list.map(scalar).join(', ')}]`
  return written.length <= 100 ? written : undefined
}

/** Texts that every YAML reader, old or new, takes for texts without quotes. */
const bareText = /^[A-Za-z_][A-Za-z0-9_./@+-]*(?:[: ](?=[A-Za-z0-9_./@+(-])[A-Za-z0-9_./@+()'-]*|[#^](?=[A-Za-z0-9])[A-Za-z0-9_./@+-]*)*$/
const bareKey = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z_][A-Za-z0-9_.-]*$/i
const takenForOther = /^(?:true|false|null|yes|no|on|off|y|n)$/i

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value ?? null)
  if (value.length < 500 && bareText.test(value) && !takenForOther.test(value) && !/ #|: /.test(value)) return value
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
