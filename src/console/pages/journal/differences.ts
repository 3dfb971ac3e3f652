/** What a row of the journal changed, field by field, in texts. */

import type { RowChange } from '../../../core/index.ts'

/** One field before and after. */
export interface Difference {
  readonly field: string
  readonly before?: string
  readonly after?: string
  /** The record was made or removed: there is no other side to compare with. */
  readonly isAlone: boolean
}

/** Who made a record and when stands in the head of the entry, and its key before the row. */
const leftOut: ReadonlySet<string> = new Set(['createdAt', 'createdBy', 'updatedAt', 'id', 'origin', 'group', 'member'])

/** The fields that differ; of a record that was made or removed, those that hold something. */
export function differencesOf(row: RowChange): readonly Difference[] {
  const before = fieldsOf(row.before)
  const after = fieldsOf(row.after)
  const isAlone = row.before === undefined || row.after === undefined
  const fields = new Set([...before.keys(), ...after.keys()])
  return [...fields].flatMap((field): readonly Difference[] => {
    const [was, is] = [before.get(field), after.get(field)]
    if (was === is) return []
    return [{ field, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }), isAlone }]
  })
}

function fieldsOf(row: object | undefined): ReadonlyMap<string, string> {
  const entries = Object.entries(row ?? {}).filter(([field]) => !leftOut.has(field))
  return new Map(entries.flatMap(([field, value]) => (isEmpty(value) ? [] : [[field, shown(value)] as const])))
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value.length > 120 ? `${value.slice(0, 119)}…` : value
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(', ')
  const text = JSON.stringify(value)
  return text.length > 160 ? `${text.slice(0, 159)}…` : text
}
