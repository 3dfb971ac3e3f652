/** Files of an import, and the plan of what it does. */

import type { PlanLine, Remark, Shape } from '../core/index.ts'
import { errorCodes, jsonObject, list, oneOf, optional, record, text, whole } from '../core/index.ts'
import { why, writtenShape } from './change-sets.ts'
import { many, titled } from './titled.ts'
import { anyText, count, texts } from './words.ts'

/** Files of an import: one, or the files of a folder with their paths inside it. */
export const importShape = titled(
  'ImportFiles',
  record({
    files: list(record({ path: text(undefined, { maxLength: 4096 }), text: anyText }), 100_000),
    reason: optional(why),
    expectedRevision: optional(whole(0, Number.MAX_SAFE_INTEGER)),
  }),
  'One file, or the files of a folder with their paths; the folder of an organisation is part of the path.',
)

const place = { file: optional(anyText), line: optional(count), column: optional(count) }
const planLineShape: Shape<PlanLine> = titled(
  'PlanLine',
  record({
    action: oneOf('make', 'change', 'leave', 'refuse'),
    record: anyText,
    place: optional(titled('Place', record(place))),
    fields: optional(texts),
    code: optional(oneOf(...errorCodes)),
    details: optional(jsonObject),
    reason: optional(anyText),
  }),
)
const remarkShape: Shape<Remark> = titled(
  'Remark',
  record({ kind: oneOf('merged', 'corrected', 'kept', 'left_out'), place: titled('Place', record(place)), reason: anyText }),
)
const planFields = {
  lines: many(planLineShape),
  remarks: many(remarkShape),
  counts: record({ make: count, change: count, leave: count, refuse: count }),
}
/** What an import would do, line by line, or did. */
export const planShape = titled('Plan', record(planFields), 'What an import makes, changes, leaves alone and refuses, line by line.')
export const importedShape = titled('Imported', record({ plan: planShape, written: writtenShape }))
