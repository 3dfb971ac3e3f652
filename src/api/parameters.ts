/** What stands in a query or a path: texts that mean something. */

import type { Instant, Shape } from '../core/index.ts'
import { flag, list, optional, text, whole } from '../core/index.ts'
import { instant } from './words.ts'

/** A query parameter: it comes as a text. `read` takes the text, `schema` says what it means. */
export function parameter<T>(shape: Shape<T>, parse: (given: string) => unknown): Shape<T> {
  return { schema: shape.schema, read: (value, field) => shape.read(typeof value === 'string' ? parse(value) : value, field) }
}

/** A whole number in a query or a path: digits only, so that 1e9, 1.5 and -1 are refused. */
export function wholeParameter(min: number, max: number): Shape<number> {
  return parameter(whole(min, max), (given) => (/^(0|[1-9]\d{0,15})$/.test(given) ? Number(given) : Number.NaN))
}

function readFlag(given: string): unknown {
  return given === 'true' ? true : given === 'false' ? false : given
}

export const flagParameter: Shape<boolean> = parameter(flag, readFlag)
export const instantParameter: Shape<Instant> = instant

/** A plain text in a query or a path. */
export function textParameter(maxLength: number, description?: string): Shape<string> {
  return text(undefined, { maxLength, ...(description === undefined ? {} : { description }) })
}

/**
 * Several names in a query, divided by spaces, as OpenAPI's `spaceDelimited` writes them. A space or a percent sign within a name is
 * percent-encoded once more.
 */
export function namesParameter(max: number, maxLength: number, description?: string): Shape<readonly string[]> {
  const names = list(text(undefined, { minLength: 1, maxLength }), max)
  const schema = { ...names.schema, ...(description === undefined ? {} : { description }) }
  // What cannot be read is no list, and is refused as such.
  return parameter({ ...names, schema }, (given) => readNames(given) ?? given)
}

/** The names in a text; undefined: a percent sign in it stands for nothing. */
export function readNames(text: string): readonly string[] | undefined {
  try {
    return text
      .split(' ')
      .filter((name) => name !== '')
      .map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** Writes names as `namesParameter` reads them. */
export function writeNames(names: readonly string[]): string {
  return names.map((name) => name.replace(/[% ]/g, encodeURIComponent)).join(' ')
}

/** A page of a list. */
export const pageQuery = {
  limit: optional(wholeParameter(1, 500)),
  cursor: optional(textParameter(4000, 'the `next` of the page before')),
}

/** What every write may say beside what it changes. */
export const writeQuery = {
  preview: optional(
    parameter({ ...flag, schema: { ...flag.schema, description: 'only tell who would gain and who would lose what' } }, readFlag),
  ),
  changeReason: optional(textParameter(10_000, 'why; stands in the journal')),
  expectedRevision: optional(wholeParameter(0, Number.MAX_SAFE_INTEGER)),
}
