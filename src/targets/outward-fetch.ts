/** A `fetch` to systems outside that looks at the address it really connects to. */

import { lookup } from 'node:dns'
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { BlockList, isIP } from 'node:net'
import { CuriaError, refuse } from '../core/index.ts'

/** What is asked of a target: any `fetch` can be put in its place. */
export type OutwardFetch = (request: Request) => Promise<Response>

export interface OutwardOptions {
  /** Allows addresses of this machine, and plain HTTP to them. Default false. */
  readonly allowLoopback?: boolean
  /** For a whole answer. Default 15. */
  readonly timeoutSeconds?: number
}

/** Largest answer, in bytes. */
const answerLimit = 32 * 1024 * 1024

/** Where only a machine itself, its neighbours or its keeper answer: what is there is nobody's to ask through us. */
const neverAsked = blocked(
  ['0.0.0.0', 8, 'ipv4'],
  // Link-local; the metadata service of most clouds is among them.
  ['169.254.0.0', 16, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
  ['100.100.100.200', 32, 'ipv4'],
  ['192.0.0.192', 32, 'ipv4'],
  ['fd00:ec2::', 32, 'ipv6'],
  ['224.0.0.0', 3, 'ipv4'],
  ['ff00::', 8, 'ipv6'],
  ['::', 128, 'ipv6'],
)
const loopback = blocked(['127.0.0.0', 8, 'ipv4'], ['::1', 128, 'ipv6'])

function blocked(...nets: readonly (readonly [net: string, prefix: number, type: 'ipv4' | 'ipv6'])[]): BlockList {
  const list = new BlockList()
  for (const [net, prefix, type] of nets) list.addSubnet(net, prefix, type)
  return list
}

/**
 * Follows no redirect and gives up after a while. Every address that a name stands for is judged at the moment of connecting, so that a
 * name cannot be given another address after it was looked at.
 * @throws CuriaError `address_denied`; what Node says when nothing answers
 */
export function outwardFetch({ allowLoopback = false, timeoutSeconds = 15 }: OutwardOptions = {}): OutwardFetch {
  return async (request) => {
    const url = new URL(request.url)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) !== 0) requireAllowed(host, allowLoopback)
    const body = new Uint8Array(await request.arrayBuffer())
    const guarded: LookupFunction = (name, options, callback) => {
      lookup(name, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return callback(error, '', 0)
        try {
          for (const { address } of addresses) requireAllowed(address, allowLoopback)
          // Credentials travel in the open without TLS: that is for this very machine only.
          if (url.protocol === 'http:') for (const { address } of addresses) requireLoopback(address)
        } catch (denied) {
          return callback(denied instanceof Error ? denied : new Error(String(denied)), '', 0)
        }
        const [first] = addresses
        if (options.all === true) callback(null, addresses)
        else callback(null, first?.address ?? '', first?.family ?? 4)
      })
    }
    if (url.protocol === 'http:' && isIP(host) !== 0) requireLoopback(host)
    return new Promise((resolve, reject) => {
      const send = url.protocol === 'https:' ? secureRequest : plainRequest
      const headers = { ...Object.fromEntries(request.headers), ...(body.length === 0 ? {} : { 'content-length': String(body.length) }) }
      const options = { method: request.method, headers, lookup: guarded, signal: AbortSignal.timeout(timeoutSeconds * 1000) }
      const outgoing = send(url, options, (incoming) => {
        const pieces: Buffer[] = []
        let size = 0
        incoming.on('data', (piece: Buffer) => {
          size += piece.length
          if (size > answerLimit) incoming.destroy(new Error('the answer is too large'))
          else pieces.push(piece)
        })
        incoming.on('error', reject)
        incoming.on('end', () => {
          const status = incoming.statusCode ?? 0
          const head = Object.entries(incoming.headers).flatMap(([name, value]) =>
            typeof value === 'string' ? [[name, value] as const] : [],
          )
          resolve(
            new Response(isBodiless(status) ? null : Buffer.concat(pieces), {
              status,
              headers: new Headers(head.map(([...pair]) => pair)),
            }),
          )
        })
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

/** An IPv4 address that is written as an IPv6 one is the IPv4 one. */
function plain(address: string): { readonly address: string; readonly family: 'ipv4' | 'ipv6' } {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address)
  if (mapped !== undefined) return { address: mapped, family: 'ipv4' }
  if (hex !== null) {
    const [high, low] = hex.slice(1).map((part) => Number.parseInt(part, 16))
    return { address: [high, low].flatMap((part = 0) => [part >> 8, part & 255]).join('.'), family: 'ipv4' }
  }
  return { address, family: isIP(address) === 6 ? 'ipv6' : 'ipv4' }
}

function requireAllowed(given: string, allowLoopback: boolean): void {
  const { address, family } = plain(given)
  if (neverAsked.check(address, family) || (!allowLoopback && loopback.check(address, family))) throw denied(given)
}

function requireLoopback(given: string): void {
  const { address, family } = plain(given)
  if (!loopback.check(address, family)) throw denied(`${given} without TLS`)
}

function denied(address: string): CuriaError<'address_denied'> {
  return new CuriaError(refuse('address_denied', { address }))
}
