import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Change, JsonObject } from '../../src/core/index.ts'
import type { Installed } from './installation.ts'
import { adminKey, install, lowKey, managerKey, narrowKey } from './installation.ts'

/** The fixture of the certification: two people, two records, three actions, and rules over what is sent with a question. */
const fixture: readonly Change[] = [
  { kind: 'resource-type.create', name: 'record', actions: ['delete', 'read', 'write'] },
  { kind: 'user.create', id: 'alice', userName: 'alice' },
  { kind: 'user.create', id: 'bob', userName: 'bob', attributes: { role: 'admin' } },
  { kind: 'resource.create', resource: 'record:record-1', attributes: { status: 'active' } },
  { kind: 'resource.create', resource: 'record:record-2', attributes: { status: 'archived' } },
  { kind: 'grant.create', subject: 'authenticated', permission: 'record.read' },
  { kind: 'grant.create', subject: 'user:alice', permission: 'record.write', condition: 'resource.attributes.status != "archived"' },
  {
    kind: 'grant.create',
    subject: 'authenticated',
    permission: 'record.write',
    condition: 'resource.attributes.status == "archived" && subject.attributes.role == "admin"',
  },
  { kind: 'grant.create', subject: 'user:alice', permission: 'record.delete', condition: 'action.properties.soft == true' },
  { kind: 'group.create', id: 'admins', name: 'Admins' },
  { kind: 'grant.create', subject: 'group:admins', role: 'administrator' },
]

let installed: Installed
beforeAll(async () => {
  installed = await install(fixture)
})
afterAll(() => installed.access.close())

interface Sent {
  readonly key?: string | undefined
  readonly headers?: { readonly [name: string]: string }
}

const post = (path: string, body: unknown, { key = adminKey, headers }: Sent = {}) =>
  installed.send('POST', `/access/v1${path}`, {
    key,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const answerTo = async (path: string, body: unknown) => {
  const response = await post(path, body)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
  return response.json()
}

const user = (id: string, properties?: JsonObject) => ({ subject: { type: 'user', id, ...(properties && { properties }) } })
const to = (name: string, properties?: JsonObject) => ({ action: { name, ...(properties && { properties }) } })
const on = (id: string, properties?: JsonObject) => ({ resource: { type: 'record', id, ...(properties && { properties }) } })
const archived = { status: 'archived' }
const admin = { role: 'admin' }

const decided = [
  ['alice reads', { ...user('alice'), ...to('read'), ...on('record-1') }, true],
  ['alice writes', { ...user('alice'), ...to('write'), ...on('record-1') }, true],
  ['bob reads', { ...user('bob'), ...to('read'), ...on('record-1') }, true],
  ['bob does not write', { ...user('bob'), ...to('write'), ...on('record-1') }, false],
  ['a context that nothing asks for', { ...user('alice'), ...to('read'), ...on('record-1'), context: { ip: '192.0.2.1' } }, true],
  [
    'properties that nothing asks for',
    { ...user('alice', { role: 'manager' }), ...to('read', { method: 'GET' }), ...on('record-1', { owner: 'bob' }) },
    true,
  ],
  ['fields that nobody knows', { ...user('alice'), ...to('read'), ...on('record-1'), foo: 'bar', later: { nested: true } }, true],
  ['alice does not write what is archived', { ...user('alice'), ...to('write'), ...on('record-2', archived) }, false],
  ['nor what is said to be', { ...user('alice'), ...to('write'), ...on('record-1', archived) }, false],
  ['an admin does', { ...user('bob', admin), ...to('write'), ...on('record-2', archived) }, true],
  ['who is said to be one too', { ...user('alice', admin), ...to('write'), ...on('record-2') }, true],
  ['alice deletes softly', { ...user('alice'), ...to('delete', { soft: true }), ...on('record-1') }, true],
  ['and not otherwise', { ...user('alice'), ...to('delete', { soft: false }), ...on('record-1') }, false],
  ['nor without saying how', { ...user('alice'), ...to('delete'), ...on('record-1') }, false],
  ['an unknown subject', { ...user('nobody'), ...to('read'), ...on('record-1') }, false],
  ['a subject of an unknown type', { subject: { type: 'spaceship', id: 'x' }, ...to('read'), ...on('record-1') }, false],
  ['an unknown action', { ...user('alice'), ...to('fly'), ...on('record-1') }, false],
  ['a resource of an unknown type', { ...user('alice'), ...to('read'), resource: { type: 'cohort', id: '1' } }, false],
  ['ids that no reference can have', { ...user('a b#c'), ...to('read'), ...on('\u0001') }, false],
  [
    'B150 groups that are only claimed',
    { ...user('alice', { groups: ['admins'], role: 'admin' }), ...to('view'), resource: { type: 'journal', id: '1' } },
    false,
  ],
  ['a group that asks', { subject: { type: 'group', id: 'admins' }, ...to('write'), ...on('record-1') }, true],
  ['a record that nobody registered', { ...user('alice'), ...to('read'), ...on('record-9') }, true],
] as const

describe('AuthZEN evaluation', () => {
  it.each(decided)('%s', async (_, body, decision) => {
    expect(await answerTo('/evaluation', body)).toEqual({ decision })
    // The same request gives the same answer; a batch without a list is one evaluation.
    expect(await answerTo('/evaluation', body)).toEqual({ decision })
    expect(await answerTo('/evaluations', body)).toEqual({ decision })
    expect(await answerTo('/evaluations', { ...body, evaluations: [] })).toEqual({ decision })
    expect(await answerTo('/evaluations', { evaluations: [body] })).toEqual({ evaluations: [{ decision }] })
  })

  it('can be asked in the tenant by its path, and through the client', async () => {
    const body = { ...user('alice'), ...to('read'), ...on('record-1') }
    const response = await installed.send('POST', '/t/main/access/v1/evaluation', {
      key: narrowKey,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(await response.json()).toEqual({ decision: true })
    expect(await installed.admin.authzenEvaluation(body)).toEqual({ decision: true })
  })

  it('tells the client in our words what the standard has a message for', async () => {
    const body = { ...user('alice'), ...to('read'), ...on('record-1') }
    for (const [key, code] of [
      [undefined, 'unauthenticated'],
      [lowKey, 'forbidden'],
    ] as const)
      await expect(installed.as(key).authzenEvaluation(body)).rejects.toMatchObject({ code })
    await expect(installed.admin.authzenSearchAction({ ...body, page: { token: 'x' } })).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('invalid_cursor'),
    })
  })

  it('carries the number of the request back, of a refused one too', async () => {
    const body = { ...user('alice'), ...to('read'), ...on('record-1') }
    const headers = { 'x-request-id': 'bfe9eb29-ab87' }
    for (const sent of [body, {}]) expect((await post('/evaluation', sent, { headers })).headers.get('x-request-id')).toBe('bfe9eb29-ab87')
    expect((await post('/evaluation', body)).headers.get('x-request-id')).toMatch(/./)
  })
})

const whole = { ...user('alice'), ...to('read'), ...on('record-1') }
const without = (name: keyof typeof whole) => Object.fromEntries(Object.entries(whole).filter(([each]) => each !== name))
const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) })

