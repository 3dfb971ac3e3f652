/**
 * The filters of lists: the grammar of SCIM (RFC 7644, section 3.4.2.2) over the fields of a record. Read without recursion, so that no text
 * can exhaust the stack.
 */

import type { Refusal } from '../core/index.ts'
import { foldedKey, quoted, refuse } from '../core/index.ts'

/** A text, folded, that a field holds. */
export interface HeldText {
  readonly field: string
  readonly text: string
}

/** A filter as it was read. */
export interface Filter {
  /** Whether a record is meant. */
  readonly matches: (record: object) => boolean
  /** What an index can know of the records that are meant: of each of these lists, every such record holds at least one text. */
  readonly holds: readonly (readonly HeldText[])[]
  /** The fields that are looked at. */
  readonly reads: ReadonlySet<string>
}

/** A part of it. */
type Part = Omit<Filter, 'reads'>

/** Nothing can be said of the records that a filter means. */
const nothingHeld: Part['holds'] = []
/** So many lists are kept, and so many texts of a list. */
const heldLimit = 8

/** So deep may parentheses, brackets and negations stand in each other, and so many comparisons may a filter hold. */
const depthLimit = 32
const termLimit = 256

/** Fields that are compared as they are written; texts of all others without regard to case. */
const exactFields: ReadonlySet<string> = new Set(['id', 'origin', 'parent', 'createdBy', 'owner', 'prefix', 'subject', 'resource'])

const operators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const
type Operator = (typeof operators)[number]
type Scalar = string | number | boolean | null

interface Token {
  readonly kind: 'word' | 'text' | 'number' | '(' | ')' | '[' | ']' | 'end'
  readonly text: string
  readonly at: number
}

const tokenPattern =
  /\s*(?:(?<text>"(?:[^"\\\u0000-\u001f]|\\.)*")|(?<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))|(?<word>[A-Za-z_$][\w.$:/-]*)|(?<mark>[()[\]]))/y

/** What stands at an attribute's place in a record. */
interface Attribute {
  /** Whether any value there passes the test. */
  readonly some: (record: unknown, test: (value: unknown) => boolean) => boolean
  readonly isExact: boolean
  /** The field of the record that it is; undefined: it lies within one. */
  readonly field: string | undefined
}

/** What waits for the filter behind it. */
type Waiting =
  | { readonly kind: 'and' | 'or' }
  | { readonly kind: '('; readonly negated: boolean }
  | { readonly kind: '['; readonly attribute: Attribute }

/**
 * Reads a filter over the fields of these names; field names are taken in any case, names behind a dot as they are written.
 * Throws the refusal `invalid_parameter`, with the place in the text.
 */
export function readFilter(text: string, fields: readonly string[]): Filter {
  return new Reader(text, fields).filter()
}

class Reader {
  readonly #tokens: readonly Token[]
  readonly #fields: ReadonlyMap<string, string>
  readonly #waiting: Waiting[] = []
  readonly #read: Part[] = []
  readonly #reads = new Set<string>()
  #at = 0
  #terms = 0
  #depth = 0

  constructor(text: string, fields: readonly string[]) {
    this.#tokens = tokensOf(text)
    this.#fields = new Map(fields.map((field) => [field.toLowerCase(), field]))
  }

