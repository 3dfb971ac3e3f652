/** What a world weighs in memory, and how long it takes from nothing to the first answer. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { heapFor, runTask } from '../engine-process.ts'
import type { Place, Reference, Row } from '../row.ts'
import { referenceRow, skippedRow, toldRow, writeBytes, writeReference, writeTime } from '../row.ts'
import { orReason } from '../session.ts'
import type { Started } from '../tasks/cold-start.ts'
import type { Filled } from '../tasks/fill-sqlite.ts'
import type { Weight } from '../tasks/memory.ts'
import type { WorldName } from '../worlds.ts'
import type { Figure } from './figure.ts'

const wholeReference = { limit: 1.2e9, write: writeBytes }
const membershipReference = { limit: 16, write: writeBytes }
const grantReference = { limit: 24, write: writeBytes }

export const memory: Figure = {
  name: 'memory',
  worlds: ['S', 'M', 'L'],
  async measure({ world, seed }) {
    const place = (what: string): Place => ({ figure: 'memory', world, what })
    const weigh = (...without: readonly string[]) =>
      orReason(() => runTask<Weight>('memory', [world, String(seed), ...without], heapFor(world)))
    const [whole, noMemberships, noGrants] = [await weigh(), await weigh('hold'), await weigh('grant')]
    return [
      bounded(world === 'L', place('memory in all'), wholeReference, 'reason' in whole ? whole : [whole.held]),
      bounded(
        world === 'L',
        place('memory of a membership'),
        membershipReference,
        difference(whole, noMemberships, ({ memberships }) => memberships),
      ),
      bounded(
        world === 'L',
        place('memory of a grant'),
        grantReference,
        difference(whole, noGrants, ({ grants }) => grants),
      ),
      bounded(
        world === 'L',
        place('memory of a membership, by the arrays'),
        membershipReference,
        'reason' in whole ? whole : [whole.membershipArrays],
      ),
      bounded(world === 'L', place('memory of a grant, by the arrays'), grantReference, 'reason' in whole ? whole : [whole.grantArrays]),
    ]
  },
}

function difference(
  whole: Weight | { readonly reason: string },
  part: Weight | { readonly reason: string },
  count: (weight: Weight) => number,
) {
  if ('reason' in whole) return whole
  if ('reason' in part) return part
  return [(whole.held - part.held) / count(whole)]
}

/** Held against the reference where it counts, told elsewhere. */
function bounded(counts: boolean, place: Place, reference: Reference, samples: readonly number[] | { readonly reason: string }): Row {
  if ('reason' in samples) return skippedRow(place, counts ? writeReference(reference) : '', samples.reason)
  return counts ? referenceRow(place, reference, samples) : toldRow(place, samples, reference.write)
}

const fromSql = { limit: 30e9, write: writeTime }
const fromFile = { limit: 2e9, write: writeTime }
/** A start of world L from SQL takes more than a minute. */
const startsOf = (world: WorldName) => (world === 'L' ? 1 : 3)

export const coldStart: Figure = {
  name: 'cold-start',
  worlds: ['S', 'M', 'L'],
  async measure(session) {
    const { world, seed } = session
    const { databases } = session
    const folder = databases === undefined ? mkdtempSync(join(tmpdir(), 'curia-bench-')) : join(databases, `${world}-${seed}`)
    mkdirSync(folder, { recursive: true })
    const path = join(folder, 'curia.db')
    const place = (what: string): Place => ({ figure: 'cold-start', world, what })
    try {
      const isThere = existsSync(path)
      if (!isThere) session.say('filling a database')
      const filled = isThere
        ? { bytes: statSync(path).size }
        : await orReason(() => runTask<Filled>('fill-sqlite', [world, String(seed), path], heapFor(world)))
      if ('reason' in filled) return [skippedRow(place('cold start from SQL'), writeReference(fromSql), filled.reason)]
      const times = await orReason(async () => {
        const found: { readonly sql: Started; readonly file: Started | undefined }[] = []
        for (let start = 0; start < startsOf(world); start += 1) found.push(await startTwice(world, seed, folder, path))
        return found
      })
      if ('reason' in times) return [skippedRow(place('cold start from SQL'), writeReference(fromSql), times.reason)]
      const files = times.flatMap(({ file }) => (file === undefined ? [] : [file]))
      const wall = (started: readonly Started[]) => started.map(({ milliseconds }) => milliseconds * 1e6)
      const computing = (started: readonly Started[]) => started.map(({ computing: each }) => each * 1e6)
      const sql = times.map((time) => time.sql)
      return [
        toldRow(place('database file of the world'), [filled.bytes], writeBytes),
        bounded(world === 'L', place('cold start from SQL'), fromSql, wall(sql)),
        toldRow(place('cold start from SQL: time of the processors'), computing(sql), writeTime),
        bounded(
          world === 'L',
          place('cold start from the snapshot file'),
          fromFile,
          files.length > 0 ? wall(files) : { reason: 'so small a world has no snapshot file' },
        ),
        ...(files.length > 0
          ? [toldRow(place('cold start from the snapshot file: time of the processors'), computing(files), writeTime)]
          : []),
      ]
    } finally {
      if (databases === undefined) rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Starts without anything beside the database, and again with what the first one left there when it closed. */
async function startTwice(
  world: WorldName,
  seed: number,
  folder: string,
  path: string,
): Promise<{ sql: Started; file: Started | undefined }> {
  const beside = () => readdirSync(folder).filter((name) => name !== 'curia.db')
  for (const name of beside()) rmSync(join(folder, name), { recursive: true })
  const words = [world, String(seed), path]
  const heap = heapFor(world)
  const sql = await runTask<Started>('cold-start', words, heap)
  const second = beside().length > 0 ? await runTask<Started>('cold-start', words, heap) : undefined
  return { sql, file: second?.from === 'file' ? second : undefined }
}
