/** A SCIM 2.0 server (RFC 7643, RFC 7644): accounts as its users and groups. */

import { CuriaError } from '../core/index.ts'
import type { OutwardFetch, OutwardOptions } from './outward-fetch.ts'
import { outwardFetch } from './outward-fetch.ts'
import type { Resource } from './scim-resource.ts'
import { groupIn, listIn, marked, profileOperations, userIn, userResource } from './scim-resource.ts'
import type { Act, Holdings, Outcome, Probe, Sought, SoughtAccounts, Target, TargetDescription } from './target.ts'
import { TargetFailure } from './target.ts'

export interface ScimOptions extends OutwardOptions {
  /** The base address: `https://example.org/scim/v2`. */
  readonly url: string
  /** Sent as a bearer token. */
  readonly token?: string
  /** Default: over the network, with an eye on the addresses. */
  readonly fetch?: OutwardFetch
}

/**
 * The accounts of a SCIM server. What we make bears an `externalId` that begins with `curia:`, by which it is found again. Nested groups
 * are given as the people in them. Where the server has no PATCH, the resource is read and replaced (with `If-Match`).
 */
export function scimTarget(options: ScimOptions): Target {
  return new ScimTarget(options)
}

const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group'

/** The standard gives names no length; servers are known to take so many characters. */
const nameLength = 255
/** Resources that are asked for at once, and calls that are under way at once. */
const pageSize = 100
const callsAtOnce = 4
/** With more to look for than so many, everything is read. */
const soughtOneByOne = 100
/** Members that are put into a group by one call. */
const membersAtOnce = 100
/** How often a resource that somebody else is changing is read again. */
const replaceTries = 4

/** What a server says of itself, as far as it matters. */
interface Abilities {
  readonly patches: boolean
  readonly filters: boolean
}

type Endpoint = 'Users' | 'Groups'
interface Operation {
  readonly op: 'add' | 'remove' | 'replace'
  readonly path: string
  readonly value?: unknown
}

class ScimTarget implements Target {
  readonly kind = 'scim'
  readonly place: string
  readonly #base: string
  readonly #token: string | undefined
  readonly #fetch: OutwardFetch

