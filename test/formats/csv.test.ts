import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { CuriaError, planWorld, Snapshot } from '../../src/core/index.ts'
import { readCsv, readFormat, writeGroupsCsv, writeMembershipsCsv, writeUsersCsv } from '../../src/formats/index.ts'
import { worlds } from './worlds.ts'

const folder = mkdtempSync(join(tmpdir(), 'curia-csv-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function refusalOf(text: string): Promise<CuriaError> {
  try {
    await readCsv({ text, name: 'f.csv' })
  } catch (fault) {
    if (fault instanceof CuriaError) return fault
    throw fault
  }
  throw new Error('nothing was refused')
}

describe('a CSV', () => {
  it('of users is known by its header', async () => {
    const { world, places } = await readFormat('csv', {
      text: 'User name,email,Display-Name,attributes.level,attributes.tags:json,external_id.github,status\nada,ada@example.org; a@example.org,"Lovelace, Ada",007,"[1,true]",ada-l,\nbob,,,,,,inactive\n',
    })
    expect(world).toEqual({
      curia: 1,
      users: [
        {
          userName: 'ada',
          displayName: 'Lovelace, Ada',
          emails: ['ada@example.org', 'a@example.org'],
          attributes: { level: '007', tags: [1, true] },
          externalIds: { github: 'ada-l' },
        },
        { userName: 'bob', status: 'inactive' },
      ],
    })
    expect(places?.get('user:bob')).toEqual({ line: 3 })
  })

  it('of groups may name members, and say that a group is nested in its parent', async () => {
    const { world } = await readCsv({
      text: 'name,parent,nested,members,active,properties.city\nStaff,,,ada;bob@example.org,yes,Bern\nOffice Nord,staff,true,group:guests,no,\n',
    })
    expect(world).toEqual({
      curia: 1,
      groups: [
        { name: 'Staff', active: true, properties: { city: 'Bern' } },
        { name: 'Office Nord', parent: 'staff', active: false },
      ],
      memberships: [
        { group: 'staff', member: 'user:ada' },
        { group: 'staff', member: 'user:bob@example.org' },
        { group: 'office-nord', member: 'group:guests' },
        { group: 'staff', member: 'group:office-nord' },
      ],
    })
  })

  it('of memberships takes user names as well as references', async () => {
    const { world } = await readCsv({
      text: 'group,member,from,until,roles,reason\nstaff,ada,2026-01-01,,manager;lead,why\nstaff,service:bot,,2026-02-01T00:00:00Z,,\n',
    })
    expect(world.memberships).toEqual([
      { group: 'staff', member: 'user:ada', from: '2026-01-01T00:00:00.000Z', roles: ['manager', 'lead'], reason: 'why' },
      { group: 'staff', member: 'service:bot', until: '2026-02-01T00:00:00.000Z' },
    ])
  })

  it('names people and groups for the plan, which finds or refuses them', async () => {
    const { world } = await readCsv({ text: 'name,members\nStaff,nobody\n' })
    const plan = planWorld(new Snapshot('main', () => ({ fault: 'none' })), { world })
    expect(plan.lines.map(({ action, record, code }) => [action, record, code])).toEqual([
      ['make', 'group:staff', undefined],
      ['refuse', 'membership:staff|user:nobody', 'unknown_reference'],
    ])
  })

  it('may have a byte order mark, other line ends, empty lines and no end', async () => {
    const { world } = await readCsv({ text: '\ufeffuser_name,description\r\nada,"two\r\nlines"\r\n\r\nbob,b' })
    expect(world.users).toEqual([
      { userName: 'ada', description: 'two\r\nlines' },
      { userName: 'bob', description: 'b' },
    ])
  })

  it.each([
    ['an unbalanced quote', 'name,members\n"a,b\n', 'invalid_csv', /f\.csv:\d+: a quote is opened and never closed/],
    ['a quote within a word', 'name,members\na,b"c\n', 'invalid_csv', /^f\.csv:2: a quote stands where none can stand/],
    ['a ragged row', 'name,members\na,b,c\n', 'invalid_csv', /^f\.csv:2: has 3 cells, the header has 2$/],
    ['semicolons', '\ufeffname;members\r\na;b\r\n', 'invalid_csv', /^f\.csv:1: is separated by ";"; write commas$/],
    ['tabs', 'name\tmembers\na\tb\n', 'invalid_csv', /is separated by tabs/],
    ['a header given twice', 'name,name\na,b\n', 'duplicate_column', /^f\.csv:1:2: the column "name" is there twice$/],
    ['an unknown column', 'name,colour\na,b\n', 'unknown_field', /^unknown field "colour"; known here are id, name, codename/],
    ['a header of nothing we know', 'colour,shape\na,b\n', 'invalid_csv', /names neither users/],
    ['nothing at all', '', 'invalid_csv', /^f\.csv:1: is empty/],
    ['a prototype', 'user_name,attributes.__proto__\nada,x\n', 'invalid_row', /^f\.csv:2:2: .*__proto__/],
    ['a member whose name is no id', 'group,member\nstaff,zoë\n', 'invalid_row', /^f\.csv:2:2: member: an id starts/],
    ['members of a group whose name is no id', 'name,members\n日本,ada\n', 'invalid_row', /^f\.csv:2: needs an id/],
    ['members of a group without a name', 'name,members\n,ada\n', 'invalid_row', /^f\.csv:2:1: name: is missing/],
    ['a row that gives nothing', 'user_name,status\nada,\n,\nbob,x\n', 'invalid_row', /^f\.csv:4:2: status/],
    ['a row without end', `name\n${'a'.repeat(2_000_000)}`, 'payload_too_large', /larger than 1048576 bytes/],
  ])('is refused for %s', async (_, text, code, message) => {
    const refusal = await refusalOf(text)
    expect(refusal.code).toBe(code)
    expect(refusal.message).toMatch(message)
  })

  it('is refused for its values with line and column of each, and nothing of it is taken', async () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => (index === 9_998 ? 'u 9998,active,2' : `u${index},active,1`))
    const refusal = await refusalOf(`user_name,status,attributes.n:json\n${rows.join('\n')}\nada,asleep,1\nbob,active,{\n`)
    expect(refusal.code).toBe('invalid_row')
    expect(refusal.details).toMatchObject({
      file: 'f.csv',
      line: 10_000,
      column: 1,
      faults: [
        { line: 10_000, column: 1 },
        { line: 10_002, column: 2, reason: 'status: must be one of active, inactive, pending' },
        { line: 10_003, column: 3 },
      ],
    })
  })

  it('tells at most a hundred faults', async () => {
    const refusal = await refusalOf(`user_name\n${'a b\n'.repeat(1000)}`)
    expect('faults' in refusal.details && refusal.details.faults).toHaveLength(100)
  })

  it('counts lines through cells of several lines', async () => {
    const refusal = await refusalOf('user_name,description\nada,"a\nb\nc"\nx y,d\n')
    expect(refusal.details).toMatchObject({ line: 5, column: 1 })
  })

  it('is read from a file piece by piece', async () => {
    const path = join(folder, 'users.csv')
    const rows = Array.from({ length: 50_000 }, (_, index) => `user${index},"Üser, ${index}"`)
    writeFileSync(path, `user_name,display_name\n${rows.join('\n')}\n`)
    const { world, places } = await readCsv({ path })
    expect(world.users).toHaveLength(50_000)
    expect(world.users?.at(-1)).toEqual({ userName: 'user49999', displayName: 'Üser, 49999' })
    expect(places?.get('user:user49999')).toEqual({ file: 'users.csv', line: 50_001 })
  })

  it('of another encoding is refused', async () => {
    const path = join(folder, 'latin.csv')
    writeFileSync(path, Buffer.from('user_name\nzoë\n', 'latin1'))
    await expect(readCsv({ path })).rejects.toMatchObject({ code: 'invalid_encoding' })
  })
})

