import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Grant, Instant, MemberReference, RecordBase, TableName, Tables } from '../../src/core/index.ts'
import {
  canonicalJson,
  columnsOf,
  defaultSettings,
  keyOf,
  questionsOf,
  readInstant,
  Snapshot,
  snapshotFrom,
  tableNames,
  worldOf,
} from '../../src/core/index.ts'
import { readSnapshotFile, writeSnapshotFile } from '../../src/service/snapshot-file.ts'
import { compile, conditions } from './conditions.ts'
import type { Shadow, Table } from './facts.ts'
import { emptyShadow, factsOf } from './facts.ts'
import { askCheck, lists } from './questions.ts'
import type { Random } from './random.ts'
import { randomFrom } from './random.ts'
import { instants } from './universe.ts'

const worlds = Number(process.env.CURIA_WORLDS ?? 1000)
const firstSeed = Number(process.env.CURIA_SEED ?? 1)
const base: RecordBase = { origin: 'local', createdAt: readInstant(0, ''), createdBy: 'system:test', updatedAt: readInstant(0, '') }

const now = readInstant('2026-01-03T12:00:00Z', 'now')

describe('a world of random rows', () => {
  it('is answered by the engine as by the oracle', () => {
    let allowed = 0
    // Most errors are expected ones, and where they came from is asked again for the reduced world.
    const { stackTraceLimit } = Error
    for (let seed = firstSeed; seed < firstSeed + worlds; seed++) {
      const shadow = randomWorld(randomFrom(seed))
      Error.stackTraceLimit = 0
      const outcome = inquire(shadow, seed)
      Error.stackTraceLimit = stackTraceLimit
      if (typeof outcome === 'string') throw new Error(`seed ${seed}: ${told(...reduced(shadow, seed, outcome))}`)
      allowed += outcome
    }
    expect(allowed).toBeGreaterThan(worlds)
  })

  it('is answered as by the oracle, and written the same, once it was loaded from the file of its snapshot', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'curia-worlds-'))
    const path = join(folder, 'a.snapshot')
    const owner = { tenant: 'main', identity: { id: 'store', epoch: 1, secret: 'ab'.repeat(32) }, program: 'test' }
    let allowed = 0
    try {
      for (let seed = firstSeed; seed < firstSeed + worlds / 40; seed++) {
        const shadow = randomWorld(randomFrom(seed))
        const snapshot = new Snapshot('main', compile)
        for (const table of tableNames) load(snapshot, table, shadow[table])
        await writeSnapshotFile(path, `${path}.new`, owner, { revision: 1, hash: '', columns: columnsOf(snapshot) }, () => true)
        const read = await readSnapshotFile(path, owner)
        const loaded = snapshotFrom('main', compile, read?.columns ?? new Map())
        expect(canonicalJson(worldOf(loaded))).toBe(canonicalJson(worldOf(snapshot)))
        const outcome = inquire(shadow, seed, loaded)
        if (typeof outcome === 'string') throw new Error(`seed ${seed}: ${told(shadow, outcome)}`)
        allowed += outcome
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    expect(allowed).toBeGreaterThan(0)
  })
})

/**
 * Asks the same questions of any world for the same seed. Gives the number of allowed checks, or the first difference.
 * @param loaded the world, when it is not to be made of the rows
 */
function inquire(shadow: Shadow, seed: number, loaded?: Snapshot): number | string {
  const snapshot = loaded ?? new Snapshot('main', compile)
  const tally = { questions: 0, allowed: 0, explained: 0 }
  const questions = questionsOf(
    () => snapshot,
    () => now,
  )
  const inquiry = { random: randomFrom(~seed), questions, tally, facts: factsOf(shadow), now }
  try {
    if (loaded === undefined) for (const table of tableNames) load(snapshot, table, shadow[table])
    for (let count = 0; count < 30; count++) askCheck(inquiry, count % 3 === 0)
    for (const ask of lists) ask(inquiry)
    return tally.allowed
  } catch (fault) {
    return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)
  }
}

/** Leaves out every row without which the engine and the oracle still differ on the same question. */
function reduced(shadow: Shadow, seed: number, first: string): [Shadow, string] {
  const topic = (message: string) => message.slice(0, message.indexOf(':'))
  let outcome = first
  for (let removed = true; removed; ) {
    removed = false
    for (const table of tableNames) {
      for (const [key, row] of [...shadow[table]]) {
        shadow[table].delete(key)
        const again = inquire(shadow, seed)
        if (typeof again === 'string' && topic(again) === topic(first)) {
          outcome = again
          removed = true
        } else put(shadow, table, row)
      }
    }
  }
  return [shadow, outcome]
}

