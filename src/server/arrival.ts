/** Where a request comes from: the address of whoever sent it, behind proxies that are trusted, and the pages that are ours. */

import { canonicalAddress, isInNetwork, refuse } from '../core/index.ts'
import type { Visitor } from '../service/sign-in.ts'
import type { Head } from './head.ts'
import { sessionCookies } from './session-cookie.ts'

/** What the socket knows of a request that the request itself does not say. */
export interface Arrival {
  /** The request target as it came over the wire: a URL has already lost its tricks. */
  readonly target?: string | undefined
  /** The address at the other end of the connection. */
  readonly peer?: string | undefined
}

/** The networks of the proxies in front of the server. */
export type TrustedProxies = readonly string[]

/**
 * The address that the request was sent from, in its one spelling; undefined where nobody knows. Of `X-Forwarded-For` the last address
 * counts that is no proxy of ours: what stands before it can be made up. From anybody but a trusted proxy the header is not looked at.
 */
export function addressOf({ headers }: Head, { peer }: Arrival, proxies: TrustedProxies): string | undefined {
  const connected = peer === undefined ? undefined : spelled(peer)
  if (connected === undefined || !isTrusted(connected, proxies)) return connected
  const forwarded = (headers.get('x-forwarded-for') ?? '').split(',').map((text) => text.trim())
  for (const text of forwarded.reverse()) {
    if (text === '') continue
    const address = spelled(withoutPort(text))
    // What a trusted proxy has written and is no address hides whoever stands behind it: then it is the proxy itself.
    if (address === undefined) return connected
    if (!isTrusted(address, proxies)) return address
  }
  return connected
}

/** Whether one of the proxies has brought the request. */
export function isProxied({ peer }: Arrival, proxies: TrustedProxies): boolean {
  return peer !== undefined && isTrusted(peer, proxies)
}

function isTrusted(address: string, proxies: TrustedProxies): boolean {
  if (proxies.length === 0) return false
  let known = trusted.get(proxies)
  if (known === undefined) {
    known = remembering((each) => proxies.some((network) => isInNetwork(each, network)))
    trusted.set(proxies, known)
  }
  return known(address)
}

/** At most so many addresses are remembered; then all are forgotten. */
const remembered = 10_000

/** Reading an address takes longer than answering a check, and few addresses send most requests. */
function remembering<T>(find: (address: string) => T): (address: string) => T {
  const known = new Map<string, { readonly found: T }>()
  return (address) => {
    const before = known.get(address)
    if (before !== undefined) return before.found
    if (known.size >= remembered) known.clear()
    const found = find(address)
    known.set(address, { found })
    return found
  }
}
const spelled = remembering(canonicalAddress)
const trusted = new WeakMap<TrustedProxies, (address: string) => boolean>()

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text
}

/**
 * Refuses (`csrf`) a request that a page of somebody else made a browser send. Browsers say where a request comes from, by
 * `Sec-Fetch-Site` or by `Origin`.
 * @param isOptional whether a request that says neither passes: it comes from a program, which has no cookies of somebody else
 */
export function refuseForeignPage({ headers }: Head, own: ReadonlySet<string>, isOptional: boolean): void {
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  const fault = (reason: string) => refuse('csrf', { reason })
  if (site !== null && site !== 'same-origin') throw fault('the request comes from a page of somebody else')
  if (origin !== null && !own.has(origin)) throw fault('the request comes from a page of another origin')
  if (site === null && origin === null && !isOptional) throw fault('the request does not say which page it comes from: send Origin')
}

/** Refuses (`csrf`) a body that a form of another page could send. One without a type is no form, and is read by nobody. */
export function refuseForms({ headers }: Head): void {
  const type = headers.get('content-type')
  if (type !== null && !/^application\/json\s*(;|$)/i.test(type))
    throw refuse('csrf', { reason: 'with a session, bodies are sent as application/json' })
}

/** The origins of our pages: where the server is called from outside, or as it was called here. */
export function ownOrigins(url: string, publicUrl: string | undefined, isProxied: boolean): ReadonlySet<string> {
  const { origin, host } = new URL(url)
  const outside = publicUrl === undefined ? undefined : new URL(publicUrl)
  if (outside !== undefined) return new Set(outside.host === host ? [outside.origin] : [outside.origin, origin])
  // A proxy speaks TLS and calls us without.
  return new Set(isProxied ? [origin, `https://${host}`] : [origin])
}

/** Who comes, as far as the head of the request and the socket know. */
export function visitorOf(head: Head, arrival: Arrival, proxies: TrustedProxies, tenant: string): Visitor {
  const address = addressOf(head, arrival, proxies)
  const agent = head.headers.get('user-agent')
  const [cookie] = sessionCookies(head, tenant)
  return {
    ...(address === undefined ? {} : { address }),
    ...(agent === null ? {} : { agent }),
    ...(cookie === undefined ? {} : { cookie }),
  }
}
