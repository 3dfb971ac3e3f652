/** The audit over the wire: who has which permissions on which resources, as a matrix. */

import { flag, instantShape, list, oneOf, optional, record, text, whole } from '../core/index.ts'
import { basePath, endpoint, mayAsk, questionErrors } from './endpoint.ts'
import { instantParameter, namesParameter, textParameter, wholeParameter } from './parameters.ts'
import { many, titled } from './titled.ts'
import { anyText, count, instant, names, resourceReference, revision, texts } from './words.ts'

/** At most so many permissions and resources in one question, and rows in one page. */
const permissionLimit = 100
const resourceLimit = 1000
const pageLimit = 10_000

const auditFields = {
  /** Users, service accounts, groups and roles (`role:<codename>`). Absent: every user and service account. */
  subjects: optional(list(text(undefined, { minLength: 1, maxLength: 200 }))),
  permissions: list(text(undefined, { minLength: 1, maxLength: 400 }), permissionLimit),
  /** Absent: the tenant. */
  resources: optional(list(text(undefined, { minLength: 1, maxLength: 641 }), resourceLimit)),
  at: optional(instantShape),
  asOf: optional(whole(0, Number.MAX_SAFE_INTEGER)),
}
const pageFields = { limit: optional(whole(1, pageLimit)), cursor: optional(text(undefined, { maxLength: 4000 })) }

/** The same in an address, so that a matrix can be shared. */
const auditQuery = {
  subjects: optional(
    namesParameter(10_000, 200, 'user:<id>, service:<id>, group:<id>, role:<codename>; absent: every user and service account'),
  ),
  permissions: namesParameter(permissionLimit, 400, 'names of permissions, or of actions'),
  resources: optional(namesParameter(resourceLimit, 641, '<type>:<id>; absent: the tenant')),
  at: optional(instantParameter),
  asOf: optional(wholeParameter(0, Number.MAX_SAFE_INTEGER)),
}
const auditPageQuery = { limit: optional(wholeParameter(1, pageLimit)), cursor: optional(textParameter(4000)) }

const cellRules = oneOf(
  'direct-grant',
  'group-grant',
  'relation-grant',
  'assignment',
  'standing',
  'owner',
  'self',
  'denial',
  /** Of a role: it has the permission itself, or through a role that it includes. */
  'role',
  'included-role',
)
const cellShape = titled(
  'AuditCell',
  record({
    allowed: flag,
    reason: oneOf('granted', 'denied', 'no_grant', 'subject_inactive'),
    rules: many(cellRules),
    /** Of a yes or a denial: every way to it has a condition, and this is the first. Of another no: with it the answer would be yes. */
    condition: optional(anyText),
    /** Of a no: the way that would give a yes begins then. */
    from: optional(instant),
    /** Every way to the answer has an end; this is the last of them. */
    until: optional(instant),
    /** Of a role: the roles through which it has the permission, itself first. */
    path: optional(texts),
  }),
  'Yes or no, the rules that make it so, and what it depends on.',
)
const columnShape = titled('AuditColumn', record({ permission: anyText, resource: resourceReference }))
const subjectReference = text(undefined, { description: 'user:<id>, service:<id>, group:<id> or role:<codename>' })

/** The matrix: one row a subject, one cell a column. */
const matrixShape = titled(
  'AuditMatrix',
  record({
    columns: many(columnShape),
    rows: many(titled('AuditRow', record({ subject: subjectReference, cells: many(cellShape) }))),
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
    summary: 'who has which permissions on which resources, by which rule, under which condition and how long',
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
  auditAt: endpoint({
    method: 'GET',
    path: `${basePath}/audit`,
    tag: 'ask',
    summary: 'the same with the choice in the address, which can be shared',
    right: mayAsk,
    query: { ...auditQuery, ...auditPageQuery },
    answer: matrixShape,
    errors: [...questionErrors, 'invalid_cursor', 'invalid_time'],
  }),
  auditCsvAt: endpoint({
    method: 'GET',
    path: `${basePath}/audit.csv`,
    tag: 'ask',
    summary: 'the same as CSV, whole, with the choice in the address',
    right: mayAsk,
    query: auditQuery,
    answer: anyText,
    textAnswer: ['text/csv'],
    errors: [...questionErrors, 'invalid_time'],
  }),
}
