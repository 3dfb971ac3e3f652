import { describe, expect, it } from 'vitest'
import type { Endpoint } from '../../src/api/endpoint.ts'
import type { EndpointName } from '../../src/api/endpoints.ts'
import { endpointNames, endpoints } from '../../src/api/endpoints.ts'
import { openApiDocument } from '../../src/api/openapi.ts'
import { changeKinds, errorCodes } from '../../src/core/index.ts'

type Node = { readonly [key: string]: unknown }

const served: Node = JSON.parse(JSON.stringify(openApiDocument('1.2.3')))

/** Every object of the document, with the path that leads to it. */
function* nodes(value: unknown, path: string): IterableIterator<readonly [path: string, node: Node]> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield [path, value as Node]
  for (const [key, each] of Object.entries(value)) yield* nodes(each, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
}

function at(pointer: string): unknown {
  const keys = pointer.slice(2).split('/')
  return keys.reduce<unknown>((node, key) => (node as Node | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], served)
}

interface Operation {
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: unknown }[]
  readonly responses: { readonly [status: string]: Node }
  readonly requestBody?: { readonly content: Node }
  readonly tags: readonly string[]
}
const operations = Object.entries(served.paths as { readonly [path: string]: { readonly [method: string]: Operation } }).flatMap(
  ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

describe('the API document', () => {
  it('says what it is', () => {
    expect(served).toMatchObject({ openapi: '3.1.0', info: { title: 'Curia', version: '1.2.3' }, jsonSchemaDialect: expect.any(String) })
    expect(Object.keys(served).sort()).toEqual([
      'components',
      'info',
      'jsonSchemaDialect',
      'openapi',
      'paths',
      'security',
      'servers',
      'tags',
    ])
  })

  it('holds every endpoint once, under its own name', () => {
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual([...endpointNames].sort())
    expect(operations).toHaveLength(Object.keys(endpoints).length)
  })

  it('refers only to what is there', () => {
    const references = [...nodes(served, '#')].flatMap(([, node]) => (typeof node.$ref === 'string' ? [node.$ref] : []))
    expect(references.length).toBeGreaterThan(100)
    expect(references.filter((reference) => !reference.startsWith('#/') || at(reference) === undefined)).toEqual([])
  })

  it('declares each parameter of a path, and no other, as required', () => {
    for (const { path, operation } of operations) {
      const written = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const declared = operation.parameters.filter((parameter) => parameter.in === 'path')
      expect(declared.map(({ name }) => name)).toEqual(written)
      expect(declared.every(({ required }) => required)).toBe(true)
    }
  })

  it('declares no parameter twice, and each with a schema', () => {
    for (const { operation } of operations) {
      const keys = operation.parameters.map((parameter) => `${parameter.in} ${parameter.name}`)
      expect(new Set(keys).size).toBe(keys.length)
      expect(operation.parameters.every(({ schema }) => typeof schema === 'object')).toBe(true)
    }
  })

  it('describes every answer by its status, and each but that to a deletion has a content', () => {
    for (const { operation } of operations) {
      const endpoint: Endpoint = endpoints[operation.operationId as EndpointName]
      const { status = 200, previewAnswer } = endpoint
      const expected = new Set([...(previewAnswer === undefined ? [] : ['200']), String(status), 'default'])
      expect(Object.keys(operation.responses).sort()).toEqual([...expected].sort())
      for (const [code, response] of Object.entries(operation.responses)) {
        if (code === 'default') continue
        expect(response).toMatchObject({ description: expect.any(String) })
        expect(response.content !== undefined, `${operation.operationId} ${code}`).toBe(code !== '204')
      }
    }
  })

  it('uses only tags that it explains, and names that components may have', () => {
    const known = (served.tags as readonly { readonly name: string }[]).map(({ name }) => name)
    expect(operations.flatMap(({ operation }) => operation.tags).filter((tag) => !known.includes(tag))).toEqual([])
    const names = Object.values(served.components as { readonly [kind: string]: Node }).flatMap((kind) => Object.keys(kind))
    expect(names.filter((name) => !/^[a-zA-Z0-9._-]+$/.test(name))).toEqual([])
  })

  it('has schemas that JSON Schema 2020-12 allows', () => {
    const types = ['string', 'integer', 'number', 'boolean', 'object', 'array', 'null']
    for (const [path, node] of nodes((served.components as Node).schemas, '')) {
      if (path.endsWith('/properties')) continue
      if (typeof node.type === 'string') expect(types, path).toContain(node.type)
      if (node.enum !== undefined) expect(Array.isArray(node.enum) && node.enum.length > 0, path).toBe(true)
      if (typeof node.pattern === 'string') expect(() => new RegExp(node.pattern as string, 'u'), path).not.toThrow()
      for (const limit of ['minimum', 'maximum', 'minLength', 'maxLength', 'maxItems'])
        if (node[limit] !== undefined && typeof node[limit] !== 'object')
          expect(Number.isSafeInteger(node[limit]), `${path} ${limit}`).toBe(true)
      if (Array.isArray(node.required)) {
        const { properties } = node as { readonly properties: Node }
        expect(
          node.required.filter((name: string) => properties[name] === undefined),
          path,
        ).toEqual([])
      }
    }
  })

  it('holds every kind of change and every error code', () => {
    const { Change } = (served.components as { readonly schemas: { readonly [name: string]: Node } }).schemas
    expect(Change?.oneOf).toEqual(changeKinds.map((kind) => ({ $ref: `#/components/schemas/${kind}` })))
    expect(at('#/components/schemas/Problem/properties/code/enum')).toEqual(errorCodes)
  })
})

describe('the endpoints', () => {
  it('say each field once: path, query and body stand side by side in the client', () => {
    for (const name of endpointNames) {
      const { parameters, query, body } = endpoints[name] as {
        readonly parameters?: object
        readonly query?: object
        readonly body?: { readonly schema: { readonly properties?: object } }
      }
      const fields = [...Object.keys(parameters ?? {}), ...Object.keys(query ?? {}), ...Object.keys(body?.schema.properties ?? {})]
      expect(new Set(fields).size, name).toBe(fields.length)
    }
  })
})
