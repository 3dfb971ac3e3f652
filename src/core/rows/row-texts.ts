/** Many rows of one table in one text: what a store gives where a row for each would take longer than all the rest of a start. */

import type { RecordBase } from '../record.ts'

/** No field holds one of these: ids and names have no control characters, JSON escapes them, and free texts are written as JSON. */
export const rowTextMarks = { fieldEnd: '\u001f', rowEnd: '\u001e', absent: '\u001d' } as const

const base = ['origin', 'createdAt', 'createdBy', 'updatedAt'] as const

/**
 * The fields of a row, in their order; between two stands `fieldEnd`, behind the last `rowEnd`. An optional field that is not there is
 * `absent`; lists and objects are JSON, so are a reason and a condition; a claim is 1 or 0.
 */
export const rowTextFields = {
  hold: ['group', 'member', 'from', 'until', 'roles', 'reason', ...base],
  resource: ['type', 'id', 'parent', 'inherits', 'owner', 'attributes', ...base],
  grant: ['id', 'subject', 'resource', 'role', 'permission', 'actions', 'effect', 'from', 'until', 'condition', 'reason', ...base],
} as const
export type RowTextTable = keyof typeof rowTextFields

/** Free texts, which are written as JSON. */
export const quotedFields: ReadonlySet<string> = new Set(['reason', 'condition'])

export interface RowTexts {
  readonly table: RowTextTable
  readonly text: string
}

/** What stands between two places of a text. A place that is not found means that it is no text of rows. */
export function endOf(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from)
  if (end === -1) throw new Error('a text of rows ends in the midst of one')
  return end
}

/** What the rest of a row comes to, read once for all rows of a text that have the same: rows differ in few ways beside who and what. */
export class Rests<Read> {
  readonly #read: (cells: readonly string[]) => Read
  readonly #length: number
  readonly #known = new Map<string, Read>()
  #last = ''
  #lastRead: Read | undefined

  /** @param length how many fields there are */
  constructor(length: number, read: (cells: readonly string[]) => Read) {
    this.#length = length
    this.#read = read
  }

  /** Everything that was read. */
  get all(): Iterable<Read> {
    return this.#known.values()
  }

  of(text: string, start: number, end: number): Read {
    const last = this.#lastRead
    if (last !== undefined && end - start === this.#last.length && text.startsWith(this.#last, start)) return last
    const rest = text.slice(start, end)
    let read = this.#known.get(rest)
    if (read === undefined) {
      const cells = ownCopy(rest.split(rowTextMarks.fieldEnd))
      if (cells.length !== this.#length) throw new Error(`a text of rows has ${cells.length} fields where there should be ${this.#length}`)
      read = this.#read(cells)
      this.#known.set(rest, read)
    }
    this.#last = rest
    this.#lastRead = read
    return read
  }
}

/** Texts that are no parts of another: such a part holds the whole in memory. */
export function ownCopy(texts: readonly string[]): readonly string[] {
  return JSON.parse(JSON.stringify(texts))
}

/** An optional field. */
export function cellOf(cell: string | undefined): string | undefined {
  return cell === rowTextMarks.absent ? undefined : cell
}

/** A field that is written as JSON. Stores give what they were given. */
export function jsonOf<T>(cell: string | undefined): T | undefined {
  return cell === undefined || cell === rowTextMarks.absent ? undefined : (JSON.parse(cell) as T)
}

/** The last four fields: who made a row, when, and whose it is. */
export function baseOf(cells: readonly string[]): RecordBase {
  const [origin, createdAt, createdBy, updatedAt] = cells.slice(-base.length)
  // Stores give what they were given.
  return { origin, createdAt, createdBy, updatedAt } as RecordBase
}
