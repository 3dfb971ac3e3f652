/** Every REST endpoint, declared once: server, client, API document and reference pages all read this. */

import type { RecordOf, Shape } from '../core/index.ts'
import { jsonObject, oneOf, optional } from '../core/index.ts'
import { checkManyAnswerShape, decisionShape, explanationShape, searchAnswerShapes } from './answers.ts'
import { auditEndpoints } from './audit.ts'
import { authzenEndpoints } from './authzen.ts'
import { healthShape, meShape, readyShape, rightsShape } from './callers.ts'
import { changesShape, previewShape, undoShape, writtenShape } from './change-sets.ts'
import type { Endpoint, Fields } from './endpoint.ts'
import { basePath, endpoint, importLimit, mayAsk, questionErrors, writeErrors } from './endpoint.ts'
import { exportQuery, exportTypes } from './exports.ts'
import { groupEndpoints } from './group-endpoints.ts'
import { importedShape, importShape, planShape } from './imports.ts'
import { entriesShape, journalShape, verificationShape } from './journal.ts'
import { overviewEndpoints } from './overview-endpoints.ts'
import { flagParameter, instantParameter, namesParameter, textParameter, wholeParameter } from './parameters.ts'
import { pluginEndpoints } from './plugin-endpoints.ts'
import { policyEndpoints } from './policies.ts'
import { checkManyShape, checkShape, searchShapes } from './questions.ts'
import { recordEndpoints } from './record-endpoints.ts'
import { signInEndpoints } from './sign-in-endpoints.ts'
import { targetEndpoints } from './target-endpoints.ts'
import { tenantEndpoints } from './tenant-endpoints.ts'
import { tenantsEndpoints } from './tenants.ts'
import { userEndpoints } from './user-endpoints.ts'

const mayAskOf = (field: string) => ({ ...mayAsk, unlessSelf: field })

/** How an import can be read; the readers stand in the room `formats`. */
export const importFormats = [
  'world',
  'csv',
  'csv-users',
  'csv-groups',
  'csv-memberships',
  'peribolos',
  'ldif',
  'passwd',
  'open-webui',
] as const
export type ImportFormat = (typeof importFormats)[number]

const search = <S extends keyof typeof searchShapes>(name: S, summary: string, unlessSelf?: string) =>
  endpoint({
    method: 'POST',
    path: `${basePath}/search/${name}`,
    tag: 'ask',
    summary,
    right: unlessSelf === undefined ? mayAsk : mayAskOf(unlessSelf),
    // The shapes of question and answer stand under the same name.
    body: searchShapes[name] as Shape<QuestionOf<S>>,
    answer: searchAnswerShapes[name] as Shape<ListOf<S>>,
    errors: [...questionErrors, 'invalid_cursor'],
  })
type QuestionOf<S extends keyof typeof searchShapes> = (typeof searchShapes)[S] extends Shape<infer T> ? T : never
type ListOf<S extends keyof typeof searchAnswerShapes> = (typeof searchAnswerShapes)[S] extends Shape<infer T> ? T : never

