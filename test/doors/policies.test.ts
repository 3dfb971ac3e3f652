import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultPolicy } from '../../src/core/index.ts'
import type { Installed } from './installation.ts'
import { adminKey, install } from './installation.ts'
import { legion } from './legion.ts'

let installed: Installed
beforeEach(async () => {
  installed = await install(legion)
})
afterEach(async () => {
  expect(installed.defects).toEqual([])
  await installed.access.close()
})

const sorted = (policy: typeof defaultPolicy) =>
  Object.fromEntries(Object.entries(policy).map(([key, names]) => [key, Array.isArray(names) ? [...names].sort() : names]))
const whole = { owner: ['change', 'view'], group: ['view'], ancestors: [], descendants: ['view'], siblings: [] }

describe('the policies of a tenant', () => {
  it('are one, the policy in the settings', async () => {
    const { items, total, next } = await installed.admin.policies()
    expect([items.map(({ id }) => id), total, next]).toEqual([['default'], 1, undefined])
    expect(sorted((await installed.admin.policy({ key: 'default' })).policy)).toEqual(sorted((await installed.admin.settings()).policy))
    await installed.admin.updateSettings({ policy: { siblings: ['delete'] } })
    expect((await installed.admin.policy({ key: 'default' })).policy.siblings).toEqual(['delete'])
  })

  it.each(['other', 'Default', '__proto__', '%20'])('are none called %s', async (key) => {
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', JSON.stringify({ policy: {} })],
    ] as const) {
      const headers = { 'content-type': 'application/json' }
      const response = await installed.send(method, `/api/v1/policies/${key}`, { key: adminKey, headers, ...(body && { body }) })
      expect([response.status, (await response.json()) as object]).toMatchObject([404, { code: 'not_found' }])
    }
  })
})

describe('the default policy', () => {
  it('is said whole: a relation that is left out gives nothing', async () => {
    expect(
      await installed.admin.setPolicy({ key: 'default', policy: { owner: ['view', 'change'], group: ['view'], descendants: ['view'] } }),
    ).toEqual({
      id: 'default',
      policy: whole,
    })
    expect((await installed.admin.settings()).policy).toEqual(whole)
  })

  it('takes the older names of relations, and tables', async () => {
    const policy = { owner: { consul: ['delete'], default: ['view'] }, groups_upstream: ['view'] }
    const body = JSON.stringify({ policy })
    await installed.admin.createRole({ codename: 'consul' })
    const headers = { 'content-type': 'application/json' }
    const response = await installed.send('PUT', '/api/v1/policies/default', { key: adminKey, headers, body })
    expect(await response.json()).toMatchObject({ policy: { owner: policy.owner, ancestors: ['view'] } })
  })

  it('is given to assignments that are made from then on, and to none that stand', async () => {
    await installed.admin.createResource({ resource: 'legion:20' })
    await installed.admin.setPolicy({ key: 'default', policy: {} })
    const { policy } = await installed.admin.createAssignment({ resource: 'legion:20', group: 'consuls' })
    expect(Object.values(policy).flat()).toEqual([])
    expect((await installed.admin.assignment({ key: 'legio-iv' })).policy).not.toEqual(policy)
  })

  it('is changed only by whoever knows it as it is; other settings are no part of it', async () => {
    let etag = ''
    const onHeaders = (headers: Headers) => {
      etag = headers.get('etag') ?? ''
    }
    await installed.admin.policy({ key: 'default' }, { onHeaders })
    await installed.admin.updateSettings({ rootSiblings: true })
    const known = etag
    await installed.admin.setPolicy({ key: 'default', policy: whole }, { ifMatch: known, onHeaders })
    expect(etag).not.toBe(known)
    await expect(installed.admin.setPolicy({ key: 'default', policy: {} }, { ifMatch: known })).rejects.toMatchObject({
      code: 'precondition_failed',
    })
    expect((await installed.admin.settings()).policy).toEqual(whole)
  })

  it('is foretold without being changed, and a repeated write is one', async () => {
    const before = installed.state()
    expect(await installed.admin.setPolicy({ key: 'default', policy: whole, preview: true })).toMatchObject({
      changes: [{ kind: 'settings.update' }],
    })
    expect(installed.state()).toBe(before)
    for (let time = 0; time < 2; time += 1)
      await installed.admin.setPolicy({ key: 'default', policy: whole, changeReason: 'stricter' }, { idempotencyKey: 'once' })
    expect((await installed.admin.journal({ kind: 'settings.update' })).items).toMatchObject([{ reason: 'stricter' }])
  })

  it.each([
    ['nothing', {}, 'invalid_parameter'],
    ['a relation that nobody knows', { policy: { cousins: ['view'] } }, 'unknown_field'],
    ['a relation under two names', { policy: { ancestors: [], groups_upstream: [] } }, 'duplicate_key'],
    ['a text', { policy: { owner: 'view' } }, 'invalid_parameter'],
    ['a table for the group itself', { policy: { group: { default: ['view'] } } }, 'invalid_parameter'],
    ['a permission that is not declared', { policy: { owner: ['legion.fly'] } }, 'permission_unknown'],
    ['another field', { policy: {}, id: 'other' }, 'unknown_field'],
  ])('is not %s', async (_name, body, code) => {
    const before = installed.state()
    const headers = { 'content-type': 'application/json' }
    const response = await installed.send('PUT', '/api/v1/policies/default', { key: adminKey, headers, body: JSON.stringify(body) })
    expect(await response.json()).toMatchObject({ code })
    expect(installed.state()).toBe(before)
  })

  it('is another one in another tenant', async () => {
    const { wayIn } = await installed.admin.createTenant({ id: 'acme', entry: 'key' })
    const key = wayIn?.way === 'key' ? wayIn.key : ''
    await installed.admin.setPolicy({ key: 'default', policy: whole })
    const response = await installed.send('GET', '/t/acme/api/v1/policies/default', { key })
    expect(await response.json()).toEqual({ id: 'default', policy: defaultPolicy })
  })
})
