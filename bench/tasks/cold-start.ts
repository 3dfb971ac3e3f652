/** How long it takes from nothing to the first answer. */

import { stat } from 'node:fs/promises'
import { createAccess } from 'curia'
import type { RowChange } from 'curia/core'
import { keyOf, readInstant } from 'curia/core'
import type { Row } from 'curia/store/memory'
import { openSqliteStore } from 'curia/store/sqlite'
import { checkOf } from '../contenders/curia.ts'
import { answerTo, questionsFor } from '../questions.ts'
import { rowsOfWorld } from '../world-rows.ts'
import { worldNamed } from './world-snapshot.ts'

/** Rows that are committed together while a database is filled. */
const batch = 20_000

export interface Filled {
  readonly rows: number
  readonly milliseconds: number
  readonly bytes: number
}

/** Fills a SQLite file with the world, as a loader does, through the contract of stores. */
export async function fillSqlite(worldName: string, seed: number, path: string): Promise<Filled> {
  const begun = performance.now()
  const store = await openSqliteStore({ path })
  const time = readInstant('2026-01-01T00:00:00.000Z', 'time')
  let [revision, count] = [0, 0]
  let rows: RowChange[] = []
  const commit = async () => {
    const entry = { time, actor: 'system:bench', origin: 'local', changes: [], rows, names: {} } as const
    revision = (await store.commit({ tenant: 'main', expectedRevision: revision, entry })).revision
    rows = []
  }
  for (const each of rowsOfWorld(worldNamed(worldName, seed))) {
    rows.push(made(each))
    count += 1
    if (rows.length === batch) await commit()
  }
  if (rows.length > 0) await commit()
  await store.close()
  return { rows: count, milliseconds: performance.now() - begun, bytes: (await stat(path)).size }
}

function made({ table, row }: Row): RowChange {
  // Each row comes with the name of its own table; the compiler cannot follow the pair.
  return { table, key: keyOf(table, row as never), after: row } as RowChange
}

/** A start until the first check over a database was answered, and answered rightly. */
export interface Started {
  readonly milliseconds: number
  /** Of all processors together, this process alone: a neighbour on the machine adds nothing. */
  readonly computing: number
  readonly from: 'file' | 'store'
}

/** The process has to be a fresh one. */
export async function timeStart(worldName: string, seed: number, path: string): Promise<Started> {
  const world = worldNamed(worldName, seed)
  const [question] = questionsFor(world, 'tenant-check')
  if (question === undefined) throw new Error('there is no question')
  const expected = answerTo(world, question)
  const check = checkOf('tenant-check', question)
  const begun = performance.now()
  const used = process.cpuUsage()
  const access = await createAccess({ store: `sqlite:${path}` })
  const { allowed } = access.check(check)
  const milliseconds = performance.now() - begun
  const { user, system } = process.cpuUsage(used)
  const { from } = access.figures().start
  if (allowed !== expected) throw new Error(`the first check answered ${allowed}`)
  await access.close()
  return { milliseconds, computing: (user + system) / 1e3, from }
}