/** All endpoints, by the name of the client's method and the `operationId` of the document. */
export const endpoints = {
  check: endpoint({
    method: 'POST',
    path: `${basePath}/check`,
    tag: 'ask',
    summary: 'may the subject do the action on the resource?',
    right: mayAskOf('subject'),
    body: checkShape,
    answer: decisionShape,
    errors: questionErrors,
  }),
  checkMany: endpoint({
    method: 'POST',
    path: `${basePath}/check-many`,
    tag: 'ask',
    summary: 'many checks at one revision and one moment; an item that cannot be answered carries its own error',
    right: mayAskOf('checks'),
    body: checkManyShape,
    answer: checkManyAnswerShape,
    errors: [],
  }),
  explain: endpoint({
    method: 'POST',
    path: `${basePath}/explain`,
    tag: 'ask',
    summary: 'a check with its reasons: the chain of facts behind a yes, the nearest misses of a no',
    right: mayAskOf('subject'),
    body: checkShape,
    answer: explanationShape,
    errors: questionErrors,
  }),
  searchSubjects: search('subjects', 'every active user and service account that may do the action on the resource'),
  searchResources: search('resources', 'the registered resources of a type on which the subject may do the action', 'subject'),
  searchActions: search('actions', 'the actions of the resource that the subject may do', 'subject'),
  searchPermissions: search('permissions', 'the permissions that the subject holds on the resource', 'subject'),
  searchRoles: search('roles', 'the roles that the subject holds on the resource', 'subject'),
  searchHolders: search('holders', 'who holds the role on the resource'),
  searchGroups: search('groups', 'the groups that a user, service account or group is in', 'member'),
  searchMembers: endpoint({
    ...search('members', 'who is in a group'),
    right: { kind: 'signed-in' },
  }),

  changes: endpoint({
    method: 'POST',
    path: `${basePath}/changes`,
    tag: 'change',
    summary: 'a list of changes, applied together or not at all; with `preview` only its effect is told',
    right: { kind: 'signed-in' },
    body: changesShape,
    answer: writtenShape,
    previewAnswer: previewShape,
    repeatable: true,
    errors: writeErrors,
  }),

  journal: endpoint({
    method: 'GET',
    path: `${basePath}/journal`,
    tag: 'journal',
    summary: 'change sets, newest first',
    right: { kind: 'permission', permission: 'journal.view' },
    query: {
      limit: optional(wholeParameter(1, 500)),
      after: optional(wholeParameter(0, Number.MAX_SAFE_INTEGER)),
      before: optional(wholeParameter(0, Number.MAX_SAFE_INTEGER)),
      record: optional(textParameter(700, 'entries that name or touch this record: user:ada, group:consuls, legion:4')),
      actor: optional(textParameter(200)),
      origin: optional(textParameter(200)),
      kind: optional(textParameter(64, 'entries that hold a change of this kind')),
      from: optional(instantParameter),
      until: optional(instantParameter),
    },
    answer: journalShape,
    errors: ['invalid_time'],
  }),
  journalStream: endpoint({
    method: 'GET',
    path: `${basePath}/journal/stream`,
    tag: 'journal',
    summary: 'change sets as they come, as server-sent events; goes on behind `after` or the header Last-Event-ID, else with the next one',
    right: { kind: 'permission', permission: 'journal.view' },
    query: { after: optional(wholeParameter(0, Number.MAX_SAFE_INTEGER)) },
    answer: entriesShape,
    textAnswer: ['text/event-stream'],
    streams: true,
    errors: [],
  }),
  verifyJournal: endpoint({
    method: 'GET',
    path: `${basePath}/journal/verify`,
    tag: 'journal',
    summary: 'walks the whole journal and computes every hash anew',
    right: { kind: 'permission', permission: 'journal.view' },
    answer: verificationShape,
    errors: [],
  }),
  undo: endpoint({
    method: 'POST',
    path: `${basePath}/journal/{revision}/undo`,
    tag: 'journal',
    summary: 'takes a whole change set back, by a new one; with `preview` only its effect is told',
    // The journal tells what it holds: who may not read it may not try what lies in it either. The undo itself is judged like any write.
    right: { kind: 'permission', permission: 'journal.view' },
    parameters: { revision: wholeParameter(1, Number.MAX_SAFE_INTEGER) },
    body: undoShape,
    bodyOptional: true,
    answer: writtenShape,
    previewAnswer: previewShape,
    repeatable: true,
    recentSignIn: true,
    errors: writeErrors,
  }),

  exportWorld: endpoint({
    method: 'GET',
    path: `${basePath}/export`,
    tag: 'transfer',
    summary: 'the whole tenant, in its canonical written form or another format',
    right: { kind: 'permission', permission: 'tenant.export' },
    query: exportQuery,
    answer: textParameter(Number.MAX_SAFE_INTEGER),
    textAnswer: exportTypes,
    recentSignIn: true,
    errors: [],
  }),
  importFiles: endpoint({
    method: 'POST',
    path: `${basePath}/import`,
    tag: 'transfer',
    summary: 'reads files and carries them out in one change set; with `preview` only the plan is told, line by line',
    right: { kind: 'permission', permission: 'tenant.import' },
    query: {
      format: optional(oneOf(...importFormats)),
      uids: optional(textParameter(32, 'for the format passwd: the uids and gids of people, 1000-59999, or all')),
      preview: optional(flagParameter),
    },
    body: importShape,
    textBody: ['application/yaml', 'text/yaml', 'text/csv', 'text/ldif', 'text/plain'],
    bodyLimit: importLimit,
    answer: importedShape,
    previewAnswer: planShape,
    repeatable: true,
    recentSignIn: true,
    errors: [
      ...writeErrors,
      'invalid_csv',
      'duplicate_column',
      'invalid_row',
      'unsupported_format',
      'unsupported_version',
      'unsupported_hash',
    ],
  }),

  ...auditEndpoints,

  ...recordEndpoints,
  ...groupEndpoints,
  ...userEndpoints,
  ...tenantEndpoints,
  ...policyEndpoints,
  ...tenantsEndpoints,
  ...targetEndpoints,
  ...signInEndpoints,
  ...overviewEndpoints,
  ...pluginEndpoints,

  me: endpoint({
    method: 'GET',
    path: `${basePath}/me`,
    tag: 'ask',
    summary: 'who calls, with groups and permissions',
    right: { kind: 'signed-in' },
    answer: meShape,
    errors: [],
  }),
  myRights: endpoint({
    method: 'GET',
    path: `${basePath}/me/rights`,
    tag: 'ask',
    summary: 'what the caller may do on these records and resources: the permissions that are asked on each of them',
    right: { kind: 'signed-in' },
    query: { resources: namesParameter(200, 641, '<type>:<id>, or tenant') },
    answer: rightsShape,
    errors: [],
  }),

  ...authzenEndpoints,

  healthz: endpoint({
    method: 'GET',
    path: '/healthz',
    tag: 'server',
    summary: 'the process is up',
    right: { kind: 'public' },
    answer: healthShape,
    errors: [],
  }),
  readyz: endpoint({
    method: 'GET',
    path: '/readyz',
    tag: 'server',
    summary: 'the server can answer questions',
    right: { kind: 'public' },
    answer: readyShape,
    errors: ['stale', 'store_unavailable'],
  }),
  document: endpoint({
    method: 'GET',
    path: '/openapi.json',
    tag: 'server',
    summary: 'this document',
    right: { kind: 'public' },
    answer: jsonObject,
    errors: [],
  }),
}

export type Endpoints = typeof endpoints
export type EndpointName = keyof Endpoints
export const endpointNames = Object.keys(endpoints) as readonly EndpointName[]

type Flat<T> = { readonly [Name in keyof T]: T[Name] } & {}
/** What a caller gives: parameters of the path, of the query and fields of the body, side by side. */
export type InputOf<Name extends EndpointName> =
  Endpoints[Name] extends Endpoint<infer P, infer Q, infer B, unknown, unknown> ? Flat<RecordOf<P> & RecordOf<Q> & B> : never
/** What is answered. */
export type AnswerOf<Name extends EndpointName> = Endpoints[Name] extends Endpoint<Fields, Fields, unknown, infer A, unknown> ? A : never
/** What is answered to a preview; `never` where there is none. */
export type PreviewOf<Name extends EndpointName> = Endpoints[Name] extends Endpoint<Fields, Fields, unknown, unknown, infer F> ? F : never
