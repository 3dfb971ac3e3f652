/** The journal as it is read over the wire. */

import type { Infer, RowChange, Shape } from '../core/index.ts'
import { jsonObject, oneOf, optional, record, table, tableNames } from '../core/index.ts'
import { summaryShape } from './change-sets.ts'
import { anyOf, constant, many, titled } from './titled.ts'
import { actor, answeredOrigin, anyText, instant, revision } from './words.ts'

const rowChangeShape: Shape<RowChange> = {
  schema: {
    title: 'RowChange',
    description: 'One row as it was and as it became. Without `before` it was made, without `after` it was removed.',
    type: 'object',
    properties: {
      table: { type: 'string', enum: tableNames },
      key: { type: 'string' },
      before: { type: 'object' },
      after: { type: 'object' },
    },
    required: ['table', 'key'],
    additionalProperties: false,
  },
  read(value, field) {
    const row = record({ table: oneOf(...tableNames), key: anyText, before: optional(jsonObject), after: optional(jsonObject) })
    // What stands before and after is a row of the named table as the server had it; a reader shows it, nobody applies it.
    return row.read(value, field) as unknown as RowChange
  },
}

/** One change set as it stands in the journal. */
export const journalEntryShape = titled(
  'JournalEntry',
  record({
    revision,
    time: instant,
    actor,
    origin: answeredOrigin,
    reason: optional(anyText),
    changes: many(summaryShape),
    rows: many(rowChangeShape),
    names: table(anyText),
    previousHash: anyText,
    hash: anyText,
  }),
)
/** The entries as they come. */
export const entriesShape: Shape<AsyncIterable<Infer<typeof journalEntryShape>>> = {
  schema: { type: 'string', description: 'server-sent events: `id` is the revision, `data` a JournalEntry' },
  // The client makes it of the events itself.
  read: (value) => value as AsyncIterable<Infer<typeof journalEntryShape>>,
}
export const journalShape = titled(
  'Journal',
  record({ items: many(journalEntryShape), next: optional(revision) }),
  'Newest first. `next` is what to give as `before` for those that follow.',
)
export const verificationShape = titled(
  'Verification',
  anyOf<
    | { readonly intact: true; readonly revision: number; readonly hash: string }
    | { readonly intact: false; readonly revision: number; readonly reason: string }
  >(record({ intact: constant(true), revision, hash: anyText }), record({ intact: constant(false), revision, reason: anyText })),
  'Whether every entry of the journal fits the one before; else the first that does not.',
)
