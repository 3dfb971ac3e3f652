import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { findProgram } from '../../tools/system-packages.mjs'

// The tools run the built program: `npm test` builds first.
function run(tool: string, ...words: readonly string[]) {
  const path = fileURLToPath(new URL(`../../tools/${tool}`, import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...words], { encoding: 'utf8' })
  return { status, last: stdout.trim().split('\n').at(-1) ?? '', said: `${stdout}${stderr}` }
}

describe('a writer that is killed in the middle of its work', () => {
  it('loses nothing that was acknowledged, and leaves nothing by half', () => {
    const { status, last, said } = run('kill-writes.mjs', '--rounds', '3')
    expect(last, said).toMatch(/^3 kills, \d+ commits acknowledged, 0 lost, 0 faults/)
    expect(status).toBe(0)
  })

  it('is caught when it acknowledges too early', () => {
    const { status, last } = run('kill-writes.mjs', '--rounds', '6', '--mutant', 'ack-before-commit')
    expect(last).not.toContain(' 0 lost')
    expect(status).toBe(1)
  })
})

describe.skipIf(findProgram('strace') === undefined)('a commit', () => {
  it('is on the disk before it is acknowledged', () => {
    const { status, last, said } = run('count-syncs.mjs', '--commits', '50')
    expect(last, said).toMatch(/^50 commits acknowledged, \d+ syncs, 0 commits acknowledged without a sync before$/)
    expect(status).toBe(0)
  })

  it('is caught when it is acknowledged before it is on the disk', () => {
    const { status, last } = run('count-syncs.mjs', '--commits', '50', '--mutant', 'sync-normal')
    expect(last).toMatch(/^50 commits acknowledged, \d+ syncs, [1-9]\d* commits acknowledged without a sync before$/)
    expect(status).toBe(1)
  })

  it.each([20, 33, 46])(
    'that the disk refused to keep (sync %i) has an unknown outcome, and the store goes on from what there is',
    async (failing) => {
      const { status, said, path } = writeWithFailingSync(`${failing}`)
      expect(status, said.join('\n')).toBe(0)
      expect(said.filter((line) => line === 'unknown')).toHaveLength(1)
      const acknowledged = said.filter((line) => line.startsWith('ack '))
      const kept = await journalOf(path)
      expect(kept.slice(-1)).toEqual(acknowledged.slice(-1))
      expect(acknowledged.filter((line) => !kept.includes(line))).toEqual([])
      expect(kept.length - acknowledged.length).toBeLessThanOrEqual(1)
    },
  )

  it('that the disk refused to keep, and refuses for good, leaves all before it', async () => {
    const { status, said, path } = writeWithFailingSync('25+')
    expect(status).not.toBe(0)
    expect(said.at(-1)).toBe('unknown')
    const kept = await journalOf(path)
    expect(kept.slice(0, said.length - 1)).toEqual(said.slice(0, -1))
    expect(kept.length).toBeGreaterThan(5)
  })
})

/** Runs the writer for 60 commits on a disk that fails the given sync (`25+`: and all after it). */
function writeWithFailingSync(failing: string) {
  const folder = mkdtempSync(join(tmpdir(), 'curia-broken-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'curia.db')
  const writer = fileURLToPath(new URL('../../tools/store-writer.mjs', import.meta.url))
  const inject = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync', '-e', `inject=fsync,fdatasync:error=EIO:when=${failing}`]
  const { status, stdout } = spawnSync('strace', [...inject, process.execPath, writer, path, '--commits', '60'], { encoding: 'utf8' })
  return { status, said: stdout.trim().split('\n'), path }
}

/** The journal as the writer acknowledges it, checked whole. */
async function journalOf(path: string): Promise<readonly string[]> {
  const store = await openSqliteStore({ path })
  const kept: string[] = []
  for await (const { revision, hash } of store.journal('main')) kept.push(`ack ${revision} ${hash}`)
  expect(await store.verify('main')).toMatchObject({ intact: true, revision: kept.length })
  await store.close()
  return kept
}
