/** The questions that are asked most, and which requests for them are usual in everything: those are judged without the objects of the web. */

import type { Endpoint } from '../api/endpoint.ts'
import { endpoints } from '../api/endpoints.ts'
import type { TrustedProxies } from './arrival.ts'
import type { Known } from './authenticate.ts'
import { isAuthzen } from './authzen.ts'
import type { Judging } from './judging.ts'
import type { Listeners } from './reports.ts'
import type { SocketHead } from './socket-head.ts'
import { refuseHost } from './target.ts'

export interface ShortWayOptions extends Listeners {
  readonly judging: Judging
  readonly known: Known
  /** Names under which the server may be called. */
  readonly hosts: ReadonlySet<string>
  readonly trustedProxies: TrustedProxies
}

/** None of them has anything in its path or its query. */
const names = ['check', 'checkMany', 'authzenEvaluation', 'authzenEvaluations'] as const

/** Where a question is asked. */
export interface Target {
  readonly name: (typeof names)[number]
  readonly endpoint: Endpoint
  readonly path: string
  readonly isAuthzen: boolean
}

/** A request that is usual in everything. */
export interface UsualQuestion {
  readonly target: Target
  /** The whole address that was called. */
  readonly url: string
}

/** At most so many spellings of our own host are remembered. */
const rememberedHosts = 16

/** Tells which requests are usual. */
export class UsualQuestions {
  readonly #tenant: string
  readonly #hosts: ReadonlySet<string>
  readonly #targets: readonly Target[]
  readonly #ours: string[] = []

  constructor({ judging, hosts }: ShortWayOptions) {
    this.#tenant = judging.base.tenant
    this.#hosts = hosts
    this.#targets = names.flatMap((name) => {
      const endpoint: Endpoint = endpoints[name]
      // A tenant whose name is written in another way in a path is asked there by the handler.
      return [endpoint.path, `/t/${this.#tenant}${endpoint.path}`].map((path) => ({
        name,
        endpoint,
        path,
        isAuthzen: isAuthzen(endpoint.path),
      }))
    })
  }

  /** Where a POST to the path asks, if that is one of these. */
  target(path: string | undefined): Target | undefined {
    return this.#targets.find((each) => each.path === path)
  }

  /** Undefined: the request is the handler's. */
  of(target: Target, head: SocketHead, isTls: boolean): UsualQuestion | undefined {
    // Whoever has another credential, or none, is not asked for so often.
    if (!bearer.test(head.get('authorization') ?? '')) return undefined
    // Other tenants, and a request that names two, are the handler's.
    const named = head.get('curia-tenant')
    if (named !== null && named !== this.#tenant) return undefined
    const host = head.get('host')
    return this.#isOurs(host) ? { target, url: `${isTls ? 'https' : 'http'}://${host}${target.path}` } : undefined
  }

  #isOurs(host: string | null): host is string {
    if (host === null) return false
    // What comes from the wire is a text that nobody has seen before: comparing it with a few is quicker than looking it up.
    if (this.#ours.includes(host)) return true
    if (this.#ours.length >= rememberedHosts || !isPlainHost(host, this.#hosts)) return false
    this.#ours.push(host)
    return true
  }
}

const bearer = /^bearer /i

/** Whether a host is one of ours, and written as it is everywhere else. */
function isPlainHost(host: string, hosts: ReadonlySet<string>): boolean {
  try {
    const url = new URL(`http://${host}/`)
    refuseHost(url, hosts)
    return url.host === host
  } catch {
    return false
  }
}