  constructor({ url, token, fetch, ...outward }: ScimOptions) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined
    // The address may hold a password, and is not repeated.
    if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '') {
      throw new TargetFailure('the address of a SCIM server is https://..., without user and password in it')
    }
    this.#base = `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`
    this.place = this.#base
    this.#token = token
    this.#fetch = fetch ?? outwardFetch(outward)
  }

  async describe(): Promise<TargetDescription> {
    // So that a server that is away is known to be.
    await this.#abilities()
    const names = { firstName: nameLength, lastName: nameLength, displayName: nameLength, email: nameLength }
    return {
      fields: new Set(['firstName', 'lastName', 'displayName', 'email', 'active']),
      limits: { userName: nameLength, groupName: nameLength, ...names },
      // User names are compared without case (RFC 7643, section 4.1.1).
      nameKey: (name) => name.normalize('NFKC').toLowerCase(),
    }
  }

  async probe(): Promise<Probe> {
    await this.#abilities()
    const count = async (endpoint: Endpoint) => listIn(await this.#get(`${endpoint}?startIndex=1&count=1`)).totalResults
    return { users: await count('Users'), groups: await count('Groups') }
  }

  async read(sought?: Sought): Promise<Holdings> {
    const { filters } = await this.#abilities()
    const users = await this.#find('Users', sought?.users, 'userName', filters)
    const groups = await this.#find('Groups', sought?.groups, 'displayName', filters)
    return { users: users.map(userIn), groups: groups.map(groupIn) }
  }

  async apply(acts: readonly Act[]): Promise<readonly Outcome[]> {
    const { patches } = await this.#abilities()
    const outcomes: Outcome[] = []
    for (const run of runsOf(acts)) {
      const [first] = run
      if (first?.kind === 'join' || first?.kind === 'leave') outcomes.push(...(await this.#changeMembers(first.group, run, patches)))
      else outcomes.push(...(await inParallel(run, (act) => this.#do(act, patches))))
    }
    return outcomes
  }

  async close(): Promise<void> {}

  async #abilities(): Promise<Abilities> {
    const { status, body } = await this.#call('GET', 'ServiceProviderConfig')
    // It is part of the standard, and left out by some: then they are asked as if they could, which their answers will tell.
    if (status === 404) return { patches: true, filters: true }
    const config = status === 200 ? body : undefined
    if (config === undefined) throw this.#failure(`answers ${status} where it should say what it can`)
    const supports = (feature: unknown) =>
      typeof feature === 'object' && feature !== null && 'supported' in feature && feature.supported === true
    return { patches: supports(config.patch), filters: supports(config.filter) }
  }

  /** Everything, or what is looked for, each once. */
  async #find(
    endpoint: Endpoint,
    sought: SoughtAccounts | undefined,
    nameAttribute: string,
    filters: boolean,
  ): Promise<readonly Resource[]> {
    const found = await this.#foundBy(endpoint, sought, nameAttribute, filters)
    if (endpoint === 'Users') return found
    // Lists may leave the members out.
    const whole = await inParallel(found, async (group) => ('members' in group ? group : this.#one(endpoint, group.id)))
    return whole.filter((group) => group !== undefined)
  }

  async #foundBy(
    endpoint: Endpoint,
    sought: SoughtAccounts | undefined,
    nameAttribute: string,
    filters: boolean,
  ): Promise<readonly Resource[]> {
    if (sought === undefined) return this.#all(endpoint)
    const { ids, names, marks } = sought
    const count = ids.length + names.length + marks.length
    if (count === 0) return []
    const fits = isSought(sought, nameAttribute)
    if (!filters || count > soughtOneByOne) return (await this.#all(endpoint)).filter(fits)
    const found = [
      await inParallel(ids, async (id) => this.#one(endpoint, id)),
      await inParallel(names, (name) => this.#all(endpoint, `${nameAttribute} eq ${JSON.stringify(name)}`)),
      await inParallel(marks, (mark) => this.#all(endpoint, `externalId eq ${JSON.stringify(marked(mark))}`)),
    ].flat(2)
    // A server that does not know a filter may give everything.
    const wanted = found.filter((resource): resource is Resource => resource !== undefined && fits(resource))
    return [...new Map(wanted.map((resource) => [resource.id, resource])).values()]
  }

  async #one(endpoint: Endpoint, id: string): Promise<Resource | undefined> {
    const { status, body } = await this.#call('GET', `${endpoint}/${encodeURIComponent(id)}`)
    if (status === 404) return undefined
    if (status !== 200 || body === undefined)
      throw this.#failure(`answers ${status} to a question about one of its ${endpoint.toLowerCase()}`)
    return body
  }

  /** Page by page. What vanishes between two pages moves the others forward, so the count at the end is compared. */
  async #all(endpoint: Endpoint, filter?: string): Promise<readonly Resource[]> {
    const found = new Map<string, Resource>()
    const filtered = filter === undefined ? '' : `&filter=${encodeURIComponent(filter)}`
    let startIndex = 1
    for (;;) {
      const page = listIn(await this.#get(`${endpoint}?startIndex=${startIndex}&count=${pageSize}${filtered}`))
      for (const resource of page.resources) found.set(resource.id, resource)
      startIndex += page.resources.length
      if (startIndex > page.totalResults) {
        if (found.size < page.totalResults) throw this.#failure('changed while it was read')
        return [...found.values()]
      }
      if (page.resources.length === 0) throw this.#failure(`gives ${found.size} of ${page.totalResults} ${endpoint.toLowerCase()}`)
    }
  }

  async #get(path: string): Promise<Resource> {
    const { status, body } = await this.#call('GET', path)
    if (status !== 200 || body === undefined)
      throw this.#failure(`answers ${status} to a list of its ${path.replace(/\?.*/, '').toLowerCase()}`)
    return body
  }

  async #do(act: Act, patches: boolean): Promise<Outcome> {
    switch (act.kind) {
      case 'create-user':
        return this.#make('Users', userResource(act.name, act.profile, act.mark))
      case 'create-group':
        return this.#make('Groups', { schemas: [groupSchema], externalId: marked(act.mark), displayName: act.name })
      case 'update-user': {
        const renamed: readonly Operation[] = act.name === undefined ? [] : [{ op: 'replace', path: 'userName', value: act.name }]
        return this.#change('Users', act.id, [...renamed, ...profileOperations(act.profile)], patches)
      }
      case 'rename-group':
        return this.#change('Groups', act.id, [{ op: 'replace', path: 'displayName', value: act.name }], patches)
      case 'delete-user':
        return this.#remove('Users', act.id, patches)
      case 'delete-group':
        return this.#remove('Groups', act.id, patches)
      default:
        throw new Error(`${act.kind} goes with others of its group`)
    }
  }

  async #make(endpoint: Endpoint, resource: object): Promise<Outcome> {
    const { status, body } = await this.#call('POST', endpoint, resource)
    if (status === 201 && body !== undefined) return { kind: 'done', id: body.id }
    return this.#refusal(status, body)
  }

  async #change(endpoint: Endpoint, id: string, operations: readonly Operation[], patches: boolean): Promise<Outcome> {
    if (operations.length === 0) return (await this.#one(endpoint, id)) === undefined ? { kind: 'gone' } : { kind: 'done' }
    const path = `${endpoint}/${encodeURIComponent(id)}`
    if (!patches) return this.#replace(path, (resource) => applied(resource, operations))
    // No `If-Match`: it changes what it names and nothing else, whatever somebody else is changing.
    const { status, body } = await this.#call('PATCH', path, { schemas: [patchSchema], Operations: operations })
    if (status === 200 || status === 204) return { kind: 'done' }
    return status === 404 ? { kind: 'gone' } : this.#refusal(status, body)
  }

  /** For servers without PATCH. Nobody's change is overwritten: with an `ETag` it is refused and read again. */
  async #replace(path: string, change: (resource: Resource) => object): Promise<Outcome> {
    for (let tries = 1; ; tries += 1) {
      const found = await this.#call('GET', path)
      if (found.status === 404) return { kind: 'gone' }
      if (found.status !== 200 || found.body === undefined) throw this.#failure(`answers ${found.status} to a question`)
      const { status, body } = await this.#call('PUT', path, change(found.body), found.etag)
      if (status === 200 || status === 204) return { kind: 'done' }
      if (status === 404) return { kind: 'gone' }
      if (status !== 412) return this.#refusal(status, body)
      if (tries === replaceTries) throw this.#failure('is changed by somebody else all the time')
    }
  }

  async #changeMembers(group: string, acts: readonly Act[], patches: boolean): Promise<readonly Outcome[]> {
    const joining = acts.flatMap((act) => (act.kind === 'join' ? [act.user] : []))
    const leaving = acts.flatMap((act) => (act.kind === 'leave' ? [act.user] : []))
    const path = `Groups/${encodeURIComponent(group)}`
    const outcome = patches
      ? await this.#change('Groups', group, memberOperations(joining, leaving), true)
      : await this.#replace(path, (resource) => {
          const kept = groupIn(resource).members.filter((id) => !leaving.includes(id) && !joining.includes(id))
          return { ...resource, members: [...kept, ...joining].map((value) => ({ value })) }
        })
    // Who leaves a group that is gone has left it.
    return acts.map((act): Outcome => (outcome.kind === 'gone' && act.kind === 'leave' ? { kind: 'done' } : outcome))
  }

  async #remove(endpoint: Endpoint, id: string, patches: boolean): Promise<Outcome> {
    const { status, body } = await this.#call('DELETE', `${endpoint}/${encodeURIComponent(id)}`)
    if (status === 204 || status === 200 || status === 202) return { kind: 'done' }
    if (status === 404) return { kind: 'gone' }
    // Many keep their users: those who cannot be deleted are switched off.
    if (endpoint === 'Users' && [400, 405, 409, 501].includes(status)) {
      const off = await this.#change('Users', id, [{ op: 'replace', path: 'active', value: false }], patches)
      return off.kind === 'done' ? { kind: 'held', reason: 'the server does not delete its users' } : off
    }
    return this.#refusal(status, body)
  }

  #refusal(status: number, body: Resource | undefined): Outcome {
    if (status === 409) return { kind: 'refused', reason: 'the name is taken there' }
    const type = body?.scimType
    // One of the words of RFC 7644, section 3.12; texts of the server are not repeated.
    if (status === 400)
      return {
        kind: 'refused',
        reason: `the server does not take it${typeof type === 'string' && /^\w{1,40}$/.test(type) ? ` (${type})` : ''}`,
      }
    throw this.#failure(`answers ${status}`)
  }

  /** Sends one call. Whatever means that the server cannot be used now is thrown. */
  async #call(method: string, path: string, body?: object, ifMatch?: string) {
    const headers = new Headers({ accept: 'application/scim+json, application/json' })
    if (this.#token !== undefined) headers.set('authorization', `Bearer ${this.#token}`)
    if (body !== undefined) headers.set('content-type', 'application/scim+json')
    if (ifMatch !== undefined) headers.set('if-match', ifMatch)
    const init = { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body: JSON.stringify(body) }) } as const
    let response: Response
    let text: string
    try {
      response = await this.#fetch(new Request(`${this.#base}/${path}`, init))
      text = await response.text()
    } catch (cause) {
      if (cause instanceof CuriaError) throw new TargetFailure(cause.message, { cause })
      throw this.#failure('cannot be reached', { cause })
    }
    const { status } = response
    if (status === 401 || status === 403) throw this.#failure('does not let us in: the token is not right, or has not the rights it needs')
    if (status === 429 || status >= 500) {
      throw this.#failure(status === 429 ? 'is asked too often' : `answers ${status}`, { retryAfterSeconds: retryAfter(response.headers) })
    }
    if (status >= 300 && status < 400) throw this.#failure('points to another address; name that one')
    return { status, body: resourceIn(text), etag: response.headers.get('etag') ?? undefined }
  }

  #failure(reason: string, options: ConstructorParameters<typeof TargetFailure>[1] = {}): TargetFailure {
    return new TargetFailure(`the SCIM server ${this.place} ${reason}`, options)
  }
}

