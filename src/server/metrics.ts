/**
 * Figures about a server for Prometheus, on a loopback port of their own. Labels are names of endpoints, tables, codes and tenants, never of
 * people or groups. This file alone loads prom-client.
 */

import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ErrorCode } from '../core/index.ts'
import { CuriaError } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import type { Neighbours } from './asked-tenant.ts'
import type { Handler } from './handler.ts'
import { problemResponse } from './problems.ts'
import type { Answered } from './reports.ts'
import { refuseHost } from './target.ts'

/** Codes by which the store is seen to be in trouble. */
const storeErrors: ReadonlySet<ErrorCode> = new Set([
  'store_unavailable',
  'storage_full',
  'outcome_unknown',
  'stale',
  'revision_not_reached',
])

/** Upper ends in seconds: a check takes a fraction of a millisecond, an import minutes. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]

/** What counts, and what gives the counts out. */
export interface Metrics {
  /** The same handle, with the checks that are asked through it counted. */
  readonly access: Access
  /** The same tenants beside it, of each of which the figures are told as soon as it is entered. */
  watching(neighbours: Neighbours): Neighbours
  /** Counts a request that was answered. */
  observe(answered: Answered): void
  /** Answers `GET /metrics`. */
  readonly handler: Handler
  /** The same as data, for whoever puts those of several processes together. */
  figures(): Promise<readonly object[]>
}

/**
 * @param access a handle that sees everything, of which `as` is given to callers
 */
export function createMetrics(access: Access): Metrics {
  const registry = new Registry()
  const registers = [registry]
  // Memory, processor time, event-loop delay, garbage collection: under the names that everybody's dashboards know.
  collectDefaultMetrics({ register: registry })

  const requests = new Counter({
    name: 'curia_requests_total',
    help: 'Requests answered, by tenant (none: no such tenant), endpoint of the API document (none: no such path, or refused before one was found) and status',
    labelNames: ['tenant', 'endpoint', 'method', 'status'] as const,
    registers,
  })
  const duration = new Histogram({
    name: 'curia_request_duration_seconds',
    help: 'Time from a request to its answer, without the sending of a stream',
    labelNames: ['endpoint'] as const,
    buckets,
    registers,
  })
  const refusals = new Counter({
    name: 'curia_refusals_total',
    help: 'Requests refused, by code',
    labelNames: ['code'] as const,
    registers,
  })
  const troubles = new Counter({
    name: 'curia_store_errors_total',
    help: 'Requests that could not be answered because of the store, by code',
    labelNames: ['code'] as const,
    registers,
  })
  const defects = new Counter({ name: 'curia_defects_total', help: 'Requests that failed by a defect of the server', registers })
  const checks = new Counter({
    name: 'curia_checks_total',
    help: 'Checks asked, one by one and within batches, by tenant and answer (error: could not be answered)',
    labelNames: ['tenant', 'answer'] as const,
    registers,
  })
  const writes = new Counter({
    name: 'curia_writes_total',
    help: 'Change sets put in force since the tenant was opened, of all processes',
    aggregator: 'max',
    labelNames: ['tenant'] as const,
    registers,
  })

  /** Every tenant that stands open, by its id. */
  const watched = new Map<string, Watched>()
  const watch = (access: Access): Access => {
    const { tenant } = access
    const known = watched.get(tenant)
    if (known?.access === access) return known.counting
    let followed = access.revision
    const follow = () => {
      const revision = revisionOf(access)
      if (revision === undefined || revision <= followed) return followed
      writes.inc({ tenant }, revision - followed)
      followed = revision
      return followed
    }
    access.onWrite(follow)
    const counting = countingChecks(access, (answer) => checks.inc({ tenant, answer }))
    watched.set(tenant, { access, counting, follow })
    return counting
  }
  const counting = watch(access)

  new Gauge({
    name: 'curia_revision',
    help: 'The revision that questions are answered at; of several processes, the one that is behind the others',
    aggregator: 'min',
    labelNames: ['tenant'] as const,
    registers,
    collect() {
      this.reset()
      for (const [tenant, { access: each, follow }] of watched) if (each === access || isOpen(each)) this.set({ tenant }, follow())
    },
  })
  new Gauge({ name: 'curia_processes', help: 'Processes that answer', registers }).set(1)
  new Gauge({
    name: 'curia_ready',
    help: '1 while questions are answered about the tenant of the server, 0 while its state is stale or being read',
    aggregator: 'min',
    registers,
    collect() {
      this.set(revisionOf(access) === undefined ? 0 : 1)
    },
  })
  new Gauge({
    name: 'curia_records',
    help: 'Records of the tenant, by table',
    aggregator: 'max',
    labelNames: ['tenant', 'table'] as const,
    registers,
    collect() {
      this.reset()
      for (const [tenant, { access: each }] of watched)
        if (isOpen(each)) for (const [table, count] of Object.entries(each.figures().rows)) this.set({ tenant, table }, count)
    },
  })

  return {
    access: counting,
    watching: (neighbours) => ({
      usualEntry: (signIn) => neighbours.usualEntry(signIn),
      requireEntry: (signIn, way) => neighbours.requireEntry(signIn, way),
      requireUnclaimed: (name, way) => neighbours.requireUnclaimed(name, way),
      wayInto: (name, way) => neighbours.wayInto(name, way),
      async enter(name) {
        const entered = await neighbours.enter(name)
        return entered === undefined ? undefined : { ...entered, access: watch(entered.access) }
      },
    }),
    observe({ tenant = 'none', endpoint = 'none', method, status, code, isDefect, milliseconds }) {
      requests.inc({ tenant, endpoint, method: knownMethods.has(method) ? method : 'other', status: String(status) })
      duration.observe({ endpoint }, milliseconds / 1000)
      if (code !== undefined) refusals.inc({ code })
      if (code !== undefined && storeErrors.has(code)) troubles.inc({ code })
      if (isDefect) defects.inc()
    },
    handler: metricsHandler(async () => registry),
    figures: () => registry.getMetricsAsJSON(),
  }
}

