import { describe, expect, it } from 'vitest'
import type {
  Column,
  ColumnsByName,
  MemberReference,
  RecordBase,
  Snapshot as SnapshotType,
  TableName,
  Tables,
  User,
} from '../../src/core/index.ts'
import {
  ColumnsUnfit,
  canonicalJson,
  columnsOf,
  keyOf,
  noConditions,
  readInstant,
  roomFor,
  rowTextMarks,
  Snapshot,
  snapshotFrom,
} from '../../src/core/index.ts'
import { IdTable } from '../../src/core/rows/id-table.ts'
import { Lists } from '../../src/core/rows/lists.ts'
import { NarrowColumn } from '../../src/core/rows/narrow-column.ts'
import type { Random } from '../histories/random.ts'
import { randomFrom } from '../histories/random.ts'
import { copiedColumns } from './copied-columns.ts'
import { putAsTexts, textOf } from './row-texts.ts'

const base: RecordBase = {
  origin: 'local',
  createdAt: readInstant('2026-01-01', 'at'),
  createdBy: 'system:test',
  updatedAt: readInstant('2026-01-02', 'at'),
}

/** Ids of every form that the table keeps apart: UUIDs, texts that look like one, short, long and not ASCII. */
const ids = Array.from({ length: 400 }, (_, each) => {
  const hex = each.toString(16).padStart(12, '0')
  return [
    `0190b7c4-0000-7000-8000-${hex}`,
    `0190B7C4-0000-7000-8000-${hex}`,
    `0190b7c4-0000-7000-c000-${hex}`,
    `0190b7c4x0000-7000-8000-${hex}`,
    `g${each}`,
    `sixteen-chars${each.toString().padStart(3, '0')}`,
    `seventeen-chars${each.toString().padStart(3, '0')}`,
    `mañana-${each}`,
  ][each % 8]
}) as readonly string[]

describe('an id', () => {
  it('is a UUID only when every digit of it is one', () => {
    const table = new IdTable(false)
    const uuid = '0190b7c4-1234-7abc-8def-0123456789ab'
    for (let at = 0; at < uuid.length; at++) {
      const other = `${uuid.slice(0, at)}z${uuid.slice(at + 1)}`
      expect(table.textOf(table.make(other))).toBe(other)
    }
    expect(table.find(uuid)).toBe(0)
    expect(table.textOf(table.make(uuid))).toBe(uuid)
    expect(table.count).toBe(37)
  })

  it('keeps its number while it is there, and is given back as it was written', () => {
    const table = new IdTable(true)
    const numbers = new Map<string, number>()
    const random = randomFrom(7)
    for (let step = 0; step < 20_000; step++) {
      const id = random.of(ids)
      const space = step % 3
      const key = `${space} ${id}`
      const known = numbers.get(key)
      expect(table.find(`x:${id}`, 2, space)).toBe(known ?? 0)
      if (known === undefined) numbers.set(key, table.make(id, 0, space))
      else if (random.once(2)) {
        expect(table.textOf(known)).toBe(id)
        table.release(known)
        numbers.delete(key)
      }
    }
    expect(new Set(numbers.values()).size).toBe(numbers.size)
    expect(table.count).toBe(numbers.size)
  })
})

describe('a list of numbers', () => {
  it('holds what was pushed and not removed, whatever the others do', () => {
    const lists = new Lists()
    const random = randomFrom(3)
    const places = new Uint32Array(5)
    // The first begins as a run, whose items count up.
    places[0] = lists.run(500_000, 100)
    const wanted: number[][] = [Array.from({ length: 100 }, (_, index) => 500_000 + index), [], [], [], []]
    expect([lists.item(places[0], 0), lists.item(places[0], 99), [...lists.items(places[0])]]).toEqual([500_000, 500_099, wanted[0]])
    for (let step = 0; step < 30_000; step++) {
      const each = step % 5
      const items = wanted[each] ?? []
      const place = places[each] ?? 0
      if (random.once(3) && items.length > 0) {
        const [gone = 0] = items.splice(Math.floor(items.length / 2), 1)
        places[each] = lists.remove(place, gone)
      } else {
        items.push(step)
        places[each] = lists.push(place, step)
      }
      if (step % 7000 === 6999) lists.tighten([places.subarray(0, 2), places.subarray(2)])
    }
    for (const [each, items] of wanted.entries())
      expect([...lists.items(places[each] ?? 0)].sort((a, b) => a - b)).toEqual(items.sort((a, b) => a - b))
  })
})

