import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Installed } from './installation.ts'
import { install } from './installation.ts'
import { legion } from './legion.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install(legion, [
    { kind: 'permission.create', name: 'chat.export' },
    { kind: 'grant.create', subject: 'user:mars', permission: 'chat.export' },
    { kind: 'grant.create', subject: 'user:mars', permission: 'legion.view', resource: 'legion:4' },
    { kind: 'grant.create', subject: 'user:marius', permission: 'legion.view', resource: 'legion:4', effect: 'deny' },
    { kind: 'user.update', id: 'quintus', status: 'inactive' },
    { kind: 'user.create', id: 'late', userName: 'late', displayName: '=1+1, "Late"' },
  ])
})
afterAll(() => installed.access.close())

const people = ['user:mars', 'user:marius', 'user:quintus', 'user:archelaus']

describe('the audit', () => {
  it('tells for each cell yes or no and the rules behind it', async () => {
    const matrix = await installed.admin.audit({
      subjects: people,
      permissions: ['view', 'chat.export'],
      resources: ['legion:4', 'tenant'],
    })
    expect(matrix.columns).toEqual([
      { permission: 'legion.view', resource: 'legion:4' },
      { permission: 'tenant.view', resource: 'tenant' },
      { permission: 'chat.export', resource: 'tenant' },
    ])
    const no = { allowed: false, reason: 'no_grant', rules: [] }
    const inactive = { allowed: false, reason: 'subject_inactive', rules: [] }
    expect(matrix.rows).toEqual([
      { subject: 'user:archelaus', cells: [no, no, no] },
      { subject: 'user:marius', cells: [{ allowed: false, reason: 'denied', rules: ['denial'] }, no, no] },
      {
        subject: 'user:mars',
        cells: [
          { allowed: true, reason: 'granted', rules: ['direct-grant', 'assignment'] },
          no,
          { allowed: true, reason: 'granted', rules: ['direct-grant'] },
        ],
      },
      { subject: 'user:quintus', cells: [inactive, inactive, inactive] },
    ])
    expect(matrix).toMatchObject({ total: 4, revision: installed.access.revision, names: { 'user:mars': 'Mars' } })
  })

  it('says in every cell what a check says, of everybody, page by page', async () => {
    const question = { permissions: ['legion.view', 'legion.delete'], resources: ['legion:4'], limit: 4 }
    const subjects: string[] = []
    let cursor: string | undefined
    do {
      const page = await installed.admin.audit({ ...question, ...(cursor === undefined ? {} : { cursor }) })
      for (const { subject, cells } of page.rows) {
        subjects.push(subject)
        for (const [place, { permission, resource }] of page.columns.entries())
          expect(cells[place]).toMatchObject(
            await installed.admin.check({ subject, action: permission, resource }).then(({ allowed, reason }) => ({ allowed, reason })),
          )
      }
      expect(page.total).toBe(11)
      cursor = page.next
    } while (cursor !== undefined)
    expect(subjects).toEqual([...new Set(subjects)].sort())
    expect(subjects).toHaveLength(11)
  })

  it('asks a past revision, when some were not there yet', async () => {
    const past = await installed.admin.audit({ permissions: ['legion.view'], resources: ['legion:4'], asOf: installed.access.revision - 1 })
    expect(past.rows.map(({ subject }) => subject)).not.toContain('user:late')
    expect(past.rows.find(({ subject }) => subject === 'user:marius')?.cells).toMatchObject([{ allowed: true, rules: ['assignment'] }])
  })

  it('as CSV is the same, and no cell is a formula', async () => {
    const csv = await installed.admin.auditCsv({
      subjects: [...people, 'user:late'],
      permissions: ['legion.view'],
      resources: ['legion:4'],
    })
    expect(csv.split('\r\n')).toEqual([
      'subject,name,legion.view on legion:4',
      'user:archelaus,Archelaus,no',
      `user:late,"'=1+1, ""Late""",no`,
      'user:marius,Marius,no (denial)',
      'user:mars,Mars,"yes (direct-grant, assignment)"',
      'user:quintus,Quintus,no (inactive)',
      '',
    ])
  })

  it.each([
    ['a permission that is none', { permissions: ['fly'] }, 'permission_unknown'],
    ['a permission that fits no resource', { permissions: ['view', 'chat.export'], resources: ['legion:4'] }, 'invalid_parameter'],
    ['a resource that no permission fits', { permissions: ['chat.export'], resources: ['tenant', 'legion:4'] }, 'invalid_parameter'],
    ['no permission', { permissions: [] }, 'invalid_parameter'],
    ['a subject that is none', { permissions: ['view'], subjects: ['user:nobody'] }, 'subject_unknown'],
    ['a type that is none', { permissions: ['legion.view'], resources: ['cohort:1'] }, 'unknown_reference'],
  ])('refuses %s', async (_, question, code) => {
    await expect(installed.admin.audit(question)).rejects.toMatchObject({ code })
  })
})