describe('a written CSV', () => {
  it('guards cells that a spreadsheet would take for a formula, and reading takes the guard away', async () => {
    const users = ['=1+1', '+1', '-1', '@a', "'=1", "'a"].map((description, index) => ({ userName: `u${index}`, description }))
    const text = writeUsersCsv({ curia: 1, users })
    expect(text.split('\r\n').slice(1, 7)).toEqual(["u0,'=1+1", "u1,'+1", "u2,'-1", "u3,'@a", "u4,''=1", "u5,'a"])
    expect((await readCsv({ text })).world.users).toEqual(users)
  })

  it('of memberships has one row a hold', () => {
    const text = writeMembershipsCsv({
      curia: 1,
      memberships: [
        { group: 'a', member: 'user:ada', roles: ['lead', 'manager'] },
        { group: 'a', member: 'user:ada', origin: 'source:hr' },
      ],
    })
    expect(text).toBe('group,member,roles,origin\r\na,user:ada,lead;manager,\r\na,user:ada,,source:hr\r\n')
  })

  it('read again gives the records back', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        // What CSV has no column for, and empty values, which a cell cannot tell from none.
        const users = (world.users ?? []).map(({ networks: _n, confirmedAt: _c, ...user }) => withoutEmpty(user))
        expect((await readCsv({ text: writeUsersCsv({ curia: 1, users }) }, 'users')).world.users).toEqual(users)
        const groups = (world.groups ?? []).map(({ meta: _m, data: _d, ...group }) => withoutEmpty(group))
        expect((await readCsv({ text: writeGroupsCsv({ curia: 1, groups }) }, 'groups')).world.groups).toEqual(groups)
        const memberships = (world.memberships ?? []).map((each) => withoutEmpty(each))
        const read = await readCsv({ text: writeMembershipsCsv({ curia: 1, memberships }) }, 'memberships')
        expect(read.world.memberships).toEqual(memberships)
      }),
      { numRuns: 100 },
    )
  })
})

function withoutEmpty<T extends object>(record: T): T {
  const kept = Object.entries(record).flatMap(([field, value]) => {
    if (value === '' || (Array.isArray(value) && value.length === 0)) return []
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[field, value] as const]
    const inside = Object.entries(value).filter(
      ([name, each]) => name.trim() !== '' && name === name.trim() && !name.includes('\n') && !name.includes('\r') && each !== '',
    )
    return inside.length === 0 ? [] : [[field, Object.fromEntries(inside)] as const]
  })
  // Only optional fields are empty.
  return Object.fromEntries(kept) as T
}
