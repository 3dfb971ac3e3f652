/** The OpenAPI 3.1 document, made from the declarations of the endpoints. */

import type { JsonSchema, Shape } from '../core/index.ts'
import { canonicalJson, errorCodes } from '../core/index.ts'
import type { Endpoint } from './endpoint.ts'
import { bodyErrors, commonErrors, signedInErrors } from './endpoint.ts'
import { endpoints } from './endpoints.ts'
import { problemMediaType, problemSchema } from './problem.ts'
import { needsPasswordAlways } from './recent.ts'

/** An OpenAPI document as plain JSON. */
export type OpenApiDocument = JsonSchema

const tags = {
  ask: 'May she, and why? Questions and lists, each complete and made at one revision.',
  change: 'Every write is a list of changes, applied together or not at all, with its effect told beforehand on request.',
  journal: 'What was changed, when, by whom and why; and taking it back.',
  records: 'The records themselves, read a page at a time.',
  'sign-in': 'How people come in, stay and leave. Which doors stand open, the configuration says.',
  transfer: 'The whole tenant in its written form, out and in.',
  targets: 'Other systems whose accounts mirror our users and groups.',
  tenants:
    'Worlds beside this one in the same store, each with people, keys, journal and revision of its own; asked of the tenant `main` alone.',
  authzen: 'The same questions in the words of the AuthZEN Authorization API 1.0 (OpenID).',
  server: 'How the server is.',
} satisfies { readonly [Tag in Endpoint['tag']]: string }

const description = `One engine for people in groups and who may do what, and why.

Every path is asked of the tenant \`main\`, or of the one that the header \`Curia-Tenant\` or \`/t/{tenant}\` in front of the path names.

Callers name themselves with \`Authorization: Bearer <API key>\`, with the cookie of a session or, where it is switched on, with HTTP Basic. Every answer carries \`Curia-Revision\`, an opaque token; send it back as
\`Curia-At-Least\` and the answer is no older than that. Times are ISO 8601 in UTC, references are \`type:id\`. Errors are problem details
(RFC 9457) with a stable \`code\`.`

/** Makes the document. \`version\` is that of the package. Cost: some milliseconds; keep the result. */
export function openApiDocument(version: string): OpenApiDocument {
  const schemas = new Map<string, JsonSchema>()
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    paths[endpoint.path] ??= {}
    // Made on the line above when it was missing.
    const operations = paths[endpoint.path] as Record<string, unknown>
    operations[endpoint.method.toLowerCase()] = operationOf(name, endpoint, schemas)
  }
  const problem = hoist(problemSchema, schemas)
  return {
    openapi: '3.1.0',
    info: { title: 'Curia', version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
    security: [{ apiKey: [] }, { session: [] }, { basic: [] }],
    paths,
    components: {
      schemas: Object.fromEntries([...schemas].sort(([one], [other]) => (one < other ? -1 : 1))),
      responses: {
        Problem: { description: 'what is wrong, with a stable code', content: { [problemMediaType]: { schema: problem } } },
        Message: {
          description: 'what is wrong, as a text that begins with the code',
          content: { 'text/plain': { schema: { type: 'string' } } },
        },
      },
      headers: {
        ETag: { description: 'of the record as it stands; give it back in `If-Match`', schema: { type: 'string' } },
        Location: { description: 'the path of what was made', schema: { type: 'string' } },
        Revision: { description: 'the token of the revision that was answered at', schema: { type: 'string' } },
      },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'an API key: <prefix>.<secret>' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-curia',
          description:
            'set by `POST /api/v1/sign-in`, in another tenant than `main` as `__Host-curia-{tenant}`; writes must come from a page of the same origin',
        },
        basic: { type: 'http', scheme: 'basic', description: 'user name and password; off unless it is switched on' },
      },
    },
  }
}

function operationOf(name: string, endpoint: Endpoint, schemas: Map<string, JsonSchema>): JsonSchema {
  const isPublic = endpoint.right.kind === 'public'
  const codes = new Set([
    ...commonErrors,
    ...(isPublic ? [] : signedInErrors),
    ...(endpoint.body === undefined ? [] : bodyErrors),
    ...endpoint.errors,
  ])
  const ordered = errorCodes.filter((code) => codes.has(code))
  return {
    operationId: name,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    description: `Needs ${needed(endpoint)}${needsPasswordAlways(endpoint) ? ', and with a session the password of the last five minutes' : ''}.`,
    ...(isPublic ? { security: [] } : {}),
    parameters: parametersOf(endpoint, schemas),
    ...(endpoint.body === undefined ? {} : { requestBody: bodyOf(endpoint, endpoint.body, schemas) }),
    responses: {
      ...successes(endpoint, schemas),
      default: { $ref: `#/components/responses/${endpoint.tag === 'authzen' ? 'Message' : 'Problem'}` },
    },
    // The problem is one schema for all; which codes it may hold here is said beside it.
    'x-codes': ordered,
  }
}

