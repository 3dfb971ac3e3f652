/** Judges the call of an endpoint: first what need not wait for its body, then its input, and runs its door. Whichever way a request came in, it passes here. */

import type { Endpoint, Right } from '../api/endpoint.ts'
import type { EndpointName, InputOf } from '../api/endpoints.ts'
import { takesRecentSignIn } from '../api/recent.ts'
import type { ActorReference } from '../core/index.ts'
import { canonicalJson, refuse } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import type { Visitor } from '../service/sign-in.ts'
import { ownOrigins, refuseForeignPage, refuseForms } from './arrival.ts'
import { pathFor } from './asked-tenant.ts'
import type { Caller } from './authenticate.ts'
import type { Budgets } from './budget.ts'
import type { Call, Doors } from './door.ts'
import type { Head } from './head.ts'
import { doors } from './rest.ts'

/** What all calls of a tenant share. */
export interface Judging extends Pick<Call, 'cursors' | 'document' | 'signIn' | 'tenantName' | 'neighbours'> {
  /** A handle whose `as` may be called for anybody. */
  readonly base: Access
  /** The handle of an actor. */
  readonly handleOf: (actor: ActorReference) => Access
  /** The name of the budget of an actor: namesakes in two tenants are two callers. */
  readonly budgetOf: (actor: ActorReference) => string
  readonly publicUrl: string | undefined
  readonly budgets: Budgets
  /** The caller is the program that holds the handler. */
  readonly isProgram: boolean
}

/** A request that has found its endpoint. */
export interface Approach {
  readonly name: EndpointName
  readonly endpoint: Endpoint
  readonly head: Head
  /** The whole address that was called. */
  readonly url: string
  /** What stood in front of the path: `/t/acme`, or nothing. */
  readonly prefix: string
  readonly visitor: Visitor
  /** A proxy of ours has brought it. */
  readonly isProxied: boolean
  /** Absent: nobody in particular. */
  readonly caller: Caller | undefined
  /** Finds out again who calls. */
  readonly identify: () => Promise<Caller>
}

/** The handle that the call is made with. Throws what stands against caller, budget, page and scope. */
export function admit({ endpoint, head, url, visitor, isProxied, caller }: Approach, judging: Judging): Access {
  // INVARIANT: without a caller nothing is called but what is open to everybody, however the path was read on the way here.
  if (caller === undefined && endpoint.right.kind !== 'public') throw refuse('unauthenticated', { reason: 'sign in, or send an API key' })
  // Whoever is nobody in particular is the same everywhere.
  judging.budgets.take(endpoint.tag, caller === undefined ? (visitor.address ?? 'unknown') : judging.budgetOf(caller.actor))
  refuseStrangers(endpoint, head, caller, () => ownOrigins(url, judging.publicUrl, isProxied))
  // A public endpoint is called by nobody in particular, and gets nothing but what it answers to everybody.
  if (caller === undefined) return judging.base
  requireScope(endpoint.right, caller)
  return judging.handleOf(caller.actor)
}

/** The token of the revision that the answer must not be older than; undefined: none is asked for. */
export function wantedToken({ head, caller }: Approach): string | undefined {
  return caller === undefined ? undefined : (head.headers.get('curia-at-least') ?? undefined)
}

/**
 * Judges the right before the body is read, where it does not depend on it: an import of 64 MiB by somebody without the right is not
 * worth reading.
 */
export function requireRight({ right }: Endpoint, access: Access): void {
  if (right.kind === 'permission' && right.unlessSelf === undefined) access.require(right.permission)
}

