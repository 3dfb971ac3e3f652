/** A small SCIM 2.0 server, written from RFC 7643 and RFC 7644, for a client to be held to. It keeps users and groups in memory. */

import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ScimServerOptions {
  readonly token?: string
  /** What it says of itself, and does. Default true. */
  readonly patches?: boolean
  readonly filters?: boolean
  /** Resources in one page at most. Default 25. */
  readonly pageLimit?: number
  /** Users cannot be deleted (405). */
  readonly keepsUsers?: boolean
}

interface Stored {
  id: string
  version: number
  attributes: Record<string, unknown>
}
type Endpoint = 'Users' | 'Groups'
interface Operation {
  readonly op: string
  readonly path?: string
  readonly value?: unknown
}

class Fault extends Error {
  readonly status: number
  readonly scimType: string | undefined
  constructor(status: number, scimType?: string) {
    super(`${status} ${scimType ?? ''}`)
    this.status = status
    this.scimType = scimType
  }
}

const error = 'urn:ietf:params:scim:api:messages:2.0:Error'
const list = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
const core = 'urn:ietf:params:scim:schemas:core:2.0'

export class ScimServer {
  readonly #options: Required<ScimServerOptions>
  readonly #stored: Readonly<Record<Endpoint, Map<string, Stored>>> = { Users: new Map(), Groups: new Map() }
  /** Method and path of every call, in their order. */
  readonly calls: string[] = []
  /** Answers this status to everything, with these headers. */
  broken: { readonly status: number; readonly headers?: Record<string, string> } | undefined
  /** Called before a write is carried out. */
  beforeWrite: (() => void) | undefined

  constructor({ token = 'a token', patches = true, filters = true, pageLimit = 25, keepsUsers = false }: ScimServerOptions = {}) {
    this.#options = { token, patches, filters, pageLimit, keepsUsers }
  }

  /** Puts a resource there as somebody else would. Gives its id. */
  put(endpoint: Endpoint, attributes: Record<string, unknown>): string {
    const id = randomUUID()
    this.#stored[endpoint].set(id, { id, version: 1, attributes: { ...attributes } })
    return id
  }

  /** Changes a resource as somebody else would. */
  change(endpoint: Endpoint, id: string, attributes: Record<string, unknown>): void {
    const stored = this.#stored[endpoint].get(id)
    if (stored === undefined) throw new Error('there is no such resource')
    stored.version += 1
    Object.assign(stored.attributes, attributes)
  }

  all(endpoint: Endpoint): readonly Record<string, unknown>[] {
    return [...this.#stored[endpoint].values()].map(({ id, attributes }) => ({ id, ...attributes }))
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    const path = url.pathname.replace(/^.*\/scim\/v2\//, '')
    this.calls.push(`${request.method} ${path}`)
    if (this.broken !== undefined) return new Response('out of order', this.broken)
    try {
      if (request.headers.get('authorization') !== `Bearer ${this.#options.token}`) throw new Fault(401)
      const body = request.method === 'GET' || request.method === 'DELETE' ? undefined : ((await request.json()) as Record<string, unknown>)
      const [endpoint = '', id] = path.split('/').map(decodeURIComponent)
      if (endpoint === 'ServiceProviderConfig') return this.#answer(200, this.#config())
      if (endpoint !== 'Users' && endpoint !== 'Groups') throw new Fault(404)
      if (request.method !== 'GET') this.beforeWrite?.()
      return id === undefined ? this.#many(request.method, endpoint, url.searchParams, body) : this.#one(request, endpoint, id, body)
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault
      const { status, scimType } = fault
      return this.#answer(status, { schemas: [error], status: String(status), ...(scimType === undefined ? {} : { scimType }) })
    }
  }

  #config() {
    const { patches, filters, pageLimit } = this.#options
    return {
      schemas: [`${core}:ServiceProviderConfig`],
      patch: { supported: patches },
      filter: { supported: filters, maxResults: pageLimit },
      etag: { supported: true },
    }
  }

  #answer(status: number, body: object, etag?: string): Response {
    const headers = { 'content-type': 'application/scim+json', ...(etag === undefined ? {} : { etag }) }
    return new Response(JSON.stringify(body), { status, headers })
  }

