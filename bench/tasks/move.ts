/**
 * For how long checks wait while a group with ten thousand others below it is moved, in the hierarchy and by nesting at once, and while it is
 * switched off and on; and while the effect of either is told beforehand.
 */

import type { Change } from 'curia'
import { createAccess } from 'curia'
import { groupId, permissionName, userId } from '../names.ts'
import { mixed, randomFrom } from '../random.ts'
import { worldStore } from '../world-store.ts'
import { makeWorld } from '../worlds.ts'

const moves = 11

/** Nanoseconds of the longest wait for a check during each; the first of them warms up and is left out. */
export interface Waits {
  readonly move: readonly number[]
  readonly movePreview: readonly number[]
  readonly switching: readonly number[]
  readonly switchPreview: readonly number[]
}

/** Moves the group to and fro, and switches it off and on, each time with its effect told before. */
export async function timeMoves(seed: number): Promise<Waits> {
  const world = makeWorld('moved', seed)
  const access = await createAccess({ store: worldStore(world) })
  const random = randomFrom(mixed(seed + 99))
  const check = () => {
    access.check({ subject: `user:${userId(random.below(world.users))}`, action: permissionName(random.below(world.permissions)) })
  }
  const longest = async (work: () => Promise<unknown>): Promise<number> => {
    const { wait, run } = whileChecking(check)
    await run(work)
    return wait() * 1e6
  }
  const member = `group:${groupId(1)}` as const
  const waits: { [Name in keyof Waits]: number[] } = { move: [], movePreview: [], switching: [], switchPreview: [] }
  for (let move = 0; move < moves; move += 1) {
    const [from, to] = move % 2 === 0 ? [0, 2] : [2, 0]
    const moved: readonly Change[] = [
      { kind: 'group.move', id: groupId(1), parent: groupId(to) },
      { kind: 'member.remove', group: groupId(from), member },
      { kind: 'member.add', group: groupId(to), member },
    ]
    const switched: readonly Change[] = [{ kind: 'group.update', id: groupId(1), active: move % 2 === 1 }]
    waits.movePreview.push(await longest(() => access.preview(moved)))
    waits.move.push(await longest(() => access.write(moved)))
    waits.switchPreview.push(await longest(() => access.preview(switched)))
    waits.switching.push(await longest(() => access.write(switched)))
  }
  await access.close()
  const { move, movePreview, switching, switchPreview } = waits
  return {
    move: move.slice(1),
    movePreview: movePreview.slice(1),
    switching: switching.slice(1),
    switchPreview: switchPreview.slice(1),
  }
}

/** Asks again and again, until the work is over and a little longer, and notes the longest time between two answers. */
function whileChecking(ask: () => void) {
  let longest = 0
  return {
    wait: () => longest,
    async run(work: () => Promise<unknown>): Promise<void> {
      for (let warm = 0; warm < 2_000; warm += 1) ask()
      let isOver = false
      let after = 0
      let last = performance.now()
      const done = work().then(() => {
        isOver = true
      })
      while (after < 2_000) {
        ask()
        const now = performance.now()
        longest = Math.max(longest, now - last)
        last = now
        if (isOver) after += 1
        // Lets the write go on; while it holds the process, the next answer waits.
        await new Promise((resolve) => setImmediate(resolve))
      }
      await done
    },
  }
}
