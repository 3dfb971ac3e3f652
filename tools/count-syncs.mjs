/**
 * Counts by strace whether the disk was told to keep every commit before it was acknowledged.
 * `node tools/count-syncs.mjs [--commits 100] [--mutant sync-normal]`. Ends with a line of figures; exit status 1 when a commit was
 * acknowledged without a sync before it, 2 when strace cannot be used. With the mutant it must be 1.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { commits: { type: 'string', default: '100' }, mutant: { type: 'string' } } })
const writer = fileURLToPath(new URL('store-writer.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'curia-syncs-'))
try {
  process.exitCode = count()
} finally {
  rmSync(folder, { recursive: true })
}

/** @returns {number} the exit status */
function count() {
  const trace = join(folder, 'trace')
  const words = ['-f', '-qq', '-e', 'trace=fsync,fdatasync,write', '-e', 'signal=none', '-s', '16', '-o', trace, process.execPath, writer]
  const mutant = values.mutant === undefined ? [] : ['--mutant', values.mutant]
  const run = spawnSync('strace', [...words, join(folder, 'curia.db'), '--commits', values.commits, ...mutant], { encoding: 'utf8' })
  if (run.error !== undefined || run.status !== 0) {
    console.log(`strace cannot be used here: ${run.error?.message ?? run.stderr.trim()}`)
    return 2
  }
  let syncs = 0
  let acknowledged = 0
  let unsynced = 0
  let total = 0
  for (const line of readFileSync(trace, 'utf8').split('\n')) {
    if (/\b(fsync|fdatasync)(\(\d+\)| resumed>.*)\s*= 0$/.test(line)) {
      syncs += 1
      total += 1
    } else if (/\bwrite\(1, "ack /.test(line)) {
      acknowledged += 1
      if (syncs === 0) unsynced += 1
      syncs = 0
    }
  }
  console.log(`${acknowledged} commits acknowledged, ${total} syncs, ${unsynced} commits acknowledged without a sync before`)
  return acknowledged === Number(values.commits) && unsynced === 0 ? 0 : 1
}
