/** For how long checks wait while a group with ten thousand others below it is moved, in the hierarchy and by nesting at once. */

import type { Change } from 'curia'
import { createAccess } from 'curia'
import { groupId, permissionName, userId } from '../names.ts'
import { mixed, randomFrom } from '../random.ts'
import { worldStore } from '../world-store.ts'
import { makeWorld } from '../worlds.ts'

const moves = 11

/** Nanoseconds of the longest wait for a check during each move; the first one warms up. */
export async function timeMoves(seed: number): Promise<readonly number[]> {
  const world = makeWorld('moved', seed)
  const access = await createAccess({ store: worldStore(world) })
  const random = randomFrom(mixed(seed + 99))
  const longest: number[] = []
  for (let move = 0; move < moves; move += 1) {
    const [from, to] = move % 2 === 0 ? [0, 2] : [2, 0]
    const member = `group:${groupId(1)}` as const
    const changes: readonly Change[] = [
      { kind: 'group.move', id: groupId(1), parent: groupId(to) },
      { kind: 'member.remove', group: groupId(from), member },
      { kind: 'member.add', group: groupId(to), member },
    ]
    const { wait, run } = whileChecking(() => {
      access.check({ subject: `user:${userId(random.below(world.users))}`, action: permissionName(random.below(world.permissions)) })
    })
    await run(() => access.write(changes))
    longest.push(wait() * 1e6)
  }
  await access.close()
  return longest.slice(1)
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
