/**
 * Small readers of unknown data. A shape is declared once and gives three things: the type, the reader that refuses what does
 * not fit, and the JSON Schema (2020-12) that the API document shows. Readers throw a `Refusal`; nothing here knows a record.
 */

import { quoted, refuse } from './errors.ts'
import { refusePoisoned } from './name.ts'

/** A JSON Schema as plain data. */
export type JsonSchema = { readonly [key: string]: unknown }
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

export interface Shape<T> {
  /** Gives the value as `T`, or throws the refusal that names `field` (a path such as `changes[2].name`). */
  readonly read: (value: unknown, field: string) => T
  readonly schema: JsonSchema
  /** The field may be left out of its record. */
  readonly optional?: true
}
export interface OptionalShape<T> extends Shape<T> {
  readonly optional: true
}
export type Infer<S> = S extends Shape<infer T> ? T : never

type Fields = { readonly [name: string]: Shape<unknown> }
type OptionalNames<F extends Fields> = { [N in keyof F]: F[N] extends { readonly optional: true } ? N : never }[keyof F]
type Flat<T> = { readonly [N in keyof T]: T[N] } & {}
/** The record that a table of fields describes. */
export type RecordOf<F extends Fields> = Flat<
  { readonly [N in Exclude<keyof F, OptionalNames<F>>]: Infer<F[N]> } & { readonly [N in OptionalNames<F>]?: Infer<F[N]> }
>

/** JSON nested deeper than this is refused (`too_deep`). */
export const jsonDepthLimit = 32

/** A text; `reader` judges it further (one of `name.ts`, or a reference). At most `max` characters, 255 unless told. */
export function text<T extends string = string>(
  reader?: (value: string, field: string) => T,
  schema: JsonSchema & { readonly maxLength?: number } = { maxLength: 255 },
): Shape<T> {
  const max = schema.maxLength ?? Number.POSITIVE_INFINITY
  return {
    schema: { type: 'string', ...schema },
    read(value, field) {
      if (typeof value !== 'string') throw refuse('invalid_parameter', { field, reason: `must be a text, not ${kindOf(value)}` })
      if (value.length > max) throw refuse('invalid_string', { field, reason: `is longer than ${max} characters` })
      if (!value.isWellFormed()) throw refuse('invalid_string', { field, reason: 'holds half a character' })
      // Without a reader every text is taken, and T is string.
      return reader === undefined ? (value as T) : reader(value, field)
    },
  }
}

export const flag: Shape<boolean> = {
  schema: { type: 'boolean' },
  read(value, field) {
    if (typeof value !== 'boolean') throw refuse('invalid_parameter', { field, reason: `must be true or false, not ${kindOf(value)}` })
    return value
  },
}

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number): Shape<number> {
  return {
    schema: { type: 'integer', minimum: min, maximum: max },
    read(value, field) {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
        throw refuse('invalid_parameter', { field, reason: `must be a whole number from ${min} to ${max}` })
      }
      return value
    },
  }
}

export function oneOf<const T extends string>(...values: readonly T[]): Shape<T> {
  return {
    schema: { type: 'string', enum: values },
    read(value, field) {
      const found = values.find((one) => one === value)
      if (found === undefined) throw refuse('invalid_parameter', { field, reason: `must be one of ${values.join(', ')}` })
      return found
    },
  }
}

/** The first of the shapes that takes the value; if none does, what `reason` says. */
export function either<A, B>(one: Shape<A>, other: Shape<B>): Shape<A | B> {
  return {
    schema: { anyOf: [one.schema, other.schema] },
    read(value, field) {
      try {
        return one.read(value, field)
      } catch {
        return other.read(value, field)
      }
    },
  }
}

/** A list of at most `max` items (10,000 unless told), read in order. */
export function list<T>(item: Shape<T>, max = 10_000): Shape<readonly T[]> {
  return {
    schema: { type: 'array', items: item.schema, maxItems: max },
    read(value, field) {
      if (!Array.isArray(value)) throw refuse('invalid_parameter', { field, reason: `must be a list, not ${kindOf(value)}` })
      if (value.length > max) throw refuse('too_many_items', { field, found: value.length, limit: max })
      return value.map((each: unknown, index) => item.read(each, `${field}[${index}]`))
    },
  }
}

/** The field may be absent. `undefined` counts as absent. */
export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return { ...shape, optional: true }
}

/** The field may be absent, and `null` clears it. */
export function clearable<T>(shape: Shape<T>): OptionalShape<T | null> {
  return {
    optional: true,
    schema: { anyOf: [shape.schema, { type: 'null' }] },
    read: (value, field) => (value === null ? null : shape.read(value, field)),
  }
}