describe('a column of small numbers', () => {
  it('gives back every number, however many of them are large', () => {
    const column = new NarrowColumn()
    const wanted = new Map<number, number>()
    const random = randomFrom(5)
    for (const share of [2000, 4, 2000]) {
      for (let step = 0; step < 40_000; step++) {
        const row = random.next(30_000)
        const number = random.once(share) ? random.next(4_000_000_000) : random.next(300)
        column.set(row, number)
        wanted.set(row, number)
      }
      column.tighten(30_000)
      expect([...wanted].filter(([row, number]) => column.get(row) !== number)).toEqual([])
    }
    expect(column.get(40_000)).toBe(0)
  })
})

describe('rows in columns', () => {
  it('are given back as they were put, one by one, by every index, and all together', () => {
    const snapshot = new Snapshot('main', noConditions)
    const shadow = emptyShadow()
    const random = randomFrom(11)
    for (let step = 0; step < 6000; step++) {
      anyStep(snapshot, shadow, random)
      if (step % 1500 === 0) snapshot.tighten()
    }
    expectRows(snapshot, shadow)
    expectGone(snapshot, shadow)
  })

  it('are the same once they were given away as columns and taken back, and can be written on', () => {
    const random = randomFrom(12)
    const shadow = emptyShadow()
    let snapshot = new Snapshot('main', noConditions)
    for (let round = 0; round < 6; round++) {
      for (let step = 0; step < 600; step++) anyStep(snapshot, shadow, random)
      if (round % 2 === 1) snapshot.tighten()
      snapshot = snapshotFrom('main', noConditions, copiedColumns(columnsOf(snapshot)))
      expectRows(snapshot, shadow)
    }
    expectGone(snapshot, shadow)
  })

  it('are the same once they were read as texts, and can be written on', () => {
    const random = randomFrom(14)
    const shadow = emptyShadow()
    const first = new Snapshot('main', noConditions)
    for (let step = 0; step < 3000; step++) anyStep(first, shadow, random)
    const snapshot = new Snapshot('main', noConditions)
    for (const user of shadow.user.values()) snapshot.put('user', user)
    for (const table of ['hold', 'resource', 'grant'] as const) {
      const rows = [...shadow[table].values()]
      for (const part of [rows.slice(0, 7), rows.slice(7)]) putAsTexts(snapshot, table, part)
    }
    snapshot.tighten()
    expectRows(snapshot, shadow)
    for (let step = 0; step < 1500; step++) anyStep(snapshot, shadow, random)
    expectRows(snapshot, shadow)
    expectGone(snapshot, shadow)
  })

  it('are not read from a text that ends in the midst of a row', () => {
    const hold = textOf('hold', anyRow('hold', randomFrom(15)))
    const snapshot = new Snapshot('main', noConditions)
    expect(() => snapshot.putTexts({ table: 'hold', text: hold.slice(0, -1) })).toThrow(Error)
    expect(() => snapshot.putTexts({ table: 'hold', text: hold.replace(rowTextMarks.fieldEnd, '') })).toThrow(Error)
  })

  it('are not taken back when a column is missing, too many, of another kind or of another length', () => {
    const random = randomFrom(13)
    const snapshot = new Snapshot('main', noConditions)
    for (let step = 0; step < 300; step++) anyStep(snapshot, emptyShadow(), random)
    const given = columnsOf(snapshot)
    const take = (change: (columns: Map<string, Column>) => void) => {
      const columns = copiedColumns(given)
      change(columns)
      return () => snapshotFrom('main', noConditions, columns)
    }
    expect(take(() => undefined)).not.toThrow()
    for (const [name, column] of given) {
      expect(take((columns) => columns.delete(name))).toThrow(ColumnsUnfit)
      expect(
        take((columns) => columns.set(name, column.kind === 'number' ? { kind: 'list', items: [] } : { kind: 'number', value: 1 })),
      ).toThrow(ColumnsUnfit)
      if (column.kind === 'number' || column.kind === 'list') continue
      const longer = roomFor(column.kind, column.array.length + 1)
      expect(take((columns) => columns.set(name, { kind: column.kind, array: longer }))).toThrow(ColumnsUnfit)
    }
    expect(take((columns) => columns.set('more', { kind: 'number', value: 1 }))).toThrow(ColumnsUnfit)
  })

  it('leave nothing of a person behind who was removed', () => {
    const snapshot = new Snapshot('main', noConditions)
    const names = ['Zebedee', 'Zebedee-the-very-long-name-of-somebody', 'Žebedee']
    const user = (id: string, userName: string): User => ({
      ...base,
      id,
      userName,
      emails: [`${userName}@example.org`],
      attributes: { known: userName },
      networks: [],
      externalIds: {},
      status: 'active',
    })
    snapshot.put('user', user('ada', 'Ada'))
    const before = textsIn(columnsOf(snapshot))
    for (const name of names) snapshot.put('user', user(name, name))
    expect(textsIn(columnsOf(snapshot))).toContain('Zebe')
    for (const name of names) snapshot.remove('user', name)
    expect(before).toContain('Ada')
    expect(textsIn(columnsOf(snapshot))).not.toContain('Zebe')
  })
})

