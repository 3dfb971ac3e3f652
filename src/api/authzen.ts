/**
 * The AuthZEN Authorization API 1.0 on the wire (OpenID, 2026). Its names are the standard's own. Unlike everywhere else a field that we do
 * not know is passed over: a caller of a later version must be understood.
 */

import type { ErrorCode, Json, OptionalShape, RecordOf, Shape } from '../core/index.ts'
import { flag, json, jsonObject, list, oneOf, optional, record, text, whole } from '../core/index.ts'
import { endpoint } from './endpoint.ts'
import { titled } from './titled.ts'

type Fields = { readonly [name: string]: Shape<unknown> }

/** A record of which other fields are passed over. */
function open<F extends Fields>(fields: F): Shape<RecordOf<F>> {
  const closed = record(fields)
  return {
    schema: { ...closed.schema, additionalProperties: true },
    read(value, field) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return closed.read(value, field)
      return closed.read(Object.fromEntries(Object.entries(value).filter(([name]) => Object.hasOwn(fields, name))), field)
    },
  }
}

const anyText = text(undefined, { maxLength: 1000 })
const properties = { properties: optional(jsonObject) }
const entity = titled('AuthzenEntity', open({ type: anyText, id: anyText, ...properties }), 'A subject or a resource.')
/** In the place that is searched for: an id that is given all the same is passed over. */
const searched = titled('AuthzenSearched', open({ type: anyText, ...properties }), 'What is searched for.')
const action = titled('AuthzenAction', open({ name: anyText, ...properties }), 'An action.')
const context = { context: optional(jsonObject) }

/** One question. */
export const evaluationShape = titled('AuthzenEvaluation', open({ subject: entity, action, resource: entity, ...context }))

/** At most so many evaluations in one request. */
const evaluationLimit = 10_000

/** An item may leave out what stands beside the list; it is read when it has been completed. */
const items: OptionalShape<readonly Json[]> = optional({
  schema: {
    type: 'array',
    maxItems: evaluationLimit,
    items: {
      type: 'object',
      properties: { subject: { type: 'object' }, action: { type: 'object' }, resource: { type: 'object' }, context: { type: 'object' } },
      additionalProperties: true,
    },
  },
  read: list(json, evaluationLimit).read,
})

const evaluationsShape = titled(
  'AuthzenEvaluations',
  open({
    subject: optional(jsonObject),
    action: optional(jsonObject),
    resource: optional(jsonObject),
    ...context,
    evaluations: items,
    options: optional(open({ evaluations_semantic: optional(oneOf('execute_all', 'deny_on_first_deny', 'permit_on_first_permit')) })),
  }),
  'Many questions. Each takes what it does not say itself from beside the list; without a list this is one question.',
)

const decisionFields = { decision: flag, context: optional(jsonObject) }
const decision = titled('AuthzenDecision', record(decisionFields))
const decisions = titled(
  'AuthzenDecisions',
  record({
    decision: optional(flag),
    evaluations: optional({ schema: { type: 'array', items: decision.schema }, read: list(decision).read }),
  }),
  'The decisions in the order of the questions; `decision` alone when there was no list.',
)

const asked = {
  page: optional(
    open({
      /** As the standard calls it, and as its drafts did. */
      token: optional(text(undefined, { maxLength: 4000 })),
      next_token: optional(text(undefined, { maxLength: 4000 })),
      limit: optional(whole(1, Number.MAX_SAFE_INTEGER)),
    }),
  ),
}
const page = record({ next_token: text(undefined, {}), count: whole(0, Number.MAX_SAFE_INTEGER), total: whole(0, Number.MAX_SAFE_INTEGER) })

function results<T>(title: string, item: Shape<T>): Shape<{ readonly results: readonly T[]; readonly page: RecordOf<typeof page.fields> }> {
  return titled(title, record({ results: { schema: { type: 'array', items: item.schema }, read: list(item).read }, page }))
}
const found = titled('AuthzenFound', record({ type: text(undefined, {}), id: text(undefined, {}) }))

const address = text(undefined, { format: 'uri' })
const configuration = titled(
  'AuthzenConfiguration',
  record({
    policy_decision_point: address,
    access_evaluation_endpoint: address,
    access_evaluations_endpoint: address,
    search_subject_endpoint: address,
    search_resource_endpoint: address,
    search_action_endpoint: address,
  }),
  // The standard asks that a list without items is left out, so there are no `capabilities`: none are registered that would be ours.
  'Where the AuthZEN endpoints of this server are.',
)

/** Paths of AuthZEN begin with this. */
export const authzenPath = '/access/v1'
const mayAsk = { kind: 'permission', permission: 'tenant.check' } as const
const errors: readonly ErrorCode[] = []

/** The endpoints of AuthZEN. */
export const authzenEndpoints = {
  authzenEvaluation: endpoint({
    method: 'POST',
    path: `${authzenPath}/evaluation`,
    tag: 'authzen',
    summary: 'AuthZEN: may the subject do the action on the resource? What is not known here is a no',
    right: mayAsk,
    body: evaluationShape,
    answer: decision,
    errors,
  }),
  authzenEvaluations: endpoint({
    method: 'POST',
    path: `${authzenPath}/evaluations`,
    tag: 'authzen',
    summary: 'AuthZEN: many questions at one revision and one moment',
    right: mayAsk,
    body: evaluationsShape,
    answer: decisions,
    errors,
  }),
  authzenSearchSubject: endpoint({
    method: 'POST',
    path: `${authzenPath}/search/subject`,
    tag: 'authzen',
    summary: 'AuthZEN: the subjects of a type that may do the action on the resource',
    right: mayAsk,
    body: titled('AuthzenSearchSubject', open({ subject: searched, action, resource: entity, ...context, ...asked })),
    answer: results('AuthzenSubjects', found),
    errors: ['invalid_cursor'],
  }),
  authzenSearchResource: endpoint({
    method: 'POST',
    path: `${authzenPath}/search/resource`,
    tag: 'authzen',
    summary: 'AuthZEN: the resources of a type on which the subject may do the action',
    right: mayAsk,
    body: titled('AuthzenSearchResource', open({ subject: entity, action, resource: searched, ...context, ...asked })),
    answer: results('AuthzenResources', found),
    errors: ['invalid_cursor'],
  }),
  authzenSearchAction: endpoint({
    method: 'POST',
    path: `${authzenPath}/search/action`,
    tag: 'authzen',
    summary: 'AuthZEN: the actions that the subject may do on the resource',
    right: mayAsk,
    body: titled('AuthzenSearchAction', open({ subject: entity, resource: entity, ...context, ...asked })),
    answer: results('AuthzenActions', titled('AuthzenActionName', record({ name: text(undefined, {}) }))),
    errors: ['invalid_cursor'],
  }),
  authzenConfiguration: endpoint({
    method: 'GET',
    path: '/.well-known/authzen-configuration',
    tag: 'authzen',
    summary: 'AuthZEN: where the endpoints are',
    right: { kind: 'public' },
    answer: configuration,
    errors,
  }),
}
