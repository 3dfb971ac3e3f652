/** Filters of lists as one builds them: field, operator and value, joined by `and` or by `or`; written and read in the server's grammar. */

/** What a field holds, which says how it can be compared. */
export type FilterKind = 'text' | 'list' | 'choice' | 'flag' | 'number' | 'moment'

/** How a field is compared. `np`: it has no value. */
export const operatorsOf = {
  text: ['co', 'sw', 'ew', 'eq', 'ne', 'pr', 'np'],
  list: ['co', 'eq', 'ne', 'pr', 'np'],
  choice: ['eq', 'ne'],
  flag: ['eq'],
  number: ['eq', 'gt', 'lt'],
  moment: ['ge', 'lt', 'pr', 'np'],
} as const satisfies { readonly [K in FilterKind]: readonly string[] }
export type FilterOperator = (typeof operatorsOf)[FilterKind][number]

/** A field of the records that a filter can look at. */
export interface BuilderField {
  /** Its name for the server. */
  readonly name: string
  readonly label: string
  readonly kind: FilterKind
  /** Of a choice. */
  readonly options?: readonly { readonly value: string; readonly label: string }[]
}

/** One comparison. A moment's value is a day, in the time zone of the browser. */
export interface FilterTerm {
  readonly field: string
  readonly operator: FilterOperator
  readonly value: string
}

/** Comparisons that must all be true, or of which one must be. */
export interface BuiltFilter {
  readonly join: 'and' | 'or'
  readonly terms: readonly FilterTerm[]
}

/** Whether a comparison takes a value. */
export function takesValue(operator: FilterOperator): boolean {
  return operator !== 'pr' && operator !== 'np'
}

/** The filter in the server's grammar; empty without comparisons. */
export function writeFilter({ join, terms }: BuiltFilter, fields: readonly BuilderField[]): string {
  return terms.map((term) => writeTerm(term, fields.find(({ name }) => name === term.field)?.kind ?? 'text')).join(` ${join} `)
}

function writeTerm({ field, operator, value }: FilterTerm, kind: FilterKind): string {
  if (operator === 'pr') return `${field} pr`
  if (operator === 'np') return `not (${field} pr)`
  return `${field} ${operator} ${writeValue(value, kind)}`
}

function writeValue(value: string, kind: FilterKind): string {
  if (kind === 'flag') return value === 'false' ? 'false' : 'true'
  if (kind === 'number') return String(Math.trunc(Number(value)) || 0)
  if (kind === 'moment') return JSON.stringify(new Date(`${value}T00:00:00`).toISOString())
  return JSON.stringify(value)
}

const termPattern =
  /\s*(?:not \((?<without>\w+) pr\)|(?<field>\w+) (?:(?<set>pr)|(?<operator>co|sw|ew|eq|ne|ge|gt|lt) (?:(?<text>"(?:[^"\\]|\\.)*")|(?<plain>true|false|\d{1,15}))))(?:\s+(?<join>and|or)(?=\s)|\s*$)/y

/** Reads what `writeFilter` wrote; undefined: the filter says more than comparisons joined in one way, or compares other fields. */
export function readBuilt(text: string, fields: readonly BuilderField[]): BuiltFilter | undefined {
  const terms: FilterTerm[] = []
  const joins = new Set<string>()
  termPattern.lastIndex = 0
  while (termPattern.lastIndex < text.length) {
    const found = termPattern.exec(text)?.groups
    const term = found === undefined ? undefined : readTerm(found, fields)
    if (term === undefined) return undefined
    terms.push(term)
    if (found?.join !== undefined) joins.add(found.join)
    else if (termPattern.lastIndex < text.length) return undefined
  }
  return joins.size > 1 ? undefined : { join: joins.has('or') ? 'or' : 'and', terms }
}

function readTerm(found: { readonly [name: string]: string | undefined }, fields: readonly BuilderField[]): FilterTerm | undefined {
  const name = found.without ?? found.field
  const field = fields.find((each) => each.name === name)
  if (field === undefined) return undefined
  const known: readonly FilterOperator[] = operatorsOf[field.kind]
  const written = found.without !== undefined ? 'np' : (found.set ?? found.operator)
  const operator = known.find((each) => each === written)
  if (operator === undefined) return undefined
  if (!takesValue(operator)) return { field: field.name, operator, value: '' }
  const value = readValue(found, field.kind)
  return value === undefined ? undefined : { field: field.name, operator, value }
}

function readValue({ text, plain }: { readonly [name: string]: string | undefined }, kind: FilterKind): string | undefined {
  if (kind === 'flag' || kind === 'number') return plain
  if (text === undefined) return undefined
  try {
    // The pattern lets only a text in quotes through.
    const value = JSON.parse(text) as string
    return kind === 'moment' ? dayOf(value) : value
  } catch {
    return undefined
  }
}

/** The day of a moment, where it begins; undefined: it is within a day. */
function dayOf(instant: string): string | undefined {
  const moment = new Date(instant)
  if (Number.isNaN(moment.getTime())) return undefined
  const two = (part: number) => String(part).padStart(2, '0')
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
  return new Date(`${day}T00:00:00`).getTime() === moment.getTime() ? day : undefined
}