type Compact = 'user' | 'hold' | 'resource' | 'grant'
type Shadow = { readonly [Name in Compact]: Map<string, Tables[Name]> }

function putRow<Name extends Compact>(snapshot: SnapshotType, shadow: Shadow, table: Name, row: Tables[Name]): void {
  snapshot.put(table, row)
  const rows: Map<string, Tables[Name]> = shadow[table]
  rows.set(keyOf(table, row), row)
}

function drop<Name extends Compact>(snapshot: SnapshotType, shadow: Shadow, table: Name, row: Tables[Name]): void {
  const key = keyOf(table, row)
  snapshot.remove(table satisfies TableName, key)
  shadow[table].delete(key)
}

function emptyShadow(): Shadow {
  return { user: new Map(), hold: new Map(), resource: new Map(), grant: new Map() }
}

function anyStep(snapshot: SnapshotType, shadow: Shadow, random: Random): void {
  const table = random.of(['user', 'hold', 'hold', 'resource', 'grant', 'grant'] as const)
  const row = anyRow(table, random)
  if (random.once(3)) drop(snapshot, shadow, table, row)
  else putRow(snapshot, shadow, table, row)
}

function expectRows(snapshot: SnapshotType, shadow: Shadow): void {
  for (const table of ['user', 'hold', 'resource', 'grant'] as const) {
    const rows = [...shadow[table].values()]
    expect(snapshot.size(table)).toBe(rows.length)
    expect(told(snapshot.all(table))).toEqual(told(rows))
    for (const row of rows) expect(snapshot.get(table, keyOf(table, row as never))).toEqual(row)
  }
  for (const id of ids.slice(0, 40)) {
    const holds = [...shadow.hold.values()]
    expect(told(snapshot.holdsOfGroup(id))).toEqual(told(holds.filter((hold) => hold.group === id)))
    expect(told(snapshot.holdsOfMember(`user:${id}`))).toEqual(told(holds.filter((hold) => hold.member === `user:${id}`)))
    const resources = [...shadow.resource.values()]
    expect(told(snapshot.childResources(`folder:${id}`))).toEqual(told(resources.filter((each) => each.parent === `folder:${id}`)))
    expect(told(snapshot.ownedBy(`user:${id}`))).toEqual(told(resources.filter((each) => each.owner === `user:${id}`)))
    const grants = [...shadow.grant.values()]
    const named = grants.filter(
      (grant) => grant.subject === `group:${id}` || grant.subject.startsWith(`group:${id}#`) || grant.subject.startsWith(`group:${id}^`),
    )
    expect(told(snapshot.grantsNaming(`group:${id}`))).toEqual(told(named))
    const on = snapshot.grantsOn(`folder:${id}`)
    const found = on === undefined ? [] : [...[...on.bySubject.values()].flatMap((each) => [...each]), ...on.byRelation]
    expect(told(found)).toEqual(told(grants.filter((grant) => grant.resource === `folder:${id}`)))
    expect(told(snapshot.usersByName(`Name-${id}`))).toEqual(
      told([...shadow.user.values()].filter((user) => user.userName === `name-${id}`)),
    )
  }
}

