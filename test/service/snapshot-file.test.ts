import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileCondition } from '../../src/conditions.ts'
import type { Change } from '../../src/core/index.ts'
import { canonicalJson, columnsOf, readInstant, Snapshot, snapshotFrom, worldOf } from '../../src/core/index.ts'
import type { Access } from '../../src/service/access.ts'
import { openAccess } from '../../src/service/open-access.ts'
import type { FileOwner } from '../../src/service/snapshot-file.ts'
import { readSnapshotFile, SnapshotMoved, SnapshotUnusable, writeSnapshotFile } from '../../src/service/snapshot-file.ts'
import type { Tenant } from '../../src/service/tenants.ts'
import { Tenants } from '../../src/service/tenants.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { randomFrom } from '../histories/random.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'curia-snapshots-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let places = 0
const newPlace = () => join(folder, `${++places}`)

const rome: readonly Change[] = [
  { kind: 'resource-type.create', name: 'legion', actions: ['view', 'edit'] },
  { kind: 'permission.create', name: 'chat.export' },
  { kind: 'role.create', codename: 'scribe', permissions: ['chat.export', 'legion.view'] },
  { kind: 'user.create', id: 'sulla', userName: 'sulla', displayName: 'Lucius Cornelius Sulla', emails: ['sulla@rome.example'] },
  { kind: 'user.create', id: 'mars', userName: 'Mārs', attributes: { planet: true } },
  { kind: 'group.create', id: 'rome', name: 'Rome' },
  { kind: 'group.create', id: 'consuls', name: 'Consuls', parent: 'rome' },
  { kind: 'group.create', id: 'gods', name: 'Gods', parent: 'rome', expiresAt: readInstant('2090-01-01', 'at') },
  { kind: 'member.add', group: 'consuls', member: 'user:sulla' },
  { kind: 'member.add', group: 'gods', member: 'user:mars', until: readInstant('2080-01-01', 'at'), roles: ['manager'] },
  { kind: 'member.add', group: 'rome', member: 'group:consuls' },
  { kind: 'resource.create', resource: 'legion:4', owner: 'user:sulla', attributes: { rank: 4 } },
  { kind: 'grant.create', id: 'g1', subject: 'group:rome', role: 'scribe', resource: 'tenant' },
  { kind: 'grant.create', id: 'g2', subject: 'group:consuls^siblings', resource: 'legion:4', actions: ['view'], condition: 'now > now' },
  { kind: 'assignment.create', resource: 'legion:4', group: 'consuls', member: 'user:sulla' },
]

describe('the file of a snapshot', () => {
  const identity = { id: 'store-1', epoch: 1, secret: 'ab'.repeat(32) }
  const owner: FileOwner = { tenant: 'main', identity, program: '1.0.0' }
  const always = () => true
  let path: string
  let snapshot: Snapshot
  let whole: Buffer

  beforeAll(async () => {
    const opened = await new Place(newPlace()).open()
    await opened.access.write(rome)
    snapshot = new Snapshot('main', compileCondition)
    await opened.store.load('main', ({ table, row }) => snapshot.put(table, row))
    await opened.access.close()
    path = newPlace()
    await writeSnapshotFile(path, `${path}.new`, owner, { revision: 7, hash: 'f'.repeat(64), columns: columnsOf(snapshot) }, always)
    whole = readFileSync(path)
  })

  it('gives back what was written, and is for its owner alone', async () => {
    const read = await readSnapshotFile(path, owner)
    expect(read).toMatchObject({ revision: 7, hash: 'f'.repeat(64), bytes: whole.length })
    const again = snapshotFrom('main', compileCondition, read?.columns ?? new Map())
    expect(canonicalJson(worldOf(again))).toBe(canonicalJson(worldOf(snapshot)))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(existsSync(`${path}.new`)).toBe(false)
  })

  it('is not used when any byte of it is another', async () => {
    const damaged = newPlace()
    const random = randomFrom(5)
    // Each byte of what says where everything is, and some of every part.
    const preamble = Array.from({ length: 64 }, (_, at) => at)
    const steps = Array.from({ length: 400 }, (_, step) => Math.floor(((step + random.next(1000) / 1000) * whole.length) / 400))
    for (const at of new Set([...preamble, ...steps, whole.length - 1])) {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.next(8))
      writeFileSync(damaged, bytes)
      await expect(readSnapshotFile(damaged, owner), `byte ${at}`).rejects.toThrow(SnapshotUnusable)
    }
  })

  it('is not used when it was cut short, or has grown', async () => {
    const damaged = newPlace()
    for (let step = 0; step < 40; step += 1) {
      writeFileSync(damaged, whole)
      truncateSync(damaged, Math.floor((step * whole.length) / 40))
      await expect(readSnapshotFile(damaged, owner)).rejects.toThrow(SnapshotUnusable)
    }
    writeFileSync(damaged, whole)
    appendFileSync(damaged, '\0')
    await expect(readSnapshotFile(damaged, owner)).rejects.toThrow('another length')
  })

  it.each([
    ['tenant', { ...owner, tenant: 'other' }],
    ['version of the program', { ...owner, program: '1.0.1' }],
    ['store', { ...owner, identity: { ...identity, secret: 'cd'.repeat(32) } }],
    ['store', { ...owner, identity: { ...identity, id: 'store-2' } }],
    ['epoch', { ...owner, identity: { ...identity, epoch: 2 } }],
  ])('is not used by another %s', async (what, other) => {
    await expect(readSnapshotFile(path, other)).rejects.toThrow(what)
  })

  it('is not there before it is whole: when the state changes meanwhile, the one before stays', async () => {
    const place = newPlace()
    const write = (revision: number, isStill: () => boolean) =>
      writeSnapshotFile(place, `${place}.new`, owner, { revision, hash: '', columns: columnsOf(snapshot) }, isStill)
    await write(1, always)
    let asked = 0
    await write(2, () => {
      asked += 1
      return true
    })
    for (let moment = 1; moment <= asked; moment += 1) {
      let looked = 0
      await expect(write(3, () => ++looked < moment)).rejects.toThrow(SnapshotMoved)
      expect(await readSnapshotFile(place, owner)).toMatchObject({ revision: 2 })
    }
    expect(existsSync(`${place}.new`)).toBe(false)
  })
})