const malformed: readonly (readonly [string, string, unknown, string])[] = [
  ['B146 no subject', '/evaluation', without('subject'), 'invalid_parameter'],
  ['no action', '/evaluation', without('action'), 'invalid_parameter'],
  ['no resource', '/evaluation', without('resource'), 'invalid_parameter'],
  ['a subject without type', '/evaluation', { ...whole, subject: { id: 'alice' } }, 'invalid_parameter'],
  ['a subject without id', '/evaluation', { ...whole, subject: { type: 'user' } }, 'invalid_parameter'],
  ['an action without name', '/evaluation', { ...whole, action: {} }, 'invalid_parameter'],
  ['a resource without type', '/evaluation', { ...whole, resource: { id: '1' } }, 'invalid_parameter'],
  ['a resource without id', '/evaluation', { ...whole, resource: { type: 'record' } }, 'invalid_parameter'],
  ['a subject that is a text', '/evaluation', { ...whole, subject: 'alice' }, 'invalid_parameter'],
  ['a name that is a number', '/evaluation', { ...whole, action: { name: 123 } }, 'invalid_parameter'],
  ['a context that is a list', '/evaluation', { ...whole, context: [] }, 'invalid_parameter'],
  ['properties that are a text', '/evaluation', { ...whole, action: { name: 'read', properties: 'x' } }, 'invalid_parameter'],
  ['broken JSON', '/evaluation', '{"subject":', 'invalid_json'],
  ['an empty body', '/evaluation', '', 'invalid_json'],
  ['a list', '/evaluation', [], 'invalid_parameter'],
  ['B156 a deep context', '/evaluation', { ...whole, context: deep(1000) }, 'too_deep'],
  ['a key that reaches a prototype', '/evaluation', '{"context":{"__proto__":{"a":1}}}', 'invalid_key'],
  ['a subject for all that is a text', '/evaluations', { ...whole, subject: 'alice', evaluations: [{}] }, 'invalid_parameter'],
  ['evaluations that are no list', '/evaluations', { ...whole, evaluations: {} }, 'invalid_parameter'],
  ['B154 an unknown semantic', '/evaluations', { evaluations: [whole], options: { evaluations_semantic: 'zzz' } }, 'invalid_parameter'],
  ['a subject search without action', '/search/subject', { subject: { type: 'user' }, ...on('record-1') }, 'invalid_parameter'],
  ['a subject search without id', '/search/subject', { ...whole, resource: { type: 'record' } }, 'invalid_parameter'],
  ['a resource search without subject', '/search/resource', { ...to('read'), resource: { type: 'record' } }, 'invalid_parameter'],
  ['a resource search without id', '/search/resource', { ...whole, subject: { type: 'user' } }, 'invalid_parameter'],
  ['an action search without resource', '/search/action', user('alice'), 'invalid_parameter'],
  ['a page that is a text', '/search/action', { ...whole, page: 'x' }, 'invalid_parameter'],
  ['a forged token', '/search/action', { ...whole, page: { token: 'AAAA' } }, 'invalid_cursor'],
]