function expectGone(snapshot: SnapshotType, shadow: Shadow): void {
  for (const table of ['grant', 'hold', 'resource', 'user'] as const) {
    for (const key of shadow[table].keys()) snapshot.remove(table, key)
    expect([...snapshot.all(table)]).toEqual([])
  }
  // The tenant itself.
  expect(snapshot.references.count).toBe(1)
}

/** What can be read in the columns: their bytes as characters. */
function textsIn(columns: ColumnsByName): string {
  return [...columns.values()]
    .map((column) => {
      if (column.kind === 'number') return ''
      if (column.kind === 'list') return JSON.stringify([...column.items])
      const { buffer, byteOffset, byteLength } = column.array
      const text = Buffer.from(buffer, byteOffset, byteLength)
      // Short ids are packed with their first character in the highest byte.
      const turned = column.kind === 'words' ? Buffer.from(text).swap32() : Buffer.alloc(0)
      return `${text.toString('latin1')}${turned.toString('latin1')}`
    })
    .join('\n')
}

const told = (rows: Iterable<object>): string[] => [...rows].map((row) => canonicalJson(row)).sort()

function anyRow(table: Compact, random: Random): never {
  const few = ids.slice(0, 40).filter((id) => !id.includes('ñ'))
  const window = random.once(3) ? { from: readInstant('2026-02-01T10:20:30.123Z', 'from'), until: readInstant('0001-01-01', 'until') } : {}
  const row = {
    user: () => {
      const id = random.of(few)
      return {
        ...base,
        id,
        userName: `name-${id}`,
        emails: random.once(2) ? [`${id}@x.org`] : [],
        attributes: random.once(2) ? { a: [1, { b: null }] } : {},
        networks: [],
        externalIds: {},
        status: random.of(['active', 'pending']),
      }
    },
    hold: () => ({
      ...base,
      ...window,
      group: random.of(few),
      member: `${random.of(['user', 'group', 'service'])}:${random.of(few)}` as MemberReference,
      roles: random.of([[], ['warden'], ['viewer', 'warden']]),
      origin: random.of(['local', 'source:ldap']),
    }),
    resource: () => ({
      ...base,
      type: random.of(['folder', 'doc']),
      id: random.of(ids),
      inherits: random.once(2),
      attributes: random.once(3) ? { kind: 'secret' } : {},
      ...(random.once(2) ? { parent: `folder:${random.of(few)}` } : {}),
      ...(random.once(2) ? { owner: `user:${random.of(few)}` } : {}),
    }),
    grant: () => ({
      ...base,
      ...window,
      id: random.of(ids),
      effect: random.of(['allow', 'deny']),
      resource: random.of(['tenant', `folder:${random.of(few)}`]),
      subject: random.of([
        'everyone',
        'authenticated',
        'user:anonymous',
        `user:${random.of(few)}`,
        `group:${random.of(few)}`,
        `group:${random.of(few)}#warden`,
        `group:${random.of(few)}^ancestors{2}`,
      ]),
      ...random.of([{ role: 'warden' }, { permission: 'chat.export' }, { actions: ['edit', 'view'] }]),
      ...(random.once(3) ? { condition: 'now > 1', reason: 'because' } : {}),
    }),
  }[table]()
  // A row of the table that was asked for.
  return row as never
}
