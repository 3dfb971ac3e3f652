/** Reads what an endpoint is called with: path, query and body, each by its shape. */

import type { Endpoint } from '../api/endpoint.ts'
import { bodyLimit } from '../api/endpoint.ts'
import { record, refuse } from '../core/index.ts'
import type { BodyRules } from './body.ts'
import { mediaTypeOf, parseJson, readText } from './body.ts'
import type { Head } from './head.ts'

/** Path, query and body side by side, each read by its shape. */
export async function readInput(
  endpoint: Endpoint,
  request: Request,
  parameters: { readonly [name: string]: string },
): Promise<{ readonly [name: string]: unknown }> {
  const path = record(endpoint.parameters ?? {}).read(parameters, '')
  const query = record(endpoint.query ?? {}).read(readQuery(new URL(request.url).searchParams), '')
  return { ...path, ...query, ...(await readBody(endpoint, request)) }
}

function readQuery(search: URLSearchParams): { readonly [name: string]: string } {
  const given = new Map<string, string>()
  for (const [name, value] of search) {
    if (given.has(name)) throw refuse('duplicate_key', { field: name, reason: 'is given twice' })
    given.set(name, value)
  }
  return Object.fromEntries(given)
}

async function readBody(endpoint: Endpoint, request: Request): Promise<object> {
  if (endpoint.body === undefined) return {}
  if (endpoint.bodyOptional === true && request.body === null) return {}
  return inputIn(endpoint, request, await readText(request, bodyRules(endpoint)))
}

/** What the body of an endpoint may be. */
export function bodyRules({ bodyLimit: limit = bodyLimit, textBody = [] }: Endpoint): BodyRules {
  return { limit, types: ['application/json', ...textBody] }
}

/** The input that stands in the text of a body. */
export function inputIn({ body, textBody: texts = [] }: Endpoint, head: Head, text: string): { readonly [name: string]: unknown } {
  const type = texts.length === 0 ? undefined : mediaTypeOf(head)
  const isText = type !== undefined && texts.includes(type)
  const given = isText ? oneFile(text) : parseJson(text)
  // Where texts are taken, JSON that is no list of files is a file itself.
  const isFile = texts.length > 0 && typeof given === 'object' && given !== null && !Object.hasOwn(given, 'files')
  // Every body is declared as a record.
  return body?.read(isFile ? oneFile(text) : given, '') as { readonly [name: string]: unknown }
}

function oneFile(text: string) {
  return { files: [{ path: 'body', text }] }
}
