/** The library: `createAccess` over a store in memory, and over SQLite with the database closed and opened again once the world is written. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccess } from '../../../src/assemble.ts'
import type { ActorReference, Change, Instant, Revision } from '../../../src/core/index.ts'
import { canonicalJson } from '../../../src/core/index.ts'
import type { Access } from '../../../src/service/access.ts'
import type { Path, Stage } from '../path.ts'
import { askList } from '../path.ts'

export const libraryInMemory: Path = {
  name: 'the library on a store in memory',
  open: async (now) => {
    const access = await emptyAccess(now)
    return {
      givesReasons: true,
      write: (changes, by) => writeAs(access, by, changes),
      explain: async (check) => access.explain(check),
      list: async (asked) => askList(access, asked).items,
      contents: async () => contentsOf(access),
      close: () => access.close(),
    }
  },
}

export const libraryOnSqlite: Path = {
  name: 'the library on SQLite, started anew after the first write',
  open: async (now) => {
    const folder = mkdtempSync(join(tmpdir(), 'curia-scenario-'))
    const file = join(folder, 'curia.db')
    emptyDatabase ??= makeEmptyDatabase()
    writeFileSync(file, await emptyDatabase)
    const start = () => createAccess({ store: `sqlite:${file}`, clock: () => now })
    return stageReadAnew(start, () => rmSync(folder, { recursive: true }))
  },
}

/** A database takes longer to make than a scenario to play, so it is made once, and every scenario gets a copy. */
let emptyDatabase: Promise<Buffer> | undefined

async function makeEmptyDatabase(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'curia-scenario-'))
  const file = join(folder, 'curia.db')
  const access = await createAccess({ store: `sqlite:${file}` })
  await access.close()
  const bytes = readFileSync(file)
  rmSync(folder, { recursive: true })
  return bytes
}

/** The installation itself writes by the handle that has every right; everybody else by one that is judged. */
async function writeAs(access: Access, by: ActorReference, changes: readonly Change[]): Promise<Revision> {
  const written = await (by.startsWith('system:') ? access : access.as(by)).write(changes)
  return written.revision
}

export function contentsOf(access: Access): string {
  return canonicalJson({ revision: access.revision, world: access.exportWorld() })
}

/** A handle on an empty tenant in memory whose clock stands still. */
export function emptyAccess(now: Instant): Promise<Access> {
  return createAccess({ store: 'memory:', clock: () => now })
}

/** A stage whose state is read anew from its store after the first write, which makes the world. */
export async function stageReadAnew(read: () => Promise<Access>, cleanUp: () => void = () => undefined): Promise<Stage> {
  let access = await read()
  return {
    givesReasons: true,
    write: async (changes, by) => {
      const isWorld = access.revision === 0
      const revision = await writeAs(access, by, changes)
      if (!isWorld) return revision
      await access.close()
      access = await read()
      return revision
    },
    explain: async (check) => access.explain(check),
    list: async (asked) => askList(access, asked).items,
    contents: async () => contentsOf(access),
    close: async () => {
      await access.close()
      cleanUp()
    },
  }
}