/** An object with an id, or with whatever else the endpoint gives; anything else is no answer of a SCIM server. */
function resourceIn(text: string): Resource | undefined {
  if (text === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { id } = value as { readonly id?: unknown }
  // Any object may be looked at key by key; messages have no id.
  return { ...(value as { readonly [key: string]: unknown }), id: typeof id === 'string' ? id : '' }
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after')
  if (text === null) return undefined
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(1, seconds) : undefined
}

function isSought({ ids, names, marks }: SoughtAccounts, nameAttribute: string): (resource: Resource) => boolean {
  const [byId, byName, byMark] = [new Set(ids), new Set(names.map((name) => name.toLowerCase())), new Set(marks.map(marked))]
  return ({ id, externalId, [nameAttribute]: name }) =>
    byId.has(id) || byName.has(String(name).toLowerCase()) || (typeof externalId === 'string' && byMark.has(externalId))
}

function memberOperations(joining: readonly string[], leaving: readonly string[]): readonly Operation[] {
  return [
    ...leaving.map((id) => ({ op: 'remove', path: `members[value eq ${JSON.stringify(id)}]` }) as const),
    ...(joining.length === 0 ? [] : [{ op: 'add', path: 'members', value: joining.map((value) => ({ value })) } as const]),
  ]
}

/** A resource with the operations done to it; those of ours name an attribute, or one in another. */
function applied(resource: Resource, operations: readonly Operation[]): object {
  const result: Record<string, unknown> = { ...resource }
  for (const { path, value } of operations) {
    const [outer = '', inner] = path.split('.')
    if (inner === undefined) result[outer] = value
    else result[outer] = { ...(typeof result[outer] === 'object' ? result[outer] : {}), [inner]: value }
  }
  return result
}

/** Acts on the members of one group go together; others alike go side by side. */
function runsOf(acts: readonly Act[]): readonly (readonly Act[])[] {
  const runs: Act[][] = []
  for (const act of acts) {
    const last = runs.at(-1)
    const [first] = last ?? []
    const fits =
      'group' in act
        ? first?.kind === act.kind && first.group === act.group && (last?.length ?? 0) < membersAtOnce
        : first?.kind === act.kind
    if (last !== undefined && fits) last.push(act)
    else runs.push([act])
  }
  return runs
}

/** In the order of the items; a few are under way at a time, and none is begun after one has failed. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += callsAtOnce) {
    results.push(...(await Promise.all(items.slice(start, start + callsAtOnce).map(work))))
  }
  return results
}
