/** Requests that are generated from the API document, fitting and broken ones, by callers of every kind; and what an answer to one must be. */

import fc from 'fast-check'
import { openApiDocument } from '../../src/api/openapi.ts'
import type { Change } from '../../src/core/index.ts'
import { anyText } from '../any-text.ts'
import { adminKey, lowKey, managerKey } from '../doors/installation.ts'
import { legion } from '../doors/legion.ts'

type Node = { readonly [key: string]: unknown }

interface Operation {
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: Node }[]
  readonly responses: { readonly [status: string]: Node }
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Node } } }
  readonly 'x-codes': readonly string[]
}

const served = JSON.parse(JSON.stringify(openApiDocument('1'))) as {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } }
  readonly components: { readonly schemas: { readonly [name: string]: Node } }
}
const operations = Object.entries(served.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
)

/** Words that name something in the world of the test, and some that name nothing or are tricks. */
const words = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('gods', 'consuls', 'sulla', 'mars', 'low', 'legion', 'view', 'reader', 'administrator', 'college'),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom('user:sulla', 'user:low', 'group:gods', 'legion:4', 'tenant', 'legion.view', 'local', 'group:gods^siblings'),
  },
  { weight: 2, arbitrary: fc.constantFrom('', '__proto__', 'constructor', 'a:b', '%', '..', '\u0000', 'ſ', '🏛️', "'; --", 'null', '-1') },
  { weight: 2, arbitrary: anyText({ maxLength: 20 }) },
)

/** Values of a schema, most of them fitting. */
function valuesOf(schema: Node, depth = 0): fc.Arbitrary<unknown> {
  const fitting = fittingOf(schema, depth)
  return depth > 6 ? fitting : fc.oneof({ weight: 30, arbitrary: fitting }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) })
}

function fittingOf(schema: Node, depth: number): fc.Arbitrary<unknown> {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.slice('#/components/schemas/'.length)
    return valuesOf(served.components.schemas[name] ?? {}, depth + 1)
  }
  const choices = (schema.anyOf ?? schema.oneOf) as readonly Node[] | undefined
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => valuesOf(choice, depth + 1)))
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as readonly unknown[]))
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time' ? fc.constantFrom('2026-03-15T12:00:00Z', '2020-01-01', '9999-12-31', 'soon') : words
    case 'integer':
      return fc.constantFrom(schema.minimum ?? 0, 1, 2, 7, 1000, -1, 1.5)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(valuesOf((schema.items ?? {}) as Node, depth + 1), { maxLength: depth > 4 ? 1 : 3 })
    case 'object': {
      const properties = Object.entries((schema.properties ?? {}) as { readonly [name: string]: Node })
      if (properties.length === 0) return fc.dictionary(words, fc.oneof(words, fc.boolean()), { maxKeys: 2 })
      const required = (schema.required ?? []) as readonly string[]
      return fc.record(Object.fromEntries(properties.map(([name, each]) => [name, valuesOf(each, depth + 1)])), {
        requiredKeys: [...required],
      })
    }
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

export interface Generated {
  readonly method: string
  readonly path: string
  readonly operation: Operation
  readonly body: unknown
  readonly key: string | undefined
  readonly headers: { readonly [name: string]: string }
}

export const requests: fc.Arbitrary<Generated> = fc.constantFrom(...operations).chain(({ path, method, operation }) => {
  const given = operation.parameters.map((parameter) => fc.tuple(fc.constant(parameter), fc.boolean(), valuesOf(parameter.schema)))
  const schema = operation.requestBody?.content['application/json'].schema
  return fc
    .tuple(
      fc.tuple(...given),
      schema === undefined ? fc.constant(undefined) : valuesOf(schema),
      fc.constantFrom(adminKey, adminKey, adminKey, managerKey, lowKey, undefined),
    )
    .map(([parameters, body, key]) => {
      let target = path
      const query = new URLSearchParams()
      const headers: Record<string, string> = {}
      for (const [parameter, isGiven, value] of parameters) {
        const text = typeof value === 'string' ? value : JSON.stringify(value)
        if (parameter.in === 'path') target = target.replace(`{${parameter.name}}`, encodeURIComponent(text.toWellFormed()))
        else if (!isGiven && !parameter.required) continue
        else if (parameter.in === 'query') query.set(parameter.name, text)
        else if (/^[\x21-\x7e]+$/.test(text)) headers[parameter.name] = text
      }
      return { method, path: `${target}${query.size === 0 ? '' : `?${query}`}`, operation, body, key, headers }
    })
})

/** The world that the words name things in; each list is a change set of its own. */
export const world: readonly (readonly Change[])[] = [
  legion,
  [
    { kind: 'role.create', codename: 'reader', permissions: ['legion.view'] },
    { kind: 'group-type.create', codename: 'college' },
    { kind: 'grant.create', subject: 'user:manager', role: 'manager', resource: 'group:gods' },
  ],
]

/** A request with its headers and body as they are sent. */
export function initOf({ method, body, headers }: Generated) {
  return {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }
}

/** What is wrong with an answer; undefined: it is one that the document tells of. Reads the answer to its end. */
export async function faultOf({ operation }: Generated, response: Response): Promise<string | undefined> {
  const { status } = response
  if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
    await response.body?.cancel()
    return undefined
  }
  const text = await response.text()
  if (response.ok) return Object.keys(operation.responses).includes(String(status)) ? undefined : `undocumented status ${status}`
  const code = text.startsWith('{') ? (JSON.parse(text) as { readonly code: string }).code : text.slice(0, text.indexOf(':'))
  if (status >= 500) return `status ${status} (${code})`
  return operation['x-codes'].includes(code) ? undefined : `undocumented code ${code} (${status})`
}
