import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, ServerFailure } from '../../src/api/client.ts'
import { CuriaError } from '../../src/core/index.ts'
import { createHandler } from '../../src/server/index.ts'
import type { Installed } from '../doors/installation.ts'
import { adminKey, install, lowKey } from '../doors/installation.ts'
import { legion } from '../doors/legion.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install(legion)
})
afterAll(() => installed.access.close())

const get = (path: string, headers: HeadersInit = {}) => installed.send('GET', path, { key: adminKey, headers })

describe('an answer', () => {
  it('names the revision it was made at, and a read can ask to be no older', async () => {
    const { token } = await installed.admin.changes({ changes: [{ kind: 'group.create', name: 'Tribunes' }] })
    const response = await get('/api/v1/me', { 'curia-at-least': token })
    expect(response.status).toBe(200)
    expect(response.headers.get('curia-revision')).toBe(token)
  })

  it.each(['/api/v1/me', '/api/v1/nothing', '/api/v1/users?limit=x'])('says to browsers to keep and to guess nothing: %s', async (path) => {
    const { headers } = await get(path)
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  it.each(['/', '/docs'])('that is a page takes scripts and styles of this server only: %s', async (path) => {
    const response = await installed.send('GET', path)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    const html = await response.text()
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|https?:\/\//)
  })

  it('answers HEAD as GET, without a body', async () => {
    const response = await installed.send('HEAD', '/api/v1/me', { key: adminKey })
    expect([response.status, await response.text()]).toEqual([200, ''])
  })

  it('names the methods that a path takes', async () => {
    const response = await installed.send('PUT', '/api/v1/users/sulla', { key: adminKey })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, PATCH, DELETE'])
  })

  it('to a defect of ours tells nothing but its number, and the log has it', async () => {
    const log: object[] = []
    const broken = {
      ...installed.access,
      as: () => ({
        ...installed.access,
        token: () => 'x',
        me: undefined,
        get actor(): never {
          throw new Error('a secret')
        },
      }),
    }
    const handler = createHandler({
      access: broken,
      actor: 'system:test',
      version: '0',
      log: { info: () => undefined, error: (fields) => log.push(fields) },
    })
    const response = await handler(new Request('http://localhost/api/v1/me'))
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).not.toContain('secret')
    expect(log).toMatchObject([{ requestId: response.headers.get('x-request-id'), error: { message: 'a secret' } }])
    const failure = await createClient({ url: 'http://localhost', fetch: handler })
      .me()
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ServerFailure)
  })
})

describe('a handler with a fixed actor', () => {
  it('needs no credential, and acts for that actor', async () => {
    const local = createClient({
      url: 'http://localhost',
      fetch: createHandler({ access: installed.access, actor: 'system:command-line', version: '0' }),
    })
    expect(await local.me()).toMatchObject({ actor: 'system:command-line', everyRight: true })
    const written = await local.changes({ changes: [{ kind: 'group.create', id: 'local', name: 'Local' }], reason: 'by hand' })
    const { items } = await local.journal({ limit: 1 })
    expect(items).toMatchObject([{ revision: written.revision, actor: 'system:command-line', reason: 'by hand' }])
  })
})

describe('the tenant', () => {
  it('may be named in front of a path or by a header', async () => {
    expect((await get('/t/main/api/v1/users/sulla')).status).toBe(200)
    expect((await get('/api/v1/users/sulla', { 'curia-tenant': 'main' })).status).toBe(200)
  })
})

