import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Installed } from '../doors/installation.ts'
import { install } from '../doors/installation.ts'
import { faultOf, initOf, requests, world } from './requests.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install(...world)
})
afterAll(() => installed.access.close())

describe('requests that are generated from the API document', () => {
  it('are answered as it says, whatever they hold', async () => {
    const statuses = new Set<number>()
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const before = installed.access.revision
        const { method, ...init } = initOf(request)
        const response = await installed.send(method, request.path, { key: request.key, ...init })
        statuses.add(response.status)
        expect(installed.defects).toEqual([])
        expect(await faultOf(request, response)).toBeUndefined()
        if (!response.ok) expect(installed.access.revision).toBe(before)
      }),
      { numRuns: 2000 },
    )
    // It has been through every door, not only refused at the first.
    for (const status of [200, 400, 401, 403, 404]) expect(statuses).toContain(status)
  })
})
