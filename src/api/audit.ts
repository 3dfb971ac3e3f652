/** The audit over the wire: who has which permissions on which resources, as a matrix. */

import { flag, instantShape, list, oneOf, optional, record, text, whole } from '../core/index.ts'
import { basePath, endpoint, mayAsk, questionErrors } from './endpoint.ts'
import { many, titled } from './titled.ts'
import { anyText, count, instant, memberReference, names, resourceReference, revision } from './words.ts'

const auditFields = {
  /** Absent: every user and service account. */
  subjects: optional(list(text(undefined, { minLength: 1, maxLength: 200 }))),
  permissions: list(text(undefined, { minLength: 1, maxLength: 400 }), 100),
  /** Absent: the tenant. */
  resources: optional(list(text(undefined, { minLength: 1, maxLength: 641 }), 1000)),
  at: optional(instantShape),
  asOf: optional(whole(0, Number.MAX_SAFE_INTEGER)),
}
const pageFields = { limit: optional(whole(1, 10_000)), cursor: optional(text(undefined, { maxLength: 4000 })) }

const ruleNames = oneOf('direct-grant', 'group-grant', 'relation-grant', 'assignment', 'standing', 'owner', 'self', 'denial')
const cellShape = titled(
  'AuditCell',
  record({ allowed: flag, reason: oneOf('granted', 'denied', 'no_grant', 'subject_inactive'), rules: many(ruleNames) }),
  'Yes or no, and the rules that make it so.',
)
const columnShape = titled('AuditColumn', record({ permission: anyText, resource: resourceReference }))

/** The matrix: one row a subject, one cell a column. */
const matrixShape = titled(
  'AuditMatrix',
  record({
    columns: many(columnShape),
    rows: many(titled('AuditRow', record({ subject: memberReference, cells: many(cellShape) }))),
    next: optional(anyText),
    total: count,
    revision,
    at: instant,
    names,
  }),
  'Every permission on every resource that it can be asked on; `total` counts the subjects.',
)

/** The endpoints of the audit. */
export const auditEndpoints = {
  audit: endpoint({
    method: 'POST',
    path: `${basePath}/audit`,
    tag: 'ask',
    summary: 'who has which permissions on which resources, and by which rule',
    right: mayAsk,
    body: titled('Audit', record({ ...auditFields, ...pageFields })),
    answer: matrixShape,
    errors: [...questionErrors, 'invalid_cursor'],
  }),
  auditCsv: endpoint({
    method: 'POST',
    path: `${basePath}/audit.csv`,
    tag: 'ask',
    summary: 'the same as CSV, whole',
    right: mayAsk,
    body: titled('AuditCsv', record(auditFields)),
    answer: anyText,
    textAnswer: ['text/csv'],
    errors: questionErrors,
  }),
}
