import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '../../src/api/client.ts'
import type { Listener } from '../../src/server/index.ts'
import { listen } from '../../src/server/index.ts'
import type { Installed } from './installation.ts'
import { adminKey, install, lowKey, managerKey } from './installation.ts'

let installed: Installed
let listener: Listener
beforeEach(async () => {
  installed = await install()
  listener = await listen(installed.handler, { port: 0 })
})
afterEach(async () => {
  await listener.stop()
  await installed.access.close()
})

const client = (key: string) => createClient({ url: listener.url, key })
const make = (codename: string) => installed.access.write([{ kind: 'group-entity.create', codename }])

/** So many entries, then no more. */
async function first(entries: AsyncIterable<{ readonly revision: number }>, count: number): Promise<readonly number[]> {
  const found: number[] = []
  for await (const { revision } of entries) {
    found.push(revision)
    if (found.length === count) break
  }
  return found
}

describe('the stream of the journal', () => {
  it('gives each change set that comes, once and in order', async () => {
    const start = installed.access.revision
    const entries = await client(adminKey).journalStream()
    const heard = first(entries, 5)
    for (const codename of ['a', 'b', 'c', 'd', 'e']) await make(codename)
    expect(await heard).toEqual([1, 2, 3, 4, 5].map((each) => start + each))
  })

  it('goes on behind a revision, and behind the last event that was seen', async () => {
    const start = installed.access.revision
    for (const codename of ['a', 'b', 'c']) await make(codename)
    expect(await first(await client(adminKey).journalStream({ after: start + 1 }), 2)).toEqual([start + 2, start + 3])

    const response = await fetch(`${listener.url}/api/v1/journal/stream?after=0`, {
      headers: { authorization: `Bearer ${adminKey}`, accept: 'text/event-stream', 'last-event-id': String(start + 2) },
    })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    let text = ''
    for await (const piece of response.body ?? []) {
      text += new TextDecoder().decode(piece)
      if (text.includes('data: ')) break
    }
    expect(text).toMatch(new RegExp(`^:\n\nid: ${start + 3}\nevent: entry\ndata: \\{.*\\}\n\n$`))
  })

  it('shows no hash of a key', async () => {
    const [entry] = [await (await client(adminKey).journalStream({ after: 1 }))[Symbol.asyncIterator]().next()]
    expect(JSON.stringify(entry.value)).toContain('api-key:low-key')
    expect(JSON.stringify(entry.value)).not.toMatch(/[0-9a-f]{64}","owner/)
  })

  it('ends when the right is taken away', async () => {
    await installed.access.write([
      { kind: 'role.create', codename: 'auditor', permissions: ['journal.view'] },
      { kind: 'grant.create', id: 'audits', subject: 'user:manager', role: 'auditor' },
    ])
    const heard = first(await client(managerKey).journalStream(), 10)
    const { revision } = await make('seen')
    await installed.access.write([{ kind: 'grant.delete', id: 'audits' }])
    await make('unseen')
    const revisions = await heard
    expect(revisions.every((each) => each <= revision)).toBe(true)
  })

  it('ends when the key is switched off', async () => {
    await installed.access.write([
      { kind: 'role.create', codename: 'auditor', permissions: ['journal.view'] },
      { kind: 'grant.create', subject: 'user:manager', role: 'auditor' },
    ])
    const heard = first(await client(managerKey).journalStream(), 10)
    await installed.access.write([{ kind: 'api-key.update', id: 'manager-key', active: false }])
    expect(await heard).toEqual([])
  })

  it('ends when the key is narrowed', async () => {
    await installed.access.write([
      { kind: 'role.create', codename: 'auditor', permissions: ['journal.view'] },
      { kind: 'grant.create', subject: 'user:manager', role: 'auditor' },
    ])
    const heard = first(await client(managerKey).journalStream(), 10)
    await installed.access.write([{ kind: 'api-key.update', id: 'manager-key', scopes: ['tenant.check'] }])
    expect(await heard).toEqual([])
  })

  it('does not keep the server from stopping', async () => {
    const entries = await client(adminKey).journalStream()
    const heard = first(entries, 1).catch((error: Error) => error.name)
    await listener.stop()
    expect(['Unreachable', 'object']).toContain(typeof (await heard) === 'object' ? 'object' : await heard)
  })

  it.each(['x', '-1', '1.5'])('refuses %s for the last event', async (id) => {
    const response = await installed.send('GET', '/api/v1/journal/stream', { key: adminKey, headers: { 'last-event-id': id } })
    expect([response.status, ((await response.json()) as { readonly code: string }).code]).toEqual([400, 'invalid_parameter'])
  })

  it('is not for everybody', async () => {
    await expect(client(lowKey).journalStream()).rejects.toMatchObject({ code: 'forbidden' })
  })
})
