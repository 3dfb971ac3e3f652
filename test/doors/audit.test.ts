import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Installed } from './installation.ts'
import { adminKey, install } from './installation.ts'
import { legion } from './legion.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install(legion, [
    { kind: 'permission.create', name: 'chat.export' },
    { kind: 'grant.create', subject: 'user:mars', permission: 'chat.export' },
    { kind: 'grant.create', subject: 'user:mars', permission: 'legion.view', resource: 'legion:4' },
    { kind: 'grant.create', subject: 'user:marius', permission: 'legion.view', resource: 'legion:4', effect: 'deny' },
    { kind: 'user.update', id: 'quintus', status: 'inactive' },
    { kind: 'role.create', codename: 'scribe', label: 'Scribe', permissions: ['chat.export'] },
    { kind: 'role.create', codename: 'head', label: 'Head', includes: ['scribe'] },
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

  it('says of groups what being in them gives, and of roles what they contain, themselves or by including', async () => {
    const matrix = await installed.admin.audit({
      subjects: ['group:consuls', 'role:head', 'role:scribe', 'user:mars'],
      permissions: ['chat.export', 'legion.view'],
      resources: ['tenant', 'legion:4'],
    })
    expect(matrix.rows.map(({ subject, cells }) => [subject, ...cells.map(({ allowed, rules }) => [allowed, ...rules])])).toEqual([
      ['group:consuls', [false], [false], [true, 'assignment']],
      ['role:head', [true, 'included-role'], [false], [false]],
      ['role:scribe', [true, 'role'], [false], [false]],
      ['user:mars', [true, 'direct-grant'], [false], [true, 'direct-grant', 'assignment']],
    ])
    expect(matrix.rows[1]?.cells[0]?.path).toEqual(['head', 'scribe'])
    expect(matrix.names).toMatchObject({ 'role:scribe': 'Scribe', 'group:consuls': 'Consuls' })
    await expect(installed.admin.audit({ subjects: ['role:none'], permissions: ['chat.export'] })).rejects.toMatchObject({
      code: 'unknown_reference',
    })
  })

  it('says until when an answer holds, and under which condition there would be another', async () => {
    const { admin, access } = installed
    const until = '2099-01-01T00:00:00.000Z'
    const from = '2098-01-01T00:00:00.000Z'
    const written = await access.write([
      { kind: 'permission.create', name: 'chat.delete' },
      { kind: 'grant.create', subject: 'user:mars', permission: 'chat.delete', until },
      { kind: 'grant.create', subject: 'user:sulla', permission: 'chat.delete', condition: 'context.network == "office"' },
      { kind: 'grant.create', subject: 'user:marius', permission: 'chat.delete', from, until },
      { kind: 'grant.create', subject: 'user:low', permission: 'chat.delete', condition: 'subject.id == "low"' },
      { kind: 'grant.create', subject: 'user:manager', permission: 'chat.delete', until },
      { kind: 'grant.create', subject: 'user:manager', permission: 'chat.delete' },
    ])
    const asked = {
      subjects: ['low', 'manager', 'marius', 'mars', 'sulla', 'archelaus'].map((id) => `user:${id}`),
      permissions: ['chat.delete'],
    }
    for (const asOf of [undefined, written.revision]) {
      const { rows } = await admin.audit({ ...asked, ...(asOf === undefined ? {} : { asOf }) })
      const found = Object.fromEntries(rows.map(({ subject, cells: [cell] }) => [subject, cell]))
      const yes = { allowed: true, reason: 'granted', rules: ['direct-grant'] }
      const no = { allowed: false, reason: 'no_grant', rules: [] }
      expect(found).toEqual({
        'user:archelaus': no,
        'user:low': { ...yes, condition: 'subject.id == "low"' },
        'user:manager': yes,
        'user:marius': { ...no, from, until },
        'user:mars': { ...yes, until },
        'user:sulla': { ...no, condition: 'context.network == "office"' },
      })
    }
    expect((await admin.auditCsv(asked)).split('\r\n').slice(1, -1)).toEqual([
      'user:archelaus,Archelaus,no',
      'user:low,low,"yes (direct-grant) if subject.id == ""low"""',
      'user:manager,manager,yes (direct-grant)',
      `user:marius,Marius,no; yes from ${from} until ${until}`,
      `user:mars,Mars,yes (direct-grant) until ${until}`,
      'user:sulla,Sulla,"no; yes if context.network == ""office"""',
    ])
  })

  it('answers an address with the same, names with spaces among them', async () => {
    const { admin, access, send } = installed
    await access.write([{ kind: 'resource.create', resource: 'legion:the 4th, 100%' }])
    const question = {
      subjects: ['user:mars', 'user:sulla'],
      permissions: ['legion.view'],
      resources: ['legion:4', 'legion:the 4th, 100%'],
    }
    expect({ ...(await admin.auditAt(question)), at: '' }).toEqual({ ...(await admin.audit(question)), at: '' })
    expect(await admin.auditCsvAt(question)).toBe(await admin.auditCsv(question))
    const response = await send('GET', '/api/v1/audit.csv?subjects=user:mars%20user:sulla&permissions=legion.view&resources=legion:4', {
      key: adminKey,
    })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
    const first = await admin.auditAt({ permissions: ['legion.view'], limit: 2 })
    const second = await admin.auditAt({ permissions: ['legion.view'], limit: 2, cursor: first.next ?? '' })
    expect(second.rows[0]?.subject).not.toBe(first.rows[0]?.subject)
    await expect(admin.auditAt({ permissions: [] })).rejects.toMatchObject({ code: 'invalid_parameter' })
    expect((await send('GET', '/api/v1/audit?permissions=%25ZZ', { key: adminKey })).status).toBe(400)
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
