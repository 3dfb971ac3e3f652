import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { badInputs, headersOf } from './bad-inputs.ts'
import type { Installed } from './installation.ts'
import { adminKey, install, narrowKey } from './installation.ts'
import { legion } from './legion.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install(legion, [
    { kind: 'group.create', id: 'strong', name: 'Strong' },
    { kind: 'grant.create', subject: 'group:strong', role: 'administrator' },
    { kind: 'grant.create', subject: 'user:manager', role: 'manager', resource: 'group:gods' },
    { kind: 'role.create', codename: 'granter', permissions: ['grant.create'] },
    { kind: 'grant.create', subject: 'user:manager', role: 'granter' },
  ])
})
afterAll(() => installed.access.close())

describe('a bad request', () => {
  it.each(badInputs)('is refused and changes nothing: $name', async (input) => {
    const before = installed.state()
    const { key = adminKey, method = 'POST', path, root, body, raw } = input
    const isWhole = path.startsWith('http://')
    const url = isWhole ? path : `http://localhost:4680${root === true ? '' : '/api/v1'}${path}`
    const headers = new Headers(headersOf(input))
    if (key !== null && !headers.has('authorization')) headers.set('authorization', `Bearer ${key}`)
    const sent = body === undefined ? raw : JSON.stringify(body)
    const response = await installed.handler(new Request(url, { method, headers, ...(sent === undefined ? {} : { body: sent }) }))
    const problem = await response.json()
    expect(problem).toMatchObject({
      status: input.status,
      code: input.code,
      type: 'about:blank',
      requestId: response.headers.get('x-request-id'),
    })
    expect(response.status).toBe(input.status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(installed.state()).toBe(before)
    expect(installed.defects).toEqual([])
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('admin')
  })

  it('is refused with a cursor of another caller (B074) or of another question', async () => {
    const question = { action: 'view', resource: 'legion:4', limit: 1 }
    const { next } = await installed.admin.searchSubjects(question)
    expect(next).toBeDefined()
    const again = { ...question, cursor: next as string }
    expect((await installed.admin.searchSubjects(again)).items).toHaveLength(1)
    await expect(installed.as(narrowKey).searchSubjects(again)).rejects.toMatchObject({ code: 'invalid_cursor' })
    await expect(installed.admin.searchSubjects({ ...again, action: 'change' })).rejects.toMatchObject({ code: 'invalid_cursor' })
  })

  it('is refused with the token of another store (B078)', async () => {
    const other = await install()
    const token = other.access.token()
    await other.access.close()
    await expect(installed.admin.me({}, { atLeast: token })).rejects.toMatchObject({ code: 'revision_unknown_store' })
  })

  it('is refused with the idempotency key of another write (B090)', async () => {
    const create = (name: string) => installed.admin.changes({ changes: [{ kind: 'group.create', name }] }, { idempotencyKey: 'k1' })
    const first = await create('a')
    const before = installed.state()
    await expect(create('b')).rejects.toMatchObject({ code: 'idempotency_mismatch' })
    expect(await create('a')).toEqual(first)
    expect(installed.state()).toBe(before)
  })
})

describe('an odd but good request', () => {
  it.each([
    ['B067 markup', '<img src=x onerror=alert(1)>'],
    ['B070 SQL', "x'); DROP TABLE groups;--"],
    ['an emoji', '🏛️ Senate'],
    ['a formula', '=1+1'],
  ])('keeps a name as it was written: %s', async (_, name) => {
    const { records } = await installed.admin.changes({ changes: [{ kind: 'group.create', name }] })
    const key = records[0]?.[0]?.slice('group:'.length) ?? ''
    expect((await installed.admin.group({ key })).name).toBe(name)
  })

  it('takes wildcards of a search as they stand (B072)', async () => {
    expect((await installed.admin.users({ q: '%%%_' })).total).toBe(0)
    expect((await installed.admin.users({ q: 'SUL' })).items.map(({ id }) => id)).toEqual(['sulla'])
  })
})