/** A record with exactly these fields. An unknown one is refused (`unknown_field`), a missing one too (`invalid_parameter`). */
export function record<F extends Fields>(fields: F): Shape<RecordOf<F>> & { readonly fields: F } {
  const names = Object.keys(fields)
  const shapes = Object.entries(fields)
  return {
    fields,
    schema: {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, fields[name]?.schema])),
      required: names.filter((name) => fields[name]?.optional !== true),
      additionalProperties: false,
    },
    read(value, field) {
      const given = readObject(value, field)
      const inside = field === '' ? '' : `${field}.`
      for (const name of Object.keys(given)) {
        refusePoisoned(name, `${inside}${name}`)
        if (!Object.hasOwn(fields, name)) throw refuse('unknown_field', { field: `${inside}${name}`, known: names })
      }
      const result: Record<string, unknown> = {}
      for (const [name, shape] of shapes) {
        const each = given[name]
        if (each !== undefined) result[name] = shape.read(each, `${inside}${name}`)
        else if (shape.optional !== true) throw refuse('invalid_parameter', { field: `${inside}${name}`, reason: 'is missing' })
      }
      // Every field of F was read by its own shape above; only optional ones may be absent.
      return result as RecordOf<F>
    },
  }
}

/** An object used as a table: any key but the poisoned ones, every value of one shape. At most 10,000 entries. */
export function table<T>(value: Shape<T>): Shape<{ readonly [key: string]: T }> {
  return {
    schema: { type: 'object', additionalProperties: value.schema },
    read(given, field) {
      const entries = Object.entries(readObject(given, field))
      if (entries.length > 10_000) throw refuse('too_many_items', { field, found: entries.length, limit: 10_000 })
      return Object.fromEntries(
        entries.map(([key, each]) => {
          refusePoisoned(key, `${field}.${key}`)
          return [key, value.read(each, `${field}.${key}`)]
        }),
      )
    },
  }
}

/** Any JSON value, at most 32 levels deep, without poisoned keys. */
export const json: Shape<Json> = { schema: {}, read: (value, field) => readJson(value, field, 1) }

/** Any JSON object. */
export const jsonObject: Shape<JsonObject> = {
  schema: { type: 'object' },
  read(value, field) {
    readObject(value, field)
    // readObject has refused everything but an object, and readJson gives the same kind back.
    return readJson(value, field, 1) as JsonObject
  },
}

function readJson(value: unknown, field: string, depth: number): Json {
  if (depth > jsonDepthLimit) throw refuse('too_deep', { limit: jsonDepthLimit })
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refuse('invalid_parameter', { field, reason: 'must be a finite number' })
    return value
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw refuse('invalid_string', { field, reason: 'holds half a character' })
    return value
  }
  if (Array.isArray(value)) return value.map((each: unknown, index) => readJson(each, `${field}[${index}]`, depth + 1))
  return Object.fromEntries(
    Object.entries(readObject(value, field))
      .filter(([, each]) => each !== undefined)
      .map(([key, each]) => {
        refusePoisoned(key, `${field}.${key}`)
        if (!key.isWellFormed()) throw refuse('invalid_string', { field, reason: 'holds a key with half a character' })
        return [key, readJson(each, `${field}.${key}`, depth + 1)]
      }),
  )
}

function readObject(value: unknown, field: string): { readonly [key: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refuse('invalid_parameter', { field: field === '' ? 'body' : field, reason: `must be an object, not ${kindOf(value)}` })
  }
  // Any object may be looked at key by key; what the keys hold stays unknown.
  return value as { readonly [key: string]: unknown }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return `the text ${quoted(value)}`
  if (typeof value === 'object') return 'an object'
  return `the ${typeof value} ${String(value)}`
}

/** JSON in one canonical form: keys sorted by code unit, no spaces, `undefined` left out. Equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string' && plainText.test(value)) return `"${value}"`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  let text = ''
  if (Array.isArray(value)) {
    for (const each of value) text += `${text === '' ? '' : ','}${canonicalJson(each === undefined ? null : each)}`
    return `[${text}]`
  }
  // Any object may be looked at key by key. Every journal entry passes here, so no pair is made of key and value.
  const fields = value as { readonly [key: string]: unknown }
  for (const key of Object.keys(fields).sort()) {
    const each = fields[key]
    if (each !== undefined) text += `${text === '' ? '' : ','}${quotedKey(key)}:${canonicalJson(each)}`
  }
  return `{${text}}`
}

/** What stands in JSON as it is. */
const plainText = /^[ !#-[\]-~]{0,64}$/

/** Most keys are fields of records, of which there are few. */
const quotedKeys = new Map<string, string>()
const rememberedKeys = 500
const rememberedLength = 24

function quotedKey(key: string): string {
  const known = quotedKeys.get(key)
  if (known !== undefined) return known
  const text = JSON.stringify(key)
  if (key.length <= rememberedLength && quotedKeys.size < rememberedKeys) quotedKeys.set(key, text)
  return text
}