describe('the lists of records', () => {
  it('come in pages that hold each record once, with an exact total', async () => {
    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = await installed.admin.users({ limit: 4, ...(cursor === undefined ? {} : { cursor }) })
      expect(page.total).toBe(9)
      found.push(...page.items.map(({ id }) => id))
      cursor = page.next
    } while (cursor !== undefined)
    expect(found).toEqual(['archelaus', 'low', 'manager', 'marius', 'mars', 'metellus', 'quintus', 'root', 'sulla'])
  })

  it('are narrowed by fields and by what is typed', async () => {
    expect((await installed.admin.groups({ parent: 'gods' })).items.map(({ fullName }) => fullName)).toEqual([
      'Gods - Consuls',
      'Gods - Generals',
    ])
    expect((await installed.admin.users({ status: 'inactive' })).total).toBe(0)
    expect((await installed.admin.users({ q: 'mar' })).items.map(({ id }) => id)).toEqual(['marius', 'mars'])
    expect((await installed.admin.assignments({ group: 'consuls' })).items).toMatchObject([{ id: 'legio-iv', resource: 'legion:4' }])
    expect((await installed.admin.resources({ q: 'legion:4' })).total).toBe(1)
  })

  it('never hold what a key is checked by, nor does the journal', async () => {
    const keys = JSON.stringify(await installed.admin.apiKeys())
    const journal = JSON.stringify(await installed.admin.journal({ kind: 'api-key.create' }))
    expect(keys).toContain('key_low')
    expect(journal).toContain('key_low')
    expect(`${keys}${journal}`).not.toMatch(/[0-9a-f]{64}","owner/)
    expect(keys).not.toContain('"hash"')
    for (const { rows } of (await installed.admin.journal({ kind: 'api-key.create' })).items)
      for (const row of rows) if (row.table === 'api-key') expect(row.after?.hash).toBe('')
  })
})

describe('the lists of questions', () => {
  const questions = {
    searchSubjects: { action: 'view', resource: 'legion:4' },
    searchResources: { subject: 'user:root', action: 'view', type: 'user' },
    searchActions: { subject: 'user:sulla', resource: 'legion:4' },
    searchPermissions: { subject: 'user:root' },
    searchRoles: { subject: 'user:root' },
    searchHolders: { role: 'administrator' },
    searchGroups: { member: 'user:sulla' },
    searchMembers: { group: 'gods', mode: 'descendants' },
  } as const

  it.each(Object.keys(questions) as (keyof typeof questions)[])('are the same in pages as in one piece: %s', async (name) => {
    // Every method takes its own question; the pages are put together alike.
    const ask = installed.admin[name] as (input: object) => Promise<{ items: readonly unknown[]; next?: string; total: number }>
    const whole = await ask(questions[name])
    expect(whole.items.length).toBeGreaterThan(0)
    const found: unknown[] = []
    let cursor: string | undefined
    do {
      const page = await ask({ ...questions[name], limit: 1, ...(cursor === undefined ? {} : { cursor }) })
      expect(page.total).toBe(whole.items.length)
      found.push(...page.items)
      cursor = page.next
    } while (cursor !== undefined)
    expect(found).toEqual(whole.items)
  })
})

describe('the journal', () => {
  it('is told newest first, a page at a time, by record, actor, kind and time', async () => {
    const { admin } = installed
    const all = (await admin.journal({})).items.map(({ revision }) => revision)
    expect(all).toEqual([...all].sort((one, other) => other - one))
    const first = await admin.journal({ limit: 2 })
    expect(first.items).toHaveLength(2)
    const rest = await admin.journal(first.next === undefined ? {} : { before: first.next + 1 })
    expect([...first.items, ...rest.items].map(({ revision }) => revision)).toEqual([...all.slice(0, 2), ...all.slice(1)])
    expect((await admin.journal({ record: 'user:sulla' })).items.every(({ rows }) => rows.length > 0)).toBe(true)
    expect((await admin.journal({ record: 'user:nobody' })).items).toEqual([])
    expect((await admin.journal({ actor: 'user:nobody' })).items).toEqual([])
    expect((await admin.journal({ until: '2000-01-01' as never })).items).toEqual([])
    expect((await admin.journal({ kind: 'assignment.create' })).items).toHaveLength(1)
    expect((await admin.journal({ after: all[0] ?? 0 })).items).toEqual([])
  })

  it('is verified over HTTP', async () => {
    expect(await installed.admin.verifyJournal()).toMatchObject({ intact: true, revision: installed.access.revision })
  })
})

