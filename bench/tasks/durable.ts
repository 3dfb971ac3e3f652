/** Writes that are on the disk when they are acknowledged, ours beside the barest loop that can be written over the same library. */

import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import type { Access, Change } from 'curia'
import { createAccess } from 'curia'

export interface DurableWrites {
  /** Commits a second, round by round, each round of ours beside one of the bare loop. */
  readonly ours: readonly number[]
  readonly bare: readonly number[]
  /** Ours by writers that do not wait for each other. */
  readonly together: readonly number[]
  /** Users a second in change sets of ten thousand, and memberships a second. */
  readonly grouped: readonly number[]
  readonly memberships: readonly number[]
}

/** How many write at once. */
export const writersAtOnce = 32

const rounds = 6
const roundMilliseconds = 1_000
const groupedChanges = 10_000

export async function timeDurableWrites(folder: string): Promise<DurableWrites> {
  const access = await createAccess({ store: `sqlite:${join(folder, 'curia.db')}` })
  await access.write([
    { kind: 'permission.create', name: 'reports.run' },
    { kind: 'group.create', id: 'everyone', name: 'Everyone' },
  ])
  const bare = openBare(join(folder, 'bare.db'))
  let made = 0
  const newUser = () => {
    made += 1
    return { kind: 'user.create', id: `user-${made}`, userName: `user-${made}` } as const
  }
  const [ours, theirs, together, grouped, memberships]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []]
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await perSecond(() => access.write([newUser()])))
    theirs.push(await perSecond(async () => bare.insert(newUser())))
    const once = () => Promise.all(Array.from({ length: writersAtOnce }, () => access.write([newUser()])))
    together.push((await perSecond(once)) * writersAtOnce)
  }
  for (let round = 0; round < 3; round += 1) {
    const users = Array.from({ length: groupedChanges }, newUser)
    grouped.push(await changesPerSecond(access, users))
    const joining = users.map(({ id }) => ({ kind: 'member.add', group: 'everyone', member: `user:${id}` }) as const)
    memberships.push(await changesPerSecond(access, joining))
  }
  bare.close()
  await access.close()
  // The first round warms up.
  return { ours: ours.slice(1), bare: theirs.slice(1), together: together.slice(1), grouped, memberships }
}

async function changesPerSecond(access: Access, changes: readonly Change[]): Promise<number> {
  const begun = performance.now()
  await access.write(changes)
  return changes.length / ((performance.now() - begun) / 1_000)
}

async function perSecond(write: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  let done = 0
  while (performance.now() - begun < roundMilliseconds) {
    await write()
    done += 1
  }
  return done / ((performance.now() - begun) / 1_000)
}

/** One table, one row a transaction, the same settings of the database. */
function openBare(path: string) {
  const database = new DatabaseSync(path)
  database.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full')
  database.exec('create table journal (revision integer primary key, entry text not null)')
  const statement = database.prepare('insert into journal values (?, ?)')
  let revision = 0
  return {
    insert(entry: object): void {
      revision += 1
      database.exec('begin')
      statement.run(revision, JSON.stringify(entry))
      database.exec('commit')
    },
    close: () => database.close(),
  }
}
