import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminKey, callers } from '../doors/installation.ts'
import type { Generated } from './requests.ts'
import { faultOf, initOf, requests, world } from './requests.ts'

/** `npm run generated` asks for more, and wants to be told. */
const wanted = Number(process.env.CURIA_REQUESTS ?? 400)
const seed = Number(process.env.CURIA_REQUESTS_SEED ?? Date.now() % 1_000_000)
const reportTo = process.env.CURIA_REQUESTS_REPORT

interface Memory {
  readonly rss: number
  readonly heap: number
  readonly defects: readonly string[]
}

let folder: string
let server: ChildProcess
let url: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'curia-requests-'))
  server = fork(fileURLToPath(new URL('../../tools/watched-server.mjs', import.meta.url)), [join(folder, 'curia.db')], {
    execArgv: ['--expose-gc'],
    env: { ...process.env, CURIA_BOOTSTRAP_KEY: adminKey },
  })
  const [said] = (await once(server, 'message')) as [{ readonly url: string }]
  url = said.url
  for (const changes of [callers, ...world]) {
    const made = await send(
      { path: '/api/v1/changes', key: adminKey },
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ changes }) },
    )
    expect(made.status).toBe(200)
    await made.text()
  }
})
afterAll(() => {
  server.kill()
  rmSync(folder, { recursive: true })
})

function send(
  { path, key }: Pick<Generated, 'path' | 'key'>,
  init: { readonly method: string; readonly headers: object; readonly body?: string },
) {
  const headers = { ...init.headers, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) }
  return fetch(`${url}${path}`, { ...init, headers })
}

async function memory(): Promise<Memory> {
  server.send('memory')
  const [told] = (await once(server, 'message')) as [Memory]
  return told
}

async function revision(): Promise<number> {
  const response = await send({ path: '/api/v1/me', key: adminKey }, { method: 'GET', headers: {} })
  return ((await response.json()) as { readonly revision: number }).revision
}

describe('a server that is sent requests from the API document, one after the other', () => {
  it('answers each as the document says, stays up, and keeps no memory of them', { timeout: 4 * 60 * 60 * 1000 }, async () => {
    const faults: string[] = []
    const statuses: Record<number, number> = {}
    const samples: Memory[] = []
    const part = Math.max(100, Math.ceil(wanted / 20))
    let known = await revision()
    for (let done = 0; done < wanted; done += part) {
      const list = fc.sample(requests, { numRuns: Math.min(part, wanted - done), seed: seed + done })
      for (const request of list) {
        const response = await send(request, initOf(request))
        statuses[response.status] = (statuses[response.status] ?? 0) + 1
        const fault = await faultOf(request, response)
        if (fault !== undefined) faults.push(told(request, fault))
        if (request.method === 'GET') continue
        const reached = await revision()
        if (!response.ok && reached !== known) faults.push(told(request, `refused with ${response.status}, and something was written`))
        known = reached
      }
      const sample = await memory()
      samples.push(sample)
      faults.push(...sample.defects)
    }
    expect(server.exitCode).toBeNull()
    const [middle, last] = [samples[Math.floor(samples.length / 2)], samples.at(-1)]
    const report = {
      requests: wanted,
      seed,
      statuses,
      faults: faults.slice(0, 20),
      faultCount: faults.length,
      revision: known,
      memory: samples.map(({ rss, heap }) => ({ rss, heap })),
    }
    if (reportTo !== undefined) writeFileSync(reportTo, JSON.stringify(report))
    expect(report.faults).toEqual([])
    // What was made by requests that were granted is kept, and the rest is not: in a short run the noise is larger than either.
    if (wanted >= 10_000) expect(last?.rss ?? 0).toBeLessThan((middle?.rss ?? 0) * 1.1)
    for (const status of wanted >= 400 ? [200, 400, 401, 403, 404] : []) expect(Object.keys(statuses)).toContain(String(status))
  })
})

function told({ method, path, key, body }: Generated, fault: string): string {
  return `${method} ${path} by ${key ?? 'nobody'}: ${fault}${body === undefined ? '' : ` for ${JSON.stringify(body).slice(0, 2000)}`} (seed ${seed})`
}