describe('export and import over HTTP', () => {
  it('give a world back as it was, in both forms', async () => {
    const yaml = await installed.admin.exportWorld({ format: 'yaml' })
    const json = await installed.admin.exportWorld()
    expect(JSON.parse(json)).toMatchObject({ curia: 1, groups: expect.any(Array) })
    const empty = await install()
    for (const [format, text] of [
      ['yaml', yaml],
      ['json', json],
    ] as const) {
      const path = `world.${format}`
      const plan = await empty.admin.importFiles({ files: [{ path, text }], preview: true })
      expect(plan.counts.refuse).toBe(0)
    }
    await empty.admin.importFiles({ files: [{ path: 'world.yaml', text: yaml }] })
    expect((await empty.admin.explain({ subject: 'user:mars', action: 'view', resource: 'legion:4' })).allowed).toBe(true)
    for (const [there, text] of [
      [empty, json],
      [installed, yaml],
    ] as const) {
      const { written } = await there.admin.importFiles({ files: [{ path: 'world', text }] })
      expect(written.unchanged).toBe(true)
    }
    await empty.access.close()
  })

  it('take a plain text, and tell the plan line by line with its places', async () => {
    const response = await installed.send('POST', '/api/v1/import?format=csv-users&preview=true', {
      key: adminKey,
      headers: { 'content-type': 'text/csv' },
      body: 'id,user_name,display_name\nsulla,sulla,Lucius Sulla\ncato,cato,Cato\n',
    })
    expect(await response.json()).toMatchObject({
      counts: { make: 1, change: 1, leave: 0, refuse: 0 },
      lines: [
        { action: 'change', record: 'user:sulla', place: { line: 2 } },
        { action: 'make', record: 'user:cato', place: { line: 3 } },
      ],
    })
  })

  it('take the files of a folder of organisations', async () => {
    const files = [
      { path: 'acme/org.yaml', text: 'members: [Ada, bob]\nadmins: [root-admin]\n' },
      { path: 'acme/sig/teams.yaml', text: 'teams:\n  core:\n    members: [ada]\n    repos: { engine: write }\n' },
    ]
    const plan = await installed.admin.importFiles({ format: 'peribolos', files, preview: true })
    expect(plan.counts.refuse).toBe(0)
    expect(plan.lines.map(({ record }) => record)).toContain('group:acme.core')
    expect(plan.lines.find(({ record }) => record === 'group:acme.core')?.place).toMatchObject({ file: 'acme/sig/teams.yaml' })
  })
})

describe('the client', () => {
  it('gives back the error that the server gave, with code, details and sentence', async () => {
    const failure = await installed.admin
      .changes({ changes: [{ kind: 'group.move', id: 'gods', parent: 'plebeians' }] })
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(CuriaError)
    expect(failure).toMatchObject({ code: 'cycle', details: { path: expect.any(Array) } })
    expect((failure as CuriaError).message).toContain('this would contain itself: ')
  })

  it('says that it reached no Curia when something else answers', async () => {
    const fetch = async () => new Response('<html>', { status: 200 })
    await expect(createClient({ url: 'http://localhost', fetch }).me()).rejects.toBeInstanceOf(ServerFailure)
  })

  it('refuses an address that is none', () => {
    for (const url of ['localhost:4680', 'ftp://localhost', '']) expect(() => createClient({ url })).toThrow(CuriaError)
  })

  it('asks below a path when the server stands below one', async () => {
    const seen: string[] = []
    const fetch = async (request: Request) => {
      seen.push(request.url)
      return new Response('{"status":"ok"}')
    }
    await createClient({ url: 'http://localhost/curia/', fetch }).healthz()
    expect(seen).toEqual(['http://localhost/curia/healthz'])
  })
})

describe('the explanation over HTTP', () => {
  it('names the records in it', async () => {
    const { names, findings } = await installed.admin.explain({ subject: 'user:mars', action: 'view', resource: 'legion:4' })
    expect(findings).toHaveLength(1)
    expect(names).toMatchObject({ 'user:mars': 'Mars', 'group:gods': 'Gods', 'group:consuls': 'Consuls' })
  })

  it('of somebody without rights to see others names nobody else', async () => {
    await installed.access.write([{ kind: 'member.add', group: 'gods', member: 'user:low' }])
    const { allowed, names } = await installed.as(lowKey).explain({ subject: 'user:low', action: 'view', resource: 'legion:4' })
    expect([allowed, names]).toEqual([true, { 'user:low': 'low' }])
  })
})