  filter(): Filter {
    for (;;) {
      // What may stand at the beginning of a comparison opens, until one is read; then what may stand behind one closes.
      while (this.#opens());
      this.#comparison()
      for (;;) {
        const token = this.#take()
        if (token.kind === 'end') return this.#whole(token)
        if (token.kind === ')' || token.kind === ']') {
          this.#close(token)
          continue
        }
        const word = token.kind === 'word' ? token.text.toLowerCase() : ''
        if (word !== 'and' && word !== 'or') throw fault(token, 'and, or, or the end is needed here')
        // `and` binds closer than `or`, and both from the left.
        while (this.#settle((kind) => kind === 'and' || (kind === 'or' && word === 'or')));
        this.#waiting.push({ kind: word })
        break
      }
    }
  }

  #opens(): boolean {
    const token = this.#peek()
    if (token.kind === '(') return this.#open({ kind: '(', negated: false })
    if (token.kind !== 'word') return false
    const next = this.#tokens[this.#at + 1]
    if (token.text.toLowerCase() === 'not' && next?.kind === '(') {
      this.#take()
      return this.#open({ kind: '(', negated: true })
    }
    if (next?.kind !== '[') return false
    this.#take()
    return this.#open({ kind: '[', attribute: this.#attribute(token) })
  }

  #open(waiting: Waiting): true {
    const token = this.#take()
    this.#depth += 1
    if (this.#depth > depthLimit) throw fault(token, `stands deeper than ${depthLimit} levels`)
    this.#waiting.push(waiting)
    return true
  }

  #comparison(): void {
    const name = this.#take()
    if (name.kind !== 'word') throw fault(name, 'the name of a field is needed here')
    const attribute = this.#attribute(name)
    const word = this.#take()
    const operator = word.kind === 'word' ? word.text.toLowerCase() : ''
    this.#terms += 1
    if (this.#terms > termLimit) throw fault(word, `holds more than ${termLimit} comparisons`)
    if (operator === 'pr') {
      this.#read.push({ matches: (record) => attribute.some(record, isPresent), holds: nothingHeld })
      return
    }
    const known = operators.find((each) => each === operator)
    if (known === undefined) throw fault(word, `one of ${operators.join(', ')} or pr is needed here`)
    this.#read.push(comparing(attribute, known, this.#value(known)))
  }

  #value(operator: Operator): Scalar {
    const token = this.#take()
    const isOrder = ['gt', 'ge', 'lt', 'le'].includes(operator)
    if (token.kind === 'text') return textIn(token)
    if (token.kind === 'number' && (isOrder || operator === 'eq' || operator === 'ne')) return Number(token.text)
    if (token.kind === 'word' && (operator === 'eq' || operator === 'ne')) {
      const word = token.text.toLowerCase()
      if (word === 'true' || word === 'false') return word === 'true'
      if (word === 'null') return null
    }
    const wanted = isOrder
      ? 'a text or a number'
      : operator === 'eq' || operator === 'ne'
        ? 'a text in double quotes, a number, true, false or null'
        : 'a text in double quotes'
    throw fault(token, `${wanted} is needed behind ${operator}`)
  }

  /** Within brackets a field is one of the values, or `value` where they are plain. */
  #attribute(token: Token): Attribute {
    const [head = '', ...path] = token.text.split('.')
    const outer = this.#waiting.findLast((each) => each.kind === '[')
    if (outer !== undefined) {
      return {
        isExact: false,
        field: undefined,
        some: head.toLowerCase() === 'value' && path.length === 0 ? plainOrField(head) : inside([head, ...path]),
      }
    }
    const field = this.#fields.get(head.toLowerCase())
    if (field === undefined) throw fault(token, `there is no field ${quoted(head)}; known are ${[...this.#fields.values()].join(', ')}`)
    this.#reads.add(field)
    return { isExact: exactFields.has(field), field: path.length === 0 ? field : undefined, some: inside([field, ...path]) }
  }

  #close(token: Token): void {
    while (this.#settle((kind) => kind === 'and' || kind === 'or'));
    const opened = this.#waiting.pop()
    const inner = this.#read.pop()
    if (inner === undefined || opened === undefined || (token.kind === ')') !== (opened.kind === '('))
      throw fault(token, `${token.kind} closes what was not opened`)
    this.#depth -= 1
    const { matches } = inner
    if (opened.kind === '(') this.#read.push(opened.negated ? { matches: (record) => !matches(record), holds: nothingHeld } : inner)
    else if (opened.kind === '[')
      this.#read.push({ matches: (record) => opened.attribute.some(record, (value) => matches(Object(value))), holds: nothingHeld })
  }

  #whole(end: Token): Filter {
    while (this.#settle((kind) => kind === 'and' || kind === 'or'));
    const [filter] = this.#read
    const open = this.#waiting[0]
    if (open !== undefined || filter === undefined) throw fault(end, `${open?.kind === '[' ? ']' : ')'} is missing`)
    return { ...filter, reads: this.#reads }
  }

  /** Joins the last two filters by what waits between them, if that is of these kinds. */
  #settle(is: (kind: Waiting['kind']) => boolean): boolean {
    const top = this.#waiting.at(-1)
    if (top === undefined || !is(top.kind)) return false
    this.#waiting.pop()
    const right = this.#read.pop()
    const left = this.#read.pop()
    if (left === undefined || right === undefined) throw new Error('a connective stands between two filters')
    this.#read.push(top.kind === 'and' ? both(left, right) : either(left, right))
    return true
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', at: 0 }
  }

  #take(): Token {
    const token = this.#peek()
    if (token.kind !== 'end') this.#at += 1
    return token
  }
}

function both(one: Part, other: Part): Part {
  return {
    matches: (record) => one.matches(record) && other.matches(record),
    holds: [...one.holds, ...other.holds].slice(0, heldLimit),
  }
}