  #shown(endpoint: Endpoint, { id, version, attributes }: Stored, withMembers = true) {
    const { members, ...rest } = attributes
    const shown = { ...rest, id, meta: { resourceType: endpoint.slice(0, -1), version: `W/"${version}"` } }
    // An attribute without a value is not there (RFC 7643, section 2.5).
    return withMembers && Array.isArray(members) && members.length > 0 ? { ...shown, members } : shown
  }

  #many(method: string, endpoint: Endpoint, query: URLSearchParams, body: Record<string, unknown> | undefined): Response {
    if (method === 'POST' && body !== undefined) {
      this.#requireUnique(endpoint, body, undefined)
      const stored: Stored = { id: randomUUID(), version: 1, attributes: this.#read(endpoint, body) }
      this.#stored[endpoint].set(stored.id, stored)
      return this.#answer(201, this.#shown(endpoint, stored), 'W/"1"')
    }
    if (method !== 'GET') throw new Fault(405)
    const filter = query.get('filter')
    if (filter !== null && !this.#options.filters) throw new Fault(400, 'invalidFilter')
    const found = [...this.#stored[endpoint].values()].filter(({ attributes }) => filter === null || fits(filter, attributes))
    const startIndex = Math.max(1, Number(query.get('startIndex') ?? 1))
    const count = Math.min(this.#options.pageLimit, Number(query.get('count') ?? this.#options.pageLimit))
    const page = found.slice(startIndex - 1, startIndex - 1 + count).map((stored) => this.#shown(endpoint, stored))
    return this.#answer(200, { schemas: [list], totalResults: found.length, startIndex, itemsPerPage: page.length, Resources: page })
  }

  #one(request: Request, endpoint: Endpoint, id: string, body: Record<string, unknown> | undefined): Response {
    const stored = this.#stored[endpoint].get(id)
    if (stored === undefined) throw new Fault(404)
    const ifMatch = request.headers.get('if-match')
    if (ifMatch !== null && ifMatch !== `W/"${stored.version}"`) throw new Fault(412)
    switch (request.method) {
      case 'GET':
        return this.#answer(200, this.#shown(endpoint, stored), `W/"${stored.version}"`)
      case 'DELETE':
        if (endpoint === 'Users' && this.#options.keepsUsers) throw new Fault(405)
        this.#stored[endpoint].delete(id)
        for (const group of this.#stored.Groups.values()) {
          group.attributes.members = membersOf(group).filter((member) => member.value !== id)
        }
        return new Response(null, { status: 204 })
      case 'PUT': {
        const attributes = this.#read(endpoint, body ?? {})
        this.#requireUnique(endpoint, attributes, id)
        stored.attributes = attributes
        break
      }
      case 'PATCH': {
        if (!this.#options.patches) throw new Fault(501)
        const attributes = structuredClone(stored.attributes)
        for (const operation of (body?.Operations ?? []) as readonly Operation[]) this.#patch(attributes, operation)
        this.#requireUnique(endpoint, attributes, id)
        stored.attributes = attributes
        break
      }
      default:
        throw new Fault(405)
    }
    stored.version += 1
    return this.#answer(200, this.#shown(endpoint, stored), `W/"${stored.version}"`)
  }

  #read(endpoint: Endpoint, { id: _id, meta: _meta, ...attributes }: Record<string, unknown>): Record<string, unknown> {
    const [required, other] = endpoint === 'Users' ? (['userName', 'User'] as const) : (['displayName', 'Group'] as const)
    if (typeof attributes[required] !== 'string' || attributes[required] === '') throw new Fault(400, 'invalidValue')
    if (!(attributes.schemas as readonly unknown[] | undefined)?.includes(`${core}:${other}`)) throw new Fault(400, 'invalidSyntax')
    return attributes
  }

  /** User names are unique without regard to case; names of groups are not unique by the standard. */
  #requireUnique(endpoint: Endpoint, { userName }: Record<string, unknown>, self: string | undefined): void {
    if (endpoint !== 'Users') return
    for (const { id, attributes } of this.#stored.Users.values()) {
      if (id !== self && String(attributes.userName).toLowerCase() === String(userName).toLowerCase()) throw new Fault(409, 'uniqueness')
    }
  }

  #patch(attributes: Record<string, unknown>, { op, path, value }: Operation): void {
    if (path === undefined) throw new Fault(400, 'noTarget')
    const filtered = /^members\[value eq ("(?:[^"\\]|\\.)*")\]$/.exec(path)?.[1]
    if (filtered !== undefined) {
      if (op !== 'remove') throw new Fault(400, 'invalidPath')
      const members = (attributes.members ?? []) as readonly { readonly value: string }[]
      attributes.members = members.filter((member) => member.value !== JSON.parse(filtered))
      return
    }
    if (path === 'members' && op === 'add') {
      const held = (attributes.members ?? []) as readonly { readonly value: string }[]
      const added = (value as readonly { readonly value: string }[]).filter((each) => !held.some((one) => one.value === each.value))
      for (const each of added) if (!this.#stored.Users.has(each.value)) throw new Fault(400, 'invalidValue')
      attributes.members = [...held, ...added]
      return
    }
    const [outer = '', inner, more] = path.split('.')
    if (more !== undefined || !/^\w+$/.test(outer)) throw new Fault(400, 'invalidPath')
    if (op !== 'remove' && op !== 'replace' && op !== 'add') throw new Fault(400, 'invalidSyntax')
    const place = inner === undefined ? attributes : ({ ...(attributes[outer] as object | undefined) } as Record<string, unknown>)
    if (op === 'remove') delete place[inner ?? outer]
    else place[inner ?? outer] = value
    if (inner !== undefined) attributes[outer] = place
  }
}

/** `attribute eq "value"`; names of users and groups are compared without case, other texts to the letter. */
function fits(filter: string, attributes: Record<string, unknown>): boolean {
  const [, attribute = '', text = ''] = /^(\w+) eq ("(?:[^"\\]|\\.)*")$/.exec(filter) ?? []
  if (!['userName', 'displayName', 'externalId'].includes(attribute)) throw new Fault(400, 'invalidFilter')
  const [wanted, found] = [JSON.parse(text) as string, attributes[attribute]]
  if (typeof found !== 'string') return false
  return attribute === 'externalId' ? found === wanted : found.toLowerCase() === wanted.toLowerCase()
}

function membersOf({ attributes }: Stored): readonly { readonly value: string }[] {
  return (attributes.members ?? []) as readonly { readonly value: string }[]
}

/** Serves it on a free port of this machine. */
export async function listenScim(scim: ScimServer): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server: Server = createServer(async (incoming, outgoing) => {
    const pieces: Buffer[] = []
    for await (const piece of incoming) pieces.push(piece as Buffer)
    const body = Buffer.concat(pieces)
    const headers = Object.entries(incoming.headers).filter((each): each is [string, string] => typeof each[1] === 'string')
    const init = { method: incoming.method ?? 'GET', headers, ...(body.length === 0 ? {} : { body }) }
    const response = await scim.fetch(new Request(`http://localhost${incoming.url}`, init))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(Buffer.from(await response.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/scim/v2`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