/** The right of an endpoint in words. */
export function needed({ right }: Pick<Endpoint, 'right'>): string {
  switch (right.kind) {
    case 'public':
      return 'nothing'
    case 'signed-in':
      return 'a credential; what is done is judged by what it touches'
    case 'permission':
      return `\`${right.permission}\` on the tenant${right.unlessSelf === undefined ? '' : '; nothing to ask about oneself'}`
    case 'record':
      return `\`${right.permission}\` on the record`
    case 'seen':
      return `\`${right.permission}\` on each record; others are left out`
    case 'write':
      return `\`${right.permission}\` first; what is changed is judged by all it touches`
  }
}

function parametersOf(endpoint: Endpoint, schemas: Map<string, JsonSchema>): readonly JsonSchema[] {
  const described = (name: string, place: string, shape: Shape<unknown>, required: boolean): JsonSchema => {
    const { description: text, ...schema } = shape.schema
    const style = schema.type === 'array' ? { style: 'spaceDelimited', explode: false } : {}
    return { name, in: place, required, ...style, ...(text === undefined ? {} : { description: text }), schema: hoist(schema, schemas) }
  }
  const header = (name: string, text: string): JsonSchema => ({
    name,
    in: 'header',
    required: false,
    description: text,
    schema: { type: 'string' },
  })
  return [
    ...Object.entries(endpoint.parameters ?? {}).map(([name, shape]) => described(name, 'path', shape, true)),
    ...Object.entries(endpoint.query ?? {}).map(([name, shape]) => described(name, 'query', shape, shape.optional !== true)),
    ...(endpoint.right.kind === 'public' ? [] : [header('Curia-At-Least', 'the answer is no older than the revision of this token')]),
    ...(endpoint.tagged === true && endpoint.method !== 'GET' && endpoint.status !== 201
      ? [header('If-Match', 'only when the record still has this ETag; else 412')]
      : []),
    ...(endpoint.repeatable === true ? [header('Idempotency-Key', 'the same key with the same input gives the first answer again')] : []),
  ]
}

function bodyOf(endpoint: Endpoint, body: Shape<unknown>, schemas: Map<string, JsonSchema>): JsonSchema {
  const texts = (endpoint.textBody ?? []).map((media) => [media, { schema: { type: 'string' } }])
  return {
    required: endpoint.bodyOptional !== true,
    content: { 'application/json': { schema: hoist(body.schema, schemas) }, ...Object.fromEntries(texts) },
  }
}

/** The answers of a success by their status: one, or that of the deed and that of its preview. */
function successes(endpoint: Endpoint, schemas: Map<string, JsonSchema>): JsonSchema {
  const { status = 200, previewAnswer, tagged } = endpoint
  const headers = {
    ...(endpoint.right.kind === 'public' ? {} : { 'Curia-Revision': { $ref: '#/components/headers/Revision' } }),
    ...(tagged === true && status !== 204 ? { ETag: { $ref: '#/components/headers/ETag' } } : {}),
    ...(status === 201 ? { Location: { $ref: '#/components/headers/Location' } } : {}),
  }
  const done = { headers, ...(status === 204 ? {} : { content: contentOf(endpoint, schemas) }) }
  if (previewAnswer === undefined) return { [status]: { description: 'the answer', ...done } }
  const foretold = hoist(previewAnswer.schema, schemas)
  if (status !== 200)
    return {
      200: { description: 'to a preview, what would be done', content: { 'application/json': { schema: foretold } } },
      [status]: { description: 'done', ...done },
    }
  const either = { anyOf: [hoist(endpoint.answer.schema, schemas), foretold] }
  return {
    200: { description: 'done; or, to a preview, what would be done', ...done, content: { 'application/json': { schema: either } } },
  }
}

function contentOf(endpoint: Endpoint, schemas: Map<string, JsonSchema>): JsonSchema {
  if (endpoint.textAnswer !== undefined)
    return Object.fromEntries(
      endpoint.textAnswer.map((media) => [media, { schema: media === 'application/json' ? {} : { type: 'string' } }]),
    )
  return { 'application/json': { schema: hoist(endpoint.answer.schema, schemas) } }
}

/** Puts every schema with a title among the components, and a reference in its place. */
function hoist(schema: JsonSchema, schemas: Map<string, JsonSchema>): JsonSchema {
  const inside: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'title') continue
    inside[key] = hoistValue(key, value, schemas)
  }
  if (typeof schema.title !== 'string') return inside
  const found = schemas.get(schema.title)
  if (found !== undefined && canonicalJson(found) !== canonicalJson(inside)) throw new Error(`two schemas are called ${schema.title}`)
  schemas.set(schema.title, inside)
  return { $ref: `#/components/schemas/${schema.title}` }
}

function hoistValue(key: string, value: unknown, schemas: Map<string, JsonSchema>): unknown {
  if (typeof value !== 'object' || value === null) return value
  switch (key) {
    case 'items':
    case 'additionalProperties':
      // A schema where it is not a boolean, which was given back above.
      return hoist(value as JsonSchema, schemas)
    case 'oneOf':
    case 'anyOf':
    case 'allOf':
      // Lists of schemas.
      return (value as readonly JsonSchema[]).map((each) => hoist(each, schemas))
    case 'properties':
      // Schemas by the name of the property, which may well be called `title`.
      return Object.fromEntries(
        Object.entries(value as { readonly [name: string]: JsonSchema }).map(([name, each]) => [name, hoist(each, schemas)]),
      )
    default:
      return value
  }
}