/** Judges what depends on the input, and runs the door: what it answers, or will. */
export function carryOut(approach: Approach, judging: Judging, access: Access, input: { readonly [name: string]: unknown }): unknown {
  const { name, endpoint, head, url, prefix, visitor, caller, identify } = approach
  const { base, publicUrl, isProgram, cursors, document, signIn, tenantName, neighbours } = judging
  const { right } = endpoint
  if (right.kind === 'permission' && right.unlessSelf !== undefined && !asksAboutSelf(right, input, access.actor))
    access.require(right.permission)
  if (caller?.session !== undefined && takesRecentSignIn(endpoint, input)) signIn?.requireRecent(caller.session)
  const home = () => publicUrl ?? new URL(url).origin
  const call: Call = {
    cursors,
    document,
    signIn,
    by: isProgram ? 'program' : (caller?.by ?? 'key'),
    session: caller?.session,
    visitor,
    home,
    address: () => `${home()}${prefix === '' ? pathFor(base.tenant) : prefix}`,
    tenantName,
    neighbours,
    access,
    scopes: caller?.scopes ?? [],
    everything: judging.handleOf('system:server'),
    ifMatch: head.headers.get('if-match') ?? undefined,
    idempotencyKey: endpoint.repeatable === true ? readIdempotencyKey(head) : undefined,
    lastEvent: head.headers.get('last-event-id') ?? undefined,
    isStillCaller: async () => caller === undefined || (await isStill(caller, identify)),
    accepted: head.headers.get('accept') ?? '',
  }
  return run(name, call, input)
}

/** What is made of those who call, such as their handles, so that it is not made for every call. */
export function remembered<T extends Access | string>(make: (actor: ActorReference) => T): (actor: ActorReference) => T {
  const found = new Map<ActorReference, T>()
  return (actor) => {
    const known = found.get(actor)
    if (known !== undefined) return known
    const made = make(actor)
    found.set(actor, made)
    for (const oldest of found.keys()) if (found.size > rememberedActors) found.delete(oldest)
    return made
  }
}
const rememberedActors = 1000

/** Whether the credential of the request still stands for the caller, and is no narrower than it was. */
async function isStill(caller: Caller, identify: Approach['identify']): Promise<boolean> {
  try {
    return credentialIn(await identify()) === credentialIn(caller)
  } catch {
    return false
  }
}

/** What must stay the same of a caller; a session may be seen again. */
function credentialIn({ actor, scopes, key, session }: Caller): string {
  return canonicalJson([actor, scopes, key ?? '', session?.id ?? ''])
}

/** Refuses what a page of somebody else makes a browser send: with its session, or to give it one. */
function refuseStrangers(endpoint: Endpoint, head: Head, caller: Caller | undefined, own: () => ReadonlySet<string>): void {
  if (endpoint.method === 'GET') return
  if (caller?.session !== undefined) {
    refuseForeignPage(head, own(), false)
    refuseForms(head)
    // A browser may know a password of HTTP Basic, and sends it along like a cookie.
  } else if (caller?.by === 'basic' || (endpoint.tag === 'sign-in' && endpoint.right.kind === 'public'))
    refuseForeignPage(head, own(), true)
}

function asksAboutSelf(
  { unlessSelf = '', selfId }: Extract<Right, { readonly kind: 'permission' }>,
  input: { readonly [name: string]: unknown },
  actor: ActorReference,
): boolean {
  const given = input[unlessSelf]
  if (Array.isArray(given))
    return given.every((each: unknown) => typeof each === 'object' && each !== null && 'subject' in each && each.subject === actor)
  return typeof given === 'string' && (selfId === true ? `user:${given}` : given) === actor
}

function run<Name extends EndpointName>(name: Name, call: Call, input: object): ReturnType<Doors[Name]> {
  const door: (call: Call, input: InputOf<Name>) => unknown = doors[name]
  // The input was read by the shapes of this very endpoint, and its door answers what it declares.
  return door(call, input as InputOf<Name>) as ReturnType<Doors[Name]>
}

/** A key that is narrowed must name the permission of the endpoint. One that is judged by what it touches cannot be called with such a key. */
function requireScope(right: Right, { scopes }: Caller): void {
  if (scopes.length === 0 || right.kind === 'public') return
  const permission = 'permission' in right && right.kind !== 'write' ? right.permission : undefined
  if (permission === undefined || !scopes.includes(permission)) throw refuse('scope_denied', { scope: permission ?? 'change anything' })
}

function readIdempotencyKey({ headers }: Head): string | undefined {
  const key = headers.get('idempotency-key')
  if (key === null) return undefined
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw refuse('invalid_parameter', { field: 'Idempotency-Key', reason: 'has 1 to 255 printable ASCII characters without spaces' })
  return key
}