function told(shadow: Shadow, outcome: string): string {
  return `${outcome}\nin the world of\n${tableNames.flatMap((table) => [...shadow[table].values()].map((row) => `${table} ${canonicalJson(row)}`)).join('\n')}`
}

function put<Name extends TableName>(shadow: Shadow, table: Name, row: Tables[TableName]): void {
  // The row came out of this table.
  const rows = shadow[table] as Map<string, Tables[TableName]>
  rows.set(keyOf(table, row as Tables[Name]), row)
}

function load<Name extends TableName>(snapshot: Snapshot, table: Name, rows: Table<Name>): void {
  for (const row of rows.values()) snapshot.put(table, row)
}

/** A world that keeps every invariant by the way it is made: parents and inner groups have the higher number. */
function randomWorld(random: Random): Shadow {
  const shadow = emptyShadow()
  const put = <Name extends TableName>(table: Name, row: Tables[Name]) => {
    const rows: Table<Name> = shadow[table]
    rows.set(keyOf(table, row), row)
  }
  const maybe = <T>(times: number, value: () => T): T | undefined => (random.once(times) ? value() : undefined)
  const given = <Key extends string, T>(key: Key, value: T | undefined): { readonly [K in Key]?: T } =>
    // One key, there or not.
    (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: T }
  const window = (): { readonly from?: Instant; readonly until?: Instant } => {
    const start = random.next(4)
    return {
      ...given(
        'from',
        maybe(5, () => random.of(instants.slice(0, start + 1))),
      ),
      ...given(
        'until',
        maybe(5, () => random.of(instants.slice(start + 1))),
      ),
    }
  }
  const some = <T>(items: readonly T[], times: number): readonly T[] => items.filter(() => random.once(times))
  const numbers = [1, 2, 3, 4, 5, 6]

  put('settings', { ...defaultSettings, managersInherit: random.once(2), rootSiblings: random.once(2) })
  put('source', { ...base, name: 'ldap', enabled: !random.once(3) })
  put('resource-type', { ...base, name: 'folder', actions: ['change', 'share', 'view'], parentTypes: ['folder', 'group'] })
  put('resource-type', {
    ...base,
    name: 'doc',
    actions: ['change', 'view'],
    parentTypes: ['doc', 'folder'],
    ...given(
      'ownerActions',
      maybe(2, () => ['view', 'share']),
    ),
  })
  put('permission', {
    ...base,
    name: 'chat.export',
    permissionKind: 'allow',
    ...given(
      'condition',
      maybe(4, () => random.of(conditions)),
    ),
  })
  put('permission', { ...base, name: 'chat.limit', permissionKind: 'restriction' })
  if (random.once(3))
    put('permission', {
      ...base,
      name: 'folder.share',
      resourceType: 'folder',
      permissionKind: random.of(['allow', 'restriction']),
      condition: random.of(conditions),
    })
  put('role', { ...base, codename: 'viewer', label: 'Viewer', permissions: ['chat.export', 'doc.view', 'folder.view'], includes: [] })
  put('role', {
    ...base,
    codename: 'editor',
    label: 'Editor',
    permissions: ['doc.change', 'folder.change'],
    includes: some(['manager', 'viewer'], 2),
  })
  put('role', {
    ...base,
    codename: 'warden',
    label: 'Warden',
    permissions: ['grant.create', 'group.view'],
    includes: some(['administrator', 'editor'], 4),
  })
  const roles = ['administrator', 'editor', 'manager', 'viewer', 'warden']
  put('group-type', { ...base, codename: 'team', label: 'Team', exclusive: false, standings: [] })
  for (const n of numbers) {
    const attributes = random.of<{ [key: string]: number | string }>([{}, { level: 1 }, { level: 3 }, { level: 'high' }])
    put('user', {
      ...base,
      origin: random.once(6) ? 'source:ldap' : 'local',
      id: `u${n}`,
      userName: `user${n}`,
      emails: [],
      attributes,
      networks: [],
      externalIds: {},
      status: random.once(9) ? 'inactive' : 'active',
    })
    put('group', {
      ...base,
      id: `g${n}`,
      name: `G${n}`,
      codename: `g${n}`,
      ...given(
        'type',
        maybe(2, () => random.of(['team', 'team', 'domain'])),
      ),
      ...given('parent', n === 6 || random.once(4) ? undefined : `g${n + 1 + random.next(6 - n)}`),
      entities: [],
      properties: random.of<{ [key: string]: number }>([{}, { level: 3 }]),
      data: { config: { share: false } },
      meta: {},
      active: !random.once(8),
      joinPolicy: 'closed',
      ...given(
        'expiresAt',
        maybe(8, () => random.of(instants)),
      ),
    })
  }
  for (const n of [1, 2]) put('service', { ...base, id: `s${n}`, name: `S${n}`, status: random.once(5) ? 'inactive' : 'active' })
  for (let count = random.next(16); count > 0; count--) {
    const n = random.of(numbers)
    const member: MemberReference =
      n > 1 && random.once(3)
        ? `group:g${1 + random.next(n - 1)}`
        : random.once(6)
          ? `service:s${1 + random.next(2)}`
          : `user:u${random.of(numbers)}`
    put('hold', {
      ...base,
      ...window(),
      group: `g${n}`,
      member,
      origin: random.of(['local', 'local', 'source:ldap', 'scim:app']),
      roles: some(roles, 4),
    })
  }
  for (const type of ['folder', 'doc'] as const) {
    for (const n of [1, 2, 3]) {
      const above = random.of([
        ...(type === 'doc' ? ['folder:1', 'folder:2', 'folder:3'] : ['group:g1', 'group:g2', 'group:g4']),
        ...(n < 3 ? [`${type}:${n + 1}`] : []),
      ])
      if (random.once(8)) continue
      const attributes = random.of<{ [key: string]: boolean }>([{}, { open: true }, { open: false }])
      const owner = maybe<MemberReference>(3, () => (random.once(2) ? `group:g${random.of(numbers)}` : `user:u${random.of(numbers)}`))
      put('resource', {
        ...base,
        type,
        id: `${n}`,
        ...given('parent', random.once(3) ? undefined : above),
        inherits: !random.once(4),
        ...given('owner', owner),
        attributes,
      })
    }
  }
  // A parent that was left out above is none.
  for (const resource of shadow.resource.values()) {
    const { parent, ...rest } = resource
    if (parent !== undefined && !parent.startsWith('group:') && !shadow.resource.has(parent)) put('resource', rest)
  }
  const places = [
    'tenant',
    'folder:1',
    'folder:2',
    'folder:3',
    'doc:1',
    'doc:2',
    'doc:3',
    'group:g1',
    'group:g2',
    'group:g4',
    'user:u1',
    'folder:99',
  ]
  for (let count = random.next(14); count > 0; count--) {
    const g = `group:g${random.of(numbers)}`
    const subject = random.of([
      `user:u${random.of(numbers)}`,
      g,
      g,
      `${g}#${random.of(roles)}`,
      `${g}^ancestors`,
      `${g}^descendants`,
      `${g}^siblings`,
      `${g}^descendants[team]{1}`,
      `${g}^ancestors{2}`,
      `${g}^siblings[domain,team]`,
      'everyone',
      'authenticated',
      'user:anonymous',
      'service:s1',
    ])
    const resource = random.of(places)
    const what = random.of<Partial<Grant>>([
      { role: random.of(roles) },
      { role: random.of(roles) },
      {
        permission: random.of([
          'folder.view',
          'doc.view',
          'chat.export',
          'chat.limit',
          'group.members.manage',
          'doc.change',
          'folder.share',
        ]),
      },
      { actions: resource.startsWith('folder') ? ['share', 'view'] : ['view'] },
    ])
    put('grant', {
      ...base,
      ...window(),
      id: `r${count}`,
      subject,
      ...what,
      resource,
      effect: random.once(5) ? 'deny' : 'allow',
      ...given(
        'condition',
        maybe(4, () => random.of(conditions)),
      ),
    })
  }
  const lists = [[], ['view'], ['change', 'view'], ['delete', 'folder.share'], ['doc.view']]
  const byType = () =>
    random.of<readonly string[] | { readonly [codename: string]: readonly string[] }>([
      random.of(lists),
      { default: random.of(lists), team: random.of(lists) },
      { domain: random.of(lists) },
    ])
  for (let count = random.next(5); count > 0; count--) {
    put('assignment', {
      ...base,
      id: `a${count}`,
      resource: random.of(places),
      group: `g${random.of(numbers)}`,
      ...given('member', random.once(4) ? undefined : (`user:u${random.of(numbers)}` as const)),
      policy: {
        owner: random.of([random.of(lists), { default: random.of(lists), viewer: random.of(lists), manager: random.of(lists) }]),
        group: random.of(lists),
        ancestors: byType(),
        descendants: byType(),
        siblings: byType(),
      },
      keepOwner: random.once(2),
    })
  }
  return shadow
}
