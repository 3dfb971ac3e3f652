import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { noConditions, snapshotFrom } from '../../src/core/index.ts'
import { readSnapshotFile } from '../../src/service/snapshot-file.ts'

const child = fileURLToPath(new URL('snapshot-child.mjs', import.meta.url))
const owner = { tenant: 'main', identity: { id: 'store', epoch: 1, secret: 'ab'.repeat(32) }, program: 'test' }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'curia-snapshot-kill-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Writes the files of the revisions up to one, and is killed at the last after so many pieces. */
function killed(path: string, revision: number, pieces: number): string | null {
  return spawnSync(process.execPath, [child, JSON.stringify({ path, owner, revision, pieces })], { encoding: 'utf8' }).signal
}

it('a process that is killed while it writes the file leaves none where there was none', async () => {
  const path = join(folder, 'first')
  expect(killed(path, 1, 3)).toBe('SIGKILL')
  expect(existsSync(path)).toBe(false)
  expect(await readSnapshotFile(path, owner)).toBeUndefined()
  expect(readdirSync(folder).filter((name) => name.startsWith('first.'))).toHaveLength(1)
})

it('a process that is killed while it writes the file anew leaves the one before, at whatever piece it dies', async () => {
  const path = join(folder, 'second')
  const fates = new Set<string | null>()
  // At the first piece, in the midst, and after more than there are.
  for (const pieces of [0, 60, 1000]) {
    const signal = killed(path, 2, pieces)
    fates.add(signal)
    const read = await readSnapshotFile(path, owner)
    const revision = signal === 'SIGKILL' ? 1 : 2
    expect(read?.revision).toBe(revision)
    expect(snapshotFrom('main', noConditions, read?.columns ?? new Map()).size('user')).toBe(revision)
  }
  expect(fates).toEqual(new Set(['SIGKILL', null]))
})