function either(one: Part, other: Part): Part {
  return {
    matches: (record) => one.matches(record) || other.matches(record),
    holds: one.holds
      .flatMap((texts) => other.holds.map((others) => [...texts, ...others]))
      .filter((texts) => texts.length <= heldLimit)
      .slice(0, heldLimit),
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    tokenPattern.lastIndex = at
    const found = tokenPattern.exec(text)
    if (found === null) {
      const end = { kind: 'end', text: '', at: text.length } as const
      const rest = text.slice(at).trim()
      if (rest !== '') throw fault({ ...end, at }, `${quoted(rest.slice(0, 20))} cannot stand in a filter`)
      return [...tokens, end]
    }
    const { text: written, number, word, mark } = found.groups ?? {}
    const kind =
      written !== undefined ? 'text' : number !== undefined ? 'number' : word !== undefined ? 'word' : (mark as '(' | ')' | '[' | ']')
    tokens.push({ kind, text: written ?? number ?? word ?? mark ?? '', at: tokenPattern.lastIndex })
    at = tokenPattern.lastIndex
  }
}

function textIn(token: Token): string {
  try {
    // The pattern lets only a text in quotes through.
    return JSON.parse(token.text) as string
  } catch {
    throw fault(token, 'a text holds an escape that JSON does not know')
  }
}

function fault({ at }: Token, reason: string): Refusal {
  return refuse('invalid_parameter', { field: 'filter', reason: `at character ${at}: ${reason}` })
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
}

/** Whether anything at a path passes the test; of a list its items do, and what lies behind a list lies in each of them. */
function inside(path: readonly string[]): Attribute['some'] {
  const [only = '', ...more] = path
  // A filter looks at every record of a list, mostly at a field of it.
  if (more.length === 0) return (record, test) => someOf(ownField(record, only), test)
  return (record, test) => {
    let values: readonly unknown[] = [record]
    for (const name of path) {
      // A list gives its items.
      values = values.flatMap((value) => ownField(value, name) ?? [])
    }
    return values.some(test)
  }
}

function ownField(record: unknown, name: string): unknown {
  if (typeof record !== 'object' || record === null || !Object.hasOwn(record, name)) return undefined
  // It has a field of its own of this name.
  return (record as { readonly [name: string]: unknown })[name]
}

function someOf(value: unknown, test: (value: unknown) => boolean): boolean {
  if (value === undefined) return false
  return Array.isArray(value) ? value.some(test) : test(value)
}

function plainOrField(name: string): Attribute['some'] {
  const field = inside([name])
  return (value, test) => {
    const own = value === null || value === undefined ? value : Object(value).valueOf()
    return typeof own === 'object' ? field(own, test) : test(own)
  }
}

function comparing(attribute: Attribute, operator: Operator, wanted: Scalar): Part {
  return { matches: comparison(attribute, operator, wanted), holds: heldBy(attribute, operator, wanted) }
}

/** Whatever is equal to a text, begins or ends with it or holds it, holds it. What is compared as it is written is not found by folded texts. */
function heldBy({ field, isExact }: Attribute, operator: Operator, wanted: Scalar): Part['holds'] {
  const text = typeof wanted === 'string' ? foldedKey(wanted) : ''
  return field === undefined || isExact || text === '' || !['eq', 'co', 'sw', 'ew'].includes(operator) ? nothingHeld : [[{ field, text }]]
}

function comparison({ some, isExact }: Attribute, operator: Operator, wanted: Scalar): Part['matches'] {
  const fold = (value: unknown) => (typeof value === 'string' && !isExact ? foldedKey(value) : value)
  const sought = fold(wanted)
  const isEqual = (value: unknown) => fold(value) === sought
  const equals = (record: object) => (wanted === null ? !some(record, isPresent) : some(record, isEqual))
  if (operator === 'eq') return equals
  if (operator === 'ne') return (record) => !equals(record)
  if (typeof sought === 'number') {
    const isInPlace = (value: unknown) => typeof value === 'number' && isInOrder(operator, value - sought)
    return (record) => some(record, isInPlace)
  }
  const text = String(sought)
  const fits = (value: unknown) => {
    const folded = fold(value)
    if (typeof folded !== 'string') return false
    if (operator === 'co') return folded.includes(text)
    if (operator === 'sw') return folded.startsWith(text)
    if (operator === 'ew') return folded.endsWith(text)
    return isInOrder(operator, folded < text ? -1 : folded > text ? 1 : 0)
  }
  return (record) => some(record, fits)
}

function isInOrder(operator: Operator, difference: number): boolean {
  if (operator === 'gt') return difference > 0
  if (operator === 'ge') return difference >= 0
  return operator === 'lt' ? difference < 0 : difference <= 0
}
