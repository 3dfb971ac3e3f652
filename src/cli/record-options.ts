/** Options of a command made from the fields of a change, so that the command line knows every field that the API knows. */

import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { Change, ChangeKind, JsonSchema } from '../core/index.ts'
import { changeFields, Refusal, readChange } from '../core/index.ts'
import { WrongUse } from './exit.ts'

/** What was given on the command line, by the name of the option in its program form. */
export type GivenOptions = { readonly [option: string]: unknown }

/** `userName` as it is typed: `user-name`. */
function typed(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** The schema of a value, without the null that takes it away. */
function schemaOf(kind: ChangeKind, field: string): JsonSchema {
  const fields: { readonly [field: string]: { readonly schema: JsonSchema } } = changeFields[kind]
  const schema = fields[field]?.schema ?? {}
  // A schema of alternatives keeps them in a list.
  const alternatives = schema.anyOf as readonly JsonSchema[] | undefined
  return alternatives?.find(({ type }) => type !== 'null') ?? schema
}

/** The fields of a change that a command takes as options. */
function fieldsOf(kind: ChangeKind, left: readonly string[]): readonly string[] {
  return Object.keys(changeFields[kind]).filter((field) => !left.includes(field))
}

/** Adds an option for each field of the change but those that are `left`. */
export function withFields(command: Command, kind: ChangeKind, left: readonly string[]): Command {
  for (const field of fieldsOf(kind, left)) command.addOption(optionFor(kind, field))
  return command
}

/** Adds `--clear`, which takes optional values away. */
export function withClearing(command: Command): Command {
  return command.option(
    '--clear <fields>',
    'takes these values away: names of the options above, with commas between them',
    (text: string) => text.split(',').filter((word) => word !== ''),
  )
}

function optionFor(kind: ChangeKind, field: string): Option {
  const schema = schemaOf(kind, field)
  const name = `--${typed(field)}`
  const described = typeof schema.description === 'string' ? schema.description : ''
  if (Array.isArray(schema.enum)) {
    const choices = schema.enum.filter((value): value is string => typeof value === 'string')
    return new Option(`${name} <word>`, described).choices(choices)
  }
  switch (schema.type) {
    case 'boolean':
      return new Option(`${name} <yes>`, 'true or false').argParser(readFlag)
    case 'array':
      return new Option(`${name} <words>`, 'with commas between them; given more than once they add up').argParser(readWords)
    case 'object':
      return new Option(`${name} <json>`, 'a JSON object').argParser(readJson)
    default:
      return new Option(`${name} <text>`, schema.format === 'date-time' ? 'a time' : described)
  }
}

function readFlag(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new InvalidArgumentError('It must be true or false.')
  return text === 'true'
}

/** An empty text is an empty list. */
function readWords(text: string, before: unknown): readonly string[] {
  return [...(Array.isArray(before) ? before : []), ...text.split(',').filter((word) => word !== '')]
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidArgumentError('It must be a JSON object, such as \'{"level": 5}\'.')
  }
}

/** The change that the options say, beside what is known already. Wrong use when it cannot be. */
export function changeFrom(kind: ChangeKind, given: GivenOptions, known: GivenOptions): Change {
  const names = fieldsOf(kind, Object.keys(known))
  const fields = names.flatMap((field) => (given[field] === undefined ? [] : [[field, given[field]] as const]))
  const cleared = clearedBy(given).map((field) => {
    if (!names.includes(field)) throw new WrongUse(`--clear: there is no option --${typed(field)} here`)
    if (given[field] !== undefined) throw new WrongUse(`--${typed(field)} is given, and taken away by --clear`)
    return [field, null] as const
  })
  if (kind.endsWith('.update') && fields.length + cleared.length === 0)
    throw new WrongUse('nothing is to be changed; say what, with the options')
  try {
    return readChange({ kind, ...known, ...Object.fromEntries([...fields, ...cleared]) }, '')
  } catch (refusal) {
    throw refusal instanceof Refusal ? new WrongUse(refusal.message) : refusal
  }
}

function clearedBy({ clear }: GivenOptions): readonly string[] {
  if (!Array.isArray(clear)) return []
  return clear.map((word) => String(word).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()))
}