describe('AuthZEN refuses', () => {
  it.each(malformed)('%s', async (_, path, body, code) => {
    const before = installed.state()
    const response = await post(path, body)
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8'])
    expect((await response.text()).split(':')[0]).toBe(code)
    expect(installed.state()).toBe(before)
    expect(installed.defects).toEqual([])
  })

  it('another media type, with 400 as the standard has it', async () => {
    const response = await post('/evaluation', whole, { headers: { 'content-type': 'text/plain' } })
    expect([response.status, (await response.text()).split(':')[0]]).toEqual([400, 'unsupported_media_type'])
  })

  it('who does not say who it is (B159), and who may not ask about others', async () => {
    const nobody = await installed.send('POST', '/access/v1/evaluation', { body: JSON.stringify(whole) })
    expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="curia"'])
    expect(await nobody.text()).toMatch(/^unauthenticated: /)
    for (const key of [lowKey, managerKey]) expect((await post('/evaluation', whole, { key })).status).toBe(403)
  })
})

describe('AuthZEN evaluations', () => {
  it.each([
    ['takes what is common', { ...user('alice'), ...to('read'), evaluations: [on('record-1'), on('record-2')] }, [true, true]],
    ['answers in order', { ...user('bob'), ...on('record-1'), evaluations: [to('read'), to('write')] }, [true, false]],
    [
      'judges properties item by item',
      { ...user('alice'), ...to('write'), evaluations: [on('record-1', { status: 'active' }), on('record-2', archived)] },
      [true, false],
    ],
    [
      'judges the properties of subjects',
      { ...to('write'), ...on('record-2', archived), evaluations: [user('alice'), user('bob', admin)] },
      [false, true],
    ],
    [
      'completes the names of an entity, and takes its properties as they are',
      {
        ...user('alice'),
        ...to('write'),
        resource: { type: 'record', properties: archived },
        evaluations: [{ resource: { id: 'record-1', properties: { status: 'active' } } }, { resource: { id: 'record-1' } }, on('record-2')],
      },
      [true, true, false],
    ],
    [
      'takes the context of the item',
      { ...user('alice'), ...to('read'), context: { a: 1 }, evaluations: [on('record-1'), { ...on('record-2'), context: { b: 2 } }] },
      [true, true],
    ],
    [
      'goes on after a no',
      { ...to('write'), ...on('record-1'), evaluations: [user('bob'), user('alice')], options: { evaluations_semantic: 'execute_all' } },
      [false, true],
    ],
    [
      'stops at the first no',
      {
        ...on('record-1'),
        ...user('bob'),
        evaluations: [to('read'), to('write'), to('read')],
        options: { evaluations_semantic: 'deny_on_first_deny' },
      },
      [true, false],
    ],
    [
      'stops at the first yes',
      {
        ...on('record-1'),
        ...user('bob'),
        evaluations: [to('write'), to('read'), to('write')],
        options: { evaluations_semantic: 'permit_on_first_permit', other: 1 },
      },
      [false, true],
    ],
  ])('%s', async (_, body, decisions) => {
    expect(await answerTo('/evaluations', body)).toEqual({ evaluations: decisions.map((decision) => ({ decision })) })
  })

  it('say no to a malformed item and why, and answer the others', async () => {
    const { evaluations } = await installed.admin.authzenEvaluations({
      ...user('alice'),
      ...to('read'),
      evaluations: [on('record-1'), {}, 7, { resource: 'record-1' }, on('record-2')],
    })
    expect(evaluations?.map(({ decision }) => decision)).toEqual([true, false, false, false, true])
    expect(evaluations?.[0]).toEqual({ decision: true })
    for (const item of evaluations?.slice(1, 4) ?? []) expect(item.context).toMatchObject({ error: { status: 400, message: /./ } })
  })
})

const ids = (results: readonly { readonly id: string }[]) => results.map(({ id }) => id)

