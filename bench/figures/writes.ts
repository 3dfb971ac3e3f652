/** What writes cost: in the index, while checks go on, in a large hierarchy, and on the disk. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { heapFor, runTask } from '../engine-process.ts'
import type { Row } from '../row.ts'
import { ratioRow, referenceRow, skippedRow, toldRow, writeFactor, writeNumber, writeRate, writeReference, writeTime } from '../row.ts'
import { orReason } from '../session.ts'
import { spreadOf } from '../spread.ts'
import type { Assignments } from '../tasks/assign.ts'
import type { DurableWrites } from '../tasks/durable.ts'
import { writersAtOnce } from '../tasks/durable.ts'
import type { IndexWrites } from '../tasks/index-writes.ts'
import type { Waits } from '../tasks/move.ts'
import type { Figure } from './figure.ts'

const write = { limit: 10_000, write: writeTime }
const pause = { limit: 5e6, write: writeTime }

export const indexWrites: Figure = {
  name: 'writes',
  worlds: ['S', 'M', 'L'],
  async measure({ world, seed }) {
    const place = (what: string) => ({ figure: 'writes', world, what })
    const times = await orReason(() => runTask<IndexWrites>('index-writes', [world, String(seed)], heapFor(world)))
    if ('reason' in times) return [skippedRow(place('a member or a grant in the index'), writeReference(write), times.reason)]
    return (['member', 'grant'] as const).flatMap((kind): readonly Row[] => [
      referenceRow(place(`add a ${kind} in the index: one in a hundred takes longer`), write, [times[kind].add]),
      referenceRow(place(`remove a ${kind} in the index: one in a hundred takes longer`), write, [times[kind].remove]),
      referenceRow(place(`longest pause for a check behind either, ${kind}`), pause, [times[kind].pause]),
      toldRow(place(`a ${kind}: applied, judged and taken back before the commit`), [times[kind].prepared], writeTime),
    ])
  },
}

export const moves: Figure = {
  name: 'move',
  worlds: ['moved'],
  async measure({ world, seed }) {
    const waits = await runTask<Waits>('move', [String(seed)], heapFor(world))
    const row = (of: keyof Waits, what: string, limit: number) =>
      referenceRow({ figure: 'move', world, what: `longest pause of a check while ${what}` }, { limit, write: writeTime }, waits[of])
    return [
      row('move', 'a group with 10 000 below it moves', 2e6),
      row('movePreview', 'the effect of that move is told', 5e6),
      row('switching', 'that group is switched off or on', 2e6),
      row('switchPreview', 'the effect of that is told', 5e6),
    ]
  },
}

export const assignments: Figure = {
  name: 'assign',
  worlds: ['assigned'],
  async measure({ world, seed }) {
    const { large, small, rows } = await runTask<Assignments>('assign', [String(seed)], heapFor(world))
    const measured = `${writeTime(spreadOf(large).median)} against ${writeTime(spreadOf(small).median)}`
    const ratios = large.map((each, round) => each / (small[round] ?? Number.NaN))
    const place = (what: string) => ({ figure: 'assign', world, what })
    return [
      ratioRow(place('an assignment in a tree of 10 000 groups, beside a tree of 10'), { atMost: 1.5 }, ratios, measured),
      {
        ...place('rows that an assignment writes in a tree of 10 000 groups, beside a tree of 10'),
        gate: 'the same',
        measured: `${rows[0]} against ${rows[1]}`,
        ratio: writeFactor(rows[0] / rows[1]),
        verdict: rows[0] === rows[1] ? 'held' : 'missed',
        values: { large: rows[0], small: rows[1] },
      },
    ]
  },
}

export const durableWrites: Figure = {
  name: 'durable',
  worlds: ['S'],
  async measure({ world }) {
    const folder = mkdtempSync(join(tmpdir(), 'curia-bench-'))
    try {
      const { ours, bare, together, grouped, memberships } = await runTask<DurableWrites>('durable', [folder], heapFor(world))
      const place = (what: string) => ({ figure: 'durable', world, what })
      const measured = `${writeRate(spreadOf(ours).median)} against ${writeRate(spreadOf(bare).median)}`
      const ratios = ours.map((rate, round) => rate / (bare[round] ?? Number.NaN))
      return [
        ratioRow(place('durable writes, SQLite FULL, beside a bare insert and commit'), { atLeast: 0.7 }, ratios, measured),
        toldRow(place(`durable writes by ${writersAtOnce} writers at once`), together, writeRate),
        referenceRow(
          place('durable writes in change sets of 10 000'),
          { limit: 100_000, isAtLeast: true, write: (rate) => `${writeNumber(rate)} rows/s` },
          grouped,
        ),
        toldRow(place('the same of memberships'), memberships, (rate) => `${writeNumber(rate)} rows/s`),
      ]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
