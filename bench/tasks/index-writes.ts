/** How long the index takes to put a member or a grant in force and to take it out, and how long a check right behind it waits. */

import type { Change, RowChange } from 'curia/core'
import { prepare, questionsOf, Refusal, readChange, redo, revert } from 'curia/core'
import { documentId, groupId, permissionName, userId } from '../names.ts'
import { mixed, randomFrom } from '../random.ts'
import { summaryOf } from '../spread.ts'
import { moment, snapshotOf, worldNamed } from './world-snapshot.ts'

/** Nanoseconds: one in a hundred takes longer than `p99`; `pause` is the longest wait for write and next check together. */
export interface WriteTimes {
  readonly add: number
  readonly remove: number
  readonly pause: number
  /** The mean of the whole way before the commit: applied, judged, taken back. */
  readonly prepared: number
}
export interface IndexWrites {
  readonly member: WriteTimes
  readonly grant: WriteTimes
}

const writes = 5_000
const warmUp = 1_000

/** Writes of members and of grants to random groups of the world. */
export async function timeIndexWrites(worldName: string, seed: number): Promise<IndexWrites> {
  const world = worldNamed(worldName, seed)
  const random = randomFrom(mixed(seed + 77))
  const snapshot = snapshotOf(world)
  const { check } = questionsOf(
    () => snapshot,
    () => moment,
  )
  const inside = new Set<string>()
  for (let user = 0; user < world.users; user += 1) {
    for (let place = world.memberships.starts[user] ?? 0; place < (world.memberships.starts[user + 1] ?? 0); place += 1) {
      if (user < 1_000) inside.add(`${world.memberships.items[place]} ${user}`)
    }
  }

  /** A user that is not a member of the group. */
  const stranger = (group: number): number => {
    for (;;) {
      const user = random.below(Math.min(1_000, world.users))
      if (!inside.has(`${group} ${user}`)) return user
    }
  }
  const memberAdded = () => {
    const group = random.below(world.groups)
    const user = stranger(group)
    return { user, change: { kind: 'member.add', group: groupId(group), member: `user:${userId(user)}` } }
  }
  const granted = () => {
    const [group, document] = [random.below(world.groups), random.below(world.documents)]
    const resource = `document:${documentId(document)}`
    return {
      user: random.below(world.users),
      change: { kind: 'grant.create', subject: `group:${groupId(group)}`, permission: 'document.share', resource },
    }
  }
  return { member: timeEach(memberAdded), grant: timeEach(granted) }

  function timeEach(draw: () => { readonly user: number; readonly change: object }): WriteTimes {
    const [adds, removes] = [new Float64Array(writes), new Float64Array(writes)]
    let [pause, prepared] = [0, 0]
    for (let index = -warmUp; index < writes; index += 1) {
      const { user, change } = draw()
      const question = { subject: `user:${userId(user)}`, action: permissionName(index + warmUp < world.permissions ? index + warmUp : 0) }
      const begun = performance.now()
      const rows = rowsFor(readChange(change, 'change'))
      const ready = performance.now()
      redo(snapshot, rows)
      const added = performance.now()
      check(question)
      const answered = performance.now()
      revert(snapshot, rows)
      const removed = performance.now()
      check(question)
      const answeredAgain = performance.now()
      if (index < 0) continue
      adds[index] = added - ready
      removes[index] = removed - answered
      prepared += ready - begun
      pause = Math.max(pause, answered - ready, answeredAgain - answered)
    }
    return { add: summaryOf(adds).p99 * 1e6, remove: summaryOf(removes).p99 * 1e6, pause: pause * 1e6, prepared: (prepared / writes) * 1e6 }
  }

  function rowsFor(change: Change): readonly RowChange[] {
    const prepared = prepare(snapshot, [change], {
      actor: 'system:bench',
      origin: 'local',
      now: moment,
      newId: nextId,
      entryRows: () => undefined,
    })
    if (prepared instanceof Refusal) throw new Error(`a write of the bench was refused: ${prepared.message}`)
    return prepared.rows
  }

  function nextId(): string {
    ids += 1
    return `grant-of-the-bench-${ids}`
  }
}

let ids = 0