/**
 * Answers `GET /metrics` for processes that tell their figures: counts are added up, of what all know alike one is told.
 * @param figuresOfEach asks every process for its `figures`
 */
export function mergedMetrics(figuresOfEach: () => Promise<readonly (readonly object[])[]>): Handler {
  return metricsHandler(async () => AggregatorRegistry.aggregate((await figuresOfEach()).map((figures) => [...figures])))
}

function metricsHandler(read: () => Promise<Registry>): Handler {
  return async (request) => {
    const url = new URL(request.url)
    try {
      // Only a program on this machine may ask, and no page of a browser that has been led here by a name.
      refuseHost(url, new Set())
    } catch (refusal) {
      return problemResponse(refusal, '')
    }
    if (url.pathname !== '/metrics') return new Response('the metrics are at /metrics\n', { status: 404 })
    if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
    const registry = await read()
    return new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType, 'cache-control': 'no-store' } })
  }
}

const knownMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** A tenant whose figures are told. */
interface Watched {
  readonly access: Access
  /** The same with its checks counted. */
  readonly counting: Access
  /** Counts what was written since, and gives the revision. */
  readonly follow: () => number
}

/** Whether questions about the tenant are answered: one that was let go has no figures any more. */
function isOpen(access: Access): boolean {
  return revisionOf(access) !== undefined
}

/** Undefined while no question is answered. */
function revisionOf(access: Access): number | undefined {
  try {
    return access.revision
  } catch (error) {
    if (error instanceof CuriaError) return undefined
    throw error
  }
}

type Answer = 'yes' | 'no' | 'error'

/** The handle with its questions counted, and so every handle that is made from it. */
function countingChecks(access: Access, count: (answer: Answer) => void): Access {
  const own: Pick<Access, 'as' | 'check' | 'checkMany'> = {
    as: (actor) => countingChecks(access.as(actor), count),
    check(check) {
      try {
        const decision = access.check(check)
        count(decision.allowed ? 'yes' : 'no')
        return decision
      } catch (error) {
        count('error')
        throw error
      }
    },
    checkMany(checks, circumstances) {
      const answers = access.checkMany(checks, circumstances)
      for (const item of answers.items) count('error' in item ? 'error' : item.allowed ? 'yes' : 'no')
      return answers
    },
  }
  // What is not counted is the handle's own, among it values that change such as the revision.
  return Object.assign<Access, typeof own>(Object.create(access), own)
}
