import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CuriaError } from '../../src/core/index.ts'
import { readFormat } from '../../src/formats/index.ts'
import type { Installed } from './installation.ts'
import { adminKey, install, lowKey, managerKey } from './installation.ts'
import { legion } from './legion.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install(legion, [
    { kind: 'user.create', id: 'formula', userName: 'formula', displayName: '=1+1' },
    { kind: 'member.add', group: 'gods', member: 'user:formula' },
  ])
})
afterAll(() => installed.access.close())

describe('an export', () => {
  it.each([
    ['json', 'application/json', 'world'],
    ['yaml', 'application/yaml', 'world'],
    ['ldif', 'text/ldif', 'ldif'],
    ['open-webui', 'application/json', 'open-webui'],
    ['csv-users', 'text/csv', 'csv-users'],
    ['csv-groups', 'text/csv', 'csv-groups'],
    ['csv-memberships', 'text/csv', 'csv-memberships'],
  ])('as %s is %s, and changes nothing when it is imported where it came from', async (format, type, reader) => {
    const response = await installed.send('GET', `/api/v1/export?format=${format}`, { key: adminKey })
    expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`)
    const { counts } = installed.access.planImport(await readFormat(reader, { text: await response.text() }))
    // Open WebUI keeps times of its own, which an import keeps beside the group.
    expect({ ...counts, leave: 0, change: format === 'open-webui' ? 0 : counts.change }).toEqual({
      make: 0,
      change: 0,
      leave: 0,
      refuse: 0,
    })
  })

  it('of one group holds it and its people, in every format', async () => {
    const world = JSON.parse(await installed.admin.exportGroup({ key: 'consuls', format: 'json' }))
    expect(world.groups.map(({ id }: { readonly id: string }) => id)).toContain('consuls')
    expect(world.groups.map(({ id }: { readonly id: string }) => id)).not.toContain('gods')
    expect(JSON.parse(await installed.admin.exportGroup({ key: 'consuls', format: 'open-webui' }))).toMatchObject({
      id: 'consuls',
      user_ids: ['metellus', 'sulla'],
    })
    expect(await installed.admin.exportGroup({ key: 'consuls', format: 'ldif', base: 'dc=rome' })).toContain(
      'member: uid=sulla,ou=people,dc=rome\n',
    )
  })

  it('guards what a spreadsheet would take for a formula', async () => {
    expect(await installed.admin.exportWorld({ format: 'csv-users' })).toContain(",'=1+1")
  })

  it.each([
    ['/export', lowKey, 403],
    ['/groups/gods/export', lowKey, 403],
    ['/groups/gods/export', managerKey, 403],
    ['/groups/nowhere/export', undefined, 404],
    ['/export?base=dc%3Dx', undefined, 400],
    ['/export?format=ldif&base=hello', undefined, 400],
    ['/export?format=xls', undefined, 400],
  ])('is refused: %s', async (path, key = adminKey, status) => {
    expect((await installed.send('GET', `/api/v1${path}`, { key })).status).toBe(status)
  })
})

describe('an import of several files', () => {
  it('reads those that belong together', async () => {
    const plan = await installed.admin.importFiles({
      format: 'passwd',
      files: [
        { path: 'passwd', text: 'olga:x:1000:1000::/:/bin/sh\n' },
        { path: 'group', text: 'crew:x:1000:\n' },
      ],
      preview: true,
    })
    expect(plan.counts).toEqual({ make: 3, change: 0, leave: 0, refuse: 0 })
  })

  it('of a format that takes one is refused, as is a range for another', async () => {
    const files = ['a', 'b'].map((path) => ({ path, text: 'dn: dc=x\n' }))
    await expect(installed.admin.importFiles({ format: 'ldif', files })).rejects.toBeInstanceOf(CuriaError)
    await expect(installed.admin.importFiles({ format: 'ldif', files: files.slice(1), uids: 'all' })).rejects.toMatchObject({
      code: 'invalid_parameter',
    })
  })
})