describe('AuthZEN search', () => {
  it.each([
    ['who reads', { ...to('read'), ...on('record-1') }, ['alice', 'bob', 'low', 'manager', 'root']],
    ['who writes what is active', { ...to('write'), ...on('record-1') }, ['alice', 'root']],
    ['who writes what is archived', { ...to('write'), ...on('record-2', archived) }, ['bob', 'root']],
    ['who would delete softly', { ...to('delete', { soft: true }), ...on('record-1') }, ['alice', 'root']],
    ['who flies', { ...to('fly'), ...on('record-1') }, []],
    ['who reads what is of no known type', { ...to('read'), resource: { type: 'cohort', id: '1' } }, []],
  ])('subjects: %s', async (_, question, expected) => {
    const answer = await answerTo('/search/subject', { subject: { type: 'user', id: 'passed over' }, ...question })
    expect(answer).toEqual({
      results: expected.map((id) => ({ type: 'user', id })),
      page: { next_token: '', count: expected.length, total: expected.length },
    })
    for (const subject of expected) expect(await answerTo('/evaluation', { ...user(subject), ...question })).toEqual({ decision: true })
  })

  it('subjects: programs and groups by their type, and nobody of an unknown one', async () => {
    const question = { ...to('write'), ...on('record-1') }
    const found = async (type: string) => ids((await answerTo('/search/subject', { subject: { type }, ...question })).results)
    expect([await found('service'), await found('group'), await found('spaceship')]).toEqual([['bootstrap'], ['admins'], []])
  })

  it.each([
    ['alice reads', { ...user('alice'), ...to('read') }, ['record-1', 'record-2']],
    ['alice writes', { ...user('alice'), ...to('write') }, ['record-1']],
    ['an admin writes', { ...user('bob', admin), ...to('write') }, ['record-2']],
    ['nobody writes', { ...user('nobody'), ...to('write') }, []],
  ])('resources: %s', async (_, question, expected) => {
    const { results } = await answerTo('/search/resource', { ...question, resource: { type: 'record' } })
    expect(results).toEqual(expected.map((id) => ({ type: 'record', id })))
  })

  it('resources: none of a type that is not known, and the tenant by its name', async () => {
    const question = { ...user('root'), ...to('view') }
    expect((await answerTo('/search/resource', { ...question, resource: { type: 'spaceship' } })).results).toEqual([])
    const { results } = await answerTo('/search/resource', { ...question, resource: { type: 'tenant' } })
    expect(results).toEqual([{ type: 'tenant', id: 'main' }])
    expect(await answerTo('/evaluation', { ...question, resource: results[0] })).toEqual({ decision: true })
  })

  it.each([
    ['of alice', { ...user('alice'), ...on('record-1') }, ['read', 'write']],
    ['of an admin', { ...user('bob', admin), ...on('record-2', archived), context: { a: 1 } }, ['read', 'write']],
    ['of nobody', { ...user('nonexistent'), ...on('record-1') }, []],
    ['of alice on the tenant', { ...user('alice'), resource: { type: 'tenant', id: 'main' } }, ['record.read']],
  ])('actions: %s', async (_, question, expected) => {
    const { results } = await answerTo('/search/action', question)
    expect(results).toEqual(expected.map((name) => ({ name })))
    for (const action of results) expect(await answerTo('/evaluation', { ...question, action })).toEqual({ decision: true })
  })

  it('goes on page by page, with a token that fits only this question (B157, B158)', async () => {
    const question = { subject: { type: 'user' }, ...to('read'), ...on('record-1') }
    const all: string[] = []
    let token = ''
    do {
      const { results, page } = await installed.admin.authzenSearchSubject({ ...question, page: { limit: 2, token } })
      all.push(...ids(results))
      expect(page).toMatchObject({ count: results.length, total: 5 })
      if (page.next_token !== '') {
        const other = await post('/search/subject', { ...question, ...on('record-2'), page: { next_token: page.next_token } })
        expect([other.status, (await other.text()).split(':')[0]]).toEqual([400, 'invalid_cursor'])
      }
      token = page.next_token
    } while (token !== '')
    expect(all).toEqual(['alice', 'bob', 'low', 'manager', 'root'])
  })
})

describe('AuthZEN discovery', () => {
  it('says where everything is, to anybody, and each address answers', async () => {
    const response = await installed.send('GET', '/.well-known/authzen-configuration')
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
    const { policy_decision_point: base, ...addresses } = (await response.json()) as { readonly [name: string]: string }
    expect(base).toBe('http://localhost:4680')
    expect(Object.keys(addresses)).toHaveLength(5)
    for (const address of Object.values(addresses)) {
      expect(address.startsWith(`${base}/access/v1/`)).toBe(true)
      expect((await installed.handler(new Request(address, { method: 'POST' }))).status).toBe(401)
    }
  })
})