describe('a tenant with a file of its snapshot', () => {
  it('starts from it, and answers and exports as from the store', async () => {
    const place = new Place(newPlace())
    const first = await place.open()
    await first.access.write(rome)
    const answers = answersOf(first)
    expect(first.tenant.start).toMatchObject({ from: 'store' })
    await first.access.close()
    const second = await place.open()
    expect(second.access.figures()).toMatchObject({ start: { from: 'file' }, file: { revision: 1, bytes: statSync(place.file).size } })
    expect(answersOf(second)).toEqual(answers)
    await second.access.close()
    const bare = await place.open({ without: true })
    expect(answersOf(bare)).toEqual(answers)
    await bare.access.close()
    expect(place.notices).toEqual([])
  })

  it('puts what was committed after the file in force', async () => {
    const place = new Place(newPlace())
    const first = await place.open()
    await first.access.write(rome)
    await first.tenant.keep()
    expect(first.tenant.file?.revision).toBe(1)
    await first.access.write([{ kind: 'member.remove', group: 'consuls', member: 'user:sulla' }])
    await first.access.write([{ kind: 'user.update', id: 'mars', displayName: 'Mars Ultor' }])
    const answers = answersOf(first)
    await first.access.close()
    const second = await place.open()
    expect(second.tenant.start).toMatchObject({ from: 'file' })
    expect(second.tenant.file?.revision).toBe(1)
    expect(answersOf(second)).toEqual(answers)
    await second.access.close()
  })

  it('reads the store when the file is damaged, says so, and writes it anew', async () => {
    const place = new Place(newPlace())
    const first = await place.open()
    await first.access.write(rome)
    const answers = answersOf(first)
    await first.access.close()
    const bytes = readFileSync(place.file)
    bytes[200] = (bytes[200] ?? 0) ^ 1
    writeFileSync(place.file, bytes)
    const second = await place.open()
    expect(second.tenant.start).toMatchObject({ from: 'store', reason: expect.stringContaining('damaged') })
    expect(place.notices).toEqual([expect.stringMatching(/is not used: its part .* is damaged/)])
    expect(answersOf(second)).toEqual(answers)
    await second.access.close()
    const third = await place.open()
    expect(third.tenant.start).toMatchObject({ from: 'file' })
    await third.access.close()
  })

  it('reads the store when that was put back to an earlier state, also when it has gone another way since', async () => {
    const place = new Place(newPlace())
    const first = await place.open()
    await first.access.write(rome)
    await first.access.close()
    const backup = readFileSync(place.database)
    const ahead = await place.open()
    await ahead.access.write([{ kind: 'user.create', id: 'ahead', userName: 'ahead' }])
    await ahead.tenant.keep()
    await ahead.access.close()
    const newer = readFileSync(place.file)
    writeFileSync(place.database, backup)

    const behind = await place.open()
    expect(behind.tenant.start).toMatchObject({ from: 'store', reason: expect.stringContaining('newer than the store') })
    expect(behind.access.record('user', 'ahead')).toBeUndefined()
    await behind.access.write([{ kind: 'user.create', id: 'aside', userName: 'aside' }])
    await behind.access.write([{ kind: 'user.create', id: 'beyond', userName: 'beyond' }])
    await behind.access.close()
    writeFileSync(place.file, newer)
    const aside = await place.open()
    expect(aside.tenant.start).toMatchObject({ from: 'store', reason: expect.stringContaining('another past') })
    expect(aside.access.records('user').map(({ id }) => id)).toEqual(['aside', 'beyond', 'mars', 'sulla'])
    await aside.access.close()
  })

  it('writes it while questions and writes go on, and what it holds is one state', async () => {
    const place = new Place(newPlace())
    const { access, tenant, store } = await place.open()
    await access.write(rome)
    let isOver = false
    const writing = (async () => {
      for (let each = 0; !isOver; each += 1) {
        await access.write([{ kind: 'user.create', id: `u${each}`, userName: `user-${each}` }])
        access.check({ subject: `user:u${each}`, action: 'chat.export' })
        // Each write comes from outside, so others have their turn in between.
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    try {
      for (let each = 0; each < 5; each += 1) {
        await tenant.keep()
        const read = await readSnapshotFile(place.file, { tenant: 'main', identity: await store.identity(), program: 'test' })
        const kept = snapshotFrom('main', compileCondition, read?.columns ?? new Map())
        expect(read?.revision).toBe(tenant.file?.revision)
        expect(kept.size('user')).toBe(1 + (read?.revision ?? 0))
      }
    } finally {
      isOver = true
      await writing
    }
    await access.close()
  })

  it('takes it away when somebody is removed, and the next one knows nothing of them', async () => {
    const place = new Place(newPlace())
    const { access, tenant, store } = await place.open()
    await access.write([...rome, { kind: 'user.create', id: 'zebedee', userName: 'zebedee', displayName: 'Zebedee of Galilee' }])
    await tenant.keep()
    expect(readFileSync(place.file, 'latin1')).toContain('Zebedee of Galilee')
    await access.write([{ kind: 'user.delete', id: 'zebedee' }])
    await expect.poll(() => existsSync(place.file)).toBe(false)
    await store.erasePersonal('main', 'zebedee')
    await access.close()
    // The id stays retired, so that nobody gets it again.
    const kept = readFileSync(place.file, 'latin1')
    expect(kept).not.toContain('Zebedee of Galilee')
    expect(kept).not.toContain('userName":"zebedee')
    const again = await place.open()
    expect(again.tenant.start).toMatchObject({ from: 'file' })
    await again.access.close()
  })

  it('takes leftovers of killed processes away, and goes on when no file can be written', async () => {
    const place = new Place(newPlace())
    const first = await place.open()
    await first.access.write(rome)
    await first.access.close()
    writeFileSync(`${place.file}.4194305-1.new`, 'half a file')
    const second = await place.open()
    await second.access.close()
    expect(readdirSync(place.folder).sort()).toEqual(['curia.db', 'curia.db.main.snapshot'])
    rmSync(place.file)
    const third = await place.open({ file: join(place.database, 'no-folder', 'a.snapshot') })
    await third.tenant.keep()
    expect(place.notices.at(-1)).toContain('could not be written')
    expect(third.access.check({ subject: 'user:sulla', action: 'chat.export' }).allowed).toBe(true)
    await third.access.close()
  })
})

interface Opened {
  readonly access: Access
  readonly tenant: Tenant
  readonly store: Store
}

/** Everything that can be asked about Rome, and the export. */
function answersOf({ access }: Opened): readonly string[] {
  const answers = [canonicalJson(access.exportWorld())]
  for (const subject of ['user:sulla', 'user:mars', 'group:consuls', 'group:gods'])
    for (const [action, resource] of [
      ['view', 'legion:4'],
      ['edit', 'legion:4'],
      ['chat.export', 'tenant'],
      ['group.edit', 'group:gods'],
    ] as const)
      answers.push(canonicalJson(access.explain({ subject, action, resource })))
  answers.push(
    canonicalJson(access.listSubjects({ action: 'view', resource: 'legion:4' })),
    canonicalJson(access.membersOf({ group: 'rome' })),
  )
  return answers
}

/** A folder with a database and the file beside it. */
class Place {
  readonly folder: string
  readonly notices: string[] = []

  constructor(folder: string) {
    this.folder = folder
  }

  get database(): string {
    return join(this.folder, 'curia.db')
  }

  get file(): string {
    return `${this.database}.main.snapshot`
  }

  async open({ without = false, file = this.file } = {}): Promise<Opened> {
    const store = await openSqliteStore({ path: this.database })
    let ids = 0
    const tenants = new Tenants({
      store,
      identity: await store.identity(),
      compileCondition,
      now: () => readInstant('2026-06-01', 'now'),
      newId: () => `id-${Date.now()}-${++ids}`,
      ...(without ? {} : { snapshots: { pathOf: () => file, program: 'test', leastRows: 1, notice: (text) => this.notices.push(text) } }),
    })
    const tenant = await tenants.get('main')
    return { access: openAccess(tenant, 'system:library', () => tenants.close()), tenant, store }
  }
}
