/** What an assignment costs in a large hierarchy beside one in a small hierarchy. */

import { prepare, Refusal, readChange, redo, revert } from 'curia/core'
import { documentId, groupId, userId } from '../names.ts'
import { mixed, randomFrom } from '../random.ts'
import { spreadOf } from '../spread.ts'
import type { World } from '../world.ts'
import { makeWorld, treeOf } from '../worlds.ts'
import { moment, snapshotOf } from './world-snapshot.ts'

export interface Assignments {
  /** Nanoseconds in the tree of ten thousand groups and in that of ten, round by round. */
  readonly large: readonly number[]
  readonly small: readonly number[]
  /** Rows that one assignment writes. */
  readonly rows: readonly [large: number, small: number]
}

const rounds = 7
const each = 200

export async function timeAssignments(seed: number): Promise<Assignments> {
  const [large, small] = [assigner(makeWorld('assigned', seed), seed), assigner(treeOf('ten', 10, seed), seed)]
  const [larges, smalls]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    larges.push(large.time())
    smalls.push(small.time())
  }
  return { large: larges.slice(2), small: smalls.slice(2), rows: [large.rows(), small.rows()] }
}

function assigner(world: World, seed: number) {
  const snapshot = snapshotOf(world)
  const random = randomFrom(mixed(seed + 55))
  let [ids, rows] = [0, 0]
  const newId = () => {
    ids += 1
    return `assignment-of-the-bench-${ids}`
  }
  const writer = {
    actor: 'system:bench',
    origin: 'local',
    now: moment,
    newId,
    entryRows: () => undefined,
  } as const
  const assign = (): number => {
    const group = random.below(world.groups)
    const change = readChange(
      {
        kind: 'assignment.create',
        resource: `document:${documentId(random.below(world.documents))}`,
        group: groupId(group),
        member: `user:${userId(group)}`,
      },
      'change',
    )
    const begun = performance.now()
    const prepared = prepare(snapshot, [change], writer)
    if (prepared instanceof Refusal) throw new Error(`an assignment of the bench was refused: ${prepared.message}`)
    redo(snapshot, prepared.rows)
    const taken = performance.now() - begun
    rows = prepared.rows.length
    revert(snapshot, prepared.rows)
    return taken * 1e6
  }
  return { time: () => spreadOf(Array.from({ length: each }, assign)).median, rows: () => rows }
}
