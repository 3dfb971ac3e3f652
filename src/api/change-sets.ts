/** Change sets, what an accepted one answers, and what a preview tells. */

import type { Change, ChangeEffect, EffectItem, Shape } from '../core/index.ts'
import { changeLimit, changeSchema, flag, instantShape, list, optional, readChange, record, text, whole } from '../core/index.ts'
import { findingShape } from './answers.ts'
import { many, titled } from './titled.ts'
import { anyText, count, memberReference, names, resourceReference, revision, texts } from './words.ts'

const changeShape: Shape<Change> = titled('Change', { schema: changeSchema, read: readChange }, 'One intended edit.')
export const why = text(undefined, { maxLength: 10_000 })

/** A change set: applied together or not at all. `at` and `effectLimit` are for a preview. */
export const changesShape = titled(
  'ChangeSet',
  record({
    changes: list(changeShape, changeLimit),
    reason: optional(why),
    expectedRevision: optional(whole(0, Number.MAX_SAFE_INTEGER)),
    preview: optional(flag),
    at: optional(instantShape),
    effectLimit: optional(whole(0, 100_000)),
  }),
  'Changes applied together or not at all.',
)
/** What an undo may say beside the revision. */
export const undoShape = titled(
  'Undo',
  record({ reason: optional(why), expectedRevision: optional(whole(0, Number.MAX_SAFE_INTEGER)), preview: optional(flag) }),
)

/** An accepted write. */
export const writtenShape = titled(
  'Written',
  record({ revision, token: anyText, records: many(texts), unchanged: flag }),
  'The revision made, its token, and the records that each change made or named.',
)

const effectItemShape: Shape<EffectItem> = titled(
  'EffectItem',
  record({
    subject: memberReference,
    resource: resourceReference,
    permissions: texts,
    ways: optional(many(titled('EffectWay', record({ permissions: texts, finding: findingShape })))),
  }),
)
const effectShape: Shape<ChangeEffect> = titled(
  'ChangeEffect',
  record({
    gains: many(effectItemShape),
    losses: many(effectItemShape),
    gained: count,
    lost: count,
    gainers: count,
    losers: count,
    counts: many(titled('EffectCount', record({ resourceType: anyText, permission: anyText, gained: count, lost: count }))),
    sampled: flag,
    complete: flag,
    uncounted: optional(count),
  }),
  'Who gains and who loses what. Counts are exact; when there are more items than the limit, those listed are a sample.',
)
export const summaryShape = titled('ChangeSummary', record({ kind: anyText, records: texts }))

/** What a write would do. */
export const previewShape = titled(
  'Preview',
  record({ revision, changes: many(summaryShape), records: many(texts), effect: effectShape, names }),
  'What a write would do. Nothing was written.',
)
